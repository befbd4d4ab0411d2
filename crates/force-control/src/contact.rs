//! Which contact phase holds: decided from the felt force and from what is asked.

use quantities::Newtons;
use signals::{ContactPhase, Press};

/// Force that counts as touch: seven times the sensor's noise after filtering, so that noise alone is
/// never taken for skin (N).
const TOUCH_N: f64 = 0.8;
/// Force below which touch counts as lost (N).
const LOST_N: f64 = 0.3;
/// How long a touch must last (s), and how many samples of it there must be at the least.
const TOUCH_S: f64 = 0.003;
const TOUCH_SAMPLES: u32 = 2;
/// How long the force must be near its set-point to be settled (s).
const SETTLED_S: f64 = 0.12;
/// How long there must be no force before touch counts as lost (s).
const LOST_S: f64 = 0.06;
/// A force that has not been felt for longer proves nothing of before (s): what the monitor bears in contact.
pub const BLIND_S: f64 = 0.02;

/// Walks the diagram of [`ContactPhase`].
#[derive(Clone, Copy, Debug)]
pub struct ContactMachine {
    phase: ContactPhase,
    count: u32,
    unknown: u32,
    touch_cycles: u32,
    settled_cycles: u32,
    lost_cycles: u32,
    blind_cycles: u32,
}

impl ContactMachine {
    /// A machine in free space, for a loop of this period (s).
    #[must_use]
    pub fn new(period_s: f64) -> Self {
        let cycles = |seconds: f64| (seconds / period_s.max(1e-4)).round() as u32;
        Self {
            phase: ContactPhase::default(),
            count: 0,
            unknown: 0,
            touch_cycles: cycles(TOUCH_S).max(TOUCH_SAMPLES),
            settled_cycles: cycles(SETTLED_S),
            lost_cycles: cycles(LOST_S),
            blind_cycles: cycles(BLIND_S),
        }
    }

    /// The phase that holds now.
    #[must_use]
    pub const fn phase(&self) -> ContactPhase {
        self.phase
    }

    /// One cycle. `felt` is the force along the tool axis, `None` when not known: an unknown force never
    /// makes a phase advance, and never reads as "no contact"; what was counted before it stands for [`BLIND_S`]. `goal` is the force
    /// that the law is steering to in this cycle.
    pub fn step(&mut self, press: &Press, felt: Option<Newtons>, goal: Newtons) -> ContactPhase {
        match felt.map(|felt| self.holds(felt, goal)) {
            Some(true) => (self.count, self.unknown) = (self.count.saturating_add(1), 0),
            Some(false) => (self.count, self.unknown) = (0, 0),
            None => {
                self.unknown = self.unknown.saturating_add(1);
                if self.unknown > self.blind_cycles {
                    self.count = 0;
                }
            }
        }
        let next = self.next(press);
        if next != self.phase {
            self.phase = next;
            self.count = 0;
        }
        self.phase
    }

    /// Whether what is felt speaks for the next phase.
    fn holds(&self, felt: Newtons, goal: Newtons) -> bool {
        match self.phase {
            ContactPhase::Approaching => felt.get() > TOUCH_N,
            ContactPhase::Touching => (felt - goal).abs().get() < (0.1 * goal.get()).max(0.6),
            ContactPhase::Settled => felt.get() < LOST_N && goal.get() > 2.0 * LOST_N,
            ContactPhase::Leaving | ContactPhase::Away => felt.get() < LOST_N,
        }
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
            (Approaching, true) if self.count >= self.touch_cycles => Touching,
            (Approaching, true) => Approaching,
            (Touching, true) if self.count >= self.settled_cycles => Settled,
            (Touching, true) => Touching,
            (Settled, true) if self.count >= self.lost_cycles => Approaching,
            (Settled, true) => Settled,
            (Approaching | Touching | Settled, false) => Leaving,
            (Leaving, false) if self.count >= self.touch_cycles => Away,
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
        let mut machine = ContactMachine::new(1e-3);
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
        let mut machine = ContactMachine::new(1e-3);
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
    fn a_touch_settles_when_every_other_sample_is_missing() {
        let mut machine = ContactMachine::new(1e-3);
        run(&mut machine, seek(), 1.5, 3.0, 8);
        for cycle in 0..260 {
            let felt = (cycle % 2 == 0).then_some(Newtons::new(3.0));
            machine.step(&hold(), felt, Newtons::new(3.0));
        }
        assert_eq!(machine.phase(), ContactPhase::Settled);
    }

    #[test]
    fn one_odd_sample_is_not_a_touch() {
        let mut machine = ContactMachine::new(1e-3);
        run(&mut machine, seek(), 0.0, 3.0, 10);
        run(&mut machine, seek(), 9.0, 3.0, 2);
        run(&mut machine, seek(), 0.0, 3.0, 1);
        assert_eq!(machine.phase(), ContactPhase::Approaching);
    }
}
