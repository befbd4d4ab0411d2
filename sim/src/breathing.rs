//! Breathing: how far the chest wall lifts the skin, and how fast.
//!
//! The lift is one number of time; the tissue map spreads it over the body (most at the thorax,
//! little at the sacrum). No figure for the dorsal surface of a prone person was found, so that the
//! defaults are chosen: 4 mm peak to trough, 12 breaths a minute, both varying from breath to breath.

use quantities::{Instant, Metres, MetresPerSecond};

use crate::noise::{Chance, Purpose};

/// Lift of the chest wall at one moment, where the body moves most.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Breath {
    /// Lift above the end of expiration, upward positive.
    pub lift: Metres,
    /// Its rate.
    pub rate: MetresPerSecond,
}

/// Figures of a made-up breath. All chosen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BreathingParams {
    /// Mean lift, trough to peak.
    pub amplitude: Metres,
    /// Mean rate (breaths a minute).
    pub per_minute: f64,
    /// Relative spread of the amplitude from breath to breath (uniform, one-sided width).
    pub amplitude_spread: f64,
    /// Relative spread of the period from breath to breath (uniform, one-sided width).
    pub period_spread: f64,
}

impl Default for BreathingParams {
    fn default() -> Self {
        Self {
            amplitude: Metres::new(0.004),
            per_minute: 12.0,
            amplitude_spread: 0.2,
            period_spread: 0.15,
        }
    }
}

/// Why a breathing trace is refused.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum BreathingError {
    /// A figure is outside of what makes sense.
    #[error("breathing {name} is {seen}; allowed is {allowed}")]
    Figure {
        /// Which.
        name: &'static str,
        /// What was given.
        seen: f64,
        /// What is allowed.
        allowed: &'static str,
    },
    /// Fewer than two samples.
    #[error("a recorded breath needs at least 2 samples, got {seen}")]
    TooFewSamples {
        /// How many were given.
        seen: usize,
    },
    /// A sample is not finite, or its time does not rise.
    #[error(
        "recorded breath: sample {index} ({time_s} s, {lift_m} m) is not finite or not later than the one before; sort the file by time and drop broken lines"
    )]
    BadSample {
        /// Index of the sample.
        index: usize,
        /// Its time.
        time_s: f64,
        /// Its lift.
        lift_m: f64,
    },
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct OneBreath {
    start: f64,
    period: f64,
    amplitude: f64,
}

#[derive(Clone, Debug, PartialEq)]
enum Trace {
    Still,
    Made {
        params: BreathingParams,
        seed: u64,
        breaths: Vec<OneBreath>,
    },
    /// `(time s, lift m)`, times rising from zero.
    Recorded(Vec<(f64, f64)>),
}

/// A breathing trace: lift and rate at any moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Breathing(Trace);

/// Breaths that are made before the trace repeats: at 12 a minute more than two hours.
const BREATHS: usize = 1600;
/// Share of a breath in which the chest rises; then it falls, then it rests. Chosen.
const RISING: f64 = 0.4;
const FALLING: f64 = 0.5;

impl Breathing {
    /// Nobody breathes: for tests of one thing at a time.
    #[must_use]
    pub const fn still() -> Self {
        Self(Trace::Still)
    }

    /// Breaths of seeded, varying period and depth; the trace repeats after 1600 breaths.
    ///
    /// # Errors
    /// [`BreathingError::Figure`] when a figure is out of range.
    pub fn made(params: BreathingParams, seed: u64) -> Result<Self, BreathingError> {
        check(
            "amplitude (m)",
            params.amplitude.get(),
            0.0,
            0.05,
            "0 to 0.05",
        )?;
        check(
            "rate (breaths a minute)",
            params.per_minute,
            2.0,
            60.0,
            "2 to 60",
        )?;
        check(
            "amplitude spread",
            params.amplitude_spread,
            0.0,
            0.9,
            "0 to 0.9",
        )?;
        check("period spread", params.period_spread, 0.0, 0.6, "0 to 0.6")?;
        let mut chance = Chance::new(seed, Purpose::Breathing);
        let mut start = 0.0;
        let mut breaths = Vec::with_capacity(BREATHS);
        for _ in 0..BREATHS {
            let period =
                60.0 / params.per_minute * (1.0 + params.period_spread * chance.between(-1.0, 1.0));
            let amplitude = params.amplitude.get()
                * (1.0 + params.amplitude_spread * chance.between(-1.0, 1.0));
            breaths.push(OneBreath {
                start,
                period,
                amplitude,
            });
            start += period;
        }
        Ok(Self(Trace::Made {
            params,
            seed,
            breaths,
        }))
    }

    /// A recorded trace of `(time in s, lift in m)`; between samples a cubic through values and
    /// central slopes. Past its end it is played backwards, then forwards again: the lift stays
    /// continuous.
    ///
    /// # Errors
    /// [`BreathingError`] when there are fewer than two samples, or one is not finite or not later
    /// than the one before.
    pub fn recorded(samples: &[(f64, f64)]) -> Result<Self, BreathingError> {
        let Some(&(first, _)) = samples.first() else {
            return Err(BreathingError::TooFewSamples { seen: 0 });
        };
        if samples.len() < 2 {
            return Err(BreathingError::TooFewSamples {
                seen: samples.len(),
            });
        }
        let mut kept: Vec<(f64, f64)> = Vec::with_capacity(samples.len());
        for (index, &(time_s, lift_m)) in samples.iter().enumerate() {
            let later = kept.last().is_none_or(|last| time_s - first > last.0);
            if !time_s.is_finite() || !lift_m.is_finite() || !later {
                return Err(BreathingError::BadSample {
                    index,
                    time_s,
                    lift_m,
                });
            }
            kept.push((time_s - first, lift_m));
        }
        Ok(Self(Trace::Recorded(kept)))
    }

