//! What can be typed about arms on a wire.

use std::path::PathBuf;

use clap::Args;

use super::{Ingredients, RunOptions};

/// Options of `knead twin`.
#[derive(Args, Clone, Debug)]
pub struct TwinOptions {
    /// Who lies there, which arm it is, and which tools hang beside it: those of the routine.
    #[command(flatten)]
    pub ingredients: Ingredients,
    /// Name under which the terminal can be opened: a symbolic link.
    #[arg(long, default_value = "/tmp/knead-twin")]
    pub link: PathBuf,
    /// Bits a second of the modelled wire.
    #[arg(long, default_value_t = 3_000_000)]
    pub baud: u32,
    /// A USB frame of the modelled converter comes this often (µs): 125 at high speed, 1000 at full speed.
    #[arg(long, default_value_t = 125)]
    pub usb_frame_us: u32,
    /// Latency timer of the modelled converter (ms): 0 sends what it has with each frame.
    #[arg(long, default_value_t = 0)]
    pub latency_timer_ms: u32,
    /// Time goes on only with the host's commands: as fast as it can, for long runs and tests.
    #[arg(long)]
    pub stepped: bool,
    /// Folder to write what really happens into (twin.mcap), for `knead run --truth`.
    #[arg(long)]
    pub record: Option<PathBuf>,
    /// Seed of body, scan, sensors and faults; the same as the run's for a built-in body.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Serial number that the arm gives, at most 16 characters.
    #[arg(long, default_value = "TWIN-0001")]
    pub serial_number: String,
    /// End after so many seconds of the twin's time.
    #[arg(long)]
    pub seconds: Option<f64>,
    /// End when standard input closes: whoever gives the orders is gone.
    #[arg(long)]
    pub attended: bool,
}

/// Options of `knead run`.
#[derive(Args, Clone, Debug)]
pub struct LiveOptions {
    /// What to do, and to whom.
    #[command(flatten)]
    pub ingredients: Ingredients,
    /// Link profile (TOML), or the path of a serial port.
    #[arg(long)]
    pub link: PathBuf,
    /// Bits a second, where the link is the path of a port.
    #[arg(long, default_value_t = 3_000_000)]
    pub baud: u32,
    /// Ask nobody: rigs and tests. Persons' steps are confirmed, tools changed by the coupling.
    #[arg(long)]
    pub yes: bool,
    /// Lead the arm to its park posture and do nothing else.
    #[arg(long)]
    pub only_park: bool,
    /// The arm's time goes on only with commands (a stepped twin): as fast as both can.
    #[arg(long)]
    pub stepped: bool,
    /// Do the routine so often in one session, each time with an archive of its own.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub repeat: u32,
    /// Folder of the twin's own record: the run is judged by what really happened there.
    #[arg(long = "twin-record")]
    pub twin_record: Option<PathBuf>,
    /// How to run.
    #[command(flatten)]
    pub run: RunOptions,
}
