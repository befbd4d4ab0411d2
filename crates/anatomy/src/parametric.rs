//! A prone back made from sex, stature and mass: for demonstrations, tests and simulation.
//!
//! Each section is half of a superellipse with a furrow over the spine; heights and widths along the
//! body are tables over `s = x / (x of C7)`, 0 at S2 and 1 at C7. The tables are rounded from two
//! measured body models (a woman of 1.63 m and 62.6 kg; a man of 1.76 m and 112 kg) and blended by
//! body mass index; breadths of shoulder and hip differ by sex as in the ANSUR II survey (biacromial
//! 0.237 of stature in men, 0.224 in women). Arms, head and legs are left out.

use quantities::{Kilograms, Metres, Point, Table};
use thiserror::Error;

use crate::back::Back;
use crate::landmarks::Landmarks;
use crate::spine::SpineFromAbove;
use crate::spline::SplineLine;
use crate::surface::{Surface, SurfaceBounds};

/// Sex, as far as it shapes a back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sex {
    /// A woman's proportions.
    Female,
    /// A man's proportions.
    Male,
}

/// Who lies on the table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BodyParameters {
    /// Proportions of shoulder and hip.
    pub sex: Sex,
    /// Standing height, 1.40 to 2.10 m.
    pub stature: Metres,
    /// Body mass; with the stature it must give a body mass index of 16 to 42 kg/m².
    pub mass: Kilograms,
}

/// Why no body is made.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum BodyError {
    /// Taller or smaller than the model is good for.
    #[error(
        "a stature of {found_m} m is asked; the built-in body covers {low_m} to {high_m} m: correct it, or use a scan"
    )]
    Stature {
        /// Asked (m).
        found_m: f64,
        /// Smallest (m).
        low_m: f64,
        /// Largest (m).
        high_m: f64,
    },
    /// Lighter or heavier than the model is good for.
    #[error(
        "{mass_kg} kg at {stature_m} m is a body mass index of {index:.1} kg/m²; the built-in body covers {low} to {high}: correct the mass, or use a scan"
    )]
    Build {
        /// Asked (kg).
        mass_kg: f64,
        /// Asked (m).
        stature_m: f64,
        /// Index found (kg/m²).
        index: f64,
        /// Smallest (kg/m²).
        low: f64,
        /// Largest (kg/m²).
        high: f64,
    },
    /// The surface could not be charted.
    #[error(
        "the body could not be charted at {stature_m} m and {mass_kg} kg: please report these figures"
    )]
    NoChart {
        /// Asked (m).
        stature_m: f64,
        /// Asked (kg).
        mass_kg: f64,
    },
}

const STATURE: (f64, f64) = (1.40, 2.10);
const INDEX: (f64, f64) = (16.0, 42.0);
/// Body mass indices of the two reference bodies (kg/m²).
const LEAN_INDEX: f64 = 23.6;
const HEAVY_INDEX: f64 = 36.2;
/// x of C7 from S2 as a share of stature: 0.2958 and 0.2974 on the two bodies.
const SPINE_SHARE: f64 = 0.2966;
/// Mean height of the back over the table as a share of stature.
const LEAN_DEPTH: f64 = 0.1196;
const HEAVY_DEPTH: f64 = 0.168;

