//! Is this a back, told in metres in the table frame, and was enough of it seen?

use quantities::{Metres, Point, Table};

use super::crop::TABLE_BAND;
use super::fit::{SheetFit, median};
use super::mask::Masks;
use super::report::{FitError, LandmarkResidual, PointCounts};
use crate::cloud::PointCloud;
use crate::landmarks::Landmarks;
use crate::spine::SpineFromAbove;
use crate::spline::SplineGrid;
use crate::surface::cell_centres;

/// Points needed in the file, and above the table near the body (chosen: one per 2 cm² of a back).
const LEAST_IN_FILE: usize = 500;
const LEAST_ON_BODY: usize = 1000;
/// Span of a scan that shows a back (m).
const LEAST_SPAN: f64 = 0.40;
const LARGEST_SPAN: f64 = 6.0;
/// Off the sheet: share of points, and noise (m), chosen; cheap cameras show 5 % and 2.5 mm.
const MOST_REJECTED: f64 = 0.25;
const LARGEST_NOISE: f64 = 0.008;
/// A vertebra's landmark off the skin (m): refuse, and notice.
const LANDMARK_OFF: f64 = 0.035;
pub(super) const LANDMARK_NOTICE: f64 = 0.015;
/// Share of the working area that the camera must have seen (chosen).
const LEAST_COVERAGE: f64 = 0.80;
const WORKING_HALF_WIDTH: f64 = 0.10;
/// Where the drop to the side is looked at, and what it may be (m). The two reference bodies drop
/// by 15 to 45 mm.
const SHAPE_ASIDE: f64 = 0.12;
const LEAST_DROP: f64 = 0.005;
const LARGEST_DROP: f64 = 0.12;

/// Size and number of all points.
pub(super) fn units(cloud: &PointCloud) -> Result<(), FitError> {
    if cloud.len() < LEAST_IN_FILE {
        return Err(FitError::TooFew {
            found: cloud.len(),
            needed: LEAST_IN_FILE,
            place: "in the scan",
        });
    }
    // Between the 5th and 95th percentile, so that stray points do not count.
    let span = (0..3)
        .map(|k| {
            let mut values: Vec<f64> = cloud
                .raw()
                .iter()
                .filter_map(|p| p.get(k))
                .copied()
                .collect();
            values.sort_by(f64::total_cmp);
            let at = |share: usize| values.get(values.len() * share / 100).copied();
            at(95).zip(at(5)).map_or(0.0, |(high, low)| high - low)
        })
        .fold(0.0, f64::max);
    for (unit, factor) in [("millimetres", 0.001), ("centimetres", 0.01)] {
        if span > LARGEST_SPAN && (LEAST_SPAN..LARGEST_SPAN).contains(&(span * factor)) {
            return Err(FitError::Unit { span, unit, factor });
        }
    }
    if !(LEAST_SPAN..=LARGEST_SPAN).contains(&span) {
        return Err(FitError::TooSmall {
            span,
            needed: LEAST_SPAN,
        });
    }
    Ok(())
}

/// Which way up, before anything else is known of the body.
pub(super) fn way_up(cloud: &PointCloud) -> Result<(), FitError> {
    let count = |side: &dyn Fn(f64) -> bool| cloud.raw().iter().filter(|p| side(p[2])).count();
    let (below, above) = (count(&|z| z < -TABLE_BAND), count(&|z| z > TABLE_BAND));
    if below > above {
        return Err(FitError::UpsideDown { below, above });
    }
    Ok(())
}

/// Which way up, and enough points on the body.
pub(super) fn crop(counts: &PointCounts, on_body: usize) -> Result<(), FitError> {
    let below = counts.below_table;
    if below > on_body {
        return Err(FitError::UpsideDown {
            below,
            above: on_body,
        });
    }
    let near = below + on_body + counts.table;
    if 10 * below > near && below > 100 {
        return Err(FitError::BelowTable {
            share_percent: 100.0 * below as f64 / near as f64,
        });
    }
    if on_body < LEAST_ON_BODY {
        return Err(FitError::TooFew {
            found: on_body,
            needed: LEAST_ON_BODY,
            place: "above the table between the landmarks",
        });
    }
    Ok(())
}

/// A smooth sheet with few points off it.
pub(super) fn sheet(counts: &PointCounts, sheet: &SheetFit) -> Result<(), FitError> {
    let share = counts.outliers as f64 / (counts.outliers + counts.used).max(1) as f64;
    if share > MOST_REJECTED || sheet.scale > LARGEST_NOISE {
        return Err(FitError::NoSheet {
            rejected_percent: 100.0 * share,
            scale_mm: sheet.scale * 1e3,
            allowed_percent: 100.0 * MOST_REJECTED,
            allowed_mm: LARGEST_NOISE * 1e3,
        });
    }
    Ok(())
}

