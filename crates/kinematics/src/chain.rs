//! One arm out of a description: the moving joints from root to tip, everything fixed merged in.

use nalgebra::{Isometry3, Matrix3, Point3, Translation3, UnitQuaternion, Vector3};

use crate::bodies::RigidBody;
use crate::description::{JointEntry, JointMotion};
use crate::{RobotDescription, UrdfError, UrdfWarning};

/// How a joint moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JointKind {
    /// Turns between limits (rad).
    Revolute,
    /// Turns without end (rad); its position limits are minus and plus infinity.
    Continuous,
    /// Slides between limits (m).
    Prismatic,
}

/// Limits of one joint as the file, or the arm's profile, states them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChainLimits {
    /// Least position (rad, or m when prismatic); minus infinity for a continuous joint.
    pub lower: f64,
    /// Greatest position (rad or m); infinity for a continuous joint.
    pub upper: f64,
    /// Greatest speed (rad/s or m/s), not negative.
    pub velocity: f64,
    /// Greatest effort of the motor (N·m or N), not negative.
    pub effort: f64,
}

/// One moving joint and the body it moves. The joint frame turns (or slides) with the joint; at
/// position 0 it is `parent_from_joint` away from the frame of the joint before (or the root).
#[derive(Clone, Debug, PartialEq)]
pub struct ChainJoint {
    /// Its name in the file.
    pub name: String,
    /// How it moves.
    pub kind: JointKind,
    /// Pose of the joint frame, at position 0, in the frame of the joint before it.
    pub parent_from_joint: Isometry3<f64>,
    /// Unit axis in the joint frame.
    pub axis: Vector3<f64>,
    /// Its limits.
    pub limits: ChainLimits,
    /// Viscous friction (N·m·s/rad or N·s/m), not negative.
    pub damping: f64,
    /// Dry friction (N·m or N), not negative.
    pub friction: f64,
    /// Inertia of the rotor seen at the joint, gear ratio squared included (kg·m² or kg). URDF has no
    /// word for it: 0 until the arm's profile gives it.
    pub rotor_inertia: f64,
    /// Mass of all that is rigidly moved by this joint and not by the next (kg).
    pub mass: f64,
    /// Its centre of mass in the joint frame (m).
    pub centre_of_mass: Point3<f64>,
    /// Its inertia about the centre of mass, along the axes of the joint frame (kg·m²).
    pub inertia: Matrix3<f64>,
}

/// A serial arm of 4 to 7 moving joints. All fields are open, so that an arm's profile can override
/// what its file gets wrong; [`crate::ArmModel::from_chain`] judges the result again.
#[derive(Clone, Debug, PartialEq)]
pub struct ArmChain {
    /// The robot's name.
    pub name: String,
    /// Name of the root link: the frame `base`.
    pub root: String,
    /// Name of the tip link: the frame `flange`.
    pub tip: String,
    /// Moving joints, root side first.
    pub joints: Vec<ChainJoint>,
    /// Pose of the tip in the frame of the last joint.
    pub last_from_tip: Isometry3<f64>,
}

impl RobotDescription {
    /// The arm from the root to `tip`; without a name the tip is the deepest of the leaf links with
    /// the most moving joints (at most 7).
    ///
    /// Fixed joints are merged, masses included; so are fixed links beside the chain. Moving joints
    /// beside the chain (a gripper's fingers) are locked at the position nearest 0, with a warning.
    ///
    /// # Errors
    /// [`UrdfError`] when the tip is unknown or ambiguous, a joint on the chain mimics another, is of
    /// a kind that is not supported, lacks limits or an axis, or fewer than 4 or more than 7 move.
    pub fn chain(&self, tip: Option<&str>) -> Result<(ArmChain, Vec<UrdfWarning>), UrdfError> {
        let mut warnings = Vec::new();
        let tip = match tip {
            Some(name) => self.find_tip(name)?,
            None => self.choose_tip(&mut warnings)?,
        };
        let path = self.tree.path_to(tip);
        let moving = self.moving_joints(&path)?;
        let mut builder = Builder {
            description: self,
            path: &path,
            tip,
            joints: Vec::with_capacity(moving.len()),
            last_from_tip: Isometry3::identity(),
            warnings,
        };
        builder.walk()?;
        let Builder { joints, last_from_tip, mut warnings, .. } = builder;
        for joint in joints.iter().filter(|joint| joint.mass <= 0.0) {
            warnings.push(UrdfWarning::MasslessBody { joint: joint.name.clone() });
        }
        let root = self.link_name(self.tree.root);
        let chain =
            ArmChain { name: self.name.clone(), root, tip: self.link_name(tip), joints, last_from_tip };
        if !(4..=7).contains(&chain.joints.len()) {
            let ArmChain { root, tip, joints, .. } = chain;
            return Err(UrdfError::JointCount { root, tip, found: joints.len() });
        }
        Ok((chain, warnings))
    }

    fn find_tip(&self, name: &str) -> Result<usize, UrdfError> {
        self.links.iter().position(|link| link.name == name).ok_or_else(|| UrdfError::UnknownTip {
            tip: name.to_owned(),
            leaves: self.tips(),
        })
    }

