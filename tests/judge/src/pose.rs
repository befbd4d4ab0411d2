//! Pose and velocity of the tool by `k`: the second route, beside our own kinematics.

use k::nalgebra as na30;
use kinematics::RobotDescription;
use nalgebra::{Isometry3, Quaternion, Translation3, UnitQuaternion, Vector3};
use quantities::{AngularVelocity, Base, LinearVelocity, Tool, Transform, Twist};

use crate::attachments::{ArmFile, PoseFile};
use crate::error::JudgeError;

/// Where the patch is, and how it moves.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ToolState {
    pub(crate) base_from_tool: Transform<Base, Tool>,
    pub(crate) twist: Twist<Base>,
}

/// The arm as `k` sees it, with its tools.
pub(crate) struct SecondRoute {
    chain: k::SerialChain<f64>,
    joints: usize,
    flange_from_tools: Vec<Isometry3<f64>>,
}

fn wrong(name: &'static str, what: String) -> JudgeError {
    JudgeError::Attachment { name, what }
}

impl SecondRoute {
    pub(crate) fn new(urdf: &[u8], arm: &ArmFile) -> Result<Self, JudgeError> {
        let text = core::str::from_utf8(urdf)
            .map_err(|_| wrong("arm.urdf", "it is not UTF-8 text".to_owned()))?;
        let refused = |what: String| wrong("arm.urdf", what);
        // `k` panics on some files; our own reader refuses those with a reason.
        let (robot, _) = RobotDescription::parse(text).map_err(|e| refused(e.to_string()))?;
        robot
            .chain(Some(&arm.tip))
            .map_err(|e| refused(e.to_string()))?;
        let mut robot = urdf_rs::read_from_string(text).map_err(|e| refused(e.to_string()))?;
        for joint in &mut robot.joints {
            // Limits are judged from `arm.json`; `k` takes equal ones for none.
            joint.limit.lower = 0.0;
            joint.limit.upper = 0.0;
            joint.mimic = None;
        }
        let whole = k::Chain::<f64>::from(&robot);
        let end = whole
            .find_link(&arm.tip)
            .ok_or_else(|| refused(format!("it has no link `{}`", arm.tip)))?;
        let chain = k::SerialChain::from_end(end);
        let names: Vec<String> = chain
            .iter_joints()
            .map(|joint| joint.name.clone())
            .collect();
        if names != arm.joint_names {
            return Err(wrong(
                "arm.json",
                format!(
                    "joint_names are {:?}, the chain has {names:?}",
                    arm.joint_names
                ),
            ));
        }
        let flange_from_tools = arm
            .tools
            .iter()
            .map(|tool| isometry(&tool.flange_from_tool))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            chain,
            joints: names.len(),
            flange_from_tools,
        })
    }

    /// The tool's state; `None` when there is no such tool or joint, or the pose is not finite.
    pub(crate) fn tool(&self, q: &[f64], qd: &[f64], tool: usize) -> Option<ToolState> {
        let flange_from_tool = self.flange_from_tools.get(tool)?;
        if q.len() != self.joints || qd.len() != self.joints {
            return None;
        }
        self.chain.set_joint_positions_unchecked(q);
        let end: na30::Isometry3<f64> = self.chain.end_transform();
        let (t, r) = (end.translation.vector, end.rotation.coords);
        let base_from_flange = Isometry3::from_parts(
            Translation3::new(t[0], t[1], t[2]),
            UnitQuaternion::new_normalize(Quaternion::new(r[3], r[0], r[1], r[2])),
        );
        // Rows vx vy vz wx wy wz of the flange origin, in base axes.
        let jacobian = k::jacobian(&self.chain);
        let row = |row: usize| -> f64 {
            qd.iter()
                .enumerate()
                .map(|(column, speed)| jacobian[(row, column)] * speed)
                .sum()
        };
        let flange_velocity = Vector3::new(row(0), row(1), row(2));
        let angular = Vector3::new(row(3), row(4), row(5));
        let base_from_tool = base_from_flange * flange_from_tool;
        let lever = base_from_tool.translation.vector - base_from_flange.translation.vector;
        let linear = flange_velocity + angular.cross(&lever);
        let finite = base_from_tool
            .translation
            .vector
            .iter()
            .all(|x| x.is_finite())
            && base_from_tool.rotation.coords.iter().all(|x| x.is_finite())
            && linear.iter().chain(angular.iter()).all(|x| x.is_finite());
        finite.then(|| ToolState {
            base_from_tool: Transform::from_raw(base_from_tool),
            twist: Twist {
                linear: LinearVelocity::from_raw(linear),
                angular: AngularVelocity::from_raw(angular),
            },
        })
    }
}

fn isometry(file: &PoseFile) -> Result<Isometry3<f64>, JudgeError> {
    let ([x, y, z], [i, j, k, w]) = (file.xyz_m, file.quat_xyzw);
    let turn = Quaternion::new(w, i, j, k);
    // Written so that NaN is refused too.
    let sound = (turn.norm() - 1.0).abs() < 1e-6 && [x, y, z].iter().all(|c| c.is_finite());
    if !sound {
        return Err(wrong(
            "arm.json",
            format!("{file:?} is no pose with a unit quaternion"),
        ));
    }
    // As written: normalising again would move the last bits.
    Ok(Isometry3::from_parts(
        Translation3::new(x, y, z),
        UnitQuaternion::new_unchecked(turn),
    ))
}
