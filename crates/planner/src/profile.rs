//! The force over time: what is asked, bent to what is allowed, without a jerk.
//!
//! ```text
//! asked  ──widened by half a ramp──┐
//! allowed ─narrowed by half a ramp─┴─ lesser of both ──averaged twice──▶ force
//! ```
//! Widening lets the firmer leg keep its force over its whole length (the ramp lies in the lighter
//! one). Narrowing makes every value that the averages see an allowed one at the place in the middle,
//! so the ramp never climbs over a ceiling's edge.

use crate::timing::{KNOT_SPACING, running_mean};

/// Least half width of the wider average, and half width of the other one, in knots: together they ramp over 0.8 s.
/// Chosen.
const HALF_A: usize = 24;
const HALF_B: usize = 16;
/// Forces that are taken for the same (N).
const ALIKE: f64 = 1e-9;
/// Fastest change of force from one leg to another (N/s). Chosen: that of a swelling press.
const LEADING: f64 = 55.0;

/// The ramp of one stroke: as long as its largest change of force needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ramp {
    half: usize,
}

impl Ramp {
    /// For a stroke that asks and means this much (N) at each knot and begins and ends with `ends`.
    pub(crate) fn of(asked: &[f64], meant: &[f64], ends: (f64, f64)) -> Self {
        let all = || asked.iter().chain(meant).copied().chain([ends.0, ends.1]);
        let range = all().fold(0.0, f64::max) - all().fold(f64::INFINITY, f64::min);
        // An average over so many knots is no steeper than the whole range over its window.
        let window = range.max(0.0) / (LEADING * KNOT_SPACING);
        Self {
            half: ((0.5 * window).ceil() as usize).max(HALF_A),
        }
    }

    /// Knots to either side that the averages look at.
    const fn reach(self) -> usize {
        self.half + HALF_B
    }

    /// Force (N) at each knot from what is asked, what is meant at most and what is allowed (N) at each; `before`
    /// and `after` are the forces with which the stroke begins and ends. The result is at most what is allowed, and
    /// what is meant but for the ramps from `before` and to `after`.
    pub(crate) fn shaped(
        self,
        asked: &[f64],
        meant: &[f64],
        allowed: &[f64],
        (before, after): (f64, f64),
    ) -> Vec<f64> {
        let reach = self.reach();
        if asked.len() < 2 * (reach + 1) {
            return led_over(allowed, (before, after));
        }
        let widened = extreme(asked, reach, f64::max);
        let narrowed = extreme(meant, reach, f64::min);
        let lesser = widened.iter().zip(&narrowed).map(|(a, b)| a.min(*b));
        // The first and last knots hold the end forces until the averages see nothing else.
        let held = (reach + 1).min(asked.len() / 2);
        let mut padded = vec![before; reach + held];
        padded.extend(lesser.skip(held).take(asked.len().saturating_sub(2 * held)));
        padded.extend(core::iter::repeat_n(after, reach + held));
        let smooth = running_mean(&running_mean(&padded, self.half), HALF_B);
        let force = smooth.into_iter().skip(reach).take(asked.len());
        force
            .zip(allowed)
            .map(|(f, a)| f.min(*a).max(0.0))
            .collect()
    }

    /// Knots that a stroke rests at its beginning and at its end so that no ceiling cuts into the ramp from `before`
    /// or to `after` (N), and so that a short one leads from one to the other at [`LEADING`].
    pub(crate) fn rests(self, allowed: &[f64], (before, after): (f64, f64)) -> (usize, usize) {
        // As far as a held end is seen through the averages.
        let ramp = 2 * self.reach() + 1;
        let until = |falls: Option<usize>| falls.map_or(0, |knot| ramp.saturating_sub(knot));
        let head = until(allowed.iter().position(|a| *a < before - ALIKE));
        let tail = until(allowed.iter().rev().position(|a| *a < after - ALIKE));
        // The smooth step is half as steep again in its middle as on the whole.
        let seconds = 1.5 * (after - before).abs() / LEADING;
        let least = (seconds / KNOT_SPACING).ceil() as usize + 1;
        let short = least.saturating_sub(head + allowed.len() + tail);
        (head, tail + short)
    }
}

/// A stroke too short for both ramps leads evenly from one end's force to the other's.
fn led_over(allowed: &[f64], (before, after): (f64, f64)) -> Vec<f64> {
    let last = allowed.len().saturating_sub(1).max(1) as f64;
    let share = |i: usize| crate::path::smooth_step(i as f64 / last);
    let led = allowed.iter().enumerate();
    led.map(|(i, a)| (before + (after - before) * share(i)).min(*a).max(0.0))
        .collect()
}

/// Running extreme over `half` samples to either side.
pub(crate) fn extreme(values: &[f64], half: usize, pick: fn(f64, f64) -> f64) -> Vec<f64> {
    // Doubling windows: each pass joins two windows of half the size, so the cost is n log(half).
    let width = 2 * half + 1;
    let last = values.len().saturating_sub(1);
    let mut current = values.to_vec();
    let mut covered = 1;
    while covered < width {
        let shift = covered.min(width - covered);
        current = (0..current.len())
            .map(|i| pick(current[i], current[(i + shift).min(last)]))
            .collect();
        covered += shift;
    }
    // `current[i]` covers i..=i + 2 half; centre it, and mend the head, where the window is cut.
    (0..values.len())
        .map(|i| match i.checked_sub(half) {
            Some(start) => current[start],
            None => values
                .iter()
                .take((i + half + 1).min(values.len()))
                .copied()
                .fold(values[i], pick),
        })
        .collect()
}

#[cfg(test)]
mod tests;
