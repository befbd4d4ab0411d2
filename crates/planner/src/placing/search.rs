//! From the grid to the best few: coarse, screened, refined, walked in full.

use core::sync::atomic::{AtomicUsize, Ordering};

use kinematics::ArmShape;

use super::PlaceRequest;
use super::course::Course;
use super::mounts::{Candidate, Mount, Room, foot_radius, neighbours};
use super::stand::{Detail, Stand};
use super::walk::Worth;
use crate::side_by_side::side_by_side;

/// Places a pass on the coarse grid, and while refining.
const COARSE: usize = 4;
const MEDIUM: usize = 12;
/// Seeds for branches, and branches that are followed.
const COARSE_SEEDS: u32 = 10;
const COARSE_BRANCHES: usize = 2;
const SEEDS: u32 = 32;
const BRANCHES: usize = 4;
const MEDIUM_BRANCHES: usize = 3;
/// Of each mount: how many of the grid are screened, and how many are refined. Chosen.
const SCREENED: usize = 24;
const REFINED: usize = 4;
/// Two bases of a mount are the same place when they stand nearer than this (m).
const SAME_PLACE: f64 = 0.14;
/// Steps of the refinement (m), each until nothing gets better, and evaluations at most.
const STEPS: [f64; 3] = [0.06, 0.03, 0.01];
const MOST_TRIES: usize = 60;

/// Where the progress bar stands when a part is done.
const AFTER_GRID: f64 = 0.35;
const AFTER_SCREEN: f64 = 0.5;
const AFTER_REFINING: f64 = 0.75;

/// What was found.
pub(super) struct Found {
    /// Best first.
    pub best: Vec<Candidate>,
    /// How many bases were looked at.
    pub looked_at: usize,
}

/// A search in progress.
pub(super) struct Search<'a, const D: usize> {
    request: &'a PlaceRequest<'a, D>,
    shapes: &'a [ArmShape<D>],
    room: Room,
    coarse: Course,
    medium: Course,
    whole: &'a Course,
    progress: &'a (dyn Fn(f64) + Sync),
}

/// Room of a request for its candidates.
pub(super) fn room<const D: usize>(request: &PlaceRequest<'_, D>, course: &Course) -> Room {
    Room {
        table: request.plan.table,
        foot: foot_radius(request.plan.capsules),
        stretch: course.stretch,
    }
}

impl<'a, const D: usize> Search<'a, D> {
    pub(super) fn new(
        request: &'a PlaceRequest<'a, D>,
        shapes: &'a [ArmShape<D>],
        course: &'a Course,
        progress: &'a (dyn Fn(f64) + Sync),
    ) -> Self {
        Self {
            request,
            shapes,
            room: room(request, course),
            coarse: course.selection(COARSE),
            medium: course.selection(MEDIUM),
            whole: course,
            progress,
        }
    }

    pub(super) fn run(&self) -> Found {
        let mut mounts: Vec<Mount> = self.request.mounts.to_vec();
        mounts.sort_unstable();
        mounts.dedup();
        let grid: Vec<Candidate> = mounts.iter().flat_map(|m| self.room.grid(*m)).collect();
        let worths = self.in_parallel(&grid, (0.0, AFTER_GRID), |candidate| {
            self.coarsely(candidate)
        });
        let some = self.best_of(&grid, &worths, &mounts, SCREENED, 0.0);
        let worths = self.in_parallel(&some, (AFTER_GRID, AFTER_SCREEN), |candidate| {
            self.closely(candidate)
        });
        let few = self.best_of(&some, &worths, &mounts, REFINED, SAME_PLACE);
        let refined = self.in_parallel(&few, (AFTER_SCREEN, AFTER_REFINING), |candidate| {
            self.refined(candidate)
        });
        let looked_at = grid.len() + refined.iter().map(|(_, tries)| tries).sum::<usize>();
        let ends: Vec<Candidate> = refined.into_iter().map(|(end, _)| end).collect();
        let worths = self.in_parallel(&ends, (AFTER_REFINING, AFTER_REFINING), |candidate| {
            self.wholly(candidate)
        });
        let order = ranked(&worths);
        let mut best: Vec<Candidate> = Vec::new();
        for candidate in order.iter().filter_map(|i| ends.get(*i)) {
            if !best.iter().any(|known| self.same_place(known, candidate)) {
                best.push(*candidate);
            }
        }
        Found { best, looked_at }
    }

