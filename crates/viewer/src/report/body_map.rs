//! The back seen from above, head up: one panel on which cells are coloured.
//!
//! The client lies prone, so the client's left is on the left of the picture, and `v`, which is positive to
//! the left, grows to the left.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use dose::{CELL, Grid};

use super::input::BodyMap;
use super::svg::{escape, figure, px, ticks};
use crate::palette::{CEILING, Rgb, hex};

/// Room around the outline (m).
const ROOM: f64 = 0.02;

/// What a panel must show: as wide left as right.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    u: (f64, f64),
    half: f64,
}

impl Bounds {
    /// Of the outline, or without one of the given stretch and width (m); `None` when neither is a back.
    pub fn of(body: &BodyMap, otherwise: Option<((f64, f64), f64)>) -> Option<Self> {
        let outline = body.outline.iter().map(|(u, v)| (u.get(), v.get()));
        let finite = outline.filter(|(u, v)| u.is_finite() && v.is_finite());
        let found = finite.fold(None, |found, (u, v)| {
            let ((low, high), half) = found.unwrap_or(((u, u), v.abs()));
            Some(((u.min(low), u.max(high)), v.abs().max(half)))
        });
        let ((low, high), half) = found.or(otherwise)?;
        let (low, high, half) = (low - ROOM, high + ROOM, half + ROOM);
        (half < 1.0 && high - low < 2.0 && low < high).then_some(Self {
            u: (low, high),
            half,
        })
    }
}

/// How a panel is labelled.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Labels<'a> {
    pub title: &'a str,
    /// Names beside the landmarks; without, there are only their dots.
    pub names: bool,
}

/// A picture of the back.
pub(crate) struct Panel {
    bounds: Bounds,
    scale: f64,
    /// Width and height (SVG units).
    pub size: (f64, f64),
}

impl Panel {
    /// As large as fits into `room` (SVG units).
    pub fn new(bounds: Bounds, room: (f64, f64)) -> Self {
        let (width, height) = (2.0 * bounds.half, bounds.u.1 - bounds.u.0);
        let scale = (room.0 / width).min(room.1 / height);
        Self {
            bounds,
            scale,
            size: (width * scale, height * scale),
        }
    }

    pub fn x(&self, v: f64) -> f64 {
        (self.bounds.half - v) * self.scale
    }

    pub fn y(&self, u: f64) -> f64 {
        (self.bounds.u.1 - u) * self.scale
    }

    /// Title and bare skin: what lies beneath the cells.
    pub fn draw_ground(&self, svg: &mut String, body: &BodyMap, labels: Labels<'_>) {
        let (width, _) = self.size;
        let _ = writeln!(
            svg,
            "<text class=\"heading\" x=\"{}\" y=\"-24\" text-anchor=\"middle\">{}</text>\
             <text class=\"tick\" x=\"{}\" y=\"-7\" text-anchor=\"middle\">head</text>\
             <text class=\"tick\" x=\"0\" y=\"-7\">left</text>\
             <text class=\"tick\" x=\"{}\" y=\"-7\" text-anchor=\"end\">right</text>",
            px(width * 0.5),
            escape(labels.title),
            px(width * 0.5),
            px(width),
        );
        self.draw_outline(svg, body, "fill=\"#f4f1ee\" stroke=\"none\"");
    }

    /// Outline, spine, keep-out, landmarks and the scale along the spine: what lies above the cells.
    pub fn draw_marks(&self, svg: &mut String, body: &BodyMap, labels: Labels<'_>) {
        self.draw_outline(
            svg,
            body,
            "fill=\"none\" stroke=\"#6b6660\" stroke-width=\"1.2\"",
        );
        self.draw_keep_out(svg, body);
        self.draw_landmarks(svg, body, labels.names);
        for tick in ticks(self.bounds.u.0, self.bounds.u.1, 7) {
            let y = px(self.y(tick));
            let _ = writeln!(
                svg,
                "<text class=\"tick\" x=\"-7\" y=\"{y}\" dy=\"4\" text-anchor=\"end\">{}</text><path class=\"axis\" d=\"M-5 {y}h5\"/>",
                figure(Some(tick * 100.0), 0),
            );
        }
        if labels.names {
            let y = px(self.size.1 * 0.5);
            let _ = writeln!(
                svg,
                "<text class=\"tick\" x=\"-30\" y=\"{y}\" text-anchor=\"middle\" transform=\"rotate(-90 -30 {y})\">u from S2 toward the head (cm)</text>",
            );
        }
    }

