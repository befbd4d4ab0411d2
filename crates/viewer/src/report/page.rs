//! The page: order, words and looks.

use std::fmt::Write as _;

use super::input::{Outcome, ReportInput};
use super::strokes::{SETTLING_S, Tallies, tally};
use super::svg::{clock, escape};
use super::{balance, dose_maps, figures, tables};
use crate::phrases::{level_word, verdict_line};
use crate::session::Session;

/// Most warnings that are printed; a session with more has a trouble that the first ones show.
const WARNINGS: usize = 100;

/// The whole page.
pub(super) fn build(input: &ReportInput, session: &Session) -> String {
    let tallies = tally(&session.contacts);
    let mut html = head(input);
    push_verdict(&mut html, input, session);
    push_tables(&mut html, input, &tallies);
    push_curves(&mut html, input, session);
    push_dose(&mut html, input);
    push_steps(&mut html, input, session);
    push_notes(&mut html, input, session);
    if !input.facts.is_empty() {
        section(&mut html, "The run", &tables::facts(&input.facts));
    }
    html.push_str("</main>\n</body>\n</html>\n");
    html
}

/// Maps, left against right, tables.
fn push_dose(html: &mut String, input: &ReportInput) {
    let Some(view) = &input.dose else {
        let body = "<p>Nobody measured the dose: there is no map.</p>\n";
        section(html, "Dose", body);
        return;
    };
    let mut body = dose_maps::draw(&input.body, view);
    body.push_str(MAP_NOTE);
    body.push_str(&balance::draw(view));
    for table in &view.tables {
        body.push_str(&tables::table(table));
    }
    section(html, "Dose", &body);
}

const MAP_NOTE: &str = "<p class=\"note\">Seen from above, client prone, head up. The dose of a place is force times time, \
spread evenly over the patch: 10 kPa·s are 1 N·s on each cm². Planned on the believed back, given with the true force on the true one: \
the two lie some millimetres apart. A pass ends when the patch has been away for more than a second; the pressure is the highest \
peak of any patch over the cell. Red band: the keep-out, to be respected by the patch's edge.</p>\n";

fn head(input: &ReportInput) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>{}: {}</title>\n<style>\n{}</style>\n</head>\n<body>\n<main>\n",
        escape(&input.title),
        outcome_word(input.outcome),
        include_str!("page.css"),
    )
}

fn outcome_word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Passed => "passed",
        Outcome::Failed => "not passed",
    }
}

fn push_verdict(html: &mut String, input: &ReportInput, session: &Session) {
    let (class, sign) = match input.outcome {
        Outcome::Passed => ("ok", "✓ PASSED"),
        Outcome::Failed => ("bad", "✗ NOT PASSED"),
    };
    let (from, to) = figures::whole_time(&session.contacts);
    let _ = writeln!(
        html,
        "<header>\n<h1>{}</h1>\n<p class=\"subtitle\">{}</p>\n<p class=\"verdict {class}\"><strong>{sign}</strong> <span>{} min of session</span></p>",
        escape(&input.title),
        escape(&input.subtitle),
        clock(to - from),
    );
    if !input.reasons.is_empty() {
        push_list(html, &input.reasons);
    }
    html.push_str("</header>\n");
    if !input.figures.is_empty() {
        section(
            html,
            "Verdict",
            &tables::figures("What was judged", &input.figures),
        );
    }
}

fn push_list(html: &mut String, lines: &[String]) {
    html.push_str("<ul>\n");
    for line in lines {
        let _ = writeln!(html, "<li>{}</li>", escape(line));
    }
    html.push_str("</ul>\n");
}

fn section(html: &mut String, title: &str, body: &str) {
    let _ = write!(
        html,
        "<section>\n<h2>{}</h2>\n<div class=\"wide\">{body}</div>\n</section>\n",
        escape(title)
    );
}

