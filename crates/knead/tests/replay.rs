//! A session is replayed from its archive alone, to the bit; what is changed is found where it was changed.
#![allow(clippy::panic)] // a session that cannot be made says why

mod short;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Arc, OnceLock};

use force_control::Gains;
use knead::compose::Kit;
use knead::load::Loaded;
use knead::replay::{Change, Comparison, Part, Rebuilt, Stage, Walked, plan_again, replay};
use knead::session::{Ending, simulate};
use knead::{Failure, Ingredients};
use recorder::{ArchiveReader, ArchiveWriter, CycleRecord, Header, Message};

const SEED: u64 = 3;

fn fine<T>(result: Result<T, Failure>) -> T {
    result.unwrap_or_else(|failure| panic!("{}", failure.text()))
}

/// The folder of this test's files.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("replay")
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to.parent().expect("a folder")).expect("a folder");
    std::fs::copy(from, to).unwrap_or_else(|e| panic!("{}: {e}", from.display()));
}

/// The short session, made of copies that are gone when it has been recorded; its routine stands two files
/// away from the one that is named.
fn session() -> &'static Path {
    static ARCHIVE: OnceLock<PathBuf> = OnceLock::new();
    ARCHIVE.get_or_init(|| {
        let _ = std::fs::remove_dir_all(folder());
        let own = folder().join("files");
        let root = short::root();
        for file in [
            "config/arms/knead_r7.toml",
            "urdf/knead_r7.urdf",
            "config/bodies/demo.toml",
            "config/limits/default.toml",
            "config/tools/palm.toml",
            "config/clients/default.toml",
            "config/simulation/default.toml",
        ] {
            copy(&root.join(file), &own.join(file));
        }
        copy(
            &root.join("crates/knead/tests/data/short.toml"),
            &own.join("parts/short.toml"),
        );
        let uses = |name: &str, file: &str| {
            format!("version = 1\nname = \"{name}\"\nsummary = \"-\"\n[[step]]\nuse = \"{file}\"\n")
        };
        let write = |place: &str, text: String| {
            std::fs::create_dir_all(own.join("routines")).expect("a folder");
            std::fs::write(own.join(place), text).expect("a file");
        };
        write("parts/middle.toml", uses("Middle", "short.toml"));
        write("routines/whole.toml", uses("Whole", "../parts/middle.toml"));
        let archive = folder().join("session.mcap");
        record(&own, &archive);
        std::fs::remove_dir_all(own).expect("the files go");
        archive
    })
}

fn record(own: &Path, archive: &Path) {
    let demo = Ingredients::demo();
    let loaded = fine(Loaded::read(&Ingredients {
        routine: own.join("routines/whole.toml"),
        arm: own.join(demo.arm),
        body: own.join(demo.body),
        limits: own.join(demo.limits),
        tools: own.join(demo.tools),
        client: own.join(demo.client),
        simulation: own.join(demo.simulation),
        ..Ingredients::demo()
    }));
    let kit = fine(Kit::<7>::new(&loaded, SEED));
    let plan = kit.plan().expect("the short routine is planned");
    let outcome = fine(simulate(&loaded, &kit, plan, SEED, archive, &mut |_, _| {}));
    assert_eq!(outcome.ending, Ending::Completed);
}

