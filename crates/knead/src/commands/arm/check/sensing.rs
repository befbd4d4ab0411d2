//! Sensor range, encoder steps, and how well the base was measured.

use kinematics::ToolModel;
use limits::RawLimits;
use settings::ArmProfile;

use super::finding::{Finding, Severity};
use crate::sensing::wide_enough;

/// Encoder step from which the speed and posture that the loop sees become coarse (rad or m). Chosen: at
/// the end of an arm 0.8 m long this is 80 µm, a tenth of what 1 N moves soft tissue.
const COARSE_STEP: f64 = 100e-6;
/// Age of a wrench from which force control must be slowed (s). Chosen.
const LATE: f64 = 0.005;
/// Misplacement of the tool by a badly measured base that is still small beside the keep-out band's own
/// reserve (m). Chosen: half of the 8 mm by which the midline may at most be uncertain, and 1 mm.
const MISPLACED: f64 = 0.005;
/// Distance from the base at which a turned base is felt (m). Chosen: the middle of the back.
const AT: f64 = 0.6;

pub(super) fn sensing(
    profile: &ArmProfile,
    limits: &RawLimits,
    tools: &[ToolModel],
) -> Vec<Finding> {
    let mut findings = Vec::new();
    match &profile.sensor {
        None => findings.push(Finding::new(
            Severity::Warning,
            "no_sensor",
            "sensor",
            "the profile has no wrist sensor; a default one is simulated",
            "describe the sensor that is fitted in `[sensor]`",
        )),
        Some(sensor) => {
            if let Err(words) = wide_enough(sensor, limits, tools) {
                findings.push(Finding::new(
                    Severity::Error,
                    "sensor_range",
                    "sensor",
                    words,
                    "",
                ));
            }
            if sensor.delay.get() > LATE {
                findings.push(Finding::new(
                    Severity::Warning,
                    "sensor_late",
                    "sensor",
                    format!(
                        "its samples are {:.0} ms old on arrival; {:.0} ms and less are good",
                        sensor.delay.get() * 1e3,
                        LATE * 1e3
                    ),
                    "turn its filter down, or read it faster",
                ));
            }
        }
    }
    let coarse = profile
        .joints
        .iter()
        .filter(|j| j.encoder_step > COARSE_STEP);
    findings.extend(coarse.map(|joint| {
        Finding::new(
            Severity::Warning,
            "coarse_encoder",
            format!("joint '{}'", joint.name),
            format!(
                "its encoder step is {:.0} µrad (µm); {:.0} and less are good",
                joint.encoder_step * 1e6,
                COARSE_STEP * 1e6
            ),
            "read the encoder at the joint rather than at the motor, or expect rough speeds",
        )
    }));
    findings.extend(misplaced(profile));
    findings
}

fn misplaced(profile: &ArmProfile) -> Option<Finding> {
    let installation = &profile.installation;
    let off =
        installation.position_uncertainty.get() + installation.orientation_uncertainty.get() * AT;
    (off > MISPLACED).then(|| {
        Finding::new(
            Severity::Warning,
            "base_uncertain",
            "installation",
            format!(
                "the base is known to {:.1} mm and {:.1} mrad: the tool may be {:.1} mm off, {:.1} mm and less are good",
                installation.position_uncertainty.get() * 1e3,
                installation.orientation_uncertainty.get() * 1e3,
                off * 1e3,
                MISPLACED * 1e3
            ),
            "measure the base again; the keep-out beside the spine knows nothing of this error",
        )
    })
}
