//! The session in numbers, step by step and zone by zone, counted from the archive's 50 Hz messages.
//!
//! These are for reading beside the curves. The verdict rests on the caller's figures, which come from
//! every cycle.

use std::collections::BTreeMap;

use recorder::ContactRecord;

use crate::touches::touches;

/// A stroke counts from this long after the touch (s): until then the force is still finding its value.
pub(super) const SETTLING_S: f64 = 0.3;
/// Longest time that one message stands for (s).
const LONGEST_STEP_S: f64 = 0.1;

/// What a step, or a zone, looked like.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Tally {
    /// Time in contact (s).
    pub contact_s: f64,
    /// Force times time (N·s).
    pub dose: f64,
    /// Share of the dose on the client's left, 0 to 1 times the dose (N·s).
    pub dose_left: f64,
    squares: f64,
    errors: f64,
    judged: u32,
    /// Highest true force (N).
    pub max_force: Option<f64>,
    /// Least room below the ceiling in contact (N).
    pub least_room: Option<f64>,
    /// Lowest ceiling in contact (N).
    pub ceiling: Option<f64>,
    /// Least distance of the patch edge from the spine in contact (m).
    pub clearance: Option<f64>,
    /// Highest peak pressure (Pa).
    pub pressure: Option<f64>,
    /// Highest angle between tool axis and normal over judged strokes (rad).
    pub normal_error: Option<f64>,
    /// Highest error along the skin over judged strokes (m).
    pub tangential_error: Option<f64>,
}

impl Tally {
    /// Root mean square of true force minus set-point over judged strokes (N).
    pub fn rmse(&self) -> Option<f64> {
        (self.judged > 0).then(|| (self.squares / f64::from(self.judged)).sqrt())
    }

    /// Mean of true force minus set-point over judged strokes (N).
    pub fn bias(&self) -> Option<f64> {
        (self.judged > 0).then(|| self.errors / f64::from(self.judged))
    }

    fn add(&mut self, contact: &ContactRecord, seconds: f64, judged: bool) {
        let force = contact.normal_force_true_n;
        if touches(contact) {
            self.contact_s += seconds;
            self.dose += force * seconds;
            self.dose_left += if contact.v_m > 0.0 {
                force * seconds
            } else {
                0.0
            };
            raise(&mut self.max_force, force);
            raise(&mut self.pressure, contact.peak_pressure_pa);
            sink(&mut self.least_room, contact.ceiling_n - force);
            sink(&mut self.ceiling, contact.ceiling_n);
            sink(&mut self.clearance, contact.spine_clearance_m);
        }
        if judged {
            let error = force - contact.normal_force_setpoint_n;
            self.squares += error * error;
            self.errors += error;
            self.judged += 1;
            raise(&mut self.normal_error, contact.normal_error_rad.abs());
            raise(&mut self.tangential_error, contact.tangential_error_m.abs());
        }
    }
}

fn raise(highest: &mut Option<f64>, value: f64) {
    if value.is_finite() {
        *highest = Some(highest.map_or(value, |h| h.max(value)));
    }
}

fn sink(lowest: &mut Option<f64>, value: f64) {
    if value.is_finite() {
        *lowest = Some(lowest.map_or(value, |l| l.min(value)));
    }
}

/// All tallies of a session.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Tallies {
    /// The whole session.
    pub all: Tally,
    /// By index of the routine's step.
    pub steps: BTreeMap<u32, Tally>,
    /// By technique word.
    pub techniques: BTreeMap<String, Tally>,
    /// By zone word.
    pub zones: BTreeMap<String, Tally>,
}

