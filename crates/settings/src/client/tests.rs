use anatomy::Zone;
use limits::Area;
use planner::{Lubrication, PinKind};
use quantities::{Metres, Pascals};

use super::intake::{BLOCKING, CAUTIONS, RULED_OUT};
use super::*;
use crate::Code;

const DEFAULT: &str = include_str!("../../../../config/clients/default.toml");
const APPROVAL: &str = "\n[approval]\nby = \"Dr. R. Halter\"\ndate = \"2026-11-20\"\n";

fn read(text: &str) -> ClientProfile {
    ClientProfile::parse(text, "c.toml").unwrap_or_else(|errors| panic!("{errors}"))
}

fn faults(text: &str) -> Vec<(Code, Option<usize>)> {
    let errors = ClientProfile::parse(text, "c.toml").expect_err("a refused client");
    errors.problems().iter().map(|p| (p.code, p.line)).collect()
}

/// The only fault of a text, with its words.
fn only_fault(text: &str) -> (Code, String) {
    let errors = ClientProfile::parse(text, "c.toml").expect_err("a refused client");
    assert_eq!(errors.problems().len(), 1, "{errors}");
    (errors.problems()[0].code, errors.to_string())
}

/// The default client with one answer changed; the line is matched whole, since one question's name may end
/// in another's.
fn answered_yes(question: &str) -> String {
    let text = DEFAULT.replace(
        &format!("\n{question} = false"),
        &format!("\n{question} = true"),
    );
    assert_ne!(text, DEFAULT, "{question}");
    text
}

/// The default client with more keys at its head.
fn with(keys: &str) -> String {
    DEFAULT.replace("oil = \"full\"", &format!("oil = \"full\"\n{keys}"))
}

#[test]
fn the_default_client_takes_nothing_away() {
    let client = read(DEFAULT);
    assert_eq!(client.tightening, Tightening::default());
    assert!(client.notes.is_empty());
}

#[test]
fn each_ruling_answer_rules_the_session_out_and_no_approval_helps() {
    for question in RULED_OUT {
        let text = answered_yes(question);
        assert_eq!(faults(&text)[0].0, Code::IntakeRefused, "{question}");
        let approved = text + APPROVAL;
        assert_eq!(faults(&approved)[0].0, Code::IntakeRefused, "{question}");
    }
}

#[test]
fn each_answer_about_the_skin_needs_a_place_and_blocks_it() {
    for question in BLOCKING {
        let text = answered_yes(question);
        let (code, told) = only_fault(&text);
        assert_eq!(code, Code::PlaceMissing, "{question}");
        assert!(
            told.contains(&format!("because = \"{question}\"")),
            "{told}"
        );
        let zone = format!("{text}\n[[blocked]]\nbecause = \"{question}\"\nzone = \"sacrum\"\n");
        assert_eq!(read(&zone).tightening.blocked_zones, [Zone::Sacrum]);
        let area = format!(
            "{text}\n[[blocked]]\nbecause = \"{question}\"\nu_mm = [10, 40]\nv_mm = [-60, -20]\n"
        );
        let expected = Area {
            u: (Metres::new(0.01), Metres::new(0.04)),
            v: (Metres::new(-0.06), Metres::new(-0.02)),
        };
        assert_eq!(read(&area).tightening.blocked_areas, [expected]);
        assert!(read(&area).notes[0].contains("v -60 to -20 mm"));
        // A place for one answer is no place for another.
        let other = if question == "burns" {
            "bruises"
        } else {
            "burns"
        };
        let elsewhere =
            text + &format!("\n[[blocked]]\nbecause = \"{other}\"\nzone = \"sacrum\"\n");
        let codes: Vec<Code> = faults(&elsewhere)
            .into_iter()
            .map(|(code, _)| code)
            .collect();
        assert!(codes.contains(&Code::PlaceMissing), "{codes:?}");
        assert!(codes.contains(&Code::Contradiction), "{codes:?}");
    }
}

#[test]
fn each_cautious_answer_needs_an_approval_and_makes_the_envelope_smaller_even_then() {
    for caution in &CAUTIONS {
        let text = answered_yes(caution.question);
        let (code, told) = only_fault(&text);
        assert_eq!(code, Code::ApprovalMissing, "{}", caution.question);
        assert!(told.contains("nobody has approved"), "{told}");
        assert!(told.contains("[approval]"), "{told}");
        let approval = if caution.question == "pregnancy" {
            format!("{APPROVAL}pregnancy_week = 10\nprone = true\n")
        } else {
            APPROVAL.to_owned()
        };
        let tightening = read(&(text + &approval)).tightening;
        assert_eq!(
            tightening.force,
            Some(caution.force),
            "{}",
            caution.question
        );
        assert_eq!(tightening.pressure, Some(caution.pressure));
        // The figures before there were single ones: none may be higher.
        assert!(caution.force <= Newtons::new(20.0) && caution.pressure <= Pascals::new(50e3));
        assert!(tightening.share.is_some_and(|share| share < 1.0));
    }
}

