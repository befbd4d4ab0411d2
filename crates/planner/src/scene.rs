//! What a step is planned against: one tool on the arm, over the body.

use kinematics::{ArmModel, ArmShape, OUTLINE_POINTS, Patch};
use nalgebra::{Isometry3, SVector};
use plan::Knot;
use quantities::{Metres, Newtons, Transform};

use crate::clearance::Clearance;
use crate::ground::{Allowance, Ground};
use crate::known::Known;
use crate::reach::Reacher;
use crate::request::{PlanRequest, ToolSpec};
use crate::room::Room;
use crate::routine::{ForceWord, PatchAxis, RoutineStep};
use crate::timing::Pace;

/// Share of a joint's speed limit that is planned with; the promise is 0.8.
const JOINT_SPEED_SHARE: f64 = 0.6;
/// Turning rate of the tool (rad/s), the promise; planned a little below.
pub(crate) const TURNING: f64 = 0.6;
/// Acceleration of the tool (m/s²). Chosen: a hand is not jerked over the skin.
const ACCELERATION: f64 = 1.5;
/// In free space the tool is planned at this speed (m/s): knots 10 ms apart are then 2 mm apart.
const FREE_SPEED: f64 = 0.20;
/// Approaching the skin, and leaving it (m/s). Chosen, well below what a first touch may have.
pub(crate) const TOUCH_SPEED: f64 = 0.04;
pub(crate) const LIFT_SPEED: f64 = 0.08;

/// Share of the force that is taken off on a ridge of bone. Chosen: what is left is a light glide.
const OVER_BONE: f64 = 0.6;

/// The patch of a tool as the ground meets it, with x along the spine.
fn lying(patch: Patch, axis: PatchAxis) -> Patch {
    match (patch, axis) {
        (
            Patch::RoundedRectangle {
                length,
                width,
                corner,
            },
            PatchAxis::Across,
        ) => Patch::RoundedRectangle {
            length: width,
            width: length,
            corner,
        },
        (patch, PatchAxis::Along | PatchAxis::Across) => patch,
    }
}

/// Which tool is on the arm, and how a step uses it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Usage {
    /// Index of the tool.
    pub tool: usize,
    /// How the patch lies.
    pub axis: PatchAxis,
    /// The step gives its force in newtons: what is liked only takes away.
    pub exact: bool,
}

impl Usage {
    /// Of a tool by a step.
    pub(crate) fn of(tool: usize, step: &RoutineStep) -> Self {
        Self {
            tool,
            axis: step.patch_axis,
            exact: matches!(step.force, ForceWord::Exactly(_)),
        }
    }
}

/// One tool on the arm, over the body.
pub(crate) struct Scene<'a, const D: usize> {
    pub request: &'a PlanRequest<'a, D>,
    pub arm: &'a ArmModel<D>,
    pub spec: &'a ToolSpec,
    /// Points around the patch in the tool's xy plane (m).
    pub outline: [(f64, f64); OUTLINE_POINTS],
    pub ground: Ground<'a>,
    /// Points around the patch as it lies, along the spine and to the client's right (m).
    pub footprint: [(f64, f64); OUTLINE_POINTS],
    /// How the tool is used; the ground's patch is turned accordingly.
    pub usage: Usage,
    pub allowance: &'a Allowance,
    pub reacher: Reacher<'a, D>,
    pub clearance: &'a Clearance<'a, D>,
    known: &'a Known,
}