/// Counts a session. Messages are in the order of time.
pub(super) fn tally(contacts: &[ContactRecord]) -> Tallies {
    let mut tallies = Tallies::default();
    for (index, (contact, judged)) in contacts.iter().zip(judged(contacts)).enumerate() {
        let next = contacts
            .get(index + 1)
            .map_or(contact.at_ns, |next| next.at_ns);
        let seconds = (next.saturating_sub(contact.at_ns) as f64 * 1e-9).min(LONGEST_STEP_S);
        tallies.all.add(contact, seconds, judged);
        tallies
            .steps
            .entry(contact.step_index)
            .or_default()
            .add(contact, seconds, judged);
        if !contact.technique.is_empty() {
            let technique = tallies
                .techniques
                .entry(contact.technique.clone())
                .or_default();
            technique.add(contact, seconds, judged);
        }
        if touches(contact) && !contact.zone.is_empty() {
            let zone = tallies.zones.entry(contact.zone.clone()).or_default();
            zone.add(contact, seconds, judged);
        }
    }
    tallies
}

/// For each message, in the order of time: is it part of a stroke, and the touch at least
/// [`SETTLING_S`] old?
pub(super) fn judged(contacts: &[ContactRecord]) -> impl Iterator<Item = bool> + '_ {
    let mut touched_at: Option<u64> = None;
    contacts.iter().map(move |contact| {
        touched_at = if touches(contact) {
            touched_at.or(Some(contact.at_ns))
        } else {
            lost(touched_at, contact)
        };
        let age_ns = touched_at.map(|touched| contact.at_ns.saturating_sub(touched));
        is_tracked(contact) && age_ns.is_some_and(|age| age as f64 * 1e-9 >= SETTLING_S)
    })
}

/// The kinds of segment whose force follows a set-point; blows do not.
fn is_tracked(contact: &ContactRecord) -> bool {
    matches!(contact.segment.as_str(), "stroke" | "hold")
}

/// A touch that is lost within a stroke still counts as that stroke: losing the skin is an error to be seen.
fn lost(touched_at: Option<u64>, contact: &ContactRecord) -> Option<u64> {
    touched_at.filter(|_| is_tracked(contact))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(tick: u64, force: f64, segment: &str) -> ContactRecord {
        ContactRecord {
            at_ns: tick * 20_000_000,
            normal_force_true_n: force,
            normal_force_setpoint_n: 20.0,
            ceiling_n: 40.0,
            spine_clearance_m: 0.03,
            v_m: 0.05,
            segment: segment.into(),
            technique: "effleurage".into(),
            zone: "paraspinal".into(),
            ..ContactRecord::default()
        }
    }

    #[test]
    fn a_constant_offset_is_both_rmse_and_bias() {
        let contacts: Vec<_> = (0..500).map(|i| at(i, 20.4, "stroke")).collect();
        let tally = tally(&contacts).all;
        assert!((tally.rmse().expect("judged") - 0.4).abs() < 1e-9);
        assert!((tally.bias().expect("judged") - 0.4).abs() < 1e-9);
        assert!((tally.dose - 20.4 * 499.0 * 0.02).abs() < 1e-6);
        assert_eq!(tally.dose, tally.dose_left);
    }

    #[test]
    fn the_first_moments_after_touch_are_not_judged_but_their_force_is_seen() {
        let mut contacts: Vec<_> = (0..10).map(|i| at(i, 35.0, "stroke")).collect();
        contacts.extend((20..100).map(|i| at(i, 20.0, "stroke")));
        let tally = tally(&contacts).all;
        assert_eq!(tally.rmse(), Some(0.0));
        assert_eq!(tally.max_force, Some(35.0));
        assert_eq!(tally.least_room, Some(5.0));
    }

    #[test]
    fn losing_the_skin_within_a_stroke_counts_as_error() {
        let mut contacts: Vec<_> = (0..100).map(|i| at(i, 20.0, "stroke")).collect();
        contacts.extend((100..150).map(|i| at(i, 0.0, "stroke")));
        assert!(tally(&contacts).all.rmse().expect("judged") > 5.0);
    }

    #[test]
    fn nothing_is_nothing_and_not_zero() {
        let tally = tally(&[]).all;
        assert_eq!(
            (tally.rmse(), tally.max_force, tally.clearance),
            (None, None, None)
        );
    }
}