#[test]
fn an_approval_covers_what_it_names_and_no_more() {
    let text = answered_yes("anticoagulants").replace(
        "\nstrong_painkillers = false",
        "\nstrong_painkillers = true",
    ) + APPROVAL;
    assert_eq!(read(&text).answers.cautions.len(), 2);
    let (code, told) = only_fault(&format!("{text}covers = [\"anticoagulants\"]\n"));
    assert_eq!(code, Code::ApprovalMissing);
    assert!(told.contains("\"strong painkillers\""), "{told}");
    assert!(
        told.contains("Dr. R. Halter (2026-11-20) does not cover it"),
        "{told}"
    );
    let (code, _) = only_fault(&format!("{text}covers = [\"aneurysm\"]\n"));
    assert_eq!(code, Code::UnknownWord);
}

#[test]
fn who_and_when_belong_to_an_approval() {
    let text = answered_yes("anticoagulants");
    let nobody = format!("{text}\n[approval]\ndate = \"2026-11-20\"\n");
    assert_eq!(faults(&nobody)[0].0, Code::MissingKey);
    let sometime = format!("{text}\n[approval]\nby = \"Dr. R. Halter\"\n");
    assert_eq!(faults(&sometime)[0].0, Code::MissingKey);
    for (date, code) in [
        ("\"2026-02-30\"", Code::BadDate),
        ("\"last week\"", Code::BadDate),
        ("2026-11-20", Code::WrongType),
        ("20261120", Code::WrongType),
    ] {
        let text = format!("{text}\n[approval]\nby = \"Dr. R. Halter\"\ndate = {date}\n");
        assert_eq!(faults(&text)[0].0, code, "{date}");
    }
}

#[test]
fn a_pregnancy_is_approved_lying_prone_and_in_its_first_weeks_or_there_is_no_session() {
    let text = answered_yes("pregnancy") + APPROVAL;
    let (code, told) = only_fault(&text);
    assert_eq!(code, Code::ApprovalMissing);
    assert!(told.contains("lying prone"), "{told}");
    assert!(told.contains("on the belly"), "{told}");
    let (code, _) = only_fault(&format!("{text}pregnancy_week = 10\nprone = false\n"));
    assert_eq!(code, Code::ApprovalMissing);
    let (code, _) = only_fault(&format!("{text}prone = true\n"));
    assert_eq!(code, Code::ApprovalMissing, "the week must be known");
    let (code, told) = only_fault(&format!("{text}pregnancy_week = 14\nprone = true\n"));
    assert_eq!(code, Code::IntakeRefused);
    assert!(told.contains("week 14"), "{told}");
    let early = read(&format!("{text}pregnancy_week = 13\nprone = true\n"));
    assert_eq!(early.tightening.blocked_zones, [Zone::Kidney]);
}

#[test]
fn a_question_that_was_not_asked_is_not_a_no() {
    for question in ["aneurysm", "bruises", "anticoagulants"] {
        let text = DEFAULT.replace(&format!("\n{question} = false"), "");
        let (code, told) = only_fault(&text);
        assert_eq!(code, Code::MissingKey);
        assert!(told.contains(&format!("`{question}` is missing")), "{told}");
    }
}

#[test]
fn the_starter_is_refused_for_every_question_and_reads_once_all_are_answered() {
    let starter = client_starter("A \"quoted\" name");
    let questions = RULED_OUT.len() + BLOCKING.len() + CAUTIONS.len();
    let missing = faults(&starter);
    assert_eq!(missing.len(), questions, "{missing:?}");
    assert!(missing.iter().all(|(code, _)| *code == Code::MissingKey));
    let mut answered = starter;
    let cautions = CAUTIONS.iter().map(|caution| caution.question);
    for question in RULED_OUT.into_iter().chain(BLOCKING).chain(cautions) {
        let asked = format!("\n# {question} = \n");
        assert!(answered.contains(&asked), "{question}");
        answered = answered.replace(&asked, &format!("\n{question} = false\n"));
    }
    assert_eq!(read(&answered).name, "A \"quoted\" name");
}

