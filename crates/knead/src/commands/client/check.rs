//! `knead client check`: what a profile does to the envelope on a body, and what is worth a second look.

use anatomy::{Back, Zone};
use limits::Envelope;
use planner::ClientWishes;
use quantities::{Metres, Newtons, SquareMetres};
use serde_json::json;
use settings::{ClientProfile, LimitsProfile};

use super::{believed, day, read};
use crate::cli::CheckOptions;
use crate::failure::Failure;
use crate::say::say;

/// The patches whose ceilings are told: a palm, which forces bind, and a thumb, which pressures bind.
const PALM: SquareMetres = SquareMetres::new(50e-4);
const THUMB: SquareMetres = SquareMetres::new(3.14e-4);
/// Step at which the back is asked where it may be touched.
const STEP: f64 = 0.005;

pub fn run(options: &CheckOptions) -> Result<(), Failure> {
    let today = day("--today", options.today.as_deref())?;
    let client = read(&options.file)?;
    let limits = LimitsProfile::read(&options.limits).map_err(Failure::input)?;
    let back = believed(&options.body, &options.details)?;
    let whole = Envelope::for_back(&limits.raw, &back).map_err(Failure::input)?;
    let wish = client.tightening_on(&back).map_err(Failure::input)?;
    let left = whole.tightened_by(&wish).map_err(Failure::input)?;
    let wishes = client.wishes(&back).map_err(Failure::input)?;
    let effect = Effect::of(&whole, &left, &back);
    let mut lints = client.lints(today);
    lints.extend(glides_too_hard(&left, &wishes));
    if options.json {
        as_json(&client, &effect, &wishes, &lints);
    } else {
        as_text(&client, &effect, &wishes, &lints);
    }
    Ok(())
}

/// A figure before and after the client had a say.
struct Change {
    what: &'static str,
    unit: &'static str,
    before: f64,
    after: f64,
}

struct Effect {
    zones: Vec<(Zone, [Change; 3])>,
    figures: Vec<Change>,
    /// Share of the places that may be touched without the client's say which may still be.
    open: f64,
}

impl Effect {
    fn of(whole: &Envelope, left: &Envelope, back: &Back) -> Self {
        let touched = Zone::ALL
            .into_iter()
            .filter(|zone| *zone != Zone::NoContact);
        let zones = touched.map(|zone| {
            let force = |what, area| Change {
                what,
                unit: "N",
                before: whole.force_ceiling(zone, area).get(),
                after: left.force_ceiling(zone, area).get(),
            };
            let pressure = Change {
                what: "pressure_kpa",
                unit: "kPa",
                before: whole.pressure_ceiling(zone).get() * 1e-3,
                after: left.pressure_ceiling(zone).get() * 1e-3,
            };
            let changes = [
                force("palm_force_n", PALM),
                force("thumb_force_n", THUMB),
                pressure,
            ];
            (zone, changes)
        });
        Self {
            zones: zones.collect(),
            figures: figures(whole, left),
            open: open_share(whole, left, back),
        }
    }
}

/// The figures of an envelope that no zone has of its own: name, unit, and how to ask for it.
type Asked = (&'static str, &'static str, fn(&Envelope) -> f64);

fn figures(whole: &Envelope, left: &Envelope) -> Vec<Change> {
    let asked: [Asked; 8] = [
        ("crossing_force_n", "N", |e| e.crossing_ceiling().get()),
        ("tangential_force_n", "N", |e| {
            e.tangential_ceiling(Newtons::new(1e6)).get()
        }),
        ("free_speed_mm_per_s", "mm/s", |e| {
            e.free_speed().get() * 1e3
        }),
        ("contact_speed_mm_per_s", "mm/s", |e| {
            e.contact_speed().get() * 1e3
        }),
        ("dwell_s", "s", |e| e.dwell().get()),
        ("position_time_min", "min", |e| {
            e.position_time().get() / 60.0
        }),
        ("zone_dose_n_s", "N·s", |e| e.zone_dose().get()),
        ("keep_out_half_width_mm", "mm", |e| {
            e.keep_out_half_width().get() * 1e3
        }),
    ];
    asked
        .into_iter()
        .map(|(what, unit, ask)| Change {
            what,
            unit,
            before: ask(whole),
            after: ask(left),
        })
        .collect()
}

