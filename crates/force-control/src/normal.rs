//! The law along the tool axis.
//!
//! In contact: `F = F_d + K_p e + K_d ė + K_i ∫e dt − D (v − v_d)`, `e = F_d − F_felt` (explicit force
//! control with feed-forward; Villani and De Schutter, Springer Handbook of Robotics, ch. 9). The
//! feed-forward makes the loop's gain at rest 1 on any tissue; the damper acts on the motion relative to
//! the planned skin, so that a curved back costs no force. On tissue of stiffness `k` felt with a delay
//! `T` the proportional part takes `k K_p T` from the damping and the derivative part gives `k K_d` back,
//! so `K_d ≥ K_p T` keeps the touch calm on muscle. On bone the delay wins all the same; there the gains
//! shrink with the stiffness that is seen (how fast the force changes for the speed of the tool).
//!
//! The scan's slope is never quite the skin's. While the tool moves along the skin at `v_t`, a slope error
//! `s` moves the skin by `s v_t` against the plan and costs `s (D v_t + m a_t)` of force. The law learns `s`
//! (two numbers, along tool x and y) by a normalised gradient on the force error with just that regressor,
//! and pays the force ahead: circles of 1 to 2 Hz, far above the integral's reach, become even.
//!
//! A set-point that swings needs motion: on a tissue of stiffness `k` the tool must move with `Ḟ_d/k`, which
//! the damper resists and the arm's mass answers late to. So `c (D Ḟ_d + m F̈_d)` is paid ahead, `c = 1/k`
//! learnt from the error in the same way, one number for each of the two terms. And the felt force comes
//! late: `e` and `ė` compare it with what would be felt by now if all went well, the set-point delayed and
//! filtered like the sample. Else a swing would look like an error, twice per cycle.
//!
//! Looking for the skin: a damper toward the seeking speed. When the skin stops the tool, the damper
//! can push no harder than `D_s v_s` and the bounded push against joint friction: a few newtons, whatever
//! the tissue.

use quantities::Newtons;
use signals::{ContactPhase, Press};

use crate::Gains;
use crate::estimator::{FORCE_FILTER_HZ, low_pass};

/// Memory of the normal law.
#[derive(Clone, Copy, Debug, Default)]
pub struct NormalLaw {
    /// Force that is steered to in this cycle (N); lags the asked force while settling.
    goal_n: f64,
    integral_n: f64,
    /// Push that grows while the tool lags behind its seeking speed (N): joint friction must not stop
    /// the search.
    seek_push_n: f64,
    /// Felt force of the previous cycle (N), and its smoothed rate (N/s).
    felt_n: Option<f64>,
    rate_n_per_s: f64,
    /// Sums of `Ḟ v` and `v²` along the tool axis, fading: their ratio is the stiffness that is seen.
    stiffness_sums: [f64; 2],
    /// Learnt slope of the skin against the plan along tool x and y.
    slope: [f64; 2],
    /// Rate of the goal (N/s) and its change (N/s²), as far as the goal follows the set-point.
    swing: [f64; 2],
    /// Force that would be felt now if the goal were kept (N), and its smoothed rate (N/s).
    expected_n: Option<f64>,
    expected_rate_n_per_s: f64,
    /// Learnt compliance for the damper's and for the mass's part, over [`COMPLIANCE`].
    compliance: [f64; 2],
}

/// What the law needs to know in a cycle; speeds along the tool axis, positive into the body (m/s).
#[derive(Clone, Copy, Debug)]
pub struct NormalInput {
    /// Felt force; `None` when unknown.
    pub felt: Option<Newtons>,
    /// Speed of the tool.
    pub speed: f64,
    /// Speed that the plan has there.
    pub planned_speed: f64,
    /// Planned velocity along tool x and y (m/s).
    pub glide: [f64; 2],
    /// Planned acceleration along tool x and y (m/s²).
    pub glide_change: [f64; 2],
    /// Ceiling of the set-point.
    pub ceiling: Newtons,
    /// Effective mass of the arm along the tool axis (kg).
    pub mass_kg: f64,
    /// Age of the felt force, without the estimator's filter (s).
    pub age_s: f64,
    /// Period (s).
    pub period_s: f64,
}

/// Share of the stability bound that the integral may use.
const INTEGRAL_SHARE: f64 = 0.4;

