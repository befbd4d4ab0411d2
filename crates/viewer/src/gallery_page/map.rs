//! A path over the back from above, head up, coloured by force.

use std::fmt::Write as _;

use super::GalleryBack;
use super::shades::{SHADES, Shades};
use super::strip::Strip;
use super::thin::thinned;
use crate::report::body_map::{Bounds, Panel, place_name};
use crate::report::svg::{escape, px};

/// Largest size of the back (SVG units).
const PANEL: (f64, f64) = (330.0, 520.0);
/// Room on the left for the names of levels, on the right, above and below.
const MARGIN: (f64, f64, f64, f64) = (62.0, 10.0, 22.0, 8.0);
/// What a thinned line may differ by (SVG units).
const TOLERANCE: f64 = 0.25;
/// Arrows are so far apart along the course (SVG units).
const ARROWS: f64 = 62.0;
/// A stay on less than this is ringed, because its path would not show (SVG units).
const SMALL: f64 = 9.0;

/// The picture; `None` when the outline is no back.
pub(super) fn draw(back: &GalleryBack, strips: &[Strip], shades: Shades, name: &str) -> String {
    let Some(bounds) = Bounds::of(&back.map, None) else {
        return "<p>The back has no outline.</p>\n".to_owned();
    };
    let panel = Panel::new(bounds, PANEL);
    let (left, right, above, below) = MARGIN;
    let (width, height) = panel.size;
    let mut svg = format!(
        "<svg class=\"back\" viewBox=\"-{left} -{above} {} {}\" role=\"img\" aria-label=\"{name}: path over the back\">\n",
        px(width + left + right),
        px(height + above + below),
        name = escape(name),
    );
    draw_ground(&mut svg, &panel, back);
    draw_air(&mut svg, &panel, strips);
    draw_path(&mut svg, &panel, strips, shades);
    for strip in strips {
        draw_stay(&mut svg, &panel, strip, shades);
        draw_arrows(&mut svg, &panel, strip);
    }
    draw_ends(&mut svg, &panel, strips);
    svg.push_str("</svg>\n");
    svg
}

fn draw_ground(svg: &mut String, panel: &Panel, back: &GalleryBack) {
    let (width, _) = panel.size;
    let _ = writeln!(
        svg,
        "<text class=\"tick\" x=\"{m}\" y=\"-8\" text-anchor=\"middle\">head</text>\
         <text class=\"tick\" x=\"0\" y=\"-8\">left</text>\
         <text class=\"tick\" x=\"{}\" y=\"-8\" text-anchor=\"end\">right</text>",
        px(width),
        m = px(width * 0.5),
    );
    panel.draw_outline(svg, &back.map, "class=\"skin\"");
    for place in &back.map.landmarks {
        let y = px(panel.y(place.u.get()));
        let _ = writeln!(
            svg,
            "<path class=\"level\" d=\"M-4 {y}H{}\"/><text class=\"tick\" x=\"-8\" y=\"{y}\" dy=\"4\" text-anchor=\"end\">{}</text>",
            px(width),
            escape(&place_name(&place.name)),
        );
    }
    for blade in &back.blades {
        let points: Vec<_> = blade
            .iter()
            .map(|(u, v)| (panel.x(v.get()), panel.y(u.get())))
            .collect();
        let _ = writeln!(svg, "<path class=\"blade\" d=\"{}Z\"/>", line(&points));
    }
    panel.draw_keep_out(svg, &back.map);
}

/// From where the skin is left to where it is met again.
fn draw_air(svg: &mut String, panel: &Panel, strips: &[Strip]) {
    let mut path = String::new();
    for pair in strips.windows(2) {
        let (Some(from), Some(to)) = (pair[0].moments.last(), pair[1].moments.first()) else {
            continue;
        };
        let ends = [from, to].map(|m| (panel.x(m.v), panel.y(m.u)));
        path.push_str(&line(&ends));
    }
    if !path.is_empty() {
        let _ = writeln!(svg, "<path class=\"air\" d=\"{path}\"/>");
    }
}

/// One path for each shade, the hardest on top; blows are dots.
fn draw_path(svg: &mut String, panel: &Panel, strips: &[Strip], shades: Shades) {
    let mut paths = vec![String::new(); SHADES];
    let mut dots = vec![String::new(); SHADES];
    for strip in strips {
        for (step, points) in pieces(panel, strip, shades) {
            paths[step].push_str(&line(&thinned(&points, TOLERANCE)));
        }
        for blow in strip.struck() {
            let (x, y) = (panel.x(blow.v), panel.y(blow.u));
            dots[shades.step(blow.force)].push_str(&format!("M{} {}h0", px(x), px(y)));
        }
    }
    for (class, paths) in [("path", paths), ("blows", dots)] {
        for (step, path) in paths
            .iter()
            .enumerate()
            .filter(|(_, path)| !path.is_empty())
        {
            let colour = Shades::colour(step);
            let _ = writeln!(
                svg,
                "<path class=\"{class}\" stroke=\"{colour}\" d=\"{path}\"/>"
            );
        }
    }
}

