//! Where the midline runs, and how sure that is: symmetry of cross sections, touched points, one curve.
//!
//! Each cross section is mirrored about every candidate middle; the middle at which both sides differ
//! least is a measurement. A client who lies rolled by a degree or two tilts the whole section, which
//! would shift that middle by a centimetre; so a tilt is fitted and taken out for every candidate, and
//! what counts is what cannot be tilted away: the furrow over the spine, the muscles beside it, the
//! flanks. How sharply the difference grows beside its minimum says how sure the measurement is.
//!
//! All measurements are joined by Gaussian-process regression (Rasmussen & Williams 2006, ch. 2): the
//! curve is a straight line plus bends of the size that healthy spines have, and what symmetry says is
//! off the spinous processes by an unknown, slowly varying few millimetres. Touched points are not, so
//! where there are any they pull the curve over and narrow its band.

use nalgebra::{DMatrix, DVector};

use super::axis::Axis;
use super::raster::Raster;

/// Sections along the spine (m), and the rows of each to both sides.
const SECTION_STEP: f64 = 0.020;
const ROWS: [f64; 5] = [-0.020, -0.010, 0.0, 0.010, 0.020];
/// Neighbouring sections share rows: their squared errors count for this much more.
const SHARED: f64 = 2.0;
/// From the middle outward (m).
const NEAREST: f64 = 0.008;
const FARTHEST: f64 = 0.128;
const ASIDE_STEP: f64 = 0.008;
/// Candidates beside the axis (m).
const CANDIDATE_STEP: f64 = 0.003;
const CANDIDATES: i32 = 11;
/// A difference counts as this at most (m).
const MOST: f64 = 0.012;
/// Pairs of places per independent difference: the picture is smooth over about 30 mm.
const PAIRS_PER_INDEPENDENT: f64 = 10.0;
const LEAST_SIGMA: f64 = 0.001;
/// A section whose minimum is no better known than this (m) says nothing.
const USELESS: f64 = 0.015;
/// Share of what is seen of a section that must be seen on both sides, and how many places at least: two
/// columns of all rows, as on a neck.
const LEAST_SEEN: f64 = 0.6;
const LEAST_PAIRS: usize = 15;

/// Bends of the spine (m, standard deviation) and their length (m); chosen: a healthy spine stays within
/// 10 mm of straight and bends over several vertebrae.
const BEND: f64 = 0.008;
const BEND_LENGTH: f64 = 0.15;
/// How far the line of symmetry runs beside the spinous processes (m, standard deviation). Rasterstereo-
/// graphy against X-ray: 4 mm r.m.s. on 113 patients with scoliosis (Drerup & Hierholzer 1994, Clin
/// Biomech 9:28); 3 mm is chosen for backs without one. A scoliosis is asked for before a session.
const SYMMETRY_OFF: f64 = 0.003;
const SYMMETRY_LENGTH: f64 = 0.12;
/// Who marks one process too far left marks the next one too: share of the variance that all touched
/// points have in common (chosen).
const ONE_HAND: f64 = 0.75;
/// 95 % of a normal distribution lie within.
pub(super) const NORMAL_95: f64 = 1.96;

/// One measurement of the middle: at `s`, `t` to the left, standard deviation (m).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Measured {
    pub s: f64,
    pub t: f64,
    pub sigma: f64,
    /// True for a touched point, false for a line of symmetry.
    pub touched: bool,
}

/// Symmetry measurements from `from` to `to`, and the share of sections that gave one.
pub(super) fn sections(raster: &Raster, axis: &Axis, from: f64, to: f64) -> (Vec<Measured>, f64) {
    let count = ((to - from) / SECTION_STEP).floor().max(1.0) as usize + 1;
    let found: Vec<Measured> = (0..count)
        .filter_map(|k| section(raster, axis, from + k as f64 * SECTION_STEP))
        .collect();
    let share = found.len() as f64 / count as f64;
    (found, share)
}

