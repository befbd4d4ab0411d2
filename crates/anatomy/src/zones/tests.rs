use super::*;
use crate::back::Back;
use crate::parametric::{BodyParameters, Sex, parametric_back};
use quantities::Kilograms;

fn back(stature: f64, mass: f64) -> Back {
    let (stature, mass) = (Metres::new(stature), Kilograms::new(mass));
    parametric_back(&BodyParameters {
        sex: Sex::Male,
        stature,
        mass,
    })
    .unwrap()
}

fn at(back: &Back, u: f64, v: f64) -> Zone {
    let left = back.zone_at(Metres::new(u), Metres::new(v));
    assert_eq!(
        left,
        back.zone_at(Metres::new(u), Metres::new(-v)),
        "({u}, {v})"
    );
    left
}

#[test]
fn the_zones_lie_where_the_picture_says_on_small_and_tall_people() {
    for back in [back(1.5, 50.0), back(1.78, 80.0), back(2.0, 110.0)] {
        let u = |level| back.level(level).get();
        let scale = u(Level::C7) / 0.5;
        let between = |a, b| 0.5 * (u(a) + u(b));
        for (where_u, aside, zone) in [
            (u(Level::C7) + 0.01, 0.02, Zone::NoContact),
            (u(Level::C7) - 0.01, 0.02, Zone::NeckBase),
            (u(Level::C7) - 0.039, 0.0, Zone::NeckBase),
            (u(Level::T3) + 0.01, 0.08 * scale, Zone::Trapezius),
            (
                between(Level::T3, Level::T7),
                0.1 * scale,
                Zone::ShoulderBlade,
            ),
            (
                between(Level::T3, Level::T7),
                0.03 * scale,
                Zone::Paraspinal,
            ),
            (
                between(Level::T12, Level::T7),
                0.09 * scale,
                Zone::Latissimus,
            ),
            (
                between(Level::Waist, Level::T12),
                0.075 * scale,
                Zone::Kidney,
            ),
            (
                between(Level::Waist, Level::T12),
                0.05 * scale,
                Zone::Paraspinal,
            ),
            (
                between(Level::L4, Level::Waist),
                0.08 * scale,
                Zone::Latissimus,
            ),
            (0.01, 0.0, Zone::Sacrum),
            (0.01, 0.12 * scale, Zone::Buttock),
            (-0.05, 0.05 * scale, Zone::Buttock),
            (-0.05, 0.01, Zone::Sacrum),
            (u(Level::TailBone) - 0.02, 0.01, Zone::NoContact),
            (u(Level::TailBone) - 0.02, 0.07 * scale, Zone::Buttock),
            (0.1, 0.4, Zone::NoContact),
            (-0.5, 0.0, Zone::NoContact),
        ] {
            assert_eq!(
                at(&back, where_u, aside),
                zone,
                "({where_u}, {aside}) scale {scale}"
            );
        }
    }
}

#[test]
fn nonsense_is_no_contact() {
    let back = back(1.78, 80.0);
    for (u, v) in [
        (f64::NAN, 0.0),
        (0.1, f64::NAN),
        (f64::INFINITY, 0.0),
        (0.1, f64::INFINITY),
    ] {
        assert_eq!(
            back.zone_at(Metres::new(u), Metres::new(v)),
            Zone::NoContact
        );
    }
}

#[test]
fn contact_is_allowed_only_where_there_is_skin() {
    let back = back(1.78, 80.0);
    for i in -60..170 {
        for j in -100..=100 {
            let (u, v) = (
                Metres::new(0.004 * f64::from(i)),
                Metres::new(0.004 * f64::from(j)),
            );
            if back.zone_at(u, v) != Zone::NoContact {
                assert!(back.chart().at(u, v).is_some(), "({u}, {v}) has no skin");
            }
        }
    }
}

#[test]
fn levels_rise_toward_the_head_and_words_lead_back() {
    let back = back(1.7, 65.0);
    assert_eq!(back.level(Level::S2).get(), 0.0);
    for pair in Level::ALL.windows(2) {
        assert!(back.level(pair[0]) < back.level(pair[1]), "{pair:?}");
    }
    for zone in Zone::ALL {
        assert_eq!(Zone::from_word(zone.word()), Some(zone));
    }
    for level in Level::ALL {
        assert_eq!(Level::from_word(level.word()), Some(level));
    }
    assert_eq!(Zone::from_word("knee"), None);
}

#[test]
fn the_trapezius_is_the_most_tender_zone_and_what_must_not_be_touched_takes_no_force() {
    let touched = Zone::ALL.into_iter().filter(|z| *z != Zone::NoContact);
    let tenderest = touched
        .clone()
        .min_by(|a, b| a.tenderness().total_cmp(&b.tenderness()));
    assert_eq!(tenderest, Some(Zone::Trapezius));
    for zone in touched {
        assert!((0.5..=1.0).contains(&zone.tenderness()), "{zone:?}");
        assert_ne!(zone.handling(), Handling::Nothing);
    }
    assert_eq!(Zone::NoContact.tenderness(), 0.0);
    assert_eq!(Zone::NoContact.handling(), Handling::Nothing);
    assert!(Zone::Kidney.handling() >= Handling::StrokesOnly);
}
