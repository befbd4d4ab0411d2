//! What a profile says about one joint.

use kinematics::JointKind;
use nalgebra::Matrix3;
use quantities::{Kilograms, Metres};

use crate::document::{Section, degrees, kilograms, millimetres, number, text, triple, words};

/// Overrides for one joint; `None` leaves the URDF's figure. Revolute: rad, rad/s, N·m; prismatic: m,
/// m/s, N.
#[derive(Clone, Debug, PartialEq)]
pub struct JointProfile {
    /// Its name in the URDF.
    pub name: String,
    /// Whether the figures are angles or lengths.
    pub kind: JointKind,
    /// Least position, before the margin.
    pub lower: Option<f64>,
    /// Greatest position, before the margin.
    pub upper: Option<f64>,
    /// Greatest speed, before the margin.
    pub velocity: Option<f64>,
    /// Greatest effort, before the margin.
    pub effort: Option<f64>,
    /// Where limits come from that are wider than the URDF's.
    pub limits_source: Option<String>,
    /// Viscous friction.
    pub damping: Option<f64>,
    /// Dry friction.
    pub friction: Option<f64>,
    /// Rotor inertia seen at the joint (kg·m² or kg).
    pub rotor_inertia: Option<f64>,
    /// Smallest step that the encoder tells.
    pub encoder_step: f64,
    /// Position when parked.
    pub park: f64,
    /// Position when a session begins, where that is not the parked one.
    pub start: Option<f64>,
    /// The body moved by this joint, where the URDF has it wrong.
    pub body: Option<JointBody>,
}

/// Mass figures of the body that a joint moves (and the next joint does not), in the joint frame.
#[derive(Clone, Debug, PartialEq)]
pub struct JointBody {
    /// The URDF link whose inertial this mends.
    pub corrects_link: String,
    /// Where the figures come from.
    pub source: String,
    /// Its mass.
    pub mass: Option<Kilograms>,
    /// Its centre of mass in the joint frame (m).
    pub centre_of_mass: Option<[Metres; 3]>,
    /// Its inertia about the centre of mass, along the axes of the joint frame (kg·m²).
    pub inertia: Option<Matrix3<f64>>,
}

impl JointBody {
    /// The centre of mass as a place in the joint frame, which has no frame type of its own.
    pub(super) fn centre(&self) -> Option<nalgebra::Point3<f64>> {
        self.centre_of_mass
            .map(|[x, y, z]| nalgebra::Point3::new(x.get(), y.get(), z.get()))
    }
}

const KINDS: [(&str, JointKind); 3] = [
    ("revolute", JointKind::Revolute),
    ("continuous", JointKind::Continuous),
    ("prismatic", JointKind::Prismatic),
];

pub(super) fn joint(section: &Section<'_>) -> Option<JointProfile> {
    let name = section.required("name", text());
    let kind = section.or("kind", words(&KINDS), JointKind::Revolute);
    let Some(kind) = kind else {
        // The units of all other keys depend on the kind.
        section.let_unknown_keys_be();
        return None;
    };
    let limits_source = section.optional("limits_source", text());
    let rotor_key = match kind {
        JointKind::Revolute | JointKind::Continuous => "rotor_inertia_kg_m2",
        JointKind::Prismatic => "rotor_inertia_kg",
    };
    let rotor_inertia = section.optional(rotor_key, number(0.0..=100.0, "kg·m² (kg)"));
    let body = section.optional("body", crate::document::section(body));
    let numbers = match kind {
        JointKind::Revolute => turning(section, true),
        JointKind::Continuous => turning(section, false),
        JointKind::Prismatic => sliding(section),
    };
    let numbers = numbers?;
    Some(JointProfile {
        name: name?,
        kind,
        lower: numbers.lower,
        upper: numbers.upper,
        velocity: numbers.velocity,
        effort: numbers.effort,
        limits_source: limits_source?,
        damping: numbers.damping,
        friction: numbers.friction,
        rotor_inertia: rotor_inertia?,
        encoder_step: numbers.encoder_step,
        park: numbers.park,
        start: numbers.start,
        body: body?,
    })
}

/// The figures whose unit depends on the kind of joint, in SI.
struct Numbers {
    lower: Option<f64>,
    upper: Option<f64>,
    velocity: Option<f64>,
    effort: Option<f64>,
    damping: Option<f64>,
    friction: Option<f64>,
    encoder_step: f64,
    park: f64,
    start: Option<f64>,
}

fn turning(section: &Section<'_>, ends: bool) -> Option<Numbers> {
    // Two turns either way is the widest of published arms.
    let turn = || degrees(-720.0..=720.0).map(|angle| angle.get());
    let end = |key| {
        if ends {
            section.optional(key, turn())
        } else {
            Some(None)
        }
    };
    let lower = end("lower_deg");
    let upper = end("upper_deg");
    let velocity = section.optional("velocity_deg_per_s", number(1.0..=720.0, "deg/s"));
    let effort = section.optional("effort_nm", number(0.1..=1000.0, "N·m"));
    let damping = section.optional("damping_nm_s_per_rad", number(0.0..=500.0, "N·m·s/rad"));
    let friction = section.optional("friction_nm", number(0.0..=100.0, "N·m"));
    let encoder = section.required("encoder_step_urad", number(0.0..=5000.0, "µrad"));
    let park = section.required("park_deg", turn());
    let start = section.optional("start_deg", turn());
    Some(Numbers {
        lower: lower?,
        upper: upper?,
        velocity: velocity?.map(|deg| deg * core::f64::consts::PI / 180.0),
        effort: effort?,
        damping: damping?,
        friction: friction?,
        encoder_step: encoder? / 1e6,
        park: park?,
        start: start?,
    })
}

fn sliding(section: &Section<'_>) -> Option<Numbers> {
    let place = || millimetres(-5000.0..=5000.0).map(|place| place.get());
    let lower = section.optional("lower_mm", place());
    let upper = section.optional("upper_mm", place());
    let velocity = section.optional("velocity_mm_per_s", number(1.0..=2000.0, "mm/s"));
    let effort = section.optional("effort_n", number(1.0..=5000.0, "N"));
    let damping = section.optional("damping_n_s_per_m", number(0.0..=10_000.0, "N·s/m"));
    let friction = section.optional("friction_n", number(0.0..=1000.0, "N"));
    let encoder = section.required("encoder_step_um", number(0.0..=1000.0, "µm"));
    let park = section.required("park_mm", place());
    let start = section.optional("start_mm", place());
    Some(Numbers {
        lower: lower?,
        upper: upper?,
        velocity: velocity?.map(|mm| mm / 1000.0),
        effort: effort?,
        damping: damping?,
        friction: friction?,
        encoder_step: encoder? / 1e6,
        park: park?,
        start: start?,
    })
}

fn body(section: &Section<'_>) -> Option<JointBody> {
    let corrects_link = section.required("corrects_link", text());
    let source = section.required("source", text());
    let mass = section.optional("mass_kg", kilograms(0.001..=200.0));
    let centre = section.optional("centre_of_mass_mm", triple(-2000.0..=2000.0, "mm"));
    let inertia = if section.has("inertia_kg_m2") {
        crate::tool::inertia(section, 100.0).map(Some)
    } else {
        Some(None)
    };
    Some(JointBody {
        corrects_link: corrects_link?,
        source: source?,
        mass: mass?,
        centre_of_mass: centre?.map(|place| place.map(|mm| Metres::new(mm / 1000.0))),
        inertia: inertia?,
    })
}
