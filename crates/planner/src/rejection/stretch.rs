//! A part of a pass that cannot be reached, told as one.

use serde::Serialize;

/// Stretches this near to each other are one (m). Chosen: the width of a hand.
const NEAR: f64 = 0.05;

/// A stretch whose extent exceeds what its ends tell by more turns back (m). Chosen.
const TURNS_BACK: f64 = 0.010;

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
    /// The part of the back that it covers, which for a closed pass its ends don't tell: along the spine (m).
    pub least_u_m: f64,
    /// Along the spine (m).
    pub greatest_u_m: f64,
    /// Beside the spine (m), left positive.
    pub least_v_m: f64,
    /// Beside the spine (m), left positive.
    pub greatest_v_m: f64,
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
        let meet = |a: (f64, f64), b: (f64, f64)| a.0 <= b.1 + NEAR && b.0 <= a.1 + NEAR;
        let u = |s: &Self| (s.least_u_m, s.greatest_u_m);
        let v = |s: &Self| (s.least_v_m, s.greatest_v_m);
        meet(u(self), u(other)) && meet(v(self), v(other))
    }

    /// True when its ends don't tell where it lies: it turns back, or ends where it began.
    fn turns_back(&self) -> bool {
        let u = self.greatest_u_m - self.least_u_m - (self.to_u_m - self.from_u_m).abs();
        let v = self.greatest_v_m - self.least_v_m - (self.to_v_m - self.from_v_m).abs();
        u.max(v) > TURNS_BACK
    }
}

/// Whole millimetres; never a negative zero.
pub(super) fn whole_mm(metres: f64) -> f64 {
    (metres * 1e3).round() + 0.0
}

impl core::fmt::Display for Stretch {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{} mm of the way, ", whole_mm(self.length_m))?;
        if self.turns_back() {
            write!(
                f,
                "within u {:+} to {:+} mm, v {:+} to {:+} mm, ",
                whole_mm(self.least_u_m),
                whole_mm(self.greatest_u_m),
                whole_mm(self.least_v_m),
                whole_mm(self.greatest_v_m),
            )?;
        } else {
            write!(
                f,
                "from (u {:+} mm, v {:+} mm) to (u {:+} mm, v {:+} mm), ",
                whole_mm(self.from_u_m),
                whole_mm(self.from_v_m),
                whole_mm(self.to_u_m),
                whole_mm(self.to_v_m),
            )?;
        }
        write!(f, "{} mm after the touch", whole_mm(self.begins_m))?;
        for reason in &self.reasons {
            write!(f, "; {} samples: {}", reason.samples, reason.reason)?;
            if let Some(missed) = reason.missed_by_mm {
                write!(f, ", off by up to {missed:.0} mm")?;
            }
        }
        Ok(())
    }
}
