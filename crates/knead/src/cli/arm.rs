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

/// Commands on arms.
#[derive(Debug, Subcommand)]
pub enum ArmCommand {
    /// Report everything in a URDF or profile that would bite.
    Check {
        /// The arm.
        #[command(flatten)]
        arm: ArmFile,
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
    /// Draw random postures and solve the pose of each without a seed; exit code 1 when fewer than 99.9 %
    /// are solved.
    Survey {
        /// The arm.
        #[command(flatten)]
        arm: ArmFile,
        /// What to draw.
        #[command(flatten)]
        wish: SurveyWish,
    },
}

/// What a survey draws and tells.
#[derive(Args, Clone, Debug)]
pub struct SurveyWish {
    /// How many poses.
    #[arg(long, default_value_t = 100_000)]
    pub poses: u64,
    /// Seed of the draws.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Leave the turn about the tool's own axis free.
    #[arg(long)]
    pub free_yaw: bool,
    /// As JSON.
    #[arg(long)]
    pub json: bool,
}
