//! One scenario a rule. A rule is proved when its scenario makes it decide, and when the same scenario
//! with that one row switched off ends less severely at that very cycle.

use limits::RawLimits;
use signals::{Reading, Request, ToolIndex, WhyMissing};

use super::bench::{
    Bench, FORK, J, Line, PALM, SKIN, away, cramped, fresh, near, sluggish, touching, touching_with,
};
use super::shaped::{ball, shaped};
use crate::rules::RULES;

fn index_of(word: &str) -> usize {
    RULES
        .iter()
        .position(|rule| rule.word == word)
        .unwrap_or_else(|| panic!("the table has no row {word}"))
}

fn played(start: &Bench, scenario: fn(&mut Bench), masked: u64) -> Vec<Line> {
    let mut bench = start.clone();
    bench.monitor.ledger.masked = masked;
    scenario(&mut bench);
    bench.log
}

/// Plays a scenario with and without the row; gives the cycle at which the row decides.
fn prove(word: &str, start: &Bench, scenario: fn(&mut Bench)) -> usize {
    let index = index_of(word);
    let with = played(start, scenario, 0);
    let decides = |line: &Line| line.cause == Some(index) && line.reaction == RULES[index].reaction;
    let at = with.iter().position(decides);
    let at =
        at.unwrap_or_else(|| panic!("{word} never decides; the log ends with {:?}", with.last()));
    let without = played(start, scenario, 1 << index);
    assert!(
        without[at].reaction < RULES[index].reaction,
        "without {word} cycle {at} still ends with {:?}",
        without[at]
    );
    at
}

macro_rules! proofs {
    ($($word:ident by $test:ident from $start:expr => $scenario:expr;)*) => {
        $(
            #[test]
            fn $test() {
                prove(stringify!($word), &$start, $scenario);
            }
        )*

        /// Words of the rules and the tests above that prove them.
        const PROOFS: &[(&str, &str)] = &[$((stringify!($word), stringify!($test)),)*];
    };
}

