//! The records of an MCAP file (<https://mcap.dev/spec>), read with every bound checked.
//!
//! Written by hand because an archive may be damaged in any way: a record is one byte of kind, eight of
//! length, and a body; a chunk's body holds such records again, compressed. The tests read the same
//! files with the `mcap` crate.

use std::collections::BTreeMap;
use std::io::Read;

pub(crate) const MAGIC: [u8; 8] = [0x89, b'M', b'C', b'A', b'P', 0x30, b'\r', b'\n'];

/// No record and no unpacked chunk of an archive is larger (chosen; a second is under 1 MB).
pub(crate) const LARGEST: u64 = 1 << 30;

pub(crate) mod kind {
    /// No record has this kind.
    pub(crate) const NONE: u8 = 0x00;
    pub(crate) const FOOTER: u8 = 0x02;
    pub(crate) const SCHEMA: u8 = 0x03;
    pub(crate) const CHANNEL: u8 = 0x04;
    pub(crate) const MESSAGE: u8 = 0x05;
    pub(crate) const CHUNK: u8 = 0x06;
    pub(crate) const ATTACHMENT: u8 = 0x09;
    pub(crate) const METADATA: u8 = 0x0c;
    pub(crate) const DATA_END: u8 = 0x0f;
}

/// What is wrong with a body, in words.
pub(crate) type Wrong = String;

/// Takes fields off a record's body.
pub(crate) struct Body<'a>(&'a [u8]);

impl<'a> Body<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    fn slice(&mut self, length: u64) -> Result<&'a [u8], Wrong> {
        let split = usize::try_from(length)
            .ok()
            .and_then(|n| self.0.split_at_checked(n));
        let (head, tail) = split.ok_or_else(|| {
            format!(
                "a record ends early: {length} bytes are wanted, {} are left",
                self.0.len()
            )
        })?;
        self.0 = tail;
        Ok(head)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Wrong> {
        let mut array = [0; N];
        array.copy_from_slice(self.slice(N as u64)?);
        Ok(array)
    }

    pub(crate) fn u16(&mut self) -> Result<u16, Wrong> {
        self.array().map(u16::from_le_bytes)
    }

    pub(crate) fn u32(&mut self) -> Result<u32, Wrong> {
        self.array().map(u32::from_le_bytes)
    }

    pub(crate) fn u64(&mut self) -> Result<u64, Wrong> {
        self.array().map(u64::from_le_bytes)
    }

    pub(crate) fn text(&mut self) -> Result<&'a str, Wrong> {
        let length = self.u32()?;
        core::str::from_utf8(self.slice(u64::from(length))?)
            .map_err(|_| "a name is not UTF-8".to_owned())
    }

    pub(crate) fn rest(self) -> &'a [u8] {
        self.0
    }
}

/// A type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Schema {
    pub(crate) id: u16,
    pub(crate) name: String,
    pub(crate) encoding: String,
    pub(crate) text: String,
}

pub(crate) fn schema(bytes: &[u8]) -> Result<Schema, Wrong> {
    let mut body = Body::new(bytes);
    Ok(Schema {
        id: body.u16()?,
        name: body.text()?.to_owned(),
        encoding: body.text()?.to_owned(),
        text: body.text()?.to_owned(),
    })
}

/// A channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Channel {
    pub(crate) id: u16,
    pub(crate) schema: u16,
    pub(crate) topic: String,
    pub(crate) encoding: String,
}

pub(crate) fn channel(bytes: &[u8]) -> Result<Channel, Wrong> {
    let mut body = Body::new(bytes);
    Ok(Channel {
        id: body.u16()?,
        schema: body.u16()?,
        topic: body.text()?.to_owned(),
        encoding: body.text()?.to_owned(),
    })
}

/// A message's channel, time and payload.
pub(crate) fn message(bytes: &[u8]) -> Result<(u16, u64, &[u8]), Wrong> {
    let mut body = Body::new(bytes);
    let channel = body.u16()?;
    body.u32()?;
    let log_time = body.u64()?;
    body.u64()?;
    Ok((channel, log_time, body.rest()))
}

