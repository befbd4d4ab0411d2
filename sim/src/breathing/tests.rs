use super::*;
use proptest::prelude::*;

/// The rate is compared with the central difference of the lift: two routes to one number.
fn rate_matches(breathing: &Breathing, seconds: f64, tolerance: f64) -> bool {
    let h = 1e-5;
    let ahead = breathing.at_seconds(seconds + h).lift.get();
    let behind = breathing.at_seconds(seconds - h).lift.get();
    let rate = breathing.at_seconds(seconds).rate.get();
    ((ahead - behind) / (2.0 * h) - rate).abs() < tolerance
}

#[test]
fn twelve_breaths_a_minute_are_made() {
    let breathing = Breathing::made(BreathingParams::default(), 3).unwrap();
    let mut peaks = 0;
    let mut rising = false;
    for ms in 0..600_000 {
        let rate = breathing.at_seconds(f64::from(ms) * 1e-3).rate.get();
        if rising && rate < 0.0 {
            peaks += 1;
        }
        if rate != 0.0 {
            rising = rate > 0.0;
        }
    }
    assert!(
        (114..=126).contains(&peaks),
        "{peaks} breaths in ten minutes"
    );
}

proptest! {
    #[test]
    fn the_rate_is_the_slope_of_the_lift(seconds in 0.1..20_000.0f64, seed in 0u64..50) {
        let made = Breathing::made(BreathingParams::default(), seed).unwrap();
        prop_assert!(rate_matches(&made, seconds, 1e-6));
        let lift = made.at_seconds(seconds).lift;
        prop_assert!(lift >= Metres::ZERO && lift <= made.highest());
    }

    #[test]
    fn a_recorded_trace_goes_through_its_samples_and_turns_at_its_end(i in 0usize..40) {
        let samples: Vec<(f64, f64)> = (0..41)
            .map(|k| (5.0 + 0.04 * k as f64, 0.002 * libm::sin(0.3 * k as f64)))
            .collect();
        let recorded = Breathing::recorded(&samples).unwrap();
        let time = samples[i].0 - 5.0;
        prop_assert!((recorded.at_seconds(time).lift.get() - samples[i].1).abs() < 1e-12);
        let mirrored = recorded.at_seconds(2.0 * 1.6 - time).lift.get();
        prop_assert!((mirrored - samples[i].1).abs() < 1e-12);
        prop_assert!(rate_matches(&recorded, time + 0.013, 1e-6));
    }
}

#[test]
fn a_trace_that_goes_back_in_time_is_refused_with_its_sample() {
    let refused = Breathing::recorded(&[(0.0, 0.0), (1.0, 0.1), (0.5, 0.0)]);
    assert!(matches!(
        refused,
        Err(BreathingError::BadSample { index: 2, .. })
    ));
}
