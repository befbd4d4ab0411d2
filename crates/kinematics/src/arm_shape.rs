//! The arm as a body: capsules around links and tool, where they are in a posture, and which of them may
//! be told apart.
//!
//! ```text
//! capsules (profile or URDF) ─┐
//! tool: shank and head ───────┼─▶ ArmShape ──place(posture)──▶ Placed ──self_distance──▶ NearestPair
//! arm (for the pair list) ────┘   (set-up, allocates)          (fixed size, for the loop)
//! ```
//!
//! Neighbours share a joint and always meet there, so they are never compared. Capsules are thicker than
//! the links within them: some pairs two joints apart (a wrist, whose axes cross) overlap in every posture
//! there is. Such a pair can tell nothing; it is dropped, and named, so that nobody takes it for checked.

use nalgebra::{Isometry3, Point3, SVector};
use quantities::Metres;

use crate::{ArmModel, Capsule, Rod, ToolModel};

/// Capsules that an arm with its tool may have.
pub const MOST_CAPSULES: usize = 48;
/// Spread postures in which the pairs are tried.
const TRIED_POSTURES: u32 = 300;
/// What the skin may rise beside a pressed patch (m): nearer to the patch than this, the tool's body is not
/// held against the client. Chosen.
const SINKS_IN: f64 = 0.020;

/// Whose capsule it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyPart {
    /// The root link, which stands where it was bolted.
    Foot,
    /// The link that this joint carries, from 0.
    Link(usize),
    /// The tool: it rides on the last link.
    Tool,
}

impl core::fmt::Display for BodyPart {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Foot => f.write_str("the foot"),
            Self::Link(joint) => write!(f, "the link of joint {}", joint + 1),
            Self::Tool => f.write_str("the tool"),
        }
    }
}

/// One capsule of the arm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ShapePart {
    /// Whose it is.
    pub part: BodyPart,
    /// Its shape, in the frame of the link that carries it.
    pub capsule: Capsule,
    /// How much of its axis, from `a`, must keep off the client (0 to 1): all of a link, of the tool only
    /// what lies behind its patch.
    pub off_client: f64,
}

/// Two capsules that are not compared, because they overlap in every posture that was tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NotCompared {
    /// Places in [`ArmShape::parts`].
    pub first: usize,
    /// The other.
    pub second: usize,
}

/// Two capsules and how far apart they are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NearestPair {
    /// Place in [`ArmShape::parts`].
    pub first: usize,
    /// The other.
    pub second: usize,
    /// Distance (m); negative when they overlap.
    pub distance: f64,
}

/// Why capsules make no arm.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ShapeError {
    /// Too many.
    #[error(
        "the arm with its tool has {found} capsules, at most {MOST_CAPSULES} are allowed; give simpler shapes \
         for links with [[capsule]] in the arm's profile"
    )]
    TooMany {
        /// How many.
        found: usize,
    },
    /// A capsule hangs on a joint that the arm does not have.
    #[error(
        "capsule {number} hangs on joint {joint}, the arm has {joints}; correct its `after_joint`"
    )]
    NoSuchLink {
        /// Which capsule, from 1.
        number: usize,
        /// Its joint, from 1.
        joint: usize,
        /// How many there are.
        joints: usize,
    },
    /// A radius or a place that is none.
    #[error(
        "capsule {number} has a radius of {radius} m or ends that are not finite; give finite places and a \
         radius above 0"
    )]
    NoShape {
        /// Which capsule, from 1.
        number: usize,
        /// Its radius (m).
        radius: f64,
    },
}

/// All capsules in one posture, in one frame. Fixed size, so that the loop can make one.
#[derive(Clone, Copy, Debug)]
pub struct Placed {
    rods: [Rod; MOST_CAPSULES],
    count: usize,
}

impl Placed {
    /// No capsule at all.
    pub const NONE: Self = Self {
        rods: [Rod::NOWHERE; MOST_CAPSULES],
        count: 0,
    };

    /// In the order of [`ArmShape::parts`].
    #[must_use]
    pub fn rods(&self) -> &[Rod] {
        self.rods.get(..self.count).unwrap_or_default()
    }
}

/// Capsules around the links and the tool of one arm of `D` joints.
#[derive(Clone, Debug, PartialEq)]
pub struct ArmShape<const D: usize> {
    parts: Vec<ShapePart>,
    pairs: Vec<(u8, u8)>,
    not_compared: Vec<NotCompared>,
    /// How far an axis of any capsule is moved by a joint at most (m per rad, or m per m).
    sweep: SVector<f64, D>,
}

