//! A session rebuilt from its archive alone.

use std::path::{Component, Path, PathBuf};

use recorder::ArchiveReader;

use crate::cli::Ingredients;
use crate::failure::Failure;
use crate::load::{Loaded, kept};
use crate::session::IngredientsFile;

/// A folder of the session's files that is gone when this is.
struct Folder(PathBuf);

impl Folder {
    /// A new folder among the system's temporary ones, for this user alone.
    fn new() -> Result<Self, Failure> {
        let parent = std::env::temp_dir();
        for number in 0..1000 {
            let path = parent.join(format!("knead-replay-{}-{number}", std::process::id()));
            match private(&path) {
                Ok(()) => return Ok(Self(path)),
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(refused(&path, &error)),
            }
        }
        Err(Failure::Device(format!(
            "{} is full of folders of earlier replays; remove its knead-replay-*",
            parent.display()
        )))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed is the system's to clean up.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn private(path: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

fn refused(path: &Path, error: &std::io::Error) -> Failure {
    Failure::Device(format!(
        "{}: {error}; the files of the session are unpacked there: name a writable folder with TMPDIR",
        path.display()
    ))
}

/// The ingredients of a recorded session, unpacked.
pub struct Rebuilt {
    folder: Folder,
    /// What was typed and planned.
    pub file: IngredientsFile,
    /// Where the parts lie now.
    pub ingredients: Ingredients,
}

impl Rebuilt {
    /// Unpacks what an archive carries.
    ///
    /// # Errors
    /// An archive of a version that did not carry its ingredients, or carries them in a layout that this
    /// version does not know; a disk that refuses.
    pub fn from_archive(archive: &Path) -> Result<Self, Failure> {
        let reader = ArchiveReader::open(archive).map_err(Failure::input)?;
        let file = ingredients_file(&reader, archive)?;
        let folder = Folder::new()?;
        unpack(&reader, "arm.urdf", kept::URDF, &folder.0)?;
        for placed in &file.files {
            unpack(&reader, &placed.attachment, &placed.path, &folder.0)?;
        }
        let at = |path: &str| folder.0.join(path);
        let ingredients = Ingredients {
            routine: at(&file.routine),
            arm: at(kept::ARM),
            urdf: Some(at(kept::URDF)),
            body: at(&file.body),
            landmarks: file.landmarks.as_deref().map(at),
            truth: None,
            limits: at(kept::LIMITS),
            tools: at(kept::TOOLS),
            client: at(kept::CLIENT),
            simulation: at(kept::SIMULATION),
        };
        Ok(Self {
            folder,
            file,
            ingredients,
        })
    }

    /// The folder of the unpacked files.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder.0
    }

    /// Reads the parts as a session does.
    ///
    /// # Errors
    /// Every fault of the first file that has any, by today's reading; a routine that uses a file which
    /// does not lie in the archive.
    pub fn load(&self, ingredients: &Ingredients) -> Result<Loaded, Failure> {
        let loaded = Loaded::read(ingredients)
            .map_err(|failure| self.no_session(ingredients, &failure))?
            .with_asked_for(&self.file.asked_for);
        if ingredients.routine == self.ingredients.routine {
            self.uses_its_own_files(&loaded)?;
        }
        Ok(loaded)
    }

    fn no_session(&self, ingredients: &Ingredients, failure: &Failure) -> Failure {
        let text = failure.text();
        Failure::Input(if *ingredients == self.ingredients {
            let version = &self.file.knead;
            format!("the session's files, of knead {version}, do not make a session today:\n{text}")
        } else {
            format!("with this file the session's files do not make a session:\n{text}")
        })
    }

    /// A `use` with an absolute path leads out of the archive, to a file as it is today.
    fn uses_its_own_files(&self, loaded: &Loaded) -> Result<(), Failure> {
        let strange = loaded.routine.steps.iter().find_map(|step| {
            let file = step.file.as_deref()?;
            (!Path::new(file).starts_with(&self.folder.0)).then_some(file)
        });
        match strange {
            None => Ok(()),
            Some(file) => Err(Failure::Input(format!(
                "the routine uses {file} by an absolute path, which leads out of the archive to whatever \
                 lies there today; name used files relative to the routine, and record again"
            ))),
        }
    }
}

fn ingredients_file(reader: &ArchiveReader, archive: &Path) -> Result<IngredientsFile, Failure> {
    let has = |name: &str| reader.attachments().iter().any(|a| a.name == name);
    if !has(IngredientsFile::NAME) {
        return Err(Failure::Input(format!(
            "{} carries no {}: it was recorded by a version that did not keep all files of a session, or \
             was cut off before them; run the session again with this version to have one that can be \
             replayed (`knead report` and `knead view` still read this one)",
            archive.display(),
            IngredientsFile::NAME
        )));
    }
    let bytes = reader
        .attachment(IngredientsFile::NAME)
        .map_err(Failure::input)?;
    let file: IngredientsFile = serde_json::from_slice(bytes).map_err(|error| {
        Failure::Input(format!(
            "{}, attachment {}: {error}; the archive was written by another version",
            archive.display(),
            IngredientsFile::NAME
        ))
    })?;
    if file.version != IngredientsFile::VERSION {
        return Err(Failure::Input(format!(
            "{}, attachment {}: layout {}; this version reads layout {}: replay with knead {}",
            archive.display(),
            IngredientsFile::NAME,
            file.version,
            IngredientsFile::VERSION,
            file.knead
        )));
    }
    Ok(file)
}

/// Writes an attachment to its place, which must lie within the folder.
fn unpack(reader: &ArchiveReader, name: &str, place: &str, folder: &Path) -> Result<(), Failure> {
    let stays_inside = Path::new(place)
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    if place.is_empty() || !stays_inside {
        return Err(Failure::Input(format!(
            "{} places attachment {name} at `{place}`, outside of the session's folder; such an archive is \
             not unpacked",
            IngredientsFile::NAME
        )));
    }
    let bytes = reader.attachment(name).map_err(Failure::input)?;
    let path = folder.join(place);
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).map_err(|error| refused(parent, &error))?;
    }
    std::fs::write(&path, bytes).map_err(|error| refused(&path, &error))
}
