//! The maps of the dose: planned beside given, their difference, passes, what was left out, pressure.

use std::fmt::Write as _;

use dose::{COVERED_ENOUGH, DoseMap, Side};

use super::body_map::{Bounds, Labels, Panel};
use super::input::{BodyMap, DoseView};
use super::svg::{escape, figure, px};
use crate::palette::{Rgb, blend, heat, hex};

/// Columns of panels, and the room of each (SVG units).
const COLUMNS: usize = 3;
const COLUMN: f64 = 328.0;
const PANEL: (f64, f64) = (270.0, 430.0);
/// Above a panel: its title. Below: its colour scale.
const ABOVE: f64 = 44.0;
const BELOW: f64 = 52.0;
/// Steps of a colour scale: few enough to be told apart.
const SHADES: usize = 12;
/// The scale ends where all but this share of the cells lie below: one odd cell must not pale the others.
const TOP: f64 = 0.005;
/// Less than planned, and more.
const LESS: Rgb = [33, 82, 158];
const MORE: Rgb = [176, 86, 16];
const EVEN: Rgb = [244, 241, 238];
/// What was worked, where only that is drawn.
const WORKED: Rgb = [160, 205, 178];
/// What was left open by the plan already, and what the run left out.
const OPEN: Rgb = [128, 122, 115];
const LEFT_OUT: Rgb = [190, 25, 40];

/// One panel's content.
enum Content<'a> {
    /// Values that begin at zero; the highest of the scale.
    Heat(Vec<f64>, f64),
    /// Values about zero; the largest size of the scale.
    Difference(Vec<f64>, f64),
    /// What was worked and what was not.
    Coverage(&'a DoseView),
}

/// The maps as one picture.
pub(super) fn draw(body: &BodyMap, view: &DoseView) -> String {
    let worked = view.given.worked_u_range();
    let reach = worked.map(|(low, high)| {
        (
            (low.get(), high.get()),
            view.given.grid().half_width().get(),
        )
    });
    let Some(bounds) = Bounds::of(body, reach) else {
        return "<p>The tool never touched, and no outline of the back is known: there is no map.</p>\n"
            .to_owned();
    };
    let panel = Panel::new(bounds, PANEL);
    let panels = contents(view);
    let rows = panels.len().div_ceil(COLUMNS);
    let height = panel.size.1 + ABOVE + BELOW;
    let mut svg = format!(
        "<svg class=\"chart map\" viewBox=\"0 0 1000 {}\" role=\"img\" aria-label=\"Maps of the dose\">\n\
         <title>Maps of the dose</title>\n<desc>The back from above, head up, client's left on the left.</desc>\n",
        px(height * rows as f64),
    );
    for (index, (title, content)) in panels.iter().enumerate() {
        let (column, row) = (index % COLUMNS, index / COLUMNS);
        let left = 22.0 + COLUMN * column as f64 + 0.5 * (COLUMN - panel.size.0);
        let top = ABOVE + height * row as f64;
        let labels = Labels {
            title,
            names: column == 0,
        };
        let _ = writeln!(svg, "<g transform=\"translate({} {})\">", px(left), px(top));
        panel.draw_ground(&mut svg, body, labels);
        draw_content(&mut svg, &panel, view.given.grid(), content);
        panel.draw_marks(&mut svg, body, labels);
        if let Content::Coverage(view) = content {
            draw_gaps(&mut svg, &panel, view);
        }
        draw_key(&mut svg, &panel, content);
        svg.push_str("</g>\n");
    }
    svg.push_str("</svg>\n");
    svg
}

