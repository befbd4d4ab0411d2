//! The spine line, and where a place lies beside it: by bounded loops over the polyline, not by the
//! chart that the plan was made with.

use nalgebra::{Point3, Vector3};
use quantities::{Point, Table};

use crate::config::ConfigError;

/// Pieces that are walked at most from where a place is guessed to be.
const WALK: usize = 24;
/// Shorter pieces (m) are joined with their neighbours: at a bend of half a metre's radius a chord of
/// twice this leaves 0.06 mm.
const SHORTEST: f64 = 0.008;

/// One straight piece.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Piece {
    from: Point3<f64>,
    /// Unit, toward the head.
    along: Vector3<f64>,
    /// Unit, level, toward the client's left.
    left: Vector3<f64>,
    /// The same seen from above: direction, unit, and length.
    level: (f64, f64, f64),
    /// Pieces a metre, seen from above, and metres of arc a metre seen from above.
    per_metre: f64,
    stretch: f64,
    /// Arc length at its beginning, on the scale of `u`.
    u: f64,
}

/// Where a place lies beside the spine line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Beside {
    /// Index of the nearest piece.
    pub piece: usize,
    /// Arc length of the foot point (m), on the scale of `u`; runs on straight beyond the ends.
    pub u: f64,
    /// Distance to the line across it (m), left positive. For a place on the skin this is the chord of
    /// the way over the skin: never longer than that.
    pub across: f64,
}

/// The believed spine line.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Spine {
    pieces: Vec<Piece>,
}

impl Spine {
    /// From points toward the head, the first at arc length `u_from`.
    pub fn new(points: &[Point<Table>], u_from: f64) -> Result<Self, ConfigError> {
        let mut pieces: Vec<Piece> = Vec::with_capacity(points.len());
        let mut kept = points.iter().map(|p| *p.raw()).enumerate();
        let (_, mut from) = kept.next().ok_or(ConfigError::NoSpine { points: 0 })?;
        let mut u = u_from;
        for (index, to) in kept {
            let step = to - from;
            let length = step.norm();
            // The last point is the end of the line, however near.
            let shortest = if index + 1 == points.len() {
                1e-4
            } else {
                SHORTEST
            };
            if length < shortest {
                continue;
            }
            let along = step / length;
            let left = Vector3::z().cross(&along);
            let left = left / left.norm();
            if !(left.iter().all(|c| c.is_finite()) && u.is_finite()) {
                return Err(ConfigError::NoSpine {
                    points: points.len(),
                });
            }
            let flat = libm::sqrt(along.x * along.x + along.y * along.y);
            let level = (along.x / flat, along.y / flat, length * flat);
            pieces.push(Piece {
                from,
                along,
                left,
                level,
                per_metre: 1.0 / (length * flat),
                stretch: 1.0 / flat,
                u,
            });
            u += length;
            from = to;
        }
        if pieces.is_empty() {
            return Err(ConfigError::NoSpine {
                points: points.len(),
            });
        }
        Ok(Self { pieces })
    }

    /// The foot of the perpendicular of a place, by looking at every piece.
    pub fn beside(&self, place: &Point<Table>) -> Option<Beside> {
        let mut best: Option<(f64, usize)> = None;
        for (index, piece) in self.pieces.iter().enumerate() {
            let squared = piece.squared_distance(place.raw());
            if best.is_none_or(|(least, _)| squared < least) {
                best = Some((squared, index));
            }
        }
        best.and_then(|(_, index)| self.told(index, place.raw()))
    }

    /// As [`Spine::beside`], for a place near one whose piece is known: guesses along that piece, then
    /// walks a bounded number of pieces.
    pub fn beside_near(&self, start: usize, place: &Point<Table>) -> Option<Beside> {
        self.told(self.piece_near(start, place)?, place.raw())
    }

    fn piece_near(&self, start: usize, place: &Point<Table>) -> Option<usize> {
        let last = self.pieces.len() - 1;
        let start = start.min(last);
        let mut index = start;
        for step in 0..WALK {
            let piece = self.pieces.get(index)?;
            let along = piece.level_along(place.raw());
            // The first step leaps by the length of the piece, the others go one by one. A cast
            // saturates, and takes NaN for zero.
            let leap = if step == 0 {
                (along * piece.per_metre) as isize
            } else {
                0
            };
            let next = if along < 0.0 {
                index.saturating_add_signed(leap.min(-1))
            } else if along > piece.level.2 {
                index.saturating_add_signed(leap.max(1)).min(last)
            } else {
                break;
            };
            // On the outside of a bend a place lies beyond the ends of two neighbours: either will do.
            if next == index || (step > 0 && next == start) {
                break;
            }
            index = next;
        }
        Some(index)
    }

    /// From the foot of the perpendicular, as seen from above, to a place; the piece, and the arc length
    /// of the foot within it. The first and the last piece run on straight.
    fn offset_from_foot(
        &self,
        index: usize,
        place: &Point3<f64>,
    ) -> Option<(Vector3<f64>, &Piece, f64)> {
        let piece = self.pieces.get(index)?;
        let length = piece.level.2;
        let least = if index == 0 { f64::NEG_INFINITY } else { 0.0 };
        let most = if index + 1 == self.pieces.len() {
            f64::INFINITY
        } else {
            length
        };
        let along = piece.level_along(place).max(least).min(most) * piece.stretch;
        Some((place - piece.from - piece.along * along, piece, along))
    }