impl<const D: usize> ArmShape<D> {
    /// Takes the shape of an arm; the tool's own body is added to the links'.
    ///
    /// # Errors
    /// [`ShapeError`] when there are too many capsules, or one is none.
    pub fn new(
        arm: &ArmModel<D>,
        capsules: &[Capsule],
        tool: Option<&ToolModel>,
    ) -> Result<Self, ShapeError> {
        let mut parts: Vec<ShapePart> = capsules.iter().map(link_part).collect();
        parts.extend(tool.into_iter().flat_map(|tool| tool_parts(arm, tool)));
        check::<D>(&parts)?;
        let mut shape = Self {
            sweep: sweep(arm, &parts),
            parts,
            pairs: Vec::new(),
            not_compared: Vec::new(),
        };
        shape.choose_pairs(arm);
        Ok(shape)
    }

    /// The capsules: those given, in their order, then the tool's.
    #[must_use]
    pub fn parts(&self) -> &[ShapePart] {
        &self.parts
    }

    /// Pairs that are not compared although they are no neighbours.
    #[must_use]
    pub fn not_compared(&self) -> &[NotCompared] {
        &self.not_compared
    }

    /// How many pairs are compared.
    #[must_use]
    pub fn pair_count(&self) -> usize {
        self.pairs.len()
    }

    /// The capsules in base.
    #[must_use]
    pub fn place(&self, arm: &ArmModel<D>, positions: &SVector<f64, D>) -> Placed {
        self.place_on(&Isometry3::identity(), &arm.link_poses(positions))
    }

    /// The capsules in the frame in which root and links are told.
    #[must_use]
    pub fn place_on(&self, root: &Isometry3<f64>, links: &[Isometry3<f64>; D]) -> Placed {
        let mut placed = Placed {
            count: self.parts.len().min(MOST_CAPSULES),
            ..Placed::NONE
        };
        for (rod, part) in placed.rods.iter_mut().zip(&self.parts) {
            let capsule = &part.capsule;
            let link = capsule
                .link
                .map_or(root, |joint| links.get(joint).unwrap_or(root));
            *rod = Rod {
                a: link * capsule.a,
                b: link * capsule.b,
                radius: capsule.radius.get(),
            };
        }
        placed
    }

    /// The two capsules nearest to each other; `None` when none may be compared.
    #[must_use]
    pub fn self_distance(&self, placed: &Placed) -> Option<NearestPair> {
        self.self_distance_below(placed, f64::INFINITY)
    }

    /// As [`ArmShape::self_distance`], of the pairs that are nearer than `enough` (m); `None` when none is.
    #[must_use]
    pub fn self_distance_below(&self, placed: &Placed, enough: f64) -> Option<NearestPair> {
        let rods = placed.rods();
        let mut nearest: Option<NearestPair> = None;
        for (first, second) in &self.pairs {
            let (first, second) = (usize::from(*first), usize::from(*second));
            let (Some(one), Some(other)) = (rods.get(first), rods.get(second)) else {
                continue;
            };
            let so_far = nearest.map_or(enough, |pair| pair.distance);
            if one.least_distance(other) >= so_far {
                continue;
            }
            let distance = one.distance(other);
            if distance < so_far {
                nearest = Some(NearestPair {
                    first,
                    second,
                    distance,
                });
            }
        }
        nearest
    }

    /// By how much at most any capsule moves (m) when the joints go by `change` (rad or m) on a straight line
    /// in joint space: each point of an axis goes at most its distance from the joint, a joint at a time.
    /// No two capsules come nearer to each other than by this either, for only joints between them tell.
    #[must_use]
    pub fn motion_bound(&self, change: &SVector<f64, D>) -> f64 {
        change.abs().dot(&self.sweep)
    }

    fn choose_pairs(&mut self, arm: &ArmModel<D>) {
        let mut open: Vec<(u8, u8)> = Vec::new();
        for first in 0..self.parts.len() {
            for second in first + 1..self.parts.len() {
                if self.joints_between(first, second) >= 2 {
                    open.push((first as u8, second as u8));
                }
            }
        }
        self.pairs.clear();
        for number in 1..=TRIED_POSTURES {
            if open.is_empty() {
                break;
            }
            let placed = self.place(arm, &arm.spread_posture(number));
            let rods = placed.rods();
            open.retain(|(first, second)| {
                let overlap = rods
                    .get(usize::from(*first))
                    .zip(rods.get(usize::from(*second)))
                    .is_some_and(|(one, other)| one.distance(other) < 0.0);
                if !overlap {
                    self.pairs.push((*first, *second));
                }
                overlap
            });
        }
        self.pairs.sort_unstable();
        let dropped = open.iter().map(|(first, second)| NotCompared {
            first: usize::from(*first),
            second: usize::from(*second),
        });
        self.not_compared = dropped.collect();
    }

    /// Joints between the carriers of two parts; 0 for one rigid body.
    fn joints_between(&self, first: usize, second: usize) -> usize {
        let place = |at: usize| {
            let link = self.parts.get(at).and_then(|part| part.capsule.link);
            link.map_or(0, |joint| joint + 1)
        };
        place(first).abs_diff(place(second))
    }
}

fn link_part(capsule: &Capsule) -> ShapePart {
    ShapePart {
        part: capsule.link.map_or(BodyPart::Foot, BodyPart::Link),
        capsule: *capsule,
        off_client: 1.0,
    }
}

