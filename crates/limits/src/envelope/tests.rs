use super::*;
use proptest::prelude::*;

const PALM: SquareMetres = SquareMetres::new(50e-4);
const THUMB: SquareMetres = SquareMetres::new(3.14e-4);

/// Kidneys beside it higher up, no contact beyond u = 0.4.
fn zones() -> ZoneMap {
    ZoneMap::sampled(
        (Metres::new(-0.1), Metres::new(0.5)),
        (Metres::new(-0.2), Metres::new(0.2)),
        |u, v| match (u.get(), v.abs().get()) {
            (u, _) if u > 0.4 => Zone::NoContact,
            (u, v) if u > 0.2 && v > 0.06 => Zone::Kidney,
            (u, v) if u < 0.0 && v > 0.04 => Zone::Buttock,
            _ => Zone::Paraspinal,
        },
    )
    .expect("has extent")
}

fn envelope() -> Envelope {
    Envelope::seal(&RawLimits::default(), zones(), Metres::new(0.004)).expect("defaults hold")
}

fn m(value: f64) -> Metres {
    Metres::new(value)
}

#[test]
fn the_default_ceilings_are_those_of_the_table() {
    let envelope = envelope();
    let ceiling = |zone| envelope.force_ceiling(zone, PALM).get();
    assert_eq!(ceiling(Zone::Paraspinal), 40.0);
    assert_eq!(ceiling(Zone::Buttock), 45.0);
    assert_eq!(ceiling(Zone::Kidney), 20.0);
    assert_eq!(ceiling(Zone::NeckBase), 15.0);
    assert_eq!(ceiling(Zone::NoContact), 0.0);
}

#[test]
fn a_thumb_is_limited_by_pressure_where_a_palm_is_limited_by_force() {
    let envelope = envelope();
    assert!((envelope.force_ceiling(Zone::Paraspinal, THUMB).get() - 31.4).abs() < 1e-9);
    assert!((envelope.force_ceiling(Zone::Trapezius, THUMB).get() - 15.7).abs() < 1e-9);
}

#[test]
fn the_keep_out_is_widened_by_what_is_not_known_of_the_midline() {
    assert!((envelope().keep_out_half_width().get() - 0.024).abs() < 1e-12);
    let wider = RawLimits {
        keep_out_half_width: m(0.03),
        ..RawLimits::default()
    };
    let wider = Envelope::seal(&wider, zones(), m(0.0)).expect("wider is safer");
    assert!((wider.keep_out_half_width().get() - 0.03).abs() < 1e-12);
}

#[test]
fn a_midline_known_to_more_than_8_millimetres_is_refused() {
    for bad in [0.0081, f64::NAN, f64::INFINITY, -0.001] {
        let refused = Envelope::seal(&RawLimits::default(), zones(), m(bad));
        let text = refused.expect_err("too uncertain").to_string();
        assert!(
            text.contains("at most 8 mm") || text.contains("8 mm is allowed"),
            "{text}"
        );
    }
}

#[test]
fn every_figure_beyond_what_may_be_configured_is_named_at_once() {
    let mut raw = RawLimits::default();
    assert!(raw.set("muscle_force_n", 61.0));
    assert!(raw.set("free_speed_mm_per_s", f64::NAN));
    assert!(raw.set("keep_out_half_width_mm", 19.0));
    assert!(raw.set("crossing_force_n", -1.0));
    let text = Envelope::seal(&raw, zones(), m(0.0))
        .expect_err("four")
        .to_string();
    assert!(text.starts_with("4 limits refused"), "{text}");
    assert!(
        text.contains("`muscle_force_n` is 61, but may be at most 60"),
        "{text}"
    );
    assert!(text.contains("`free_speed_mm_per_s` is NaN"), "{text}");
    assert!(
        text.contains("`keep_out_half_width_mm` is 19, but must be at least 20"),
        "{text}"
    );
    assert!(
        text.contains("`crossing_force_n` is -1, but must be at least 0"),
        "{text}"
    );
}

#[test]
fn what_may_be_configured_is_accepted_to_the_last_figure() {
    let mut raw = RawLimits::default();
    for figure in RawLimits::default().figures() {
        assert!(raw.set(figure.key, figure.configurable));
    }
    Envelope::seal(&raw, zones(), m(0.008)).expect("at the bound is within it");
}

#[test]
fn outside_the_mapped_back_and_for_a_place_that_is_no_number_nothing_may_touch() {
    let envelope = envelope();
    for (u, v) in [
        (9.0, 0.0),
        (0.1, 9.0),
        (-9.0, 0.0),
        (f64::NAN, 0.1),
        (0.1, f64::INFINITY),
    ] {
        assert_eq!(envelope.zone_at(m(u), m(v)), Zone::NoContact);
        assert_eq!(envelope.force_ceiling_at(m(u), m(v), PALM), Newtons::ZERO);
    }
    assert_eq!(
        envelope.force_ceiling(Zone::Paraspinal, SquareMetres::new(f64::NAN)),
        Newtons::ZERO
    );
}

