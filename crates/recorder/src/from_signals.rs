//! Between the loop's own words and the record of a cycle, both ways, without allocation once the
//! record has been filled before.

use nalgebra::SVector;
use quantities::{Duration, Force, Instant, Newtons, Torque, Wrench};
use signals::{
    ContactPhase, Cycle, CycleTiming, Drive, DriveKind, JointState, Press, Reaction, Reading,
    Request, Sensed, ToolIndex, WhyMissing,
};

use crate::CycleRecord;

/// `contact_phase` of a cycle without an estimate.
const NO_ESTIMATE: u8 = 255;

/// Numbers of the enumerations in the archive. They are part of the format: never renumber.
const fn missing_number<T>(reading: &Reading<T>) -> u8 {
    match reading {
        Reading::Taken { .. } => 0,
        Reading::Missing(WhyMissing::NotFitted) => 1,
        Reading::Missing(WhyMissing::NotYet) => 2,
        Reading::Missing(WhyMissing::Silent) => 3,
    }
}

const fn request_number(request: Request) -> u8 {
    match request {
        Request::None => 0,
        Request::Pause => 1,
        Request::Resume => 2,
        Request::Softer => 3,
        Request::Firmer => 4,
        Request::Skip => 5,
        Request::Stop => 6,
        Request::Confirm => 7,
        Request::Reset => 8,
        Request::End => 9,
    }
}

const fn request_of(number: u8) -> Option<Request> {
    Some(match number {
        0 => Request::None,
        1 => Request::Pause,
        2 => Request::Resume,
        3 => Request::Softer,
        4 => Request::Firmer,
        5 => Request::Skip,
        6 => Request::Stop,
        7 => Request::Confirm,
        8 => Request::Reset,
        9 => Request::End,
        _ => return None,
    })
}

const fn reaction_number(reaction: Reaction) -> u8 {
    match reaction {
        Reaction::Go => 0,
        Reaction::Warn => 1,
        Reaction::Slow => 2,
        Reaction::Unload => 3,
        Reaction::Retract => 4,
        Reaction::Stop => 5,
        Reaction::PowerCut => 6,
    }
}

const fn phase_number(phase: ContactPhase) -> u8 {
    match phase {
        ContactPhase::Away => 0,
        ContactPhase::Approaching => 1,
        ContactPhase::Touching => 2,
        ContactPhase::Settled => 3,
        ContactPhase::Leaving => 4,
    }
}

const fn drive_number(kind: DriveKind) -> u8 {
    match kind {
        DriveKind::Torques => 0,
        DriveKind::Velocities => 1,
    }
}

fn put<const D: usize>(values: &mut Vec<f32>, from: Option<&SVector<f64, D>>) {
    values.clear();
    values.extend(from.into_iter().flatten().map(|&value| value as f32));
}

fn span(duration: Duration) -> u32 {
    u32::try_from(duration.nanos()).unwrap_or(u32::MAX)
}

impl CycleRecord {
    /// Fills the record from one turn of the loop, reusing its room. Joint values of a missing sample
    /// are left empty; times of a missing sample are 0.
    pub fn fill<const D: usize, C>(
        &mut self,
        sensed: &Sensed<D>,
        cycle: &Cycle<D, C>,
        command: &Drive<D>,
    ) {
        self.at_ns = sensed.at.nanos();
        self.sequence = sensed.sequence;
        self.fill_samples(sensed);
        self.tool = sensed.tool.map_or(-1, |tool| i16::from(tool.0));
        self.request = request_number(sensed.request);
        self.computed_in_ns = span(sensed.timing.computed_in);
        self.late_by_ns = span(sensed.timing.late_by);
        put(&mut self.command, Some(command.values()));
        self.drive = drive_number(command.kind());
        self.reaction = reaction_number(cycle.verdict.reaction);
        self.cause = cycle.verdict.cause.map_or(-1, |rule| i16::from(rule.0));
        self.tripped = cycle.verdict.tripped;
        let place = cycle.setpoint.map(|setpoint| setpoint.place);
        self.segment = place.map_or(-1, |p| i32::try_from(p.segment).unwrap_or(i32::MAX));
        self.phase_s = place.map_or(0.0, |p| p.phase.get() as f32);
        self.contact_phase = cycle
            .estimate
            .map_or(NO_ESTIMATE, |e| phase_number(e.phase));
        let force = match cycle.setpoint.map(|setpoint| setpoint.press) {
            Some(
                Press::Seek { force, .. } | Press::Hold { force, .. } | Press::Tap { force, .. },
            ) => force,
            Some(Press::Free) | None => Newtons::ZERO,
        };
        self.force_setpoint_n = force.get() as f32;
    }

    fn fill_samples<const D: usize>(&mut self, sensed: &Sensed<D>) {
        self.joints_missing = missing_number(&sensed.joints);
        self.wrench_missing = missing_number(&sensed.wrench);
        let joints = sensed.joints.value();
        put(&mut self.positions, joints.map(|joints| &joints.positions));
        put(
            &mut self.velocities,
            joints.map(|joints| &joints.velocities),
        );
        put(&mut self.torques, joints.map(|joints| &joints.torques));
        self.joints_at_ns = match &sensed.joints {
            Reading::Taken { at, .. } => at.nanos(),
            Reading::Missing(_) => 0,
        };
        (self.wrench_at_ns, self.wrench) = match &sensed.wrench {
            Reading::Taken { value, at } => {
                let (f, m) = (value.force.raw(), value.torque.raw());
                (
                    at.nanos(),
                    [f.x, f.y, f.z, m.x, m.y, m.z].map(|component| component as f32),
                )
            }
            Reading::Missing(_) => (0, [0.0; 6]),
        };
    }

