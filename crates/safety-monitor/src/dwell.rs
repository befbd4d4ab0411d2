//! How long one spot is pressed with more than half its ceiling.
//!
//! Anywhere a static press may last for the envelope's dwell. A trigger point is pressed for longer, with
//! rests and rising force; the monitor does not know the plan, so the session states at its start, once and
//! for all, where its trigger points are. There the press may last for longer, but its time is never
//! forgotten: all presses of the session on one point together have [`POINT_DWELL`].

use nalgebra::Vector3;
use quantities::{Base, Point, Table, Transform};

use crate::touch::TOUCH_BEGINS;

/// A press that moves no farther than this (m) is static.
const STATIC_WITHIN: f64 = 0.005;
/// Time of all presses above half the ceiling on one trigger point (s). The project's table of limits; chosen.
pub(crate) const POINT_DWELL: f64 = 90.0;
/// Dwell anywhere else that goes with it (s); a client's shorter one shortens both.
const USUAL_DWELL: f64 = 10.0;
/// A press counts as one on a trigger point this near to it across the tool axis (m): a thumb's radius.
const POINT_WITHIN: f64 = 0.010;
/// And along it: pressed in, breathing and the fit's error included (m).
const POINT_DEPTH: f64 = 0.040;

#[derive(Clone, Copy, Debug)]
struct TriggerPoint {
    /// In base axes (m).
    place: Vector3<f64>,
    /// Time pressed so far (s).
    pressed: f64,
}

/// Where the tool is, base axes: place (m), and its axis into the body.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Here {
    pub place: Vector3<f64>,
    pub axis: Vector3<f64>,
}

/// Memory of static presses.
#[derive(Clone, Debug)]
pub(crate) struct Dwell {
    period: f64,
    points: Vec<TriggerPoint>,
    pressed_at: Option<Vector3<f64>>,
    /// Time of the present static press (s).
    run: f64,
    /// Trigger point that is pressed.
    on: Option<usize>,
}

impl Dwell {
    pub fn new(
        period: f64,
        base_from_table: &Transform<Base, Table>,
        points: &[Point<Table>],
    ) -> Self {
        let point = |place: &Point<Table>| TriggerPoint {
            place: base_from_table.transform(place).raw().coords,
            pressed: 0.0,
        };
        Self {
            period,
            points: points.iter().map(point).collect(),
            pressed_at: None,
            run: 0.0,
            on: None,
        }
    }

    /// One cycle. `press` and `ceiling` in N; what is not known neither counts nor starts anew.
    pub fn look(&mut self, press: Option<f64>, ceiling: f64, here: Option<Here>) {
        let (Some(press), Some(here)) = (press, here) else {
            return;
        };
        let is_static = self
            .pressed_at
            .is_some_and(|spot| (here.place - spot).norm() <= STATIC_WITHIN);
        if press > 0.5 * ceiling && press > TOUCH_BEGINS && is_static {
            self.run += self.period;
            self.on = self.points.iter().position(|point| point.is_under(&here));
            if let Some(point) = self.on.and_then(|index| self.points.get_mut(index)) {
                point.pressed += self.period;
            }
        } else {
            self.run = 0.0;
            self.on = None;
            self.pressed_at = Some(here.place);
        }
    }

    /// Time that counts (s), and the most that it may be where `elsewhere` holds anywhere else.
    pub fn seen(&self, elsewhere: f64) -> (f64, f64) {
        match self.on.and_then(|index| self.points.get(index)) {
            // Who may be pressed for less anywhere may be for less here, in the same proportion.
            Some(point) => (
                point.pressed,
                POINT_DWELL * (elsewhere / USUAL_DWELL).clamp(0.0, 1.0),
            ),
            None => (self.run, elsewhere),
        }
    }
}

impl TriggerPoint {
    fn is_under(&self, here: &Here) -> bool {
        let away = self.place - here.place;
        let along = away.dot(&here.axis);
        let across = (away - here.axis * along).norm();
        across <= POINT_WITHIN && along.abs() <= POINT_DEPTH
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dwell() -> Dwell {
        Dwell::new(0.01, &Transform::identity(), &[Point::new(0.1, 0.05, 0.2)])
    }

    fn at(x: f64) -> Option<Here> {
        Some(Here {
            place: Vector3::new(x, 0.05, 0.195),
            axis: -Vector3::z(),
        })
    }

    /// Presses for so many seconds with 20 of 30 N.
    fn press(dwell: &mut Dwell, x: f64, seconds: f64) {
        (0..(seconds * 100.0) as usize).for_each(|_| dwell.look(Some(20.0), 30.0, at(x)));
    }

    #[test]
    fn elsewhere_one_press_has_the_usual_time_and_a_rest_begins_anew() {
        let mut dwell = dwell();
        press(&mut dwell, 0.2, 9.0);
        let (seen, allowed) = dwell.seen(10.0);
        assert!((seen - 9.0).abs() < 0.05 && (allowed - 10.0).abs() < 1e-12);
        dwell.look(Some(5.0), 30.0, at(0.2));
        assert!(dwell.seen(10.0).0 < 0.05);
    }

    #[test]
    fn on_a_stated_point_all_presses_together_have_ninety_seconds() {
        let mut dwell = dwell();
        for _ in 0..4 {
            press(&mut dwell, 0.105, 25.0);
            dwell.look(Some(5.0), 30.0, at(0.105));
        }
        press(&mut dwell, 0.105, 0.1);
        let (seen, allowed) = dwell.seen(10.0);
        assert!(
            seen > 99.0 && (allowed - POINT_DWELL).abs() < 1e-12,
            "{seen} s, {allowed} s"
        );
    }

    #[test]
    fn beside_a_stated_point_the_usual_time_holds() {
        let mut dwell = dwell();
        press(&mut dwell, 0.115, 12.0);
        let (seen, allowed) = dwell.seen(10.0);
        assert!(seen > 11.0 && (allowed - 10.0).abs() < 1e-12);
    }

    #[test]
    fn what_is_not_known_neither_counts_nor_starts_anew() {
        let mut dwell = dwell();
        press(&mut dwell, 0.2, 5.0);
        let before = dwell.seen(10.0).0;
        dwell.look(None, 30.0, at(0.2));
        dwell.look(Some(20.0), 30.0, None);
        assert!((dwell.seen(10.0).0 - before).abs() < 1e-12);
    }
}
