//! A chart over time as inline SVG.

use std::fmt::Write as _;

use super::envelope::{Extremes, envelope};
use super::svg::{clock, escape, px, ticks, time_ticks};
use crate::palette::{Rgb, hex};

/// Width of every chart (SVG units).
pub(crate) const WIDTH: f64 = 1000.0;
const LEFT: f64 = 54.0;
const RIGHT: f64 = 12.0;
const TOP: f64 = 24.0;
const AXIS: f64 = 22.0;
const LANE: f64 = 16.0;
/// Columns of the envelope: a little finer than a screen.
const COLUMNS: usize = 1200;

/// One curve.
pub(crate) struct Series {
    /// Its name in the legend.
    pub name: &'static str,
    /// Its colour.
    pub colour: Rgb,
    /// Dashed lines are bounds.
    pub dashed: bool,
    /// (time in s, value); not finite = no value.
    pub samples: Vec<(f64, f64)>,
}

/// A stretch of time with a name and a colour.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Span {
    /// From, to (s).
    pub time: (f64, f64),
    /// What it is.
    pub name: String,
    /// Its colour.
    pub colour: Rgb,
}

/// A strip of spans below the curves.
pub(crate) struct Lane {
    /// What the spans are.
    pub name: &'static str,
    /// The spans, in the order of time.
    pub spans: Vec<Span>,
}

/// A chart over time.
pub(crate) struct Chart {
    /// Name of the picture, for those who do not see it.
    pub title: String,
    /// What there is to see.
    pub description: String,
    /// Label of the upright axis, with its unit.
    pub axis: &'static str,
    /// Height of the plot itself (SVG units).
    pub height: f64,
    /// From, to (s).
    pub time: (f64, f64),
    /// Whether zero must be on the axis.
    pub from_zero: bool,
    /// The curves, those behind first.
    pub series: Vec<Series>,
    /// Strips below.
    pub lanes: Vec<Lane>,
}

struct Scale {
    time: (f64, f64),
    value: (f64, f64),
    height: f64,
}

impl Scale {
    fn x(&self, at: f64) -> f64 {
        let share = (at - self.time.0) / (self.time.1 - self.time.0);
        LEFT + share.clamp(0.0, 1.0) * (WIDTH - LEFT - RIGHT)
    }

    fn column_x(&self, column: usize) -> f64 {
        LEFT + (column as f64 + 0.5) / COLUMNS as f64 * (WIDTH - LEFT - RIGHT)
    }

    fn y(&self, value: f64) -> f64 {
        let share = (value - self.value.0) / (self.value.1 - self.value.0);
        TOP + (1.0 - share) * self.height
    }
}

impl Chart {
    /// The picture as SVG. Without a sample it says so.
    pub fn draw(&self) -> String {
        let total = TOP + self.height + AXIS + self.lanes.len() as f64 * LANE + 4.0;
        let mut svg = format!(
            "<svg class=\"chart\" viewBox=\"0 0 {WIDTH} {}\" role=\"img\" aria-label=\"{}\">\n<title>{}</title>\n<desc>{}</desc>\n",
            px(total),
            escape(&self.title),
            escape(&self.title),
            escape(&self.description),
        );
        let runs: Vec<Vec<Vec<Extremes>>> = self
            .series
            .iter()
            .map(|s| envelope(s.samples.iter().copied(), self.time, COLUMNS))
            .collect();
        match self.scale(&runs) {
            Some(scale) => {
                self.draw_axes(&mut svg, &scale);
                for (series, runs) in self.series.iter().zip(&runs) {
                    draw_series(&mut svg, &scale, series, runs);
                }
                self.draw_lanes(&mut svg, &scale);
            }
            None => {
                svg.push_str("<text x=\"500\" y=\"60\" text-anchor=\"middle\">no sample</text>\n")
            }
        }
        svg.push_str("</svg>\n");
        svg
    }

    fn scale(&self, runs: &[Vec<Vec<Extremes>>]) -> Option<Scale> {
        let all = || runs.iter().flatten().flatten();
        let low = all().map(|e| e.low).fold(f64::INFINITY, f64::min);
        let high = all().map(|e| e.high).fold(f64::NEG_INFINITY, f64::max);
        let drawable = low <= high && self.time.1 > self.time.0;
        if !drawable {
            return None;
        }
        let low = if self.from_zero { low.min(0.0) } else { low };
        let high = if self.from_zero { high.max(0.0) } else { high };
        let room = ((high - low) * 0.06).max(1e-3);
        let low = if low < 0.0 || !self.from_zero {
            low - room
        } else {
            low
        };
        Some(Scale {
            time: self.time,
            value: (low, high + room),
            height: self.height,
        })
    }

    fn draw_axes(&self, svg: &mut String, scale: &Scale) {
        let (bottom, right) = (TOP + self.height, WIDTH - RIGHT);
        for tick in ticks(scale.value.0, scale.value.1, 5) {
            let y = px(scale.y(tick));
            let label = if tick.abs() < 1e-12 { 0.0 } else { tick };
            let _ = writeln!(
                svg,
                "<path class=\"grid\" d=\"M{LEFT} {y}H{right}\"/><text class=\"tick\" x=\"{}\" y=\"{y}\" dy=\"4\" text-anchor=\"end\">{label}</text>",
                LEFT - 6.0,
            );
        }
        for tick in time_ticks(self.time.0, self.time.1, 12) {
            let x = px(scale.x(tick));
            let _ = writeln!(
                svg,
                "<path class=\"grid\" d=\"M{x} {TOP}V{bottom}\"/><text class=\"tick\" x=\"{x}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
                px(bottom + 15.0),
                clock(tick),
            );
        }
        let _ = writeln!(
            svg,
            "<path class=\"axis\" d=\"M{LEFT} {TOP}V{bottom}H{right}\"/>"
        );
        let _ = writeln!(
            svg,
            "<text class=\"label\" x=\"2\" y=\"14\">{}</text>",
            escape(self.axis)
        );
        self.draw_legend(svg);
    }

