//! Which routine meets which body.

use std::path::{Path, PathBuf};

use settings::read_routine;

use crate::cli::{CampaignOptions, Ingredients};
use crate::failure::Failure;
use crate::load::toml_files;

/// A routine and a body that are to meet.
#[derive(Clone, Debug)]
pub struct Pair {
    /// The routine file's name without its end.
    pub routine: String,
    /// The body file's, or the scan's.
    pub body: String,
    /// All that the session is made of.
    pub ingredients: Ingredients,
}

/// A body by name: its file, landmarks, truth.
struct Body {
    name: String,
    file: PathBuf,
    landmarks: Option<PathBuf>,
    truth: Option<PathBuf>,
}

/// Every routine with every body, body by body.
///
/// # Errors
/// A folder that cannot be read, a name in `--only` that nothing has, a word in `--asked-for` that no step
/// waits for, two bodies of one name, nothing left to do.
pub fn pairs(options: &CampaignOptions) -> Result<Vec<Pair>, Failure> {
    let routines = toml_files(&options.routines, "--routines")?;
    let bodies = bodies(options)?;
    let named = |name: &str| options.only.iter().any(|only| only == name);
    let routine_named = routines.iter().any(|file| named(&stem(file)));
    let body_named = bodies.iter().any(|body| named(&body.name));
    for only in &options.only {
        let known = routines.iter().any(|file| stem(file) == *only)
            || bodies.iter().any(|body| body.name == *only);
        if !known {
            return Err(unknown_name(only, &routines, &bodies));
        }
    }
    let kept: Vec<&PathBuf> = routines
        .iter()
        .filter(|file| !routine_named || named(&stem(file)))
        .collect();
    words_are_waited_for(options, &kept)?;
    let chosen = bodies
        .iter()
        .filter(|body| !body_named || named(&body.name));
    let pairs: Vec<Pair> = chosen
        .flat_map(|body| kept.iter().map(|file| pair(options, file, body)))
        .collect();
    if pairs.is_empty() {
        return Err(Failure::Input(format!(
            "no pair to try: {} routines in {}, {} bodies in {} and scans; name other folders with --routines and --bodies",
            routines.len(),
            options.routines.display(),
            bodies.len(),
            options.bodies.display()
        )));
    }
    Ok(pairs)
}

fn bodies(options: &CampaignOptions) -> Result<Vec<Body>, Failure> {
    let profiles = toml_files(&options.bodies, "--bodies")?
        .into_iter()
        .map(|file| Body {
            name: stem(&file),
            file,
            landmarks: None,
            truth: None,
        });
    let scans = options.scan.iter().map(|scan| Body {
        name: stem(&scan.cloud),
        file: scan.cloud.clone(),
        landmarks: Some(scan.landmarks.clone()),
        truth: scan.truth.clone(),
    });
    let bodies: Vec<Body> = profiles.chain(scans).collect();
    for (index, body) in bodies.iter().enumerate() {
        if let Some(other) = bodies.iter().take(index).find(|o| o.name == body.name) {
            return Err(Failure::Input(format!(
                "{} and {} would both be called {}; rename one",
                other.file.display(),
                body.file.display(),
                body.name
            )));
        }
    }
    Ok(bodies)
}

fn unknown_name(only: &str, routines: &[PathBuf], bodies: &[Body]) -> Failure {
    let routines: Vec<String> = routines.iter().map(|file| stem(file)).collect();
    let bodies: Vec<&str> = bodies.iter().map(|body| body.name.as_str()).collect();
    Failure::Input(format!(
        "--only {only}: no such routine or body; routines are {}; bodies are {}",
        routines.join(", "),
        bodies.join(", ")
    ))
}

/// A word that no step waits for would change nothing and look as if it had been tried. Files that cannot be
/// read are passed over: their rows tell.
fn words_are_waited_for(options: &CampaignOptions, routines: &[&PathBuf]) -> Result<(), Failure> {
    let steps = routines
        .iter()
        .filter_map(|file| read_routine(file).ok())
        .flat_map(|routine| routine.steps);
    let mut words: Vec<String> = steps.filter_map(|step| step.if_asked).collect();
    words.sort();
    words.dedup();
    match options.asked_for.iter().find(|word| !words.contains(word)) {
        None => Ok(()),
        Some(word) => Err(Failure::Input(format!(
            "--asked-for {word}: no step of these routines has `if_asked = \"{word}\"`; waited for are: {}",
            words.join(", ")
        ))),
    }
}

fn pair(options: &CampaignOptions, routine: &Path, body: &Body) -> Pair {
    Pair {
        routine: stem(routine),
        body: body.name.clone(),
        ingredients: Ingredients {
            routine: routine.to_owned(),
            arm: options.arm.clone(),
            urdf: options.urdf.clone(),
            body: body.file.clone(),
            landmarks: body.landmarks.clone(),
            truth: body.truth.clone(),
            limits: options.limits.clone(),
            tools: options.tools.clone(),
            client: options.client.clone(),
            simulation: options.simulation.clone(),
        },
    }
}

fn stem(file: &Path) -> String {
    file.file_stem()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}
