use super::*;
use crate::part::Opening;
use crate::writer::tests::{folder, header, write_run};
use crate::{
    ArchiveReader, ArchiveWriter, CycleRecord, Header, LiveArchive, LogRecord, Sync, WhenBehind,
    digest_of,
};

/// One batch that holds one message: each message waits for the one before.
const TIGHT: Room = Room {
    batches: 1,
    batch_bytes: 1,
};

/// The file up to its summary, whose start stands in the footer: 20 bytes before the closing magic. (In
/// the summary the `mcap` crate lists the channels in any order.)
fn data_section(bytes: &[u8]) -> &[u8] {
    let (_, footer) = bytes.split_at(bytes.len() - 28);
    let start = u64::from_le_bytes(footer[..8].try_into().unwrap());
    &bytes[..start as usize]
}

#[test]
fn the_file_has_the_same_bytes_however_the_messages_are_batched() {
    let folder = folder("batched");
    let write = |name: &str, room: Room| {
        let path = folder.join(name);
        let mut writer = ArchiveWriter::create_with(&path, header(), room).unwrap();
        write_run(&mut writer, 1_700).unwrap();
        writer.attach("note.txt", "text/plain", b"note").unwrap();
        let line = LogRecord {
            at_ns: 2_600_000_000,
            text: "after the note".to_owned(),
            ..LogRecord::default()
        };
        writer.log(&line).unwrap();
        let digest = writer.finish().unwrap().digest;
        assert_eq!(digest, digest_of(&path).unwrap());
        (digest, std::fs::read(&path).unwrap())
    };
    let (digest, whole) = write("whole.mcap", Room::default());
    assert!(data_section(&whole).len() > 100_000);
    let middling = Room {
        batches: 2,
        batch_bytes: 1_000,
    };
    for (name, room) in [("tight.mcap", TIGHT), ("middling.mcap", middling)] {
        let (found, bytes) = write(name, room);
        assert_eq!(found, digest);
        assert_eq!(bytes.len(), whole.len());
        assert!(data_section(&bytes) == data_section(&whole), "{name}");
    }
}

/// The digest that the writer found before it had a thread, for these very messages.
#[test]
fn a_fixed_stream_keeps_the_digest_that_it_has_always_had() {
    let folder = folder("always");
    let path = folder.join("session.mcap");
    let mut writer = ArchiveWriter::create(&path, header()).unwrap();
    write_run(&mut writer, 2_500).unwrap();
    let digest = writer.finish().unwrap().digest.to_string();
    assert_eq!(
        digest,
        "f55576c954120d4903584b436721fee34ae0d8c3949a9c572adfeb89f7ce3f70"
    );
}

#[test]
fn messages_are_read_back_in_the_order_in_which_they_were_given() {
    let folder = folder("order");
    let path = folder.join("session.mcap");
    let small = Header {
        rotate_at_bytes: 20_000,
        ..header()
    };
    let mut writer = ArchiveWriter::create(&path, small).unwrap();
    write_run(&mut writer, 3_300).unwrap();
    let summary = writer.finish().unwrap();
    assert!(summary.files.len() > 1, "{:?}", summary.files);
    let reader = ArchiveReader::open(&path).unwrap();
    let mut read = reader.messages().map(|message| {
        let (topic, at_ns, _) = message.unwrap();
        (topic.name(), at_ns)
    });
    for at in 0..3_300 {
        let at_ns = at * 1_000_000;
        assert_eq!(read.next(), Some(("/knead/cycle", at_ns)));
        assert_eq!(read.next(), Some(("/knead/truth", at_ns)));
        if at % 100 == 0 {
            assert_eq!(read.next(), Some(("/log", at_ns)));
        }
    }
    assert_eq!(read.next(), None);
}

