//! The turn of the real-time loop, free of what is turned: wait, read, step, write, report.
//!
//! ```text
//!        ┌───────── wait for a state, at the latest until the deadline ◀────────┐
//!        ▼                                                                      │
//!  woke ─▶ read ─▶ step ─▶ write ─▶ session ─▶ done    (a stamp after each; blame at the next beginning)
//! ```

use std::any::Any;
use std::os::fd::BorrowedFd;
use std::panic::{AssertUnwindSafe, catch_unwind};

use quantities::{Duration, Instant};
use safety_monitor::ArmFault;
use signals::{CycleTiming, Request};

use crate::grid::{Began, Grid, RunSettings};
use crate::kernel::Faults;
use crate::monotonic::{ClockFault, Waits};
use crate::requests::RequestReceiver;
use crate::session::Next;
use crate::statistics::{Blame, Overrun, RunStatistics, Stage};

/// What a minor page fault may cost at most (chosen: ten times what it usually does).
const MINOR_FAULT_NS: u64 = 10_000;

/// Why the loop ended.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Ending {
    /// The session said so.
    #[error("the session came to its end")]
    Session,
    /// The arm cannot go on.
    #[error("{0}")]
    Arm(ArmFault),
    /// The arm never sent a state.
    #[error("no state came within {:.1} s of the start; is the arm's session open?", waited.seconds().get())]
    NoFirstState {
        /// How long it was waited for.
        waited: Duration,
    },
    /// The kernel does not let the loop wait.
    #[error("{0}")]
    Clock(ClockFault),
    /// The loop panicked; the arm unloads by its own watchdog.
    #[error("the loop broke off: {what}; the arm unloads by its own watchdog")]
    Panicked {
        /// The panic's words.
        what: String,
    },
}

/// When the stages of a turn ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stamps {
    /// The moment by which the turn had to begin.
    pub due: Instant,
    /// The turn began.
    pub woke: Instant,
    /// The sample was put together.
    pub read: Instant,
    /// The control cycle was done.
    pub stepped: Instant,
    /// The command was written.
    pub told: Instant,
}

/// What is turned.
pub(crate) trait Stages {
    fn readable(&self) -> Option<BorrowedFd<'_>>;
    fn fetch(&mut self) -> Result<(), ArmFault>;
    fn look(&mut self, now: Instant) -> Result<bool, ArmFault>;
    /// Puts the sample together; its joints' age when there is a sample, and the newest round trip.
    fn sense(&mut self, now: Instant, timing: CycleTiming, request: Request) -> Ages;
    fn step(&mut self);
    fn tell(&mut self, now: Instant) -> Result<(), ArmFault>;
    fn after(&mut self, stamps: Stamps, news: bool, statistics: &RunStatistics) -> Next;
}

/// Ages that a sample brings.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Ages {
    pub(crate) sample: Option<Duration>,
    pub(crate) round_trip: Option<Duration>,
}

/// How a wait ended.
#[derive(Clone, Copy, Debug)]
struct Woken {
    due: Instant,
    at: Instant,
    news: bool,
    /// Time spent in looks that found nothing.
    looking: Duration,
}

/// The turn before.
#[derive(Clone, Copy, Debug)]
struct Before {
    woke: Instant,
    done: Instant,
    took: [Duration; 4],
    faults: Faults,
    request: Request,
    last_state: Instant,
}

/// The loop and its memory.
pub(crate) struct Turning<'a, S, W> {
    pub(crate) stages: &'a mut S,
    pub(crate) clock: &'a W,
    pub(crate) settings: RunSettings,
    pub(crate) requests: &'a mut RequestReceiver,
    pub(crate) statistics: &'a mut RunStatistics,
}

