//! URDF and profile to the chain that the project trusts.

use kinematics::{ArmChain, Capsule, ChainJoint, JointKind, RobotDescription, UrdfWarning};

use super::{ArmProfile, JointProfile, LinkShape, ShapeSource, link_shapes};
use crate::{Code, Problem, SettingsErrors};

/// The arm as it will be used.
#[derive(Clone, Debug, PartialEq)]
pub struct ArmSetup {
    /// Overrides and margins are in.
    pub chain: ArmChain,
    /// Capsules around its links: the profile's, else the URDF's.
    pub capsules: Vec<Capsule>,
    /// Link by link where they come from.
    pub shapes: Vec<LinkShape>,
    /// What must be told about it.
    pub warnings: Vec<ArmWarning>,
}

/// What an engineer must know about an arm that is used all the same.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ArmWarning {
    /// The URDF is odd, and the profile leaves it as it is.
    #[error("{0}")]
    Urdf(UrdfWarning),
    /// The URDF is odd, and the profile overrides it.
    #[error("{warning} [overridden by the profile]")]
    Mended {
        /// What the URDF gets wrong.
        warning: UrdfWarning,
    },
    /// The profile allows more than the URDF.
    #[error(
        "joint '{joint}': the profile widens the {quantity} limit from {urdf} to {profile}; source: {source_of_limit}"
    )]
    Widened {
        /// The joint.
        joint: String,
        /// Which limit.
        quantity: &'static str,
        /// As the URDF has it (SI).
        urdf: f64,
        /// As the profile has it (SI).
        profile: f64,
        /// The origin of the figure.
        source_of_limit: String,
    },
    /// A link that is not held against anything.
    #[error(
        "what joint '{after_joint}' carries has no shape: it is not held against anything; give it a [[capsule]]"
    )]
    NoShape {
        /// The joint that carries it.
        after_joint: String,
    },
    /// The real arm does not take torques.
    #[error("{0}")]
    Idealised(&'static str),
    /// There is no second estimate of the contact force.
    #[error(
        "the drives report no torques: the press is felt by the wrist sensor alone, and every force ceiling is halved"
    )]
    SingleEstimate,
    /// The arm takes fewer commands than the slowest loop gives.
    #[error(
        "the arm takes {rate_hz} commands a second; the slowest loop gives 100: it cannot be run"
    )]
    SlowInterface {
        /// Commands a second (Hz).
        rate_hz: f64,
    },
}

impl ArmProfile {
    /// Builds the arm of a URDF with this profile's overrides and margins. `urdf_name` is what messages
    /// call the URDF; `tip` overrides the profile's tip link.
    ///
    /// # Errors
    /// [`SettingsErrors`] when the URDF is refused, describes another robot or other joints, a limit is
    /// widened without a source, or the park posture lies outside the limits.
    pub fn chain(
        &self,
        urdf_text: &str,
        urdf_name: &str,
        tip: Option<&str>,
    ) -> Result<ArmSetup, SettingsErrors> {
        let refused = |error: kinematics::UrdfError| {
            let help = "`knead arm check` shows what was found in the file".to_owned();
            let mut problem = self.problem(Code::UrdfRefused, error.to_string(), help);
            urdf_name.clone_into(&mut problem.file);
            SettingsErrors::new(vec![problem])
        };
        let (robot, mut odd) = RobotDescription::parse(urdf_text).map_err(refused)?;
        self.fits(robot.name(), urdf_name)?;
        let (mut chain, more) = robot
            .chain(Some(tip.unwrap_or(&self.tip)))
            .map_err(refused)?;
        odd.extend(more);
        self.same_joints(&chain, urdf_name)?;
        let mut warnings: Vec<ArmWarning> = odd.into_iter().map(|w| self.judge(w)).collect();
        warnings.extend(self.control.mode.notice().map(ArmWarning::Idealised));
        warnings.extend((!self.reports_torque).then_some(ArmWarning::SingleEstimate));
        warnings.extend(
            self.control
                .is_too_slow()
                .then_some(ArmWarning::SlowInterface {
                    rate_hz: self.control.rate_hz,
                }),
        );
        let mut problems = Vec::new();
        for (joint, profile) in chain.joints.iter_mut().zip(&self.joints) {
            self.override_joint(joint, profile, &mut warnings, &mut problems);
        }
        let (capsules, shapes) = link_shapes(&chain, &self.capsules);
        problems.extend(self.without_shape(&capsules));
        let shapeless = shapes
            .iter()
            .filter(|s| s.source == ShapeSource::Nowhere && s.after_joint != super::profile::BASE);
        warnings.extend(shapeless.map(|shape| ArmWarning::NoShape {
            after_joint: shape.after_joint.clone(),
        }));
        if problems.is_empty() {
            Ok(ArmSetup {
                chain,
                capsules,
                shapes,
                warnings,
            })
        } else {
            Err(SettingsErrors::new(problems))
        }
    }

