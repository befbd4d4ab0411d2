//! The bony landmarks of one client on the table, and whether they can be a person's.

mod known;

pub use known::KnownLandmarks;

use quantities::{Metres, Point, Table};
use thiserror::Error;

/// Lateral 95 % uncertainty of a midline for which none is stated. Chosen: somebody who palpates the
/// spinous processes and marks them with a pen is off by about half a process' width, 3 to 5 mm.
pub const DEFAULT_MIDLINE_UNCERTAINTY: Metres = Metres::new(0.005);

/// Above this lateral 95 % uncertainty a back is refused: the keep-out would reach over the muscle.
pub const LARGEST_MIDLINE_UNCERTAINTY: Metres = Metres::new(0.008);

/// Landmarks in the table frame. Points lie on the skin over the bone.
#[derive(Clone, Debug, PartialEq)]
pub struct Landmarks {
    /// Seventh cervical spinous process.
    pub c7: Point<Table>,
    /// Third thoracic spinous process.
    pub t3: Point<Table>,
    /// Seventh thoracic spinous process.
    pub t7: Point<Table>,
    /// Twelfth thoracic spinous process.
    pub t12: Point<Table>,
    /// Fourth lumbar spinous process.
    pub l4: Point<Table>,
    /// Second sacral spinous process, at the level of the dimples.
    pub s2: Point<Table>,
    /// Left acromion (tip of the shoulder).
    pub acromion_left: Option<Point<Table>>,
    /// Right acromion.
    pub acromion_right: Option<Point<Table>>,
    /// Left posterior superior iliac spine (dimple).
    pub psis_left: Option<Point<Table>>,
    /// Right posterior superior iliac spine.
    pub psis_right: Option<Point<Table>>,
    /// Left inferior angle of the shoulder blade.
    pub scapula_inferior_left: Option<Point<Table>>,
    /// Right inferior angle of the shoulder blade.
    pub scapula_inferior_right: Option<Point<Table>>,
    /// Points along the spinous processes, in any order; may be empty.
    pub midline: Vec<Point<Table>>,
    /// Lateral 95 % uncertainty of the midline; [`DEFAULT_MIDLINE_UNCERTAINTY`] when none is stated.
    pub midline_uncertainty: Metres,
}