#[test]
fn a_lower_ceiling_already_holds_one_node_before_its_border() {
    let envelope = envelope();
    assert_eq!(envelope.force_ceiling_at(m(0.1), m(0.1), PALM).get(), 40.0);
    assert_eq!(envelope.zone_at(m(0.202), m(0.1)), Zone::Paraspinal);
    assert_eq!(
        envelope.force_ceiling_at(m(0.202), m(0.1), PALM).get(),
        20.0
    );
}

#[test]
fn within_the_keep_out_a_patch_may_press_no_harder_than_in_a_crossing() {
    let envelope = envelope();
    for (v, ceiling) in [
        (0.0, 5.0),
        (0.0239, 5.0),
        (-0.0239, 5.0),
        (0.0241, 40.0),
        (-0.05, 40.0),
    ] {
        assert_eq!(envelope.force_ceiling_at(m(0.1), m(v), PALM).get(), ceiling);
    }
}

#[test]
fn a_fork_that_straddles_the_spine_is_judged_by_its_tips() {
    let envelope = envelope();
    let tip = |v: f64| (m(0.1), m(v), THUMB);
    assert_eq!(envelope.force_ceiling_at(m(0.1), m(0.0), THUMB).get(), 5.0);
    let both = envelope.force_ceiling_over(&[tip(0.05), tip(-0.05)]);
    assert!((both.get() - 62.8).abs() < 1e-9);
    assert_eq!(envelope.force_ceiling_over(&[]), Newtons::ZERO);
}

#[test]
fn the_tangential_ceiling_grows_with_the_press_and_then_stops() {
    let envelope = envelope();
    assert!((envelope.tangential_ceiling(Newtons::new(10.0)).get() - 10.0).abs() < 1e-12);
    assert_eq!(envelope.tangential_ceiling(Newtons::new(40.0)).get(), 20.0);
    assert_eq!(envelope.tangential_ceiling(Newtons::new(-5.0)).get(), 2.0);
    assert_eq!(
        envelope.tangential_ceiling(Newtons::new(f64::NAN)).get(),
        2.0
    );
}

#[test]
fn the_gliding_ceiling_is_where_friction_meets_the_tangential_ceiling() {
    let envelope = envelope();
    for friction in [0.12, 0.25, 0.46, 0.79, 0.81, 1.0, 1.5] {
        let most = envelope.gliding_ceiling(friction);
        // Second route: what friction makes of a normal force, against what is allowed with it.
        let causes = |normal: Newtons| normal * friction;
        let (below, above) = (most * 0.999, most * 1.001);
        assert!(
            causes(below) <= envelope.tangential_ceiling(below),
            "{friction}"
        );
        assert!(
            causes(above) > envelope.tangential_ceiling(above),
            "{friction}"
        );
    }
    assert!(envelope.gliding_ceiling(0.0).get().is_infinite());
    assert_eq!(envelope.gliding_ceiling(f64::NAN), Newtons::ZERO);
    assert!(
        envelope.gliding_ceiling(0.46).get() > 40.0,
        "dry skin bears the default force"
    );
}

#[test]
fn a_share_leaves_that_much_of_every_force_pressure_and_dose_and_of_no_more() {
    let zone_force = Tightening {
        zone_forces: vec![(Zone::Sacrum, Newtons::new(10.0))],
        ..Tightening::default()
    };
    let before = envelope().tightened_by(&zone_force).expect("well formed");
    let half = Tightening {
        share: Some(0.5),
        ..Tightening::default()
    };
    let after = before.tightened_by(&half).expect("well formed");
    for zone in [
        Zone::Paraspinal,
        Zone::Buttock,
        Zone::NeckBase,
        Zone::Kidney,
        Zone::Sacrum,
    ] {
        for area in [PALM, THUMB] {
            let (was, is) = (
                before.force_ceiling(zone, area),
                after.force_ceiling(zone, area),
            );
            assert!((is.get() - 0.5 * was.get()).abs() < 1e-9, "{zone:?}");
        }
    }
    assert_eq!(after.zone_dose(), before.zone_dose() * 0.5);
    assert_eq!(after.crossing_ceiling(), before.crossing_ceiling() * 0.5);
    let doubled = Tightening {
        share: Some(2.0),
        ..Tightening::default()
    };
    assert_eq!(
        before.tightened_by(&doubled).expect("changes nothing"),
        before
    );
    let negative = Tightening {
        share: Some(-0.1),
        dwell: Some(Seconds::new(f64::NAN)),
        ..Tightening::default()
    };
    assert_eq!(before.tightened_by(&negative).expect_err("two").0.len(), 2);
}

#[test]
fn a_set_point_keeps_three_newtons_or_a_tenth_from_its_ceiling() {
    let envelope = envelope();
    assert_eq!(envelope.setpoint_margin(Newtons::new(15.0)).get(), 3.0);
    assert_eq!(envelope.setpoint_margin(Newtons::new(45.0)).get(), 4.5);
}

