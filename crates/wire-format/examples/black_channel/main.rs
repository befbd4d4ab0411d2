//! Injects faults of every class into the wire and prints what was believed. Nothing may be.
//!
//! `cargo run --release -p wire-format --example black_channel -- --frames 1000000 --seed 1`

use std::process::ExitCode;

mod campaign;

fn main() -> ExitCode {
    let (frames, seed) = match arguments(std::env::args().skip(1)) {
        Ok(both) => both,
        Err(why) => {
            eprintln!("{why}; usage: --frames N (faults of each class), --seed N");
            return ExitCode::from(2);
        }
    };
    let tallies = campaign::run(frames, seed);
    println!("| class | injected | believed | sound ones lost | beyond the distance | caught by |");
    println!("|---|---|---|---|---|---|");
    for tally in &tallies {
        let by: Vec<String> = tally
            .caught_by
            .iter()
            .map(|(name, count)| format!("{name} {count}"))
            .collect();
        println!(
            "| {} | {} | {} | {} | {} | {} |",
            tally.class,
            tally.injected,
            tally.believed,
            tally.good_lost,
            tally.beyond,
            by.join(", ")
        );
    }
    if tallies.iter().all(campaign::Tally::sound) {
        ExitCode::SUCCESS
    } else {
        eprintln!("a wrong frame was believed, or a sound one lost that had not to be");
        ExitCode::FAILURE
    }
}

fn arguments(mut given: impl Iterator<Item = String>) -> Result<(u64, u64), String> {
    let (mut frames, mut seed) = (20_000, 1);
    while let Some(name) = given.next() {
        let value = given
            .next()
            .ok_or_else(|| format!("{name} lacks a number"))?;
        let number = value
            .parse()
            .map_err(|_| format!("{name}: {value} is no number"))?;
        match name.as_str() {
            "--frames" => frames = number,
            "--seed" => seed = number,
            _ => return Err(format!("{name} is not known")),
        }
    }
    Ok((frames, seed))
}
