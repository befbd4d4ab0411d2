//! This machine's own floor: how late a thread that only sleeps is woken.
//!
//! `cargo run --release -p realtime-runner --example bare_loop -- --seconds 10 --rate 1000`

use std::process::ExitCode;

use quantities::Duration;
use realtime_runner::{
    MonotonicClock, Promise, RunSettings, Spread, ThreadWishes, bars_text, figures_text,
    measure_bare_loop, start_real_time_thread,
};

fn main() -> ExitCode {
    match wishes().and_then(|(seconds, rate)| measure(seconds, rate)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(words) => {
            eprintln!("bare_loop: {words}");
            ExitCode::from(2)
        }
    }
}

/// Seconds and rate in Hz from the command line.
fn wishes() -> Result<(u32, u32), String> {
    let (mut seconds, mut rate) = (10, 1000);
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let place = match word.as_str() {
            "--seconds" => &mut seconds,
            "--rate" => &mut rate,
            other => return Err(format!("{other} is neither --seconds N nor --rate HZ")),
        };
        let value = words.next().unwrap_or_default();
        *place = value
            .parse()
            .map_err(|_| format!("{word} {value}: a whole number is needed"))?;
    }
    Ok((seconds, rate))
}

fn measure(seconds: u32, rate: u32) -> Result<(), String> {
    let period = RunSettings::at_rate(rate).period;
    let lasting = Duration::from_millis(1000 * u64::from(seconds));
    let mut lateness = Spread::new().map_err(|e| e.to_string())?;
    let left_out = std::thread::scope(|scope| {
        let thread = start_real_time_thread(scope, ThreadWishes::default(), |_| {
            measure_bare_loop(&MonotonicClock::start(), period, lasting, &mut lateness)
        })
        .map_err(|e| e.to_string())?;
        for (name, promise) in thread.promises().named() {
            match promise {
                Promise::Kept { what } => println!("{name}: {what}"),
                Promise::Missing { what, mend } => println!("{name}: {what}\n  mend: {mend}"),
                Promise::NotAsked => {}
            }
        }
        let measured = thread.join().map_err(|e| e.to_string())?;
        measured.map_err(|e| e.to_string())
    })?;
    println!("wake-up lateness at {rate} Hz: {}", figures_text(&lateness));
    print!("{}", bars_text(&lateness));
    println!("{left_out} points passed while the thread was late");
    Ok(())
}
