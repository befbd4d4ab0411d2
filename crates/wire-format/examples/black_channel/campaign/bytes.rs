//! Faults of bits and bytes: what the checksum, the lengths and the byte stuffing have to find.

use std::collections::BTreeSet;

use rand::Rng;
use rand_chacha::ChaCha8Rng;
use wire_format::{Deframer, Frame};

use super::traffic::{any, first_word, heard, laid_out, on_the_wire, stuffed};
use super::{Class, Tally};

/// Every class of this file.
pub fn classes() -> Vec<Class> {
    let mut classes: Vec<Class> = Vec::new();
    for flips in 1..=5 {
        classes.push(Box::new(move |rng, n| in_the_frame(rng, n, flips)));
    }
    classes.push(Box::new(beyond_the_distance));
    classes.push(Box::new(burst));
    for flips in 1..=6 {
        classes.push(Box::new(move |rng, n| in_the_stream(rng, n, flips)));
    }
    classes.push(Box::new(cut_short));
    classes.push(Box::new(byte_lost));
    classes.push(Box::new(byte_added));
    classes.push(Box::new(babble));
    classes
}

/// So many different bits of the bytes.
fn bits(rng: &mut ChaCha8Rng, bytes: &[u8], count: usize) -> BTreeSet<usize> {
    let mut chosen = BTreeSet::new();
    while chosen.len() < count {
        chosen.insert(rng.random_range(0..bytes.len() * 8));
    }
    chosen
}

fn flip(bytes: &mut [u8], bit: usize) {
    bytes[bit / 8] ^= 1 << (bit % 8);
}

/// One damaged frame through the deframer; anything that comes out is wrong.
pub fn damaged(tally: &mut Tally, decoded: &[u8]) {
    tally.injected += 1;
    for said in heard(&mut Deframer::new(), &stuffed(decoded)) {
        match said {
            Ok(_) => tally.believed += 1,
            Err(why) => tally.caught(first_word(&why)),
        }
    }
}

fn in_the_frame(rng: &mut ChaCha8Rng, count: u64, flips: usize) -> Tally {
    let mut tally = Tally::new(format!("frame, {flips} flipped bits"));
    for _ in 0..count {
        let mut bytes = laid_out(&any(rng, 7));
        for bit in bits(rng, &bytes, flips) {
            flip(&mut bytes, bit);
        }
        damaged(&mut tally, &bytes);
    }
    tally
}

fn beyond_the_distance(rng: &mut ChaCha8Rng, count: u64) -> Tally {
    let mut tally = Tally::new("frame, 6 to 64 flipped bits");
    for _ in 0..count {
        let mut bytes = laid_out(&any(rng, 7));
        let flips = rng.random_range(6..=64);
        for bit in bits(rng, &bytes, flips) {
            flip(&mut bytes, bit);
        }
        damaged(&mut tally, &bytes);
    }
    tally
}

fn burst(rng: &mut ChaCha8Rng, count: u64) -> Tally {
    let mut tally = Tally::new("frame, burst within 32 bits");
    for _ in 0..count {
        let mut bytes = laid_out(&any(rng, 7));
        let length = rng.random_range(1..=32_u32);
        let start = rng.random_range(0..=bytes.len() * 8 - length as usize);
        let pattern = rng.random::<u32>() >> (32 - length) | 1;
        for bit in (0..length as usize).filter(|bit| pattern >> bit & 1 == 1) {
            flip(&mut bytes, start + bit);
        }
        damaged(&mut tally, &bytes);
    }
    tally
}

/// A damaged frame and a sound one after it. Wrong is any frame but the sound one, once.
fn followed(tally: &mut Tally, bytes: &[u8], next: &Frame) {
    tally.injected += 1;
    let mut deframer = Deframer::new();
    let mut good = 0_u64;
    for said in heard(&mut deframer, &[bytes, &on_the_wire(next)].concat()) {
        match said {
            Ok(frame) if frame == *next => good += 1,
            Ok(_) => tally.believed += 1,
            Err(why) => tally.caught(first_word(&why)),
        }
    }
    tally.believed += good.saturating_sub(1);
    tally.good_lost += 1 - good.min(1);
}

