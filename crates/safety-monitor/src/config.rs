//! What the monitor is built from. Everything is checked once, here.

use kinematics::{ArmModel, ArmShape, TableTop, ToolModel};
use limits::Envelope;
use nalgebra::SVector;
use quantities::{
    Base, Duration, Flange, Metres, Newtons, NewtonsPerMetre, Point, Seconds, Sensor, Table,
    Transform,
};

use signals::DriveKind;

use crate::Skin;

/// What the data sheet, or a calibration, says of the wrist sensor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SensorTraits {
    /// Standard deviation of a force sample.
    pub noise: Newtons,
    /// Error that remains after taking the zero: drift, cross-talk, pose-dependent weight.
    pub bias: Newtons,
    /// Age of a sample on arrival when all is well.
    pub delay: Duration,
    /// A sensor whose samples stay the same to the last bit for this long is stuck. Not judged when
    /// `noise` is zero.
    pub frozen_after: Duration,
}

impl Default for SensorTraits {
    /// The project's default sensor: 0.15 N noise, 0.3 N bias, 2 ms late; stuck after 30 ms (chosen).
    fn default() -> Self {
        Self {
            noise: Newtons::new(0.15),
            bias: Newtons::new(0.3),
            delay: Duration::from_millis(2),
            frozen_after: Duration::from_millis(30),
        }
    }
}

/// Everything the monitor believes.
#[derive(Clone, Debug)]
pub struct MonitorConfig<const D: usize> {
    /// The arm with each tool's payload, in the order of [`signals::ToolIndex`].
    pub tools: Vec<(ArmModel<D>, ToolModel)>,
    /// The arm with each tool as a body, in the same order; empty where no shapes are known, which leaves
    /// the rules on links without anything to compare.
    pub shapes: Vec<ArmShape<D>>,
    /// Table and floor.
    pub table: TableTop,
    /// The sealed limits.
    pub envelope: Envelope,
    /// The believed spine line toward the head.
    pub spine: Vec<Point<Table>>,
    /// Back coordinate `u` of the line's first point (negative: below S2).
    pub spine_from: Metres,
    /// The believed skin.
    pub skin: Skin,
    /// The believed pose of the table.
    pub base_from_table: Transform<Base, Table>,
    /// Where the wrist sensor sits; the payload of a tool is all that hangs beyond it.
    pub flange_from_sensor: Transform<Flange, Sensor>,
    /// The wrist sensor.
    pub sensor: SensorTraits,
    /// Period of the control cycle.
    pub period: Duration,
    /// Proven time from a change at the skin to the drives' answer.
    pub delay: Seconds,
    /// Upper bound of the skin's stiffness measured on this back, for the headroom law; `None` where it
    /// is not known.
    pub stiffness: Option<NewtonsPerMetre>,
    /// The routine holds a permitted crossing of the midline: light touch within the keep-out is then
    /// no trip.
    pub crossing_allowed: bool,
    /// Places on the believed skin that may be pressed for longer than the usual dwell: 90 s in all, each.
    /// The session states them once; they hold for its whole length.
    pub trigger_points: Vec<Point<Table>>,
    /// What the drives take. A wish of the other kind is refused.
    pub drive: DriveKind,
    /// The drives report torques good enough for a second estimate of the contact force.
    pub drives_report_torque: bool,
}

/// Why no monitor can be built.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ConfigError {
    /// No tool, or more than can be counted.
    #[error(
        "the monitor was given {tools} tools, 1 to 255 are allowed; name each tool of the routine once"
    )]
    Tools {
        /// How many.
        tools: usize,
    },
    /// Some tools have a shape and others have none.
    #[error(
        "the monitor was given {tools} tools and {shapes} shapes; give the arm's shape with each tool, or none"
    )]
    Shapes {
        /// How many tools.
        tools: usize,
        /// How many shapes.
        shapes: usize,
    },
    /// Torque or speed limits that bound nothing.
    #[error(
        "joint {joint} has a {what} limit of {seen}; give a finite, positive one in the arm's profile"
    )]
    JointLimit {
        /// Which joint, from 0.
        joint: usize,
        /// Torque or velocity.
        what: &'static str,
        /// What was given.
        seen: f64,
    },
    /// The spine line is no line.
    #[error("the spine line of {points} points has no usable length; fit the back again")]
    NoSpine {
        /// How many points.
        points: usize,
    },
    /// A number of the configuration is out of its range.
    #[error("`{what}` is {seen}, {allowed} is allowed; correct the configuration")]
    Number {
        /// Which.
        what: &'static str,
        /// What was given, SI.
        seen: f64,
        /// What may be given.
        allowed: &'static str,
    },
}

/// Highest pressure rating of a tool (Pa): the largest pressure that the limits can be configured to.
const LARGEST_RATING: f64 = 400e3;

/// Refuses what would leave a check without a bound.
pub(crate) fn check<const D: usize>(config: &MonitorConfig<D>) -> Result<(), ConfigError> {
    let tools = config.tools.len();
    if tools == 0 || tools > 255 {
        return Err(ConfigError::Tools { tools });
    }
    let shapes = config.shapes.len();
    if shapes != 0 && shapes != tools {
        return Err(ConfigError::Shapes { tools, shapes });
    }
    for (model, _) in &config.tools {
        let limits = model.limits();
        positive(&limits.torque, "torque")?;
        positive(&limits.velocity, "velocity")?;
    }
    for (_, tool) in &config.tools {
        let rating = tool.pressure_rating.get();
        // Not a number is not in the range either.
        if !(rating > 0.0 && rating <= LARGEST_RATING) {
            return Err(ConfigError::Number {
                what: "pressure rating of a tool",
                seen: rating,
                allowed: "above 0 up to 400 000 Pa",
            });
        }
    }
    let in_range = |what, seen: f64, (from, to): (f64, f64), allowed| {
        if seen >= from && seen <= to {
            Ok(())
        } else {
            Err(ConfigError::Number {
                what,
                seen,
                allowed,
            })
        }
    };
    in_range(
        "period",
        config.period.seconds().get(),
        (5e-4, 0.01),
        "0.5 ms to 10 ms",
    )?;
    in_range("delay", config.delay.get(), (0.0, 0.1), "0 to 100 ms")?;
    in_range(
        "sensor.noise",
        config.sensor.noise.get(),
        (0.0, 2.0),
        "0 to 2 N",
    )?;
    in_range(
        "sensor.bias",
        config.sensor.bias.get(),
        (0.0, 2.0),
        "0 to 2 N",
    )?;
    in_range(
        "sensor.delay",
        config.sensor.delay.seconds().get(),
        (0.0, 0.02),
        "0 to 20 ms",
    )
}

fn positive<const D: usize>(
    limits: &SVector<f64, D>,
    what: &'static str,
) -> Result<(), ConfigError> {
    match limits
        .iter()
        .enumerate()
        .find(|(_, limit)| !(limit.is_finite() && **limit > 0.0))
    {
        Some((joint, seen)) => Err(ConfigError::JointLimit {
            joint,
            what,
            seen: *seen,
        }),
        None => Ok(()),
    }
}
