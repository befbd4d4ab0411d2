//! One arm out of a description: the moving joints from root to tip, everything fixed merged in.

use nalgebra::{Isometry3, Matrix3, Point3, Vector3};

use crate::bodies::RigidBody;
use crate::description::JointMotion;
use crate::gathering::{Gathered, gather_bodies};
use crate::{CollisionShape, RobotDescription, UrdfError, UrdfWarning};

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
    /// Collision shapes of its links, as far as the file has some that can be read; links without are
    /// absent.
    pub collision: Vec<CollisionShape>,
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
        self.moving_joints(&path)?;
        let Gathered {
            joints,
            last_from_tip,
            collision,
        } = gather_bodies(self, &path, tip, &mut warnings)?;
        for joint in joints.iter().filter(|joint| joint.mass <= 0.0) {
            warnings.push(UrdfWarning::MasslessBody {
                joint: joint.name.clone(),
            });
        }
        let root = self.link_name(self.tree.root);
        let chain = ArmChain {
            name: self.name.clone(),
            root,
            tip: self.link_name(tip),
            joints,
            last_from_tip,
            collision,
        };
        if !(4..=7).contains(&chain.joints.len()) {
            let ArmChain {
                root, tip, joints, ..
            } = chain;
            return Err(UrdfError::JointCount {
                root,
                tip,
                found: joints.len(),
            });
        }
        Ok((chain, warnings))
    }

    fn find_tip(&self, name: &str) -> Result<usize, UrdfError> {
        self.links
            .iter()
            .position(|link| link.name == name)
            .ok_or_else(|| UrdfError::UnknownTip {
                tip: name.to_owned(),
                leaves: self.tips(),
            })
    }

    /// Moving joints on a path; refuses what cannot be on an arm.
    fn moving_joints(&self, path: &[usize]) -> Result<Vec<usize>, UrdfError> {
        let mut moving = Vec::new();
        for number in path {
            let Some(joint) = self.joints.get(*number) else {
                continue;
            };
            match joint.motion {
                JointMotion::Fixed => {}
                JointMotion::Unsupported(kind) => {
                    return Err(UrdfError::UnsupportedJoint {
                        joint: joint.name.clone(),
                        kind,
                    });
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
                fits.then_some(Candidate {
                    leaf: *leaf,
                    depth: path.len(),
                    moving,
                })
            })
            .collect();
        let Some(most) = usable.iter().map(|candidate| candidate.moving.len()).max() else {
            // No leaf will do: take the deepest, so that the error names what is wrong with it.
            let deepest = leaves
                .into_iter()
                .max_by_key(|leaf| self.tree.path_to(*leaf).len());
            return Ok(deepest.unwrap_or(self.tree.root));
        };
        let best: Vec<&Candidate> = usable
            .iter()
            .filter(|candidate| candidate.moving.len() == most)
            .collect();
        let names = |of: &[&Candidate]| of.iter().map(|c| self.link_name(c.leaf)).collect();
        let alike = best.windows(2).all(|pair| match pair {
            [a, b] => a.moving == b.moving,
            _ => true,
        });
        if !alike {
            return Err(UrdfError::AmbiguousTip {
                candidates: names(&best),
            });
        }
        // The first in file order wins among equally deep ones: `max_by_key` takes the last, so reversed.
        let chosen = best.iter().rev().max_by_key(|candidate| candidate.depth);
        let leaf = chosen.map_or(self.tree.root, |candidate| candidate.leaf);
        if usable.len() > 1 {
            let all: Vec<&Candidate> = usable.iter().collect();
            let chosen = self.link_name(leaf);
            warnings.push(UrdfWarning::SeveralTips {
                chosen,
                candidates: names(&all),
            });
        }
        Ok(leaf)
    }
}

struct Candidate {
    leaf: usize,
    depth: usize,
    moving: Vec<usize>,
}

impl ChainJoint {
    pub(crate) fn body(&self) -> RigidBody {
        RigidBody {
            mass: self.mass,
            centre: self.centre_of_mass.coords,
            inertia: self.inertia,
        }
    }
}
