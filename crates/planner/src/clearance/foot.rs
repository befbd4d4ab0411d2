//! How far the foot stays from slab, floor and client.
//!
//! The foot stands where it was bolted: it is measured once for a base, not in every posture. A bracket may
//! hold it against the table's edge and a plate on the floor, so there it only must not overlap. Its
//! capsules count with their round ends, as those of the links do.
//!
//! An upright base stands on something: a cart, a riser or a bracket. That is taken for a column from the base
//! to the floor, as thick as the thinnest part of the foot, which the slab must leave room for. So no arm
//! stands on the table top, beside the client: a table is no stand.

use kinematics::{BodyPart, Capsule, Rod, TableTop};
use nalgebra::{Isometry3, Point3, Vector3};

use super::{Against, BODY, Tight, axis_points};
use crate::ground::height_over_skin;
use crate::rejection::{Breach, Rule};

/// Directions in which a foot is held against the client beside it: eighths of a turn.
const DIAGONAL: f64 = core::f64::consts::FRAC_1_SQRT_2;
const AROUND: [(f64, f64); 8] = [
    (1.0, 0.0),
    (DIAGONAL, DIAGONAL),
    (0.0, 1.0),
    (-DIAGONAL, DIAGONAL),
    (-1.0, 0.0),
    (-DIAGONAL, -DIAGONAL),
    (0.0, -1.0),
    (DIAGONAL, -DIAGONAL),
];

/// Touching is no overlap (m): a foot may lie against slab and floor.
const TOUCHING: f64 = -0.001;
/// A base stands, and does not hang or stick out of a wall, when its z points up by more.
const UPRIGHT: f64 = 0.5;

/// The tightest place of the foot on a base; `None` without a capsule that moves with no joint.
pub(crate) fn foot_tightest(
    capsules: &[Capsule],
    back: &anatomy::Back,
    table: &TableTop,
    table_from_base: &Isometry3<f64>,
) -> Option<Tight> {
    let mut tightest: Option<Tight> = None;
    for capsule in capsules.iter().filter(|capsule| capsule.link.is_none()) {
        let rod = Rod {
            a: table_from_base * capsule.a,
            b: table_from_base * capsule.b,
            radius: capsule.radius.get(),
        };
        let found = |against, distance, limit| Tight {
            part: BodyPart::Foot,
            against,
            distance,
            limit,
        };
        let slab = found(Against::Table, table.slab_distance(&rod), TOUCHING);
        let floor = found(Against::Floor, table.floor_distance(&rod), TOUCHING);
        let skin = from_skin(&rod, back).map(|distance| found(Against::Body, distance, BODY));
        tightest = Some(slab.or(Some(floor)).or(skin).or(tightest));
    }
    let column = column(capsules, table, table_from_base).map(|column| Tight {
        part: BodyPart::Foot,
        against: Against::Table,
        distance: table.slab_distance(&column),
        limit: TOUCHING,
    });
    tightest.map(|tight| tight.or(column))
}

/// What an upright base stands on.
fn column(capsules: &[Capsule], table: &TableTop, table_from_base: &Isometry3<f64>) -> Option<Rod> {
    if (table_from_base.rotation * Vector3::z()).z <= UPRIGHT {
        return None;
    }
    let foot = capsules.iter().filter(|capsule| capsule.link.is_none());
    let radius = foot.map(|capsule| capsule.radius.get());
    let a = Point3::from(table_from_base.translation.vector);
    Some(Rod {
        a,
        b: Point3::new(a.x, a.y, a.z.min(-table.height.get())),
        radius: radius.min_by(f64::total_cmp)?,
    })
}

/// True when a base with this foot can stand there.
pub(crate) fn foot_has_room(
    capsules: &[Capsule],
    back: &anatomy::Back,
    table: &TableTop,
    table_from_base: &Isometry3<f64>,
) -> bool {
    foot_tightest(capsules, back, table, table_from_base).is_none_or(|tight| tight.spare() >= 0.0)
}

/// The finding for a base whose foot has no room.
pub(crate) fn foot_breach(tight: &Tight) -> Option<Breach> {
    let (rule, what, remedy) = match tight.against {
        Against::Table => (
            Rule::TableClearance,
            "the table's slab, or the stand below it has none",
            "move the base beside the table: no part of the foot, or of what carries it, may reach into the slab",
        ),
        Against::Floor => (
            Rule::FloorClearance,
            "the floor",
            "move the base higher over the floor",
        ),
        Against::Body | Against::Part(_) => (
            Rule::BodyClearance,
            "the client",
            "move the base away from the client",
        ),
    };
    (tight.spare() < 0.0).then(|| Breach {
        rule,
        time: None,
        place: None,
        figures: Some((tight.distance, tight.limit)),
        detail: format!("the foot of the arm has no room beside {what}, whatever the posture"),
        remedy: remedy.to_owned(),
    })
}

/// Distance from the skin below and beside (m), exact enough where it is below [`BODY`]; `None` where no
/// skin is near.
fn from_skin(rod: &Rod, back: &anatomy::Back) -> Option<f64> {
    let reach = rod.radius + BODY;
    let places = axis_points(rod, 1.0).flat_map(|axis| {
        let below = height_over_skin(back, &axis).map(|height| height - rod.radius);
        // A point this far off that lies in the client lies within the least distance of the foot.
        let beside = AROUND.iter().filter_map(move |(x, y)| {
            let place = axis + Vector3::new(x * reach, y * reach, 0.0);
            height_over_skin(back, &place).map(|height| height + BODY)
        });
        below.into_iter().chain(beside)
    });
    places.min_by(f64::total_cmp)
}
