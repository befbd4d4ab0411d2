//! Work that is given away and fetched later, with an answer that does not depend on who did it.
//!
//! ```text
//! give ─▶ waiting ─▶ some thread ─▶ done ─▶ fetch     whoever fetches what is not done works meanwhile
//! ```

use std::collections::{BTreeMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Names a job that was given away.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Ticket(usize);

/// Jobs and results between threads.
#[derive(Debug)]
pub(crate) struct Crew<J, R> {
    board: Mutex<Board<J, R>>,
    /// Told whenever the board changes.
    news: Condvar,
}

#[derive(Debug)]
struct Board<J, R> {
    given: usize,
    waiting: VecDeque<(usize, J)>,
    /// Results by number; the job itself where a thread broke over it.
    done: BTreeMap<usize, Result<R, J>>,
    is_closed: bool,
}

impl<J, R> Crew<J, R> {
    /// Nothing to do.
    pub(crate) fn new() -> Self {
        let board = Board {
            given: 0,
            waiting: VecDeque::new(),
            done: BTreeMap::new(),
            is_closed: false,
        };
        Self {
            board: Mutex::new(board),
            news: Condvar::new(),
        }
    }

    /// Gives a job away.
    pub(crate) fn give(&self, job: J) -> Ticket {
        let mut board = self.board();
        board.given += 1;
        let number = board.given;
        board.waiting.push_back((number, job));
        self.news.notify_one();
        Ticket(number)
    }

    /// The result of a job. While others are at it, this thread does what is waiting; a job that is still
    /// waiting itself, or that broke its thread, is done here.
    pub(crate) fn fetch(&self, ticket: Ticket, work: impl Fn(&J) -> R) -> R {
        let mut board = self.board();
        loop {
            let own = |(number, _): &(usize, J)| *number == ticket.0;
            let at = board.waiting.iter().position(own).unwrap_or(0);
            match board.done.remove(&ticket.0) {
                Some(Ok(result)) => return result,
                Some(Err(job)) => {
                    drop(board);
                    return work(&job);
                }
                None => {}
            }
            board = match board.waiting.remove(at) {
                Some((number, job)) => {
                    drop(board);
                    let result = work(&job);
                    drop(job);
                    let mut board = self.board();
                    board.done.insert(number, Ok(result));
                    board
                }
                None => self
                    .news
                    .wait(board)
                    .unwrap_or_else(PoisonError::into_inner),
            };
        }
    }

    /// Does what is waiting until the crew is closed. A job that panics here is left to whoever fetches it.
    pub(crate) fn serve(&self, work: impl Fn(&J) -> R) {
        let mut board = self.board();
        while !board.is_closed {
            board = match board.waiting.pop_front() {
                Some((number, job)) => {
                    drop(board);
                    let done = catch_unwind(AssertUnwindSafe(|| work(&job)));
                    let done = match done {
                        Ok(result) => {
                            drop(job);
                            Ok(result)
                        }
                        Err(_) => Err(job),
                    };
                    let mut board = self.board();
                    board.done.insert(number, done);
                    self.news.notify_all();
                    board
                }
                None => self
                    .news
                    .wait(board)
                    .unwrap_or_else(PoisonError::into_inner),
            };
        }
    }

    /// Lets all go who serve, when it is dropped.
    pub(crate) fn closing(&self) -> impl Drop {
        Closing(self)
    }

    fn board(&self) -> MutexGuard<'_, Board<J, R>> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Closing<'c, J, R>(&'c Crew<J, R>);

impl<J, R> Drop for Closing<'_, J, R> {
    fn drop(&mut self) {
        self.0.board().is_closed = true;
        self.0.news.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Squares numbers; on any other thread than this it breaks over every third.
    fn squares(threads: usize, count: usize) -> Vec<usize> {
        let here = std::thread::current().id();
        let work = |number: &usize| {
            let breaks = number % 3 == 1 && std::thread::current().id() != here;
            assert!(!breaks, "as if the memory of this thread were full");
            number * number
        };
        let crew = Crew::new();
        std::thread::scope(|scope| {
            let _closing = crew.closing();
            for _ in 1..threads {
                scope.spawn(|| crew.serve(work));
            }
            let tickets: Vec<Ticket> = (0..count).map(|number| crew.give(number)).collect();
            tickets.into_iter().map(|t| crew.fetch(t, work)).collect()
        })
    }

    #[test]
    fn results_are_those_of_their_jobs_however_many_serve_and_whoever_breaks() {
        let wanted: Vec<usize> = (0..40).map(|n| n * n).collect();
        for threads in 1..=4 {
            assert_eq!(squares(threads, 40), wanted);
        }
    }

    #[test]
    fn jobs_may_be_fetched_in_any_order() {
        let crew = Crew::new();
        let work = |number: &usize| number + 1;
        let (first, second) = (crew.give(10), crew.give(20));
        assert_eq!(crew.fetch(second, work), 21);
        assert_eq!(crew.fetch(first, work), 11);
    }
}
