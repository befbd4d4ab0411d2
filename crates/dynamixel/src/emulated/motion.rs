//! How the shaft of an emulated servo moves.

use quantities::{NewtonMetres, Radians, RadiansPerSecond, Seconds};

/// What a servo's own controller asks of its motor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Asked {
    /// Torque is off.
    Nothing,
    /// To be there, no faster than that.
    Position {
        /// Shaft angle.
        goal: Radians,
        /// Largest speed.
        top_speed: RadiansPerSecond,
        /// Largest torque, in the mode that has one.
        top_torque: Option<NewtonMetres>,
    },
    /// To turn so fast.
    Velocity(RadiansPerSecond),
    /// To press so hard.
    Torque(NewtonMetres),
}

/// State of a shaft. Angles count on over many turns; zero is where the servo reads zero pulses.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Shaft {
    /// Where it is.
    pub angle: Radians,
    /// How fast it turns.
    pub speed: RadiansPerSecond,
    /// What the motor gives.
    pub torque: NewtonMetres,
}

/// What moves the shafts: [`FirstOrder`], or an arm and what it touches.
pub trait Plant {
    /// The state of the shaft of servo number `servo` (in the order of the bus) after `step`.
    fn advance(&mut self, servo: usize, asked: Asked, shaft: Shaft, step: Seconds) -> Shaft;
}

/// Shafts without load whose speed follows with a lag: `lag · v̇ + v = wanted`. All figures are chosen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FirstOrder {
    /// Time in which a speed is taken up.
    pub lag: Seconds,
    /// Speed asked for by radian of distance to a position goal, 1/s.
    pub position_gain: f64,
    /// Torque that holds a radian per second, N·m·s.
    pub damping: f64,
}

impl Default for FirstOrder {
    fn default() -> Self {
        // The position loop has a damping ratio of √(1 / (4 · gain · lag)) = 0.79.
        Self {
            lag: Seconds::new(0.02),
            position_gain: 20.0,
            damping: 0.5,
        }
    }
}

impl Plant for FirstOrder {
    fn advance(&mut self, _servo: usize, asked: Asked, shaft: Shaft, step: Seconds) -> Shaft {
        let wanted = match asked {
            Asked::Nothing => 0.0,
            Asked::Position {
                goal,
                top_speed,
                top_torque,
            } => {
                // In this plant torque is damping times the wanted speed.
                let most = top_torque.map_or(f64::INFINITY, |most| most.get() / self.damping);
                let top = top_speed.get().abs().min(most.abs());
                ((goal - shaft.angle).get() * self.position_gain)
                    .max(-top)
                    .min(top)
            }
            Asked::Velocity(speed) => speed.get(),
            Asked::Torque(torque) => torque.get() / self.damping,
        };
        let dt = step.get();
        let share = dt / self.lag.get();
        let before = shaft.speed.get();
        let after = (before + share * wanted) / (1.0 + share);
        let rising = if dt > 0.0 { (after - before) / dt } else { 0.0 };
        let torque = match asked {
            Asked::Nothing => 0.0,
            Asked::Position { .. } | Asked::Velocity(_) | Asked::Torque(_) => {
                self.damping * (after + self.lag.get() * rising)
            }
        };
        Shaft {
            angle: shaft.angle + Radians::new(after * dt),
            speed: RadiansPerSecond::new(after),
            torque: NewtonMetres::new(torque),
        }
    }
}
