//! Left against right, zone by zone: bars that grow from the spine outward.

use std::fmt::Write as _;

use dose::{Side, ZoneFigures};

use super::input::DoseView;
use super::svg::{escape, figure, px};
use crate::palette::{SET_POINT, TRUE_FORCE, hex};

/// Height of a row (SVG units).
const ROW: f64 = 27.0;
/// Where the names stand: between the bars.
const NAMES: (f64, f64) = (395.0, 535.0);
/// Longest bar.
const LONGEST: f64 = 300.0;
/// Above the rows: the key.
const ABOVE: f64 = 34.0;

/// The bars as one picture; nothing without any dose.
pub(super) fn draw(view: &DoseView) -> String {
    let planned = |word: &str| view.planned_figures.as_ref().and_then(|f| f.zone(word));
    let mut rows: Vec<(&str, Option<&ZoneFigures>, Option<&ZoneFigures>)> = view
        .given_figures
        .zones
        .iter()
        .map(|zone| (zone.zone.as_str(), planned(&zone.zone), Some(zone)))
        .collect();
    for zone in view.planned_figures.iter().flat_map(|f| &f.zones) {
        if view.given_figures.zone(&zone.zone).is_none() {
            rows.push((&zone.zone, Some(zone), None));
        }
    }
    let dose = |zone: Option<&ZoneFigures>, side| {
        zone.map_or(0.0, |z: &ZoneFigures| z.side(side).dose_n_s)
    };
    let both = |(_, planned, given): &(&str, Option<&ZoneFigures>, Option<&ZoneFigures>)| {
        let of = |side| dose(*planned, side).max(dose(*given, side));
        of(Side::Left).max(of(Side::Right))
    };
    rows.retain(|row| both(row) >= 0.5);
    let most = rows.iter().map(both).fold(0.0, f64::max);
    if most <= 0.0 {
        return String::new();
    }
    let height = ABOVE + ROW * rows.len() as f64 + 8.0;
    let mut svg = format!(
        "<svg class=\"chart\" viewBox=\"0 0 1000 {}\" role=\"img\" aria-label=\"Dose left and right by zone\">\n\
         <title>Dose left and right by zone</title>\n",
        px(height)
    );
    draw_key(&mut svg, view.planned_figures.is_some());
    for (index, (word, planned, given)) in rows.iter().enumerate() {
        let y = ABOVE + ROW * index as f64;
        let middle = 0.5 * (NAMES.0 + NAMES.1);
        let _ = writeln!(
            svg,
            "<text class=\"label\" x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
            px(middle),
            px(y + 17.0),
            escape(&word.replace('_', " ")),
        );
        for side in Side::BOTH {
            let planned = planned.map(|zone| zone.side(side).dose_n_s);
            draw_bar(
                &mut svg,
                side,
                y,
                dose(*given, side) / most,
                planned.map(|d| d / most),
            );
            draw_figure(&mut svg, side, y, (dose(*given, side), planned), most);
        }
        let percent = given.map_or(0.0, |zone| zone.left_over_right_percent);
        let _ = writeln!(
            svg,
            "<text class=\"tick\" x=\"992\" y=\"{}\" text-anchor=\"end\">{}</text>",
            px(y + 17.0),
            difference(percent),
        );
    }
    svg.push_str("</svg>\n");
    svg
}

fn draw_key(svg: &mut String, planned: bool) {
    let _ = writeln!(
        svg,
        "<text class=\"heading\" x=\"8\" y=\"16\">Dose left and right (N·s)</text>\
         <rect x=\"395\" y=\"6\" width=\"14\" height=\"11\" fill=\"{}\"/><text class=\"tick\" x=\"413\" y=\"16\">given</text>",
        hex(TRUE_FORCE)
    );
    if planned {
        let _ = writeln!(
            svg,
            "<rect x=\"461\" y=\"6\" width=\"14\" height=\"11\" fill=\"none\" stroke=\"{}\" stroke-width=\"2\"/><text class=\"tick\" x=\"480\" y=\"16\">planned</text>",
            hex(SET_POINT)
        );
    }
    let _ = writeln!(
        svg,
        "<text class=\"tick\" x=\"992\" y=\"16\" text-anchor=\"end\">given, side by side</text>"
    );
}

fn span(side: Side, share: f64) -> (f64, f64) {
    let length = (share * LONGEST).max(0.0);
    match side {
        Side::Left => (NAMES.0 - length, length),
        Side::Right => (NAMES.1, length),
    }
}

fn draw_bar(svg: &mut String, side: Side, y: f64, given: f64, planned: Option<f64>) {
    let (x, width) = span(side, given);
    let _ = writeln!(
        svg,
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"13\" fill=\"{}\"/>",
        px(x),
        px(y + 6.0),
        px(width),
        hex(TRUE_FORCE),
    );
    if let Some(planned) = planned {
        let (x, width) = span(side, planned);
        let _ = writeln!(
            svg,
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"19\" fill=\"none\" stroke=\"{}\" stroke-width=\"1.8\"/>",
            px(x),
            px(y + 3.0),
            px(width),
            hex(SET_POINT),
        );
    }
}

fn draw_figure(
    svg: &mut String,
    side: Side,
    y: f64,
    (given, planned): (f64, Option<f64>),
    most: f64,
) {
    let longer = given.max(planned.unwrap_or(0.0));
    let (x, width) = span(side, longer / most);
    let text = match planned {
        Some(planned) => format!("{} of {}", figure(Some(given), 0), figure(Some(planned), 0)),
        None => figure(Some(given), 0),
    };
    let (x, anchor) = match side {
        Side::Left => (x - 6.0, "end"),
        Side::Right => (x + width + 6.0, "start"),
    };
    let _ = writeln!(
        svg,
        "<text class=\"tick\" x=\"{}\" y=\"{}\" text-anchor=\"{anchor}\">{text}</text>",
        px(x),
        px(y + 17.0),
    );
}

fn difference(percent: f64) -> String {
    if percent.abs() < 0.05 {
        "alike".to_owned()
    } else if percent > 0.0 {
        format!("right {percent:.1} % less")
    } else {
        format!("left {:.1} % less", -percent)
    }
}
