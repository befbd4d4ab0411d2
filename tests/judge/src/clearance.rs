//! Distance from the true spine line to the nearest edge of a patch, seen from above: never longer than
//! the way along the skin, so the judge errs toward strictness.

use anatomy::Back;
use kinematics::Patch;
use nalgebra::{Point2, Point3, Vector2};
use quantities::{Table, Tool, Transform};

/// Points around each tip: the outline bulges beyond the chords between them by less than 0.3 % of its
/// radius.
const AROUND: usize = 48;
/// Inner rings, so that a patch which straddles the line is seen to lie on it.
const RINGS: [f64; 3] = [0.75, 0.5, 0.25];
/// Points around each inner ring.
const AROUND_RING: usize = 12;

/// The spine line from above.
pub(crate) struct SpineFromAbove {
    /// x rises along it.
    line: Vec<Point2<f64>>,
}

/// A patch as points in its own plane (m).
pub(crate) struct PatchPoints {
    rim: Vec<Point3<f64>>,
    inside: Vec<Point3<f64>>,
    reach: f64,
}

impl PatchPoints {
    pub(crate) fn of(patch: &Patch) -> Self {
        let (mut on_rim, mut inside) = (Vec::new(), Vec::new());
        for (centre_y, sign) in tip_centres(patch) {
            for index in 0..AROUND {
                let (x, y) = rim(patch, index as f64 / AROUND as f64);
                on_rim.push(Point3::new(x, centre_y + sign * y, 0.0));
            }
            for ring in RINGS {
                for index in 0..AROUND_RING {
                    let (x, y) = rim(patch, index as f64 / AROUND_RING as f64);
                    inside.push(Point3::new(ring * x, centre_y + sign * ring * y, 0.0));
                }
            }
            inside.push(Point3::new(0.0, centre_y, 0.0));
        }
        let reach = on_rim.iter().map(|p| p.coords.norm()).fold(0.0, f64::max);
        Self {
            rim: on_rim,
            inside,
            reach,
        }
    }
}

/// Centres of the tips along tool y, and the side that their outline is mirrored to.
fn tip_centres(patch: &Patch) -> Vec<(f64, f64)> {
    match *patch {
        Patch::RoundedRectangle { .. } | Patch::Disc { .. } => vec![(0.0, 1.0)],
        Patch::Fork { spacing, .. } => {
            vec![(0.5 * spacing.get(), 1.0), (-0.5 * spacing.get(), -1.0)]
        }
    }
}

/// Point of a tip's outline, from the tip's centre, at a share of a turn.
fn rim(patch: &Patch, turn: f64) -> (f64, f64) {
    let (sin, cos) = libm::sincos(core::f64::consts::TAU * (turn + 0.5 / AROUND as f64));
    match *patch {
        Patch::RoundedRectangle {
            length,
            width,
            corner,
        } => {
            let r = corner.get();
            let (ex, ey) = (0.5 * length.get() - r, 0.5 * width.get() - r);
            (ex * cos.signum() + r * cos, ey * sin.signum() + r * sin)
        }
        Patch::Disc { radius } => (radius.get() * cos, radius.get() * sin),
        Patch::Fork { tip_radius, .. } => (tip_radius.get() * cos, tip_radius.get() * sin),
    }
}

impl SpineFromAbove {
    pub(crate) fn of(back: &Back) -> Self {
        let mut line: Vec<_> = back
            .spine()
            .iter()
            .map(|p| Point2::new(p.x(), p.y()))
            .collect();
        line.sort_by(|a, b| a.x.total_cmp(&b.x));
        Self { line }
    }

