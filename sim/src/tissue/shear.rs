//! Sideways: skin that gives way before it slips.
//!
//! A tip that is pushed along the skin first carries the skin with it, like a spring, and slips once
//! Coulomb's limit is reached. One tip knows how far it has dragged its skin along (`b`, in tool axes) and
//! turned it (`θ`); a cell's skin is dragged by `t = b + θ × l`, told along the skin, and holds back with
//!
//! ```text
//! f = −μ·p·A · h(|t|/δ) · t/|t|      h(r) = r, rounded off to 1 between 0.8 and 1.2      δ = μ·N/K + δ₀
//! ```
//! * `K = Σ 2/3·k·A` is the half space's: a rigid disc is held by `16/3·G·a` (Johnson, Contact Mechanics,
//!   1985, §7.2, incompressible), which is 2/3 of `2·E·a` for `E = 4·G`; `k` is the pressure law's.
//! * `δ₀` is the give of the outermost skin: contact points that are few at a light touch are soft sideways.
//! * The force never exceeds `μ·p·A` on any cell, and vanishes with the pressure.
//!
//! The drag grows with the motion `u` of the tip over the body, and slips back along itself:
//!
//! ```text
//! ḋ = u − s      s = d̂·(α·(u·d̂)₊ + |d|·ρ)      α = 2q⁶/(1 + q⁶),  q = |d|/(1.2·δ)
//! ```
//! an elasto-plastic bristle (Dupont et al., IEEE Trans. Automatic Control 47, 2002): below half of the
//! limit it slips by less than a hundredth of the way, at the limit by all of it. `ρ` lets go of what an
//! easing press holds no longer; `(·)₊` is rounded off, so that a reversal is no kink for the integrator. `s` is the slip over the skin; its way is part of the state.
//!
//! Passive while the press is steady: the spring gives back at most what it took, and slip goes along the drag.

use super::contact::above_zero;
use super::pad::TIPS;

/// Drag at which Coulomb's limit is reached, over the give.
const LIMIT: f64 = 1.0 + ROUND;
/// Half of the width over which the spring turns into sliding, over the give.
const ROUND: f64 = 0.2;
/// Speed over which slip sets in or stops as the drag turns round (m/s).
const TURNS_OVER: f64 = 0.001;
/// How fast skin that is held no longer goes back (s): fast against a stroke, slow against a step.
const LETS_GO_IN_S: f64 = 0.008;
/// Lever at which the twist counts as drag, over the tip's radius. Chosen such that a spinning disc is
/// held by all but 2 % of the torque of full sliding.
const TWIST_LEVER: f64 = 0.5;

/// Memory of the tissue under the tool. Part of the plant's state; an archive keeps its numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TissueMemory {
    /// Depth to which the tissue under each tip has given way (m); see the pressure law.
    pub given_way: [f64; TIPS],
    /// How each tip has dragged its skin along tool x and y (m) and turned it about tool z (rad).
    pub shear: [[f64; 3]; TIPS],
    /// Way that the tool has slipped over the skin since the session began (m).
    pub slipped: f64,
}

impl TissueMemory {
    /// How many numbers it has.
    pub const NUMBERS: usize = 4 * TIPS + 1;

    /// All of it, in the order of the fields.
    #[must_use]
    pub fn numbers(&self) -> [f64; Self::NUMBERS] {
        let mut numbers = [0.0; Self::NUMBERS];
        let all = self
            .given_way
            .iter()
            .chain(self.shear.iter().flatten())
            .chain(core::iter::once(&self.slipped));
        numbers
            .iter_mut()
            .zip(all)
            .for_each(|(to, from)| *to = *from);
        numbers
    }

    /// From its numbers; `None` when there are too few or too many.
    #[must_use]
    pub fn from_numbers(numbers: &[f64]) -> Option<Self> {
        let numbers: &[f64; Self::NUMBERS] = numbers.try_into().ok()?;
        let mut memory = Self::default();
        let all = memory
            .given_way
            .iter_mut()
            .chain(memory.shear.iter_mut().flatten())
            .chain(core::iter::once(&mut memory.slipped));
        all.zip(numbers).for_each(|(to, from)| *to = *from);
        Some(memory)
    }

