//! What was identified, for people, for scripts, and as a piece of a tool profile.

use kinematics::{Estimated, Payload, PayloadEstimate};
use quantities::{Flange, Sensor, Transform, Wrench};
use serde_json::{Value, json};

use crate::say::say;

/// Differences, in standard errors, that chance exceeds once in 370 times: Student's t, two-sided, 99.73 %,
/// by degrees of freedom from the least up. JCGM 100:2008 (GUM), table G.2. With many poses it is three.
const TOLERATED: [(usize, f64); 12] = [
    (3, 9.22),
    (6, 4.90),
    (9, 4.09),
    (12, 3.76),
    (15, 3.59),
    (18, 3.48),
    (20, 3.42),
    (25, 3.33),
    (30, 3.27),
    (40, 3.20),
    (50, 3.16),
    (100, 3.08),
];
/// A residual of more standard deviations than this is said: one in 15 000 by chance, and a few hundred
/// residuals are looked at.
const ODD_RESIDUAL: f64 = 4.0;

/// What is known beforehand.
pub(super) struct Known<'a> {
    /// The tool's profile.
    pub payload: Option<&'a Payload>,
    /// Its file.
    pub file: Option<String>,
    /// The bias that a simulation put in.
    pub bias: Option<Wrench<Sensor>>,
}

/// One number that was found.
struct Row {
    name: &'static str,
    unit: &'static str,
    found: Estimated,
    known: Option<f64>,
}

impl Row {
    fn differs(&self, poses: usize) -> bool {
        self.known
            .is_some_and(|known| self.found.errors_from(known) > tolerated(poses))
    }
}

/// Standard errors that an estimate from so many poses may be off. A pose gives three equations; the fit of
/// the torques takes six unknowns, that of the forces four: the fewer degrees of freedom count. Between two
/// rows of the table the wider quantile is taken.
fn tolerated(poses: usize) -> f64 {
    let freedom = (3 * poses).saturating_sub(6);
    let row = TOLERATED.iter().rev().find(|(least, _)| *least <= freedom);
    row.map_or(f64::INFINITY, |(_, quantile)| *quantile)
}

/// The estimate beside what is known.
pub(super) struct Found<'a> {
    estimate: &'a PayloadEstimate,
    known: Known<'a>,
    rows: Vec<Row>,
}

const AXES: [[&str; 3]; 3] = [
    ["centre of mass x", "centre of mass y", "centre of mass z"],
    ["force bias x", "force bias y", "force bias z"],
    ["torque bias x", "torque bias y", "torque bias z"],
];

impl<'a> Found<'a> {
    pub fn new(
        estimate: &'a PayloadEstimate,
        flange_from_sensor: &Transform<Flange, Sensor>,
        known: Known<'a>,
    ) -> Self {
        let in_mm = |e: Estimated| Estimated {
            value: e.value * 1e3,
            error: e.error * 1e3,
        };
        let centre = estimate.centre_in_flange(flange_from_sensor).map(in_mm);
        let payload = known.payload;
        let profile_centre = payload.map(|p| p.centre_of_mass.raw().coords * 1e3);
        let force = known.bias.map(|bias| *bias.force.raw());
        let torque = known.bias.map(|bias| *bias.torque.raw());
        let mut rows = vec![Row {
            name: "mass",
            unit: "kg",
            found: estimate.mass,
            known: payload.map(|p| p.mass.get()),
        }];
        let groups = [
            ("mm", centre, profile_centre),
            ("N", estimate.force_bias, force),
            ("N·m", estimate.torque_bias, torque),
        ];
        for ((unit, found, known), names) in groups.into_iter().zip(AXES) {
            for (axis, (found, name)) in found.into_iter().zip(names).enumerate() {
                rows.push(Row {
                    name,
                    unit,
                    found,
                    known: known.map(|v| v[axis]),
                });
            }
        }
        Self {
            estimate,
            known,
            rows,
        }
    }

    pub fn print_text(&self) {
        let estimate = self.estimate;
        say!(
            "{} poses, gravity directions up to {:.0} deg apart, condition number {:.2} (at most 30)",
            estimate.poses,
            estimate.spread.get().to_degrees(),
            estimate.condition
        );
        say!(
            "{:<17} {:<4} {:>10} {:>10} {:>10} {:>11}",
            "",
            "unit",
            "found",
            "std error",
            "known",
            "errors off"
        );
        for row in &self.rows {
            let (known, off) = match row.known {
                Some(known) => (
                    format!("{known:.5}"),
                    format!("{:.1}", row.found.errors_from(known)),
                ),
                None => ("-".to_owned(), "-".to_owned()),
            };
            let (found, error) = (row.found.value, row.found.error);
            say!(
                "{:<17} {:<4} {found:>10.5} {error:>10.5} {known:>10} {off:>11}",
                row.name,
                row.unit
            );
        }
        let [fx, fy, fz] = estimate.force_residual;
        let [tx, ty, tz] = estimate.torque_residual;
        say!("left over (RMS), force  x y z: {fx:.4} {fy:.4} {fz:.4} N");
        say!("left over (RMS), torque x y z: {tx:.5} {ty:.5} {tz:.5} N·m");
        for line in self.remarks() {
            say!("{line}");
        }
        say!("\n{}", self.toml());
    }