/// The shank from the flange to the patch, and the head around the patch itself.
fn tool_parts<const D: usize>(arm: &ArmModel<D>, tool: &ToolModel) -> [ShapePart; 2] {
    let zero = SVector::zeros();
    let flange = *arm.flange_pose(&zero).raw();
    let last = arm
        .link_poses(&zero)
        .last()
        .copied()
        .unwrap_or_else(Isometry3::identity);
    let last_from_flange = last.inverse() * flange;
    let link = D.checked_sub(1);
    let (shank, off_client) = shank(tool);
    let head = head(tool).told_in(tool.payload.flange_from_tool.raw(), link);
    [(shank, off_client), (head, 0.0)].map(|(capsule, off_client)| ShapePart {
        part: BodyPart::Tool,
        capsule: capsule.told_in(&last_from_flange, link),
        off_client,
    })
}

/// In the flange's frame, and how much of it must keep off the client. Its end lies on the patch's plane.
fn shank(tool: &ToolModel) -> (Capsule, f64) {
    let radius = tool.body_radius.get();
    let patch = tool.payload.flange_from_tool.raw().translation.vector;
    let length = patch.norm();
    let axis = (length - radius).max(0.0);
    let end = patch * (axis / length.max(1e-9));
    let capsule = Capsule {
        link: None,
        a: Point3::origin(),
        b: Point3::from(end),
        radius: tool.body_radius,
    };
    let behind = (axis - SINKS_IN).max(0.0);
    (capsule, behind / axis.max(1e-9))
}

/// In the tool's frame: a rod in the plane of the patch, along its longer side, that holds its outline.
fn head(tool: &ToolModel) -> Capsule {
    let (half_x, half_y) = tool.patch.half_extents();
    let reach = (half_x - half_y).abs();
    let end = if half_x > half_y {
        Point3::new(reach, 0.0, 0.0)
    } else {
        Point3::new(0.0, reach, 0.0)
    };
    let axis = Capsule {
        link: None,
        a: -end,
        b: end,
        radius: Metres::ZERO,
    };
    let outline = tool.patch.outline();
    let widest = outline
        .iter()
        .map(|(x, y)| axis.distance(&Point3::new(*x, *y, 0.0)))
        .fold(half_x.min(half_y), f64::max);
    Capsule {
        // The outline bulges beyond its points by less than 4 % of a corner's radius.
        radius: Metres::new(widest * 1.04),
        ..axis
    }
}

fn check<const D: usize>(parts: &[ShapePart]) -> Result<(), ShapeError> {
    if parts.len() > MOST_CAPSULES {
        return Err(ShapeError::TooMany { found: parts.len() });
    }
    for (index, part) in parts.iter().enumerate() {
        let (number, capsule) = (index + 1, &part.capsule);
        if let Some(joint) = capsule.link.filter(|joint| *joint >= D) {
            let joint = joint + 1;
            return Err(ShapeError::NoSuchLink {
                number,
                joint,
                joints: D,
            });
        }
        let radius = capsule.radius.get();
        let ends = capsule.a.coords.norm() + capsule.b.coords.norm();
        if !(radius > 0.0 && radius.is_finite() && ends.is_finite()) {
            return Err(ShapeError::NoShape { number, radius });
        }
    }
    Ok(())
}

/// How far each joint moves any axis beyond it at most: the way along the frames from the joint outward.
/// Frames of turning joints keep their distance; a sliding one is taken at its longest.
fn sweep<const D: usize>(arm: &ArmModel<D>, parts: &[ShapePart]) -> SVector<f64, D> {
    let zero = SVector::zeros();
    let still = arm.link_poses(&zero);
    let mut steps = [0.0; D];
    let mut turns = [true; D];
    for joint in 0..D {
        let mut moved = zero;
        moved[joint] = 0.5;
        turns[joint] = arm.link_poses(&moved)[joint]
            .rotation
            .angle_to(&still[joint].rotation)
            > 1e-6;
        let before = joint
            .checked_sub(1)
            .map_or(still[joint], |before| still[before]);
        let offset = still[joint].translation.vector - before.translation.vector;
        let (lower, upper) = (arm.limits().lower[joint], arm.limits().upper[joint]);
        let slide = if turns[joint] {
            0.0
        } else {
            lower.abs().max(upper.abs())
        };
        steps[joint] = offset.norm() + slide;
    }
    SVector::from_fn(|joint, _| {
        if !turns[joint] {
            return 1.0;
        }
        let reach = |part: &ShapePart| {
            let capsule = &part.capsule;
            let carrier = capsule.link.filter(|carrier| *carrier >= joint)?;
            let way: f64 = (joint + 1..=carrier).map(|at| steps[at]).sum();
            Some(way + capsule.a.coords.norm().max(capsule.b.coords.norm()))
        };
        parts.iter().filter_map(reach).fold(0.0, f64::max)
    })
}
