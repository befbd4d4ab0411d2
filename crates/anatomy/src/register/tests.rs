use super::*;
use crate::parametric::{BodyParameters, Sex, parametric_body};
use proptest::prelude::*;
use quantities::{Kilograms, Point, Table};
use std::sync::OnceLock;

type P = Point<Table>;

fn woman() -> &'static (Back, Landmarks) {
    static WOMAN: OnceLock<(Back, Landmarks)> = OnceLock::new();
    WOMAN.get_or_init(|| {
        let (stature, mass) = (Metres::new(1.65), Kilograms::new(64.0));
        parametric_body(&BodyParameters {
            sex: Sex::Female,
            stature,
            mass,
        })
        .unwrap()
    })
}

/// Numbers in [0, 1) from a fixed linear congruence: a seed, always the same points.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    fn gauss(&mut self) -> f64 {
        (0..12).map(|_| self.roll()).sum::<f64>() - 6.0
    }
}

/// A scan of the woman: `count` points of skin with 1.5 mm noise.
fn skin(count: usize, seed: u64) -> Vec<P> {
    let (surface, mut dice) = (woman().0.surface(), Dice(seed));
    let mut points = Vec::new();
    while points.len() < count {
        let (x, y) = (-0.3 + 0.95 * dice.roll(), -0.3 + 0.6 * dice.roll());
        if let Some(at) = surface.point_at(x, y) {
            points.push(P::new(x, y, at.z() + 0.0015 * dice.gauss()));
        }
    }
    points
}

fn scan() -> &'static [P] {
    static SCAN: OnceLock<Vec<P>> = OnceLock::new();
    SCAN.get_or_init(|| skin(15_000, 7))
}

fn fit(points: impl IntoIterator<Item = P>) -> Result<Registration, FitError> {
    register(&PointCloud::from_points(points), &woman().1)
}

fn off_truth(found: &Registration) -> Vec<f64> {
    let (truth, mut off) = (&woman().0, Vec::new());
    for k in -8..48 {
        for v in [-0.1, -0.06, -0.03, 0.0, 0.03, 0.06, 0.1] {
            let Some(at) = truth
                .chart()
                .at(Metres::new(0.01 * f64::from(k)), Metres::new(v))
            else {
                continue;
            };
            if let Some(sample) = found.back.surface().sample(at.point.x(), at.point.y()) {
                off.push((sample.height - at.point.z()).abs());
            }
        }
    }
    assert!(off.len() > 350, "{}", off.len());
    off.sort_by(f64::total_cmp);
    off
}

#[test]
fn a_noisy_scan_gives_the_true_skin_chart_and_levels_back() {
    let found = fit(scan().iter().copied()).unwrap();
    let off = off_truth(&found);
    assert!(
        off[off.len() / 2] < 0.0006 && off[off.len() * 98 / 100] < 0.0025,
        "{off:?}"
    );
    for level in Level::ALL {
        let (truth, belief) = (woman().0.level(level), found.back.level(level));
        assert!(
            (truth - belief).abs().get() < 0.002,
            "{level:?}: {truth} {belief}"
        );
    }
    assert_eq!(found.report.points.table, 0);
    assert!(found.report.points.outliers < 150);
    assert!((found.report.residual_rms.get() - 0.0015).abs() < 0.0005);
    assert!(found.report.coverage > 0.99);
}