    /// What a person should notice.
    fn remarks(&self) -> Vec<String> {
        let mut remarks = Vec::new();
        let estimate = self.estimate;
        let (pose, off) = (estimate.worst_pose + 1, estimate.worst_residual);
        if off > ODD_RESIDUAL {
            remarks.push(format!(
                "pose {pose} fits badly: {off:.1} deviations off; was the arm still, and did anything \
                 touch the tool?"
            ));
        }
        let Some(file) = &self.known.file else {
            return remarks;
        };
        let differing: Vec<&Row> = self
            .rows
            .iter()
            .filter(|row| row.differs(estimate.poses))
            .collect();
        if differing.is_empty() {
            remarks.push(format!(
                "agrees with {file}: nothing is more than {:.2} standard errors off (Student's t, \
                 99.73 %, {} poses)",
                tolerated(estimate.poses),
                estimate.poses
            ));
        }
        for row in differing {
            let known = row.known.unwrap_or(f64::NAN);
            remarks.push(format!(
                "DIFFERS from {file}: {} is {:.4} +- {:.4} {}, known is {known:.4} ({:.1} standard errors \
                 off); correct the profile, or look for what else hangs on the sensor",
                row.name,
                row.found.value,
                row.found.error,
                row.unit,
                row.found.errors_from(known)
            ));
        }
        remarks
    }

    /// The `[body]` table of a tool profile.
    fn toml(&self) -> String {
        let value = |index: usize| self.rows.get(index).map_or(0.0, |row| row.found.value);
        let inertia = match self.known.payload {
            Some(payload) => {
                let t = payload.inertia;
                format!(
                    "inertia_kg_m2 = [{:.6}, {:.6}, {:.6}, {:.6}, {:.6}, {:.6}]  # from the profile: \
                     poses at rest cannot tell it",
                    t[(0, 0)],
                    t[(1, 1)],
                    t[(2, 2)],
                    t[(0, 1)],
                    t[(0, 2)],
                    t[(1, 2)]
                )
            }
            None => "# inertia_kg_m2: poses at rest cannot tell it; compute it from shape and mass"
                .to_owned(),
        };
        format!(
            "[body]\nmass_kg = {:.4}\ncentre_of_mass_mm = [{:.2}, {:.2}, {:.2}]\n{inertia}",
            value(0),
            value(1),
            value(2),
            value(3)
        )
    }

    pub fn print_json(&self) {
        let estimate = self.estimate;
        let rows: Vec<Value> = self
            .rows
            .iter()
            .map(|row| {
                json!({
                    "name": row.name, "unit": row.unit, "found": row.found.value,
                    "standard_error": row.found.error, "known": row.known,
                    "errors_off": row.known.map(|known| row.found.errors_from(known)),
                })
            })
            .collect();
        let compared = self.rows.iter().any(|row| row.known.is_some());
        let differing: Vec<&str> = self
            .rows
            .iter()
            .filter(|row| row.differs(estimate.poses))
            .map(|row| row.name)
            .collect();
        let report = json!({
            "version": 1,
            "poses": estimate.poses,
            "gravity_spread_deg": estimate.spread.get().to_degrees(),
            "condition_number": estimate.condition,
            "estimates": rows,
            "force_residual_rms_n": estimate.force_residual,
            "torque_residual_rms_nm": estimate.torque_residual,
            "worst_pose": estimate.worst_pose + 1,
            "worst_residual_deviations": estimate.worst_residual,
            "compared_with": self.known.file,
            "agrees": compared.then_some(differing.is_empty()),
            "differing": differing,
            "body_toml": self.toml(),
        });
        say!("{report}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_poses_are_given_more_room_and_many_come_down_to_three() {
        let all: Vec<f64> = (3..200).map(tolerated).collect();
        assert!(all.windows(2).all(|pair| pair[1] <= pair[0]));
        assert!(
            tolerated(2).is_infinite(),
            "nothing is left over to judge by"
        );
        assert!((tolerated(4) - 4.90).abs() < 1e-12);
        assert!((3.0..3.1).contains(&tolerated(199)));
    }
}
