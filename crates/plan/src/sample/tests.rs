use nalgebra::{UnitQuaternion, Vector3};
use proptest::prelude::*;
use quantities::{Point, Rotation};
use signals::ToolIndex;

use super::*;
use crate::SegmentKind;

fn circle(knots: usize) -> Segment<1> {
    let knot = |i: usize| {
        let angle = i as f64 * 0.1;
        Knot {
            base_from_tool: Transform::new(
                Point::new(0.03 * libm::cos(angle), 0.03 * libm::sin(angle), 0.1),
                Rotation::from_raw(UnitQuaternion::from_scaled_axis(Vector3::z() * angle)),
            ),
            force: Newtons::new(5.0 + angle),
            ceiling: Newtons::new(40.0),
            u: Metres::new(angle),
            v: Metres::ZERO,
            posture: SVector::<f64, 1>::new(angle),
        }
    };
    Segment {
        step: 0,
        kind: SegmentKind::Stroke,
        tool: ToolIndex(0),
        spacing: Seconds::new(0.02),
        knots: (0..knots).map(knot).collect(),
    }
}

proptest! {
    #[test]
    fn the_stated_velocity_is_the_derivative_of_the_pose(phase in 0.05..1.9f64) {
        let segment = circle(101);
        let step = 1e-6;
        let at = |t: f64| segment.sample(Seconds::new(t)).unwrap();
        let (a, b, now) = (at(phase - step), at(phase + step), at(phase));
        let moved = (b.base_from_tool.origin() - a.base_from_tool.origin()) / (2.0 * step);
        prop_assert!((moved.raw() - now.velocity.linear.raw()).norm() < 1e-5);
        let gained = (b.velocity.linear - a.velocity.linear) / (2.0 * step);
        // Acceleration may jump at a knot; the central difference then sees the mean of both sides.
        let steps = phase / 0.02;
        if (steps - steps.round()).abs() > 1e-3 {
            prop_assert!((gained.raw() - now.acceleration.linear.raw()).norm() < 1e-3);
        }
        let turned = (b.base_from_tool.raw().rotation * a.base_from_tool.raw().rotation.inverse())
            .scaled_axis() / (2.0 * step);
        prop_assert!((turned - now.velocity.angular.raw()).norm() < 1e-6);
    }

    #[test]
    fn the_pose_stays_on_the_circle_that_the_knots_were_taken_from(phase in 0.05..1.9f64) {
        let sample = circle(101).sample(Seconds::new(phase)).unwrap();
        let p = sample.base_from_tool.origin();
        let radius = (p.x() * p.x() + p.y() * p.y()).sqrt();
        prop_assert!((radius - 0.03).abs() < 2e-6, "radius {radius}");
    }
}

#[test]
fn phases_outside_a_segment_are_its_ends() {
    let segment = circle(11);
    let end = segment.sample(Seconds::new(99.0)).unwrap();
    assert_eq!(
        end.base_from_tool.origin(),
        segment.knots[10].base_from_tool.origin()
    );
    let start = segment.sample(Seconds::new(-1.0)).unwrap();
    assert_eq!(
        start.base_from_tool.origin(),
        segment.knots[0].base_from_tool.origin()
    );
}
