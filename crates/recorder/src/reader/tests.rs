use super::*;
use crate::decode;
use crate::writer::tests::{folder, header, write_run};
use crate::{ArchiveError, ArchiveWriter, Message, Topic};
use proptest::prelude::*;

#[test]
fn the_mcap_crate_reads_the_same_messages_from_the_same_file() {
    let folder = folder("second-route");
    let path = folder.join("session.mcap");
    let mut writer = ArchiveWriter::create(&path, header()).unwrap();
    write_run(&mut writer, 1_200).unwrap();
    writer.finish().unwrap();
    let bytes = std::fs::read(&path).unwrap();
    let mut ours = ArchiveReader::open(&path).unwrap().raw_messages();
    let mut count = 0;
    for theirs in mcap::MessageStream::new(&bytes).unwrap() {
        let theirs = theirs.unwrap();
        let ours = ours.next_message().unwrap().unwrap();
        assert_eq!(ours.topic, theirs.channel.topic);
        assert_eq!(ours.at_ns, theirs.log_time);
        assert_eq!(ours.payload, &*theirs.data);
        let schema = theirs.channel.schema.as_ref().unwrap();
        assert_eq!(schema.name, ours.known.unwrap().schema_name());
        assert_eq!(schema.encoding, "ros2msg");
        count += 1;
    }
    assert!(ours.next_message().unwrap().is_none());
    assert_eq!(count, 2 * 1_200 + 12);
    let summary = mcap::Summary::read(&bytes).unwrap().unwrap();
    assert_eq!(summary.attachment_indexes.len(), 1);
    assert_eq!(
        summary.chunk_indexes.len(),
        2,
        "one chunk for each simulated second"
    );
    assert!(
        summary
            .attachment_indexes
            .iter()
            .all(|a| a.create_time == 0 && a.log_time == 0)
    );
}

#[test]
fn channels_joints_and_attachments_are_told_without_reading_on() {
    let folder = folder("survey");
    let path = folder.join("session.mcap");
    let mut writer = ArchiveWriter::create(&path, header()).unwrap();
    write_run(&mut writer, 10).unwrap();
    writer.finish().unwrap();
    let reader = ArchiveReader::open(&path).unwrap();
    assert_eq!(reader.joint_names(), ["shoulder", "elbow"]);
    assert_eq!(reader.channels().len(), Topic::ALL.len());
    for (channel, topic) in reader.channels().iter().zip(Topic::ALL) {
        assert_eq!(channel.topic, topic.name());
        assert_eq!(channel.schema_text, topic.schema_text());
        assert_eq!(
            (&*channel.message_encoding, &*channel.schema_encoding),
            ("cdr", "ros2msg")
        );
    }
    assert!(reader.truncations().is_empty());
    let refused = reader.attachment("world.bin").unwrap_err().to_string();
    assert!(
        refused.contains("world.bin") && refused.contains("arm.urdf"),
        "{refused}"
    );
}

#[test]
fn a_file_cut_anywhere_gives_its_flushed_seconds_and_says_that_it_is_cut() {
    let folder = folder("cut");
    let path = folder.join("session.mcap");
    let mut writer = ArchiveWriter::create(&path, header()).unwrap();
    write_run(&mut writer, 3_500).unwrap();
    writer.finish().unwrap();
    let bytes = std::fs::read(&path).unwrap();
    let cut = folder.join("cut.mcap");
    let mut most = 0;
    for part in 1..40 {
        std::fs::write(&cut, &bytes[..bytes.len() * part / 40]).unwrap();
        let reader = ArchiveReader::open(&cut).unwrap();
        let messages = reader.messages().collect::<Result<Vec<_>, _>>().unwrap();
        let seconds = messages.len() / 2_010;
        assert!(messages.len() == seconds * 2_010 || messages.len() == 3_500 * 2 + 35);
        // Only the index at the very end may be missing without a word.
        assert!(reader.truncations().len() == 1 || messages.len() == 3_500 * 2 + 35);
        most = most.max(seconds);
    }
    assert_eq!(most, 3);
}

#[test]
fn a_writer_that_is_dropped_leaves_a_whole_file() {
    let folder = folder("dropped");
    let path = folder.join("session.mcap");
    let mut writer = ArchiveWriter::create(&path, header()).unwrap();
    write_run(&mut writer, 1_500).unwrap();
    drop(writer);
    let reader = ArchiveReader::open(&path).unwrap();
    assert_eq!(
        reader.messages().filter(Result::is_ok).count(),
        2 * 1_500 + 15
    );
    assert!(reader.truncations().is_empty());
}

#[test]
fn a_flipped_bit_in_a_chunk_is_found() {
    let folder = folder("flipped");
    let path = folder.join("session.mcap");
    let mut writer = ArchiveWriter::create(&path, header()).unwrap();
    write_run(&mut writer, 1_500).unwrap();
    writer.finish().unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 3;
    bytes[middle] ^= 0x10;
    std::fs::write(&path, &bytes).unwrap();
    let seen = ArchiveReader::open(&path)
        .and_then(|reader| reader.messages().collect::<Result<Vec<_>, _>>().map(|_| ()));
    assert!(
        matches!(seen, Err(ArchiveError::Damaged { .. })),
        "{seen:?}"
    );
}

#[test]
fn what_is_no_archive_is_refused_with_what_was_seen() {
    let folder = folder("not");
    let path = folder.join("session.mcap");
    let missing = ArchiveReader::open(&path).unwrap_err().to_string();
    assert!(missing.contains("cannot open"), "{missing}");
    std::fs::write(&path, b"<robot>").unwrap();
    let refused = ArchiveReader::open(&path).unwrap_err().to_string();
    assert!(
        refused.contains("7 bytes") && refused.contains("session.mcap of a run"),
        "{refused}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_is_written_is_read(given in prop::collection::vec(decode::tests::messages(), 1..30)) {
        let folder = folder("round-trip");
        let path = folder.join("session.mcap");
        // Full-rate records may hold any time in memory; a file holds what a stamp can tell.
        let fits = |m: &&Message| m.at_ns() <= crate::encode::LATEST_STAMP_NS;
        let given: Vec<Message> = given.iter().filter(fits).cloned().collect();
        let mut writer = ArchiveWriter::create(&path, header()).unwrap();
        given.iter().for_each(|message| writer.write(message).unwrap());
        let summary = writer.finish().unwrap();
        let read: Vec<_> = ArchiveReader::open(&path).unwrap().messages().map(Result::unwrap).collect();
        prop_assert_eq!(read.len(), given.len());
        for ((topic, at_ns, message), given) in read.iter().zip(&given) {
            prop_assert_eq!(message, given);
            prop_assert_eq!((*topic, *at_ns), (given.topic(), given.at_ns()));
        }
        prop_assert_eq!(digest_of(&path).unwrap(), summary.digest);
    }

    #[test]
    fn a_file_with_bytes_changed_is_read_or_refused_but_never_a_panic(
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in any::<prop::sample::Index>(),
    ) {
        let folder = folder("mangled");
        let path = folder.join("session.mcap");
        let mut writer = ArchiveWriter::create(&path, header()).unwrap();
        write_run(&mut writer, 20).unwrap();
        writer.finish().unwrap();
        let mut bytes = std::fs::read(&path).unwrap();
        for (place, value) in flips {
            let place = place.index(bytes.len());
            bytes[place] = value;
        }
        bytes.truncate(cut.index(bytes.len()).max(8));
        std::fs::write(&path, &bytes).unwrap();
        if let Ok(reader) = ArchiveReader::open(&path) {
            reader.messages().for_each(drop);
        }
    }
}
