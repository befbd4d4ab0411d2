//! What must be reached: the passes of a routine, thinned to poses some 20 mm apart.

use kinematics::Patch;
use nalgebra::{Isometry3, Point3, Translation3, UnitQuaternion, Vector3};

use crate::path::PathPoint;
use crate::planning::{LaidPass, lay_routine, refused};
use crate::travel::HOVER;
use crate::{PlanRejection, PlanRequest};

/// Poses of a pass are this far apart (m), or turned this far against each other (rad). Chosen.
const STEP: f64 = 0.020;
const TURN: f64 = 0.15;
/// A pass is the repetition of an earlier one when all its poses lie this near to that one's (m; rad).
const SAME: (f64, f64) = (0.012, 0.10);
/// The park posture holds the tool this high over the highest skin of the work (m). Chosen: above what
/// crossings keep.
const PARK_HEIGHT: f64 = 0.15;

/// A place to be reached.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot {
    /// Back coordinates (m).
    pub u: f64,
    pub v: f64,
    /// Force along tool z (N).
    pub force: f64,
    pub table_from_tool: Isometry3<f64>,
}

/// One pass: hover, along the skin, hover.
#[derive(Clone, Debug)]
pub(super) struct Leg {
    /// Number of the step, from 0; of the first one, where steps repeat each other.
    pub step: usize,
    /// Index of the tool.
    pub tool: usize,
    /// Turns about tool z that show the same patch (rad).
    pub yaws: &'static [f64],
    pub spots: Vec<Spot>,
}

/// All that must be reached.
#[derive(Clone, Debug)]
pub(super) struct Course {
    pub legs: Vec<Leg>,
    /// Where the tool waits, over the middle of the work.
    pub hub: Isometry3<f64>,
    /// Least and greatest x of the work (m).
    pub stretch: (f64, f64),
    /// False for a selection, whose neighbours are too far apart for a walk.
    pub is_whole: bool,
}

/// A patch that looks the same after half a turn; a disc after any (quarters are tried).
const HALF_TURNS: [f64; 2] = [0.0, core::f64::consts::PI];
const QUARTER_TURNS: [f64; 4] = [
    0.0,
    core::f64::consts::PI,
    core::f64::consts::FRAC_PI_2,
    -core::f64::consts::FRAC_PI_2,
];

/// The turns about tool z under which a patch covers the same skin.
pub(super) fn yaws(patch: &Patch) -> &'static [f64] {
    match patch {
        Patch::Disc { .. } => &QUARTER_TURNS,
        Patch::RoundedRectangle { .. } | Patch::Fork { .. } => &HALF_TURNS,
    }
}

impl Course {
    /// Lays the routine on the skin and thins it.
    pub(super) fn of<const D: usize>(request: &PlanRequest<'_, D>) -> Result<Self, PlanRejection> {
        let laid = lay_routine(request)?;
        let mut legs: Vec<Leg> = Vec::new();
        for pass in &laid {
            let tool = usize::from(pass.tool.0);
            let Some((_, spec)) = request.arms.get(tool) else {
                continue;
            };
            let spots = thinned(pass);
            let twin = legs
                .iter_mut()
                .find(|leg| leg.tool == tool && repeats(&leg.spots, &spots));
            match twin {
                Some(leg) => take_forces(leg, &spots),
                None => legs.push(Leg {
                    step: pass.step,
                    tool,
                    yaws: yaws(&spec.model.patch),
                    spots,
                }),
            }
        }
        if legs.iter().all(|leg| leg.spots.is_empty()) {
            let detail =
                "no step of the routine touches the client, so any base would do".to_owned();
            let remedy = "give a routine with at least one stroke".to_owned();
            let breach = refused(detail, remedy);
            return Err(PlanRejection::of(request.routine, breach));
        }
        Ok(Self::around(legs))
    }

    fn around(legs: Vec<Leg>) -> Self {
        let places = || legs.iter().flat_map(|leg| &leg.spots).map(Spot::place);
        let extent = |of: fn(&Vector3<f64>) -> f64| {
            places()
                .map(|p| of(&p))
                .fold((f64::MAX, f64::MIN), |e, x| (e.0.min(x), e.1.max(x)))
        };
        let (x, y, z) = (extent(|p| p.x), extent(|p| p.y), extent(|p| p.z));
        let over = Translation3::new(
            0.5 * (x.0 + x.1),
            0.5 * (y.0 + y.1),
            z.1 - HOVER + PARK_HEIGHT,
        );
        // Tool z down, tool x toward the head, as over the middle of the back.
        let down = UnitQuaternion::from_axis_angle(&Vector3::x_axis(), core::f64::consts::PI);
        Self {
            hub: Isometry3::from_parts(over, down),
            stretch: x,
            legs,
            is_whole: true,
        }
    }

