//! The thin skin over rerun's stream: one timeline, errors of ours, a file that appears only when complete.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rerun::{
    AsComponents, RecordingStream, RecordingStreamBuilder, SerializationResult,
    SerializedComponentColumn, TimeColumn,
};

use crate::ViewerError;

/// Name of the one timeline.
pub(super) const TIMELINE: &str = "session";
/// Name under which the viewer remembers a layout.
pub(super) const APPLICATION: &str = "knead";
/// How long the file may take to come to rest; a disk that needs longer is taken for broken (chosen).
const FLUSH_TIME: Duration = Duration::from_secs(60);

/// A recording that is being drawn.
pub(super) struct Canvas {
    stream: RecordingStream,
    part: PathBuf,
    out: PathBuf,
}

impl Canvas {
    /// Opens `out` with the suffix `.part`.
    pub fn create(out: &Path, title: &str) -> Result<Self, ViewerError> {
        let mut part = out.as_os_str().to_owned();
        part.push(".part");
        let part = PathBuf::from(part);
        let stream = RecordingStreamBuilder::new(APPLICATION)
            // Its properties would hold the wall clock's time.
            .send_properties(false)
            // Drawing was asked for: an environment variable must not turn it off in silence.
            .enabled(true)
            .save(&part)
            .map_err(|e| ViewerError::Write {
                path: out.to_owned(),
                reason: e.to_string(),
            })?;
        stream
            .send_recording_name(title)
            .map_err(|e| refused(out, e))?;
        Ok(Self {
            stream,
            part,
            out: out.to_owned(),
        })
    }

    /// Waits until all is in the file and gives it its name.
    pub fn finish(self) -> Result<(), ViewerError> {
        let unwritable = |reason: String| ViewerError::Write {
            path: self.out.clone(),
            reason,
        };
        self.stream
            .flush_with_timeout(FLUSH_TIME)
            .map_err(|e| unwritable(e.to_string()))?;
        // Dropping the file sink writes the closing index.
        self.stream.disconnect();
        drop(self.stream);
        std::fs::rename(&self.part, &self.out).map_err(|e| unwritable(e.to_string()))
    }

    /// The stream itself, for the layout.
    pub fn stream(&self) -> &RecordingStream {
        &self.stream
    }

    /// Something that never changes.
    pub fn still(&self, entity: &str, what: &dyn AsComponents) -> Result<(), ViewerError> {
        self.stream
            .log_static(entity, what)
            .map_err(|e| self.refused(e))
    }

    /// Rows over time: as many `times_ns` as each column has rows. No rows are no call.
    pub fn rows<Columns>(
        &self,
        entity: &str,
        times_ns: &[u64],
        columns: SerializationResult<Columns>,
    ) -> Result<(), ViewerError>
    where
        Columns: Iterator<Item = SerializedComponentColumn>,
    {
        if times_ns.is_empty() {
            return Ok(());
        }
        let nanos = times_ns
            .iter()
            .map(|t| i64::try_from(*t).unwrap_or(i64::MAX));
        let time = TimeColumn::new_duration_nanos(TIMELINE, nanos);
        let columns = columns.map_err(|e| self.refused(e))?;
        self.stream
            .send_columns(entity, [time], columns)
            .map_err(|e| self.refused(e))
    }

    /// An error of the library, told with our file.
    pub fn refused(&self, error: impl std::fmt::Display) -> ViewerError {
        refused(&self.out, error)
    }
}

fn refused(out: &Path, error: impl std::fmt::Display) -> ViewerError {
    ViewerError::Recording {
        path: out.to_owned(),
        reason: error.to_string(),
    }
}

/// Drops everything that an entity path cannot hold without quoting.
pub(super) fn path_part(name: &str) -> String {
    let clean: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect();
    if clean.is_empty() {
        "unnamed".to_owned()
    } else {
        clean
    }
}