#[test]
fn table_points_stray_points_and_flying_pixels_change_nothing_that_matters() {
    let mut dice = Dice(3);
    let mut points = scan().to_vec();
    for _ in 0..9000 {
        points.push(P::new(
            -0.5 + 1.2 * dice.roll(),
            -0.4 + 0.8 * dice.roll(),
            0.002 * dice.gauss(),
        ));
    }
    for _ in 0..300 {
        points.push(P::new(
            -1.0 + 2.0 * dice.roll(),
            -0.6 + 1.2 * dice.roll(),
            -0.8 + 1.7 * dice.roll(),
        ));
    }
    for k in 0..600 {
        // Between the flank and the table.
        let side = if k % 2 == 0 { 1.0 } else { -1.0 };
        points.push(P::new(
            0.4 * dice.roll(),
            side * (0.15 + 0.05 * dice.roll()),
            0.15 * dice.roll(),
        ));
    }
    let found = fit(points).unwrap();
    let off = off_truth(&found);
    assert!(
        off[off.len() / 2] < 0.0007 && off[off.len() * 98 / 100] < 0.003,
        "{off:?}"
    );
    assert!(found.report.points.table > 5000 && found.report.points.below_table > 10);
}

#[test]
fn a_hole_of_50_mm_is_bridged_and_told() {
    let hole = |p: &&P| (p.x() - 0.15).abs() > 0.025 || (p.y() - 0.05).abs() > 0.025;
    let found = fit(scan().iter().filter(hole).copied()).unwrap();
    let truth = woman().0.surface().sample(0.15, 0.05).unwrap().height;
    let bridged = found.back.surface().sample(0.15, 0.05).unwrap().height;
    assert!((truth - bridged).abs() < 0.004, "{truth} {bridged}");
    assert!(found.report.widest_hole.get() > 0.03);
    assert!(
        found
            .report
            .warnings
            .iter()
            .any(|w| matches!(w, FitWarning::Holes { .. }))
    );
}

#[test]
fn a_hole_too_large_to_bridge_is_no_skin_and_one_over_the_spine_is_refused() {
    let beside = |p: &&P| (p.x() - 0.15).abs() > 0.05 || (p.y() - 0.09).abs() > 0.05;
    let found = fit(scan().iter().filter(beside).copied()).unwrap();
    assert!(found.back.surface().sample(0.15, 0.09).is_none());
    let over = |p: &&P| (p.x() - 0.15).abs() > 0.045 || p.y().abs() > 0.06;
    let refused = fit(scan().iter().filter(over).copied()).unwrap_err();
    assert!(
        matches!(refused, FitError::SpineHidden { x } if (x - 0.15).abs() < 0.08),
        "{refused}"
    );
}

#[test]
fn half_a_back_is_refused() {
    let refused = fit(scan().iter().filter(|p| p.y() > -0.02).copied()).unwrap_err();
    assert!(matches!(refused, FitError::NotCovered { .. }), "{refused}");
}

#[test]
fn points_without_place_are_dropped_counted_and_told() {
    let holes = (0..500).map(|_| P::new(f64::NAN, 0.0, f64::NAN));
    let found = fit(scan().iter().copied().chain(holes)).unwrap();
    assert_eq!(found.report.points.not_finite, 500);
    let told = found
        .report
        .warnings
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n");
    assert!(told.contains("500 of 15500"), "{told}");
}

#[test]
fn fifty_points_are_too_few() {
    let refused = fit(scan().iter().take(50).copied()).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "too few points: 50 in the scan, at least 500 are needed"
    );
    assert!(matches!(
        fit([]).unwrap_err(),
        FitError::TooFew { found: 0, .. }
    ));
}

#[test]
fn a_scan_in_millimetres_is_refused_with_the_factor() {
    for (scale, word) in [
        (1e3, "millimetres, scale by 0.001"),
        (1e2, "centimetres, scale by 0.01"),
    ] {
        let big = scan()
            .iter()
            .map(|p| P::new(scale * p.x(), scale * p.y(), scale * p.z()));
        let refused = fit(big).unwrap_err();
        assert!(refused.to_string().contains(word), "{refused}");
    }
    let small = fit(scan()
        .iter()
        .map(|p| P::new(0.1 * p.x(), 0.1 * p.y(), 0.1 * p.z())));
    assert!(matches!(small.unwrap_err(), FitError::TooSmall { .. }));
}

