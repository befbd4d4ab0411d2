//! Static poses in the air for a simulated identification: within the joint limits, away from the table
//! and from the arm itself. Nobody lies on the table while a tool is weighed.

use kinematics::{ArmModel, ToolModel};
use nalgebra::{Isometry3, Point3, SVector};
use planner::{Capsule, TableTop};
use settings::ArmProfile;
use sim::Chance;

use crate::failure::Failure;

/// The last joints turn the wrist; they are drawn over most of their range.
const WRIST: usize = 3;
/// Share of its range over which a wrist joint is drawn.
const WRIST_SHARE: f64 = 0.9;
/// The others stay this near to the parked posture, as a share of their range. Chosen: the arm need not
/// travel to be weighed on.
const ARM_SHARE: f64 = 0.1;
/// Range that a joint without limits is drawn over (rad).
const TURN: f64 = core::f64::consts::TAU;
/// Least distance from the table, and of two links (m). Chosen.
const CLEAR: f64 = 0.03;
/// Points on a capsule's axis are this far apart at most (m).
const AXIS_STEP: f64 = 0.025;
/// Links with fewer joints than this between them cannot be told apart by capsules: they overlap.
const JOINTS_BETWEEN: usize = 3;
/// Postures that are tried for each one that is asked for.
const TRIES: usize = 500;

/// The arm over the empty table.
pub(super) struct Air<'a, const D: usize> {
    model: &'a ArmModel<D>,
    park: SVector<f64, D>,
    capsules: Vec<Capsule>,
    table: Option<(TableTop, Isometry3<f64>)>,
}

/// A capsule in one posture: how many joints carry it, its radius (m), points of its axis in base.
struct Placed {
    order: usize,
    radius: f64,
    points: Vec<Point3<f64>>,
}

impl<'a, const D: usize> Air<'a, D> {
    pub fn new(model: &'a ArmModel<D>, profile: Option<&ArmProfile>, tool: &ToolModel) -> Self {
        let mut capsules = profile.map_or_else(Vec::new, |profile| profile.capsules.clone());
        if capsules.is_empty() {
            eprintln!(
                "note: no shapes of the links are known, so the drawn poses are checked against the \
                 joint limits only"
            );
        } else {
            capsules.push(tool_capsule(model, tool));
        }
        let table = profile.map(|profile| {
            let table_from_base = profile.installation.base_from_table.raw().inverse();
            (profile.table, table_from_base)
        });
        let park = match profile {
            Some(profile) => SVector::from_iterator(profile.park_posture()),
            None => SVector::from_fn(|i, _| range(model, i).0),
        };
        Self {
            model,
            park,
            capsules,
            table,
        }
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
            "only {} of {count} poses around the parked posture keep {:.0} mm from the table and from the \
             arm itself; park the arm higher, or ask for fewer poses with --count",
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
        let links = self.model.link_poses(posture);
        let placed: Vec<Placed> = self
            .capsules
            .iter()
            .map(|capsule| {
                let link = capsule.link.and_then(|link| links.get(link).copied());
                Placed {
                    order: capsule.link.map_or(0, |link| link + 1),
                    radius: capsule.radius.get(),
                    points: axis(capsule, &link.unwrap_or_else(Isometry3::identity)),
                }
            })
            .collect();
        placed.iter().enumerate().all(|(number, one)| {
            let mut others = placed.iter().skip(number + 1);
            self.is_over_table(one) && others.all(|other| are_apart(one, other))
        })
    }

    fn is_over_table(&self, capsule: &Placed) -> bool {
        let Some((table, table_from_base)) = self.table.as_ref().filter(|_| capsule.order > 1)
        else {
            // The foot and what turns on it stand where they stand.
            return true;
        };
        let around = capsule.radius + CLEAR;
        capsule.points.iter().all(|point| {
            let place = table_from_base * point;
            let beside = place.y.abs() > table.half_width.get() + around
                || place.x < table.foot_end.get() - around
                || place.x > table.head_end.get() + around;
            beside || place.z > around
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

fn are_apart(a: &Placed, b: &Placed) -> bool {
    if a.order.abs_diff(b.order) < JOINTS_BETWEEN {
        return true;
    }
    let least = a.radius + b.radius + CLEAR;
    let far = |p: &Point3<f64>| b.points.iter().all(|q| nalgebra::distance(p, q) > least);
    a.points.iter().all(far)
}

/// Points along a capsule's axis, in base.
fn axis(capsule: &Capsule, base_from_link: &Isometry3<f64>) -> Vec<Point3<f64>> {
    let along = capsule.b - capsule.a;
    let pieces = (along.norm() / AXIS_STEP).ceil().clamp(1.0, 200.0) as usize;
    (0..=pieces)
        .map(|i| base_from_link * (capsule.a + along * (i as f64 / pieces as f64)))
        .collect()
}

/// The tool as a capsule on the last link, from the flange to the patch, as wide as the patch.
fn tool_capsule<const D: usize>(model: &ArmModel<D>, tool: &ToolModel) -> Capsule {
    let at = SVector::zeros();
    let base_from_last = model.link_poses(&at).last().copied();
    let last_from_flange =
        base_from_last.unwrap_or_default().inverse() * model.flange_pose(&at).raw();
    let patch = last_from_flange * tool.payload.flange_from_tool.origin().raw();
    let (half_x, half_y) = tool.patch.half_extents();
    Capsule {
        link: D.checked_sub(1),
        a: last_from_flange * Point3::origin(),
        b: patch,
        radius: quantities::Metres::new(half_x.max(half_y)),
    }
}
