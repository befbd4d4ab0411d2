//! Light blows: each must be made, broken, and near its peak.
//!
//! Touch is told by depth, not by force: tissue that is left fast pushes back with nothing before it is left.

use crate::attachments::SegmentFile;
use crate::bounds::{BLOW_IMPACT, BLOW_PEAK, BLOWS_MISSED};
use crate::judgement::BlowSeries;

/// A series on its way.
#[derive(Clone, Debug)]
struct Series {
    figures: BlowSeries,
    contact_sum_s: f64,
    /// The present contact; `None` off the skin. The touch before the first blow is no blow.
    current: Option<Contact>,
    was_off: bool,
}

#[derive(Clone, Copy, Debug)]
struct Contact {
    since_ns: u64,
    asked_n: f64,
    peak_n: f64,
    is_blow: bool,
}

/// All series of a run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Blows {
    current: Option<Series>,
    done: Vec<BlowSeries>,
}

/// What [`Blows`] needs of a sample.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BlowSample {
    pub(crate) at_ns: u64,
    /// Something is in the skin.
    pub(crate) is_in: bool,
    /// True normal force (N).
    pub(crate) force: f64,
    /// Speed of the tool into the skin as it is met (m/s).
    pub(crate) inward: f64,
    /// Peak that is asked for now (N).
    pub(crate) asked: f64,
}

impl Blows {
    /// A sample of a tap segment.
    pub(crate) fn sample(&mut self, segment: &SegmentFile, sample: BlowSample) {
        if self
            .current
            .as_ref()
            .is_some_and(|series| series.figures.segment != segment.index)
        {
            self.close();
        }
        let series = self
            .current
            .get_or_insert_with(|| Series::new(segment, sample.at_ns));
        series.sample(sample);
    }

    /// A sample of any other segment: a blow that is still on ends there, as part of its series.
    pub(crate) fn elsewhere(&mut self, sample: BlowSample) {
        let Some(series) = &mut self.current else {
            return;
        };
        if sample.is_in && series.current.is_some() {
            series.figures.unbroken += 1;
        }
        series.sample(BlowSample {
            is_in: false,
            ..sample
        });
        self.close();
    }

    fn close(&mut self) {
        let Some(series) = self.current.take() else {
            return;
        };
        let mut figures = series.figures;
        figures.mean_contact_s = series.contact_sum_s / f64::from(figures.made.max(1));
        self.done.push(figures);
    }

    /// All series.
    pub(crate) fn into_series(mut self) -> Vec<BlowSeries> {
        if let Some(series) = &mut self.current {
            series.figures.unbroken += u32::from(series.current.is_some());
        }
        self.close();
        self.done
    }
}

impl Series {
    fn new(segment: &SegmentFile, at_ns: u64) -> Self {
        let duration = segment.spacing_s.map_or(0.0, |spacing| {
            spacing * segment.force_n.len().saturating_sub(1) as f64
        });
        let planned = segment
            .tap
            .map_or(0, |tap| (duration / tap.period_s + 1e-6) as u32);
        Self {
            figures: BlowSeries {
                segment: segment.index,
                technique: segment.technique.clone(),
                at_s: at_ns as f64 * 1e-9,
                planned,
                ..BlowSeries::default()
            },
            contact_sum_s: 0.0,
            current: None,
            was_off: false,
        }
    }

    fn sample(&mut self, sample: BlowSample) {
        if !sample.is_in {
            self.was_off = true;
            if let Some(contact) = self.current.take() {
                self.weigh(contact, sample.at_ns);
            }
            return;
        }
        let was_off = self.was_off;
        let contact = self.current.get_or_insert(Contact {
            since_ns: sample.at_ns,
            asked_n: sample.asked,
            peak_n: 0.0,
            is_blow: was_off,
        });
        if contact.since_ns == sample.at_ns && was_off {
            let worst = &mut self.figures.fastest_impact_mm_per_s;
            *worst = worst.max(sample.inward * 1e3);
        }
        contact.peak_n = contact.peak_n.max(sample.force);
    }

    fn weigh(&mut self, contact: Contact, until_ns: u64) {
        if !contact.is_blow {
            return;
        }
        let figures = &mut self.figures;
        let lasted = until_ns.saturating_sub(contact.since_ns) as f64 * 1e-9;
        self.contact_sum_s += lasted;
        figures.longest_contact_s = figures.longest_contact_s.max(lasted);
        figures.least_peak_n = if figures.made == 0 {
            contact.peak_n
        } else {
            figures.least_peak_n.min(contact.peak_n)
        };
        figures.made += 1;
        figures.peaks_n.push(contact.peak_n);
        figures.largest_peak_n = figures.largest_peak_n.max(contact.peak_n);
        let miss = (contact.peak_n - contact.asked_n).abs();
        let (share, least) = BLOW_PEAK;
        figures.worst_miss_n = figures.worst_miss_n.max(miss);
        figures.off_peak += u32::from(miss > (share * contact.asked_n).max(least));
    }
}

