//! Bytes that no end may take for a frame, and why.
#![allow(clippy::panic)] // an entry that is no refusal must stop the book from being written

use wire_format::{Address, Deframer, Frame, Mode, Rejected, crc32c};

use super::good::{frame, frames};
use super::{laid_out, on_the_wire};

/// Bytes to refuse.
pub struct Bad {
    pub name: &'static str,
    /// As this end says it.
    pub reason: String,
    /// Before byte stuffing; nothing where the stuffing itself is damaged.
    pub decoded: Option<Vec<u8>>,
    /// As on the wire.
    pub encoded: Vec<u8>,
}

/// All of them.
pub fn all() -> Vec<Bad> {
    let mut all = vec![checksum(), cut(), nothing_but_a_checksum()];
    all.extend(CHANGES.iter().map(changed));
    all.push(past_the_end());
    all.push(too_long());
    all
}

/// Name; frame of the good ones that is changed; offset; bytes put there before the checksum is made.
type Change = (&'static str, &'static str, usize, &'static [u8]);

const NOT_A_NUMBER: &[u8] = &[0x00, 0x00, 0xC0, 0x7F];
const INFINITE: &[u8] = &[0x00, 0x00, 0x80, 0xFF];
const MINUS_ONE: &[u8] = &[0x00, 0x00, 0x80, 0xBF];

const CHANGES: &[Change] = &[
    ("version_2", "close_idle", 0, &[2]),
    ("kind_0", "close_idle", 1, &[0]),
    ("kind_17", "close_idle", 1, &[17]),
    ("source_without_a_name", "close_idle", 2, &[0]),
    ("command_from_the_monitor", "command_following", 2, &[2]),
    ("command_to_all", "command_following", 3, &[255]),
    ("state_from_the_loop", "state_following", 2, &[1, 3]),
    ("time_request_to_the_monitor", "time_request", 3, &[2]),
    ("command_outside_a_session", "command_following", 4, &[0; 4]),
    ("hello_in_a_session", "hello_to_the_arm", 4, &[1, 0, 0, 0]),
    (
        "parameter_write_outside_a_session",
        "parameter_write_tare",
        4,
        &[0; 4],
    ),
    ("sequence_0", "close_idle", 8, &[0; 4]),
    ("mode_6", "close_idle", 20, &[6]),
    ("mode_fault_from_the_host", "close_idle", 20, &[5]),
    ("reserved_byte_set", "close_idle", 21, &[1]),
    ("payload_length_too_small", "command_following", 22, &[41]),
    ("payload_length_too_large", "command_following", 22, &[43]),
    ("kind_and_length_disagree", "heartbeat_of_the_loop", 1, &[9]),
    (
        "hello_versions_crossed",
        "hello_to_the_arm",
        24,
        &[2, 0, 1, 0],
    ),
    (
        "capabilities_of_no_joint",
        "capabilities_of_three_joints",
        32,
        &[0],
    ),
    (
        "capabilities_of_eight_joints",
        "capabilities_of_three_joints",
        32,
        &[8],
    ),
    (
        "capabilities_unknown_drive",
        "capabilities_of_three_joints",
        33,
        &[8],
    ),
    (
        "capabilities_unknown_sensor",
        "capabilities_of_three_joints",
        42,
        &[16],
    ),
    (
        "capabilities_unknown_flag",
        "capabilities_of_three_joints",
        43,
        &[2],
    ),
    (
        "capabilities_cap_beyond_the_joints",
        "capabilities_of_three_joints",
        64,
        &[0, 0, 0x80, 0x3F],
    ),
    (
        "capabilities_negative_cap",
        "capabilities_of_three_joints",
        52,
        MINUS_ONE,
    ),
    (
        "capabilities_text_with_a_tab",
        "capabilities_of_three_joints",
        140,
        &[9],
    ),
    (
        "capabilities_text_after_a_zero",
        "capabilities_of_three_joints",
        145,
        b"x",
    ),
    ("open_session_nonce_0", "open_torque", 28, &[0; 4]),
    ("open_two_drives", "open_torque", 34, &[3]),
    ("open_reserved_byte_set", "open_torque", 35, &[1]),
    ("open_negative_ceiling", "open_torque", 36, MINUS_ONE),
    (
        "command_not_a_number",
        "command_following",
        30,
        NOT_A_NUMBER,
    ),
    ("command_infinite", "command_following", 54, INFINITE),
    (
        "command_infinite_ceiling",
        "command_following",
        58,
        &[0, 0, 0x80, 0x7F],
    ),
    ("command_drive_0", "command_following", 28, &[0]),
    ("command_count_8", "command_following", 29, &[8]),
    ("command_count_1_of_0", "command_idle", 29, &[1]),
    ("command_count_6_of_7", "command_following", 29, &[6]),
    ("state_not_a_number", "state_following", 38, NOT_A_NUMBER),
    (
        "state_unknown_flag",
        "state_following",
        34,
        &[0, 0, 0, 0x80],
    ),
    ("state_age_without_a_command", "state_first", 28, &[1]),
    (
        "state_force_without_a_wrench",
        "state_first",
        52,
        &[0, 0, 0x80, 0x3F],
    ),
    ("state_of_no_joint", "state_first", 32, &[0]),
    ("heartbeat_reaction_7", "heartbeat_of_the_loop", 32, &[7]),
    ("stop_cause_0", "stop_by_the_operator", 25, &[0]),
    ("fault_class_0", "fault_drive", 24, &[0]),
    ("refused_why_0", "refused_open", 24, &[0]),
    (
        "parameter_not_a_number",
        "parameter_timeout",
        26,
        NOT_A_NUMBER,
    ),
    ("time_reply_sent_before_received", "time_reply", 39, &[0xFF]),
];

fn named(name: &str) -> Frame {
    let found = frames().into_iter().find(|(n, _)| *n == name);
    found.unwrap_or_else(|| panic!("no frame {name}")).1
}

/// Stuffed by hand, because the crate stuffs sound frames alone.
fn stuffed(decoded: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for run in decoded.split(|b| *b == 0) {
        out.push(u8::try_from(run.len() + 1).expect("a short frame"));
        out.extend_from_slice(run);
    }
    out.push(0);
    out
}

/// What the crate says of the bytes.
pub fn reason_of(encoded: &[u8]) -> String {
    let mut deframer = Deframer::new();
    match encoded.iter().find_map(|b| deframer.push(*b)) {
        Some(Err(Rejected::Field { offset, fault, .. })) => {
            let fault = format!("{fault:?}");
            let name = fault.split(' ').next().unwrap_or("");
            format!("Field {offset} {name}")
        }
        Some(Err(other)) => format!("{other:?}")
            .split(' ')
            .next()
            .unwrap_or("")
            .to_owned(),
        Some(Ok(frame)) => panic!("this is a frame: {frame:?}"),
        None => panic!("nothing was said of the bytes"),
    }
}

fn bad(name: &'static str, decoded: Vec<u8>) -> Bad {
    let encoded = stuffed(&decoded);
    Bad {
        name,
        reason: reason_of(&encoded),
        decoded: Some(decoded),
        encoded,
    }
}

fn changed(change: &Change) -> Bad {
    let (name, of, offset, put) = *change;
    let mut bytes = laid_out(&named(of));
    let body = bytes.len() - 4;
    bytes[offset..offset + put.len()].copy_from_slice(put);
    let checksum = crc32c(&bytes[..body]);
    bytes[body..].copy_from_slice(&checksum.to_le_bytes());
    bad(name, bytes)
}

fn checksum() -> Bad {
    let mut bytes = laid_out(&named("command_following"));
    bytes[30] ^= 0x10;
    bad("one_bit_flipped", bytes)
}

fn cut() -> Bad {
    let bytes = laid_out(&named("close_idle"));
    bad("cut_to_27_bytes", bytes[..27].to_vec())
}

fn nothing_but_a_checksum() -> Bad {
    bad("nothing_but_a_checksum", crc32c(&[]).to_le_bytes().to_vec())
}

fn past_the_end() -> Bad {
    let mut encoded = on_the_wire(&named("stop_by_the_monitor"));
    let last = encoded.len() - 2;
    encoded.remove(last);
    let first = usize::from(encoded[0]);
    // The frame's second code now points past the end.
    encoded[first] = 0xFE;
    Bad {
        name: "stuffing_points_past_the_end",
        reason: reason_of(&encoded),
        decoded: None,
        encoded,
    }
}

fn too_long() -> Bad {
    let close = frame(
        Address::ControlLoop,
        6,
        Mode::Idle,
        wire_format::Message::Close,
    );
    let mut encoded = vec![0x55; 194];
    encoded.extend(on_the_wire(&close));
    Bad {
        name: "no_delimiter_in_194_bytes",
        reason: reason_of(&encoded),
        decoded: None,
        encoded,
    }
}
