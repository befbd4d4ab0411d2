//! Registration of the two reference bodies, each scanned by a good and by a poor camera.
//!
//! The data are not part of this repository; without them the tests say so and pass.

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
        let c: Vec<f64> = v.as_array().unwrap().iter().map(|c| c.as_f64().unwrap()).collect();
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
        midline: json["spine_midline_C7_to_S2"].as_array().unwrap().iter().map(point).collect(),
        midline_uncertainty: Metres::new(0.005),
    })
}

fn registered(body: &str, cloud: &str) -> Option<Registration> {
    let name = format!("{body}_cloud_{cloud}.ply");
    let cloud = PointCloud::parse(&read(&name)?, &name).expect("a readable cloud");
    let found = register(&cloud, &landmarks(body)?).unwrap_or_else(|e| panic!("{name}: {e}"));
    eprintln!("{name}: {:#?}", found.report);
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
            let Some(at) = fine.back.chart().at(Metres::new(u), Metres::new(v)) else { continue };
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
    eprintln!("{body}: median {median:.5} p95 {p95:.5} worst {worst:.5} over {places}, missing {missing}");
    assert!(median < 0.003);
    assert!(missing * 20 < places, "{missing} of {places} places are missing");
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
                    eprintln!("  u {:.2}: v {:.3} to {:.3}", u.get(), right.get(), left.get());
                }
            }
            assert!(low.get() <= -0.15, "the chart ends at {low}");
        }
    }
}
