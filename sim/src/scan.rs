//! A simulated rough scan of the true body: what a cheap depth camera, hung aslant over the table,
//! makes of it, and landmarks as a hurried person would palpate them.
//!
//! Faults, all seeded: range noise, slow blotches, flying pixels at edges, stray points, round holes,
//! pixels that drop out, grazing rays that do not come back, the table around the body. This is
//! set-up, not loop: it allocates.

use anatomy::{Back, Landmarks, Level, PointCloud};
use nalgebra::{Matrix3, Vector3};
use quantities::{Metres, Point, Table};

use crate::noise::{Chance, Purpose};

/// Figures of the scan. All chosen, after the behaviour of consumer depth cameras at about a metre.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScanParams {
    /// Where the camera hangs, over the table.
    pub camera_in_table: Point<Table>,
    /// Angle between neighbouring pixels (rad).
    pub pixel_rad: f64,
    /// Pixels across and along.
    pub pixels: (u32, u32),
    /// Standard deviation of the range.
    pub noise: Metres,
    /// Height of the slow blotches (three of their standard deviations).
    pub blotch: Metres,
    /// Share of pixels at a depth edge that hang between front and back.
    pub flying: f64,
    /// Share of pixels that are somewhere else altogether.
    pub stray: f64,
    /// Share of pixels that drop out.
    pub dropped: f64,
    /// Number of round holes (shine, straps).
    pub holes: u32,
    /// Standard deviation of the lateral error of the midline.
    pub midline_sigma: Metres,
    /// Bound of that error.
    pub midline_bound: Metres,
    /// Standard deviation of the other errors of a landmark.
    pub landmark_sigma: Metres,
}

impl Default for ScanParams {
    fn default() -> Self {
        Self {
            camera_in_table: Point::new(0.05, -0.45, 1.25),
            pixel_rad: 0.003,
            pixels: (240, 320),
            noise: Metres::new(0.0012),
            blotch: Metres::new(0.002),
            flying: 0.5,
            stray: 0.002,
            dropped: 0.03,
            holes: 6,
            midline_sigma: Metres::new(0.002),
            midline_bound: Metres::new(0.003),
            landmark_sigma: Metres::new(0.003),
        }
    }
}

/// What the controller is given of the body.
#[derive(Clone, Debug, PartialEq)]
pub struct SimulatedScan {
    /// The points.
    pub cloud: PointCloud,
    /// The landmarks, believed.
    pub landmarks: Landmarks,
}

/// A scan of `back` with default figures.
#[must_use]
pub fn scan_of(back: &Back, seed: u64) -> SimulatedScan {
    scan_with(back, &ScanParams::default(), seed)
}

/// A scan of `back`.
#[must_use]
pub fn scan_with(back: &Back, params: &ScanParams, seed: u64) -> SimulatedScan {
    let mut chance = Chance::new(seed, Purpose::Scan);
    let landmarks = landmarks(back, params, &mut chance);
    let camera = Camera::looking_at_middle(back, params);
    let blotches = Blotches::new(params, &mut chance);
    let holes = holes(back, params, &mut chance);
    let hits = camera.cast(back);
    let mut points = Vec::with_capacity(hits.len());
    for (index, hit) in hits.iter().enumerate() {
        let Some(hit) = hit else { continue };
        if chance.uniform() < params.dropped || chance.uniform() > hit.facing * 6.0 {
            continue;
        }
        let place = camera.origin + camera.ray(index) * hit.range;
        if holes
            .iter()
            .any(|(centre, radius)| (place - centre).norm() < *radius)
        {
            continue;
        }
        let mut range =
            hit.range + params.noise.get() * chance.gaussian() / hit.facing.max(0.3).sqrt();
        range += blotches.at(&place);
        if let Some(behind) = edge_behind(&hits, index, camera.across)
            && chance.uniform() < params.flying
        {
            range += (behind - hit.range) * chance.uniform();
        }
        if chance.uniform() < params.stray {
            range *= chance.between(0.4, 1.1);
        }
        points.push(Point::<Table>::from_raw(
            (camera.origin + camera.ray(index) * range).into(),
        ));
    }
    SimulatedScan {
        cloud: PointCloud::from_points(points),
        landmarks,
    }
}