fn push_tables(html: &mut String, input: &ReportInput, tallies: &Tallies) {
    if !input.tables.is_empty() {
        let judged: String = input.tables.iter().map(tables::table).collect();
        section(html, "Details of the verdict", &judged);
    }
    let mut body = tables::table(&tables::steps(tallies, &input.steps));
    body.push_str(&tables::table(&tables::words(
        "By technique",
        "technique",
        &tallies.techniques,
        &tallies.all,
    )));
    body.push_str(&tables::table(&tables::words(
        "By zone",
        "zone",
        &tallies.zones,
        &tallies.all,
    )));
    let (left, all) = (tallies.all.dose_left, tallies.all.dose);
    if all > 0.0 {
        let _ = writeln!(
            body,
            "<p>Dose on the client's left {left:.0} N·s, on the right {:.0} N·s ({:.0} % to {:.0} %).</p>",
            all - left,
            100.0 * left / all,
            100.0 - 100.0 * left / all,
        );
    }
    let _ = writeln!(
        body,
        "<p class=\"note\">Counted from the archive's 50 Hz messages; RMSE, bias and errors over strokes from {SETTLING_S} s after touch, \
         all else over the whole contact. Force is the plant's true force. A dash means: nothing to count.</p>",
    );
    section(html, "Steps, techniques, zones", &body);
}

fn push_curves(html: &mut String, input: &ReportInput, session: &Session) {
    let contacts = &session.contacts;
    let time = figures::whole_time(contacts);
    let mut body = figures::force(
        input,
        contacts,
        time,
        "Normal force, whole session".to_owned(),
        240.0,
    )
    .draw();
    body.push_str(&figures::clearance(input, contacts, time).draw());
    body.push_str(&figures::pressure(contacts, time).draw());
    body.push_str(&figures::errors(contacts, time).draw());
    body.push_str(
        "<p class=\"note\">Each curve is an envelope: of the samples that share a pixel column the lowest and the \
         highest are drawn, so no peak is lost. Time in minutes and seconds.</p>\n",
    );
    section(html, "Force, clearance, pressure, errors", &body);
}

fn push_steps(html: &mut String, input: &ReportInput, session: &Session) {
    let mut body = String::new();
    for index in 0..u32::try_from(input.steps.len()).unwrap_or(0) {
        let Some(step) = input.steps.get(index as usize) else {
            continue;
        };
        let _ = writeln!(body, "<h3>{} {}</h3>", index + 1, escape(&step.name));
        let technique = step.technique.replace('_', " ");
        let rows = if step.rows.is_empty() {
            String::new()
        } else {
            format!(" · serves {}", step.rows.join(", "))
        };
        let _ = writeln!(
            body,
            "<p class=\"subtitle\">{}{}</p>",
            escape(&technique),
            escape(&rows)
        );
        if !step.notes.is_empty() {
            push_list(&mut body, &step.notes);
        }
        match figures::step_time(&session.contacts, index) {
            Some(time) => {
                let title = format!("Normal force in step {}: {}", index + 1, step.name);
                let contacts = &session.contacts;
                body.push_str(&figures::force(input, contacts, time, title, 150.0).draw());
                let title = format!("Force error in step {}: {}", index + 1, step.name);
                body.push_str(&figures::force_error(contacts, time, title).draw());
            }
            None => body.push_str("<p class=\"note\">No touch in this step.</p>\n"),
        }
    }
    if !body.is_empty() {
        section(html, "Close-ups", &body);
    }
}

fn push_notes(html: &mut String, input: &ReportInput, session: &Session) {
    let mut body = String::new();
    if !input.notes.is_empty() {
        push_list(&mut body, &input.notes);
    }
    if !session.warnings.is_empty() {
        push_list(&mut body, &session.warnings);
    }
    let warnings = warnings(session);
    if warnings.is_empty() {
        body.push_str("<p>No warning in the log, and the monitor said nothing but go.</p>\n");
    } else {
        body.push_str(&tables::moments(&warnings, WARNINGS));
    }
    section(html, "Notes and warnings", &body);
}

/// Log lines from warnings up, and each change of the monitor's word away from go, in the order of time.
fn warnings(session: &Session) -> Vec<(u64, &'static str, String)> {
    let mut lines: Vec<(u64, &'static str, String)> = session
        .logs
        .iter()
        .filter(|log| log.level > 20)
        .map(|log| {
            (
                log.at_ns,
                level_word(log.level),
                format!("{}: {}", log.name, log.text),
            )
        })
        .collect();
    let mut before = ("go", "");
    for verdict in &session.verdicts {
        let now = (verdict.reaction.as_str(), verdict.cause.as_str());
        if now != before && verdict.level > 0 {
            let level = if verdict.level == 1 { "WARN" } else { "ERROR" };
            lines.push((
                verdict.at_ns,
                level,
                format!("monitor: {}", verdict_line(verdict)),
            ));
        }
        before = now;
    }
    lines.sort_by_key(|line| line.0);
    lines
}
