//! What lies where: fat, muscle, knots and bone as a modulus over `(u, v)`.
//!
//! The modulus is that of an elastic half space (`E/(1 - ν²)`). From measured figures:
//! * lumbar muscle: 228 N/m under the 3 mm probe of a myotonometer (mean of men 247.8 and women 208.4 at
//!   L3-4, prone, at rest) gives `E = K/(2a)` = 76 kPa; L4 is the stiffest level of five measured;
//! * gluteal fat: 26 kPa at 1 N.
//!
//! The rest is chosen such that a whole contact of the default tools ranges from 0.3 N/mm (thumb on
//! flank fat) to 35 N/mm (palm on bone, the figure of ISO/TS 15066 for the back).

use anatomy::{Back, Level};
use quantities::{Metres, Pascals};

use super::law::TissueParams;
use super::map::SkinMap;
use crate::noise::{Chance, Purpose};

const FLANK_FAT: f64 = 15e3;
const BUTTOCK_FAT: f64 = 26e3;
const LOOSE: f64 = 50e3;
const TRAPEZIUS: f64 = 65e3;
const MUSCLE: f64 = 76e3;
const OVER_RIBS: f64 = 110e3;
const SACRUM: f64 = 220e3;
const CREST: f64 = 250e3;
const BLADE: f64 = 160e3;
const BONE: f64 = 440e3;

/// A knot: a hard spot in a muscle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Knot {
    /// Along the spine.
    pub u: Metres,
    /// Beside the spine, left positive.
    pub v: Metres,
    /// Radius at which half of its hardness is left.
    pub radius: Metres,
    /// Modulus at its middle.
    pub modulus: Pascals,
}

/// Heights of the landmarks that scale the map (u, m).
#[derive(Clone, Copy, Debug)]
struct Levels {
    l4: f64,
    t12: f64,
    t7: f64,
    t3: f64,
    c7: f64,
}

/// Builds the map of a body and its knots.
pub(super) fn lay(back: &Back, params: &TissueParams, seed: u64) -> (SkinMap, Vec<Knot>) {
    let u_of = |level| back.level(level).get();
    let levels = Levels {
        l4: u_of(Level::L4),
        t12: u_of(Level::T12),
        t7: u_of(Level::T7),
        t3: u_of(Level::T3),
        c7: u_of(Level::C7),
    };
    let knots = knots(params.knots, &levels, seed);
    let bounds = back.surface().bounds();
    let scale = params.stiffness_scale;
    let mut highest = f64::NEG_INFINITY;
    let map = SkinMap::build(
        (bounds.min_x, bounds.min_y),
        (bounds.max_x, bounds.max_y),
        |x, y| {
            let place = back.surface().point_at(x, y);
            if let Some(place) = place {
                highest = highest.max(place.z());
            }
            let located = place.and_then(|place| back.chart().locate(&place));
            // Off the known skin the rim of the map must not pull the interpolation down to nothing.
            let Some((u, v)) = located else {
                return [scale * FLANK_FAT, breath_share(x, &levels, params)];
            };
            let modulus = scale * modulus_at(u.get(), v.get(), &levels, &knots);
            [modulus, breath_share(u.get(), &levels, params)]
        },
    );
    // Between the nodes the skin may be higher by what it climbs in half a spacing.
    (map.below(Metres::new(highest + 0.02)), knots)
}

fn knots(count: u8, levels: &Levels, seed: u64) -> Vec<Knot> {
    let mut chance = Chance::new(seed, Purpose::Knots);
    (0..count)
        .map(|_| {
            let side = if chance.uniform() < 0.5 { -1.0 } else { 1.0 };
            Knot {
                u: Metres::new(chance.between(0.04, levels.t3)),
                v: Metres::new(side * chance.between(0.03, 0.06)),
                radius: Metres::new(chance.between(0.006, 0.012)),
                modulus: Pascals::new(chance.between(180e3, 300e3)),
            }
        })
        .collect()
}

