//! What is allowed in a client's file and is yet worth a second look.

use anatomy::Zone;
use planner::PinKind;

use super::day::Day;
use super::{ClientProfile, Pressure};
use crate::client::place::Where;

/// An approval older than this is worth asking for anew (days). Chosen.
const APPROVAL_AGES: i64 = 365;

impl ClientProfile {
    /// What is worth a second look; dates are held against `today`.
    #[must_use]
    pub fn lints(&self, today: Day) -> Vec<String> {
        let mut all = self.approval_lints(today);
        all.extend(self.taste_lints());
        all.extend(self.pin_lints(today));
        let late = self.visits.iter().filter(|visit| visit.date > today);
        all.extend(late.map(|visit| {
            format!(
                "the visit of {} ({}) lies after {today}",
                visit.date, visit.routine
            )
        }));
        all
    }

    fn approval_lints(&self, today: Day) -> Vec<String> {
        let Some(approval) = &self.approval else {
            return Vec::new();
        };
        let mut all = Vec::new();
        let (by, date) = (&approval.by, approval.date);
        if self.answers.cautions.is_empty() {
            all.push(format!(
                "the approval of {by} ({date}) is for nothing: no answer asks for one"
            ));
        } else if approval.answers.is_none() {
            let asked: Vec<String> = self
                .answers
                .cautions
                .iter()
                .map(|c| format!("\"{}\"", c.question))
                .collect();
            all.push(format!(
                "the approval of {by} ({date}) does not say what it covers; write covers = [{}]",
                asked.join(", ")
            ));
        }
        let age = today.days_since(date);
        if age < 0 {
            all.push(format!(
                "the approval of {by} is dated {date}, which is after {today}"
            ));
        } else if age > APPROVAL_AGES {
            all.push(format!(
                "the approval of {by} is {age} days old ({date}); ask anew"
            ));
        }
        all
    }

    fn taste_lints(&self) -> Vec<String> {
        let taste = &self.taste;
        let firm = taste.pressure == Pressure::Firm
            || taste
                .pressure_by_zone
                .iter()
                .any(|(_, p)| *p == Pressure::Firm);
        let mut all = Vec::new();
        if firm && !self.answers.cautions.is_empty() {
            all.push(
                "likes it firm, and an answer asks for caution: the ceilings of the answer hold"
                    .to_owned(),
            );
        }
        let blocked = |zone: &Zone| self.blocked.iter().any(|b| b.place == Where::Zone(*zone));
        for zone in taste
            .favoured
            .iter()
            .chain(&taste.sore)
            .filter(|zone| blocked(zone))
        {
            all.push(format!(
                "zone {} is favoured, and blocked: it is not worked",
                zone.word()
            ));
        }
        all
    }

    fn pin_lints(&self, today: Day) -> Vec<String> {
        let mut all = Vec::new();
        for pin in &self.pins {
            if pin.date > today {
                all.push(format!(
                    "line {}: the pin is dated {}, which is after {today}",
                    pin.line, pin.date
                ));
            }
            let wants_work = match pin.kind {
                PinKind::More | PinKind::Focus => true,
                PinKind::Less | PinKind::Never => false,
            };
            let gentler = self.pins.iter().find(|other| {
                let gentler = match other.kind {
                    PinKind::Less | PinKind::Never => true,
                    PinKind::More | PinKind::Focus => false,
                };
                // Both on the same back: shares differ as places do. 0.5 m is the usual arc.
                let (du, dv) = (other.u_share - pin.u_share, other.v_share - pin.v_share);
                gentler && 0.25 * (du * du + dv * dv) < (other.radius * other.radius.get()).get()
            });
            if let Some(other) = gentler.filter(|_| wants_work) {
                all.push(format!(
                    "line {}: \"{}\" lies within \"{}\" of line {}: the gentler one is heard",
                    pin.line,
                    pin.kind.word(),
                    other.kind.word(),
                    other.line
                ));
            }
        }
        all
    }
}
