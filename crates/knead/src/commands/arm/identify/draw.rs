//! Static poses in the air for a simulated identification: within the joint limits, away from the table
//! and from the arm itself. Nobody lies on the table while a tool is weighed.

use kinematics::{ArmModel, ArmShape, BodyPart, Capsule, TableTop, ToolModel};
use nalgebra::{Isometry3, SVector};
use settings::ArmProfile;
use sim::Chance;

use crate::failure::Failure;
use crate::say::aside;

/// The last joints turn the wrist; they are drawn over most of their range.
const WRIST: usize = 3;
/// Share of its range over which a wrist joint is drawn.
const WRIST_SHARE: f64 = 0.9;
/// The others stay this near to the parked posture, as a share of their range. Chosen: the arm need not
/// travel to be weighed on.
const ARM_SHARE: f64 = 0.1;
/// Range that a joint without limits is drawn over (rad).
const TURN: f64 = core::f64::consts::TAU;
/// Least distance from table and floor (m). Chosen.
const CLEAR: f64 = 0.03;
/// Least distance of two parts of the arm (m). Chosen, as in planning.
const APART: f64 = 0.005;
/// Postures that are tried for each one that is asked for.
const TRIES: usize = 500;

/// The arm over the empty table.
pub(super) struct Air<'a, const D: usize> {
    model: &'a ArmModel<D>,
    park: SVector<f64, D>,
    shape: ArmShape<D>,
    table: Option<(TableTop, Isometry3<f64>)>,
}

impl<'a, const D: usize> Air<'a, D> {
    /// # Errors
    /// Capsules that make no arm.
    pub fn new(
        model: &'a ArmModel<D>,
        profile: Option<&ArmProfile>,
        capsules: &[Capsule],
        tool: &ToolModel,
    ) -> Result<Self, Failure> {
        if capsules.is_empty() {
            aside!(
                "note: no shapes of the links are known, so the drawn poses are checked against the \
                 joint limits and with the tool only"
            );
        }
        let shape = ArmShape::new(model, capsules, Some(tool)).map_err(Failure::input)?;
        let table = profile.map(|profile| {
            let table_from_base = profile.installation.base_from_table.raw().inverse();
            (profile.table, table_from_base)
        });
        let park = match profile {
            Some(profile) => SVector::from_iterator(profile.park_posture()),
            None => SVector::from_fn(|i, _| range(model, i).0),
        };
        Ok(Self {
            model,
            park,
            shape,
            table,
        })
    }

    /// As many free postures as asked for.
    pub fn postures(
        &self,
        count: usize,
        chance: &mut Chance,
    ) -> Result<Vec<SVector<f64, D>>, Failure> {
        let mut found = Vec::new();
        for _ in 0..count.saturating_mul(TRIES) {
            if found.len() == count {
                break;
            }
            let posture = self.posture(chance);
            if self.is_free(&posture) {
                found.push(posture);
            }
        }
        if found.len() == count {
            return Ok(found);
        }
        Err(Failure::Verdict(format!(
            "only {} of {count} poses around the parked posture keep {:.0} mm from table and floor and clear \
             of the arm itself; park the arm higher, or ask for fewer poses with --count",
            found.len(),
            CLEAR * 1e3
        )))
    }

    fn posture(&self, chance: &mut Chance) -> SVector<f64, D> {
        SVector::from_fn(|i, _| {
            let (middle, half) = range(self.model, i);
            let u = chance.between(-1.0, 1.0);
            if i + WRIST >= D {
                return middle + u * half * WRIST_SHARE;
            }
            let most = half * WRIST_SHARE;
            (self.park[i] + u * half * ARM_SHARE).clamp(middle - most, middle + most)
        })
    }

    fn is_free(&self, posture: &SVector<f64, D>) -> bool {
        let root = self
            .table
            .map_or_else(Isometry3::identity, |(_, root)| root);
        let links = self.model.link_poses(posture).map(|link| root * link);
        let placed = self.shape.place_on(&root, &links);
        let nearest = self.shape.self_distance(&placed);
        if nearest.is_some_and(|pair| pair.distance < APART) {
            return false;
        }
        let Some((table, _)) = &self.table else {
            return true;
        };
        let mut parts = self.shape.parts().iter().zip(placed.rods());
        // The foot and what turns on it stand where they stand.
        parts.all(|(part, rod)| {
            matches!(part.part, BodyPart::Foot | BodyPart::Link(0))
                || table.slab_distance(rod).min(table.floor_distance(rod)) >= CLEAR
        })
    }
}

/// Middle and half width of a joint's range.
fn range<const D: usize>(model: &ArmModel<D>, joint: usize) -> (f64, f64) {
    let limits = model.limits();
    let (lower, upper) = (limits.lower[joint], limits.upper[joint]);
    if (upper - lower).is_finite() {
        (0.5 * (lower + upper), 0.5 * (upper - lower))
    } else {
        (0.0, 0.5 * TURN)
    }
}
