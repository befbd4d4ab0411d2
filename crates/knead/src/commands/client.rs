//! `knead client`: what a profile holds and does, what was said, done and liked, and what is due.

mod check;
mod history;
mod pin;

use std::path::Path;

use anatomy::Back;
use planner::PinKind;
use realtime_runner::WallStamp;
use serde_json::{Value, json};
use settings::{BodySource, ClientProfile, Day, SimulationProfile, client_starter};

use crate::cli::{BodyDetails, ClientCommand};
use crate::compose::bodies;
use crate::failure::Failure;
use crate::load::body_source;
use crate::say::{aside, say, say_plain};

pub fn run(command: ClientCommand) -> Result<(), Failure> {
    match command {
        ClientCommand::Show { file, json } => show(&file, json),
        ClientCommand::Check(options) => check::run(&options),
        ClientCommand::New { name, out } => new(&name, out.as_deref()),
        ClientCommand::Pin(options) => pin::run(&options),
        ClientCommand::History {
            file,
            runs,
            today,
            json,
        } => history::run(&file, &runs, today.as_deref(), json),
    }
}

fn read(file: &Path) -> Result<ClientProfile, Failure> {
    ClientProfile::read(file).map_err(Failure::input)
}

/// The day that was typed, or the wall clock's.
fn day(option: &str, typed: Option<&str>) -> Result<Day, Failure> {
    match typed {
        Some(text) => Day::parse(text).ok_or_else(|| {
            Failure::Input(format!(
                "{option} is \"{text}\", which is no day; write year, month and day, such as 2026-11-20"
            ))
        }),
        None => {
            let stamp = WallStamp::now();
            Day::of_stamp(stamp.as_str()).ok_or_else(|| {
                Failure::Device(format!(
                    "the wall clock says {}, which is no day of a session; give the day with {option}",
                    stamp.as_str()
                ))
            })
        }
    }
}

/// The back as a session on this body would believe it.
fn believed(body: &Path, details: &BodyDetails) -> Result<Back, Failure> {
    let source = body_source(body, details.landmarks.as_deref(), None)?;
    let mut room = SimulationProfile::read(&details.simulation).map_err(Failure::input)?;
    // A real scan is fitted with the landmarks as they were given; only a simulation misplaces them.
    if matches!(source, BodySource::Scan { .. }) {
        room.midline_error = quantities::Metres::ZERO;
    }
    Ok(bodies(&source, &room, details.seed)?.believed)
}

fn new(name: &str, out: Option<&Path>) -> Result<(), Failure> {
    if name.trim().is_empty() || name.chars().any(char::is_control) {
        return Err(Failure::Input(
            "--name takes at least one letter and no control characters".to_owned(),
        ));
    }
    let starter = client_starter(name.trim());
    let Some(path) = out else {
        say_plain!("{starter}");
        return Ok(());
    };
    let made = std::fs::File::create_new(path)
        .and_then(|mut file| std::io::Write::write_all(&mut file, starter.as_bytes()));
    made.map_err(|error| {
        Failure::Device(format!(
            "{}: {error}; name a file that does not exist yet, in a folder that does",
            path.display()
        ))
    })?;
    aside!(
        "wrote {}: ask every question, write the answers, then `knead client check {}`",
        path.display(),
        path.display()
    );
    Ok(())
}

fn show(file: &Path, as_json: bool) -> Result<(), Failure> {
    let client = read(file)?;
    if as_json {
        say!("{}", told_as_json(&client));
        return Ok(());
    }
    let taste = &client.taste;
    say!("{}", client.name);
    say!(
        "pressure: {}, oil: {}",
        taste.pressure.word(),
        taste.oil.word()
    );
    if !taste.asked_for.is_empty() {
        say!("asked for: {}", taste.asked_for.join(", "));
    }
    for zone in &taste.favoured {
        say!("zone {} is favoured", zone.word());
    }
    for note in &client.notes {
        say!("{note}");
    }
    let count = |kind| client.pins.iter().filter(|pin| pin.kind == kind).count();
    let pins: Vec<String> = PinKind::ALL
        .into_iter()
        .map(|kind| format!("{} {}", count(kind), kind.word()))
        .collect();
    say!("pins: {}", pins.join(", "));
    say!("visits: {}", client.visits.len());
    if let Some(days) = client.every_days {
        say!("comes every {days} days");
    }
    Ok(())
}

fn told_as_json(client: &ClientProfile) -> Value {
    let taste = &client.taste;
    let words = |zones: &[anatomy::Zone]| -> Vec<&str> { zones.iter().map(|z| z.word()).collect() };
    let by_zone = taste.pressure_by_zone.iter();
    let cautions = client.answers.cautions.iter();
    let pins = client.pins.iter().map(|pin| {
        json!({
            "kind": pin.kind.word(), "u_share": pin.u_share, "v_share": pin.v_share,
            "radius_mm": pin.radius.get() * 1e3, "date": pin.date.to_string(), "note": pin.note,
        })
    });
    json!({
        "version": 1, "name": client.name, "pressure": taste.pressure.word(), "oil": taste.oil.word(),
        "friction": taste.oil.friction(),
        "pressure_by_zone": by_zone.map(|(z, p)| (z.word(), p.word()))
            .collect::<std::collections::BTreeMap<_, _>>(),
        "avoid_zones": words(&taste.avoided), "favour_zones": words(&taste.favoured),
        "sore_zones": words(&taste.sore), "asked_for": taste.asked_for,
        "blocking_answers": client.answers.blocking,
        "cautious_answers": cautions.map(|caution| caution.question).collect::<Vec<_>>(),
        "approval": client.approval.as_ref()
            .map(|approval| json!({"by": approval.by, "date": approval.date.to_string()})),
        "notes": client.notes, "pins": pins.collect::<Vec<_>>(),
        "visits": client.visits.len(), "every_days": client.every_days,
    })
}
