//! Two records of one cycle, compared to the bit.

use recorder::CycleRecord;
use serde::Serialize;

/// The stage of the loop at which two cycles part, in the order in which the loop computes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// What the controller believed: the contact phase.
    Estimate,
    /// What the plan asked for: segment, phase, force.
    Setpoint,
    /// What the controller wished. The wish is not archived; it is known to differ where both monitors let
    /// the wish pass and the commands differ.
    Wanted,
    /// What the monitor said: reaction, deciding rule, tripped rules.
    Verdict,
    /// What the arm was told.
    Command,
}

impl Stage {
    /// All stages, in the order of the loop.
    pub const ALL: [Self; 5] = [
        Self::Estimate,
        Self::Setpoint,
        Self::Wanted,
        Self::Verdict,
        Self::Command,
    ];

    /// The word for people.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Estimate => "estimate",
            Self::Setpoint => "setpoint",
            Self::Wanted => "wanted",
            Self::Verdict => "verdict",
            Self::Command => "command",
        }
    }
}

/// A figure of a cycle that is not as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unlike {
    /// Its stage.
    pub stage: Stage,
    /// What it is, with its unit.
    pub what: String,
    /// As archived.
    pub recorded: String,
    /// As today's controller has it.
    pub today: String,
}

/// Highest `reaction` of a monitor that lets the wish pass: `Warn`.
const WISH_PASSES: u8 = 1;

/// The first stage at which a cycle is not as it was; `None` when all of it is, to the bit. `wish` are the
/// torques that today's controller wished.
#[must_use]
pub fn first_stage(
    recorded: &CycleRecord,
    today: &CycleRecord,
    wish: Option<&[f64]>,
) -> Option<Stage> {
    if recorded.contact_phase != today.contact_phase {
        return Some(Stage::Estimate);
    }
    if recorded.segment != today.segment
        || recorded.phase_s.to_bits() != today.phase_s.to_bits()
        || recorded.force_setpoint_n.to_bits() != today.force_setpoint_n.to_bits()
    {
        return Some(Stage::Setpoint);
    }
    let commands_differ = !same_bits(&recorded.command, &today.command);
    if commands_differ && recorded.reaction <= WISH_PASSES && is_the_wish(&today.command, wish) {
        return Some(Stage::Wanted);
    }
    if recorded.reaction != today.reaction
        || recorded.cause != today.cause
        || recorded.tripped != today.tripped
    {
        return Some(Stage::Verdict);
    }
    commands_differ.then_some(Stage::Command)
}

fn same_bits(one: &[f32], other: &[f32]) -> bool {
    let bits = |values: &[f32]| values.len();
    bits(one) == bits(other)
        && one
            .iter()
            .zip(other)
            .all(|(one, other)| one.to_bits() == other.to_bits())
}

/// Whether the arm was told what the controller wished, as `f32` holds it.
fn is_the_wish(command: &[f32], wish: Option<&[f64]>) -> bool {
    wish.is_some_and(|wish| {
        wish.len() == command.len()
            && command
                .iter()
                .zip(wish)
                .all(|(told, wished)| told.to_bits() == (*wished as f32).to_bits())
    })
}

/// Everything in which a cycle is not as it was.
#[must_use]
pub fn unlike(
    recorded: &CycleRecord,
    today: &CycleRecord,
    wish: Option<&[f64]>,
    joint_names: &[String],
) -> Vec<Unlike> {
    let mut found = Vec::new();
    let mut note = |stage, what: &str, recorded: String, today: String| {
        if recorded != today {
            found.push(Unlike {
                stage,
                what: what.to_owned(),
                recorded,
                today,
            });
        }
    };
    let both = |of: fn(&CycleRecord) -> String| (of(recorded), of(today));
    let figures: [(Stage, &str, (String, String)); 7] = [
        (Stage::Estimate, "contact phase", both(phase_word)),
        (Stage::Setpoint, "segment", both(|r| r.segment.to_string())),
        (Stage::Setpoint, "phase (s)", both(|r| exact(r.phase_s))),
        (
            Stage::Setpoint,
            "force (N)",
            both(|r| exact(r.force_setpoint_n)),
        ),
        (Stage::Verdict, "reaction", both(reaction_word)),
        (Stage::Verdict, "deciding rule", both(cause_word)),
        (Stage::Verdict, "tripped rules", both(tripped_words)),
    ];
    for (stage, what, (recorded, today)) in figures {
        note(stage, what, recorded, today);
    }
    let told = match first_stage(recorded, today, wish) {
        Some(Stage::Wanted) => Stage::Wanted,
        _ => Stage::Command,
    };
    let count = recorded.command.len().max(today.command.len());
    for joint in 0..count {
        let torque = |record: &CycleRecord| {
            record
                .command
                .get(joint)
                .copied()
                .map_or_else(|| "none".to_owned(), exact)
        };
        let name = joint_names
            .get(joint)
            .map_or_else(|| format!("joint {}", joint + 1), Clone::clone);
        note(
            told,
            &format!("torque of {name} (N·m)"),
            torque(recorded),
            torque(today),
        );
    }
    found.sort_by_key(|unlike| unlike.stage);
    found
}

