//! The box around trunk and buttocks, and what of the cloud lies in it.

use super::fit::COARSE_STEP as COARSE;
use super::report::PointCounts;
use crate::cloud::PointCloud;
use crate::landmarks::Landmarks;

/// Points this near to the table top are the table's (m), chosen: three times a cheap camera's
/// noise, and no flank that low is worked on.
pub(super) const TABLE_BAND: f64 = 0.03;
/// Box beyond S2, beyond C7 and to each side of the spine (m).
const BELOW_S2: f64 = 0.26;
const ABOVE_C7: f64 = 0.09;
const ASIDE: f64 = 0.29;
/// Nobody is thicker than this lying prone (m).
const HIGHEST: f64 = 0.55;

/// More points than this add nothing to a sheet of 6 mm but time (chosen: five to a knot's cell).
const ENOUGH: usize = 80_000;

/// The rectangle that the sheet is fitted over.
pub(super) struct Frame {
    /// Lower corner (m).
    pub low: (f64, f64),
    /// Cells of the coarsest grid.
    pub coarse_cells: (usize, usize),
}

impl Frame {
    /// Around the spine of checked landmarks.
    pub(super) fn around(landmarks: &Landmarks) -> Self {
        let (s2, c7) = (landmarks.s2, landmarks.c7);
        let (low_x, high_x) = (s2.x() - BELOW_S2, c7.x() + ABOVE_C7);
        let (low_y, high_y) = (s2.y().min(c7.y()) - ASIDE, s2.y().max(c7.y()) + ASIDE);
        let cells = |low: f64, high: f64| ((high - low) / COARSE).ceil().clamp(1.0, 60.0) as usize;
        Self {
            low: (low_x, low_y),
            coarse_cells: (cells(low_x, high_x), cells(low_y, high_y)),
        }
    }

    /// Upper corner (m).
    pub(super) fn high(&self) -> (f64, f64) {
        (
            self.low.0 + COARSE * self.coarse_cells.0 as f64,
            self.low.1 + COARSE * self.coarse_cells.1 as f64,
        )
    }
}

/// The points that may be skin, and where the others went.
pub(super) fn crop(cloud: &PointCloud, frame: &Frame) -> (Vec<[f64; 3]>, PointCounts) {
    let mut counts = PointCounts {
        total: cloud.len() + cloud.dropped_not_finite(),
        not_finite: cloud.dropped_not_finite(),
        ..PointCounts::default()
    };
    let (high_x, high_y) = frame.high();
    let mut kept = Vec::new();
    for p in cloud.raw() {
        let [x, y, z] = *p;
        if x < frame.low.0 || x > high_x || y < frame.low.1 || y > high_y || z > HIGHEST {
            counts.outside += 1;
        } else if z < -TABLE_BAND {
            counts.below_table += 1;
        } else if z < TABLE_BAND {
            counts.table += 1;
        } else {
            kept.push(*p);
        }
    }
    let before = kept.len();
    thin(&mut kept);
    counts.passed_over = before - kept.len();
    (kept, counts)
}

/// Keeps enough points, drawn by their place in the list through a fixed scramble: a plain step would
/// follow the rows of a camera's picture.
fn thin(points: &mut Vec<[f64; 3]>) {
    let count = points.len() as u64;
    if points.len() <= ENOUGH {
        return;
    }
    let mut place = 0u64;
    points.retain(|_| {
        place += 1;
        // The finaliser of splitmix64 (Steele et al. 2014).
        let mut z = place.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % count < ENOUGH as u64
    });
}
