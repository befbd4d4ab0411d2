//! What was found, as plain data for the page.

use anatomy::Back;
use nalgebra::{Point3, Vector3};
use planner::{Placement, Placing};
use quantities::{Metres, Point, Table};
use viewer::{BaseSketch, PlacementPage, ReachCell};

use super::words;
use crate::compose::Kit;
use crate::load::{Loaded, body_label};

pub(super) fn page<const D: usize>(
    loaded: &Loaded,
    kit: &Kit<'_, D>,
    placing: &Placing<D>,
) -> PlacementPage {
    let back = &kit.bodies.believed;
    let table = loaded.profile.table;
    let bases = placing.best.iter().chain([&placing.present]);
    let sketches = bases.enumerate().map(|(i, base)| {
        let name = words::name(base, i + 1);
        sketch(loaded, placing, base, name)
    });
    PlacementPage {
        title: format!("Where {} should stand", loaded.profile.name),
        subtitle: format!(
            "{} on {}; reach shown with the {}; {} bases looked at",
            loaded.routine.name,
            body_label(&loaded.body),
            placing.map_tool,
            placing.looked_at
        ),
        table_ends: (table.foot_end, table.head_end),
        table_half_width: table.half_width,
        body: outline(back),
        section: section(back),
        passes: placing.passes.iter().map(|line| points(line)).collect(),
        bases: sketches.collect(),
    }
}

fn points(line: &[Point3<f64>]) -> Vec<Point<Table>> {
    line.iter().map(|p| Point::from_raw(*p)).collect()
}

fn sketch<const D: usize>(
    loaded: &Loaded,
    placing: &Placing<D>,
    base: &Placement<D>,
    name: String,
) -> BaseSketch {
    let ahead = base.table_from_base.rotation * Vector3::x();
    let cells = base.map.iter().map(|cell| ReachCell {
        corners: cell.corners.map(Point::from_raw),
        comfort: cell.comfort,
    });
    let rows = words::rows(base).into_iter();
    let place = Point3::from(base.table_from_base.translation.vector);
    BaseSketch {
        name,
        plans: base.plans(),
        base: Point::from_raw(place),
        ahead: (ahead.x, ahead.y),
        foot_radius: placing.foot_radius,
        cells: cells.collect(),
        arm: points(&base.arm),
        figures: rows.map(|(label, cell)| (label.to_owned(), cell)).collect(),
        tightest: base.figures.tightest.word().to_owned(),
        snippet: base.mount.map(|_| words::snippet(loaded, base)),
    }
}

/// The edge of the known back, once around, from above.
fn outline(back: &Back) -> Vec<Point<Table>> {
    let (from, to) = back.u_range();
    let edge = |left: bool| {
        (0..=60).filter_map(move |i| {
            let share = f64::from(if left { i } else { 60 - i }) / 60.0;
            let u = from + (to - from) * share;
            let (right_v, left_v) = back.v_range(u)?;
            let v = if left { left_v } else { right_v };
            Some(back.chart().at(u, v)?.point)
        })
    };
    edge(true).chain(edge(false)).collect()
}

/// The skin across the middle of the back.
fn section(back: &Back) -> Vec<Point<Table>> {
    let u = back.level(anatomy::Level::T12);
    let Some((right, left)) = back.v_range(u) else {
        return Vec::new();
    };
    let places = (0..=40).filter_map(|i| {
        let v: Metres = right + (left - right) * (f64::from(i) / 40.0);
        Some(back.chart().at(u, v)?.point)
    });
    places.collect()
}
