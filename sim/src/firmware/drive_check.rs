//! Whether the drives do what they are told, and whether the joints' samples live.
//!
//! Nobody notices a failing drive sooner than the firmware beside it: the torque that a joint gave in the last
//! millisecond stands next to the one that it was told. A host sees the same through a wire, later, and a force
//! ceiling only once the arm has fallen on what lies under it.
//!
//! ```text
//! one joint does otherwise ─────────▶ its own brake; the others take the force away
//! all by one common share ──────────▶ the supply sags: they are told more by that share; force taken away
//! many, without a common share ─────▶ all brakes
//! samples that never change a bit ──▶ blind: the push fades by what is known, then all brakes
//! ```

use core::mem;

use nalgebra::SVector;
use signals::JointState;
use wire_format::FaultClass;

use super::motion::Told;

/// A torque may differ from what was told by so much (N·m; N for a sliding joint) and by this share of it. Chosen:
/// a hundred times the noise of a torque sensor, and the error of an uncalibrated one.
const TORQUE_ALLOWANCE: f64 = 2.0;
const TORQUE_SHARE: f64 = 0.10;
/// A joint's speed may differ from what was told by this share of its limit. Chosen: a servo that starts lags so.
const SPEED_SHARE: f64 = 0.2;
/// For so many ticks on end: one odd sample is no trip, and a velocity takes its time.
const TORQUE_PERSISTS: u32 = 4;
const SPEED_PERSISTS: u32 = 40;
/// A sample that repeats itself to the last bit for so many ticks is none.
const FROZEN_AFTER: u32 = 10;
/// A sag can be made up for within these shares. Chosen.
const SAG: core::ops::Range<f64> = 0.4..0.95;
/// A share this near to what was made up for is a supply that is back.
const RECOVERED: f64 = 0.1;

/// What is wrong with drives or joints.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Wrong<const D: usize> {
    /// These do other than they are told.
    Drives([bool; D]),
    /// All give this share of what they are told.
    Sag(f64),
    /// The joints' samples do not live.
    Frozen,
}

impl<const D: usize> Wrong<D> {
    /// How it is told.
    pub const fn class(&self) -> FaultClass {
        match self {
            Self::Drives(_) => FaultClass::Drive,
            Self::Sag(_) => FaultClass::Supply,
            Self::Frozen => FaultClass::JointSensor,
        }
    }
}

/// The check's memory, and what it made of the drives.
#[derive(Clone, Debug)]
pub(super) struct DriveCheck<const D: usize> {
    told: Option<Told<D>>,
    over: [u32; D],
    last: Option<JointState<D>>,
    same: u32,
    /// Joints whose drives are given up: their own brakes are closed.
    braked: [bool; D],
    /// Factor on what the drives are told, while the supply sags.
    made_up: f64,
}

impl<const D: usize> DriveCheck<D> {
    pub const NEW: Self = Self {
        told: None,
        over: [0; D],
        last: None,
        same: 0,
        braked: [false; D],
        made_up: 1.0,
    };

    /// Power was lost and is back. Joints that were given up stay so until a session is opened.
    pub fn wake(&mut self) {
        *self = Self {
            braked: self.braked,
            ..Self::NEW
        };
    }

    /// Joints whose own brakes are to be closed.
    pub const fn braked(&self) -> &[bool; D] {
        &self.braked
    }

    /// More than half of the drives are given up: the arm cannot be moved in good order.
    pub fn is_beyond_use(&self) -> bool {
        2 * self.braked.iter().filter(|braked| **braked).count() > D
    }

    /// What the drives have to be told for the coming tick so that they do what the firmware wants, within their limits
    /// (N·m; N for a sliding joint).
    pub fn telling(&mut self, wanted: Told<D>, limits: &SVector<f32, D>) -> Told<D> {
        let before = self.told.replace(wanted);
        if before.is_none_or(|told| mem::discriminant(&told) != mem::discriminant(&wanted)) {
            // Torques and velocities are counted by other measures.
            self.over = [0; D];
        }
        match wanted {
            Told::Torques(torques) => {
                Told::Torques((torques * self.made_up).zip_map(limits, |torque, limit| {
                    let most = f64::from(limit.abs());
                    torque.clamp(-most, most)
                }))
            }
            Told::Velocities(_) | Told::Brakes => wanted,
        }
    }