fn breath_share(u: f64, levels: &Levels, params: &TissueParams) -> f64 {
    params.breath_at_sacrum + (1.0 - params.breath_at_sacrum) * rise(u, 0.0, levels.t12)
}

/// From 0 at `low` to 1 at `high`, smoothly.
fn rise(x: f64, low: f64, high: f64) -> f64 {
    let t = ((x - low) / (high - low)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// 1 within `low..high`, fading over `soft` outside.
fn band(x: f64, low: f64, high: f64, soft: f64) -> f64 {
    rise(x, low - soft, low) * (1.0 - rise(x, high, high + soft))
}

/// 1 at `distance = 0`, one half at `radius`.
fn blob(distance_squared: f64, radius: f64) -> f64 {
    libm::exp(-core::f64::consts::LN_2 * distance_squared / (radius * radius))
}

/// Modulus (Pa): layers laid over each other, each by its weight, in the logarithm.
fn modulus_at(u: f64, v: f64, levels: &Levels, knots: &[Knot]) -> f64 {
    let side = v.abs();
    let lumbar = band(u, 0.02, levels.t12 - 0.02, 0.02);
    let thorax = rise(u, levels.t12 - 0.02, levels.t12 + 0.02);
    let mut log = libm::log(LOOSE);
    let mut lay = |weight: f64, modulus: f64| log += weight * (libm::log(modulus) - log);
    lay(thorax, OVER_RIBS);
    lay(
        rise(u, levels.t3 - 0.02, levels.c7) * rise(side, 0.02, 0.04),
        TRAPEZIUS,
    );
    lay(lumbar * rise(side, 0.10, 0.14), FLANK_FAT);
    lay(
        (1.0 - rise(u, -0.03, 0.02)) * rise(side, 0.025, 0.045),
        BUTTOCK_FAT,
    );
    let at_l4 = 1.0 + 0.2 * blob((u - levels.l4) * (u - levels.l4), 0.04);
    lay(
        rise(u, 0.0, 0.03) * band(side, 0.018, 0.060, 0.012),
        MUSCLE * at_l4,
    );
    bones(u, side, levels, &mut lay);
    for knot in knots {
        let (du, dv) = (u - knot.u.get(), v - knot.v.get());
        lay(
            blob(du * du + dv * dv, knot.radius.get()),
            knot.modulus.get(),
        );
    }
    lay(rise(u, 0.0, 0.02) * (1.0 - rise(side, 0.006, 0.014)), BONE);
    libm::exp(log)
}

/// Sacrum, iliac crest, lower rib edge, shoulder blade with its inner border and its spine.
fn bones(u: f64, side: f64, levels: &Levels, lay: &mut impl FnMut(f64, f64)) {
    lay(
        band(u, -0.05, 0.01, 0.015) * (1.0 - rise(side, 0.025, 0.04)),
        SACRUM,
    );
    let crest = 0.02 + (levels.l4 - 0.02) * rise(side, 0.04, 0.11);
    lay(
        band(side, 0.05, 0.16, 0.01) * blob((u - crest) * (u - crest), 0.008),
        CREST,
    );
    let rib = levels.t12 - 0.4 * (side - 0.07);
    lay(
        band(side, 0.08, 0.16, 0.01) * blob((u - rib) * (u - rib), 0.007),
        CREST,
    );
    // The inner border leans outward toward its lower tip: 55 mm beside the spine above, 70 mm below.
    let up = rise(u, levels.t7, levels.t3);
    let border = 0.070 - 0.015 * up;
    let blade = band(u, levels.t7, levels.t3 + 0.01, 0.01);
    lay(blade * band(side, border, 0.14, 0.006), BLADE);
    lay(blade * blob((side - border) * (side - border), 0.005), BONE);
    let ridge = levels.t3 + 0.2 * (side - border);
    lay(
        band(side, border, 0.14, 0.01) * blob((u - ridge) * (u - ridge), 0.006),
        BONE,
    );
}