    fn draw_legend(&self, svg: &mut String) {
        let mut x = WIDTH - RIGHT;
        for series in self.series.iter().rev() {
            x -= 7.0 * series.name.chars().count() as f64 + 12.0;
            let _ = writeln!(
                svg,
                "<text class=\"label\" x=\"{}\" y=\"14\">{}</text><path d=\"M{} 10h18\" stroke=\"{}\" stroke-width=\"3\"{}/>",
                px(x),
                escape(series.name),
                px(x - 23.0),
                hex(series.colour),
                dash(series.dashed),
            );
            x -= 30.0;
        }
    }

    fn draw_lanes(&self, svg: &mut String, scale: &Scale) {
        for (index, lane) in self.lanes.iter().enumerate() {
            let y = TOP + self.height + AXIS + index as f64 * LANE;
            let _ = writeln!(
                svg,
                "<text class=\"tick\" x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>",
                LEFT - 6.0,
                px(y + 11.0),
                escape(lane.name),
            );
            for span in &lane.spans {
                draw_span(svg, scale, span, y);
            }
        }
    }
}

fn draw_span(svg: &mut String, scale: &Scale, span: &Span, y: f64) {
    let (from, to) = (scale.x(span.time.0), scale.x(span.time.1));
    let width = (to - from).max(0.4);
    let _ = write!(
        svg,
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{}\"><title>{} {}–{}</title></rect>",
        px(from),
        px(y),
        px(width),
        LANE - 3.0,
        hex(span.colour),
        escape(&span.name),
        clock(span.time.0),
        clock(span.time.1),
    );
    // A name is written where it fits.
    if width > 6.5 * span.name.chars().count() as f64 + 6.0 {
        let _ = write!(
            svg,
            "<text class=\"span\" x=\"{}\" y=\"{}\">{}</text>",
            px(from + 4.0),
            px(y + 10.0),
            escape(&span.name),
        );
    }
    svg.push('\n');
}

/// A run is outlined above and below, so that a flat run is a line and a noisy one an area.
fn draw_series(svg: &mut String, scale: &Scale, series: &Series, runs: &[Vec<Extremes>]) {
    let mut path = String::new();
    for run in runs {
        for (index, column) in run.iter().enumerate() {
            let command = if index == 0 { 'M' } else { 'L' };
            let (x, y) = (px(scale.column_x(column.column)), px(scale.y(column.high)));
            let _ = write!(path, "{command}{x} {y}");
            if series.dashed && column.low < column.high {
                let _ = write!(path, "V{}", px(scale.y(column.low)));
            }
        }
        if series.dashed {
            continue;
        }
        for column in run.iter().rev() {
            let (x, y) = (px(scale.column_x(column.column)), px(scale.y(column.low)));
            let _ = write!(path, "L{x} {y}");
        }
        path.push('Z');
    }
    let colour = hex(series.colour);
    let fill = if series.dashed {
        "none"
    } else {
        colour.as_str()
    };
    let _ = writeln!(
        svg,
        "<path d=\"{path}\" fill=\"{fill}\" fill-opacity=\"0.35\" stroke=\"{colour}\" stroke-width=\"1.2\" stroke-linejoin=\"round\"{}/>",
        dash(series.dashed),
    );
}

fn dash(dashed: bool) -> &'static str {
    if dashed {
        " stroke-dasharray=\"6 3\""
    } else {
        ""
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(samples: Vec<(f64, f64)>) -> Chart {
        let series = Series {
            name: "true",
            colour: [0, 0, 200],
            dashed: false,
            samples,
        };
        Chart {
            title: "Force <of> step".into(),
            description: "d".into(),
            axis: "N",
            height: 100.0,
            time: (0.0, 10.0),
            from_zero: true,
            series: vec![series],
            lanes: Vec::new(),
        }
    }

    #[test]
    fn the_extremes_of_the_data_stand_in_the_path() {
        let samples = (0..500)
            .map(|i| (f64::from(i) * 0.02, f64::from(i % 7)))
            .collect();
        let drawn = chart(samples).draw();
        // 6 is the highest sample: room of 6 % above it, none below zero.
        let y = |v: f64| px(TOP + (1.0 - v / 6.36) * 100.0);
        assert!(drawn.contains(&format!(" {}L", y(6.0))), "{}", y(6.0));
        assert!(drawn.contains(&format!(" {}L", y(0.0))), "{}", y(0.0));
        assert!(drawn.contains("Force &lt;of&gt; step"));
    }

    #[test]
    fn a_chart_without_samples_says_so() {
        assert!(chart(Vec::new()).draw().contains("no sample"));
        assert!(chart(vec![(1.0, f64::NAN)]).draw().contains("no sample"));
    }
}
