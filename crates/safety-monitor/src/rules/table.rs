//! The table itself.

use signals::Reaction;

use super::{Rule, measures};

/// `id word "name": Reaction at N/s | lasts ms, samples | lets go below by | "seen" | "allowed" | hazards | test`
macro_rules! table {
    ($($id:literal $word:ident $name:literal: $reaction:ident at $rate:literal
        | $ms:literal ms, $samples:literal samples, releases $less:literal less
        | $compares:literal
        | $threshold:literal
        | [$($hazard:literal)*] $test:ident;)*) => {
        pub(crate) const RULES: [Rule; [$($id,)*].len()] = [$(Rule {
            id: $id,
            word: stringify!($word),
            name: $name,
            compares: $compares,
            threshold: $threshold,
            persists_ms: $ms,
            samples: $samples,
            hysteresis: $less,
            reaction: Reaction::$reaction,
            unload_n_per_s: $rate,
            hazards: &[$($hazard,)*],
            test: stringify!($test),
            measure: measures::$word,
        },)*];
    };
}

table! {
    "SR-01" force_ceiling "force ceiling": Unload at 600.0 | 0 ms, 2 samples, releases 0.0 less
        | "press along the tool axis (N), an old sample projected"
        | "the zone's ceiling at the tool (tip by tip for a fork; halved, slowly, in a Slow) less the sensor's uncertainty; at least 2 N near the body, 5 N away from it"
        | ["X2" "X4" "A1" "A3" "P1" "P3" "P4" "P5"]
        a_press_over_the_ceiling_of_its_zone_unloads_fast;
    "SR-02" hard_force_ceiling "compiled-in force ceiling": Stop at 600.0 | 0 ms, 2 samples, releases 0.0 less
        | "length of the contact force (N), an old sample projected"
        | "the zone's compiled-in ceiling less the sensor's uncertainty; at least 8 N"
        | ["A1" "A3" "H8" "H10" "P3"]
        a_blow_over_the_compiled_in_ceiling_stops;
    "SR-03" pressure_ceiling "pressure ceiling": Unload at 600.0 | 0 ms, 2 samples, releases 0.0 less
        | "press over patch area (Pa), of the harder pressed tip of a fork"
        | "the zone's pressure ceiling less the sensor's uncertainty"
        | ["P5" "P6" "X4"]
        a_fork_that_leans_on_one_tip_unloads_by_its_pressure;
    "SR-04" spine_keep_out "spine keep-out": Retract at 600.0 | 0 ms, 2 samples, releases 0.0 less
        | "contact force (N) while the nearest patch edge is inside the keep-out"
        | "0 N felt (1.5 N), or the crossing's ceiling less the sensor's uncertainty where the routine holds a permitted crossing"
        | ["P1" "P2" "P9" "X11" "X12"]
        touch_inside_the_keep_out_retracts;
    "SR-05" free_speed "speed in free space": Stop at 200.0 | 0 ms, 2 samples, releases 0.0 less
        | "speed of the patch (m/s), by own differences"
        | "the envelope's, plus 20 mm/s for the difference's noise"
        | ["A1" "A9" "P7" "P8"]
        free_motion_over_the_speed_limit_stops;
    "SR-06" contact_speed "speed in contact": Unload at 200.0 | 5 ms, 2 samples, releases 0.0 less
        | "speed of the patch (m/s) while touching, or while that is not known"
        | "the envelope's, plus 20 mm/s for the difference's noise"
        | ["A1" "P3" "P7"]
        gliding_over_the_speed_limit_unloads;
    "SR-07" headroom "headroom in contact": Unload at 600.0 | 3 ms, 2 samples, releases 0.0 less
        | "inward speed (m/s) while more than 1 N is felt"
        | "the headroom law at the present load, plus 15 mm/s for breathing and the difference's noise"
        | ["A1" "P4" "P5"]
        pressing_on_faster_than_the_headroom_allows_unloads;
    "SR-08" approach_speed "headroom before contact": Unload at 200.0 | 5 ms, 2 samples, releases 0.0 less
        | "inward speed (m/s) within 20 mm of the believed skin"
        | "the headroom law without load, plus 15 mm/s for breathing and the difference's noise"
        | ["A1" "P1" "P9" "X11"]
        rushing_at_the_skin_is_braked_before_the_touch;
    "SR-09" joint_range "joint range": Unload at 200.0 | 0 ms, 2 samples, releases 0.01 less
        | "least distance of a joint from its limits (rad or m)"
        | "0.01; released at 0.02"
        | ["X11" "A1" "A9"]
        a_joint_near_its_end_unloads;
    "SR-10" joint_speed "joint speed": Stop at 200.0 | 0 ms, 2 samples, releases 0.0 less
        | "fastest joint's speed over its limit, by own differences"
        | "1.02"
        | ["A1" "A9" "X11"]
        a_joint_over_its_speed_limit_stops;
    "SR-11" wanted_torque "wanted torque": Unload at 200.0 | 50 ms, 2 samples, releases 0.0 less
        | "largest wanted joint torque over its limit; of drives that take velocities, the velocity over its limit and its change over a twentieth of a second from rest to the limit"
        | "1 (clamped at once; a trip when it lasts)"
        | ["A3" "A7" "H6"]
        asking_for_more_torque_than_there_is_unloads_when_it_lasts;
    "SR-12" joints_finite "joint sample is a number": Unload at 200.0 | 0 ms, 2 samples, releases 0.0 less
        | "1 when a joint sample is NaN or infinite"
        | "0"
        | ["X6"]
        joint_samples_that_are_no_numbers_unload;
    "SR-13" wanted_finite "wish is a number": Unload at 200.0 | 0 ms, 2 samples, releases 0.0 less
        | "1 when a wanted torque or velocity is NaN or infinite, or is not what the drives take"
        | "0"
        | ["H6" "X6"]
        wishes_that_are_no_numbers_unload;
    "SR-14" joints_late "joint sample late": Slow at 200.0 | 0 ms, 2 samples, releases 0.0 less
        | "age of the newest usable joint sample (s)"
        | "0.005"
        | ["L1" "L7" "L8" "X13" "X14"]
        joint_samples_five_milliseconds_old_slow;
    "SR-15" joints_stale_in_contact "joint sample stale in contact": Unload at 200.0 | 0 ms, 2 samples, releases 0.0 less
        | "age of the newest usable joint sample (s) while touching, or while that is not known"
        | "0.02"
        | ["L2" "L7" "X14"]
        joint_samples_twenty_milliseconds_old_unload_in_contact;
    "SR-16" joints_lost "joints lost": Stop at 200.0 | 0 ms, 2 samples, releases 0.0 less
        | "age of the newest usable joint sample (s)"
        | "0.05"
        | ["L2" "L12" "L14" "A4" "A5"]
        joints_unheard_for_fifty_milliseconds_stop;
    "SR-17" joints_blind "blind": PowerCut at 200.0 | 0 ms, 2 samples, releases 0.0 less
        | "age of the newest usable joint sample (s)"
        | "0.25"
        | ["L12" "L14" "A4" "A6"]
        joints_unheard_for_a_quarter_second_cut_the_power;
    "SR-18" wrench_late "wrench sample late": Slow at 200.0 | 0 ms, 2 samples, releases 0.0 less
        | "age of the newest usable wrench sample (s), beyond the sensor's own delay"
        | "0.005"
        | ["L1" "L7" "X13" "X14"]
        wrench_samples_five_milliseconds_overdue_slow;
    "SR-19" wrench_stale_in_contact "wrench sample stale in contact": Unload at 200.0 | 0 ms, 2 samples, releases 0.0 less
        | "age of the newest usable wrench sample (s) while touching, or while that is not known"
        | "0.02"
        | ["L2" "X6" "X14"]
        wrench_samples_twenty_milliseconds_overdue_unload_in_contact;
    "SR-20" wrench_frozen "wrench frozen": Unload at 200.0 | 0 ms, 2 samples, releases 0.0 less
        | "time for which the wrench is the same to the last bit (s)"
        | "the sensor's `frozen_after` (not judged for a sensor without noise)"
        | ["X1" "X10"]
        a_wrench_that_never_changes_by_a_bit_unloads;
    "SR-21" sequence "sequence": Unload at 200.0 | 0 ms, 2 samples, releases 0.0 less
        | "1 when the sequence number did not grow by one"
        | "0"
        | ["L5" "L6" "L9" "L12"]
        samples_out_of_sequence_unload;
    "SR-22" clock "clock steps": Unload at 200.0 | 0 ms, 1 samples, releases 0.0 less
        | "time since the sample before that neither period nor lateness explains (s); infinite when time did not advance"
        | "0.01"
        | ["H3" "L9"]
        a_clock_that_steps_back_unloads;
    "SR-23" stall "stall": Slow at 200.0 | 0 ms, 1 samples, releases 0.0 less
        | "time since the sample before (s)"
        | "0.005, or one and a half periods where that is longer (one long stall is one)"
        | ["H2" "H9"]
        a_stall_of_six_milliseconds_slows;
    "SR-24" stall_in_contact "stall in contact": Unload at 200.0 | 0 ms, 1 samples, releases 0.0 less
        | "time since the sample before (s) while touching, or while that is not known"
        | "0.02"
        | ["H2" "H9"]
        a_stall_of_thirty_milliseconds_in_contact_unloads;
    "SR-25" overruns "overruns": Slow at 200.0 | 0 ms, 1 samples, releases 0.05 less
        | "share of late cycles over the last second"
        | "under 0.1; released at 0.05"
        | ["H1" "H9"]
        a_tenth_of_late_cycles_slows;
    "SR-26" tangential_force "tangential force": Unload at 200.0 | 5 ms, 2 samples, releases 0.0 less
        | "force along the skin (N) while touching"
        | "min(2 N + 0.8 x press, the envelope's cap) less the sensor's uncertainty"
        | ["P2" "P7" "X9"]
        dragging_the_skin_too_hard_unloads;
    "SR-27" mean_power "mean power": Unload at 200.0 | 0 ms, 1 samples, releases 0.0 less
        | "power into the body, mean over 1 s (W)"
        | "the envelope's"
        | ["A1" "A3" "P5"]
        working_on_the_tissue_too_hard_for_a_second_unloads;
    "SR-28" peak_power "peak power": Unload at 600.0 | 5 ms, 2 samples, releases 0.0 less
        | "power into the body (W)"
        | "the envelope's"
        | ["A1" "A3" "P3"]
        a_burst_of_power_into_tissue_unloads;
    "SR-29" tool_unknown "tool unknown": Stop at 200.0 | 0 ms, 2 samples, releases 0.0 less
        | "1 when the coupling reports no tool while not parked, or a tool that the session does not know"
        | "0"
        | ["P6"]
        a_tool_that_is_not_known_stops;
    "SR-30" tool_swapped "tool swapped": Stop at 200.0 | 0 ms, 1 samples, releases 0.0 less
        | "1 when the coupling reports another tool than before while not parked"
        | "0"
        | ["P6" "L3"]
        another_tool_in_mid_motion_stops;
    "SR-31" tool_absent "no tool": Warn at 200.0 | 0 ms, 2 samples, releases 0.0 less
        | "1 when no tool is bolted on while parked"
        | "0"
        | ["P6"]
        an_empty_coupling_while_parked_warns;
    "SR-32" wish_missing "no wish": Slow at 200.0 | 0 ms, 2 samples, releases 0.0 less
        | "time for which the controller wants nothing (s)"
        | "0.005"
        | ["H6" "H2"]
        a_controller_silent_for_five_milliseconds_slows;
    "SR-33" wish_missing_in_contact "no wish in contact": Unload at 200.0 | 0 ms, 2 samples, releases 0.0 less
        | "time for which the controller wants nothing (s) while touching, or while that is not known"
        | "0.02"
        | ["H6" "H2"]
        a_controller_silent_for_twenty_milliseconds_in_contact_unloads;
    "SR-34" operator_stop "operator's stop": Retract at 200.0 | 0 ms, 1 samples, releases 0.0 less
        | "1 when the operator asks for a stop"
        | "0"
        | ["N1" "N5" "P3"]
        the_operator_s_stop_retracts;
    "SR-35" no_zero "touch without zero": Unload at 200.0 | 0 ms, 2 samples, releases 0.0 less
        | "1 within 20 mm of the believed skin while the sensor's zero has not been taken"
        | "0"
        | ["X2" "X15"]
        coming_near_the_skin_without_a_zero_unloads;
    "SR-36" zero_size "size of the zero": Unload at 200.0 | 0 ms, 2 samples, releases 0.0 less
        | "sensor reading beyond the tool's weight when nothing is touched (N)"
        | "5 N: a heavier or lighter tool than told, or a broken sensor"
        | ["P6" "X2" "X4" "X9"]
        a_zero_too_large_for_the_tool_told_unloads;
    "SR-37" dwell "dwell": Unload at 200.0 | 0 ms, 1 samples, releases 0.0 less
        | "time of a static press above half the ceiling (s); on a trigger point stated at the start, of all presses there"
        | "the envelope's; 90 on a stated trigger point"
        | ["H2" "A6" "A8"]
        a_hard_press_on_one_spot_for_too_long_unloads;
    "SR-38" estimates_differ "two estimates of the press differ": Unload at 200.0 | 50 ms, 2 samples, releases 0.0 less
        | "difference between wrist sensor and joint torques along the tool axis (N)"
        | "max(8 N, 15 % of the press) and what dry friction may explain"
        | ["X1" "X3" "X4" "X9" "A2" "P6"]
        a_wrist_sensor_that_the_joints_contradict_unloads;
    "SR-39" estimates_part "two estimates of the press part": Stop at 600.0 | 10 ms, 2 samples, releases 0.0 less
        | "difference between wrist sensor and joint torques along the tool axis (N)"
        | "20 N and what dry friction may explain"
        | ["X4" "X5" "A1" "A9"]
        a_wrist_sensor_far_from_what_the_joints_feel_stops;
    "SR-40" speeds_differ "two joint speeds differ": Unload at 200.0 | 50 ms, 2 samples, releases 0.0 less
        | "largest difference between a drive's speed and the encoder's own, over the speed limit"
        | "0.1"
        | ["X11" "X12" "A9"]
        a_drive_whose_speed_its_encoder_contradicts_unloads;
    "SR-41" link_table "link at table or floor": Unload at 200.0 | 0 ms, 5 samples, releases 0.003 less
        | "least distance of links and tool from table and floor (m, negated), projected over the 8 cycles until the next look"
        | "0.002; released at 0.005"
        | ["A1" "A9" "X11" "X12" "P9"]
        an_elbow_that_comes_down_on_the_table_unloads;
    "SR-42" link_skin "link at the client": Unload at 200.0 | 0 ms, 5 samples, releases 0.003 less
        | "least distance of a link from the believed skin (m, negated), projected over the 8 cycles until the next look"
        | "0.003; for the link that carries the tool 0.025 under the skin; released 0.003 further out"
        | ["A1" "A9" "X11" "P1" "P3"]
        a_link_that_comes_down_on_the_client_unloads;
    "SR-43" link_link "arm at itself": Unload at 200.0 | 0 ms, 5 samples, releases 0.003 less
        | "least distance of two parts of the arm (m, negated), projected over the 8 cycles until the next look"
        | "0; released at 0.003"
        | ["A1" "A9" "X11" "X12"]
        an_arm_that_folds_onto_itself_unloads;
}