    /// The sample that a replay feeds in again: the same bits that the loop saw, as long as the arm
    /// delivered values that `f32` holds. `None` when the record is not of an arm with `D` joints, or
    /// holds a number that stands for nothing.
    #[must_use]
    pub fn sensed<const D: usize>(&self) -> Option<Sensed<D>> {
        let wide = |values: &[f32]| {
            (values.len() == D)
                .then(|| SVector::<f64, D>::from_iterator(values.iter().map(|&v| f64::from(v))))
        };
        let joints = match self.joints_missing {
            0 => Reading::Taken {
                value: JointState {
                    positions: wide(&self.positions)?,
                    velocities: wide(&self.velocities)?,
                    torques: wide(&self.torques)?,
                },
                at: Instant::from_nanos(self.joints_at_ns),
            },
            number => Reading::Missing(why(number)?),
        };
        let wrench = match self.wrench_missing {
            0 => {
                let [fx, fy, fz, mx, my, mz] = self.wrench.map(f64::from);
                Reading::Taken {
                    value: Wrench {
                        force: Force::new(fx, fy, fz),
                        torque: Torque::new(mx, my, mz),
                    },
                    at: Instant::from_nanos(self.wrench_at_ns),
                }
            }
            number => Reading::Missing(why(number)?),
        };
        let tool = match self.tool {
            -1 => None,
            index => Some(ToolIndex(u8::try_from(index).ok()?)),
        };
        Some(Sensed {
            at: Instant::from_nanos(self.at_ns),
            sequence: self.sequence,
            joints,
            wrench,
            tool,
            timing: CycleTiming {
                computed_in: Duration::from_nanos(u64::from(self.computed_in_ns)),
                late_by: Duration::from_nanos(u64::from(self.late_by_ns)),
            },
            request: request_of(self.request)?,
        })
    }
}

const fn why(number: u8) -> Option<WhyMissing> {
    Some(match number {
        1 => WhyMissing::NotFitted,
        2 => WhyMissing::NotYet,
        3 => WhyMissing::Silent,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use signals::{Verdict, WhyMissing};

    fn sample() -> Sensed<4> {
        Sensed {
            at: Instant::from_nanos(12_000_000),
            sequence: 12,
            joints: Reading::Taken {
                value: JointState {
                    positions: SVector::from([0.1f32, -0.2, 0.3, 1.7].map(f64::from)),
                    velocities: SVector::from([0.01f32, 0.0, -0.3, 0.9].map(f64::from)),
                    torques: SVector::from([10.5f32, -3.25, 0.125, 0.0].map(f64::from)),
                },
                at: Instant::from_nanos(11_000_000),
            },
            wrench: Reading::Taken {
                value: Wrench {
                    force: Force::new(0.5, -1.0, 20.25),
                    torque: Torque::zero(),
                },
                at: Instant::from_nanos(10_000_000),
            },
            tool: Some(ToolIndex(2)),
            timing: CycleTiming {
                computed_in: Duration::from_nanos(4_321),
                late_by: Duration::from_nanos(17),
            },
            request: Request::Softer,
        }
    }

    fn turn(sensed: &Sensed<4>) -> Cycle<4, ()> {
        let verdict = Verdict {
            reaction: Reaction::Slow,
            cause: Some(signals::RuleIndex(3)),
            tripped: 0b1000,
            ceiling: Newtons::new(40.0),
            clearance: None,
        };
        Cycle {
            at: sensed.at,
            sequence: sensed.sequence,
            estimate: None,
            setpoint: None,
            wanted: None,
            verdict,
            command: (),
            finished: false,
        }
    }

    #[test]
    fn a_replay_gets_the_sample_that_the_loop_saw() {
        let mut sensed = sample();
        let mut record = CycleRecord::default();
        record.fill(
            &sensed,
            &turn(&sensed),
            &Drive::Torques(SVector::repeat(1.0)),
        );
        assert_eq!(record.sensed::<4>(), Some(sensed));
        assert_eq!(
            record.sensed::<7>(),
            None,
            "a record of four joints is no sample of seven"
        );

        for why in [
            WhyMissing::NotFitted,
            WhyMissing::NotYet,
            WhyMissing::Silent,
        ] {
            sensed.joints = Reading::Missing(why);
            sensed.wrench = Reading::Missing(why);
            sensed.tool = None;
            record.fill(
                &sensed,
                &turn(&sensed),
                &Drive::Torques(SVector::repeat(1.0)),
            );
            assert_eq!(record.sensed::<4>(), Some(sensed));
        }
    }

    #[test]
    fn every_request_survives_its_number_and_no_other_number_is_one() {
        let known: Vec<Request> = (0..=255).filter_map(request_of).collect();
        assert_eq!(known.len(), 10);
        for request in known {
            assert_eq!(request_of(request_number(request)), Some(request));
        }
    }

    #[test]
    fn a_cycle_without_setpoint_or_estimate_says_so() {
        let mut record = CycleRecord::default();
        record.fill(
            &sample(),
            &turn(&sample()),
            &Drive::Velocities(SVector::repeat(2.5)),
        );
        assert_eq!((record.segment, record.contact_phase), (-1, NO_ESTIMATE));
        assert_eq!(
            (record.reaction, record.cause, record.tripped),
            (2, 3, 0b1000)
        );
        assert_eq!(record.command, vec![2.5; 4]);
        assert_eq!(record.drive, 1);
    }
}
