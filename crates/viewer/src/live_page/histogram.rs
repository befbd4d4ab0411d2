//! How long something took, as upright bars over steps of 1, 2, 5, 10.
//!
//! Heights are logarithms of counts: the one late cycle in a million is what the picture is for.

use std::fmt::Write as _;

use quantities::Duration;

use super::TimeSpread;
use crate::palette::{TRUE_FORCE, hex};
use crate::report::svg::{escape, px};

const WIDTH: f64 = 480.0;
const HEIGHT: f64 = 150.0;
const TOP: f64 = 22.0;
const AXIS: f64 = 36.0;
/// Room that a label takes; where bars are narrower, some go without (a pointer shows theirs).
const LABEL: f64 = 48.0;

/// The picture as SVG, and its figures below.
pub(super) fn draw(spread: &TimeSpread) -> String {
    let mut svg = format!(
        "<svg class=\"chart\" viewBox=\"0 0 {WIDTH} {}\" role=\"img\" aria-label=\"{name}\">\n<title>{name}</title>\n\
         <text class=\"heading\" x=\"2\" y=\"14\">{name}</text>\n",
        TOP + HEIGHT + AXIS,
        name = escape(&spread.name),
    );
    let most = spread.bars.iter().map(|bar| bar.2).max().unwrap_or(0);
    if most == 0 {
        svg.push_str("<text x=\"240\" y=\"80\" text-anchor=\"middle\">no sample</text>\n</svg>\n");
        return svg;
    }
    let width = WIDTH / spread.bars.len().max(1) as f64;
    let every = (LABEL / width).ceil().max(1.0) as usize;
    for (index, (_, up_to, count)) in spread.bars.iter().enumerate() {
        let place = (index as f64 * width, width, share(*count, most));
        draw_bar(&mut svg, place, (*up_to, *count), index % every == 0);
    }
    let figures: Vec<String> = spread
        .figures
        .iter()
        .map(|(label, time)| format!("{label} {}", time_word(*time)))
        .collect();
    let _ = writeln!(
        svg,
        "<path class=\"axis\" d=\"M0 {y}H{WIDTH}\"/><text class=\"label\" x=\"2\" y=\"{}\">{}</text>",
        TOP + HEIGHT + AXIS - 4.0,
        escape(&figures.join(", ")),
        y = TOP + HEIGHT,
    );
    svg.push_str("</svg>\n");
    svg
}

fn draw_bar(
    svg: &mut String,
    (x, width, share): (f64, f64, f64),
    (up_to, count): (Duration, u64),
    is_labelled: bool,
) {
    let height = HEIGHT * share;
    let (foot, head) = (TOP + HEIGHT, TOP + HEIGHT - height);
    let _ = writeln!(
        svg,
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{}\"><title>{count} up to {}</title></rect>",
        px(x + 2.0),
        px(head),
        px(width - 4.0),
        px(height),
        hex(TRUE_FORCE),
        time_word(up_to),
    );
    if is_labelled {
        let _ = writeln!(
            svg,
            "<text class=\"tick\" x=\"{mid}\" y=\"{}\" text-anchor=\"middle\">{count}</text>\
             <text class=\"tick\" x=\"{mid}\" y=\"{}\" text-anchor=\"middle\">≤ {}</text>",
            px((head - 3.0).max(TOP + 8.0)),
            px(foot + 13.0),
            time_word(up_to),
            mid = px(x + 0.5 * width),
        );
    }
}

/// Height of a bar: one in all is a little, none is nothing.
fn share(count: u64, most: u64) -> f64 {
    if count == 0 {
        return 0.0;
    }
    (1.0 + libm::log10(count as f64)) / (1.0 + libm::log10(most as f64)) * 0.88
}

/// A time with the unit that suits it.
pub(super) fn time_word(time: Duration) -> String {
    let us = time.nanos() as f64 * 1e-3;
    if us < 1e3 {
        format!("{} µs", px(us))
    } else if us < 1e6 {
        format!("{} ms", px(us * 1e-3))
    } else {
        format!("{} s", px(us * 1e-6))
    }
}
