//! Every class of fault that a channel may do, injected by the thousand; what was believed is counted.

pub mod bytes;
pub mod frames;
pub mod traffic;

use std::collections::BTreeMap;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// What became of one class.
#[derive(Debug, Default)]
pub struct Tally {
    /// What was done.
    pub class: String,
    /// How often.
    pub injected: u64,
    /// Wrong frames that were believed. Must be none.
    pub believed: u64,
    /// Sound frames next to the fault that were not believed.
    pub good_lost: u64,
    /// Sound frames that the fault may take with it (joined to the damaged one), by the class's nature.
    pub may_lose_good: bool,
    /// Pieces of a damaged stream that came to the checksum where its distance says nothing: more than five
    /// bits wrong, or another length.
    pub beyond: u64,
    /// By what the wrong ones were caught.
    pub caught_by: BTreeMap<String, u64>,
}

impl Tally {
    pub fn new(class: impl Into<String>) -> Self {
        Self {
            class: class.into(),
            ..Self::default()
        }
    }

    /// How many were caught by one measure.
    pub fn count_by(&self, by: &str) -> u64 {
        self.caught_by.get(by).copied().unwrap_or(0)
    }

    pub fn caught(&mut self, by: String) {
        *self.caught_by.entry(by).or_default() += 1;
    }

    /// Nothing wrong believed, nothing sound lost that had not to be.
    pub fn sound(&self) -> bool {
        self.believed == 0 && (self.may_lose_good || self.good_lost == 0)
    }
}

/// All classes, `count` faults each; the same seed, the same faults.
pub fn run(count: u64, seed: u64) -> Vec<Tally> {
    let mut tallies = Vec::new();
    let mut classes = bytes::classes();
    classes.extend(frames::classes());
    for (index, class) in (0_u64..).zip(classes) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(index);
        tallies.push(class(&mut rng, count));
    }
    tallies
}

/// One class: the generator, how many faults.
pub type Class = Box<dyn Fn(&mut ChaCha8Rng, u64) -> Tally>;
