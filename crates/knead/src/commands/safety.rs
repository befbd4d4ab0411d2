//! `knead safety`: the monitor's rules; and `knead explain` for any code, the rules of the source texts among them.

use planner::SourceRule;
use safety_monitor::rules;
use serde_json::json;

use crate::cli::SafetyCommand;
use crate::failure::Failure;
use crate::say::{say, say_plain};

pub fn run(command: SafetyCommand) -> Result<(), Failure> {
    match command {
        SafetyCommand::Rules { json: false } => {
            say_plain!("{}", safety_monitor::rules_markdown());
            Ok(())
        }
        SafetyCommand::Rules { json: true } => {
            let rows: Vec<_> = rules()
                .iter()
                .map(|rule| json!({"id": rule.id, "name": rule.name}))
                .collect();
            say!("{}", json!({"version": 1, "rules": rows}));
            Ok(())
        }
        SafetyCommand::Explain { rule } => explain(&rule),
    }
}

/// What a code means: an error of the settings, a rule of the source texts, or one of the monitor.
pub fn explain(code: &str) -> Result<(), Failure> {
    if let Some(text) = settings::explain(code) {
        say!("{text}");
        return Ok(());
    }
    if let Some(rule) = SourceRule::of(code) {
        say!("{rule}");
        return Ok(());
    }
    let table = safety_monitor::rules_markdown();
    let mut rows = table.lines().filter(|line| line.contains(code)).peekable();
    if rules().iter().any(|rule| rule.id == code) && rows.peek().is_some() {
        for line in table.lines().take(2).chain(rows) {
            say!("{line}");
        }
        return Ok(());
    }
    Err(Failure::Input(format!(
        "no code \"{code}\"; rules of routines are R1 to R12, those of the monitor SR-01 and on (`knead safety rules`), \
         settings errors start with KN-"
    )))
}
