//! Frames come back as they went; nothing that arrives makes the reader panic or lose its place.

use proptest::prelude::*;
use wire_format::{
    Deframer, Frame, Kind, MAX_DECODED, MAX_FRAME, MAX_PAYLOAD, Rejected, decode, encode,
    wire_size, wire_time_ns,
};

mod any_frame;

fn bytes_of(frame: &Frame) -> Vec<u8> {
    let mut out = [0; MAX_FRAME];
    let used = encode(frame, &mut out);
    out[..used].to_vec()
}

fn heard(deframer: &mut Deframer, bytes: &[u8]) -> Vec<Result<Frame, Rejected>> {
    bytes.iter().filter_map(|b| deframer.push(*b)).collect()
}

fn dof_of(frame: &Frame) -> usize {
    match &frame.message {
        wire_format::Message::Command(command) => command.values.len(),
        wire_format::Message::State(state) => usize::from(state.dof()),
        _ => 0,
    }
}

#[test]
fn the_longest_payload_fits_and_none_is_longer() {
    let sizes = Kind::ALL.iter().map(|kind| wire_size(*kind, 7));
    assert_eq!(sizes.max(), Some(MAX_FRAME));
    assert_eq!(wire_size(Kind::Capabilities, 7), 24 + MAX_PAYLOAD + 4 + 2);
    // More joints than a frame has room for count as seven.
    assert_eq!(wire_size(Kind::State, 99), wire_size(Kind::State, 7));
}

#[test]
fn the_time_on_the_wire_is_ten_bits_a_byte_and_rounded_up() {
    assert_eq!(
        wire_time_ns(wire_size(Kind::State, 7), 1_000_000),
        1_670_000
    );
    assert_eq!(wire_time_ns(1, 3_000_000), 3_334);
    assert_eq!(wire_time_ns(1, 0), u64::MAX);
}

#[test]
fn every_kind_has_a_way_to_go_and_none_goes_from_host_to_host() {
    for kind in Kind::ALL {
        let ways = any_frame::ways(*kind);
        assert!(!ways.is_empty(), "{kind:?}");
        let arm = wire_format::Address::Arm;
        assert!(
            ways.iter()
                .all(|(source, to)| (*source == arm) != (*to == arm)
                    || *to == wire_format::Address::Broadcast)
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_frame_comes_back_as_it_went(frame in any_frame::frame()) {
        prop_assert_eq!(frame.check(), Ok(()));
        let bytes = bytes_of(&frame);
        prop_assert_eq!(bytes.len(), wire_size(frame.message.kind(), dof_of(&frame)));
        prop_assert_eq!(bytes.iter().filter(|b| **b == 0).count(), 1);
        prop_assert_eq!(heard(&mut Deframer::new(), &bytes), vec![Ok(frame)]);
    }

    #[test]
    fn any_bytes_give_frames_or_reasons_and_the_next_good_frame_is_taken(
        garbage in prop::collection::vec(any::<u8>(), 0..1000),
        frame in any_frame::frame(),
    ) {
        let mut deframer = Deframer::new();
        for said in heard(&mut deframer, &garbage) {
            if let Err(why) = said {
                prop_assert!(!why.to_string().is_empty());
            }
        }
        deframer.push(0);
        prop_assert_eq!(heard(&mut deframer, &bytes_of(&frame)), vec![Ok(frame)]);
    }

    #[test]
    fn garbage_without_a_delimiter_costs_one_frame_at_most(
        garbage in prop::collection::vec(1_u8..=255, 1..1000),
        first in any_frame::frame(),
        second in any_frame::frame(),
    ) {
        let mut deframer = Deframer::new();
        heard(&mut deframer, &garbage);
        let after_first = heard(&mut deframer, &bytes_of(&first));
        prop_assert!(after_first.len() <= 2 && after_first.iter().all(Result::is_err));
        prop_assert_eq!(heard(&mut deframer, &bytes_of(&second)), vec![Ok(second)]);
    }

    #[test]
    fn any_bytes_with_a_fitting_checksum_are_a_frame_that_goes_out_the_same_or_are_refused(
        mut bytes in prop::collection::vec(any::<u8>(), 24..MAX_DECODED - 4),
        kind in 0_u8..20,
    ) {
        let payload = u16::try_from(bytes.len() - 24).expect("short");
        bytes[..4].copy_from_slice(&[1, kind, 3, 1]);
        bytes[20] %= 8;
        bytes[21] = 0;
        bytes[22..24].copy_from_slice(&payload.to_le_bytes());
        let checksum = wire_format::crc32c(&bytes);
        bytes.extend_from_slice(&checksum.to_le_bytes());
        if let Ok(frame) = decode(&bytes) {
            let mut again = [0; MAX_DECODED];
            let length = frame.lay_out(&mut again);
            prop_assert_eq!(&again[..length], &bytes[..]);
        }
    }

    #[test]
    fn a_fitting_frame_with_one_byte_changed_and_summed_anew_is_the_same_frame_only_if_it_says_so(
        frame in any_frame::frame(),
        place in any::<prop::sample::Index>(),
        change in 1_u8..=255,
    ) {
        let mut decoded = [0; MAX_DECODED];
        let length = frame.lay_out(&mut decoded);
        let body = length - 4;
        decoded[place.index(body)] ^= change;
        let checksum = wire_format::crc32c(&decoded[..body]);
        decoded[body..length].copy_from_slice(&checksum.to_le_bytes());
        // Canonical: what is accepted is laid out again to the same bytes, so no byte is ignored.
        if let Ok(changed) = decode(&decoded[..length]) {
            // Of two frames with other bytes, alike are those alone that differ in the sign of a zero.
            prop_assert!(changed != frame || change == 0x80);
            let mut again = [0; MAX_DECODED];
            let used = changed.lay_out(&mut again);
            prop_assert_eq!(&again[..used], &decoded[..length]);
        }
    }
}

#[test]
fn a_peer_that_never_ends_a_frame_is_told_of_once_a_frames_length_and_costs_nothing_more() {
    let mut deframer = Deframer::new();
    let told = (0..MAX_FRAME * 1000)
        .filter_map(|_| deframer.push(0x55))
        .inspect(|said| assert_eq!(said, &Err(Rejected::TooLong)))
        .count();
    assert_eq!(told, 1000);
    assert_eq!(deframer.push(0), None);
}

/// The sign of a zero means nothing, so it is neither a negative bound nor lost on the way.
#[test]
fn a_zero_with_a_minus_sign_is_a_zero_and_keeps_its_bits() {
    let (source, destination) = any_frame::ways(Kind::Command)[0];
    let minus_zero = wire_format::Command {
        answers: None,
        drive: wire_format::Drive::Torque,
        values: wire_format::Joints::new(&[-0.0]).expect("one finite number"),
        force_ceiling_n: -0.0,
        speed_ceiling_m_s: 0.0,
    };
    let frame = Frame {
        header: wire_format::Header {
            source,
            destination,
            session: 1,
            sequence: 1,
            time_ns: 0,
            mode: wire_format::Mode::Idle,
        },
        message: wire_format::Message::Command(minus_zero),
    };
    let heard = heard(&mut Deframer::new(), &bytes_of(&frame));
    let [Ok(back)] = heard[..] else {
        panic!("{heard:?}");
    };
    assert_eq!(bytes_of(&back), bytes_of(&frame));
}
