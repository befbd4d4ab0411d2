//! Common Data Representation, little endian, as ROS 2 puts it on the wire.
//!
//! Four bytes of encapsulation (`00 01 00 00`: plain CDR, little endian), then the fields in order, each
//! aligned to its own size counted from after those four bytes. Strings are a length with the closing
//! zero, the bytes, the zero; sequences a length and the elements. (OMG CORBA 3.0 §15.3; DDSI-RTPS 2.3 §10.)

const ENCAPSULATION: [u8; 4] = [0, 1, 0, 0];

/// Why bytes are not the message they should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CdrError {
    /// Not plain little-endian CDR.
    #[error("its encapsulation is {seen:02x?}, only 00 01 (plain CDR, little endian) is read")]
    Encapsulation {
        /// The first bytes.
        seen: Vec<u8>,
    },
    /// The bytes end too soon.
    #[error("byte {at}: {needed} more bytes are needed, {left} are left")]
    TooShort {
        /// Where.
        at: usize,
        /// Bytes needed.
        needed: u64,
        /// Bytes left.
        left: usize,
    },
    /// More bytes than the message has fields for.
    #[error("{left} bytes are left over after the last field, at byte {at}")]
    TooLong {
        /// Where the last field ended.
        at: usize,
        /// Bytes left.
        left: usize,
    },
    /// A string that is no UTF-8, or has no closing zero.
    #[error("byte {at}: a string is not UTF-8 closed by a zero")]
    BadString {
        /// Where.
        at: usize,
    },
    /// A value outside what the field may hold.
    #[error("byte {at}: {what}")]
    BadValue {
        /// Where.
        at: usize,
        /// What was seen and what is allowed.
        what: &'static str,
    },
}

/// Appends fields to a reused buffer.
pub(crate) struct CdrWriter<'a> {
    bytes: &'a mut Vec<u8>,
}

macro_rules! put {
    ($($name:ident: $type:ty;)*) => {$(
        pub(crate) fn $name(&mut self, value: $type) {
            self.align(size_of::<$type>());
            self.bytes.extend_from_slice(&value.to_le_bytes());
        }
    )*};
}

impl<'a> CdrWriter<'a> {
    /// Empties the buffer (its room is kept) and begins a message.
    pub(crate) fn begin(bytes: &'a mut Vec<u8>) -> Self {
        bytes.clear();
        bytes.extend_from_slice(&ENCAPSULATION);
        Self { bytes }
    }

    fn align(&mut self, to: usize) {
        let past = (self.bytes.len() - ENCAPSULATION.len()) % to;
        if past != 0 {
            let padded = self.bytes.len() + to - past;
            self.bytes.resize(padded, 0);
        }
    }

    put! { u8: u8; i16: i16; i32: i32; u32: u32; u64: u64; f32: f32; f64: f64; }

    pub(crate) fn bool(&mut self, value: bool) {
        self.u8(u8::from(value));
    }

    pub(crate) fn length(&mut self, length: usize) {
        // A sequence over 4 G elements cannot be held by the reused buffer of a session.
        self.u32(u32::try_from(length).unwrap_or(u32::MAX));
    }

    pub(crate) fn string(&mut self, text: &str) {
        self.length(text.len() + 1);
        self.bytes.extend_from_slice(text.as_bytes());
        self.bytes.push(0);
    }

    pub(crate) fn f32s(&mut self, values: &[f32]) {
        values.iter().for_each(|&value| self.f32(value));
    }

    pub(crate) fn f64s(&mut self, values: &[f64]) {
        values.iter().for_each(|&value| self.f64(value));
    }

    pub(crate) fn f32_sequence(&mut self, values: &[f32]) {
        self.length(values.len());
        self.f32s(values);
    }

    pub(crate) fn f64_sequence(&mut self, values: &[f64]) {
        self.length(values.len());
        self.f64s(values);
    }
}

/// Takes fields off bytes, with every bound checked.
pub(crate) struct CdrReader<'a> {
    bytes: &'a [u8],
    at: usize,
}

