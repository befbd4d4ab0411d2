//! A cloud from a coarse net of touched points.
//!
//! Somebody without a camera guides the arm to touch the back every few centimetres. A thin plate through
//! these points is the skin between them; sampled densely it stands for a scan, and everything else is as
//! with a scan. It ends where the touched points end.

use quantities::{Point, Table};

use super::fit::{COARSE_STEP, fit_sheet};
use super::mask::closed;
use super::report::FitError;
use crate::cloud::PointCloud;

/// Points needed: a net of 50 mm over a back of 0.55 by 0.25 m has 66 (chosen).
const LEAST: usize = 60;
/// Touched points are at most this far apart (m): half of it, as a radius, bridges the gaps between them.
const LARGEST_GAP: f64 = 0.070;
/// Largest area of the table that a net may span (m, along and across): also a check of the unit.
const LARGEST_EXTENT: f64 = 1.5;

impl PointCloud {
    /// The skin between touched points as a dense cloud.
    ///
    /// # Errors
    /// Fewer than 60 points, points that are not numbers, or points that do not span a back in metres.
    pub fn from_touched(touched: &[Point<Table>]) -> Result<Self, FitError> {
        let points: Vec<[f64; 3]> = touched
            .iter()
            .map(|p| [p.x(), p.y(), p.z()])
            .filter(|p| p.iter().all(|c| c.is_finite()))
            .collect();
        if points.len() < LEAST {
            return Err(FitError::TooFew {
                found: points.len(),
                needed: LEAST,
                place: "touched on the skin (a net of 50 mm over the back)",
            });
        }
        let range = |axis: usize| {
            let values = || points.iter().filter_map(|p| p.get(axis)).copied();
            (
                values().fold(f64::INFINITY, f64::min),
                values().fold(f64::NEG_INFINITY, f64::max),
            )
        };
        let ((low_x, high_x), (low_y, high_y)) = (range(0), range(1));
        let span = (high_x - low_x).max(high_y - low_y);
        if span > LARGEST_EXTENT {
            return Err(FitError::TouchedTooWide {
                span,
                allowed: LARGEST_EXTENT,
            });
        }
        let low = (low_x - COARSE_STEP, low_y - COARSE_STEP);
        let cells = |from: f64, to: f64| ((to - from) / COARSE_STEP).ceil().max(1.0) as usize + 1;
        let sheet = fit_sheet(&points, low, (cells(low.0, high_x), cells(low.1, high_y)))
            .ok_or(FitError::NoSpine)?;
        let grid = &sheet.grid;
        let (cells_x, cells_y) = grid.cells();
        let mut hit = vec![false; cells_x * cells_y];
        for p in &points {
            if let Some((i, j, _, _)) = grid.cell(p[0], p[1])
                && let Some(cell) = hit.get_mut(i * cells_y + j)
            {
                *cell = true;
            }
        }
        let between = closed(&hit, (cells_x, cells_y), 0.5 * LARGEST_GAP / grid.step);
        // Four points to a cell, so that no cell looks like a hole.
        let samples = (0..between.len())
            .filter(|k| between.get(*k) == Some(&true))
            .flat_map(|k| [(0.25, 0.25), (0.25, 0.75), (0.75, 0.25), (0.75, 0.75)].map(|q| (k, q)))
            .map(|(k, (a, b))| {
                let x = grid.start_x + ((k / cells_y) as f64 + a) * grid.step;
                let y = grid.start_y + ((k % cells_y) as f64 + b) * grid.step;
                Point::new(x, y, grid.jet_clamped(x, y).value)
            });
        Ok(Self::from_points(samples))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::landmarks::{KnownLandmarks, Landmarks};
    use crate::levels::Level;
    use crate::parametric::{BodyParameters, Sex, parametric_body};
    use crate::register::register_known;
    use crate::{Back, FitWarning};
    use quantities::{Kilograms, Metres};

    /// A man's back touched in a net of `step` (m), each point off by up to 1 mm.
    fn touched(step: f64) -> (Back, Landmarks, Vec<Point<Table>>) {
        let (back, landmarks) = parametric_body(&BodyParameters {
            sex: Sex::Male,
            stature: Metres::new(1.78),
            mass: Kilograms::new(82.0),
        })
        .unwrap();
        let mut points = Vec::new();
        // From 45 mm above C7 down to the tail-bone.
        let (mut u, mut k) = (back.level(Level::C7).get() + 0.045, 0u32);
        while u > -0.15 {
            let mut v = -0.15;
            while v <= 0.15 {
                if let Some(at) = back.chart().at(Metres::new(u), Metres::new(v)) {
                    let off = 0.001 * libm::sin(f64::from(k) * 12.9898);
                    points.push(Point::new(at.point.x(), at.point.y(), at.point.z() + off));
                    k += 1;
                }
                v += step;
            }
            u -= step;
        }
        (back, landmarks, points)
    }

    #[test]
    fn a_net_of_touched_points_gives_the_skin_to_a_few_millimetres() {
        let (truth, landmarks, points) = touched(0.045);
        let cloud = PointCloud::from_touched(&points).unwrap();
        let mut known = KnownLandmarks::from(landmarks);
        known.midline_uncertainty = Metres::new(0.005);
        let found = register_known(&cloud, &known).unwrap();
        let mut off = Vec::new();
        for i in 0..45 {
            for j in -10..=10 {
                let (u, v) = (0.01 * f64::from(i), 0.01 * f64::from(j));
                let at = truth
                    .chart()
                    .at(Metres::new(u), Metres::new(v))
                    .unwrap()
                    .point;
                if let Some(sample) = found.back.surface().sample(at.x(), at.y()) {
                    off.push((sample.height - at.z()).abs());
                }
            }
        }
        off.sort_by(f64::total_cmp);
        assert!(off.len() > 850, "{}", off.len());
        assert!(off[off.len() / 2] < 0.0015, "{}", off[off.len() / 2]);
        assert!(
            off[off.len() * 95 / 100] < 0.006,
            "{}",
            off[off.len() * 95 / 100]
        );
    }

    #[test]
    fn both_ends_of_the_spine_and_touched_midline_points_are_enough() {
        let (_, landmarks, points) = touched(0.045);
        let cloud = PointCloud::from_touched(&points).unwrap();
        let known = KnownLandmarks {
            levels: vec![(Level::C7, landmarks.c7), (Level::S2, landmarks.s2)],
            midline: landmarks.midline.iter().step_by(3).copied().collect(),
            midline_uncertainty: Metres::new(0.004),
            ..KnownLandmarks::default()
        };
        let found = register_known(&cloud, &known).unwrap();
        for (placed, (name, given)) in found
            .report
            .certainty
            .landmarks
            .iter()
            .zip(landmarks.vertebrae())
        {
            let off = (placed.point.x() - given.x()).abs();
            assert!(off <= placed.along.get(), "{name}: {off} {placed:?}");
        }
        let told = found.report.warnings.iter();
        assert!(
            told.clone()
                .any(|w| matches!(w, FitWarning::FromShape { count: 4, .. }))
        );
    }

    #[test]
    fn too_few_points_and_points_in_millimetres_are_refused() {
        let (_, _, points) = touched(0.045);
        let few: Vec<_> = points.iter().step_by(3).copied().collect();
        assert!(few.len() < LEAST);
        let refused = PointCloud::from_touched(&few).unwrap_err().to_string();
        assert!(refused.contains("a net of 50 mm"), "{refused}");
        let large: Vec<_> = points
            .iter()
            .map(|p| Point::new(1e3 * p.x(), 1e3 * p.y(), 1e3 * p.z()))
            .collect();
        let refused = PointCloud::from_touched(&large).unwrap_err().to_string();
        assert!(refused.contains("in metres"), "{refused}");
        assert!(PointCloud::from_touched(&[Point::new(f64::NAN, 0.0, 0.0); 99]).is_err());
    }
}
