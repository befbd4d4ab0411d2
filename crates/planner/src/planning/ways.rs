//! The ways between passes: the fixed shapes of free motion first, a search when none is clear.

use nalgebra::SVector;
use plan::Knot;

use super::Planner;
use crate::passage::{Laid, Passage};
use crate::reach::Route;
use crate::scene::Scene;
use crate::travel::detour::{Detour, End};

/// What a radian of travel from the present posture to the first one of a pass may cost in worth, tried
/// in turn. Chosen: a change of posture takes seconds and passes over the client.
const TRANSIT: [f64; 3] = [0.15, 0.5, 2.0];

/// Postures for a pass, and the way there.
pub(super) struct Held<const D: usize> {
    pub route: Route<D>,
    pub passage: Passage<D>,
    pub way: Vec<Knot<D>>,
    /// What the plan says about the way.
    pub note: Option<String>,
}

impl<const D: usize> Held<D> {
    /// Hovering over the first place of a pass that the arm can do.
    fn hover(&self) -> Option<SVector<f64, D>> {
        let first = self.passage.touch.first().map(|k| k.posture);
        first.filter(|_| self.passage.missed.is_empty() && self.route.hovers.is_empty())
    }
}

impl<const D: usize> Planner<'_, D> {
    /// Postures for a pass, and the way there. The best postures may lie in a branch to which no way is
    /// clear; then nearer ones are taken, then a way is searched for, and the best are taken after all
    /// when there is no clear way to any.
    pub(super) fn held(&self, laid: &Laid, scene: &Scene<'_, D>) -> Held<D> {
        let mut tried: Vec<Held<D>> = Vec::with_capacity(TRANSIT.len());
        for transit in TRANSIT {
            let held = self.held_at(laid, scene, transit);
            if scene.is_clear(&held.way) {
                return held;
            }
            tried.push(held);
        }
        let hovers: Vec<_> = tried.iter().map(Held::hover).collect();
        for (at, hover) in hovers.iter().enumerate() {
            // The same place again would be searched for in the same way.
            let is_new = !hovers.iter().take(at).any(|other| other == hover);
            let found = hover
                .as_ref()
                .filter(|_| is_new)
                .and_then(|hover| scene.detour(self.end(&self.present), over(hover)));
            if let Some(detour) = found {
                let mut held = tried.swap_remove(at);
                held.note = Some(told("the way to the first place", &detour));
                held.way = detour.knots;
                return held;
            }
        }
        let best = tried.into_iter().next();
        best.unwrap_or_else(|| self.held_at(laid, scene, 0.0))
    }

    fn held_at(&self, laid: &Laid, scene: &Scene<'_, D>, transit: f64) -> Held<D> {
        let route = scene.begin(laid, &self.present, transit);
        let passage = scene.pass(laid, &route);
        let mut held = Held {
            route,
            passage,
            way: Vec::new(),
            note: None,
        };
        if let Some(hover) = held.hover() {
            held.way = if self.resting {
                scene.between_rest_and(&self.present, &hover, false)
            } else {
                scene.hop(&self.present, &hover)
            };
        }
        held
    }

    /// The way to park, or another one when it is not clear and another is found.
    pub(super) fn clear_to_park(
        &mut self,
        scene: &Scene<'_, D>,
        from: &SVector<f64, D>,
        way: Vec<Knot<D>>,
    ) -> Vec<Knot<D>> {
        if scene.is_clear(&way) {
            return way;
        }
        let park = End {
            posture: &self.request.park,
            hovers: false,
        };
        match scene.detour(self.end(from), park) {
            Some(detour) => {
                self.note(vec![told("the way to park", &detour)]);
                detour.knots
            }
            None => way,
        }
    }

    /// Where the arm is now.
    fn end<'q>(&self, posture: &'q SVector<f64, D>) -> End<'q, D> {
        End {
            posture,
            hovers: !self.resting,
        }
    }
}

fn over<const D: usize>(hover: &SVector<f64, D>) -> End<'_, D> {
    End {
        posture: hover,
        hovers: true,
    }
}

fn told<const D: usize>(way: &str, detour: &Detour<D>) -> String {
    let turns = match detour.turns {
        0 => "straight through the joints".to_owned(),
        1 => "through 1 more posture".to_owned(),
        n => format!("through {n} more postures"),
    };
    format!("{way} goes round what is near, {turns}: the usual ways are not clear")
}