impl NormalLaw {
    /// The force that is steered to.
    #[must_use]
    pub const fn goal(&self) -> Newtons {
        Newtons::new(self.goal_n)
    }

    /// Force to exert along the tool axis (N, positive into the body); `None` in free space, where the
    /// pose spring acts along this axis too.
    pub fn step(
        &mut self,
        press: &Press,
        phase: ContactPhase,
        input: &NormalInput,
        gains: &Gains,
    ) -> Option<f64> {
        let (force, seek_speed, swing) = match *press {
            // A blow has a law of its own.
            Press::Free | Press::Tap { .. } => {
                *self = Self::default();
                return None;
            }
            Press::Seek { force, speed } => (force.get(), speed.get(), [0.0; 2]),
            Press::Hold { force, rate, bend } => {
                (force.get(), SEARCH_SPEED, [rate.get(), bend.get()])
            }
        };
        let allowed = force.min(input.ceiling.get()).max(0.0);
        // A clipped set-point stands still.
        let swing = if allowed < force { [0.0; 2] } else { swing };
        let force = allowed;
        match phase {
            ContactPhase::Away | ContactPhase::Approaching | ContactPhase::Leaving => {
                let pushed = self.seek_push_n;
                *self = Self::default();
                let slow = seek_speed - input.speed;
                self.seek_push_n = (pushed + SEEK_SPRING_N_PER_M * slow * input.period_s)
                    .clamp(0.0, SEEK_PUSH_MOST_N);
                Some(gains.seek_damping * slow.clamp(-0.05, 0.02) + self.seek_push_n)
            }
            ContactPhase::Touching | ContactPhase::Settled => {
                self.steer(force, swing, phase, input, gains);
                Some(self.follow(input, gains))
            }
        }
    }

    fn steer(
        &mut self,
        force: f64,
        swing: [f64; 2],
        phase: ContactPhase,
        input: &NormalInput,
        gains: &Gains,
    ) {
        if self.goal_n == 0.0 {
            // Begin where the touch is: no step in the force.
            self.goal_n = input.felt.map_or(0.0, |f| f.get().clamp(0.0, force));
        }
        let slew = match phase {
            ContactPhase::Touching => gains.touch_ramp_n_per_s,
            ContactPhase::Settled => SETTLED_SLEW_N_PER_S,
            ContactPhase::Away | ContactPhase::Approaching | ContactPhase::Leaving => 0.0,
        };
        let step = slew * input.period_s;
        let to_go = force - self.goal_n;
        self.goal_n += to_go.clamp(-step, step);
        self.swing = if to_go.abs() <= step {
            swing
        } else {
            [slew.copysign(to_go), 0.0]
        };
    }

    /// The force that would be felt by now if the goal were kept, and its rate: delayed and filtered like
    /// the sample.
    fn foresee(&mut self, input: &NormalInput) -> (f64, f64) {
        let [rate, bend] = self.swing;
        let taken = self.goal_n - input.age_s * (rate - 0.5 * input.age_s * bend);
        let before = self.expected_n.unwrap_or(taken);
        let now = before + (taken - before) * low_pass(FORCE_FILTER_HZ, input.period_s);
        let raw = (now - before) / input.period_s;
        self.expected_rate_n_per_s +=
            (raw - self.expected_rate_n_per_s) * low_pass(RATE_FILTER_HZ, input.period_s);
        self.expected_n = Some(now);
        (now, self.expected_rate_n_per_s)
    }

    fn follow(&mut self, input: &NormalInput, gains: &Gains) -> f64 {
        let damper = gains.normal_damping * (input.planned_speed - input.speed);
        let rate = self.felt_rate(input);
        let (expected, expected_rate) = self.foresee(input);
        let Some(felt) = input.felt else {
            // Blind: no feedback, no growth; the monitor decides how long that may last.
            return self.goal_n + self.integral_n.min(0.0) + damper;
        };
        let error = expected - felt.get();
        let most = gains.force_integral_max_n;
        // On a tissue of any stiffness `k`, `m s³ + D s² + k (1 + K_p) s + K_i k` is stable while
        // `K_i < D (1 + K_p) / m` (Routh); the share leaves room for the sensor's delay.
        let bound =
            gains.normal_damping * (1.0 + gains.force_proportional) / input.mass_kg.max(0.5);
        let integral = gains.force_integral_per_s.min(INTEGRAL_SHARE * bound);
        self.integral_n = (self.integral_n + integral * error * input.period_s).clamp(-most, most);
        // A light arm, or stiff tissue, leaves less room for the delay.
        let stiffness = self.see_stiffness(rate, input);
        let share = (input.mass_kg / FULL_GAIN_MASS_KG).min(MOST_SHARE)
            * (FULL_GAIN_STIFFNESS / stiffness.max(FULL_GAIN_STIFFNESS));
        let feedback =
            gains.force_proportional * error - gains.force_derivative_s * (rate - expected_rate);
        let ahead = self.learn(error, input, gains) + self.learn_compliance(error, input, gains);
        self.goal_n + share * feedback + self.integral_n + damper + ahead
    }