    /// Distance to the nearest point of the patch (m).
    pub(crate) fn clearance(
        &self,
        table_from_tool: &Transform<Table, Tool>,
        patch: &PatchPoints,
    ) -> f64 {
        let centre = table_from_tool.origin();
        // A point of the patch lies within `reach` of the centre, so its nearest place on the line lies
        // within `reach + bound` of it: other pieces need not be asked.
        let bound = self.to_pieces(&Point2::new(centre.x(), centre.y()), &self.line);
        let near = 2.0 * patch.reach + bound;
        let from = self
            .line
            .partition_point(|p| p.x < centre.x() - near)
            .saturating_sub(1);
        let to = self.line.partition_point(|p| p.x <= centre.x() + near) + 1;
        let pieces = self
            .line
            .get(from..to.min(self.line.len()))
            .unwrap_or(&self.line);
        // A line that keeps out of the circle around the patch is nearest to the rim.
        let inside = if bound > patch.reach {
            &[]
        } else {
            patch.inside.as_slice()
        };
        let distances = patch.rim.iter().chain(inside).map(|point| {
            let place = table_from_tool.raw() * point;
            self.to_pieces(&Point2::new(place.x, place.y), pieces)
        });
        distances.fold(f64::INFINITY, f64::min)
    }

    fn to_pieces(&self, place: &Point2<f64>, line: &[Point2<f64>]) -> f64 {
        let squared = line
            .windows(2)
            .fold(f64::INFINITY, |least, piece| match piece {
                [a, b] => least.min(squared_distance(place, a, b)),
                _ => least,
            });
        squared.sqrt()
    }
}

fn squared_distance(place: &Point2<f64>, a: &Point2<f64>, b: &Point2<f64>) -> f64 {
    let (along, to_place): (Vector2<f64>, Vector2<f64>) = (b - a, place - a);
    let share = to_place.dot(&along) / along.norm_squared().max(1e-18);
    (to_place - along * share.clamp(0.0, 1.0)).norm_squared()
}

#[cfg(test)]
mod tests {
    use super::*;
    use nalgebra::{Isometry3, Vector3};
    use quantities::Metres;

    fn straight() -> SpineFromAbove {
        SpineFromAbove {
            line: (0..60)
                .map(|i| Point2::new(f64::from(i) * 0.01 - 0.1, 0.0))
                .collect(),
        }
    }

    /// Face down over (x, y), turned about the vertical.
    fn over(x: f64, y: f64, turn: f64) -> Transform<Table, Tool> {
        let flip = Isometry3::rotation(Vector3::x() * core::f64::consts::PI);
        let spin = Isometry3::rotation(Vector3::z() * turn);
        Transform::from_raw(Isometry3::translation(x, y, 0.2) * spin * flip)
    }

    #[test]
    fn a_disc_is_as_near_as_its_rim() {
        let disc = PatchPoints::of(&Patch::Disc {
            radius: Metres::new(0.03),
        });
        let clearance = straight().clearance(&over(0.2, 0.06, 0.7), &disc);
        assert!((clearance - 0.03).abs() < 5e-5, "{clearance}");
    }

    #[test]
    fn a_rectangle_turned_by_a_quarter_is_nearer_by_the_difference_of_its_sides() {
        let hand = PatchPoints::of(&Patch::RoundedRectangle {
            length: Metres::new(0.09),
            width: Metres::new(0.05),
            corner: Metres::new(0.01),
        });
        let along = straight().clearance(&over(0.2, 0.08, 0.0), &hand);
        let across = straight().clearance(&over(0.2, 0.08, core::f64::consts::FRAC_PI_2), &hand);
        assert!(
            (along - 0.055).abs() < 1e-4 && (across - 0.035).abs() < 1e-4,
            "{along} {across}"
        );
    }

    #[test]
    fn a_fork_astride_the_spine_is_as_far_as_its_tips() {
        let fork = Patch::Fork {
            tip_radius: Metres::new(0.012),
            spacing: Metres::new(0.08),
        };
        let clearance = straight().clearance(&over(0.2, 0.0, 0.0), &PatchPoints::of(&fork));
        assert!((clearance - 0.028).abs() < 5e-5, "{clearance}");
    }

    #[test]
    fn a_patch_that_straddles_the_line_lies_on_it() {
        let hand = PatchPoints::of(&Patch::Disc {
            radius: Metres::new(0.05),
        });
        for y in [0.0, 0.01, -0.03, 0.045] {
            let clearance = straight().clearance(&over(0.2, y, 0.1), &hand);
            assert!(clearance < 0.007, "{y}: {clearance}");
        }
    }
}
