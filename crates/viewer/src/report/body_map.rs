//! The back seen from above, head up: where the dose went, and how hard the patch pressed.
//!
//! The client lies prone, so the client's left is on the left of the picture, and `v`, which is positive to
//! the left, grows to the left.

use std::fmt::Write as _;

use super::input::{BodyMap, ReportInput};
use super::svg::{escape, figure, px, ticks};
use crate::dose::{UvGrid, presses, touches};
use crate::palette::{CEILING, heat, hex};
use crate::session::Session;

/// Edge of a cell (m): with 1 cm² a cell's dose in N·s is also its dose in N·s/cm².
const CELL: f64 = 0.01;
/// Room around the outline (m).
const ROOM: f64 = 0.02;
/// Largest size of the back in one panel (SVG units).
const PANEL: (f64, f64) = (400.0, 640.0);
/// Steps of the colour scale: cells of one step and row are drawn as one rectangle.
const SHADES: usize = 48;

/// The two maps as one picture.
pub(super) fn draw(input: &ReportInput, session: &Session) -> String {
    let Some(bounds) = bounds(&input.body, session) else {
        return "<p>The tool never touched, and no outline of the back is known: there is no map.</p>\n"
            .to_owned();
    };
    let mut grid = UvGrid::new(bounds.u, bounds.v, CELL);
    for press in presses(session, &input.steps, &input.tools) {
        grid.add(&press);
    }
    let panel = Panel::new(&bounds);
    let height = panel.size.1 + 96.0;
    let mut svg = format!(
        "<svg class=\"chart map\" viewBox=\"0 0 1000 {}\" role=\"img\" aria-label=\"Body map of dose and pressure\">\n\
         <title>Body map of dose and pressure</title>\n<desc>The back from above, head up, client's left on the left. \
         Left panel: dose; right panel: highest peak pressure.</desc>\n",
        px(height),
    );
    let pressure: Vec<f64> = grid.pressure.iter().map(|p| p * 1e-3).collect();
    let panels = [
        ("Dose (N·s/cm²)", &grid.dose, 1),
        ("Highest peak pressure (kPa)", &pressure, 1),
    ];
    for (index, (title, values, decimals)) in panels.into_iter().enumerate() {
        let left = 500.0 * index as f64 + 250.0 - panel.size.0 * 0.5;
        let _ = writeln!(svg, "<g transform=\"translate({} 44)\">", px(left));
        panel.draw(&mut svg, &input.body, &grid, values, title);
        draw_scale(&mut svg, &panel, values, decimals);
        svg.push_str("</g>\n");
    }
    svg.push_str("</svg>\n");
    svg
}

struct Bounds {
    u: (f64, f64),
    v: (f64, f64),
}

/// What the map must show: the outline, or without one wherever the tool touched; as wide left as right.
fn bounds(body: &BodyMap, session: &Session) -> Option<Bounds> {
    let outline = body.outline.iter().map(|(u, v)| (u.get(), v.get()));
    let touched = session
        .contacts
        .iter()
        .filter(|c| body.outline.is_empty() && touches(c))
        .map(|c| (c.u_m, c.v_m));
    let room = if body.outline.is_empty() {
        3.0 * ROOM
    } else {
        ROOM
    };
    let places = outline
        .chain(touched)
        .filter(|(u, v)| u.is_finite() && v.is_finite());
    let mut found: Option<(f64, f64, f64)> = None;
    for (u, v) in places {
        let (low, high, half) = found.unwrap_or((u, u, v.abs()));
        found = Some((low.min(u), high.max(u), half.max(v.abs())));
    }
    let (low, high, half) = found?;
    // Whole cells on both sides of the spine: the picture is symmetric.
    let half = ((half + room) / CELL).ceil() * CELL;
    let (low, high) = (
        ((low - room) / CELL).floor() * CELL,
        ((high + room) / CELL).ceil() * CELL,
    );
    (half < 1.0 && high - low < 2.0).then_some(Bounds {
        u: (low, high),
        v: (-half, half),
    })
}

struct Panel {
    bounds: (f64, f64, f64),
    scale: f64,
    size: (f64, f64),
}