impl<const D: usize> Scene<'_, D> {
    /// Runs with the tool of an index on the arm; `None` without such a tool, which is reported elsewhere.
    pub(crate) fn on<R>(
        request: &PlanRequest<'_, D>,
        usage: Usage,
        (shapes, known): (&[ArmShape<D>], &Known),
        run: impl FnOnce(&Scene<'_, D>) -> R,
    ) -> Option<R> {
        let (arm, spec) = request.arms.get(usage.tool)?;
        let ground = Ground {
            back: request.back,
            envelope: request.envelope,
            patch: lying(spec.model.patch, usage.axis),
            rating: spec.model.pressure_rating,
            touchable: Some(&known.touchable),
        };
        let table_from_base = request.base_from_table.raw().inverse();
        let shape = shapes.get(usage.tool)?;
        let clearance = Clearance::new(arm, ground, shape, request.table, table_from_base)
            .over(known.skin(request.back));
        Some(run(&Scene {
            request,
            arm,
            spec,
            outline: spec.model.patch.outline(),
            footprint: ground.patch.outline(),
            usage,
            ground,
            allowance: known.allowance(usage, &ground)?,
            reacher: Reacher::new(arm, &clearance),
            clearance: &clearance,
            known,
        }))
    }

    /// Where the centre of the tool may go; `extra` (m) widens the keep-out.
    pub(crate) fn survey(&self, extra: f64) -> Room {
        self.known.room(self.usage, &self.ground, extra)
    }

    /// The believed pose of the table in base, bare.
    pub(crate) fn base_from_table(&self) -> &Isometry3<f64> {
        self.request.base_from_table.raw()
    }

    /// A pose told in base, from one told in the table frame.
    pub(crate) fn in_base(&self, table_from_tool: &Isometry3<f64>) -> Isometry3<f64> {
        self.base_from_table() * table_from_tool
    }

    /// A pose told in the table frame, from one told in base.
    pub(crate) fn in_table(&self, base_from_tool: &Isometry3<f64>) -> Isometry3<f64> {
        self.base_from_table().inverse() * base_from_tool
    }

    /// The pace of gliding in contact.
    pub(crate) fn contact_pace(&self) -> Pace<D> {
        Pace {
            acceleration: ACCELERATION,
            turning: 0.9 * TURNING,
            joints: self.arm.limits().velocity * JOINT_SPEED_SHARE,
        }
    }

    /// The pace of moving through free space.
    pub(crate) fn free_pace(&self) -> Pace<D> {
        Pace {
            acceleration: 0.6,
            ..self.contact_pace()
        }
    }

    /// Speed in free space (m/s).
    pub(crate) fn free_speed(&self) -> f64 {
        FREE_SPEED.min(0.8 * self.request.envelope.free_speed().get())
    }

    /// Force that is allowed at a place (N): the ceiling less the margin a set-point keeps; and the
    /// ceiling.
    pub(crate) fn allowed(&self, u: f64, v: f64) -> (f64, f64) {
        let ceiling = self.allowance.ceiling(u, v);
        let margin = self.request.envelope.setpoint_margin(Newtons::new(ceiling));
        (ceiling - margin.get(), ceiling)
    }

    /// Factors of the asked force at a place: what the client likes and how tender the zone is, and what
    /// is left over bone.
    pub(crate) fn likings(&self, u: f64, v: f64) -> (f64, f64) {
        let (u, v) = (Metres::new(u), Metres::new(v));
        let zone = self.request.envelope.zone_at(u, v);
        let client = self.request.client;
        let liked = if self.usage.exact {
            client.exact_force_factor(zone, u, v)
        } else {
            client.force_factor(zone, u, v) * zone.tenderness()
        };
        let bone = self.ground.back.bone_share(u, v);
        (liked, 1.0 - OVER_BONE * bone)
    }

    /// A knot of the arm at rest in free space.
    pub(crate) fn resting(&self, posture: &SVector<f64, D>) -> Knot<D> {
        let base_from_tool = self.arm.tool_pose(posture);
        let place = self.in_table(base_from_tool.raw()).translation.vector;
        let (u, v) = self.ground.locate(&place).unwrap_or((0.0, 0.0));
        Knot {
            base_from_tool: Transform::from_raw(*base_from_tool.raw()),
            force: Newtons::ZERO,
            ceiling: Newtons::ZERO,
            u: Metres::new(u),
            v: Metres::new(v),
            posture: *posture,
        }
    }
}
