//! The questions before a session, and what a yes does.
//!
//! ```text
//!                ┌─ rules a session out ────────────────────────────▶ refused
//!  yes to what ──┼─ asks for a place   ─┬─ [[blocked]] says where ──▶ that place is blocked
//!                │                      └─ no place ────────────────▶ refused
//!                └─ asks for caution   ─┬─ [approval] says who, when ▶ strictly smaller envelope
//!                                       └─ no approval ─────────────▶ refused
//! ```
//! A question that was not answered is refused: it is not a no. The figures of the cautions are chosen: no
//! source gives forces or pressures for a machine on such a back.

use anatomy::Zone;
use limits::Tightening;
use quantities::{Newtons, Pascals, Seconds};

use super::approval::{Approval, LAST_PRONE_WEEK};
use super::place::BlockedPlace;
use crate::Code;
use crate::document::{Section, flag};

/// Answers with which there is no session at all.
pub(super) const RULED_OUT: [&str; 19] = [
    "thrombosis_or_phlebitis",
    "fever_or_infection",
    "uncontrolled_blood_pressure_or_heart_failure",
    "recent_stroke",
    "fracture",
    "acute_injury_of_unknown_cause",
    "aneurysm",
    "uncleared_cancer",
    "severe_osteoporosis",
    "severe_thrombocytopenia",
    "high_risk_pregnancy",
    "recent_surgery_of_the_back",
    "intoxication",
    "major_trauma",
    "new_pain_under_20_or_over_50",
    "weight_loss_or_night_pain",
    "numbness_of_the_saddle_region",
    "bladder_change",
    "progressive_leg_weakness",
];

/// Answers that block places: a yes needs at least one.
pub(super) const BLOCKING: [&str; 8] = [
    "open_wounds",
    "burns",
    "contagious_skin",
    "varicose_veins",
    "bruises",
    "scars_under_six_weeks",
    "implants",
    "injection_sites",
];

/// The answer whose approval must say more than who and when.
const PREGNANCY: &str = "pregnancy";

/// What an answer takes away from the envelope once somebody has approved the session. All figures: chosen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Caution {
    /// The question.
    pub question: &'static str,
    /// Why the envelope is smaller.
    pub why: &'static str,
    /// Share that stays of every force, pressure and zone dose.
    pub share: f64,
    /// Highest normal force.
    pub force: Newtons,
    /// Highest pressure.
    pub pressure: Pascals,
    /// Highest force along the skin.
    pub tangential: Newtons,
    /// Longest static press above half the ceiling.
    pub dwell: Seconds,
    /// Longest time in one position.
    pub position_time: Seconds,
    /// Zones with a lower ceiling still; zero blocks.
    pub zones: &'static [(Zone, Newtons)],
}

/// The usual times, which a caution may shorten.
const DWELL: Seconds = Seconds::new(10.0);
const POSITION: Seconds = Seconds::new(1200.0);

/// Answers that need an approval. At most half of the default force on muscle, and no more pressure than the
/// most tender place takes by default; further for single answers.
pub(super) const CAUTIONS: [Caution; 5] = [
    Caution {
        question: "anticoagulants",
        why: "pressure and shear leave bruises sooner",
        share: 0.7,
        force: Newtons::new(20.0),
        pressure: Pascals::new(50e3),
        tangential: Newtons::new(10.0),
        dwell: Seconds::new(5.0),
        position_time: POSITION,
        zones: &[],
    },
    Caution {
        question: "controlled_hypertension",
        why: "lying prone for long and pressure at the base of the neck move the blood pressure",
        share: 0.8,
        force: Newtons::new(20.0),
        pressure: Pascals::new(50e3),
        tangential: Newtons::new(15.0),
        dwell: DWELL,
        position_time: Seconds::new(900.0),
        zones: &[(Zone::NeckBase, Newtons::new(8.0))],
    },
    Caution {
        question: "diabetes_with_neuropathy",
        why: "the skin does not tell what is too much, and heals badly",
        share: 0.7,
        force: Newtons::new(20.0),
        pressure: Pascals::new(50e3),
        tangential: Newtons::new(10.0),
        dwell: Seconds::new(5.0),
        position_time: POSITION,
        zones: &[],
    },
    Caution {
        question: "strong_painkillers",
        why: "the pain that would tell of too much is not felt",
        share: 0.7,
        force: Newtons::new(20.0),
        pressure: Pascals::new(50e3),
        tangential: Newtons::new(15.0),
        dwell: Seconds::new(5.0),
        position_time: POSITION,
        zones: &[],
    },
    Caution {
        question: PREGNANCY,
        why: "lying prone is for a short while only, and the lower back is left in peace",
        share: 0.7,
        force: Newtons::new(15.0),
        pressure: Pascals::new(40e3),
        tangential: Newtons::new(8.0),
        dwell: Seconds::new(5.0),
        position_time: Seconds::new(600.0),
        zones: &[
            (Zone::Kidney, Newtons::ZERO),
            (Zone::Sacrum, Newtons::new(8.0)),
            (Zone::Buttock, Newtons::new(12.0)),
        ],
    },
];

