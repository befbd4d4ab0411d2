//! The checksum of a packet: CRC-16 with the polynomial x¹⁶ + x¹⁵ + x² + 1 (0x8005), start value 0, no
//! reflection, no final inversion (ROBOTIS e-Manual, "CRC Calculation"). Low byte first on the wire.

/// x¹⁶ + x¹⁵ + x² + 1.
const POLYNOMIAL: u16 = 0x8005;

const TABLE: [u16; 256] = table();

const fn table() -> [u16; 256] {
    let mut table = [0; 256];
    let mut high = 0;
    while high < 256 {
        let mut crc = (high as u16) << 8;
        let mut bit = 0;
        while bit < 8 {
            let carry = crc & 0x8000 != 0;
            crc <<= 1;
            if carry {
                crc ^= POLYNOMIAL;
            }
            bit += 1;
        }
        table[high] = crc;
        high += 1;
    }
    table
}

/// The checksum after one more byte.
#[must_use]
pub const fn crc16_after(crc: u16, byte: u8) -> u16 {
    let [high, _] = crc.to_be_bytes();
    (crc << 8) ^ TABLE[(high ^ byte) as usize]
}

/// The checksum of `bytes`.
#[must_use]
pub fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |crc, byte| crc16_after(crc, *byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Long division by the polynomial, bit by bit.
    fn divided(bytes: &[u8]) -> u16 {
        let mut crc: u16 = 0;
        for byte in bytes {
            for bit in (0..8).rev() {
                let incoming = (byte >> bit) & 1 == 1;
                let carry = (crc & 0x8000 != 0) != incoming;
                crc = (crc << 1) ^ if carry { POLYNOMIAL } else { 0 };
            }
        }
        crc
    }

    #[test]
    fn the_table_begins_as_the_published_one() {
        // ROBOTIS e-Manual, "CRC Calculation", first rows of crc_table.
        let published = [
            0x0000, 0x8005, 0x800F, 0x000A, 0x801B, 0x001E, 0x0014, 0x8011, 0x8033, 0x0036, 0x003C,
            0x8039, 0x0028, 0x802D, 0x8027, 0x0022, 0x8063, 0x0066, 0x006C, 0x8069,
        ];
        assert_eq!(TABLE[..published.len()], published);
    }

    #[test]
    fn the_published_ping_has_its_published_checksum() {
        let ping = [0xFF, 0xFF, 0xFD, 0x00, 0x01, 0x03, 0x00, 0x01];
        assert_eq!(crc16(&ping), 0x4E19);
        assert_eq!(divided(&ping), 0x4E19);
    }

    proptest! {
        #[test]
        fn table_and_long_division_agree(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            prop_assert_eq!(crc16(&bytes), divided(&bytes));
        }
    }
}
