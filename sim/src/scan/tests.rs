use super::*;
use crate::stage::back;

#[test]
fn a_scan_is_rough_but_about_right() {
    let back = back();
    let scan = scan_of(&back, 1);
    let count = scan.cloud.len();
    assert!((10_000..60_000).contains(&count), "{count} points");
    let (mut near, mut table, mut far, mut squares) = (0usize, 0usize, 0usize, 0.0);
    for point in scan.cloud.points() {
        match back.surface().sample(point.x(), point.y()) {
            Some(skin) => {
                let slope = skin.slope_x.abs().max(skin.slope_y.abs());
                let off = point.z() - skin.height;
                if slope < 0.3 && off.abs() < 0.01 {
                    near += 1;
                    squares += off * off;
                } else if off.abs() > 0.05 {
                    far += 1;
                }
            }
            None if point.z().abs() < 0.01 => table += 1,
            None => far += 1,
        }
    }
    let rms = (squares / near as f64).sqrt();
    assert!(near > 5_000, "{near} points on the back");
    assert!((0.001..0.003).contains(&rms), "{rms} m of noise");
    assert!(table > 500, "{table} points of the table");
    assert!(far > 10, "{far} stray points");
}

#[test]
fn the_believed_midline_is_off_but_within_its_bound() {
    let back = back();
    let mut offsets = Vec::new();
    for seed in 0..20 {
        let landmarks = scan_of_landmarks(&back, seed);
        let worst = landmarks.midline.iter().fold(0.0f64, |worst, p| {
            let (_, v) = back.chart().locate(p).unwrap();
            if v.abs().get() > worst.abs() {
                v.get()
            } else {
                worst
            }
        });
        assert!(worst.abs() <= 0.0031, "{worst} m");
        assert!(landmarks.midline_uncertainty >= Metres::new(worst.abs() - 1e-4));
        offsets.push(worst);
    }
    assert!(offsets.iter().any(|v| *v > 5e-4) && offsets.iter().any(|v| *v < -5e-4));
}

fn scan_of_landmarks(back: &Back, seed: u64) -> Landmarks {
    let mut chance = Chance::new(seed, Purpose::Scan);
    landmarks(back, &ScanParams::default(), &mut chance)
}

#[test]
fn the_same_seed_scans_the_same_and_another_differs() {
    let back = back();
    let small = ScanParams {
        pixels: (60, 80),
        pixel_rad: 0.012,
        ..ScanParams::default()
    };
    assert_eq!(scan_with(&back, &small, 3), scan_with(&back, &small, 3));
    assert_ne!(scan_with(&back, &small, 3), scan_with(&back, &small, 4));
}

#[test]
fn a_registered_scan_lies_near_the_truth() {
    let back = back();
    let scan = scan_of(&back, 2);
    let believed = anatomy::register(&scan.cloud, &scan.landmarks)
        .unwrap()
        .back;
    let (mut squares, mut count) = (0.0, 0.0);
    for i in 0..30 {
        for v in [-0.08, -0.05, 0.05, 0.08] {
            let u = Metres::new(0.01 * f64::from(i));
            let Some(place) = believed.chart().at(u, Metres::new(v)) else {
                continue;
            };
            let Some(skin) = back.surface().sample(place.point.x(), place.point.y()) else {
                continue;
            };
            let off = place.point.z() - skin.height;
            squares += off * off;
            count += 1.0;
        }
    }
    let rms = (squares / f64::max(count, 1.0)).sqrt();
    assert!(count > 100.0, "{count} places in common");
    assert!(rms < 0.003, "the belief is {rms} m off");
}
