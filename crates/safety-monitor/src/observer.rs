//! The monitor's own picture of the arm: encoders through its own forward kinematics, speeds by its
//! own differences. The drives' own speeds are only compared with it.

use kinematics::{ArmModel, ToolKinematics};
use nalgebra::{SVector, Vector3};
use quantities::{Instant, Point, Tool};
use signals::{JointState, Reading, Sensed};

/// Time over which a speed is differenced (s), one period at the least, and the samples that takes at 1 kHz. An
/// encoder of 2¹⁹ steps then leaves less than 3 mrad/s of noise a joint.
const SPEED_TIME: f64 = 0.004;
const SPEED_SPAN: usize = 5;
/// Time over which an acceleration is differenced (s), likewise.
const ACCELERATION_TIME: f64 = 0.008;
const ACCELERATION_SPAN: usize = 9;
/// Time over which accelerations are held against each other (s): what an average over 8 ms may miss of a jerk.
const JOLT_TIME: f64 = 0.012;
const JOLT_SPAN: usize = 13;
/// A silence longer than this (s) ends a difference: what lay between is not known.
const LONGEST_SPAN: f64 = 0.05;

/// The last values of one kind with their stamps, in a ring.
#[derive(Clone, Copy, Debug)]
struct Trail<T, const N: usize> {
    kept: [Option<(Instant, T)>; N],
    /// Where the next one goes: the oldest of a full ring.
    next: usize,
    /// How many of the places are used.
    length: usize,
}

impl<T: Copy, const N: usize> Trail<T, N> {
    /// An empty ring of samples that span this time (s).
    fn over(time: f64, period: f64) -> Self {
        let spans = (time / period.max(1e-4)).round() as usize;
        Self {
            kept: [None; N],
            next: 0,
            length: (spans + 1).clamp(2, N),
        }
    }

    fn push(&mut self, at: Instant, value: T) {
        if let Some(oldest) = self.kept.get_mut(self.next) {
            *oldest = Some((at, value));
        }
        self.next = (self.next + 1) % self.length;
    }

    /// The newest value, the oldest kept, and the seconds between them.
    fn span(&self) -> Option<(T, T, f64)> {
        let (newest_at, newest) = self.newest()?;
        let oldest = self.kept.get(self.next).copied().flatten();
        // A ring that is not full yet begins at the front.
        let (oldest_at, oldest) = oldest.or(self.kept.first().copied().flatten())?;
        let seconds = newest_at.since(oldest_at)?.seconds().get();
        (seconds > 0.0).then_some((newest, oldest, seconds))
    }

    fn values(&self) -> impl Iterator<Item = &T> {
        self.kept.iter().flatten().map(|(_, value)| value)
    }

    fn newest(&self) -> Option<(Instant, T)> {
        self.kept
            .get((self.next + self.length - 1) % self.length)
            .copied()
            .flatten()
    }
}

/// The arm at one instant, as the monitor sees it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Motion<const D: usize> {
    /// Joint positions as sensed.
    pub positions: SVector<f64, D>,
    /// Joint speeds by difference.
    pub velocities: SVector<f64, D>,
    /// Joint accelerations by difference.
    pub accelerations: SVector<f64, D>,
    /// Pose, Jacobian and twist of the patch from these.
    pub tool: ToolKinematics<D>,
    /// Tool z, into the body, in base axes.
    pub into_body: Vector3<f64>,
    /// Acceleration of the tool's centre of mass (m/s²), in base axes.
    pub payload_acceleration: Vector3<f64>,
    /// How far the accelerations of the last milliseconds lie from it (m/s²): so much it may err by.
    pub payload_jolt: f64,
    /// What the drives report.
    pub drives: JointState<D>,
}

/// Remembers what a difference needs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Observer<const D: usize> {
    period: f64,
    positions: Trail<SVector<f64, D>, SPEED_SPAN>,
    speeds: Trail<(SVector<f64, D>, Vector3<f64>), ACCELERATION_SPAN>,
    payload_accelerations: Trail<Vector3<f64>, JOLT_SPAN>,
}

/// The stamp of a joint sample, when it is one that can be used.
pub(crate) fn usable_joints<const D: usize>(
    sensed: &Sensed<D>,
) -> Option<(Instant, &JointState<D>)> {
    match &sensed.joints {
        // A stamp in the future is no stamp.
        Reading::Taken { value, at } if is_finite(value) && *at <= sensed.at => Some((*at, value)),
        Reading::Taken { .. } | Reading::Missing(_) => None,
    }
}

/// True when no number of the sample is NaN or infinite.
pub(crate) fn is_finite<const D: usize>(joints: &JointState<D>) -> bool {
    let mut values = joints
        .positions
        .iter()
        .chain(joints.velocities.iter())
        .chain(joints.torques.iter());
    values.all(|value| value.is_finite())
}

impl<const D: usize> Observer<D> {
    pub fn new(period: f64) -> Self {
        Self {
            period,
            positions: Trail::over(SPEED_TIME, period),
            speeds: Trail::over(ACCELERATION_TIME, period),
            payload_accelerations: Trail::over(JOLT_TIME, period),
        }
    }

    /// Looks at a usable joint sample with the arm as it is now. `None` when the kinematics give no
    /// finite pose.
    pub fn look(
        &mut self,
        at: Instant,
        joints: &JointState<D>,
        model: &ArmModel<D>,
        payload_centre: &Point<Tool>,
    ) -> Option<Motion<D>> {
        let is_new = self.positions.newest().is_none_or(|(last, _)| at > last);
        if is_new {
            self.forget_before_silence(at);
            self.positions.push(at, joints.positions);
        }
        let velocities = self
            .positions
            .span()
            .map_or(SVector::zeros(), |(newest, oldest, seconds)| {
                (newest - oldest) / seconds
            });
        let tool = model.tool_kinematics(&joints.positions, &velocities);
        let pose = tool.base_from_tool.raw();
        let lever = pose.rotation * payload_centre.raw().coords;
        let twist = &tool.twist;
        let payload_speed = twist.linear.raw() + twist.angular.raw().cross(&lever);
        if !(pose.translation.vector.iter().all(|c| c.is_finite())
            && payload_speed.norm().is_finite())
        {
            return None;
        }
        if is_new {
            self.speeds.push(at, (velocities, payload_speed));
        }
        let (accelerations, payload_acceleration) = self.speeds.span().map_or(
            (SVector::zeros(), Vector3::zeros()),
            |(newest, oldest, seconds)| {
                (
                    (newest.0 - oldest.0) / seconds,
                    (newest.1 - oldest.1) / seconds,
                )
            },
        );
        if is_new {
            self.payload_accelerations.push(at, payload_acceleration);
        }
        let away = |other: &Vector3<f64>| (other - payload_acceleration).norm();
        let accelerations_seen = self.payload_accelerations.values();
        let payload_jolt = accelerations_seen.map(away).fold(0.0, f64::max);
        Some(Motion {
            positions: joints.positions,
            velocities,
            accelerations,
            into_body: pose.rotation * Vector3::z(),
            tool,
            payload_acceleration,
            payload_jolt,
            drives: *joints,
        })
    }

    fn forget_before_silence(&mut self, at: Instant) {
        let last = self.positions.newest().and_then(|(last, _)| at.since(last));
        if last.is_some_and(|silence| silence.seconds().get() > LONGEST_SPAN) {
            *self = Self::new(self.period);
        }
    }
}
