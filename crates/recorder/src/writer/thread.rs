//! The archive's own thread: digest, compression and files, beside the one that runs the session.
//!
//! ```text
//! ArchiveWriter ── orders, in order ──▶ thread: Files (digest, zstd, file)
//!       ▲                                  │
//!       └────────── empty batches ─────────┘
//! ```
//!
//! One thread and one queue, so that nothing depends on scheduling: the same calls give the same bytes.
//! There is a fixed number of batches, and who finds none empty waits. The thread itself never waits for
//! the queue of empty batches, which has room for all of them; so the two cannot wait for one another.

use std::any::Any;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, TrySendError, sync_channel};
use std::thread::JoinHandle;

use crate::ArchiveError;
use crate::writer::batch::{BATCH_BYTES, BATCHES, Batch};
use crate::writer::files::Files;
use crate::writer::{ArchiveSummary, Attachment};

/// How much may be under way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Room {
    /// Batches of the writer, at least 1.
    pub(crate) batches: usize,
    /// A batch is handed over before it grows past this.
    pub(crate) batch_bytes: usize,
}

impl Default for Room {
    fn default() -> Self {
        Self {
            batches: BATCHES,
            batch_bytes: BATCH_BYTES,
        }
    }
}

/// What the thread is told. That no more comes, it knows by the queue's end.
pub(crate) enum Order {
    /// Write these.
    Messages(Batch),
    /// The next message is of a later second.
    EndSecond,
    /// Carry this along.
    Attach(Attachment),
}

/// What the thread holds of the two queues.
pub(crate) struct Queues {
    pub(crate) orders: Receiver<Order>,
    pub(crate) empties: SyncSender<Batch>,
}

impl Queues {
    /// The work of the thread: makes the batches, then does as it is told until no more comes.
    pub(crate) fn serve(
        self,
        mut files: Files,
        room: Room,
    ) -> Result<ArchiveSummary, ArchiveError> {
        for _ in 0..room.batches {
            self.give_back(Batch::with_room(room.batch_bytes));
        }
        for order in &self.orders {
            match order {
                Order::Messages(batch) => {
                    for (topic, at_ns, payload) in batch.messages() {
                        files.write(topic, at_ns, payload)?;
                    }
                    self.give_back(batch);
                }
                Order::EndSecond => files.end_second()?,
                Order::Attach(attachment) => files.attach(attachment)?,
            }
        }
        files.finish()
    }

    fn give_back(&self, mut batch: Batch) {
        batch.clear();
        // A writer that is gone needs no batch.
        let _ = self.empties.send(batch);
    }
}

/// The writer's end of the queues.
pub(crate) struct ArchiveThread {
    path: PathBuf,
    orders: SyncSender<Order>,
    empties: Receiver<Batch>,
    handle: JoinHandle<Result<ArchiveSummary, ArchiveError>>,
}

impl ArchiveThread {
    /// Starts a thread that does `work` for the archive at `path`.
    pub(crate) fn start<W>(path: &Path, room: Room, work: W) -> Result<Self, ArchiveError>
    where
        W: FnOnce(Queues) -> Result<ArchiveSummary, ArchiveError> + Send + 'static,
    {
        let (orders, to_do) = sync_channel(room.batches);
        let (give_back, empties) = sync_channel(room.batches);
        let queues = Queues {
            orders: to_do,
            empties: give_back,
        };
        let handle = std::thread::Builder::new()
            .name("archive".to_owned())
            .spawn(move || work(queues))
            .map_err(|source| ArchiveError::NoThread {
                path: path.to_owned(),
                source,
            })?;
        Ok(Self {
            path: path.to_owned(),
            orders,
            empties,
            handle,
        })
    }

    /// Whether the thread has ended before it was told to: by an error.
    pub(crate) fn has_failed(&self) -> bool {
        self.handle.is_finished()
    }

    /// Queues an order, and waits while the queue is full; `None` when the thread has ended.
    pub(crate) fn send(&self, order: Order) -> Option<()> {
        self.orders.send(order).ok()
    }

    /// Queues an order when there is room, else gives it back; `None` when the thread has ended.
    pub(crate) fn try_send(&self, order: Order) -> Option<Option<Order>> {
        match self.orders.try_send(order) {
            Ok(()) => Some(None),
            Err(TrySendError::Full(order)) => Some(Some(order)),
            Err(TrySendError::Disconnected(_)) => None,
        }
    }

    /// An empty batch when there is one; `None` when the thread has ended.
    pub(crate) fn try_empty_batch(&self) -> Option<Option<Batch>> {
        match self.empties.try_recv() {
            Ok(batch) => Some(Some(batch)),
            Err(TryRecvError::Empty) => Some(None),
            Err(TryRecvError::Disconnected) => None,
        }
    }

    /// Waits for an empty batch; `None` when the thread has ended.
    pub(crate) fn empty_batch(&self) -> Option<Batch> {
        self.empties.recv().ok()
    }

    /// Lets the thread do what is queued, and waits for its end.
    pub(crate) fn end(self) -> Result<ArchiveSummary, ArchiveError> {
        drop(self.orders);
        self.handle
            .join()
            .unwrap_or_else(|said| Err(panicked(self.path, &*said)))
    }
}

/// A panic is a fault of the program, but no reason to take the session down with it.
fn panicked(path: PathBuf, said: &(dyn Any + Send)) -> ArchiveError {
    let words = said
        .downcast_ref::<&str>()
        .map(|words| (*words).to_owned())
        .or_else(|| said.downcast_ref::<String>().cloned());
    ArchiveError::Panicked {
        path,
        said: words.unwrap_or_else(|| "without a word".to_owned()),
    }
}

#[cfg(test)]
mod tests;