impl<S: Stages, W: Waits> Turning<'_, S, W> {
    /// Turns until something ends it; a panic ends it like a fault.
    pub(crate) fn turn_until_it_ends(&mut self) -> Ending {
        // What a panic left half done is not used again: only the statistics are read, and they are plain counts.
        catch_unwind(AssertUnwindSafe(|| self.turn_until_fault())).unwrap_or_else(|panic| {
            Ending::Panicked {
                what: panic_words(panic.as_ref()),
            }
        })
    }

    fn turn_until_fault(&mut self) -> Ending {
        let first_faults = self.clock.faults();
        let ending = self.turns(first_faults);
        self.statistics.faults = self.clock.faults().since(first_faults);
        match ending {
            Ok(never) => match never {},
            Err(ending) => ending,
        }
    }

    fn turns(&mut self, faults: Faults) -> Result<core::convert::Infallible, Ending> {
        let first = self.first_state()?;
        let mut grid = Grid::new(self.settings, first.at);
        let mut before = Before {
            woke: first.at,
            done: first.at,
            took: [Duration::ZERO; 4],
            faults,
            request: Request::None,
            last_state: first.at,
        };
        let mut woken = first;
        loop {
            let by = match (woken.news, self.stages.readable().is_some()) {
                (true, true) => Began::ByState,
                (true, false) | (false, true | false) => Began::ByDeadline,
            };
            grid.began(woken.at, by);
            before = self.turn(&woken, &before)?;
            woken = self.wait(&grid)?;
            self.judge_beginning(&woken, &before);
        }
    }

    /// Takes what has come, then reads the clock, then looks.
    fn look(&mut self) -> Result<(Instant, bool), Ending> {
        self.stages.fetch().map_err(Ending::Arm)?;
        let at = self.clock.now();
        let news = self.stages.look(at).map_err(Ending::Arm)?;
        Ok((at, news))
    }

    /// Waits for a state before there is a grid.
    fn first_state(&mut self) -> Result<Woken, Ending> {
        let start = self.clock.now();
        let last = start + self.settings.first_state_within;
        loop {
            let (at, news) = self.look()?;
            if news {
                return Ok(Woken {
                    due: at,
                    at,
                    news: true,
                    looking: Duration::ZERO,
                });
            }
            if at >= last {
                return Err(Ending::NoFirstState {
                    waited: self.settings.first_state_within,
                });
            }
            let next_look = (at + self.settings.least_spacing()).min(last);
            self.clock.sleep_until(next_look).map_err(Ending::Clock)?;
        }
    }

    /// Waits for a state, at the latest until the deadline; not before the earliest moment. Bytes wake the loop
    /// a bounded number of times.
    fn wait(&mut self, grid: &Grid) -> Result<Woken, Ending> {
        let due = grid.deadline();
        if self.clock.now() < grid.earliest() {
            self.sleep_until(grid.earliest())?;
        }
        let (mut looks, mut looking) = (0, Duration::ZERO);
        loop {
            let (at, news) = self.look()?;
            if news || at >= due {
                return Ok(Woken {
                    due,
                    at,
                    news,
                    looking,
                });
            }
            looks += 1;
            looking = looking + self.clock.now().since(at).unwrap_or_default();
            match self.stages.readable() {
                Some(fd) if looks < self.settings.looks_per_cycle => {
                    let ready = self.clock.wait_readable(fd, due).map_err(Ending::Clock)?;
                    if !ready {
                        self.note_wake_up(due);
                    }
                }
                Some(_) | None => self.sleep_until(due)?,
            }
        }
    }

    fn sleep_until(&mut self, moment: Instant) -> Result<(), Ending> {
        if self.clock.now() < moment {
            self.clock.sleep_until(moment).map_err(Ending::Clock)?;
            self.note_wake_up(moment);
        }
        Ok(())
    }

    fn note_wake_up(&mut self, asked: Instant) {
        let late = self.clock.now().since(asked).unwrap_or_default();
        self.statistics.wake_up_lateness.note(late);
    }

    /// One turn. An operator's stop goes before what the session asks, and both before what waits in the line.
    fn turn(&mut self, woken: &Woken, before: &Before) -> Result<Before, Ending> {
        self.statistics.cycles += 1;
        self.statistics.states += u64::from(woken.news);
        let faults = self.clock.faults();
        let request = self.requests.take_stop().unwrap_or(match before.request {
            Request::None => self.requests.take(),
            asked => asked,
        });
        let timing = CycleTiming {
            computed_in: before.done.since(before.woke).unwrap_or_default(),
            late_by: woken.at.since(woken.due).unwrap_or_default(),
        };
        let ages = self.stages.sense(woken.at, timing, request);
        let read = self.clock.now();
        self.stages.step();
        let stepped = self.clock.now();
        self.stages.tell(stepped).map_err(Ending::Arm)?;
        let told = self.clock.now();
        self.note_ages(ages);
        let stamps = Stamps {
            due: woken.due,
            woke: woken.at,
            read,
            stepped,
            told,
        };
        let next = self.stages.after(stamps, woken.news, self.statistics);
        let done = self.clock.now();
        let took = stage_times(&stamps, done);
        self.statistics.note_stages(took);
        match next {
            Next::End => Err(Ending::Session),
            Next::Go(request) => Ok(Before {
                woke: woken.at,
                done,
                took,
                faults,
                request,
                last_state: if woken.news {
                    woken.at
                } else {
                    before.last_state
                },
            }),
        }
    }

    fn note_ages(&mut self, ages: Ages) {
        if let Some(age) = ages.sample {
            self.statistics.sample_age.note(age);
        }
        if let Some(round_trip) = ages.round_trip {
            self.statistics.round_trip.note(round_trip);
        }
    }

    /// Tells whether a cycle overran, and why: one overrun a cycle at most, however long the delay.
    fn judge_beginning(&mut self, woken: &Woken, before: &Before) {
        let interval = woken.at.since(before.woke).unwrap_or_default();
        self.statistics.interval.note(interval);
        let late = woken.at.since(woken.due).unwrap_or_default();
        let faults = self.clock.faults().since(before.faults);
        let overran = late > self.settings.tolerance;
        let (blame, by) = match (overran, woken.news) {
            (true, _) => (blame(woken, before, late, faults), late),
            (false, false) => (
                Blame::SlowLink,
                woken.at.since(before.last_state).unwrap_or_default(),
            ),
            (false, true) => return,
        };
        self.statistics.note_overrun(Overrun {
            at: woken.at,
            cycle: self.statistics.cycles,
            blame,
            by,
            faults,
        });
    }
}

