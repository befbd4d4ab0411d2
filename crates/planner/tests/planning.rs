//! Whole routines on the built-in body, with the reference arm: what is planned keeps every promise,
//! what cannot be planned is refused for the right reason, and where the arm should stand agrees.

#[path = "planning/detours.rs"]
mod detours;
#[path = "planning/fixture.rs"]
mod fixture;
#[path = "planning/jumps.rs"]
mod jumps;
#[path = "planning/placing.rs"]
mod placing;
#[path = "planning/promises.rs"]
mod promises;
#[path = "planning/refusals.rs"]
mod refusals;
#[path = "planning/remedies.rs"]
mod remedies;