#[test]
fn a_scan_upside_down_is_refused() {
    let below = fit(scan().iter().map(|p| P::new(p.x(), -p.y(), -p.z()))).unwrap_err();
    assert!(matches!(below, FitError::UpsideDown { .. }), "{below}");
    // Upside down, but lifted above the table: the back is hollow or far from the landmarks.
    let lifted = fit(scan().iter().map(|p| P::new(p.x(), p.y(), 0.42 - p.z()))).unwrap_err();
    let told = matches!(
        lifted,
        FitError::LandmarkOffSkin { .. } | FitError::NotABack { .. }
    );
    assert!(told, "{lifted}");
}

#[test]
fn a_scan_in_another_frame_is_refused() {
    let higher = fit(scan().iter().map(|p| P::new(p.x(), p.y(), p.z() + 0.05))).unwrap_err();
    assert!(
        matches!(higher, FitError::LandmarkOffSkin { side: "below", .. }),
        "{higher}"
    );
    let sunk = fit(scan().iter().map(|p| P::new(p.x(), p.y(), p.z() - 0.2))).unwrap_err();
    assert!(
        matches!(
            sunk,
            FitError::BelowTable { .. } | FitError::UpsideDown { .. }
        ),
        "{sunk}"
    );
    let away = fit(scan().iter().map(|p| P::new(p.x() + 2.0, p.y(), p.z()))).unwrap_err();
    assert!(matches!(away, FitError::TooFew { found: 0, .. }), "{away}");
}

#[test]
fn things_that_are_no_back_are_refused() {
    let landmarks = &woman().1;
    let mut dice = Dice(11);
    let mut cloud = |height: &dyn Fn(f64, f64, &mut Dice) -> f64| {
        let points: Vec<P> = (0..12_000)
            .map(|_| {
                let (x, y) = (-0.3 + dice.roll(), -0.3 + 0.6 * dice.roll());
                P::new(x, y, height(x, y, &mut dice))
            })
            .collect();
        register(&PointCloud::from_points(points), landmarks)
    };
    let flat = cloud(&|_, _, _| 0.2).unwrap_err();
    assert!(matches!(flat, FitError::NotABack { .. }), "{flat}");
    let fog = cloud(&|_, _, dice| 0.05 + 0.3 * dice.roll()).unwrap_err();
    assert!(matches!(fog, FitError::NoSheet { .. }), "{fog}");
    let hollow = cloud(&|_, y, _| 0.2 + 2.0 * y * y).unwrap_err();
    assert!(matches!(hollow, FitError::NotABack { .. }), "{hollow}");
}

#[test]
fn a_mirrored_landmark_set_is_refused() {
    let mut mirrored = woman().1.clone();
    std::mem::swap(&mut mirrored.psis_left, &mut mirrored.psis_right);
    let cloud = PointCloud::from_points(scan().iter().copied());
    let refused = register(&cloud, &mirrored).unwrap_err().to_string();
    assert!(
        refused.contains("mirrored") && refused.contains("PSIS left"),
        "{refused}"
    );
}

#[test]
fn a_midline_too_uncertain_is_refused() {
    let cloud = PointCloud::from_points(scan().iter().copied());
    let mut unsure = woman().1.clone();
    unsure.midline_uncertainty = Metres::new(0.009);
    let refused = register(&cloud, &unsure).unwrap_err().to_string();
    assert!(
        refused.contains("9.0 mm") && refused.contains("8 mm"),
        "{refused}"
    );
    // A scatter of 4 mm adds 8 mm to the stated 4 mm.
    unsure.midline_uncertainty = Metres::new(0.004);
    for (k, p) in unsure.midline.iter_mut().enumerate() {
        let off = if k % 2 == 0 { 0.0045 } else { -0.0045 };
        *p = P::new(p.x(), p.y() + off, p.z());
    }
    let refused = register(&cloud, &unsure).unwrap_err();
    assert!(
        matches!(
            refused,
            FitError::Landmarks(LandmarkError::Uncertain { .. })
        ),
        "{refused}"
    );
    unsure.midline[10] = P::new(unsure.midline[10].x(), 0.03, 0.2);
    let refused = register(&cloud, &unsure).unwrap_err();
    let ragged = matches!(
        refused,
        FitError::Landmarks(LandmarkError::Ragged { index: 11, .. })
    );
    assert!(ragged, "{refused}");
}