/// First value and step of the tables below, in s.
const TABLE_START: f64 = -0.6;
const TABLE_STEP: f64 = 0.1;
/// Height beside the furrow over mean height.
const LEAN_HEIGHT: [f64; 19] = [
    0.72, 0.80, 0.91, 1.07, 1.18, 1.19, 1.10, 0.99, 0.925, 0.92, 0.95, 1.02, 1.09, 1.12, 1.10,
    1.01, 0.89, 0.82, 0.82,
];
const HEAVY_HEIGHT: [f64; 19] = [
    0.60, 0.62, 0.69, 0.82, 0.94, 0.985, 0.995, 0.985, 0.975, 1.00, 1.03, 1.07, 1.10, 1.11, 1.08,
    1.01, 0.92, 0.86, 0.86,
];
/// Half-width over stature.
const LEAN_WIDTH: [f64; 19] = [
    0.126, 0.126, 0.125, 0.124, 0.122, 0.114, 0.104, 0.095, 0.088, 0.0835, 0.0855, 0.093, 0.108,
    0.136, 0.144, 0.118, 0.056, 0.038, 0.040,
];
const HEAVY_WIDTH: [f64; 19] = [
    0.130, 0.130, 0.130, 0.129, 0.128, 0.127, 0.124, 0.121, 0.119, 0.116, 0.113, 0.114, 0.126,
    0.146, 0.153, 0.132, 0.072, 0.050, 0.050,
];
/// Depth of the furrow over the spine over stature (0.001 is 1.6 to 1.8 mm); below S2 the cleft.
const LEAN_FURROW: [f64; 19] = [
    0.0230, 0.0230, 0.0225, 0.0200, 0.0140, 0.0085, 0.0030, 0.0020, 0.0022, 0.0024, 0.0026, 0.0032,
    0.0042, 0.0050, 0.0050, 0.0022, 0.0, 0.0, 0.0,
];
const HEAVY_FURROW: [f64; 19] = [
    0.0230, 0.0230, 0.0220, 0.0170, 0.0110, 0.0060, 0.0035, 0.0034, 0.0034, 0.0032, 0.0034, 0.0045,
    0.0070, 0.0085, 0.0065, 0.0020, 0.0, 0.0, 0.0,
];
/// Half-width (1/e) of the furrow over stature: 25 mm at 1.65 m.
const FURROW_WIDTH: f64 = 0.0152;
/// Height of the widest place over the height beside the furrow.
const EQUATOR: f64 = 0.45;
/// The section is known up to this share of its half-width; beyond it is nearly upright.
const KNOWN_SHARE: f64 = 0.95;
const STEEPEST: f64 = 2.475;
/// Distance of the knots (m).
const KNOT_STEP: f64 = 0.006;
/// Vertebrae in s, means of the two bodies.
const LEVELS: [f64; 6] = [0.0, 0.134, 0.400, 0.687, 0.878, 1.0];

/// The formula of one body.
struct Shape {
    spine_length: f64,
    stature: f64,
    height: SplineLine,
    width: SplineLine,
    furrow: SplineLine,
}

impl Shape {
    fn of(body: &BodyParameters) -> Option<Self> {
        let stature = body.stature.get();
        let index = body.mass.get() / (stature * stature);
        let build = (index - LEAN_INDEX) / (HEAVY_INDEX - LEAN_INDEX);
        let blend = build.clamp(0.0, 1.0);
        let mix = |lean: f64, heavy: f64, by: f64| lean + by * (heavy - lean);
        let depth = stature * mix(LEAN_DEPTH, HEAVY_DEPTH, build);
        // The lean table is a woman's and the heavy one a man's: move each toward the other sex.
        let toward_male = match body.sex {
            Sex::Male => 1.0 - blend,
            Sex::Female => -blend,
        };
        let line = |lean: &[f64; 19], heavy: &[f64; 19], scale: &dyn Fn(f64, f64, f64) -> f64| {
            let values: Vec<f64> = lean
                .iter()
                .zip(heavy)
                .enumerate()
                .map(|(k, (lean, heavy))| scale(TABLE_START + TABLE_STEP * k as f64, *lean, *heavy))
                .collect();
            SplineLine::through(TABLE_START, TABLE_STEP, &values)
        };
        Some(Self {
            spine_length: SPINE_SHARE * stature,
            stature,
            height: line(&LEAN_HEIGHT, &HEAVY_HEIGHT, &|_, lean, heavy| {
                depth * mix(lean, heavy, blend)
            })?,
            width: line(&LEAN_WIDTH, &HEAVY_WIDTH, &|s, lean, heavy| {
                // Shoulders + 5.5 %, hips - 6 % from woman to man, fading at the waist.
                let toward_head = ((s - 0.1) / 0.6).clamp(0.0, 1.0);
                let sex = 1.0 + toward_male * (-0.06 + 0.115 * toward_head);
                stature * mix(lean, heavy, build) * sex
            })?,
            furrow: line(&LEAN_FURROW, &HEAVY_FURROW, &|_, lean, heavy| {
                stature * mix(lean, heavy, blend)
            })?,
        })
    }

    /// Height (m) over the table.
    fn height_at(&self, x: f64, y: f64) -> f64 {
        let s = x / self.spine_length;
        let (top, width) = (self.height.eval(s).0, self.width.eval(s).0);
        let equator = EQUATOR * top;
        let share = y.abs() / width;
        let inside = share.min(KNOWN_SHARE);
        let arch = (1.0 - inside * inside * inside).sqrt();
        let mut height = equator + (top - equator) * arch;
        if share > KNOWN_SHARE {
            // Beyond the known skin the slope dies away over 20 mm.
            let slope = (top - equator) * 1.5 * KNOWN_SHARE * KNOWN_SHARE / (arch * width);
            let beyond = (share - KNOWN_SHARE) * width;
            height -= slope * 0.02 * (1.0 - libm::exp(-beyond / 0.02));
        }
        let aside = y / (FURROW_WIDTH * self.stature);
        height - self.furrow.eval(s).0 * libm::exp(-aside * aside)
    }

