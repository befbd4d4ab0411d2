//! The runs as bare numbers, and stretches cut out of them.

use super::ContactRun;

/// A moment in contact: seconds, metres, newtons.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Moment {
    pub at: f64,
    pub u: f64,
    pub v: f64,
    pub force: f64,
}

/// A stretch in contact.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Strip {
    pub moments: Vec<Moment>,
    /// Seconds from blow to blow.
    pub blows: Option<f64>,
}

/// How long the close look lasts (s).
pub(super) const LOOK: f64 = 3.0;

/// The runs without what is not a number.
pub(super) fn strips(runs: &[ContactRun]) -> Vec<Strip> {
    let strips = runs.iter().map(|run| Strip {
        moments: moments(run),
        blows: run
            .blows
            .map(|b| b.get())
            .filter(|b| *b > 0.0 && b.is_finite()),
    });
    strips.filter(|strip| !strip.moments.is_empty()).collect()
}

fn moments(run: &ContactRun) -> Vec<Moment> {
    let places = run.places.iter().enumerate().map(|(index, place)| Moment {
        at: run.start.get() + run.spacing.get() * index as f64,
        u: place.u.get(),
        v: place.v.get(),
        force: place.force.get(),
    });
    let finite = |m: &Moment| [m.at, m.u, m.v, m.force].iter().all(|x| x.is_finite());
    places.filter(finite).collect()
}

/// Greatest force (N).
pub(super) fn peak(strips: &[Strip]) -> f64 {
    let all = strips.iter().flat_map(|strip| &strip.moments);
    all.map(|m| m.force).fold(0.0, f64::max)
}

/// First and last moment (s).
pub(super) fn time(strips: &[Strip]) -> Option<(f64, f64)> {
    let first = strips.first()?.moments.first()?.at;
    let last = strips.last()?.moments.last()?.at;
    (last > first).then_some((first, last))
}

/// The middle of the longest strip, as long as the close look.
pub(super) fn look(strips: &[Strip]) -> Option<Strip> {
    let length = |strip: &Strip| strip.moments.last().map_or(0.0, |m| m.at) - strip.moments[0].at;
    let longest = strips
        .iter()
        .max_by(|a, b| length(a).total_cmp(&length(b)))?;
    let middle = longest.moments[0].at + 0.5 * length(longest);
    let within = |m: &&Moment| (m.at - middle).abs() <= 0.5 * LOOK;
    let moments: Vec<Moment> = longest.moments.iter().filter(within).copied().collect();
    (moments.len() > 2).then_some(Strip {
        moments,
        blows: longest.blows,
    })
}

impl Strip {
    /// One moment for each blow; nothing where contact is kept.
    pub fn struck(&self) -> Vec<Moment> {
        let Some(period) = self.blows else {
            return Vec::new();
        };
        let mut due = self.moments.first().map_or(0.0, |m| m.at);
        let mut struck = Vec::new();
        for moment in &self.moments {
            if moment.at >= due - 1e-6 {
                struck.push(*moment);
                due += period;
            }
        }
        struck
    }

    /// Where it goes on the whole: places averaged over 2 s, so that circles and swings fall away.
    pub fn course(&self) -> Vec<(f64, f64)> {
        let moments = &self.moments;
        let mut course = Vec::with_capacity(moments.len());
        let (mut from, mut to) = (0, 0);
        let mut sum = (0.0, 0.0);
        for middle in moments {
            while let Some(next) = moments.get(to).filter(|m| m.at <= middle.at + 1.0) {
                sum = (sum.0 + next.u, sum.1 + next.v);
                to += 1;
            }
            while let Some(old) = moments.get(from).filter(|m| m.at < middle.at - 1.0) {
                sum = (sum.0 - old.u, sum.1 - old.v);
                from += 1;
            }
            let count = (to - from) as f64;
            course.push((sum.0 / count, sum.1 / count));
        }
        course
    }
}
