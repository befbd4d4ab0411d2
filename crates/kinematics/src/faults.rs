//! What a URDF can get wrong: errors refuse the file, warnings name what was survived as written.

/// Why a description, or a chain of it, is refused.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum UrdfError {
    /// The text is no XML, or its first element is not `<robot>`.
    #[error("not a URDF: {reason}; give the text of a URDF file, whose first element is <robot>")]
    NotUrdf {
        /// What was seen instead.
        reason: String,
    },
    /// The file is still a xacro template.
    #[error("this is a xacro template, not a URDF: expand it with `xacro FILE > arm.urdf` first")]
    Xacro,
    /// XML is well formed, but an element or attribute does not fit URDF.
    #[error("the URDF cannot be read: {reason}; correct or add the named element or attribute")]
    Malformed {
        /// The parser's words.
        reason: String,
    },
    /// More links than any arm has: a file made by accident, or to exhaust whoever reads it.
    #[error("the file holds {found} links, at most {allowed} are read; give the arm's own URDF")]
    TooManyLinks {
        /// How many it holds.
        found: usize,
        /// How many are read.
        allowed: usize,
    },
    /// Two links or two joints share a name.
    #[error("{what} '{name}' occurs twice; names must be unique, rename one")]
    DuplicateName {
        /// "link" or "joint".
        what: &'static str,
        /// The name.
        name: String,
    },
    /// A joint speaks of a link that is not there.
    #[error("joint '{joint}' names link '{link}', which the file does not hold; add or rename it")]
    UnknownLink {
        /// The joint.
        joint: String,
        /// The missing link.
        link: String,
    },
    /// A link hangs on two joints: a closed loop or a slip.
    #[error(
        "link '{link}' is the child of joints '{first}' and '{second}'; a link may hang on one joint \
         only (closed kinematic loops are not supported)"
    )]
    SeveralParents {
        /// The link.
        link: String,
        /// First joint.
        first: String,
        /// Second joint.
        second: String,
    },
    /// More than one link without a parent.
    #[error(
        "{} links have no parent joint ({}); an arm has one root, join them with fixed joints",
        roots.len(), roots.join(", ")
    )]
    SeveralRoots {
        /// The links without parents.
        roots: Vec<String>,
    },
    /// Links form a ring.
    #[error(
        "link '{link}' is its own ancestor; the joints form a closed loop, which is not supported"
    )]
    Loop {
        /// A link on the ring.
        link: String,
    },
    /// NaN, infinite or out of range.
    #[error(
        "{place}: {quantity} is {value}, allowed is {allowed}; correct it in the file or the arm's profile"
    )]
    BadNumber {
        /// Which link or joint.
        place: String,
        /// Which number.
        quantity: &'static str,
        /// What it is.
        value: f64,
        /// What it may be.
        allowed: &'static str,
    },
    /// The asked tip is not a link of the file.
    #[error("no link is called '{tip}'; links that end the arm: {}", leaves.join(", "))]
    UnknownTip {
        /// The asked name.
        tip: String,
        /// Leaf links that could be meant.
        leaves: Vec<String>,
    },
    /// Several chains with equally many moving joints: a guess could pick the wrong arm.
    #[error(
        "several links could be the tip, on different moving joints: {}; name one as the tip link",
        candidates.join(", ")
    )]
    AmbiguousTip {
        /// The links in question.
        candidates: Vec<String>,
    },
    /// Too few or too many moving joints between root and tip.
    #[error(
        "the chain from '{root}' to '{tip}' has {found} moving joints, supported are 4 to 7; \
         name another tip link, or make joints fixed"
    )]
    JointCount {
        /// First link.
        root: String,
        /// Last link.
        tip: String,
        /// How many move.
        found: usize,
    },
    /// Floating, planar or spherical joint where it matters.
    #[error(
        "joint '{joint}' is {kind}; only fixed, revolute, continuous and prismatic joints are \
         supported here, replace it"
    )]
    UnsupportedJoint {
        /// The joint.
        joint: String,
        /// Its type.
        kind: &'static str,
    },
    /// A joint that copies another.
    #[error(
        "joint '{joint}' mimics joint '{leader}'; coupled joints are not supported in the arm, give \
         it a motor of its own or make it fixed"
    )]
    Mimic {
        /// The joint.
        joint: String,
        /// Whom it copies.
        leader: String,
    },
    /// A joint that copies one that is not there.
    #[error(
        "joint '{joint}' mimics joint '{leader}', which the file does not hold; add or rename it, or \
         remove the <mimic>"
    )]
    UnknownLeader {
        /// The joint.
        joint: String,
        /// The missing one.
        leader: String,
    },
    /// Reversed limits.
    #[error("joint '{joint}': lower limit {lower} is above upper limit {upper}; swap them")]
    LimitsReversed {
        /// The joint.
        joint: String,
        /// Lower limit (rad or m).
        lower: f64,
        /// Upper limit (rad or m).
        upper: f64,
    },
    /// A revolute or prismatic joint that has no limits, or an empty range.
    #[error(
        "joint '{joint}': no <limit>, or one without a range (lower = upper = {at}); give lower and \
         upper, or make the joint continuous or fixed"
    )]
    LimitsMissing {
        /// The joint.
        joint: String,
        /// Both ends of the empty range.
        at: f64,
    },
    /// No direction.
    #[error("joint '{joint}': the axis is zero; give a direction such as '0 0 1'")]
    ZeroAxis {
        /// The joint.
        joint: String,
    },
    /// The model was asked for another number of joints than the chain has.
    #[error("chain '{chain}' has {found} moving joints, the model was asked for {asked}")]
    WrongSize {
        /// The chain's name.
        chain: String,
        /// Joints of the chain.
        found: usize,
        /// Joints asked for.
        asked: usize,
    },
    /// A moving body with a negative principal moment: kinetic energy could be negative.
    #[error(
        "the body moved by joint '{joint}' has the principal moment of inertia {moment} kg·m²; it \
         must not be negative, override the inertia in the arm's profile"
    )]
    NegativeInertia {
        /// The joint.
        joint: String,
        /// The offending moment.
        moment: f64,
    },
}

