//! The back of the client: skin, spine, chart, zones; from a scan or from a built-in body.
//!
//! ```text
//!  PLY, PCD, OBJ bytes ── PointCloud::parse ──┐
//!                                             ├─ register ─▶ Back ─┬─ surface()  z = h(x, y)
//!  Landmarks (C7 … S2, sides, midline) ───────┘      │             ├─ chart()    (u, v) ⇄ place, frame
//!  BodyParameters (sex, stature, mass) ── parametric_back ─────────├─ spine()    polyline
//!                                                    │             ├─ zone_at(u, v), level(..), blade_border(side), bone_share(u, v)
//!                                                FitReport         └─ midline_uncertainty()
//! ```
//!
//! Must never: panic on any input, answer for skin that nobody has seen (`None` instead), read a
//! file, or know of arms, forces and plans.
#![forbid(unsafe_code)]

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod back;
mod bones;
mod bytes;
mod chart;
mod cloud;
mod landmarks;
mod levels;
mod parametric;
mod register;
mod shape;
mod spine;
mod spline;
mod surface;
mod zones;

pub use back::{Back, PARASPINAL_LINE};
pub use bones::{Bone, Side};
pub use bytes::DecodeError;
pub use chart::{BackChart, ChartPoint, ChartSection};
pub use cloud::{PointCloud, ScanError};
pub use landmarks::{
    DEFAULT_MIDLINE_UNCERTAINTY, KnownLandmarks, LARGEST_MIDLINE_UNCERTAINTY, LandmarkError,
    Landmarks,
};
pub use levels::Level;
pub use parametric::{BodyError, BodyParameters, Sex, parametric_back, parametric_body};
pub use register::{
    FitError, FitReport, FitWarning, LandmarkResidual, PointCounts, Registration, register,
    register_known,
};
pub use shape::{Certainty, LEAST_CONFIDENCE, MidlinePlace, PlacedLandmark, ShapeError};
pub use surface::{Surface, SurfaceBounds, SurfaceCurvature, SurfaceSample};
pub use zones::{Handling, Zone, ZoneMap};
