//! The composition root as a library: files become typed parts, parts become a session, a session becomes a
//! run folder. The command `knead` is a thin shell around it; tests and benchmarks compose with it too.
#![forbid(unsafe_code)]

mod cli;
pub mod commands;
pub mod compose;
mod dispatch;
mod failure;
pub mod hil;
pub mod live;
pub mod load;
mod output;
pub mod replay;
pub mod revisit;
mod say;
mod scene;
mod sensing;
pub mod session;
mod trial;
pub mod twin;

pub use cli::{
    Cli, Command, Ingredients, PlanOptions, ReplayOptions, RunOptions, SimOptions,
    split_negative_lists,
};
pub use failure::Failure;
