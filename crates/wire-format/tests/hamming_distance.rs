//! What the checksum is trusted for, computed anew: any error of up to five bits in a frame is found, and
//! any burst of up to 32.

use std::collections::BTreeSet;

use wire_format::{MAX_DECODED, crc32c};

/// What a single bit error at each place does to the remainder, for a frame of so many data bits and the
/// checksum's 32, in the order that a serial line sends them.
///
/// A checksum is linear: a pattern of errors goes unseen when the remainders of its bits cancel. Each place
/// further from the end multiplies by x once more.
fn remainders(data_bits: usize) -> Vec<u32> {
    let mut places: Vec<u32> = std::iter::successors(Some(1_u32 << 31), |r| {
        Some((r >> 1) ^ (0x82F6_3B78 * (r & 1)))
    })
    .take(data_bits + 32)
    .collect();
    places.reverse();
    places
}

/// Data bits of the longest frame.
const LONGEST: usize = 8 * (MAX_DECODED - 4);

#[test]
fn the_remainders_are_those_of_the_crates_checksum() {
    let body = MAX_DECODED - 4;
    let clean = crc32c(&vec![0; body]);
    for (bit, remainder) in remainders(LONGEST).iter().enumerate().take(LONGEST) {
        let mut bytes = vec![0_u8; body];
        bytes[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(crc32c(&bytes) ^ clean, *remainder, "bit {bit}");
    }
}

/// Sums of two places, sorted, with those that come twice: four places that cancel.
fn pairs_that_cancel(single: &[u32]) -> usize {
    let mut pairs = Vec::with_capacity(single.len() * single.len() / 2);
    for (index, first) in single.iter().enumerate() {
        pairs.extend(single[index + 1..].iter().map(|second| first ^ second));
    }
    pairs.sort_unstable();
    // Two places cancel when their sum is zero.
    assert_ne!(pairs[0], 0);
    // Pairs that share a place have one sum only if the other two are equal, which is ruled out by now.
    pairs.windows(2).filter(|two| two[0] == two[1]).count()
}

#[test]
fn no_error_of_up_to_five_bits_in_the_longest_frame_is_missed() {
    let single = remainders(LONGEST);
    // An odd number of flipped bits: the polynomial has the factor x + 1, so every single remainder has an
    // odd number of ones, and an odd number of such words cannot cancel.
    assert!(single.iter().all(|r| r.count_ones() % 2 == 1));
    assert_eq!(pairs_that_cancel(&single), 0);
}

/// Koopman's tables give 5243 data bits as the longest at which the distance is 6.
#[test]
fn the_distance_is_six_up_to_the_published_length_and_not_beyond() {
    assert_eq!(pairs_that_cancel(&remainders(5243)), 0);
    assert!(pairs_that_cancel(&remainders(5244)) > 0);
}

#[test]
fn any_burst_of_up_to_32_bits_is_found() {
    // A burst goes unseen when its bits cancel; 32 neighbours whose remainders are a base never do. Bits
    // are neighbours as a serial line sends them: the lowest of each byte first.
    let single = remainders(LONGEST);
    let all_different: BTreeSet<&u32> = single.iter().collect();
    assert_eq!(all_different.len(), single.len());
    for neighbours in single.windows(32) {
        assert_eq!(rank(neighbours), 32);
    }
}

/// Independent ones among them, by Gauss.
fn rank(words: &[u32]) -> usize {
    let mut base = [0_u32; 32];
    let mut rank = 0;
    for word in words {
        let mut rest = *word;
        while rest != 0 {
            let top = 31 - rest.leading_zeros() as usize;
            if base[top] == 0 {
                base[top] = rest;
                rank += 1;
                break;
            }
            rest ^= base[top];
        }
    }
    rank
}
