//! Force over time: the whole step, and three seconds of it where it has a rhythm.

use std::fmt::Write as _;

use super::map::line;
use super::shades::Shades;
use super::strip::{LOOK, Strip};
use super::thin::thinned;
use crate::report::svg::{clock, escape, figure, px, ticks, time_ticks};

const LEFT: f64 = 40.0;
const RIGHT: f64 = 10.0;
const TOP: f64 = 24.0;
const AXIS: f64 = 22.0;

/// What a chart shows and how large.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chart<'a> {
    /// Its name for those who do not see it.
    pub name: &'a str,
    /// Words above it.
    pub heading: &'a str,
    /// Of the whole picture (SVG units).
    pub width: f64,
    /// Of the plot alone (SVG units).
    pub height: f64,
    /// From, to (s).
    pub time: (f64, f64),
    /// The force's scale.
    pub shades: Shades,
}

/// The whole step.
pub(super) fn whole(name: &str, strips: &[Strip], time: (f64, f64), shades: Shades) -> String {
    let chart = Chart {
        name,
        heading: "force set-point (N) over the step's time (min:s)",
        width: 660.0,
        height: 150.0,
        time,
        shades,
    };
    chart.draw(strips)
}

/// Three seconds.
pub(super) fn close(name: &str, look: &Strip, shades: Shades) -> String {
    let from = look.moments.first().map_or(0.0, |m| m.at);
    let chart = Chart {
        name,
        heading: "3 s of it (N)",
        width: 430.0,
        height: 130.0,
        time: (from, from + LOOK),
        shades,
    };
    chart.draw(std::slice::from_ref(look))
}

impl Chart<'_> {
    fn x(&self, at: f64) -> f64 {
        let share = (at - self.time.0) / (self.time.1 - self.time.0);
        LEFT + share.clamp(0.0, 1.0) * (self.width - LEFT - RIGHT)
    }

    fn y(&self, force: f64) -> f64 {
        TOP + (1.0 - (force / self.shades.most).clamp(0.0, 1.05)) * self.height
    }

    fn draw(&self, strips: &[Strip]) -> String {
        let total = TOP + self.height + AXIS;
        let mut svg = format!(
            "<svg class=\"curve\" viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}: {}\">\n",
            px(self.width),
            px(total),
            escape(self.name),
            escape(self.heading),
        );
        self.draw_axes(&mut svg);
        for strip in strips {
            if strip.blows.is_some() {
                self.draw_blows(&mut svg, strip);
            } else {
                self.draw_curve(&mut svg, strip);
            }
        }
        svg.push_str("</svg>\n");
        svg
    }

    fn draw_axes(&self, svg: &mut String) {
        let (bottom, right) = (TOP + self.height, self.width - RIGHT);
        let _ = writeln!(
            svg,
            "<text class=\"label\" x=\"{LEFT}\" y=\"13\">{}</text>",
            escape(self.heading)
        );
        for tick in ticks(0.0, self.shades.most, 6) {
            let y = px(self.y(tick));
            let decimals = usize::from(self.shades.most < 3.0);
            let _ = writeln!(
                svg,
                "<path class=\"grid\" d=\"M{LEFT} {y}H{right}\"/><text class=\"tick\" x=\"{}\" y=\"{y}\" dy=\"4\" text-anchor=\"end\">{}</text>",
                LEFT - 6.0,
                figure(Some(tick), decimals),
            );
        }
        self.draw_times(svg, bottom);
        let _ = writeln!(
            svg,
            "<path class=\"axis\" d=\"M{LEFT} {TOP}V{bottom}H{right}\"/>"
        );
    }

    /// Clock times below the whole step, tenths below a close look.
    fn draw_times(&self, svg: &mut String, bottom: f64) {
        let span = self.time.1 - self.time.0;
        let close = span < 2.0 * LOOK;
        let at = if close {
            ticks(self.time.0, self.time.1, 6)
        } else {
            time_ticks(self.time.0, self.time.1, 8)
        };
        for tick in at {
            let x = px(self.x(tick));
            let label = if close {
                format!("{} s", figure(Some(tick), 1))
            } else {
                clock(tick)
            };
            let _ = writeln!(
                svg,
                "<path class=\"grid\" d=\"M{x} {TOP}V{bottom}\"/><text class=\"tick\" x=\"{x}\" y=\"{}\" text-anchor=\"middle\">{label}</text>",
                px(bottom + 15.0),
            );
        }
    }

    fn draw_curve(&self, svg: &mut String, strip: &Strip) {
        let points = strip
            .moments
            .iter()
            .map(|m| (self.x(m.at), self.y(m.force)));
        let points: Vec<_> = points.collect();
        let path = line(&thinned(&points, 0.25));
        let _ = writeln!(svg, "<path class=\"force\" d=\"{path}\"/>");
    }

    /// A blow is a stem of its peak: how long it lasts is the skin's business.
    fn draw_blows(&self, svg: &mut String, strip: &Strip) {
        let mut path = String::new();
        for blow in strip.struck() {
            let _ = write!(
                path,
                "M{} {}V{}",
                px(self.x(blow.at)),
                px(self.y(0.0)),
                px(self.y(blow.force))
            );
        }
        let _ = writeln!(svg, "<path class=\"force\" d=\"{path}\"/>");
    }
}