#[test]
fn a_slow_thread_makes_the_writer_wait_and_nothing_is_lost() {
    let folder = folder("slow");
    let path = folder.join("session.mcap");
    let (first, head) = (path.clone(), header());
    let slow = move |queues: Queues| {
        let Queues { orders, empties } = queues;
        let (pass_on, to_do) = sync_channel(0);
        let dawdler = std::thread::spawn(move || {
            for order in orders {
                (0..200).for_each(|_| std::thread::yield_now());
                if pass_on.send(order).is_err() {
                    break;
                }
            }
        });
        let queues = Queues {
            orders: to_do,
            empties,
        };
        let done = queues.serve(Files::create(&first, head)?, TIGHT);
        dawdler.join().unwrap();
        done
    };
    let mut writer = ArchiveWriter::start(&path, &header(), TIGHT, slow).unwrap();
    write_run(&mut writer, 1_100).unwrap();
    let summary = writer.finish().unwrap();
    assert_eq!(summary.messages["/knead/truth"], 1_100);
    assert_eq!(digest_of(&path).unwrap(), summary.digest);
}

/// Writes cycles until one is refused.
fn first_refusal(writer: &mut ArchiveWriter) -> ArchiveError {
    (0..60_000)
        .find_map(|at| write_cycle(writer, at).err())
        .expect("an error must come up while more is written")
}

fn write_cycle(writer: &mut ArchiveWriter, at: u64) -> Result<(), ArchiveError> {
    writer.cycle(&CycleRecord {
        at_ns: at * 1_000_000,
        ..CycleRecord::default()
    })
}

#[test]
fn a_file_that_cannot_be_created_later_is_told_by_a_later_call() {
    let folder = folder("taken");
    let path = folder.join("session.mcap");
    let small = Header {
        rotate_at_bytes: 1,
        ..header()
    };
    let mut writer = ArchiveWriter::create(&path, small).unwrap();
    let taken = folder.join("session_0001.mcap");
    std::fs::write(&taken, b"of somebody else").unwrap();
    let refused = first_refusal(&mut writer);
    assert!(
        matches!(&refused, ArchiveError::Exists { path } if *path == taken),
        "{refused}"
    );
    // Told once; from then on the archive is closed, for every call.
    let again = write_cycle(&mut writer, 60_001);
    assert!(matches!(again, Err(ArchiveError::Closed)), "{again:?}");
    let attached = writer.attach("late.txt", "text/plain", b"late");
    assert!(
        matches!(attached, Err(ArchiveError::Closed)),
        "{attached:?}"
    );
    assert!(matches!(writer.finish(), Err(ArchiveError::Closed)));
    assert_eq!(std::fs::read(&taken).unwrap(), b"of somebody else");
}

#[test]
fn an_error_is_told_by_finish_at_the_latest() {
    let folder = folder("at-finish");
    let path = folder.join("session.mcap");
    let small = Header {
        rotate_at_bytes: 1,
        ..header()
    };
    let mut writer = ArchiveWriter::create(&path, small).unwrap();
    std::fs::write(folder.join("session_0001.mcap"), b"of somebody else").unwrap();
    write_cycle(&mut writer, 0).unwrap();
    // The call that ends the second, and none behind it: a quick thread is heard by that call already.
    let told = write_cycle(&mut writer, 1_000).and_then(|()| writer.finish().map(drop));
    assert!(matches!(told, Err(ArchiveError::Exists { .. })), "{told:?}");
}

