//! What can be typed after `knead arm`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// Which arm.
#[derive(Args, Clone, Debug)]
pub struct ArmFile {
    /// URDF file or arm profile (TOML).
    #[arg(long)]
    pub arm: PathBuf,
    /// URDF to use instead of the one that a profile names.
    #[arg(long)]
    pub urdf: Option<PathBuf>,
    /// Tip link; found when absent.
    #[arg(long)]
    pub tip: Option<String>,
}

/// What an arm shall work with.
#[derive(Args, Clone, Debug)]
pub struct ArmKit {
    /// Limits profile: how hard the arm must be able to press.
    #[arg(long, default_value = "config/limits/default.toml")]
    pub limits: PathBuf,
    /// Folder of tool profiles: the heaviest and the longest count.
    #[arg(long, default_value = "config/tools")]
    pub tools: PathBuf,
}

/// Commands on arms.
#[derive(Debug, Subcommand)]
pub enum ArmCommand {
    /// Report everything in a URDF or profile that would bite; exit code 1 when something would.
    Check {
        /// The arm.
        #[command(flatten)]
        arm: ArmFile,
        /// What it works with.
        #[command(flatten)]
        kit: ArmKit,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Read JSON lines {"q":[..],"qd":[..],"qdd":[..],"tau":[..]} from stdin; write kinematics and dynamics.
    Eval {
        /// The arm.
        #[command(flatten)]
        arm: ArmFile,
    },
    /// Let the arm swing passively and print its joint positions at each millisecond.
    Swing {
        /// The arm.
        #[command(flatten)]
        arm: ArmFile,
        /// Joint positions at the start, comma separated (rad, m).
        #[arg(long, value_delimiter = ',', num_args = 1.., allow_negative_numbers = true, required = true)]
        q0: Vec<f64>,
        /// Viscous damping of every joint (N·m·s/rad).
        #[arg(long, default_value_t = 0.0, allow_negative_numbers = true)]
        damping: f64,
        /// How long (s).
        #[arg(long)]
        seconds: f64,
        /// One JSON line a millisecond.
        #[arg(long)]
        json: bool,
    },
}
