//! Joints and servos: which servo turns which joint, how far, how fast, which way round.
//!
//! A joint's angle is the servo's, from its zero, by the gear, with a sign:
//! `joint = ±(pulses − zero) · 2π/4096 / gear`. Torque goes the other way: `joint = ±current · N·m/A · gear`.

use quantities::{NewtonMetres, Radians, RadiansPerSecond};

use crate::model::{EffortUnit, Model};
use crate::packet::Id;
use crate::table::{OperatingMode, PULSE, VELOCITY_UNIT};

/// What all goals of a bus are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drive {
    /// Joint angles, rad.
    Position,
    /// Joint speeds, rad/s.
    Velocity,
    /// Joint torques, N·m; rough, see [`EffortUnit`].
    Torque,
}

/// Which way a servo turns its joint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sense {
    /// Counter-clockwise, seen at the horn, is the joint's positive sense.
    Same,
    /// It is the negative sense.
    Reversed,
}

impl Sense {
    const fn sign(self) -> f64 {
        match self {
            Self::Same => 1.0,
            Self::Reversed => -1.0,
        }
    }
}

/// One joint of an arm and the servo that turns it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct JointConfig {
    /// The servo's address.
    pub id: Id,
    /// The servo's kind; another one is refused.
    pub model: Model,
    /// The oldest firmware that will do.
    pub least_firmware: u8,
    /// Which way round.
    pub sense: Sense,
    /// The servo's position where the joint is at zero, pulses.
    pub zero_pulses: i32,
    /// Turns of the servo for one turn of the joint; 1 without a gear.
    pub gear: f64,
    /// Least angle of the joint.
    pub lowest: Radians,
    /// Largest angle of the joint.
    pub highest: Radians,
    /// Largest speed of the joint. Goals are held to it, and it caps position moves inside the servo.
    pub top_speed: RadiansPerSecond,
    /// Largest torque of the joint. Torque goals are held to it. Driven by position, a servo with current control holds
    /// itself to it; one without, and any driven by speed, presses as hard as it can.
    pub top_torque: NewtonMetres,
}

/// What a joint's settings lack.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum JointFault {
    /// A number that cannot be meant.
    #[error("joint of servo {id}: {field} is {seen}; allowed is {allowed}")]
    Number {
        /// The servo.
        id: Id,
        /// Which setting.
        field: &'static str,
        /// Its value.
        seen: f64,
        /// In words.
        allowed: &'static str,
    },
    /// Torque goals for a servo that takes none.
    #[error(
        "joint of servo {id}: a {model} has no current control; drive this bus by position or velocity"
    )]
    NoCurrent {
        /// The servo.
        id: Id,
        /// Its kind.
        model: &'static str,
    },
}

impl JointConfig {
    /// Says what is wrong with the settings, if anything.
    pub fn check(&self, drive: Drive) -> Result<(), JointFault> {
        let id = self.id;
        let number = |field, seen, allowed| JointFault::Number {
            id,
            field,
            seen,
            allowed,
        };
        if drive == Drive::Torque && !self.model.has_current_control() {
            let model = self.model.name;
            return Err(JointFault::NoCurrent { id, model });
        }
        // Chosen: a hundredfold gear is beyond anything built on these servos.
        if !(0.01..=100.0).contains(&self.gear) {
            return Err(number("gear", self.gear, "0.01 to 100"));
        }
        let (lowest, highest) = (self.lowest.get(), self.highest.get());
        let far = 1000.0;
        if !(-far..=far).contains(&lowest) {
            return Err(number("lowest", lowest, "-1000 to 1000 rad"));
        }
        if !(lowest..=far).contains(&highest) || highest == lowest {
            return Err(number("highest", highest, "above lowest, to 1000 rad"));
        }
        let speed = self.top_speed.get();
        if !(speed > 0.0 && speed.is_finite()) {
            return Err(number("top speed", speed, "above 0 rad/s"));
        }
        if self.raw_top_speed() < 1 {
            return Err(number(
                "top speed",
                speed,
                "0.024 rad/s of the servo or more",
            ));
        }
        let torque = self.top_torque.get();
        if !(torque > 0.0 && torque.is_finite()) {
            return Err(number("top torque", torque, "above 0 N·m"));
        }
        if self.raw_top_current().is_some_and(|most| most < 1) {
            return Err(number(
                "top torque",
                torque,
                "one bit of the servo's current or more",
            ));
        }
        Ok(())
    }

