//! What can be asked about the machine that the controller runs on.

use std::path::PathBuf;

use clap::Args;

/// Options of `knead doctor`.
#[derive(Args, Clone, Debug)]
pub struct DoctorOptions {
    /// Link profile (TOML) or serial port of the arm: its access and latency must then be right, and the arm is asked
    /// who it is. Nothing moves.
    #[arg(long)]
    pub link: Option<PathBuf>,
    /// Bits a second, where the link is the path of a port.
    #[arg(long, default_value_t = 3_000_000)]
    pub baud: u32,
    /// How long wake-ups are measured (s), up to 3600.
    #[arg(long, default_value_t = 3.0, value_parser = seconds)]
    pub seconds: f64,
    /// Rate of the loop (Hz), up to 4000.
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=4000))]
    pub rate: u32,
    /// Exit code 5 when a guarantee of real time is missing.
    #[arg(long)]
    pub require_realtime: bool,
    /// As JSON.
    #[arg(long)]
    pub json: bool,
}

fn seconds(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|s| (0.01..=3600.0).contains(s))
        .ok_or_else(|| "a number of seconds from 0.01 to 3600 is needed".to_owned())
}
