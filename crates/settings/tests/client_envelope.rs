//! What a client's file does on a body: every answer makes the envelope strictly smaller or refuses the
//! session, and what was pinned on one scan holds on the next.
#![allow(clippy::panic, reason = "a test tells by panicking")]

use std::fmt::Write as _;
use std::sync::LazyLock;

use anatomy::{Back, BodyParameters, Level, Sex, parametric_back};
use limits::{Envelope, RawLimits, Zone};
use planner::{ClientWishes, Pin, PinKind};
use proptest::prelude::*;
use quantities::{Kilograms, Metres, Newtons, SquareMetres};
use settings::{ChartPin, ClientProfile, Code, Day};

const DEFAULT: &str = include_str!("../../../config/clients/default.toml");

/// Areas on the demo body, each its own.
const BLOCKING: [(&str, [i32; 4]); 8] = [
    ("open_wounds", [40, 60, 40, 60]),
    ("burns", [80, 100, 40, 60]),
    ("contagious_skin", [120, 140, 40, 60]),
    ("varicose_veins", [160, 180, 40, 60]),
    ("bruises", [200, 220, 40, 60]),
    ("scars_under_six_weeks", [240, 260, 40, 60]),
    ("implants", [280, 300, 40, 60]),
    ("injection_sites", [320, 340, 40, 60]),
];

const CAUTIONS: [&str; 5] = [
    "anticoagulants",
    "controlled_hypertension",
    "diabetes_with_neuropathy",
    "strong_painkillers",
    "pregnancy",
];

const ANSWERS: usize = BLOCKING.len() + CAUTIONS.len();

fn body(stature: f64, mass: f64) -> Back {
    let parameters = BodyParameters {
        sex: Sex::Female,
        stature: Metres::new(stature),
        mass: Kilograms::new(mass),
    };
    parametric_back(&parameters).expect("a body")
}

/// The demo body.
static BACK: LazyLock<Back> = LazyLock::new(|| body(1.68, 64.0));

fn yes(text: &str, question: &str) -> String {
    let (from, to) = (
        format!("\n{question} = false"),
        format!("\n{question} = true"),
    );
    assert!(text.contains(&from), "{question}");
    text.replace(&from, &to)
}

/// The default client with the answers of a set of bits, with all places and the approval they need.
fn answering(set: usize) -> String {
    let mut text = DEFAULT.to_owned();
    let mut tail = String::new();
    for (bit, (question, [u0, u1, v0, v1])) in BLOCKING.iter().enumerate() {
        if set & (1 << bit) != 0 {
            text = yes(&text, question);
            let _ = write!(
                tail,
                "[[blocked]]\nbecause = \"{question}\"\nu_mm = [{u0}, {u1}]\nv_mm = [{v0}, {v1}]\n"
            );
        }
    }
    for (bit, question) in CAUTIONS.iter().enumerate() {
        if set & (1 << (BLOCKING.len() + bit)) != 0 {
            text = yes(&text, question);
        }
    }
    text + "\n[approval]\nby = \"Dr. R. Halter\"\ndate = \"2026-11-20\"\nprone = true\npregnancy_week = 9\n"
        + &tail
}

fn read(text: &str) -> ClientProfile {
    ClientProfile::parse(text, "c.toml").unwrap_or_else(|errors| panic!("{errors}"))
}

/// Everything that an envelope answers, at a grid of places and for three patches. Each number is safer when
/// smaller.
fn asked(envelope: &Envelope, back: &Back) -> Vec<f64> {
    let (low, high) = back.u_range();
    let mut all = Vec::new();
    for i in 0..=24 {
        for j in -6..=6 {
            let (u, v) = (
                low + (high - low) * (f64::from(i) / 24.0),
                Metres::new(0.0247 * f64::from(j)),
            );
            for area in [3.14e-4, 12e-4, 50e-4] {
                all.push(
                    envelope
                        .force_ceiling_at(u, v, SquareMetres::new(area))
                        .get(),
                );
            }
            all.push(envelope.pressure_ceiling_at(u, v).get());
        }
    }
    for (_, [u0, u1, v0, v1]) in BLOCKING {
        let middle = |a: i32, b: i32| Metres::new(f64::from(a + b) / 2000.0);
        let patch = SquareMetres::new(50e-4);
        all.push(
            envelope
                .force_ceiling_at(middle(u0, u1), middle(v0, v1), patch)
                .get(),
        );
    }
    for normal in [0.0, 5.0, 50.0] {
        all.push(envelope.tangential_ceiling(Newtons::new(normal)).get());
    }
    all.extend([
        envelope.crossing_ceiling().get(),
        envelope.free_speed().get(),
        envelope.contact_speed().get(),
        envelope.mean_power().get(),
        envelope.peak_power().get(),
        envelope.dwell().get(),
        envelope.position_time().get(),
        envelope.zone_dose().get(),
        -envelope.keep_out_half_width().get(),
    ]);
    all
}