/// An attachment's name, media type and content; its checksum is verified.
pub(crate) fn attachment(bytes: &[u8]) -> Result<(String, String, Vec<u8>), Wrong> {
    let mut body = Body::new(bytes);
    body.u64()?;
    body.u64()?;
    let name = body.text()?.to_owned();
    let media_type = body.text()?.to_owned();
    let length = body.u64()?;
    let content = body.slice(length)?.to_vec();
    let covered = bytes.len() - body.0.len();
    let stated = body.u32()?;
    let found = crc32fast::hash(bytes.get(..covered).unwrap_or_default());
    if stated != 0 && stated != found {
        return Err(format!(
            "attachment `{name}` has checksum {found:08x}, not {stated:08x}"
        ));
    }
    Ok((name, media_type, content))
}

/// A metadata record's name and entries.
pub(crate) fn metadata(bytes: &[u8]) -> Result<(String, BTreeMap<String, String>), Wrong> {
    let mut body = Body::new(bytes);
    let name = body.text()?.to_owned();
    let length = body.u32()?;
    let mut entries = Body::new(body.slice(u64::from(length))?);
    let mut map = BTreeMap::new();
    while !entries.0.is_empty() {
        map.insert(entries.text()?.to_owned(), entries.text()?.to_owned());
    }
    Ok((name, map))
}

/// Length of what a chunk's body begins with: the times of its first and its last message.
pub(crate) const CHUNK_TIMES: u64 = 16;

/// Time of a chunk's last message (ns), from the start of its body.
pub(crate) fn chunk_end(bytes: &[u8]) -> Result<u64, Wrong> {
    let mut body = Body::new(bytes);
    body.u64()?;
    body.u64()
}

/// Unpacks a chunk's records into `records`; its checksum is verified.
pub(crate) fn unpack(bytes: &[u8], records: &mut Vec<u8>) -> Result<(), Wrong> {
    records.clear();
    let mut body = Body::new(bytes);
    body.u64()?;
    body.u64()?;
    let size = body.u64()?;
    let stated = body.u32()?;
    let compression = body.text()?;
    let packed = body.u64()?;
    let packed = body.slice(packed)?;
    if size > LARGEST {
        return Err(format!(
            "a chunk says it unpacks to {size} bytes, {LARGEST} are allowed"
        ));
    }
    match compression {
        "" => records.extend_from_slice(packed),
        "zstd" => {
            // One byte more than stated is enough to see that the statement is false.
            zstd::stream::read::Decoder::new(packed)
                .and_then(|decoder| decoder.take(size + 1).read_to_end(records))
                .map_err(|e| format!("a chunk does not unpack: {e}"))?;
        }
        other => {
            return Err(format!(
                "a chunk is packed with `{other}`, only zstd is read"
            ));
        }
    }
    if records.len() as u64 != size {
        return Err(format!(
            "a chunk unpacks to {} bytes, not the stated {size}",
            records.len()
        ));
    }
    let found = crc32fast::hash(records);
    if stated != 0 && stated != found {
        return Err(format!(
            "a chunk has checksum {found:08x}, not {stated:08x}"
        ));
    }
    Ok(())
}

/// A record within a chunk.
pub(crate) struct Inner<'a> {
    pub(crate) kind: u8,
    pub(crate) body: &'a [u8],
    /// Where the next one begins.
    pub(crate) next: usize,
}

/// The record at `at` of a chunk's records; `None` at the end.
pub(crate) fn record_in(records: &[u8], at: usize) -> Result<Option<Inner<'_>>, Wrong> {
    let left = records.get(at..).unwrap_or_default();
    let Some((&kind, rest)) = left.split_first() else {
        return Ok(None);
    };
    let mut body = Body::new(rest);
    let length = body.u64()?;
    let body = body.slice(length)?;
    Ok(Some(Inner {
        kind,
        body,
        next: at + 9 + body.len(),
    }))
}
