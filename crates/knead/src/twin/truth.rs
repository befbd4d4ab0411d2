//! What really happened in a twin, as an archive of its own: the run's archive is judged with it afterwards.

use std::path::Path;

use recorder::{ArchiveWriter, Attachment, Header, LogRecord, TruthRecord};
use sim::{PlantTruth, TrueWorld};

use crate::failure::Failure;
use crate::session::fill_truth;

/// Name of the archive in the twin's folder.
pub const TWIN_ARCHIVE: &str = "twin.mcap";

/// The relation of the clocks is noted this often (ns), and when it has jumped by so much.
const NOTE_EVERY_NS: u64 = 1_000_000_000;
const JUMP_NS: i64 = 1_500_000;

/// The open archive.
pub struct TruthLog<const D: usize> {
    writer: ArchiveWriter,
    record: TruthRecord,
    next_note: u64,
    offset: Option<i64>,
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
            next_note: 0,
            offset: None,
        })
    }

    /// Writes what is at a moment of the twin's clock (ns), in the plant's own time; and now and then, and when
    /// ticks were given up, how the two are related.
    ///
    /// # Errors
    /// [`Failure::Device`] when the disk refuses.
    pub fn write(&mut self, now: u64, truth: &PlantTruth<D>) -> Result<(), Failure> {
        fill_truth(&mut self.record, truth);
        let at_ns = self.record.at_ns;
        let offset = at_ns as i64 - now as i64;
        let jumped = self
            .offset
            .is_none_or(|known| (known - offset).abs() > JUMP_NS);
        if jumped || now >= self.next_note {
            self.next_note = now + NOTE_EVERY_NS;
            self.offset = Some(offset);
            let note = LogRecord {
                at_ns,
                level: 10,
                name: "clock".to_owned(),
                text: format!("clock {now} plant {at_ns}"),
            };
            self.writer.log(&note).map_err(Failure::device)?;
        }
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