#[test]
fn a_blocked_zone_and_a_blocked_area_take_no_force_at_all() {
    let wish = Tightening {
        blocked_zones: vec![Zone::Buttock],
        blocked_areas: vec![Area {
            u: (m(0.05), m(0.1)),
            v: (m(0.03), m(0.08)),
        }],
        ..Tightening::default()
    };
    let smaller = envelope().tightened_by(&wish).expect("well formed");
    assert_eq!(smaller.force_ceiling(Zone::Buttock, PALM), Newtons::ZERO);
    assert_eq!(
        smaller.force_ceiling_at(m(0.07), m(0.05), PALM),
        Newtons::ZERO
    );
    assert_eq!(
        smaller.force_ceiling_at(m(0.07), m(-0.05), PALM).get(),
        40.0
    );
}

#[test]
fn a_malformed_tightening_is_refused_and_not_half_applied() {
    let wish = Tightening {
        force: Some(Newtons::new(f64::NAN)),
        blocked_areas: vec![Area {
            u: (m(0.1), m(0.0)),
            v: (m(0.0), m(0.1)),
        }],
        ..Tightening::default()
    };
    assert_eq!(envelope().tightened_by(&wish).expect_err("two").0.len(), 2);
}

#[test]
fn the_digest_changes_with_every_single_figure_and_with_the_zones() {
    let first = envelope();
    let mut seen = vec![first.digest()];
    assert_eq!(first.digest(), envelope().digest());
    for figure in RawLimits::default().figures() {
        let mut raw = RawLimits::default();
        let other = match figure.sense {
            Sense::SmallerIsSafer => figure.default * 0.9,
            Sense::LargerIsSafer => figure.default * 1.1,
        };
        assert!(raw.set(figure.key, other));
        seen.push(
            Envelope::seal(&raw, zones(), m(0.004))
                .expect("safer")
                .digest(),
        );
    }
    seen.push(
        Envelope::seal(&RawLimits::default(), zones(), m(0.003))
            .expect("ok")
            .digest(),
    );
    let all_back = |_, _| Zone::Paraspinal;
    let flat = ZoneMap::sampled((m(-0.1), m(0.5)), (m(-0.2), m(0.2)), all_back).expect("extent");
    seen.push(
        Envelope::seal(&RawLimits::default(), flat, m(0.004))
            .expect("ok")
            .digest(),
    );
    let wish = Tightening {
        blocked_zones: vec![Zone::Sacrum],
        ..Tightening::default()
    };
    seen.push(first.tightened_by(&wish).expect("ok").digest());
    let count = seen.len();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), count);
    assert_eq!(first.digest_text().len(), 64);
}

proptest! {
    #[test]
    fn no_tightening_ever_allows_more(
        force in 0.0..100.0f64, pressure in 0.0..1e6f64, speed in 0.0..1.0f64,
        width in 0.0..0.1f64, zone in 0..Zone::ALL.len(), zone_force in 0.0..100.0f64,
        u in -0.2..0.6f64, v in -0.3..0.3f64, area in 1e-5..1e-2f64,
        share in 0.0..2.0f64, seconds in 0.0..3000.0f64,
    ) {
        let before = envelope();
        let wish = Tightening {
            force: Some(Newtons::new(force)),
            pressure: Some(Pascals::new(pressure)),
            zone_forces: vec![(Zone::ALL[zone], Newtons::new(zone_force))],
            free_speed: Some(MetresPerSecond::new(speed)),
            contact_speed: Some(MetresPerSecond::new(speed)),
            keep_out_half_width: Some(Metres::new(width)),
            share: Some(share),
            tangential_force: Some(Newtons::new(force)),
            dwell: Some(Seconds::new(seconds)),
            position_time: Some(Seconds::new(seconds)),
            zone_dose: Some(NewtonSeconds::new(seconds * 10.0)),
            ..Tightening::default()
        };
        let after = before.tightened_by(&wish).expect("finite");
        let (u, v, area) = (m(u), m(v), SquareMetres::new(area));
        prop_assert!(after.force_ceiling_at(u, v, area) <= before.force_ceiling_at(u, v, area));
        prop_assert!(after.force_ceiling_at(u, v, area) <= before.hard_force_ceiling(before.zone_at(u, v)).max(Newtons::new(80.0)));
        prop_assert!(after.pressure_ceiling_at(u, v) <= before.pressure_ceiling_at(u, v));
        prop_assert!(after.free_speed() <= before.free_speed());
        prop_assert!(after.contact_speed() <= before.contact_speed());
        prop_assert!(after.keep_out_half_width() >= before.keep_out_half_width());
        prop_assert!(after.crossing_ceiling() <= before.crossing_ceiling());
        prop_assert!(after.dwell() <= before.dwell());
        prop_assert!(after.position_time() <= before.position_time());
        prop_assert!(after.zone_dose() <= before.zone_dose());
        for normal in [0.0, 10.0, 40.0] {
            let normal = Newtons::new(normal);
            prop_assert!(after.tangential_ceiling(normal) <= before.tangential_ceiling(normal));
        }
    }
}
