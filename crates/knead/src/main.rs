//! `knead`: plan, simulate and judge massage routines for a robotic arm.
//!
//! Exit codes: 0 ok, 1 the work failed (a verdict), 2 usage or configuration, 3 device, 4 safety stop,
//! 5 the machine does not promise real time (when asked with `--require-realtime`),
//! 6 a test rig did not do its part (`knead hil`).
#![forbid(unsafe_code)]

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    match knead::commands::run(knead::Cli::parse_from(knead::split_negative_lists(
        std::env::args_os(),
    ))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // Nobody may be there to read it: the exit code says the same.
            let _ = writeln!(std::io::stderr(), "knead: {}", failure.text());
            failure.exit_code()
        }
    }
}