/// The middle of one section.
fn section(raster: &Raster, axis: &Axis, s: f64) -> Option<Measured> {
    let costs: Vec<(f64, Option<Unlike>)> = (-CANDIDATES..=CANDIDATES)
        .map(|k| {
            let t = f64::from(k) * CANDIDATE_STEP;
            (t, unlikeness(raster, axis, s, t))
        })
        .collect();
    let best = costs
        .iter()
        .enumerate()
        .filter_map(|(k, (_, unlike))| Some((k, unlike.as_ref()?.mean)))
        .min_by(|a, b| a.1.total_cmp(&b.1))?
        .0;
    // A parabola through the best and its neighbours out to 9 mm.
    let near = costs.get(best.checked_sub(3)?..best + 4)?;
    let (middle, unlike) = near.get(3)?;
    let (middle, pairs) = (*middle, unlike.as_ref()?.pairs as f64);
    let near: Vec<(f64, f64)> = near
        .iter()
        .filter_map(|(t, unlike)| Some((t - middle, unlike.as_ref()?.mean)))
        .collect();
    if near.len() < 6 {
        return None;
    }
    let (lowest, curvature, least) = parabola(&near)?;
    let independent = (pairs / PAIRS_PER_INDEPENDENT).max(2.0);
    let sigma = (SHARED * 2.0 * least / (independent * curvature)).sqrt();
    (lowest.abs() < 0.006 && sigma < USELESS).then_some(Measured {
        s,
        t: middle + lowest,
        sigma: sigma.max(LEAST_SIGMA),
        touched: false,
    })
}

/// How unlike the two sides of a section are.
struct Unlike {
    /// Mean square difference (m²), the tilt taken out.
    mean: f64,
    /// Places compared.
    pairs: usize,
}

/// Compares the two sides of a section about `middle`.
fn unlikeness(raster: &Raster, axis: &Axis, s: f64, middle: f64) -> Option<Unlike> {
    let columns = ((FARTHEST - NEAREST) / ASIDE_STEP) as usize + 1;
    let mut pairs = Vec::with_capacity(ROWS.len() * columns);
    let mut one_sided = 0usize;
    for row in ROWS {
        for k in 0..columns {
            let aside = NEAREST + k as f64 * ASIDE_STEP;
            let left = axis.height(raster, s + row, middle + aside);
            let right = axis.height(raster, s + row, middle - aside);
            match (left, right) {
                (Some(left), Some(right)) => pairs.push((aside, left - right)),
                (Some(_), None) | (None, Some(_)) => one_sided += 1,
                (None, None) => {}
            }
        }
    }
    let seen = (pairs.len() + one_sided) as f64;
    if pairs.len() < LEAST_PAIRS || (pairs.len() as f64) < LEAST_SEEN * seen {
        return None;
    }
    let mut tilt = 0.0;
    for bound in [f64::INFINITY, MOST] {
        let (mut up, mut down) = (0.0, 1e-12);
        for (aside, off) in &pairs {
            if (off - tilt * aside).abs() < bound {
                up += aside * off;
                down += aside * aside;
            }
        }
        tilt = up / down;
    }
    let square = |(aside, off): &(f64, f64)| {
        let off = (off - tilt * aside).abs().min(MOST);
        off * off
    };
    Some(Unlike {
        mean: pairs.iter().map(square).sum::<f64>() / pairs.len() as f64,
        pairs: pairs.len(),
    })
}

/// Least squares `a + b x + c x²/2`: place of the minimum, c, and the value there; `None` for a ridge.
fn parabola(points: &[(f64, f64)]) -> Option<(f64, f64, f64)> {
    let mut normal = nalgebra::Matrix3::<f64>::zeros();
    let mut right = nalgebra::Vector3::<f64>::zeros();
    for (x, y) in points {
        let row = nalgebra::Vector3::new(1.0, *x * 1e3, 0.5e6 * x * x);
        normal += row * row.transpose();
        right += row * *y;
    }
    let solved = normal.cholesky()?.solve(&right);
    let (a, b, c) = (solved.x, solved.y * 1e3, solved.z * 1e6);
    if c <= 0.0 {
        return None;
    }
    let at = -b / c;
    Some((at, c, (a - 0.5 * b * b / c).max(1e-8)))
}

