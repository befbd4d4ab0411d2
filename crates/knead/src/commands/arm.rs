//! `knead arm`: what can be asked of an arm alone, a file for each.

mod check;
mod eval;
mod identify;
mod place;
mod shapes;
mod survey;
mod swing;

use kinematics::{ArmChain, ArmModel, Capsule, RobotDescription};
use nalgebra::{SVector, Vector3};
use settings::ArmProfile;

use crate::cli::{ArmCommand, ArmFile};
use crate::dispatch::with_joint_count;
use crate::failure::Failure;
use crate::say::aside;

/// Gravity of these commands (m/s²): the round figure that simulators and robot makers use, so that
/// numbers compare.
const GRAVITY: f64 = 9.81;

/// An arm as loaded, with all that was odd about it.
struct Loaded {
    chain: ArmChain,
    /// Shapes of the links, the profile's or the URDF's.
    capsules: Vec<Capsule>,
    warnings: Vec<String>,
}

pub fn run(command: ArmCommand) -> Result<(), Failure> {
    match command {
        ArmCommand::Check { arm, kit, json } => check::check(&arm, &kit, json),
        ArmCommand::Eval { arm } => {
            let loaded = load(&arm)?;
            complain(&loaded.warnings);
            let joints = loaded.chain.joints.len();
            with_joint_count!(joints, D => eval::eval::<D>(&loaded.chain), else Err(unfit(joints)))
        }
        ArmCommand::Identify(options) => {
            let loaded = load(&options.arm)?;
            complain(&loaded.warnings);
            let joints = loaded.chain.joints.len();
            with_joint_count!(
                joints,
                D => identify::identify::<D>(&loaded.chain, &loaded.capsules, &options),
                else Err(unfit(joints))
            )
        }
        ArmCommand::Place(options) => place::run(&options),
        ArmCommand::Swing {
            arm,
            q0,
            damping,
            seconds,
            json,
        } => {
            let loaded = load(&arm)?;
            complain(&loaded.warnings);
            let joints = loaded.chain.joints.len();
            with_joint_count!(
                joints,
                D => swing::swing::<D>(&loaded.chain, &q0, damping, seconds, json),
                else Err(unfit(joints))
            )
        }
        ArmCommand::Survey { arm, wish } => {
            let loaded = load(&arm)?;
            complain(&loaded.warnings);
            let joints = loaded.chain.joints.len();
            with_joint_count!(
                joints,
                D => survey::survey::<D>(&loaded.chain, &loaded.capsules, &wish),
                else Err(unfit(joints))
            )
        }
    }
}

fn unfit(joints: usize) -> Failure {
    Failure::Input(format!(
        "the chain has {joints} moving joints, allowed are 4 to 7; name another --tip"
    ))
}

fn complain(warnings: &[String]) {
    for warning in warnings {
        aside!("warning: {warning}");
    }
}

fn load(file: &ArmFile) -> Result<Loaded, Failure> {
    let (arm, tip) = (file.arm.as_path(), file.tip.as_deref());
    if arm.extension().is_some_and(|e| e == "toml") {
        let profile = ArmProfile::read(arm).map_err(Failure::input)?;
        let (text, path) = profile
            .read_urdf(file.urdf.as_deref())
            .map_err(Failure::input)?;
        let setup = profile
            .chain(&text, &path.display().to_string(), tip)
            .map_err(Failure::input)?;
        let warnings = setup.warnings.iter().map(ToString::to_string).collect();
        return Ok(Loaded {
            chain: setup.chain,
            capsules: setup.capsules,
            warnings,
        });
    }
    let text = settings::read_text(arm, 16 << 20).map_err(Failure::input)?;
    let named =
        |error: kinematics::UrdfError| Failure::Input(format!("{}: {error}", arm.display()));
    let (robot, mut warnings) = RobotDescription::parse(&text).map_err(named)?;
    let (chain, more) = robot.chain(tip).map_err(named)?;
    warnings.extend(more);
    let (capsules, _) = settings::link_shapes(&chain, &[]);
    Ok(Loaded {
        capsules,
        chain,
        warnings: warnings.iter().map(ToString::to_string).collect(),
    })
}

fn model<const D: usize>(chain: &ArmChain) -> Result<ArmModel<D>, Failure> {
    let model = ArmModel::<D>::from_chain(chain).map_err(Failure::input)?;
    Ok(model.with_gravity(Vector3::new(0.0, 0.0, -GRAVITY)))
}

fn vector<const D: usize>(name: &str, values: &[f64]) -> Result<SVector<f64, D>, String> {
    if values.len() != D {
        return Err(format!(
            "\"{name}\" has {} numbers, the arm has {D} joints",
            values.len()
        ));
    }
    if let Some(bad) = values.iter().find(|v| !v.is_finite()) {
        return Err(format!("\"{name}\" holds {bad}; give finite numbers"));
    }
    Ok(SVector::from_iterator(values.iter().copied()))
}
