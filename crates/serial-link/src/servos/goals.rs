//! What the servos are told: from a vetted command to goals of the bus.
//!
//! Driven by speed, a goal is the commanded velocity. Driven by position, the velocities are integrated: the goal
//! begins where the joint was measured and moves on with each command, never further ahead of the measured joint than
//! [`LEAD`] allows, because what lies between goal and joint is what the servo presses with.

use dynamixel::{BusConfig, Drive as BusDrive};
use nalgebra::SVector;
use quantities::{Duration, Instant};

/// How far a position goal may be ahead of its joint: the way at the joint's largest speed in this time. Chosen: a
/// position loop of 20 1/s follows its largest speed 50 ms behind, so that twice as much does not hold it back.
const LEAD: Duration = Duration::from_millis(100);
/// A command is integrated over no more than so many periods: a late cycle does not leap. Chosen.
const LONGEST: u64 = 2;
/// A joint sample of more periods than these is nothing to integrate from; goals stay. Chosen.
const OLDEST: u64 = 5;

/// The joints as they were measured, and when.
pub(super) type Measured<'a, const D: usize> = Option<(&'a SVector<f64, D>, Instant)>;

/// Goals and what they came from.
#[derive(Clone, Debug)]
pub(super) struct Goals<const D: usize> {
    /// Position goals (rad); speeds leave nothing behind.
    positions: Option<[f64; D]>,
    /// When the last command was given.
    at: Option<Instant>,
    period: Duration,
}

impl<const D: usize> Goals<D> {
    pub const fn new() -> Self {
        Self {
            positions: None,
            at: None,
            period: Duration::from_millis(4),
        }
    }

    /// Forgets everything; commands come once a period from now on.
    pub fn begin(&mut self, period: Duration) {
        *self = Self {
            period,
            ..Self::new()
        };
    }

    /// The next position goals begin where the joints are: what was pressed with is gone.
    pub const fn let_go(&mut self) {
        self.positions = None;
    }

    /// The goals (rad/s or rad, by the bus's drive) for wanted joint velocities (rad/s). `None` while positions are
    /// driven and no joint was ever measured.
    pub fn of(
        &mut self,
        config: &BusConfig<D>,
        wanted: &SVector<f64, D>,
        measured: Measured<'_, D>,
        now: Instant,
    ) -> Option<[f64; D]> {
        let wanted = within_speeds(config, wanted);
        let span = self.span(now);
        self.at = Some(now);
        match config.drive {
            BusDrive::Velocity => Some(wanted),
            BusDrive::Position => self.integrated(config, &wanted, measured, span, now),
            // Refused when the arm is made.
            BusDrive::Torque => None,
        }
    }

    /// Time since the last command (s), a period at first and two at most.
    fn span(&self, now: Instant) -> f64 {
        let longest = Duration::from_nanos(self.period.nanos().saturating_mul(LONGEST));
        match self.at {
            None => self.period,
            Some(at) => now.since(at).unwrap_or(Duration::ZERO).min(longest),
        }
        .seconds()
        .get()
    }

    fn integrated(
        &mut self,
        config: &BusConfig<D>,
        wanted: &[f64; D],
        measured: Measured<'_, D>,
        span: f64,
        now: Instant,
    ) -> Option<[f64; D]> {
        let (joints, at) = measured?;
        let oldest = Duration::from_nanos(self.period.nanos().saturating_mul(OLDEST));
        let is_fresh = now.since(at).is_some_and(|age| age <= oldest);
        let mut goals = match self.positions {
            Some(goals) => goals,
            None => {
                let mut goals = [0.0; D];
                for (goal, joint) in goals.iter_mut().zip(joints.iter()) {
                    *goal = *joint;
                }
                goals
            }
        };
        if is_fresh {
            let parts = wanted.iter().zip(joints.iter()).zip(&config.joints);
            for (goal, ((speed, joint), limits)) in goals.iter_mut().zip(parts) {
                let lead = limits.top_speed.get() * LEAD.seconds().get();
                *goal = (*goal + speed * span)
                    .max(joint - lead)
                    .min(joint + lead)
                    .max(limits.lowest.get())
                    .min(limits.highest.get());
            }
        }
        self.positions = Some(goals);
        Some(goals)
    }
}