/// The pieces of one shade each; neighbours share a point.
pub(super) fn pieces(
    panel: &Panel,
    strip: &Strip,
    shades: Shades,
) -> Vec<(usize, Vec<(f64, f64)>)> {
    let mut pieces: Vec<(usize, Vec<(f64, f64)>)> = Vec::new();
    for moment in &strip.moments {
        let point = (panel.x(moment.v), panel.y(moment.u));
        let step = shades.step(moment.force);
        match pieces.last_mut() {
            Some((last, points)) if *last == step => points.push(point),
            Some((_, points)) => {
                points.push(point);
                pieces.push((step, vec![point]));
            }
            None => pieces.push((step, vec![point])),
        }
    }
    pieces.retain(|(_, points)| points.len() > 1);
    pieces
}

/// A ring around a stay whose path is too small to be seen.
fn draw_stay(svg: &mut String, panel: &Panel, strip: &Strip, shades: Shades) {
    let places = strip.moments.iter().map(|m| (panel.x(m.v), panel.y(m.u)));
    let (mut least, mut most) = ((f64::MAX, f64::MAX), (f64::MIN, f64::MIN));
    for (x, y) in places {
        least = (least.0.min(x), least.1.min(y));
        most = (most.0.max(x), most.1.max(y));
    }
    if most.0 - least.0 > SMALL || most.1 - least.1 > SMALL {
        return;
    }
    let peak = strip.moments.iter().map(|m| m.force).fold(0.0, f64::max);
    let _ = writeln!(
        svg,
        "<circle class=\"stay\" cx=\"{}\" cy=\"{}\" r=\"9\" stroke=\"{}\"/>",
        px(0.5 * (least.0 + most.0)),
        px(0.5 * (least.1 + most.1)),
        Shades::colour(shades.step(peak)),
    );
}

/// Arrows on the course at even distances; at least one on each course that is long enough for it.
fn draw_arrows(svg: &mut String, panel: &Panel, strip: &Strip) {
    let course = strip.course();
    let points: Vec<_> = course
        .iter()
        .map(|(u, v)| (panel.x(*v), panel.y(*u)))
        .collect();
    let points = thinned(&points, 1.5);
    let length: f64 = points.windows(2).map(|w| span(w[0], w[1])).sum();
    if length < 18.0 {
        return;
    }
    let count = (length / ARROWS).round().max(1.0);
    let mut path = String::new();
    let mut due = 0.5 * length / count;
    let mut gone = 0.0;
    for pair in points.windows(2) {
        let part = span(pair[0], pair[1]);
        while part > 0.0 && due <= gone + part {
            path.push_str(&arrow(pair[0], pair[1], (due - gone) / part));
            due += length / count;
        }
        gone += part;
    }
    let _ = writeln!(svg, "<path class=\"arrow\" d=\"{path}\"/>");
}

/// A head at a share of the way between two points.
fn arrow(from: (f64, f64), to: (f64, f64), share: f64) -> String {
    let length = span(from, to);
    let (ax, ay) = ((to.0 - from.0) / length, (to.1 - from.1) / length);
    let (x, y) = (
        from.0 + share * (to.0 - from.0),
        from.1 + share * (to.1 - from.1),
    );
    let at = |along: f64, aside: f64| {
        let (x, y) = (x + along * ax - aside * ay, y + along * ay + aside * ax);
        format!("{} {}", px(x), px(y))
    };
    format!("M{}L{}L{}Z", at(5.0, 0.0), at(-3.5, 3.8), at(-3.5, -3.8))
}

/// Where it begins and where it ends.
fn draw_ends(svg: &mut String, panel: &Panel, strips: &[Strip]) {
    let first = strips.first().and_then(|s| s.moments.first());
    let last = strips.last().and_then(|s| s.moments.last());
    let (Some(first), Some(last)) = (first, last) else {
        return;
    };
    let [start, end] = [first, last].map(|m| (panel.x(m.v), panel.y(m.u)));
    let _ = writeln!(
        svg,
        "<circle class=\"start\" cx=\"{}\" cy=\"{}\" r=\"4.5\"/><rect class=\"end\" x=\"{}\" y=\"{}\" width=\"8\" height=\"8\"/>",
        px(start.0),
        px(start.1),
        px(end.0 - 4.0),
        px(end.1 - 4.0),
    );
    // Words that would lie on each other part: the start's goes above, the end's below.
    let close = (start.1 - end.1).abs() < 16.0 && (start.0 - end.0).abs() < 80.0;
    let shift = if close { 9.0 } else { 0.0 };
    write_beside(svg, panel, start, -shift, "start");
    write_beside(svg, panel, end, shift, "end");
}

fn write_beside(svg: &mut String, panel: &Panel, at: (f64, f64), down: f64, word: &str) {
    // Away from the spine.
    let (anchor, aside) = if at.0 < 0.5 * panel.size.0 {
        ("end", -9.0)
    } else {
        ("start", 9.0)
    };
    let _ = writeln!(
        svg,
        "<text class=\"mark\" x=\"{}\" y=\"{}\" text-anchor=\"{anchor}\">{word}</text>",
        px(at.0 + aside),
        px(at.1 + down + 4.0),
    );
}

fn span(a: (f64, f64), b: (f64, f64)) -> f64 {
    libm::hypot(b.0 - a.0, b.1 - a.1)
}

/// A path through points.
pub(super) fn line(points: &[(f64, f64)]) -> String {
    let mut path = String::new();
    for (index, (x, y)) in points.iter().enumerate() {
        let command = if index == 0 { 'M' } else { 'L' };
        let _ = write!(path, "{command}{} {}", px(*x), px(*y));
    }
    path
}