    /// An arm without any shape would be held against nothing.
    fn without_shape(&self, capsules: &[Capsule]) -> Option<Problem> {
        let message = "neither the profile nor the URDF tells the shape of any link".to_owned();
        let help = "give each link a [[capsule]] in the profile".to_owned();
        capsules
            .is_empty()
            .then(|| self.problem(Code::NoShape, message, help))
    }

    fn fits(&self, robot: &str, urdf_name: &str) -> Result<(), SettingsErrors> {
        if self.robots.iter().any(|name| name == robot) {
            return Ok(());
        }
        let message = format!(
            "the profile \"{}\" is made for robots named {}; {urdf_name} describes \"{robot}\"",
            self.name,
            self.robots.join(", ")
        );
        let help =
            "choose the profile that fits, or add the name to `robots` when it is the same arm";
        Err(self.refuse(Code::WrongRobot, message, help.to_owned()))
    }

    fn same_joints(&self, chain: &ArmChain, urdf_name: &str) -> Result<(), SettingsErrors> {
        let ours: Vec<&str> = self
            .joints
            .iter()
            .map(|joint| joint.name.as_str())
            .collect();
        let theirs: Vec<&str> = chain
            .joints
            .iter()
            .map(|joint| joint.name.as_str())
            .collect();
        let kinds_agree = || {
            chain
                .joints
                .iter()
                .zip(&self.joints)
                .all(|(a, b)| a.kind == b.kind)
        };
        if ours == theirs && kinds_agree() {
            return Ok(());
        }
        let message = if ours == theirs {
            "the `kind` of a joint is not the one in the URDF".to_owned()
        } else {
            format!(
                "the profile lists the joints {}; {urdf_name} has {}",
                ours.join(", "),
                theirs.join(", ")
            )
        };
        let help =
            "list every moving joint from the base to the tip, in order, by its URDF name and kind";
        Err(self.refuse(Code::WrongJoints, message, help.to_owned()))
    }

    /// Tells apart the oddities that the profile mends from those that stay.
    fn judge(&self, warning: UrdfWarning) -> ArmWarning {
        let joint_named = |name: &str| self.joints.iter().find(|joint| joint.name == name);
        let mends = |link: &str, what: fn(&super::JointBody) -> bool| {
            let bodies = self.joints.iter().filter_map(|joint| joint.body.as_ref());
            bodies.filter(|body| body.corrects_link == link).any(what)
        };
        let mended = match &warning {
            UrdfWarning::PlaceholderLimit {
                joint, quantity, ..
            } => joint_named(joint).is_some_and(|profile| overrides(profile, quantity)),
            UrdfWarning::ImpossibleInertia { link, .. } | UrdfWarning::PointMass { link, .. } => {
                mends(link, |body| body.inertia.is_some())
            }
            UrdfWarning::MasslessLink { link } => mends(link, |body| body.mass.is_some()),
            UrdfWarning::MasslessBody { joint } => joint_named(joint)
                .and_then(|profile| profile.body.as_ref())
                .is_some_and(|body| body.mass.is_some()),
            // The profile names the tip, so there was nothing to choose.
            UrdfWarning::SeveralTips { .. } => true,
            UrdfWarning::MeshNotRead { .. } => (0..self.joints.len())
                .all(|joint| self.capsules.iter().any(|c| c.link == Some(joint))),
            UrdfWarning::RotatedInertialFrame { .. }
            | UrdfWarning::LockedBranch { .. }
            | UrdfWarning::AxisNotUnit { .. } => false,
        };
        if mended {
            ArmWarning::Mended { warning }
        } else {
            ArmWarning::Urdf(warning)
        }
    }