fn nowhere_larger(smaller: &[f64], larger: &[f64]) -> bool {
    smaller.len() == larger.len() && smaller.iter().zip(larger).all(|(s, l)| s <= l)
}

fn somewhere_smaller(smaller: &[f64], larger: &[f64]) -> bool {
    smaller.iter().zip(larger).any(|(s, l)| s < l)
}

/// Every subset of the thirteen answers that do not rule a session out, and every single answer added to it,
/// under three limits profiles.
fn each_further_answer_makes_it_smaller(limits: &RawLimits) {
    let back = &*BACK;
    let whole = Envelope::for_back(limits, back).expect("limits");
    let answered: Vec<Vec<f64>> = (0..1 << ANSWERS)
        .map(|set| {
            let wish = read(&answering(set))
                .tightening_on(back)
                .expect("all on the back");
            asked(&whole.tightened_by(&wish).expect("a good wish"), back)
        })
        .collect();
    assert_eq!(
        answered[0],
        asked(&whole, back),
        "no answer takes nothing away"
    );
    for (set, before) in answered.iter().enumerate() {
        for bit in (0..ANSWERS).filter(|bit| set & (1 << bit) == 0) {
            let after = &answered[set | (1 << bit)];
            assert!(nowhere_larger(after, before), "{set:b} and {bit}");
            assert!(somewhere_smaller(after, before), "{set:b} and {bit}");
        }
    }
}

#[test]
fn each_further_answer_makes_the_envelope_strictly_smaller() {
    each_further_answer_makes_it_smaller(&RawLimits::default());
}

