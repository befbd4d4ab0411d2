//! Where to stand: base poses beside and above the table from which a routine can be worked.
//!
//! ```text
//! routine, back ──▶ course: poses on the skin, thinned ─┐
//! mounts ─▶ coarse grid ─▶ the best, refined ─▶ walked in full ─▶ proved by the planner ─▶ the best few
//!           few poses      pattern search       and over the whole back
//! ```
//! A base is judged by its worst place, and a place by the least of four margins: to the joint ends, to
//! a singular posture, to the joints' strength, and to what the links may touch. Passes are walked: a
//! posture counts when its neighbours lead to it. The grid is split over threads by number, never by
//! who is free, so the answer does not depend on scheduling.
//!
//! Must never: lower what the planner asks, or recommend a base without asking the planner.

mod course;
mod map;
mod margins;
mod mounts;
mod proof;
mod search;
mod stand;
mod walk;

use nalgebra::{Isometry3, Point3, SVector};
use quantities::{Metres, Radians, Seconds};

pub use margins::{Lack, ReachFigures};
pub use mounts::Mount;

use crate::planning::shapes;
use crate::{PlanRejection, PlanRequest};
use course::Course;
use search::Search;
use stand::Stand;

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct PlaceRequest<'a, const D: usize> {
    /// What is to be planned; its base and park posture are the present ones, for comparison.
    pub plan: PlanRequest<'a, D>,
    /// How the base may be mounted.
    pub mounts: &'a [Mount],
    /// How many bases are wanted.
    pub best: usize,
    /// How many threads work; the answer does not depend on it.
    pub threads: usize,
}

/// One cell of the map over the back.
#[derive(Clone, Debug, PartialEq)]
pub struct MapCell {
    /// Its middle, along the spine and beside it.
    pub place: (Metres, Metres),
    /// Its corners on the skin, told in the table frame (m), in turn around it.
    pub corners: [Point3<f64>; 4],
    /// 0 at a limit, 1 where all is comfortable; `None` where the tool does not get.
    pub comfort: Option<f64>,
}

/// One base, looked at in full.
#[derive(Clone, Debug)]
pub struct Placement<const D: usize> {
    /// How it is mounted; `None` for the present base.
    pub mount: Option<Mount>,
    /// Pose of the base told in the table frame (m).
    pub table_from_base: Isometry3<f64>,
    /// Where the arm may wait: the tool over the middle of the work.
    pub park: SVector<f64, D>,
    /// Worst margins over the routine.
    pub figures: ReachFigures,
    /// The same tool over the whole back.
    pub map: Vec<MapCell>,
    /// The arm at its worst place: origins of its links, then the tool, in the table frame (m).
    pub arm: Vec<Point3<f64>>,
    /// The planner's word: how long the routine takes from there, or what is against it.
    pub verdict: Result<Seconds, PlanRejection>,
}

/// The answer.
#[derive(Clone, Debug)]
pub struct Placing<const D: usize> {
    /// The base as it stands.
    pub present: Placement<D>,
    /// The best few, best first; those that plan come before those that do not.
    pub best: Vec<Placement<D>>,
    /// How many bases were looked at.
    pub looked_at: usize,
    /// Lines of the routine on the skin (m, table frame), pass by pass.
    pub passes: Vec<Vec<Point3<f64>>>,
    /// Name of the tool of the map.
    pub map_tool: String,
    /// Least distance of the base's middle from its own edge: how wide the foot is.
    pub foot_radius: Metres,
}

impl<const D: usize> Placement<D> {
    /// Roll, pitch and yaw about the fixed axes of the table, in this order.
    #[must_use]
    pub fn roll_pitch_yaw(&self) -> [Radians; 3] {
        let (roll, pitch, yaw) = self.table_from_base.rotation.euler_angles();
        [roll, pitch, yaw].map(Radians::new)
    }

    /// True when the planner proved the routine from there.
    #[must_use]
    pub fn plans(&self) -> bool {
        self.verdict.is_ok()
    }
}

/// Searches for the best few bases. `progress` is told the share that is done, 0 to 1; it is called from
/// the working threads.
///
/// # Errors
/// [`PlanRejection`] when the routine cannot be drawn on this body, wherever the base may stand.
pub fn place<const D: usize>(
    request: &PlaceRequest<'_, D>,
    progress: &(dyn Fn(f64) + Sync),
) -> Result<Placing<D>, PlanRejection> {
    let course = Course::of(&request.plan)?;
    let shapes = shapes(&request.plan)?;
    let search = Search::new(request, &shapes, &course, progress);
    let found = search.run();
    let looked_at = found.looked_at;
    let present = Stand::new(
        &request.plan,
        &shapes,
        request.plan.base_from_table.raw().inverse(),
        None,
    );
    let (present, best) = proof::prove(request, &shapes, &course, &present, &found.best, progress);
    Ok(Placing {
        present,
        best,
        looked_at,
        passes: course.lines(),
        map_tool: course.map_tool(&request.plan).to_owned(),
        foot_radius: Metres::new(mounts::foot_radius(request.plan.capsules)),
    })
}

#[cfg(test)]
mod tests;
