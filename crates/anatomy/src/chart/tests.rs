use super::*;
use crate::back::Back;
use crate::parametric::{BodyParameters, Sex, parametric_back};
use crate::surface::SurfaceBounds;
use proptest::prelude::*;
use quantities::Kilograms;
use std::sync::OnceLock;

pub(super) fn man() -> &'static Back {
    static MAN: OnceLock<Back> = OnceLock::new();
    MAN.get_or_init(|| {
        parametric_back(&BodyParameters {
            sex: Sex::Male,
            stature: Metres::new(1.78),
            mass: Kilograms::new(80.0),
        })
        .unwrap()
    })
}

/// A tilted, bent skin with a spine that is neither straight nor along x.
pub(super) fn crooked() -> &'static BackChart {
    static CROOKED: OnceLock<BackChart> = OnceLock::new();
    CROOKED.get_or_init(|| {
        let bounds = SurfaceBounds {
            min_x: -0.25,
            max_x: 0.6,
            min_y: -0.32,
            max_y: 0.32,
        };
        let height = |x: f64, y: f64| {
            0.22 + 0.03 * libm::cos(9.0 * x) - 2.2 * y * y + 0.05 * x * y + 0.02 * y
        };
        let surface = Surface::from_function(bounds, 0.006, height, |_, _| true).unwrap();
        let points: Vec<(f64, f64)> = (0..40)
            .map(|k| -0.1 + 0.016 * f64::from(k))
            .map(|x| (x, 0.01 + 0.06 * x + 0.012 * libm::sin(8.0 * x)))
            .collect();
        let above = SpineFromAbove::fit(&points, bounds.min_x, bounds.max_x).unwrap();
        let spine = SpineLine::on(above, &surface, 0.0).unwrap();
        BackChart::new(surface, spine, -0.2, 0.5).unwrap()
    })
}

/// Length of a polyline of many short pieces: the second route to an arc length.
fn walked(chart: &BackChart, from: (f64, f64), to: (f64, f64)) -> f64 {
    const PIECES: u32 = 4000;
    let at = |k: u32| {
        let s = f64::from(k) / f64::from(PIECES);
        let (u, v) = (from.0 + s * (to.0 - from.0), from.1 + s * (to.1 - from.1));
        chart.at(Metres::new(u), Metres::new(v)).unwrap().point
    };
    (0..PIECES).map(|k| at(k).distance(&at(k + 1)).get()).sum()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn locating_a_place_of_the_chart_gives_its_coordinates_back(
        u in -0.15..0.5f64, v in -0.18..0.18f64,
    ) {
        for chart in [man().chart(), crooked()] {
            let Some(at) = chart.at(Metres::new(u), Metres::new(v)) else { continue };
            let (found_u, found_v) = chart.locate(&at.point).unwrap();
            prop_assert!((found_u.get() - u).abs() < 1e-6, "{found_u} {u}");
            prop_assert!((found_v.get() - v).abs() < 1e-6, "{found_v} {v}");
        }
    }

    #[test]
    fn a_place_above_the_skin_is_located_at_its_foot(
        u in -0.1..0.45f64, v in -0.1..0.1f64, above in -0.01..0.06f64,
    ) {
        for chart in [man().chart(), crooked()] {
            let at = chart.at(Metres::new(u), Metres::new(v)).unwrap();
            // Above a hollow the nearest place is elsewhere once one is beyond its centre.
            let raised = at.point.raw() + at.outward.raw() * above;
            let (found_u, found_v) = chart.locate(&Point::from_raw(raised)).unwrap();
            let foot = chart.at(found_u, found_v).unwrap();
            let distance = foot.point.distance(&Point::from_raw(raised)).get();
            prop_assert!(distance <= above.abs() + 1e-9);
            // The way to the foot stands on the skin.
            let way = foot.point.raw() - raised;
            let slip = way.dot(foot.along.raw()).abs().max(way.dot(foot.across.raw()).abs());
            prop_assert!(slip < 1.1e-4, "{slip}");
        }
    }

    #[test]
    fn tangents_agree_with_differences_of_places(u in -0.1..0.45f64, v in -0.15..0.15f64) {
        let e = 1e-5;
        for chart in [man().chart(), crooked()] {
            let at = |u: f64, v: f64| chart.at(Metres::new(u), Metres::new(v));
            let (Some(here), Some(up), Some(down), Some(left), Some(right)) =
                (at(u, v), at(u + e, v), at(u - e, v), at(u, v + e), at(u, v - e))
            else { continue };
            let along = (up.point - down.point).raw().normalize();
            let across = (left.point - right.point).raw() / (2.0 * e);
            prop_assert!((along - here.along.raw()).norm() < 2e-4);
            prop_assert!((across.norm() - 1.0).abs() < 4e-3, "v is no arc length: {}", across.norm());
            prop_assert!((across.normalize() - here.across.raw()).norm() < 2e-4);
            prop_assert!(here.outward.raw().dot(here.along.raw()).abs() < 1e-9);
            prop_assert!(here.outward.raw().dot(here.across.raw()).abs() < 1e-9);
            prop_assert!(here.along.raw().cross(here.across.raw()).dot(here.outward.raw()) > 0.5);
        }
    }
}

#[test]
fn u_is_the_arc_length_of_the_spine_and_v_that_of_the_sections() {
    for chart in [man().chart(), crooked()] {
        for (from, to) in [(-0.1, 0.0), (0.0, 0.2), (0.05, 0.45)] {
            let length = walked(chart, (from, 0.0), (to, 0.0));
            assert!(
                (length - (to - from)).abs() < 2e-5,
                "{length} against {}",
                to - from
            );
        }
        for u in [-0.05, 0.1, 0.3] {
            for v in [-0.12, 0.08, 0.13] {
                let length = walked(chart, (u, 0.0), (u, v));
                assert!((length - f64::abs(v)).abs() < 2e-5, "{length} against {v}");
            }
        }
    }
}

#[test]
fn sections_leave_the_spine_at_a_right_angle() {
    for k in -10..45 {
        let at = man()
            .chart()
            .at(Metres::new(0.01 * f64::from(k)), Metres::ZERO)
            .unwrap();
        assert!(at.along.raw().dot(at.across.raw()).abs() < 1e-3);
    }
}

#[test]
fn left_is_positive_and_the_head_is_ahead() {
    let at = man()
        .chart()
        .at(Metres::new(0.1), Metres::new(0.05))
        .unwrap();
    assert!(
        at.point.y() > 0.03 && at.along.x() > 0.9 && at.across.y() > 0.9 && at.outward.z() > 0.9
    );
}

#[test]
fn places_off_the_chart_are_none() {
    let chart = man().chart();
    for (u, v) in [
        (0.9, 0.0),
        (-0.5, 0.0),
        (0.1, 0.4),
        (0.1, -0.4),
        (f64::NAN, 0.0),
        (0.1, f64::NAN),
        (f64::INFINITY, 0.0),
        (0.1, f64::NEG_INFINITY),
        (0.1, 1e300),
    ] {
        assert!(
            chart.at(Metres::new(u), Metres::new(v)).is_none(),
            "({u}, {v})"
        );
    }
    for p in [
        (5.0, 0.0, 0.2),
        (0.1, 0.9, 0.0),
        (f64::NAN, 0.0, 0.2),
        (0.1, f64::INFINITY, 0.1),
        (1e300, 1e300, 0.0),
    ] {
        assert!(chart.locate(&Point::new(p.0, p.1, p.2)).is_none(), "{p:?}");
    }
}