fn in_the_stream(rng: &mut ChaCha8Rng, count: u64, flips: usize) -> Tally {
    let mut tally = Tally::new(format!("stream, {flips} flipped bits"));
    tally.may_lose_good = true;
    for _ in 0..count {
        let sent = any(rng, 7);
        let mut bytes = on_the_wire(&sent);
        for bit in bits(rng, &bytes, flips) {
            flip(&mut bytes, bit);
        }
        let before = tally.count_by("Crc");
        followed(&mut tally, &bytes, &any(rng, 8));
        let at_the_checksum = tally.count_by("Crc") - before;
        let certain = within_the_distance(&bytes, &laid_out(&sent));
        tally.beyond += at_the_checksum - u64::from(certain);
    }
    tally
}

/// True when these bytes unstuff to a frame of the sent one's length with one to five bits wrong: the
/// checksum finds it for certain.
fn within_the_distance(encoded: &[u8], sent: &[u8]) -> bool {
    let Some((0, stuffed)) = encoded.split_last() else {
        return false;
    };
    let mut decoded = stuffed.to_vec();
    match cobs::decode_in_place(&mut decoded) {
        Ok(used) if used == sent.len() && !stuffed.contains(&0) => {
            let pairs = decoded[..used].iter().zip(sent);
            let wrong: u32 = pairs.map(|(a, b)| (a ^ b).count_ones()).sum();
            (1..=5).contains(&wrong)
        }
        Ok(_) | Err(_) => false,
    }
}

fn cut_short(rng: &mut ChaCha8Rng, count: u64) -> Tally {
    let mut tally = Tally::new("stream, frame cut short");
    tally.may_lose_good = true;
    while tally.injected < count {
        let mut bytes = on_the_wire(&any(rng, 7));
        let keep = rng.random_range(1..bytes.len());
        bytes.truncate(keep);
        if rng.random() {
            bytes.push(0);
        }
        // Cut just before the delimiter that is put back: nothing was lost.
        if keep + 1 == bytes.len() && bytes == on_the_wire_again(&bytes) {
            continue;
        }
        followed(&mut tally, &bytes, &any(rng, 8));
    }
    tally
}

/// What a whole frame in these bytes would be on the wire; nothing when there is none.
fn on_the_wire_again(bytes: &[u8]) -> Vec<u8> {
    match heard(&mut Deframer::new(), bytes).as_slice() {
        [Ok(frame)] => on_the_wire(frame),
        _ => Vec::new(),
    }
}

fn byte_lost(rng: &mut ChaCha8Rng, count: u64) -> Tally {
    let mut tally = Tally::new("stream, 1 to 8 bytes lost");
    tally.may_lose_good = true;
    for _ in 0..count {
        let mut bytes = on_the_wire(&any(rng, 7));
        let lost = rng.random_range(1..=8_usize);
        let start = rng.random_range(0..bytes.len() - lost);
        bytes.drain(start..start + lost);
        followed(&mut tally, &bytes, &any(rng, 8));
    }
    tally
}

fn byte_added(rng: &mut ChaCha8Rng, count: u64) -> Tally {
    let mut tally = Tally::new("stream, 1 to 8 bytes added inside");
    while tally.injected < count {
        let mut bytes = on_the_wire(&any(rng, 7));
        let place = rng.random_range(1..bytes.len());
        let added: Vec<u8> = (0..rng.random_range(1..=8)).map(|_| rng.random()).collect();
        // A zero put just before the delimiter ends the frame where it ends: it has come whole, and what
        // follows is noise between frames, which is another class.
        if place == bytes.len() - 1 && added[0] == 0 {
            continue;
        }
        bytes.splice(place..place, added);
        followed(&mut tally, &bytes, &any(rng, 8));
    }
    tally
}

fn babble(rng: &mut ChaCha8Rng, count: u64) -> Tally {
    let mut tally = Tally::new("stream, random bytes between zeros");
    for _ in 0..count {
        let length = rng.random_range(1..=193);
        let mut bytes: Vec<u8> = (0..length).map(|_| rng.random_range(1..=255)).collect();
        // Every other one with codes that lead to the end, so that the checksum is reached.
        if rng.random() {
            bytes = stuffed(&bytes);
        } else {
            bytes.push(0);
        }
        followed(&mut tally, &bytes, &any(rng, 8));
    }
    tally
}
