//! The judge's own bounds: compiled in, so that no attachment can widen them. From the project's table
//! of limits (own choices, far inside the published pain and bruise limits).

use std::collections::BTreeMap;

use anatomy::Zone;

use crate::attachments::LimitsFile;
use crate::error::JudgeError;

/// From the true spine line to the nearest edge of the patch (m).
pub(crate) const KEEP_OUT_HALF_WIDTH: f64 = 0.020;
/// RMSE of the normal force, per technique (N).
pub(crate) const TRACKING_RMSE: f64 = 0.5;
/// A first touch may exceed its set-point by this share, or by this much (N).
pub(crate) const OVERSHOOT: (f64, f64) = (0.2, 1.0);
/// A blow's peak may miss what is asked by this share, or by this much (N).
pub(crate) const BLOW_PEAK: (f64, f64) = (0.25, 1.5);
/// Fastest that the skin may be met in a blow (m/s).
pub(crate) const BLOW_IMPACT: f64 = 0.030;
/// Share of the planned blows that may be missing.
pub(crate) const BLOWS_MISSED: f64 = 0.05;
/// Agreement of the stated way slipped with the recomputed speeds of slip, over that way (m) and as a share
/// of it: the trapezoid rule over a millisecond.
pub(crate) const SLIP_AGREEMENT: (f64, f64) = (1e-3, 0.02);
/// A place that was left for bone must truly have this share of the stiffness that the plan calls bone.
pub(crate) const BONE_SHARE: f64 = 0.5;
/// Speed of slip that counts as slipping, and the one below which it is over (m/s).
pub(crate) const SLIPS: (f64, f64) = (0.005, 0.002);
/// Tracking counts from this long after the touch (ns).
pub(crate) const SETTLING_NS: u64 = 300_000_000;
/// Agreement of stated and recomputed wrench (N, N·m).
pub(crate) const WRENCH_AGREEMENT: f64 = 1e-3;
/// Agreement of stated and recomputed tool position (m).
pub(crate) const POSE_AGREEMENT: f64 = 1e-6;
/// Agreement of the plant's breath with the world's (m).
pub(crate) const BREATH_AGREEMENT: f64 = 1e-6;
/// Agreement of the plan's set-point with the cycle's (N): the cycle's is an `f32`, and its phase too.
pub(crate) const SETPOINT_AGREEMENT: f64 = 0.05;
/// A step of a joint may differ by this much from what its velocities say (rad or m). By the trapezoid
/// rule a jump of the acceleration by 600 rad/s² within a millisecond makes 5e-5.
pub(crate) const STEP_AGREEMENT: f64 = 1e-4;
/// Loop period (ns), and the longest step that is no gap.
pub(crate) const PERIOD_NS: u64 = 1_000_000;
/// Joint limits are kept within this share of them; `f32` rounds a torque by 6e-8 of it.
pub(crate) const ROUNDING: f64 = 1e-6;

/// Compiled-in force (N) and pressure (Pa) of a zone.
const fn compiled_in(zone: Zone) -> (f64, f64) {
    match zone {
        Zone::Paraspinal
        | Zone::Latissimus
        | Zone::Trapezius
        | Zone::ShoulderBlade
        | Zone::Sacrum
        | Zone::Buttock => (80.0, 400e3),
        Zone::Kidney => (40.0, 400e3),
        Zone::NeckBase => (40.0, 400e3),
        Zone::NoContact => (0.0, 0.0),
    }
}

/// Compiled-in force along the skin (N), its floor and its share of the normal force.
const TANGENTIAL: (f64, f64, f64) = (30.0, 2.0, 0.8);

/// The ceilings that hold: the least of configured and compiled-in.
#[derive(Clone, Debug)]
pub(crate) struct Ceilings {
    zones: BTreeMap<Zone, (f64, f64)>,
    tangential: f64,
}

impl Ceilings {
    pub(crate) fn of(file: &LimitsFile) -> Result<Self, JudgeError> {
        let mut zones = BTreeMap::new();
        for limit in &file.zones {
            let zone = Zone::from_word(&limit.zone).ok_or_else(|| {
                wrong(format!(
                    "zone `{}` is not one of {}",
                    limit.zone,
                    Zone::ALL.map(Zone::word).join(", ")
                ))
            })?;
            let (force, pressure) = compiled_in(zone);
            let given = (limit.force_n, limit.pressure_kpa * 1e3);
            if !(given.0.is_finite() && given.1.is_finite()) {
                return Err(wrong(format!(
                    "a limit of zone `{}` is not finite",
                    limit.zone
                )));
            }
            zones.insert(zone, (given.0.min(force), given.1.min(pressure)));
        }
        if !file.tangential_n.is_finite() {
            return Err(wrong("tangential_n is not finite".to_owned()));
        }
        Ok(Self {
            zones,
            tangential: file.tangential_n.min(TANGENTIAL.0),
        })
    }

    /// Normal force that a patch of this area (m²) may press with in a zone (N).
    pub(crate) fn force(&self, zone: Zone, area: f64) -> f64 {
        let (force, pressure) = self.zones.get(&zone).copied().unwrap_or((0.0, 0.0));
        force.min(pressure * area)
    }

    /// Force along the skin that goes with a normal force (N).
    pub(crate) fn tangential(&self, normal: f64) -> f64 {
        (TANGENTIAL.1 + TANGENTIAL.2 * normal.max(0.0)).min(self.tangential)
    }
}

fn wrong(what: String) -> JudgeError {
    JudgeError::Attachment {
        name: "limits.json",
        what,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attachments::ZoneLimit;

    fn file(zone: &str, force_n: f64, pressure_kpa: f64) -> LimitsFile {
        let zones = vec![ZoneLimit {
            zone: zone.to_owned(),
            force_n,
            pressure_kpa,
        }];
        LimitsFile {
            zones,
            tangential_n: 1e3,
        }
    }

    #[test]
    fn no_attachment_widens_the_compiled_in_table() {
        for zone in Zone::ALL {
            let ceilings = Ceilings::of(&file(zone.word(), 1e6, 1e6)).unwrap();
            assert!(ceilings.force(zone, 1.0) <= 80.0, "{}", zone.word());
            assert!(ceilings.tangential(1e3) <= 30.0);
        }
        let nowhere = Ceilings::of(&file("no_contact", 40.0, 100.0)).unwrap();
        assert_eq!(
            nowhere.force(Zone::NoContact, 1.0).to_bits(),
            0.0f64.to_bits()
        );
    }

    #[test]
    fn a_small_patch_is_bound_by_pressure_and_an_unlisted_zone_by_nothing_at_all() {
        let ceilings = Ceilings::of(&file("paraspinal", 40.0, 100.0)).unwrap();
        assert!((ceilings.force(Zone::Paraspinal, 1e-4) - 10.0).abs() < 1e-9);
        assert!((ceilings.force(Zone::Paraspinal, 1e-2) - 40.0).abs() < 1e-9);
        assert!(ceilings.force(Zone::Buttock, 1e-2).abs() < 1e-12);
        assert!((ceilings.tangential(10.0) - 10.0).abs() < 1e-9);
    }

    #[test]
    fn a_zone_that_does_not_exist_is_refused_by_name() {
        let refused = Ceilings::of(&file("elbow", 1.0, 1.0))
            .unwrap_err()
            .to_string();
        assert!(
            refused.contains("elbow") && refused.contains("paraspinal"),
            "{refused}"
        );
    }
}
