//! What the checksum is trusted for, computed anew: any error of up to five bits in a frame is found, and
//! any burst of up to 32.

use wire_format::{MAX_DECODED, crc32c};

/// What a single bit error at each place does to the remainder, for the longest frame: body and checksum.
///
/// A checksum is linear: a pattern of errors goes unseen when the remainders of its bits cancel.
fn remainders() -> Vec<u32> {
    let body = MAX_DECODED - 4;
    let clean = crc32c(&vec![0; body]);
    let in_body = (0..8 * body).map(|bit| {
        let mut bytes = vec![0_u8; body];
        bytes[bit / 8] ^= 1 << (bit % 8);
        crc32c(&bytes) ^ clean
    });
    let in_checksum = (0..32).map(|bit| 1_u32 << bit);
    in_body.chain(in_checksum).collect()
}

#[test]
fn no_error_of_up_to_five_bits_in_the_longest_frame_is_missed() {
    let single = remainders();
    assert_eq!(single.len(), 8 * MAX_DECODED);
    // An odd number of flipped bits: the polynomial has the factor x + 1, so every single remainder has an
    // odd number of ones, and an odd number of such words cannot cancel.
    assert!(single.iter().all(|r| r.count_ones() % 2 == 1));
    // Two bits cancel when two remainders are equal, four when two different pairs have one sum. So: no
    // remainder is zero, and no sum of a pair is zero or comes twice.
    let mut pairs = Vec::with_capacity(single.len() * single.len() / 2);
    for (index, first) in single.iter().enumerate() {
        pairs.extend(single[index + 1..].iter().map(|second| first ^ second));
    }
    pairs.sort_unstable();
    assert_ne!(pairs[0], 0);
    // Pairs that share a place cannot have one sum unless the other two are equal, which the line above
    // rules out; so one sum twice is four places.
    assert!(pairs.windows(2).all(|two| two[0] != two[1]));
}

#[test]
fn any_burst_of_up_to_32_bits_is_found() {
    // A burst goes unseen when its bits cancel; 32 neighbours whose remainders are a base never do. Bits
    // are neighbours as a serial line sends them: the lowest of each byte first.
    let single = remainders();
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