/// Writes every bound that a series broke.
pub(crate) fn reasons(series: &BlowSeries, cut_short: bool, reasons: &mut Vec<String>) {
    let name = format!("{} (segment {})", series.technique, series.segment);
    let missing = series.planned.saturating_sub(series.made);
    if !cut_short && f64::from(missing) > BLOWS_MISSED * f64::from(series.planned) {
        reasons.push(format!(
            "{name}: {} of {} blows were made; one in {:.0} may be missing",
            series.made,
            series.planned,
            1.0 / BLOWS_MISSED
        ));
    }
    if series.made > series.planned {
        reasons.push(format!(
            "{name}: {} blows were made, {} were planned",
            series.made, series.planned
        ));
    }
    if series.unbroken > 0 {
        reasons.push(format!("{name}: {} blows were not broken", series.unbroken));
    }
    if series.off_peak > 0 {
        reasons.push(format!(
            "{name}: {} peaks are off what was asked, by up to {:.2} N; the greater of {:.1} N and {:.0} % \
             is allowed",
            series.off_peak,
            series.worst_miss_n,
            BLOW_PEAK.1,
            BLOW_PEAK.0 * 1e2
        ));
    }
    if series.fastest_impact_mm_per_s > BLOW_IMPACT * 1e3 {
        reasons.push(format!(
            "{name}: the skin is met with {:.1} mm/s; {:.0} mm/s are allowed",
            series.fastest_impact_mm_per_s,
            BLOW_IMPACT * 1e3
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attachments::TapFile;

    fn segment() -> SegmentFile {
        SegmentFile {
            index: 3,
            kind: "tap".to_owned(),
            technique: "percussion".to_owned(),
            spacing_s: Some(0.4),
            force_n: vec![8.0; 4],
            tap: Some(TapFile {
                period_s: 0.4,
                height_m: 0.005,
                speed_m_per_s: 0.03,
            }),
            ..SegmentFile::default()
        }
    }

    /// A touch that is left, then blows of the given peaks and impact speeds, each 100 ms of 400.
    fn played(blows: &[(f64, f64)], is_left: bool) -> (BlowSeries, Vec<String>) {
        let mut all = Blows::default();
        let mut at = 0;
        let mut step = |force: f64, inward: f64, all: &mut Blows| {
            let sample = BlowSample {
                at_ns: at,
                is_in: force > 0.0,
                force,
                inward,
                asked: 8.0,
            };
            all.sample(&segment(), sample);
            at += 1_000_000;
        };
        (0..100).for_each(|_| step(3.0, 0.0, &mut all));
        for (peak, inward) in blows {
            (0..300).for_each(|_| step(0.0, 0.0, &mut all));
            (1..=100).for_each(|i| step(peak * f64::from(i) / 100.0, *inward, &mut all));
        }
        if is_left {
            step(0.0, 0.0, &mut all);
        }
        let series = all.into_series().remove(0);
        let mut found = Vec::new();
        reasons(&series, false, &mut found);
        (series, found)
    }

    #[test]
    fn blows_that_are_made_broken_and_near_their_peak_pass() {
        let (series, found) = played(&[(8.0, 0.02), (9.0, 0.025), (6.5, 0.01)], true);
        assert_eq!(found, Vec::<String>::new());
        assert_eq!((series.planned, series.made), (3, 3));
        assert!((series.worst_miss_n - 1.5).abs() < 1e-9);
        assert!((series.mean_contact_s - 0.1).abs() < 1e-9);
        assert!((series.fastest_impact_mm_per_s - 25.0).abs() < 1e-9);
    }

    #[test]
    fn every_kind_of_bad_blow_is_named() {
        for (blows, is_left, word) in [
            (&[(8.0, 0.02), (8.0, 0.02)][..], true, "2 of 3 blows"),
            (&[(8.0, 0.02); 4], true, "4 blows were made"),
            (&[(8.0, 0.02); 3], false, "not broken"),
            (
                &[(8.0, 0.02), (8.0, 0.02), (10.1, 0.02)],
                true,
                "off what was asked",
            ),
            (&[(8.0, 0.02), (8.0, 0.04), (8.0, 0.02)], true, "40.0 mm/s"),
        ] {
            let (_, found) = played(blows, is_left);
            assert!(
                found.iter().any(|reason| reason.contains(word)),
                "{word}: {found:?}"
            );
        }
    }
}