#[test]
fn the_scatter_of_the_midline_widens_the_uncertainty() {
    let cloud = PointCloud::from_points(scan().iter().copied());
    let mut landmarks = woman().1.clone();
    landmarks.midline_uncertainty = Metres::new(0.003);
    for (k, p) in landmarks.midline.iter_mut().enumerate() {
        *p = P::new(
            p.x(),
            p.y() + if k % 2 == 0 { 0.001 } else { -0.001 },
            p.z(),
        );
    }
    let found = register(&cloud, &landmarks).unwrap();
    let (stated, scatter) = (0.003, found.report.midline_rms.get());
    assert!((scatter - 0.001).abs() < 0.0002);
    let expected = f64::sqrt(stated * stated + 4.0 * scatter * scatter);
    assert!((found.back.midline_uncertainty().get() - expected).abs() < 1e-12);
}

#[test]
fn without_a_midline_the_vertebrae_make_the_line() {
    let mut bare = woman().1.clone();
    bare.midline.clear();
    let found = register(&PointCloud::from_points(scan().iter().copied()), &bare).unwrap();
    assert!(found.report.warnings.contains(&FitWarning::NoMidline));
    assert!(found.back.spine().iter().all(|p| p.y().abs() < 1e-9));
    bare.midline = woman().1.midline.iter().take(2).copied().collect();
    let refused = register(&PointCloud::from_points(scan().iter().copied()), &bare).unwrap_err();
    let short = matches!(
        refused,
        FitError::Landmarks(LandmarkError::ShortMidline { count: 2, .. })
    );
    assert!(short, "{refused}");
}

#[test]
fn a_bent_spine_is_followed() {
    let mut bent = woman().1.clone();
    let side = |x: f64| 0.012 * libm::sin(x * 12.0);
    for p in &mut bent.midline {
        *p = P::new(p.x(), side(p.x()), p.z());
    }
    let found = register(&PointCloud::from_points(scan().iter().copied()), &bent).unwrap();
    for p in found.back.spine().iter().filter(|p| p.x() > 0.0) {
        assert!((p.y() - side(p.x())).abs() < 0.0015, "{p:?}");
    }
}

#[test]
fn the_same_scan_gives_the_same_bits() {
    let first = fit(scan().iter().copied()).unwrap();
    let second = fit(scan().iter().copied()).unwrap();
    assert_eq!(first.back.to_bytes(), second.back.to_bytes());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn no_cloud_and_no_landmarks_make_it_panic(
        seed in any::<u64>(), scale in prop::sample::select(vec![0.0, 0.3, 1.0, 1.5, 1e9, 1e300]),
        shift in -0.2..0.2f64, which in 0..6usize, moved in -1e3..1e3f64,
    ) {
        let mut dice = Dice(seed);
        let points: Vec<P> = (0..2500)
            .map(|_| P::new(scale * dice.roll() - 0.2, scale * (dice.roll() - 0.5), shift + scale * 0.3 * dice.roll()))
            .collect();
        let mut landmarks = woman().1.clone();
        if seed % 2 == 0 {
            let slots = [&mut landmarks.c7, &mut landmarks.t3, &mut landmarks.t7,
                &mut landmarks.t12, &mut landmarks.l4, &mut landmarks.s2];
            for (k, slot) in slots.into_iter().enumerate() {
                if k == which { *slot = P::new(moved, slot.y(), slot.z()); }
            }
        }
        if let Err(refused) = register(&PointCloud::from_points(points), &landmarks) {
            prop_assert!(!refused.to_string().is_empty());
        }
    }
}
