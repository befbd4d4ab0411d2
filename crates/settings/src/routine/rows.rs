//! The rows of the source texts that a step may say it serves.

/// Ids of all rows: A upper-back ache, B lower and upper back step by step, C a professional session,
/// D eleven steps for a partner, E a relief session.
pub const SOURCE_ROWS: [&str; 47] = [
    "A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "B-L1", "B-L2", "B-L3", "B-L4", "B-L5", "B-U1",
    "B-U2", "B-U3", "B-U4", "B-U5a", "B-U5b", "C1", "C2", "C3", "C4", "C5", "C6", "C7", "C8", "D3",
    "D4", "D5", "D6", "D7", "D8", "D9", "D10", "D11", "E1", "E2", "E3", "E4", "E5", "E6", "E7",
    "E8", "E9", "E10", "E11",
];