impl Caution {
    /// In words, for the operator.
    #[must_use]
    pub fn told(&self) -> String {
        format!(
            "{}: at most {} and {:.0} kPa; {}",
            self.question.replace('_', " "),
            self.force,
            self.pressure.get() * 1e-3,
            self.why
        )
    }

    /// What several cautions take away together: the shares multiply, and each figure is the least over the
    /// answers of one's own figure times the shares of the others. So each further answer takes something
    /// away, whatever the figures before it.
    pub(super) fn together(cautions: &[&Self]) -> Tightening {
        let share_of_others = |own: usize| -> f64 {
            let others = cautions.iter().enumerate().filter(|(at, _)| *at != own);
            others.map(|(_, caution)| caution.share).product()
        };
        let least = |figure: fn(&Self) -> f64| {
            let each = cautions.iter().enumerate();
            each.map(|(own, caution)| figure(caution) * share_of_others(own))
                .reduce(f64::min)
        };
        let shortest =
            |time: fn(&Self) -> Seconds| cautions.iter().map(|c| time(c)).reduce(Seconds::min);
        let zones = cautions.iter().flat_map(|caution| caution.zones);
        let (blocked, lowered): (Vec<_>, Vec<_>) = zones
            .copied()
            .partition(|(_, force)| *force <= Newtons::ZERO);
        let share: f64 = cautions.iter().map(|caution| caution.share).product();
        Tightening {
            share: (!cautions.is_empty()).then_some(share),
            force: least(|caution| caution.force.get()).map(Newtons::new),
            pressure: least(|caution| caution.pressure.get()).map(Pascals::new),
            tangential_force: least(|caution| caution.tangential.get()).map(Newtons::new),
            zone_forces: lowered,
            blocked_zones: blocked.into_iter().map(|(zone, _)| zone).collect(),
            dwell: shortest(|caution| caution.dwell),
            position_time: shortest(|caution| caution.position_time),
            ..Tightening::default()
        }
    }
}

/// The answers that do not rule a session out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answers {
    /// Questions answered with yes whose places are blocked.
    pub blocking: Vec<&'static str>,
    /// Cautions of the questions answered with yes.
    pub cautions: Vec<&'static Caution>,
}

/// Reads all answers and holds them against the places and the approval of the file; `None` for either of
/// these says that it could not be read, which is told elsewhere.
pub(super) fn intake(
    section: &Section<'_>,
    places: Option<&[BlockedPlace]>,
    approval: Option<Option<&Approval>>,
) -> Option<Answers> {
    let yes = answers(section)?;
    let mut fine = ruled_out(section, &yes);
    let blocking: Vec<&'static str> = BLOCKING.into_iter().filter(|q| yes.contains(q)).collect();
    let cautions: Vec<&'static Caution> = CAUTIONS
        .iter()
        .filter(|c| yes.contains(&c.question))
        .collect();
    if let Some(places) = places {
        fine = placed(section, &blocking, places).and(fine);
    }
    if let Some(approval) = approval {
        fine = approved(section, &cautions, approval).and(fine);
    }
    fine.map(|()| Answers { blocking, cautions })
}

