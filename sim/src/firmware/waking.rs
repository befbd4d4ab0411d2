//! The first moments after power is back: brakes that closed on a press keep it on the body.
//!
//! ```text
//! power back ─▶ Looking ──nothing presses for half a second, or nothing can be felt──▶ Awake
//!                  │                                                                    ▲
//!                  └──presses──▶ Unloading (the skin's push is let go) ──at rest────────┘
//! ```
//! Unloaded is safe, stopped is not: this is the one motion that a firmware begins without a session. It pushes away from the
//! body alone: a sensor that lies about the press costs a few centimetres of way off, never a press.

use super::AT_REST_N;

/// So many samples on end must press, so that one odd sample moves nothing.
const PRESSES_FOR: u32 = 20;
/// Samples until whoever does not press by then is taken to stand free.
const LOOKS_FOR: u32 = 500;

/// How far the firmware is since its start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Waking {
    /// It feels whether something presses. A sample that is missing says nothing: it does not count.
    Looking { left: u32, pressed_for: u32 },
    /// It takes a press away, from this place (m, base frame).
    Unloading { from: [f64; 3] },
    /// It waits for a session, or has one.
    Awake,
}

/// What waking asks for in one tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asks {
    /// Nothing.
    Nothing,
    /// To take away what the brakes hold.
    Unload,
    /// To forget the zero of before: the tool went off the skin, and the sensor still tells of a press.
    Doubt,
}

/// What waking sees in one tick.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    /// The press by the zero of before (N).
    pub press: Option<f64>,
    /// Nothing pushes.
    pub is_at_rest: bool,
    /// Where the tool is (m, base frame).
    pub place: [f64; 3],
}

impl Waking {
    /// Power is back.
    pub const fn begin() -> Self {
        Self::Looking {
            left: LOOKS_FOR,
            pressed_for: 0,
        }
    }

    /// Whether it still looks or unloads.
    pub const fn is_on(&self) -> bool {
        match self {
            Self::Looking { .. } | Self::Unloading { .. } => true,
            Self::Awake => false,
        }
    }

    /// One tick.
    pub fn look(&mut self, seen: &Seen) -> Asks {
        match self {
            Self::Unloading { from } if seen.is_at_rest => {
                let way: f64 = from
                    .iter()
                    .zip(seen.place)
                    .map(|(a, b)| (a - b) * (a - b))
                    .sum();
                *self = Self::Awake;
                let still = seen.press.is_some_and(|press| press > AT_REST_N);
                if still && way >= OFF * OFF {
                    return Asks::Doubt;
                }
            }
            Self::Awake | Self::Unloading { .. } => {}
            Self::Looking { left, pressed_for } => {
                let Some(press) = seen.press else {
                    return Asks::Nothing;
                };
                *pressed_for = if press > AT_REST_N {
                    *pressed_for + 1
                } else {
                    0
                };
                *left = left.saturating_sub(1);
                if *pressed_for >= PRESSES_FOR {
                    *self = Self::Unloading { from: seen.place };
                    return Asks::Unload;
                }
                if *left == 0 {
                    *self = Self::Awake;
                }
            }
        }
        Asks::Nothing
    }
}

/// A tool that has gone so far (m) is off the skin.
const OFF: f64 = 0.018;

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(press: Option<f64>) -> Seen {
        Seen {
            press,
            is_at_rest: true,
            place: [0.0; 3],
        }
    }

    #[test]
    fn a_missing_sample_neither_counts_as_a_press_nor_against_one() {
        let mut waking = Waking::begin();
        let mut asked = 0;
        for tick in 0..200 {
            let sample = (tick % 3 == 0).then_some(11.0);
            asked += u32::from(waking.look(&seen(sample)) == Asks::Unload);
        }
        assert_eq!(asked, 1);
        let mut blind = Waking::begin();
        for _ in 0..10_000 {
            assert_eq!(blind.look(&seen(None)), Asks::Nothing);
        }
        assert!(blind.is_on(), "it never takes blindness for a free tool");
    }

    #[test]
    fn an_odd_sample_moves_nothing_and_a_free_tool_wakes_after_half_a_second() {
        let mut waking = Waking::begin();
        for tick in 0..500 {
            let press = if tick % 19 == 0 { 60.0 } else { 0.1 };
            assert!(waking.is_on());
            assert_eq!(waking.look(&seen(Some(press))), Asks::Nothing);
        }
        assert_eq!(waking, Waking::Awake);
    }

    #[test]
    fn a_press_that_is_still_told_far_off_the_skin_is_the_sensors_error() {
        for (way, asks) in [(0.02, Asks::Doubt), (0.004, Asks::Nothing)] {
            let mut waking = Waking::Unloading { from: [0.0; 3] };
            let gone = Seen {
                place: [0.0, 0.0, way],
                ..seen(Some(9.0))
            };
            assert_eq!(waking.look(&gone), asks);
            assert_eq!(waking, Waking::Awake);
        }
    }
}
