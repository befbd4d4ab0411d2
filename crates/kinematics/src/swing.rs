//! The arm let go: passive motion without limits, friction or rotor inertia, in error-controlled steps.
//!
//! Nothing is known exactly about a swinging arm but its energy: without damping it must stay what it
//! was. That makes this the sharpest whole check of a model's masses, and of the dynamics here.

use nalgebra::SVector;
use quantities::{Tool, Wrench};

use crate::ArmModel;

/// Why a swing cannot be computed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SwingError {
    /// A start, damping or time that makes no sense.
    #[error("{quantity} is {value}, allowed is {allowed}; correct it")]
    BadInput {
        /// Which number.
        quantity: &'static str,
        /// What it is.
        value: f64,
        /// What it may be.
        allowed: &'static str,
    },
    /// The mass matrix is singular: some joint moves nothing.
    #[error(
        "the mass matrix is singular {seconds} s into the swing: some joint moves no inertia; give the \
         links of the last joints mass and inertia"
    )]
    Singular {
        /// When.
        seconds: f64,
    },
    /// No step is small enough for the tolerance.
    #[error(
        "the motion is too fast to follow {seconds} s into the swing; check masses and inertias"
    )]
    TooFast {
        /// When.
        seconds: f64,
    },
}

/// Joint positions (rad or m) and speeds (per second) at a moment of the swing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SwingState<const D: usize> {
    /// Positions.
    pub positions: SVector<f64, D>,
    /// Speeds.
    pub speeds: SVector<f64, D>,
}

/// Steps a second at which the state is told.
const SAMPLES_PER_SECOND: f64 = 1000.0;
/// Longest swing (s). Chosen: bounds memory (an hour of 7 joints is 0.2 GB).
const LONGEST: f64 = 3600.0;
/// Local error of a step, relative to a state of size 1 or its own. Chosen: energy then holds to
/// 1e-6 over 10 s with three orders to spare.
const TOLERANCE: f64 = 1e-12;
/// Shortest step (s) before giving up.
const SHORTEST: f64 = 1e-12;

/// Positions at 0, 1, 2, ... milliseconds of an arm let go at rest in `q0`, with the torque
/// `-damping · speed` in every joint (N·m·s/rad or N·s/m).
///
/// Joint limits, friction, the model's own damping and rotor inertia are left out.
///
/// # Errors
/// [`SwingError`] on bad input, or when the arm cannot be integrated.
pub fn swing<const D: usize>(
    model: &ArmModel<D>,
    q0: &SVector<f64, D>,
    damping: f64,
    seconds: f64,
) -> Result<Vec<SVector<f64, D>>, SwingError> {
    let states = swing_states(model, q0, damping, seconds)?;
    Ok(states.into_iter().map(|state| state.positions).collect())
}

/// As [`swing`], with the speeds.
///
/// # Errors
/// [`SwingError`] on bad input, or when the arm cannot be integrated.
pub fn swing_states<const D: usize>(
    model: &ArmModel<D>,
    q0: &SVector<f64, D>,
    damping: f64,
    seconds: f64,
) -> Result<Vec<SwingState<D>>, SwingError> {
    judge(
        "a start position",
        q0.iter().copied().find(|q| !q.is_finite()),
        "a finite number",
    )?;
    let unless = |allowed: bool, value: f64| (!allowed).then_some(value);
    judge(
        "the damping",
        unless((0.0..=1e9).contains(&damping), damping),
        "0 to 1e9",
    )?;
    judge(
        "the time",
        unless((0.0..=LONGEST).contains(&seconds), seconds),
        "0 to 3600 s",
    )?;
    let model = model.with_rotor_inertia(SVector::zeros());
    let mut integrator = Integrator {
        model: &model,
        damping,
        time: 0.0,
        state: SwingState {
            positions: *q0,
            speeds: SVector::zeros(),
        },
        step: 1e-4,
    };
    // The tolerance of the count swallows the rounding of "0.1 + 0.2 seconds".
    let samples = (seconds * SAMPLES_PER_SECOND + 1e-6) as usize;
    let mut states = Vec::with_capacity(samples + 1);
    states.push(integrator.state);
    for sample in 1..=samples {
        integrator.advance_to(sample as f64 / SAMPLES_PER_SECOND)?;
        states.push(integrator.state);
    }
    Ok(states)
}

fn judge(
    quantity: &'static str,
    fault: Option<f64>,
    allowed: &'static str,
) -> Result<(), SwingError> {
    match fault {
        Some(value) => Err(SwingError::BadInput {
            quantity,
            value,
            allowed,
        }),
        None => Ok(()),
    }
}

