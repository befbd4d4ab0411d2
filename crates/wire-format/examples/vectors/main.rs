//! Writes `docs/wire-vectors.txt` anew: frames, field by field, before and after byte stuffing.
//!
//! `cargo run -p wire-format --example vectors`

use std::process::ExitCode;

mod book;

fn main() -> ExitCode {
    match std::fs::write(book::PATH, book::text()) {
        Ok(()) => {
            println!("{} written", book::PATH);
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("{}: {why}", book::PATH);
            ExitCode::FAILURE
        }
    }
}
