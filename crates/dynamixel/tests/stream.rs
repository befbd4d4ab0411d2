//! Packets in a stream that nobody promises to be clean.

mod bench;

use bench::id;
use dynamixel::{
    Damage, FastBlocks, Id, Instruction, MAX_PACKET, Packet, Parser, Status, StatusError, crc16,
    encode,
};
use proptest::prelude::*;

fn status(address: u8, data: &[u8]) -> Vec<u8> {
    let mut out = [0; MAX_PACKET];
    let length = encode::status(&mut out, id(address), StatusError::default(), data).expect("room");
    out[..length].to_vec()
}

type Found = Vec<Result<(u8, Vec<u8>), Damage>>;

fn feed(parser: &mut Parser, stream: &[u8]) -> Found {
    let owned = |packet: Packet<'_>| {
        let status = packet.status().expect("a status");
        (status.id.get(), status.data.to_vec())
    };
    let mut found = Vec::new();
    for byte in stream {
        parser.push(*byte);
        while let Some(outcome) = parser.poll() {
            found.push(outcome.map(owned));
        }
    }
    found
}

fn sound(stream: &[u8]) -> Vec<(u8, Vec<u8>)> {
    let found = feed(&mut Parser::default(), stream);
    found.into_iter().filter_map(Result::ok).collect()
}

#[test]
fn stuffing_round_trips_for_every_pattern_of_its_bytes() {
    // Every word of up to seven letters over those bytes that matter and one that does not.
    let letters = [0xFF, 0xFD, 0x00, 0x55];
    for length in 0..=7u32 {
        for number in 0..4usize.pow(length) {
            let data: Vec<u8> = (0..length)
                .map(|place| letters[number / 4usize.pow(place) % 4])
                .collect();
            let packet = status(7, &data);
            assert_eq!(sound(&packet), [(7, data)]);
            // Nothing between instruction and checksum looks like a header.
            let body = &packet[7..packet.len() - 2];
            assert!(!body.windows(4).any(|four| four == [0xFF, 0xFF, 0xFD, 0x00]));
        }
    }
}

#[test]
fn a_small_negative_current_and_speed_are_read_right() {
    // Current −1 and velocity −3 give FF FF FD: what trips readers that forget the stuffing.
    let mut data = (-1i16).to_le_bytes().to_vec();
    data.extend((-3i32).to_le_bytes());
    data.extend((-771i32).to_le_bytes());
    let packet = status(3, &data);
    assert_eq!(packet.len(), 11 + 10 + 2);
    assert_eq!(sound(&packet), [(3, data)]);
}

#[test]
fn a_packet_broken_off_by_the_next_one_costs_nothing_but_itself() {
    let (first, second) = (status(1, &[1; 10]), status(2, &[2; 10]));
    for kept in 0..first.len() {
        let stream = [&first[..kept], &second[..]].concat();
        assert_eq!(sound(&stream), [(2, vec![2; 10])], "{kept} bytes kept");
    }
}

#[test]
fn a_long_packet_broken_off_does_not_swallow_what_follows() {
    // 300 bytes are promised, three come.
    let begun = [0xFF, 0xFF, 0xFD, 0x00, 0x01, 0x2C, 0x01, 0x55, 0x00, 0x07];
    let stream = [&begun[..], &status(2, &[2; 10])].concat();
    let found = feed(&mut Parser::default(), &stream);
    assert_eq!(found, [Err(Damage::BrokenOff), Ok((2, vec![2; 10]))]);
}

#[test]
fn a_flipped_bit_never_becomes_data() {
    let packet = status(5, &[0x11, 0xFF, 0xFF, 0xFD, 0x22]);
    let next = status(6, &[9]);
    for bit in 0..packet.len() * 8 {
        let mut damaged = packet.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        // Enough good packets that even a length of 512 that was never meant comes to its end.
        let mut stream = damaged;
        for _ in 0..60 {
            stream.extend(&next);
        }
        let found = sound(&stream);
        assert!(
            found.iter().all(|packet| *packet == (6, vec![9])),
            "bit {bit}"
        );
        assert!(found.len() >= 59, "bit {bit}: {} packets", found.len());
    }
}

#[test]
fn giving_up_an_unfinished_packet_lets_the_next_one_in() {
    let mut parser = Parser::default();
    // A header that promises 300 bytes.
    assert!(feed(&mut parser, &[0xFF, 0xFF, 0xFD, 0x00, 0x01, 0x2C, 0x01]).is_empty());
    assert!(parser.give_up());
    assert!(!parser.give_up());
    assert_eq!(feed(&mut parser, &status(1, &[4])), [Ok((1, vec![4]))]);
}

#[test]
fn a_missing_servo_ends_a_joint_answer_and_those_before_it_count() {
    // Two blocks, the second with a wrong checksum of its own within a sound packet.
    let mut bytes = vec![0xFF, 0xFF, 0xFD, 0x00, 0xFE, 0, 0, 0x55];
    let length = 1 + 3 * 5;
    bytes[5] = length;
    for (address, value) in [(1u8, 0xFDu8), (2, 0xFF), (3, 7)] {
        bytes.extend([0, address, value]);
        let mut crc = crc16(&bytes);
        if address == 2 {
            crc ^= 1;
        }
        bytes.extend(crc.to_le_bytes());
    }
    let mut parser = Parser::default();
    for byte in &bytes {
        parser.push(*byte);
    }
    let packet = parser.poll().expect("a packet").expect("sound");
    let heard: Vec<Id> = FastBlocks::new(&packet, 1)
        .expect("an answer")
        .map(|block| block.id)
        .collect();
    assert_eq!(heard, [id(1)]);
}

/// A byte, half of the time one of those that make headers.
fn loaded(byte: u8) -> u8 {
    match byte {
        0..=63 => 0xFF,
        64..=95 => 0xFD,
        96..=127 => 0,
        other => other,
    }
}

proptest! {
    #[test]
    fn stuffing_round_trips_for_any_data(data in proptest::collection::vec(any::<u8>(), 0..200)) {
        let packet = status(9, &data);
        prop_assert_eq!(sound(&packet), vec![(9, data)]);
    }

    #[test]
    fn garbage_between_packets_resynchronises(
        garbage in proptest::collection::vec(any::<u8>().prop_map(loaded), 0..40),
        data in proptest::collection::vec(any::<u8>(), 0..20),
    ) {
        // A false header may swallow what comes behind it, a packet of at most 512 bytes long; not more.
        let packet = status(4, &data);
        let mut stream = garbage;
        for _ in 0..60 {
            stream.extend(&packet);
        }
        let found = sound(&stream);
        prop_assert!(found.ends_with(&[(4, data.clone()), (4, data)]));
        prop_assert!(found.len() >= 58, "{} packets", found.len());
    }

    #[test]
    fn any_bytes_make_packets_or_damage_and_nothing_else(
        stream in proptest::collection::vec(any::<u8>().prop_map(loaded), 0..600),
    ) {
        let mut parser = Parser::default();
        for byte in stream {
            parser.push(byte);
            while let Some(outcome) = parser.poll() {
                match outcome {
                    Ok(packet) => {
                        let status: Option<Status<'_>> = packet.status();
                        prop_assert!(status.is_none() || packet.instruction == Instruction::Status);
                    }
                    Err(damage) => prop_assert!(!damage.to_string().is_empty()),
                }
            }
        }
    }
}
