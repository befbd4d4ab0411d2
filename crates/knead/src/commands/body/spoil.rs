//! A scan made worse on purpose, by a seed: turned, noisy, with holes and stray points.

use anatomy::{KnownLandmarks, PointCloud};
use quantities::{Point, Table};
use sim::{Chance, Purpose};

use crate::cli::EvaluateOptions;
use crate::failure::Failure;

/// Holes are cut until the share is reached, at most so many.
const MOST_HOLES: usize = 20_000;

/// Refuses figures that are no figures.
pub(super) fn check(options: &EvaluateOptions) -> Result<(), Failure> {
    let figures = [
        ("--noise-mm", options.noise_mm, 0.0, 50.0),
        ("--holes", options.holes, 0.0, 0.8),
        ("--hole-mm", options.hole_mm, 1.0, 500.0),
        ("--outliers", options.outliers, 0.0, 0.5),
        ("--turn-deg", options.turn_deg, -180.0, 180.0),
    ];
    for (name, value, low, high) in figures {
        if !(low..=high).contains(&value) {
            return Err(Failure::Input(format!(
                "{name} is {value}, allowed are {low} to {high}"
            )));
        }
    }
    Ok(())
}

/// The scan as a worse camera would have given it.
pub(super) fn spoiled(cloud: &PointCloud, options: &EvaluateOptions) -> PointCloud {
    let mut chance = Chance::new(options.seed, Purpose::Scan);
    let mut points: Vec<Point<Table>> = cloud
        .points()
        .map(|p| turned(&p, options.turn_deg))
        .collect();
    if options.holes > 0.0 {
        cut_holes(&mut points, options, &mut chance);
    }
    let sigma = options.noise_mm * 1e-3;
    if sigma > 0.0 {
        for p in &mut points {
            let mut off = || sigma * chance.gaussian();
            *p = Point::new(p.x() + off(), p.y() + off(), p.z() + off());
        }
    }
    add_strays(&mut points, options, &mut chance);
    PointCloud::from_points(points)
}

/// The landmarks of the turned client.
pub(super) fn turned_landmarks(known: &KnownLandmarks, degrees: f64) -> KnownLandmarks {
    let mut moved = known.clone();
    for (_, point) in &mut moved.levels {
        *point = turned(point, degrees);
    }
    for point in &mut moved.midline {
        *point = turned(point, degrees);
    }
    for point in [
        &mut moved.acromion_left,
        &mut moved.acromion_right,
        &mut moved.psis_left,
        &mut moved.psis_right,
        &mut moved.scapula_inferior_left,
        &mut moved.scapula_inferior_right,
    ] {
        *point = point.map(|p| turned(&p, degrees));
    }
    moved
}

/// A place turned about the table's z axis.
pub(super) fn turned(p: &Point<Table>, degrees: f64) -> Point<Table> {
    let (sine, cosine) = libm::sincos(degrees.to_radians());
    Point::new(
        cosine * p.x() - sine * p.y(),
        sine * p.x() + cosine * p.y(),
        p.z(),
    )
}

/// Takes away round holes around points of the body until the share is gone.
fn cut_holes(points: &mut Vec<Point<Table>>, options: &EvaluateOptions, chance: &mut Chance) {
    let wanted = (options.holes * points.len() as f64) as usize;
    let radius = 0.5e-3 * options.hole_mm;
    let mut gone = vec![false; points.len()];
    let mut lost = 0;
    // A grid of the hole's size: a hole touches nine of its cells.
    let cell = |p: &Point<Table>| {
        (
            (p.x() / radius).floor() as i64,
            (p.y() / radius).floor() as i64,
        )
    };
    let mut cells: std::collections::BTreeMap<(i64, i64), Vec<usize>> =
        std::collections::BTreeMap::new();
    for (k, p) in points.iter().enumerate() {
        cells.entry(cell(p)).or_default().push(k);
    }
    for _ in 0..MOST_HOLES {
        let at = (chance.between(0.0, 1.0) * points.len() as f64) as usize;
        let Some(centre) = points.get(at).copied() else {
            continue;
        };
        let (i, j) = cell(&centre);
        for near in (i - 1..=i + 1).flat_map(|i| (j - 1..=j + 1).map(move |j| (i, j))) {
            for k in cells.get(&near).into_iter().flatten() {
                let inside = points.get(*k).is_some_and(|p| {
                    let (dx, dy) = (p.x() - centre.x(), p.y() - centre.y());
                    dx * dx + dy * dy < radius * radius
                });
                if let Some(gone) = gone.get_mut(*k)
                    && inside
                    && !*gone
                {
                    *gone = true;
                    lost += 1;
                }
            }
        }
        if lost >= wanted {
            break;
        }
    }
    let mut keep = gone.iter();
    points.retain(|_| !keep.next().copied().unwrap_or(false));
}

/// Adds stray points, evenly in the box around the scan up to 0.5 m.
fn add_strays(points: &mut Vec<Point<Table>>, options: &EvaluateOptions, chance: &mut Chance) {
    let range = |pick: fn(&Point<Table>) -> f64| {
        points
            .iter()
            .map(pick)
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
                (low.min(value), high.max(value))
            })
    };
    let (x, y) = (range(Point::x), range(Point::y));
    let count = (options.outliers * points.len() as f64) as usize;
    for _ in 0..count {
        points.push(Point::new(
            chance.between(x.0, x.1),
            chance.between(y.0, y.1),
            chance.between(0.0, 0.5),
        ));
    }
}
