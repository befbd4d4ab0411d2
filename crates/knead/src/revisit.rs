//! From the gaps of a run to a routine that works them: warm-up, each gap, cool-down.
//!
//! ```text
//! planned map, given map ─▶ dose::gaps ─┐
//! places where the plan had each tool ──┴▶ steps in the language of config/routines ─▶ knead plan
//! ```
//! A tool is sent again only where the plan had it before, so there is room for it. The routine asks for words
//! of force (`light`, `medium`): what this client, tool or zone allows is the planner's business, as ever.

use std::fmt::Write as _;

use dose::{Gap, Side};

/// Most gaps in one routine; the largest ones. Chosen.
pub const MOST_GAPS: usize = 12;
/// How far beyond a gap's edge the centre of a tool may be that worked it (mm): half a palm, and half a thumb.
const PALM: (f64, f64) = (50.0, 25.0);
const THUMB: (f64, f64) = (10.0, 10.0);
/// Innermost line for a palm (mm). Chosen: the paraspinal line; the planner moves it further out where it must.
const INNERMOST: f64 = 50.0;
/// A way of the palm that is longer is stroked, a shorter one circled over (mm). Chosen.
const STROKED: f64 = 60.0;
/// Shortest way worth a step (mm): what the planner takes, and a little more.
const SHORTEST: f64 = 25.0;
/// Forces up and back (N) and speed (mm/s) of a medium effleurage, to tell how many loops are due.
const LOOP: (f64, f64, f64) = (10.0, 5.0, 85.0);
/// Most loops over one gap. Chosen.
const MOST_LOOPS: f64 = 6.0;

/// A level that routines may name, and its u on this client (mm).
pub type NamedLevel = (String, f64);

/// What worked a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contact {
    /// A broad one: the palm fits where it was.
    Broad,
    /// A narrow one, a thumb or the tip of a fork: a thumb fits where it was.
    Narrow,
}

/// A place where the plan had the centre of a contact while pressing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// What it was.
    pub contact: Contact,
    /// Along the spine (mm).
    pub u_mm: f64,
    /// Beside the spine, left positive (mm).
    pub v_mm: f64,
}

/// A stretch that one tool can work (mm).
#[derive(Clone, Copy, Debug, PartialEq)]
struct Stretch {
    side: Side,
    from: f64,
    to: f64,
    inner: f64,
    outer: f64,
}

/// The routine as text; `None` when there is no gap. `levels` are the client's, `places` the plan's.
#[must_use]
pub fn routine(
    title: &str,
    gaps: &[Gap],
    levels: &[NamedLevel],
    places: &[Place],
) -> Option<String> {
    let worked = gaps.get(..gaps.len().min(MOST_GAPS))?;
    let first = worked.first()?;
    let mut steps = String::new();
    let mut broad = Vec::new();
    for (index, gap) in worked.iter().enumerate() {
        let name = format!("Gap {} on the {}", index + 1, gap.side.word());
        let _ = writeln!(
            steps,
            "# {:.0} cm2: {:.0} of {:.0} N s given.",
            gap.area_cm2, gap.given_n_s, gap.planned_n_s
        );
        let palm = stretch(gap, places, Contact::Broad, PALM, |_| true);
        // The thumb takes what lies beyond the ends of the palm.
        let beyond = |u: f64| palm.is_none_or(|p| u < p.from - PALM.0 || u > p.to + PALM.0);
        let thumb = stretch(gap, places, Contact::Narrow, THUMB, beyond);
        if let Some(palm) = palm {
            push_palm(&mut steps, &name, &palm, loops(gap, &palm), levels);
        }
        if let Some(thumb) = thumb {
            push_thumb(&mut steps, &format!("{name}, by thumb"), &thumb, levels);
        }
        if palm.is_none() && thumb.is_none() {
            steps.push_str("# Too short for a step of its own.\n\n");
        }
        broad.extend(palm);
    }
    let around = around(&broad, first, levels);
    let mut text = head(title, worked.len());
    for (name, force) in [
        ("Warm-up", "force = \"light\""),
        ("Cool-down", "force_n = 4"),
    ] {
        if name == "Cool-down" {
            text.push_str(&steps);
        }
        for stretch in &around {
            let name = format!("{name} on the {}", stretch.side.word());
            push_effleurage(&mut text, &name, stretch, (force, 1), levels);
        }
    }
    Some(text)
}

/// Where the plan had such contacts over a gap; `None` when that is too short for a step.
fn stretch(
    gap: &Gap,
    places: &[Place],
    contact: Contact,
    (along, across): (f64, f64),
    wanted: impl Fn(f64) -> bool,
) -> Option<Stretch> {
    let over = |place: &&Place| {
        let aside = place.v_mm.abs();
        place.contact == contact
            && (place.v_mm >= 0.0) == (gap.side == Side::Left)
            && place.u_mm >= gap.from_u_mm - along
            && place.u_mm <= gap.to_u_mm + along
            && aside >= gap.inner_mm - across
            && aside <= gap.outer_mm + across
            && wanted(place.u_mm)
    };
    let found = places.iter().filter(over).fold(None, |found, place| {
        let (u, v) = (place.u_mm, place.v_mm.abs());
        let old = found.unwrap_or(Stretch {
            side: gap.side,
            from: u,
            to: u,
            inner: v,
            outer: v,
        });
        Some(Stretch {
            from: old.from.min(u),
            to: old.to.max(u),
            inner: old.inner.min(v),
            outer: old.outer.max(v),
            ..old
        })
    });
    // The end of a tool's way gets its dose from the tool's own length: go no further than the gap needs.
    found
        .map(|s: Stretch| Stretch {
            from: s.from.max(gap.from_u_mm.min(s.to - SHORTEST)),
            to: s.to.min(gap.to_u_mm.max(s.from + SHORTEST)),
            ..s
        })
        .filter(|s| s.to - s.from >= SHORTEST)
}

