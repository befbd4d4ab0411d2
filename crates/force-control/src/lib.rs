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
//! An arm whose drives take velocities is told a velocity along the axis instead, by an admittance whose
//! damping follows the stiffness that is seen, and led along the surface; see [`VelocityControl`].
//!
//! Must never: allocate, read a clock, panic, know of plans or of the safety monitor.
#![forbid(unsafe_code)]

mod admittance;
mod admittance_gains;
mod contact;
mod control_law;
mod estimator;
mod gains;
mod joint_speeds;
mod normal;
mod pose_error;
mod stiffness;
mod tap;
mod torques;
mod velocities;

pub use admittance_gains::AdmittanceGains;
pub use contact::{BLIND_S, ContactMachine};
pub use control_law::ControlLaw;
pub use estimator::{Estimator, EstimatorSettings, InertiaFrom, Seen};
pub use gains::{Gains, GainsError};
pub use torques::{Acted, ForceControl};
pub use velocities::VelocityControl;
