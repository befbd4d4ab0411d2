//! Registration of the two reference bodies, each scanned by a good and by a poor camera.
//!
//! The data are not part of this repository; without them the tests say so and pass.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop here"
)]

use anatomy::{Landmarks, Level, PointCloud, Registration, register};
use quantities::{Metres, Point, Table};

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");

fn read(name: &str) -> Option<Vec<u8>> {
    let bytes = std::fs::read(format!("{DATA}/{name}")).ok();
    if bytes.is_none() {
        eprintln!("skipped: the reference bodies are not beside this repository ({name})");
    }
    bytes
}

fn landmarks(body: &str) -> Option<Landmarks> {
    let json: serde_json::Value =
        serde_json::from_slice(&read(&format!("{body}.json"))?).expect("landmarks are JSON");
    let point = |v: &serde_json::Value| {
        let c: Vec<f64> = v
            .as_array()
            .unwrap()
            .iter()
            .map(|c| c.as_f64().unwrap())
            .collect();
        Point::<Table>::new(c[0], c[1], c[2])
    };
    let at = |name: &str| point(&json["landmarks"][name]["xyz"]);
    Some(Landmarks {
        c7: at("C7"),
        t3: at("T3"),
        t7: at("T7"),
        t12: at("T12"),
        l4: at("L4"),
        s2: at("S2"),
        acromion_left: Some(at("acromion_L")),
        acromion_right: Some(at("acromion_R")),
        psis_left: Some(at("PSIS_L")),
        psis_right: Some(at("PSIS_R")),
        scapula_inferior_left: Some(at("scapula_inferior_angle_L")),
        scapula_inferior_right: Some(at("scapula_inferior_angle_R")),
        midline: json["spine_midline_C7_to_S2"]
            .as_array()
            .unwrap()
            .iter()
            .map(point)
            .collect(),
        midline_uncertainty: Metres::new(0.005),
    })
}

fn registered(body: &str, cloud: &str) -> Option<Registration> {
    let name = format!("{body}_cloud_{cloud}.ply");
    let cloud = PointCloud::parse(&read(&name)?, &name).expect("a readable cloud");
    let found = register(&cloud, &landmarks(body)?).unwrap_or_else(|e| panic!("{name}: {e}"));
    eprintln!("{name}: {:?}", found.report);
    Some(found)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn rough_agrees_with_fine(body: &str) {
    let (Some(fine), Some(rough)) = (registered(body, "1mm"), registered(body, "rough")) else {
        return;
    };
    let mut off = Vec::new();
    let (mut u, mut missing) = (-0.10, 0);
    while u < fine.back.level(Level::C7).get() {
        for k in -24..=24 {
            let v = 0.005 * f64::from(k);
            let Some(at) = fine.back.chart().at(Metres::new(u), Metres::new(v)) else {
                continue;
            };
            match rough.back.surface().sample(at.point.x(), at.point.y()) {
                Some(sample) => off.push((sample.height - at.point.z()).abs()),
                None => missing += 1,
            }
        }
        u += 0.005;
    }
    let (places, worst) = (off.len(), off.iter().copied().fold(0.0, f64::max));
    let mut sorted = off.clone();
    sorted.sort_by(f64::total_cmp);
    let p95 = sorted[sorted.len() * 95 / 100];
    let median = median(off);
    eprintln!(
        "{body}: median {median:.5} p95 {p95:.5} worst {worst:.5} over {places}, missing {missing}"
    );
    assert!(median < 0.003);
    assert!(
        missing * 20 < places,
        "{missing} of {places} places are missing"
    );
}

#[test]
fn a_poor_scan_of_the_woman_agrees_with_a_good_one() {
    rough_agrees_with_fine("female_average");
}

#[test]
fn a_poor_scan_of_the_man_agrees_with_a_good_one() {
    rough_agrees_with_fine("male_heavy");
}

#[test]
fn the_spine_line_follows_the_given_midline() {
    for body in ["female_average", "male_heavy"] {
        for cloud in ["1mm", "rough"] {
            let (Some(found), Some(given)) = (registered(body, cloud), landmarks(body)) else {
                return;
            };
            for p in &given.midline {
                let nearest = found
                    .back
                    .spine()
                    .iter()
                    .min_by(|a, b| (a.x() - p.x()).abs().total_cmp(&(b.x() - p.x()).abs()))
                    .unwrap();
                assert!((nearest.y() - p.y()).abs() < 0.001);
            }
            let (low, high) = found.back.u_range();
            eprintln!("{body} {cloud}: u {low} to {high}");
            for k in -5..14 {
                let u = Metres::new(0.04 * f64::from(k));
                if let Some((right, left)) = found.back.v_range(u) {
                    eprintln!(
                        "  u {:.2}: v {:.3} to {:.3}",
                        u.get(),
                        right.get(),
                        left.get()
                    );
                }
            }
            assert!(low.get() <= -0.15, "the chart ends at {low}");
        }
    }
}

#[test]
fn the_report_tells_what_is_wrong_with_the_poor_scans() {
    for (body, holes_cm2) in [("female_average", 50.0), ("male_heavy", 50.0)] {
        let Some(found) = registered(body, "rough") else {
            return;
        };
        let report = &found.report;
        assert!(report.points.table > 500 && report.points.outliers > 100);
        assert!(
            report.bridged_area * 1e4 > holes_cm2,
            "{}",
            report.bridged_area
        );
        assert!(
            (0.85..1.0).contains(&report.coverage),
            "{}",
            report.coverage
        );
        assert!(
            report.residual_rms.get() < 0.0025,
            "{}",
            report.residual_rms
        );
        for residual in &report.landmarks {
            let off = residual.above_skin.map_or(0.0, |off| off.get().abs());
            assert!(off < 0.015, "{residual:?}");
        }
    }
}

#[test]
fn a_good_scan_in_millimetres_or_with_mirrored_landmarks_is_refused() {
    let name = "male_heavy_cloud_1mm.ply";
    let (Some(bytes), Some(good)) = (read(name), landmarks("male_heavy")) else {
        return;
    };
    let cloud = PointCloud::parse(&bytes, name).unwrap();
    let scaled = cloud
        .points()
        .map(|p| Point::new(1e3 * p.x(), 1e3 * p.y(), 1e3 * p.z()));
    let refused = register(&PointCloud::from_points(scaled), &good)
        .unwrap_err()
        .to_string();
    assert!(refused.contains("millimetres, scale by 0.001"), "{refused}");
    let mut mirrored = good.clone();
    std::mem::swap(&mut mirrored.acromion_left, &mut mirrored.acromion_right);
    let refused = register(&cloud, &mirrored).unwrap_err().to_string();
    assert!(refused.contains("mirrored"), "{refused}");
    let legs_first = cloud
        .points()
        .map(|p| Point::new(0.5 - p.x(), -p.y(), p.z()));
    let refused = register(&PointCloud::from_points(legs_first), &good)
        .unwrap_err()
        .to_string();
    assert!(!refused.is_empty());
    eprintln!("turned by half a turn: {refused}");
}
