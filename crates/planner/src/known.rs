//! What is found out once about body and tools, for all steps of a routine and for whoever plans beside.
//!
//! Nothing here depends on routine, posture or base. What is not asked for is never found out.

use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use crate::clearance::SkinBounds;
use crate::ground::{Allowance, Ground, Touchable};
use crate::request::PlanRequest;
use crate::room::Room;
use crate::routine::PatchAxis;
use crate::scene::Usage;

/// Rooms that are kept at most: several for each tool. Chosen.
const MOST_ROOMS: usize = 64;

/// What is known of one body and the tools at hand.
#[derive(Debug)]
pub(crate) struct Known {
    /// Where the body may surely be touched.
    pub touchable: Touchable,
    skin: OnceLock<SkinBounds>,
    /// How hard each tool may press, by its index, lying along and across.
    allowances: Vec<[OnceLock<Allowance>; 2]>,
    /// Where the centre of a tool may go, by its index, how it lies, and the bits of what widens the keep-out.
    rooms: Mutex<BTreeMap<(usize, usize, u64), Room>>,
}

impl Known {
    /// Nothing yet, of what a request is about.
    pub(crate) fn of<const D: usize>(request: &PlanRequest<'_, D>) -> Self {
        Self {
            touchable: Touchable::over(request.back),
            skin: OnceLock::new(),
            rooms: Mutex::new(BTreeMap::new()),
            allowances: request.arms.iter().map(|_| Default::default()).collect(),
        }
    }

    /// How high and steep the skin is at most, place by place.
    pub(crate) fn skin(&self, back: &anatomy::Back) -> &SkinBounds {
        self.skin.get_or_init(|| SkinBounds::of(back))
    }

    /// How hard the tool of this index may press; `None` without such a tool.
    pub(crate) fn allowance(&self, usage: Usage, ground: &Ground<'_>) -> Option<&Allowance> {
        let slot = self.allowances.get(usage.tool)?.get(lies(usage))?;
        Some(slot.get_or_init(|| Allowance::of(ground)))
    }

    /// Where the centre of the tool of this index may go; see [`Ground::survey`].
    pub(crate) fn room(&self, usage: Usage, ground: &Ground<'_>, extra: f64) -> Room {
        let key = (usage.tool, lies(usage), extra.to_bits());
        let rooms = || self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        let known = rooms().get(&key).cloned();
        known.unwrap_or_else(|| {
            // Two threads may come here at once, to the same answer.
            let room = ground.survey(extra);
            let mut rooms = rooms();
            if rooms.len() < MOST_ROOMS {
                rooms.insert(key, room.clone());
            }
            room
        })
    }
}

/// 0 for a patch that lies along the spine, 1 across.
fn lies(usage: Usage) -> usize {
    usize::from(usage.axis == PatchAxis::Across)
}
