//! Where the spine lies in a scan of which few landmarks are known, or none.
//!
//! ```text
//! points ─▶ raster ─▶ axis of symmetry ─▶ profile ─▶ heights (C7 … S2) ─┐
//!                              │                                        ├─▶ landmarks with uncertainties
//!                              └─▶ sections ─▶ middles ─▶ one curve ────┘
//! ```
//! The shape of a prone body tells a great deal: where it is its own mirror image, where the neck begins,
//! where the buttocks part. It tells the midline to about 6 mm (95 %), most of which is how far people's
//! symmetry is off their spine, and the heights to 20 to 35 mm. What it cannot tell is left from right: a
//! mirrored scan of a symmetric body looks like a body. Landmarks that are given are kept and narrow
//! the rest. Whatever is not sure enough is refused.

mod axis;
mod error;
mod heights;
mod midline;
mod profile;
mod raster;

pub use error::ShapeError;

use quantities::{Metres, Point, Table};

use crate::cloud::PointCloud;
use crate::landmarks::{KnownLandmarks, LARGEST_MIDLINE_UNCERTAINTY, Landmarks};
use crate::levels::Level;
use axis::Axis;
use heights::{Heights, Odd};
use midline::{Joined, Measured, NORMAL_95};
use profile::Profile;
use raster::Raster;

/// A fit from shape is refused below this confidence (chosen): the share of what was looked at that
/// agrees, see [`Certainty::confidence`].
pub const LEAST_CONFIDENCE: f64 = 0.6;

/// Where a landmark lies and how sure that is.
#[derive(Clone, Debug, PartialEq)]
pub struct PlacedLandmark {
    /// Which.
    pub level: Level,
    /// Where, on the skin.
    pub point: Point<Table>,
    /// Uncertainty along the spine (95 %).
    pub along: Metres,
    /// Uncertainty to the side (95 %).
    pub across: Metres,
    /// True for a landmark that was given, false for one that the shape told.
    pub given: bool,
}

/// One place of the midline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MidlinePlace {
    /// Where, on the skin.
    pub point: Point<Table>,
    /// Uncertainty to the side (95 %).
    pub across: Metres,
}

/// How sure a registration is of what it found.
#[derive(Clone, Debug, PartialEq)]
pub struct Certainty {
    /// 0 to 1: the least of three shares: cross sections that showed a middle, middles that agree with one
    /// smooth curve, and signs of height (neck, shoulders, cleft, fork, hollow, length) that agree. 1 for
    /// a full set of given landmarks.
    pub confidence: f64,
    /// Where the body's axis points, against the x axis (degrees, to the client's left positive).
    pub turned_degrees: f64,
    /// The levels from S2 to C7 that were placed.
    pub landmarks: Vec<PlacedLandmark>,
    /// The midline from S2 to C7.
    pub midline: Vec<MidlinePlace>,
}

impl Certainty {
    /// What is said of a full set of landmarks that somebody found: heights to 12 mm (chosen: a third of a
    /// vertebra), the midline as stated.
    pub(crate) fn given(landmarks: &Landmarks, across: Metres) -> Self {
        const ALONG: Metres = Metres::new(0.012);
        let levels = [
            Level::S2,
            Level::L4,
            Level::T12,
            Level::T7,
            Level::T3,
            Level::C7,
        ];
        let (s2, c7) = (landmarks.s2, landmarks.c7);
        Self {
            confidence: 1.0,
            turned_degrees: libm::atan2(c7.y() - s2.y(), c7.x() - s2.x()).to_degrees(),
            landmarks: levels
                .into_iter()
                .zip(landmarks.vertebrae())
                .map(|(level, (_, point))| PlacedLandmark {
                    level,
                    point,
                    along: ALONG,
                    across,
                    given: true,
                })
                .collect(),
            midline: landmarks
                .midline
                .iter()
                .map(|point| MidlinePlace {
                    point: *point,
                    across,
                })
                .collect(),
        }
    }
}

/// Levels that a fit reports.
const REPORTED: [Level; 6] = [
    Level::S2,
    Level::L4,
    Level::T12,
    Level::T7,
    Level::T3,
    Level::C7,
];
/// C7 to S2 of adults (m): five standard deviations about the mean of both sexes.
const LENGTHS: (f64, f64) = (0.36, 0.64);
/// A given point farther beside the line of symmetry than this (m) belongs to another scan.
const LARGEST_OFF: f64 = 0.035;
/// A given level farther along the spine from where the shape alone puts it than this (m) is another vertebra, or
/// another scan's (chosen: twice the uncertainty of the shape).
const LARGEST_LEVEL_OFF: f64 = 0.045;
/// The long axis of a body that lies along the table, against x (degrees).
const LARGEST_TURN: f64 = 25.0;
/// Sections begin this far below S2 and end this far above C7 (m), so that the ends are not guessed.
const BELOW_S2: f64 = 0.02;
const ABOVE_C7: f64 = 0.05;
/// Distance of the points of the midline found (m).
const MIDLINE_STEP: f64 = 0.02;
/// Touched points of the midline are gathered over this length (m).
const GATHER: f64 = 0.03;