    /// Term by term with another one.
    #[must_use]
    pub(crate) fn with(&self, other: &Self, combine: impl Fn(f64, f64) -> f64) -> Self {
        let pair = |i: usize| combine(self.given_way[i], other.given_way[i]);
        Self {
            given_way: core::array::from_fn(pair),
            shear: core::array::from_fn(|tip| {
                core::array::from_fn(|i| combine(self.shear[tip][i], other.shear[tip][i]))
            }),
            slipped: combine(self.slipped, other.slipped),
        }
    }

    /// The memory after `dt` seconds at a rate.
    #[must_use]
    pub fn moved(&self, rate: &Self, dt: f64) -> Self {
        self.with(rate, |now, rate| now + rate * dt)
    }

    pub(crate) fn is_finite(&self) -> bool {
        self.numbers().iter().all(|number| number.is_finite())
    }

    /// What stays when another tool is bolted on: the tissue springs back, the way slipped remains.
    pub(crate) fn forgotten(&self) -> Self {
        Self {
            slipped: self.slipped,
            ..Self::default()
        }
    }
}

/// How a tip holds its skin at one moment.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Grip {
    /// Drag along tool x and y (m), and turn (rad).
    pub(super) shear: [f64; 3],
    /// `μ/δ` (1/m).
    pub(super) per_give: f64,
    /// `1/δ²` (1/m²).
    pub(super) inverse_give_squared: f64,
}

/// `(μ N/K + δ₀)`: the drag that would reach Coulomb's limit if the spring stayed linear (m).
pub(super) fn give(friction: f64, pressed: f64, stiffness: f64, skin_give: f64) -> f64 {
    if stiffness > 0.0 {
        friction * pressed / stiffness + skin_give
    } else {
        skin_give
    }
}

impl Grip {
    pub(super) fn new(shear: &[f64; 3], friction: f64, give: f64) -> Self {
        Self {
            shear: *shear,
            per_give: friction / give,
            inverse_give_squared: 1.0 / (give * give),
        }
    }
}

/// `h(r)/r` from `r²`.
#[inline]
pub(super) fn hold(r_squared: f64) -> f64 {
    let r = r_squared.max(1e-12).sqrt();
    let t = above_zero(r - (1.0 - ROUND)) / (2.0 * ROUND);
    let rounded = 1.0 - 2.0 * ROUND * t * t * t * (1.0 - 0.5 * t) / r;
    if r < LIMIT { rounded } else { 1.0 / r }
}

/// Rate of a tip's shear and its speed of slip (m/s). `motion`: the tip over the body along tool x and y
/// (m/s) and about tool z (rad/s).
pub(super) fn rate(
    shear: &[f64; 3],
    motion: &[f64; 3],
    give: f64,
    tip_radius: f64,
) -> ([f64; 3], f64) {
    let lever = TWIST_LEVER * tip_radius;
    let [x, y, turn] = *shear;
    let [u, v, spin] = *motion;
    let size_squared = x * x + y * y + turn * lever * turn * lever;
    let limit = LIMIT * give;
    let q_squared = size_squared / (limit * limit);
    let q_sixth = q_squared * q_squared * q_squared;
    let along = x * u + y * v + turn * lever * spin * lever;
    let share = 2.0 * q_sixth / (1.0 + q_sixth);
    let size = size_squared.sqrt();
    let dragged = if size > 0.0 {
        let outward = along / size;
        let rounded = 0.5 * (outward + (outward * outward + TURNS_OVER * TURNS_OVER).sqrt());
        share * rounded / size
    } else {
        0.0
    };
    let excess = (q_squared.sqrt() - 1.0).max(0.0);
    let excess = excess * excess * excess;
    let back = dragged + excess / (1.0 + excess) / LETS_GO_IN_S;
    // The skin does not turn with the tool's axes.
    let rate = [
        u - back * x + spin * y,
        v - back * y - spin * x,
        spin - back * turn,
    ];
    (rate, back * (x * x + y * y).sqrt())
}