    pub fn draw_outline(&self, svg: &mut String, body: &BodyMap, style: &str) {
        let points = body.outline.iter().map(|(u, v)| (u.get(), v.get()));
        let points = points.filter(|(u, v)| u.is_finite() && v.is_finite());
        let text: Vec<String> = points
            .map(|(u, v)| format!("{},{}", px(self.x(v)), px(self.y(u))))
            .collect();
        if text.len() > 2 {
            let _ = writeln!(svg, "<polygon points=\"{}\" {style}/>", text.join(" "));
        }
    }

    /// Fills cells; those without a colour are left open. Neighbours of one colour in a row are one piece, all
    /// pieces of a colour one path.
    pub fn draw_cells(&self, svg: &mut String, grid: &Grid, colour: impl Fn(usize) -> Option<Rgb>) {
        let mut paths: BTreeMap<Rgb, String> = BTreeMap::new();
        let columns = grid.columns();
        let side = CELL.get() * self.scale;
        for row in 0..grid.rows() {
            let colours: Vec<Option<Rgb>> = (0..columns)
                .map(|column| colour(row * columns + column))
                .collect();
            let mut column = 0;
            for run in colours.chunk_by(|a, b| a == b) {
                column += run.len();
                let Some(Some(colour)) = run.first() else {
                    continue;
                };
                // Columns grow with v, that is to the left: the last of the run is its left end.
                let (u, v) = grid.centre(row * columns + column - 1);
                let (x, y) = (self.x(v.get()) - 0.5 * side, self.y(u.get()) - 0.5 * side);
                let width = side * run.len() as f64;
                let path = paths.entry(*colour).or_default();
                // A little too wide and too high, so that no light falls between neighbours.
                let _ = write!(
                    path,
                    "M{} {}h{}v{}h-{}z",
                    fine(x),
                    fine(y),
                    fine(width + 0.2),
                    fine(side + 0.2),
                    fine(width + 0.2)
                );
            }
        }
        for (colour, path) in paths {
            let _ = writeln!(svg, "<path d=\"{path}\" fill=\"{}\"/>", hex(colour));
        }
    }

    /// Hatches cells.
    pub fn draw_hatch(
        &self,
        svg: &mut String,
        grid: &Grid,
        (colour, width): (Rgb, f64),
        hatched: impl Fn(usize) -> bool,
    ) {
        let half = 0.5 * CELL.get() * self.scale;
        let mut path = String::new();
        let columns = grid.columns().max(1);
        for index in (0..grid.len()).filter(|index| hatched(*index)) {
            // Every other diagonal: lines run on from cell to cell.
            let (row, column) = (index / columns, index % columns);
            if (row + 2 * columns - column) % 2 == 1 {
                continue;
            }
            let (u, v) = grid.centre(index);
            let (x, y) = (self.x(v.get()), self.y(u.get()));
            let _ = write!(
                path,
                "M{} {}l{} {}",
                fine(x - half),
                fine(y + half),
                fine(2.0 * half),
                fine(-2.0 * half)
            );
        }
        if !path.is_empty() {
            let _ = writeln!(
                svg,
                "<path d=\"{path}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{width}\"/>",
                hex(colour)
            );
        }
    }

    /// Keep-out band and spine.
    pub fn draw_keep_out(&self, svg: &mut String, body: &BodyMap) {
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
            "<path d=\"M{} {}V{}\" stroke=\"#333\" stroke-width=\"1\"/>",
            px(self.x(0.0)),
            px(self.y(high)),
            px(self.y(low)),
        );
    }

    fn draw_landmarks(&self, svg: &mut String, body: &BodyMap, names: bool) {
        for place in &body.landmarks {
            let (x, y) = (self.x(place.v.get()), self.y(place.u.get()));
            let inside = (0.0..=self.size.0).contains(&x) && (0.0..=self.size.1).contains(&y);
            if !inside {
                continue;
            }
            let _ = writeln!(
                svg,
                "<circle cx=\"{}\" cy=\"{}\" r=\"2.6\" fill=\"#fff\" stroke=\"#222\" stroke-width=\"1.2\"/>",
                px(x),
                px(y)
            );
            if !names {
                continue;
            }
            // Names stand away from the spine.
            let (anchor, shift) = if place.v.get() > 0.0 {
                ("end", -6.0)
            } else {
                ("start", 6.0)
            };
            let _ = writeln!(
                svg,
                "<text class=\"place\" x=\"{}\" y=\"{}\" dy=\"4\" text-anchor=\"{anchor}\">{}</text>",
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
            self.bounds.u
        }
    }
}

/// A coordinate of a cell: cells are a few pixels wide, so a tenth would show.
fn fine(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Vertebrae are written large (`t12` is T12), and words apart.
pub(crate) fn place_name(word: &str) -> String {
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
