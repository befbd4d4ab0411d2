//! The rule table, the judge, the gate.
#![forbid(unsafe_code)]

mod gate;

pub use gate::{Arm, ArmFault, Vetted};