/// Where a ray ended.
#[derive(Clone, Copy)]
struct Hit {
    range: f64,
    /// Cosine between ray and normal.
    facing: f64,
}

struct Camera {
    origin: Vector3<f64>,
    /// Columns: right, down, forward.
    axes: Matrix3<f64>,
    pixel: f64,
    across: usize,
    along: usize,
}

/// Farthest that a ray is followed (m), and its first steps.
const FARTHEST: f64 = 2.5;
const STEP: f64 = 0.01;
/// A range jump that makes an edge (m).
const EDGE: f64 = 0.03;

impl Camera {
    fn looking_at_middle(back: &Back, params: &ScanParams) -> Self {
        let origin = params.camera_in_table.raw().coords;
        let spine = back.spine();
        let middle = spine
            .get(spine.len() / 2)
            .map_or_else(Vector3::zeros, |p| p.raw().coords);
        let unit = |v: Vector3<f64>| v / v.norm().max(1e-9);
        let forward = unit(middle - origin);
        // Image columns run along the table's y, rows along its x.
        let right = unit(forward.cross(&Vector3::x()));
        let down = forward.cross(&right);
        Self {
            origin,
            axes: Matrix3::from_columns(&[right, down, forward]),
            pixel: params.pixel_rad,
            across: params.pixels.0 as usize,
            along: params.pixels.1 as usize,
        }
    }

    fn ray(&self, index: usize) -> Vector3<f64> {
        let (column, row) = (index % self.across.max(1), index / self.across.max(1));
        let x = (column as f64 - 0.5 * self.across as f64) * self.pixel;
        let y = (row as f64 - 0.5 * self.along as f64) * self.pixel;
        let raw = Vector3::new(x, y, 1.0);
        self.axes * (raw / raw.norm())
    }

    fn cast(&self, back: &Back) -> Vec<Option<Hit>> {
        let bounds = back.surface().bounds();
        let over_table = |p: &Vector3<f64>| {
            p.x > bounds.min_x - 0.1
                && p.x < bounds.max_x + 0.1
                && p.y > bounds.min_y - 0.15
                && p.y < bounds.max_y + 0.15
        };
        (0..self.across * self.along)
            .map(|index| {
                let ray = self.ray(index);
                let hit = self.follow(back, &ray)?;
                over_table(&(self.origin + ray * hit.range)).then_some(hit)
            })
            .collect()
    }

    /// First place where the ray is under the skin, or on the table.
    fn follow(&self, back: &Back, ray: &Vector3<f64>) -> Option<Hit> {
        let height = |range: f64| {
            let p = self.origin + ray * range;
            back.surface()
                .sample(p.x, p.y)
                .map_or(p.z, |skin| (p.z - skin.height).min(p.z))
        };
        let mut far = if ray.z < -1e-6 {
            ((0.6 - self.origin.z) / ray.z).max(0.0)
        } else {
            0.0
        };
        while height(far) > 0.0 {
            far += STEP;
            if far > FARTHEST {
                return None;
            }
        }
        let mut near = (far - STEP).max(0.0);
        for _ in 0..24 {
            let middle = 0.5 * (near + far);
            if height(middle) > 0.0 {
                near = middle
            } else {
                far = middle
            }
        }
        let p = self.origin + ray * far;
        let skin = back
            .surface()
            .sample(p.x, p.y)
            .filter(|s| (p.z - s.height).abs() < 1e-3);
        let normal = skin.map_or(Vector3::z(), |s| *s.outward().raw());
        Some(Hit {
            range: far,
            facing: (-ray.dot(&normal)).max(0.0),
        })
    }
}

/// Range of the farther neighbour when the pixel lies at a depth edge.
fn edge_behind(hits: &[Option<Hit>], index: usize, across: usize) -> Option<f64> {
    let here = hits.get(index).copied().flatten()?.range;
    [
        index.wrapping_sub(1),
        index + 1,
        index.wrapping_sub(across),
        index + across,
    ]
    .into_iter()
    .filter_map(|i| hits.get(i).copied().flatten())
    .map(|hit| hit.range)
    .filter(|range| range - here > EDGE)
    .fold(None, |far: Option<f64>, range| {
        Some(far.map_or(range, |f| f.max(range)))
    })
}