/// All questions answered with yes, when all are answered.
fn answers(section: &Section<'_>) -> Option<Vec<&'static str>> {
    let cautions = CAUTIONS.iter().map(|caution| caution.question);
    let questions = RULED_OUT.into_iter().chain(BLOCKING).chain(cautions);
    // Every question is asked before the first missing answer counts.
    let answers: Vec<Option<(&'static str, bool)>> = questions
        .map(|question| Some((question, section.required(question, flag())?)))
        .collect();
    let answers: Vec<_> = answers.into_iter().collect::<Option<_>>()?;
    let yes = answers.into_iter().filter(|(_, yes)| *yes);
    Some(yes.map(|(question, _)| question).collect())
}

fn ruled_out(section: &Section<'_>, yes: &[&'static str]) -> Option<()> {
    let mut fine = Some(());
    for question in yes.iter().filter(|question| RULED_OUT.contains(question)) {
        let words = question.replace('_', " ");
        fine = section.refuse_key(
            question,
            Code::IntakeRefused,
            format!("\"{words}\" was answered with yes: no session"),
            "a physician decides whether massage is possible; this is not a limit that can be edited",
        );
    }
    fine
}

/// Every yes has its place, and every place its yes.
fn placed(section: &Section<'_>, yes: &[&'static str], places: &[BlockedPlace]) -> Option<()> {
    let mut fine = Some(());
    for question in BLOCKING {
        let has_place = places.iter().any(|place| place.because == Some(question));
        let words = question.replace('_', " ");
        match (yes.contains(&question), has_place) {
            (true, true) | (false, false) => {}
            (true, false) => {
                fine = section.refuse_key(
                    question,
                    Code::PlaceMissing,
                    format!("\"{words}\" was answered with yes, but no place is told"),
                    format!(
                        "say where: [[blocked]] with because = \"{question}\" and a zone, or u_mm and v_mm"
                    ),
                );
            }
            (false, true) => {
                fine = section.refuse_key(
                    question,
                    Code::Contradiction,
                    format!(
                        "a place is blocked because of \"{words}\", which was answered with no"
                    ),
                    "answer with true, or take the place out",
                );
            }
        }
    }
    fine
}

/// Every caution has been approved by somebody, on some day, knowing of it.
fn approved(
    section: &Section<'_>,
    cautions: &[&'static Caution],
    approval: Option<&Approval>,
) -> Option<()> {
    let mut fine = Some(());
    for caution in cautions {
        let words = caution.question.replace('_', " ");
        let covers = approval.is_some_and(|approval| approval.covers(caution.question));
        if !covers {
            let seen = match approval {
                None => "nobody has approved a session".to_owned(),
                Some(by) => format!("the approval of {} ({}) does not cover it", by.by, by.date),
            };
            fine = section.refuse_key(
                caution.question,
                Code::ApprovalMissing,
                format!("\"{words}\" was answered with yes, and {seen}"),
                "ask a physician; then write [approval] with by = \"...\" and date = \"YYYY-MM-DD\" (and covers = \
                 [...], the answers that it covers). The session is gentler even then",
            );
        } else if caution.question == PREGNANCY {
            fine = prone(section, approval).and(fine);
        }
    }
    fine
}

/// This table knows no posture but prone. What that means in a pregnancy must have been part of the approval;
/// beyond the first three months nothing here can make it bearable.
fn prone(section: &Section<'_>, approval: Option<&Approval>) -> Option<()> {
    let agreed = approval.is_some_and(|approval| approval.prone);
    let week = approval.and_then(|approval| approval.pregnancy_week);
    match week {
        Some(week) if week > LAST_PRONE_WEEK => section.refuse_key(
            PREGNANCY,
            Code::IntakeRefused,
            format!(
                "pregnant in week {week}: no session; the client would lie on the belly, allowed is to week \
                 {LAST_PRONE_WEEK}"
            ),
            "a person can massage somebody who lies on the side; this machine cannot",
        ),
        Some(_) if agreed => Some(()),
        Some(_) | None => section.refuse_key(
            PREGNANCY,
            Code::ApprovalMissing,
            "\"pregnancy\" was answered with yes, and the approval does not say that lying prone was part of it"
                .to_owned(),
            format!(
                "the client lies on the belly: ask the physician about that, too; then write in [approval] \
                 pregnancy_week = ... (to {LAST_PRONE_WEEK}) and prone = true"
            ),
        ),
    }
}
