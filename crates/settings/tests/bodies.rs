//! The shipped bodies: six builds, each a back with room to work.
#![allow(clippy::panic, reason = "a test tells by panicking")]

use std::path::Path;

use anatomy::{Back, Level, Sex, Zone, parametric_back};
use quantities::Metres;
use settings::{BodyProfile, BodySource};

fn body(name: &str) -> (Sex, f64, f64, Back) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../config/bodies")
        .join(format!("{name}.toml"));
    let profile = BodyProfile::read(&file).expect("a body");
    assert_eq!(profile.name, name);
    let BodySource::Parametric(body) = profile.source else {
        panic!("{name} is a built-in body")
    };
    let back = parametric_back(&body).expect("a back");
    (body.sex, body.stature.get(), body.mass.get(), back)
}

const BODIES: [&str; 6] = [
    "female_slight",
    "female",
    "female_heavy",
    "male_slight",
    "male",
    "male_heavy",
];

#[test]
fn three_builds_of_either_sex_are_shipped_from_slight_to_heavy() {
    let index = |name| {
        let (_, stature, mass, _) = body(name);
        mass / (stature * stature)
    };
    for three in BODIES.chunks(3) {
        let [slight, average, heavy] = three else {
            panic!("three builds")
        };
        assert!((18.5..21.0).contains(&index(slight)), "{slight}");
        assert!((22.0..27.0).contains(&index(average)), "{average}");
        assert!((31.0..37.0).contains(&index(heavy)), "{heavy}");
        let sex = body(slight).0;
        assert!(body(average).0 == sex && body(heavy).0 == sex);
    }
}

#[test]
fn every_shipped_body_has_room_to_work_beside_the_spine() {
    for name in BODIES.into_iter().chain(["demo"]) {
        let back = body(name).3;
        let (low, high) = back.u_range();
        assert!(low <= back.level(Level::TailBone), "{name}: from {low}");
        assert!(high >= back.level(Level::C7), "{name}: to {high}");
        for level in [
            Level::S1,
            Level::L4,
            Level::Waist,
            Level::T12,
            Level::T8,
            Level::T5,
        ] {
            let u = back.level(level);
            let (right, left) = back.v_range(u).expect("on the chart");
            assert!(left.get() > 0.11 && right.get() < -0.11, "{name} {level:?}");
            // A 50 mm tool whose patch ends at the keep-out of 20 mm has its middle at 45 mm.
            for v in [0.045, -0.045] {
                let zone = back.zone_at(u, Metres::new(v));
                assert_ne!(zone, Zone::NoContact, "{name} {level:?}");
            }
        }
        let waist = back.level(Level::Waist);
        assert_eq!(back.zone_at(waist, Metres::new(0.05)), Zone::Paraspinal);
    }
}