    /// The lift at `at`. Allocates nothing.
    #[must_use]
    pub fn at(&self, at: Instant) -> Breath {
        self.at_seconds(at.seconds().get())
    }

    /// The lift `seconds` after the session's start; for the stages within a step.
    #[must_use]
    pub fn at_seconds(&self, seconds: f64) -> Breath {
        match &self.0 {
            Trace::Still => Breath::default(),
            Trace::Made { breaths, .. } => made_at(breaths, seconds),
            Trace::Recorded(samples) => recorded_at(samples, seconds),
        }
    }

    /// Largest lift that the trace ever reaches.
    #[must_use]
    pub fn highest(&self) -> Metres {
        let highest = match &self.0 {
            Trace::Still => 0.0,
            Trace::Made { breaths, .. } => breaths.iter().fold(0.0, |m: f64, b| m.max(b.amplitude)),
            // A cubic with central slopes overshoots its samples by less than a step between them.
            Trace::Recorded(samples) => samples.windows(2).fold(0.0, |m: f64, w| match w {
                [a, b] => m.max(a.1.max(b.1) + (a.1 - b.1).abs()),
                _ => m,
            }),
        };
        Metres::new(highest)
    }

    /// Written down for an archive; [`Breathing::from_parts`] undoes it.
    pub(crate) fn parts(&self) -> Parts {
        match &self.0 {
            Trace::Still => Parts::Still,
            Trace::Made { params, seed, .. } => Parts::Made(*params, *seed),
            Trace::Recorded(samples) => Parts::Recorded(samples.clone()),
        }
    }

    pub(crate) fn from_parts(parts: Parts) -> Result<Self, BreathingError> {
        match parts {
            Parts::Still => Ok(Self::still()),
            Parts::Made(params, seed) => Self::made(params, seed),
            Parts::Recorded(samples) => Self::recorded(&samples),
        }
    }
}

/// What a trace is made of.
pub(crate) enum Parts {
    Still,
    Made(BreathingParams, u64),
    Recorded(Vec<(f64, f64)>),
}

fn check(
    name: &'static str,
    seen: f64,
    low: f64,
    high: f64,
    allowed: &'static str,
) -> Result<(), BreathingError> {
    if seen >= low && seen <= high {
        Ok(())
    } else {
        Err(BreathingError::Figure {
            name,
            seen,
            allowed,
        })
    }
}

fn made_at(breaths: &[OneBreath], seconds: f64) -> Breath {
    let Some(last) = breaths.last() else {
        return Breath::default();
    };
    let whole = last.start + last.period;
    let time = seconds - whole * (seconds / whole).floor();
    let index = breaths
        .partition_point(|b| b.start <= time)
        .saturating_sub(1);
    let Some(breath) = breaths.get(index) else {
        return Breath::default();
    };
    let phase = (time - breath.start) / breath.period;
    // The smoothest step of fifth order: value, slope and curvature vanish at both ends.
    let step = |t: f64| t * t * t * (10.0 + t * (6.0 * t - 15.0));
    let slope = |t: f64| 30.0 * t * t * (1.0 - t) * (1.0 - t);
    let (share, share_rate) = if phase < RISING {
        (step(phase / RISING), slope(phase / RISING) / RISING)
    } else if phase < RISING + FALLING {
        let t = (phase - RISING) / FALLING;
        (1.0 - step(t), -slope(t) / FALLING)
    } else {
        (0.0, 0.0)
    };
    Breath {
        lift: Metres::new(breath.amplitude * share),
        rate: MetresPerSecond::new(breath.amplitude * share_rate / breath.period),
    }
}

fn recorded_at(samples: &[(f64, f64)], seconds: f64) -> Breath {
    let Some(&(end, _)) = samples.last() else {
        return Breath::default();
    };
    let turn = seconds - 2.0 * end * (seconds / (2.0 * end)).floor();
    let (time, sign) = if turn <= end {
        (turn, 1.0)
    } else {
        (2.0 * end - turn, -1.0)
    };
    let after = samples
        .partition_point(|s| s.0 <= time)
        .clamp(1, samples.len() - 1);
    let pick = |i: usize| {
        samples
            .get(i.min(samples.len() - 1))
            .copied()
            .unwrap_or((0.0, 0.0))
    };
    let (a, b) = (pick(after - 1), pick(after));
    let (before, behind) = (pick(after.saturating_sub(2)), pick(after + 1));
    let span = b.0 - a.0;
    // A knot's slope is that of the chord between its neighbours.
    let chord = |p: (f64, f64), q: (f64, f64)| {
        if q.0 > p.0 {
            (q.1 - p.1) / (q.0 - p.0)
        } else {
            0.0
        }
    };
    let (slope_a, slope_b) = (chord(before, b) * span, chord(a, behind) * span);
    let t = (time - a.0) / span;
    let (t2, t3) = (t * t, t * t * t);
    let lift = a.1 * (2.0 * t3 - 3.0 * t2 + 1.0)
        + slope_a * (t3 - 2.0 * t2 + t)
        + b.1 * (3.0 * t2 - 2.0 * t3)
        + slope_b * (t3 - t2);
    let rate = a.1 * (6.0 * t2 - 6.0 * t)
        + slope_a * (3.0 * t2 - 4.0 * t + 1.0)
        + b.1 * (6.0 * t - 6.0 * t2)
        + slope_b * (3.0 * t2 - 2.0 * t);
    Breath {
        lift: Metres::new(lift),
        rate: MetresPerSecond::new(sign * rate / span),
    }
}

#[cfg(test)]
mod tests;