/// What to glide over before and after: on each side the longest stretch for the palm; the lower back where
/// there is none.
fn around(broad: &[Stretch], first: &Gap, levels: &[NamedLevel]) -> Vec<Stretch> {
    let longest = |side| {
        let own = broad
            .iter()
            .filter(|s| s.side == side && s.to - s.from >= STROKED);
        own.max_by(|a, b| (a.to - a.from).total_cmp(&(b.to - b.from)))
            .copied()
    };
    let found: Vec<Stretch> = Side::BOTH.into_iter().filter_map(longest).collect();
    if !found.is_empty() {
        return found;
    }
    let waist = levels.iter().find(|(word, _)| *word == "waist");
    vec![Stretch {
        side: first.side,
        from: 0.0,
        to: waist.map_or(100.0, |(_, u)| *u),
        inner: 60.0,
        outer: 75.0,
    }]
}

/// Loops that make up what is missing.
fn loops(gap: &Gap, palm: &Stretch) -> u32 {
    let (up, back, speed) = LOOP;
    let loop_n_s = (up + back) * (palm.to - palm.from) / speed;
    let due = (gap.missing().get() / loop_n_s).ceil();
    due.clamp(1.0, MOST_LOOPS) as u32
}

fn head(title: &str, gaps: usize) -> String {
    let places = if gaps == 1 { "place" } else { "places" };
    format!(
        "# Written by `knead revisit` from a run of \"{}\". Read it, change it, then prove it with `knead plan`.\n\
         version = 1\nname = {}\nsummary = \"The {gaps} {places} that a run was to work and did not.\"\n\n",
        title.replace(char::is_control, " "),
        quoted(&format!("Revisit: {title}")),
    )
}

/// Text in quotes: the escapes of JSON are those of TOML.
fn quoted(text: &str) -> String {
    let plain = text.replace('\u{7f}', " ");
    serde_json::Value::from(plain).to_string()
}

fn push_palm(text: &mut String, name: &str, palm: &Stretch, repeat: u32, levels: &[NamedLevel]) {
    if palm.to - palm.from >= STROKED {
        push_effleurage(text, name, palm, ("force = \"medium\"", repeat), levels);
        return;
    }
    let offset = (0.5 * (palm.inner + palm.outer)).max(INNERMOST);
    let manner = format!(
        "technique = \"palm_circles\"\noffset_mm = {offset:.0}\nradius_mm = 10\nfrequency_hz = 0.8\n\
         hands = \"together\"\nforce = \"medium\"\nrepeat = 2"
    );
    push_step(text, name, palm, &manner, levels);
}

fn push_thumb(text: &mut String, name: &str, thumb: &Stretch, levels: &[NamedLevel]) {
    let offset = (0.5 * (thumb.inner + thumb.outer)).max(INNERMOST);
    let manner = format!(
        "technique = \"thumb_circles\"\noffset_mm = {offset:.0}\nradius_mm = 8\nfrequency_hz = 1.2\n\
         hands = \"one\"\nforce = \"medium\""
    );
    push_step(text, name, thumb, &manner, levels);
}

fn push_effleurage(
    text: &mut String,
    name: &str,
    way: &Stretch,
    (force, repeat): (&str, u32),
    levels: &[NamedLevel],
) {
    let offset = way.inner.max(INNERMOST).round();
    let back = way.outer.round().max(offset + 10.0);
    let manner = format!(
        "technique = \"effleurage\"\noffset_mm = {offset:.0}\nouter_mm = {back:.0}\n\
         hands = \"one\"\n{force}\nrepeat = {repeat}"
    );
    push_step(text, name, way, &manner, levels);
}

fn push_step(text: &mut String, name: &str, way: &Stretch, manner: &str, levels: &[NamedLevel]) {
    let _ = writeln!(
        text,
        "[[step]]\nname = {}\nfrom = {}\nto = {}\nsides = \"{}\"\n{manner}\n",
        quoted(name),
        level(way.from, levels),
        level(way.to, levels),
        way.side.word(),
    );
}

/// A height in the words of routine files: the nearest level and a shift.
fn level(u_mm: f64, levels: &[NamedLevel]) -> String {
    let nearest = levels
        .iter()
        .min_by(|a, b| (a.1 - u_mm).abs().total_cmp(&(b.1 - u_mm).abs()));
    let (word, at) = nearest.map_or(("S2", 0.0), |(word, at)| (word.as_str(), *at));
    let shift = (u_mm - at).round();
    if shift.abs() < 0.5 {
        format!("\"{word}\"")
    } else {
        format!("{{ at = \"{word}\", shift_mm = {shift:.0} }}")
    }
}

#[cfg(test)]
mod tests;
