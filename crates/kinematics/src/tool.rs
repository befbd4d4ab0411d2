//! The tool at the flange: what it weighs, and the patch with which it touches.

use nalgebra::Matrix3;
use quantities::{Flange, Kilograms, Metres, Pascals, Point, SquareMetres, Tool, Transform};

/// Mass that is bolted to the flange, and where its contact patch lies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Payload {
    /// Pose of the patch: tool z points out of the tool, into the body.
    pub flange_from_tool: Transform<Flange, Tool>,
    /// Its mass.
    pub mass: Kilograms,
    /// Its centre of mass.
    pub centre_of_mass: Point<Flange>,
    /// Its inertia about the centre of mass, in flange axes (kg·m²).
    pub inertia: Matrix3<f64>,
}

/// Outline of the contact patch in the tool's xy plane, from the tool's data sheet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Patch {
    /// A rectangle with rounded corners.
    RoundedRectangle {
        /// Extent along tool x (by default along the spine).
        length: Metres,
        /// Extent along tool y.
        width: Metres,
        /// Corner radius.
        corner: Metres,
    },
    /// A disc.
    Disc {
        /// Its radius.
        radius: Metres,
    },
    /// Two discs side by side along tool y.
    Fork {
        /// Radius of each tip.
        tip_radius: Metres,
        /// Distance between the tip centres.
        spacing: Metres,
    },
}

/// Points on a patch outline; a fixed number, so that loops over them are bounded.
pub const OUTLINE_POINTS: usize = 24;

impl Patch {
    /// Area of the whole patch (both tips of a fork).
    #[must_use]
    pub fn area(&self) -> SquareMetres {
        use core::f64::consts::PI;
        match *self {
            Self::RoundedRectangle {
                length,
                width,
                corner,
            } => {
                let r = corner.get();
                SquareMetres::new(length.get() * width.get() - (4.0 - PI) * r * r)
            }
            Self::Disc { radius } => SquareMetres::new(PI * radius.get() * radius.get()),
            Self::Fork { tip_radius, .. } => {
                SquareMetres::new(2.0 * PI * tip_radius.get() * tip_radius.get())
            }
        }
    }

    /// True when a point of the tool's xy plane (m) lies on the patch.
    #[must_use]
    pub fn contains(&self, x: f64, y: f64) -> bool {
        match *self {
            Self::RoundedRectangle {
                length,
                width,
                corner,
            } => {
                let r = corner.get();
                let dx = (x.abs() - (length.get() * 0.5 - r)).max(0.0);
                let dy = (y.abs() - (width.get() * 0.5 - r)).max(0.0);
                dx * dx + dy * dy <= r * r
            }
            Self::Disc { radius } => x * x + y * y <= radius.get() * radius.get(),
            Self::Fork {
                tip_radius,
                spacing,
            } => {
                let dy = y.abs() - spacing.get() * 0.5;
                x * x + dy * dy <= tip_radius.get() * tip_radius.get()
            }
        }
    }

    /// Half extents of the bounding box along tool x and y (m).
    #[must_use]
    pub fn half_extents(&self) -> (f64, f64) {
        match *self {
            Self::RoundedRectangle { length, width, .. } => (length.get() * 0.5, width.get() * 0.5),
            Self::Disc { radius } => (radius.get(), radius.get()),
            Self::Fork {
                tip_radius,
                spacing,
            } => (tip_radius.get(), spacing.get() * 0.5 + tip_radius.get()),
        }
    }

    /// Points around the outline in the tool's xy plane (m): 24 around a single patch, 12 around each
    /// tip of a fork. The true outline bulges beyond the chords between them by less than 4 % of the
    /// radius.
    #[must_use]
    pub fn outline(&self) -> [(f64, f64); OUTLINE_POINTS] {
        use core::f64::consts::TAU;
        let mut points = [(0.0, 0.0); OUTLINE_POINTS];
        for (i, point) in points.iter_mut().enumerate() {
            *point = match *self {
                Self::RoundedRectangle {
                    length,
                    width,
                    corner,
                } => {
                    let (sin, cos) = libm::sincos(TAU * (i as f64 + 0.5) / OUTLINE_POINTS as f64);
                    let r = corner.get();
                    let (ex, ey) = (length.get() * 0.5 - r, width.get() * 0.5 - r);
                    (ex * cos.signum() + r * cos, ey * sin.signum() + r * sin)
                }
                Self::Disc { radius } => {
                    let (sin, cos) = libm::sincos(TAU * i as f64 / OUTLINE_POINTS as f64);
                    (radius.get() * cos, radius.get() * sin)
                }
                Self::Fork {
                    tip_radius,
                    spacing,
                } => {
                    let half = OUTLINE_POINTS / 2;
                    let side = if i < half { 1.0 } else { -1.0 };
                    let (sin, cos) = libm::sincos(TAU * (i % half) as f64 / half as f64);
                    let r = tip_radius.get();
                    (r * cos, side * spacing.get() * 0.5 + r * sin)
                }
            };
        }
        points
    }
}

/// A tool as the loop needs it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ToolModel {
    /// Mass and patch pose.
    pub payload: Payload,
    /// The patch.
    pub patch: Patch,
    /// Most pressure that the tool is made for: force over the area of the patch, or of a fork's tip.
    pub pressure_rating: Pascals,
    /// Radius of a rod from the flange to the patch that holds the tool's body behind its patch.
    pub body_radius: Metres,
}
