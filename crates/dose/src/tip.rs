//! What presses: the outline of one contact, and one moment of pressing.

use anatomy::BackChart;
use kinematics::Patch;
use quantities::{Metres, Newtons, Pascals, Seconds, SquareMetres, Table, Tool, Transform};

use crate::grid::CELL;

/// Sample points along the edge of a cell. Odd, so that the edge of a patch never halves a row of cells in a tie.
const POINTS_PER_EDGE: f64 = 3.0;
/// Points in a cell that lies wholly under a patch.
pub(crate) const POINTS_PER_CELL: f64 = POINTS_PER_EDGE * POINTS_PER_EDGE;
/// Most points along one direction of an outline: half a metre of tool.
const MOST_POINTS: f64 = 200.0;

/// One contact of a tool: the whole patch, or one tip of a fork.
#[derive(Clone, Debug, PartialEq)]
pub struct Tip {
    /// Its centre along tool y (m).
    offset: f64,
    /// Points that share its area evenly, from its own centre along tool x and y, in cells.
    points: Vec<(f64, f64)>,
    /// Area of the outline.
    area: SquareMetres,
}

impl Tip {
    /// The contacts of a patch: one, or the two tips of a fork (the one at positive tool y first).
    #[must_use]
    pub fn of(patch: &Patch) -> Vec<Self> {
        match *patch {
            Patch::RoundedRectangle { .. } | Patch::Disc { .. } => vec![Self::single(patch, 0.0)],
            Patch::Fork {
                tip_radius,
                spacing,
            } => {
                let tip = Patch::Disc { radius: tip_radius };
                let half = 0.5 * spacing.get();
                vec![Self::single(&tip, half), Self::single(&tip, -half)]
            }
        }
    }

    fn single(patch: &Patch, offset: f64) -> Self {
        Self {
            offset,
            ..Self::within(patch.half_extents(), patch.area(), |x, y| {
                patch.contains(x, y)
            })
        }
    }

    /// A contact of any outline around the tool's origin: `contains` says of a place of the tool's xy plane (m)
    /// whether it is covered, `half_extents` (m) bound the outline.
    #[must_use]
    pub fn within(
        half_extents: (f64, f64),
        area: SquareMetres,
        contains: impl Fn(f64, f64) -> bool,
    ) -> Self {
        let lattice = |half: f64| {
            let wanted = (2.0 * half / CELL.get() * POINTS_PER_EDGE).ceil();
            let count = if wanted.is_finite() {
                wanted.clamp(1.0, MOST_POINTS)
            } else {
                1.0
            };
            // The same step for every outline: each cell in the middle of a patch gets as many points.
            let step = CELL.get() / POINTS_PER_EDGE;
            (0..count as usize).map(move |i| (i as f64 + 0.5 - 0.5 * count) * step)
        };
        let mut points: Vec<(f64, f64)> = lattice(half_extents.0)
            .flat_map(|x| lattice(half_extents.1).map(move |y| (x, y)))
            .filter(|(x, y)| contains(*x, *y))
            .map(|(x, y)| (x / CELL.get(), y / CELL.get()))
            .collect();
        // An outline without an area still presses somewhere.
        if points.is_empty() {
            points.push((0.0, 0.0));
        }
        Self {
            offset: 0.0,
            points,
            area,
        }
    }

    /// Its centre in the tool frame along tool y.
    #[must_use]
    pub fn offset(&self) -> Metres {
        Metres::new(self.offset)
    }

    /// Area of its outline.
    #[must_use]
    pub fn area(&self) -> SquareMetres {
        self.area
    }

    pub(crate) fn points(&self) -> &[(f64, f64)] {
        &self.points
    }

    /// The same press at the tip's own centre: a touch told for the tool's centre, moved along tool y.
    #[must_use]
    pub fn beside(&self, touch: &Touch) -> Touch {
        let (cos, sin) = touch.along;
        // Tool y stands a quarter turn to the client's right of tool x, because tool z points into the body.
        Touch {
            u: touch.u + Metres::new(sin * self.offset),
            v: touch.v - Metres::new(cos * self.offset),
            ..*touch
        }
    }
}

/// One moment of pressing, told for the centre of one tip.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Touch {
    /// When it ends, on the clock of the plan or of the run.
    pub until: Seconds,
    /// How long it lasts.
    pub lasting: Seconds,
    /// Along the spine, positive toward the head.
    pub u: Metres,
    /// Beside the spine, left positive.
    pub v: Metres,
    /// Direction of tool x on the skin, as a unit vector along growing u and growing v.
    pub along: (f64, f64),
    /// Normal force of this tip, mean over the time; what is not positive deposits nothing.
    pub force: Newtons,
    /// Pressure to be remembered as the highest of the cells beneath.
    pub pressure: Pascals,
}

/// Direction of tool x in the chart at (u, v), for [`Touch::along`]; along the spine when there is no skin or
/// the tool stands on edge.
#[must_use]
pub fn along_chart(
    chart: &BackChart,
    (u, v): (Metres, Metres),
    table_from_tool: &Transform<Table, Tool>,
) -> (f64, f64) {
    let Some(place) = chart.at(u, v) else {
        return (1.0, 0.0);
    };
    let x = table_from_tool.rotation().matrix().column(0).into_owned();
    let (along, across) = (x.dot(place.along.raw()), x.dot(place.across.raw()));
    let length = (along * along + across * across).sqrt();
    if length > 1e-6 {
        (along / length, across / length)
    } else {
        (1.0, 0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_points_of_an_outline_cover_its_area() {
        let palm = Patch::RoundedRectangle {
            length: Metres::new(0.1),
            width: Metres::new(0.05),
            corner: Metres::new(0.015),
        };
        let thumb = Patch::Disc {
            radius: Metres::new(0.01),
        };
        for patch in [palm, thumb] {
            let tips = Tip::of(&patch);
            assert_eq!(tips.len(), 1);
            // Each point of the lattice stands for a ninth of a cell.
            let counted = tips[0].points().len() as f64 * 25e-6 / 9.0;
            let area = patch.area().get();
            assert!((counted - area).abs() < 0.06 * area, "{counted} {area}");
        }
    }

    #[test]
    fn a_fork_has_two_tips_and_each_half_the_area() {
        let fork = Patch::Fork {
            tip_radius: Metres::new(0.01),
            spacing: Metres::new(0.1),
        };
        let tips = Tip::of(&fork);
        let sum: f64 = tips.iter().map(|t| t.area().get()).sum();
        assert!((sum - fork.area().get()).abs() < 1e-15);
        assert!((tips[0].offset() + tips[1].offset()).get().abs() < 1e-15);
        let touch = Touch {
            until: Seconds::new(1.0),
            lasting: Seconds::new(1.0),
            u: Metres::new(0.2),
            v: Metres::ZERO,
            along: (1.0, 0.0),
            force: Newtons::new(1.0),
            pressure: Pascals::ZERO,
        };
        // Tool y points to the client's right when tool x points to the head and tool z down.
        assert!((tips[0].beside(&touch).v.get() + 0.05).abs() < 1e-15);
    }
}