/// Finds the landmarks that are not known.
pub(crate) fn find(
    cloud: &PointCloud,
    known: &KnownLandmarks,
) -> Result<(Landmarks, Certainty), ShapeError> {
    let raster = Raster::of(cloud.raw(), raster::SMOOTH).ok_or(ShapeError::NoBody)?;
    let fine = Raster::of(cloud.raw(), raster::FINE).ok_or(ShapeError::NoBody)?;
    let axis = axis_of(&raster)?;
    let profile = Profile::of(&fine, &axis.axis, axis.range);
    let axis = axis.axis;
    let given = given_levels(known, &axis)?;
    let heights = heights_of(&profile, &given)?;
    check_length(&heights)?;
    let (from, to) = (heights.s(Level::S2), heights.s(Level::C7));
    let (mut measured, seen) = midline::sections(&raster, &axis, from - BELOW_S2, to + ABOVE_C7);
    measured.extend(touched(known, &axis));
    let joined = Joined::of(measured).ok_or(ShapeError::NoBody)?;
    let confidence = seen.min(joined.agreeing).min(heights.agreeing);
    if confidence < LEAST_CONFIDENCE {
        return Err(ShapeError::Unsure {
            confidence_percent: 100.0 * confidence,
            needed_percent: 100.0 * LEAST_CONFIDENCE,
        });
    }
    let found = Found {
        raster,
        axis,
        heights,
        joined,
    };
    found.landmarks(known, confidence)
}

fn axis_of(raster: &Raster) -> Result<axis::Found, ShapeError> {
    let (degrees, slender) = axis::longest(raster).ok_or(ShapeError::NoBody)?;
    if slender > 1.4 && degrees > LARGEST_TURN + 20.0 {
        return Err(ShapeError::Sideways {
            degrees,
            allowed: LARGEST_TURN,
        });
    }
    let found = axis::find(raster).ok_or(ShapeError::NoBody)?;
    let degrees = found.axis.degrees().abs();
    if degrees > LARGEST_TURN {
        return Err(ShapeError::Sideways {
            degrees,
            allowed: LARGEST_TURN,
        });
    }
    Ok(found)
}

/// The given levels along the axis; none may lie far beside it.
fn given_levels(known: &KnownLandmarks, axis: &Axis) -> Result<Vec<(Level, f64)>, ShapeError> {
    let mut given = Vec::new();
    for (level, point) in &known.levels {
        let (s, t) = axis.told(point.x(), point.y());
        if t.abs() > LARGEST_OFF {
            return Err(ShapeError::BesideBody {
                name: level.name(),
                off_mm: t.abs() * 1e3,
                allowed_mm: LARGEST_OFF * 1e3,
            });
        }
        given.push((*level, s));
    }
    Ok(given)
}

/// Heights from shape and given levels; from these alone where C7 and S2 are given and cloth or the edge of
/// what was touched hides neck or cleft.
fn heights_of(profile: &Profile, given: &[(Level, f64)]) -> Result<Heights, ShapeError> {
    let has = |level| given.iter().any(|(name, _)| *name == level);
    let ends = has(Level::C7) && has(Level::S2);
    match heights::find(profile, &[]) {
        Ok(shape) => {
            check_given(&shape, given)?;
            heights::find(profile, given).map_err(|_| ShapeError::NoNeck)
        }
        Err(Odd::Turned) => Err(ShapeError::Turned),
        Err(odd) => match (ends.then(|| heights::from_given(given)).flatten(), odd) {
            (Some(heights), _) => Ok(heights),
            (None, Odd::NoNeck) => Err(ShapeError::NoNeck),
            (None, Odd::NoCleft | Odd::Turned) => Err(ShapeError::NoCleft),
        },
    }
}

/// Each given level against what the shape alone tells.
fn check_given(shape: &Heights, given: &[(Level, f64)]) -> Result<(), ShapeError> {
    for (level, s) in given {
        let off = (s - shape.s(*level)).abs();
        if off > LARGEST_LEVEL_OFF {
            return Err(ShapeError::LevelElsewhere {
                name: level.name(),
                off_mm: off * 1e3,
                allowed_mm: LARGEST_LEVEL_OFF * 1e3,
            });
        }
    }
    Ok(())
}

fn check_length(heights: &Heights) -> Result<(), ShapeError> {
    let length = heights.s(Level::C7) - heights.s(Level::S2);
    if length >= LENGTHS.0 && length <= LENGTHS.1 {
        return Ok(());
    }
    Err(ShapeError::Length {
        found_mm: length * 1e3,
        low_mm: LENGTHS.0 * 1e3,
        high_mm: LENGTHS.1 * 1e3,
    })
}

