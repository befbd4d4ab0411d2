//! `knead client history`: what was done and liked, from the profile and from the folders of runs, and what is
//! due.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};
use settings::{ClientProfile, Day, Due, LARGEST_DESCRIPTION, read_text};

use super::{day, read};
use crate::failure::Failure;
use crate::say::{aside, say};

/// A session of a client, as its run folder tells.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    /// Name of the folder.
    pub folder: String,
    /// The day with which the name begins; `None` for a folder that was renamed.
    pub date: Option<Day>,
    /// Name of the routine.
    pub routine: String,
    /// How it ended: completed, safety_stop, no_skin, overtime.
    pub ending: String,
    /// The judge's verdict.
    pub passed: bool,
    /// Planned impulse by zone (N·s), where the summary has it.
    pub planned_dose_n_s: BTreeMap<String, f64>,
}

pub fn run(file: &Path, runs: &Path, today: Option<&str>, as_json: bool) -> Result<(), Failure> {
    let today = day("--today", today)?;
    let client = read(file)?;
    let (sessions, unread) = sessions_of(&client.name, runs)?;
    for folder in &unread {
        aside!("warning: {folder}");
    }
    let due = due(&client, &sessions, today);
    if as_json {
        say!(
            "{}",
            told_as_json(&client, &sessions, due.as_ref(), &unread)
        );
    } else {
        as_text(&client, &sessions, due.as_ref());
    }
    Ok(())
}

/// The sessions of a client in a folder of runs, in the order of the folders' names; and, in words, every
/// summary that could not be read. A folder that is not there holds none.
///
/// # Errors
/// [`Failure::Device`] when the folder is there and cannot be listed.
pub fn sessions_of(client: &str, runs: &Path) -> Result<(Vec<Session>, Vec<String>), Failure> {
    if !runs.exists() {
        return Ok((Vec::new(), Vec::new()));
    }
    let refuse = |error: std::io::Error| {
        Failure::Device(format!(
            "{}: {error}; name the folder of runs with --runs",
            runs.display()
        ))
    };
    let mut folders = Vec::new();
    for entry in std::fs::read_dir(runs).map_err(refuse)? {
        folders.push(entry.map_err(refuse)?.path());
    }
    folders.sort();
    let (mut sessions, mut unread) = (Vec::new(), Vec::new());
    for folder in folders {
        let path = folder.join("summary.json");
        if !path.is_file() {
            continue;
        }
        let text = read_text(&path, LARGEST_DESCRIPTION).map_err(|e| e.to_string());
        let summary = text.and_then(|text| {
            let read = serde_json::from_str::<Value>(&text);
            read.map_err(|error| format!("{}: not read: {error}", path.display()))
        });
        match summary {
            Ok(summary) if summary["client"].as_str() == Some(client) => {
                sessions.push(session(&folder, &summary));
            }
            Ok(_) => {}
            Err(why) => unread.push(why),
        }
    }
    Ok((sessions, unread))
}

fn session(folder: &Path, summary: &Value) -> Session {
    let name = folder
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    let name = name.unwrap_or_default();
    let word = |key: &str| summary[key].as_str().unwrap_or("not told").to_owned();
    let doses = summary["planned_dose_n_s"]
        .as_object()
        .into_iter()
        .flatten();
    Session {
        date: Day::of_stamp(&name),
        folder: name,
        routine: word("routine"),
        ending: word("ending"),
        passed: summary["passed"].as_bool().unwrap_or(false),
        planned_dose_n_s: doses
            .filter_map(|(zone, dose)| Some((zone.clone(), dose.as_f64()?)))
            .collect(),
    }
}

/// When the next visit is due: counted from the last visit or completed session up to today.
fn due(client: &ClientProfile, sessions: &[Session], today: Day) -> Option<Due> {
    let completed = sessions
        .iter()
        .filter(|session| session.ending == "completed");
    let last = client
        .visits
        .iter()
        .map(|visit| visit.date)
        .chain(completed.filter_map(|session| session.date))
        .filter(|date| *date <= today)
        .max();
    Some(Due::after(last?, client.every_days?, today))
}

fn as_text(client: &ClientProfile, sessions: &[Session], due: Option<&Due>) {
    say!("{}", client.name);
    for visit in &client.visits {
        let tail = |what: &str, text: &Option<String>| {
            text.as_ref()
                .map_or(String::new(), |text| format!("; {what}{text}"))
        };
        say!(
            "  {}  {}{}{}",
            visit.date,
            visit.routine,
            tail("liked: ", &visit.liked),
            tail("", &visit.note)
        );
    }
    for session in sessions {
        let date = session
            .date
            .map_or("no date   ".to_owned(), |date| date.to_string());
        let verdict = if session.passed {
            "passed"
        } else {
            "not passed"
        };
        let doses: Vec<String> = session
            .planned_dose_n_s
            .iter()
            .map(|(zone, dose)| format!("{zone} {dose:.0}"))
            .collect();
        say!(
            "  {date}  {} ({}, {verdict}) in {}",
            session.routine,
            session.ending,
            session.folder
        );
        if !doses.is_empty() {
            say!("              planned N·s: {}", doses.join(", "));
        }
    }
    match (due, client.every_days) {
        (Some(due), _) => say!("{}", due.told()),
        (None, Some(days)) => say!("comes every {days} days; no visit yet"),
        (None, None) => say!("no interval is agreed (every_days)"),
    }
}

fn told_as_json(
    client: &ClientProfile,
    sessions: &[Session],
    due: Option<&Due>,
    unread: &[String],
) -> Value {
    let visits = client.visits.iter().map(|visit| {
        json!({
            "date": visit.date.to_string(), "routine": visit.routine, "liked": visit.liked,
            "note": visit.note,
        })
    });
    let sessions = sessions.iter().map(|session| {
        json!({
            "date": session.date.map(|date| date.to_string()), "folder": session.folder,
            "routine": session.routine, "ending": session.ending, "passed": session.passed,
            "planned_dose_n_s": session.planned_dose_n_s,
        })
    });
    json!({
        "version": 1, "client": client.name,
        "visits": visits.collect::<Vec<_>>(), "sessions": sessions.collect::<Vec<_>>(),
        "every_days": client.every_days,
        "due": due.map(|due| json!({"on": due.on.to_string(), "overdue_days": due.overdue_days})),
        "unread": unread,
    })
}
