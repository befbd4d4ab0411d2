//! How far a patch stays from the spine line, seen from above.
//!
//! Only the piece of the line beside the patch is looked at, and of the outline only the points that may be
//! the nearest: along so short a piece the spine lies within a narrow strip about its chord, and the distance
//! from the strip tells most points apart.

use nalgebra::{Isometry3, Point3, Vector2, Vector3};
use quantities::{Point, Table};

use crate::scene::Scene;

/// How far the patch reaches along the spine from its centre at most (m).
const REACH: f64 = 0.08;
/// A piece that leans more against the chord (its sine) makes the strip tell nothing.
const LEANS: f64 = 0.2;
/// Rounding of distances (m), with much to spare.
const ROUNDING: f64 = 1e-9;

/// The strip about the chord of a piece of the spine line, seen from above.
struct Strip {
    from: Vector2<f64>,
    /// Unit vector toward the head.
    along: Vector2<f64>,
    length: f64,
    /// No point of the piece lies further from the chord (m).
    half_width: f64,
}

impl Strip {
    /// `None` where the piece has no length or leans too much.
    fn about(piece: &[Point<Table>]) -> Option<Self> {
        let place = |p: &Point<Table>| Vector2::new(p.x(), p.y());
        let (from, to) = (place(piece.first()?), place(piece.last()?));
        let length = (to - from).norm();
        let along = (to - from).try_normalize(1e-6)?;
        let half_width = piece
            .iter()
            .map(|p| along.perp(&(place(p) - from)).abs())
            .fold(0.0, f64::max);
        let upright = piece.iter().zip(piece.iter().skip(1)).all(|(a, b)| {
            let step = place(b) - place(a);
            along.perp(&step).abs() <= LEANS * along.dot(&step)
        });
        upright.then_some(Self {
            from,
            along,
            length,
            half_width,
        })
    }

    /// A distance to the left (m) that a place at least has from the piece, where that is positive; minus
    /// infinity where nothing is told.
    ///
    /// Beside the chord the nearest point of the piece lies neither beyond an end nor at a corner that is sharp
    /// enough for the place to lie on its other side, since no part leans much.
    fn least_to_the_left(&self, place: &Vector2<f64>) -> f64 {
        let away = place - self.from;
        let is_beside = (0.0..=self.length).contains(&self.along.dot(&away));
        let left = self.along.perp(&away) - self.half_width - ROUNDING;
        if is_beside && left > 0.0 {
            left
        } else {
            f64::NEG_INFINITY
        }
    }

    /// The same to the right.
    fn least_to_the_right(&self, place: &Vector2<f64>) -> f64 {
        let mirrored = Self {
            from: Vector2::new(self.from.x, -self.from.y),
            along: Vector2::new(self.along.x, -self.along.y),
            ..*self
        };
        mirrored.least_to_the_left(&Vector2::new(place.x, -place.y))
    }
}

impl<const D: usize> Scene<'_, D> {
    /// Distance (m), seen from above, from the spine line to the nearest outline point of the patch;
    /// negative for an outline point on the other side than the tool's centre. For a fork each tip has
    /// its own side.
    pub(crate) fn spine_clearance(&self, table_from_tool: &Isometry3<f64>, u: f64, v: f64) -> f64 {
        let straddles = self.ground.straddles();
        // After a half turn of yaw, tool y points to the client's left.
        let rightward = if (table_from_tool.rotation * Vector3::y()).y < 0.0 {
            1.0
        } else {
            -1.0
        };
        let piece = self.spine_beside(u);
        let strip = Strip::about(piece);
        // Each point from above, its side, and a distance that it has at least.
        let told = self.outline.map(|(x, y)| {
            let place = table_from_tool * Point3::new(x, y, 0.0);
            let side = if straddles { -y * rightward } else { v };
            let place = Vector2::new(place.x, place.y);
            let bound = strip.as_ref().map_or(f64::NEG_INFINITY, |strip| {
                if side.is_sign_positive() {
                    strip.least_to_the_left(&place)
                } else {
                    strip.least_to_the_right(&place)
                }
            });
            (place, side, bound)
        });
        let exact = |(place, side, _): &(Vector2<f64>, f64, f64)| {
            signed_offset(piece, place) * side.signum()
        };
        let likely = told.iter().min_by(|a, b| a.2.total_cmp(&b.2));
        let first = likely.map_or(f64::INFINITY, exact);
        told.iter().fold(first, |least, point| {
            if point.2 < least {
                least.min(exact(point))
            } else {
                least
            }
        })
    }

    /// The piece of the spine polyline that a patch at `u` may be nearest to.
    fn spine_beside(&self, u: f64) -> &[Point<Table>] {
        let spine = self.ground.back.spine();
        let (low, _) = self.ground.back.u_range();
        let pieces = spine.len().saturating_sub(1).max(1) as f64;
        let c7 = self.ground.back.level(anatomy::Level::C7).get();
        let step = (c7 - low.get()) / pieces;
        let reach = (REACH / step).ceil();
        let middle = ((u - low.get()) / step).round();
        let first = (middle - reach).max(0.0) as usize;
        let last = first
            .saturating_add(2 * reach as usize)
            .min(spine.len().saturating_sub(1));
        spine.get(first..=last).unwrap_or_default()
    }
}

/// Distance seen from above of a place from a polyline, left positive.
fn signed_offset(piece: &[Point<Table>], place: &Vector2<f64>) -> f64 {
    let mut nearest = (f64::INFINITY, 1.0);
    for pair in piece.iter().zip(piece.iter().skip(1)) {
        let (ax, ay) = (pair.0.x(), pair.0.y());
        let (dx, dy) = (pair.1.x() - ax, pair.1.y() - ay);
        let (px, py) = (place.x - ax, place.y - ay);
        let t = ((px * dx + py * dy) / (dx * dx + dy * dy).max(1e-18)).clamp(0.0, 1.0);
        let (ex, ey) = (px - t * dx, py - t * dy);
        let squared = ex * ex + ey * ey;
        if squared < nearest.0 {
            nearest = (squared, if dx * py - dy * px < 0.0 { -1.0 } else { 1.0 });
        }
    }
    nearest.0.sqrt() * nearest.1
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A spine that bends as no healthy one does.
    fn crooked() -> Vec<Point<Table>> {
        let at = |k: i32| 0.005 * f64::from(k);
        let bent = |x: f64| 0.006 * libm::sin(30.0 * x) * libm::cos(7.0 * x);
        (0..=32)
            .map(|k| Point::new(at(k), bent(at(k)), 0.2))
            .collect()
    }

    #[test]
    fn no_place_is_nearer_to_the_line_than_the_strip_tells_nor_on_its_other_side() {
        let spine = crooked();
        let mut told = 0;
        for first in 0..20 {
            let piece = &spine[first..first + 12];
            let Some(strip) = Strip::about(piece) else {
                continue;
            };
            for i in -40..80 {
                for j in -40..=40 {
                    let place = Vector2::new(0.003 * f64::from(i), 0.003 * f64::from(j));
                    let exact = signed_offset(piece, &place);
                    let (left, right) = (
                        strip.least_to_the_left(&place),
                        strip.least_to_the_right(&place),
                    );
                    assert!(left <= exact && right <= -exact, "{left} {right} {exact}");
                    told += u32::from(left > 0.01) + u32::from(right > 0.01);
                }
            }
        }
        assert!(told > 1000, "{told}");
    }
}
