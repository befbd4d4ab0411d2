//! A process that writes an archive is killed (SIGKILL, so that it cannot close anything): all seconds but
//! the last are in the file, with the attachments, and repairing it gives a whole one.
//!
//! This test is its own child: run with `child FILE` it writes for ever.
#![allow(clippy::disallowed_methods)] // the child keeps a pace, and the parent waits for it

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use recorder::{
    ArchiveError, ArchiveReader, ArchiveWriter, Attachment, CycleRecord, Header, Message, Sync,
    Wholeness, repair_file, wholeness,
};

/// Cycles of one second of the session.
const SECOND: u64 = 1_000;

/// The cycle with this number; its numbers follow from it, and hardly compress.
fn cycle(sequence: u64) -> CycleRecord {
    let noise = |joint: u64| {
        let mixed = (sequence * 8 + joint + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed >> 40) as f32 * 1e-6
    };
    CycleRecord {
        at_ns: sequence * 1_000_000,
        sequence,
        positions: (0..7).map(noise).collect(),
        ..CycleRecord::default()
    }
}

/// Writes until it is killed, twenty times as fast as a loop of 1 kHz; says each second that begins.
fn write_for_ever(path: &Path) -> Result<(), ArchiveError> {
    let mut header = Header::new((1..=7).map(|joint| format!("joint{joint}")).collect());
    header.sync = Sync::EachSecond;
    header.attachments.push(Attachment {
        name: "run.json".to_owned(),
        media_type: "application/json".to_owned(),
        bytes: b"{}".to_vec(),
    });
    let mut archive = ArchiveWriter::create(path, header)?;
    for sequence in 0.. {
        archive.cycle(&cycle(sequence))?;
        if sequence % SECOND == 0 {
            let mut out = std::io::stdout();
            let told = writeln!(out, "{}", sequence / SECOND).and_then(|()| out.flush());
            // A parent that is gone needs no archive.
            if told.is_err() {
                break;
            }
        }
        if sequence % 100 == 0 {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
    Ok(())
}

/// The child, killed when this is dropped.
struct Writing(Child);

impl Drop for Writing {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts a child and kills it (SIGKILL) `later` than the beginning of its second `seconds`; returns how many
/// seconds it has surely handed to the operating system.
fn killed_in(path: &Path, seconds: u64, later: Duration) -> u64 {
    let program = std::env::current_exe().expect("this very test");
    let child = Command::new(program)
        .arg("child")
        .arg(path)
        .stdout(Stdio::piped())
        .spawn()
        .expect("a child");
    let mut writing = Writing(child);
    let said = writing.0.stdout.take().expect("its words");
    // Held until the kill: a child that nobody hears would end of itself.
    let mut lines = BufReader::new(said).lines().map_while(Result::ok);
    let mut numbers = lines.by_ref().filter_map(|line| line.parse::<u64>().ok());
    let begun = numbers.find(|second| *second == seconds);
    assert_eq!(begun, Some(seconds), "the child ended early");
    // Its thread may be as far behind as it has batches: wait until the file holds what came before.
    let complete = |reader: ArchiveReader| reader.last_ns() >= (seconds * SECOND - 1) * 1_000_000;
    for _ in 0..2_000 {
        if ArchiveReader::open(path).is_ok_and(complete) {
            break;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    std::thread::sleep(later);
    assert!(matches!(writing.0.try_wait(), Ok(None)), "it still writes");
    drop(writing);
    drop(lines);
    seconds
}

fn check(folder: &Path, number: u64) {
    let path = folder.join(format!("killed-{number}.mcap"));
    let seconds = killed_in(&path, 1 + number % 3, Duration::from_millis(number * 17));
    let reader = ArchiveReader::open(&path).expect("the archive of a killed process is read");
    assert_eq!(
        reader.attachment("run.json").expect("its attachment"),
        b"{}"
    );
    assert_eq!(reader.joint_names().len(), 7);
    let mut read = 0;
    for message in reader.messages() {
        let (_, _, message) = message.expect("a message");
        assert_eq!(
            message,
            Message::Cycle(cycle(read)),
            "the first ones, in order"
        );
        read += 1;
    }
    assert!(read >= seconds * SECOND, "{read} of {seconds} s");
    assert!(!matches!(wholeness(&path), Ok(Wholeness::Whole)));

    let whole = folder.join(format!("repaired-{number}.mcap"));
    let repaired = repair_file(&path, &whole).expect("it is repaired");
    assert_eq!(repaired.messages, read);
    assert_eq!(wholeness(&whole).expect("it is read"), Wholeness::Whole);
    let bytes = std::fs::read(&whole).expect("the repaired file");
    let summary = mcap::Summary::read(&bytes)
        .expect("an index")
        .expect("an index");
    assert_eq!(summary.stats.map(|stats| stats.message_count), Some(read));
    println!("killed after {seconds} s: {read} cycles were there");
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.get(1).map(String::as_str) {
        Some("child") => {
            let path = PathBuf::from(arguments.get(2).expect("child FILE"));
            write_for_ever(&path).expect("it writes until it is killed");
        }
        Some("--list") => println!("killed: test"),
        Some(_) | None => {
            let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("killed");
            let _ = std::fs::remove_dir_all(&folder);
            std::fs::create_dir_all(&folder).expect("a folder");
            (0..6).for_each(|number| check(&folder, number));
            std::fs::remove_dir_all(&folder).expect("clean up");
        }
    }
}
