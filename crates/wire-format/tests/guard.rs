//! What the guard believes, against a model that remembers everything.

use std::collections::BTreeSet;

use proptest::prelude::*;
use wire_format::{
    Address, AgeBound, Expectation, Frame, Guard, Header, Message, Mode, Refusal, Sequencer,
};

const SESSION: u32 = 0xABCD_0001;

fn expectation() -> Expectation {
    Expectation {
        source: Address::ControlLoop,
        destination: Address::Arm,
        session: SESSION,
        most_lost: 100,
        age: AgeBound::Unjudged,
    }
}

fn frame(sequence: u32) -> Frame {
    Frame {
        header: Header {
            source: Address::ControlLoop,
            destination: Address::Arm,
            session: SESSION,
            sequence,
            time_ns: u64::from(sequence) * 1000,
            mode: Mode::Following,
        },
        message: Message::Close,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// Frames in any order, any of them missing or again and again.
    #[test]
    fn whatever_arrives_each_is_believed_once_and_in_order_and_the_missing_are_counted(
        arrivals in prop::collection::vec(1_u32..150, 1..300),
    ) {
        let mut guard = Guard::new(expectation());
        let mut believed = BTreeSet::new();
        let mut newest = 0;
        let mut lost = 0;
        for sequence in arrivals {
            let said = guard.accept(&frame(sequence), 0);
            if sequence > newest && sequence - newest <= 101 {
                let missing = sequence - newest - 1;
                prop_assert_eq!(said.map(|a| a.lost), Ok(missing));
                lost += missing;
                newest = sequence;
                believed.insert(sequence);
            } else if sequence > newest {
                let missing = sequence - newest - 1;
                prop_assert_eq!(said, Err(Refusal::Leap { lost: missing, allowed: 100 }));
            } else if believed.contains(&sequence) && newest - sequence < 64 {
                prop_assert_eq!(said, Err(Refusal::Repeated { sequence }));
            } else {
                prop_assert_eq!(said, Err(Refusal::Late { sequence, newest }));
            }
        }
        prop_assert_eq!(guard.newest_sequence(), newest);
        prop_assert_eq!(guard.counts().lost, u64::from(lost));
        prop_assert_eq!(guard.counts().accepted, believed.len() as u64);
        // Every frame up to the newest was believed or told of as missing.
        prop_assert_eq!(guard.counts().accepted + guard.counts().lost, u64::from(newest));
    }

    #[test]
    fn age_is_now_less_the_senders_time_and_the_bounds_belong_to_what_is_allowed(
        sent_ns in 0_u64..1 << 40,
        now_ns in 0_u64..1 << 40,
        oldest_ns in 0_u64..1 << 30,
        ahead_ns in 0_u64..1 << 30,
    ) {
        let mut guard = Guard::new(expectation());
        guard.set_age_bound(AgeBound::Within { oldest_ns, ahead_ns });
        let mut one = frame(1);
        one.header.time_ns = sent_ns;
        let age = i128::from(now_ns) - i128::from(sent_ns);
        let allowed = -i128::from(ahead_ns) <= age && age <= i128::from(oldest_ns);
        let said = guard.accept(&one, now_ns);
        prop_assert_eq!(said.is_ok(), allowed);
        if let Ok(accepted) = said {
            prop_assert_eq!(i128::from(accepted.age_ns), age.max(0));
        }
    }
}

#[test]
fn a_frame_that_is_refused_changes_nothing_but_its_counter() {
    let mut guard = Guard::new(expectation());
    guard.set_age_bound(AgeBound::Within {
        oldest_ns: 1000,
        ahead_ns: 0,
    });
    assert!(guard.accept(&frame(1), 1000).is_ok());
    let changed = |change: fn(&mut Frame)| {
        let mut next = frame(2);
        change(&mut next);
        next
    };
    let wrong = [
        changed(|f| f.header.source = Address::Monitor),
        changed(|f| f.header.destination = Address::Tools),
        changed(|f| f.header.session = SESSION - 1),
        changed(|f| f.header.session = 0),
        changed(|f| f.header.sequence = 1),
        changed(|f| f.header.sequence = 0),
        changed(|f| f.header.sequence = u32::MAX),
        changed(|f| f.header.time_ns = 999),
        changed(|f| f.header.time_ns = u64::MAX),
    ];
    for bad in &wrong {
        let why = guard.accept(bad, 2000).expect_err("refused");
        assert!(!why.to_string().is_empty());
        assert_eq!(guard.newest_sequence(), 1);
    }
    assert!(matches!(
        guard.accept(&frame(2), 3001),
        Err(Refusal::Old { .. })
    ));
    let counts = *guard.counts();
    assert_eq!(
        (counts.source, counts.destination, counts.session),
        (1, 1, 2)
    );
    assert_eq!((counts.repeated, counts.late, counts.leap), (1, 1, 1));
    assert_eq!((counts.backwards, counts.ahead, counts.old), (1, 1, 1));
    // The sound one is believed as if nothing had been.
    assert_eq!(guard.accept(&frame(2), 2500).map(|a| a.lost), Ok(0));
}

/// The same stream that was believed in one session is not in the next, not even its first frames.
#[test]
fn the_whole_of_an_older_session_played_again_is_refused() {
    let mut older = Guard::new(expectation());
    let mut newer = Guard::new(Expectation {
        session: SESSION + 1,
        ..expectation()
    });
    for sequence in 1..500 {
        assert!(older.accept(&frame(sequence), 0).is_ok());
        assert!(matches!(
            newer.accept(&frame(sequence), 0),
            Err(Refusal::Session { .. })
        ));
    }
}

#[test]
fn a_guard_for_no_session_believes_nothing() {
    let mut guard = Guard::new(Expectation {
        session: 0,
        ..expectation()
    });
    let mut outside = frame(1);
    outside.header.session = 0;
    assert!(guard.accept(&outside, 0).is_err());
}

/// Two billion frames and more are not to be waited for, so the guard is led there by leaps.
#[test]
fn a_count_that_is_used_up_ends_and_does_not_start_over() {
    let mut guard = Guard::new(Expectation {
        most_lost: u32::MAX,
        ..expectation()
    });
    assert!(guard.accept(&frame(u32::MAX), 0).is_ok());
    for again in [0, 1, 2, u32::MAX / 2] {
        let said = guard.accept(&frame(again), 0);
        assert!(matches!(said, Err(Refusal::Late { .. })), "{said:?}");
    }
    let said = guard.accept(&frame(u32::MAX), 0);
    assert!(matches!(said, Err(Refusal::Repeated { .. })), "{said:?}");
}

#[test]
fn a_sender_counts_from_one_and_stops_at_the_end_of_the_count() {
    let mut sequencer = Sequencer::new();
    assert_eq!(sequencer.advance(), Some(1));
    assert_eq!(sequencer.advance(), Some(2));
    let mut last = Sequencer::after(u32::MAX - 1);
    assert_eq!(last.advance(), Some(u32::MAX));
    assert_eq!(last.advance(), None);
    assert_eq!(last.advance(), None);
}
