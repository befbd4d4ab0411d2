//! Tools that are at hand and may do the technique; steps that somebody asks for.

use super::{Found, LintContext, Severity, Topic};
use crate::routine::RoutineStep;

pub(super) fn look(index: usize, step: &RoutineStep, context: &LintContext<'_>, found: &mut Found) {
    asked(index, step, context, found);
    let mut faults = Vec::new();
    for name in &step.tools {
        let tool = context.tools.iter().find(|tool| tool.name == *name);
        match tool {
            None => faults.push(format!("the tool \"{name}\" is not at hand")),
            Some(tool) if step.is_for_a_person() || tool.techniques.contains(&step.technique) => {}
            Some(_) => faults.push(format!(
                "the profile of the {name} does not allow {}",
                step.technique
            )),
        }
    }
    let none_is_left = faults.len() == step.tools.len();
    let severity = if none_is_left {
        Severity::Error
    } else {
        Severity::Warning
    };
    for seen in faults {
        found.add(
            severity,
            Topic::Tool,
            (index, step),
            seen,
            remedy(step, context),
        );
    }
}

fn remedy(step: &RoutineStep, context: &LintContext<'_>) -> String {
    let able = context.tools.iter();
    let able =
        able.filter(|tool| step.is_for_a_person() || tool.techniques.contains(&step.technique));
    let names: Vec<&str> = able.map(|tool| tool.name.as_str()).collect();
    if names.is_empty() {
        format!("bring a tool whose profile allows {}", step.technique)
    } else {
        format!("use one of: {}", names.join(", "))
    }
}

/// A word that no client at hand asks for may be mistyped.
fn asked(index: usize, step: &RoutineStep, context: &LintContext<'_>, found: &mut Found) {
    let (Some(word), Some(known)) = (&step.if_asked, context.asked_for) else {
        return;
    };
    if known.contains(word) {
        return;
    }
    let seen =
        format!("no client at hand asks for \"{word}\": the step is left out for all of them");
    let remedy = if known.is_empty() {
        "add the word to `asked_for` in a client's profile".to_owned()
    } else {
        format!(
            "check the word, or add it to `asked_for` in a client's profile; asked for are: {}",
            known.join(", ")
        )
    };
    found.add(Severity::Note, Topic::Asked, (index, step), seen, remedy);
}
