//! What can be typed after `knead gallery`.

use std::path::{Path, PathBuf};

use clap::Args;

use super::Ingredients;

/// Options of `knead gallery`.
#[derive(Args, Clone, Debug)]
pub struct GalleryOptions {
    /// Page to write (HTML).
    #[arg(long)]
    pub out: PathBuf,
    /// Folder of routine files: each technique is shown as one of their steps.
    #[arg(long, default_value = "config/routines")]
    pub routines: PathBuf,
    /// Arm profile.
    #[arg(long, default_value = "config/arms/knead_r7.toml")]
    pub arm: PathBuf,
    /// URDF to use instead of the one that the profile names.
    #[arg(long)]
    pub urdf: Option<PathBuf>,
    /// Body profile (TOML), or a scan (PLY, PCD) together with --landmarks.
    #[arg(long, default_value = "config/bodies/demo.toml")]
    pub body: PathBuf,
    /// Landmarks of a scan (JSON or TOML).
    #[arg(long)]
    pub landmarks: Option<PathBuf>,
    /// Limits profile.
    #[arg(long, default_value = "config/limits/default.toml")]
    pub limits: PathBuf,
    /// Folder of tool profiles.
    #[arg(long, default_value = "config/tools")]
    pub tools: PathBuf,
    /// Client profile.
    #[arg(long, default_value = "config/clients/default.toml")]
    pub client: PathBuf,
    /// Simulation profile: how far a palpated midline is off.
    #[arg(long, default_value = "config/simulation/default.toml")]
    pub simulation: PathBuf,
    /// Seed of the simulated scan of a parametric body.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
}

impl GalleryOptions {
    /// What to plan with.
    #[must_use]
    pub fn ingredients(&self, routine: &Path) -> Ingredients {
        Ingredients {
            routine: routine.to_owned(),
            arm: self.arm.clone(),
            urdf: self.urdf.clone(),
            body: self.body.clone(),
            landmarks: self.landmarks.clone(),
            truth: None,
            limits: self.limits.clone(),
            tools: self.tools.clone(),
            client: self.client.clone(),
            simulation: self.simulation.clone(),
        }
    }
}