#[test]
fn preferences_arrive() {
    let text = with(
        "force_ceiling_n = 30\navoid_zones = [\"kidney\"]\nfavour_zones = [\"paraspinal\"]\nasked_for = [\"deep\"]\n\
         sore_zones = [\"latissimus\"]\nevery_days = 14\n[pressure_by_zone]\ntrapezius = \"light\"\nbuttock = \"firm\"",
    )
    .replace("pressure = \"medium\"", "pressure = \"light\"")
    .replace("oil = \"full\"", "oil = \"none\"");
    let client = read(&text);
    assert_eq!(client.tightening.blocked_zones, [Zone::Kidney]);
    assert_eq!(client.tightening.force, Some(LIGHT_FORCE));
    assert_eq!(
        client.tightening.zone_forces,
        [(Zone::Trapezius, LIGHT_FORCE)]
    );
    assert_eq!(client.taste.oil, Lubrication::None);
    assert_eq!(client.every_days, Some(14));
    assert!(
        client
            .notes
            .iter()
            .any(|note| note.contains("latissimus hurts most"))
    );
    // What is asked for is below the light ceiling: it stays.
    let lower = text.replace("force_ceiling_n = 30", "force_ceiling_n = 20");
    assert_eq!(read(&lower).tightening.force, Some(Newtons::new(20.0)));
}

#[test]
fn wrong_preferences_are_refused_with_what_was_meant() {
    for (keys, code, word) in [
        (
            "avoid_zones = [\"trapez\"]",
            Code::UnknownWord,
            "\"trapezius\"",
        ),
        (
            "avoid_zones = [\"no_contact\"]",
            Code::UnknownWord,
            "allowed here",
        ),
        ("favour_zones = \"trapezius\"", Code::WrongType, "a list"),
        (
            "favour_zone = [\"trapezius\"]",
            Code::UnknownKey,
            "`favour_zones`",
        ),
        (
            "blocked_zones = [\"kidney\"]",
            Code::UnknownKey,
            "known here",
        ),
        (
            "[pressure_by_zone]\ntrapezium = \"light\"",
            Code::UnknownKey,
            "`trapezius`",
        ),
        (
            "[pressure_by_zone]\ntrapezius = \"soft\"",
            Code::UnknownWord,
            "\"light\"",
        ),
        (
            "asked_for = [\"Deep please\"]",
            Code::UnknownWord,
            "\"deep\"",
        ),
        ("every_days = 0", Code::OutOfRange, "1 to 90"),
        ("force_ceiling_n = 4", Code::OutOfRange, "5 to 80 N"),
        (
            "avoid_zones = [\"kidney\"]\nfavour_zones = [\"kidney\"]",
            Code::Contradiction,
            "keep it in one",
        ),
    ] {
        let (seen, told) = only_fault(&with(keys));
        assert_eq!(seen, code, "{keys}: {told}");
        assert!(told.contains(word), "{keys}: {told}");
    }
    let all: Vec<String> = Zone::ALL[..8]
        .iter()
        .map(|z| format!("\"{}\"", z.word()))
        .collect();
    let (code, told) = only_fault(&with(&format!("avoid_zones = [{}]", all.join(", "))));
    assert_eq!(code, Code::Contradiction, "{told}");
    let (code, told) = only_fault(&DEFAULT.replace("oil = \"full\"", "oil = \"some\""));
    assert_eq!(code, Code::UnknownWord, "{told}");
}

#[test]
fn wrong_places_pins_and_visits_are_refused() {
    let pin = "[[pin]]\nkind = \"less\"\nu_share = 0.2\nv_share = 0.1\nradius_mm = 20\ndate = \"2026-11-20\"\n";
    let place =
        "[[blocked]]\nbecause = \"other\"\nreason = \"mole\"\nu_mm = [10, 40]\nv_mm = [-60, -20]\n";
    let visit = "[[visit]]\ndate = \"2026-11-20\"\nroutine = \"Lower back\"\n";
    read(&format!("{DEFAULT}\n{pin}{place}{visit}"));
    for (entry, from, to, code) in [
        (pin, "0.2", "200", Code::OutOfRange),
        (pin, "0.1", "nan", Code::NotFinite),
        (pin, "radius_mm = 20", "radius_mm = 0.02", Code::OutOfRange),
        (pin, "radius_mm", "radius_m", Code::UnknownKey),
        (pin, "\"less\"", "\"lesser\"", Code::UnknownWord),
        (pin, "2026-11-20", "2026-11-31", Code::BadDate),
        (place, "[10, 40]", "[40, 10]", Code::Contradiction),
        (place, "[10, 40]", "[10, 10]", Code::Contradiction),
        (place, "[10, 40]", "[10, 40, 50]", Code::WrongLength),
        (place, "reason = \"mole\"\n", "", Code::MissingKey),
        (place, "v_mm = [-60, -20]\n", "", Code::PlaceMissing),
        (
            place,
            "u_mm",
            "zone = \"sacrum\"\nu_mm",
            Code::Contradiction,
        ),
        (place, "\"other\"", "\"bruise\"", Code::UnknownWord),
        (place, "\"other\"", "\"bruises\"", Code::Contradiction),
        (visit, "2026-11-20", "20.11.2026", Code::BadDate),
        (visit, "routine = \"Lower back\"\n", "", Code::MissingKey),
    ] {
        let wrong = entry.replace(from, to);
        assert_ne!(wrong, entry);
        let codes: Vec<Code> = faults(&format!("{DEFAULT}\n{wrong}"))
            .into_iter()
            .map(|(code, _)| code)
            .collect();
        assert!(codes.contains(&code), "{wrong}: {codes:?}");
    }
    let long = format!("{DEFAULT}\n{pin}note = \"{}\"\n", "a".repeat(201));
    assert_eq!(only_fault(&long).0, Code::OutOfRange);
}

