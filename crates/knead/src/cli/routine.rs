//! What can be typed after `knead routine`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Ingredients;

/// Commands on routine files.
#[derive(Debug, Subcommand)]
pub enum RoutineCommand {
    /// Look a routine over; with --arm, --body or --client, prove it too.
    Check(Box<RoutineCheck>),
    /// Write a routine with comments, to start from.
    New {
        /// What to call the routine.
        name: String,
        /// File to make; stdout when absent. A file that exists is not touched.
        #[arg(long)]
        out: Option<PathBuf>,
    },
}

/// Options of `knead routine check`.
#[derive(Args, Clone, Debug)]
pub struct RoutineCheck {
    /// Routine file.
    pub routine: PathBuf,
    /// Arm profile; with it the routine is proved, as by `knead plan`.
    #[arg(long)]
    pub arm: Option<PathBuf>,
    /// URDF to use instead of the one that the arm's profile names.
    #[arg(long, requires = "arm")]
    pub urdf: Option<PathBuf>,
    /// Body profile (TOML), or a scan (PLY, PCD) together with --landmarks; with it the routine is proved.
    #[arg(long)]
    pub body: Option<PathBuf>,
    /// Landmarks of a scan (JSON or TOML).
    #[arg(long, requires = "body")]
    pub landmarks: Option<PathBuf>,
    /// Client profile; with it the routine is proved.
    #[arg(long)]
    pub client: Option<PathBuf>,
    /// Folder of client profiles: which steps anybody asks for.
    #[arg(long, default_value = "config/clients")]
    pub clients: PathBuf,
    /// Limits profile.
    #[arg(long, default_value = "config/limits/default.toml")]
    pub limits: PathBuf,
    /// Folder of tool profiles.
    #[arg(long, default_value = "config/tools")]
    pub tools: PathBuf,
    /// Simulation profile: how far a palpated midline is off.
    #[arg(long, default_value = "config/simulation/default.toml")]
    pub simulation: PathBuf,
    /// Body profile that stands for the client where no body is given.
    #[arg(long, default_value = "config/bodies/demo.toml")]
    pub standing_for: PathBuf,
    /// Seed of the simulated scan of a parametric body.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// As JSON.
    #[arg(long)]
    pub json: bool,
}

impl RoutineCheck {
    /// What to prove the routine with; none when neither arm nor body nor client was named.
    #[must_use]
    pub fn proof(&self) -> Option<Ingredients> {
        if self.arm.is_none() && self.body.is_none() && self.client.is_none() {
            return None;
        }
        let demo = Ingredients::demo();
        Some(Ingredients {
            routine: self.routine.clone(),
            arm: self.arm.clone().unwrap_or(demo.arm),
            urdf: self.urdf.clone(),
            body: self.body.clone().unwrap_or(demo.body),
            landmarks: self.landmarks.clone(),
            truth: None,
            limits: self.limits.clone(),
            tools: self.tools.clone(),
            client: self.client.clone().unwrap_or(demo.client),
            simulation: self.simulation.clone(),
        })
    }
}
