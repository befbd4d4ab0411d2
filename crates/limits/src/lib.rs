//! The sealed envelope: ceilings, zone map, keep-out; can only be tightened.
