//! How comfortably the arm holds a plan: the worst of every step.

use kinematics::ArmModel;
use nalgebra::{Isometry3, Vector3};
use plan::{Segment, SegmentKind};
use serde::Serialize;

use crate::reach::{joint_margin, smallest_gain};
use crate::request::ToolSpec;

/// Knots between two looks at the singular value; it changes by a hundredth of itself from one to the
/// next.
const LOOK_EVERY: usize = 4;

/// The worst of the postures of one step, or of all.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PostureFigures {
    /// Least distance of a joint from one of its ends (deg; mm for a sliding one); infinite, and null
    /// in JSON, when no joint has ends.
    pub joint_margin_deg: f64,
    /// That joint, root side first, from 1; 0 when no joint has ends.
    pub joint: usize,
    /// Least motion of the tool for a unit of joint motion, in contact and on the way in and out
    /// (mm/rad, a radian of turning counted as 0.3 m); absent without contact.
    pub singular_value_mm_per_rad: Option<f64>,
    /// Greatest motion of one joint between two knots, that is in 10 ms (deg).
    pub joint_step_deg: f64,
    /// That joint, from 1.
    pub step_joint: usize,
    /// Yaw of the tool in each stay in contact: direction of tool x against table x, about tool z (deg).
    pub tool_yaw_deg: Vec<f64>,
}

impl PostureFigures {
    /// Of the segments of one step.
    pub(super) fn of<const D: usize>(
        segments: &[&Segment<D>],
        arms: &[(ArmModel<D>, ToolSpec)],
        base_from_table: &Isometry3<f64>,
    ) -> Option<Self> {
        let mut figures: Option<Self> = None;
        for segment in segments {
            let (arm, _) = arms.get(usize::from(segment.tool.0))?;
            let own = of_segment(segment, arm, base_from_table);
            match &mut figures {
                Some(figures) => figures.join(&own),
                None => figures = Some(own),
            }
        }
        figures
    }

    /// Takes another step's figures in.
    pub(super) fn join(&mut self, other: &Self) {
        if other.joint_margin_deg < self.joint_margin_deg {
            (self.joint_margin_deg, self.joint) = (other.joint_margin_deg, other.joint);
        }
        if other.joint_step_deg > self.joint_step_deg {
            (self.joint_step_deg, self.step_joint) = (other.joint_step_deg, other.step_joint);
        }
        let least = [
            self.singular_value_mm_per_rad,
            other.singular_value_mm_per_rad,
        ];
        self.singular_value_mm_per_rad = least.into_iter().flatten().reduce(f64::min);
        self.tool_yaw_deg.extend(&other.tool_yaw_deg);
    }
}

fn of_segment<const D: usize>(
    segment: &Segment<D>,
    arm: &ArmModel<D>,
    base_from_table: &Isometry3<f64>,
) -> PostureFigures {
    let margins = segment
        .knots
        .iter()
        .filter_map(|knot| joint_margin(arm, &knot.posture));
    let margin = margins.min_by(|a, b| a.1.total_cmp(&b.1));
    let mut step = (0, 0.0);
    for (from, to) in segment.knots.iter().zip(segment.knots.iter().skip(1)) {
        for (joint, moved) in (to.posture - from.posture).iter().enumerate() {
            if moved.abs() > step.1 {
                step = (joint + 1, moved.abs());
            }
        }
    }
    let in_contact = matches!(
        segment.kind,
        SegmentKind::Touch
            | SegmentKind::Stroke
            | SegmentKind::Hold(_)
            | SegmentKind::Tap(_)
            | SegmentKind::Lift
    );
    let looked_at = segment.knots.iter().step_by(LOOK_EVERY);
    let gain = in_contact.then(|| {
        looked_at
            .map(|knot| smallest_gain(arm, &knot.posture))
            .fold(f64::INFINITY, f64::min)
    });
    PostureFigures {
        joint_margin_deg: margin.map_or(f64::INFINITY, |m| m.1.to_degrees()),
        joint: margin.map_or(0, |m| m.0 + 1),
        singular_value_mm_per_rad: gain.map(|g| g * 1e3),
        joint_step_deg: step.1.to_degrees(),
        step_joint: step.0,
        tool_yaw_deg: touch_yaw(segment, base_from_table).into_iter().collect(),
    }
}

/// Yaw at the touch (deg, rounded to a tenth): the angle from the line ahead, laid into the plane of the
/// patch, to tool x. `None` for other segments.
fn touch_yaw<const D: usize>(
    segment: &Segment<D>,
    base_from_table: &Isometry3<f64>,
) -> Option<f64> {
    let knot = segment
        .knots
        .last()
        .filter(|_| segment.kind == SegmentKind::Touch)?;
    let table_from_tool = base_from_table.inverse() * knot.base_from_tool.raw();
    let ahead = table_from_tool.rotation.inverse() * Vector3::x();
    let yaw = libm::atan2(-ahead.y, ahead.x).to_degrees();
    // Half a turn is told as such and not as its negative.
    let yaw = if yaw < -179.5 { yaw + 360.0 } else { yaw };
    Some((yaw * 10.0).round() / 10.0)
}

impl core::fmt::Display for PostureFigures {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(
            f,
            "joints: {:.1} deg from an end (joint {})",
            self.joint_margin_deg, self.joint
        )?;
        if let Some(gain) = self.singular_value_mm_per_rad {
            write!(f, ", least singular value {gain:.0} mm/rad")?;
        }
        write!(
            f,
            ", at most {:.2} deg in 10 ms (joint {})",
            self.joint_step_deg, self.step_joint
        )
    }
}
