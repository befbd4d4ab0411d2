//! The client: what was answered before the session, what is liked, what was said on earlier visits.
//!
//! ```text
//!  [intake] answers ─┬─▶ refused: no session, a place or an approval is missing
//!  [[blocked]]       ├─▶ tightening ─────────┐
//!  [approval]       ─┘                       ├─ on a back ─▶ Tightening: what the envelope loses
//!  [[pin]] never here ───────────────────────┤
//!  [[pin]] less, more, focus ────────────────┴─ on a back ─▶ ClientWishes: what scales a routine's words
//!  pressure, zones, oil, asked_for ─────────────────────────┘
//!  [[visit]], every_days ─▶ history, what is due
//! ```
//! Every question of the intake must be answered: a question that was not asked is not a "no". An answer
//! either rules the session out, or takes something away from the envelope, or is a plain no. What is liked
//! scales words; it never gives anything back.

mod approval;
mod day;
mod intake;
mod lints;
mod on_back;
mod pin;
mod place;
mod taste;
mod visit;
mod write;

use std::path::Path;

use limits::Tightening;
use quantities::Newtons;

use crate::SettingsErrors;
use crate::document::{self, Language, Section, number, section, sections, text, whole};
use crate::file::{LARGEST_TOML, read_text};

pub use approval::{Approval, LAST_PRONE_WEEK};
pub use day::Day;
pub use intake::{Answers, Caution};
pub use pin::{ChartPin, reaches_the_body};
pub use place::{BlockedPlace, Where};
pub use taste::{Pressure, Taste};
pub use visit::{Due, Visit};
pub use write::{client_starter, with_pin};

/// A client as the file tells.
#[derive(Clone, Debug, PartialEq)]
pub struct ClientProfile {
    /// The file, as it was named by whoever asked for it.
    pub file: String,
    /// What to call the profile; no person's name is needed.
    pub name: String,
    /// What is liked.
    pub taste: Taste,
    /// The answers of the intake.
    pub answers: Answers,
    /// Who approved a session in spite of an answer.
    pub approval: Option<Approval>,
    /// Places that must not be touched.
    pub blocked: Vec<BlockedPlace>,
    /// What was said on earlier visits.
    pub pins: Vec<ChartPin>,
    /// Earlier visits.
    pub visits: Vec<Visit>,
    /// Days from one visit to the next.
    pub every_days: Option<u32>,
    /// All that preference and answers take away from the envelope on every back; see
    /// [`ClientProfile::tightening_on`].
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
        document::read(text, file_name, Language::Toml, |root| {
            profile(root, file_name)
        })
    }
}

/// Ceiling for those who like it light. Chosen: the firm force of effleurage and its margin.
const LIGHT_FORCE: Newtons = Newtons::new(25.0);

fn profile(root: &Section<'_>, file_name: &str) -> Option<ClientProfile> {
    root.version()?;
    let name = root.required("name", text());
    let taste = taste::taste(root);
    let force = root.optional("force_ceiling_n", number(5.0..=80.0, "N"));
    let blocked = root.or("blocked", sections(place::blocked, 0..=100), Vec::new());
    let approval = root.optional("approval", section(approval::approval));
    let answers = root.required(
        "intake",
        section(|intake| {
            let approval = approval.as_ref().map(Option::as_ref);
            intake::intake(intake, blocked.as_deref(), approval)
        }),
    );
    let pins = root.or("pin", sections(pin::pin, 0..=200), Vec::new());
    let visits = root.or("visit", sections(visit::visit, 0..=2000), Vec::new());
    let every_days = root.optional("every_days", whole(1..=90));
    let mut profile = ClientProfile {
        file: file_name.to_owned(),
        name: name?,
        taste: taste?,
        answers: answers?,
        approval: approval?,
        blocked: blocked?,
        pins: pins?,
        visits: visits?,
        every_days: every_days?,
        tightening: Tightening::default(),
        notes: Vec::new(),
    };
    profile.tightening = profile.taken_away(force?.map(Newtons::new));
    profile.notes = profile.told();
    Some(profile)
}

impl ClientProfile {
    /// All that goes away on every back.
    fn taken_away(&self, force: Option<Newtons>) -> Tightening {
        let mut tightening = Caution::together(&self.answers.cautions);
        tightening.force = [force, tightening.force]
            .into_iter()
            .flatten()
            .reduce(Newtons::min);
        if self.taste.pressure == Pressure::Light {
            let light = tightening
                .force
                .map_or(LIGHT_FORCE, |at| at.min(LIGHT_FORCE));
            tightening.force = Some(light);
        }
        let by_zone = self.taste.pressure_by_zone.iter();
        let light = by_zone.filter(|(_, pressure)| *pressure == Pressure::Light);
        tightening
            .zone_forces
            .extend(light.map(|(zone, _)| (*zone, LIGHT_FORCE)));
        tightening.blocked_zones.extend(&self.taste.avoided);
        self.block(&mut tightening);
        tightening
    }

    /// What the operator should know.
    fn told(&self) -> Vec<String> {
        let taste = &self.taste;
        let blocked = self.blocked.iter();
        let mut notes: Vec<String> = blocked
            .map(|blocked| format!("blocked: {}, {}", blocked.reason, blocked.place.told()))
            .collect();
        notes.extend(
            taste
                .avoided
                .iter()
                .map(|zone| format!("zone {} is avoided", zone.word())),
        );
        notes.extend(
            taste
                .sore
                .iter()
                .map(|zone| format!("zone {} hurts most", zone.word())),
        );
        if taste.pressure == Pressure::Light {
            notes.push(format!("likes it light: at most {LIGHT_FORCE}"));
        }
        for (zone, pressure) in &taste.pressure_by_zone {
            notes.push(format!(
                "likes it {} on zone {}",
                pressure.word(),
                zone.word()
            ));
        }
        notes.extend(self.answers.cautions.iter().map(|caution| caution.told()));
        if let Some(approval) = self
            .approval
            .as_ref()
            .filter(|_| !self.answers.cautions.is_empty())
        {
            notes.push(format!("approved by {} on {}", approval.by, approval.date));
        }
        let said = self.pins.iter().map(|pin| {
            let note = pin
                .note
                .as_ref()
                .map_or(String::new(), |note| format!(": {note}"));
            format!("pinned on {}: {}{note}", pin.date, pin.kind.word())
        });
        notes.extend(said);
        notes
    }
}

#[cfg(test)]
mod tests;
