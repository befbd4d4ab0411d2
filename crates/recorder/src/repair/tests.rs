use super::*;
use crate::writer::tests::{Folder, folder, header, write_run};
use crate::{ArchiveWriter, digest_of};
use proptest::prelude::*;

/// A whole archive of some seconds, with an attachment that came late.
fn written(folder: &Folder, millis: u64) -> (PathBuf, Vec<u8>) {
    let path = folder.join("session.mcap");
    let mut writer = ArchiveWriter::create(&path, header()).unwrap();
    write_run(&mut writer, millis).unwrap();
    writer.attach("late.txt", "text/plain", b"late").unwrap();
    writer.finish().unwrap();
    let bytes = std::fs::read(&path).unwrap();
    (path, bytes)
}

type Owned = (String, u64, Vec<u8>);

/// All messages that can be read, in order.
fn messages(path: &Path) -> Vec<Owned> {
    let mut raw = ArchiveReader::recover(path).unwrap().raw_messages();
    let mut all = Vec::new();
    while let Some(message) = raw.next_message().unwrap() {
        all.push((
            message.topic.to_owned(),
            message.at_ns,
            message.payload.to_vec(),
        ));
    }
    all
}

/// The `mcap` crate reads index and messages of a repaired file: the second route.
fn theirs(path: &Path) -> Vec<Owned> {
    let bytes = std::fs::read(path).unwrap();
    let summary = mcap::Summary::read(&bytes).unwrap().unwrap();
    let stated = summary.stats.as_ref().unwrap().message_count;
    let read: Vec<Owned> = mcap::MessageStream::new(&bytes)
        .unwrap()
        .map(|message| {
            let message = message.unwrap();
            let topic = message.channel.topic.clone();
            (topic, message.log_time, message.data.to_vec())
        })
        .collect();
    assert_eq!(read.len() as u64, stated);
    read
}

#[test]
fn a_file_cut_at_many_places_is_repaired_to_a_whole_one_whose_messages_are_the_first_ones() {
    let folder = folder("repair-cuts");
    let (path, bytes) = written(&folder, 3_200);
    let all = messages(&path);
    let (broken, out) = (folder.join("broken.mcap"), folder.join("out.mcap"));
    let mut lengths = std::collections::BTreeSet::new();
    // From the first bytes on, and around the ends of records, which are where the file was flushed.
    let places = (8..200)
        .step_by(7)
        .chain((200..bytes.len()).step_by(20_011));
    for cut in places.chain([bytes.len() - 9, bytes.len() - 1]) {
        std::fs::write(&broken, &bytes[..cut]).unwrap();
        let _ = std::fs::remove_file(&out);
        let repaired = repair_file(&broken, &out).unwrap();
        let saved = theirs(&out);
        assert!(
            saved == all[..saved.len()],
            "cut at {cut}: not the first messages"
        );
        assert_eq!(saved.len() as u64, repaired.messages);
        assert_eq!(wholeness(&out).unwrap(), Wholeness::Whole);
        assert_eq!(digest_of(&out).unwrap(), repaired.digest);
        assert_eq!(digest_of(&broken).unwrap(), repaired.digest);
        let lost: u64 = repaired.losses.iter().map(|loss| loss.lost_bytes).sum();
        match wholeness(&broken).unwrap() {
            Wholeness::Whole => panic!("cut at {cut} and whole"),
            Wholeness::NoEnd => assert_eq!((saved.len(), lost), (all.len(), 0)),
            Wholeness::Broken(truncation) => {
                assert_eq!(truncation.offset + lost, cut as u64);
            }
        }
        lengths.insert(saved.len());
    }
    // No message, one second, two, three, all.
    assert_eq!(lengths.len(), 5, "{lengths:?}");
}

