//! `knead routine`: look a routine over without a body or an arm, prove it with them, begin a new one.

mod starter;

use std::path::Path;

use anatomy::{Back, parametric_back};
use limits::Envelope;
use planner::{Finding, LintContext, Severity, lint, rough_seconds};
use serde_json::{Value, json};
use settings::{
    BodyProfile, BodySource, ClientProfile, LimitsProfile, SettingsErrors, read_routine,
};

use crate::cli::{RoutineCheck, RoutineCommand};
use crate::failure::Failure;
use crate::load::{toml_files, tools};
use crate::say::{aside, say, say_plain};

use super::plan::{self, Proof};

pub fn run(command: RoutineCommand) -> Result<(), Failure> {
    match command {
        RoutineCommand::Check(options) => check(&options),
        RoutineCommand::New { name, out } => new(&name, out.as_deref()),
    }
}

/// What looking at the file found.
pub(super) struct Look {
    /// The findings, errors first.
    pub findings: Vec<Finding>,
    /// About how long the arm is busy (s).
    pub seconds: f64,
}

impl Look {
    fn count(&self, severity: Severity) -> usize {
        let of = |finding: &&Finding| finding.severity == severity;
        self.findings.iter().filter(of).count()
    }

    /// "no errors, 2 warnings, 1 note".
    fn counted(&self) -> String {
        let words = [Severity::Error, Severity::Warning, Severity::Note].map(|severity| {
            let word = severity.word();
            match self.count(severity) {
                0 => format!("no {word}s"),
                1 => format!("1 {word}"),
                n => format!("{n} {word}s"),
            }
        });
        words.join(", ")
    }
}

fn check(options: &RoutineCheck) -> Result<(), Failure> {
    let routine = match read_routine(&options.routine) {
        Ok(routine) => routine,
        Err(errors) => {
            if options.json {
                say!("{}", unreadable(&errors));
            }
            return Err(Failure::input(errors));
        }
    };
    let look = look(&routine, options)?;
    let proof = match options.proof() {
        // What is wrong on every body need not be proved on one.
        Some(ingredients) if look.count(Severity::Error) == 0 => {
            Some(plan::prove(&ingredients, options.seed)?)
        }
        Some(_) | None => None,
    };
    if options.json {
        say!("{}", as_json(&routine.name, &look, proof.as_ref()));
    } else {
        tell(options, &routine, &look, proof.as_ref());
    }
    let errors = look.count(Severity::Error);
    match proof {
        _ if errors > 0 => Err(Failure::Verdict(format!(
            "{}: {}",
            options.routine.display(),
            look.counted()
        ))),
        Some(Proof::Refused(rejection)) => Err(Failure::Verdict(rejection.to_string())),
        Some(Proof::Planned { .. }) | None => Ok(()),
    }
}

/// Looks at a routine with a body that stands for the client.
fn look(routine: &planner::Routine, options: &RoutineCheck) -> Result<Look, Failure> {
    let tools = tools::all(&options.tools)?;
    let limits = LimitsProfile::read(&options.limits).map_err(Failure::input)?;
    let back = standing_body(&options.standing_for)?;
    let envelope = Envelope::for_back(&limits.raw, &back).map_err(Failure::input)?;
    let asked_for = asked_for(&options.clients);
    let context = LintContext {
        back: &back,
        envelope: &envelope,
        tools: &tools,
        asked_for: asked_for.as_deref(),
    };
    Ok(Look {
        findings: lint(routine, &context),
        seconds: rough_seconds(routine, &context),
    })
}

/// Words that the clients of a folder ask for; nothing is known where there is no such folder. Profiles that
/// cannot be read are passed over: they are refused when they are used.
fn asked_for(folder: &Path) -> Option<Vec<String>> {
    let files = toml_files(folder, "--clients").ok()?;
    let clients = files
        .iter()
        .filter_map(|file| ClientProfile::read(file).ok());
    let mut words: Vec<String> = clients.flat_map(|client| client.taste.asked_for).collect();
    words.sort();
    words.dedup();
    Some(words)
}

fn standing_body(file: &Path) -> Result<Back, Failure> {
    match BodyProfile::read(file).map_err(Failure::input)?.source {
        BodySource::Parametric(parameters) => parametric_back(&parameters).map_err(Failure::input),
        BodySource::Scan { .. } | BodySource::Touched { .. } => Err(Failure::Input(format!(
            "{} was scanned or touched; --standing-for takes a built-in body ([parametric]), --body a scan",
            file.display()
        ))),
    }
}

fn tell(options: &RoutineCheck, routine: &planner::Routine, look: &Look, proof: Option<&Proof>) {
    for finding in &look.findings {
        say!("{finding}");
    }
    say!(
        "\"{}\": {} steps, about {:.0} min of the arm's work; {}",
        routine.name,
        routine.steps.len(),
        look.seconds / 60.0,
        look.counted()
    );
    match (proof, options.proof()) {
        (Some(proof), _) => proof.tell(),
        (None, Some(_)) => say!("not proved: mend the errors first"),
        (None, None) => say!("not proved on a body: give --body and --arm for that"),
    }
}

fn as_json(name: &str, look: &Look, proof: Option<&Proof>) -> Value {
    json!({
        "version": 1, "routine": name, "readable": true, "findings": look.findings,
        "errors": look.count(Severity::Error), "warnings": look.count(Severity::Warning),
        "notes": look.count(Severity::Note), "rough_duration_s": look.seconds,
        "proof": proof.map(Proof::as_json),
    })
}

fn unreadable(errors: &SettingsErrors) -> Value {
    let problems = errors.problems().iter().map(|problem| {
        json!({
            "file": problem.file, "line": problem.line, "column": problem.column,
            "code": problem.code.as_str(), "message": problem.message, "help": problem.help,
        })
    });
    json!({"version": 1, "readable": false, "problems": problems.collect::<Vec<_>>()})
}

fn new(name: &str, out: Option<&Path>) -> Result<(), Failure> {
    let name = name.trim();
    if name.is_empty() || name.chars().any(char::is_control) {
        return Err(Failure::Input(
            "the name needs at least one letter and no control characters".to_owned(),
        ));
    }
    let text = starter::text(name);
    let Some(path) = out else {
        say_plain!("{text}");
        return Ok(());
    };
    let made = std::fs::File::create_new(path)
        .and_then(|mut file| std::io::Write::write_all(&mut file, text.as_bytes()));
    made.map_err(|error| {
        Failure::Device(format!(
            "{}: {error}; name a file that does not exist yet, in a folder that does",
            path.display()
        ))
    })?;
    aside!(
        "wrote {0}; look it over with `knead routine check {0}`",
        path.display()
    );
    Ok(())
}