    /// Force that the learnt slope costs in this cycle (N), after learning from the error.
    fn learn(&mut self, error: f64, input: &NormalInput, gains: &Gains) -> f64 {
        let cost = |i: usize| {
            gains.normal_damping * input.glide[i] + input.mass_kg * input.glide_change[i]
        };
        let costs = [cost(0), cost(1)];
        let size = costs[0] * costs[0] + costs[1] * costs[1] + SLOPE_FLOOR_N * SLOPE_FLOOR_N;
        let mut ahead = 0.0;
        for (slope, cost) in self.slope.iter_mut().zip(costs) {
            let step = gains.slope_learning_per_s * error * cost / size - SLOPE_FADE_PER_S * *slope;
            *slope = (*slope + step * input.period_s).clamp(-SLOPE_MOST, SLOPE_MOST);
            ahead += *slope * cost;
        }
        ahead
    }

    /// Force that the set-point's swing costs in this cycle (N), after learning from the error.
    fn learn_compliance(&mut self, error: f64, input: &NormalInput, gains: &Gains) -> f64 {
        let costs = [
            COMPLIANCE * gains.normal_damping * self.swing[0],
            COMPLIANCE * input.mass_kg * self.swing[1],
        ];
        let size = costs[0] * costs[0] + costs[1] * costs[1] + SLOPE_FLOOR_N * SLOPE_FLOOR_N;
        let mut ahead = 0.0;
        for (compliance, cost) in self.compliance.iter_mut().zip(costs) {
            let step = gains.slope_learning_per_s * error * cost / size;
            *compliance = (*compliance + step * input.period_s).clamp(-1.0, COMPLIANCE_MOST);
            ahead += (1.0 + *compliance) * cost;
        }
        ahead
    }

    /// The stiffness that was seen last (N/m); `None` before anything moved enough to tell.
    #[must_use]
    pub fn stiffness(&self) -> Option<f64> {
        let [cross, square] = self.stiffness_sums;
        (square > 3.0 * STIFFNESS_FLOOR && cross > 0.0).then(|| cross / square)
    }

    /// Stiffness seen in the last moments (N/m); zero while nothing moves enough to tell.
    fn see_stiffness(&mut self, rate: f64, input: &NormalInput) -> f64 {
        let keep = 1.0 - input.period_s / STIFFNESS_MEMORY_S;
        let speed = input.speed - input.planned_speed;
        let [cross, square] = &mut self.stiffness_sums;
        *cross = *cross * keep + rate * speed * input.period_s;
        *square = *square * keep + speed * speed * input.period_s;
        *cross / (*square + STIFFNESS_FLOOR)
    }

    /// Smoothed rate of the felt force (N/s); zero until two samples are known.
    fn felt_rate(&mut self, input: &NormalInput) -> f64 {
        let felt = input.felt.map(Newtons::get);
        let raw = match (felt, self.felt_n) {
            (Some(now), Some(before)) => (now - before) / input.period_s,
            (None, _) | (_, None) => 0.0,
        };
        let x = core::f64::consts::TAU * RATE_FILTER_HZ * input.period_s;
        self.rate_n_per_s += (raw - self.rate_n_per_s) * (x / (1.0 + x));
        self.felt_n = felt;
        self.rate_n_per_s
    }
}

