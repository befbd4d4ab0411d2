//! Knots that need not be measured again: what is known from an earlier posture of the same motion.

use kinematics::{Rod, ShapePart};
use nalgebra::{Isometry3, SVector, UnitQuaternion, Vector3};

use super::{Clearance, Tight, least};

/// How far any part may go before it is told anew which of them lie near the skin (m). Chosen: further, and more
/// of them count as near; less far, and it is told more often.
const ROAM: f64 = 0.025;
/// Parts that have more to spare over everything rigid (m) are taken for this far away. Chosen: the way of many
/// knots.
const FAR: f64 = 0.10;

/// What is known from earlier postures of a motion.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Watch<const D: usize> {
    /// The last posture that was measured against everything rigid, and what it had to spare (m).
    pub(super) rigid: Option<(SVector<f64, D>, f64)>,
    /// A posture, and the parts (by bit) that may come too near the skin within [`ROAM`] of it.
    skin: Option<(SVector<f64, D>, u64)>,
}

impl<const D: usize> Clearance<'_, D> {
    /// What is too near in the next posture of a motion, if anything is. Postures follow each other on
    /// straight lines in joint space.
    pub(crate) fn breach(&self, q: &SVector<f64, D>, watch: &mut Watch<D>) -> Option<Tight> {
        let way = |at: &SVector<f64, D>| self.shape.motion_bound(&(q - at));
        let mut rigid = None;
        if watch.rigid.is_none_or(|(at, spare)| way(&at) >= spare) {
            let found = self.against_rigid(&self.placed(q), FAR);
            watch.rigid = Some((*q, found.map_or(FAR, |t| t.spare().min(FAR))));
            rigid = found.filter(|t| t.spare() < 0.0);
        }
        let near = match watch.skin {
            Some((at, near)) if way(&at) < ROAM => near,
            Some(_) | None => {
                let near = self.near_skin(q);
                watch.skin = Some((*q, near));
                near
            }
        };
        self.parts_over_body(q, near, rigid)
            .filter(|t| t.spare() < 0.0)
    }

    /// The parts, by bit, that no bound of the skin shows to stay clear of it within [`ROAM`] of a posture.
    fn near_skin(&self, q: &SVector<f64, D>) -> u64 {
        let placed = self.placed(q);
        let mut near = 0;
        for (number, (part, rod)) in self.shape.parts().iter().zip(placed.rods()).enumerate() {
            let moves = part.capsule.link.is_some() && part.off_client > 0.0;
            if moves && !self.stays_clear(part, rod) {
                near |= 1_u64.checked_shl(number as u32).unwrap_or(0);
            }
        }
        near
    }

    /// True when a part keeps its distance from all skin wherever it goes within [`ROAM`].
    fn stays_clear(&self, part: &ShapePart, rod: &Rod) -> bool {
        let Some(skin) = self.skin else { return false };
        let (from, to): (Vector3<f64>, Vector3<f64>) = (
            rod.a.coords,
            rod.a.coords + (rod.b - rod.a) * part.off_client,
        );
        let range = |axis: usize| {
            let (a, b) = (from[axis], to[axis]);
            (a.min(b) - ROAM, a.max(b) + ROAM)
        };
        let lowest = range(2).0;
        skin.over(range(0), range(1)).is_none_or(|most| {
            let over = (lowest - most.height) / (1.0 + most.steepness).sqrt();
            lowest >= most.height && over >= rod.radius + least::<D>(part)
        })
    }

    /// Some parts, by bit, against the skin, where that is tighter than what was found before.
    fn parts_over_body(
        &self,
        q: &SVector<f64, D>,
        parts: u64,
        before: Option<Tight>,
    ) -> Option<Tight> {
        if parts == 0 {
            return before;
        }
        let frames = self.arm.link_frames(q);
        let mut tightest = before;
        for (number, part) in self.shape.parts().iter().enumerate() {
            let is_asked = 1_u64.checked_shl(number as u32).unwrap_or(0) & parts != 0;
            let frame = part.capsule.link.and_then(|joint| frames.get(joint));
            let (true, Some(frame)) = (is_asked, frame) else {
                continue;
            };
            let turn = UnitQuaternion::from_rotation_matrix(&frame.rotation);
            let link = self.table_from_base * Isometry3::from_parts(frame.translation, turn);
            let rod = Rod {
                a: link * part.capsule.a,
                b: link * part.capsule.b,
                radius: part.capsule.radius.get(),
            };
            if self.is_near(part, &rod, tightest, 0.0) {
                tightest = self.rod_over_body(part, &rod, tightest);
            }
        }
        tightest
    }
}
