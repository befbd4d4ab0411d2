//! From candidates to a ladder: which posture may follow which, and what it costs.

use nalgebra::{Isometry3, UnitQuaternion};

use super::Reacher;
use super::candidates::Rung;
use super::ladder::{Edge, Ladder, Node};

/// Cost of strain per second, against joint travel (rad²/s). Chosen: a quarter of the reserve gained is
/// worth a tenth of a radian a second.
const STRAIN: f64 = 0.1;
/// Share of the joint speeds that an edge may take. Timing slows the tool until the joints keep to 0.6.
const EDGE_SPEED: f64 = 1.0;
/// Joint motion that is taken for a straight one without a look at its middle (rad).
const SMALL_MOTION: f64 = 0.1;

impl<const D: usize> Reacher<'_, D> {
    /// The ladder over rungs of candidates.
    pub(super) fn ladder(&self, rungs: &[Rung<D>]) -> Ladder {
        let nodes = |rung: &Rung<D>| -> Vec<Node> {
            let each = rung.candidates.iter().map(|c| Node {
                worth: c.worth.least,
                cost: STRAIN * c.worth.strain * rung.seconds,
            });
            each.collect()
        };
        Ladder {
            rungs: rungs.iter().map(nodes).collect(),
            edges: rungs.windows(2).map(|w| self.edges(&w[0], &w[1])).collect(),
        }
    }

    /// Edges where the joints have the time and the tool stays near its way in between.
    pub(super) fn edges(&self, from: &Rung<D>, to: &Rung<D>) -> Vec<Edge> {
        let most = self.arm.limits().velocity * (EDGE_SPEED * to.seconds);
        let middle = Isometry3::from_parts(
            from.base_from_tool
                .translation
                .vector
                .lerp(&to.base_from_tool.translation.vector, 0.5)
                .into(),
            halfway(&from.base_from_tool.rotation, &to.base_from_tool.rotation),
        );
        let apart = from.base_from_tool.translation.vector - to.base_from_tool.translation.vector;
        let turned = from
            .base_from_tool
            .rotation
            .angle_to(&to.base_from_tool.rotation);
        let mut edges = Vec::new();
        for (a, start) in from.candidates.iter().enumerate() {
            for (b, end) in to.candidates.iter().enumerate() {
                let travel = end.posture - start.posture;
                if travel
                    .iter()
                    .zip(most.iter())
                    .any(|(t, most)| t.abs() > *most)
                {
                    continue;
                }
                // A change of branch leads the tool elsewhere on the way.
                if travel.amax() > SMALL_MOTION {
                    let between = self.arm.tool_pose(&(start.posture + travel * 0.5));
                    let between = between.raw();
                    let away = between.translation.vector - middle.translation.vector;
                    let tilted = between.rotation.angle_to(&middle.rotation);
                    if away.norm() > 0.01 + 0.25 * apart.norm() || tilted > 0.05 + 0.25 * turned {
                        continue;
                    }
                }
                edges.push(Edge {
                    from: a,
                    to: b,
                    cost: travel.norm_squared() / to.seconds,
                });
            }
        }
        edges
    }
}

fn halfway(a: &UnitQuaternion<f64>, b: &UnitQuaternion<f64>) -> UnitQuaternion<f64> {
    UnitQuaternion::from_scaled_axis((b * a.inverse()).scaled_axis() * 0.5) * a
}
