//! The sealed envelope: ceilings, zone map, keep-out; can only be tightened.
//!
//! ```text
//! wall (published)   compiled-in ceilings   configured figures   the client's back
//!        └──────────────────┴───────┬──────────────┴────────────────────┘
//!                              Envelope::seal ──▶ Envelope ──tightened_by──▶ smaller Envelope
//! ```
//!
//! One question, one answer: how hard, how fast and how close to the spine may this tool be, here?
//! Every answer is the *minimum* over all that has a say.
//!
//! Must never: grow after it was sealed, allocate in a query, answer a question outside the mapped
//! back with anything but "no contact".
#![forbid(unsafe_code)]

mod blocked;
mod digest;
mod envelope;
mod error;
mod headroom;
mod raw;
mod tighten;
mod wall;
mod zone_map;

pub use anatomy::Zone;
pub use blocked::Block;
pub use envelope::Envelope;
pub use error::{LimitError, LimitErrors};
pub use headroom::{HEADROOM_MARGIN, STIFFNESS_FLOOR, STIFFNESS_WHERE_UNKNOWN, headroom_speed};
pub use raw::{Figure, RawLimits, Sense};
pub use tighten::{Area, Tightening};
pub use wall::{Cell, Region, WALL, WallRow};
pub use zone_map::{ZONE_SPACING, ZoneMap};
