//! What can be typed after `knead arm`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

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
    /// Search where the base should stand for a routine on a body.
    Place(PlaceOptions),
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

/// Options of `knead arm place`.
#[derive(Args, Clone, Debug)]
pub struct PlaceOptions {
    /// Arm profile.
    #[arg(long)]
    pub arm: PathBuf,
    /// Routine file.
    #[arg(long)]
    pub routine: PathBuf,
    /// Body profile (TOML), or a scan (PLY, PCD) together with --landmarks.
    #[arg(long)]
    pub body: PathBuf,
    /// Landmarks of a scan (JSON or TOML).
    #[arg(long)]
    pub landmarks: Option<PathBuf>,
    /// URDF to use instead of the one that the profile names.
    #[arg(long)]
    pub urdf: Option<PathBuf>,
    /// How the base may be mounted.
    #[arg(long, value_enum, default_value_t = MountChoice::All)]
    pub mount: MountChoice,
    /// How many places are wanted.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=12))]
    pub best: u8,
    /// Folder for the page with the pictures.
    #[arg(long, default_value = "runs/place")]
    pub out: PathBuf,
    /// As JSON.
    #[arg(long)]
    pub json: bool,
}

/// Mounts to search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum MountChoice {
    /// Upright on a cart or column beside the table.
    Cart,
    /// On a bracket at the table's edge, upright or leaning.
    Table,
    /// Upside down over the table.
    Ceiling,
    /// All of these.
    All,
}
