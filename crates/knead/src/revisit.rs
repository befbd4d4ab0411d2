//! From the gaps of a run to a routine that works them: warm-up, each gap, cool-down.
//!
//! ```text
//! planned map, given map ─▶ dose::gaps ─▶ steps in the language of config/routines ─▶ knead plan
//! ```
//! The routine asks for words of force (`light`, `medium`): what this client, tool or zone allows is the
//! planner's business, as for every other routine.

use std::fmt::Write as _;

use dose::{Gap, Side};

/// Half of the palm along and across the spine (mm): its strokes end that much inside of a gap.
const PALM: (f64, f64) = (50.0, 25.0);
/// Innermost line for a palm (mm). Chosen: the paraspinal line; the planner moves it further out where it must.
const INNERMOST: f64 = 50.0;
/// Shortest way of a stroke (mm). Chosen: short enough for any gap, long enough to be one.
const SHORTEST: f64 = 60.0;
/// A gap that is longer than this along the spine is stroked, a shorter one is circled over (mm). Chosen.
const STROKED: f64 = 110.0;
/// Forces up and back (N) and speed (mm/s) of a medium effleurage, to tell how many loops are due.
const LOOP: (f64, f64, f64) = (10.0, 5.0, 85.0);
/// Most loops over one gap. Chosen.
const MOST_LOOPS: f64 = 6.0;
/// Most gaps in one routine; the largest ones. Chosen.
pub const MOST_GAPS: usize = 12;

/// A level that routines may name, and its u on this client (mm).
pub type NamedLevel = (String, f64);

/// The routine as text; `None` when there is no gap. `levels` are the client's.
#[must_use]
pub fn routine(title: &str, gaps: &[Gap], levels: &[NamedLevel]) -> Option<String> {
    let worked = gaps.get(..gaps.len().min(MOST_GAPS))?;
    worked.first()?;
    let around = Reach::of(worked);
    let mut text = head(title, worked.len());
    around.effleurage(
        &mut text,
        "Warm-up over what was left out",
        "force = \"light\"",
        1,
        levels,
    );
    for (index, gap) in worked.iter().enumerate() {
        let own = Reach::of(core::slice::from_ref(gap));
        let name = format!("Gap {} on the {}", index + 1, gap.side.word());
        let _ = writeln!(
            text,
            "# {:.0} cm2: {:.0} of {:.0} N s given.",
            gap.area_cm2, gap.given_n_s, gap.planned_n_s
        );
        if gap.to_u_mm - gap.from_u_mm > STROKED {
            own.effleurage(&mut text, &name, "force = \"medium\"", loops(gap), levels);
        } else {
            own.circles(&mut text, &name, levels);
        }
    }
    around.effleurage(&mut text, "Cool-down", "force_n = 4", 1, levels);
    Some(text)
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
    serde_json::Value::from(text)
        .to_string()
        .replace('\u{7f}', " ")
}

/// Loops that make up what is missing.
fn loops(gap: &Gap) -> u32 {
    let (up, back, speed) = LOOP;
    let way = way(gap.from_u_mm, gap.to_u_mm);
    let loop_n_s = (up + back) * (way.1 - way.0) / speed;
    (gap.missing().get() / loop_n_s)
        .ceil()
        .clamp(1.0, MOST_LOOPS) as u32
}

/// Where the palm's centre goes so that its ends reach the ends of a stretch (mm).
fn way(from: f64, to: f64) -> (f64, f64) {
    let (low, high) = (from + PALM.0, to - PALM.0);
    if high - low >= SHORTEST {
        (low, high)
    } else {
        let middle = 0.5 * (from + to);
        (middle - 0.5 * SHORTEST, middle + 0.5 * SHORTEST)
    }
}

/// The stretch of skin around some gaps (mm).
struct Reach {
    from: f64,
    to: f64,
    inner: f64,
    outer: f64,
    sides: &'static str,
}

impl Reach {
    fn of(gaps: &[Gap]) -> Self {
        let least = |of: fn(&Gap) -> f64| gaps.iter().map(of).fold(f64::INFINITY, f64::min);
        let most = |of: fn(&Gap) -> f64| gaps.iter().map(of).fold(f64::NEG_INFINITY, f64::max);
        let on = |side| gaps.iter().any(|gap| gap.side == side);
        let sides = match (on(Side::Left), on(Side::Right)) {
            (true, true) | (false, false) => "both",
            (true, false) => "left",
            (false, true) => "right",
        };
        Self {
            from: least(|gap| gap.from_u_mm),
            to: most(|gap| gap.to_u_mm),
            inner: least(|gap| gap.inner_mm),
            outer: most(|gap| gap.outer_mm),
            sides,
        }
    }

