//! Meshes become clouds: large triangles are sampled so that the sheet has points everywhere.

/// Spacing of the samples (m): the finest knots of the fit are 6 mm apart. A mesh in millimetres is
/// not sampled to death, because of the next figure.
const SPACING: f64 = 0.004;
/// Most pieces along the longest edge of one triangle.
const MOST_PIECES: usize = 64;
/// Most samples in all.
const MOST_SAMPLES: usize = 2_000_000;

/// The points, plus samples inside of faces whose longest edge exceeds the spacing. Faces that name
/// points which do not exist are left out.
pub(super) fn densified(mut points: Vec<[f64; 3]>, faces: &[Vec<usize>]) -> Vec<[f64; 3]> {
    let vertices = points.len();
    for face in faces {
        let Some(first) = face.first() else { continue };
        // A fan around the first corner.
        for pair in face.get(1..).unwrap_or(&[]).windows(2) {
            let corner = |k: Option<&usize>| {
                k.filter(|k| **k < vertices)
                    .and_then(|k| points.get(*k))
                    .copied()
            };
            let corners = (
                corner(Some(first)),
                corner(pair.first()),
                corner(pair.get(1)),
            );
            if let (Some(a), Some(b), Some(c)) = corners {
                sample(a, b, c, &mut points);
            }
            if points.len() > vertices + MOST_SAMPLES {
                return points;
            }
        }
    }
    points
}

fn sample(a: [f64; 3], b: [f64; 3], c: [f64; 3], out: &mut Vec<[f64; 3]>) {
    let length = |p: [f64; 3], q: [f64; 3]| {
        p.iter()
            .zip(q)
            .map(|(p, q)| (p - q) * (p - q))
            .sum::<f64>()
            .sqrt()
    };
    let longest = length(a, b).max(length(b, c)).max(length(c, a));
    let pieces = (longest / SPACING).ceil();
    if pieces.is_nan() || pieces < 2.0 {
        return;
    }
    let pieces = (pieces as usize).min(MOST_PIECES);
    for i in 0..=pieces {
        for j in 0..=(pieces - i) {
            let is_corner = (i, j) == (0, 0) || (i, j) == (pieces, 0) || (i, j) == (0, pieces);
            if is_corner {
                continue;
            }
            let (s, t) = (i as f64 / pieces as f64, j as f64 / pieces as f64);
            let mut point = [0.0; 3];
            for (k, slot) in point.iter_mut().enumerate() {
                let pick = |p: &[f64; 3]| p.get(k).copied().unwrap_or(f64::NAN);
                *slot = pick(&a) + s * (pick(&b) - pick(&a)) + t * (pick(&c) - pick(&a));
            }
            out.push(point);
        }
    }
}