    /// Compares what the joints report with what was told for the tick that has passed. `speed_limits`: rad/s or
    /// m/s. `lives`: the joints' sensors have noise, so that a sample which repeats itself is none.
    pub fn look(
        &mut self,
        joints: &JointState<D>,
        speed_limits: &SVector<f32, D>,
        lives: bool,
    ) -> Option<Wrong<D>> {
        let told = self.told?;
        if told == Told::Brakes {
            (self.over, self.last, self.same) = ([0; D], None, 0);
            return None;
        }
        if self.is_frozen(joints, lives) {
            return Some(Wrong::Frozen);
        }
        let disobey = self.count(&told, joints, speed_limits);
        if !disobey.contains(&true) {
            return None;
        }
        self.over = [0; D];
        if let Told::Torques(torques) = told
            && !self.braked.contains(&true)
            && let Some(share) = common_share(&torques, &joints.torques)
        {
            if (share / self.made_up - 1.0).abs() < RECOVERED {
                // The supply is back: what was made up for is now too much.
                self.made_up = 1.0;
                return None;
            }
            let made_up = self.made_up / share;
            if SAG.contains(&share) && made_up <= 1.0 / SAG.start {
                self.made_up = made_up;
                return Some(Wrong::Sag(share));
            }
        }
        for (braked, disobeys) in self.braked.iter_mut().zip(disobey) {
            *braked |= disobeys;
        }
        Some(Wrong::Drives(self.braked))
    }

    fn is_frozen(&mut self, joints: &JointState<D>, lives: bool) -> bool {
        let repeats = lives && self.last == Some(*joints);
        self.same = if repeats {
            self.same.saturating_add(1)
        } else {
            0
        };
        self.last = Some(*joints);
        self.same >= FROZEN_AFTER
    }

    /// The joints that have differed for long enough; those that are given up are not asked.
    fn count(
        &mut self,
        told: &Told<D>,
        joints: &JointState<D>,
        speed_limits: &SVector<f32, D>,
    ) -> [bool; D] {
        let (gap, most, persists) = match told {
            Told::Brakes => return [false; D],
            Told::Torques(told) => (
                joints.torques - told,
                told.map(|torque| TORQUE_ALLOWANCE + TORQUE_SHARE * torque.abs()),
                TORQUE_PERSISTS,
            ),
            Told::Velocities(told) => (
                joints.velocities - told,
                speed_limits.map(|limit| SPEED_SHARE * f64::from(limit)),
                SPEED_PERSISTS,
            ),
        };
        let differs = gap.iter().zip(most.iter()).zip(&self.braked);
        for (count, ((gap, most), braked)) in self.over.iter_mut().zip(differs) {
            // Not within is without, also for what is no number.
            let within = gap.abs() <= *most;
            *count = if !within && !braked {
                count.saturating_add(1)
            } else {
                0
            };
        }
        self.over.map(|count| count >= persists)
    }
}