/// A device that takes nothing: every write says that there is no room.
#[cfg(target_os = "linux")]
fn on_a_full_disk() -> ArchiveWriter {
    use crate::part::Part;
    let path = Path::new("/dev/full");
    let full = move |queues: Queues| {
        let file = std::fs::OpenOptions::new().write(true).open(path).unwrap();
        let part = Part::onto(file, path, Opening::of_session(0, &[], &[]))?;
        let files = Files::with_part(path, Header::new(Vec::new()), part);
        queues.serve(files, Room::default())
    };
    ArchiveWriter::start(path, &Header::new(Vec::new()), Room::default(), full).unwrap()
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_told_by_a_later_call_or_by_finish_and_never_hangs() {
    let full = |refused: &ArchiveError| {
        let ArchiveError::Io { doing, source, .. } = refused else {
            return false;
        };
        *doing == "write" && source.kind() == std::io::ErrorKind::StorageFull
    };
    let mut writer = on_a_full_disk();
    let refused = first_refusal(&mut writer);
    assert!(full(&refused), "{refused}");
    assert!(matches!(writer.finish(), Err(ArchiveError::Closed)));

    let mut writer = on_a_full_disk();
    write_cycle(&mut writer, 0).unwrap();
    let refused = writer.finish().unwrap_err();
    assert!(full(&refused), "{refused}");

    let mut writer = on_a_full_disk();
    write_cycle(&mut writer, 0).unwrap();
    drop(writer);
}

#[test]
fn a_thread_that_panics_is_an_error_with_its_last_words() {
    let folder = folder("panics");
    let path = folder.join("session.mcap");
    let room = Room::default();
    let at_once = |_: Queues| -> Result<ArchiveSummary, ArchiveError> { panic!("at once") };
    let refused = ArchiveWriter::start(&path, &header(), room, at_once).unwrap_err();
    assert!(refused.to_string().contains("(at once)"), "{refused}");

    let later = |queues: Queues| -> Result<ArchiveSummary, ArchiveError> {
        queues.give_back(Batch::with_room(1));
        let _first = queues.orders.recv();
        panic!("at the {} order", "first")
    };
    let mut writer = ArchiveWriter::start(&path, &header(), TIGHT, later).unwrap();
    let refused = first_refusal(&mut writer);
    assert!(
        matches!(&refused, ArchiveError::Panicked { said, .. } if said == "at the first order"),
        "{refused}"
    );
    let mut writer = ArchiveWriter::start(&path, &header(), TIGHT, later).unwrap();
    write_cycle(&mut writer, 0).unwrap();
    drop(writer);
}

#[test]
fn a_second_that_has_ended_is_in_the_file_while_the_writer_lives() {
    let folder = folder("lives");
    let path = folder.join("session.mcap");
    let mut writer = ArchiveWriter::create_with(&path, header(), TIGHT).unwrap();
    // With one batch for one message, the last call has waited for all before it.
    write_run(&mut writer, 2_003).unwrap();
    let reader = ArchiveReader::open(&path).unwrap();
    let read = reader.messages().filter(Result::is_ok).count();
    assert_eq!(read, 2 * 2_000 + 20, "two whole seconds");
    assert_eq!(reader.truncations().len(), 1);
    drop(writer);
    let whole = ArchiveReader::open(&path).unwrap();
    assert_eq!(
        whole.messages().filter(Result::is_ok).count(),
        2 * 2_003 + 21
    );
    assert!(whole.truncations().is_empty());
}

/// A writer that drops, whose thread stands still until it is let go.
fn behind_a_thread_that_stands(path: &Path) -> (LiveArchive, std::sync::mpsc::Sender<()>) {
    let header = Header {
        when_behind: WhenBehind::Drops,
        ..header()
    };
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let (first, head) = (path.to_owned(), header.clone());
    let stands = move |queues: Queues| {
        for _ in 0..BATCHES {
            queues.give_back(Batch::with_room(BATCH_BYTES));
        }
        let _ = wait.recv();
        let rest = Room {
            batches: 0,
            ..Room::default()
        };
        queues.serve(Files::create(&first, head)?, rest)
    };
    let writer = ArchiveWriter::start(path, &header, Room::default(), stands).unwrap();
    (LiveArchive::over(writer), go)
}

#[test]
fn a_live_archive_behind_a_disk_that_stands_drops_and_counts_and_returns() {
    let folder = folder("stands");
    let path = folder.join("session.mcap");
    let (mut live, go) = behind_a_thread_that_stands(&path);
    let given = 20_000;
    for at in 0..given {
        live.put(|writer| write_cycle(writer, at));
    }
    // Nothing has been written, and all calls have come back.
    let dropped = live.dropped();
    assert!(dropped > given / 2, "{dropped}");
    go.send(()).unwrap();
    let summary = live.finish();
    assert_eq!(summary.dropped, dropped);
    let archive = summary.archive.unwrap();
    assert_eq!(archive.messages["/knead/cycle"], given - dropped);
    let reader = ArchiveReader::open(&path).unwrap();
    let mut last = None;
    for message in reader.messages() {
        let at_ns = message.unwrap().1;
        assert!(last < Some(at_ns), "in order, each once");
        last = Some(at_ns);
    }
}

#[test]
fn a_live_archive_goes_on_when_its_thread_does() {
    let folder = folder("goes-on");
    let path = folder.join("session.mcap");
    let (mut live, go) = behind_a_thread_that_stands(&path);
    (0..20_000).for_each(|at| live.put(|writer| write_cycle(writer, at)));
    let dropped = live.dropped();
    go.send(()).unwrap();
    // The thread catches up in its own time; then a message finds room again.
    let mut at = 20_000;
    loop {
        let before = live.dropped();
        live.put(|writer| write_cycle(writer, at));
        if live.dropped() == before {
            break;
        }
        at += 1;
        std::thread::yield_now();
    }
    assert!(live.is_open() && live.dropped() >= dropped);
    assert_eq!(live.finish().archive.unwrap().last_ns, at * 1_000_000);
}

#[test]
#[cfg(target_os = "linux")]
fn a_live_archive_on_a_full_disk_tells_it_once_counts_and_lets_the_session_go_on() {
    let mut writer = on_a_full_disk();
    writer.when_behind = WhenBehind::Drops;
    let mut live = LiveArchive::over(writer);
    let (mut told, mut at) = (Vec::new(), 0);
    while told.is_empty() {
        live.put(|writer| write_cycle(writer, at));
        told.extend(live.take_trouble());
        at += 1;
    }
    assert!(told[0].to_string().contains("has room"), "{}", told[0]);
    let dropped = live.dropped();
    for more in 0..5_000 {
        live.put(|writer| write_cycle(writer, at + more));
        assert!(live.take_trouble().is_none(), "it is told once");
    }
    assert!(!live.is_open());
    let summary = live.finish();
    assert_eq!(summary.dropped, dropped + 5_000);
    assert!(matches!(summary.archive, Err(ArchiveError::Closed)));
}

#[test]
fn a_stamp_that_cannot_be_told_costs_a_live_archive_one_message() {
    let folder = folder("one-message");
    let mut live = LiveArchive::create(&folder.join("session.mcap"), header()).unwrap();
    live.put(|writer| write_cycle(writer, u64::MAX / 1_000_000));
    live.put(|writer| write_cycle(writer, 1));
    assert!(matches!(
        live.take_trouble(),
        Some(ArchiveError::TooLate { .. })
    ));
    let summary = live.finish();
    assert_eq!(summary.dropped, 1);
    assert_eq!(summary.archive.unwrap().messages["/knead/cycle"], 1);
}

#[test]
fn seconds_that_are_brought_to_the_disk_are_the_same_bytes() {
    let folder = folder("synced");
    let digest = |name: &str, sync: Sync| {
        let path = folder.join(name);
        let mut writer = ArchiveWriter::create(&path, Header { sync, ..header() }).unwrap();
        write_run(&mut writer, 2_500).unwrap();
        let digest = writer.finish().unwrap().digest;
        (
            digest,
            data_section(&std::fs::read(&path).unwrap()).to_vec(),
        )
    };
    assert!(digest("never.mcap", Sync::Never) == digest("each.mcap", Sync::EachSecond));
}
