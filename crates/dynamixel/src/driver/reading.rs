//! What the driver knows of each joint, and how old it is.

use core::fmt;

use quantities::{Duration, Instant, Radians, RadiansPerSecond};

use crate::joint::{Effort, JointConfig};
use crate::packet::Id;
use crate::table::{HardwareErrors, VOLTAGE_UNIT_V, WatchdogState};

/// State of a joint, told from one answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct JointSample {
    /// Joint angle.
    pub position: Radians,
    /// Joint speed.
    pub velocity: RadiansPerSecond,
    /// How hard the servo works.
    pub effort: Effort,
    /// When the question was sent. The servo looked after that, so the sample is never older than this says.
    pub at: Instant,
}

/// State of a servo, told from one answer; looked after a few times a second, and at once after an alert.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Care {
    /// What the servo says is wrong with it.
    pub errors: HardwareErrors,
    /// Its watchdog over the bus.
    pub watchdog: WatchdogState,
    /// Whether its motor is driven.
    pub driven: bool,
    /// Inside the servo, °C.
    pub temperature_c: u8,
    /// Its supply.
    pub supply_v: f64,
    /// When the question was sent.
    pub at: Instant,
}

/// What is known of one joint now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct JointReading {
    /// The newest sample there is; `None` before the first. A lost answer leaves the old one with its age.
    pub sample: Option<JointSample>,
    /// Age of the sample; `None` without one, or when the clock stepped back behind it.
    pub age: Option<Duration>,
    /// Questions in a row that stayed without a good answer in time; the last one counts once its time is over.
    pub missed: u32,
    /// The servo raised its alert bit in its newest answer; `care` soon says why.
    pub alert: bool,
    /// The newest look at the servo.
    pub care: Option<Care>,
}

/// What should stop the arm; the worst of it first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Trouble {
    /// The servo heard nothing for too long and has stopped. It stays so until a new start.
    WatchdogTripped {
        /// The servo.
        id: Id,
    },
    /// The servo is wrong.
    Hardware {
        /// The servo.
        id: Id,
        /// What it says.
        errors: HardwareErrors,
    },
    /// The servo's motor is not driven, or its watchdog is off: it has restarted, or switched itself off.
    NotDriven {
        /// The servo.
        id: Id,
    },
    /// An alert whose reason is not known yet.
    Alert {
        /// The servo.
        id: Id,
    },
    /// No sample as young as wanted.
    Stale {
        /// The servo.
        id: Id,
        /// How old the newest one is; `None` when there never was one.
        age: Option<Duration>,
    },
}

impl Trouble {
    /// The worst is 0.
    pub(super) const fn rank(&self) -> u8 {
        match self {
            Self::WatchdogTripped { .. } => 0,
            Self::Hardware { .. } => 1,
            Self::NotDriven { .. } => 2,
            Self::Alert { .. } => 3,
            Self::Stale { .. } => 4,
        }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WatchdogTripped { id } => write!(
                f,
                "servo {id} heard nothing for too long and has stopped; find out why the bus was silent, then start \
                 anew"
            ),
            Self::Hardware { id, errors } => write!(
                f,
                "servo {id} reports {errors}; find the cause, then restart it"
            ),
            Self::NotDriven { id } => write!(
                f,
                "servo {id} is not driven: it has restarted or switched itself off; check its supply, then start anew"
            ),
            Self::Alert { id } => write!(f, "servo {id} raises an alert; its reason is being read"),
            Self::Stale { id, age: None } => write!(f, "servo {id} has never answered"),
            Self::Stale { id, age: Some(age) } => write!(
                f,
                "servo {id} last answered {:.1} ms ago; check the wiring",
                age.nanos() as f64 * 1e-6
            ),
        }
    }
}

/// What the driver keeps of one joint.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct JointState {
    sample: Option<JointSample>,
    pub(super) missed: u32,
    pub(super) alert: bool,
    care: Option<Care>,
}

impl JointState {
    /// Takes present current, velocity and position in.
    pub(super) fn take_sample(&mut self, joint: &JointConfig, bytes: &[u8; 10], at: Instant) {
        let [c0, c1, v0, v1, v2, v3, p0, p1, p2, p3] = *bytes;
        self.sample = Some(JointSample {
            position: joint.position(i32::from_le_bytes([p0, p1, p2, p3])),
            velocity: joint.velocity(i32::from_le_bytes([v0, v1, v2, v3])),
            effort: joint.effort(i16::from_le_bytes([c0, c1])),
            at,
        });
        self.missed = 0;
    }

    /// Takes error status, watchdog, torque enable, temperature and supply in.
    pub(super) fn take_care(&mut self, bytes: &[u8; 6], at: Instant) {
        let [errors, watchdog, driven, temperature_c, low, high] = *bytes;
        self.care = Some(Care {
            errors: HardwareErrors::from_byte(errors),
            watchdog: WatchdogState::from_byte(watchdog),
            driven: driven == 1,
            temperature_c,
            supply_v: f64::from(u16::from_le_bytes([low, high])) * VOLTAGE_UNIT_V,
            at,
        });
    }

    /// True when the alert's reason is still to be read.
    pub(super) fn wants_care(&self) -> bool {
        self.care
            .is_none_or(|care| self.alert && care.errors.is_empty())
    }

    /// True when the newest sample lies at or beyond an end of the joint's range and `speed` leads on outwards.
    pub(super) fn leads_out(&self, joint: &JointConfig, speed: f64) -> bool {
        self.sample.is_some_and(|sample| {
            (sample.position >= joint.highest && speed > 0.0)
                || (sample.position <= joint.lowest && speed < 0.0)
        })
    }

    pub(super) fn reading(&self, now: Instant) -> JointReading {
        JointReading {
            sample: self.sample,
            age: self.sample.and_then(|sample| now.since(sample.at)),
            missed: self.missed,
            alert: self.alert,
            care: self.care,
        }
    }

    /// What is wrong with this joint, the worst first.
    pub(super) fn trouble(&self, id: Id, now: Instant, oldest: Duration) -> Option<Trouble> {
        if let Some(care) = self.care {
            if care.watchdog == WatchdogState::Tripped {
                return Some(Trouble::WatchdogTripped { id });
            }
            if !care.errors.is_empty() {
                let errors = care.errors;
                return Some(Trouble::Hardware { id, errors });
            }
            if !care.driven || care.watchdog == WatchdogState::Off {
                return Some(Trouble::NotDriven { id });
            }
        }
        if self.alert {
            return Some(Trouble::Alert { id });
        }
        let age = self.reading(now).age;
        match age {
            Some(age) if age <= oldest => None,
            Some(_) | None => Some(Trouble::Stale { id, age }),
        }
    }
}