/// Why landmarks cannot belong to a person who lies prone in the table frame.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum LandmarkError {
    /// A coordinate is NaN or infinite.
    #[error("landmark {0} has a coordinate that is not a number: measure it again")]
    NotFinite(&'static str),
    /// Distances that fit another unit.
    #[error(
        "C7 and S2 are {distance:.0} apart; in metres a back has 0.30 to 0.70: this looks like {unit}, scale by {factor}"
    )]
    Unit {
        /// Distance found, as if in metres.
        distance: f64,
        /// Unit that would fit.
        unit: &'static str,
        /// Factor to metres.
        factor: f64,
    },
    /// Distances of no person.
    #[error(
        "C7 and S2 are {distance:.3} m apart, a back has 0.30 to 0.70 m: check both landmarks and their unit (metres)"
    )]
    NoBack {
        /// Distance found (m).
        distance: f64,
    },
    /// The head points elsewhere.
    #[error(
        "the line from S2 to C7 points {degrees:.0} degrees away from the table's x axis, at most 25 are allowed: x must run toward the head (is the frame turned by 180 degrees?)"
    )]
    Heading {
        /// Angle to the x axis (degrees).
        degrees: f64,
    },
    /// Levels out of order.
    #[error(
        "landmark {upper} must lie at least 15 mm headward of {lower}, but lies {ahead_mm:.0} mm: check the order S2, L4, T12, T7, T3, C7"
    )]
    Order {
        /// The one that should be nearer to the feet.
        lower: &'static str,
        /// The one that should be nearer to the head.
        upper: &'static str,
        /// Headward distance found (mm).
        ahead_mm: f64,
    },
    /// Left and right swapped.
    #[error(
        "{left} lies on the right of {right} seen toward the head (by {by_mm:.0} mm): the landmarks are mirrored; y must run to the client's left, z up and x to the head"
    )]
    Mirrored {
        /// The landmark called left.
        left: &'static str,
        /// Its partner.
        right: &'static str,
        /// How far on the wrong side (mm).
        by_mm: f64,
    },
    /// A pair that does not straddle the spine.
    #[error(
        "{left} and {right} do not lie on either side of the spine ({left_mm:.0} mm and {right_mm:.0} mm to the left of the line from S2 to C7): check both"
    )]
    OneSided {
        /// The landmark called left.
        left: &'static str,
        /// Its partner.
        right: &'static str,
        /// Offset of the left one (mm, left positive).
        left_mm: f64,
        /// Offset of the right one (mm, left positive).
        right_mm: f64,
    },
    /// Off the spine.
    #[error(
        "{what} lies {off_mm:.0} mm beside the line from S2 to C7, at most {allowed_mm:.0} mm are allowed: check it"
    )]
    OffSpine {
        /// Which.
        what: String,
        /// Lateral distance (mm).
        off_mm: f64,
        /// Allowed (mm).
        allowed_mm: f64,
    },
    /// Too uncertain.
    #[error(
        "the midline is uncertain by {found_mm:.1} mm to the side (95 %), at most {allowed_mm:.0} mm are allowed beside a spine: mark more spinous processes, or measure them better"
    )]
    Uncertain {
        /// Uncertainty found (mm).
        found_mm: f64,
        /// Largest allowed (mm).
        allowed_mm: f64,
    },
    /// Midline that does not fit itself.
    #[error(
        "point {index} of the midline lies {off_mm:.0} mm beside the smooth line through all of them, at most {allowed_mm:.0} mm are allowed: remove or measure it again"
    )]
    Ragged {
        /// Which, counted from 1.
        index: usize,
        /// Lateral distance (mm).
        off_mm: f64,
        /// Allowed (mm).
        allowed_mm: f64,
    },
    /// Midline points that do not make a line.
    #[error(
        "the {count} midline points span {extent_mm:.0} mm along the spine: give at least three over 50 mm, or none"
    )]
    ShortMidline {
        /// How many.
        count: usize,
        /// Extent along x (mm).
        extent_mm: f64,
    },
}

/// Largest distance of a vertebra from the straight line S2 to C7 (chosen: beyond, a plan for a
/// straight back has no meaning).
const LARGEST_SIDE_BEND: f64 = 0.06;
const LEAST_LEVEL_STEP: f64 = 0.015;

