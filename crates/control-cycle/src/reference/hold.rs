//! Watches a static press: has the tissue eased, and is it tissue at all?
//!
//! Under a steady force the tool creeps in while the tissue gives way, and breathing moves it to and fro by
//! some millimetres, much more than the creep. But the end of expiration is a place of rest to which the
//! chest comes back each time: there the tool is deepest. So the creep is told from one deepest place to the
//! next, over whole breaths that are seen, not assumed. Where no breathing is seen it is the slope of the
//! last seconds. Both lag behind: a tissue that counts as eased has eased by a little more.
//!
//! The stiffness of a spot is told while the force ramps: depth against three powers of time (the breath on
//! its way) and force, by least squares; the force's coefficient is the compliance.

use nalgebra::{Matrix5, Vector5};

/// Time over which cycles are averaged into one sample (s), and samples that are kept: 5.1 s.
const SAMPLE_S: f64 = 0.02;
const KEPT: usize = 256;
/// Smoothing of the depth in which turning places are looked for, over samples: 0.1 s.
const SMOOTHING: f64 = 0.2;
/// Way back from an extreme place that makes it a turning place (m). Breathing smaller than this is none.
const TURNS_AFTER: f64 = 2.5e-4;
/// Turning places nearer than this belong to one breath (s).
const BREATH_LEAST_S: f64 = 1.5;
/// Time for which the force must have been steady before creep counts (s).
const STEADY_S: f64 = 0.3;
/// Span over which creep is told where no breathing is seen (s), and the span at each end that is averaged.
const SLOPE_S: f64 = 2.5;
const SLOPE_END_S: f64 = 0.5;
/// Largest range of the depth over that span without breathing (m).
const STILL_RANGE: f64 = 6e-4;
/// Rise of the force from which a stiffness can be told (N).
const RISE: f64 = 3.0;
/// Time before the ramp that tells the breath (s), and the longest time that powers of time follow it.
const BEFORE_RAMP_S: f64 = 0.6;
const RAMP_MOST_S: f64 = 2.5;
/// Stiffest spot that is told (N/m).
const STIFFEST: f64 = 1e5;

#[derive(Clone, Copy, Debug, Default)]
struct Sample {
    depth: f64,
    force: f64,
}

/// The tool's way between turning places.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Breath {
    /// Going in: deepest so far, and when.
    In { deepest: f64, at_s: f64 },
    /// Coming out: least deep so far.
    Out { highest: f64 },
}

/// Memory of a static press.
#[derive(Clone, Debug)]
pub(super) struct HoldWatch {
    period_s: f64,
    /// Cycles in a sample.
    cycles: u32,
    samples: [Sample; KEPT],
    count: usize,
    sum: Sample,
    summed: u32,
    now_s: f64,
    ramp_from_s: f64,
    steady_from_s: Option<f64>,
    smooth: Option<f64>,
    breath: Breath,
    deepest: Option<(f64, f64)>,
    breath_creep: Option<f64>,
    stiffness: Option<f64>,
}

const NO_BREATH: Breath = Breath::Out {
    highest: f64::INFINITY,
};

impl HoldWatch {
    pub(super) fn new(period_s: f64) -> Self {
        Self {
            period_s,
            cycles: (SAMPLE_S / period_s.max(1e-4)).round().max(1.0) as u32,
            samples: [Sample::default(); KEPT],
            count: 0,
            sum: Sample::default(),
            summed: 0,
            now_s: 0.0,
            ramp_from_s: 0.0,
            steady_from_s: None,
            smooth: None,
            breath: NO_BREATH,
            deepest: None,
            breath_creep: None,
            stiffness: None,
        }
    }

    /// Another place: what was seen says nothing about it.
    pub(super) fn forget(&mut self) {
        *self = Self::new(self.period_s);
    }

    /// A new step of force begins at the same place.
    pub(super) fn begin(&mut self) {
        self.ramp_from_s = self.now_s;
        self.stiffness = None;
        self.ramp();
    }

    /// The force changes on purpose: creep starts anew.
    fn ramp(&mut self) {
        self.steady_from_s = None;
        self.deepest = None;
        self.breath_creep = None;
        self.breath = NO_BREATH;
    }

