//! What a plan promises of the arm's body, measured again by places on the axes of its capsules.
#![allow(clippy::panic)] // a test that cannot read its own files has nothing to measure

mod short;

use kinematics::{ArmShape, BodyPart, Rod};
use knead::compose::Kit;
use knead::{Ingredients, load::Loaded};

const SEED: u64 = 1;
/// Places on an axis. The nearest two may lie between them, so distances are found a little too large: what
/// this measure calls too near is too near.
const PLACES: u32 = 24;

fn loaded(arm: &str) -> Loaded {
    let mut ingredients = Ingredients::demo();
    for path in [
        &mut ingredients.body,
        &mut ingredients.limits,
        &mut ingredients.tools,
        &mut ingredients.client,
        &mut ingredients.simulation,
    ] {
        *path = short::root().join(&*path);
    }
    ingredients.arm = short::root().join(arm);
    ingredients.routine = short::root().join("crates/knead/tests/data/short.toml");
    Loaded::read(&ingredients).unwrap_or_else(|f| panic!("{}", f.text()))
}

fn places(rod: &Rod) -> Vec<nalgebra::Vector3<f64>> {
    let along = |i| {
        rod.a
            .coords
            .lerp(&rod.b.coords, f64::from(i) / f64::from(PLACES))
    };
    (0..=PLACES).map(along).collect()
}

/// Least distance (m) of two parts that are compared, by places on their axes.
fn own_distance<const D: usize>(shape: &ArmShape<D>, rods: &[Rod]) -> f64 {
    let order = |at: usize| shape.parts()[at].capsule.link.map_or(0, |joint| joint + 1);
    let mut least = f64::INFINITY;
    for (i, one) in rods.iter().enumerate() {
        for (j, other) in rods.iter().enumerate().skip(i + 1) {
            let is_left_out = shape
                .not_compared()
                .iter()
                .any(|pair| (pair.first, pair.second) == (i, j));
            if order(i).abs_diff(order(j)) < 2 || is_left_out {
                continue;
            }
            for p in places(one) {
                for q in places(other) {
                    least = least.min((p - q).norm() - one.radius - other.radius);
                }
            }
        }
    }
    least
}

fn keeps_clear<const D: usize>(arm: &str) {
    let loaded = loaded(arm);
    let kit = Kit::<D>::new(&loaded, SEED).unwrap_or_else(|f| panic!("{}", f.text()));
    let plan = kit.plan().expect("the short routine is planned");
    let table = loaded.profile.table;
    let table_from_base = kit.base_from_table.raw().inverse();
    let mut knots = 0;
    for segment in plan.segments() {
        let tool = usize::from(segment.tool.0);
        let (model, shape) = (&kit.arms[tool].0, &kit.shapes[tool]);
        for knot in segment.knots.iter().step_by(10) {
            let placed = shape.place(model, &knot.posture);
            assert!(own_distance(shape, placed.rods()) > 0.005, "{arm}");
            for (part, rod) in shape.parts().iter().zip(placed.rods()) {
                if part.part == BodyPart::Foot {
                    continue;
                }
                for place in places(rod) {
                    let place = table_from_base * nalgebra::Point3::from(place);
                    let over = place.x > table.foot_end.get()
                        && place.x < table.head_end.get()
                        && place.y.abs() < table.half_width.get();
                    assert!(
                        !over || place.z - rod.radius > 0.010,
                        "{arm}: {}",
                        part.part
                    );
                    assert!(place.z - rod.radius + table.height.get() > 0.020, "{arm}");
                }
            }
            knots += 1;
        }
    }
    assert!(knots > 100, "{knots}");
    // The measure can fail: among all postures that the joints allow some fold the arm onto itself.
    let (model, shape) = (&kit.arms[0].0, &kit.shapes[0]);
    let folds = |number| {
        let placed = shape.place(model, &model.spread_posture(number));
        own_distance(shape, placed.rods()) < 0.0
    };
    assert!((1..300).any(folds), "{arm} never meets itself");
}

#[test]
fn the_seven_joint_arm_keeps_clear_of_itself_table_and_floor() {
    keeps_clear::<7>("config/arms/knead_r7.toml");
}

#[test]
fn the_six_joint_arm_keeps_clear_of_itself_table_and_floor() {
    keeps_clear::<6>("config/arms/knead_r6.toml");
}
