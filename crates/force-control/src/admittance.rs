//! The law along the tool axis of an arm that takes velocities.
//!
//! ```text
//! v = v_skin + s·v_t + c Ḟ_d + w,     M ẇ + B w = e + B v_i,     v̇_i = ω_i e/B,     e = F_expected − F_felt
//! ```
//!
//! An admittance: the force error moves the tool (Hogan, "Impedance control: an approach to manipulation", 1985;
//! Villani and De Schutter, "Force control", Springer Handbook of Robotics, ch. 9). On a tissue of stiffness `k` it
//! closes an integrating loop that crosses at `k/B`. All delays of the loop together, `T` (sensor 2 ms, its filter
//! 3 ms, hold and transport of a 4 ms period, drives 10 ms: about 20 ms), take `k T/B` of phase, so that
//!
//! `B ≥ k T / 0.4`
//!
//! leaves 67° of margin, and no number of `B` fits fat and bone alike: it follows the stiffness that is seen (Ferraguti et
//! al., "A variable admittance control strategy for stable physical human-robot interaction", 2019). The virtual
//! mass `M` bounds the loop's gain where only the tool's own inertia is left to answer: with a tool of mass `m` it is
//! `m/M` there, and less for what the estimator takes off. `B ≥ 2 √(k M)` keeps the two from ringing. Should the touch
//! ring all the same, the rate of the force changes its sign again and again; then the damping grows with that
//! (Dimeas and Aspragathos, "Online stability in human-robot cooperation with admittance control", 2016).
//!
//! What is known ahead is not left to the error. The planned skin's own motion comes first; the slope `s` by which the
//! scan errs is learnt on the way, as in the torque law; a set-point that swings is paid with `c Ḟ_d`, `c = 1/k`. All
//! three are taken from where the plan will be when the drives answer. The error compares the felt force with what
//! would be felt by now, the set-point as late and as filtered as the sample.
//!
//! Inward the tool moves no faster against the skin than `(F_ceiling − F − 1.5 N) / (k T + √(k m))` with twice the
//! stiffness that is seen: the headroom law that the monitor holds it to.

use quantities::Newtons;
use signals::{ContactPhase, Press};

use crate::admittance_gains::AdmittanceGains;
use crate::estimator::{FORCE_FILTER_HZ, low_pass};
use crate::stiffness::Stiffness;

/// What the law needs to know in a cycle; speeds along the tool axis, positive into the body (m/s).
#[derive(Clone, Copy, Debug)]
pub(crate) struct AdmittanceInput {
    /// Felt force; `None` when unknown.
    pub(crate) felt: Option<Newtons>,
    /// Speed of the tool.
    pub(crate) speed: f64,
    /// Speed that the plan has there by the time the drives answer.
    pub(crate) planned_speed: f64,
    /// Planned velocity along tool x and y, by then (m/s).
    pub(crate) glide: [f64; 2],
    /// Ceiling of the set-point.
    pub(crate) ceiling: Newtons,
    /// Effective mass of the arm along the tool axis (kg).
    pub(crate) mass_kg: f64,
    /// Age of the felt force, without the estimator's filter (s).
    pub(crate) age_s: f64,
    /// The twist of the cycle before could not be kept whole.
    pub(crate) is_cut: bool,
}

/// Memory of the law.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AdmittanceLaw {
    gains: AdmittanceGains,
    period_s: f64,
    /// Force that is steered to (N); lags the asked force while settling.
    goal_n: f64,
    /// Rate of the goal (N/s) and its change (N/s²).
    swing: [f64; 2],
    /// Force that would be felt now if the goal were kept (N).
    expected_n: Option<f64>,
    /// Speed that the error has brought about: `w` (m/s).
    yielding: f64,
    /// Speed of what the plan does not know of (m/s).
    integral: f64,
    /// Speed told last (m/s).
    told: f64,
    slope: [f64; 2],
    stiffness: Stiffness,
}

impl AdmittanceLaw {
    pub(crate) fn new(gains: AdmittanceGains, period_s: f64) -> Self {
        Self {
            gains,
            period_s,
            goal_n: 0.0,
            swing: [0.0; 2],
            expected_n: None,
            yielding: 0.0,
            integral: 0.0,
            told: 0.0,
            slope: [0.0; 2],
            stiffness: Stiffness::new(period_s),
        }
    }

    /// The force that is steered to.
    pub(crate) const fn goal(&self) -> Newtons {
        Newtons::new(self.goal_n)
    }

    /// The stiffness that was seen last (N/m); `None` before anything moved enough to tell.
    pub(crate) const fn stiffness(&self) -> Option<f64> {
        self.stiffness.seen()
    }

