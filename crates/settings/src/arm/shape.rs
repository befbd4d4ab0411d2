//! Which shape each link is taken for: the profile's capsules, else those around the URDF's own shapes.

use kinematics::{ArmChain, Capsule};

/// Where the shape of a link comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShapeSource {
    /// `[[capsule]]` of the arm's profile.
    Profile,
    /// Collision shapes of these links of the URDF, which move as one.
    Urdf(Vec<String>),
    /// Neither has any.
    Nowhere,
}

impl core::fmt::Display for ShapeSource {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Profile => f.write_str("the arm's profile"),
            Self::Urdf(links) => write!(f, "the URDF's collision shapes of {}", links.join(", ")),
            Self::Nowhere => f.write_str("nowhere: it is not held against anything"),
        }
    }
}

/// One rigid link and the source of its shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkShape {
    /// The joint that carries it; "base" for the part that no joint moves.
    pub after_joint: String,
    /// How many capsules it has.
    pub capsules: usize,
    /// Where they come from.
    pub source: ShapeSource,
}

/// The capsules of an arm, and link by link where they come from. What the profile lists for a link stands
/// for that whole link.
#[must_use]
pub fn link_shapes(chain: &ArmChain, profile: &[Capsule]) -> (Vec<Capsule>, Vec<LinkShape>) {
    let joints = chain.joints.iter().map(|joint| joint.name.clone());
    let carriers = core::iter::once((None, super::profile::BASE.to_owned()))
        .chain(joints.enumerate().map(some));
    let mut all = Vec::new();
    let mut shapes = Vec::new();
    for (link, after_joint) in carriers {
        let own = profile.iter().filter(|capsule| capsule.link == link);
        let mut capsules: Vec<Capsule> = own.copied().collect();
        let mut source = ShapeSource::Profile;
        if capsules.is_empty() {
            let (found, links) = of_file(chain, link);
            source = match links.is_empty() {
                true => ShapeSource::Nowhere,
                false => ShapeSource::Urdf(links),
            };
            capsules = found;
        }
        shapes.push(LinkShape {
            after_joint,
            capsules: capsules.len(),
            source,
        });
        all.extend(capsules);
    }
    (all, shapes)
}

fn some((joint, name): (usize, String)) -> (Option<usize>, String) {
    (Some(joint), name)
}

/// The URDF's capsules on one carrier, and the names of the links that have them.
fn of_file(chain: &ArmChain, carrier: Option<usize>) -> (Vec<Capsule>, Vec<String>) {
    let mut capsules = Vec::new();
    let mut links = Vec::new();
    for shape in &chain.collision {
        let before = capsules.len();
        let here = shape.capsules.iter().filter(|c| c.link == carrier);
        capsules.extend(here.copied());
        if capsules.len() > before {
            links.push(shape.link.clone());
        }
    }
    (capsules, links)
}