fn open_share(whole: &Envelope, left: &Envelope, back: &Back) -> f64 {
    let (low, high) = back.u_range();
    let rows = ((high - low).get() / STEP) as usize;
    let (mut before, mut after) = (0u32, 0u32);
    for row in 0..=rows {
        let u = low + Metres::new(row as f64 * STEP);
        let Some((right, left_edge)) = back.v_range(u) else {
            continue;
        };
        let columns = ((left_edge - right).get() / STEP) as usize;
        for column in 0..=columns {
            let v = right + Metres::new(column as f64 * STEP);
            let may = |envelope: &Envelope| envelope.force_ceiling_at(u, v, PALM) > Newtons::ZERO;
            before += u32::from(may(whole));
            after += u32::from(may(left));
        }
    }
    f64::from(after) / f64::from(before.max(1))
}

/// Glides at the muscle's ceiling that friction would carry past the tangential ceiling.
fn glides_too_hard(left: &Envelope, wishes: &ClientWishes) -> Option<String> {
    let friction = wishes.skin.friction();
    let (most, ceiling) = (
        left.gliding_ceiling(friction),
        left.force_ceiling(Zone::Paraspinal, PALM),
    );
    (most < ceiling).then(|| {
        format!(
            "with oil \"{}\" (friction {friction:.2}) glides stay below {most:.0}, to keep the force along the skin \
             below its ceiling",
            wishes.skin.word()
        )
    })
}

fn as_text(client: &ClientProfile, effect: &Effect, wishes: &ClientWishes, lints: &[String]) {
    say!("{}: a session is possible", client.name);
    for note in &client.notes {
        say!("  {note}");
    }
    say!("ceilings, before and after (- as before):");
    say!(
        "  {:<16} {:>16} {:>16} {:>18}  factor of words",
        "zone",
        "palm N",
        "thumb N",
        "pressure kPa"
    );
    for (zone, [palm, thumb, pressure]) in &effect.zones {
        let factor = wishes
            .zones
            .iter()
            .find(|(of, _)| of == zone)
            .map_or(wishes.overall, |(_, factor)| *factor);
        say!(
            "  {:<16} {:>16} {:>16} {:>18}  {factor:.2}",
            zone.word(),
            palm.told(),
            thumb.told(),
            pressure.told()
        );
    }
    for change in effect.figures.iter().filter(|change| change.changes()) {
        say!("  {:<24} {} {}", change.what, change.told(), change.unit);
    }
    say!(
        "{:.1} % of the back may still be touched",
        effect.open * 100.0
    );
    for lint in lints {
        say!("look again: {lint}");
    }
}

impl Change {
    fn changes(&self) -> bool {
        (self.before - self.after).abs() > 1e-9
    }

    fn told(&self) -> String {
        if self.changes() {
            format!("{:.1} to {:.1}", self.before, self.after)
        } else {
            format!("{:.1} -", self.before)
        }
    }

    fn json(&self) -> serde_json::Value {
        json!({"before": self.before, "after": self.after})
    }
}

fn as_json(client: &ClientProfile, effect: &Effect, wishes: &ClientWishes, lints: &[String]) {
    let zones = effect.zones.iter().map(|(zone, changes)| {
        let figures = changes
            .iter()
            .map(|change| (change.what.to_owned(), change.json()));
        (
            zone.word().to_owned(),
            serde_json::Value::Object(figures.collect()),
        )
    });
    let figures = effect.figures.iter();
    let pins = wishes.pins.iter().map(|pin| {
        json!({
            "kind": pin.kind.word(), "u_mm": pin.u.get() * 1e3, "v_mm": pin.v.get() * 1e3,
            "radius_mm": pin.radius.get() * 1e3,
        })
    });
    say!(
        "{}",
        json!({
            "version": 1, "client": client.name, "session": "possible", "notes": client.notes,
            "zones": serde_json::Value::Object(zones.collect()),
            "figures": serde_json::Value::Object(
                figures.map(|change| (change.what.to_owned(), change.json())).collect()
            ),
            "open_share": effect.open, "pins": pins.collect::<Vec<_>>(), "lints": lints,
        })
    );
}
