//! `knead arm check`: everything in a description, or a profile, that would bite.
//!
//! ```text
//! URDF ──────▶ oddities, meshes, mimics ─┐
//! profile ───▶ limits, postures, sensor ─┼─▶ findings (error, warning, note) ─▶ exit code 0, or 1 on an error
//!  + tools, ─▶ reach, payload, rates ────┘
//!    limits
//! ```
//! A description that cannot be used at all is refused with exit code 2, as everywhere.

mod description;
mod finding;
mod limits;
mod rates;
mod report;
mod rest;
mod sensing;
#[cfg(test)]
mod tests;
mod workspace;

use std::path::{Path, PathBuf};

use ::limits::RawLimits;
use kinematics::{
    ArmChain, ArmModel, Capsule, JointLimits, RobotDescription, ToolModel, UrdfError,
};
use nalgebra::SVector;
use settings::{
    ArmProfile, ArmWarning, LARGEST_DESCRIPTION, LimitsProfile, LinkShape, ToolProfile,
    link_shapes, read_text,
};

use crate::cli::{ArmFile, ArmKit};
use crate::dispatch::with_joint_count;
use crate::failure::Failure;
use crate::sensing::highest_ceiling;
use finding::{Finding, would_bite};
use rates::Rates;
use workspace::{Press, Workspace};

/// What is looked at.
struct Subject {
    robot: RobotDescription,
    /// As it will be used: overrides and margins are in.
    chain: ArmChain,
    /// As the URDF has it.
    as_written: ArmChain,
    warnings: Vec<ArmWarning>,
    /// Where the shape of each link comes from.
    shapes: Vec<LinkShape>,
    /// Capsules around the links: the profile's, else the URDF's.
    capsules: Vec<Capsule>,
    profile: Option<ArmProfile>,
    /// Folder of the URDF.
    folder: PathBuf,
}

/// What the arm shall work with.
struct Work {
    limits: RawLimits,
    tools: Vec<ToolProfile>,
}

impl Work {
    fn read(kit: &ArmKit) -> Result<Self, Failure> {
        Ok(Self {
            limits: LimitsProfile::read(&kit.limits)
                .map_err(Failure::input)?
                .raw,
            tools: tools(&kit.tools)?,
        })
    }
}

/// What was seen.
#[derive(Default)]
struct Seen {
    findings: Vec<Finding>,
    rates: Option<Rates>,
    workspace: Option<Workspace>,
}

pub(super) fn check(file: &ArmFile, kit: &ArmKit, as_json: bool) -> Result<(), Failure> {
    let subject = read(file)?;
    // A URDF alone can be looked at anywhere, also where no configuration lies.
    let work = match subject.profile {
        Some(_) => Some(Work::read(kit)?),
        None => None,
    };
    let seen = look(&subject, work.as_ref())
        .map_err(|error| Failure::Input(format!("{}: {}", file.arm.display(), error.text())))?;
    if as_json {
        report::json(&subject, &seen);
    } else {
        report::text(&subject, &seen);
    }
    if would_bite(&seen.findings) {
        let errors = seen
            .findings
            .iter()
            .filter(|f| f.severity == finding::Severity::Error);
        return Err(Failure::Verdict(match errors.count() {
            1 => "one thing would bite in a session".to_owned(),
            count => format!("{count} things would bite in a session"),
        }));
    }
    Ok(())
}

fn read(file: &ArmFile) -> Result<Subject, Failure> {
    let tip = file.tip.as_deref();
    if file.arm.extension().is_some_and(|e| e == "toml") {
        let profile = ArmProfile::read(&file.arm).map_err(Failure::input)?;
        let (text, path) = profile
            .read_urdf(file.urdf.as_deref())
            .map_err(Failure::input)?;
        return of_profile(profile, &text, &path, tip);
    }
    let text = read_text(&file.arm, LARGEST_DESCRIPTION).map_err(Failure::input)?;
    of_urdf(&text, &file.arm, tip)
}

fn of_profile(
    profile: ArmProfile,
    text: &str,
    path: &Path,
    tip: Option<&str>,
) -> Result<Subject, Failure> {
    let setup = profile
        .chain(text, &path.display().to_string(), tip)
        .map_err(Failure::input)?;
    let bare = of_urdf(text, path, Some(tip.unwrap_or(&profile.tip)))?;
    Ok(Subject {
        chain: setup.chain,
        warnings: setup.warnings,
        shapes: setup.shapes,
        capsules: setup.capsules,
        profile: Some(profile),
        ..bare
    })
}

