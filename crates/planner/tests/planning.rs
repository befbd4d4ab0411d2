//! Whole routines on the built-in body, with the reference arm: what is planned keeps every promise,
//! and what cannot be planned is refused for the right reason.

#[path = "planning/fixture.rs"]
mod fixture;
#[path = "planning/promises.rs"]
mod promises;
#[path = "planning/refusals.rs"]
mod refusals;
