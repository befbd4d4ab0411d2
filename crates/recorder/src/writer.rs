//! Writing an archive.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::digest::StreamDigest;
use crate::part::Part;
use crate::{
    ArchiveError, ContactRecord, CycleRecord, Digest, JointsRecord, LogRecord, Message, PoseRecord,
    Topic, TransformRecord, TruthRecord, VerdictRecord, WrenchRecord, encode,
};

/// A chunk ends when the simulated second does.
const CHUNK_NS: u64 = 1_000_000_000;

/// A file that travels inside the archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Its name, such as `arm.urdf`.
    pub name: String,
    /// Its media type, such as `application/xml`.
    pub media_type: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// What is known before the first message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Names of the moving joints, root to tip: the order of every joint array.
    pub joint_names: Vec<String>,
    /// Files to carry along; more can follow with [`ArchiveWriter::attach`].
    pub attachments: Vec<Attachment>,
    /// A file that has grown past this many bytes is closed at the end of its second, and the next one
    /// begun (`session.mcap`, `session_0001.mcap`, ...), each with all attachments.
    pub rotate_at_bytes: u64,
}

impl Header {
    /// Chosen: a file of this size still opens at once in a viewer.
    pub const ROTATE_AT_BYTES: u64 = 512 * 1024 * 1024;

    /// No attachments yet, and the default size of a file.
    #[must_use]
    pub fn new(joint_names: Vec<String>) -> Self {
        Self {
            joint_names,
            attachments: Vec::new(),
            rotate_at_bytes: Self::ROTATE_AT_BYTES,
        }
    }
}

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchiveSummary {
    /// Digest of the message stream.
    pub digest: Digest,
    /// Messages by topic; topics without a message are listed with 0.
    pub messages: BTreeMap<&'static str, u64>,
    /// Size of all files (bytes).
    pub bytes: u64,
    /// The files, in order.
    pub files: Vec<PathBuf>,
    /// Stamp of the last message (ns).
    pub last_ns: u64,
}

/// Writes records as they come. Messages need not be in order of time, but a record that steps back
/// lands in the chunk that is open.
///
/// A writer that is dropped without [`finish`](Self::finish) closes its file as well as it can.
pub struct ArchiveWriter {
    first_path: PathBuf,
    header: Header,
    part: Option<Part>,
    done: Vec<(PathBuf, u64)>,
    payload: Vec<u8>,
    digest: StreamDigest,
    counts: Vec<u64>,
    chunk: u64,
    last_ns: u64,
}

impl core::fmt::Debug for ArchiveWriter {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("ArchiveWriter")
            .field("first_path", &self.first_path)
            .field("counts", &self.counts)
            .finish_non_exhaustive()
    }
}

/// `session.mcap`, then `session_0001.mcap` and on.
pub(crate) fn part_path(first: &Path, number: u32) -> PathBuf {
    if number == 0 {
        return first.to_owned();
    }
    let stem = first.file_stem().unwrap_or_default().to_string_lossy();
    let mut name = format!("{stem}_{number:04}");
    if let Some(extension) = first.extension() {
        name.push('.');
        name.push_str(&extension.to_string_lossy());
    }
    first.with_file_name(name)
}

impl ArchiveWriter {
    /// Creates the first file, with metadata, attachments and all channels declared.
    ///
    /// # Errors
    /// [`ArchiveError`] when a file of the archive exists already or cannot be created, or when two
    /// attachments share a name.
    pub fn create(path: &Path, header: Header) -> Result<Self, ArchiveError> {
        let second = part_path(path, 1);
        if second.exists() {
            return Err(ArchiveError::Exists { path: second });
        }
        for (index, attachment) in header.attachments.iter().enumerate() {
            if header
                .attachments
                .iter()
                .take(index)
                .any(|a| a.name == attachment.name)
            {
                return Err(ArchiveError::AttachedTwice {
                    name: attachment.name.clone(),
                });
            }
        }
        let part = Part::create(path, 0, &header.joint_names, &header.attachments)?;
        Ok(Self {
            first_path: path.to_owned(),
            header,
            part: Some(part),
            done: Vec::new(),
            payload: Vec::new(),
            digest: StreamDigest::default(),
            counts: vec![0; Topic::ALL.len()],
            chunk: 0,
            last_ns: 0,
        })
    }

