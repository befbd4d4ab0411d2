//! Where the arm stands and the postures in which it waits: clear of table, floor and itself, and above
//! whoever lies on the table. Measured with the shapes and distances that planner and monitor use.

use kinematics::{ArmModel, ArmShape, BodyPart, Capsule, Placed, Rod, ToolModel};
use nalgebra::{Isometry3, SVector};
use settings::ArmProfile;

use super::finding::{Finding, Severity};

/// Least distance of a resting link from the table (m). Chosen, as in planning.
const TABLE: f64 = 0.010;
/// Least distance from the floor (m). Chosen, as in planning.
const FLOOR: f64 = 0.020;
/// Least distance of two parts of the arm (m). Chosen, as in planning.
const APART: f64 = 0.005;
/// How far the foot may seem to stand in the floor (m). Chosen: no floor is known better.
const SUNK: f64 = 0.001;
/// Height over the table below which a resting tool could meet a lying person (m). Chosen: a thick chest
/// and a hand's breadth.
const PERSON: f64 = 0.35;

/// The arm as a body beside its table.
struct Scene<'a, const D: usize> {
    profile: &'a ArmProfile,
    /// The arm with the longest tool.
    model: ArmModel<D>,
    shape: ArmShape<D>,
    table_from_base: Isometry3<f64>,
}

/// Judges the foot, the park posture and, where it is another, the start posture.
pub(super) fn postures<const D: usize>(
    profile: &ArmProfile,
    capsules: &[Capsule],
    bare: &ArmModel<D>,
    longest: Option<&ToolModel>,
) -> Vec<Finding> {
    let shape = match ArmShape::new(bare, capsules, longest) {
        Ok(shape) => shape,
        Err(error) => {
            let (severity, what) = (Severity::Error, error.to_string());
            return vec![Finding::new(severity, "shape", "capsules", what, "")];
        }
    };
    let scene = Scene {
        profile,
        model: longest.map_or_else(|| bare.clone(), |tool| bare.with_payload(&tool.payload)),
        shape,
        table_from_base: profile.installation.base_from_table.raw().inverse(),
    };
    let (park, start) = (profile.park_posture(), profile.start_posture());
    let mut findings = scene.foot();
    findings.extend(scene.posture("park", &park));
    if start != park {
        findings.extend(scene.posture("start", &start));
    }
    findings
}

impl<const D: usize> Scene<'_, D> {
    fn placed(&self, q: &SVector<f64, D>) -> Placed {
        let links = self.model.link_poses(q);
        let links = links.map(|link| self.table_from_base * link);
        self.shape.place_on(&self.table_from_base, &links)
    }

    /// The foot may not stand in the table, nor below the floor.
    fn foot(&self) -> Vec<Finding> {
        let placed = self.placed(&SVector::zeros());
        let parts = self.shape.parts().iter().zip(placed.rods());
        let foot: Vec<&Rod> = parts
            .filter(|(part, _)| part.part == BodyPart::Foot)
            .map(|(_, rod)| rod)
            .collect();
        let table = &self.profile.table;
        let least = |all: &mut dyn Iterator<Item = f64>| all.fold(f64::INFINITY, f64::min);
        let slab = least(&mut foot.iter().map(|rod| table.slab_distance(rod)));
        let mut findings = Vec::new();
        if slab < 0.0 {
            findings.push(Finding::new(
                Severity::Error,
                "foot_in_the_table",
                "foot",
                format!("it reaches {:.0} mm into the table", -slab * 1e3),
                "move the base beside the table (`position_mm` of [installation]), or correct the size of [table]",
            ));
        }
        // Its axis and where it is bolted: the round end of a capsule may dip below what it stands on.
        let bolted = self.table_from_base.translation.z + table.height.get();
        let axes = foot
            .iter()
            .map(|rod| table.floor_distance(rod) + rod.radius);
        let floor = least(&mut axes.chain([bolted]));
        if floor < -SUNK {
            findings.push(Finding::new(
                Severity::Error,
                "foot_below_the_floor",
                "foot",
                format!(
                    "it stands {:.0} mm below the floor, which is {:.0} mm below the table top",
                    -floor * 1e3,
                    table.height.get() * 1e3
                ),
                "raise the base (`position_mm` of [installation]), or correct `height_mm` of [table]",
            ));
        }
        findings
    }

    fn posture(&self, which: &str, posture: &[f64]) -> Vec<Finding> {
        let q = SVector::<f64, D>::from_iterator(posture.iter().copied());
        let placed = self.placed(&q);
        let place = format!("{which} posture");
        let mut findings = self.against_table_and_floor(&place, &placed);
        findings.extend(self.against_itself(&place, &placed));
        findings.extend(self.over_a_person(&place, &q));
        findings
    }

    fn against_table_and_floor(&self, place: &str, placed: &Placed) -> Vec<Finding> {
        let table = &self.profile.table;
        let mut findings = Vec::new();
        for (part, rod) in self.shape.parts().iter().zip(placed.rods()) {
            if part.part == BodyPart::Foot {
                continue;
            }
            for (kind, what, distance, needed) in [
                (
                    "rests_on_the_table",
                    "table",
                    table.slab_distance(rod),
                    TABLE,
                ),
                (
                    "rests_on_the_floor",
                    "floor",
                    table.floor_distance(rod),
                    FLOOR,
                ),
            ] {
                if distance >= needed {
                    continue;
                }
                findings.push(Finding::new(
                    Severity::Error,
                    kind,
                    place,
                    format!(
                        "{} is {:.0} mm from the {what}, at least {:.0} mm are needed",
                        self.name(part.part),
                        distance * 1e3,
                        needed * 1e3
                    ),
                    "raise the posture, or move the base",
                ));
            }
        }
        findings
    }

    fn against_itself(&self, place: &str, placed: &Placed) -> Option<Finding> {
        let pair = self.shape.self_distance(placed)?;
        if pair.distance >= APART {
            return None;
        }
        let name = |at: usize| {
            let part = self.shape.parts().get(at);
            part.map_or_else(String::new, |part| self.name(part.part))
        };
        Some(Finding::new(
            Severity::Error,
            "rests_on_itself",
            place,
            format!(
                "{} and {} are {:.0} mm apart, at least {:.0} mm are needed",
                name(pair.first),
                name(pair.second),
                pair.distance * 1e3,
                APART * 1e3
            ),
            "choose a posture that is less folded",
        ))
    }

    fn over_a_person(&self, place: &str, q: &SVector<f64, D>) -> Option<Finding> {
        let in_base = self.model.tool_pose(q).origin();
        let tool = self.table_from_base * in_base.raw();
        let low = self.profile.table.is_over(&tool.coords) && tool.z < PERSON;
        low.then(|| {
            Finding::new(
                Severity::Warning,
                "rests_low",
                place,
                format!(
                    "the longest tool ends {:.0} mm above the table; a person may lie up to {:.0} mm high there",
                    tool.z * 1e3,
                    PERSON * 1e3
                ),
                "raise the posture, or turn the arm away from the table",
            )
        })
    }

    fn name(&self, part: BodyPart) -> String {
        match part {
            BodyPart::Link(joint) => match self.profile.joints.get(joint) {
                Some(joint) => format!("the link of joint '{}'", joint.name),
                None => part.to_string(),
            },
            BodyPart::Foot | BodyPart::Tool => part.to_string(),
        }
    }
}
