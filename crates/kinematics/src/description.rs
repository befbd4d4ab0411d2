//! A URDF as it is written, checked: numbers finite, names unique, links a tree.
//!
//! Faults of single joints (limits, axes, types) are judged when a chain is asked for, because what
//! is wrong beside the arm need not stop the arm.

use nalgebra::{Isometry3, Matrix3, Translation3, UnitQuaternion, Vector3};

use crate::Capsule;
use crate::bodies::{RigidBody, principal_moments};
use crate::chain::JointKind;
use crate::collision::read_shapes;
use crate::meshes::{MeshReference, meshes_of};
use crate::tree::Tree;
use crate::{UrdfError, UrdfWarning, xml_guard};

/// Links that are read at most. Chosen: an arm on a cart with two hands has a hundred; chains are walked
/// link by link from each tip, which this bounds.
const MOST_LINKS: usize = 1024;

/// A parsed and checked URDF: links, joints, and how they hang together.
#[derive(Clone, Debug)]
pub struct RobotDescription {
    pub(crate) name: String,
    pub(crate) links: Vec<LinkEntry>,
    pub(crate) joints: Vec<JointEntry>,
    pub(crate) tree: Tree,
    meshes: Vec<MeshReference>,
}

/// A link as written.
#[derive(Clone, Debug)]
pub(crate) struct LinkEntry {
    pub(crate) name: String,
    /// In the link's own axes.
    pub(crate) body: RigidBody,
    /// Around its collision shapes, in the link's own axes.
    pub(crate) capsules: Vec<Capsule>,
}

/// What a joint allows, as far as it can be handled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JointMotion {
    Fixed,
    Moving(JointKind),
    Unsupported(&'static str),
}

/// A joint as written. Units: m, rad, N·m, N, s.
#[derive(Clone, Debug)]
pub(crate) struct JointEntry {
    pub(crate) name: String,
    pub(crate) motion: JointMotion,
    pub(crate) parent_from_joint: Isometry3<f64>,
    pub(crate) axis: Vector3<f64>,
    pub(crate) lower: f64,
    pub(crate) upper: f64,
    pub(crate) velocity: f64,
    pub(crate) effort: f64,
    pub(crate) damping: f64,
    pub(crate) friction: f64,
    pub(crate) mimics: Option<String>,
}

impl RobotDescription {
    /// Reads and checks the text of a URDF file.
    ///
    /// # Errors
    /// [`UrdfError`] when the text is no URDF, a number is NaN or infinite, a mass is negative, names
    /// are doubled or unknown, or the links are not one tree.
    pub fn parse(urdf_text: &str) -> Result<(Self, Vec<UrdfWarning>), UrdfError> {
        xml_guard::check(urdf_text)?;
        let robot = urdf_rs::read_from_string(urdf_text).map_err(|fault| UrdfError::Malformed {
            reason: xml_guard::garbled_number(urdf_text).unwrap_or_else(|| fault.to_string()),
        })?;
        let found = robot.links.len();
        if found > MOST_LINKS {
            let allowed = MOST_LINKS;
            return Err(UrdfError::TooManyLinks { found, allowed });
        }
        let mut warnings = Vec::new();
        let mut links = Vec::with_capacity(robot.links.len());
        for link in &robot.links {
            links.push(read_link(link, &mut warnings)?);
        }
        let joints = robot
            .joints
            .iter()
            .map(read_joint)
            .collect::<Result<Vec<_>, _>>()?;
        let names: Vec<&str> = links.iter().map(|link| link.name.as_str()).collect();
        let ends: Vec<(&str, &str, &str)> = robot
            .joints
            .iter()
            .map(|j| {
                (
                    j.name.as_str(),
                    j.parent.link.as_str(),
                    j.child.link.as_str(),
                )
            })
            .collect();
        let tree = Tree::grow(&names, &ends)?;
        check_leaders(&joints)?;
        Ok((
            Self {
                name: robot.name,
                links,
                joints,
                tree,
                meshes: robot.links.iter().flat_map(meshes_of).collect(),
            },
            warnings,
        ))
    }

    /// The robot's name as written; may be empty.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Names of the links that nothing hangs on, in file order: each could end an arm.
    #[must_use]
    pub fn tips(&self) -> Vec<String> {
        self.tree
            .leaves()
            .into_iter()
            .map(|leaf| self.link_name(leaf))
            .collect()
    }

    /// Mesh files that the links name, as written; none of them is read.
    #[must_use]
    pub fn meshes(&self) -> &[MeshReference] {
        &self.meshes
    }

    /// Joints that copy another, each with the one it copies, in file order.
    pub fn mimics(&self) -> impl Iterator<Item = (&str, &str)> {
        self.joints
            .iter()
            .filter_map(|joint| Some((joint.name.as_str(), joint.mimics.as_deref()?)))
    }

    pub(crate) fn link_name(&self, link: usize) -> String {
        self.links
            .get(link)
            .map_or_else(String::new, |entry| entry.name.clone())
    }
}

/// Whom a joint mimics must be there.
fn check_leaders(joints: &[JointEntry]) -> Result<(), UrdfError> {
    for joint in joints {
        if let Some(leader) = &joint.mimics
            && !joints.iter().any(|other| other.name == *leader)
        {
            let (joint, leader) = (joint.name.clone(), leader.clone());
            return Err(UrdfError::UnknownLeader { joint, leader });
        }
    }
    Ok(())
}

