//! Any arrivals of sound frames: none is believed twice or out of order, of no other session, sender or
//! receiver, and every frame up to the newest was either believed or told of as lost.
#![no_main]

use std::collections::BTreeSet;

use wire_format::{Address, AgeBound, Expectation, Frame, Guard, Header, Message, Mode};

const SESSION: u32 = 7;
const OLDEST_NS: u64 = 5000;
const AHEAD_NS: u64 = 300;

fn word(bytes: &[u8], at: usize) -> u64 {
    bytes[at..at + 2]
        .iter()
        .fold(0, |sum, b| sum << 8 | u64::from(*b))
}

/// Ten octets an arrival: sequence, time and now (two each, near each other), session, ends, a far leap.
fn frame(bytes: &[u8]) -> Frame {
    let sequence = u32::try_from(word(bytes, 0)).unwrap_or(0);
    Frame {
        header: Header {
            source: Address::ALL[usize::from(bytes[7]) % Address::ALL.len()],
            destination: Address::ALL[usize::from(bytes[8]) % Address::ALL.len()],
            session: u32::from(bytes[6] % 9),
            sequence: if bytes[9] == 0 {
                u32::MAX - sequence
            } else {
                sequence
            },
            time_ns: word(bytes, 2),
            mode: Mode::Following,
        },
        message: Message::Close,
    }
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut guard = Guard::new(Expectation {
        source: Address::ControlLoop,
        destination: Address::Arm,
        session: SESSION,
        most_lost: 1000,
        age: AgeBound::Within {
            oldest_ns: OLDEST_NS,
            ahead_ns: AHEAD_NS,
        },
    });
    let mut believed = BTreeSet::new();
    let mut lost = 0;
    for arrival in bytes.chunks_exact(10) {
        let (frame, now_ns) = (frame(arrival), word(arrival, 4));
        let before = guard.newest_sequence();
        match guard.accept(&frame, now_ns) {
            Ok(accepted) => {
                let seen = frame.header;
                assert!(seen.sequence > before && accepted.lost <= 1000);
                assert!(believed.insert(seen.sequence));
                assert_eq!(
                    (seen.source, seen.destination),
                    (Address::ControlLoop, Address::Arm)
                );
                assert_eq!(seen.session, SESSION);
                assert!(now_ns.saturating_sub(seen.time_ns) <= OLDEST_NS);
                assert!(seen.time_ns.saturating_sub(now_ns) <= AHEAD_NS);
                lost += u64::from(accepted.lost);
            }
            Err(why) => {
                assert!(!why.to_string().is_empty());
                assert_eq!(guard.newest_sequence(), before);
            }
        }
    }
    assert_eq!(
        believed.len() as u64 + lost,
        u64::from(guard.newest_sequence())
    );
});
