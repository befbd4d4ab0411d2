//! One function for each command.

mod arm;
mod body;
mod campaign;
mod client;
mod devices;
mod doctor;
mod gallery;
mod hil;
mod plan;
mod repair;
mod replay;
mod revisit;
mod routine;
mod run;
mod safety;
mod sim;
mod techniques;
mod twin;
mod view;

use crate::cli::{Cli, Command, RunOptions};
use crate::failure::Failure;

/// Does what was typed.
pub fn run(cli: Cli) -> Result<(), Failure> {
    match cli.command {
        None => sim::demo(&RunOptions::default()),
        Some(Command::Demo(options)) => sim::demo(&options),
        Some(Command::Plan(options)) => plan::run(&options),
        Some(Command::Sim(options)) => sim::run(&options),
        Some(Command::Campaign(options)) => campaign::run(&options),
        Some(Command::View { run }) => view::open(&run),
        Some(Command::Report { run, json }) => view::report(&run, json),
        Some(Command::Revisit { run, out, json }) => revisit::run(&run, out.as_deref(), json),
        Some(Command::Replay(options)) => replay::run(&options),
        Some(Command::Repair(options)) => repair::run(&options),
        Some(Command::Arm(command)) => arm::run(command),
        Some(Command::Body(command)) => body::run(command),
        Some(Command::Client(command)) => client::run(command),
        Some(Command::Routine(command)) => routine::run(command),
        Some(Command::Techniques { routines, json }) => techniques::run(&routines, json),
        Some(Command::Gallery(options)) => gallery::run(&options),
        Some(Command::Run(options)) => run::run(&options),
        Some(Command::Twin(options)) => twin::run(&options),
        Some(Command::Hil(options)) => hil::run(&options),
        Some(Command::Safety(command)) => safety::run(command),
        Some(Command::Doctor(options)) => doctor::run(&options),
        Some(Command::Devices { json, watch }) => devices::run(json, watch),
        Some(Command::Explain { code }) => safety::explain(&code),
    }
}