    /// Adds a file to the archive; later parts carry it too.
    ///
    /// # Errors
    /// [`ArchiveError`] when the name is taken or the file cannot be written.
    pub fn attach(
        &mut self,
        name: &str,
        media_type: &str,
        bytes: &[u8],
    ) -> Result<(), ArchiveError> {
        if self.header.attachments.iter().any(|a| a.name == name) {
            return Err(ArchiveError::AttachedTwice {
                name: name.to_owned(),
            });
        }
        let attachment = Attachment {
            name: name.to_owned(),
            media_type: media_type.to_owned(),
            bytes: bytes.to_vec(),
        };
        self.part
            .as_mut()
            .ok_or(ArchiveError::Closed)?
            .attach(&attachment)?;
        self.header.attachments.push(attachment);
        Ok(())
    }

    /// One turn of the loop.
    ///
    /// # Errors
    /// As all the methods that write: [`ArchiveError::Io`] when the disk refuses (the archive is then
    /// closed), [`ArchiveError::TooLate`] for a stamp that ROS 2 cannot hold.
    pub fn cycle(&mut self, record: &CycleRecord) -> Result<(), ArchiveError> {
        encode::cycle(&mut self.payload, record);
        self.write_payload(Topic::Cycle, record.at_ns)
    }

    /// The plant's state after one turn.
    ///
    /// # Errors
    /// As [`cycle`](Self::cycle).
    pub fn truth(&mut self, record: &TruthRecord) -> Result<(), ArchiveError> {
        encode::truth(&mut self.payload, record);
        self.write_payload(Topic::Truth, record.at_ns)
    }

    /// Joint values.
    ///
    /// # Errors
    /// As [`cycle`](Self::cycle).
    pub fn joint_states(&mut self, record: &JointsRecord) -> Result<(), ArchiveError> {
        encode::joints(&mut self.payload, record, &self.header.joint_names);
        self.write_payload(Topic::JointStates, record.at_ns)
    }

    /// Torques that the arm is told.
    ///
    /// # Errors
    /// As [`cycle`](Self::cycle).
    pub fn joint_command(&mut self, record: &JointsRecord) -> Result<(), ArchiveError> {
        encode::joints(&mut self.payload, record, &self.header.joint_names);
        self.write_payload(Topic::JointCommand, record.at_ns)
    }

    /// The true contact wrench, in the tool frame.
    ///
    /// # Errors
    /// As [`cycle`](Self::cycle).
    pub fn wrench_true(&mut self, record: &WrenchRecord) -> Result<(), ArchiveError> {
        encode::wrench(&mut self.payload, record, "tool");
        self.write_payload(Topic::WrenchTrue, record.at_ns)
    }

    /// The sensor's wrench, in the sensor frame.
    ///
    /// # Errors
    /// As [`cycle`](Self::cycle).
    pub fn wrench_measured(&mut self, record: &WrenchRecord) -> Result<(), ArchiveError> {
        encode::wrench(&mut self.payload, record, "sensor");
        self.write_payload(Topic::WrenchMeasured, record.at_ns)
    }

    /// Where the tool is, in the table frame.
    ///
    /// # Errors
    /// As [`cycle`](Self::cycle).
    pub fn tool_pose(&mut self, record: &PoseRecord) -> Result<(), ArchiveError> {
        encode::pose(&mut self.payload, record, "table");
        self.write_payload(Topic::ToolPose, record.at_ns)
    }

    /// Where the tool should be, in the table frame.
    ///
    /// # Errors
    /// As [`cycle`](Self::cycle).
    pub fn tool_goal(&mut self, record: &PoseRecord) -> Result<(), ArchiveError> {
        encode::pose(&mut self.payload, record, "table");
        self.write_payload(Topic::ToolGoal, record.at_ns)
    }

    /// Frames of one moment.
    ///
    /// # Errors
    /// As [`cycle`](Self::cycle).
    pub fn transforms(
        &mut self,
        at_ns: u64,
        records: &[TransformRecord],
    ) -> Result<(), ArchiveError> {
        encode::transforms(&mut self.payload, at_ns, records);
        self.write_payload(Topic::Tf, at_ns)
    }

    /// The touch in one line.
    ///
    /// # Errors
    /// As [`cycle`](Self::cycle).
    pub fn contact(&mut self, record: &ContactRecord) -> Result<(), ArchiveError> {
        encode::contact(&mut self.payload, record, "table");
        self.write_payload(Topic::Contact, record.at_ns)
    }