/// Explicit Runge-Kutta 5(4) of Dormand and Prince 1980 ("A family of embedded Runge-Kutta
/// formulae", table 2): stage weights, row by row.
const STAGES: [&[f64]; 7] = [
    &[],
    &[1.0 / 5.0],
    &[3.0 / 40.0, 9.0 / 40.0],
    &[44.0 / 45.0, -56.0 / 15.0, 32.0 / 9.0],
    &[
        19372.0 / 6561.0,
        -25360.0 / 2187.0,
        64448.0 / 6561.0,
        -212.0 / 729.0,
    ],
    &[
        9017.0 / 3168.0,
        -355.0 / 33.0,
        46732.0 / 5247.0,
        49.0 / 176.0,
        -5103.0 / 18656.0,
    ],
    &[
        35.0 / 384.0,
        0.0,
        500.0 / 1113.0,
        125.0 / 192.0,
        -2187.0 / 6784.0,
        11.0 / 84.0,
    ],
];
/// Fifth-order minus fourth-order weights: the error of a step.
const ERROR: [f64; 7] = [
    71.0 / 57600.0,
    0.0,
    -71.0 / 16695.0,
    71.0 / 1920.0,
    -17253.0 / 339200.0,
    22.0 / 525.0,
    -1.0 / 40.0,
];

struct Integrator<'a, const D: usize> {
    model: &'a ArmModel<D>,
    damping: f64,
    time: f64,
    state: SwingState<D>,
    step: f64,
}

impl<const D: usize> Integrator<'_, D> {
    /// Integrates to exactly `end`; the last step is cut to fit, the next one starts uncut.
    fn advance_to(&mut self, end: f64) -> Result<(), SwingError> {
        while self.time < end {
            let left = end - self.time;
            let cut = self.step >= left;
            let step = if cut { left } else { self.step };
            let (next, error) = self.try_step(step)?;
            // 0.9 and the bounds keep the controller from hunting (Hairer, Norsett, Wanner 1993, II.4).
            let factor = if error > 0.0 {
                0.9 * libm::pow(error, -0.2)
            } else {
                5.0
            };
            if error <= 1.0 {
                self.state = next;
                self.time = if cut { end } else { self.time + step };
                // A cut step says only that the uncut one may be longer.
                let proposed = step * factor.clamp(0.2, 5.0);
                self.step = if cut {
                    self.step.max(proposed)
                } else {
                    proposed
                };
                self.step = self.step.min(1e-2);
            } else {
                self.step = step * factor.clamp(0.1, 0.9);
                if self.step < SHORTEST {
                    return Err(SwingError::TooFast { seconds: self.time });
                }
            }
        }
        Ok(())
    }

    /// The state one step on, and its error over the tolerance.
    fn try_step(&self, step: f64) -> Result<(SwingState<D>, f64), SwingError> {
        let zero = SwingState {
            positions: SVector::zeros(),
            speeds: SVector::zeros(),
        };
        let mut rates = [zero; 7];
        let mut next = self.state;
        for stage in 0..7 {
            next = self.state;
            for (weight, rate) in STAGES[stage].iter().zip(&rates) {
                next = next.moved(rate, weight * step);
            }
            rates[stage] = self.rate(&next)?;
        }
        let mut error = zero;
        for (weight, rate) in ERROR.iter().zip(&rates) {
            error = error.moved(rate, weight * step);
        }
        let size = |now: f64| TOLERANCE * now.abs().max(1.0);
        let mut largest = 0.0_f64;
        for i in 0..D {
            let position = error.positions[i].abs() / size(self.state.positions[i]);
            let speed = error.speeds[i].abs() / size(self.state.speeds[i]);
            let joint = if position > speed { position } else { speed };
            // NaN must fail the step, not pass as "not larger".
            largest = if joint.is_nan() {
                f64::INFINITY
            } else {
                largest.max(joint)
            };
        }
        Ok((next, largest))
    }

    fn rate(&self, at: &SwingState<D>) -> Result<SwingState<D>, SwingError> {
        let torques = at.speeds * -self.damping;
        let speeds = self
            .model
            .forward_dynamics(&at.positions, &at.speeds, &torques, &Wrench::<Tool>::zero())
            .ok_or(SwingError::Singular { seconds: self.time })?;
        Ok(SwingState {
            positions: at.speeds,
            speeds,
        })
    }
}

impl<const D: usize> SwingState<D> {
    fn moved(&self, rate: &Self, step: f64) -> Self {
        Self {
            positions: self.positions + rate.positions * step,
            speeds: self.speeds + rate.speeds * step,
        }
    }
}
