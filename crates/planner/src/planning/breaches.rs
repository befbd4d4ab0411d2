//! Breaches that are found while planning, in words.

use crate::rejection::{Breach, Rule};
use crate::scene::Scene;

/// Position errors below this are told in words only: the turning is what fails (m).
const SMALL: f64 = 1e-4;

pub(super) fn refused(detail: String, remedy: String) -> Breach {
    Breach {
        rule: Rule::Request,
        time: None,
        place: None,
        figures: None,
        detail,
        remedy,
    }
}

pub(super) fn off_body((u, v): (f64, f64), tool: &str) -> Breach {
    Breach {
        rule: Rule::OffBody,
        time: None,
        place: Some((u, v)),
        figures: None,
        detail: format!("no skin is known under the whole {tool} there"),
        remedy: "end the stroke earlier, keep further from the flank, or scan more of the body"
            .to_owned(),
    }
}

pub(super) fn out_of_reach<const D: usize>(
    place: (f64, f64),
    failure: &kinematics::IkFailure<D>,
    scene: &Scene<'_, D>,
) -> Breach {
    let residual = failure.position_residual.get();
    let remedy = match failure.limited_by {
        kinematics::LimitedBy::Reach { reach, asked } => format!(
            "move the base at least {:.0} mm nearer to this place",
            ((asked - reach).get() * 1e3).ceil()
        ),
        kinematics::LimitedBy::JointLimit { .. }
        | kinematics::LimitedBy::NoDescent
        | kinematics::LimitedBy::Iterations
        | kinematics::LimitedBy::NotFinite => {
            "move or turn the base so that this place lies in the middle of the arm's reach"
                .to_owned()
        }
    };
    Breach {
        rule: Rule::Reach,
        time: None,
        place: Some(place),
        figures: (residual > SMALL).then_some((residual, SMALL)),
        detail: format!("with the {}: {failure}", scene.spec.name),
        remedy,
    }
}