    /// The monitor's word.
    ///
    /// # Errors
    /// As [`cycle`](Self::cycle).
    pub fn verdict(&mut self, record: &VerdictRecord) -> Result<(), ArchiveError> {
        encode::verdict(&mut self.payload, record);
        self.write_payload(Topic::Verdict, record.at_ns)
    }

    /// A line for people.
    ///
    /// # Errors
    /// As [`cycle`](Self::cycle).
    pub fn log(&mut self, record: &LogRecord) -> Result<(), ArchiveError> {
        encode::log(&mut self.payload, record);
        self.write_payload(Topic::Log, record.at_ns)
    }

    /// Any message.
    ///
    /// # Errors
    /// As [`cycle`](Self::cycle).
    pub fn write(&mut self, message: &Message) -> Result<(), ArchiveError> {
        match message {
            Message::Cycle(record) => self.cycle(record),
            Message::Truth(record) => self.truth(record),
            Message::JointStates(record) => self.joint_states(record),
            Message::JointCommand(record) => self.joint_command(record),
            Message::WrenchTrue(record) => self.wrench_true(record),
            Message::WrenchMeasured(record) => self.wrench_measured(record),
            Message::ToolPose(record) => self.tool_pose(record),
            Message::ToolGoal(record) => self.tool_goal(record),
            Message::Tf(at_ns, records) => self.transforms(*at_ns, records),
            Message::Contact(record) => self.contact(record),
            Message::Verdict(record) => self.verdict(record),
            Message::Log(record) => self.log(record),
        }
    }

    /// Closes the last file.
    ///
    /// # Errors
    /// [`ArchiveError`] when the rest cannot be written, or the archive was closed by an error before.
    pub fn finish(mut self) -> Result<ArchiveSummary, ArchiveError> {
        let part = self.part.take().ok_or(ArchiveError::Closed)?;
        let mut done = core::mem::take(&mut self.done);
        done.push(part.finish()?);
        let names = Topic::ALL.iter().map(|topic| topic.name());
        Ok(ArchiveSummary {
            digest: core::mem::take(&mut self.digest).finish(),
            messages: names.zip(self.counts.iter().copied()).collect(),
            bytes: done.iter().map(|(_, bytes)| bytes).sum(),
            files: done.into_iter().map(|(path, _)| path).collect(),
            last_ns: self.last_ns,
        })
    }

    /// Sends the encoded payload on its way.
    fn write_payload(&mut self, topic: Topic, at_ns: u64) -> Result<(), ArchiveError> {
        if at_ns > encode::LATEST_STAMP_NS {
            return Err(ArchiveError::TooLate {
                topic: topic.name(),
                at_ns,
            });
        }
        let written = self
            .end_second_before(at_ns)
            .and_then(|()| match &mut self.part {
                Some(part) => part.write(topic, at_ns, &self.payload),
                None => Err(ArchiveError::Closed),
            });
        if written.is_err() {
            // What follows would leave a hole that no reader could see.
            self.part = None;
            return written;
        }
        self.digest.add(topic.name(), at_ns, &self.payload);
        if let Some(count) = self.counts.get_mut(topic as usize) {
            *count += 1;
        }
        self.last_ns = self.last_ns.max(at_ns);
        Ok(())
    }

    /// Flushes when a new second begins; goes on in a new file when this one is full.
    fn end_second_before(&mut self, at_ns: u64) -> Result<(), ArchiveError> {
        let chunk = at_ns / CHUNK_NS;
        if chunk <= self.chunk {
            return Ok(());
        }
        self.chunk = chunk;
        let Some(part) = &mut self.part else {
            return Err(ArchiveError::Closed);
        };
        part.flush()?;
        if part.bytes() < self.header.rotate_at_bytes {
            return Ok(());
        }
        let Some(full) = self.part.take() else {
            return Err(ArchiveError::Closed);
        };
        self.done.push(full.finish()?);
        let number = u32::try_from(self.done.len()).unwrap_or(u32::MAX);
        let path = part_path(&self.first_path, number);
        let header = &self.header;
        self.part = Some(Part::create(
            &path,
            number,
            &header.joint_names,
            &header.attachments,
        )?);
        Ok(())
    }
}

impl Drop for ArchiveWriter {
    fn drop(&mut self) {
        if let Some(part) = self.part.take() {
            // Nobody is left to hear of an error; `finish` is the way to hear it.
            let _ = part.finish();
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