/// Compliance with which the learning begins: muscle under a thumb or a palm (m/N).
const COMPLIANCE: f64 = 1.0 / 3000.0;
/// Most that is learnt on top, over [`COMPLIANCE`]: fat of 0.3 N/mm.
const COMPLIANCE_MOST: f64 = 9.0;
/// Stiffness up to which the full gains are used (N/m); muscle under a palm is below it.
const FULL_GAIN_STIFFNESS: f64 = 8000.0;
/// How long the motion is remembered in which stiffness is seen (s).
const STIFFNESS_MEMORY_S: f64 = 0.3;
/// Motion below which nothing is concluded (m²/s): 1 mm/s for the length of the memory.
const STIFFNESS_FLOOR: f64 = 3e-7;
/// Cost per unit of slope below which the law learns little: slow motion says nothing about slopes (N).
const SLOPE_FLOOR_N: f64 = 1.0;
/// A learnt slope fades, because it belongs to a place that is left behind (1/s).
const SLOPE_FADE_PER_S: f64 = 0.1;
/// Largest slope that is believed.
const SLOPE_MOST: f64 = 0.4;
/// Corner of the filter on the force's rate (Hz).
const RATE_FILTER_HZ: f64 = 60.0;
/// Effective mass at which the gains hold as they stand (kg): a heavier arm answers later to the same
/// force, and bears more gain at the same delay; up to this multiple.
const FULL_GAIN_MASS_KG: f64 = 6.0;
const MOST_SHARE: f64 = 3.0;

/// Growth of the push per metre of lag, and its most (N): more than joint friction holds, less than hurts.
const SEEK_SPRING_N_PER_M: f64 = 400.0;
const SEEK_PUSH_MOST_N: f64 = 5.0;
/// Inward speed with which a touch that was lost in a stroke is sought again (m/s).
const SEARCH_SPEED: f64 = 0.008;
/// Slew of the set-point in a settled touch (N/s): above what techniques ask, below a blow.
const SETTLED_SLEW_N_PER_S: f64 = 120.0;

#[cfg(test)]
mod tests {
    use super::*;
    use quantities::{MetresPerSecond, NewtonsPerSecond, NewtonsPerSecondSquared};

    /// A mass on a spring under the law, sensor delayed and filtered: returns the force over time.
    fn simulate(stiffness: f64, mass: f64, seconds: f64) -> Vec<f64> {
        let gains = Gains::default();
        let mut law = NormalLaw::default();
        let press = Press::Hold {
            force: Newtons::new(15.0),
            rate: NewtonsPerSecond::ZERO,
            bend: NewtonsPerSecondSquared::ZERO,
        };
        let (mut x, mut v, mut filtered) = (0.002, 0.0, 0.002 * stiffness);
        let mut history = vec![filtered; 3];
        let mut forces = Vec::new();
        for _ in 0..(seconds * 1000.0) as usize {
            let delayed = history[history.len() - 3];
            // The estimator's filter of 60 Hz.
            filtered += (delayed - filtered) * 0.274;
            let input = NormalInput {
                felt: Some(Newtons::new(filtered)),
                speed: v,
                planned_speed: 0.0,
                glide: [0.0; 2],
                glide_change: [0.0; 2],
                ceiling: Newtons::new(40.0),
                mass_kg: mass,
                age_s: 0.002,
                period_s: 1e-3,
            };
            let force = law
                .step(&press, ContactPhase::Settled, &input, &gains)
                .unwrap();
            for _ in 0..10 {
                let contact = (stiffness * x + 0.02 * stiffness * v / 10.0).max(0.0);
                v += (force - contact) / mass * 1e-4;
                x += v * 1e-4;
            }
            history.push((stiffness * x).max(0.0));
            forces.push((stiffness * x).max(0.0));
        }
        forces
    }

