//! The body as one tool meets it: how the patch comes to lie, and how hard it may press.
//!
//! The pose of a patch is that of the plane laid through the skin under its outline, at the height of
//! the skin under its centre; a fork lies with both tips on the skin.

mod allowance;
mod survey;
mod touchable;

use anatomy::Back;
use kinematics::Patch;
use limits::Envelope;
use nalgebra::{Isometry3, Matrix3, Rotation3, Translation3, UnitQuaternion, Vector3};
use quantities::{Metres, Pascals, SquareMetres};

pub(crate) use allowance::{Allowance, MAP_REACH};
pub(crate) use touchable::Touchable;

/// What the tool may stray from its planned line while it works (m). Chosen: the surface impedance
/// holds better than this; keep-out and ceilings are proved with it added.
pub(crate) const TRACKING_MARGIN: f64 = 0.005;
/// Steepest surface that is worked (rad from the horizontal). Chosen: further down the flank a wrist
/// has no room beside the table.
pub(crate) const STEEPEST: f64 = 0.87;

/// One tool on one body.
#[derive(Clone, Copy)]
pub(crate) struct Ground<'a> {
    pub back: &'a Back,
    pub envelope: &'a Envelope,
    pub patch: Patch,
    /// Most pressure that the tool is made for.
    pub rating: Pascals,
    /// Where this body may surely be touched, when that is remembered.
    pub touchable: Option<&'a Touchable>,
}

/// A piece of the patch that touches by itself: offset of its centre along tool y, half extents along
/// tool x and y (all m), area.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Piece {
    pub offset: f64,
    pub half_x: f64,
    pub half_y: f64,
    pub area: SquareMetres,
}

impl Ground<'_> {
    /// The pieces of the patch: one, or the two tips of a fork.
    pub(crate) fn pieces(&self) -> Vec<Piece> {
        match self.patch {
            Patch::RoundedRectangle { .. } | Patch::Disc { .. } => {
                let (half_x, half_y) = self.patch.half_extents();
                vec![Piece {
                    offset: 0.0,
                    half_x,
                    half_y,
                    area: self.patch.area(),
                }]
            }
            Patch::Fork {
                tip_radius,
                spacing,
            } => {
                let r = tip_radius.get();
                let area = self.patch.area() * 0.5;
                let tip = |offset| Piece {
                    offset,
                    half_x: r,
                    half_y: r,
                    area,
                };
                vec![tip(spacing.get() * 0.5), tip(-spacing.get() * 0.5)]
            }
        }
    }

    /// True for a tool that straddles the spine.
    pub(crate) fn straddles(&self) -> bool {
        matches!(self.patch, Patch::Fork { .. })
    }

    /// Pose of the patch in the table frame at a place of the back; `None` off the known surface. Tool
    /// z points into the body, tool x along the spine toward the head.
    pub(crate) fn footing(&self, u: f64, v: f64) -> Option<Isometry3<f64>> {
        match self.patch {
            Patch::RoundedRectangle { .. } | Patch::Disc { .. } => self.plane(u, v),
            Patch::Fork { spacing, .. } => self.straddle(u, v, spacing.get()),
        }
    }

    fn skin(&self, u: f64, v: f64) -> Option<Vector3<f64>> {
        let section = self.back.chart().section(Metres::new(u))?;
        Some(section.point(Metres::new(v))?.raw().coords)
    }

    /// The regression plane of the skin under corners and edges of the patch. For offsets that are
    /// symmetric about the centre its axes are the sums of the places weighted by their offsets.
    fn plane(&self, u: f64, v: f64) -> Option<Isometry3<f64>> {
        let (half_x, half_y) = self.patch.half_extents();
        let section = |du: f64| self.back.chart().section(Metres::new(u + du * half_x));
        let (below, here, above) = (section(-1.0)?, section(0.0)?, section(1.0)?);
        let centre = here.at(Metres::new(v))?;
        let (mut along, mut across) = (Vector3::zeros(), Vector3::zeros());
        for (du, dv) in RING {
            let section = if du < 0.0 {
                &below
            } else if du > 0.0 {
                &above
            } else {
                &here
            };
            let place = section.point(Metres::new(v + dv * half_y))?.raw().coords;
            along += place * du;
            across += place * dv;
        }
        // along x across points out of the body: x toward the head, y to the left, z up.
        let inward = -along.cross(&across);
        pose(&centre.point.raw().coords, &inward, centre.along.raw())
    }

    /// Both tips on the skin: the half-width in v at which the skin points are a spacing apart.
    fn straddle(&self, u: f64, v: f64, spacing: f64) -> Option<Isometry3<f64>> {
        let section = self.back.chart().section(Metres::new(u))?;
        let skin = |v: f64| Some(section.point(Metres::new(v))?.raw().coords);
        let centre = section.at(Metres::new(v))?;
        let mut reach = spacing * 0.5;
        let (mut left, mut right) = (skin(v + reach)?, skin(v - reach)?);
        for _ in 0..4 {
            // Distance grows about as 2 reach, so this converges by the ratio of chord to arc.
            reach += 0.5 * (spacing - (left - right).norm());
            (left, right) = (skin(v + reach)?, skin(v - reach)?);
        }
        let along = centre.along.raw();
        // Tool y points to the client's right; x is along the spine, z = x × y into the body.
        let inward = along.cross(&(right - left));
        let y = (right - left).normalize();
        let x = (along - y * along.dot(&y)).normalize();
        let middle = (left + right) * 0.5;
        inward.iter().all(|c| c.is_finite()).then_some(())?;
        Some(framed(&middle, &x, &y))
    }

    /// Back coordinates of a place in the table frame.
    pub(crate) fn locate(&self, place: &Vector3<f64>) -> Option<(f64, f64)> {
        let point = quantities::Point::from_raw((*place).into());
        self.back
            .chart()
            .locate(&point)
            .map(|(u, v)| (u.get(), v.get()))
    }

    /// Height of a place over the skin, along the skin's normal below it (m); `None` beside the body.
    pub(crate) fn height_over_skin(&self, place: &Vector3<f64>) -> Option<f64> {
        height_over_skin(self.back, place)
    }
}

