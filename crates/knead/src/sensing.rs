//! Whether the wrist sensor can tell the loads that a session may bring.
//!
//! A sensor that saturates below a ceiling would make the ceiling blind: the force would rise, its reading
//! would not. So it must reach beyond the highest ceiling, and carry the tool's weight besides.

use kinematics::{STANDARD_GRAVITY, ToolModel};
use limits::RawLimits;
use quantities::{NewtonMetres, Newtons};
use settings::ForceSensor;

/// How far beyond a ceiling a load must still be told. Chosen: an overshoot of half the ceiling is far
/// more than the monitor lets pass.
const RESERVE: f64 = 1.5;

/// The largest load on the sensor that a session must be able to tell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LargestLoad {
    /// Along the worst axis.
    pub force: Newtons,
    /// About the worst axis.
    pub moment: NewtonMetres,
}

/// The highest normal force that the figures allow anywhere.
pub fn highest_ceiling(limits: &RawLimits) -> Newtons {
    limits.muscle_force.max(limits.buttock_force)
}

/// The worst over the tools: ceiling times reserve plus weight; for the moment, the normal force at the
/// edge of the patch, the force along the skin at the length of the tool, and the weight, all adding up.
pub fn largest_load(sensor: &ForceSensor, limits: &RawLimits, tools: &[ToolModel]) -> LargestLoad {
    let normal = highest_ceiling(limits).get() * RESERVE;
    let along = limits.tangential_force.get() * RESERVE;
    let at = sensor.flange_from_sensor.origin().raw().coords;
    let mut worst = LargestLoad {
        force: Newtons::new(normal),
        moment: NewtonMetres::ZERO,
    };
    for tool in tools {
        let weight = tool.payload.mass.get() * STANDARD_GRAVITY;
        let length = (tool.payload.flange_from_tool.origin().raw().coords - at).norm();
        let balance = (tool.payload.centre_of_mass.raw().coords - at).norm();
        let (half_length, half_width) = tool.patch.half_extents();
        let edge = half_length.max(half_width);
        let moment = normal * edge + along * length + weight * balance;
        worst.force = worst.force.max(Newtons::new(normal + weight));
        worst.moment = worst.moment.max(NewtonMetres::new(moment));
    }
    worst
}

/// Refuses a sensor that saturates too early; the words say what is needed.
pub fn wide_enough(
    sensor: &ForceSensor,
    limits: &RawLimits,
    tools: &[ToolModel],
) -> Result<(), String> {
    let load = largest_load(sensor, limits, tools);
    if sensor.range >= load.force && sensor.torque_range >= load.moment {
        return Ok(());
    }
    Err(format!(
        "the wrist sensor saturates at {:.0} N and {:.1} N·m; under these limits, with these tools, it must tell \
         {:.0} N and {:.1} N·m (1.5 times the ceilings, and the tool's weight): fit another sensor, or lower the \
         ceilings in the limits profile",
        sensor.range.get(),
        sensor.torque_range.get(),
        load.force.get(),
        load.moment.get()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use settings::{ArmProfile, ToolProfile};

    const R7: &str = include_str!("../../../config/arms/knead_r7.toml");
    const PALM: &str = include_str!("../../../config/tools/palm.toml");

    fn sensor(text: &str) -> ForceSensor {
        let profile = ArmProfile::parse(text, "arm.toml").expect("a profile");
        profile.sensor.expect("a sensor")
    }

    #[test]
    fn the_largest_load_is_ceiling_times_reserve_and_the_weight() {
        let palm = ToolProfile::parse(PALM, "palm.toml").expect("a tool").model;
        let load = largest_load(&sensor(R7), &RawLimits::default(), &[palm]);
        // 45 N x 1.5 and 0.5 kg; the moment by hand: 67.5 N at 50 mm, 30 N at 80 mm, 4.9 N at 40 mm.
        assert!((load.force.get() - (67.5 + 0.5 * 9.80665)).abs() < 1e-9);
        let by_hand = 67.5 * 0.05 + 30.0 * 0.08 + 0.5 * 9.80665 * 0.04;
        assert!((load.moment.get() - by_hand).abs() < 1e-9, "{load:?}");
    }

    #[test]
    fn a_sensor_that_saturates_too_early_is_refused_with_what_is_needed() {
        let palm = ToolProfile::parse(PALM, "palm.toml").expect("a tool").model;
        let limits = RawLimits::default();
        assert_eq!(wide_enough(&sensor(R7), &limits, &[palm]), Ok(()));
        for (wide, narrow) in [
            ("range_n = 300", "range_n = 60"),
            ("range_nm = 20", "range_nm = 3"),
        ] {
            let words = wide_enough(&sensor(&R7.replace(wide, narrow)), &limits, &[palm])
                .expect_err("too narrow");
            assert!(words.contains("it must tell 72 N and 6.0 N·m"), "{words}");
        }
    }
}
