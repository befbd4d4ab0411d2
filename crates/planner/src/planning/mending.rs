//! What would mend a step that the arm cannot do: found by trying, never guessed.
//!
//! The base is moved a little along each axis, other tools and the other side are taken, and the step
//! is planned again by itself. Only what then meets no limit of the arm is named, and of what was in vain
//! only what was really tried.

use std::sync::Arc;

use nalgebra::{Isometry3, Translation3};
use quantities::Transform;

use super::Planner;
use crate::clearance::foot_has_room;
use crate::reach::Station;
use crate::rejection::{Rule, StepTag};
use crate::request::PlanRequest;
use crate::routine::{Routine, RoutineStep, Sides};

/// How far the base is moved (m). Chosen: what a person shifts without bolting anything anew.
const SHIFTS: [f64; 2] = [0.05, 0.10];
/// Directions in the table frame, in words.
const DIRECTIONS: [([f64; 3], &str); 6] = [
    ([1.0, 0.0, 0.0], "toward the client's head"),
    ([-1.0, 0.0, 0.0], "toward the client's feet"),
    ([0.0, 1.0, 0.0], "toward the client's left"),
    ([0.0, -1.0, 0.0], "toward the client's right"),
    ([0.0, 0.0, 1.0], "up"),
    ([0.0, 0.0, -1.0], "down"),
];
/// Steps of a routine for which remedies are tried, and places of each that a try must reach first.
const MOST_STEPS: usize = 3;
const MOST_PLACES: usize = 3;
/// Moves of the base that look good and are then planned, at most.
const MOST_MOVES: usize = 4;

/// One thing to try.
struct Try<const D: usize> {
    /// What it is: "50 mm up", "the thumb".
    name: String,
    /// What to do, once it has been planned.
    words: String,
    base_from_table: Transform<quantities::Base, quantities::Table>,
    step: RoutineStep,
}

/// What did not help, by name.
#[derive(Default)]
struct Vain {
    /// Planned, and refused.
    planned: Vec<String>,
    /// Moves of the base from which the missed places are not reached well.
    unreached: Vec<String>,
    /// Moves that leave the foot no room.
    no_room: Vec<String>,
}

impl core::fmt::Display for Vain {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let parts = [
            ("planning with ", &self.planned),
            ("not well reached with the base moved ", &self.unreached),
            ("no room for the foot with the base moved ", &self.no_room),
        ];
        let told = parts.iter().filter(|(_, names)| !names.is_empty());
        let told: Vec<String> = told
            .map(|(what, names)| format!("{what}{}", names.join(", ")))
            .collect();
        match told.is_empty() {
            true => Ok(()),
            false => write!(f, " (tried in vain: {})", told.join("; ")),
        }
    }
}