/// The joined curve.
pub(super) struct Joined {
    measured: Vec<Measured>,
    weights: DVector<f64>,
    factor: nalgebra::Cholesky<f64, nalgebra::Dyn>,
    middle: f64,
    /// Share of the symmetry measurements that agree with the curve.
    pub agreeing: f64,
}

impl Joined {
    /// Joins measurements. `None` with fewer than two.
    pub(super) fn of(mut measured: Vec<Measured>) -> Option<Self> {
        const ROUNDS: usize = 4;
        /// Beyond this many standard deviations a measurement counts less (Huber).
        const FAR: f64 = 2.0;
        let middle = measured.iter().map(|m| m.s).sum::<f64>() / measured.len().max(1) as f64;
        if measured.len() < 2 {
            return None;
        }
        let stated: Vec<f64> = measured.iter().map(|m| m.sigma).collect();
        let mut joined = Self::solve(measured.clone(), middle)?;
        for _ in 0..ROUNDS {
            for (m, stated) in measured.iter_mut().zip(&stated) {
                if !m.touched {
                    let off = (m.t - joined.at(m.s).0).abs();
                    let spread = (stated * stated + 4e-6).sqrt();
                    m.sigma =
                        stated * (off / (FAR * spread)).max(1.0) * (off / (FAR * spread)).max(1.0);
                }
            }
            joined = Self::solve(measured.clone(), middle)?;
        }
        let by_symmetry = || measured.iter().zip(&stated).filter(|(m, _)| !m.touched);
        let agreeing = by_symmetry().filter(|(m, stated)| m.sigma < 1.5 * **stated);
        joined.agreeing = agreeing.count() as f64 / by_symmetry().count().max(1) as f64;
        Some(joined)
    }

    fn solve(measured: Vec<Measured>, middle: f64) -> Option<Self> {
        let count = measured.len();
        let covariance = DMatrix::from_fn(count, count, |i, j| {
            match (measured.get(i), measured.get(j)) {
                (Some(a), Some(b)) => {
                    let mut value = spine(a.s - middle, b.s - middle);
                    match (a.touched, b.touched) {
                        (false, false) => value += off_spine(a.s, b.s),
                        (true, true) => value += ONE_HAND * a.sigma * b.sigma,
                        (true, false) | (false, true) => {}
                    }
                    if i == j {
                        value += a.sigma * a.sigma;
                    }
                    value
                }
                _ => 0.0,
            }
        });
        let factor = covariance.cholesky()?;
        let values = DVector::from_iterator(count, measured.iter().map(|m| m.t));
        Some(Self {
            weights: factor.solve(&values),
            measured,
            factor,
            middle,
            agreeing: 1.0,
        })
    }

    /// `t` of the spine at `s`, and its standard deviation (m).
    pub(super) fn at(&self, s: f64) -> (f64, f64) {
        let here = s - self.middle;
        let with = DVector::from_iterator(
            self.measured.len(),
            self.measured.iter().map(|m| spine(here, m.s - self.middle)),
        );
        let known = with.dot(&self.factor.solve(&with));
        let variance = (spine(here, here) - known).max(0.0);
        (with.dot(&self.weights), variance.sqrt())
    }
}

/// Covariance (m²) of the spine at two places: anywhere, any direction, small bends.
fn spine(a: f64, b: f64) -> f64 {
    const ANYWHERE: f64 = 0.05;
    const SLOPE: f64 = 0.15;
    ANYWHERE * ANYWHERE + SLOPE * SLOPE * a * b + BEND * BEND * bell(a - b, BEND_LENGTH)
}

/// Covariance (m²) of how far symmetry is off the spine at two places.
fn off_spine(a: f64, b: f64) -> f64 {
    SYMMETRY_OFF * SYMMETRY_OFF * bell(a - b, SYMMETRY_LENGTH)
}

fn bell(distance: f64, length: f64) -> f64 {
    libm::exp(-0.5 * (distance / length) * (distance / length))
}
