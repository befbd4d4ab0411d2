//! The stage of the tests: the seven-joint reference arm with a tool over the built-in body.

use anatomy::{Back, BodyParameters, Sex, parametric_back};
use kinematics::{ArmModel, Patch, Payload, RobotDescription, ToolModel};
use nalgebra::{Isometry3, Matrix3, SVector, UnitQuaternion, Vector3};
use quantities::{Base, Flange, Kilograms, Metres, Point, Rotation, Table, Tool, Transform};

use crate::arm::SimArm;
use crate::breathing::Breathing;
use crate::plant::ArmPlantParams;
use crate::sensors::SensorParams;
use crate::tissue::{Tissue, TissueParams};
use crate::world::TrueWorld;

/// A bent, unremarkable posture.
pub(crate) fn posture() -> SVector<f64, 7> {
    SVector::from([0.3, 0.5, -0.2, -1.4, 0.15, 1.1, 0.4])
}

pub(crate) fn bare_arm() -> ArmModel<7> {
    let urdf = include_str!("../../urdf/knead_r7.urdf");
    let (description, _) = RobotDescription::parse(urdf).unwrap();
    let (chain, _) = description.chain(None).unwrap();
    ArmModel::from_chain(&chain).unwrap()
}

pub(crate) fn thumb() -> Patch {
    Patch::Disc {
        radius: Metres::new(0.01),
    }
}

pub(crate) fn palm() -> Patch {
    Patch::RoundedRectangle {
        length: Metres::new(0.1),
        width: Metres::new(0.05),
        corner: Metres::new(0.02),
    }
}

pub(crate) fn tool(patch: Patch) -> ToolModel {
    let turn = Rotation::from_raw(UnitQuaternion::from_euler_angles(0.0, 0.0, 0.3));
    ToolModel {
        payload: Payload {
            flange_from_tool: Transform::<Flange, Tool>::new(Point::new(0.01, 0.0, 0.11), turn),
            mass: Kilograms::new(0.6),
            centre_of_mass: Point::new(0.004, -0.003, 0.05),
            inertia: Matrix3::new(1.2e-3, 1e-4, 0.0, 1e-4, 1.1e-3, 0.0, 0.0, 0.0, 5e-4),
        },
        patch,
        pressure_rating: quantities::Pascals::new(250e3),
        body_radius: Metres::new(0.03),
    }
}

pub(crate) fn armed(patch: Patch) -> (ArmModel<7>, ToolModel) {
    let tool = tool(patch);
    (bare_arm().with_payload(&tool.payload), tool)
}

pub(crate) fn back() -> Back {
    let body = BodyParameters {
        sex: Sex::Female,
        stature: Metres::new(1.68),
        mass: Kilograms::new(64.0),
    };
    parametric_back(&body).unwrap()
}

/// Pose of a tool `gap` off the skin over `(u, v)`, pointing in, its x axis along the spine.
pub(crate) fn over(back: &Back, u: f64, v: f64, gap: f64) -> Transform<Table, Tool> {
    let place = back.chart().at(Metres::new(u), Metres::new(v)).unwrap();
    let z = -*place.outward.raw();
    let x = *place.along.raw();
    let x = (x - z * x.dot(&z)).normalize();
    let axes = Matrix3::from_columns(&[x, z.cross(&x), z]);
    let turn = UnitQuaternion::from_matrix(&axes);
    let at = place.point.raw().coords - z * gap;
    Transform::from_raw(Isometry3::from_parts(at.into(), turn))
}

/// The table is put where the arm in [`posture`] holds its tool `gap` off the skin over `(u, v)`.
pub(crate) fn world_under(
    model: &ArmModel<7>,
    (u, v): (f64, f64),
    gap: f64,
    tissue: TissueParams,
    breathing: Breathing,
) -> TrueWorld {
    let back = back();
    let tissue = Tissue::under(&back, tissue, 11).unwrap();
    let table_from_tool = over(&back, u, v, gap);
    let base_from_table: Transform<Base, Table> =
        model.tool_pose(&posture()) * table_from_tool.inverse();
    TrueWorld::new(back, tissue, breathing, base_from_table)
}

/// An arm whose tool hangs `gap` off the muscle beside the spine.
pub(crate) fn arm_over_muscle(
    patch: Patch,
    gap: f64,
    params: ArmPlantParams,
    sensors: SensorParams,
    breathing: Breathing,
    seed: u64,
) -> SimArm<7> {
    let (model, tool) = armed(patch);
    let world = world_under(
        &model,
        (0.14, 0.05),
        gap,
        TissueParams::default(),
        breathing,
    );
    SimArm::new(vec![(model, tool)], params, sensors, world, posture(), seed).unwrap()
}

/// Torque that carries the arm and presses with `force` along its tool axis as it stands in
/// `posture()`; `damping` times 10 N·m·s/rad brakes the first joints, less the light last ones.
pub(crate) fn pressing(
    model: &ArmModel<7>,
    positions: &SVector<f64, 7>,
    velocities: &SVector<f64, 7>,
    force: f64,
    damping: f64,
) -> SVector<f64, 7> {
    let now = model.tool_kinematics(positions, velocities);
    let start = model.tool_kinematics(&posture(), &SVector::zeros());
    let (here, there) = (now.base_from_tool.raw(), start.base_from_tool.raw());
    let inward = there.rotation * Vector3::z();
    let away = there.translation.vector - here.translation.vector;
    let aside = away - inward * inward.dot(&away);
    let turn = (there.rotation * here.rotation.inverse()).scaled_axis();
    let push = inward * force + aside * 800.0;
    let twist = turn * 20.0;
    let brake = SVector::from([10.0, 10.0, 8.0, 8.0, 0.6, 0.5, 0.3]);
    let wrench = nalgebra::Vector6::new(push.x, push.y, push.z, twist.x, twist.y, twist.z);
    model.gravity(positions) + now.jacobian.transpose() * wrench
        - velocities.component_mul(&brake) * damping
}
