//! The files that made a session, kept so that it can be rebuilt when they are gone.
//!
//! ```text
//! Ingredients ─ files ─▶ KeptFile{attachment, path, bytes} ─▶ archive ─ replay ─▶ a folder ─▶ Ingredients
//! ```
//!
//! `path` is where a file lies in the folder of a rebuilt session. Routines keep their places relative to
//! one another, because they name each other (`use = "..."`). A cleaner scan (`--truth`) is not kept: it
//! is the plant's alone, and what it became travels as `world.bin`.

use std::path::{Component, Path, PathBuf};

use settings::{
    BodySource, LARGEST_DESCRIPTION, LARGEST_SCAN, LARGEST_TOML, SettingsErrors, ToolProfile,
    read_bytes, read_text,
};

use crate::cli::Ingredients;
use crate::failure::Failure;

/// Place of the arm profile in a rebuilt session's folder.
pub const ARM: &str = "arm.toml";
/// Of the URDF; also its name among the attachments.
pub const URDF: &str = "arm.urdf";
/// Of the limits.
pub const LIMITS: &str = "limits.toml";
/// Of the client.
pub const CLIENT: &str = "client.toml";
/// Of the simulation.
pub const SIMULATION: &str = "simulation.toml";
/// Folder of the tools.
pub const TOOLS: &str = "tools";
/// Folder of the routine and of the files that it uses.
const ROUTINES: &str = "routines";

/// A file that travels with the session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptFile {
    /// Its name among the attachments.
    pub attachment: String,
    /// Its place in a rebuilt session's folder; `None` for one that only people read.
    pub path: Option<String>,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// Everything that was read for a session, and which of it is the routine, the body and its landmarks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeptFiles {
    /// The files.
    pub files: Vec<KeptFile>,
    /// Place of the routine.
    pub routine: String,
    /// Place of the body: a profile, a scan or touched points.
    pub body: String,
    /// Place of the landmarks that were given with a scan.
    pub landmarks: Option<String>,
}

impl KeptFiles {
    /// Reads all files of a session.
    ///
    /// `used` are the files that the routine uses.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn read(
        ingredients: &Ingredients,
        used: Vec<PathBuf>,
        tools: &[ToolProfile],
        body: &BodySource,
    ) -> Result<Self, Failure> {
        let mut kept = Self::default();
        kept.keep_routines(ingredients, used)
            .map_err(Failure::input)?;
        for (name, path) in [
            (ARM, &ingredients.arm),
            (LIMITS, &ingredients.limits),
            (CLIENT, &ingredients.client),
            (SIMULATION, &ingredients.simulation),
        ] {
            let text = read_text(path, LARGEST_TOML).map_err(Failure::input)?;
            kept.keep(name, name, text.into_bytes());
        }
        for tool in tools {
            let file = format!("{}.toml", tool.name);
            let text = read_text(&ingredients.tools.join(&file), LARGEST_TOML);
            kept.keep(
                &format!("tool-{file}"),
                &format!("{TOOLS}/{file}"),
                text.map_err(Failure::input)?.into_bytes(),
            );
        }
        kept.keep_body(ingredients, body).map_err(Failure::input)?;
        Ok(kept)
    }

    /// Adds a file that only people read.
    pub fn note(&mut self, attachment: &str, text: String) {
        self.files.push(KeptFile {
            attachment: attachment.to_owned(),
            path: None,
            bytes: text.into_bytes(),
        });
    }

    fn keep(&mut self, attachment: &str, path: &str, bytes: Vec<u8>) {
        self.files.push(KeptFile {
            attachment: attachment.to_owned(),
            path: Some(path.to_owned()),
            bytes,
        });
    }

    /// The routine and the files that it uses, at places that keep their way to one another.
    fn keep_routines(
        &mut self,
        ingredients: &Ingredients,
        used: Vec<PathBuf>,
    ) -> Result<(), SettingsErrors> {
        let mut sources = vec![ingredients.routine.clone()];
        sources.extend(used);
        let places = side_by_side(&sources);
        for (number, (source, place)) in sources.iter().zip(&places).enumerate() {
            let attachment = match number {
                0 => "routine.toml".to_owned(),
                number => format!("routine-used-{number}.toml"),
            };
            let text = read_text(source, LARGEST_TOML)?;
            self.keep(&attachment, &format!("{ROUTINES}/{place}"), text.into());
        }
        self.routine = places
            .first()
            .map(|place| format!("{ROUTINES}/{place}"))
            .unwrap_or_default();
        Ok(())
    }

    fn keep_body(
        &mut self,
        ingredients: &Ingredients,
        body: &BodySource,
    ) -> Result<(), SettingsErrors> {
        match body {
            BodySource::Parametric(_) => {
                let text = read_text(&ingredients.body, LARGEST_TOML)?;
                self.body = "body.toml".to_owned();
                self.keep("body.toml", "body.toml", text.into_bytes());
            }
            BodySource::Scan {
                cloud, landmarks, ..
            } => {
                self.body = named_as("scan", cloud);
                let name = self.body.clone();
                self.keep(&name, &name, read_bytes(cloud, LARGEST_SCAN)?);
                if let Some(landmarks) = landmarks {
                    let name = named_as("landmarks", landmarks);
                    self.keep(&name, &name, read_bytes(landmarks, LARGEST_DESCRIPTION)?);
                    self.landmarks = Some(name);
                }
            }
            BodySource::Touched { points } => {
                self.body = "touched.json".to_owned();
                let bytes = read_bytes(points, LARGEST_DESCRIPTION)?;
                self.keep("touched.json", "touched.json", bytes);
            }
        }
        Ok(())
    }
}

/// A fixed name with the ending of the file, which tells how it is written.
fn named_as(name: &str, path: &Path) -> String {
    path.extension().map_or_else(
        || name.to_owned(),
        |end| format!("{name}.{}", end.to_string_lossy().to_lowercase()),
    )
}

/// The paths below the deepest folder that they share, with `/` between their parts.
fn side_by_side(paths: &[PathBuf]) -> Vec<String> {
    let parts: Vec<Vec<String>> = paths.iter().map(|path| plain_parts(path)).collect();
    let Some((first, others)) = parts.split_first() else {
        return Vec::new();
    };
    let shorter = |most: usize, path: &Vec<String>| most.min(path.len().saturating_sub(1));
    let folders = others.iter().fold(first.len().saturating_sub(1), shorter);
    let shared = (0..folders)
        .take_while(|&at| others.iter().all(|path| path.get(at) == first.get(at)))
        .count();
    parts
        .iter()
        .map(|path| path.get(shared..).unwrap_or_default().join("/"))
        .collect()
}

/// The parts of the absolute path, with `..` resolved by name.
fn plain_parts(path: &Path) -> Vec<String> {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut parts = Vec::new();
    for component in absolute.components() {
        match component {
            Component::Normal(part) => parts.push(part.to_string_lossy().into_owned()),
            Component::ParentDir => {
                parts.pop();
            }
            Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routines_keep_their_way_to_one_another() {
        let paths = [
            "/c/routines/session.toml",
            "/c/routines/../parts/back.toml",
            "/c/routines/low/leg.toml",
        ]
        .map(PathBuf::from);
        assert_eq!(
            side_by_side(&paths),
            [
                "routines/session.toml",
                "parts/back.toml",
                "routines/low/leg.toml"
            ]
        );
        assert_eq!(side_by_side(&paths[..1]), ["session.toml"]);
    }
}
