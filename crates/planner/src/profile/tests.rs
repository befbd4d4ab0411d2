use proptest::prelude::*;

use super::*;

fn shaped(asked: &[f64], meant: &[f64], allowed: &[f64], ends: (f64, f64)) -> Vec<f64> {
    Ramp::of(asked, meant, ends).shaped(asked, meant, allowed, ends)
}

#[test]
fn a_stroke_rises_from_touch_to_its_force_and_falls_back() {
    let asked = vec![18.0; 500];
    let meant = vec![18.0; 500];
    let force = shaped(&asked, &meant, &meant, (3.0, 3.0));
    assert!(
        (force[0] - 3.0).abs() < 1e-12 && (force[499] - 3.0).abs() < 1e-12,
        "{:?}",
        (force[0], force[499])
    );
    assert!((force[81] - 18.0).abs() < 1e-9 && (force[250] - 18.0).abs() < 1e-9);
    let steepest = force
        .windows(2)
        .map(|w| (w[1] - w[0]).abs())
        .fold(0.0, f64::max);
    assert!(steepest / KNOT_SPACING < 15.0 / 0.45, "{steepest}");
}

proptest! {
    #[test]
    fn a_stroke_that_rests_as_told_leads_from_end_to_end_gently_under_any_ceiling(
        ends in (0.5..60.0f64, 0.5..60.0f64), asked in 0.5..60.0f64, far in 0.0..60.0f64,
        knots in 1usize..300, edges in (0.0..1.0f64, 0.0..1.0f64),
    ) {
        // A ceiling that is lower between two edges, never at the ends.
        let open = ends.0.max(ends.1).max(asked);
        let last = knots - 1;
        let lower = |i: usize| {
            let place = i as f64 / last.max(1) as f64;
            i > 0 && i < last && place > edges.0 && place < edges.1
        };
        let allowed: Vec<f64> = (0..knots).map(|i| if lower(i) { far.min(open) } else { open }).collect();
        let asked = vec![asked; knots];
        let ramp = Ramp::of(&asked, &allowed, ends);
        let (head, tail) = ramp.rests(&allowed, ends);
        let rest = |part: Vec<f64>| [vec![part[0]; head], part.clone(), vec![part[last]; tail]].concat();
        let (asked, allowed) = (rest(asked), rest(allowed));
        let force = ramp.shaped(&asked, &allowed, &allowed, ends);
        let last = force.len() - 1;
        prop_assert!(last == 0 || (force[0] - ends.0).abs() < 1e-9 && (force[last] - ends.1).abs() < 1e-9);
        let steepest = force.windows(2).map(|w| (w[1] - w[0]).abs() / KNOT_SPACING).fold(0.0, f64::max);
        prop_assert!(steepest <= LEADING, "{steepest} N/s over {} knots", force.len());
        prop_assert!(head + tail < 4 * (ramp.reach() + 1), "{head} {tail}");
    }
}

#[test]
fn the_firmer_leg_keeps_its_force_over_its_whole_length() {
    let asked: Vec<f64> = (0..600)
        .map(|i| if (200..400).contains(&i) { 16.0 } else { 10.0 })
        .collect();
    let meant = vec![16.0; 600];
    let force = shaped(&asked, &meant, &meant, (3.0, 3.0));
    assert!(force[200..400].iter().all(|f| (f - 16.0).abs() < 1e-9));
    assert!((force[119] - 10.0).abs() < 1e-9);
}

#[test]
fn the_running_extreme_is_that_of_the_slow_way() {
    let values: Vec<f64> = (0..97).map(|i| f64::from((i * 37) % 61)).collect();
    for half in [0, 1, 5, 48, 200] {
        let slow: Vec<f64> = (0..97usize)
            .map(|i| {
                let range = i.saturating_sub(half)..(i + half + 1).min(97);
                values[range].iter().copied().fold(f64::MAX, f64::min)
            })
            .collect();
        assert_eq!(extreme(&values, half, f64::min), slow, "half width {half}");
    }
}

proptest! {
    #[test]
    fn the_force_never_exceeds_what_is_allowed_and_has_no_step(
        legs in prop::collection::vec((2.0..35.0f64, 5.0..37.0f64, 1usize..200), 1..8),
    ) {
        let (mut asked, mut allowed) = (vec![], vec![]);
        for (a, b, n) in legs {
            asked.extend(vec![a; n]);
            allowed.extend(vec![b; n]);
        }
        let force = shaped(&asked, &allowed, &allowed, (3.0, 3.0));
        prop_assert_eq!(force.len(), asked.len());
        prop_assert!(force.iter().zip(&allowed).all(|(f, a)| *f <= a + 1e-12 && *f >= 0.0));
        // The whole span of forces within half a window at most.
        prop_assert!(force.windows(2).all(|w| (w[1] - w[0]).abs() <= 35.0 / (2 * HALF_A + 1) as f64 + 1e-9));
    }
}
