//! The MCAP archive: writing, reading back, digest.
mod messages; pub use messages::*;