    /// Kneading between 5 and 18 N on tissue that hardens, relaxes and damps: RMSE after the first second.
    fn knead(stiffness: f64, mass: f64, hertz: f64, seconds: f64) -> f64 {
        let gains = Gains::default();
        let mut law = NormalLaw::default();
        let omega = core::f64::consts::TAU * hertz;
        let (mut x, mut v, mut memory) = (0.005 * 1500.0 / stiffness, 0.0, 0.0);
        let tissue = |x: f64, v: f64, memory: f64| {
            let elastic = stiffness * (x + x * x / 0.015);
            if x <= 0.0 {
                return 0.0;
            }
            elastic * (1.0 + 8.0 * v).max(0.0) * (1.0 + 0.3 * (1.0 - memory / x)).max(0.0)
        };
        let mut filtered = tissue(x, v, memory);
        let mut history = vec![filtered; 3];
        let (mut squares, mut count) = (0.0, 0u32);
        for step in 0..(seconds * 1000.0) as usize {
            let t = step as f64 * 1e-3;
            let (sin, cos) = libm::sincos(omega * t);
            let press = Press::Hold {
                force: Newtons::new(11.5 - 6.5 * cos),
                rate: NewtonsPerSecond::new(6.5 * omega * sin),
                bend: NewtonsPerSecondSquared::new(6.5 * omega * omega * cos),
            };
            let delayed = history[history.len() - 3];
            filtered += (delayed - filtered) * low_pass(FORCE_FILTER_HZ, 1e-3);
            let input = NormalInput {
                felt: Some(Newtons::new(filtered)),
                speed: v,
                planned_speed: 0.0,
                glide: [0.0; 2],
                glide_change: [0.0; 2],
                ceiling: Newtons::new(40.0),
                mass_kg: mass,
                age_s: 0.002,
                period_s: 1e-3,
            };
            let push = law
                .step(&press, ContactPhase::Settled, &input, &gains)
                .unwrap();
            for _ in 0..10 {
                v += (push - tissue(x, v, memory)) / mass * 1e-4;
                x += v * 1e-4;
                memory += (x - memory) / 1.5 * 1e-4;
            }
            let force = tissue(x, v, memory);
            history.push(force);
            if t > 1.0 {
                let error = force - (11.5 - 6.5 * cos);
                squares += error * error;
                count += 1;
            }
        }
        (squares / f64::from(count)).sqrt()
    }

    #[test]
    fn a_force_that_swings_is_followed_on_soft_medium_and_stiff_tissue() {
        for (stiffness, mass) in [
            (500.0, 4.0),
            (1500.0, 3.0),
            (1500.0, 8.0),
            (5000.0, 5.0),
            (15_000.0, 5.0),
        ] {
            for hertz in [0.8, 1.2, 1.6, 2.2] {
                let rmse = knead(stiffness, mass, hertz, 12.0);
                println!("{stiffness} N/m, {mass} kg, {hertz} Hz: {rmse:.3} N");
                assert!(
                    rmse < 0.5,
                    "{stiffness} N/m, {mass} kg, {hertz} Hz: {rmse} N"
                );
            }
        }
    }

    #[test]
    fn the_force_settles_on_fat_on_muscle_and_on_bone() {
        for stiffness in [300.0, 1500.0, 5000.0, 35_000.0] {
            for mass in [2.0, 4.0, 8.0] {
                let forces = simulate(stiffness, mass, 8.0);
                let end = &forces[forces.len() - 500..];
                let worst = end.iter().map(|f| (f - 15.0).abs()).fold(0.0, f64::max);
                assert!(worst < 0.3, "{stiffness} N/m, {mass} kg: off by {worst} N");
            }
        }
    }

    #[test]
    fn while_seeking_the_push_is_bounded_whatever_the_tissue() {
        let mut law = NormalLaw::default();
        let press = Press::Seek {
            force: Newtons::new(3.0),
            speed: MetresPerSecond::new(0.012),
        };
        let input = NormalInput {
            felt: Some(Newtons::ZERO),
            speed: 0.0,
            planned_speed: 0.0,
            glide: [0.0; 2],
            glide_change: [0.0; 2],
            ceiling: Newtons::new(40.0),
            mass_kg: 4.0,
            age_s: 0.002,
            period_s: 1e-3,
        };
        let push = law
            .step(&press, ContactPhase::Approaching, &input, &Gains::default())
            .unwrap();
        assert!(push <= 4.0, "{push}");
    }

    #[test]
    fn a_set_point_above_its_ceiling_is_held_at_the_ceiling() {
        let mut law = NormalLaw::default();
        let press = Press::Hold {
            force: Newtons::new(99.0),
            rate: NewtonsPerSecond::ZERO,
            bend: NewtonsPerSecondSquared::ZERO,
        };
        let input = NormalInput {
            felt: None,
            speed: 0.0,
            planned_speed: 0.0,
            glide: [0.0; 2],
            glide_change: [0.0; 2],
            ceiling: Newtons::new(20.0),
            mass_kg: 4.0,
            age_s: 0.002,
            period_s: 1.0,
        };
        for _ in 0..5 {
            law.step(&press, ContactPhase::Settled, &input, &Gains::default());
        }
        assert_eq!(law.goal(), Newtons::new(20.0));
    }
}
