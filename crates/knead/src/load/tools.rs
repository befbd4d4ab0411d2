//! The tools that a routine needs, from a folder of profiles.

use std::path::Path;

use planner::{Routine, RoutineStep, ToolSpec};
use settings::ToolProfile;

use crate::failure::Failure;

/// The tools of a routine in order of first use; refuses a step for which none of its tools may be used.
///
/// # Errors
/// Every fault of a tool's file; each step that no tool of its own may do, with those that may.
pub fn needed(routine: &Routine, folder: &Path) -> Result<Vec<ToolProfile>, Failure> {
    let mut tools: Vec<ToolProfile> = Vec::new();
    let mut refused: Vec<String> = Vec::new();
    for step in &routine.steps {
        for name in &step.tools {
            if !tools.iter().any(|tool| tool.name == *name) {
                let path = folder.join(format!("{name}.toml"));
                tools.push(ToolProfile::read(&path).map_err(Failure::input)?);
            }
        }
        let may = |tool: &ToolProfile| {
            step.tools.contains(&tool.name) && tool.techniques.contains(&step.technique)
        };
        if !step.is_for_a_person() && !tools.iter().any(may) {
            refused.push(refusal(step, folder));
        }
    }
    if refused.is_empty() {
        Ok(tools)
    } else {
        Err(Failure::Input(refused.join("\n")))
    }
}

/// All tools of a folder that can be read, by name.
///
/// # Errors
/// Every fault of a tool's file; a folder that cannot be read or holds no tool.
pub fn all(folder: &Path) -> Result<Vec<ToolSpec>, Failure> {
    let files = crate::load::toml_files(folder, "--tools")?;
    let mut specs = Vec::new();
    for file in files {
        let tool = ToolProfile::read(&file).map_err(Failure::input)?;
        specs.push(ToolSpec {
            name: tool.name,
            model: tool.model,
            techniques: tool.techniques,
        });
    }
    if specs.is_empty() {
        let text = format!(
            "{} holds no tool; name the folder with --tools",
            folder.display()
        );
        return Err(Failure::Input(text));
    }
    Ok(specs)
}

fn refusal(step: &RoutineStep, folder: &Path) -> String {
    let technique = step.technique;
    let profiles: Vec<String> = step
        .tools
        .iter()
        .map(|name| folder.join(format!("{name}.toml")).display().to_string())
        .collect();
    format!(
        "step \"{}\" (line {}) asks for {technique} with the {}, whose profile ({}) does not allow it; {}",
        step.name,
        step.line,
        step.tools.join(" or "),
        profiles.join(", "),
        tools_that_may(folder, technique)
    )
}

/// The tools of a folder whose profiles allow a technique, as a remedy. Files that cannot be read are
/// passed over here: they are refused when they are used.
fn tools_that_may(folder: &Path, technique: plan::Technique) -> String {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|e| e == "toml"))
        .filter_map(|path| ToolProfile::read(&path).ok())
        .filter(|tool| tool.techniques.contains(&technique))
        .map(|tool| tool.name)
        .collect();
    names.sort();
    if names.is_empty() {
        format!("no tool in {} may do {technique}", folder.display())
    } else {
        format!("tools that may: {}", names.join(", "))
    }
}