    /// One cycle at one place: depth along the tool axis from the planned skin (m), felt force (N), and
    /// whether the force is asked to stay.
    pub(super) fn look(&mut self, depth: f64, force: f64, is_steady: bool) {
        match (is_steady, self.steady_from_s) {
            (false, Some(_)) => self.ramp(),
            (true, None) => self.steady_from_s = Some(self.now_s),
            (true, Some(_)) | (false, None) => {}
        }
        self.now_s += self.period_s;
        self.sum.depth += depth;
        self.sum.force += force;
        self.summed += 1;
        if self.summed < self.cycles {
            return;
        }
        let mean = Sample {
            depth: self.sum.depth / f64::from(self.cycles),
            force: self.sum.force / f64::from(self.cycles),
        };
        (self.sum, self.summed) = (Sample::default(), 0);
        if let Some(place) = self.samples.get_mut(self.count % KEPT) {
            *place = mean;
        }
        self.count += 1;
        let smooth = self.smooth.unwrap_or(mean.depth);
        let smooth = smooth + SMOOTHING * (mean.depth - smooth);
        self.smooth = Some(smooth);
        if self.is_steady() {
            self.breathe(smooth);
        }
        // Later the breath is no power of time any more, and the tissue gives way.
        if !self.is_steady() && self.now_s - self.ramp_from_s < RAMP_MOST_S {
            self.stiffness = self.stiffness_over_ramp().or(self.stiffness);
        }
    }

    fn is_steady(&self) -> bool {
        self.steady_from_s
            .is_some_and(|from| self.now_s - from > STEADY_S)
    }

    /// Looks for places where the tool turns from going in to coming out: ends of expiration.
    fn breathe(&mut self, depth: f64) {
        match &mut self.breath {
            Breath::In { deepest, at_s } => {
                if depth > *deepest {
                    (*deepest, *at_s) = (depth, self.now_s);
                } else if depth < *deepest - TURNS_AFTER {
                    let turned = (*deepest, *at_s);
                    self.breath = Breath::Out { highest: depth };
                    self.turned(turned);
                }
            }
            Breath::Out { highest } => {
                *highest = highest.min(depth);
                if depth > *highest + TURNS_AFTER {
                    self.breath = Breath::In {
                        deepest: depth,
                        at_s: self.now_s,
                    };
                }
            }
        }
    }

    fn turned(&mut self, (deepest, at_s): (f64, f64)) {
        if let Some((before, then_s)) = self.deepest {
            let span = at_s - then_s;
            if span < BREATH_LEAST_S {
                return;
            }
            self.breath_creep = Some((deepest - before) / span);
        }
        self.deepest = Some((deepest, at_s));
    }

    /// Creep of the tool into the body with breathing taken off (m/s); `None` while it cannot be told.
    pub(super) fn creep(&self) -> Option<f64> {
        self.breath_creep.or_else(|| self.slope())
    }

    /// Slope of the last seconds, where there is no breathing in them.
    fn slope(&self) -> Option<f64> {
        let steady = self.now_s - self.steady_from_s?;
        if steady < SLOPE_S + STEADY_S || self.deepest.is_some() {
            return None;
        }
        let in_samples =
            |seconds: f64| (seconds / (self.period_s * f64::from(self.cycles))) as usize;
        let (whole, end) = (in_samples(SLOPE_S), in_samples(SLOPE_END_S).max(1));
        let depths = || {
            (0..whole)
                .filter_map(|back| self.back(back))
                .map(|s| s.depth)
        };
        let most = depths().fold(f64::NEG_INFINITY, f64::max);
        let least = depths().fold(f64::INFINITY, f64::min);
        let mean = |from: usize| {
            let sum: f64 = depths().skip(from).take(end).sum();
            sum / end as f64
        };
        let creep = (mean(0) - mean(whole.saturating_sub(end))) / (SLOPE_S - SLOPE_END_S);
        // What does not creep evenly breathes.
        (most - least < STILL_RANGE + creep.abs() * SLOPE_S).then_some(creep)
    }

    /// The sample so many samples ago.
    fn back(&self, samples: usize) -> Option<Sample> {
        if samples >= self.count.min(KEPT) {
            return None;
        }
        let index = self.count.checked_sub(1 + samples)? % KEPT;
        self.samples.get(index).copied()
    }

    /// Stiffness of the spot as the latest ramp told it (N/m).
    pub(super) const fn stiffness(&self) -> Option<f64> {
        self.stiffness
    }

    /// The latest ramp is over, and its stiffness is as good as it gets.
    pub(super) fn is_told(&self) -> bool {
        self.is_steady() || self.now_s - self.ramp_from_s > RAMP_MOST_S
    }