/// Who held up a cycle that began `late` after its deadline.
fn blame(woken: &Woken, before: &Before, late: Duration, faults: Faults) -> Blame {
    let faults_explain = faults.minor.saturating_mul(MINOR_FAULT_NS) >= late.nanos();
    if faults.major > 0 || faults_explain {
        return Blame::PageFault;
    }
    if before.done > woken.due {
        let longest = Stage::ALL
            .into_iter()
            .max_by_key(|stage| before.took[*stage as usize]);
        return Blame::SlowStage(longest.unwrap_or(Stage::Session));
    }
    if woken.looking.nanos() >= late.nanos() / 2 {
        return Blame::SlowStage(Stage::Read);
    }
    Blame::LateWakeUp
}

fn stage_times(stamps: &Stamps, done: Instant) -> [Duration; 4] {
    let moments = [stamps.woke, stamps.read, stamps.stepped, stamps.told, done];
    let mut took = [Duration::ZERO; 4];
    for (took, pair) in took.iter_mut().zip(moments.windows(2)) {
        if let [from, to] = pair {
            *took = to.since(*from).unwrap_or_default();
        }
    }
    took
}

/// A panic's words.
pub(crate) fn panic_words(panic: &(dyn Any + Send)) -> String {
    if let Some(words) = panic.downcast_ref::<&str>() {
        return (*words).to_owned();
    }
    panic
        .downcast_ref::<String>()
        .map_or_else(|| "a panic without words".to_owned(), Clone::clone)
}

#[cfg(test)]
mod tests;
