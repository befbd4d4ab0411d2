//! Gathers every mass of a link tree into the body that carries it, along one chain.

use nalgebra::{Isometry3, Point3, Translation3, UnitQuaternion, Vector3};

use crate::bodies::RigidBody;
use crate::chain::{ChainJoint, ChainLimits, JointKind};
use crate::description::{JointEntry, JointMotion};
use crate::{Capsule, CollisionShape, RobotDescription, UrdfError, UrdfWarning};

/// What hangs on a chain.
pub(crate) struct Gathered {
    /// The chain's joints with the bodies they move.
    pub(crate) joints: Vec<ChainJoint>,
    /// Pose of the tip in the last one.
    pub(crate) last_from_tip: Isometry3<f64>,
    /// Collision shapes, link by link.
    pub(crate) collision: Vec<CollisionShape>,
}

/// Gathers what hangs on the chain; `path` holds the joints from root to tip.
pub(crate) fn gather_bodies(
    description: &RobotDescription,
    path: &[usize],
    tip: usize,
    warnings: &mut Vec<UrdfWarning>,
) -> Result<Gathered, UrdfError> {
    let mut gathering = Gathering {
        description,
        path,
        tip,
        joints: Vec::new(),
        last_from_tip: Isometry3::identity(),
        collision: Vec::new(),
        warnings,
    };
    gathering.walk()?;
    Ok(Gathered {
        joints: gathering.joints,
        last_from_tip: gathering.last_from_tip,
        collision: gathering.collision,
    })
}

/// Walks the whole tree from the root and gathers every mass into the body that carries it.
struct Gathering<'a> {
    description: &'a RobotDescription,
    path: &'a [usize],
    tip: usize,
    joints: Vec<ChainJoint>,
    last_from_tip: Isometry3<f64>,
    collision: Vec<CollisionShape>,
    warnings: &'a mut Vec<UrdfWarning>,
}

/// A link to be visited: which chain joint carries it (none: it stands still), and its pose there.
struct Visit {
    link: usize,
    carrier: Option<usize>,
    carrier_from_link: Isometry3<f64>,
}

impl Gathering<'_> {
    fn walk(&mut self) -> Result<(), UrdfError> {
        let root = self.description.tree.root;
        let mut open = vec![Visit {
            link: root,
            carrier: None,
            carrier_from_link: Isometry3::identity(),
        }];
        while let Some(visit) = open.pop() {
            self.gather(&visit);
            self.gather_shapes(&visit);
            for (number, child) in self.description.tree.children(visit.link) {
                let Some(joint) = self.description.joints.get(number) else {
                    continue;
                };
                let here = visit.carrier_from_link * joint.parent_from_joint;
                let on_chain = self.path.contains(&number);
                let next = match joint.motion {
                    JointMotion::Moving(kind) if on_chain => {
                        self.joints
                            .push(chain_joint(joint, kind, here, self.warnings)?);
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
        if let (Some(joint), Some(link)) = (carrier, self.description.links.get(visit.link)) {
            let body = joint
                .body()
                .joined(&link.body.told_in(&visit.carrier_from_link));
            joint.mass = body.mass;
            joint.centre_of_mass = Point3::from(body.centre);
            joint.inertia = body.inertia;
        }
    }

    /// Notes the link's collision shapes, told where its carrier is.
    fn gather_shapes(&mut self, visit: &Visit) {
        let Some(link) = self.description.links.get(visit.link) else {
            return;
        };
        let told = |capsule: &Capsule| capsule.told_in(&visit.carrier_from_link, visit.carrier);
        if !link.capsules.is_empty() {
            self.collision.push(CollisionShape {
                link: link.name.clone(),
                capsules: link.capsules.iter().map(told).collect(),
            });
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
                return Err(UrdfError::UnsupportedJoint {
                    joint: joint.name.clone(),
                    kind,
                });
            }
            JointMotion::Moving(kind) => kind,
        };
        if let Some(leader) = self.leader_on_chain(joint) {
            return Err(UrdfError::Mimic {
                joint: joint.name.clone(),
                leader,
            });
        }
        let axis = unit_axis(joint)?;
        let position = match kind {
            JointKind::Continuous => 0.0,
            JointKind::Revolute | JointKind::Prismatic => 0.0_f64.max(joint.lower).min(joint.upper),
        };
        self.warnings.push(UrdfWarning::LockedBranch {
            joint: joint.name.clone(),
            position,
        });
        Ok(motion_at(kind, &axis, position))
    }

    /// A mimic of one of the arm's own joints would swing as the arm moves: it cannot be locked.
    fn leader_on_chain(&self, joint: &JointEntry) -> Option<String> {
        let leader = joint.mimics.as_ref()?;
        let on_chain = self.path.iter().any(|number| {
            self.description
                .joints
                .get(*number)
                .is_some_and(|other| other.name == *leader)
        });
        on_chain.then(|| leader.clone())
    }
}

fn motion_at(kind: JointKind, axis: &Vector3<f64>, position: f64) -> Isometry3<f64> {
    match kind {
        JointKind::Revolute | JointKind::Continuous => Isometry3::from_parts(
            Translation3::identity(),
            UnitQuaternion::from_scaled_axis(axis * position),
        ),
        JointKind::Prismatic => Isometry3::from_parts(
            Translation3::from(axis * position),
            UnitQuaternion::identity(),
        ),
    }
}

fn unit_axis(joint: &JointEntry) -> Result<Vector3<f64>, UrdfError> {
    let length = joint.axis.norm();
    if length > 1e-9 && length.is_finite() {
        Ok(joint.axis / length)
    } else {
        Err(UrdfError::ZeroAxis {
            joint: joint.name.clone(),
        })
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
        warnings.push(UrdfWarning::AxisNotUnit {
            joint: name.clone(),
            length,
        });
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
        return Err(UrdfError::LimitsReversed {
            joint: name(),
            lower,
            upper,
        });
    }
    if lower == upper {
        return Err(UrdfError::LimitsMissing {
            joint: name(),
            at: lower,
        });
    }
    let mut doubt = |quantity, value| {
        warnings.push(UrdfWarning::PlaceholderLimit {
            joint: name(),
            quantity,
            value,
        });
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
    Ok(ChainLimits {
        lower,
        upper,
        velocity: joint.velocity,
        effort: joint.effort,
    })
}