    /// A selection with at most so many places a pass, ends kept.
    pub(super) fn selection(&self, places: usize) -> Self {
        let legs = self.legs.iter().map(|leg| {
            let last = leg.spots.len().saturating_sub(1);
            let pieces = places.saturating_sub(1).max(1).min(last.max(1));
            let picked = (0..=pieces).map(|i| i * last / pieces);
            let spots = picked.filter_map(|i| leg.spots.get(i).copied()).collect();
            Leg {
                spots,
                ..leg.clone()
            }
        });
        Self {
            legs: legs.collect(),
            is_whole: false,
            ..self.clone()
        }
    }

    /// How many places.
    pub(super) fn len(&self) -> usize {
        self.legs.iter().map(|leg| leg.spots.len()).sum()
    }

    /// Lines on the skin for the picture.
    pub(super) fn lines(&self) -> Vec<Vec<Point3<f64>>> {
        let on_skin = |leg: &Leg| {
            let inner = leg.spots.len().saturating_sub(2);
            let spots = leg.spots.iter().skip(1).take(inner);
            spots.map(|s| Point3::from(s.place())).collect()
        };
        self.legs.iter().map(on_skin).collect()
    }

    /// The tool of the map: the one with which most of the routine is worked.
    pub(super) fn main_tool(&self) -> usize {
        let worked = |tool: usize| -> usize {
            let legs = self.legs.iter().filter(|leg| leg.tool == tool);
            legs.map(|leg| leg.spots.len()).sum()
        };
        let tools = self.legs.iter().map(|leg| leg.tool);
        let most = tools.max_by_key(|tool| (worked(*tool), usize::MAX - tool));
        most.unwrap_or(0)
    }

    /// Its name.
    pub(super) fn map_tool<'a, const D: usize>(&self, request: &PlanRequest<'a, D>) -> &'a str {
        let tool = request.arms.get(self.main_tool());
        tool.map_or("", |(_, spec)| spec.name.as_str())
    }
}

impl Spot {
    pub(super) fn place(&self) -> Vector3<f64> {
        self.table_from_tool.translation.vector
    }

    fn hovering(&self) -> Self {
        Self {
            force: 0.0,
            table_from_tool: self.table_from_tool * Translation3::new(0.0, 0.0, -HOVER),
            ..*self
        }
    }
}

/// Poses that lie a step apart from the one before, each with the greatest force since then; first and
/// last are hovered over too.
fn thinned(pass: &LaidPass) -> Vec<Spot> {
    let spot = |(point, pose): &(PathPoint, Isometry3<f64>)| Spot {
        u: point.u,
        v: point.v,
        force: point.force,
        table_from_tool: *pose,
    };
    let mut spots: Vec<Spot> = Vec::new();
    let mut force: f64 = 0.0;
    for (number, laid) in pass.poses.iter().enumerate() {
        let here = spot(laid);
        force = force.max(here.force);
        let is_last = number + 1 == pass.poses.len();
        let is_new = spots
            .last()
            .is_none_or(|old| apart(old, &here, (STEP, TURN)));
        if is_new || is_last {
            spots.push(Spot { force, ..here });
            force = 0.0;
        }
    }
    let ends = (
        spots.first().map(Spot::hovering),
        spots.last().map(Spot::hovering),
    );
    let first = ends.0.into_iter();
    first.chain(spots).chain(ends.1).collect()
}

fn apart(a: &Spot, b: &Spot, (distance, angle): (f64, f64)) -> bool {
    (a.place() - b.place()).norm() > distance
        || a.table_from_tool
            .rotation
            .angle_to(&b.table_from_tool.rotation)
            > angle
}

fn repeats(known: &[Spot], spots: &[Spot]) -> bool {
    let near = |spot: &Spot| known.iter().any(|old| !apart(old, spot, SAME));
    spots.iter().all(near)
}

fn take_forces(leg: &mut Leg, spots: &[Spot]) {
    for old in &mut leg.spots {
        let near = spots.iter().filter(|spot| !apart(old, spot, SAME));
        old.force = near.map(|spot| spot.force).fold(old.force, f64::max);
    }
}