    /// Inward speed to take (m/s); `None` in free space, where the pose decides along this axis too.
    pub(crate) fn step(
        &mut self,
        press: &Press,
        phase: ContactPhase,
        input: &AdmittanceInput,
    ) -> Option<f64> {
        let (force, seek_speed, swing) = match *press {
            Press::Free | Press::Tap { .. } => {
                *self = Self::new(self.gains, self.period_s);
                return None;
            }
            Press::Seek { force, speed } => (force.get(), speed.get(), [0.0; 2]),
            Press::Hold { force, rate, bend } => (
                force.get(),
                SEARCH_SPEED + input.planned_speed,
                [rate.get(), bend.get()],
            ),
        };
        let allowed = force.min(input.ceiling.get()).max(0.0);
        let swing = if allowed < force { [0.0; 2] } else { swing };
        let wished = match phase {
            ContactPhase::Away | ContactPhase::Approaching | ContactPhase::Leaving => {
                self.seek(seek_speed, allowed, input)
            }
            ContactPhase::Touching | ContactPhase::Settled => {
                self.steer(allowed, swing, phase, input);
                self.follow(input)
            }
        };
        let most = input.planned_speed.max(0.0) + self.headroom(input);
        self.told = wished.clamp(-OUTWARD_MOST, most.min(INWARD_MOST));
        if self.told < wished {
            self.yielding = self.yielding.min(self.told);
        }
        Some(self.told)
    }

    /// Toward the skin at the seeking speed, slower as soon as there is something to feel. No faster than what lets a
    /// stiff touch rise by most of the asked force while the answer is under way.
    fn seek(&mut self, speed: f64, force: f64, input: &AdmittanceInput) -> f64 {
        let rises = self.stiffness.reckoned() * self.loop_delay();
        let gentle = (SEEK_SHARE * force / rises).max(SEEK_LEAST);
        let speed = speed.min(input.planned_speed.max(0.0) + gentle);
        let (slope, stiffness) = (self.slope, self.stiffness);
        let told = self.told;
        *self = Self::new(self.gains, self.period_s);
        (self.slope, self.stiffness) = (slope, stiffness);
        let felt = input.felt.map_or(0.0, Newtons::get);
        if felt > FELT_N {
            self.stiffness.look(felt, input.speed, input.age_s);
        }
        let share = (1.0 - (felt - FELT_N) / SEEK_YIELDS_OVER_N).clamp(0.1, 1.0);
        let goal = speed * share;
        let step = self.period_s * SEEK_ACCELERATION;
        // Gently up, at once down.
        if goal > told {
            goal.min(told.max(0.0) + step)
        } else {
            goal
        }
    }

    fn steer(&mut self, force: f64, swing: [f64; 2], phase: ContactPhase, input: &AdmittanceInput) {
        if self.goal_n == 0.0 {
            // Begin where the touch is: no step in the force, and go on as fast as the tool does.
            self.goal_n = input.felt.map_or(0.0, |f| f.get().clamp(0.0, force));
            self.yielding = self.told - input.planned_speed;
        }
        let slew = match phase {
            ContactPhase::Touching => self.gains.touch_ramp_n_per_s,
            ContactPhase::Settled => SETTLED_SLEW_N_PER_S,
            ContactPhase::Away | ContactPhase::Approaching | ContactPhase::Leaving => 0.0,
        };
        let step = slew * self.period_s;
        let to_go = force - self.goal_n;
        self.goal_n += to_go.clamp(-step, step);
        if let (ContactPhase::Touching, Some(felt)) = (phase, input.felt) {
            // On tissue softer than it is taken for, the goal waits for the tool.
            self.goal_n = self
                .goal_n
                .min(felt.get().max(0.0) + GOAL_AHEAD_N)
                .min(force);
        }
        self.swing = if to_go.abs() <= step {
            swing
        } else {
            [slew.copysign(to_go), 0.0]
        };
    }

    /// The force that would be felt by now if the goal were kept: as late and as filtered as the sample.
    fn foresee(&mut self, age_s: f64) -> f64 {
        let [rate, bend] = self.swing;
        let taken = self.goal_n - age_s * (rate - 0.5 * age_s * bend);
        let before = self.expected_n.unwrap_or(taken);
        let now = before + (taken - before) * low_pass(FORCE_FILTER_HZ, self.period_s);
        self.expected_n = Some(now);
        now
    }

    fn follow(&mut self, input: &AdmittanceInput) -> f64 {
        let expected = self.foresee(input.age_s);
        let Some(felt) = input.felt.map(Newtons::get) else {
            // Blind: along with the planned skin and no further; the monitor decides how long that may last.
            self.yielding = 0.0;
            return input.planned_speed.min(0.0);
        };
        self.stiffness
            .look(felt, input.speed - input.planned_speed, input.age_s);
        let error = expected - felt;
        let (damping, mass) = (self.damping(), self.gains.virtual_mass_kg);
        self.grow_integral(error, damping, input);
        // Backward Euler: stable however small the mass.
        let share = self.period_s * damping / (mass + self.period_s * damping);
        self.yielding += share * (error / damping + self.integral - self.yielding);
        let [rate, bend] = self.swing;
        let ahead = (rate + bend * self.gains.drive_delay_s) / self.stiffness.counted_on();
        input.planned_speed + self.learn(error / damping, input) + ahead + self.yielding
    }

