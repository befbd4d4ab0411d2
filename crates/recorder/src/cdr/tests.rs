use super::*;
use proptest::prelude::*;

#[test]
fn fields_are_aligned_from_after_the_encapsulation() {
    let mut bytes = Vec::new();
    let mut writer = CdrWriter::begin(&mut bytes);
    writer.u8(7);
    writer.f64(1.5);
    writer.bool(true);
    writer.string("ab");
    // By hand: u8 at 0, padding to 8, f64 at 8, bool at 16, padding to 20, length 3 at 20, "ab\0".
    let mut by_hand = vec![0, 1, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0];
    by_hand.extend_from_slice(&1.5f64.to_le_bytes());
    by_hand.extend_from_slice(&[1, 0, 0, 0, 3, 0, 0, 0, b'a', b'b', 0]);
    assert_eq!(bytes, by_hand);
}

#[test]
fn a_lying_length_is_refused_before_anything_is_reserved() {
    let mut bytes = ENCAPSULATION.to_vec();
    bytes.extend_from_slice(&u32::MAX.to_le_bytes());
    let refused = CdrReader::begin(&bytes).and_then(|mut reader| reader.f64_sequence());
    assert_eq!(
        refused,
        Err(CdrError::TooShort {
            at: 8,
            needed: 8 * u64::from(u32::MAX),
            left: 0
        })
    );
}

#[test]
fn big_endian_bytes_are_refused_by_name() {
    let refused = CdrReader::begin(&[0, 0, 0, 0, 1]).err();
    assert_eq!(
        refused,
        Some(CdrError::Encapsulation {
            seen: vec![0, 0, 0, 0]
        })
    );
}

#[test]
fn a_string_without_its_zero_is_refused() {
    let mut bytes = ENCAPSULATION.to_vec();
    bytes.extend_from_slice(&[2, 0, 0, 0, b'a', b'b']);
    let refused = CdrReader::begin(&bytes).and_then(|mut r| r.string().map(str::to_owned));
    assert_eq!(refused, Err(CdrError::BadString { at: 8 }));
}

#[test]
fn bytes_after_the_last_field_are_refused() {
    let bytes = [0, 1, 0, 0, 1, 2];
    let mut reader = CdrReader::begin(&bytes).expect("plain CDR");
    assert_eq!(reader.u8(), Ok(1));
    assert_eq!(reader.end(), Err(CdrError::TooLong { at: 5, left: 1 }));
}

proptest! {
    #[test]
    fn what_is_put_is_taken(
        a in any::<u8>(), b in any::<i16>(), c in any::<u64>(), text in ".*",
        floats in prop::collection::vec(any::<f32>(), 0..5),
        doubles in prop::collection::vec(any::<f64>(), 0..5),
    ) {
        let mut bytes = Vec::new();
        let mut writer = CdrWriter::begin(&mut bytes);
        writer.u8(a);
        writer.i16(b);
        writer.string(&text);
        writer.u64(c);
        writer.f32_sequence(&floats);
        writer.f64_sequence(&doubles);
        let mut reader = CdrReader::begin(&bytes).unwrap();
        prop_assert_eq!(reader.u8().unwrap(), a);
        prop_assert_eq!(reader.i16().unwrap(), b);
        prop_assert_eq!(reader.string().unwrap(), text);
        prop_assert_eq!(reader.u64().unwrap(), c);
        let bits = |v: Vec<f32>| v.into_iter().map(f32::to_bits).collect::<Vec<_>>();
        prop_assert_eq!(bits(reader.f32_sequence().unwrap()), bits(floats));
        let bits = |v: Vec<f64>| v.into_iter().map(f64::to_bits).collect::<Vec<_>>();
        prop_assert_eq!(bits(reader.f64_sequence().unwrap()), bits(doubles));
        prop_assert_eq!(reader.end(), Ok(()));
    }
}
