//! The headroom law: how fast the tool may still move inward so that neither delay nor inertia
//! carries it over the ceiling.
//!
//! `v ≤ (F_ceiling − F − margin) / (k_hi T + √(k_hi m))`: force goes on rising by `k v T` until the
//! loop answers, and braking a mass `m` that moves at `v` against a spring `k` adds `v √(k m)`.

use quantities::{Kilograms, MetresPerSecond, Newtons, NewtonsPerMetre, Seconds};

/// Kept free below the ceiling (chosen).
pub const HEADROOM_MARGIN: Newtons = Newtons::new(1.5);

/// Stiffness to count on where it is unknown or bony: the wall's figure for the back.
pub const STIFFNESS_WHERE_UNKNOWN: NewtonsPerMetre = NewtonsPerMetre::new(35_000.0);

/// Stiffness never counted on to be less than this, however soft the zone measured (chosen).
pub const STIFFNESS_FLOOR: NewtonsPerMetre = NewtonsPerMetre::new(2_000.0);

/// Highest inward speed relative to the skin. `stiffness` is the upper bound measured in the zone;
/// twice that is counted on. Zero when there is no headroom or an argument is not a usable number.
#[must_use]
pub fn headroom_speed(
    ceiling: Newtons,
    force: Newtons,
    stiffness: Option<NewtonsPerMetre>,
    delay: Seconds,
    effective_mass: Kilograms,
) -> MetresPerSecond {
    let counted_on = match stiffness {
        // A bound that is not a number is no bound.
        Some(bound) if bound >= NewtonsPerMetre::ZERO => (bound * 2.0).max(STIFFNESS_FLOOR),
        Some(_) | None => STIFFNESS_WHERE_UNKNOWN,
    };
    let k = counted_on.get();
    let room = (ceiling - force - HEADROOM_MARGIN).get();
    let newtons_per_speed = k * delay.get() + (k * effective_mass.get()).sqrt();
    let speed = room / newtons_per_speed;
    let usable = speed.is_finite()
        && newtons_per_speed > 0.0
        && delay.get() >= 0.0
        && effective_mass.get() > 0.0;
    MetresPerSecond::new(if usable { speed.max(0.0) } else { 0.0 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn four_kilograms_under_a_40_newton_ceiling_may_touch_at_about_70_millimetres_per_second() {
        let speed = headroom_speed(
            Newtons::new(40.0),
            Newtons::ZERO,
            None,
            Seconds::new(0.005),
            Kilograms::new(4.0),
        );
        assert!((speed.get() - 0.070).abs() < 0.001, "{speed}");
    }

    #[test]
    fn a_measured_stiffness_is_doubled_and_never_counted_under_two_newtons_per_millimetre() {
        let at = |k: Option<f64>| {
            headroom_speed(
                Newtons::new(40.0),
                Newtons::new(10.0),
                k.map(NewtonsPerMetre::new),
                Seconds::new(0.005),
                Kilograms::new(4.0),
            )
            .get()
        };
        assert!(at(Some(17_500.0)).to_bits() == at(None).to_bits());
        assert!(at(Some(10.0)).to_bits() == at(Some(1_000.0)).to_bits());
        assert!(at(Some(f64::NAN)).to_bits() == at(None).to_bits());
    }

    proptest! {
        /// Second route: integrate the delayed, then freely braking mass on a spring and look at the
        /// highest force.
        #[test]
        fn moving_at_the_law_s_speed_never_passes_the_ceiling(
            ceiling in 5.0..60.0f64, share in 0.0..0.9f64, k in 1_000.0..17_500.0f64,
            delay in 0.001..0.02f64, mass in 1.0..10.0f64,
        ) {
            let force = ceiling * share;
            let speed = headroom_speed(
                Newtons::new(ceiling), Newtons::new(force), Some(NewtonsPerMetre::new(k)),
                Seconds::new(delay), Kilograms::new(mass),
            ).get();
            let true_k = 2.0 * k; // as stiff as the law counts on
            let mut felt = force + true_k * speed * delay;
            // From here the drive pushes just enough to carry the load it had: the rest brakes.
            let (carried, mut v, dt) = (felt, speed, 1e-6);
            let mut steps = 0;
            while v > 0.0 && steps < 2_000_000 {
                v -= (felt - carried) / mass * dt;
                felt += true_k * v.max(0.0) * dt;
                steps += 1;
            }
            prop_assert!(felt <= ceiling + 0.01, "{felt} over {ceiling}");
        }

        #[test]
        fn no_argument_makes_it_negative_or_not_finite(
            a in any::<f64>(), b in any::<f64>(), k in any::<f64>(), t in any::<f64>(), m in any::<f64>()
        ) {
            let speed = headroom_speed(
                Newtons::new(a), Newtons::new(b), Some(NewtonsPerMetre::new(k)), Seconds::new(t), Kilograms::new(m),
            ).get();
            prop_assert!(speed.is_finite() && speed >= 0.0);
        }
    }
}