/// The wanted velocities, all made slower by the same share until each joint may go so fast, so that the tool goes the
/// way it was told. Rest when one of them is no number.
fn within_speeds<const D: usize>(config: &BusConfig<D>, wanted: &SVector<f64, D>) -> [f64; D] {
    if !wanted.iter().all(|speed| speed.is_finite()) {
        return [0.0; D];
    }
    let mut share = 1.0_f64;
    for (speed, joint) in wanted.iter().zip(&config.joints) {
        let top = joint.top_speed.get();
        if speed.abs() > top {
            share = share.min(top / speed.abs());
        }
    }
    let mut held = [0.0; D];
    for (to, speed) in held.iter_mut().zip(wanted.iter()) {
        *to = speed * share;
    }
    held
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::servos::tests::three;

    const PERIOD: Duration = Duration::from_millis(4);

    #[test]
    fn a_joint_that_is_too_fast_slows_all_and_the_direction_stays() {
        let config = three(BusDrive::Velocity);
        let top = config.joints[0].top_speed.get();
        let held = within_speeds(&config, &SVector::from([4.0 * top, top, -2.0 * top]));
        assert_eq!(held, [top, 0.25 * top, -0.5 * top]);
        for broken in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(
                within_speeds(&config, &SVector::from([0.1, broken, 0.1])),
                [0.0; 3]
            );
        }
    }

    #[test]
    fn positions_are_integrated_and_never_run_away_from_a_joint_that_does_not_follow() {
        let config = three(BusDrive::Position);
        let (mut goals, mut now) = (Goals::<3>::new(), Instant::START);
        goals.begin(PERIOD);
        let blocked = SVector::from([0.2, 0.0, -0.1]);
        let wanted = SVector::from([0.5, 0.0, -0.5]);
        let mut told = [0.0; 3];
        for _ in 0..10 {
            now += PERIOD;
            told = goals
                .of(&config, &wanted, Some((&blocked, now)), now)
                .unwrap();
        }
        // Ten cycles of 4 ms at half a radian a second.
        assert!(
            (told[0] - 0.22).abs() < 1e-12 && (told[2] + 0.12).abs() < 1e-12,
            "{told:?}"
        );
        for _ in 0..1000 {
            now += PERIOD;
            told = goals
                .of(&config, &wanted, Some((&blocked, now)), now)
                .unwrap();
        }
        let lead = config.joints[0].top_speed.get() * 0.1;
        assert!((told[0] - 0.2 - lead).abs() < 1e-12, "{told:?}");
        // Let go, it begins at the joint.
        goals.let_go();
        now += PERIOD;
        let rest = goals.of(&config, &SVector::zeros(), Some((&blocked, now)), now);
        assert_eq!(rest, Some([0.2, 0.0, -0.1]));
    }

    #[test]
    fn nothing_is_integrated_from_an_old_sample_or_over_a_long_pause() {
        let config = three(BusDrive::Position);
        let mut goals = Goals::<3>::new();
        goals.begin(PERIOD);
        let (joints, wanted) = (SVector::zeros(), SVector::from([1.0, 0.0, 0.0]));
        assert_eq!(goals.of(&config, &wanted, None, Instant::START), None);
        let first = Instant::from_nanos(1_000_000_000);
        let told = goals
            .of(&config, &wanted, Some((&joints, first)), first)
            .unwrap();
        assert!((told[0] - 0.008).abs() < 1e-12, "{told:?}");
        let old = first + Duration::from_millis(21);
        assert_eq!(
            goals.of(&config, &wanted, Some((&joints, first)), old),
            Some(told)
        );
    }
}