    fn told(&self, index: usize, place: &Point3<f64>) -> Option<Beside> {
        let (offset, piece, along) = self.offset_from_foot(index, place)?;
        let across = offset.norm().copysign(offset.dot(&piece.left));
        Some(Beside {
            piece: index,
            u: piece.u + along,
            across,
        })
    }
}

impl Piece {
    /// Distance along the piece from its beginning, seen from above.
    fn level_along(&self, place: &Point3<f64>) -> f64 {
        (place.x - self.from.x) * self.level.0 + (place.y - self.from.y) * self.level.1
    }

    /// Squared distance to the piece, seen from above: pressing into the skin must not change which
    /// piece is nearest.
    fn squared_distance(&self, place: &Point3<f64>) -> f64 {
        let (x, y) = (place.x - self.from.x, place.y - self.from.y);
        let (along_x, along_y, length) = self.level;
        let along = self.level_along(place).clamp(0.0, length);
        let (dx, dy) = (x - along_x * along, y - along_y * along);
        dx * dx + dy * dy
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A gentle bend: y = 0.1 x², over a gentle hill.
    fn bent() -> Spine {
        let points: Vec<_> = (0..=80)
            .map(|i| -0.15 + 0.0085 * f64::from(i))
            .map(|x| Point::new(x, 0.1 * x * x, 0.2 + 0.05 * x - 0.1 * x * x))
            .collect();
        Spine::new(&points, -0.15).expect("a line")
    }

    #[test]
    fn a_straight_spine_gives_back_the_coordinates() {
        let spine = Spine::new(&[Point::new(0.0, 0.0, 0.2), Point::new(0.5, 0.0, 0.2)], 0.0)
            .expect("a line");
        let beside = spine
            .beside(&Point::new(0.3, 0.04, 0.17))
            .expect("somewhere");
        assert!((beside.u - 0.3).abs() < 1e-12);
        assert!((beside.across - 0.05).abs() < 1e-12);
        let right = spine
            .beside(&Point::new(0.7, -0.04, 0.2))
            .expect("beyond the end");
        assert!((right.u - 0.7).abs() < 1e-12 && (right.across + 0.04).abs() < 1e-12);
    }

    #[test]
    fn the_chart_of_a_body_and_the_own_look_up_agree_to_millimetres() {
        let body = anatomy::BodyParameters {
            sex: anatomy::Sex::Male,
            stature: quantities::Metres::new(1.78),
            mass: quantities::Kilograms::new(82.0),
        };
        let back = anatomy::parametric_back(&body).expect("a body");
        // Beyond C7 the line runs on straight, and nothing may be touched.
        let (low, high) = (back.u_range().0, back.level(anatomy::Level::C7));
        let spine = Spine::new(back.spine(), low.get()).expect("a line");
        let (mut worst_u, mut worst_near, mut worst_far): (f64, f64, f64) = (0.0, 0.0, 0.0);
        for i in 0..40 {
            let u = low + (high - low) * (f64::from(i) / 39.0);
            for j in -14..=14 {
                let v = 0.01 * f64::from(j);
                let Some(on_skin) = back.chart().at(u, quantities::Metres::new(v)) else {
                    continue;
                };
                let beside = spine.beside(&on_skin.point).expect("somewhere");
                worst_u = worst_u.max((beside.u - u.get()).abs());
                // A chord never claims more than there is over the skin.
                assert!(
                    beside.across.abs() <= v.abs() + 1e-3,
                    "{beside:?} for {v} at {u}"
                );
                let worst = if v.abs() <= 0.06 && u.get().abs() < 0.5 {
                    &mut worst_near
                } else {
                    &mut worst_far
                };
                *worst = worst.max((beside.across - v).abs());
            }
        }
        // On the back itself; in the cleft below, on the nape and on the flanks the way over the skin
        // bends.
        assert!(worst_u < 0.0005 && worst_near < 0.002 && worst_far < 0.015);
    }

    #[test]
    fn a_line_without_length_is_refused() {
        let p = Point::new(0.0, 0.0, 0.0);
        assert!(Spine::new(&[], 0.0).is_err());
        assert!(Spine::new(&[p, p], 0.0).is_err());
        assert!(
            Spine::new(&[p, Point::new(0.0, 0.0, 1.0)], 0.0).is_err(),
            "upright: no left"
        );
        assert!(Spine::new(&[p, Point::new(f64::NAN, 0.0, 1.0)], 0.0).is_err());
    }

    proptest! {
        #[test]
        fn walking_from_the_centre_finds_what_looking_everywhere_finds(
            x in -0.1..0.45f64, y in -0.15..0.2f64, dx in -0.06..0.06f64, dy in -0.06..0.06f64,
        ) {
            let spine = bent();
            let centre = spine.beside(&Point::new(x, y, 0.2)).expect("somewhere");
            let place = Point::new(x + dx, y + dy, 0.2);
            let walked = spine.beside_near(centre.piece, &place).expect("somewhere");
            let sought = spine.beside(&place).expect("somewhere");
            prop_assert!((walked.across - sought.across).abs() < 1e-6);
            // Beyond the ends and at the outside of a bend two pieces are equally near.
            prop_assert!((walked.u - sought.u).abs() < 2e-3);
        }

        #[test]
        fn any_numbers_are_survived(x in any::<f64>(), y in any::<f64>(), z in any::<f64>(), i in any::<usize>()) {
            let spine = bent();
            let place = Point::new(x, y, z);
            let _ = (spine.beside(&place), spine.beside_near(i, &place));
        }
    }
}
