//! From the loop to the world outside: records of fixed size, and a writer that never waits.
//!
//! ```text
//!  loop ─▶ backlog (the loop's own, oldest dropped when full) ─▶ line (wait-free) ─▶ reader
//! ```
//!
//! A wait-free line cannot take back what it holds, so the line is short and what does not fit waits in a
//! backlog that only the loop touches. When that is full too, its oldest record is dropped and counted. A
//! reader that slept therefore finds the few records that were handed over before, then a gap, then the newest.
//! Every record is numbered: the gaps that the reader sees and the drops that the writer counts are the same.

use std::collections::VecDeque;

use rtrb::{Consumer, Producer, RingBuffer};

/// How many records a flush moves from backlog to line (chosen). A put flushes twice, so that a backlog shrinks
/// by three records a put once the reader is back, and no cycle pays for more.
const MOVES_PER_FLUSH: usize = 2;

/// A record with its number, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numbered<T> {
    /// How many records were put before it, dropped ones included.
    pub number: u64,
    /// The record.
    pub record: T,
}

/// The loop's end.
#[derive(Debug)]
pub struct Outbox<T> {
    line: Producer<Numbered<T>>,
    backlog: VecDeque<Numbered<T>>,
    room: usize,
    put: u64,
    dropped: u64,
}

/// The reader's end.
#[derive(Debug)]
pub struct Inbox<T> {
    line: Consumer<Numbered<T>>,
    next: u64,
    missed: u64,
}

/// A line of `handed_over` records (at least 1) behind a backlog of `backlog` records (at least 1).
#[must_use]
pub fn outbox<T: Copy>(handed_over: usize, backlog: usize) -> (Outbox<T>, Inbox<T>) {
    let (sender, receiver) = RingBuffer::new(handed_over.max(1));
    let room = backlog.max(1);
    (
        Outbox {
            line: sender,
            backlog: VecDeque::with_capacity(room),
            room,
            put: 0,
            dropped: 0,
        },
        Inbox {
            line: receiver,
            next: 0,
            missed: 0,
        },
    )
}

impl<T: Copy> Outbox<T> {
    /// Puts a record; never waits, allocates nothing. The oldest record that was not handed over goes when
    /// there is no room.
    pub fn put(&mut self, record: T) {
        self.flush();
        if self.backlog.len() >= self.room && self.backlog.pop_front().is_some() {
            self.dropped += 1;
        }
        self.backlog.push_back(Numbered {
            number: self.put,
            record,
        });
        self.put += 1;
        self.flush();
    }

    /// Hands over what the line has room for, two records at most. Called at the end of a session until
    /// nothing is left, by a thread that may wait. Returns how many records are left.
    pub fn flush(&mut self) -> usize {
        for _ in 0..MOVES_PER_FLUSH {
            let Some(oldest) = self.backlog.front() else {
                break;
            };
            if self.line.push(*oldest).is_err() {
                break;
            }
            self.backlog.pop_front();
        }
        self.backlog.len()
    }

    /// How many records were dropped.
    #[must_use]
    pub const fn dropped(&self) -> u64 {
        self.dropped
    }

    /// How many records were put, dropped ones included.
    #[must_use]
    pub const fn put_so_far(&self) -> u64 {
        self.put
    }

    /// True when the reader is gone.
    #[must_use]
    pub fn is_abandoned(&self) -> bool {
        self.line.is_abandoned()
    }
}

impl<T: Copy> Inbox<T> {
    /// The next record; `None` when none waits.
    pub fn take(&mut self) -> Option<Numbered<T>> {
        let taken = self.line.pop().ok()?;
        self.missed += taken.number.saturating_sub(self.next);
        self.next = taken.number + 1;
        Some(taken)
    }

    /// How many records are missing before the newest one taken.
    #[must_use]
    pub const fn missed(&self) -> u64 {
        self.missed
    }

    /// True when the loop is gone and nothing waits.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.line.is_abandoned() && self.line.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_reader_that_slept_finds_the_newest_and_both_ends_count_the_same_gap() {
        let (mut loop_end, mut reader) = outbox(4, 8);
        for record in 0..100_u32 {
            loop_end.put(record);
        }
        let mut seen = Vec::new();
        loop {
            while let Some(taken) = reader.take() {
                seen.push(taken.record);
            }
            if loop_end.flush() == 0 && reader.line.is_empty() {
                break;
            }
        }
        let expected: Vec<u32> = (0..4).chain(92..100).collect();
        assert_eq!(seen, expected);
        assert_eq!((loop_end.dropped(), reader.missed()), (88, 88));
    }

    proptest! {
        #[test]
        fn whatever_the_reader_does_records_stay_in_order_and_each_is_seen_or_counted(
            line in 1_usize..6,
            backlog in 1_usize..6,
            turns in prop::collection::vec((0_usize..8, 0_usize..8), 1..60),
        ) {
            let (mut loop_end, mut reader) = outbox(line, backlog);
            let (mut put, mut seen) = (0_u64, Vec::new());
            for (puts, takes) in turns {
                for _ in 0..puts {
                    loop_end.put(put);
                    put += 1;
                }
                seen.extend((0..takes).map_while(|_| reader.take()));
            }
            loop {
                let before = seen.len();
                let left = loop_end.flush();
                seen.extend(std::iter::from_fn(|| reader.take()));
                if left == 0 && seen.len() == before {
                    break;
                }
            }
            prop_assert!(seen.windows(2).all(|w| w[0].number < w[1].number));
            prop_assert!(seen.iter().all(|n| n.record == n.number));
            prop_assert_eq!(seen.len() as u64 + loop_end.dropped(), put);
            prop_assert_eq!(loop_end.put_so_far(), put);
            // The newest is never the one that goes.
            prop_assert_eq!(seen.last().map(|n| n.number), put.checked_sub(1));
            prop_assert_eq!(reader.missed(), loop_end.dropped());
        }
    }

    #[test]
    fn two_threads_lose_nothing_that_is_not_counted() {
        let (mut loop_end, mut reader) = outbox(16, 64);
        let writer = std::thread::spawn(move || {
            for record in 0..20_000_u64 {
                loop_end.put(record);
            }
            while loop_end.flush() > 0 && !loop_end.is_abandoned() {
                std::thread::yield_now();
            }
            loop_end.dropped()
        });
        let (mut seen, mut last) = (0_u64, None);
        while !reader.is_over() {
            match reader.take() {
                Some(taken) => {
                    assert!(last < Some(taken.number));
                    last = Some(taken.number);
                    seen += 1;
                }
                None => std::thread::yield_now(),
            }
        }
        let dropped = writer.join().unwrap();
        assert_eq!((seen + dropped, reader.missed()), (20_000, dropped));
    }
}
