//! What is found out once about body and tools, for all steps of a routine and for whoever plans beside.
//!
//! Nothing here depends on routine, posture or base. What is not asked for is never found out.

use std::sync::OnceLock;

use crate::clearance::SkinBounds;
use crate::ground::{Allowance, Ground, Touchable};
use crate::request::PlanRequest;

/// What is known of one body and the tools at hand.
#[derive(Debug)]
pub(crate) struct Known {
    /// Where the body may surely be touched.
    pub touchable: Touchable,
    skin: OnceLock<SkinBounds>,
    /// How hard each tool may press, by its index.
    allowances: Vec<OnceLock<Allowance>>,
}

impl Known {
    /// Nothing yet, of what a request is about.
    pub(crate) fn of<const D: usize>(request: &PlanRequest<'_, D>) -> Self {
        Self {
            touchable: Touchable::over(request.back),
            skin: OnceLock::new(),
            allowances: request.arms.iter().map(|_| OnceLock::new()).collect(),
        }
    }

    /// How high and steep the skin is at most, place by place.
    pub(crate) fn skin(&self, back: &anatomy::Back) -> &SkinBounds {
        self.skin.get_or_init(|| SkinBounds::of(back))
    }

    /// How hard the tool of this index may press; `None` without such a tool.
    pub(crate) fn allowance(&self, tool: usize, ground: &Ground<'_>) -> Option<&Allowance> {
        let slot = self.allowances.get(tool)?;
        Some(slot.get_or_init(|| Allowance::of(ground)))
    }
}
