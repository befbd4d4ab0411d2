//! The first moments after power is back: brakes that closed on a press keep it on the body.
//!
//! ```text
//! power back ─▶ Looking ──nothing presses for half a second, or a session is opened──▶ Awake
//!                  │                                                                    ▲
//!                  └──presses──▶ Unloading (as after a lost host) ──at rest─────────────┘
//! ```
//! Unloaded is safe, stopped is not: this is the one motion that a firmware begins by itself. It only ever goes with the
//! press, away from the body, at the rate of any other unloading.

use super::AT_REST_N;
use super::motion::Motion;

/// So many ticks on end must press, so that one odd sample moves nothing.
const PRESSES_FOR: u32 = 20;
/// Ticks until whoever does not press by then is taken to stand free.
const LOOKS_FOR: u32 = 500;

/// How far the firmware is since its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Waking {
    /// It feels whether something presses.
    Looking { left: u32, pressed_for: u32 },
    /// It takes a press away.
    Unloading,
    /// It waits for a session, or has one.
    Awake,
}

impl Waking {
    /// Power is back.
    pub const fn begin() -> Self {
        Self::Looking {
            left: LOOKS_FOR,
            pressed_for: 0,
        }
    }

    /// Whether the zero of before is still wanted.
    pub const fn is_on(&self) -> bool {
        match self {
            Self::Looking { .. } | Self::Unloading => true,
            Self::Awake => false,
        }
    }

    /// One tick. True when the press (N) that the brakes hold has to be taken away from now on.
    pub fn look<const D: usize>(&mut self, press: Option<f64>, motion: &Motion<D>) -> bool {
        let is_braked = matches!(motion, Motion::Braked);
        match self {
            Self::Awake => {}
            Self::Unloading if motion.is_at_rest() => *self = Self::Awake,
            Self::Unloading => {}
            Self::Looking { left, pressed_for } => {
                let presses = press.is_some_and(|press| press > AT_REST_N);
                *pressed_for = if presses { *pressed_for + 1 } else { 0 };
                *left -= 1;
                if !is_braked || *left == 0 {
                    *self = Self::Awake;
                } else if *pressed_for >= PRESSES_FOR {
                    *self = Self::Unloading;
                    return true;
                }
            }
        }
        false
    }
}