    fn is_inside(&self, x: f64, y: f64) -> bool {
        let s = x / self.spine_length;
        let e = 1e-4;
        let slope = |a: f64, b: f64| (a - b) / (2.0 * e);
        let dx = slope(self.height_at(x + e, y), self.height_at(x - e, y));
        let dy = slope(self.height_at(x, y + e), self.height_at(x, y - e));
        (-0.52..=1.14).contains(&s)
            && y.abs() < KNOWN_SHARE * self.width.eval(s).0
            && dx * dx + dy * dy < STEEPEST * STEEPEST
    }

    fn landmarks(&self, sex: Sex) -> Landmarks {
        let at = |s: f64, y: f64| {
            let x = s * self.spine_length;
            Point::<Table>::new(x, y, self.height_at(x, y))
        };
        let side = |s: f64, y: f64| (Some(at(s, y)), Some(at(s, -y)));
        let [s2, l4, t12, t7, t3, c7] = LEVELS.map(|s| at(s, 0.0));
        let shoulder = match sex {
            Sex::Female => 0.112,
            Sex::Male => 0.1185,
        };
        let (acromion_left, acromion_right) = side(0.82, shoulder * self.stature);
        let (psis_left, psis_right) = side(0.005, 0.0262 * self.stature);
        let (scapula_inferior_left, scapula_inferior_right) = side(0.667, 0.0505 * self.stature);
        Landmarks {
            c7,
            t3,
            t7,
            t12,
            l4,
            s2,
            acromion_left,
            acromion_right,
            psis_left,
            psis_right,
            scapula_inferior_left,
            scapula_inferior_right,
            midline: (0..=25).map(|k| at(f64::from(k) / 25.0, 0.0)).collect(),
            midline_uncertainty: Metres::ZERO,
        }
    }
}

/// The back of the built-in body, mirror-symmetric, its spine at `y = 0`; its midline is exact, so
/// its uncertainty is 0.
///
/// # Errors
/// Stature or body mass index outside of what the model covers.
pub fn parametric_back(body: &BodyParameters) -> Result<Back, BodyError> {
    Ok(parametric_body(body)?.0)
}

/// The back of the built-in body together with its landmarks.
///
/// # Errors
/// Stature or body mass index outside of what the model covers.
pub fn parametric_body(body: &BodyParameters) -> Result<(Back, Landmarks), BodyError> {
    let (stature_m, mass_kg) = (body.stature.get(), body.mass.get());
    // Both written so that a NaN is refused.
    if !(stature_m >= STATURE.0 && stature_m <= STATURE.1) {
        return Err(BodyError::Stature {
            found_m: stature_m,
            low_m: STATURE.0,
            high_m: STATURE.1,
        });
    }
    let index = mass_kg / (stature_m * stature_m);
    if !(index >= INDEX.0 && index <= INDEX.1) {
        return Err(BodyError::Build {
            mass_kg,
            stature_m,
            index,
            low: INDEX.0,
            high: INDEX.1,
        });
    }
    build(body).ok_or(BodyError::NoChart { stature_m, mass_kg })
}

fn build(body: &BodyParameters) -> Option<(Back, Landmarks)> {
    let shape = Shape::of(body)?;
    let length = shape.spine_length;
    let bounds = SurfaceBounds {
        min_x: -0.56 * length,
        max_x: 1.2 * length,
        min_y: -0.312,
        max_y: 0.312,
    };
    let surface = Surface::from_function(
        bounds,
        KNOT_STEP,
        |x, y| shape.height_at(x, y),
        |x, y| shape.is_inside(x, y),
    )?;
    let landmarks = shape.landmarks(body.sex);
    let line: Vec<(f64, f64)> = landmarks.midline.iter().map(|p| (p.x(), p.y())).collect();
    let above = SpineFromAbove::fit(&line, bounds.min_x, bounds.max_x)?;
    let back = Back::assemble(surface, above, &landmarks, landmarks.midline_uncertainty)?;
    Some((back, landmarks))
}

#[cfg(test)]
mod tests;
