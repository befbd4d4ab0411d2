//! No jump hides between two knots.

use plan::{Plan, SegmentKind};
use planner::PlanSummary;
use proptest::prelude::*;

use super::fixture::{At, Room, around, at, lines, m, pulls, step, thumbs};

/// Least singular value of the Jacobian with its turning rows weighed by 0.3 m, by a decomposition of
/// its own.
fn least_singular_value(arm: &kinematics::ArmModel<7>, q: &nalgebra::SVector<f64, 7>) -> f64 {
    let mut jacobian = arm.tool_kinematics(q, &nalgebra::SVector::zeros()).jacobian;
    jacobian.fixed_rows_mut::<3>(3).scale_mut(0.3);
    let values = nalgebra::DMatrix::from_column_slice(6, 7, jacobian.as_slice()).singular_values();
    values.min()
}

/// In contact no joint moves further between two knots than the tool's own motion needs in the worst
/// direction, and a little self-motion.
fn hides_no_jump(room: &Room, plan: &Plan<7>) {
    let in_contact = |kind: &SegmentKind| {
        matches!(
            kind,
            SegmentKind::Touch | SegmentKind::Stroke | SegmentKind::Lift
        )
    };
    for segment in plan.segments().iter().filter(|s| in_contact(&s.kind)) {
        let (arm, tool) = &room.arms[usize::from(segment.tool.0)];
        for (from, to) in segment.knots.iter().zip(segment.knots.iter().skip(1)) {
            let (a, b) = (from.base_from_tool.raw(), to.base_from_tool.raw());
            let moved = (b.translation.vector - a.translation.vector).norm()
                + 0.3 * a.rotation.angle_to(&b.rotation);
            let step = (to.posture - from.posture).norm();
            if step < 0.008 {
                continue;
            }
            let gain = least_singular_value(arm, &from.posture);
            assert!(
                step <= 0.008 + 1.5 * moved / gain,
                "{}: {step} rad for {moved} m of the tool, least singular value {gain}",
                tool.name
            );
        }
    }
}

fn bodies() -> impl Strategy<Value = anatomy::BodyParameters> {
    (any::<bool>(), 1.55..1.90f64, 20.0..31.0f64).prop_map(|(female, stature, index)| {
        anatomy::BodyParameters {
            sex: if female {
                anatomy::Sex::Female
            } else {
                anatomy::Sex::Male
            },
            stature: m(stature),
            mass: quantities::Kilograms::new(index * stature * stature),
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4))]
    #[test]
    fn on_no_body_and_with_no_tool_a_jump_hides_between_two_knots(body in bodies(), kind in 0..3u8) {
        let room = Room::with_body(&body);
        let (s2, waist) = (at(At::S2), at(At::Waist));
        let middle = match kind {
            0 => step("pulls", pulls()),
            1 => step("thumbs", thumbs((s2, waist))),
            _ => step("lines", lines(at(At::T12), s2)),
        };
        if let Ok(plan) = room.plan(&around(middle)) {
            hides_no_jump(&room, &plan);
            let summary = PlanSummary::of(&plan).with_postures(&plan, &room.arms);
            let worst = summary.postures.expect("the plan has postures");
            prop_assert!(worst.joint_margin_deg > 5.0 && worst.joint_step_deg < 1.2, "{worst}");
        }
    }
}
