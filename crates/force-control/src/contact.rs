//! Which contact phase holds: decided from the felt force and from what is asked.

use quantities::Newtons;
use signals::{ContactPhase, Press};

/// Force that counts as touch: seven times the sensor's noise after filtering, so that noise alone is
/// never taken for skin (N).
const TOUCH_N: f64 = 0.8;
/// Force below which touch counts as lost (N).
const LOST_N: f64 = 0.3;
/// Consecutive cycles that a touch must last.
const TOUCH_CYCLES: u32 = 3;
/// Consecutive cycles for which the force must be near its set-point to be settled.
const SETTLED_CYCLES: u32 = 120;
/// Consecutive cycles without force before touch counts as lost.
const LOST_CYCLES: u32 = 60;

/// Walks the diagram of [`ContactPhase`].
#[derive(Clone, Copy, Debug, Default)]
pub struct ContactMachine {
    phase: ContactPhase,
    count: u32,
}

impl ContactMachine {
    /// The phase that holds now.
    #[must_use]
    pub const fn phase(&self) -> ContactPhase {
        self.phase
    }

    /// One cycle. `felt` is the force along the tool axis, `None` when not known: an unknown force never
    /// makes a phase advance toward more force, and never reads as "no contact". `goal` is the force
    /// that the law is steering to in this cycle.
    pub fn step(&mut self, press: &Press, felt: Option<Newtons>, goal: Newtons) -> ContactPhase {
        let holds = match (self.phase, felt) {
            (_, None) => false,
            (ContactPhase::Approaching, Some(f)) => f.get() > TOUCH_N,
            (ContactPhase::Touching, Some(f)) => {
                (f - goal).abs().get() < (0.1 * goal.get()).max(0.6)
            }
            (ContactPhase::Settled, Some(f)) => f.get() < LOST_N && goal.get() > 2.0 * LOST_N,
            (ContactPhase::Leaving | ContactPhase::Away, Some(f)) => f.get() < LOST_N,
        };
        self.count = if holds {
            self.count.saturating_add(1)
        } else {
            0
        };
        let next = self.next(press);
        if next != self.phase {
            self.phase = next;
            self.count = 0;
        }
        self.phase
    }

    /// Takes the phase of a blow, which decides for itself.
    pub const fn strike(&mut self, phase: ContactPhase) {
        self.phase = phase;
        self.count = 0;
    }

    fn next(&self, press: &Press) -> ContactPhase {
        use ContactPhase::{Approaching, Away, Leaving, Settled, Touching};
        let asked_to_touch = match press {
            Press::Free => false,
            Press::Seek { .. } | Press::Hold { .. } | Press::Tap { .. } => true,
        };
        match (self.phase, asked_to_touch) {
            (Away, false) => Away,
            (Away | Leaving, true) => Approaching,
            (Approaching, true) if self.count >= TOUCH_CYCLES => Touching,
            (Approaching, true) => Approaching,
            (Touching, true) if self.count >= SETTLED_CYCLES => Settled,
            (Touching, true) => Touching,
            (Settled, true) if self.count >= LOST_CYCLES => Approaching,
            (Settled, true) => Settled,
            (Approaching | Touching | Settled, false) => Leaving,
            (Leaving, false) if self.count >= TOUCH_CYCLES => Away,
            (Leaving, false) => Leaving,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quantities::{MetresPerSecond, NewtonsPerSecond, NewtonsPerSecondSquared};

    fn seek() -> Press {
        Press::Seek {
            force: Newtons::new(3.0),
            speed: MetresPerSecond::new(0.01),
        }
    }

    fn hold() -> Press {
        Press::Hold {
            force: Newtons::new(10.0),
            rate: NewtonsPerSecond::ZERO,
            bend: NewtonsPerSecondSquared::ZERO,
        }
    }

    fn run(machine: &mut ContactMachine, press: Press, felt: f64, goal: f64, cycles: u32) {
        for _ in 0..cycles {
            machine.step(&press, Some(Newtons::new(felt)), Newtons::new(goal));
        }
    }

    #[test]
    fn a_touch_settles_a_lost_touch_is_sought_again_and_a_lift_leads_away() {
        let mut machine = ContactMachine::default();
        run(&mut machine, seek(), 0.0, 3.0, 10);
        assert_eq!(machine.phase(), ContactPhase::Approaching);
        run(&mut machine, seek(), 1.5, 3.0, 4);
        assert_eq!(machine.phase(), ContactPhase::Touching);
        run(&mut machine, seek(), 3.1, 3.0, 130);
        assert_eq!(machine.phase(), ContactPhase::Settled);
        run(&mut machine, hold(), 0.0, 10.0, 70);
        assert_eq!(machine.phase(), ContactPhase::Approaching);
        run(&mut machine, Press::Free, 0.0, 0.0, 2);
        assert_eq!(machine.phase(), ContactPhase::Leaving);
        run(&mut machine, Press::Free, 0.0, 0.0, 5);
        assert_eq!(machine.phase(), ContactPhase::Away);
    }

    #[test]
    fn an_unknown_force_neither_settles_nor_leads_away() {
        let mut machine = ContactMachine::default();
        run(&mut machine, seek(), 1.5, 3.0, 8);
        for _ in 0..500 {
            machine.step(&hold(), None, Newtons::new(3.0));
        }
        assert_eq!(machine.phase(), ContactPhase::Touching);
        for _ in 0..500 {
            machine.step(&Press::Free, None, Newtons::ZERO);
        }
        assert_eq!(machine.phase(), ContactPhase::Leaving);
    }

    #[test]
    fn one_odd_sample_is_not_a_touch() {
        let mut machine = ContactMachine::default();
        run(&mut machine, seek(), 0.0, 3.0, 10);
        run(&mut machine, seek(), 9.0, 3.0, 2);
        run(&mut machine, seek(), 0.0, 3.0, 1);
        assert_eq!(machine.phase(), ContactPhase::Approaching);
    }
}
