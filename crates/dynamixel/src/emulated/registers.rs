//! Which registers an emulated servo has, and what may be done to them.
//!
//! Stricter than most firmware: what the manual does not define can be neither read nor written.

use crate::model::Model;
use crate::table::Register;

/// What may be done to a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    Read,
    Write,
    /// Writable; only servos with current control have it.
    WriteCurrent,
}

/// Registers below lie in EEPROM: not to be written while torque is on.
pub(super) const FIRST_OF_RAM: u16 = 64;
/// First indirect address register.
pub(super) const INDIRECT: u16 = 168;
/// Indirect registers of the XL330; the others have 28 in this place.
const INDIRECT_XL330: u16 = 20;

use Access::{Read, Write, WriteCurrent};

/// Address, bytes, access; e-Manual, XM430-W210, XL430-W250 and XL330-M288.
const DEFINED: [(u16, u16, Access); 54] = [
    (0, 2, Read),
    (2, 4, Read),
    (6, 1, Read),
    (7, 1, Write),
    (8, 1, Write),
    (9, 1, Write),
    (10, 1, Write),
    (11, 1, Write),
    (12, 1, Write),
    (13, 1, Write),
    (20, 4, Write),
    (24, 4, Write),
    (31, 1, Write),
    (32, 2, Write),
    (34, 2, Write),
    (36, 2, Write),
    (38, 2, WriteCurrent),
    (44, 4, Write),
    (48, 4, Write),
    (52, 4, Write),
    (60, 1, Write),
    (63, 1, Write),
    (64, 1, Write),
    (65, 1, Write),
    (68, 1, Write),
    (69, 1, Read),
    (70, 1, Read),
    (76, 2, Write),
    (78, 2, Write),
    (80, 2, Write),
    (82, 2, Write),
    (84, 2, Write),
    (88, 2, Write),
    (90, 2, Write),
    (98, 1, Write),
    (100, 2, Write),
    (102, 2, WriteCurrent),
    (104, 4, Write),
    (108, 4, Write),
    (112, 4, Write),
    (116, 4, Write),
    (120, 2, Read),
    (122, 1, Read),
    (123, 1, Read),
    (124, 2, Read),
    (126, 2, Read),
    (128, 4, Read),
    (132, 4, Read),
    (136, 4, Read),
    (140, 4, Read),
    (144, 2, Read),
    (146, 1, Read),
    (147, 1, Read),
    // The indirect address registers, one by one: see `starting_at`.
    (INDIRECT, 2, Write),
];

/// How many indirect registers lie together.
pub(super) const fn indirect_count(model: &Model) -> u16 {
    if model.indirect_data == 224 {
        28
    } else {
        INDIRECT_XL330
    }
}

/// The register that begins at `address`.
pub(super) fn starting_at(model: &Model, address: u16) -> Option<(Register, Access)> {
    let count = indirect_count(model);
    if (INDIRECT..INDIRECT + 2 * count).contains(&address) {
        let starts = (address - INDIRECT).is_multiple_of(2);
        return starts.then_some((Register { address, length: 2 }, Write));
    }
    if (model.indirect_data..model.indirect_data + count).contains(&address) {
        return Some((Register { address, length: 1 }, Write));
    }
    let (address, length, access) = *DEFINED.iter().find(|(at, _, _)| *at == address)?;
    (access != WriteCurrent || model.has_current_control())
        .then_some((Register { address, length }, access))
}

/// True when a byte at `address` can be read.
pub(super) fn readable(model: &Model, address: u16) -> bool {
    (0..4).any(|back| {
        let start = address.checked_sub(back);
        start
            .and_then(|start| starting_at(model, start))
            .is_some_and(|(register, _)| back < register.length)
    })
}
