//! The true and the believed back.

use anatomy::{Back, FitReport, KnownLandmarks, PointCloud, parametric_back, register_known};
use quantities::{Displacement, Point, Table};
use settings::{
    BodySource, LARGEST_SCAN, SimulationProfile, TouchedBody, read_bytes, read_touched,
};
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
            believed(truth, &scan.cloud, &scan.landmarks.into())
        }
        BodySource::Scan {
            cloud,
            landmarks,
            truth,
        } => {
            let known = match landmarks {
                Some(path) => read_touched(path).map_err(Failure::input)?.landmarks,
                None => KnownLandmarks::default(),
            };
            let scan = read_cloud(cloud)?;
            let clean = match truth {
                Some(path) => read_cloud(path)?,
                None => scan.clone(),
            };
            fitted(&clean, &scan, &known, simulation, seed)
        }
        BodySource::Touched { points } => {
            let TouchedBody { landmarks, surface } =
                read_touched(points).map_err(Failure::input)?;
            let skin = PointCloud::from_touched(&surface)
                .map_err(|e| Failure::Input(format!("{}: {e}", points.display())))?;
            fitted(&skin, &skin, &landmarks, simulation, seed)
        }
    }
}

fn fitted(
    clean: &PointCloud,
    scan: &PointCloud,
    known: &KnownLandmarks,
    simulation: &SimulationProfile,
    seed: u64,
) -> Result<Bodies, Failure> {
    let truth = register_known(clean, known).map_err(Failure::input)?.back;
    let given = misplaced(known, simulation.midline_error.get(), seed);
    believed(truth, scan, &given)
}

fn believed(truth: Back, scan: &PointCloud, known: &KnownLandmarks) -> Result<Bodies, Failure> {
    let fit = register_known(scan, known).map_err(Failure::input)?;
    Ok(Bodies {
        truth,
        believed: fit.back,
        report: fit.report,
    })
}

/// Reads a scan.
pub fn read_cloud(path: &std::path::Path) -> Result<PointCloud, Failure> {
    let bytes = read_bytes(path, LARGEST_SCAN).map_err(Failure::input)?;
    PointCloud::parse(&bytes, &path.display().to_string())
        .map_err(|e| Failure::Input(format!("{}: {e}", path.display())))
}

/// Bound of the lateral error of a palpated midline (m). Chosen; within the uncertainty that a fit
/// assumes when the landmarks state none.
const MIDLINE_BOUND: f64 = 0.003;

/// The landmarks as somebody would have found them: the whole midline off to one side.
fn misplaced(known: &KnownLandmarks, sigma: f64, seed: u64) -> KnownLandmarks {
    let mut chance = Chance::new(seed, Purpose::Scan);
    let off = (sigma * chance.gaussian()).clamp(-MIDLINE_BOUND, MIDLINE_BOUND);
    let shift = |p: &Point<Table>| *p + Displacement::new(0.0, off, 0.0);
    let mut moved = known.clone();
    for (_, point) in &mut moved.levels {
        *point = shift(point);
    }
    for point in &mut moved.midline {
        *point = shift(point);
    }
    moved
}
