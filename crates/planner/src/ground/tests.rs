use anatomy::{BodyParameters, Sex, parametric_back};
use quantities::Kilograms;

use super::*;

fn with<R>(patch: Patch, look: impl FnOnce(&Ground<'_>) -> R) -> R {
    let body = BodyParameters {
        sex: Sex::Male,
        stature: Metres::new(1.78),
        mass: Kilograms::new(78.0),
    };
    let back = parametric_back(&body).expect("an ordinary body");
    let envelope =
        Envelope::for_back(&limits::RawLimits::default(), &back).expect("the default profile");
    look(&Ground {
        back: &back,
        envelope: &envelope,
        patch,
        rating: Pascals::new(400e3),
        touchable: None,
    })
}

fn palm() -> Patch {
    let (length, width, corner) = (Metres::new(0.1), Metres::new(0.05), Metres::new(0.015));
    Patch::RoundedRectangle {
        length,
        width,
        corner,
    }
}

fn thumb() -> Patch {
    Patch::Disc {
        radius: Metres::new(0.01),
    }
}

fn fork() -> Patch {
    Patch::Fork {
        tip_radius: Metres::new(0.01),
        spacing: Metres::new(0.1),
    }
}

#[test]
fn the_tool_stands_on_the_skin_and_points_into_the_body_and_to_the_head() {
    with(palm(), |ground| {
        for (u, v) in [(0.05, 0.07), (0.10, -0.09), (0.30, 0.06)] {
            let pose = ground.footing(u, v).expect("on the back");
            let height = ground
                .height_over_skin(&pose.translation.vector)
                .expect("over the body");
            assert!(height.abs() < 1e-6);
            let skin = ground
                .back
                .chart()
                .at(Metres::new(u), Metres::new(v))
                .expect("on the back");
            let inward = pose.rotation * Vector3::z();
            let tilt = libm::acos(inward.dot(&-skin.outward.raw()));
            assert!(
                tilt < 0.15,
                "the plane under a palm leans {tilt} rad from the skin at its centre"
            );
            assert!((pose.rotation * Vector3::x()).x > 0.9);
            assert!(
                (pose.rotation * Vector3::y()).y < 0.0,
                "tool y points to the client's right"
            );
        }
    });
}

#[test]
fn both_tips_of_a_fork_stand_on_the_skin() {
    with(fork(), |ground| {
        for u in [0.0, 0.1, 0.3, 0.5] {
            let pose = ground.footing(u, 0.0).expect("on the back");
            for side in [-0.05, 0.05] {
                let tip = (pose * nalgebra::Point3::new(0.0, side, 0.0)).coords;
                let height = ground.height_over_skin(&tip).expect("over the body");
                assert!(height.abs() < 2e-4, "a tip is {height} m over the skin");
            }
        }
    });
}

#[test]
fn the_room_leaves_out_the_spine_the_flank_and_everything_above_the_seventh_neck_vertebra() {
    with(palm(), |ground| {
        let room = ground.survey(0.0);
        let keep_out = ground.envelope.keep_out_half_width().get();
        assert!(room.inner >= keep_out + 0.025 + TRACKING_MARGIN);
        let c7 = ground.back.level(anatomy::Level::C7).get();
        assert!(room.highest + 0.05 < c7);
        for side in [crate::room::Side::Left, crate::room::Side::Right] {
            let outer = room.outer(side, 0.1);
            let edge = side.sign() * (outer + 0.025);
            assert!(outer > room.inner && ground.is_contact(0.1, edge));
        }
    });
}

#[test]
fn between_the_ends_of_the_room_there_is_room_on_both_sides() {
    for tool in [palm(), thumb(), fork()] {
        with(tool, |ground| {
            let room = ground.survey(0.0);
            assert!(room.highest - room.lowest > 0.3, "most of the back");
            for side in [crate::room::Side::Left, crate::room::Side::Right] {
                let least = room.narrowest(side, room.lowest, room.highest);
                assert!(ground.straddles() || least >= room.inner, "{least}");
            }
        });
    }
}

#[test]
fn the_allowance_is_the_least_ceiling_of_the_neighbourhood() {
    with(palm(), |ground| {
        let allowance = Allowance::of(ground);
        let waist = ground.back.level(anatomy::Level::Waist).get();
        let t12 = ground.back.level(anatomy::Level::T12).get();
        let in_kidney = allowance.ceiling(0.5 * (waist + t12), 0.10);
        let far_below = allowance.ceiling(0.0, 0.10);
        assert!(
            (in_kidney - 20.0).abs() < 1e-9,
            "half of 40 N, got {in_kidney}"
        );
        assert!(far_below > 39.0, "got {far_below}");
        // 15 mm and half a palm before the border the lower ceiling holds already.
        let before = allowance.ceiling(waist - 0.05 - 0.012, 0.10);
        assert!((before - 20.0).abs() < 1e-9, "got {before}");
        assert!(
            allowance.ceiling(2.0, 0.0) < 1e-12,
            "off the map nothing is allowed"
        );
    });
}

#[test]
fn a_fork_may_press_with_twice_what_its_worse_tip_may() {
    with(fork(), |ground| {
        let allowance = Allowance::of(ground);
        let area = ground.pieces()[0].area;
        let tip = ground
            .envelope
            .force_ceiling_at(Metres::new(0.1), Metres::new(0.05), area);
        assert!((allowance.ceiling(0.1, 0.0) - 2.0 * tip.get()).abs() < 1e-9);
    });
}
