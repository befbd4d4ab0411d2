//! Arm, tissue and sensors as a plant: what a session meets when there is no arm and nobody on the
//! table.
//!
//! ```text
//!                 ┌──────────────── SimArm<D> ─────────────────┐
//! Vetted<Command> │ limits ─▶ Plant (RK4, 1 ms) ─▶ Sensors     │ Sensed<D>
//! ──────────────▶ │             ▲       │ q, qd     noise,     │ ──────────▶
//!                 │      wrench │       ▼           bias,delay │
//!                 │           TrueWorld ──────────▶ PlantTruth │ (recorder and judge only)
//!                 └────────────────────────────────────────────┘
//! TrueWorld = Back (true body) + Tissue (law, stiffness map) + Breathing + base_from_table (true)
//! scan_of(Back) ─▶ PointCloud + Landmarks: all that the controller is told of the body
//! ```
//!
//! Must never: know controller or planner, read a clock, use chance that is not seeded, give out a
//! number that is not finite, pull at a tool.

mod arm;
mod breathing;
pub mod firmware;
mod noise;
mod plant;
mod scan;
mod sensors;
mod servo;
#[cfg(test)]
mod stage;
mod tissue;
mod weighing;
mod world;

pub use arm::{PlantTruth, SimArm, SimError};
pub use breathing::{Breath, Breathing, BreathingError, BreathingParams};
pub use noise::{Chance, Purpose};
pub use plant::ArmPlantParams;
pub use scan::{ScanParams, SimulatedScan, scan_of, scan_with};
pub use sensors::{LONGEST_DELAY, SensorParams};
pub use tissue::{
    ContactResult, Knot, Pad, SkinMap, SkinSurface, TIPS, Tissue, TissueError, TissueMemory,
    TissueParams, Touch,
};
pub use weighing::{RestingArm, Weighing};
pub use world::{BasePoseError, TrueWorld, WorldError};
