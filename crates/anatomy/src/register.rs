//! From a cloud and landmarks to a [`Back`], or a reason why not.
//!
//! ```text
//! check landmarks ─▶ check units ─▶ crop (table, box) ─▶ robust sheet ─▶ mask (holes, arms, steep)
//!        ─▶ landmarks on skin? covered? shaped like a back? ─▶ spine, chart, zones ─▶ report
//! ```

mod checks;
mod crop;
mod fit;
pub(crate) mod mask;
mod normal_equations;
mod report;
mod touched;

pub use report::{FitError, FitReport, FitWarning, LandmarkResidual, PointCounts};

use quantities::Metres;

use crate::back::Back;
use crate::cloud::PointCloud;
use crate::landmarks::{KnownLandmarks, LARGEST_MIDLINE_UNCERTAINTY, LandmarkError, Landmarks};
use crate::levels::Level;
use crate::shape::Certainty;
use crate::spine::SpineFromAbove;
use crate::surface::Surface;
use fit::SheetFit;
use mask::{End, Masks};

/// A back with the account of how it was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Registration {
    /// The back.
    pub back: Back,
    /// How it was found.
    pub report: FitReport,
}

/// Largest lateral distance of a midline point from the smooth line (m), chosen.
const RAGGED: f64 = 0.015;

/// Fits skin, spine, chart and zones with whatever landmarks are known: all six vertebrae as
/// [`register`] does, or fewer, or none; the shape of the scan tells the rest, and
/// [`FitReport::certainty`] says how well.
///
/// # Errors
/// Every [`FitError`]; among them a shape that does not tell the midline to
/// [`LARGEST_MIDLINE_UNCERTAINTY`], or with less confidence than [`crate::LEAST_CONFIDENCE`].
pub fn register_known(
    cloud: &PointCloud,
    known: &KnownLandmarks,
) -> Result<Registration, FitError> {
    known.check()?;
    if let Some(landmarks) = known.complete() {
        return register(cloud, &landmarks);
    }
    checks::units(cloud)?;
    checks::way_up(cloud)?;
    let (landmarks, certainty) = crate::shape::find(cloud, known)?;
    let mut fit = register(cloud, &landmarks)?;
    let told = certainty.landmarks.iter().filter(|l| !l.given);
    let along = told.clone().map(|l| l.along.get()).fold(0.0, f64::max);
    fit.report.warnings.push(FitWarning::FromShape {
        count: told.count(),
        along_mm: along * 1e3,
    });
    fit.report.certainty = certainty;
    Ok(fit)
}

/// Fits skin, spine, chart and zones.
///
/// # Errors
/// Every [`FitError`]: landmarks that are no person's, a scan in other units, upside down, not a
/// back, with too few points, or without what is needed, and a midline more uncertain than
/// [`LARGEST_MIDLINE_UNCERTAINTY`].
pub fn register(cloud: &PointCloud, landmarks: &Landmarks) -> Result<Registration, FitError> {
    landmarks.check()?;
    let frame = crop::Frame::around(landmarks);
    let (above, midline_rms) = spine_from_above(landmarks, &frame)?;
    let midline_uncertainty = combined(landmarks.midline_uncertainty, midline_rms)?;
    checks::units(cloud)?;
    let (points, counts) = crop::crop(cloud, &frame);
    checks::crop(&counts, points.len() + counts.passed_over)?;
    let sheet = fit::fit_sheet(&points, frame.low, frame.coarse_cells).ok_or(FitError::NoSpine)?;
    let counts = finish_counts(counts, &sheet);
    checks::sheet(&counts, &sheet)?;
    let (sheet, masks) = trunk(sheet, &points, &above);
    let residuals = checks::landmarks_on_skin(&sheet.grid, &masks.supported, landmarks)?;
    checks::spine_is_known(&sheet.grid, &masks.trunk, &above, landmarks)?;
    let coverage = checks::coverage(&sheet.grid, &masks.seen, &above, landmarks)?;
    checks::shape(&sheet.grid, &masks.supported, &above, landmarks)?;
    let holes = checks::holes(&sheet.grid, &masks);
    let residual_rms = rms(&sheet);
    let residual_scale = Metres::new(sheet.scale);
    let Masks { trunk, .. } = masks;
    let surface = Surface::new(sheet.grid, trunk).ok_or(FitError::NoSpine)?;
    let back = Back::assemble(surface, above, landmarks, midline_uncertainty).ok_or(
        FitError::SpineHidden {
            x: landmarks.s2.x(),
        },
    )?;
    let mut report = FitReport {
        points: counts,
        residual_rms,
        residual_scale,
        coverage,
        bridged_area: holes.area,
        widest_hole: Metres::new(holes.widest),
        landmarks: residuals,
        midline_rms: Metres::new(midline_rms),
        midline_uncertainty,
        certainty: Certainty::given(landmarks, midline_uncertainty),
        spine_length: back.level(Level::C7),
        warnings: Vec::new(),
    };
    report.warnings = warnings(&report, &back, landmarks);
    Ok(Registration { back, report })
}

