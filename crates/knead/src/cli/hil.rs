//! What can be typed after `knead hil`.

use std::path::PathBuf;

use clap::Args;

/// Options of `knead hil`.
#[derive(Args, Clone, Debug)]
pub struct HilOptions {
    /// Rig profile (TOML), or the name of one in config/rigs.
    #[arg(default_value = "twin")]
    pub rig: PathBuf,
    /// Suite file (TOML), or the name of one in config/suites; several in their order.
    #[arg(long, num_args = 1.., default_value = "smoke")]
    pub suite: Vec<PathBuf>,
    /// Only tests whose name contains this.
    #[arg(long)]
    pub only: Option<String>,
    /// Leave out the tests that need the wall clock.
    #[arg(long)]
    pub accelerated: bool,
    /// Folder for junit.xml and the files of each test; a new one in the folder for temporary files when absent.
    #[arg(long)]
    pub out: Option<PathBuf>,
    /// Baseline (JSON) to compare with: any change from it is a failure.
    #[arg(long)]
    pub baseline: Option<PathBuf>,
    /// Take the results into the baseline instead of comparing.
    #[arg(long, requires = "baseline")]
    pub write_baseline: bool,
    /// Wait so many seconds for a rig that is in use.
    #[arg(long, default_value_t = 0.0)]
    pub wait: f64,
    /// Print the results as JSON.
    #[arg(long)]
    pub json: bool,
}