/// Rate of the shear of skin that nothing touches.
pub(super) fn released(shear: &[f64; 3]) -> [f64; 3] {
    shear.map(|number| -number / LETS_GO_IN_S)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_memory_survives_its_numbers_and_no_other_count_is_one() {
        let memory = TissueMemory {
            given_way: [1.0, 2.0],
            shear: [[3.0, 4.0, 5.0], [6.0, 7.0, 8.0]],
            slipped: 9.0,
        };
        let numbers = memory.numbers();
        assert_eq!(numbers, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]);
        assert_eq!(TissueMemory::from_numbers(&numbers), Some(memory));
        assert_eq!(TissueMemory::from_numbers(&numbers[1..]), None);
    }

    /// Force over Coulomb's limit along x after dragging `way` at `speed`, and the way slipped.
    fn dragged(way: f64, speed: f64, give: f64) -> (f64, f64) {
        let (mut shear, mut slipped, dt) = ([0.0; 3], 0.0, 1e-5);
        for _ in 0..(way / speed / dt) as usize {
            let (rate, slip) = rate(&shear, &[speed, 0.0, 0.0], give, 0.01);
            (0..3).for_each(|i| shear[i] += rate[i] * dt);
            slipped += slip * dt;
        }
        let r = shear[0] / give;
        (r * hold(r * r), slipped)
    }

    #[test]
    fn a_short_drag_sticks_and_a_long_one_slides_at_coulombs_limit() {
        let give = 4e-3;
        let (force, slipped) = dragged(2e-3, 0.03, give);
        assert!((force - 0.5).abs() < 0.01, "{force}");
        assert!(slipped < 2e-5, "{slipped}");
        let (force, slipped) = dragged(0.05, 0.03, give);
        assert!((force - 1.0).abs() < 1e-3, "{force}");
        assert!((slipped - (0.05 - 1.2 * give)).abs() < 1e-3, "{slipped}");
    }

    #[test]
    fn how_fast_it_is_dragged_does_not_matter() {
        let (slow, fast) = (dragged(6e-3, 0.01, 3e-3), dragged(6e-3, 0.1, 3e-3));
        assert!((slow.0 - fast.0).abs() < 1e-3 && (slow.1 - fast.1).abs() < 2e-5);
    }

    proptest! {
        #[test]
        fn the_hold_is_even_bounded_and_rises_to_its_limit(r in 0.0..20.0f64) {
            let held = r * hold(r * r);
            prop_assert!((0.0..=1.0 + 1e-12).contains(&held));
            let further = 1.01 * r;
            prop_assert!(further * hold(further * further) >= held - 1e-12);
        }

        #[test]
        fn a_closed_path_takes_energy_and_gives_none(
            amplitude in 1e-4..0.01f64, along in 0.0..1.0f64, give in 3e-4..5e-3f64, phase in 0.0..6.0f64,
        ) {
            // An ellipse, run through three times; the work is force times way, over Coulomb's limit.
            let (mut shear, mut work, steps) = ([0.0; 3], 0.0, 3000);
            let omega = core::f64::consts::TAU * 2.0;
            let dt = 3.0 / 2.0 / f64::from(steps);
            for step in 0..steps {
                let angle = omega * dt * (f64::from(step) + 0.5) + phase;
                let motion = [amplitude * omega * libm::cos(angle), along * amplitude * omega * libm::sin(angle), 0.0];
                let (rate, _) = rate(&shear, &motion, give, 0.01);
                let middle = [shear[0] + 0.5 * dt * rate[0], shear[1] + 0.5 * dt * rate[1]];
                let held = hold((middle[0] * middle[0] + middle[1] * middle[1]) / (give * give)) / give;
                work += held * (middle[0] * motion[0] + middle[1] * motion[1]) * dt;
                (0..3).for_each(|i| shear[i] += rate[i] * dt);
            }
            prop_assert!(work >= -1e-3 * amplitude, "{work} m gained");
        }
    }
}
