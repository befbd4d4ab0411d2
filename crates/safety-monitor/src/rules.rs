//! The one table of rules. The judge, the documentation and the tests of conditions all come from it.

use signals::Reaction;

use crate::facts::Facts;

mod measures;
mod table;

pub(crate) use table::RULES;

/// What a rule looks at in one cycle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Compared {
    /// What is seen; more is worse.
    pub seen: f64,
    /// The most that is allowed.
    pub allowed: f64,
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Its number, "SR-01" onward: place in the table.
    pub id: &'static str,
    /// Its word in recordings and reports.
    pub word: &'static str,
    /// Its name for people.
    pub name: &'static str,
    /// What is compared, with its unit.
    pub compares: &'static str,
    /// With what.
    pub threshold: &'static str,
    /// How long it must last (ms).
    pub persists_ms: u16,
    /// How many samples in a row it takes at least.
    pub samples: u16,
    /// By how much below the threshold it lets go, in the unit compared.
    pub hysteresis: f64,
    /// What is done.
    pub reaction: Reaction,
    /// How fast the normal force is taken away (N/s), where the reaction takes it away.
    pub unload_n_per_s: f64,
    /// Classes of faults that it answers.
    pub hazards: &'static [&'static str],
    /// Test that trips it, and goes red without it (`monitor::tests`).
    pub test: &'static str,
    pub(crate) measure: fn(&Facts) -> Option<Compared>,
}

/// The rule table, in the order of [`signals::RuleIndex`].
#[must_use]
pub fn rules() -> &'static [Rule] {
    &RULES
}

/// The rule table as a Markdown table.
#[must_use]
pub fn rules_markdown() -> String {
    let mut text = String::from(
        "| id | rule | what is compared | allowed | lasts | lets go | reaction | hazards |\n|---|---|---|---|---|---|---|---|\n",
    );
    for rule in rules() {
        let lasts = if rule.persists_ms > 0 {
            format!("{} ms", rule.persists_ms)
        } else {
            format!("{} samples", rule.samples)
        };
        let lets_go = if rule.hysteresis > 0.0 {
            format!("{} below", rule.hysteresis)
        } else {
            "at once".to_owned()
        };
        text += &format!(
            "| {} | {} | {} | {} | {} | {} | {} | {} |\n",
            rule.id,
            rule.name,
            rule.compares,
            rule.threshold,
            lasts.replace("1 samples", "1 sample"),
            lets_go,
            reaction_text(rule),
            rule.hazards.join(" "),
        );
    }
    text
}

fn reaction_text(rule: &Rule) -> String {
    if rule.reaction >= Reaction::Unload && rule.reaction < Reaction::PowerCut {
        format!("{:?} at {} N/s", rule.reaction, rule.unload_n_per_s)
    } else {
        format!("{:?}", rule.reaction)
    }
}

#[cfg(test)]
mod tests;
