//! Breaches that are found while planning, in words.

use kinematics::ArmShape;

use crate::rejection::{Breach, PlanRejection, Rule};
use crate::request::PlanRequest;
use crate::scene::Scene;

/// Position errors below this are told in words only: the turning is what fails (m).
const SMALL: f64 = 1e-4;

/// The arm with each tool as a body, or the rejection that says which capsule is none.
pub(crate) fn shapes<const D: usize>(
    request: &PlanRequest<'_, D>,
) -> Result<Vec<ArmShape<D>>, PlanRejection> {
    let arms = request.arms.iter();
    let shapes = arms.map(|(arm, spec)| ArmShape::new(arm, request.capsules, Some(&spec.model)));
    shapes.collect::<Result<_, _>>().map_err(|fault| {
        let remedy = "correct the capsules of the arm's profile, or the shapes of its URDF";
        let breach = refused(fault.to_string(), remedy.to_owned());
        PlanRejection::of(request.routine, breach)
    })
}

pub(crate) fn refused(detail: String, remedy: String) -> Breach {
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
        | kinematics::LimitedBy::NotAccepted
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