    fn override_joint(
        &self,
        joint: &mut ChainJoint,
        profile: &JointProfile,
        warnings: &mut Vec<ArmWarning>,
        problems: &mut Vec<Problem>,
    ) {
        let as_written = joint.limits;
        let limits = &mut joint.limits;
        limits.lower = profile.lower.unwrap_or(limits.lower);
        limits.upper = profile.upper.unwrap_or(limits.upper);
        limits.velocity = profile.velocity.unwrap_or(limits.velocity);
        limits.effort = profile.effort.unwrap_or(limits.effort);
        let pairs = [
            (
                "lower position",
                as_written.lower,
                limits.lower,
                limits.lower < as_written.lower,
            ),
            (
                "upper position",
                as_written.upper,
                limits.upper,
                limits.upper > as_written.upper,
            ),
            (
                "velocity",
                as_written.velocity,
                limits.velocity,
                limits.velocity > as_written.velocity,
            ),
            (
                "effort",
                as_written.effort,
                limits.effort,
                limits.effort > as_written.effort,
            ),
        ];
        for (quantity, urdf, wider, _) in pairs.into_iter().filter(|(_, _, _, widened)| *widened) {
            let name = joint.name.clone();
            match &profile.limits_source {
                Some(source) => warnings.push(ArmWarning::Widened {
                    joint: name,
                    quantity,
                    urdf,
                    profile: wider,
                    source_of_limit: source.clone(),
                }),
                None => problems.push(self.problem(
                    Code::LimitLoosened,
                    format!("joint \"{name}\": the {quantity} limit is {wider}; the URDF allows {urdf} (SI units)"),
                    "tighten it, or say in `limits_source` where the wider figure comes from".to_owned(),
                )),
            }
        }
        self.keep_margins(joint);
        joint.damping = profile.damping.unwrap_or(joint.damping);
        joint.friction = profile.friction.unwrap_or(joint.friction);
        joint.rotor_inertia = profile.rotor_inertia.unwrap_or(joint.rotor_inertia);
        if let Some(body) = &profile.body {
            joint.mass = body.mass.map_or(joint.mass, quantities::Kilograms::get);
            joint.centre_of_mass = body.centre().unwrap_or(joint.centre_of_mass);
            joint.inertia = body.inertia.unwrap_or(joint.inertia);
        }
        problems.extend(self.posture_problem(joint, "park", profile.park));
        let start = profile.start;
        problems.extend(start.and_then(|q| self.posture_problem(joint, "start", q)));
    }

    fn keep_margins(&self, joint: &mut ChainJoint) {
        let margin = match joint.kind {
            JointKind::Revolute => self.margins.position_rad,
            JointKind::Continuous => 0.0,
            JointKind::Prismatic => self.margins.position.get(),
        };
        joint.limits.lower += margin;
        joint.limits.upper -= margin;
        joint.limits.velocity *= self.margins.velocity_factor;
        joint.limits.effort *= self.margins.effort_factor;
    }

    fn posture_problem(&self, joint: &ChainJoint, which: &str, position: f64) -> Option<Problem> {
        let (lower, upper) = (joint.limits.lower, joint.limits.upper);
        if lower < upper && (lower..=upper).contains(&position) {
            return None;
        }
        let (unit, scale) = match joint.kind {
            JointKind::Revolute | JointKind::Continuous => ("deg", 180.0 / core::f64::consts::PI),
            JointKind::Prismatic => ("mm", 1000.0),
        };
        Some(self.problem(
            Code::PostureOutside,
            format!(
                "joint \"{}\": the {which} posture {:.2} {unit} lies outside {:.2} to {:.2} {unit} (margins are in)",
                joint.name,
                position * scale,
                lower * scale,
                upper * scale
            ),
            format!("move the {which} posture inside, or lessen the margin"),
        ))
    }
}

fn overrides(profile: &JointProfile, quantity: &str) -> bool {
    match quantity {
        "effort" => profile.effort.is_some(),
        "velocity" => profile.velocity.is_some(),
        "position" => profile.lower.is_some() && profile.upper.is_some(),
        _ => false,
    }
}