macro_rules! take {
    ($($name:ident: $type:ty;)*) => {$(
        pub(crate) fn $name(&mut self) -> Result<$type, CdrError> {
            self.align(size_of::<$type>());
            self.array().map(<$type>::from_le_bytes)
        }
    )*};
}

impl<'a> CdrReader<'a> {
    pub(crate) fn begin(bytes: &'a [u8]) -> Result<Self, CdrError> {
        match bytes.get(..4) {
            // The last two bytes are options, which plain CDR leaves to the writer.
            Some([0, 1, _, _]) => Ok(Self { bytes, at: 4 }),
            _ => Err(CdrError::Encapsulation {
                seen: bytes.iter().take(4).copied().collect(),
            }),
        }
    }

    /// Checks that nothing is left.
    pub(crate) fn end(self) -> Result<(), CdrError> {
        match self.bytes.len().saturating_sub(self.at) {
            0 => Ok(()),
            left => Err(CdrError::TooLong { at: self.at, left }),
        }
    }

    fn align(&mut self, to: usize) {
        let past = (self.at - ENCAPSULATION.len()) % to;
        if past != 0 {
            self.at += to - past;
        }
    }

    fn left(&self) -> usize {
        self.bytes.len().saturating_sub(self.at)
    }

    fn slice(&mut self, length: usize) -> Result<&'a [u8], CdrError> {
        let found = self
            .at
            .checked_add(length)
            .and_then(|end| self.bytes.get(self.at..end));
        let Some(found) = found else {
            let (at, left) = (self.at, self.left());
            return Err(CdrError::TooShort {
                at,
                needed: length as u64,
                left,
            });
        };
        self.at += length;
        Ok(found)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], CdrError> {
        let mut array = [0; N];
        array.copy_from_slice(self.slice(N)?);
        Ok(array)
    }

    take! { u8: u8; i16: i16; i32: i32; u32: u32; u64: u64; f32: f32; f64: f64; }

    pub(crate) fn bool(&mut self) -> Result<bool, CdrError> {
        match self.u8()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(self.bad("a bool is neither 0 nor 1")),
        }
    }

    /// An error at the present place.
    pub(crate) fn bad(&self, what: &'static str) -> CdrError {
        CdrError::BadValue { at: self.at, what }
    }

    pub(crate) fn string(&mut self) -> Result<&'a str, CdrError> {
        let length = self.u32()? as usize;
        let at = self.at;
        let (last, text) = self
            .slice(length)?
            .split_last()
            .ok_or(CdrError::BadString { at })?;
        if *last != 0 {
            return Err(CdrError::BadString { at });
        }
        core::str::from_utf8(text).map_err(|_| CdrError::BadString { at })
    }

    /// Length of a sequence whose elements take at least `least` bytes each: no more is promised than
    /// the bytes can hold, so a lying length cannot make us reserve the world.
    pub(crate) fn length(&mut self, least: usize) -> Result<usize, CdrError> {
        let length = self.u32()?;
        let needed = u64::from(length) * least as u64;
        if needed > self.left() as u64 {
            return Err(CdrError::TooShort {
                at: self.at,
                needed,
                left: self.left(),
            });
        }
        Ok(length as usize)
    }

    pub(crate) fn f32_sequence(&mut self) -> Result<Vec<f32>, CdrError> {
        let length = self.length(4)?;
        (0..length).map(|_| self.f32()).collect()
    }

    pub(crate) fn f64_sequence(&mut self) -> Result<Vec<f64>, CdrError> {
        let length = self.length(8)?;
        (0..length).map(|_| self.f64()).collect()
    }

    pub(crate) fn f32s<const N: usize>(&mut self) -> Result<[f32; N], CdrError> {
        let mut values = [0.0; N];
        for value in &mut values {
            *value = self.f32()?;
        }
        Ok(values)
    }

    pub(crate) fn f64s<const N: usize>(&mut self) -> Result<[f64; N], CdrError> {
        let mut values = [0.0; N];
        for value in &mut values {
            *value = self.f64()?;
        }
        Ok(values)
    }
}

#[cfg(test)]
mod tests;
