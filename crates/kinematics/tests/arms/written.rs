//! Random arms written as URDF, in several ways that must all mean the same arm.

use kinematics::{ArmChain, JointKind};
use nalgebra::{Isometry3, Matrix3, Point3, Vector3};

/// How a chain is written down.
#[derive(Clone, Debug, Default)]
pub struct Writing {
    /// Each link in two halves, the second on a fixed joint at this pose; masses are shared out.
    pub halves_at: Option<Isometry3<f64>>,
    /// A link under the base, which stands on it at this pose.
    pub under: Option<Isometry3<f64>>,
    /// The same link, but hung on the base, which stays the root.
    pub beside: Option<Isometry3<f64>>,
    /// Elements are dealt out in another order, by this seed.
    pub shuffled_by: Option<u64>,
}

/// A rigid body: mass, centre, inertia about the centre.
type Body = (f64, Point3<f64>, Matrix3<f64>);

/// The text of a URDF.
pub fn written(chain: &ArmChain, how: &Writing) -> String {
    let mut elements = vec![bare("base")];
    if let Some(pose) = &how.under {
        elements.push(bare("world"));
        elements.push(fixed("stand", "world", "base", pose));
    }
    if let Some(pose) = &how.beside {
        elements.push(bare("world"));
        elements.push(fixed("stand", "base", "world", &pose.inverse()));
    }
    // The link and the pose in it from which the next joint is told.
    let mut parent = ("base".to_owned(), Isometry3::identity());
    for (number, joint) in chain.joints.iter().enumerate() {
        let link = format!("link{number}");
        let kind = match joint.kind {
            JointKind::Revolute => "revolute",
            JointKind::Continuous => "continuous",
            JointKind::Prismatic => "prismatic",
        };
        let origin = pose_text(&(parent.1 * joint.parent_from_joint));
        let ends = format!("<parent link='{}'/><child link='{link}'/>", parent.0);
        let axis = triple(&joint.axis);
        elements.push(format!(
            "<joint name='joint{number}' type='{kind}'>{origin}{ends}<axis xyz='{axis}'/>\
             <limit lower='-2.5' upper='2.5' velocity='2' effort='50'/></joint>"
        ));
        let body = (joint.mass, joint.centre_of_mass, joint.inertia);
        parent = match &how.halves_at {
            None => {
                elements.push(massive(&link, &body));
                (link, Isometry3::identity())
            }
            Some(pose) => {
                let (near, far) = halves(&body);
                let half = format!("half{number}");
                elements.push(massive(&link, &near));
                elements.push(massive(&half, &told_in(&far, pose)));
                elements.push(fixed(&format!("weld{number}"), &link, &half, pose));
                (half, pose.inverse())
            }
        };
    }
    elements.push(bare("flange"));
    let last_from_tip = parent.1 * chain.last_from_tip;
    elements.push(fixed("mount", &parent.0, "flange", &last_from_tip));
    if let Some(seed) = how.shuffled_by {
        shuffle(&mut elements, seed);
    }
    format!("<robot name='written'>{}</robot>", elements.concat())
}

/// Two bodies that are one when welded: three tenths of the mass to one side, the rest to the other, and
/// what inertia their distance does not make, shared out.
fn halves((mass, centre, inertia): &Body) -> (Body, Body) {
    let share = 0.3;
    // Near enough that what is left of the inertia is that of a body.
    let least = inertia.symmetric_eigenvalues().min();
    let apart = Vector3::new(1.0, -2.0, 0.5).normalize() * (0.3 * least / mass).sqrt();
    let square = Matrix3::from_diagonal_element(apart.norm_squared()) - apart * apart.transpose();
    let left = inertia - square * (share * (1.0 - share) * mass);
    (
        (share * mass, centre + apart * (1.0 - share), left * share),
        (
            (1.0 - share) * mass,
            centre - apart * share,
            left * (1.0 - share),
        ),
    )
}

/// The body as seen from a frame that lies at `pose` in the frame it is told in.
fn told_in((mass, centre, inertia): &Body, pose: &Isometry3<f64>) -> Body {
    let turn = pose.rotation.to_rotation_matrix().into_inner();
    (
        *mass,
        pose.inverse_transform_point(centre),
        turn.transpose() * inertia * turn,
    )
}

fn bare(name: &str) -> String {
    format!("<link name='{name}'/>")
}

fn massive(name: &str, (mass, centre, inertia): &Body) -> String {
    let at = triple(&centre.coords);
    let t = |row: usize, column: usize| inertia[(row, column)];
    format!(
        "<link name='{name}'><inertial><origin xyz='{at}'/><mass value='{mass}'/>\
         <inertia ixx='{}' ixy='{}' ixz='{}' iyy='{}' iyz='{}' izz='{}'/></inertial></link>",
        t(0, 0),
        t(0, 1),
        t(0, 2),
        t(1, 1),
        t(1, 2),
        t(2, 2)
    )
}

fn fixed(name: &str, parent: &str, child: &str, pose: &Isometry3<f64>) -> String {
    format!(
        "<joint name='{name}' type='fixed'>{}<parent link='{parent}'/><child link='{child}'/></joint>",
        pose_text(pose)
    )
}

fn pose_text(pose: &Isometry3<f64>) -> String {
    let (roll, pitch, yaw) = pose.rotation.euler_angles();
    format!(
        "<origin xyz='{}' rpy='{roll} {pitch} {yaw}'/>",
        triple(&pose.translation.vector)
    )
}

fn triple(v: &Vector3<f64>) -> String {
    format!("{} {} {}", v.x, v.y, v.z)
}

/// Fisher and Yates 1938, with a linear congruential generator (Knuth's MMIX figures).
fn shuffle(elements: &mut [String], seed: u64) {
    let mut state = seed;
    for last in (1..elements.len()).rev() {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        elements.swap(last, ((state >> 33) as usize) % (last + 1));
    }
}
