//! A part of a pass that cannot be reached, told as one.

use serde::Serialize;

/// Stretches this near to each other are one (m). Chosen: the width of a hand.
const NEAR: f64 = 0.05;

/// A part of a pass for which no continuous motion was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Stretch {
    /// Where it begins: along the spine (m).
    pub from_u_m: f64,
    /// Beside the spine (m), left positive.
    pub from_v_m: f64,
    /// Where it ends: along the spine (m).
    pub to_u_m: f64,
    /// Beside the spine (m), left positive.
    pub to_v_m: f64,
    /// Way of the tool over the skin from the start of its stay in contact to the stretch (m).
    pub begins_m: f64,
    /// Way of the tool over the stretch (m).
    pub length_m: f64,
    /// Samples in it, about one a millimetre.
    pub samples: usize,
    /// Why each sample is not reached, the most frequent reason first.
    pub reasons: Vec<StretchReason>,
}

/// One reason, and for how many samples of a stretch it holds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StretchReason {
    /// In words.
    pub reason: String,
    /// How many samples.
    pub samples: usize,
    /// Greatest distance by which the arm misses a sample (mm); absent where it misses none.
    pub missed_by_mm: Option<f64>,
}

impl Stretch {
    /// True when two stretches share a part of the back: the same place met twice, as by a repetition.
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        let meet = |a: (f64, f64), b: (f64, f64)| {
            a.0.min(a.1) <= b.0.max(b.1) + NEAR && b.0.min(b.1) <= a.0.max(a.1) + NEAR
        };
        meet((self.from_u_m, self.to_u_m), (other.from_u_m, other.to_u_m))
            && meet((self.from_v_m, self.to_v_m), (other.from_v_m, other.to_v_m))
    }
}

impl core::fmt::Display for Stretch {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(
            f,
            "{:.0} mm of the way, from (u {:+.0} mm, v {:+.0} mm) to (u {:+.0} mm, v {:+.0} mm), \
             {:.0} mm after the touch",
            self.length_m * 1e3,
            self.from_u_m * 1e3,
            self.from_v_m * 1e3,
            self.to_u_m * 1e3,
            self.to_v_m * 1e3,
            self.begins_m * 1e3
        )?;
        for reason in &self.reasons {
            write!(f, "; {} samples: {}", reason.samples, reason.reason)?;
            if let Some(missed) = reason.missed_by_mm {
                write!(f, ", off by up to {missed:.0} mm")?;
            }
        }
        Ok(())
    }
}