/// The common share by least squares, if all joints give it.
fn common_share<const D: usize>(told: &SVector<f64, D>, given: &SVector<f64, D>) -> Option<f64> {
    let share = told.dot(given) / told.norm_squared().max(1e-9);
    let fits = told.iter().zip(given.iter()).all(|(told, given)| {
        let expected = told * share;
        (given - expected).abs() <= 0.5 * TORQUE_ALLOWANCE + 0.5 * TORQUE_SHARE * expected.abs()
    });
    fits.then_some(share)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TORQUES: SVector<f32, 3> = nalgebra::Vector3::new(100.0, 100.0, 100.0);
    const SPEEDS: SVector<f32, 3> = nalgebra::Vector3::new(2.0, 2.0, 2.0);

    fn joints(torques: [f64; 3], noise: f64) -> JointState<3> {
        JointState {
            positions: SVector::zeros(),
            velocities: SVector::zeros(),
            torques: SVector::from(torques).add_scalar(noise),
        }
    }

    fn after(told: [f64; 3], given: [f64; 3], ticks: u32) -> Option<Wrong<3>> {
        let mut check = DriveCheck::NEW;
        let mut wrong = None;
        for tick in 0..ticks {
            let _ = check.telling(Told::Torques(SVector::from(told)), &TORQUES);
            wrong = wrong.or(check.look(&joints(given, f64::from(tick) * 1e-4), &SPEEDS, true));
        }
        wrong
    }

    #[test]
    fn drives_that_obey_are_left_alone_and_one_odd_sample_is_no_trip() {
        assert_eq!(after([1.0, -40.0, 15.0], [1.2, -41.0, 14.5], 100), None);
        assert_eq!(after([1.0, -40.0, 15.0], [1.0, 0.0, 15.0], 3), None);
    }

    #[test]
    fn a_dead_a_reversed_and_a_runaway_drive_are_named() {
        for given in [[1.0, 0.0, 15.0], [1.0, 40.0, 15.0], [1.0, -30.0, 15.0]] {
            let wrong = after([1.0, -40.0, 15.0], given, 4);
            assert_eq!(wrong, Some(Wrong::Drives([false, true, false])));
        }
    }

    #[test]
    fn a_sag_of_all_is_told_from_one_weak_drive() {
        let wrong = after([1.0, -40.0, 15.0], [0.7, -28.0, 10.5], 4);
        let Some(Wrong::Sag(share)) = wrong else {
            panic!("{wrong:?}");
        };
        assert!((share - 0.7).abs() < 1e-3, "{share}");
        let weak = after([1.0, -40.0, 15.0], [1.0, -28.0, 15.0], 4);
        assert_eq!(weak, Some(Wrong::Drives([false, true, false])));
    }

    #[test]
    fn a_supply_that_comes_back_is_no_fault_of_the_drives_and_nothing_is_told_beyond_their_limits()
    {
        let mut check = DriveCheck::NEW;
        let wanted = SVector::from([10.0, -40.0, 15.0]);
        let (mut found, mut largest) = (Vec::new(), 0.0_f64);
        for tick in 0..40 {
            let Told::Torques(told) = check.telling(Told::Torques(wanted), &TORQUES) else {
                panic!("torques");
            };
            largest = largest.max(told.amax());
            let supply = if tick < 20 { 0.5 } else { 1.0 };
            let given = told * supply;
            let sample = joints([given[0], given[1], given[2]], f64::from(tick) * 1e-4);
            found.extend(check.look(&sample, &SPEEDS, true));
        }
        assert!(matches!(found.as_slice(), [Wrong::Sag(_), ..]), "{found:?}");
        assert!(
            found.iter().all(|wrong| matches!(wrong, Wrong::Sag(_))),
            "{found:?}"
        );
        assert!(largest > 79.0, "made up for: {largest}");
        let told = check.telling(Told::Torques(wanted * 9.0), &TORQUES);
        assert_eq!(told, Told::Torques(SVector::from([90.0, -100.0, 100.0])));
    }

    #[test]
    fn samples_that_never_change_are_none_unless_the_sensors_have_no_noise() {
        let mut check = DriveCheck::NEW;
        let look = |check: &mut DriveCheck<3>, lives| {
            let _ = check.telling(Told::Torques(SVector::zeros()), &TORQUES);
            check.look(&joints([0.0; 3], 0.0), &SPEEDS, lives)
        };
        assert!((0..100).all(|_| look(&mut check, false).is_none()));
        let first = (0..100).find(|_| look(&mut check, true) == Some(Wrong::Frozen));
        assert_eq!(first, Some(9));
    }

    #[test]
    fn a_joint_that_does_not_turn_as_fast_as_told_is_named_when_it_lasts() {
        let mut check = DriveCheck::NEW;
        let mut first = None;
        for tick in 0..100 {
            let _ = check.telling(Told::Velocities(SVector::from([0.0, 0.0, 0.6])), &TORQUES);
            let wrong = check.look(&joints([f64::from(tick); 3], 0.0), &SPEEDS, true);
            if let Some(wrong) = wrong {
                first.get_or_insert((tick, wrong));
            }
        }
        assert_eq!(first, Some((39, Wrong::Drives([false, false, true]))));
    }
}
