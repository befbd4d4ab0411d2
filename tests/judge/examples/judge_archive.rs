//! Judges an archive and prints the judgement as JSON; exits with 1 when the run does not pass.
//!
//! ```sh
//! cargo run --release -p judge --example judge_archive -- session.mcap
//! ```

use std::process::ExitCode;

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let path = std::env::args()
        .nth(1)
        .ok_or("say which: judge_archive FILE.mcap")?;
    let judgement = judge::judge(path.as_ref())?;
    println!("{}", serde_json::to_string_pretty(&judgement)?);
    Ok(if judgement.passed {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    })
}
