//! One part of a recorded session exchanged for another: `--with FILE`.

use std::path::{Path, PathBuf};

use settings::{ArmProfile, LARGEST_TOML, ToolProfile, read_text};

use super::Rebuilt;
use crate::cli::Ingredients;
use crate::failure::Failure;
use crate::load::kept;

/// What a file stands for in a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A routine.
    Routine,
    /// An arm profile.
    Arm,
    /// A URDF.
    Urdf,
    /// The limits.
    Limits,
    /// A client.
    Client,
    /// A tool.
    Tool,
    /// The simulated room: of it, the loop only sees how the body was scanned.
    Simulation,
}

/// Tables that only this kind of file has.
const TELLTALES: [(Part, &[&str]); 6] = [
    (Part::Routine, &["[[step]]"]),
    (Part::Arm, &["[[joint]]", "[installation]"]),
    (Part::Limits, &["[limits]"]),
    (Part::Client, &["[intake]"]),
    (Part::Tool, &["[patch]"]),
    (Part::Simulation, &["[breathing]", "[belief]"]),
];

impl Part {
    /// The word for people.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Routine => "routine",
            Self::Arm => "arm profile",
            Self::Urdf => "URDF",
            Self::Limits => "limits",
            Self::Client => "client",
            Self::Tool => "tool",
            Self::Simulation => "simulation",
        }
    }

    /// Whether the change is one of the plan: the recorded plan is walked with all other parts, so that
    /// what differs is the loop's doing.
    #[must_use]
    pub const fn plans_anew(self) -> bool {
        match self {
            Self::Routine | Self::Client => true,
            Self::Arm | Self::Urdf | Self::Limits | Self::Tool | Self::Simulation => false,
        }
    }
}

/// A file in place of one of the archive's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What it stands for.
    pub part: Part,
    /// Where it lies.
    pub file: PathBuf,
}

impl Change {
    /// Tells by its tables what a file is.
    ///
    /// # Errors
    /// A file that cannot be read, or is no part of a session.
    pub fn of(file: &Path) -> Result<Self, Failure> {
        let ends_in = |end: &str| {
            file.extension()
                .is_some_and(|e| e.eq_ignore_ascii_case(end))
        };
        let part = if ends_in("urdf") || ends_in("xml") {
            Part::Urdf
        } else {
            let text = read_text(file, LARGEST_TOML).map_err(Failure::input)?;
            part_of(&text).ok_or_else(|| {
                Failure::Input(format!(
                    "{} is no part of a session that can be exchanged; --with takes a routine ([[step]]), \
                     an arm profile ([[joint]]), limits ([limits]), a client ([intake]), a tool ([patch]), \
                     a simulation ([belief]) or a URDF",
                    file.display()
                ))
            })?
        };
        Ok(Self {
            part,
            file: file.to_owned(),
        })
    }

    /// The ingredients of a recorded session with this file in its place.
    ///
    /// # Errors
    /// A tool that the session does not use; faults of an arm profile or of a tool.
    pub fn applied(&self, rebuilt: &Rebuilt) -> Result<Ingredients, Failure> {
        let mut ingredients = rebuilt.ingredients.clone();
        let file = self.file.clone();
        match self.part {
            Part::Routine => ingredients.routine = file,
            Part::Limits => ingredients.limits = file,
            Part::Client => ingredients.client = file,
            Part::Simulation => ingredients.simulation = file,
            Part::Urdf => ingredients.urdf = Some(file),
            Part::Arm => {
                // A profile that names a URDF of its own brings it along.
                let profile = ArmProfile::read(&file).map_err(Failure::input)?;
                if profile.urdf.as_deref().is_some_and(Path::is_file) {
                    ingredients.urdf = None;
                }
                ingredients.arm = file;
            }
            Part::Tool => ingredients.tools = self.exchanged_tool(rebuilt)?,
        }
        Ok(ingredients)
    }

    /// A folder of the session's tools, one of them exchanged.
    fn exchanged_tool(&self, rebuilt: &Rebuilt) -> Result<PathBuf, Failure> {
        let tool = ToolProfile::read(&self.file).map_err(Failure::input)?;
        let (own, exchanged) = (
            rebuilt.folder().join(kept::TOOLS),
            rebuilt.folder().join("tools-exchanged"),
        );
        std::fs::create_dir_all(&exchanged).map_err(Failure::device)?;
        let mut names = Vec::new();
        for path in crate::load::toml_files(&own, "--with")? {
            let name = path.file_name().unwrap_or_default();
            std::fs::copy(&path, exchanged.join(name)).map_err(Failure::device)?;
            names.extend(path.file_stem().map(|n| n.to_string_lossy().into_owned()));
        }
        if !names.contains(&tool.name) {
            return Err(Failure::Input(format!(
                "{} is the tool \"{}\", which the session does not use; it uses: {}",
                self.file.display(),
                tool.name,
                names.join(", ")
            )));
        }
        let place = exchanged.join(format!("{}.toml", tool.name));
        std::fs::copy(&self.file, place).map_err(Failure::device)?;
        Ok(exchanged)
    }
}

fn part_of(text: &str) -> Option<Part> {
    let has = |table: &&str| text.lines().any(|line| line.trim().starts_with(*table));
    TELLTALES
        .iter()
        .find(|(_, tables)| tables.iter().any(has))
        .map(|(part, _)| *part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_shipped_configuration_is_told_for_what_it_is() {
        let config = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config");
        for (folder, part) in [
            ("routines", Part::Routine),
            ("arms", Part::Arm),
            ("limits", Part::Limits),
            ("clients", Part::Client),
            ("tools", Part::Tool),
            ("simulation", Part::Simulation),
        ] {
            let files = crate::load::toml_files(&config.join(folder), "").expect("a folder");
            assert!(!files.is_empty());
            for file in files {
                let told = Change::of(&file).unwrap_or_else(|f| panic!("{}", f.text()));
                assert_eq!(told.part, part, "{}", file.display());
            }
        }
        let body = config.join("bodies/demo.toml");
        let refused = Change::of(&body).expect_err("a body cannot be exchanged");
        assert!(
            refused.text().contains("--with takes"),
            "{}",
            refused.text()
        );
    }
}