/// Touched points of the midline and given levels, as measurements; near neighbours are averaged.
fn touched(known: &KnownLandmarks, axis: &Axis) -> Vec<Measured> {
    let sigma = (known.midline_uncertainty.get() / NORMAL_95).max(5e-4);
    let levels = known.levels.iter().map(|(_, p)| p);
    let mut points: Vec<(f64, f64)> = known
        .midline
        .iter()
        .chain(levels)
        .map(|p| axis.told(p.x(), p.y()))
        .collect();
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut groups: Vec<Vec<(f64, f64)>> = Vec::new();
    for point in points {
        match groups.last_mut() {
            Some(group) if group.first().is_some_and(|f| point.0 - f.0 < GATHER) => {
                group.push(point);
            }
            Some(_) | None => groups.push(vec![point]),
        }
    }
    let mean = |group: Vec<(f64, f64)>| {
        let count = group.len().max(1) as f64;
        let sum = group.iter().fold((0.0, 0.0), |a, p| (a.0 + p.0, a.1 + p.1));
        Measured {
            s: sum.0 / count,
            t: sum.1 / count,
            sigma,
            touched: true,
        }
    };
    groups.into_iter().map(mean).collect()
}

/// All that was found in the frame of the axis.
struct Found {
    raster: Raster,
    axis: Axis,
    heights: Heights,
    joined: Joined,
}

impl Found {
    /// The place on the skin over the spine at `s`, and the standard deviation to the side (m).
    fn place(&self, s: f64) -> Result<(Point<Table>, f64), ShapeError> {
        let (t, sigma) = self.joined.at(s);
        let (x, y) = self.axis.place(s, t);
        // Over a hole the height of a neighbour will do: the sheet is fitted anew.
        let height = (0..5)
            .flat_map(|k| [0.01, -0.01].map(|d| d * f64::from(k)))
            .find_map(|d| self.axis.height(&self.raster, s + d, t));
        let z = height.ok_or(ShapeError::Unseen { x })?;
        Ok((Point::new(x, y, z), sigma))
    }

    fn landmarks(
        &self,
        known: &KnownLandmarks,
        confidence: f64,
    ) -> Result<(Landmarks, Certainty), ShapeError> {
        let mut placed = Vec::new();
        for level in REPORTED {
            placed.push(self.placed(level, known)?);
        }
        let midline = self.midline()?;
        let worst = midline
            .iter()
            .max_by(|a, b| a.across.get().total_cmp(&b.across.get()))
            .copied()
            .ok_or(ShapeError::NoBody)?;
        let allowed = LARGEST_MIDLINE_UNCERTAINTY;
        if worst.across > allowed {
            return Err(ShapeError::MidlineUnsure {
                found_mm: worst.across.get() * 1e3,
                allowed_mm: allowed.get() * 1e3,
                x: worst.point.x(),
            });
        }
        let vertebra = |k: usize| placed.get(k).map(|p: &PlacedLandmark| p.point);
        let six = [
            vertebra(0),
            vertebra(1),
            vertebra(2),
            vertebra(3),
            vertebra(4),
            vertebra(5),
        ];
        let [Some(s2), Some(l4), Some(t12), Some(t7), Some(t3), Some(c7)] = six else {
            return Err(ShapeError::NoBody);
        };
        let mut landmarks = known.with_vertebrae([s2, l4, t12, t7, t3, c7]);
        landmarks.midline = midline.iter().map(|place| place.point).collect();
        landmarks.midline_uncertainty = worst.across;
        let certainty = Certainty {
            confidence,
            turned_degrees: self.axis.degrees(),
            landmarks: placed,
            midline,
        };
        Ok((landmarks, certainty))
    }

    fn placed(&self, level: Level, known: &KnownLandmarks) -> Result<PlacedLandmark, ShapeError> {
        let (point, sigma) = self.place(self.heights.s(level))?;
        let given = known.level(level);
        Ok(PlacedLandmark {
            level,
            point: given.unwrap_or(point),
            along: Metres::new(NORMAL_95 * self.heights.sigma(level)),
            across: Metres::new(NORMAL_95 * sigma),
            given: given.is_some(),
        })
    }

    fn midline(&self) -> Result<Vec<MidlinePlace>, ShapeError> {
        let (from, to) = (self.heights.s(Level::S2), self.heights.s(Level::C7));
        let steps = ((to - from) / MIDLINE_STEP).ceil().max(1.0) as usize;
        (0..=steps)
            .map(|k| {
                let s = from + (to - from) * k as f64 / steps as f64;
                let (point, sigma) = self.place(s)?;
                Ok(MidlinePlace {
                    point,
                    across: Metres::new(NORMAL_95 * sigma),
                })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests;
