//! Places that the client has closed, told apart from ceilings that are merely low.

use limits::Block;
use quantities::Metres;

use crate::ground::MAP_REACH;
use crate::rejection::Rule;
use crate::scene::Scene;

/// What is closed under or beside the patch, and how a routine keeps off it.
pub(crate) struct Closed {
    /// By an answer about health, or by what the client likes.
    pub rule: Rule,
    /// What was seen.
    pub detail: String,
    /// What to do.
    pub remedy: String,
}

impl<const D: usize> Scene<'_, D> {
    /// What the client's profile closes so near to a place that the tool may not press there.
    pub(crate) fn closed_near(&self, u: f64, v: f64) -> Option<Closed> {
        let (block, at) = self.ground.block_near(u, v)?;
        let envelope = self.request.envelope;
        let place = (Metres::new(at.0), Metres::new(at.1));
        let is_wish =
            self.request
                .client
                .avoids(envelope.zone_at(place.0, place.1), place.0, place.1);
        let (rule, why) = if is_wish {
            (Rule::Avoided, "the client wants left alone")
        } else {
            (Rule::Blocked, "the client's profile blocks")
        };
        let name = &self.spec.name;
        let detail = format!("the {name} lies on or too near {block}, which {why}");
        let remedy = match block {
            Block::Zone(zone) => format!(
                "leave this stretch out: no step may bring the {name} upon or near the zone {} of this client",
                zone.word()
            ),
            Block::Area(area) => {
                let (half_x, _) = self.ground.patch.half_extents();
                let keep = half_x + MAP_REACH;
                format!(
                    "leave this stretch out: beside it keep the middle of the {name} below u {:+.0} mm or above u {:+.0} mm",
                    ((area.u.0.get() - keep) * 1e3).floor(),
                    ((area.u.1.get() + keep) * 1e3).ceil()
                )
            }
        };
        Some(Closed {
            rule,
            detail,
            remedy,
        })
    }
}
