//! What can be typed. Data goes to stdout, talk and progress to stderr.

mod arm;
mod campaign;
mod client;
mod gallery;
mod hil;
mod machine;
mod replay;
mod rig;
mod routine;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

pub use arm::{
    ArmCommand, ArmFile, ArmKit, IdentifyOptions, MountChoice, PlaceOptions, SurveyWish,
};

pub use campaign::CampaignOptions;
pub use client::{BodyDetails, CheckOptions, ClientCommand, PinOptions};
pub use gallery::GalleryOptions;
pub use hil::HilOptions;
pub use machine::DoctorOptions;
pub use replay::{RepairOptions, ReplayOptions};
pub use rig::{LiveOptions, TwinOptions};
pub use routine::{RoutineCheck, RoutineCommand};

/// The controller of a robotic massage arm.
///
/// Without a command it runs the demo: a whole lower-back routine in simulation.
#[derive(Debug, Parser)]
#[command(name = "knead", version, propagate_version = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Simulate the lower-back routine on the built-in body and judge it.
    Demo(RunOptions),
    /// Prove a routine on a body with an arm, without running it.
    Plan(PlanOptions),
    /// Plan a routine, run it in simulation, record it and judge it.
    Sim(SimOptions),
    /// Simulate every routine on every body and judge each; exit code 1 when one that was planned did not pass.
    Campaign(CampaignOptions),
    /// Open a run's recording in the rerun viewer.
    View {
        /// Folder of a run.
        run: PathBuf,
    },
    /// Write a run's report anew from its archive and print where it is.
    Report {
        /// Folder of a run.
        run: PathBuf,
        /// Print the judge's figures as JSON.
        #[arg(long)]
        json: bool,
    },
    /// List the places that a run was to work and did not, and write a routine that works them.
    Revisit {
        /// Folder of a run.
        run: PathBuf,
        /// Routine file to write; in the run's folder when absent.
        #[arg(long)]
        out: Option<PathBuf>,
        /// Print the places as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Feed a recorded session through the controller of today: identical, or the first difference.
    Replay(ReplayOptions),
    /// Write a whole archive from one that was cut off or damaged.
    Repair(RepairOptions),
    /// Check, evaluate and survey an arm, identify its tool, and place its base.
    #[command(subcommand)]
    Arm(ArmCommand),
    /// Look at a body.
    #[command(subcommand)]
    Body(BodyCommand),
    /// Clients: what they answered and like, what was said, done and is due.
    #[command(subcommand)]
    Client(ClientCommand),
    /// Look over, prove and begin routine files.
    #[command(subcommand)]
    Routine(RoutineCommand),
    /// The techniques and rows of the source texts, and what serves each; exit code 1 while a row is open.
    Techniques {
        /// Folder of routine files.
        #[arg(long, default_value = "config/routines")]
        routines: PathBuf,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Plan each technique on a body and draw its path and force: one page of pictures.
    Gallery(GalleryOptions),
    /// Run a routine on an arm behind a serial port.
    Run(Box<LiveOptions>),
    /// Be an arm behind a pseudo-terminal: firmware, arm and body in a process of their own.
    Twin(TwinOptions),
    /// Test controller and arm together on a rig: faults at chosen moments, and what must come of them.
    Hil(HilOptions),
    /// The safety monitor's rules.
    #[command(subcommand)]
    Safety(SafetyCommand),
    /// Look over this machine for a real-time loop: what holds, what does not, and the command that mends it.
    Doctor(DoctorOptions),
    /// List the serial ports: lasting names, USB identity, driver, access, latency.
    Devices {
        /// As JSON; one line for each change with --watch.
        #[arg(long)]
        json: bool,
        /// Go on telling what is plugged in and pulled out, and which adapter came back under another name.
        #[arg(long)]
        watch: bool,
    },
    /// What the code of an error or of a rule means and what to do.
    Explain {
        /// A code, such as KN-C012, SR-03 or R3.
        code: String,
    },
}

/// Where runs are kept and how they are named.
#[derive(Args, Clone, Debug)]
pub struct RunOptions {
    /// Seed of all that is drawn at random; one seed, same bits.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Folder in which runs are kept.
    #[arg(long, default_value = "runs")]
    pub runs: PathBuf,
    /// Name of the run; the routine's when absent.
    #[arg(long)]
    pub name: Option<String>,
    /// Skip the rerun recording.
    #[arg(long)]
    pub no_recording: bool,
    /// Print the summary as JSON on stdout.
    #[arg(long)]
    pub json: bool,
}

/// What a plan is made of.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct Ingredients {
    /// Routine file.
    pub routine: PathBuf,
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
    /// A cleaner scan of the same body that stands for the truth in simulation.
    #[arg(long)]
    pub truth: Option<PathBuf>,
    /// Limits profile.
    #[arg(long, default_value = "config/limits/default.toml")]
    pub limits: PathBuf,
    /// Folder of tool profiles.
    #[arg(long, default_value = "config/tools")]
    pub tools: PathBuf,
    /// Client profile.
    #[arg(long, default_value = "config/clients/default.toml")]
    pub client: PathBuf,
    /// Simulation profile: noise, friction, breathing.
    #[arg(long, default_value = "config/simulation/default.toml")]
    pub simulation: PathBuf,
}

