//! The rules R1 to R12 of the source texts: for each a routine that breaks that one alone, and its twin, mended as the
//! refusal says, that plans.
#![allow(clippy::panic)] // a test that cannot read its own files has nothing to say

mod short;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use knead::compose::Kit;
use knead::{Ingredients, load::Loaded};
use plan::SegmentKind;
use planner::{SOURCE_RULES, SourceRule};
use serde_json::Value;

/// A routine and what it is planned with, as texts.
#[derive(Clone)]
struct Session {
    routine: String,
    /// Flag of the command line, and text of the file that it names.
    with: Vec<(&'static str, String)>,
}

/// How a session is refused.
struct Refusal {
    step: String,
    remedy: String,
    detail: String,
}

fn data(name: &str) -> String {
    let path = short::root().join("crates/knead/tests/rules").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// The session of a rule's file.
fn of(name: &str) -> Session {
    Session {
        routine: data(&format!("{name}.toml")),
        with: Vec::new(),
    }
}

impl Session {
    fn with(mut self, flag: &'static str, file: &str) -> Self {
        self.with.push((flag, data(&format!("{file}.toml"))));
        self
    }

    /// Another text in place of one that stands in the routine.
    fn mended(mut self, old: &str, new: &str) -> Self {
        assert!(self.routine.contains(old), "no {old:?}: {}", self.routine);
        self.routine = self.routine.replace(old, new);
        self
    }

    /// Another text in place of one that stands in the file of a flag.
    fn mended_with(mut self, flag: &str, old: &str, new: &str) -> Self {
        for (_, text) in self.with.iter_mut().filter(|(of, _)| *of == flag) {
            assert!(text.contains(old), "no {old:?}: {text}");
            *text = text.replace(old, new);
        }
        self
    }

    /// Exit code, data and talk of `knead plan`.
    fn planned(&self) -> (Option<i32>, Value, String) {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("knead-rules-{}-{count}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).expect("a folder");
        let write = |file: &str, text: &str| -> PathBuf {
            let path = folder.join(file);
            std::fs::write(&path, text).expect("a file");
            path
        };
        let mut command = Command::new(env!("CARGO_BIN_EXE_knead"));
        command.current_dir(short::root()).args(["plan", "--json"]);
        command.arg(write("routine.toml", &self.routine));
        for (flag, text) in &self.with {
            command
                .arg(flag)
                .arg(write(&format!("with{flag}.toml"), text));
        }
        let run = command.output().expect("the binary starts");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let told = serde_json::from_str(&text(&run.stdout)).unwrap_or(Value::Null);
        let _ = std::fs::remove_dir_all(&folder);
        (run.status.code(), told, text(&run.stderr))
    }

    /// The one violation, of the one rule.
    #[track_caller]
    fn breaks(&self, rule: Option<&str>, word: &str) -> Refusal {
        let (code, told, said) = self.planned();
        assert_eq!(code, Some(1), "{said}");
        let violations = told["rejection"]["violations"].as_array().expect("a list");
        assert_eq!(violations.len(), 1, "one rule alone is broken: {said}");
        let violation = &violations[0];
        assert_eq!(violation["rule"], word, "{said}");
        assert_eq!(violation["source"].as_str(), rule, "{said}");
        let text = |key: &str| violation[key].as_str().expect("a text").to_owned();
        let refusal = Refusal {
            step: text("name"),
            remedy: text("remedy"),
            detail: text("detail"),
        };
        let named = rule.map_or(String::new(), |id| format!("({id})"));
        for part in [&refusal.step, &refusal.remedy, &named] {
            assert!(said.contains(part.as_str()), "no {part:?} in: {said}");
        }
        assert!(refusal.remedy.len() > 10 && !refusal.step.is_empty());
        refusal
    }

    /// Plans; what the steps' notes say.
    #[track_caller]
    fn keeps(&self) -> String {
        let (code, told, said) = self.planned();
        assert_eq!(code, Some(0), "{said}");
        let steps = told["steps"].as_array().expect("steps");
        let notes = steps.iter().filter_map(|step| step["notes"].as_array());
        let notes = notes.flatten().filter_map(Value::as_str);
        notes.collect::<Vec<_>>().join("\n")
    }
}

/// The first number after some words, as it is written.
#[track_caller]
fn number_after(text: &str, words: &str) -> String {
    let (_, after) = text
        .split_once(words)
        .unwrap_or_else(|| panic!("no {words:?} in {text:?}"));
    let is_part = |c: &char| c.is_ascii_digit() || matches!(c, '.' | '-' | '+');
    let number: String = after.trim_start().chars().take_while(is_part).collect();
    number
        .trim_start_matches('+')
        .trim_end_matches('.')
        .to_owned()
}

const PERSON: &str = "[[step]]\nname = \"Turn\"\ntechnique = \"operator_step\"\nsource = \"B-U5a\"\n\
                      prompt = \"Please help the client to lie anew.\"\nrepositions = true\n";

/// A gentle long glide.
fn glide(name: &str, from: &str, to: &str, force: &str) -> String {
    format!(
        "[[step]]\nname = \"{name}\"\ntechnique = \"effleurage\"\nsource = \"B-L1\"\nfrom = \"{from}\"\nto = \"{to}\"\n\
         offset_mm = 60\nouter_mm = 80\nsides = \"left\"\nforce = \"{force}\"\nspeed_mm_per_s = 80\n"
    )
}

#[test]
fn r1_a_line_in_the_keep_out_is_refused_and_at_the_offset_told_it_runs_clear_of_it() {
    let session = of("R01_keep_out");
    let refusal = session.breaks(Some("R1"), "keep_out");
    assert_eq!(refusal.step, "Glide beside the spine");
    let offset = number_after(&refusal.remedy, "offset_mm at least");
    let notes = session
        .mended("offset_mm = 15", &format!("offset_mm = {offset}"))
        .keeps();
    // The line may lie there; the patch may not, and runs further out.
    assert!(notes.contains("further out"), "{notes}");
}

#[test]
fn r2_a_line_along_the_spine_is_refused_and_beside_it_is_not() {
    let session = of("R02_crossing");
    let refusal = session.breaks(Some("R2"), "crossing");
    let offset = number_after(&refusal.remedy, "offset_mm at least");
    session
        .mended("offset_mm = 0\n", &format!("offset_mm = {offset}\n"))
        .keeps();
}

#[test]
fn r3_depth_on_what_is_cold_is_refused_and_after_a_lighter_glide_there_is_not() {
    let session = of("R03_warm_up");
    let refusal = session.breaks(Some("R3"), "warm_up");
    assert!(refusal.remedy.contains("light or medium"));
    let (head, rest) = session
        .routine
        .split_once("[[step]]\nname = \"Firm")
        .expect("the step");
    let before = glide("Warm-up there", "T12", "T9", "medium");
    let routine = format!("{head}{before}\n[[step]]\nname = \"Firm{rest}");
    Session { routine, ..session }.keeps();
}

#[test]
fn r3_a_routine_that_ends_without_cool_down_is_refused_and_with_one_is_not() {
    let session = of("R03_cool_down");
    let refusal = session.breaks(Some("R3"), "cool_down");
    assert!(refusal.remedy.contains("effleurage") && refusal.remedy.contains("light"));
    let routine = session.routine.clone() + "\n" + &glide("Cool-down", "S2", "L4", "light");
    Session { routine, ..session }.keeps();
}

#[test]
fn r4_a_pressed_way_down_is_refused_and_turned_round_is_not() {
    let session = of("R04_direction");
    let refusal = session.breaks(Some("R4"), "direction");
    assert!(refusal.remedy.contains("toward the heart"));
    let upward = "from = \"S2\"\nto = \"L4\"";
    session.mended("from = \"L4\"\nto = \"S2\"", upward).keeps();
}

#[test]
fn r5_a_force_without_margin_below_its_ceiling_is_refused_and_the_most_that_is_told_plans() {
    let session = of("R05_force");
    let refusal = session.breaks(Some("R5"), "force");
    let most = number_after(&refusal.remedy, "ask for at most");
    session
        .mended("force_n = 39", &format!("force_n = {most}"))
        .keeps();
}

#[test]
fn r6_a_spot_pressed_in_two_stages_is_refused_and_in_as_many_as_told_is_not() {
    let session = of("R06_staging");
    let refusal = session.breaks(Some("R6"), "staging");
    let stages = number_after(&refusal.remedy, "stages at least").replace(',', "");
    let notes = session
        .mended("stages = 2", &format!("stages = {stages}"))
        .keeps();
    assert!(notes.contains("as hard as bone is left"), "{notes}");
}

#[test]
fn r8_too_long_in_one_position_is_refused_and_with_a_repositioning_is_not() {
    let session = of("R08_position").with("--limits", "R08_limits");
    let refusal = session.breaks(Some("R8"), "duration");
    assert!(refusal.remedy.contains("`repositions = true`"));
    let person = format!("{PERSON}\n[[step]]\nname = \"Cool-down\"");
    session
        .mended("[[step]]\nname = \"Cool-down\"", &person)
        .keeps();
}

#[test]
fn r8_too_much_dose_of_a_zone_is_refused_and_with_fewer_repetitions_is_not() {
    let session = of("R08_dose").with("--limits", "R08_dose_limits");
    let refusal = session.breaks(Some("R8"), "dose");
    assert!(refusal.detail.contains("on the left") && refusal.remedy.contains("fewer"));
    session.mended("repeat = 3", "repeat = 1").keeps();
}

#[test]
fn r9_a_way_over_a_blocked_area_is_refused_by_name_and_as_far_below_as_told_it_plans() {
    let session = of("R09_blocked").with("--client", "R09_client");
    let refusal = session.breaks(Some("R9"), "blocked");
    assert!(
        refusal.detail.contains("u +150 to +170 mm"),
        "{}",
        refusal.detail
    );
    assert!(!refusal.remedy.contains("lift"), "{}", refusal.remedy);
    let below = number_after(&refusal.remedy, "below u");
    let end = format!("to = {{ at = \"S2\", shift_mm = {below} }}");
    session.mended("to = \"T12\"", &end).keeps();
}

#[test]
fn r10_a_way_into_an_avoided_zone_is_refused_by_name_and_without_the_stretch_it_plans() {
    let session = of("R10_avoided").with("--client", "R10_client");
    let refusal = session.breaks(Some("R10"), "avoided");
    assert!(refusal.detail.contains("the zone shoulder_blade"));
    assert!(refusal.remedy.contains("leave this stretch out"));
    let low = "from = \"S2\"\nto = \"L4\"";
    session.mended("from = \"T10\"\nto = \"T6\"", low).keeps();
}

#[test]
fn r10_the_notes_tell_what_preferences_scale_and_say_nothing_where_nothing_is_scaled() {
    let session =
        of("R10_avoided").mended("from = \"T10\"\nto = \"T6\"", "from = \"S2\"\nto = \"L4\"");
    let plain = session.clone().keeps();
    assert!(!plain.contains("preference"), "{plain}");
    let firm = session
        .with("--client", "R10_client")
        .mended_with("--client", "pressure = \"medium\"", "pressure = \"firm\"")
        .keeps();
    assert!(firm.contains("1.15 times"), "{firm}");
}

#[test]
fn r11_rubbing_oiled_skin_is_refused_and_without_oil_is_not() {
    let session = of("R11_slip").with("--client", "R11_client");
    let refusal = session.breaks(Some("R11"), "slip");
    assert!(refusal.remedy.contains("without oil"));
    session
        .mended_with("--client", "oil = \"full\"", "oil = \"none\"")
        .keeps();
}

#[test]
fn r12_a_rhythm_beside_the_tempo_is_refused_and_the_one_told_is_not() {
    let session = of("R12_rhythm");
    let refusal = session.breaks(Some("R12"), "rhythm");
    let nearest = number_after(&refusal.remedy, "frequency_hz =");
    session
        .mended("frequency_hz = 1.3", &format!("frequency_hz = {nearest}"))
        .keeps();
}

#[test]
fn blows_over_the_kidney_are_refused_by_zone_and_strokes_there_are_not() {
    let session = of("handling_blows");
    let refusal = session.breaks(None, "handling");
    assert!(refusal.remedy.contains("zone kidney") && refusal.remedy.contains("strokes"));
    session.mended("\"percussion\"", "\"long_glide\"").keeps();
}

#[test]
fn depth_over_the_sacrum_is_refused_whatever_the_ceiling_and_firm_is_not() {
    let session = of("handling_depth").with("--limits", "handling_limits");
    let refusal = session.breaks(None, "handling");
    assert!(refusal.remedy.contains("zone sacrum") && refusal.remedy.contains("ask for firm"));
    session
        .mended("force = \"deep\"", "force = \"firm\"")
        .keeps();
}

#[test]
fn every_rule_is_explained_with_rules_of_the_monitor_that_exist() {
    for rule in &SOURCE_RULES {
        let run = Command::new(env!("CARGO_BIN_EXE_knead"))
            .args(["explain", &rule.id.to_lowercase()])
            .output()
            .expect("the binary starts");
        let told = String::from_utf8_lossy(&run.stdout).into_owned();
        assert_eq!(run.status.code(), Some(0), "{told}");
        assert!(
            told.contains(rule.demand) && told.contains("told as:"),
            "{told}"
        );
        for named in rule.running.split("SR-").skip(1) {
            let id = format!("SR-{}", named.get(..2).expect("two digits"));
            let known = safety_monitor::rules().iter().any(|row| row.id == id);
            assert!(known, "{}: no {id}", rule.id);
        }
    }
    assert_eq!(SourceRule::of("R0"), None);
}

/// A routine of both sides, planned.
fn plan_of_both_sides() -> (f64, plan::Plan<7>) {
    let demo = Ingredients::demo();
    let root = |path: &Path| short::root().join(path);
    let folder = std::env::temp_dir().join(format!("knead-rules-both-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let routine = folder.join("routine.toml");
    let text = data("R06_staging.toml")
        .replace("stages = 2", "stages = 3")
        .replace("sides = \"left\"", "sides = \"both\"");
    std::fs::write(&routine, text).expect("a file");
    let loaded = Loaded::read(&Ingredients {
        routine,
        arm: root(&demo.arm),
        body: root(&demo.body),
        limits: root(&demo.limits),
        tools: root(&demo.tools),
        client: root(&demo.client),
        simulation: root(&demo.simulation),
        ..Ingredients::demo()
    });
    let _ = std::fs::remove_dir_all(&folder);
    let loaded = loaded.unwrap_or_else(|f| panic!("{}", f.text()));
    let kit = Kit::<7>::new(&loaded, 1).unwrap_or_else(|f| panic!("{}", f.text()));
    let keep_out = kit.envelope.keep_out_half_width().get();
    (keep_out, kit.plan().unwrap_or_else(|r| panic!("{r}")))
}

#[test]
fn r2_from_one_side_to_the_other_the_tool_is_lifted_and_nothing_touches_within_the_keep_out() {
    let (keep_out, plan) = plan_of_both_sides();
    let (mut last_is_left, mut lifted, mut changes) = (None, true, 0);
    for segment in plan.segments() {
        match segment.kind {
            SegmentKind::Approach | SegmentKind::Operator(_) => {}
            // In free space no force is planned.
            SegmentKind::Transit => {
                lifted = true;
                let free = |force: f64| force.abs() < 1e-12;
                assert!(segment.knots.iter().all(|knot| free(knot.force.get())));
            }
            SegmentKind::Touch
            | SegmentKind::Stroke
            | SegmentKind::Hold(_)
            | SegmentKind::Tap(_)
            | SegmentKind::Lift => {
                for knot in segment.knots.iter() {
                    let v = knot.v.get();
                    assert!(v.abs() > keep_out, "v {v}");
                    let is_left = Some(v > 0.0);
                    if is_left != last_is_left {
                        assert!(lifted, "crosses in contact");
                        changes += 1;
                    }
                    (last_is_left, lifted) = (is_left, false);
                }
            }
        }
    }
    assert!(
        changes >= 4,
        "each of three steps works both sides: {changes}"
    );
}
