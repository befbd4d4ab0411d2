//! What really happened in a twin, as an archive of its own: the run's archive is judged with it afterwards.

use std::path::Path;

use recorder::{ArchiveWriter, Attachment, Header, TruthRecord};
use sim::{PlantTruth, TrueWorld};

use crate::failure::Failure;
use crate::session::fill_truth;

/// Name of the archive in the twin's folder.
pub const TWIN_ARCHIVE: &str = "twin.mcap";

/// The open archive.
pub struct TruthLog<const D: usize> {
    writer: ArchiveWriter,
    record: TruthRecord,
}

impl<const D: usize> TruthLog<D> {
    /// Begins an archive in a folder.
    ///
    /// # Errors
    /// [`Failure::Device`] when the folder does not take it.
    pub fn create(folder: &Path, joints: Vec<String>, world: &TrueWorld) -> Result<Self, Failure> {
        std::fs::create_dir_all(folder).map_err(|e| {
            Failure::Device(format!(
                "{}: {e}; name a writable folder with --record",
                folder.display()
            ))
        })?;
        let mut header = Header::new(joints);
        header.attachments = vec![Attachment {
            name: "world.bin".to_owned(),
            media_type: "application/octet-stream".to_owned(),
            bytes: world.to_bytes(),
        }];
        let path = folder.join(TWIN_ARCHIVE);
        let writer = ArchiveWriter::create(&path, header).map_err(Failure::device)?;
        Ok(Self {
            writer,
            record: TruthRecord::default(),
        })
    }

    /// Writes what is at a moment of the twin's clock (ns).
    ///
    /// # Errors
    /// [`Failure::Device`] when the disk refuses.
    pub fn write(&mut self, now: u64, truth: &PlantTruth<D>) -> Result<(), Failure> {
        fill_truth(&mut self.record, truth);
        self.record.at_ns = now;
        self.writer.truth(&self.record).map_err(Failure::device)
    }

    /// Closes the archive.
    ///
    /// # Errors
    /// [`Failure::Device`] when the disk refuses.
    pub fn finish(self) -> Result<(), Failure> {
        self.writer.finish().map(|_| ()).map_err(Failure::device)
    }
}