/// Slow errors of the range: a sum of waves over the table, 60 to 200 mm long.
struct Blotches(Vec<[f64; 4]>);

impl Blotches {
    const WAVES: usize = 6;

    fn new(params: &ScanParams, chance: &mut Chance) -> Self {
        use core::f64::consts::TAU;
        let waves = (0..Self::WAVES).map(|_| {
            let (sin, cos) = libm::sincos(TAU * chance.uniform());
            let number = TAU / chance.between(0.06, 0.2);
            // Six waves of amplitude a have standard deviation a·√3: three of those make `blotch`.
            let amplitude = params.blotch.get() / (3.0 * 3f64.sqrt());
            [
                number * cos,
                number * sin,
                TAU * chance.uniform(),
                amplitude,
            ]
        });
        Self(waves.collect())
    }

    fn at(&self, place: &Vector3<f64>) -> f64 {
        self.0
            .iter()
            .map(|[kx, ky, phase, amplitude]| {
                amplitude * libm::sin(kx * place.x + ky * place.y + phase)
            })
            .sum()
    }
}

/// Balls in which no pixel comes back.
fn holes(back: &Back, params: &ScanParams, chance: &mut Chance) -> Vec<(Vector3<f64>, f64)> {
    let (low, high) = back.chart().u_range();
    (0..params.holes)
        .filter_map(|_| {
            let u = chance.between(low.get(), high.get());
            let v = chance.between(-0.15, 0.15);
            let radius = chance.between(0.005, 0.015);
            let place = back.chart().at(Metres::new(u), Metres::new(v))?;
            Some((place.point.raw().coords, radius))
        })
        .collect()
}

/// Points of the midline that are marked.
const MIDLINE_POINTS: u32 = 26;
/// Jitter of a single mark to the side, at most (m).
const MARK_JITTER: f64 = 0.0005;

/// Landmarks as palpated: the whole midline off to one side, each mark a little more, the levels
/// off along the spine. The points that need a tool to find (acromions, dimples, blade tips) are left out.
fn landmarks(back: &Back, params: &ScanParams, chance: &mut Chance) -> Landmarks {
    let bound = (params.midline_bound.get() - MARK_JITTER).max(0.0);
    let aside = bounded(chance, params.midline_sigma.get(), bound);
    let sigma = params.landmark_sigma.get();
    let mut mark = |u: f64, along: f64| {
        let u = u + bounded(chance, along, 2.0 * along);
        let v = aside + chance.between(-MARK_JITTER, MARK_JITTER);
        let lift = bounded(chance, 0.001, 0.002);
        let (low, high) = back.chart().u_range();
        let u = u.clamp(low.get(), high.get());
        let on_skin = back.chart().at(Metres::new(u), Metres::new(v));
        on_skin.map_or(Point::origin(), |place| {
            let p = place.point;
            Point::new(p.x(), p.y(), p.z() + lift)
        })
    };
    let mut level = |level: Level| mark(back.level(level).get(), sigma);
    let (c7, t3, t7) = (level(Level::C7), level(Level::T3), level(Level::T7));
    let (t12, l4, s2) = (level(Level::T12), level(Level::L4), level(Level::S2));
    let top = back.level(Level::C7).get();
    let midline = (0..MIDLINE_POINTS)
        .map(|k| mark(top * f64::from(k) / f64::from(MIDLINE_POINTS - 1), 0.0))
        .collect();
    let stated = (2.0 * params.midline_sigma.get()).max(params.midline_bound.get());
    Landmarks {
        c7,
        t3,
        t7,
        t12,
        l4,
        s2,
        acromion_left: None,
        acromion_right: None,
        psis_left: None,
        psis_right: None,
        scapula_inferior_left: None,
        scapula_inferior_right: None,
        midline,
        midline_uncertainty: Metres::new(stated),
    }
}

/// A normal draw with the tails cut off at `bound` (drawn again, at most 32 times).
fn bounded(chance: &mut Chance, sigma: f64, bound: f64) -> f64 {
    for _ in 0..32 {
        let draw = sigma * chance.gaussian();
        if draw.abs() <= bound {
            return draw;
        }
    }
    0.0
}

#[cfg(test)]
mod tests;
