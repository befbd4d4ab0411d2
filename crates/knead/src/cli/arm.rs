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

/// Options of `knead arm identify`.
#[derive(Args, Clone, Debug)]
#[command(group = clap::ArgGroup::new("readings").required(true).args(["poses", "simulate"]))]
pub struct IdentifyOptions {
    /// The arm. A profile tells where the sensor sits and where gravity points; with a bare URDF the
    /// sensor sits at the tip and gravity is -z of the root.
    #[command(flatten)]
    pub arm: ArmFile,
    /// Readings at rest, tool in the air: JSON lines {"q":[..],"force_n":[x,y,z],"torque_nm":[x,y,z]},
    /// the load of the tool on the sensor in sensor axes.
    #[arg(long)]
    pub poses: Option<PathBuf>,
    /// Draw poses and take the readings from the simulated sensor, with its noise and bias.
    #[arg(long)]
    pub simulate: bool,
    /// Tool profile to compare with; the tool that is simulated (config/tools/palm.toml when absent).
    #[arg(long)]
    pub tool: Option<PathBuf>,
    /// Seed of the simulation's chance.
    #[arg(long, default_value_t = 1, requires = "simulate")]
    pub seed: u64,
    /// Number of simulated poses.
    #[arg(long, default_value_t = 24, requires = "simulate")]
    pub count: usize,
    /// As JSON.
    #[arg(long)]
    pub json: bool,
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
    /// Find mass, centre of mass and sensor bias of the tool from wrist readings in static poses.
    Identify(IdentifyOptions),
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
    /// Limits profile.
    #[arg(long, default_value = "config/limits/default.toml")]
    pub limits: PathBuf,
    /// Folder of tool profiles.
    #[arg(long, default_value = "config/tools")]
    pub tools: PathBuf,
    /// Client profile.
    #[arg(long, default_value = "config/clients/default.toml")]
    pub client: PathBuf,
    /// Simulation profile: how far the midline of a body profile is misplaced.
    #[arg(long, default_value = "config/simulation/default.toml")]
    pub simulation: PathBuf,
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
