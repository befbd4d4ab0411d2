//! What can be typed after `knead replay` and `knead repair`.

use std::path::PathBuf;

use clap::Args;

/// Options of `knead replay`.
#[derive(Args, Clone, Debug)]
pub struct ReplayOptions {
    /// Folder of a run, or its session.mcap.
    pub run: PathBuf,
    /// A file in place of the archived one, told by its tables: arm profile, URDF, limits, client, routine,
    /// tool or simulation. The recorded samples do not react to it.
    #[arg(long, value_name = "FILE")]
    pub with: Option<PathBuf>,
    /// Plan anew with that file. Without this, only a routine or a client makes another plan; limits, arm
    /// and tool meet the recorded one.
    #[arg(long, requires = "with")]
    pub replan: bool,
    /// Print what was found as JSON.
    #[arg(long)]
    pub json: bool,
}

/// Options of `knead repair`.
#[derive(Args, Clone, Debug)]
pub struct RepairOptions {
    /// Folder of a run, or its session.mcap.
    pub run: PathBuf,
    /// File to write; when absent, the new file takes the place of the broken one, which is kept beside it.
    #[arg(long)]
    pub out: Option<PathBuf>,
    /// Print what was found as JSON.
    #[arg(long)]
    pub json: bool,
}
