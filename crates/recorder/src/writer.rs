//! Writing an archive: messages are encoded here, and archived by a thread of their own ([`thread`]).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use batch::Batch;
use files::Files;
pub use files::part_path;
pub use header::{Attachment, Header, Sync, WhenBehind};
use thread::{ArchiveThread, Order, Queues, Room};

use crate::{
    ArchiveError, ContactRecord, CycleRecord, Digest, JointsRecord, LogRecord, Message, PoseRecord,
    Topic, TransformRecord, TruthRecord, VerdictRecord, WrenchRecord, encode,
};

mod batch;
mod files;
mod header;
mod thread;

/// A chunk ends when the simulated second does.
pub(crate) const CHUNK_NS: u64 = 1_000_000_000;

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
/// A call encodes its message and returns; digest, compression and files are the work of a thread that
/// the writer owns. Messages go to it in batches of at most one simulated second and 256 KiB, unless
/// one message is larger. There are four batches: when the disk is slower than the session, the session
/// waits, or loses messages where [`Header::when_behind`] says so. A live session records with
/// [`LiveArchive`](crate::LiveArchive), which never waits and never ends a session.
///
/// An error of that thread is returned by the next call that comes after it, at the latest by
/// [`finish`](Self::finish), and closes the archive. A second goes to the thread when the first message
/// of a later one comes. So a killed process loses the second that the thread was at, and what it had
/// yet to take: at most the four batches, of one simulated second each at most. All before is readable.
///
/// A writer that is dropped without [`finish`](Self::finish) closes its file as well as it can.
pub struct ArchiveWriter {
    first_path: PathBuf,
    joint_names: Vec<String>,
    /// Names of the attachments.
    attached: Vec<String>,
    /// The message that is being encoded.
    payload: Vec<u8>,
    /// The batch that is being filled; `None` until the next message needs one.
    batch: Option<Batch>,
    batch_bytes: usize,
    second: u64,
    /// The thread has yet to hear that the second before has ended.
    end_due: bool,
    when_behind: WhenBehind,
    /// `None` once the archive is closed.
    thread: Option<ArchiveThread>,
}

impl core::fmt::Debug for ArchiveWriter {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("ArchiveWriter")
            .field("first_path", &self.first_path)
            .field("second", &self.second)
            .finish_non_exhaustive()
    }
}

impl ArchiveWriter {
    /// Creates the first file, with metadata, attachments and all channels declared.
    ///
    /// # Errors
    /// [`ArchiveError`] when a file of the archive exists already or cannot be created, when two
    /// attachments share a name, or when the system has no thread left.
    pub fn create(path: &Path, header: Header) -> Result<Self, ArchiveError> {
        Self::create_with(path, header, Room::default())
    }

    fn create_with(path: &Path, header: Header, room: Room) -> Result<Self, ArchiveError> {
        let second = part_path(path, 1);
        if second.exists() {
            return Err(ArchiveError::Exists { path: second });
        }
        for (index, attachment) in header.attachments.iter().enumerate() {
            let before = header.attachments.iter().take(index);
            if before.into_iter().any(|a| a.name == attachment.name) {
                return Err(ArchiveError::AttachedTwice {
                    name: attachment.name.clone(),
                });
            }
        }
        let (first, of_files) = (path.to_owned(), header.clone());
        Self::start(path, &header, room, move |queues| {
            queues.serve(Files::create(&first, of_files)?, room)
        })
    }

    /// Starts the thread; its first empty batch says that the first file is open.
    fn start<W>(path: &Path, header: &Header, room: Room, work: W) -> Result<Self, ArchiveError>
    where
        W: FnOnce(Queues) -> Result<ArchiveSummary, ArchiveError> + Send + 'static,
    {
        let mut writer = Self {
            first_path: path.to_owned(),
            joint_names: header.joint_names.clone(),
            attached: header.attachments.iter().map(|a| a.name.clone()).collect(),
            payload: Vec::new(),
            batch: None,
            batch_bytes: room.batch_bytes,
            second: 0,
            end_due: false,
            when_behind: header.when_behind,
            thread: Some(ArchiveThread::start(path, room, work)?),
        };
        // A file that cannot be made is told here, in any case.
        let thread = writer.thread.as_ref();
        writer.batch = thread.and_then(ArchiveThread::empty_batch);
        if writer.batch.is_none() {
            return Err(writer.failure());
        }
        Ok(writer)
    }

    /// Adds a file to the archive; later parts carry it too.
    ///
    /// # Errors
    /// [`ArchiveError::AttachedTwice`] when the name is taken; else as [`cycle`](Self::cycle).
    pub fn attach(
        &mut self,
        name: &str,
        media_type: &str,
        bytes: &[u8],
    ) -> Result<(), ArchiveError> {
        if self.attached.iter().any(|taken| taken == name) {
            return Err(ArchiveError::AttachedTwice {
                name: name.to_owned(),
            });
        }
        self.check_thread()?;
        let attachment = Order::Attach(Attachment {
            name: name.to_owned(),
            media_type: media_type.to_owned(),
            bytes: bytes.to_vec(),
        });
        if !self.hand_over()? || self.pass(attachment)?.is_some() {
            return Err(ArchiveError::Behind);
        }
        self.attached.push(name.to_owned());
        Ok(())
    }

