//! The messages of one session that pictures are made of, in memory.

use recorder::{
    ContactRecord, JointsRecord, LogRecord, PoseRecord, TransformRecord, VerdictRecord,
    WrenchRecord,
};

/// What is read from an archive. Each list is in the order of time.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Session {
    /// `/contact`.
    pub contacts: Vec<ContactRecord>,
    /// `/tool_pose`: `table_from_tool`.
    pub tool_poses: Vec<PoseRecord>,
    /// `/tf`, with the time (ns) of each bundle.
    pub transforms: Vec<(u64, Vec<TransformRecord>)>,
    /// `/joint_states`.
    pub joints: Vec<JointsRecord>,
    /// `/wrench_true`, in frame `tool`.
    pub true_wrenches: Vec<WrenchRecord>,
    /// `/wrench_measured`, in frame `sensor`.
    pub measured_wrenches: Vec<WrenchRecord>,
    /// `/verdict`.
    pub verdicts: Vec<VerdictRecord>,
    /// `/log`.
    pub logs: Vec<LogRecord>,
    /// What reading the archive ran into without failing: files that end early.
    pub warnings: Vec<String>,
}

impl Session {
    /// True when no topic held a message.
    pub fn is_empty(&self) -> bool {
        self.contacts.is_empty()
            && self.tool_poses.is_empty()
            && self.transforms.is_empty()
            && self.joints.is_empty()
            && self.true_wrenches.is_empty()
            && self.measured_wrenches.is_empty()
            && self.verdicts.is_empty()
            && self.logs.is_empty()
    }

    /// Puts each list into the order of time; messages of one moment stay in the order written.
    pub fn sort(&mut self) {
        self.contacts.sort_by_key(|r| r.at_ns);
        self.tool_poses.sort_by_key(|r| r.at_ns);
        self.transforms.sort_by_key(|(at_ns, _)| *at_ns);
        self.joints.sort_by_key(|r| r.at_ns);
        self.true_wrenches.sort_by_key(|r| r.at_ns);
        self.measured_wrenches.sort_by_key(|r| r.at_ns);
        self.verdicts.sort_by_key(|r| r.at_ns);
        self.logs.sort_by_key(|r| r.at_ns);
    }
}

/// Walks two lists in the order of time: for each moment asked, in rising order, the newest entry
/// that is not younger.
pub(crate) struct Latest<'a, T> {
    entries: &'a [T],
    next: usize,
    time: fn(&T) -> u64,
}

impl<'a, T> Latest<'a, T> {
    /// Over entries in rising order of `time` (ns).
    pub fn new(entries: &'a [T], time: fn(&T) -> u64) -> Self {
        Self {
            entries,
            next: 0,
            time,
        }
    }

    /// The newest entry at or before `at_ns`; `None` when there is none yet.
    pub fn at(&mut self, at_ns: u64) -> Option<&'a T> {
        while self
            .entries
            .get(self.next)
            .is_some_and(|entry| (self.time)(entry) <= at_ns)
        {
            self.next += 1;
        }
        self.next
            .checked_sub(1)
            .and_then(|index| self.entries.get(index))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_entry_is_never_younger_than_asked() {
        let entries = [10u64, 20, 20, 30];
        let mut latest = Latest::new(&entries, |t| *t);
        assert_eq!(latest.at(5), None);
        assert_eq!(latest.at(10), Some(&10));
        assert_eq!(latest.at(29), Some(&20));
        assert_eq!(latest.at(1_000), Some(&30));
    }
}