#[test]
fn a_pin_is_added_at_the_end_and_all_else_stays_as_it_stood() {
    let pin = ChartPin {
        kind: PinKind::Never,
        u_share: 0.512_34,
        v_share: -0.1,
        radius: Metres::new(0.025),
        date: Day::parse("2026-11-27").expect("a day"),
        note: Some("said \"ouch\" # twice\\".to_owned()),
        line: 0,
    };
    for text in [
        DEFAULT.to_owned(),
        DEFAULT.trim_end().to_owned(),
        DEFAULT.replace('\n', "\r\n"),
        include_str!("../../../../config/clients/regular.toml").to_owned(),
    ] {
        let before = read(&text);
        let longer = with_pin(&text, &pin, "c.toml").expect("a pin more");
        assert!(longer.starts_with(&text));
        let after = read(&longer);
        let (last, rest) = after.pins.split_last().expect("a pin");
        assert_eq!(rest, before.pins);
        assert_eq!(last.note, pin.note);
        assert!((last.u_share - 0.5123).abs() < 1e-12);
        assert_eq!(
            (last.kind, last.date, last.radius),
            (pin.kind, pin.date, pin.radius)
        );
        assert_eq!(after.visits, before.visits);
        if text.contains("\r\n") {
            assert_eq!(longer.matches('\n').count(), longer.matches("\r\n").count());
        }
    }
    let inline = with("pin = []");
    let refused = with_pin(&inline, &pin, "c.toml").expect_err("a key cannot stand twice");
    assert_eq!(refused.problems()[0].code, Code::BadSyntax, "{refused}");
    let broken = with_pin("version = 1", &pin, "c.toml");
    assert!(broken.is_err(), "a file that is no client gets no pin");
}

#[test]
fn what_is_allowed_and_odd_is_told() {
    let today = Day::parse("2026-11-27").expect("a day");
    assert!(read(DEFAULT).lints(today).is_empty());
    let pin = |kind: &str, u: f64, date: &str| {
        format!(
            "[[pin]]\nkind = \"{kind}\"\nu_share = {u}\nv_share = 0.1\nradius_mm = 20\ndate = \"{date}\"\n"
        )
    };
    let text = answered_yes("anticoagulants")
        .replace("pressure = \"medium\"", "pressure = \"firm\"")
        + &APPROVAL.replace("2026-11-20", "2025-11-20")
        + &pin("never", 0.30, "2026-11-20")
        + &pin("focus", 0.32, "2026-12-20")
        + "[[visit]]\ndate = \"2027-01-01\"\nroutine = \"Lower back\"\n";
    let lints = read(&text).lints(today);
    for word in [
        "does not say what it covers",
        "372 days old",
        "likes it firm",
        "\"focus\" lies within \"never\"",
        "the pin is dated 2026-12-20",
        "the visit of 2027-01-01",
    ] {
        assert!(
            lints.iter().any(|lint| lint.contains(word)),
            "{word}: {lints:#?}"
        );
    }
    let idle = read(&format!("{DEFAULT}{APPROVAL}")).lints(today);
    assert!(idle[0].contains("for nothing"), "{idle:?}");
}

#[test]
fn what_is_due_counts_from_the_last_visit() {
    let day = |text| Day::parse(text).expect("a day");
    let due = |today| Due::after(day("2026-11-13"), 14, day(today));
    assert_eq!(due("2026-11-20").told(), "due on 2026-11-27, in 7 days");
    assert_eq!(due("2026-11-27").told(), "due today, 2026-11-27");
    assert_eq!(due("2026-12-01").overdue_days, 4);
}
