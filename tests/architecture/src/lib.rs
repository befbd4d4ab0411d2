//! Tests of the house's walls: arrows between crates, the single clock, tidiness.