    fn offset(&self) -> f64 {
        (self.inner + PALM.1).max(INNERMOST).round()
    }

    fn effleurage(
        &self,
        text: &mut String,
        name: &str,
        force: &str,
        repeat: u32,
        levels: &[NamedLevel],
    ) {
        let (from, to) = way(self.from, self.to);
        let back = (self.outer - PALM.1).round().max(self.offset() + 10.0);
        let _ = writeln!(
            text,
            "[[step]]\nname = {}\ntechnique = \"effleurage\"\nfrom = {}\nto = {}\noffset_mm = {:.0}\n\
             outer_mm = {back:.0}\nsides = \"{}\"\n{}{force}\nrepeat = {repeat}\n",
            quoted(name),
            level(from, levels),
            level(to, levels),
            self.offset(),
            self.sides,
            self.hands(),
        );
    }

    fn circles(&self, text: &mut String, name: &str, levels: &[NamedLevel]) {
        let middle = 0.5 * (self.from + self.to);
        let offset = (0.5 * (self.inner + self.outer)).max(INNERMOST + 15.0);
        let _ = writeln!(
            text,
            "[[step]]\nname = {}\ntechnique = \"palm_circles\"\nfrom = {}\nto = {}\noffset_mm = {offset:.0}\n\
             radius_mm = 15\nfrequency_hz = 0.8\nsides = \"{}\"\nhands = \"together\"\nforce = \"medium\"\nrepeat = 2\n",
            quoted(name),
            level(middle + 0.5 * SHORTEST, levels),
            level(middle - 0.5 * SHORTEST, levels),
            self.sides,
        );
    }

    fn hands(&self) -> &'static str {
        if self.sides == "both" {
            "hands = \"mirrored\"\n"
        } else {
            "hands = \"one\"\n"
        }
    }
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
mod tests {
    use super::*;

    fn levels() -> Vec<NamedLevel> {
        let rows = [
            ("tail_bone", -100.0),
            ("S2", 0.0),
            ("waist", 150.0),
            ("T7", 320.0),
        ];
        rows.map(|(word, u)| (word.to_owned(), u)).to_vec()
    }

    fn gap(side: Side, from: f64, to: f64, inner: f64, outer: f64) -> Gap {
        Gap {
            side,
            from_u_mm: from,
            to_u_mm: to,
            inner_mm: inner,
            outer_mm: outer,
            area_cm2: (to - from) * (outer - inner) * 1e-2,
            planned_n_s: 200.0,
            given_n_s: 20.0,
        }
    }

    #[test]
    fn nothing_left_out_is_no_routine() {
        assert_eq!(routine("Lower back", &[], &levels()), None);
    }

    #[test]
    fn the_routine_is_one_that_settings_reads() {
        let gaps = [
            gap(Side::Right, -20.0, 240.0, 30.0, 125.0),
            gap(Side::Left, 90.0, 130.0, 40.0, 80.0),
        ];
        let text = routine("Lower \"back\" \u{7} ä\\", &gaps, &levels()).unwrap();
        let read = settings::parse_routine(&text, "revisit.toml")
            .unwrap_or_else(|e| panic!("{e}\n{text}"));
        let names: Vec<&str> = read.steps.iter().map(|s| s.name.as_str()).collect();
        assert_eq!(
            names,
            [
                "Warm-up over what was left out",
                "Gap 1 on the right",
                "Gap 2 on the left",
                "Cool-down"
            ]
        );
        assert!(text.contains("sides = \"both\"") && text.contains("palm_circles"));
    }

    #[test]
    fn strokes_end_half_a_palm_inside_of_the_gap() {
        let text = routine("x", &[gap(Side::Left, 0.0, 300.0, 40.0, 110.0)], &levels()).unwrap();
        assert!(
            text.contains("from = { at = \"S2\", shift_mm = 50 }"),
            "{text}"
        );
        assert!(
            text.contains("to = { at = \"T7\", shift_mm = -70 }"),
            "{text}"
        );
        assert!(text.contains("offset_mm = 65") && text.contains("outer_mm = 85"));
        // 180 N s are missing; a loop of 200 mm gives 35.
        assert!(text.contains("repeat = 6"), "{text}");
    }

    #[test]
    fn more_gaps_than_one_routine_holds_are_left_for_the_next() {
        let many: Vec<Gap> = (0..30)
            .map(|i| {
                gap(
                    Side::Left,
                    f64::from(i) * 10.0,
                    f64::from(i) * 10.0 + 20.0,
                    30.0,
                    60.0,
                )
            })
            .collect();
        let text = routine("x", &many, &levels()).unwrap();
        assert_eq!(text.matches("[[step]]").count(), MOST_GAPS + 2);
    }
}