    /// Damping of the admittance (N·s/m): what delay and virtual mass need on the stiffness that is seen.
    fn damping(&self) -> f64 {
        let stiffness = self.stiffness.reckoned();
        let delay = self.loop_delay();
        let calm = stiffness * delay / self.gains.phase_share;
        let even = 2.0 * (stiffness * self.gains.virtual_mass_kg).sqrt();
        calm.max(even).max(self.gains.least_damping) * (1.0 + self.stiffness.unrest())
    }

    /// Time from a force at the skin to the tool's answer (s).
    fn loop_delay(&self) -> f64 {
        let filter = 1.0 / (core::f64::consts::TAU * FORCE_FILTER_HZ);
        self.gains.sensor_delay_s + filter + self.period_s + self.gains.drive_delay_s
    }

    fn grow_integral(&mut self, error: f64, damping: f64, input: &AdmittanceInput) {
        if input.is_cut {
            return;
        }
        // A share of where the loop crosses, so that it takes little of the margin.
        let crossing = self.stiffness.reckoned() / damping;
        let rate = self.gains.integral_share * crossing;
        let missing = error / damping;
        self.integral =
            (self.integral + rate * missing * self.period_s).clamp(-INTEGRAL_MOST, INTEGRAL_MOST);
    }

    /// Speed that the learnt slope costs in this cycle (m/s), after learning from the speed that the error asks for.
    fn learn(&mut self, missing: f64, input: &AdmittanceInput) -> f64 {
        let [x, y] = input.glide;
        let size = x * x + y * y + GLIDE_FLOOR * GLIDE_FLOOR;
        let mut ahead = 0.0;
        for (slope, glide) in self.slope.iter_mut().zip(input.glide) {
            let step = self.gains.slope_learning_per_s * missing * glide / size
                - SLOPE_FADE_PER_S * *slope;
            if !input.is_cut {
                *slope = (*slope + step * self.period_s).clamp(-SLOPE_MOST, SLOPE_MOST);
            }
            ahead += *slope * glide;
        }
        ahead
    }

    /// Most speed inward against the skin (m/s).
    fn headroom(&self, input: &AdmittanceInput) -> f64 {
        let felt = input.felt.map_or(0.0, |felt| felt.get().max(0.0));
        let room = (input.ceiling.get() - felt - HEADROOM_MARGIN_N).max(0.0);
        let stiffness = (2.0 * self.stiffness.reckoned()).max(HEADROOM_STIFFNESS);
        let cost = stiffness * self.loop_delay() + (stiffness * input.mass_kg.max(0.5)).sqrt();
        room / cost
    }
}

/// Inward speed with which a touch that was lost in a stroke is sought again (m/s).
const SEARCH_SPEED: f64 = 0.008;
/// Growth of the seeking speed (m/s²).
const SEEK_ACCELERATION: f64 = 0.1;
/// Force from which the seeking yields, and over which it comes down to a tenth (N).
const FELT_N: f64 = 0.35;
const SEEK_YIELDS_OVER_N: f64 = 0.8;
/// Share of the asked force that a touch may rise by, and the least speed of seeking (m/s).
const SEEK_SHARE: f64 = 0.7;
const SEEK_LEAST: f64 = 0.004;
/// Most speed along the axis, inward and outward (m/s).
const INWARD_MOST: f64 = 0.15;
const OUTWARD_MOST: f64 = 0.25;
/// Most speed that the integral stands for (m/s): a deep breath.
const INTEGRAL_MOST: f64 = 0.03;
/// Most that the goal of a fresh touch is ahead of what is felt (N).
const GOAL_AHEAD_N: f64 = 1.0;
/// Slew of the set-point in a settled touch (N/s): above what techniques ask, below a blow.
const SETTLED_SLEW_N_PER_S: f64 = 120.0;
/// Glide below which slopes are hardly learnt (m/s).
const GLIDE_FLOOR: f64 = 0.015;
/// A learnt slope fades, because it belongs to a place that is left behind (1/s).
const SLOPE_FADE_PER_S: f64 = 0.1;
/// Largest slope that is believed.
const SLOPE_MOST: f64 = 0.4;
/// Kept free below the ceiling (N), and the least stiffness that is counted on (N/m): the envelope's figures.
const HEADROOM_MARGIN_N: f64 = 1.5;
const HEADROOM_STIFFNESS: f64 = 2000.0;

#[cfg(test)]
mod tests;
