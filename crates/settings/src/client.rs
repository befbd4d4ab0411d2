//! The client: what was answered before the session, and what is liked.
//!
//! Every question of the intake must be answered: a question that was not asked is not a "no". An answer
//! either rules the session out, or takes something away from the envelope, or is a plain no.

use std::path::Path;

use anatomy::Zone;
use limits::{Area, Tightening};
use quantities::{Metres, Newtons, Pascals};

use crate::document::{
    self, Kind, Language, Section, flag, list, number, section, sections, text, words, words_of,
};
use crate::file::{LARGEST_TOML, read_text};
use crate::{Code, SettingsErrors};

/// How much pressure a client likes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pressure {
    /// Less than the routine says.
    Light,
    /// As the routine says.
    Medium,
    /// As the routine says; more is a matter of the routine, never of a taste alone.
    Firm,
}

/// A client as the file tells.
#[derive(Clone, Debug, PartialEq)]
pub struct ClientProfile {
    /// What to call the profile; no person's name is needed.
    pub name: String,
    /// Preferred pressure.
    pub pressure: Pressure,
    /// All that the preference and the answers take away from the envelope.
    pub tightening: Tightening,
    /// What the operator should be told before the session.
    pub notes: Vec<String>,
}

impl ClientProfile {
    /// Reads a client file.
    ///
    /// # Errors
    /// [`SettingsErrors`] with every fault of the file, or with every answer that rules a session out.
    pub fn read(path: &Path) -> Result<Self, SettingsErrors> {
        Self::parse(&read_text(path, LARGEST_TOML)?, &path.display().to_string())
    }

    /// Reads a client from its text; `file_name` is what messages call it.
    ///
    /// # Errors
    /// [`SettingsErrors`] with every fault of the text, or with every answer that rules a session out.
    pub fn parse(text: &str, file_name: &str) -> Result<Self, SettingsErrors> {
        document::read(text, file_name, Language::Toml, profile)
    }
}

