//! Scalars of binary cloud files.

/// A number as PLY and PCD store it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scalar {
    I8,
    U8,
    I16,
    U16,
    I32,
    U32,
    I64,
    U64,
    F32,
    F64,
}

impl Scalar {
    /// By the names of the PLY format and of those who extend it.
    pub(crate) fn of_ply(word: &str) -> Option<Self> {
        Some(match word {
            "char" | "int8" => Self::I8,
            "uchar" | "uint8" => Self::U8,
            "short" | "int16" => Self::I16,
            "ushort" | "uint16" => Self::U16,
            "int" | "int32" => Self::I32,
            "uint" | "uint32" => Self::U32,
            "long" | "int64" => Self::I64,
            "ulong" | "uint64" => Self::U64,
            "float" | "float32" => Self::F32,
            "double" | "float64" => Self::F64,
            _ => return None,
        })
    }

    /// By the letter and size of the PCD format.
    pub(crate) fn of_pcd(kind: &str, size: usize) -> Option<Self> {
        Some(match (kind, size) {
            ("I", 1) => Self::I8,
            ("U", 1) => Self::U8,
            ("I", 2) => Self::I16,
            ("U", 2) => Self::U16,
            ("I", 4) => Self::I32,
            ("U", 4) => Self::U32,
            ("I", 8) => Self::I64,
            ("U", 8) => Self::U64,
            ("F", 4) => Self::F32,
            ("F", 8) => Self::F64,
            _ => return None,
        })
    }

    pub(crate) fn size(self) -> usize {
        match self {
            Self::I8 | Self::U8 => 1,
            Self::I16 | Self::U16 => 2,
            Self::I32 | Self::U32 | Self::F32 => 4,
            Self::I64 | Self::U64 | Self::F64 => 8,
        }
    }

    /// The number in the first [`Scalar::size`] bytes; `None` when there are fewer.
    pub(crate) fn read(self, bytes: &[u8], big_endian: bool) -> Option<f64> {
        let size = self.size();
        let mut eight = [0u8; 8];
        for (k, byte) in bytes.get(..size)?.iter().enumerate() {
            // Little-endian in the low bytes.
            let at = if big_endian { size - 1 - k } else { k };
            *eight.get_mut(at)? = *byte;
        }
        let whole = u64::from_le_bytes(eight);
        Some(match self {
            Self::I8 => f64::from(whole as u8 as i8),
            Self::U8 => f64::from(whole as u8),
            Self::I16 => f64::from(whole as u16 as i16),
            Self::U16 => f64::from(whole as u16),
            Self::I32 => f64::from(whole as u32 as i32),
            Self::U32 => f64::from(whole as u32),
            Self::I64 => whole as i64 as f64,
            Self::U64 => whole as f64,
            Self::F32 => f64::from(f32::from_bits(whole as u32)),
            Self::F64 => f64::from_bits(whole),
        })
    }
}
