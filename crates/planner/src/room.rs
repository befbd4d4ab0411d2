//! Where a tool's centre may go on this body: between the keep-out and the flank, between the lower
//! and the upper end of what the chart and the no-contact zones leave.

/// Side of the spine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Side {
    /// The client's left, `v > 0`.
    Left,
    /// The client's right, `v < 0`.
    Right,
}

impl Side {
    /// +1 left, -1 right.
    pub(crate) const fn sign(self) -> f64 {
        match self {
            Self::Left => 1.0,
            Self::Right => -1.0,
        }
    }

    /// The side beyond the spine.
    pub(crate) const fn other(self) -> Self {
        match self {
            Self::Left => Self::Right,
            Self::Right => Self::Left,
        }
    }

    /// The word in notes.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Right => "right",
        }
    }
}

/// Room for the centre of one tool.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Room {
    /// Least `|v|` (m) at which the patch stays outside the keep-out band with the tracking margin.
    pub inner: f64,
    /// Lowest `u` (m).
    pub lowest: f64,
    /// Highest `u` (m).
    pub highest: f64,
    /// `u` of the first entry of the tables (m).
    pub table_start: f64,
    /// Step of the tables (m).
    pub table_step: f64,
    /// Largest `|v|` (m) on the left at each `u`.
    pub left: Vec<f64>,
    /// The same on the right.
    pub right: Vec<f64>,
}

impl Room {
    /// Largest `|v|` (m) of the tool centre at `u`, linear between the table's entries; the least of
    /// the neighbours counts, so that the fence never lies outside the proved room.
    pub(crate) fn outer(&self, side: Side, u: f64) -> f64 {
        let table = match side {
            Side::Left => &self.left,
            Side::Right => &self.right,
        };
        let last = table.len().saturating_sub(1);
        let x = ((u - self.table_start) / self.table_step).clamp(0.0, last as f64);
        let i = x.floor() as usize;
        let at = |k: usize| table.get(k.min(last)).copied().unwrap_or(0.0);
        at(i) + (at(i + 1) - at(i)) * (x - i as f64)
    }

    /// The longest stretch between two levels in which the tool has room on all these sides, in the same order;
    /// `None` where it has none.
    pub(crate) fn longest(&self, sides: &[Side], from: f64, to: f64) -> Option<(f64, f64)> {
        const STEP: f64 = 0.005;
        let steps = ((to - from).abs() / STEP).ceil().max(1.0);
        let place = |i: usize| from + (to - from) * i as f64 / steps;
        let has_room = |i: usize| {
            let wide = |side: &Side| self.outer(*side, place(i)) >= self.inner;
            sides.iter().all(wide)
        };
        let (mut best, mut start): (Option<(usize, usize)>, Option<usize>) = (None, None);
        for i in 0..=steps as usize {
            if !has_room(i) {
                start = None;
                continue;
            }
            let first = *start.get_or_insert(i);
            if best.is_none_or(|(a, b)| i - first > b - a) {
                best = Some((first, i));
            }
        }
        best.map(|(first, last)| (place(first), place(last)))
    }

    /// Greatest outer limit between two levels.
    pub(crate) fn widest(&self, side: Side, from: f64, to: f64) -> f64 {
        let pieces = ((to - from).abs() / self.table_step).ceil().max(1.0);
        (0..=pieces as usize)
            .map(|i| self.outer(side, from + (to - from) * i as f64 / pieces))
            .fold(0.0, f64::max)
    }

    /// Least outer limit between two levels.
    pub(crate) fn narrowest(&self, side: Side, from: f64, to: f64) -> f64 {
        let (low, high) = (from.min(to), from.max(to));
        let pieces = ((high - low) / self.table_step).ceil().max(1.0);
        (0..=pieces as usize)
            .map(|i| self.outer(side, low + (high - low) * i as f64 / pieces))
            .fold(f64::MAX, f64::min)
    }
}