impl Panel {
    fn new(bounds: &Bounds) -> Self {
        let (width, height) = (bounds.v.1 - bounds.v.0, bounds.u.1 - bounds.u.0);
        let scale = (PANEL.0 / width).min(PANEL.1 / height);
        let size = (width * scale, height * scale);
        Self {
            bounds: (bounds.u.0, bounds.u.1, bounds.v.1),
            scale,
            size,
        }
    }

    fn x(&self, v: f64) -> f64 {
        (self.bounds.2 - v) * self.scale
    }

    fn y(&self, u: f64) -> f64 {
        (self.bounds.1 - u) * self.scale
    }

    fn draw(&self, svg: &mut String, body: &BodyMap, grid: &UvGrid, values: &[f64], title: &str) {
        let (width, height) = self.size;
        let _ = writeln!(
            svg,
            "<text class=\"heading\" x=\"{}\" y=\"-26\" text-anchor=\"middle\">{}</text>\
             <text class=\"tick\" x=\"{}\" y=\"-8\" text-anchor=\"middle\">head</text>\
             <text class=\"tick\" x=\"0\" y=\"-8\">client's left</text>\
             <text class=\"tick\" x=\"{}\" y=\"-8\" text-anchor=\"end\">client's right</text>",
            px(width * 0.5),
            escape(title),
            px(width * 0.5),
            px(width),
        );
        self.draw_outline(svg, body, "fill=\"#f4f1ee\" stroke=\"none\"");
        self.draw_cells(svg, grid, values);
        self.draw_outline(
            svg,
            body,
            "fill=\"none\" stroke=\"#6b6660\" stroke-width=\"1.3\"",
        );
        self.draw_keep_out(svg, body);
        for tick in ticks(self.bounds.0, self.bounds.1, 7) {
            let _ = writeln!(
                svg,
                "<text class=\"tick\" x=\"-8\" y=\"{}\" dy=\"4\" text-anchor=\"end\">{}</text><path class=\"axis\" d=\"M-5 {}h5\"/>",
                px(self.y(tick)),
                figure(Some(tick * 100.0), 0),
                px(self.y(tick)),
            );
        }
        let _ = writeln!(
            svg,
            "<text class=\"tick\" x=\"-36\" y=\"{y}\" text-anchor=\"middle\" transform=\"rotate(-90 -36 {y})\">u from S2 toward the head (cm)</text>",
            y = px(height * 0.5),
        );
    }

    fn draw_outline(&self, svg: &mut String, body: &BodyMap, style: &str) {
        let points = body.outline.iter().map(|(u, v)| (u.get(), v.get()));
        let points = points.filter(|(u, v)| u.is_finite() && v.is_finite());
        let text: Vec<String> = points
            .map(|(u, v)| format!("{},{}", px(self.x(v)), px(self.y(u))))
            .collect();
        if text.len() > 2 {
            let _ = writeln!(svg, "<polygon points=\"{}\" {style}/>", text.join(" "));
        }
    }

    /// Cells without a value are left open; neighbours of one shade in a row are one rectangle.
    fn draw_cells(&self, svg: &mut String, grid: &UvGrid, values: &[f64]) {
        let highest = values.iter().copied().fold(0.0, f64::max);
        let side = grid.cell * self.scale;
        for (row, cells) in values.chunks(grid.columns.max(1)).enumerate() {
            let shades: Vec<usize> = cells.iter().map(|value| shade(*value, highest)).collect();
            let mut column = 0;
            for run in shades.chunk_by(|a, b| a == b) {
                let (first, shade) = (column, run.first().copied().unwrap_or(0));
                column += run.len();
                if shade == 0 {
                    continue;
                }
                // Columns grow with v, that is to the left.
                let (u, v) = grid.centre(row, first + run.len() - 1);
                let _ = writeln!(
                    svg,
                    "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{}\"/>",
                    px(self.x(v) - side * 0.5),
                    px(self.y(u) - side * 0.5),
                    px(side * run.len() as f64 + 0.3),
                    px(side + 0.3),
                    hex(heat(shade as f64 / SHADES as f64)),
                );
            }
        }
    }

