//! Sums over the samples of a run.

use std::collections::BTreeMap;

use crate::bounds::{OVERSHOOT, SETTLING_NS};
use crate::judgement::{Overshoot, TechniqueFigures};

/// Sums of one technique.
#[derive(Clone, Debug, Default)]
struct TechniqueSums {
    samples: u64,
    error: f64,
    squared: f64,
    figures: TechniqueFigures,
}

/// All techniques.
#[derive(Clone, Debug, Default)]
pub(crate) struct Techniques(BTreeMap<String, TechniqueSums>);

impl Techniques {
    fn of(&mut self, technique: &str) -> &mut TechniqueSums {
        if !self.0.contains_key(technique) {
            let figures = TechniqueFigures {
                technique: technique.to_owned(),
                ..TechniqueFigures::default()
            };
            self.0.insert(
                technique.to_owned(),
                TechniqueSums {
                    figures,
                    ..TechniqueSums::default()
                },
            );
        }
        self.0.entry(technique.to_owned()).or_default()
    }

    /// A tracking sample: true force minus set-point (N).
    pub(crate) fn track(&mut self, technique: &str, error: f64) {
        let sums = self.of(technique);
        sums.samples += 1;
        sums.error += error;
        sums.squared += error * error;
        sums.figures.max_abs_n = sums.figures.max_abs_n.max(error.abs());
    }

    /// A sample that touches: normal force (N), pressure (Pa), clearance (m).
    pub(crate) fn touch(&mut self, technique: &str, force: f64, pressure: f64, clearance: f64) {
        let figures = &mut self.of(technique).figures;
        figures.max_force_n = figures.max_force_n.max(force);
        figures.peak_pressure_kpa = figures.peak_pressure_kpa.max(pressure * 1e-3);
        let least = figures.min_clearance_mm.unwrap_or(f64::INFINITY);
        figures.min_clearance_mm = Some(least.min(clearance * 1e3));
    }

    /// A stretch of way over the body in touch, and how much of it slipped (m).
    pub(crate) fn slip(&mut self, technique: &str, way: f64, slipped: f64, begins: bool) {
        let figures = &mut self.of(technique).figures;
        figures.way_mm += way * 1e3;
        figures.slipped_mm += slipped * 1e3;
        figures.slips += u64::from(begins);
    }

    /// The figures, in alphabetical order.
    pub(crate) fn figures(&self) -> Vec<TechniqueFigures> {
        self.0.values().map(TechniqueSums::figures).collect()
    }
}

impl TechniqueSums {
    fn figures(&self) -> TechniqueFigures {
        let count = self.samples.max(1) as f64;
        TechniqueFigures {
            samples: self.samples,
            rmse_n: (self.squared / count).sqrt(),
            bias_n: self.error / count,
            ..self.figures.clone()
        }
    }
}

/// Follows the tool from the air onto the skin and off again.
#[derive(Clone, Debug, Default)]
pub(crate) struct Touching {
    since: Option<u64>,
    current: Option<Overshoot>,
    done: Vec<Overshoot>,
}

impl Touching {
    /// The tool is meant to be in the air: the next touch is a first one again.
    pub(crate) fn in_the_air(&mut self) {
        self.since = None;
        self.done.extend(self.current.take());
    }

    /// A sample of a touch or stroke. `in_touch` says that the segment is a touch, `force` is the true
    /// normal force, `target` the set-point (N).
    pub(crate) fn sample(&mut self, at: Sample) {
        // A stroke counts from its first sample even when the skin was never met.
        if self.since.is_none() && (at.touches || !at.in_touch) {
            self.since = Some(at.at_ns);
            self.current = Some(Overshoot {
                segment: at.segment,
                at_s: at.at_ns as f64 * 1e-9,
                setpoint_n: at.target,
                overshoot_n: 0.0,
                limit_n: (OVERSHOOT.0 * at.target).max(OVERSHOOT.1),
            });
        }
        let early = !self.is_settled(at.at_ns);
        if let Some(current) = &mut self.current {
            if at.in_touch || early {
                current.overshoot_n = current.overshoot_n.max(at.force - at.target);
            } else {
                self.done.extend(self.current.take());
            }
        }
    }

    /// True when the touch is long enough ago for tracking to count.
    pub(crate) fn is_settled(&self, at_ns: u64) -> bool {
        self.since
            .is_some_and(|since| at_ns.saturating_sub(since) >= SETTLING_NS)
    }

    /// All touches.
    pub(crate) fn into_touches(mut self) -> Vec<Overshoot> {
        self.in_the_air();
        self.done
    }
}

/// What [`Touching`] needs of a sample.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    pub(crate) at_ns: u64,
    pub(crate) segment: u32,
    pub(crate) in_touch: bool,
    pub(crate) touches: bool,
    pub(crate) force: f64,
    pub(crate) target: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(ms: u64, in_touch: bool, force: f64) -> Sample {
        Sample {
            at_ns: ms * 1_000_000,
            segment: 1,
            in_touch,
            touches: force > 0.0,
            force,
            target: 10.0,
        }
    }

    #[test]
    fn tracking_counts_from_three_tenths_after_the_skin_is_met_not_from_the_search_for_it() {
        let mut touching = Touching::default();
        (0..1000).for_each(|ms| touching.sample(sample(ms, true, 0.0)));
        assert!(!touching.is_settled(999_000_000));
        touching.sample(sample(1000, true, 3.0));
        assert!(!touching.is_settled(1_299_000_000) && touching.is_settled(1_300_000_000));
        touching.sample(sample(1310, false, 0.0));
        assert!(
            touching.is_settled(1_310_000_000),
            "a touch that is lost starts no new grace"
        );
        touching.in_the_air();
        assert!(!touching.is_settled(1_400_000_000));
    }

    #[test]
    fn a_stroke_in_the_air_is_not_excused_for_never_touching() {
        let mut touching = Touching::default();
        (0..400).for_each(|ms| touching.sample(sample(ms, false, 0.0)));
        assert!(touching.is_settled(399_000_000));
    }

    #[test]
    fn the_overshoot_is_the_most_above_the_setpoint_early_after_the_touch() {
        let mut touching = Touching::default();
        for (ms, force) in [(0, 4.0), (5, 13.5), (100, 10.5)] {
            touching.sample(sample(ms, true, force));
        }
        touching.sample(sample(400, false, 19.0));
        let touches = touching.into_touches();
        assert_eq!(touches.len(), 1);
        assert!((touches[0].overshoot_n - 3.5).abs() < 1e-12);
        assert!((touches[0].limit_n - 2.0).abs() < 1e-12);
    }

    #[test]
    fn bias_and_rmse_are_those_of_the_textbook() {
        let mut techniques = Techniques::default();
        for error in [1.0, -0.5, 0.25, 0.25] {
            techniques.track("effleurage", error);
        }
        let figures = &techniques.figures()[0];
        assert!((figures.bias_n - 0.25).abs() < 1e-12);
        assert!((figures.rmse_n - (1.375f64 / 4.0).sqrt()).abs() < 1e-12);
        assert!((figures.max_abs_n - 1.0).abs() < 1e-12);
    }
}