/// A number with its bits, since two numbers may differ by less than is printed.
fn exact(number: f32) -> String {
    format!("{number} [{:08x}]", number.to_bits())
}

fn phase_word(record: &CycleRecord) -> String {
    let word = match record.contact_phase {
        0 => "away",
        1 => "approaching",
        2 => "touching",
        3 => "settled",
        4 => "leaving",
        255 => "no estimate",
        other => return format!("number {other}"),
    };
    word.to_owned()
}

/// The word for a reaction's number in the archive.
pub(super) fn reaction_word(record: &CycleRecord) -> String {
    let word = match record.reaction {
        0 => "go",
        1 => "warn",
        2 => "slow",
        3 => "unload",
        4 => "retract",
        5 => "stop",
        6 => "power_cut",
        other => return format!("number {other}"),
    };
    word.to_owned()
}

/// The id of the deciding rule.
pub(super) fn cause_word(record: &CycleRecord) -> String {
    usize::try_from(record.cause).map_or_else(|_| "none".to_owned(), rule_id)
}

fn rule_id(row: usize) -> String {
    safety_monitor::rules()
        .get(row)
        .map_or_else(|| format!("row {row}"), |rule| rule.id.to_owned())
}

fn tripped_words(record: &CycleRecord) -> String {
    let rows = (0..u64::BITS as usize).filter(|row| record.tripped >> row & 1 == 1);
    let ids: Vec<String> = rows.map(rule_id).collect();
    if ids.is_empty() {
        "none".to_owned()
    } else {
        ids.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> CycleRecord {
        CycleRecord {
            segment: 3,
            phase_s: 0.5,
            cause: -1,
            command: vec![1.0, -2.0],
            ..CycleRecord::default()
        }
    }

    /// What happens to a record, and the stage that must be told.
    type Case = (fn(&mut CycleRecord), Stage);

    #[test]
    fn each_figure_that_is_changed_is_found_at_its_stage_and_told_with_both_values() {
        let cases: [Case; 9] = [
            (|r| r.contact_phase = 3, Stage::Estimate),
            (|r| r.segment = 4, Stage::Setpoint),
            (
                |r| r.phase_s = f32::from_bits(r.phase_s.to_bits() ^ 1),
                Stage::Setpoint,
            ),
            (|r| r.force_setpoint_n = -0.0, Stage::Setpoint),
            (|r| r.reaction = 2, Stage::Verdict),
            (|r| r.cause = 0, Stage::Verdict),
            (|r| r.tripped = 2, Stage::Verdict),
            (
                |r| r.command[1] = f32::from_bits(r.command[1].to_bits() ^ 1),
                Stage::Command,
            ),
            (|r| r.command.truncate(1), Stage::Command),
        ];
        assert_eq!(first_stage(&record(), &record(), None), None);
        for (change, stage) in cases {
            let mut today = record();
            change(&mut today);
            assert_eq!(first_stage(&record(), &today, None), Some(stage));
            let told = unlike(&record(), &today, None, &[]);
            assert_eq!(told.len(), 1, "{told:?}");
            assert_eq!(told[0].stage, stage);
            assert_ne!(told[0].recorded, told[0].today);
        }
    }

    #[test]
    fn a_wish_that_the_monitor_let_pass_is_told_from_a_command_that_it_changed() {
        let mut today = record();
        today.command[0] = 1.5;
        let passed = [1.5, -2.0];
        assert_eq!(
            first_stage(&record(), &today, Some(&passed)),
            Some(Stage::Wanted)
        );
        let held_back = [9.0, -2.0];
        assert_eq!(
            first_stage(&record(), &today, Some(&held_back)),
            Some(Stage::Command)
        );
        // The recorded command was not the wish: whether the wishes differ cannot be known.
        let mut slowed = record();
        slowed.reaction = 2;
        assert_eq!(
            first_stage(&slowed, &today, Some(&passed)),
            Some(Stage::Verdict)
        );
    }
}
