use super::*;
use crate::bones::Side;
use crate::parametric::{BodyParameters, Sex, parametric_back, parametric_body};
use proptest::prelude::*;
use quantities::Kilograms;
use std::sync::OnceLock;

fn woman() -> &'static Back {
    static WOMAN: OnceLock<Back> = OnceLock::new();
    WOMAN.get_or_init(|| {
        let (stature, mass) = (Metres::new(1.6), Kilograms::new(60.0));
        parametric_back(&BodyParameters {
            sex: Sex::Female,
            stature,
            mass,
        })
        .unwrap()
    })
}

#[test]
fn a_back_survives_the_archive_bit_by_bit() {
    let bytes = woman().to_bytes();
    let read = Back::from_bytes(&bytes).unwrap();
    assert_eq!(&read, woman());
    assert_eq!(read.to_bytes(), bytes);
}

#[test]
fn damaged_archives_are_refused() {
    let bytes = woman().to_bytes();
    assert_eq!(Back::from_bytes(b"PNG"), Err(DecodeError::NotOurs("back")));
    let mut other = bytes.clone();
    other[4] = 9;
    assert!(matches!(
        Back::from_bytes(&other),
        Err(DecodeError::Version { found: 9, .. })
    ));
    let mut longer = bytes.clone();
    longer.push(0);
    assert_eq!(Back::from_bytes(&longer), Err(DecodeError::Surplus(1)));
}

#[test]
fn the_spine_polyline_is_dense_and_ends_at_c7() {
    let spine = woman().spine();
    for pair in spine.windows(2) {
        assert!(pair[0].distance(&pair[1]).get() <= 0.005 + 1e-6);
    }
    let at_c7 = woman()
        .chart()
        .at(woman().level(Level::C7), Metres::ZERO)
        .unwrap()
        .point;
    assert!(spine.last().unwrap().distance(&at_c7).get() < 1e-6);
    assert!(spine.first().unwrap().x() < -0.13);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_reading_panic(
        cut in 0.0..1.0f64, at in prop::collection::vec((0.0..1.0f64, any::<u8>()), 0..6),
    ) {
        let mut bytes = woman().to_bytes();
        let length = bytes.len() as f64;
        for (place, value) in at {
            bytes[(place * place * length) as usize] = value;
        }
        bytes.truncate((cut.sqrt() * 1.05 * length) as usize);
        if let Ok(back) = Back::from_bytes(&bytes) {
            let _ = Side::BOTH.map(|side| back.blade_border(side));
            let _ = back.chart().at(Metres::new(0.1), Metres::new(0.05));
            let _ = back.zone_at(Metres::new(0.1), Metres::new(0.05));
        }
    }
}

#[test]
fn levels_out_of_order_and_skin_inside_out_are_refused() {
    let nonsense = Err(DecodeError::Nonsense("zones"));
    let mut swapped = woman().clone();
    (swapped.zones.levels.t12, swapped.zones.levels.c7) = (0.4, 0.3);
    assert_eq!(Back::from_bytes(&swapped.to_bytes()), nonsense);
    let mut turned = woman().clone();
    for (right, left) in &mut turned.zones.sides {
        std::mem::swap(right, left);
    }
    assert_eq!(Back::from_bytes(&turned.to_bytes()), nonsense);
}

#[test]
fn bytes_carry_the_blades_and_the_bone_of_each_side() {
    use crate::bones::Bone;
    let parameters = BodyParameters {
        sex: Sex::Female,
        stature: Metres::new(1.6),
        mass: Kilograms::new(60.0),
    };
    let (whole, mut landmarks) = parametric_body(&parameters).unwrap();
    let angle = landmarks.scapula_inferior_left.unwrap();
    landmarks.scapula_inferior_left =
        Some(Point::new(angle.x() - 0.03, angle.y() + 0.01, angle.z()));
    let (surface, above) = (whole.surface().clone(), whole.chart().spine().above.clone());
    let back = Back::assemble(surface, above, &landmarks, Metres::new(0.004)).unwrap();
    let read = Back::from_bytes(&back.to_bytes()).unwrap();
    assert_eq!(read, back);
    let lowest = |side| {
        let border = read.blade_border(side);
        border
            .iter()
            .map(|p| p.0.get())
            .fold(f64::INFINITY, f64::min)
    };
    assert!(lowest(Side::Left) < lowest(Side::Right) - 0.02);
    for bone in Bone::ALL {
        for side in Side::BOTH {
            assert_eq!(read.bone_ridge(bone, side), back.bone_ridge(bone, side));
        }
    }
}