/// Replays an archive with the cycle that `with` makes of kit and plan.
fn replayed(
    archive: &Path,
    with: impl FnOnce(&Rebuilt, &Kit<'_, 7>, &Walked<7>) -> control_cycle::ControlCycle<7>,
) -> Comparison {
    let rebuilt = fine(Rebuilt::from_archive(archive));
    let loaded = fine(rebuilt.load(&rebuilt.ingredients));
    let kit = fine(Kit::<7>::new(&loaded, rebuilt.file.seed));
    let walked = fine(plan_again(&kit, &rebuilt.file.plan_digest, "the files"));
    assert!(walked.as_recorded, "the plan is the one that was walked");
    let mut cycle = with(&rebuilt, &kit, &walked);
    fine(replay(archive, &mut cycle, &walked.plan, &mut |_| {}))
}

fn unchanged(archive: &Path) -> Comparison {
    replayed(archive, |_, kit, walked| {
        fine(kit.control_cycle(Arc::clone(&walked.plan)))
    })
}

fn cycles(archive: &Path) -> Vec<CycleRecord> {
    let reader = ArchiveReader::open(archive).expect("an archive");
    let records = reader.messages().filter_map(|message| match message {
        Ok((_, _, Message::Cycle(record))) => Some(record),
        Ok(_) => None,
        Err(error) => panic!("{error}"),
    });
    records.collect()
}

/// The same archive at `to`, messages and attachments as `edit` and `keep` leave them.
fn rewritten(
    from: &Path,
    to: &Path,
    mut edit: impl FnMut(&mut CycleRecord),
    keep: impl Fn(&str) -> bool,
) {
    let _ = std::fs::remove_file(to);
    let reader = ArchiveReader::open(from).expect("an archive");
    let mut header = Header::new(reader.joint_names());
    let kept = reader.attachments().iter().filter(|a| keep(&a.name));
    header.attachments = kept.cloned().collect();
    let mut writer = ArchiveWriter::create(to, header).expect("a writer");
    for message in reader.messages() {
        let (_, _, mut message) = message.expect("a message");
        if let Message::Cycle(record) = &mut message {
            edit(record);
        }
        writer.write(&message).expect("it is written");
    }
    writer.finish().expect("it is closed");
}

fn knead(arguments: &[&str], path: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_knead"))
        .arg(arguments[0])
        .arg(path)
        .args(&arguments[1..])
        .current_dir(folder())
        .output()
        .expect("the binary runs")
}

#[test]
fn a_session_whose_files_are_gone_is_replayed_to_the_bit() {
    let archive = session();
    let found = unchanged(archive);
    assert!(found.is_identical(), "{:?}", found.first);
    assert_eq!(found.cycles, cycles(archive).len() as u64);
    assert!(found.cycles > 5_000, "{}", found.cycles);
    assert_eq!((found.holes.len(), found.largest_torque), (0, None));
}

#[test]
fn a_bit_that_is_flipped_in_a_recorded_command_is_found_in_its_cycle_and_nowhere_else() {
    let edited = folder().join("flipped.mcap");
    let at = cycles(session()).len() as u64 / 2;
    let mut number = 0;
    let flip = |record: &mut CycleRecord| {
        if number == at {
            record.command[4] = f32::from_bits(record.command[4].to_bits() ^ 1);
        }
        number += 1;
    };
    rewritten(session(), &edited, flip, |_| true);
    let found = unchanged(&edited);
    assert_eq!(found.differing, 1);
    let first = found.first.expect("a difference");
    assert_eq!(first.cycle, at);
    assert!(matches!(first.stage, Stage::Wanted | Stage::Command));
    assert_eq!(first.unlike.len(), 1, "{:?}", first.unlike);
    assert!(
        first.unlike[0].what.contains("joint5"),
        "{:?}",
        first.unlike
    );
    assert_eq!(first.step, "Warm-up");
    assert!(found.largest_torque.expect("a torque").difference_nm < 1e-4);
}

#[test]
fn a_changed_gain_shows_where_two_controllers_side_by_side_part() {
    let gains = Gains {
        force_proportional: 1.9,
        ..Gains::default()
    };
    let mut parted = None;
    let found = replayed(session(), |_, kit, walked| {
        let changed = || fine(kit.control_cycle_with(Arc::clone(&walked.plan), gains));
        let mut pair = (fine(kit.control_cycle(Arc::clone(&walked.plan))), changed());
        parted = cycles(session()).iter().position(|record| {
            let sensed = record.sensed::<7>().expect("a sample");
            let told = |torques: &[f64]| -> Vec<u32> {
                torques.iter().map(|t| (*t as f32).to_bits()).collect()
            };
            let (own, other) = (pair.0.step(&sensed), pair.1.step(&sensed));
            told(own.command.get().drive.values().as_slice())
                != told(other.command.get().drive.values().as_slice())
        });
        changed()
    });
    let first = found.first.expect("a difference");
    assert_eq!(Some(first.cycle), parted.map(|cycle| cycle as u64));
    assert_eq!(first.stage, Stage::Wanted, "{:?}", first.unlike);
    assert!(
        found
            .largest_torque
            .is_some_and(|most| most.difference_nm > 1e-3)
    );
}

/// When the true patch, as archived at 50 Hz, is first faster than this between two of its poses (s).
fn first_faster_than(archive: &Path, metres_per_second: f64) -> f64 {
    let reader = ArchiveReader::open(archive).expect("an archive");
    let mut last: Option<(f64, [f64; 3])> = None;
    for message in reader.messages() {
        let Ok((_, at_ns, Message::ToolPose(pose))) = message else {
            continue;
        };
        let at = at_ns as f64 * 1e-9;
        if let Some((before, place)) = last {
            let way: f64 = place
                .iter()
                .zip(&pose.position)
                .map(|(a, b)| (a - b) * (a - b))
                .sum();
            if libm::sqrt(way) > metres_per_second * (at - before) {
                return at;
            }
        }
        last = Some((at, pose.position));
    }
    panic!("never faster than {metres_per_second} m/s")
}

#[test]
fn a_lowered_speed_limit_is_first_seen_in_the_verdict_when_the_patch_first_passes_it() {
    let limits = folder().join("lowered.toml");
    let archive = session();
    let shipped = std::fs::read_to_string(short::root().join("config/limits/default.toml"))
        .expect("the shipped limits");
    let lowered = shipped
        .replace("free_speed_mm_per_s = 250", "free_speed_mm_per_s = 100")
        .replace(
            "contact_speed_mm_per_s = 150",
            "contact_speed_mm_per_s = 100",
        );
    assert_ne!(lowered, shipped);
    std::fs::write(&limits, lowered).expect("a file");
    let change = fine(Change::of(&limits));
    assert_eq!(change.part, Part::Limits);
    let found = replayed(archive, |rebuilt, _, walked| {
        let loaded = fine(rebuilt.load(&fine(change.applied(rebuilt))));
        let kit = fine(Kit::<7>::new(&loaded, rebuilt.file.seed));
        fine(kit.control_cycle(Arc::clone(&walked.plan)))
    });
    let first = found.first.expect("a difference");
    assert_eq!(first.stage, Stage::Verdict, "{:?}", first.unlike);
    let latch = found.latched_today.expect("the lowered limit stops it");
    assert_eq!((latch.cycle, &*latch.cause), (first.cycle, "SR-05"));
    assert_eq!(found.latched_recorded, None);
    // SR-05 leaves 20 mm/s for the noise of its own differences.
    let passed = first_faster_than(archive, 0.12);
    assert!(
        (passed - first.at_s).abs() < 0.04,
        "{passed} s, {} s",
        first.at_s
    );
}

#[test]
fn an_archive_that_is_cut_off_is_replayed_as_far_as_it_goes_and_says_so() {
    let whole = cycles(session()).len() as u64;
    let bytes = std::fs::read(session()).expect("an archive");
    let run = folder().join("cut");
    std::fs::create_dir_all(&run).expect("a folder");
    let cut = run.join("session.mcap");
    std::fs::write(&cut, &bytes[..bytes.len() * 2 / 3]).expect("a file");
    let found = unchanged(&cut);
    assert!(found.is_identical());
    assert!(
        (whole / 3..whole).contains(&found.cycles),
        "{}",
        found.cycles
    );
    let output = knead(&["replay"], &run);
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(
        text.contains(&format!("identical: {} cycles", found.cycles)),
        "{text}"
    );
    assert!(text.contains("ends early at byte"), "{text}");
}

#[test]
fn samples_that_are_missing_are_named() {
    let (edited, at) = (folder().join("hole.mcap"), 900);
    // Numbers of all later samples step up: as if the archive had lost seven.
    let skip = |record: &mut CycleRecord| {
        if record.sequence >= at {
            record.sequence += 7;
        }
    };
    rewritten(session(), &edited, skip, |_| true);
    let found = unchanged(&edited);
    assert_eq!(found.holes.len(), 1);
    assert_eq!(
        (
            found.holes[0].after_sequence,
            found.holes[0].before_sequence
        ),
        (at - 1, at + 7)
    );
}

#[test]
fn an_old_archive_and_a_difference_have_their_exit_codes_and_words() {
    let old = folder().join("old.mcap");
    rewritten(session(), &old, |_| {}, |name| name != "ingredients.json");
    let output = knead(&["replay"], &old);
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(
        text.contains("ingredients.json") && text.contains("run the session again"),
        "{text}"
    );

    let firm = short::root().join("config/clients/likes_it_light.toml");
    let firm = firm.to_str().expect("a path");
    let output = knead(&["replay", "--with", firm, "--json"], session());
    assert_eq!(output.status.code(), Some(1));
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(told["identical"], false);
    assert_eq!(told["with"]["part"], "client");
    assert!(told["comparison"]["first"]["cycle"].as_u64() > Some(0));
    assert!(
        told["notes"][0]
            .as_str()
            .is_some_and(|note| note.contains("the loop is open"))
    );
}

#[test]
fn an_attachment_that_would_be_unpacked_elsewhere_is_refused() {
    let evil = folder().join("evil.mcap");
    let _ = std::fs::remove_file(&evil);
    let reader = ArchiveReader::open(session()).expect("an archive");
    let mut header = Header::new(reader.joint_names());
    header.attachments = reader.attachments().to_vec();
    for attachment in &mut header.attachments {
        if attachment.name == "ingredients.json" {
            let text = String::from_utf8(attachment.bytes.clone()).expect("text");
            attachment.bytes = text
                .replace("\"limits.toml\"}", "\"../limits.toml\"}")
                .into_bytes();
            assert_ne!(attachment.bytes, text.into_bytes());
        }
    }
    ArchiveWriter::create(&evil, header)
        .expect("a writer")
        .finish()
        .expect("it is closed");
    let Err(refused) = Rebuilt::from_archive(&evil) else {
        panic!("it was unpacked");
    };
    assert!(
        refused.text().contains("is not unpacked"),
        "{}",
        refused.text()
    );
}

#[test]
fn a_run_that_was_cut_off_is_repaired_in_its_place_and_the_broken_file_is_kept() {
    let run = folder().join("to-repair");
    let _ = std::fs::remove_dir_all(&run);
    session();
    std::fs::create_dir_all(&run).expect("a folder");
    let bytes = std::fs::read(session()).expect("an archive");
    let cut = &bytes[..bytes.len() / 2];
    let (file, kept) = (run.join("session.mcap"), run.join("session.broken.mcap"));
    std::fs::write(&file, cut).expect("a file");
    let before = recorder::digest_of(&file).expect("it is read");
    let output = knead(&["repair"], &run);
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(
        text.contains("bytes after it are lost") && text.contains("is kept"),
        "{text}"
    );
    assert_eq!(std::fs::read(&kept).expect("the broken file"), cut);
    assert_eq!(
        recorder::wholeness(&file).expect("it is read"),
        recorder::Wholeness::Whole
    );
    assert_eq!(recorder::digest_of(&file).expect("it is read"), before);
    assert!(unchanged(&file).is_identical());

    // What is whole is left alone; a second broken file does not push the first one away.
    let output = knead(&["repair"], &run);
    assert!(String::from_utf8_lossy(&output.stdout).contains("nothing to repair"));
    std::fs::write(&file, cut).expect("a file");
    let output = knead(&["repair"], &run);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("move it away"));
    let out = run.join("whole.mcap");
    let output = knead(
        &["repair", "--json", "--out", out.to_str().expect("a path")],
        &file,
    );
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(told["files"][0]["found"], "broken");
    assert_eq!(told["files"][0]["repaired"]["digest"], before.to_string());
    assert_eq!(std::fs::read(&file).expect("left as it was"), cut);
}
