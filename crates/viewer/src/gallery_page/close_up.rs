//! The path in the three seconds of the close look, enlarged, with its sense of turning.

use std::fmt::Write as _;

use super::map::line;
use super::shades::Shades;
use super::strip::{Moment, Strip};
use super::thin::thinned;
use crate::report::svg::{escape, figure, px};

/// Side of the picture (SVG units).
const SIDE: f64 = 176.0;
/// Room at its edges (SVG units).
const EDGE: f64 = 26.0;
/// Lengths of the scale bar (m).
const BARS: [f64; 8] = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1];

/// How metres become picture units: the middle of what is shown, and how much it is enlarged.
struct Frame {
    u: f64,
    v: f64,
    scale: f64,
}

impl Frame {
    fn around(moments: &[Moment]) -> Self {
        let (mut u, mut v) = ((f64::MAX, f64::MIN), (f64::MAX, f64::MIN));
        for m in moments {
            u = (u.0.min(m.u), u.1.max(m.u));
            v = (v.0.min(m.v), v.1.max(m.v));
        }
        // A stay on one place is not enlarged without end.
        let side = (u.1 - u.0).max(v.1 - v.0).max(0.001);
        Self {
            u: 0.5 * (u.0 + u.1),
            v: 0.5 * (v.0 + v.1),
            scale: (SIDE - 2.0 * EDGE) / side,
        }
    }

    /// Head up, the client's left on the left.
    fn place(&self, m: &Moment) -> (f64, f64) {
        (
            0.5 * SIDE - (m.v - self.v) * self.scale,
            0.5 * SIDE - (m.u - self.u) * self.scale,
        )
    }
}

pub(super) fn draw(name: &str, look: &Strip, shades: Shades) -> String {
    let frame = Frame::around(&look.moments);
    let mut svg = format!(
        "<svg class=\"close\" viewBox=\"0 0 {SIDE} {SIDE}\" role=\"img\" aria-label=\"{}: path in 3 s\">\n\
         <rect class=\"pane\" x=\"0.5\" y=\"0.5\" width=\"{w}\" height=\"{w}\"/>\n\
         <text class=\"note\" x=\"8\" y=\"15\">path in these 3 s</text>\n",
        escape(name),
        w = SIDE - 1.0,
    );
    for pair in runs_of_one_shade(look, shades) {
        let points: Vec<_> = pair.1.iter().map(|m| frame.place(m)).collect();
        let _ = writeln!(
            svg,
            "<path class=\"path\" stroke=\"{}\" d=\"{}\"/>",
            Shades::colour(pair.0),
            line(&thinned(&points, 0.3)),
        );
    }
    draw_blows(&mut svg, &frame, look, shades);
    draw_heads(&mut svg, &frame, look);
    draw_bar(&mut svg, &frame);
    svg.push_str("</svg>\n");
    svg
}

/// Stretches of one shade; each takes the next one's first place along.
fn runs_of_one_shade(look: &Strip, shades: Shades) -> Vec<(usize, Vec<Moment>)> {
    let mut runs: Vec<(usize, Vec<Moment>)> = Vec::new();
    for moment in &look.moments {
        let step = shades.step(moment.force);
        if let Some((last, moments)) = runs.last_mut() {
            moments.push(*moment);
            if *last == step {
                continue;
            }
        }
        runs.push((step, vec![*moment]));
    }
    runs
}

fn draw_blows(svg: &mut String, frame: &Frame, look: &Strip, shades: Shades) {
    for blow in look.struck() {
        let (x, y) = frame.place(&blow);
        let _ = writeln!(
            svg,
            "<circle class=\"blow\" cx=\"{}\" cy=\"{}\" r=\"5\" fill=\"{}\"/>",
            px(x),
            px(y),
            Shades::colour(shades.step(blow.force)),
        );
    }
}

/// Two heads, a third and two thirds of the time through.
fn draw_heads(svg: &mut String, frame: &Frame, look: &Strip) {
    let count = look.moments.len();
    for index in [count / 3, 2 * count / 3] {
        let Some((from, to)) = step_from(frame, &look.moments[index..]) else {
            continue;
        };
        let angle = libm::atan2(to.1 - from.1, to.0 - from.0).to_degrees();
        let _ = writeln!(
            svg,
            "<path class=\"arrow\" d=\"M6 0L-4 4.2L-4 -4.2Z\" transform=\"translate({} {}) rotate({})\"/>",
            px(from.0),
            px(from.1),
            px(angle),
        );
    }
}

/// From the first place to the next one that is some way off.
fn step_from(frame: &Frame, moments: &[Moment]) -> Option<((f64, f64), (f64, f64))> {
    let from = frame.place(moments.first()?);
    let off = |p: &(f64, f64)| libm::hypot(p.0 - from.0, p.1 - from.1) > 3.0;
    let to = moments.iter().map(|m| frame.place(m)).find(off)?;
    Some((from, to))
}

/// The longest bar that fits into a third of the picture.
fn draw_bar(svg: &mut String, frame: &Frame) {
    let fits = |bar: &&f64| **bar * frame.scale <= SIDE / 3.0;
    let Some(bar) = BARS.iter().rev().find(fits) else {
        return;
    };
    let decimals = usize::from(*bar < 0.001);
    let _ = writeln!(
        svg,
        "<path class=\"bar\" d=\"M8 {y}h{}\"/><text class=\"note\" x=\"8\" y=\"{}\">{} mm</text>",
        px(bar * frame.scale),
        px(SIDE - 14.0),
        figure(Some(bar * 1e3), decimals),
        y = px(SIDE - 8.0),
    );
}
