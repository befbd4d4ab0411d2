use super::*;
use crate::{ArchiveReader, digest_of};

/// A fresh folder in the system's temporary one, removed when dropped.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn join(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn folder(name: &str) -> Folder {
    let path = std::env::temp_dir().join(format!("recorder-{}-{name}", std::process::id()));
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).expect("a temporary folder");
    Folder(path)
}

pub(crate) fn header() -> Header {
    let mut header = Header::new(vec!["shoulder".to_owned(), "elbow".to_owned()]);
    header.attachments.push(Attachment {
        name: "arm.urdf".to_owned(),
        media_type: "application/xml".to_owned(),
        bytes: b"<robot/>".to_vec(),
    });
    header
}

/// `millis` cycles and truths of two joints, and a line of the log each 100 ms.
pub(crate) fn write_run(writer: &mut ArchiveWriter, millis: u64) -> Result<(), ArchiveError> {
    for at in 0..millis {
        let (at_ns, wave) = (at * 1_000_000, (at as f64) * 0.37);
        writer.cycle(&CycleRecord {
            at_ns,
            sequence: at,
            positions: vec![wave as f32, -wave as f32],
            ..CycleRecord::default()
        })?;
        writer.truth(&TruthRecord {
            at_ns,
            positions: vec![wave, -wave],
            ..TruthRecord::default()
        })?;
        if at % 100 == 0 {
            writer.log(&LogRecord {
                at_ns,
                level: 20,
                name: "t".into(),
                text: format!("{at}"),
            })?;
        }
    }
    Ok(())
}

#[test]
fn the_digest_of_the_files_is_the_digest_that_the_writer_found() {
    let folder = folder("digest");
    let path = folder.join("session.mcap");
    let mut writer = ArchiveWriter::create(&path, header()).unwrap();
    write_run(&mut writer, 2_500).unwrap();
    let summary = writer.finish().unwrap();
    assert_eq!(digest_of(&path).unwrap(), summary.digest);
    assert_eq!(summary.messages["/knead/cycle"], 2_500);
    assert_eq!(summary.messages["/log"], 25);
    assert_eq!(summary.messages["/contact"], 0);
    assert_eq!(summary.last_ns, 2_499_000_000);
    assert_eq!(summary.bytes, std::fs::metadata(&path).unwrap().len());
}

#[test]
fn a_long_run_rolls_to_numbered_files_and_keeps_digest_and_attachments() {
    let folder = folder("rotate");
    let (whole, rolled) = (folder.join("whole.mcap"), folder.join("session.mcap"));
    let mut writer = ArchiveWriter::create(&whole, header()).unwrap();
    write_run(&mut writer, 4_500).unwrap();
    let one = writer.finish().unwrap();

    let small = Header {
        rotate_at_bytes: 1,
        ..header()
    };
    let mut writer = ArchiveWriter::create(&rolled, small).unwrap();
    writer.attach("later.txt", "text/plain", b"later").unwrap();
    write_run(&mut writer, 4_500).unwrap();
    let many = writer.finish().unwrap();
    let names: Vec<_> = many
        .files
        .iter()
        .filter_map(|f| f.file_name()?.to_str())
        .collect();
    assert_eq!(
        names,
        [
            "session.mcap",
            "session_0001.mcap",
            "session_0002.mcap",
            "session_0003.mcap",
            "session_0004.mcap"
        ]
    );
    assert_eq!(
        one.digest, many.digest,
        "chunks and files must not move the digest"
    );
    assert_eq!(digest_of(&rolled).unwrap(), many.digest);

    let last = ArchiveReader::open(&many.files[4]).unwrap();
    assert_eq!(last.attachment("arm.urdf").unwrap(), b"<robot/>");
    assert_eq!(last.attachment("later.txt").unwrap(), b"later");
    assert_eq!(ArchiveReader::open(&rolled).unwrap().attachments().len(), 2);
}

#[test]
fn two_runs_write_the_same_digest_and_one_changed_bit_another() {
    let folder = folder("same");
    let digest = |name: &str, last: f32| {
        let mut writer = ArchiveWriter::create(&folder.join(name), header()).unwrap();
        write_run(&mut writer, 300).unwrap();
        let record = CycleRecord {
            at_ns: 300_000_000,
            phase_s: last,
            ..CycleRecord::default()
        };
        writer.cycle(&record).unwrap();
        writer.finish().unwrap().digest
    };
    assert_eq!(digest("a.mcap", 1.0), digest("b.mcap", 1.0));
    assert_ne!(digest("c.mcap", 1.0), digest("d.mcap", 1.000_000_1));
}

#[test]
fn an_archive_is_never_overwritten() {
    let folder = folder("exists");
    let path = folder.join("session.mcap");
    ArchiveWriter::create(&path, header())
        .unwrap()
        .finish()
        .unwrap();
    assert!(matches!(
        ArchiveWriter::create(&path, header()),
        Err(ArchiveError::Exists { .. })
    ));
    std::fs::remove_file(&path).unwrap();
    std::fs::write(part_path(&path, 1), b"of an older run").unwrap();
    let refused = ArchiveWriter::create(&path, header())
        .unwrap_err()
        .to_string();
    assert!(refused.contains("session_0001.mcap exists"), "{refused}");
}

#[test]
fn a_name_is_attached_once() {
    let folder = folder("twice");
    let path = folder.join("session.mcap");
    let mut writer = ArchiveWriter::create(&path, header()).unwrap();
    let refused = writer.attach("arm.urdf", "application/xml", b"other");
    assert!(matches!(refused, Err(ArchiveError::AttachedTwice { .. })));
}

#[test]
fn a_stamp_beyond_ros_is_refused() {
    let folder = folder("late");
    let path = folder.join("session.mcap");
    let mut writer = ArchiveWriter::create(&path, header()).unwrap();
    let record = WrenchRecord {
        at_ns: encode::LATEST_STAMP_NS + 1,
        wrench: [0.0; 6],
    };
    assert!(matches!(
        writer.wrench_true(&record),
        Err(ArchiveError::TooLate { .. })
    ));
}

#[test]
fn a_folder_that_is_missing_is_named() {
    let folder = folder("missing");
    let path = folder.join("no/such/folder/session.mcap");
    let refused = ArchiveWriter::create(&path, header())
        .unwrap_err()
        .to_string();
    assert!(
        refused.contains("no/such/folder") && refused.contains("check that the folder"),
        "{refused}"
    );
}
