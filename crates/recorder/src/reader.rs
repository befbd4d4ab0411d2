//! Reading an archive back: all of its parts, as far as they are whole.

mod file;
mod open;
mod stream;

pub use open::{ArchiveReader, ChannelInfo};
pub use stream::{Messages, RawMessage, RawMessages, digest_of};

#[cfg(test)]
mod tests;
