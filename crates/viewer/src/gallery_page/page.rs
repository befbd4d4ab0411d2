//! The page around the pictures.

use std::fmt::Write as _;

use super::shades::{SHADES, Shades};
use super::strip::{Strip, look, peak, strips, time};
use super::{GalleryBack, GalleryPage, Shown, TechniqueCard, close_up, curves, map};
use crate::report::svg::{escape, figure, px, ticks};

pub(super) fn build(page: &GalleryPage) -> String {
    let mut html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>{title}</title>\n<style>\n{}</style>\n</head>\n<body>\n<main>\n\
         <header>\n<h1>{title}</h1>\n<p class=\"subtitle\">{}</p>\n{HINT}</header>\n",
        include_str!("page.css"),
        escape(&page.subtitle),
        title = escape(&page.title),
    );
    push_index(&mut html, &page.cards);
    for card in &page.cards {
        push_card(&mut html, &page.back, card);
    }
    html.push_str("</main>\n</body>\n</html>\n");
    html
}

const HINT: &str = "<p class=\"hint\">The back from above, client prone, head up. The line is the way of the tool's middle; the darker, \
the harder it is to press, on each card's own scale. ○ start, ■ end; arrows tell the direction of travel; dotted are the ways through the air. \
Red band: the spine's keep-out, held by the edge of the tool; brown: where the shoulder blades are likely to be. \
Forces are set-points of the plan, not measurements.</p>\n";

fn push_index(html: &mut String, cards: &[TechniqueCard]) {
    html.push_str("<nav>\n");
    for card in cards {
        let (id, word) = (escape(&card.id), escape(&card.word));
        let _ = writeln!(html, "<a href=\"#{id}\">{id} {word}</a>");
    }
    html.push_str("</nav>\n");
}

fn push_card(html: &mut String, back: &GalleryBack, card: &TechniqueCard) {
    let _ = writeln!(
        html,
        "<section class=\"card\" id=\"{id}\">\n<h2><span>{id}</span>{}</h2>\n<p class=\"summary\">{}</p>",
        escape(&card.word),
        escape(&card.summary),
        id = escape(&card.id),
    );
    match &card.shown {
        Shown::Planned { runs, rhythmic } => {
            push_pictures(html, back, &card.word, &strips(runs), *rhythmic);
        }
        Shown::Refused(reasons) => push_refusal(html, reasons),
        Shown::Person(words) => {
            let _ = writeln!(html, "<p class=\"person\">{}</p>", escape(words));
        }
    }
    push_facts(html, &card.facts);
    if !card.notes.is_empty() {
        html.push_str("<p class=\"hint\">What the plan noted:</p>\n");
        push_list(html, &card.notes);
    }
    html.push_str("</section>\n");
}

fn push_pictures(
    html: &mut String,
    back: &GalleryBack,
    name: &str,
    strips: &[Strip],
    rhythmic: bool,
) {
    let Some(time) = time(strips) else {
        push_refusal(html, &["the plan has no contact in this step".to_owned()]);
        return;
    };
    let shades = Shades::up_to(peak(strips));
    html.push_str("<div class=\"pictures\">\n<div>\n");
    html.push_str(&map::draw(back, strips, shades, name));
    html.push_str("</div>\n<div>\n");
    push_scale(html, shades);
    html.push_str(&curves::whole(name, strips, (0.0, time.1), shades));
    if let Some(look) = look(strips).filter(|_| rhythmic) {
        html.push_str("<div class=\"look\">\n");
        html.push_str(&curves::close(name, &look, shades));
        html.push_str(&close_up::draw(name, &look, shades));
        html.push_str("</div>\n");
    }
    html.push_str("</div>\n</div>\n");
}

/// The colours with their forces.
fn push_scale(html: &mut String, shades: Shades) {
    let (left, width) = (40.0, 300.0);
    let step = width / SHADES as f64;
    html.push_str("<svg class=\"curve\" viewBox=\"0 0 660 40\" role=\"img\" aria-label=\"Colour of a force\">\n");
    for index in 0..SHADES {
        let _ = write!(
            html,
            "<rect x=\"{}\" y=\"4\" width=\"{}\" height=\"14\" fill=\"{}\"/>",
            px(left + step * index as f64),
            px(step + 0.4),
            Shades::colour(index),
        );
    }
    for tick in ticks(0.0, shades.most, 6) {
        let decimals = usize::from(shades.most < 3.0);
        let _ = write!(
            html,
            "<text class=\"tick\" x=\"{}\" y=\"32\" text-anchor=\"middle\">{}</text>",
            px(left + width * tick / shades.most),
            figure(Some(tick), decimals),
        );
    }
    let _ = writeln!(
        html,
        "<text class=\"tick\" x=\"{}\" y=\"15\">N, colour of the path</text>\n</svg>",
        px(left + width + 12.0)
    );
}

fn push_refusal(html: &mut String, reasons: &[String]) {
    html.push_str("<div class=\"refused\">\n<p>✗ not planned on this body</p>\n");
    push_list(html, reasons);
    html.push_str("</div>\n");
}

fn push_facts(html: &mut String, facts: &[(String, String)]) {
    html.push_str("<dl>\n");
    for (label, words) in facts {
        let _ = writeln!(
            html,
            "<div><dt>{}</dt><dd>{}</dd></div>",
            escape(label),
            escape(words)
        );
    }
    html.push_str("</dl>\n");
}

fn push_list(html: &mut String, lines: &[String]) {
    html.push_str("<ul>\n");
    for line in lines {
        let _ = writeln!(html, "<li>{}</li>", escape(line));
    }
    html.push_str("</ul>\n");
}
