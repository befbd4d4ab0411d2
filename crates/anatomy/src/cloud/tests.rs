use super::*;
use proptest::prelude::*;

fn points() -> Vec<[f64; 3]> {
    (0..40)
        .map(|k| f64::from(k) * 0.03125)
        .map(|s| [s, 0.5 - s, 0.25 + s * s])
        .collect()
}

/// A PLY with a colour in front of, and a normal behind the place, in any form.
fn ply(form: &str, scalar: &str) -> Vec<u8> {
    let mut out = format!(
        "ply\r\nformat {form} 1.0\ncomment a camera\nobj_info 3\nelement sensor 1\nproperty list uchar int ids\n\
         element vertex 40\nproperty uchar red\nproperty {scalar} x\nproperty {scalar} y\nproperty {scalar} z\n\
         property short nx\nend_header\n"
    )
    .into_bytes();
    let mut put = |bytes: &[u8], text: String| match form {
        "ascii" => out.extend_from_slice(format!("{text} ").as_bytes()),
        "binary_big_endian" => out.extend(bytes.iter().rev()),
        _ => out.extend_from_slice(bytes),
    };
    put(&[2], "2".into());
    put(&7i32.to_le_bytes(), "7".into());
    put(&8i32.to_le_bytes(), "8\n".into());
    for p in points() {
        put(&[200], "200".into());
        for c in p {
            match scalar {
                "double" => put(&c.to_le_bytes(), c.to_string()),
                _ => put(&(c as f32).to_le_bytes(), (c as f32).to_string()),
            }
        }
        put(&(-5i16).to_le_bytes(), "-5\n".into());
    }
    out
}

fn pcd(data: &str) -> Vec<u8> {
    let mut out = format!(
        "# .PCD v0.7 - Point Cloud Data file format\nVERSION 0.7\nFIELDS rgb x y z normal\nSIZE 4 4 4 8 4\n\
         TYPE U F F F F\nCOUNT 1 1 1 1 3\nWIDTH 20\nHEIGHT 2\nVIEWPOINT 0 0 0 1 0 0 0\nPOINTS 40\nDATA {data}\n"
    )
    .into_bytes();
    for [x, y, z] in points() {
        if data == "ascii" {
            out.extend_from_slice(format!("77 {x} {y} {z} 0 nan 1\n").as_bytes());
        } else {
            out.extend_from_slice(&77u32.to_le_bytes());
            out.extend_from_slice(&(x as f32).to_le_bytes());
            out.extend_from_slice(&(y as f32).to_le_bytes());
            out.extend_from_slice(&z.to_le_bytes());
            out.extend_from_slice(&[0; 12]);
        }
    }
    out
}

fn assert_same(found: &PointCloud, what: &str) {
    assert_eq!(found.len(), 40, "{what}");
    for (p, q) in found.raw().iter().zip(points()) {
        for (a, b) in p.iter().zip(q) {
            assert!((a - b).abs() < 1e-6, "{what}: {p:?} {q:?}");
        }
    }
}

#[test]
fn every_form_of_ply_and_pcd_gives_the_same_points() {
    for form in ["ascii", "binary_little_endian", "binary_big_endian"] {
        for scalar in ["float", "double", "float32"] {
            let what = format!("{form} {scalar}");
            assert_same(
                &PointCloud::parse(&ply(form, scalar), "a.ply").unwrap(),
                &what,
            );
        }
    }
    for data in ["ascii", "binary"] {
        assert_same(&PointCloud::parse(&pcd(data), "a.pcd").unwrap(), data);
    }
}

#[test]
fn what_is_written_is_read_again() {
    let cloud = PointCloud::from_points(points().iter().map(|[x, y, z]| Point::new(*x, *y, *z)));
    assert_same(
        &PointCloud::parse(&cloud.to_ply(), "b.ply").unwrap(),
        "to_ply",
    );
}

#[test]
fn meshes_are_sampled_between_their_corners() {
    let ply = "ply\nformat ascii 1.0\nelement vertex 4\nproperty float x\nproperty float y\n\
               property float z\nelement face 1\nproperty list uchar int vertex_indices\nend_header\n\
               0 0 1\n0.1 0 1\n0.1 0.1 1\n0 0.1 1\n4 0 1 2 3\n";
    let obj = "# a square\nv 0 0 1\nv 0.1 0 1\nv 0.1 0.1 1\nv 0 0.1 1\nf 1/1 2/2 3//1 -1\n";
    for text in [ply, obj] {
        let cloud = PointCloud::parse(text.as_bytes(), "square").unwrap();
        assert!(cloud.len() > 400, "{}", cloud.len());
        assert!(
            cloud
                .raw()
                .iter()
                .all(|p| p[2] == 1.0 && (0.0..=0.1 + 1e-12).contains(&p[0]))
        );
        // No gap wider than 8 mm.
        for k in 0..25 {
            let (x, y) = (0.004 * f64::from(k), 0.1 - 0.004 * f64::from(k));
            let near = cloud
                .raw()
                .iter()
                .any(|p| (p[0] - x).abs() + (p[1] - y).abs() < 0.008);
            assert!(near, "({x}, {y})");
        }
    }
}

#[test]
fn faces_that_name_missing_points_are_left_out() {
    let ply = "ply\nformat ascii 1.0\nelement vertex 2\nproperty float x\nproperty float y\nproperty float z\n\
               element face 2\nproperty list uchar int vertex_index\nend_header\n0 0 1\n1 0 1\n3 0 1 99\n3 -1 0";
    assert_eq!(PointCloud::parse(ply.as_bytes(), "x").unwrap().len(), 2);
}

