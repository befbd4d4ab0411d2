//! The servos this crate knows.
//!
//! Model numbers, current units and velocity limits: ROBOTIS e-Manual, control table of each model. The torque
//! per ampere is stall torque by stall current at the recommended voltage (e-Manual, "X Series"): one number
//! for gears, friction and a motor that warms up. It is rough, by ±30 % (chosen; the published performance graphs
//! bend about as much): good for a plausibility check, not for touching somebody.

/// What the register "present current" counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum EffortUnit {
    /// Current; the servo can also be given a goal current.
    Current {
        /// One bit, A.
        ampere: f64,
        /// Torque of the output shaft by current, N·m/A; rough.
        torque_per_ampere: f64,
    },
    /// A computed load, 0.1 % of the largest output each; no current control, and no torque to be had from it.
    Load,
}

/// One kind of servo.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Model {
    /// As on its label.
    pub name: &'static str,
    /// Register 0.
    pub number: u16,
    /// What it says about effort.
    pub effort: EffortUnit,
    /// First of its indirect data registers; as many as this crate uses exist on all of them.
    pub indirect_data: u16,
    /// The velocity limit it comes with, [`VELOCITY_UNIT`](crate::table::VELOCITY_UNIT).
    pub velocity_limit: u32,
}

impl Model {
    /// The model with this number.
    #[must_use]
    pub fn by_number(number: u16) -> Option<&'static Self> {
        MODELS.iter().find(|model| model.number == number)
    }

    /// The model with this name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<&'static Self> {
        MODELS.iter().find(|model| model.name == name)
    }

    /// True when it can be given a goal current.
    #[must_use]
    pub const fn has_current_control(&self) -> bool {
        match self.effort {
            EffortUnit::Current { .. } => true,
            EffortUnit::Load => false,
        }
    }
}

/// "About 2.69 mA".
const XM: f64 = 2.69e-3;
/// "About 1 mA".
const XL330: f64 = 1e-3;

const fn current(ampere: f64, stall_torque: f64, stall_current: f64) -> EffortUnit {
    EffortUnit::Current {
        ampere,
        torque_per_ampere: stall_torque / stall_current,
    }
}

const fn model(
    name: &'static str,
    number: u16,
    effort: EffortUnit,
    indirect_data: u16,
    velocity_limit: u32,
) -> Model {
    Model {
        name,
        number,
        effort,
        indirect_data,
        velocity_limit,
    }
}

/// Every servo this crate knows. Stall figures at 12 V, the XL330's at 5 V.
pub const MODELS: [Model; 9] = [
    model("XM430-W350", 1020, current(XM, 4.1, 2.3), 224, 350),
    model("XM430-W210", 1030, current(XM, 3.0, 2.3), 224, 330),
    model("XM540-W270", 1120, current(XM, 10.6, 4.4), 224, 128),
    model("XM540-W150", 1130, current(XM, 7.3, 4.4), 224, 230),
    model("XL430-W250", 1060, EffortUnit::Load, 224, 265),
    model("XC430-W150", 1070, EffortUnit::Load, 224, 460),
    model("XC430-W240", 1080, EffortUnit::Load, 224, 306),
    model("XL330-M077", 1190, current(XL330, 0.215, 1.47), 208, 1620),
    model("XL330-M288", 1200, current(XL330, 0.52, 1.47), 208, 445),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_are_unique() {
        for (at, model) in MODELS.iter().enumerate() {
            for other in &MODELS[at + 1..] {
                assert_ne!(model.number, other.number);
                assert_ne!(model.name, other.name);
            }
            assert_eq!(Model::by_number(model.number), Some(model));
            assert_eq!(Model::by_name(model.name), Some(model));
        }
    }
}
