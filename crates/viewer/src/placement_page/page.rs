//! The page around the pictures.

use std::fmt::Write as _;

use super::{BaseSketch, PlacementPage, from_above, from_feet};
use crate::palette::{heat, hex};
use crate::report::svg::{escape, px};

/// Steps of the colour scale.
const SHADES: usize = 24;
/// The hatch of what is out of reach.
pub(super) const HATCH: &str = "url(#unreached)";
/// Colours of the routine's lines, the arm and its foot. Chosen.
pub(super) const LINE: &str = "#1f5fa8";
pub(super) const ARM: &str = "#30363f";
pub(super) const FOOT: &str = "#6a7480";

pub(super) fn build(page: &PlacementPage) -> String {
    let mut html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>{title}</title>\n<style>\n{}pre {{ background: #f4f5f7; padding: 10px 14px; font-size: 13px; overflow-x: auto; }}\n</style>\n</head>\n<body>\n<main>\n\
         <header>\n<h1>{title}</h1>\n<p class=\"subtitle\">{}</p>\n</header>\n",
        include_str!("../report/page.css"),
        escape(&page.subtitle),
        title = escape(&page.title),
    );
    push_table(&mut html, page);
    push_key(&mut html);
    for base in &page.bases {
        push_base(&mut html, page, base);
    }
    html.push_str("</main>\n</body>\n</html>\n");
    html
}

/// All figures side by side, a column for each base.
fn push_table(html: &mut String, page: &PlacementPage) {
    html.push_str("<div class=\"wide\"><table>\n<thead><tr><th scope=\"col\"></th>");
    for base in &page.bases {
        let _ = write!(html, "<th scope=\"col\">{}</th>", escape(&base.name));
    }
    html.push_str("</tr></thead>\n<tbody>\n");
    let labels = page.bases.first().map_or(&[][..], |base| &base.figures);
    for (row, (label, _)) in labels.iter().enumerate() {
        let _ = write!(html, "<tr><th scope=\"row\">{}</th>", escape(label));
        for base in &page.bases {
            let cell = base.figures.get(row).map_or("", |(_, cell)| cell.as_str());
            let _ = write!(html, "<td>{}</td>", escape(cell));
        }
        html.push_str("</tr>\n");
    }
    html.push_str("</tbody>\n</table></div>\n");
}

fn push_key(html: &mut String) {
    html.push_str(
        "<svg class=\"chart\" viewBox=\"0 0 1040 50\" role=\"img\" aria-label=\"Key\">\n<defs>\
         <pattern id=\"unreached\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
         <rect width=\"6\" height=\"6\" fill=\"#fff\"/><rect width=\"2\" height=\"6\" fill=\"#8a8f98\"/></pattern></defs>\n",
    );
    let step = 250.0 / SHADES as f64;
    for index in 0..SHADES {
        let comfort = (index as f64 + 0.5) / SHADES as f64;
        let _ = writeln!(
            html,
            "<rect x=\"{}\" y=\"12\" width=\"{}\" height=\"12\" fill=\"{}\"/>",
            px(step * index as f64),
            px(step + 0.3),
            colour(comfort),
        );
    }
    let _ = writeln!(
        html,
        "<text class=\"tick\" x=\"0\" y=\"40\">0: at a limit</text>\
         <text class=\"tick\" x=\"250\" y=\"40\" text-anchor=\"end\">1: all margins ample</text>\
         <rect x=\"290\" y=\"12\" width=\"26\" height=\"12\" fill=\"{HATCH}\" stroke=\"#8a8f98\"/><text class=\"tick\" x=\"324\" y=\"22\">out of reach</text>\
         <path d=\"M420 18h26\" stroke=\"{LINE}\" stroke-width=\"1.6\"/><text class=\"tick\" x=\"454\" y=\"22\">passes of the routine</text>\
         <path d=\"M600 18h26\" stroke=\"{ARM}\" stroke-width=\"5\" stroke-opacity=\"0.7\" stroke-linecap=\"round\"/><text class=\"tick\" x=\"636\" y=\"22\">the arm at its least comfortable place</text>\
         <circle cx=\"880\" cy=\"18\" r=\"8\" fill=\"{FOOT}\"/><text class=\"tick\" x=\"896\" y=\"22\">foot, its x axis</text>\n</svg>"
    );
}

/// Colour of a comfort: dark where it is tight.
pub(super) fn colour(comfort: f64) -> String {
    hex(heat(0.85 * (1.0 - comfort.clamp(0.0, 1.0))))
}

fn push_base(html: &mut String, page: &PlacementPage, base: &BaseSketch) {
    let (class, word) = if base.plans {
        ("ok", "✓ the routine plans from here")
    } else {
        ("bad", "✗ the routine does not plan from here")
    };
    let name = escape(&base.name);
    let _ = writeln!(
        html,
        "<section>\n<h2>{name}</h2>\n<p><span class=\"{class}\">{word}</span>; tightest: {}</p>",
        escape(&base.tightest),
    );
    let above = from_above::View::of(page);
    let feet = from_feet::View::of(page);
    let _ = writeln!(
        html,
        "<svg class=\"chart\" viewBox=\"0 0 1040 {}\" role=\"img\" aria-label=\"{name} from above and from the feet\">",
        px(above.size.1.max(feet.size.1) + 36.0),
    );
    html.push_str("<g transform=\"translate(4 26)\">\n");
    above.draw(html, page, base);
    let aside = px(above.size.0 + 34.0);
    let _ = writeln!(html, "</g>\n<g transform=\"translate({aside} 26)\">");
    feet.draw(html, page, base);
    html.push_str("</g>\n</svg>\n");
    if let Some(snippet) = &base.snippet {
        let _ = writeln!(html, "<pre>{}</pre>", escape(snippet));
    }
    html.push_str("</section>\n");
}
