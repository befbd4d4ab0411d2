//! What a live session felt, thinned out for a picture while it runs.
//!
//! A session may last minutes or hours; its picture is a thousand columns wide. So the columns begin narrow, and when there
//! are too many of them, two become one: memory stays what it was.

use quantities::{Newtons, Seconds};
use signals::{Command, ContactPhase, Cycle, Press, Reaction, Sensed};

/// Columns at most.
const MOST: usize = 2400;
/// Width of a column at the beginning (ns).
const NARROWEST_NS: u64 = 50_000_000;

/// What was seen during one column.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Column {
    /// Least and largest press that was felt.
    pub felt: Option<(Newtons, Newtons)>,
    /// Least and largest press that was asked for.
    pub asked: Option<(Newtons, Newtons)>,
    /// Least ceiling while something was touched.
    pub ceiling: Option<Newtons>,
    /// The monitor's sternest word.
    pub reaction: Reaction,
    /// The newest segment of the plan.
    pub segment: Option<usize>,
}

/// The session, column by column.
#[derive(Clone, Debug, PartialEq)]
pub struct Course {
    columns: Vec<Column>,
    width_ns: u64,
    first_ns: Option<u64>,
}

impl Default for Course {
    fn default() -> Self {
        Self {
            columns: Vec::with_capacity(MOST),
            width_ns: NARROWEST_NS,
            first_ns: None,
        }
    }
}

impl Course {
    /// The columns.
    #[must_use]
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Width of a column.
    #[must_use]
    pub fn width(&self) -> Seconds {
        Seconds::new(self.width_ns as f64 * 1e-9)
    }

    /// Takes in one turn.
    pub fn note<const D: usize>(&mut self, sensed: &Sensed<D>, cycle: &Cycle<D, Command<D>>) {
        let felt = super::archive::felt(cycle).map(|press| (press, press));
        let asked = cycle.setpoint.and_then(|setpoint| match setpoint.press {
            Press::Hold { force, .. } => Some((force, force)),
            Press::Free | Press::Seek { .. } | Press::Tap { .. } => None,
        });
        let phase = cycle.estimate.map(|estimate| estimate.phase);
        let touches = !matches!(phase, None | Some(ContactPhase::Away));
        self.add(
            sensed.at.nanos(),
            &Column {
                felt,
                asked,
                ceiling: touches.then_some(cycle.verdict.ceiling),
                reaction: cycle.verdict.reaction,
                segment: cycle
                    .setpoint
                    .map(|setpoint| setpoint.place.segment as usize),
            },
        );
    }

    fn add(&mut self, at_ns: u64, seen: &Column) {
        let first = *self.first_ns.get_or_insert(at_ns);
        let index = |width: u64| (at_ns.saturating_sub(first) / width) as usize;
        while index(self.width_ns) >= MOST {
            self.columns = self.columns.chunks(2).map(joined).collect();
            self.width_ns *= 2;
        }
        let index = index(self.width_ns);
        // Where nothing was noted, the last word holds.
        let blank = Column {
            reaction: self.columns.last().map_or(Reaction::Go, |c| c.reaction),
            ..Column::default()
        };
        if self.columns.len() <= index {
            self.columns.resize(index, blank);
            self.columns.push(*seen);
        } else if let Some(column) = self.columns.get_mut(index) {
            *column = joined(&[*column, *seen]);
        }
    }
}

fn joined(columns: &[Column]) -> Column {
    let span = |of: fn(&Column) -> Option<(Newtons, Newtons)>| {
        let spans = columns.iter().filter_map(of);
        spans.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
    };
    Column {
        felt: span(|c| c.felt),
        asked: span(|c| c.asked),
        ceiling: columns
            .iter()
            .filter_map(|c| c.ceiling)
            .reduce(Newtons::min),
        reaction: columns.iter().map(|c| c.reaction).max().unwrap_or_default(),
        segment: columns.iter().rev().find_map(|c| c.segment),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pressed(force: f64, reaction: Reaction) -> Column {
        let force = Newtons::new(force);
        Column {
            felt: Some((force, force)),
            reaction,
            ..Column::default()
        }
    }

    #[test]
    fn eight_hours_take_the_room_of_a_minute_and_no_peak_is_lost() {
        let mut course = Course::default();
        let hours = 8 * 3600 * 1000_u64;
        for ms in (0..hours).step_by(20) {
            let peak = ms == 7_654_320;
            let reaction = if peak { Reaction::Slow } else { Reaction::Go };
            course.add(
                ms * 1_000_000,
                &pressed(if peak { 31.0 } else { 8.0 }, reaction),
            );
        }
        let columns = course.columns();
        assert!(columns.len() <= MOST && columns.len() > MOST / 4);
        let lasted = course.width().get() * columns.len() as f64;
        assert!(
            (lasted - 28_800.0).abs() <= course.width().get(),
            "{lasted}"
        );
        let peaks: Vec<_> = columns
            .iter()
            .enumerate()
            .filter(|(_, c)| c.reaction == Reaction::Slow)
            .collect();
        assert_eq!(peaks.len(), 1);
        assert_eq!(
            peaks[0].1.felt,
            Some((Newtons::new(8.0), Newtons::new(31.0)))
        );
        let at = peaks[0].0 as f64 * course.width().get();
        assert!(at <= 7654.32 && 7654.32 < at + course.width().get());
    }

    #[test]
    fn a_pause_in_which_nothing_came_is_a_gap_with_the_last_word() {
        let mut course = Course::default();
        course.add(0, &pressed(8.0, Reaction::Slow));
        course.add(10 * NARROWEST_NS, &pressed(9.0, Reaction::Go));
        assert_eq!(course.columns().len(), 11);
        assert_eq!(course.columns()[5].felt, None);
        assert_eq!(course.columns()[5].reaction, Reaction::Slow);
    }
}