fn of_urdf(text: &str, path: &Path, tip: Option<&str>) -> Result<Subject, Failure> {
    let named = |error: UrdfError| Failure::Input(format!("{}: {error}", path.display()));
    let (robot, mut odd) = RobotDescription::parse(text).map_err(named)?;
    let (chain, more) = robot.chain(tip).map_err(named)?;
    odd.extend(more);
    let (capsules, shapes) = link_shapes(&chain, &[]);
    Ok(Subject {
        shapes,
        capsules,
        robot,
        as_written: chain.clone(),
        chain,
        warnings: odd.into_iter().map(ArmWarning::Urdf).collect(),
        profile: None,
        folder: path.parent().unwrap_or(Path::new("")).to_path_buf(),
    })
}

/// Every tool of a folder, by file name.
fn tools(folder: &Path) -> Result<Vec<ToolProfile>, Failure> {
    let listing = std::fs::read_dir(folder).map_err(|e| {
        Failure::Input(format!(
            "{}: {e}; name the folder of tool profiles with --tools",
            folder.display()
        ))
    })?;
    let mut files: Vec<PathBuf> = listing
        .filter_map(|entry| entry.ok().map(|e| e.path()))
        .filter(|path| path.extension().is_some_and(|e| e == "toml"))
        .collect();
    files.sort();
    if files.is_empty() {
        return Err(Failure::Input(format!(
            "no tool profile (*.toml) in {}; name the folder of tool profiles with --tools",
            folder.display()
        )));
    }
    let read = |path: &PathBuf| ToolProfile::read(path).map_err(Failure::input);
    files.iter().map(read).collect()
}

fn look(subject: &Subject, work: Option<&Work>) -> Result<Seen, Failure> {
    let chain = &subject.chain;
    let mut findings = description::from_warnings(&subject.warnings, chain);
    findings.extend(description::mimics(&subject.robot));
    findings.extend(description::continuous(chain));
    findings.extend(description::meshes(&subject.robot, &subject.folder));
    findings.extend(limits::limits(chain, &subject.as_written));
    let mut seen = Seen {
        findings,
        ..Seen::default()
    };
    let joints = chain.joints.len();
    with_joint_count!(
        joints,
        D => {
            let model = ArmModel::<D>::from_chain(chain).map_err(Failure::input)?;
            if let (Some(profile), Some(work)) = (&subject.profile, work) {
                look_at_work(subject, profile, &model, work, &mut seen);
            }
        },
        else return Err(super::unfit(joints))
    );
    seen.findings.sort_by_key(|f| f.severity);
    Ok(seen)
}

/// What needs a profile: without one, nothing tells where the arm stands.
fn look_at_work<const D: usize>(
    subject: &Subject,
    profile: &ArmProfile,
    model: &ArmModel<D>,
    work: &Work,
    seen: &mut Seen,
) {
    let model = model.with_gravity(profile.installation.gravity_in_base());
    let models: Vec<_> = work.tools.iter().map(|tool| tool.model).collect();
    seen.findings
        .extend(sensing::sensing(profile, &work.limits, &models));
    let length = |tool: &&ToolModel| {
        let flange_from_tool = &tool.payload.flange_from_tool;
        flange_from_tool.origin().raw().coords.norm()
    };
    let longest = models.iter().max_by(|a, b| length(a).total_cmp(&length(b)));
    seen.findings
        .extend(rest::postures(profile, &subject.capsules, &model, longest));
    let ceiling = highest_ceiling(&work.limits) * profile.ceiling_factor;
    seen.rates = Some(Rates::of(profile, ceiling));
    let mass = |tool: &&ToolProfile| tool.model.payload.mass;
    let heaviest = work
        .tools
        .iter()
        .max_by(|a, b| mass(a).get().total_cmp(&mass(b).get()));
    if let (Some(tool), true) = (heaviest, can_move(model.limits())) {
        let press = Press {
            tool,
            ceiling,
            tangential: work.limits.tangential_force,
        };
        let space = workspace::workspace(profile, &model, &press);
        let names: Vec<&str> = subject
            .chain
            .joints
            .iter()
            .map(|j| j.name.as_str())
            .collect();
        seen.findings.extend(space.findings(&names));
        seen.workspace = Some(space);
    }
}

/// A drive without effort was found already; its margins would say nothing.
fn can_move<const D: usize>(limits: &JointLimits<D>) -> bool {
    let drives: &SVector<f64, D> = &limits.torque;
    drives.iter().all(|effort| *effort > 0.0)
}
