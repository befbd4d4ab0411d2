//! One number for a whole plan: two plans that the loop would walk alike have the same digest.

use plan::{Knot, Plan, Segment, SegmentKind};
use sha2::{Digest as _, Sha256};

/// SHA-256 over every bit that the loop reads: pose of the table, segments, knots. Names and notes of the
/// steps do not count. 64 hexadecimal digits.
#[must_use]
pub fn plan_digest<const D: usize>(plan: &Plan<D>) -> String {
    let mut stream = Stream(Sha256::new());
    stream.whole(D);
    stream.pose(plan.base_from_table().raw());
    stream.whole(plan.segments().len());
    for segment in plan.segments() {
        stream.segment(segment);
    }
    let bytes = stream.0.finalize();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

struct Stream(Sha256);

impl Stream {
    fn whole(&mut self, number: usize) {
        self.0.update((number as u64).to_le_bytes());
    }

    fn number(&mut self, number: f64) {
        self.0.update(number.to_bits().to_le_bytes());
    }

    fn pose(&mut self, pose: &nalgebra::Isometry3<f64>) {
        let numbers = pose.translation.vector.iter().copied();
        numbers
            .chain(pose.rotation.coords.iter().copied())
            .for_each(|number| self.number(number));
    }

    fn segment<const D: usize>(&mut self, segment: &Segment<D>) {
        self.whole(usize::from(segment.step));
        self.kind(&segment.kind);
        self.whole(usize::from(segment.tool.0));
        self.number(segment.spacing.get());
        self.whole(segment.knots.len());
        segment.knots.iter().for_each(|knot| self.knot(knot));
    }

    fn kind(&mut self, kind: &SegmentKind) {
        match kind {
            SegmentKind::Approach => self.whole(0),
            SegmentKind::Touch => self.whole(1),
            SegmentKind::Stroke => self.whole(2),
            SegmentKind::Hold(hold) => {
                self.whole(3);
                self.number(hold.most.get());
                self.number(hold.eased.get());
                // No place is as stiff as that: none is left for bone.
                self.number(hold.bone.map_or(f64::INFINITY, |bone| bone.get()));
            }
            SegmentKind::Tap(tap) => {
                self.whole(4);
                self.number(tap.period.get());
                self.number(tap.height.get());
                self.number(tap.speed.get());
            }
            SegmentKind::Lift => self.whole(5),
            SegmentKind::Transit => self.whole(6),
            SegmentKind::Operator(step) => {
                self.whole(7);
                self.whole(
                    step.change_to
                        .map_or(usize::MAX, |tool| usize::from(tool.0)),
                );
            }
        }
    }

    fn knot<const D: usize>(&mut self, knot: &Knot<D>) {
        self.pose(knot.base_from_tool.raw());
        for number in [
            knot.force.get(),
            knot.ceiling.get(),
            knot.u.get(),
            knot.v.get(),
        ] {
            self.number(number);
        }
        knot.posture.iter().for_each(|angle| self.number(*angle));
    }
}
