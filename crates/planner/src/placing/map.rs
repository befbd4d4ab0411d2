//! Reach over the whole back: the main tool laid on a grid of the chart.

use nalgebra::{Point3, SVector};
use quantities::Metres;

use super::MapCell;
use super::course::{Course, Spot, yaws};
use super::stand::{Detail, Stand};
use super::walk::Visit;
use crate::ground::STEEPEST;

/// Size of a cell along and across (m).
const CELL: (f64, f64) = (0.030, 0.025);
/// With this force the map is pressed (N). Chosen: medium effleurage.
const PRESS: f64 = 10.0;

impl<const D: usize> Stand<'_, D> {
    /// Every cell of the back on which the tool may lie: reached or not, and how well. Cells are walked
    /// to and fro, each from its neighbour and from the park posture.
    pub(super) fn map(&self, course: &Course, hub: Option<&SVector<f64, D>>) -> Vec<MapCell> {
        let tool = course.main_tool();
        let Some(ground) = self.ground(tool) else {
            return Vec::new();
        };
        let (low, _) = ground.back.u_range();
        let high = ground.back.level(anatomy::Level::C7);
        let rows = ((high - low).get() / CELL.0).floor().max(0.0) as usize;
        let mut cells = Vec::new();
        let mut neighbour: Option<SVector<f64, D>> = None;
        for row in 0..rows {
            let u = low.get() + (row as f64 + 0.5) * CELL.0;
            for v in columns(row % 2 == 1) {
                let Some((spot, corners)) = lie(&ground, u, v) else {
                    continue;
                };
                let best = self.best_visit(tool, &spot, [neighbour.as_ref(), hub]);
                neighbour = best.map(|visit| visit.posture).or(neighbour);
                cells.push(MapCell {
                    place: (Metres::new(u), Metres::new(v)),
                    corners,
                    comfort: best
                        .filter(|visit| visit.lack.is_none())
                        .map(|visit| visit.comfort),
                });
            }
        }
        cells
    }

    fn best_visit(
        &self,
        tool: usize,
        spot: &Spot,
        seeds: [Option<&SVector<f64, D>>; 2],
    ) -> Option<Visit<D>> {
        let ground = self.ground(tool)?;
        let mut best: Option<Visit<D>> = None;
        for seed in seeds.into_iter().flatten() {
            for yaw in yaws(&ground.patch) {
                let target = self.target(spot, *yaw);
                let Ok(found) = self.solve(tool, &target, seed, 50) else {
                    continue;
                };
                let q = self.settled(tool, &target, &found, 3);
                let visit = self.visited(tool, &q, spot.force, false, Detail::Full);
                if best.is_none_or(|old| visit.comfort > old.comfort) {
                    best = Some(visit);
                }
            }
        }
        best
    }
}

/// Middles of the cells across, from right to left or back.
fn columns(backward: bool) -> impl Iterator<Item = f64> {
    let half = 10_i32;
    (-half..=half).map(move |i| f64::from(if backward { -i } else { i }) * CELL.1)
}

/// How the tool lies on a cell; `None` where no skin is known, none may be touched, or the flank is
/// steeper than anything that is planned.
fn lie(ground: &crate::ground::Ground<'_>, u: f64, v: f64) -> Option<(Spot, [Point3<f64>; 4])> {
    let chart = ground.back.chart();
    let corner = |a: f64, b: f64| {
        let place = chart.at(
            Metres::new(u + a * 0.5 * CELL.0),
            Metres::new(v + b * 0.5 * CELL.1),
        )?;
        Some(*place.point.raw())
    };
    let (right, left) = ground.back.v_range(Metres::new(u))?;
    if v < right.get() || v > left.get() {
        return None;
    }
    let middle = chart.at(Metres::new(u), Metres::new(v))?;
    if middle.outward.raw().z < libm::cos(STEEPEST) {
        return None;
    }
    let spot = Spot {
        u,
        v,
        force: PRESS,
        table_from_tool: ground.footing(u, v)?,
    };
    let corners = [
        corner(-1.0, -1.0)?,
        corner(1.0, -1.0)?,
        corner(1.0, 1.0)?,
        corner(-1.0, 1.0)?,
    ];
    Some((spot, corners))
}