    /// One turn of the loop.
    ///
    /// # Errors
    /// As all the methods that write: [`ArchiveError::Io`] when the disk has refused this or an earlier
    /// message (the archive is then closed), and at once [`ArchiveError::TooLate`] for a stamp that
    /// ROS 2 cannot hold.
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
        encode::joints(&mut self.payload, record, &self.joint_names);
        self.write_payload(Topic::JointStates, record.at_ns)
    }

    /// Torques that the arm is told.
    ///
    /// # Errors
    /// As [`cycle`](Self::cycle).
    pub fn joint_command(&mut self, record: &JointsRecord) -> Result<(), ArchiveError> {
        encode::joints(&mut self.payload, record, &self.joint_names);
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

    /// Waits until all is written and closes the last file.
    ///
    /// # Errors
    /// [`ArchiveError`] when the rest cannot be written, or the archive was closed by an error before.
    pub fn finish(mut self) -> Result<ArchiveSummary, ArchiveError> {
        self.when_behind = WhenBehind::Waits;
        self.hand_over()?;
        self.thread.take().ok_or(ArchiveError::Closed)?.end()
    }

    /// Sends the encoded payload on its way.
    fn write_payload(&mut self, topic: Topic, at_ns: u64) -> Result<(), ArchiveError> {
        if at_ns > encode::LATEST_STAMP_NS {
            return Err(ArchiveError::TooLate {
                topic: topic.name(),
                at_ns,
            });
        }
        self.check_thread()?;
        self.end_second(at_ns / CHUNK_NS)?;
        let (length, most) = (self.payload.len(), self.batch_bytes);
        let full = |batch: &Batch| !batch.takes(length, most);
        if self.batch.as_ref().is_some_and(full) && !self.hand_over()? {
            return Err(ArchiveError::Behind);
        }
        let mut batch = match self.batch.take() {
            Some(batch) => batch,
            None => self.empty_batch()?.ok_or(ArchiveError::Behind)?,
        };
        batch.push(topic, at_ns, &self.payload);
        self.batch = Some(batch);
        Ok(())
    }

    /// Tells the thread that a second has ended, at once or, when it is behind, with a later message.
    fn end_second(&mut self, second: u64) -> Result<(), ArchiveError> {
        if second > self.second {
            self.second = second;
            self.end_due = true;
        }
        if self.end_due && self.hand_over()? {
            self.end_due = self.pass(Order::EndSecond)?.is_some();
        }
        Ok(())
    }

    /// Hands the open batch over; false when there is no room for it now.
    fn hand_over(&mut self) -> Result<bool, ArchiveError> {
        let Some(batch) = self.batch.take() else {
            return Ok(true);
        };
        if let Some(Order::Messages(batch)) = self.pass(Order::Messages(batch))? {
            self.batch = Some(batch);
            return Ok(false);
        }
        Ok(true)
    }

    /// Refuses when the archive is closed, or its thread has met an error meanwhile.
    fn check_thread(&mut self) -> Result<(), ArchiveError> {
        match &self.thread {
            Some(thread) if !thread.has_failed() => Ok(()),
            _ => Err(self.failure()),
        }
    }

    /// Queues an order; gives it back when there is no room and the writer does not wait.
    fn pass(&mut self, order: Order) -> Result<Option<Order>, ArchiveError> {
        let thread = self.thread.as_ref();
        let passed = match self.when_behind {
            WhenBehind::Waits => thread.and_then(|thread| thread.send(order)).map(|()| None),
            WhenBehind::Drops => thread.and_then(|thread| thread.try_send(order)),
        };
        passed.ok_or_else(|| self.failure())
    }

    /// An empty batch; `None` when there is none and the writer does not wait.
    fn empty_batch(&mut self) -> Result<Option<Batch>, ArchiveError> {
        let thread = self.thread.as_ref();
        let batch = match self.when_behind {
            WhenBehind::Waits => thread.and_then(ArchiveThread::empty_batch).map(Some),
            WhenBehind::Drops => thread.and_then(ArchiveThread::try_empty_batch),
        };
        batch.ok_or_else(|| self.failure())
    }

    /// Closes the archive, because what follows would leave a hole that no reader could see; says why
    /// the thread ended, the first time.
    fn failure(&mut self) -> ArchiveError {
        self.batch = None;
        match self.thread.take().map(ArchiveThread::end) {
            Some(Err(error)) => error,
            Some(Ok(_)) | None => ArchiveError::Closed,
        }
    }
}

impl Drop for ArchiveWriter {
    fn drop(&mut self) {
        // Nobody is left to hear of an error; `finish` is the way to hear it.
        self.when_behind = WhenBehind::Waits;
        let _ = self.hand_over();
        if let Some(thread) = self.thread.take() {
            let _ = thread.end();
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