    /// Moving joints on a path; refuses what cannot be on an arm.
    fn moving_joints(&self, path: &[usize]) -> Result<Vec<usize>, UrdfError> {
        let mut moving = Vec::new();
        for number in path {
            let Some(joint) = self.joints.get(*number) else { continue };
            match joint.motion {
                JointMotion::Fixed => {}
                JointMotion::Unsupported(kind) => {
                    return Err(UrdfError::UnsupportedJoint { joint: joint.name.clone(), kind });
                }
                JointMotion::Moving(_) => {
                    if let Some(leader) = &joint.mimics {
                        let (joint, leader) = (joint.name.clone(), leader.clone());
                        return Err(UrdfError::Mimic { joint, leader });
                    }
                    moving.push(*number);
                }
            }
        }
        Ok(moving)
    }

    fn choose_tip(&self, warnings: &mut Vec<UrdfWarning>) -> Result<usize, UrdfError> {
        let leaves = self.tree.leaves();
        let usable: Vec<Candidate> = leaves
            .iter()
            .filter_map(|leaf| {
                let path = self.tree.path_to(*leaf);
                let moving = self.moving_joints(&path).ok()?;
                let fits = (4..=7).contains(&moving.len());
                fits.then(|| Candidate { leaf: *leaf, depth: path.len(), moving })
            })
            .collect();
        let Some(most) = usable.iter().map(|candidate| candidate.moving.len()).max() else {
            // No leaf will do: take the deepest, so that the error names what is wrong with it.
            let deepest = leaves.into_iter().max_by_key(|leaf| self.tree.path_to(*leaf).len());
            return Ok(deepest.unwrap_or(self.tree.root));
        };
        let best: Vec<&Candidate> =
            usable.iter().filter(|candidate| candidate.moving.len() == most).collect();
        let names = |of: &[&Candidate]| of.iter().map(|c| self.link_name(c.leaf)).collect();
        let alike = best.windows(2).all(|pair| match pair {
            [a, b] => a.moving == b.moving,
            _ => true,
        });
        if !alike {
            return Err(UrdfError::AmbiguousTip { candidates: names(&best) });
        }
        // The first in file order wins among equally deep ones: `max_by_key` takes the last, so reversed.
        let chosen = best.iter().rev().max_by_key(|candidate| candidate.depth);
        let leaf = chosen.map_or(self.tree.root, |candidate| candidate.leaf);
        if usable.len() > 1 {
            let all: Vec<&Candidate> = usable.iter().collect();
            let chosen = self.link_name(leaf);
            warnings.push(UrdfWarning::SeveralTips { chosen, candidates: names(&all) });
        }
        Ok(leaf)
    }
}

struct Candidate {
    leaf: usize,
    depth: usize,
    moving: Vec<usize>,
}

/// Walks the whole tree from the root and gathers every mass into the body that carries it.
struct Builder<'a> {
    description: &'a RobotDescription,
    path: &'a [usize],
    tip: usize,
    joints: Vec<ChainJoint>,
    last_from_tip: Isometry3<f64>,
    warnings: Vec<UrdfWarning>,
}

/// A link to be visited: which chain joint carries it (none: it stands still), and its pose there.
struct Visit {
    link: usize,
    carrier: Option<usize>,
    carrier_from_link: Isometry3<f64>,
}

impl Builder<'_> {
    fn walk(&mut self) -> Result<(), UrdfError> {
        let root = self.description.tree.root;
        let mut open =
            vec![Visit { link: root, carrier: None, carrier_from_link: Isometry3::identity() }];
        while let Some(visit) = open.pop() {
            self.gather(&visit);
            for (number, child) in self.description.tree.children(visit.link) {
                let Some(joint) = self.description.joints.get(number) else { continue };
                let here = visit.carrier_from_link * joint.parent_from_joint;
                let on_chain = self.path.contains(&number);
                let next = match joint.motion {
                    JointMotion::Moving(kind) if on_chain => {
                        self.joints.push(chain_joint(joint, kind, here, &mut self.warnings)?);
                        Visit {
                            link: child,
                            carrier: Some(self.joints.len() - 1),
                            carrier_from_link: Isometry3::identity(),
                        }
                    }
                    motion => Visit {
                        link: child,
                        carrier: visit.carrier,
                        carrier_from_link: here * self.locked(joint, motion)?,
                    },
                };
                open.push(next);
            }
        }
        Ok(())
    }

    /// Adds the link's mass to its carrier and notes the tip.
    fn gather(&mut self, visit: &Visit) {
        if visit.link == self.tip {
            self.last_from_tip = visit.carrier_from_link;
        }
        let carrier = visit.carrier.and_then(|number| self.joints.get_mut(number));
        if let (Some(joint), Some(link)) =
            (carrier, self.description.links.get(visit.link))
        {
            let body = joint.body().joined(&link.body.told_in(&visit.carrier_from_link));
            joint.mass = body.mass;
            joint.centre_of_mass = Point3::from(body.centre);
            joint.inertia = body.inertia;
        }
    }

    /// The motion of a joint that is not one of the arm's: none, or locked nearest to 0.
    fn locked(
        &mut self,
        joint: &JointEntry,
        motion: JointMotion,
    ) -> Result<Isometry3<f64>, UrdfError> {
        let kind = match motion {
            JointMotion::Fixed => return Ok(Isometry3::identity()),
            JointMotion::Unsupported(kind) => {
                return Err(UrdfError::UnsupportedJoint { joint: joint.name.clone(), kind });
            }
            JointMotion::Moving(kind) => kind,
        };
        if let Some(leader) = self.leader_on_chain(joint) {
            return Err(UrdfError::Mimic { joint: joint.name.clone(), leader });
        }
        let axis = unit_axis(joint)?;
        let position = match kind {
            JointKind::Continuous => 0.0,
            JointKind::Revolute | JointKind::Prismatic => 0.0_f64.max(joint.lower).min(joint.upper),
        };
        self.warnings.push(UrdfWarning::LockedBranch { joint: joint.name.clone(), position });
        Ok(motion_at(kind, &axis, position))
    }

    /// A mimic of one of the arm's own joints would swing as the arm moves: it cannot be locked.
    fn leader_on_chain(&self, joint: &JointEntry) -> Option<String> {
        let leader = joint.mimics.as_ref()?;
        let on_chain = self.path.iter().any(|number| {
            self.description.joints.get(*number).is_some_and(|other| other.name == *leader)
        });
        on_chain.then(|| leader.clone())
    }
}

