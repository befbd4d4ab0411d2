//! What can be typed after `knead client`.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand};

/// Commands on clients.
#[derive(Debug, Subcommand)]
pub enum ClientCommand {
    /// Say in words what a profile holds.
    Show {
        /// Client profile.
        file: PathBuf,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Read a profile, look twice at it, and tell what its answers do to the envelope on a body.
    Check(CheckOptions),
    /// Write a profile to be filled in: every question of the intake, none answered.
    New {
        /// What to call the profile; no person's name is needed.
        #[arg(long)]
        name: String,
        /// File to make; stdout when absent. A file that exists is not touched.
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// Keep what was said during a session, pinned to the chart of the back.
    Pin(PinOptions),
    /// What was done and liked, and what is due.
    History {
        /// Client profile.
        file: PathBuf,
        /// Folder in which runs are kept.
        #[arg(long, default_value = "runs")]
        runs: PathBuf,
        /// The day at hand, YYYY-MM-DD; the wall clock's (UTC) when absent.
        #[arg(long)]
        today: Option<String>,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
}

/// What goes with a body.
#[derive(Args, Clone, Debug)]
pub struct BodyDetails {
    /// Landmarks of a scan (JSON or TOML).
    #[arg(long)]
    pub landmarks: Option<PathBuf>,
    /// Simulation profile: how far a palpated midline is off.
    #[arg(long, default_value = "config/simulation/default.toml")]
    pub simulation: PathBuf,
    /// Seed of the simulated scan of a parametric body.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
}

/// Options of `knead client check`.
#[derive(Args, Clone, Debug)]
pub struct CheckOptions {
    /// Client profile.
    pub file: PathBuf,
    /// Body profile (TOML), or a scan (PLY, PCD) together with --landmarks.
    #[arg(long, default_value = "config/bodies/demo.toml")]
    pub body: PathBuf,
    /// More of the body.
    #[command(flatten)]
    pub details: BodyDetails,
    /// Limits profile.
    #[arg(long, default_value = "config/limits/default.toml")]
    pub limits: PathBuf,
    /// The day at hand, YYYY-MM-DD; the wall clock's (UTC) when absent.
    #[arg(long)]
    pub today: Option<String>,
    /// As JSON.
    #[arg(long)]
    pub json: bool,
}

/// Options of `knead client pin`.
#[derive(Args, Clone, Debug)]
#[command(group = ArgGroup::new("kind").required(true).args(["less", "never", "more", "focus"]))]
pub struct PinOptions {
    /// Client profile; the pin is written at its end, all else stays as it stands.
    pub file: PathBuf,
    /// Less force here.
    #[arg(long)]
    pub less: bool,
    /// Never touch this place.
    #[arg(long)]
    pub never: bool,
    /// More force or time here, within the ceilings.
    #[arg(long)]
    pub more: bool,
    /// A spot to be worked by itself.
    #[arg(long)]
    pub focus: bool,
    /// Along the spine from S2, toward the head positive (mm on this body).
    #[arg(long, allow_negative_numbers = true)]
    pub u_mm: f64,
    /// Beside the spine, left positive (mm on this body).
    #[arg(long, allow_negative_numbers = true)]
    pub v_mm: f64,
    /// Radius of the place (mm).
    #[arg(long, allow_negative_numbers = true)]
    pub radius_mm: f64,
    /// Body of the session: profile (TOML), or a scan (PLY, PCD) together with --landmarks.
    #[arg(long)]
    pub body: PathBuf,
    /// More of the body.
    #[command(flatten)]
    pub details: BodyDetails,
    /// What was said.
    #[arg(long)]
    pub note: Option<String>,
    /// When it was said, YYYY-MM-DD; the wall clock's day (UTC) when absent.
    #[arg(long)]
    pub date: Option<String>,
}
