//! Landmarks as far as somebody found them: all, some or none.

use quantities::{Metres, Point, Table};

use super::{DEFAULT_MIDLINE_UNCERTAINTY, LandmarkError, Landmarks};
use crate::levels::Level;

/// Whatever is known of a client's bones, in the table frame (m). Points lie on the skin over the bone.
#[derive(Clone, Debug, PartialEq)]
pub struct KnownLandmarks {
    /// Spinous processes that were found, any of C7, T1 to T12, L1 to L5, S1, S2.
    pub levels: Vec<(Level, Point<Table>)>,
    /// Left acromion (tip of the shoulder).
    pub acromion_left: Option<Point<Table>>,
    /// Right acromion.
    pub acromion_right: Option<Point<Table>>,
    /// Left posterior superior iliac spine (dimple).
    pub psis_left: Option<Point<Table>>,
    /// Right posterior superior iliac spine.
    pub psis_right: Option<Point<Table>>,
    /// Left lower angle of the shoulder blade.
    pub scapula_inferior_left: Option<Point<Table>>,
    /// Right lower angle of the shoulder blade.
    pub scapula_inferior_right: Option<Point<Table>>,
    /// Points along the spinous processes, in any order; may be empty.
    pub midline: Vec<Point<Table>>,
    /// Lateral 95 % uncertainty of what is given on the midline.
    pub midline_uncertainty: Metres,
}

impl Default for KnownLandmarks {
    /// Nothing is known: the shape of the scan must tell all.
    fn default() -> Self {
        Self {
            levels: Vec::new(),
            acromion_left: None,
            acromion_right: None,
            psis_left: None,
            psis_right: None,
            scapula_inferior_left: None,
            scapula_inferior_right: None,
            midline: Vec::new(),
            midline_uncertainty: DEFAULT_MIDLINE_UNCERTAINTY,
        }
    }
}

impl From<Landmarks> for KnownLandmarks {
    fn from(all: Landmarks) -> Self {
        Self {
            levels: vec![
                (Level::S2, all.s2),
                (Level::L4, all.l4),
                (Level::T12, all.t12),
                (Level::T7, all.t7),
                (Level::T3, all.t3),
                (Level::C7, all.c7),
            ],
            acromion_left: all.acromion_left,
            acromion_right: all.acromion_right,
            psis_left: all.psis_left,
            psis_right: all.psis_right,
            scapula_inferior_left: all.scapula_inferior_left,
            scapula_inferior_right: all.scapula_inferior_right,
            midline: all.midline,
            midline_uncertainty: all.midline_uncertainty,
        }
    }
}

impl KnownLandmarks {
    /// The place of a level, when it was found.
    #[must_use]
    pub fn level(&self, level: Level) -> Option<Point<Table>> {
        let found = self.levels.iter().find(|(name, _)| *name == level);
        found.map(|(_, point)| *point)
    }

    /// The full set, when C7, T3, T7, T12, L4 and S2 are all known.
    #[must_use]
    pub fn complete(&self) -> Option<Landmarks> {
        Some(self.with_vertebrae([
            self.level(Level::S2)?,
            self.level(Level::L4)?,
            self.level(Level::T12)?,
            self.level(Level::T7)?,
            self.level(Level::T3)?,
            self.level(Level::C7)?,
        ]))
    }

    /// What is known, with vertebrae in the order S2, L4, T12, T7, T3, C7.
    pub(crate) fn with_vertebrae(&self, [s2, l4, t12, t7, t3, c7]: [Point<Table>; 6]) -> Landmarks {
        Landmarks {
            c7,
            t3,
            t7,
            t12,
            l4,
            s2,
            acromion_left: self.acromion_left,
            acromion_right: self.acromion_right,
            psis_left: self.psis_left,
            psis_right: self.psis_right,
            scapula_inferior_left: self.scapula_inferior_left,
            scapula_inferior_right: self.scapula_inferior_right,
            midline: self.midline.clone(),
            midline_uncertainty: self.midline_uncertainty,
        }
    }

    /// Checks what can be checked of a part: that all are numbers, that the levels rise toward the head,
    /// and that the midline is certain enough. A full set is checked in full.
    ///
    /// # Errors
    /// The first [`LandmarkError`] found.
    pub fn check(&self) -> Result<(), LandmarkError> {
        if let Some(all) = self.complete() {
            return all.check();
        }
        self.check_finite()?;
        let mut levels = self.levels.clone();
        levels.sort_by_key(|(level, _)| *level);
        for pair in levels.windows(2) {
            if let [(lower, low), (upper, up)] = pair {
                let ahead = up.x() - low.x();
                if ahead < LEAST_STEP {
                    return Err(LandmarkError::Order {
                        lower: lower.name(),
                        upper: upper.name(),
                        ahead_mm: ahead * 1e3,
                    });
                }
            }
        }
        let found = self.midline_uncertainty.get();
        let allowed = super::LARGEST_MIDLINE_UNCERTAINTY.get();
        // Written so that a NaN is refused.
        if !(found >= 0.0 && found <= allowed) {
            return Err(LandmarkError::Uncertain {
                found_mm: found * 1e3,
                allowed_mm: allowed * 1e3,
            });
        }
        Ok(())
    }

    fn check_finite(&self) -> Result<(), LandmarkError> {
        let sides = [
            ("acromion left", self.acromion_left),
            ("acromion right", self.acromion_right),
            ("PSIS left", self.psis_left),
            ("PSIS right", self.psis_right),
            ("scapula inferior angle left", self.scapula_inferior_left),
            ("scapula inferior angle right", self.scapula_inferior_right),
        ];
        let levels = self.levels.iter().map(|(level, p)| (level.name(), *p));
        let sides = sides.into_iter().filter_map(|(name, p)| Some((name, p?)));
        let midline = self.midline.iter().map(|p| ("midline", *p));
        for (name, point) in levels.chain(sides).chain(midline) {
            if !point.raw().iter().all(|c| c.is_finite()) {
                return Err(LandmarkError::NotFinite(name));
            }
        }
        Ok(())
    }
}

/// Neighbouring vertebrae are at least this far apart along x (m), chosen: a vertebra of 15 mm, less what
/// two marks err.
const LEAST_STEP: f64 = 0.005;