#[test]
fn attachments_stand_before_the_first_message_so_that_a_killed_run_has_them() {
    let folder = folder("repair-first");
    let (_, bytes) = written(&folder, 1_500);
    let broken = folder.join("broken.mcap");
    // A tenth of the first second: no message, all that was given at the start.
    std::fs::write(&broken, &bytes[..2_000]).unwrap();
    let reader = ArchiveReader::open(&broken).unwrap();
    assert_eq!(reader.attachment("arm.urdf").unwrap(), b"<robot/>");
    assert_eq!(reader.messages().count(), 0);
    let out = folder.join("out.mcap");
    let repaired = repair_file(&broken, &out).unwrap();
    assert_eq!((repaired.attachments, repaired.messages), (1, 0));
    let whole = ArchiveReader::open(&out).unwrap();
    assert_eq!(whole.attachment("arm.urdf").unwrap(), b"<robot/>");
    assert_eq!(whole.joint_names(), ["shoulder", "elbow"]);
}

#[test]
fn a_whole_file_is_whole_and_nothing_is_overwritten() {
    let folder = folder("repair-whole");
    let (path, bytes) = written(&folder, 1_200);
    assert_eq!(wholeness(&path).unwrap(), Wholeness::Whole);
    let refused = repair_file(&path, &path).unwrap_err();
    assert!(matches!(refused, ArchiveError::Exists { .. }));
    assert!(std::fs::read(&path).unwrap() == bytes);
}

#[test]
fn a_tail_of_zeros_as_after_a_loss_of_power_is_lost_and_nothing_else() {
    let folder = folder("repair-zeros");
    let (path, bytes) = written(&folder, 3_200);
    let all = messages(&path);
    let (broken, out) = (folder.join("broken.mcap"), folder.join("out.mcap"));
    for part in 4..10 {
        let mut zeroed = bytes.clone();
        zeroed[bytes.len() * part / 10..].fill(0);
        std::fs::write(&broken, &zeroed).unwrap();
        let _ = std::fs::remove_file(&out);
        let repaired = repair_file(&broken, &out).unwrap();
        let saved = theirs(&out);
        assert!(!saved.is_empty() && saved == all[..saved.len()]);
        let [loss] = repaired.losses.as_slice() else {
            panic!("{:?}", repaired.losses);
        };
        assert_eq!(loss.offset + loss.lost_bytes, bytes.len() as u64);
        // Within two records, a chunk and its index, of where the zeros begin.
        assert!(
            loss.lost_bytes > (bytes.len() * (9 - part) / 10) as u64,
            "{loss}"
        );
        assert!(matches!(wholeness(&broken).unwrap(), Wholeness::Broken(_)));
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_refuses_the_repair() {
    let folder = folder("repair-full");
    let (path, _) = written(&folder, 1_200);
    let reader = ArchiveReader::recover_file(&path).unwrap();
    let full = std::fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let part = Part::onto(
        full,
        Path::new("/dev/full"),
        Opening::of_session(0, &[], &[]),
    )
    .unwrap();
    let refused = copied(&reader, part).unwrap_err();
    assert!(
        matches!(refused, ArchiveError::Io { doing: "write", .. }),
        "{refused}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_happens_to_a_file_what_is_recovered_is_whole_or_refused_and_never_a_panic(
        cut in any::<prop::sample::Index>(),
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..3),
    ) {
        let folder = folder("repair-property");
        let (path, mut bytes) = written(&folder, 1_100);
        let all = messages(&path);
        let untouched = flips.is_empty();
        for (place, value) in flips {
            let place = place.index(bytes.len());
            bytes[place] = value;
        }
        bytes.truncate(cut.index(bytes.len()));
        let (broken, out) = (folder.join("broken.mcap"), folder.join("out.mcap"));
        std::fs::write(&broken, &bytes).unwrap();
        match repair_file(&broken, &out) {
            Ok(repaired) => {
                let saved = theirs(&out);
                prop_assert_eq!(saved.len() as u64, repaired.messages);
                if untouched {
                    prop_assert!(saved == all[..saved.len()]);
                }
            }
            Err(ArchiveError::NotAnArchive { .. }) => prop_assert!(!out.exists()),
            Err(error) => prop_assert!(!out.exists() && !untouched, "{}", error),
        }
    }
}