/// Answers with which there is no session at all.
const RULED_OUT: [&str; 19] = [
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

/// Answers that make the envelope smaller.
const GENTLER: [&str; 5] = [
    "anticoagulants",
    "controlled_hypertension",
    "diabetes_with_neuropathy",
    "strong_painkillers",
    "pregnancy",
];

/// Ceilings with any of the answers in [`GENTLER`]. Chosen: half of the default ceiling on muscle, and
/// the pressure allowed on the most tender place.
const GENTLER_FORCE: Newtons = Newtons::new(20.0);
const GENTLER_PRESSURE: Pascals = Pascals::new(50e3);
/// Ceiling for those who like it light. Chosen: the firm force of effleurage and its margin.
const LIGHT_FORCE: Newtons = Newtons::new(25.0);

fn profile(root: &Section<'_>) -> Option<ClientProfile> {
    root.version()?;
    let name = root.required("name", text());
    let pressures = [
        ("light", Pressure::Light),
        ("medium", Pressure::Medium),
        ("firm", Pressure::Firm),
    ];
    let pressure = root.required("pressure", words(&pressures).map(|pressure| pressure));
    let force = root.optional("force_ceiling_n", number(5.0..=80.0, "N"));
    let zones = root.or(
        "blocked_zones",
        list(zone(), 0..=Zone::ALL.len()),
        Vec::new(),
    );
    let areas = root.or("blocked_area", sections(area, 0..=100), Vec::new());
    let intake = root.required("intake", section(intake));
    let (pressure, areas, gentler) = (pressure?, areas?, intake?);
    let mut tightening = Tightening {
        force: force?.map(Newtons::new),
        blocked_zones: zones?,
        blocked_areas: areas.iter().map(|(area, _)| *area).collect(),
        ..Tightening::default()
    };
    let mut notes: Vec<String> = areas
        .into_iter()
        .map(|(_, reason)| format!("blocked area: {reason}"))
        .collect();
    if pressure == Pressure::Light {
        lower(&mut tightening.force, LIGHT_FORCE);
        notes.push(format!("likes it light: at most {LIGHT_FORCE}"));
    }
    if !gentler.is_empty() {
        lower(&mut tightening.force, GENTLER_FORCE);
        tightening.pressure = Some(GENTLER_PRESSURE);
        let answers = gentler.join(", ").replace('_', " ");
        notes.push(format!("{answers}: at most {GENTLER_FORCE} and 50 kPa"));
    }
    Some(ClientProfile {
        name: name?,
        pressure,
        tightening,
        notes,
    })
}

fn lower(ceiling: &mut Option<Newtons>, to: Newtons) {
    *ceiling = Some(ceiling.map_or(to, |at| at.min(to)));
}

fn zone<'k>() -> Kind<'k, Zone> {
    words_of(Zone::ALL.iter().map(|zone| (zone.word(), *zone)).collect())
}

/// An area with the reason why it is blocked.
fn area(section: &Section<'_>) -> Option<(Area, String)> {
    let reason = section.required("reason", text());
    let along = section.required("u_mm", pair());
    let across = section.required("v_mm", pair());
    Some((
        Area {
            u: along?,
            v: across?,
        },
        reason?,
    ))
}

/// `[from, to]` in millimetres, the smaller first.
fn pair<'k>() -> Kind<'k, (Metres, Metres)> {
    let ends = list(number(-1000.0..=1000.0, "mm"), 2..=2);
    Kind::new("[from, to] in mm, the smaller first", move |cell| {
        let &[from, to] = ends.read(cell)?.as_slice() else {
            return None;
        };
        if from >= to {
            let message = format!("`{}` runs from {from} to {to}", cell.name);
            return cell.refuse(Code::Contradiction, message, "write the smaller end first");
        }
        Some((Metres::new(from / 1000.0), Metres::new(to / 1000.0)))
    })
}

/// Reads all answers; yields those that ask for a gentler session.
fn intake(section: &Section<'_>) -> Option<Vec<&'static str>> {
    let answers: Vec<Option<(&'static str, bool)>> = RULED_OUT
        .iter()
        .chain(&GENTLER)
        .map(|question| Some((*question, section.required(question, flag())?)))
        .collect();
    let answers: Vec<(&'static str, bool)> = answers.into_iter().collect::<Option<_>>()?;
    let yes: Vec<&'static str> = answers
        .into_iter()
        .filter(|(_, yes)| *yes)
        .map(|(question, _)| question)
        .collect();
    let (stop, gentler): (Vec<_>, Vec<_>) = yes.into_iter().partition(|q| RULED_OUT.contains(q));
    for question in &stop {
        let words = question.replace('_', " ");
        section.refuse_key::<()>(
            question,
            Code::IntakeRefused,
            format!("\"{words}\" was answered with yes: no session"),
            "a physician decides whether massage is possible; this is not a limit that can be edited",
        );
    }
    stop.is_empty().then_some(gentler)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEFAULT: &str = include_str!("../../../config/clients/default.toml");

    fn faults(text: &str) -> Vec<(Code, Option<usize>)> {
        let errors = ClientProfile::parse(text, "c.toml").expect_err("a refused client");
        errors.problems().iter().map(|p| (p.code, p.line)).collect()
    }

    /// The default client with one answer changed; the line is matched whole, since one question's
    /// name may end in another's.
    fn answered_yes(question: &str) -> String {
        DEFAULT.replace(
            &format!("\n{question} = false"),
            &format!("\n{question} = true"),
        )
    }

    #[test]
    fn the_default_client_takes_nothing_away() {
        let client = ClientProfile::parse(DEFAULT, "c.toml").expect("good");
        assert_eq!(client.tightening, Tightening::default());
        assert!(client.notes.is_empty());
    }

    #[test]
    fn each_ruling_answer_rules_the_session_out() {
        for question in RULED_OUT {
            let text = answered_yes(question);
            assert_ne!(text, DEFAULT, "{question}");
            assert_eq!(faults(&text)[0].0, Code::IntakeRefused, "{question}");
        }
    }

    #[test]
    fn each_cautious_answer_makes_the_envelope_smaller() {
        for question in GENTLER {
            let text = answered_yes(question);
            let client = ClientProfile::parse(&text, "c.toml").expect("good");
            assert_eq!(client.tightening.force, Some(GENTLER_FORCE), "{question}");
            assert_eq!(client.tightening.pressure, Some(GENTLER_PRESSURE));
        }
    }

    #[test]
    fn a_question_that_was_not_asked_is_not_a_no() {
        let text = DEFAULT.replace("aneurysm = false\n", "");
        let errors = ClientProfile::parse(&text, "c.toml").expect_err("unanswered");
        assert_eq!(errors.problems()[0].code, Code::MissingKey);
        assert!(
            errors.to_string().contains("`aneurysm` is missing"),
            "{errors}"
        );
    }

    #[test]
    fn preferences_and_blocked_places_arrive() {
        let text = DEFAULT.replace(
            "pressure = \"medium\"",
            "pressure = \"light\"\nblocked_zones = [\"kidney\"]\nforce_ceiling_n = 30",
        ) + "\n[[blocked_area]]\nreason = \"bruise\"\nu_mm = [10, 40]\nv_mm = [-60, -20]\n";
        let client = ClientProfile::parse(&text, "c.toml").expect("good");
        assert_eq!(client.tightening.blocked_zones, [Zone::Kidney]);
        assert_eq!(client.tightening.force, Some(LIGHT_FORCE));
        assert_eq!(
            client.tightening.blocked_areas[0].v,
            (Metres::new(-0.06), Metres::new(-0.02))
        );
        assert!(client.notes.iter().any(|note| note.contains("bruise")));
        let reversed = text.replace("[10, 40]", "[40, 10]");
        assert_eq!(faults(&reversed)[0].0, Code::Contradiction);
    }
}