/// What a file gets wrong, or leaves out, and how it was taken. Nothing is corrected silently: the
/// numbers stay as written until the arm's profile overrides them.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum UrdfWarning {
    /// No `<inertial>`, or mass 0.
    #[error("link '{link}' has no mass; taken as a massless frame")]
    MasslessLink {
        /// The link.
        link: String,
    },
    /// A whole moving body without mass.
    #[error(
        "nothing that joint '{joint}' moves before the next joint has mass; forward dynamics may be \
         singular unless the profile gives mass or rotor inertia"
    )]
    MasslessBody {
        /// The joint.
        joint: String,
    },
    /// Mass, but no moments of inertia.
    #[error("link '{link}' has mass {mass_kg} kg but no moment of inertia; taken as a point mass")]
    PointMass {
        /// The link.
        link: String,
        /// Its mass (kg).
        mass_kg: f64,
    },
    /// Moments that no rigid body can have.
    #[error(
        "link '{link}': principal moments of inertia {moments:?} kg·m² break the triangle inequality \
         (the largest must not exceed the sum of the others); taken as written, override it in the \
         arm's profile"
    )]
    ImpossibleInertia {
        /// The link.
        link: String,
        /// Principal moments, ascending (kg·m²).
        moments: [f64; 3],
    },
    /// The inertia tensor is told in rotated axes.
    #[error(
        "link '{link}': the inertial frame is rotated (rpy {rpy:?} rad); its inertia was turned"
    )]
    RotatedInertialFrame {
        /// The link.
        link: String,
        /// Roll, pitch, yaw as written (rad).
        rpy: [f64; 3],
    },
    /// A limit nobody can have measured.
    #[error(
        "joint '{joint}': the {quantity} limit {value} looks like a placeholder; taken as written, \
         the arm's profile must override it"
    )]
    PlaceholderLimit {
        /// The joint.
        joint: String,
        /// "effort", "velocity" or "position".
        quantity: &'static str,
        /// As written.
        value: f64,
    },
    /// More than one link could end the arm.
    #[error(
        "several links could be the tip ({}); took '{chosen}', the deepest with the most moving joints; \
         name the tip link to choose another", candidates.join(", ")
    )]
    SeveralTips {
        /// The one taken.
        chosen: String,
        /// All that could be meant, in file order.
        candidates: Vec<String>,
    },
    /// A moving joint beside the chain.
    #[error(
        "joint '{joint}' moves, but is not between root and tip; taken as locked at {position}, its \
         mass rides along"
    )]
    LockedBranch {
        /// The joint.
        joint: String,
        /// Where it is locked (rad or m).
        position: f64,
    },
    /// The axis was scaled to unit length.
    #[error("joint '{joint}': the axis has length {length}; scaled to 1")]
    AxisNotUnit {
        /// The joint.
        joint: String,
        /// Length as written.
        length: f64,
    },
    /// A collision shape that is not read.
    #[error(
        "link '{link}': its collision mesh is not read; give the link a [[capsule]] in the arm's profile, or \
         cylinders, boxes or spheres in the file"
    )]
    MeshNotRead {
        /// The link.
        link: String,
    },
}