fn told(bytes: &[u8]) -> String {
    PointCloud::parse(bytes, "scan.ply")
        .unwrap_err()
        .to_string()
}

#[test]
fn every_refusal_says_what_was_seen() {
    let head = "ply\nformat ascii 1.0\nelement vertex 3\nproperty float x\nproperty float y\nproperty float z\nend_header\n";
    let cases: Vec<(Vec<u8>, &str)> = vec![
        (vec![], "the file is empty"),
        (b" \n\t".to_vec(), "the file is empty"),
        (b"\x89PNG\r\n\x1a\n".to_vec(), "no point cloud"),
        (b"<?xml version=\"1.0\"?><robot/>".to_vec(), "no point cloud"),
        (b"ply\nformat ascii 1.0\nelement vertex 3\n".to_vec(), "cut short"),
        (b"ply\nformat binary 1.0\n".to_vec(), "none of ascii"),
        (b"ply\nformat ascii 1.0\nelement face 3\nend_header\n".to_vec(), "no `element vertex`"),
        (b"ply\nelement vertex 1\nproperty float x\nproperty float y\nproperty float z\nend_header\n0 0 0".to_vec(), "no `format`"),
        (b"ply\nformat ascii 1.0\nelement vertex 1\nproperty float x\nend_header\n0".to_vec(), "lack one of"),
        (b"ply\nformat ascii 1.0\nelement vertex 1\nproperty half x\n".to_vec(), "unknown type"),
        (b"ply\nformat ascii 1.0\nbanana\n".to_vec(), "no PLY header line"),
        (format!("{head}0 0 0\n1 1").into_bytes(), "promises 3 points, 1 are there"),
        (format!("{head}0 zero 0\n").into_bytes(), "\"zero\" is not a number"),
        (format!("{head}nan 0 0 nan nan nan 1 2 3").into_bytes(), "2 of 3 points are NaN"),
        (b"ply\nformat ascii 1.0\nelement vertex 0\nproperty float x\nproperty float y\nproperty float z\nend_header\n".to_vec(), "holds no points"),
        (pcd("binary_compressed"), "binary_compressed is not read"),
        (b"VERSION 0.7\nFIELDS x y\nSIZE 4 4\nTYPE F F\nCOUNT 1 1\nWIDTH 1\nHEIGHT 1\nPOINTS 1\nDATA ascii\n0 0".to_vec(), "do not describe"),
        (pcd("binary")[..600].to_vec(), "cut short"),
        (b"VERSION 0.7\nFIELDS x y z\nSIZE 4 four 4\n".to_vec(), "\"four\" is not a whole number"),
        (b"v 1 2 3\nv 1 x 3\n".to_vec(), "point 2: \"x\" is not a number"),
    ];
    for (bytes, expected) in cases {
        let text = told(&bytes);
        assert!(
            text.contains(expected) && text.contains("scan.ply"),
            "{expected}: {text}"
        );
    }
}

#[test]
fn holes_of_a_camera_are_dropped_and_counted() {
    let text = "VERSION 0.7\nFIELDS x y z\nSIZE 4 4 4\nTYPE F F F\nCOUNT 1 1 1\nWIDTH 2\nHEIGHT 2\nPOINTS 4\nDATA ascii\n\
                0 0 1\nnan nan nan\n0.1 0 1\ninf 0 0\n";
    let cloud = PointCloud::parse(text.as_bytes(), "organised.pcd").unwrap();
    assert_eq!((cloud.len(), cloud.dropped_not_finite()), (2, 2));
    let msvc = "ply\nformat ascii 1.0\nelement vertex 2\nproperty float x\nproperty float y\nproperty float z\nend_header\n\
                1.#QNAN 0 0\n1 2 3\n";
    assert_eq!(
        PointCloud::parse(msvc.as_bytes(), "old.ply").unwrap().len(),
        1
    );
}

#[test]
fn a_promise_of_four_billion_points_costs_nothing() {
    for (vertices, faces) in [("19999999", "4294967295"), ("4294967295", "1")] {
        let text = format!(
            "ply\nformat binary_little_endian 1.0\nelement face {faces}\nelement vertex {vertices}\nproperty float x\n\
             property float y\nproperty float z\nelement x 18446744073709551615\nend_header\n1234567890ab"
        );
        assert!(PointCloud::parse(text.as_bytes(), "liar.ply").is_err());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), kind in 0..4usize) {
        let mut all = [&b"ply\n"[..], b"# .PCD", b"v 1 2 3\n", b""][kind].to_vec();
        all.extend(bytes);
        let _ = PointCloud::parse(&all, "noise");
    }

    #[test]
    fn damaged_files_are_read_or_refused(
        form in 0..5usize, cut in 0.0..1.0f64, at in prop::collection::vec((0.0..1.0f64, any::<u8>()), 0..8),
    ) {
        let mut bytes = match form {
            0 => ply("ascii", "double"),
            1 => ply("binary_little_endian", "float"),
            2 => ply("binary_big_endian", "double"),
            3 => pcd("ascii"),
            _ => pcd("binary"),
        };
        let length = bytes.len() as f64;
        for (place, value) in at {
            bytes[(place * place * length) as usize] = value;
        }
        bytes.truncate((cut.sqrt() * 1.1 * length) as usize);
        if let Ok(cloud) = PointCloud::parse(&bytes, "damaged") {
            prop_assert!(cloud.points().all(|p| p.raw().iter().all(|c| c.is_finite())));
        }
    }
}
