//! The file of test vectors: what is in it and how it is written.

pub mod fields;
pub mod good;
pub mod refused;

use std::fmt::Write;

use wire_format::{Frame, MAX_DECODED, MAX_FRAME, encode};

/// Where the file lies.
pub const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/wire-vectors.txt");

const TITLE: &str = "\
# Test vectors of the wire protocol, version 1 (docs/wire-protocol.md).
# Written by: cargo run -p wire-format --example vectors
#
# Lines of words; blocks are parted by an empty line; '#' starts a comment line. A block:
#   vector NAME
#   accept                      or: refuse REASON
#   field OFFSET TYPE NAME VALUE   in the order of the layout, without gaps (only with accept)
#   decoded HEX                 the frame before byte stuffing, checksum included; '-' where there is none
#   encoded HEX                 as on the wire, delimiter included
# TYPE is u8 i8 u16 u32 u64 f32 (a decimal number that rounds to the value) or bytes (hexadecimal).
# To test an encoder: put the fields together, add the checksum, stuff; compare with `encoded`.
# To test a decoder: read `encoded`; compare the fields, or expect a refusal.
# Accepted or refused is what is required; the REASON is informative (the first that this tree's decoder finds).
# 'Field OFFSET FAULT' names the field that is wrong by its first byte in the frame before byte stuffing.
";

/// The whole file.
pub fn text() -> String {
    let mut out = TITLE.to_owned();
    for (name, frame) in good::frames() {
        let _ = write!(out, "\nvector {name}\naccept\n");
        for field in fields::of(&frame) {
            let _ = writeln!(out, "field {field}");
        }
        let _ = writeln!(out, "decoded {}", hex(&laid_out(&frame)));
        let _ = writeln!(out, "encoded {}", hex(&on_the_wire(&frame)));
    }
    for bad in refused::all() {
        let decoded = match &bad.decoded {
            Some(bytes) => hex(bytes),
            None => "-".to_owned(),
        };
        let _ = write!(
            out,
            "\nvector {}\nrefuse {}\ndecoded {decoded}\nencoded {}\n",
            bad.name,
            bad.reason,
            hex(&bad.encoded)
        );
    }
    out
}

/// Frame before byte stuffing.
pub fn laid_out(frame: &Frame) -> Vec<u8> {
    let mut bytes = [0; MAX_DECODED];
    let used = frame.lay_out(&mut bytes);
    bytes[..used].to_vec()
}

/// As on the wire.
pub fn on_the_wire(frame: &Frame) -> Vec<u8> {
    let mut bytes = [0; MAX_FRAME];
    let used = encode(frame, &mut bytes);
    bytes[..used].to_vec()
}

/// Two digits a byte.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
