//! What stands still in a session: the shapes and names that an archive's messages refer to.
//!
//! Plain data, filled by whoever made the plan. Lengths are metres, frames are in the types.

use quantities::{Direction, Metres, Point, Table};

/// Everything that the recording draws besides the archive's messages.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scene {
    /// Name of the session, shown in the viewer.
    pub title: String,
    /// Names of the arm's moving joints, base first.
    pub joint_names: Vec<String>,
    /// Shapes of the arm's links.
    pub links: Vec<LinkCapsule>,
    /// The client's back (the true one where it is known).
    pub body: BodyMesh,
    /// The spine line on the skin, from the tail bone toward the head.
    pub spine: Vec<Point<Table>>,
    /// The band beside the spine that no patch edge may enter.
    pub keep_out: KeepOutBand,
    /// Where the plan wants the tool to go, in order.
    pub planned: Vec<PlannedPath>,
    /// The tools, by tool index.
    pub tools: Vec<ToolShape>,
    /// The routine's steps, by step index.
    pub steps: Vec<StepName>,
}

/// A capsule that stands for a link, told in that link's frame.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkCapsule {
    /// Frame it moves with, as in `/tf`: `link_1` is the frame after joint 1; `tool` is the patch.
    pub frame: String,
    /// One end of the axis, in that frame (m).
    pub a: [f64; 3],
    /// Other end of the axis, in that frame (m); may equal `a`, which makes a ball.
    pub b: [f64; 3],
    /// Radius.
    pub radius: Metres,
}

/// A triangle mesh of the skin in table axes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BodyMesh {
    /// Vertices.
    pub vertices: Vec<Point<Table>>,
    /// Corners of the triangles, counter-clockwise seen from outside; each below the vertex count.
    pub triangles: Vec<[u32; 3]>,
    /// Outward normal of each vertex; as many as vertices, or none.
    pub normals: Vec<Direction<Table>>,
    /// Zone word of each vertex (`paraspinal`, `kidney`, ...); as many as vertices, or none.
    pub zones: Vec<String>,
    /// Each vertex in back coordinates (u, v), off the chart `None`; as many as vertices, or none. Without them
    /// no dose is drawn on the skin.
    pub places: Vec<Option<(Metres, Metres)>>,
}

/// Two lines on the skin, left and right of the spine.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KeepOutBand {
    /// The edge on the client's left, tail to head.
    pub left: Vec<Point<Table>>,
    /// The edge on the client's right, tail to head, point by point beside `left`.
    pub right: Vec<Point<Table>>,
    /// Distance of either edge from the spine.
    pub half_width: Metres,
}

/// A stretch of the planned way of the patch.
#[derive(Clone, Debug, PartialEq)]
pub struct PlannedPath {
    /// Index of the routine's step.
    pub step: u32,
    /// Kind of segment, as in `/contact`: `stroke`, `touch`, `transit`, ...
    pub segment: String,
    /// Places of the patch.
    pub points: Vec<Point<Table>>,
}

/// A tool's contact patch.
#[derive(Clone, Debug, PartialEq)]
pub struct ToolShape {
    /// The tool's name.
    pub name: String,
    /// Closed outlines in the tool's xy plane (m): one for a plain patch, one for each tip of a fork.
    pub outlines: Vec<Vec<[f64; 2]>>,
}

impl ToolShape {
    /// True when a place of the tool's xy plane (m) lies within one of the outlines.
    #[must_use]
    pub fn contains(&self, x: f64, y: f64) -> bool {
        self.outlines.iter().any(|outline| inside(outline, x, y))
    }

    /// Distance of the farthest outline point from the tool's origin (m).
    #[must_use]
    pub fn reach(&self) -> f64 {
        let squares = self.outlines.iter().flatten().map(|[x, y]| x * x + y * y);
        squares.fold(0.0, f64::max).sqrt()
    }

    /// Area within the outlines (m²), by the shoelace formula.
    #[must_use]
    pub fn area(&self) -> f64 {
        self.outlines.iter().map(|outline| shoelace(outline)).sum()
    }
}

/// Even-odd rule: a ray toward +x crosses the outline an odd number of times.
fn inside(outline: &[[f64; 2]], x: f64, y: f64) -> bool {
    edges(outline).fold(false, |odd, ([ax, ay], [bx, by])| {
        let crosses = (ay > y) != (by > y) && x < ax + (y - ay) / (by - ay) * (bx - ax);
        odd != crosses
    })
}

fn shoelace(outline: &[[f64; 2]]) -> f64 {
    0.5 * edges(outline)
        .map(|([ax, ay], [bx, by])| ax * by - bx * ay)
        .sum::<f64>()
        .abs()
}

fn edges(outline: &[[f64; 2]]) -> impl Iterator<Item = ([f64; 2], [f64; 2])> + '_ {
    outline
        .iter()
        .copied()
        .zip(outline.iter().copied().cycle().skip(1))
}

/// A step of the routine, as far as pictures name it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StepName {
    /// The routine's name for it.
    pub name: String,
    /// Technique word.
    pub technique: String,
    /// Rows of the source texts that it serves (`B-L3`).
    pub rows: Vec<String>,
    /// Index of the tool in use; `None` for a step without one.
    pub tool: Option<usize>,
    /// What the plan did that the routine did not say.
    pub notes: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn square(side: f64) -> Vec<[f64; 2]> {
        let h = side * 0.5;
        vec![[-h, -h], [h, -h], [h, h], [-h, h]]
    }

    #[test]
    fn a_fork_contains_its_tips_and_not_the_gap() {
        let tip = |y: f64| {
            square(0.02)
                .iter()
                .map(|[a, b]| [*a, b + y])
                .collect::<Vec<_>>()
        };
        let fork = ToolShape {
            name: "fork".into(),
            outlines: vec![tip(0.03), tip(-0.03)],
        };
        assert!(fork.contains(0.0, 0.03) && fork.contains(0.0, -0.03));
        assert!(!fork.contains(0.0, 0.0));
        assert!((fork.area() - 8e-4).abs() < 1e-15);
    }

    proptest! {
        #[test]
        fn a_square_contains_what_its_bounds_say(x in -1.0..1.0f64, y in -1.0..1.0f64) {
            let tool = ToolShape { name: String::new(), outlines: vec![square(1.0)] };
            prop_assume!((x.abs() - 0.5).abs() > 1e-9 && (y.abs() - 0.5).abs() > 1e-9);
            prop_assert_eq!(tool.contains(x, y), x.abs() < 0.5 && y.abs() < 0.5);
        }
    }

    #[test]
    fn an_empty_outline_contains_nothing() {
        let tool = ToolShape {
            name: String::new(),
            outlines: vec![vec![]],
        };
        assert!(!tool.contains(0.0, 0.0));
        assert!(tool.area() == 0.0 && tool.reach() == 0.0);
    }
}