    fn stiffness_over_ramp(&self) -> Option<f64> {
        let sample_s = self.period_s * f64::from(self.cycles);
        let span = self.now_s - self.ramp_from_s + BEFORE_RAMP_S;
        let wanted = ((span / sample_s) as usize).min(self.count.min(KEPT));
        if wanted < 25 {
            return None;
        }
        let (mut normal, mut right) = (Matrix5::zeros(), Vector5::zeros());
        let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
        for back in 0..wanted {
            let sample = self.back(back)?;
            (least, most) = (least.min(sample.force), most.max(sample.force));
            let t = 1.0 - 2.0 * back as f64 / wanted as f64;
            let row = Vector5::new(1.0, t, t * t, t * t * t, sample.force);
            normal += row * row.transpose();
            right += row * sample.depth;
        }
        if most - least < RISE {
            return None;
        }
        let solved = normal.cholesky()?.solve(&right);
        let compliance = solved[4].max(1.0 / STIFFEST);
        compliance.is_finite().then(|| 1.0 / compliance)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A press on tissue with a slow branch under a breathing chest: `force(t)`, and the depth that follows.
    struct Chest {
        stiffness: f64,
        slow_s: f64,
        breath_m: f64,
        given: f64,
        watch: HoldWatch,
        t: f64,
    }

    impl Chest {
        fn new(stiffness: f64, slow_s: f64, breath_m: f64) -> Self {
            Self {
                stiffness,
                slow_s,
                breath_m,
                given: 0.0,
                watch: HoldWatch::new(1e-3),
                t: 0.0,
            }
        }

        /// Each breath differs in length and size, as chests do; lift over its end of expiration.
        fn lift(&self) -> f64 {
            let (mut start, mut number) = (-1.3, 0.0);
            loop {
                let period = 5.0 + 0.6 * libm::sin(2.3 * number);
                if self.t < start + period {
                    let size = self.breath_m * (1.0 + 0.2 * libm::cos(3.1 * number));
                    let part = (self.t - start) / period / 0.9;
                    return if part > 1.0 {
                        0.0
                    } else {
                        0.5 * size * (1.0 - libm::cos(core::f64::consts::TAU * part))
                    };
                }
                start += period;
                number += 1.0;
            }
        }

        /// Holds `force`, ramped to from `from` within `ramp` seconds.
        fn press(&mut self, from: f64, force: f64, ramp: f64, seconds: f64) {
            self.watch.begin();
            for step in 0..(seconds * 1000.0) as usize {
                let share = (step as f64 * 1e-3 / ramp).min(1.0);
                let now = from + (force - from) * share;
                // Force = k (1 + g (1 - m/d)) d with g = 0.3: depth from force and memory.
                let depth = (now / self.stiffness + 0.3 * self.given) / 1.3;
                self.given += (depth - self.given) / self.slow_s * 1e-3;
                self.t += 1e-3;
                self.watch.look(depth - self.lift(), now, share >= 1.0);
            }
        }
    }

    #[test]
    fn the_stiffness_is_told_through_the_breath() {
        for stiffness in [1500.0, 4000.0, 9000.0] {
            for delay in [0.0, 1.1, 2.3, 3.1, 4.2] {
                let mut chest = Chest::new(stiffness, 1.5, 0.004);
                chest.press(3.0, 3.0, 0.1, 2.0 + delay);
                chest.press(3.0, 13.0, 0.7, 1.0);
                let seen = chest.watch.stiffness().unwrap();
                // Fresh tissue answers up to 1.3 times as stiffly.
                println!("{stiffness} N/m after {delay} s: {seen:.0} N/m");
                assert!(
                    seen > 0.8 * stiffness && seen < 1.6 * stiffness,
                    "{stiffness}: {seen}"
                );
            }
        }
    }

    #[test]
    fn creep_is_told_from_breath_to_breath_and_fades_with_the_tissues_own_time() {
        let eased_after = |slow_s: f64, breath_m: f64| {
            let mut chest = Chest::new(1500.0, slow_s, breath_m);
            chest.press(3.0, 3.0, 0.1, 5.0);
            chest.press(3.0, 15.0, 0.8, 1.0);
            let mut waited = 1.0;
            while chest.watch.creep().is_none_or(|creep| creep > 8e-5) {
                chest.press_on();
                waited += 1e-3;
                assert!(waited < 60.0, "never eased: {:?}", chest.watch.creep());
            }
            waited
        };
        for breath in [0.0, 0.004] {
            let (quick, slow) = (eased_after(1.0, breath), eased_after(6.0, breath));
            println!("breath {breath} m: eased after {quick:.1} s and {slow:.1} s");
            assert!(slow > quick + 2.0, "breath {breath}: {quick} s, {slow} s");
        }
    }

    impl Chest {
        fn press_on(&mut self) {
            let depth = (15.0 / self.stiffness + 0.3 * self.given) / 1.3;
            self.given += (depth - self.given) / self.slow_s * 1e-3;
            self.t += 1e-3;
            self.watch.look(depth - self.lift(), 15.0, true);
        }
    }
}