    fn stand(&self, candidate: &Candidate) -> Stand<'a, D> {
        let table_from_base = self.room.table_from_base(candidate);
        let mount = Some(candidate.mount);
        Stand::new(&self.request.plan, self.shapes, table_from_base, mount)
    }

    fn coarsely(&self, candidate: &Candidate) -> Worth {
        let stand = self.stand(candidate);
        if !stand.has_room() {
            return Worth::NONE;
        }
        let branches = stand.branches(&self.coarse, COARSE_SEEDS, COARSE_BRANCHES);
        stand.tour(&self.coarse, &branches, Detail::Joints).worth
    }

    fn closely(&self, candidate: &Candidate) -> Worth {
        let stand = self.stand(candidate);
        if !stand.has_room() {
            return Worth::NONE;
        }
        let branches = stand.branches(&self.medium, SEEDS, MEDIUM_BRANCHES);
        stand.tour(&self.medium, &branches, Detail::Full).worth
    }

    fn wholly(&self, candidate: &Candidate) -> Worth {
        let stand = self.stand(candidate);
        let branches = stand.branches(self.whole, SEEDS, BRANCHES);
        stand.tour(self.whole, &branches, Detail::Full).worth
    }

    /// Pattern search (Hooke and Jeeves 1961): steps along one coordinate at a time, shorter when none
    /// helps.
    fn refined(&self, candidate: &Candidate) -> (Candidate, usize) {
        let mut at = *candidate;
        let mut worth = self.closely(&at);
        let mut tries = 1;
        for step in STEPS {
            let mut is_moving = true;
            while is_moving && tries < MOST_TRIES {
                is_moving = false;
                for next in neighbours(&at, step) {
                    let next = self.room.held(&next);
                    if next == at || tries >= MOST_TRIES {
                        continue;
                    }
                    tries += 1;
                    let there = self.closely(&next);
                    if there.beats(&worth) {
                        (at, worth, is_moving) = (next, there, true);
                        break;
                    }
                }
            }
        }
        (at, tries)
    }

    /// The best of each mount, `apart` from each other (m).
    fn best_of(
        &self,
        candidates: &[Candidate],
        worths: &[Worth],
        mounts: &[Mount],
        most: usize,
        apart: f64,
    ) -> Vec<Candidate> {
        let order = ranked(worths);
        let mut kept: Vec<Candidate> = Vec::new();
        for mount in mounts {
            let mut of_mount: Vec<Candidate> = Vec::new();
            for candidate in order.iter().filter_map(|i| candidates.get(*i)) {
                let near = |known: &Candidate| apart > 0.0 && self.same_place(known, candidate);
                if candidate.mount == *mount && of_mount.len() < most && !of_mount.iter().any(near)
                {
                    of_mount.push(*candidate);
                }
            }
            kept.extend(of_mount);
        }
        kept
    }

    fn same_place(&self, a: &Candidate, b: &Candidate) -> bool {
        let place = |c: &Candidate| self.room.table_from_base(c).translation.vector;
        a.mount == b.mount && (place(a) - place(b)).norm() < SAME_PLACE
    }

    fn in_parallel<T: Sync, R: Send>(
        &self,
        items: &[T],
        (from, to): (f64, f64),
        work: impl Fn(&T) -> R + Sync,
    ) -> Vec<R> {
        let share = |done: f64| (self.progress)(from + (to - from) * done);
        in_parallel(items, self.request.threads, &share, work)
    }
}

/// Indices, best first; equals stay in the order of the grid.
fn ranked(worths: &[Worth]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..worths.len()).collect();
    order.sort_by(|a, b| match (worths.get(*a), worths.get(*b)) {
        (Some(x), Some(y)) => key(x).total_order(&key(y)).then(a.cmp(b)),
        _ => a.cmp(b),
    });
    order
}

/// What is sorted by: missed places, what lacks, merit. The same order as [`Worth::beats`] without its
/// tolerance, so that it is one.
struct Key(usize, f64, f64);

fn key(worth: &Worth) -> Key {
    let shortfall = if worth.missed > 0 {
        worth.shortfall
    } else {
        0.0
    };
    Key(worth.missed, shortfall, -(worth.comfort + 0.1 * worth.mean))
}

impl Key {
    fn total_order(&self, other: &Self) -> core::cmp::Ordering {
        self.0
            .cmp(&other.0)
            .then(self.1.total_cmp(&other.1))
            .then(self.2.total_cmp(&other.2))
    }
}

/// Does the work on all items, in order. Thread `k` of `n` takes the items `k`, `k + n`, ...: who does
/// what is fixed, and no item sees another.
pub(super) fn in_parallel<T: Sync, R: Send>(
    items: &[T],
    threads: usize,
    progress: &(dyn Fn(f64) + Sync),
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let threads = threads.clamp(1, items.len().max(1));
    let done = AtomicUsize::new(0);
    let share = |k: usize| -> Vec<(usize, R)> {
        let mine = items.iter().enumerate().skip(k).step_by(threads);
        mine.map(|(i, item)| {
            let result = work(item);
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            // What a broken thread left is done again, and counts twice.
            progress((done as f64 / items.len() as f64).min(1.0));
            (i, result)
        })
        .collect()
    };
    let mut results: Vec<(usize, R)> = side_by_side(threads, share).into_iter().flatten().collect();
    results.sort_by_key(|(i, _)| *i);
    results.into_iter().map(|(_, result)| result).collect()
}