/// Options of `knead plan`.
#[derive(Args, Clone, Debug)]
pub struct PlanOptions {
    /// What to plan with.
    #[command(flatten)]
    pub ingredients: Ingredients,
    /// Seed of the simulated scan of a parametric body.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// As JSON.
    #[arg(long)]
    pub json: bool,
}

/// Options of `knead sim`.
#[derive(Args, Clone, Debug)]
pub struct SimOptions {
    /// What to plan with.
    #[command(flatten)]
    pub ingredients: Ingredients,
    /// Script of the operator (TOML): `[[request]]` with at_s and request = softer, firmer, pause, resume,
    /// skip or stop.
    #[arg(long)]
    pub requests: Option<PathBuf>,
    /// How to run.
    #[command(flatten)]
    pub run: RunOptions,
}

/// Commands on bodies.
#[derive(Debug, Subcommand)]
pub enum BodyCommand {
    /// Fit the back chart to a body and say how sure it is.
    Fit {
        /// Scan (PLY, PCD, OBJ), body profile (TOML) or touched points (JSON).
        scan: PathBuf,
        /// Landmarks of a scan (JSON or TOML): all, some or none; its shape tells the rest.
        #[arg(long)]
        landmarks: Option<PathBuf>,
        /// Simulation profile: how far a palpated midline is off.
        #[arg(long, default_value = "config/simulation/default.toml")]
        simulation: PathBuf,
        /// Seed of the simulated scan of a parametric body.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Folder to draw into what was found: back.png, from above, head up.
        #[arg(long)]
        out: Option<PathBuf>,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Fit a scan without its landmarks and compare what was found with them.
    Evaluate(EvaluateOptions),
}

/// Options of `knead body evaluate`.
#[derive(Args, Clone, Debug)]
pub struct EvaluateOptions {
    /// Scan (PLY, PCD, OBJ).
    #[arg(long)]
    pub cloud: PathBuf,
    /// Its landmarks, all six vertebrae: what is found is compared with them.
    #[arg(long)]
    pub landmarks: PathBuf,
    /// Landmarks that the fit is told all the same, such as C7,S2; none when absent.
    #[arg(long, value_delimiter = ',')]
    pub known: Vec<String>,
    /// Noise added to each coordinate, standard deviation (mm).
    #[arg(long, default_value_t = 0.0)]
    pub noise_mm: f64,
    /// Share of the points taken away in round holes, 0 to 0.8.
    #[arg(long, default_value_t = 0.0)]
    pub holes: f64,
    /// Diameter of these holes (mm).
    #[arg(long, default_value_t = 16.0)]
    pub hole_mm: f64,
    /// Share of stray points added, 0 to 0.5.
    #[arg(long, default_value_t = 0.0)]
    pub outliers: f64,
    /// Angle by which client and landmarks are turned about z (degrees).
    #[arg(long, default_value_t = 0.0, allow_negative_numbers = true)]
    pub turn_deg: f64,
    /// Seed of noise, holes and stray points.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// As JSON.
    #[arg(long)]
    pub json: bool,
}

/// Commands on safety.
#[derive(Debug, Subcommand)]
pub enum SafetyCommand {
    /// Print the rule table.
    Rules {
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Explain one rule.
    Explain {
        /// Its id, such as SR-03.
        rule: String,
    },
}

impl Default for RunOptions {
    fn default() -> Self {
        Self {
            seed: 1,
            runs: PathBuf::from("runs"),
            name: None,
            no_recording: false,
            json: false,
        }
    }
}

impl Ingredients {
    /// What the demo is made of.
    pub fn demo() -> Self {
        let config = |file: &str| PathBuf::from("config").join(file);
        Self {
            routine: config("routines/lower_back.toml"),
            arm: config("arms/knead_r7.toml"),
            urdf: None,
            body: config("bodies/demo.toml"),
            landmarks: None,
            truth: None,
            limits: config("limits/default.toml"),
            tools: config("tools"),
            client: config("clients/default.toml"),
            simulation: config("simulation/default.toml"),
        }
    }
}

/// Splits an argument such as `-0.1,0.2` at its commas: a list that begins with a negative number would
/// otherwise read as an unknown flag.
pub fn split_negative_lists(
    arguments: impl Iterator<Item = std::ffi::OsString>,
) -> Vec<std::ffi::OsString> {
    let is_negative_list = |text: &str| {
        text.contains(',')
            && text
                .split(',')
                .all(|number| number.trim().parse::<f64>().is_ok())
    };
    arguments
        .flat_map(|argument| match argument.to_str() {
            Some(text) if text.starts_with('-') && is_negative_list(text) => {
                text.split(',').map(|number| number.trim().into()).collect()
            }
            Some(_) | None => vec![argument],
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_posture_may_begin_with_a_negative_angle() {
        let typed = [
            "knead",
            "arm",
            "swing",
            "--arm",
            "a.urdf",
            "--q0",
            "-0.1,-2,3e-1",
            "--seconds",
            "1",
        ];
        let split = split_negative_lists(typed.iter().map(Into::into));
        let cli = Cli::try_parse_from(split).unwrap();
        let Some(Command::Arm(ArmCommand::Swing { q0, seconds, .. })) = cli.command else {
            panic!("not a swing");
        };
        assert_eq!(q0, [-0.1, -2.0, 0.3]);
        assert_eq!(seconds.to_bits(), 1.0f64.to_bits());
    }
}