/// As [`Ground::height_over_skin`], where no tool is at hand.
pub(crate) fn height_over_skin(back: &Back, place: &Vector3<f64>) -> Option<f64> {
    let below = back.surface().sample(place.x, place.y)?;
    let steepness = below.slope_x * below.slope_x + below.slope_y * below.slope_y;
    Some((place.z - below.height) / (1.0 + steepness).sqrt())
}

/// Corners and edge middles of the unit square: a symmetric ring.
const RING: [(f64, f64); 8] = [
    (1.0, 1.0),
    (1.0, 0.0),
    (1.0, -1.0),
    (0.0, -1.0),
    (-1.0, -1.0),
    (-1.0, 0.0),
    (-1.0, 1.0),
    (0.0, 1.0),
];

/// A pose at `origin` with z along `inward` and x as near to `ahead` as can be.
pub(crate) fn pose(
    origin: &Vector3<f64>,
    inward: &Vector3<f64>,
    ahead: &Vector3<f64>,
) -> Option<Isometry3<f64>> {
    let z = inward.try_normalize(1e-12)?;
    let x = (ahead - z * ahead.dot(&z)).try_normalize(1e-9)?;
    Some(framed(origin, &x, &z.cross(&x)))
}

fn framed(origin: &Vector3<f64>, x: &Vector3<f64>, y: &Vector3<f64>) -> Isometry3<f64> {
    let axes = Matrix3::from_columns(&[*x, *y, x.cross(y)]);
    let rotation = UnitQuaternion::from_rotation_matrix(&Rotation3::from_matrix_unchecked(axes));
    Isometry3::from_parts(Translation3::from(*origin), rotation)
}

#[cfg(test)]
mod tests;