impl Landmarks {
    /// The vertebrae from S2 to C7 with their names.
    #[must_use]
    pub fn vertebrae(&self) -> [(&'static str, Point<Table>); 6] {
        [
            ("S2", self.s2),
            ("L4", self.l4),
            ("T12", self.t12),
            ("T7", self.t7),
            ("T3", self.t3),
            ("C7", self.c7),
        ]
    }

    /// Pairs (left name, left, right name, right) of which both are known.
    #[must_use]
    pub fn pairs(&self) -> Vec<(&'static str, Point<Table>, &'static str, Point<Table>)> {
        [
            (
                "acromion left",
                self.acromion_left,
                "acromion right",
                self.acromion_right,
            ),
            ("PSIS left", self.psis_left, "PSIS right", self.psis_right),
            (
                "scapula inferior angle left",
                self.scapula_inferior_left,
                "scapula inferior angle right",
                self.scapula_inferior_right,
            ),
        ]
        .into_iter()
        .filter_map(|(left_name, left, right_name, right)| {
            Some((left_name, left?, right_name, right?))
        })
        .collect()
    }

    /// Lateral offset (m, left positive) of a point from the line S2 to C7, seen from above:
    /// `z × (C7 - S2)` is the client's left.
    #[must_use]
    pub fn left_of_spine(&self, point: &Point<Table>) -> f64 {
        let (dx, dy) = (self.c7.x() - self.s2.x(), self.c7.y() - self.s2.y());
        let length = (dx * dx + dy * dy).sqrt();
        (-(point.x() - self.s2.x()) * dy + (point.y() - self.s2.y()) * dx) / length
    }

    /// Checks that the landmarks can be those of a person lying prone in the table frame.
    ///
    /// # Errors
    /// The first [`LandmarkError`] found.
    pub fn check(&self) -> Result<(), LandmarkError> {
        self.check_finite()?;
        self.check_size()?;
        self.check_order()?;
        self.check_sides()?;
        let found = self.midline_uncertainty.get();
        // Written so that a NaN is refused.
        if !(found >= 0.0 && found <= LARGEST_MIDLINE_UNCERTAINTY.get()) {
            return Err(LandmarkError::Uncertain {
                found_mm: found * 1e3,
                allowed_mm: LARGEST_MIDLINE_UNCERTAINTY.get() * 1e3,
            });
        }
        Ok(())
    }

    fn check_finite(&self) -> Result<(), LandmarkError> {
        let finite = |p: &Point<Table>| p.raw().iter().all(|c| c.is_finite());
        let sides = [
            ("acromion left", self.acromion_left),
            ("acromion right", self.acromion_right),
            ("PSIS left", self.psis_left),
            ("PSIS right", self.psis_right),
            ("scapula inferior angle left", self.scapula_inferior_left),
            ("scapula inferior angle right", self.scapula_inferior_right),
        ];
        let all = self
            .vertebrae()
            .into_iter()
            .chain(
                sides
                    .into_iter()
                    .filter_map(|(name, point)| Some((name, point?))),
            )
            .chain(self.midline.iter().map(|p| ("midline", *p)));
        for (name, point) in all {
            if !finite(&point) {
                return Err(LandmarkError::NotFinite(name));
            }
        }
        Ok(())
    }

    fn check_size(&self) -> Result<(), LandmarkError> {
        let distance = self.c7.distance(&self.s2).get();
        if (0.30..=0.70).contains(&distance) {
            return Ok(());
        }
        for (unit, factor) in [
            ("millimetres", 0.001),
            ("centimetres", 0.01),
            ("inches", 0.0254),
        ] {
            if (0.30..=0.70).contains(&(distance * factor)) {
                return Err(LandmarkError::Unit {
                    distance,
                    unit,
                    factor,
                });
            }
        }
        Err(LandmarkError::NoBack { distance })
    }

    fn check_order(&self) -> Result<(), LandmarkError> {
        let (dx, dy) = (self.c7.x() - self.s2.x(), self.c7.y() - self.s2.y());
        let degrees = libm::atan2(dy, dx).to_degrees().abs();
        if degrees > 25.0 {
            return Err(LandmarkError::Heading { degrees });
        }
        let length = (dx * dx + dy * dy).sqrt();
        let along = |p: &Point<Table>| (p.x() * dx + p.y() * dy) / length;
        let vertebrae = self.vertebrae();
        for pair in vertebrae.windows(2) {
            if let [(lower, low), (upper, up)] = pair {
                let ahead = along(up) - along(low);
                if ahead < LEAST_LEVEL_STEP {
                    return Err(LandmarkError::Order {
                        lower,
                        upper,
                        ahead_mm: ahead * 1e3,
                    });
                }
            }
        }
        let beside = vertebrae
            .iter()
            .map(|(name, p)| ((*name).to_owned(), *p))
            .chain(
                self.midline
                    .iter()
                    .enumerate()
                    .map(|(k, p)| (format!("midline point {}", k + 1), *p)),
            );
        for (what, point) in beside {
            let off = self.left_of_spine(&point);
            if off.abs() > LARGEST_SIDE_BEND {
                return Err(LandmarkError::OffSpine {
                    what,
                    off_mm: off * 1e3,
                    allowed_mm: LARGEST_SIDE_BEND * 1e3,
                });
            }
        }
        Ok(())
    }

    fn check_sides(&self) -> Result<(), LandmarkError> {
        for (left, at_left, right, at_right) in self.pairs() {
            let (l, r) = (self.left_of_spine(&at_left), self.left_of_spine(&at_right));
            if l < r {
                return Err(LandmarkError::Mirrored {
                    left,
                    right,
                    by_mm: (r - l) * 1e3,
                });
            }
            if l <= 0.0 || r >= 0.0 {
                return Err(LandmarkError::OneSided {
                    left,
                    right,
                    left_mm: l * 1e3,
                    right_mm: r * 1e3,
                });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