impl ChainJoint {
    pub(crate) fn body(&self) -> RigidBody {
        RigidBody { mass: self.mass, centre: self.centre_of_mass.coords, inertia: self.inertia }
    }
}

fn motion_at(kind: JointKind, axis: &Vector3<f64>, position: f64) -> Isometry3<f64> {
    match kind {
        JointKind::Revolute | JointKind::Continuous => Isometry3::from_parts(
            Translation3::identity(),
            UnitQuaternion::from_scaled_axis(axis * position),
        ),
        JointKind::Prismatic => {
            Isometry3::from_parts(Translation3::from(axis * position), UnitQuaternion::identity())
        }
    }
}

fn unit_axis(joint: &JointEntry) -> Result<Vector3<f64>, UrdfError> {
    let length = joint.axis.norm();
    if length > 1e-9 && length.is_finite() {
        Ok(joint.axis / length)
    } else {
        Err(UrdfError::ZeroAxis { joint: joint.name.clone() })
    }
}

fn chain_joint(
    joint: &JointEntry,
    kind: JointKind,
    parent_from_joint: Isometry3<f64>,
    warnings: &mut Vec<UrdfWarning>,
) -> Result<ChainJoint, UrdfError> {
    let name = joint.name.clone();
    let axis = unit_axis(joint)?;
    let length = joint.axis.norm();
    if (length - 1.0).abs() > 1e-6 {
        warnings.push(UrdfWarning::AxisNotUnit { joint: name.clone(), length });
    }
    let body = RigidBody::none();
    Ok(ChainJoint {
        kind,
        parent_from_joint,
        axis,
        limits: limits_of(joint, kind, warnings)?,
        damping: joint.damping,
        friction: joint.friction,
        rotor_inertia: 0.0,
        mass: body.mass,
        centre_of_mass: Point3::from(body.centre),
        inertia: body.inertia,
        name,
    })
}

/// Effort from which a limit is taken for a placeholder (N·m or N). Chosen: three times the strongest
/// joint of arms that people may touch; published files write 1000 where nobody measured.
const PLACEHOLDER_EFFORT: f64 = 1000.0;
/// The same for speed (rad/s or m/s). Chosen: five turns a second.
const PLACEHOLDER_VELOCITY: f64 = 31.5;
/// The same for the position range of a revolute joint (rad). Chosen: four turns.
const PLACEHOLDER_RANGE: f64 = 25.2;

fn limits_of(
    joint: &JointEntry,
    kind: JointKind,
    warnings: &mut Vec<UrdfWarning>,
) -> Result<ChainLimits, UrdfError> {
    let name = || joint.name.clone();
    let (lower, upper) = match kind {
        JointKind::Continuous => (f64::NEG_INFINITY, f64::INFINITY),
        JointKind::Revolute | JointKind::Prismatic => (joint.lower, joint.upper),
    };
    if lower > upper {
        return Err(UrdfError::LimitsReversed { joint: name(), lower, upper });
    }
    if lower == upper {
        return Err(UrdfError::LimitsMissing { joint: name(), at: lower });
    }
    let mut doubt = |quantity, value| {
        warnings.push(UrdfWarning::PlaceholderLimit { joint: name(), quantity, value });
    };
    if kind != JointKind::Continuous && upper - lower > PLACEHOLDER_RANGE {
        doubt("position", upper);
    }
    if joint.velocity <= 0.0 || joint.velocity >= PLACEHOLDER_VELOCITY {
        doubt("velocity", joint.velocity);
    }
    if joint.effort <= 0.0 || joint.effort >= PLACEHOLDER_EFFORT {
        doubt("effort", joint.effort);
    }
    Ok(ChainLimits { lower, upper, velocity: joint.velocity, effort: joint.effort })
}