fn contents(view: &DoseView) -> Vec<(&'static str, Content<'_>)> {
    let given: Vec<f64> = view.given.pressure_dose_kpa_s().collect();
    let planned = view
        .planned
        .as_ref()
        .map(|planned| on(&view.given, planned));
    let most = top(&given).max(planned.as_deref().map_or(0.0, top));
    let passes: Vec<f64> = view.given.passes().iter().map(|p| f64::from(*p)).collect();
    let pressure: Vec<f64> = view
        .given
        .highest_pressure_pa()
        .iter()
        .map(|p| p * 1e-3)
        .collect();
    let (most_passes, highest) = (top(&passes), top(&pressure));
    let mut panels = Vec::new();
    if let Some(planned) = planned {
        let less: Vec<f64> = given
            .iter()
            .zip(&planned)
            .map(|(given, planned)| given - planned)
            .collect();
        let sizes: Vec<f64> = less.iter().map(|d| d.abs()).collect();
        panels.push(("Planned dose (kPa·s)", Content::Heat(planned, most)));
        panels.push(("Given dose (kPa·s)", Content::Heat(given, most)));
        // On the scale of the dose itself, or a run that is as planned would look as bad as any other.
        let size = top(&sizes).max(0.25 * most);
        panels.push((
            "Given less planned (kPa·s)",
            Content::Difference(less, size),
        ));
    } else {
        panels.push(("Given dose (kPa·s)", Content::Heat(given, most)));
    }
    panels.push(("Passes", Content::Heat(passes, most_passes)));
    panels.push(("Worked and left out", Content::Coverage(view)));
    panels.push((
        "Highest peak pressure (kPa)",
        Content::Heat(pressure, highest),
    ));
    panels
}

/// Pressure dose of one map on the cells of another (kPa·s).
fn on(cells: &DoseMap, map: &DoseMap) -> Vec<f64> {
    let values: Vec<f64> = map.pressure_dose_kpa_s().collect();
    let value = |index| {
        let (u, v) = cells.grid().centre(index);
        let place = map.grid().index(u, v);
        place
            .and_then(|place| values.get(place).copied())
            .unwrap_or(0.0)
    };
    (0..cells.grid().len()).map(value).collect()
}

/// Where a colour scale ends.
fn top(values: &[f64]) -> f64 {
    let mut some: Vec<f64> = values.iter().copied().filter(|v| *v > 0.0).collect();
    some.sort_by(f64::total_cmp);
    let place = (some.len() as f64 * (1.0 - TOP)).floor() as usize;
    let last = some.len().saturating_sub(1);
    some.get(place.min(last)).copied().unwrap_or(0.0)
}

fn draw_content(svg: &mut String, panel: &Panel, grid: &dose::Grid, content: &Content<'_>) {
    match content {
        Content::Heat(values, most) => panel.draw_cells(svg, grid, |index| {
            let value = values.get(index).copied().unwrap_or(0.0);
            (value > 0.0 && *most > 0.0).then(|| warm(step(value / most)))
        }),
        Content::Difference(values, most) => panel.draw_cells(svg, grid, |index| {
            let value = values.get(index).copied().unwrap_or(0.0);
            (value != 0.0 && *most > 0.0).then(|| apart(step(value.abs() / most).copysign(value)))
        }),
        Content::Coverage(view) => draw_coverage(svg, panel, view),
    }
}

fn draw_coverage(svg: &mut String, panel: &Panel, view: &DoseView) {
    let grid = view.given.grid();
    let open = |index: usize| view.open.get(index).copied().unwrap_or(false);
    panel.draw_cells(svg, grid, |index| {
        view.given.is_worked(index).then_some(WORKED)
    });
    panel.draw_hatch(svg, grid, (OPEN, 0.7), |index| {
        open(index) && !view.given.is_worked(index)
    });
    let left_out = |index: usize| {
        let (u, v) = grid.centre(index);
        let of = |map: &DoseMap| {
            let place = map.grid().index(u, v);
            place.and_then(|place| map.impulse_n_s().get(place).copied())
        };
        let promised = view.planned.as_ref().and_then(of).unwrap_or(0.0);
        let given = of(&view.given).unwrap_or(0.0);
        given < COVERED_ENOUGH * promised && in_gap(view, u.get() * 1e3, v.get() * 1e3)
    };
    panel.draw_hatch(svg, grid, (LEFT_OUT, 1.1), left_out);
}

fn in_gap(view: &DoseView, u_mm: f64, v_mm: f64) -> bool {
    let side = if v_mm >= 0.0 { Side::Left } else { Side::Right };
    view.gaps.iter().any(|gap| {
        gap.side == side
            && (gap.from_u_mm..=gap.to_u_mm).contains(&u_mm)
            && (gap.inner_mm..=gap.outer_mm).contains(&v_mm.abs())
    })
}

