//! How stiff the touch is, and whether it rings.
//!
//! Stiffness is the ratio of how fast the force changes and how fast the tool moves against the skin, both filtered
//! alike, over the last moments. Slow motion is left out: a chest that breathes carries the tool along without any
//! force, and would pass for softness. What was seen last is kept while nothing moves fast enough to tell.

use crate::estimator::{FORCE_FILTER_HZ, low_pass};

/// Corner of the filter on the force's rate (Hz).
const RATE_FILTER_HZ: f64 = 30.0;
/// Motion slower than this is left out (Hz).
const SLOW_HZ: f64 = 0.6;
/// How long motion is remembered (s).
const MEMORY_S: f64 = 0.3;
/// Motion below which nothing is concluded (m²/s): 2 mm/s for the length of the memory.
const FLOOR: f64 = 1e-6;
/// The same for the first that is seen: a hundredth of a second of a touch at 5 mm/s.
const FIRST_FLOOR: f64 = 2.5e-7;
/// Stiffness that is reckoned with before any was seen (N/m): thin muscle over bone.
const AT_FIRST: f64 = 16_000.0;
/// Least that is reckoned with from the first that is seen (N/m).
const FIRST_LEAST: f64 = 4_000.0;
/// Least and most that is believed (N/m).
const LEAST: f64 = 250.0;
const MOST: f64 = 40_000.0;
/// How fast the reckoned stiffness follows the seen one up and down (1/s): stiff tissue must be answered at once.
const UP_PER_S: f64 = 40.0;
const DOWN_PER_S: f64 = 1.5;
/// Memory of the ringing (s).
const RINGING_S: f64 = 0.15;
/// Rate of the force that noise alone brings about (N/s), and the rate beyond it that doubles the damping.
const NOISE_N_PER_S: f64 = 25.0;
const RINGS_N_PER_S: f64 = 60.0;

/// What is known of the touch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stiffness {
    period_s: f64,
    felt_n: Option<f64>,
    /// Smoothed rate of the force (N/s).
    rate: f64,
    /// Speed, filtered twice as the rate is, and its slow part (m/s).
    speed: [f64; 2],
    slow: f64,
    /// Fading sums of `Ḟ v` and `v²`.
    sums: [f64; 2],
    seen: Option<f64>,
    reckoned: f64,
    /// Fading means of `Ḟ` and `|Ḟ|` (N/s).
    mean: f64,
    size: f64,
}

impl Stiffness {
    pub(crate) const fn new(period_s: f64) -> Self {
        Self {
            period_s,
            felt_n: None,
            rate: 0.0,
            speed: [0.0; 2],
            slow: 0.0,
            sums: [0.0; 2],
            seen: None,
            reckoned: AT_FIRST,
            mean: 0.0,
            size: 0.0,
        }
    }

    /// Takes in a sample of the force (N) and the speed against the skin (m/s) of now; the force is `age_s` old.
    pub(crate) fn look(&mut self, felt_n: f64, speed: f64, age_s: f64) {
        let dt = self.period_s;
        let blend = low_pass(RATE_FILTER_HZ, dt);
        let raw = self.felt_n.map_or(0.0, |before| (felt_n - before) / dt);
        self.felt_n = Some(felt_n);
        self.rate += (raw - self.rate) * blend;
        // As late and as filtered as the force is.
        let late = low_pass(
            FORCE_FILTER_HZ / (1.0 + age_s * FORCE_FILTER_HZ * core::f64::consts::TAU),
            dt,
        );
        let [once, twice] = &mut self.speed;
        *once += (speed - *once) * late;
        *twice += (*once - *twice) * blend;
        self.slow += (*twice - self.slow) * low_pass(SLOW_HZ, dt);
        let moving = *twice - self.slow;
        let keep = 1.0 - dt / MEMORY_S;
        let [cross, square] = &mut self.sums;
        *cross = *cross * keep + self.rate * moving * dt;
        *square = *square * keep + moving * moving * dt;
        let floor = if self.seen.is_some() {
            FLOOR
        } else {
            FIRST_FLOOR
        };
        if *square > floor {
            let found = (*cross / *square).clamp(LEAST, MOST);
            if self.seen.replace(found).is_none() {
                // The first moments of a touch tell too little: the pad is not yet whole on the skin.
                self.reckoned = found.max(FIRST_LEAST);
            }
            let pace = if found > self.reckoned {
                UP_PER_S
            } else {
                DOWN_PER_S
            };
            self.reckoned += (found - self.reckoned) * (pace * dt).min(1.0);
        }
        let fade = (dt / RINGING_S).min(1.0);
        self.mean += (self.rate - self.mean) * fade;
        self.size += (self.rate.abs() - self.size) * fade;
    }

    /// The stiffness seen last (N/m).
    pub(crate) const fn seen(&self) -> Option<f64> {
        self.seen
    }

    /// What the damping reckons with (N/m): quick to rise, slow to fall.
    pub(crate) const fn reckoned(&self) -> f64 {
        self.reckoned
    }

    /// What a feed-forward counts on (N/m).
    pub(crate) fn counted_on(&self) -> f64 {
        self.reckoned
    }

    /// How much the touch rings: 0 when calm; 1 doubles the damping.
    pub(crate) fn unrest(&self) -> f64 {
        // A force that only rises or only falls has a mean as large as its size.
        let ringing = self.size - self.mean.abs() - NOISE_N_PER_S;
        (ringing / RINGS_N_PER_S).clamp(0.0, 3.0)
    }
}
