//! The body along its axis: height over the spine, height beside it, width. What tells head from feet.

use super::axis::Axis;
use super::raster::Raster;

/// Distance of the samples (m).
pub(super) const STEP: f64 = 0.010;
/// Where "beside the spine" is (m): on the muscle, and on the buttock's inner slope.
const BESIDE: f64 = 0.040;
const WIDTH_STEP: f64 = 0.008;
const WIDEST: f64 = 0.30;

/// One cross section.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Section {
    /// Height over the axis (m).
    pub middle: Option<f64>,
    /// Height 40 mm to both sides, averaged, less the height over the axis (m): positive over a furrow
    /// or cleft, negative over the neck and head.
    pub hollow: Option<f64>,
    /// Half the width of what hangs together around the axis (m); 0 where nothing does.
    pub half_width: f64,
}

/// Sections at equal steps.
pub(super) struct Profile {
    start: f64,
    sections: Vec<Section>,
}

impl Profile {
    /// Measures all sections over a range of `s`.
    pub(super) fn of(raster: &Raster, axis: &Axis, range: (f64, f64)) -> Self {
        let count = ((range.1 - range.0) / STEP).ceil().clamp(0.0, 1000.0) as usize;
        let sections: Vec<Section> = (0..=count)
            .map(|k| section(raster, axis, range.0 + k as f64 * STEP))
            .collect();
        Self {
            start: range.0,
            sections: smoothed(&bridged(sections)),
        }
    }

    /// The same body seen from the other end.
    pub(super) fn turned(&self) -> Self {
        let mut sections = self.sections.clone();
        sections.reverse();
        Self {
            start: self.start,
            sections,
        }
    }

    /// `s` of a section (m).
    pub(super) fn s(&self, k: usize) -> f64 {
        self.start + k as f64 * STEP
    }

    /// Section nearest to `s`.
    pub(super) fn index(&self, s: f64) -> usize {
        let k = ((s - self.start) / STEP).round().max(0.0) as usize;
        k.min(self.sections.len().saturating_sub(1))
    }

    pub(super) fn len(&self) -> usize {
        self.sections.len()
    }

    pub(super) fn get(&self, k: usize) -> Section {
        self.sections.get(k).copied().unwrap_or_default()
    }

    /// Largest half-width of sections `from..to`.
    pub(super) fn widest(&self, from: usize, to: usize) -> f64 {
        (from..to.min(self.len()))
            .map(|k| self.get(k).half_width)
            .fold(0.0, f64::max)
    }
}

/// Sections without a middle between two that have one, over a short gap, get what lies between.
fn bridged(mut sections: Vec<Section>) -> Vec<Section> {
    /// Longest gap (sections).
    const LONGEST: usize = 4;
    let known: Vec<usize> = (0..sections.len())
        .filter(|k| sections.get(*k).is_some_and(|s| s.hollow.is_some()))
        .collect();
    for pair in known.windows(2) {
        let [from, to] = pair else { continue };
        let gap = to - from;
        let ends = (sections.get(*from).copied(), sections.get(*to).copied());
        let (Some(a), Some(b)) = ends else { continue };
        if gap > LONGEST + 1 {
            continue;
        }
        for k in from + 1..*to {
            let share = (k - from) as f64 / gap as f64;
            let mix = |a: Option<f64>, b: Option<f64>| Some(a? + share * (b? - a?));
            if let Some(section) = sections.get_mut(k) {
                section.middle = section.middle.or(mix(a.middle, b.middle));
                section.hollow = mix(a.hollow, b.hollow);
                section.half_width = section.half_width.max(a.half_width.min(b.half_width));
            }
        }
    }
    sections
}

/// Heights averaged with their two neighbours (weights 1, 2, 1), where these are known.
fn smoothed(sections: &[Section]) -> Vec<Section> {
    let near = |k: usize, pick: &dyn Fn(&Section) -> Option<f64>| {
        let here = pick(sections.get(k)?)?;
        let before = k.checked_sub(1).and_then(|k| pick(sections.get(k)?));
        let after = sections.get(k + 1).and_then(pick);
        Some(0.5 * here + 0.25 * (before.unwrap_or(here) + after.unwrap_or(here)))
    };
    let smooth = |(k, section): (usize, &Section)| Section {
        middle: near(k, &|s| s.middle),
        hollow: near(k, &|s| s.hollow),
        half_width: section.half_width,
    };
    sections.iter().enumerate().map(smooth).collect()
}

fn section(raster: &Raster, axis: &Axis, s: f64) -> Section {
    let height = |t: f64| axis.height(raster, s, t);
    let middle = mean([height(-0.006), height(0.0), height(0.006)]);
    let beside = match (height(BESIDE), height(-BESIDE)) {
        (Some(left), Some(right)) => Some(0.5 * (left + right)),
        _ => None,
    };
    let reach = |sign: f64| {
        let steps = (WIDEST / WIDTH_STEP) as usize;
        let known = (0..steps).take_while(|k| height(sign * *k as f64 * WIDTH_STEP).is_some());
        known.count() as f64 * WIDTH_STEP
    };
    Section {
        middle,
        hollow: beside.zip(middle).map(|(beside, middle)| beside - middle),
        half_width: 0.5 * (reach(1.0) + reach(-1.0)),
    }
}

fn mean(values: [Option<f64>; 3]) -> Option<f64> {
    let known: Vec<f64> = values.into_iter().flatten().collect();
    (known.len() > 1).then(|| known.iter().sum::<f64>() / known.len() as f64)
}