impl<const D: usize> Planner<'_, D> {
    /// Names what mends a step that the arm cannot do as it is, or says what was tried in vain.
    pub(super) fn mend(&mut self, step: &RoutineStep, tag: StepTag<'_>) {
        let places = self.unreached_places(tag.index);
        if self.trial || places.is_empty() || self.mended >= MOST_STEPS || D < 6 {
            return;
        }
        self.mended += 1;
        let mut vain = Vain::default();
        let mut ways = self.promising_moves(step, &places, &mut vain);
        ways.extend(self.other_ways(step));
        let mut found = None;
        for way in ways {
            if self.succeeds(&way) {
                found = Some(way);
                break;
            }
            vain.planned.push(way.name);
        }
        for violation in self.findings.about_posture(tag.index) {
            match &found {
                Some(way) => violation.remedy.clone_from(&way.words),
                None => violation.remedy.push_str(&vain.to_string()),
            }
        }
    }

    /// Places at which a step was refused for the arm's sake.
    fn unreached_places(&mut self, index: usize) -> Vec<(f64, f64)> {
        let mut places = Vec::new();
        for violation in self.findings.about_posture(index) {
            places.extend(violation.u_m.zip(violation.v_m));
            if let Some(stretch) = &violation.stretch {
                places.push((stretch.to_u_m, stretch.to_v_m));
            }
        }
        places.truncate(MOST_PLACES);
        places
    }

    /// Moves of the base from which the places are reached, short ones first, of equal ones the best.
    fn promising_moves(
        &self,
        step: &RoutineStep,
        places: &[(f64, f64)],
        vain: &mut Vain,
    ) -> Vec<Try<D>> {
        let mut moves = Vec::new();
        for shift in SHIFTS {
            let mut near: Vec<(f64, Try<D>)> = Vec::new();
            for ([x, y, z], direction) in DIRECTIONS {
                let moved = Translation3::new(x * shift, y * shift, z * shift);
                let table_from_base = moved * self.request.base_from_table.raw().inverse();
                let name = format!("{:.0} mm {direction}", shift * 1e3);
                if !self.foot_has_room(&table_from_base) {
                    vain.no_room.push(name);
                    continue;
                }
                let base_from_table: Isometry3<f64> = table_from_base.inverse();
                let way = Try {
                    words: format!("move the base {name}: from there the step can be planned"),
                    name: format!("the base {name}"),
                    base_from_table: Transform::from_raw(base_from_table),
                    step: step.clone(),
                };
                let worth = self.at_places(&way, places);
                if worth >= 0.0 {
                    near.push((worth, way));
                } else {
                    vain.unreached.push(name);
                }
            }
            near.sort_by(|a, b| b.0.total_cmp(&a.0));
            moves.extend(near.into_iter().map(|(_, way)| way));
        }
        moves.truncate(MOST_MOVES);
        moves
    }

    /// True when the arm's foot can stand on a base.
    fn foot_has_room(&self, table_from_base: &Isometry3<f64>) -> bool {
        let request = self.request;
        foot_has_room(
            request.capsules,
            request.back,
            &request.table,
            table_from_base,
        )
    }

    /// Other tools that suit the technique, and the other side of the body.
    fn other_ways(&self, step: &RoutineStep) -> Vec<Try<D>> {
        let mut ways = Vec::new();
        for (_, tool) in self.request.arms {
            if tool.name != step.tool() && self.unsuited(tool, step).is_none() {
                let mut other = step.clone();
                other.tools = vec![tool.name.clone()];
                ways.push(Try {
                    name: format!("the {}", tool.name),
                    words: format!("use the {}: with it the step can be planned", tool.name),
                    base_from_table: self.request.base_from_table,
                    step: other,
                });
            }
        }
        let (side, word) = match step.sides {
            Sides::Left => (Sides::Right, "right"),
            Sides::Right => (Sides::Left, "left"),
            Sides::Both => return ways,
        };
        let mut mirrored = step.clone();
        mirrored.sides = side;
        ways.push(Try {
            name: format!("the {word} side"),
            words: format!("work on the {word} side: there the step can be planned"),
            base_from_table: self.request.base_from_table,
            step: mirrored,
        });
        ways
    }

    /// Runs with a planner of the tried step alone.
    fn tried<R>(&self, way: &Try<D>, run: impl FnOnce(&mut Planner<'_, D>) -> R) -> R {
        let routine = Routine {
            name: self.request.routine.name.clone(),
            summary: String::new(),
            tempo_hz: self.request.routine.tempo_hz,
            steps: vec![way.step.clone()],
        };
        let request = PlanRequest {
            routine: &routine,
            base_from_table: way.base_from_table,
            ..*self.request
        };
        let (shapes, known) = (Arc::clone(&self.shapes), Arc::clone(&self.known));
        let mut planner = Planner::knowing(&request, shapes, known);
        planner.trial = true;
        run(&mut planner)
    }

    /// Worth of the worst place's best posture; negative when one is not reached well.
    fn at_places(&self, way: &Try<D>, places: &[(f64, f64)]) -> f64 {
        self.tried(way, |planner| {
            planner.begin_step(&way.step);
            let worth = planner.with_scene(&way.step, |_, scene, _| {
                let worths = places.iter().filter_map(|(u, v)| {
                    let station = Station {
                        base_from_tool: scene.in_base(&scene.ground.footing(*u, *v)?),
                        force: 0.0,
                        speed: 0.0,
                        rests: true,
                    };
                    Some(scene.reacher.best_at(&station, &scene.request.park))
                });
                worths.fold(1.0, f64::min)
            });
            worth.unwrap_or(f64::NEG_INFINITY)
        })
    }

    /// True when the step by itself is planned. Warm-up is the whole routine's business.
    fn succeeds(&self, way: &Try<D>) -> bool {
        self.tried(way, |planner| {
            planner.step(0);
            planner.go_park();
            planner.findings.holds_only(|rule| rule == Rule::WarmUp)
        })
    }
}