proofs! {
    force_ceiling by a_press_over_the_ceiling_of_its_zone_unloads_fast from touching()
        => |b| { b.press(41.0).run(10); };
    hard_force_ceiling by a_blow_over_the_compiled_in_ceiling_stops from touching()
        => |b| { b.press(85.0).run(10); };
    pressure_ceiling by a_fork_that_leans_on_one_tip_unloads_by_its_pressure
        from touching_with(&RawLimits::default(), FORK, 40.0)
        => |b| { b.torque.x = 2.0; b.run(10); };
    spine_keep_out by touch_inside_the_keep_out_retracts from near(0.028)
        => |b| { b.press(1.9).run(10); };
    free_speed by free_motion_over_the_speed_limit_stops from away()
        => |b| { b.glide(0.32, 0.0, 0.0).run(200); };
    contact_speed by gliding_over_the_speed_limit_unloads from touching()
        => |b| { b.glide(0.2, 0.0, 0.0).run(150); };
    headroom by pressing_on_faster_than_the_headroom_allows_unloads from touching()
        => |b| { b.ramp = 3.0; b.glide(0.0, 0.0, -0.1).run(60); };
    approach_speed by rushing_at_the_skin_is_braked_before_the_touch from near(0.06)
        => |b| { b.ramp = 3.0; b.glide(0.0, 0.0, -0.15).run(60); };
    joint_range by a_joint_near_its_end_unloads from cramped()
        => |b| { b.glide(0.0, 0.0, 0.1).run(600); };
    joint_speed by a_joint_over_its_speed_limit_stops from sluggish()
        => |b| { b.glide(0.0, 0.0, 0.2).run(150); };
    wanted_torque by asking_for_more_torque_than_there_is_unloads_when_it_lasts from away()
        => |b| { b.spoil(60, |_, w| if let Some(w) = w { w.drive.values_mut()[2] = 900.0; }); };
    joints_finite by joint_samples_that_are_no_numbers_unload from away()
        => |b| { b.spoil(3, |s, _| if let Reading::Taken { value, .. } = &mut s.joints {
            value.positions[3] = f64::NAN;
        }); };
    wanted_finite by wishes_that_are_no_numbers_unload from away()
        => |b| { b.spoil(3, |_, w| if let Some(w) = w { w.drive.values_mut()[0] = f64::INFINITY; }); };
    joints_late by joint_samples_five_milliseconds_old_slow from away()
        => |b| { b.spoil(10, |s, _| s.joints = Reading::Missing(WhyMissing::Silent)); };
    joints_stale_in_contact by joint_samples_twenty_milliseconds_old_unload_in_contact from touching()
        => |b| { b.spoil(25, |s, _| s.joints = Reading::Missing(WhyMissing::Silent)); };
    joints_lost by joints_unheard_for_fifty_milliseconds_stop from away()
        => |b| { b.spoil(60, |s, _| s.joints = Reading::Missing(WhyMissing::Silent)); };
    joints_blind by joints_unheard_for_a_quarter_second_cut_the_power from away()
        => |b| { b.spoil(260, |s, _| s.joints = Reading::Missing(WhyMissing::Silent)); };
    wrench_late by wrench_samples_five_milliseconds_overdue_slow from away()
        => |b| { b.spoil(12, |s, _| s.wrench = Reading::Missing(WhyMissing::Silent)); };
    wrench_stale_in_contact by wrench_samples_twenty_milliseconds_overdue_unload_in_contact
        from touching()
        => |b| { b.spoil(30, |s, _| s.wrench = Reading::Missing(WhyMissing::Silent)); };
    wrench_frozen by a_wrench_that_never_changes_by_a_bit_unloads from touching() => |b| {
        let mut first = None;
        b.spoil(40, |s, _| if let Reading::Taken { value, .. } = &mut s.wrench {
            *value = *first.get_or_insert(*value);
        });
    };
    sequence by samples_out_of_sequence_unload from away() => |b| {
        b.spoil(3, |s, _| s.sequence = 400);
    };
    clock by a_clock_that_steps_back_unloads from away() => |b| {
        b.now -= 50_000_000;
        b.run(3);
    };
    stall by a_stall_of_six_milliseconds_slows from away() => |b| {
        b.now += 5_000_000;
        b.run(3);
    };
    stall_in_contact by a_stall_of_thirty_milliseconds_in_contact_unloads from touching() => |b| {
        b.now += 29_000_000;
        b.spoil(1, |s, _| s.timing.late_by = quantities::Duration::from_millis(29));
    };
    overruns by a_tenth_of_late_cycles_slows from away() => |b| {
        b.spoil(110, |s, _| s.timing.computed_in = quantities::Duration::from_millis(2));
    };
    tangential_force by dragging_the_skin_too_hard_unloads from touching()
        => |b| { b.force.x = 14.0; b.run(10); };
    mean_power by working_on_the_tissue_too_hard_for_a_second_unloads
        from touching_with(&RawLimits::default(), PALM, 38.0)
        => |b| {
            for there in [1.0, -1.0, 1.0, -1.0, 1.0, -1.0] {
                b.glide(0.14 * there, 0.0, 0.0);
                for _ in 0..500 {
                    b.force.x = -b.velocity.x / 0.14 * 18.5;
                    b.run(1);
                }
            }
        };
    peak_power by a_burst_of_power_into_tissue_unloads from frail(38.0) => |b| {
        b.glide(0.14, 0.0, 0.0);
        for _ in 0..150 {
            b.force.x = -b.velocity.x / 0.14 * 18.5;
            b.run(1);
        }
    };
    tool_unknown by a_tool_that_is_not_known_stops from away()
        => |b| { b.spoil(3, |s, _| s.tool = Some(ToolIndex(9))); };
    tool_swapped by another_tool_in_mid_motion_stops from away() => |b| {
        b.glide(0.1, 0.0, 0.0).run(60);
        b.tool = FORK;
        b.run(3);
    };
    tool_absent by an_empty_coupling_while_parked_warns from away()
        => |b| { b.spoil(3, |s, _| s.tool = None); };
    wish_missing by a_controller_silent_for_five_milliseconds_slows from away()
        => |b| { b.spoil(8, |_, w| *w = None); };
    wish_missing_in_contact by a_controller_silent_for_twenty_milliseconds_in_contact_unloads
        from touching()
        => |b| { b.spoil(25, |_, w| *w = None); };
    operator_stop by the_operator_s_stop_retracts from touching()
        => |b| { b.spoil(1, |s, _| s.request = Request::Stop); };
    no_zero by coming_near_the_skin_without_a_zero_unloads from fresh() => |b| {
        b.glide(0.0, 0.0, -0.05).run(1800);
    };
    zero_size by a_zero_too_large_for_the_tool_told_unloads from fresh()
        => |b| { b.bias.y = 7.0; b.run(450); };
    dwell by a_hard_press_on_one_spot_for_too_long_unloads from frail(25.0)
        => |b| { b.run(600); };
    estimates_differ by a_wrist_sensor_that_the_joints_contradict_unloads
        from touching_with(&RawLimits::default(), PALM, 30.0)
        => |b| { b.bias.z += 18.0; b.run(120); };
    estimates_part by a_wrist_sensor_far_from_what_the_joints_feel_stops
        from touching_with(&RawLimits::default(), PALM, 38.0)
        => |b| { b.bias.z += 34.0; b.run(120); };
    speeds_differ by a_drive_whose_speed_its_encoder_contradicts_unloads from away()
        => |b| { b.spoil(60, |s, _| if let Reading::Taken { value, .. } = &mut s.joints {
            value.velocities[1] += 0.5;
        }); };
    link_table by an_elbow_that_comes_down_on_the_table_unloads from over_table()
        => |b| { b.glide(0.0, 0.0, -0.05).run(600); };
    link_skin by a_link_that_comes_down_on_the_client_unloads from over_client()
        => |b| { b.glide(0.0, 0.0, -0.05).run(1100); };
    link_link by an_arm_that_folds_onto_itself_unloads from folding()
        => |b| { b.glide(-0.1, 0.0, 0.0).run(600); };
}