    /// Joint angle at this servo position.
    #[must_use]
    pub fn position(&self, pulses: i32) -> Radians {
        let turned = f64::from(pulses) - f64::from(self.zero_pulses);
        Radians::new(self.sense.sign() * turned * PULSE / self.gear)
    }

    /// Joint speed at this servo speed.
    #[must_use]
    pub fn velocity(&self, raw: i32) -> RadiansPerSecond {
        RadiansPerSecond::new(self.sense.sign() * f64::from(raw) * VELOCITY_UNIT / self.gear)
    }

    /// What the servo says about effort, told at the joint.
    #[must_use]
    pub fn effort(&self, raw: i16) -> Effort {
        match self.model.effort {
            EffortUnit::Current {
                ampere,
                torque_per_ampere,
            } => {
                let shaft = f64::from(raw) * ampere * torque_per_ampere;
                Effort::RoughTorque(NewtonMetres::new(self.sense.sign() * shaft * self.gear))
            }
            EffortUnit::Load => Effort::Load(self.sense.sign() * f64::from(raw) * 1e-3),
        }
    }

    /// Servo position for a joint angle, held to the joint's range. What is no number becomes the least angle.
    #[must_use]
    pub fn pulses(&self, angle: f64) -> i32 {
        let held = angle.max(self.lowest.get()).min(self.highest.get());
        let turned = self.sense.sign() * held * self.gear / PULSE;
        whole(f64::from(self.zero_pulses) + turned.round())
    }

    /// Servo speed for a joint speed, held to the joint's largest and never rounded beyond it. Give it numbers.
    #[must_use]
    pub fn raw_velocity(&self, speed: f64) -> i32 {
        let most = self.raw_top_speed();
        let raw = self.sense.sign() * speed * self.gear / VELOCITY_UNIT;
        let most = f64::from(most);
        whole(raw.round().max(-most).min(most))
    }

    /// The joint's largest speed in the servo's unit, rounded down.
    #[must_use]
    pub fn raw_top_speed(&self) -> i32 {
        whole((self.top_speed.get() * self.gear / VELOCITY_UNIT).floor())
    }

    /// Servo current for a joint torque, held to the joint's largest; `None` without current control.
    #[must_use]
    pub fn raw_current(&self, torque: f64) -> Option<i16> {
        let most = f64::from(self.raw_top_current()?);
        let raw = self.sense.sign() * torque / self.torque_per_bit()?;
        Some(raw.round().max(-most).min(most) as i16)
    }

    /// The joint's largest torque in the servo's current unit, rounded down.
    #[must_use]
    pub fn raw_top_current(&self) -> Option<i16> {
        let most = (self.top_torque.get() / self.torque_per_bit()?).floor();
        Some(most.min(f64::from(i16::MAX)) as i16)
    }

    /// Joint torque of one bit of current, N·m.
    fn torque_per_bit(&self) -> Option<f64> {
        match self.model.effort {
            EffortUnit::Current {
                ampere,
                torque_per_ampere,
            } => Some(ampere * torque_per_ampere * self.gear),
            EffortUnit::Load => None,
        }
    }

    /// The servo positions the joint's range spans, least first.
    #[must_use]
    pub fn span(&self) -> (i32, i32) {
        let (a, b) = (
            self.pulses(self.lowest.get()),
            self.pulses(self.highest.get()),
        );
        (a.min(b), a.max(b))
    }

    /// True when nothing this joint is told can make its servo press harder than `top_torque`.
    #[must_use]
    pub const fn torque_capped(&self, drive: Drive) -> bool {
        match drive {
            Drive::Position | Drive::Torque => self.model.has_current_control(),
            Drive::Velocity => false,
        }
    }

    /// The mode that serves `drive`: for positions the one that caps the torque, where there is one; else positions
    /// beyond one turn need the extended one.
    #[must_use]
    pub fn mode(&self, drive: Drive) -> OperatingMode {
        match drive {
            Drive::Velocity => OperatingMode::Velocity,
            Drive::Torque => OperatingMode::Current,
            Drive::Position if self.model.has_current_control() => {
                OperatingMode::CurrentBasedPosition
            }
            Drive::Position => match self.span() {
                (0.., ..=4095) => OperatingMode::Position,
                (_, _) => OperatingMode::ExtendedPosition,
            },
        }
    }
}

/// How hard a servo works, told at the joint.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Effort {
    /// From the motor current; rough, see [`EffortUnit`].
    RoughTorque(NewtonMetres),
    /// Share of the largest output, −1 to 1; not a torque.
    Load(f64),
}

/// `as` saturates and takes NaN for 0: exactly what a register needs.
const fn whole(value: f64) -> i32 {
    value as i32
}