fn read_link(
    link: &urdf_rs::Link,
    warnings: &mut Vec<UrdfWarning>,
) -> Result<LinkEntry, UrdfError> {
    let place = || format!("link '{}'", link.name);
    let inertial = &link.inertial;
    let frame = read_pose(&inertial.origin, place)?;
    let t = &inertial.inertia;
    for moment in [t.ixx, t.ixy, t.ixz, t.iyy, t.iyz, t.izz] {
        finite(moment, "a moment of inertia", place)?;
    }
    let mass = inertial.mass.value;
    not_negative(mass, "the mass", place)?;
    let told_in_frame = RigidBody {
        mass,
        centre: Vector3::zeros(),
        inertia: Matrix3::new(
            t.ixx, t.ixy, t.ixz, t.ixy, t.iyy, t.iyz, t.ixz, t.iyz, t.izz,
        ),
    };
    judge_inertia(link, &told_in_frame, warnings);
    Ok(LinkEntry {
        name: link.name.clone(),
        body: told_in_frame.told_in(&frame),
        capsules: read_shapes(link, warnings)?,
    })
}

/// Names what is odd about a link's mass and inertia; changes nothing.
fn judge_inertia(link: &urdf_rs::Link, body: &RigidBody, warnings: &mut Vec<UrdfWarning>) {
    let name = || link.name.clone();
    if body.mass <= 0.0 {
        warnings.push(UrdfWarning::MasslessLink { link: name() });
    } else if body.inertia == Matrix3::zeros() {
        warnings.push(UrdfWarning::PointMass {
            link: name(),
            mass_kg: body.mass,
        });
    }
    let moments = principal_moments(&body.inertia);
    let [smallest, middle, largest] = moments;
    // Printed digits round: a flat disc, where equality holds, must not be accused.
    if smallest < 0.0 || largest > (smallest + middle) * (1.0 + 1e-6) {
        warnings.push(UrdfWarning::ImpossibleInertia {
            link: name(),
            moments,
        });
    }
    let rpy = link.inertial.origin.rpy.0;
    if rpy != [0.0; 3] {
        warnings.push(UrdfWarning::RotatedInertialFrame { link: name(), rpy });
    }
}

fn read_joint(joint: &urdf_rs::Joint) -> Result<JointEntry, UrdfError> {
    let place = || format!("joint '{}'", joint.name);
    let parent_from_joint = read_pose(&joint.origin, place)?;
    let axis = Vector3::from(joint.axis.xyz.0);
    for component in axis.iter() {
        finite(*component, "a component of the axis", place)?;
    }
    let limit = &joint.limit;
    finite(limit.lower, "the lower limit", place)?;
    finite(limit.upper, "the upper limit", place)?;
    not_negative(limit.velocity, "the velocity limit", place)?;
    not_negative(limit.effort, "the effort limit", place)?;
    let (damping, friction) = joint
        .dynamics
        .as_ref()
        .map_or((0.0, 0.0), |loss| (loss.damping, loss.friction));
    not_negative(damping, "the damping", place)?;
    not_negative(friction, "the friction", place)?;
    Ok(JointEntry {
        name: joint.name.clone(),
        motion: motion_of(&joint.joint_type),
        parent_from_joint,
        axis,
        lower: limit.lower,
        upper: limit.upper,
        velocity: limit.velocity,
        effort: limit.effort,
        damping,
        friction,
        mimics: joint.mimic.as_ref().map(|mimic| mimic.joint.clone()),
    })
}

fn motion_of(kind: &urdf_rs::JointType) -> JointMotion {
    use urdf_rs::JointType;
    match kind {
        JointType::Revolute => JointMotion::Moving(JointKind::Revolute),
        JointType::Continuous => JointMotion::Moving(JointKind::Continuous),
        JointType::Prismatic => JointMotion::Moving(JointKind::Prismatic),
        JointType::Fixed => JointMotion::Fixed,
        JointType::Floating => JointMotion::Unsupported("floating"),
        JointType::Planar => JointMotion::Unsupported("planar"),
        JointType::Spherical => JointMotion::Unsupported("spherical"),
    }
}

/// URDF poses are fixed-axis roll, pitch, yaw: `R = Rz(yaw) Ry(pitch) Rx(roll)`. Angles as written:
/// 1.570796327 stays 1.570796327.
pub(crate) fn read_pose(
    pose: &urdf_rs::Pose,
    place: impl Fn() -> String,
) -> Result<Isometry3<f64>, UrdfError> {
    let ([x, y, z], [roll, pitch, yaw]) = (pose.xyz.0, pose.rpy.0);
    for length in [x, y, z] {
        finite(length, "an xyz of <origin>", &place)?;
    }
    for angle in [roll, pitch, yaw] {
        finite(angle, "an rpy of <origin>", &place)?;
    }
    Ok(Isometry3::from_parts(
        Translation3::new(x, y, z),
        UnitQuaternion::from_euler_angles(roll, pitch, yaw),
    ))
}

/// Largest magnitude of any number. Chosen: placeholder limits of 1e16 are seen in the wild; products of
/// a mass, lengths and speeds of this size stay far from overflow.
const LARGEST: f64 = 1e18;

/// Refuses NaN, infinities and magnitudes whose products overflow.
pub(crate) fn finite(
    value: f64,
    quantity: &'static str,
    place: impl Fn() -> String,
) -> Result<(), UrdfError> {
    if value.abs() <= LARGEST {
        return Ok(());
    }
    Err(UrdfError::BadNumber {
        place: place(),
        quantity,
        value,
        allowed: "a finite number, of magnitude 1e18 at most",
    })
}

/// Refuses NaN, infinities and negative numbers.
pub(crate) fn not_negative(
    value: f64,
    quantity: &'static str,
    place: impl Fn() -> String,
) -> Result<(), UrdfError> {
    if (0.0..=LARGEST).contains(&value) {
        return Ok(());
    }
    Err(UrdfError::BadNumber {
        place: place(),
        quantity,
        value,
        allowed: "a finite number from 0 to 1e18",
    })
}