/// All landmarks against the sheet; the vertebrae must lie on it.
pub(super) fn landmarks_on_skin(
    grid: &SplineGrid,
    supported: &[bool],
    landmarks: &Landmarks,
) -> Result<Vec<LandmarkResidual>, FitError> {
    let above = |p: &Point<Table>| {
        let (i, j, _, _) = grid.cell(p.x(), p.y())?;
        let seen = supported
            .get(i * grid.cells().1 + j)
            .copied()
            .unwrap_or(false);
        seen.then(|| Metres::new(p.z() - grid.jet_clamped(p.x(), p.y()).value))
    };
    let mut all = Vec::new();
    for (name, point) in landmarks.vertebrae() {
        let above_skin = above(&point);
        if let Some(off) = above_skin.map(Metres::get)
            && off.abs() > LANDMARK_OFF
        {
            return Err(FitError::LandmarkOffSkin {
                name,
                off_mm: off.abs() * 1e3,
                side: if off > 0.0 { "above" } else { "below" },
                allowed_mm: LANDMARK_OFF * 1e3,
            });
        }
        all.push(LandmarkResidual { name, above_skin });
    }
    for (left_name, left, right_name, right) in landmarks.pairs() {
        all.push(LandmarkResidual {
            name: left_name,
            above_skin: above(&left),
        });
        all.push(LandmarkResidual {
            name: right_name,
            above_skin: above(&right),
        });
    }
    Ok(all)
}

/// Share of the working area that was seen.
pub(super) fn coverage(
    grid: &SplineGrid,
    seen: &[bool],
    spine: &SpineFromAbove,
    landmarks: &Landmarks,
) -> Result<f64, FitError> {
    let (mut all, mut good) = (0usize, 0usize);
    let mut gap = None;
    for ((x, y), seen) in cell_centres(grid).zip(seen) {
        let working = x > landmarks.s2.x()
            && x < landmarks.c7.x()
            && (y - spine.eval(x).0).abs() < half_width(x, landmarks);
        if working {
            all += 1;
            good += usize::from(*seen);
            if !seen && gap.is_none() {
                gap = Some((x, y));
            }
        }
    }
    let share = good as f64 / all.max(1) as f64;
    match gap {
        Some((gap_x, gap_y)) if share < LEAST_COVERAGE => Err(FitError::NotCovered {
            seen_percent: 100.0 * share,
            needed_percent: 100.0 * LEAST_COVERAGE,
            gap_x,
            gap_y,
        }),
        Some(_) | None => Ok(share),
    }
}

/// The working half-width; above T3 the trunk narrows to the neck.
fn half_width(x: f64, landmarks: &Landmarks) -> f64 {
    let (t3, c7) = (landmarks.t3.x(), landmarks.c7.x());
    let share = ((x - t3) / (c7 - t3)).clamp(0.0, 1.0);
    WORKING_HALF_WIDTH * (1.0 - 0.7 * share)
}

/// A prone back falls off to both sides.
pub(super) fn shape(
    grid: &SplineGrid,
    supported: &[bool],
    spine: &SpineFromAbove,
    landmarks: &Landmarks,
) -> Result<(), FitError> {
    let (low, high) = (landmarks.l4.x(), landmarks.t7.x());
    let mut drops = Vec::new();
    for k in 0..=20 {
        let x = low + (high - low) * f64::from(k) / 20.0;
        let y = spine.eval(x).0;
        let middle = grid.jet_clamped(x, y).value;
        for side in [-SHAPE_ASIDE, SHAPE_ASIDE] {
            if let Some((i, j, _, _)) = grid.cell(x, y + side)
                && supported
                    .get(i * grid.cells().1 + j)
                    .copied()
                    .unwrap_or(false)
            {
                drops.push(middle - grid.jet_clamped(x, y + side).value);
            }
        }
    }
    let drop = median(&drops);
    if drops.len() < 10 || !(LEAST_DROP..=LARGEST_DROP).contains(&drop) {
        return Err(FitError::NotABack {
            drop_mm: drop * 1e3,
        });
    }
    Ok(())
}

/// Known skin along the spine line, without a gap from S2 to C7.
pub(super) fn spine_is_known(
    grid: &SplineGrid,
    trunk: &[bool],
    spine: &SpineFromAbove,
    landmarks: &Landmarks,
) -> Result<(), FitError> {
    let (low, high) = (landmarks.s2.x(), landmarks.c7.x());
    let steps = ((high - low) / 0.002).ceil().max(1.0) as usize;
    for k in 0..=steps {
        let x = low + (high - low) * k as f64 / steps as f64;
        let known = grid.cell(x, spine.eval(x).0).is_some_and(|(i, j, _, _)| {
            trunk.get(i * grid.cells().1 + j).copied().unwrap_or(false)
        });
        if !known {
            return Err(FitError::SpineHidden { x });
        }
    }
    Ok(())
}

/// Bridged skin.
pub(super) struct Holes {
    /// m².
    pub area: f64,
    /// m.
    pub widest: f64,
}

/// Trunk that was bridged and not seen.
pub(super) fn holes(grid: &SplineGrid, masks: &Masks) -> Holes {
    let (cells_x, cells_y) = grid.cells();
    let bridged = |i: usize, j: usize| {
        let k = i * cells_y + j;
        masks.trunk.get(k) == Some(&true) && masks.seen.get(k) == Some(&false)
    };
    let (mut count, mut widest) = (0usize, 0usize);
    // Widest: the largest square of bridged cells, by the usual recurrence.
    let mut above = vec![0usize; cells_y + 1];
    for i in 0..cells_x {
        let mut row = vec![0usize];
        for j in 0..cells_y {
            let side = if bridged(i, j) {
                count += 1;
                let corner = above.get(j).copied().unwrap_or(0);
                let up = above.get(j + 1).copied().unwrap_or(0);
                1 + corner.min(up).min(row.last().copied().unwrap_or(0))
            } else {
                0
            };
            widest = widest.max(side);
            row.push(side);
        }
        above = row;
    }
    Holes {
        area: count as f64 * grid.step * grid.step,
        widest: widest as f64 * grid.step,
    }
}
