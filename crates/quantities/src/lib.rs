//! The words of mechanics: numbers with units, geometry with frames, and time.
//!
//! Mixing up newtons and pascals, or a flange with a tool, is how a controller hurts somebody. Here
//! both mistakes are type errors. Inside a numerical kernel the bare `nalgebra` value is taken out
//! with `.get()` / `.raw()`, worked on, and put back into its type at the kernel's border.
//!
//! Must never: allocate, panic, read a clock, or know of any other crate of ours.
#![forbid(unsafe_code)]

mod frames;
mod geometry;
mod spatial;
mod time;
mod units;

pub use frames::{Base, Flange, Frame, Sensor, Table, Tool};
pub use geometry::{
    AngularVelocity, Direction, Displacement, Force, Kind, LinearVelocity, Point, Rotation, Torque,
    Transform, Vector, kind,
};
pub use spatial::{Twist, Wrench};
pub use time::{Duration, Instant};
pub use units::{
    Kilograms, Metres, MetresPerSecond, NewtonMetres, NewtonSeconds, Newtons, NewtonsPerMetre,
    NewtonsPerSecond, NewtonsPerSecondSquared, Pascals, Radians, RadiansPerSecond, Seconds,
    SquareMetres, Watts,
};