/// A piece of the last link hangs beside the client, 20 mm over the table.
fn over_table() -> Bench {
    shaped(&[ball(Some(J - 1), [-0.3, 0.0, 0.03])])
}

/// A piece of the last link hangs 20 mm over the client, away from the tool.
fn over_client() -> Bench {
    shaped(&[ball(Some(J - 1), [0.0, -0.1, SKIN + 0.03])])
}

/// A piece of the last link is 20 mm in front of one of the foot.
fn folding() -> Bench {
    let place = |x: f64| [x, -0.1, SKIN + 0.3];
    shaped(&[ball(Some(J - 1), place(0.0)), ball(None, place(-0.04))])
}

/// Touching with the palm; 1 W and half a second on one spot are the most.
fn frail(press: f64) -> Bench {
    let mut raw = RawLimits::default();
    assert!(raw.set("peak_power_w", 1.0) && raw.set("dwell_s", 0.5));
    let mut bench = touching_with(&raw, PALM, 12.0);
    for step in 0..50 {
        bench
            .press(12.0 + (press - 12.0) * f64::from(step) / 50.0)
            .run(1);
    }
    bench.settled()
}

#[test]
fn every_row_of_the_table_is_proved_by_the_test_it_names() {
    let named: Vec<_> = RULES.iter().map(|rule| (rule.word, rule.test)).collect();
    assert_eq!(named, PROOFS);
}

#[test]
fn direct_checks_react_within_two_cycles_and_not_to_one_odd_sample() {
    // The log begins with the first cycle at the new value.
    assert_eq!(
        prove("force_ceiling", &touching(), |b| {
            b.press(41.0).run(5);
        }),
        1
    );
    assert_eq!(
        prove("hard_force_ceiling", &touching(), |b| {
            b.press(85.0).run(5);
        }),
        1
    );
    let mut once = touching();
    once.press(41.0).run(1).press(15.0).run(50);
    once.settled();
}

#[test]
fn an_honest_session_trips_nothing() {
    let mut bench = touching();
    for (x, y) in [
        (0.1, 0.0),
        (0.0, 0.05),
        (-0.1, 0.0),
        (0.0, -0.05),
        (0.0, 0.0),
    ] {
        bench.glide(x, y, 0.0);
        for _ in 0..600 {
            bench.force.x = -bench.velocity.x / 0.1 * 3.0;
            bench.run(1);
        }
    }
    bench.press(0.0).glide(0.0, 0.0, 0.1).run(300);
    bench.settled();
    assert_eq!(bench.monitor.inertia.len(), J);
}