/// The other limits profiles are held to single and paired answers: shares and caps change places there.
#[test]
fn single_and_paired_answers_do_so_under_other_limits_too() {
    let back = &*BACK;
    let mut low = RawLimits::default();
    let mut high = RawLimits::default();
    for figure in RawLimits::default().figures() {
        high.set(figure.key, figure.configurable);
        if figure.key.ends_with("_n") || figure.key.ends_with("_kpa") {
            low.set(figure.key, figure.default * 0.25);
        }
    }
    for limits in [low, high] {
        let whole = Envelope::for_back(&limits, back).expect("limits");
        let answer = |set: usize| {
            let wish = read(&answering(set))
                .tightening_on(back)
                .expect("on the back");
            asked(&whole.tightened_by(&wish).expect("a good wish"), back)
        };
        let none = answer(0);
        for bit in 0..ANSWERS {
            let one = answer(1 << bit);
            assert!(
                nowhere_larger(&one, &none) && somewhere_smaller(&one, &none),
                "{bit}"
            );
            for other in (0..ANSWERS).filter(|other| *other != bit) {
                let both = answer((1 << bit) | (1 << other));
                assert!(nowhere_larger(&both, &one), "{bit} and {other}");
                assert!(somewhere_smaller(&both, &one), "{bit} and {other}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn an_answer_that_rules_out_does_so_beside_any_others_and_a_missing_approval_too(
        set in 0..1usize << ANSWERS, ruling in 0..19usize,
    ) {
        let questions: Vec<&str> = DEFAULT
            .lines()
            .filter_map(|line| line.strip_suffix(" = false"))
            .collect();
        let text = yes(&answering(set), questions[ruling]);
        let errors = ClientProfile::parse(&text, "c.toml").expect_err("ruled out");
        prop_assert!(errors.problems().iter().all(|p| p.code == Code::IntakeRefused), "{errors}");
        if set >> BLOCKING.len() != 0 {
            let text = answering(set).replace("[approval]", "[approvals]");
            let errors = ClientProfile::parse(&text, "c.toml").expect_err("not approved");
            prop_assert!(errors.problems().iter().any(|p| p.code == Code::ApprovalMissing));
        }
    }

    #[test]
    fn preferences_and_pins_never_enlarge_the_envelope(
        pressure in 0..3usize, zone in 0..8usize, by_zone in 0..3usize, kind in 0..4usize,
        u_share in 0.1..0.8f64, v_share in -0.2..0.2f64, avoid in 0..8usize, oil in 0..3usize,
    ) {
        let words = ["light", "medium", "firm"];
        let text = DEFAULT
            .replace("pressure = \"medium\"", &format!("pressure = \"{}\"", words[pressure]))
            .replace("oil = \"full\"", &format!(
                "oil = \"{}\"\navoid_zones = [\"{}\"]\n[pressure_by_zone]\n{} = \"{}\"",
                ["none", "light", "full"][oil], Zone::ALL[avoid].word(), Zone::ALL[zone].word(), words[by_zone],
            ))
            + &format!(
                "\n[[pin]]\nkind = \"{}\"\nu_share = {u_share}\nv_share = {v_share}\nradius_mm = 25\n\
                 date = \"2026-11-20\"\n",
                PinKind::ALL[kind].word(),
            );
        let back = &*BACK;
        let whole = Envelope::for_back(&RawLimits::default(), back).expect("defaults");
        let client = read(&text);
        let smaller = whole
            .tightened_by(&client.tightening_on(back).expect("on the back"))
            .expect("a good wish");
        prop_assert!(nowhere_larger(&asked(&smaller, back), &asked(&whole, back)));
        let wishes = client.wishes(back).expect("on the back");
        let pin = wishes.pins[0];
        let at_pin = smaller.force_ceiling_at(pin.u, pin.v, SquareMetres::new(50e-4));
        if PinKind::ALL[kind] == PinKind::Never {
            prop_assert_eq!(at_pin, Newtons::ZERO);
        }
        let factor = wishes.force_factor(Zone::ALL[zone], pin.u, pin.v);
        let liked = [0.8, 1.0, 1.15][by_zone];
        let pinned = [0.7, 1.1, 0.7, 1.0][kind];
        prop_assert!((factor - liked * pinned).abs() < 1e-12, "{factor}");
    }
}

#[test]
fn a_pin_set_on_one_back_lies_at_the_same_share_of_another() {
    let date = Day::parse("2026-11-27").expect("a day");
    let (short, tall) = (body(1.55, 55.0), body(1.80, 78.0));
    let place = |back: &Back| Pin {
        kind: PinKind::Focus,
        // The same spot of both: half-way between T12 and T7, beside the spine.
        u: (back.level(Level::T12) + back.level(Level::T7)) * 0.5,
        v: Metres::new(0.05 * back.level(Level::C7).get() / 0.5),
        radius: Metres::new(0.02),
    };
    let kept = ChartPin::of(&place(&short), &short, date, None);
    let (expected, seen) = (place(&tall), kept.on(&tall));
    assert!(
        (expected.u - seen.u).get().abs() < 0.004,
        "{expected:?} {seen:?}"
    );
    assert!((expected.v - seen.v).get().abs() < 1e-9);
    let moved = (seen.u - place(&short).u).get();
    assert!(
        moved > 0.02,
        "the two backs differ enough to show it: {moved}"
    );
    let back_again = ChartPin::of(&kept.on(&short), &short, date, None);
    assert!((back_again.u_share - kept.u_share).abs() < 1e-12);
}

#[test]
fn places_off_the_body_are_refused_with_their_lines() {
    let back = &*BACK;
    let text = yes(DEFAULT, "bruises")
        + "\n[[blocked]]\nbecause = \"bruises\"\nu_mm = [900, 950]\nv_mm = [40, 60]\n\
           [[pin]]\nkind = \"less\"\nu_share = 1.1\nv_share = 0.0\nradius_mm = 10\ndate = \"2026-11-20\"\n";
    let client = read(&text);
    let errors = client.tightening_on(back).expect_err("both off");
    assert_eq!(errors.problems().len(), 2, "{errors}");
    assert!(
        errors
            .problems()
            .iter()
            .all(|p| p.code == Code::OffTheBody && p.line.is_some())
    );
    assert!(errors.to_string().contains("u 900 to 950 mm"), "{errors}");
    assert!(client.wishes(back).is_err());
}

#[test]
fn the_example_clients_hold_on_the_built_in_bodies() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/clients");
    let backs = [body(1.55, 55.0), body(1.80, 78.0)];
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).expect("the folder") {
        let client = ClientProfile::read(&entry.expect("an entry").path())
            .unwrap_or_else(|errors| panic!("{errors}"));
        for back in &backs {
            let wishes: ClientWishes = client.wishes(back).expect("pins on the body");
            client.tightening_on(back).expect("places on the body");
            assert_eq!(wishes.pins.len(), client.pins.len());
        }
        seen += 1;
    }
    assert!(seen >= 6, "{seen}");
}
