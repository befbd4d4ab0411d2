//! The true and the believed back.

use anatomy::{Back, FitReport, Landmarks, PointCloud, parametric_back, register};
use quantities::{Displacement, Point, Table};
use settings::{BodySource, LARGEST_SCAN, SimulationProfile, read_bytes, read_landmarks};
use sim::{Chance, Purpose, ScanParams, scan_with};

use crate::failure::Failure;

/// The same body twice: as it is, and as the scan tells it.
pub struct Bodies {
    /// As it is. The plant's alone.
    pub truth: Back,
    /// As the scan tells it.
    pub believed: Back,
    /// How well the scan fitted.
    pub report: FitReport,
}

/// Makes both backs.
pub fn bodies(
    source: &BodySource,
    simulation: &SimulationProfile,
    seed: u64,
) -> Result<Bodies, Failure> {
    match source {
        BodySource::Parametric(parameters) => {
            let truth = parametric_back(parameters).map_err(Failure::input)?;
            let params = ScanParams {
                midline_sigma: simulation.midline_error,
                ..ScanParams::default()
            };
            let scan = scan_with(&truth, &params, seed);
            believed(truth, &scan.cloud, &scan.landmarks)
        }
        BodySource::Scan {
            cloud,
            landmarks,
            truth,
        } => {
            let landmarks = read_landmarks(landmarks).map_err(Failure::input)?;
            let scan = read_cloud(cloud)?;
            let clean = match truth {
                Some(path) => read_cloud(path)?,
                None => scan.clone(),
            };
            let truth = register(&clean, &landmarks).map_err(Failure::input)?.back;
            believed(
                truth,
                &scan,
                &misplaced(&landmarks, simulation.midline_error.get(), seed),
            )
        }
    }
}

fn believed(truth: Back, scan: &PointCloud, landmarks: &Landmarks) -> Result<Bodies, Failure> {
    let fit = register(scan, landmarks).map_err(Failure::input)?;
    Ok(Bodies {
        truth,
        believed: fit.back,
        report: fit.report,
    })
}

fn read_cloud(path: &std::path::Path) -> Result<PointCloud, Failure> {
    let bytes = read_bytes(path, LARGEST_SCAN).map_err(Failure::input)?;
    PointCloud::parse(&bytes, &path.display().to_string())
        .map_err(|e| Failure::Input(format!("{}: {e}", path.display())))
}

/// Bound of the lateral error of a palpated midline (m). Chosen; within the uncertainty that a fit
/// assumes when the landmarks state none.
const MIDLINE_BOUND: f64 = 0.003;

/// The landmarks as somebody would have found them: the whole midline off to one side.
fn misplaced(landmarks: &Landmarks, sigma: f64, seed: u64) -> Landmarks {
    let mut chance = Chance::new(seed, Purpose::Scan);
    let off = (sigma * chance.gaussian()).clamp(-MIDLINE_BOUND, MIDLINE_BOUND);
    let shift = |p: &Point<Table>| *p + Displacement::new(0.0, off, 0.0);
    let mut moved = landmarks.clone();
    for point in [
        &mut moved.c7,
        &mut moved.t3,
        &mut moved.t7,
        &mut moved.t12,
        &mut moved.l4,
        &mut moved.s2,
    ] {
        *point = shift(point);
    }
    for point in &mut moved.midline {
        *point = shift(point);
    }
    moved
}