    fn draw_keep_out(&self, svg: &mut String, body: &BodyMap) {
        let half = body.keep_out_half_width.get();
        let (low, high) = self.spine_ends(body);
        let colour = hex(CEILING);
        if half > 0.0 {
            let _ = writeln!(
                svg,
                "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{colour}\" fill-opacity=\"0.08\" stroke=\"{colour}\" stroke-dasharray=\"5 3\"><title>spine keep-out</title></rect>",
                px(self.x(half)),
                px(self.y(high)),
                px(2.0 * half * self.scale),
                px((high - low) * self.scale),
            );
        }
        let _ = writeln!(
            svg,
            "<path d=\"M{} {}V{}\" stroke=\"#333\" stroke-width=\"1.2\"/>",
            px(self.x(0.0)),
            px(self.y(high)),
            px(self.y(low)),
        );
        for place in &body.landmarks {
            let (x, y) = (self.x(place.v.get()), self.y(place.u.get()));
            let inside = (0.0..=self.size.0).contains(&x) && (0.0..=self.size.1).contains(&y);
            if !inside {
                continue;
            }
            // Names stand away from the spine.
            let (anchor, shift) = if place.v.get() > 0.0 {
                ("end", -7.0)
            } else {
                ("start", 7.0)
            };
            let _ = writeln!(
                svg,
                "<circle cx=\"{}\" cy=\"{}\" r=\"3.2\" fill=\"#fff\" stroke=\"#222\" stroke-width=\"1.3\"/>\
                 <text class=\"place\" x=\"{}\" y=\"{}\" dy=\"4\" text-anchor=\"{anchor}\">{}</text>",
                px(x),
                px(y),
                px(x + shift),
                px(y),
                escape(&place_name(&place.name)),
            );
        }
    }

    fn spine_ends(&self, body: &BodyMap) -> (f64, f64) {
        let along = || {
            body.outline
                .iter()
                .map(|(u, _)| u.get())
                .filter(|u| u.is_finite())
        };
        let low = along().fold(f64::INFINITY, f64::min);
        let high = along().fold(f64::NEG_INFINITY, f64::max);
        if low < high {
            (low, high)
        } else {
            (self.bounds.0, self.bounds.1)
        }
    }
}

/// Vertebrae are written large (`t12` is T12), and words apart.
fn place_name(word: &str) -> String {
    let mut letters = word.chars();
    let vertebra = letters.next().is_some_and(|c| c.is_ascii_alphabetic())
        && word.len() > 1
        && letters.all(|c| c.is_ascii_digit());
    if vertebra {
        word.to_uppercase()
    } else {
        word.replace('_', " ")
    }
}

fn shade(value: f64, highest: f64) -> usize {
    if value > 0.0 && highest > 0.0 {
        ((value / highest * SHADES as f64).ceil() as usize).clamp(1, SHADES)
    } else {
        0
    }
}

fn draw_scale(svg: &mut String, panel: &Panel, values: &[f64], decimals: usize) {
    let highest = values.iter().copied().fold(0.0, f64::max);
    let (width, top) = (panel.size.0, panel.size.1 + 14.0);
    if highest <= 0.0 {
        let _ = writeln!(
            svg,
            "<text class=\"tick\" x=\"0\" y=\"{}\">no touch</text>",
            px(top + 12.0)
        );
        return;
    }
    let step = width / SHADES as f64;
    for index in 0..SHADES {
        let _ = writeln!(
            svg,
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"10\" fill=\"{}\"/>",
            px(step * index as f64),
            px(top),
            px(step + 0.3),
            hex(heat((index + 1) as f64 / SHADES as f64)),
        );
    }
    for (share, anchor) in [(0.0, "start"), (0.5, "middle"), (1.0, "end")] {
        let _ = writeln!(
            svg,
            "<text class=\"tick\" x=\"{}\" y=\"{}\" text-anchor=\"{anchor}\">{}</text>",
            px(width * share),
            px(top + 24.0),
            figure(Some(highest * share), decimals),
        );
    }
}