/// Boxes around the gaps.
fn draw_gaps(svg: &mut String, panel: &Panel, view: &DoseView) {
    for gap in &view.gaps {
        let (inner, outer) = match gap.side {
            Side::Left => (gap.inner_mm, gap.outer_mm),
            Side::Right => (-gap.outer_mm, -gap.inner_mm),
        };
        let (x, y) = (panel.x(outer * 1e-3), panel.y(gap.to_u_mm * 1e-3));
        let _ = writeln!(
            svg,
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"1.4\"><title>{}</title></rect>",
            px(x),
            px(y),
            px(panel.x(inner * 1e-3) - x),
            px(panel.y(gap.from_u_mm * 1e-3) - y),
            hex(LEFT_OUT),
            escape(&format!(
                "{:.0} of {:.0} N·s given",
                gap.given_n_s, gap.planned_n_s
            )),
        );
    }
}

/// The share at the middle of the scale's step that a share falls into.
fn step(share: f64) -> f64 {
    let steps = SHADES as f64;
    ((share * steps).ceil().clamp(1.0, steps) - 0.5) / steps
}

fn warm(share: f64) -> Rgb {
    heat(0.06 + 0.94 * share)
}

fn apart(share: f64) -> Rgb {
    let end = if share < 0.0 { LESS } else { MORE };
    blend(EVEN, end, share.abs())
}

fn draw_key(svg: &mut String, panel: &Panel, content: &Content<'_>) {
    match content {
        Content::Heat(_, most) => draw_scale(svg, panel, (0.0, *most), warm),
        Content::Difference(_, most) => draw_scale(svg, panel, (-most, *most), |share| {
            // Two halves of as many steps each.
            apart((2.0 * share - 1.0).clamp(-1.0, 1.0))
        }),
        Content::Coverage(view) => draw_words(svg, panel, view.planned.is_some()),
    }
}

fn draw_scale(
    svg: &mut String,
    panel: &Panel,
    (low, high): (f64, f64),
    colour: impl Fn(f64) -> Rgb,
) {
    let (width, y) = (panel.size.0, panel.size.1 + 8.0);
    if high <= 0.0 {
        let _ = writeln!(
            svg,
            "<text class=\"tick\" x=\"0\" y=\"{}\">none</text>",
            px(y + 12.0)
        );
        return;
    }
    let wide = width / SHADES as f64;
    for index in 0..SHADES {
        let share = (index as f64 + 0.5) / SHADES as f64;
        let _ = writeln!(
            svg,
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"9\" fill=\"{}\"/>",
            px(wide * index as f64),
            px(y),
            px(wide + 0.3),
            hex(colour(share)),
        );
    }
    // Passes are whole numbers.
    let decimals = usize::from(high < 20.0 && high.fract() > 0.0);
    for (share, anchor) in [(0.0, "start"), (0.5, "middle"), (1.0, "end")] {
        let _ = writeln!(
            svg,
            "<text class=\"tick\" x=\"{}\" y=\"{}\" text-anchor=\"{anchor}\">{}</text>",
            px(width * share),
            px(y + 22.0),
            figure(Some(low + (high - low) * share), decimals),
        );
    }
}

fn draw_words(svg: &mut String, panel: &Panel, planned: bool) {
    let y = panel.size.1 + 8.0;
    let mut words = vec![("worked", WORKED), ("not planned", OPEN)];
    if planned {
        words.push(("under 60 % given", LEFT_OUT));
    } else if let Some(open) = words.last_mut() {
        open.0 = "not worked";
    }
    let wide = panel.size.0 / 3.0;
    for (index, (word, colour)) in words.into_iter().enumerate() {
        let x = wide * index as f64;
        let _ = writeln!(
            svg,
            "<rect x=\"{}\" y=\"{}\" width=\"11\" height=\"11\" fill=\"{}\"/><text class=\"tick\" x=\"{}\" y=\"{}\">{word}</text>",
            px(x),
            px(y),
            hex(colour),
            px(x + 15.0),
            px(y + 10.0),
        );
    }
}
