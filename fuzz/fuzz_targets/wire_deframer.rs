//! Any bytes from the wire: frames that go out as they came, or reasons that can be printed; never more
//! than one for each delimiter or frame's length; and the next good frame is always taken.
#![no_main]

use wire_format::{Deframer, Frame, MAX_DECODED, MAX_FRAME, decode, encode};

/// Close of session 1, sequence 1: a good frame to come after anything.
const CLOSE: [u8; 24] = [
    1, 16, 1, 3, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
];

fn close() -> Frame {
    let sum = wire_format::crc32c(&CLOSE).to_le_bytes();
    decode(&[&CLOSE[..], &sum[..]].concat()).expect("a good frame")
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut deframer = Deframer::new();
    let mut said = 0;
    for byte in bytes {
        match deframer.push(*byte) {
            Some(Ok(frame)) => {
                said += 1;
                let mut out = [0; MAX_FRAME];
                let used = encode(&frame, &mut out);
                let again = out[..used]
                    .iter()
                    .find_map(|b| Deframer::push(&mut deframer, *b));
                assert_eq!(again, Some(Ok(frame)));
            }
            Some(Err(why)) => {
                said += 1;
                assert!(!why.to_string().is_empty());
            }
            None => {}
        }
    }
    let ends = bytes.iter().filter(|b| **b == 0).count();
    assert!(said <= ends + bytes.len() / MAX_FRAME);
    deframer.push(0);
    let mut out = [0; MAX_FRAME];
    let used = encode(&close(), &mut out);
    let heard = out[..used].iter().find_map(|b| deframer.push(*b));
    assert_eq!(heard, Some(Ok(close())));

    // The same bytes as a frame whose checksum fits, so that what lies behind it is reached.
    let body = &bytes[..bytes.len().min(MAX_DECODED - 4)];
    let summed = [body, &wire_format::crc32c(body).to_le_bytes()].concat();
    if let Ok(frame) = decode(&summed) {
        let mut again = [0; MAX_DECODED];
        let used = frame.lay_out(&mut again);
        assert_eq!(&again[..used], &summed[..]);
    }
});
