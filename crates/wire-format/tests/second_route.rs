//! Checksum and byte stuffing against crates by other hands.

use proptest::prelude::*;
use wire_format::{MAX_DECODED, MAX_FRAME, Message, crc32c, encode};

mod any_frame;

#[test]
fn the_checksum_has_the_published_check_value() {
    // Catalogue of parametrised CRC algorithms, CRC-32/ISCSI.
    assert_eq!(crc32c(b"123456789"), 0xE306_9283);
    // RFC 3720, B.4: 32 octets of zeros, of ones, rising.
    assert_eq!(crc32c(&[0; 32]), 0x8A91_36AA);
    assert_eq!(crc32c(&[0xFF; 32]), 0x62A8_AB43);
    let rising: Vec<u8> = (0..32).collect();
    assert_eq!(crc32c(&rising), 0x46DD_794E);
}

proptest! {
    #[test]
    fn the_checksum_is_that_of_another_crate(bytes in prop::collection::vec(any::<u8>(), 0..MAX_DECODED)) {
        let theirs = crc::Crc::<u32>::new(&crc::CRC_32_ISCSI).checksum(&bytes);
        prop_assert_eq!(crc32c(&bytes), theirs);
    }

    #[test]
    fn the_stuffing_is_that_of_another_crate(frame in any_frame::frame()) {
        let mut decoded = [0; MAX_DECODED];
        let length = frame.lay_out(&mut decoded);
        let mut theirs = [0; MAX_FRAME];
        let stuffed = cobs::encode(&decoded[..length], &mut theirs);
        let mut ours = [0; MAX_FRAME];
        let used = encode(&frame, &mut ours);
        prop_assert_eq!(&ours[..used - 1], &theirs[..stuffed]);
        prop_assert_eq!(ours[used - 1], 0);
        prop_assert!(matches!(frame.message, Message::Close) == (length == 28));
    }
}
