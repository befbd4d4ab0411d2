//! Keeps the pressure that was asked for while the tool follows the skin.
//!
//! ```text
//! Sensed ─▶ estimator ─▶ Estimate ─┐
//!                                  ├─▶ contact phase ─▶ normal law ──┐
//! Setpoint ────────────────────────┤                                 ├─▶ wrench ─▶ torques ─▶ Wanted
//!                                  └─▶ surface impedance, posture ───┘
//! ```
//!
//! A torque-controlled arm is told a force along the tool axis and a spring-damper in all other
//! directions. Along the axis the wanted force is sent straight through the transposed Jacobian and
//! a slow integral on the measured error takes off what friction and a moving chest add; the
//! arm's inertia is fed forward, so that small fast circles do not shake the force.
//!
//! Must never: allocate, read a clock, panic, know of plans or of the safety monitor.
#![forbid(unsafe_code)]

mod contact;
mod estimator;
mod gains;
mod normal;
mod tap;
mod torques;

pub use contact::ContactMachine;
pub use estimator::{Estimator, EstimatorSettings, Seen};
pub use gains::{Gains, GainsError};
pub use torques::{Acted, ForceControl};
