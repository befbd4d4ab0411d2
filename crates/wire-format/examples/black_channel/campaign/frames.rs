//! Faults of whole, sound frames: what the guard has to find, in a session that goes on meanwhile.

use rand::Rng;
use rand_chacha::ChaCha8Rng;
use wire_format::{Address, Frame};

use super::traffic::{OLDEST_NS, Receiver, SESSION, any, on_the_wire, summed_anew};
use super::{Class, Tally};

/// Every class of this file.
pub fn classes() -> Vec<Class> {
    vec![
        Box::new(repetition),
        Box::new(reordering),
        Box::new(loss),
        Box::new(delay),
        Box::new(early),
        Box::new(count_reset),
        Box::new(older_session),
        Box::new(insertion),
        Box::new(leap),
        Box::new(clock_reset),
        Box::new(masquerade),
        Box::new(address),
        Box::new(version),
    ]
}

/// One fault in a session: wrong bytes, and a sound frame of the session after them that must be believed
/// as if nothing had been.
fn beside(
    rng: &mut ChaCha8Rng,
    count: u64,
    class: &str,
    mut fault: impl FnMut(&mut ChaCha8Rng, &Frame, &Receiver) -> (Vec<u8>, u64),
) -> Tally {
    let mut tally = Tally::new(class);
    let mut receiver = Receiver::new();
    for _ in 0..count {
        let sent = receiver.send(rng);
        let now_ns = Receiver::now_ns(sent.header.sequence);
        if receiver.receive(&on_the_wire(&sent), now_ns) != Ok(0) {
            tally.good_lost += 1;
        }
        let (bytes, now_ns) = fault(rng, &sent, &receiver);
        tally.injected += 1;
        match receiver.receive(&bytes, now_ns) {
            Ok(_) => tally.believed += 1,
            Err(by) => tally.caught(by),
        }
        if receiver.next == u32::MAX / 2 {
            receiver = Receiver::new();
        }
    }
    tally
}

fn now_of(frame: &Frame) -> u64 {
    Receiver::now_ns(frame.header.sequence)
}

fn repetition(rng: &mut ChaCha8Rng, count: u64) -> Tally {
    let mut kept: Vec<Frame> = Vec::new();
    beside(
        rng,
        count,
        "repetition, up to 64 back",
        move |rng, sent, _| {
            kept.push(*sent);
            if kept.len() > 64 {
                kept.remove(0);
            }
            let again = kept[rng.random_range(0..kept.len())];
            (on_the_wire(&again), now_of(sent))
        },
    )
}

/// Up to four frames in another order: none is believed after a later one.
fn reordering(rng: &mut ChaCha8Rng, count: u64) -> Tally {
    let mut tally = Tally::new("reordering, up to four frames");
    // A frame that was overtaken is not believed: that is the class.
    tally.may_lose_good = true;
    let mut receiver = Receiver::new();
    while tally.injected < count {
        let mut sent: Vec<Frame> = (0..4).map(|_| receiver.send(rng)).collect();
        let now_ns = now_of(&sent[3]);
        for place in (1..sent.len()).rev() {
            sent.swap(place, rng.random_range(0..=place));
        }
        let mut newest = 0;
        for frame in sent {
            let overtaken = frame.header.sequence < newest;
            tally.injected += u64::from(overtaken);
            newest = newest.max(frame.header.sequence);
            match receiver.receive(&on_the_wire(&frame), now_ns) {
                Ok(_) => tally.believed += u64::from(overtaken),
                Err(by) => {
                    tally.good_lost += 1;
                    tally.caught(by);
                }
            }
        }
    }
    tally
}

/// Frames left out: each must be told of, in number, by the next one.
fn loss(rng: &mut ChaCha8Rng, count: u64) -> Tally {
    let mut tally = Tally::new("loss, told by number");
    let mut receiver = Receiver::new();
    while tally.injected < count {
        let lost = rng.random_range(1..=3);
        for _ in 0..lost {
            receiver.send(rng);
        }
        tally.injected += u64::from(lost);
        let sent = receiver.send(rng);
        match receiver.receive(&on_the_wire(&sent), now_of(&sent)) {
            Ok(told) if told == lost => {
                *tally.caught_by.entry("gap told".to_owned()).or_default() += u64::from(lost)
            }
            Ok(_) => tally.believed += 1,
            Err(_) => tally.good_lost += 1,
        }
    }
    tally
}

