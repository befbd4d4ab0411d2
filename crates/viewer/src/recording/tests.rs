use std::collections::BTreeMap;
use std::io::BufReader;
use std::path::Path;

use rerun::external::re_log_encoding::rrd::DecoderApp;
use rerun::external::re_log_types::LogMsg;
use rerun::log::Chunk;

use super::*;
use crate::sample::{self, Folder, TICKS, scene};

/// Reads a recording back: rows by entity, those of the layout apart.
fn rows(path: &Path) -> (BTreeMap<String, usize>, usize) {
    let file = BufReader::new(std::fs::File::open(path).expect("just written"));
    let (mut rows, mut layout) = (BTreeMap::new(), 0);
    for message in DecoderApp::decode_lazy(file) {
        let LogMsg::ArrowMsg(store, message) = message.expect("a whole file") else {
            continue;
        };
        let chunk = Chunk::from_arrow_msg(&message).expect("a whole chunk");
        if store.is_blueprint() {
            layout += 1;
        } else {
            *rows.entry(chunk.entity_path().to_string()).or_default() += chunk.num_rows();
        }
    }
    (rows, layout)
}

fn written(folder: &Folder, scene: &Scene) -> (BTreeMap<String, usize>, usize) {
    let (archive, out) = (folder.file("session.mcap"), folder.file("session.rrd"));
    sample::write_archive(&archive, "a line");
    let mut shares = Vec::new();
    write_recording(scene, &archive, &out, &mut |share| shares.push(share)).expect("drawn");
    assert!(
        shares.windows(2).all(|pair| pair[0] <= pair[1]),
        "{shares:?}"
    );
    assert_eq!((shares.first(), shares.last()), (Some(&0.0), Some(&1.0)));
    assert!(!folder.file("session.rrd.part").exists());
    rows(&out)
}

#[test]
fn every_message_of_the_archive_has_its_row() {
    let folder = Folder::new("rows");
    let (rows, layout) = written(&folder, &scene());
    let ticks = TICKS as usize;
    let at_least = |entity: &str, least: usize| {
        let found = rows.get(entity).copied().unwrap_or(0);
        assert!(
            found >= least,
            "{entity}: {found} rows, not {least}; {rows:?}"
        );
    };
    for curve in [
        "/force/true",
        "/force/ceiling",
        "/clearance/to_patch_edge",
        "/error/normal",
    ] {
        at_least(curve, ticks);
    }
    at_least("/world/arm/link_1", ticks);
    at_least("/world/arm/tool", ticks);
    at_least("/world/walked", ticks - 1);
    at_least("/world/true_force", ticks);
    at_least("/world/body/skin", 3);
    at_least("/world/body/keep_out/band", 1);
    at_least("/world/plan/contact/step_01_Glide__up_", 1);
    // Away, settled; go, slow, go; and a configuration each.
    at_least("/state/phase", 3);
    at_least("/verdict", 3);
    at_least("/log/session", 1);
    at_least("/about", 1);
    assert!(layout > 20, "{layout} messages of the layout");
}

#[test]
fn a_link_without_a_pose_is_named_in_the_log() {
    let folder = Folder::new("missing-frame");
    let (rows, _) = written(&folder, &scene());
    assert!(rows.contains_key("/log/viewer"), "{rows:?}");
}

#[test]
fn a_scene_with_nothing_in_it_still_gives_curves() {
    let folder = Folder::new("bare");
    let (rows, _) = written(&folder, &Scene::default());
    assert!(
        rows.get("/force/true")
            .is_some_and(|n| *n >= TICKS as usize)
    );
    assert!(!rows.contains_key("/world/body/skin"));
}

#[test]
fn a_missing_archive_is_named() {
    let missing = Path::new("no/such/session.mcap");
    let error = write_recording(&scene(), missing, Path::new("x.rrd"), &mut |_| ())
        .expect_err("there is none");
    assert!(matches!(error, ViewerError::NoFile { .. }));
    assert!(
        error.to_string().contains("no/such/session.mcap"),
        "{error}"
    );
}

#[test]
fn a_file_that_is_no_archive_is_refused() {
    let folder = Folder::new("no-archive");
    let archive = folder.file("session.mcap");
    std::fs::write(&archive, b"not an archive at all").expect("disk");
    let error = write_recording(&scene(), &archive, &folder.file("x.rrd"), &mut |_| ())
        .expect_err("no archive");
    assert!(matches!(error, ViewerError::BadArchive { .. }), "{error}");
}

#[test]
fn an_archive_without_messages_is_refused_and_leaves_no_file() {
    let folder = Folder::new("empty");
    let (archive, out) = (folder.file("session.mcap"), folder.file("session.rrd"));
    let writer = recorder::ArchiveWriter::create(&archive, recorder::Header::new(Vec::new()));
    writer.expect("a fresh folder").finish().expect("disk");
    let error = write_recording(&scene(), &archive, &out, &mut |_| ()).expect_err("empty");
    assert!(matches!(error, ViewerError::EmptyArchive { .. }), "{error}");
    assert!(!out.exists());
}

#[test]
fn a_folder_that_is_not_there_is_told() {
    let folder = Folder::new("nowhere");
    let archive = folder.file("session.mcap");
    sample::write_archive(&archive, "a line");
    let out = folder.file("missing/session.rrd");
    let error = write_recording(&scene(), &archive, &out, &mut |_| ()).expect_err("no folder");
    assert!(matches!(error, ViewerError::Write { .. }), "{error}");
}

#[test]
fn a_mesh_that_names_a_missing_vertex_is_refused() {
    let mut scene = scene();
    scene.body.triangles.push([0, 1, 9_999]);
    let error = scenery::check(&scene).expect_err("vertex 9999 is not there");
    assert!(error.to_string().contains("9999"), "{error}");
}

#[test]
fn a_mesh_with_a_vertex_at_nan_is_refused() {
    let mut scene = scene();
    scene.body.vertices[3] = quantities::Point::new(0.0, f64::NAN, 0.0);
    assert!(scenery::check(&scene).is_err());
}