/// Fits again without arms: a sheet that also follows the arms rounds off the flanks.
fn trunk(sheet: SheetFit, points: &[[f64; 3]], above: &SpineFromAbove) -> (SheetFit, Masks) {
    let masks = mask::masks(&sheet.grid, kept(points, &sheet), above, End::Arms);
    let of_trunk: Vec<bool> = points
        .iter()
        .map(|p| masks.is_trunk(&sheet.grid, p))
        .collect();
    let sheet = fit::refit(sheet, points, &of_trunk);
    let masks = mask::masks(&sheet.grid, kept(points, &sheet), above, End::Skin);
    (sheet, masks)
}

fn kept<'a>(points: &'a [[f64; 3]], sheet: &'a SheetFit) -> impl Iterator<Item = &'a [f64; 3]> {
    points
        .iter()
        .zip(&sheet.weights)
        .filter(|(_, w)| **w > 0.0)
        .map(|(p, _)| p)
}

/// The spine line seen from above, and the RMS lateral distance of its points from it (m).
fn spine_from_above(
    landmarks: &Landmarks,
    frame: &crop::Frame,
) -> Result<(SpineFromAbove, f64), FitError> {
    let given = &landmarks.midline;
    let points: Vec<(f64, f64)> = if given.is_empty() {
        landmarks
            .vertebrae()
            .iter()
            .map(|(_, p)| (p.x(), p.y()))
            .collect()
    } else {
        let xs = || given.iter().map(|p| p.x());
        let extent = xs().fold(f64::NEG_INFINITY, f64::max) - xs().fold(f64::INFINITY, f64::min);
        if given.len() < 3 || extent < 0.05 {
            return Err(LandmarkError::ShortMidline {
                count: given.len(),
                extent_mm: extent * 1e3,
            }
            .into());
        }
        given.iter().map(|p| (p.x(), p.y())).collect()
    };
    let (high_x, _) = frame.high();
    let above = SpineFromAbove::fit(&points, frame.low.0, high_x).ok_or(FitError::NoSpine)?;
    let offs: Vec<f64> = points.iter().map(|(x, y)| y - above.eval(*x).0).collect();
    for (k, off) in offs.iter().enumerate() {
        if off.abs() > RAGGED {
            return Err(LandmarkError::Ragged {
                index: k + 1,
                off_mm: off.abs() * 1e3,
                allowed_mm: RAGGED * 1e3,
            }
            .into());
        }
    }
    let mean = offs.iter().map(|o| o * o).sum::<f64>() / offs.len() as f64;
    Ok((above, mean.sqrt()))
}

/// The stated uncertainty and twice the scatter of the points, as squares.
fn combined(stated: Metres, scatter: f64) -> Result<Metres, LandmarkError> {
    let found = (stated.get() * stated.get() + 4.0 * scatter * scatter).sqrt();
    let allowed = LARGEST_MIDLINE_UNCERTAINTY.get();
    if found <= allowed {
        return Ok(Metres::new(found));
    }
    Err(LandmarkError::Uncertain {
        found_mm: found * 1e3,
        allowed_mm: allowed * 1e3,
    })
}

fn finish_counts(mut counts: PointCounts, sheet: &SheetFit) -> PointCounts {
    counts.used = sheet.weights.iter().filter(|w| **w > 0.0).count();
    counts.outliers = sheet.weights.len() - counts.used;
    counts
}

fn rms(sheet: &SheetFit) -> Metres {
    let used = sheet
        .residuals
        .iter()
        .zip(&sheet.weights)
        .filter(|(_, w)| **w > 0.0);
    let (sum, count) = used.fold((0.0, 0usize), |(s, n), (r, _)| (s + r * r, n + 1));
    Metres::new((sum / count.max(1) as f64).sqrt())
}

fn warnings(report: &FitReport, back: &Back, landmarks: &Landmarks) -> Vec<FitWarning> {
    let mut all = Vec::new();
    let points = &report.points;
    if points.not_finite > 0 {
        all.push(FitWarning::NotFinite {
            count: points.not_finite,
            total: points.total,
        });
    }
    if report.bridged_area > 0.0 {
        all.push(FitWarning::Holes {
            area_cm2: report.bridged_area * 1e4,
            widest_mm: report.widest_hole.get() * 1e3,
        });
    }
    for residual in &report.landmarks {
        if let Some(off) = residual.above_skin
            && off.get().abs() > checks::LANDMARK_NOTICE
        {
            let off_mm = off.get() * 1e3;
            all.push(FitWarning::LandmarkOffSkin {
                name: residual.name,
                off_mm,
            });
        }
    }
    if landmarks.pairs().is_empty() {
        all.push(FitWarning::SidesUnchecked);
    }
    if landmarks.midline.is_empty() {
        all.push(FitWarning::NoMidline);
    }
    let (low, tail) = (back.u_range().0, back.level(Level::TailBone));
    if low > tail {
        all.push(FitWarning::ShortBelow {
            reach_mm: -low.get() * 1e3,
            tail_mm: -tail.get() * 1e3,
        });
    }
    all
}

#[cfg(test)]
mod tests;