/// A frame of the session that has not been received yet, held back for longer than the bound.
fn delay(rng: &mut ChaCha8Rng, count: u64) -> Tally {
    beside(rng, count, "delay beyond the bound", |rng, sent, _| {
        let mut held = *sent;
        held.header.sequence += 1;
        let late = OLDEST_NS + rng.random_range(1..10_000_000_000);
        (on_the_wire(&held), held.header.time_ns + late)
    })
}

fn early(rng: &mut ChaCha8Rng, count: u64) -> Tally {
    beside(rng, count, "sender's clock ahead", |rng, sent, _| {
        let mut ahead = *sent;
        ahead.header.sequence += 1;
        ahead.header.time_ns = now_of(sent) + rng.random_range(200_001..10_000_000_000);
        (on_the_wire(&ahead), now_of(sent))
    })
}

fn count_reset(rng: &mut ChaCha8Rng, count: u64) -> Tally {
    let mut tally = Tally::new("sender's count from 1 again");
    let mut receiver = Receiver::new();
    receiver.next = 1000;
    let first = receiver.send(rng);
    let _ = receiver.receive(&on_the_wire(&first), now_of(&first));
    for step in 0..count {
        let mut sent = first;
        sent.header.sequence = 1 + (step % 999) as u32;
        sent.header.time_ns += step * 1000;
        tally.injected += 1;
        match receiver.receive(&on_the_wire(&sent), sent.header.time_ns) {
            Ok(_) => tally.believed += 1,
            Err(by) => tally.caught(by),
        }
    }
    tally
}

fn older_session(rng: &mut ChaCha8Rng, count: u64) -> Tally {
    beside(rng, count, "replay of an older session", |rng, sent, _| {
        let mut old = *sent;
        old.header.session = SESSION.wrapping_sub(rng.random_range(1..1000));
        old.header.sequence += rng.random_range(0..3);
        (on_the_wire(&old), now_of(sent))
    })
}

/// A frame of another sender's traffic, or of no session.
fn insertion(rng: &mut ChaCha8Rng, count: u64) -> Tally {
    beside(
        rng,
        count,
        "insertion of another's frame",
        |rng, sent, _| {
            let mut other = any(rng, sent.header.sequence + 1);
            while other.header.source == Address::ControlLoop {
                other = any(rng, sent.header.sequence + 1);
            }
            (on_the_wire(&other), now_of(sent))
        },
    )
}

fn leap(rng: &mut ChaCha8Rng, count: u64) -> Tally {
    beside(rng, count, "count leaps ahead", |rng, sent, _| {
        let mut far = *sent;
        far.header.sequence = sent.header.sequence + rng.random_range(1002..1_000_000_000);
        (on_the_wire(&far), now_of(sent))
    })
}

fn clock_reset(rng: &mut ChaCha8Rng, count: u64) -> Tally {
    beside(rng, count, "sender's clock goes back", |rng, sent, _| {
        let mut back = *sent;
        back.header.sequence += 1;
        back.header.time_ns = rng.random_range(0..sent.header.time_ns);
        (on_the_wire(&back), now_of(sent))
    })
}

/// A command that says it is from monitor, tools, the arm itself, or an address without a name.
fn masquerade(rng: &mut ChaCha8Rng, count: u64) -> Tally {
    beside(rng, count, "masquerade, wrong source", |rng, sent, _| {
        let mut next = *sent;
        next.header.sequence += 1;
        let source = loop {
            let source = rng.random::<u8>();
            if source != Address::ControlLoop.code() {
                break source;
            }
        };
        (summed_anew(&next, |bytes| bytes[2] = source), now_of(sent))
    })
}

fn address(rng: &mut ChaCha8Rng, count: u64) -> Tally {
    beside(rng, count, "wrong destination", |rng, sent, _| {
        let mut next = *sent;
        next.header.sequence += 1;
        let destination = loop {
            let destination = rng.random::<u8>();
            if destination != Address::Arm.code() {
                break destination;
            }
        };
        (
            summed_anew(&next, |bytes| bytes[3] = destination),
            now_of(sent),
        )
    })
}

fn version(rng: &mut ChaCha8Rng, count: u64) -> Tally {
    beside(rng, count, "wrong protocol version", |rng, sent, _| {
        let mut next = *sent;
        next.header.sequence += 1;
        let version = rng.random_range(2..=255);
        (summed_anew(&next, |bytes| bytes[0] = version), now_of(sent))
    })
}
