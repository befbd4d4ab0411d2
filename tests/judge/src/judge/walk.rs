//! One sample after the other: recompute, compare, sum up.

mod presses;

use std::collections::BTreeSet;

use quantities::{
    Base, Instant, Metres, MetresPerSecond, Point, SquareMetres, Table, Tool, Transform,
};
use recorder::{CycleRecord, PoseRecord, TruthRecord};
use sim::{Breath, ContactResult, TissueMemory};

use super::dosing::Dosing;
use super::inputs::{Face, Inputs};
use crate::blows::Blows;
use crate::bounds::{KEEP_OUT_HALF_WIDTH, PERIOD_NS, ROUNDING, SETPOINT_AGREEMENT, STEP_AGREEMENT};
use crate::context::{Kind, Wanted, planned_force};
use crate::judgement::{Judgement, Worst};
use crate::pose::ToolState;
use crate::tally::{Sample, Techniques, Touching};
use presses::{Holding, Pending};

/// Numbers of requests and reactions in a cycle record.
pub(super) const SOFTER: u8 = 3;
const FIRMER: u8 = 4;
const SKIP: u8 = 5;
pub(super) const STOP: u8 = 6;
pub(super) const END: u8 = 9;
const SLOW: u8 = 2;
pub(super) const UNLOAD: u8 = 3;

/// Numbers of the drives in a cycle record.
const TORQUES: u8 = 0;
const VELOCITIES: u8 = 1;

/// The walk so far.
pub(super) struct Walk<'a> {
    inputs: &'a Inputs,
    judgement: Judgement,
    techniques: Techniques,
    touching: Touching,
    cycle: CycleRecord,
    previous: Option<TruthRecord>,
    first_ns: Option<u64>,
    place: Option<(u64, Transform<Table, Tool>)>,
    segments: BTreeSet<i32>,
    force_was_changed: bool,
    cut_short: bool,
    leaves: bool,
    dosing: Dosing,
    blows: Blows,
    holding: Option<Holding>,
    /// Segments that were left out, or left, for bone.
    left: BTreeSet<usize>,
    /// Way slipped as stated at the first state; slip and glide at the last one (m/s).
    slipped: Option<(f64, f64, f64)>,
    recomputed_slip: f64,
    is_slipping: bool,
}

/// A sample, recomputed.
struct Seen {
    state: ToolState,
    table_from_tool: Transform<Table, Tool>,
    contact: ContactResult,
}

impl<'a> Walk<'a> {
    pub(super) fn new(inputs: &'a Inputs) -> Self {
        Self {
            inputs,
            judgement: Judgement::default(),
            techniques: Techniques::default(),
            touching: Touching::default(),
            cycle: CycleRecord {
                segment: -1,
                ..CycleRecord::default()
            },
            previous: None,
            first_ns: None,
            place: None,
            segments: BTreeSet::new(),
            force_was_changed: false,
            cut_short: false,
            leaves: false,
            dosing: Dosing::new(inputs),
            blows: Blows::default(),
            holding: None,
            left: BTreeSet::new(),
            slipped: None,
            recomputed_slip: 0.0,
            is_slipping: false,
        }
    }

    /// The cycle that the following states belong to.
    pub(super) fn cycle(&mut self, cycle: CycleRecord) {
        let judgement = &mut self.judgement;
        if cycle.command.len() != self.inputs.joints {
            judgement.not_finite += 1;
        }
        let place = [cycle.phase_s, cycle.force_setpoint_n];
        judgement.not_finite += u64::from(!place.iter().all(|number| number.is_finite()));
        let limits = &self.inputs.limits;
        let (bounds, violations) = match cycle.drive {
            TORQUES => (&limits.torque, &mut judgement.torque_violations),
            VELOCITIES => (&limits.velocity, &mut judgement.told_speed_violations),
            _ => {
                judgement.not_finite += 1;
                (&limits.torque, &mut judgement.torque_violations)
            }
        };
        for (told, limit) in cycle.command.iter().zip(bounds) {
            let told = f64::from(*told);
            judgement.not_finite += u64::from(!told.is_finite());
            *violations += u64::from(told.abs() > limit * (1.0 + ROUNDING));
        }
        self.force_was_changed |= matches!(cycle.request, SOFTER | FIRMER);
        self.cut_short |= matches!(cycle.request, SKIP | STOP | END);
        self.leaves |= cycle.request == END;
        if cycle.reaction >= UNLOAD && judgement.stopped_at_s.is_none() {
            judgement.stopped_at_s = Some(cycle.at_ns as f64 * 1e-9);
        }
        self.segments.insert(cycle.segment);
        self.changes_segment(cycle.segment);
        self.cycle = cycle;
    }

    /// One state of the plant.
    pub(super) fn truth(&mut self, truth: TruthRecord) {
        self.judgement.samples += 1;
        self.first_ns.get_or_insert(truth.at_ns);
        self.motion(&truth);
        match self.recompute(&truth) {
            Some(seen) => self.weigh(&truth, &seen),
            None => self.judgement.not_finite += 1,
        }
        self.previous = Some(truth);
    }

    /// The pose that was stated for people, against the recomputed one of the same moment.
    pub(super) fn stated_pose(&mut self, pose: &PoseRecord) {
        let Some((at_ns, table_from_tool)) = self.place else {
            return;
        };
        if at_ns != pose.at_ns {
            return;
        }
        let [x, y, z] = pose.position;
        let off = table_from_tool
            .origin()
            .distance(&Point::new(x, y, z))
            .get()
            * 1e3;
        raise(&mut self.judgement.worst_pose_difference_mm, off);
    }

    /// Joint limits, and that the state moves as its velocities say.
    fn motion(&mut self, truth: &TruthRecord) {
        let limits = &self.inputs.limits;
        let judgement = &mut self.judgement;
        let bounds = limits.lower.iter().zip(&limits.upper).zip(&limits.velocity);
        let joints = truth.positions.iter().zip(&truth.velocities).zip(bounds);
        for ((position, speed), ((lower, upper), fastest)) in joints {
            let below = lower.is_some_and(|lower| *position < lower - ROUNDING);
            let above = upper.is_some_and(|upper| *position > upper + ROUNDING);
            judgement.joint_position_violations += u64::from(below || above);
            judgement.joint_speed_violations += u64::from(speed.abs() > fastest * (1.0 + ROUNDING));
        }
        let Some(previous) = &self.previous else {
            return;
        };
        let Some(span) = truth.at_ns.checked_sub(previous.at_ns) else {
            judgement.gaps += 1;
            return;
        };
        if span != PERIOD_NS {
            judgement.gaps += 1;
            return;
        }
        let half = 0.5 * span as f64 * 1e-9;
        let before = previous.positions.iter().zip(&previous.velocities);
        let now = truth.positions.iter().zip(&truth.velocities);
        let off = before.zip(now).any(|((q0, v0), (q1, v1))| {
            // Written so that NaN is off too.
            let agrees = (q1 - q0 - half * (v0 + v1)).abs() <= STEP_AGREEMENT;
            !agrees
        });
        judgement.inconsistent_steps += u64::from(off);
    }

    fn recompute(&mut self, truth: &TruthRecord) -> Option<Seen> {
        let inputs = self.inputs;
        let tool = usize::from(truth.tool);
        let state = inputs
            .route
            .tool(&truth.positions, &truth.velocities, tool)?;
        let face = inputs.faces.get(tool)?;
        let memory = TissueMemory::from_numbers(&truth.tissue_memory)?;
        let breath = self.breath(truth);
        let expected = inputs
            .world
            .breathing()
            .at(Instant::from_nanos(truth.at_ns));
        let off = (expected.lift - breath.lift).get().abs() * 1e3;
        raise(&mut self.judgement.worst_breath_difference_mm, off);
        let contact = inputs.world.contact(
            &state.base_from_tool,
            &state.twist,
            &face.pad,
            breath,
            &memory,
        );
        let table_from_base: Transform<Table, Base> = inputs.world.base_from_table().inverse();
        let table_from_tool = table_from_base * state.base_from_tool;
        self.place = Some((truth.at_ns, table_from_tool));
        contact.on_tool.is_finite().then_some(Seen {
            state,
            table_from_tool,
            contact,
        })
    }

    const fn breath(&self, truth: &TruthRecord) -> Breath {
        Breath {
            lift: Metres::new(truth.breath_m),
            rate: MetresPerSecond::new(truth.breath_m_per_s),
        }
    }

    fn weigh(&mut self, truth: &TruthRecord, seen: &Seen) {
        let recomputed = seen.contact.on_tool.stacked();
        for (stated, recomputed) in truth.contact_wrench.iter().zip(recomputed.iter()) {
            let off = (f64::from(*stated) - recomputed).abs();
            raise(&mut self.judgement.worst_wrench_difference_n, off);
        }
        let moment = (truth.at_ns, usize::from(truth.tool));
        let world = &self.inputs.world;
        self.dosing
            .state(world, moment, &seen.table_from_tool, &seen.contact);
        let speed = seen.state.twist.linear.norm() * 1e3;
        let touches = seen.contact.contact_area > SquareMetres::ZERO;
        if touches {
            raise(&mut self.judgement.max_contact_speed_mm_per_s, speed);
            self.weigh_contact(truth, seen);
        } else {
            raise(&mut self.judgement.max_free_speed_mm_per_s, speed);
        }
        self.slip(truth, seen);
        self.blows(truth, seen);
        self.track(truth, seen, touches);
    }

    /// Ceilings and clearance of a sample that touches.
    fn weigh_contact(&mut self, truth: &TruthRecord, seen: &Seen) {
        let inputs = self.inputs;
        let Some(face) = inputs.faces.get(usize::from(truth.tool)) else {
            return;
        };
        let force = seen.contact.on_tool.force;
        let pressed = -force.z();
        let pressure = seen.contact.peak_pressure.get();
        let clearance = inputs.spine.clearance(&seen.table_from_tool, &face.points);
        let judgement = &mut self.judgement;
        judgement.contact_samples += 1;
        raise(&mut judgement.max_force_n, pressed);
        raise(&mut judgement.peak_pressure_kpa, pressure * 1e-3);
        let least = judgement.min_clearance_mm.unwrap_or(f64::INFINITY);
        judgement.min_clearance_mm = Some(least.min(clearance * 1e3));
        judgement.keep_out_violations += u64::from(clearance < KEEP_OUT_HALF_WIDTH);
        let along = (force.x() * force.x() + force.y() * force.y()).sqrt();
        let allowed = inputs.ceilings.tangential(pressed);
        judgement.tangential_violations += u64::from(along > allowed);
        match inputs.segments.get(&self.cycle) {
            Some((kind, segment)) if kind.touches() => {
                self.techniques
                    .touch(&segment.technique, pressed, pressure, clearance);
            }
            Some(_) | None => self.judgement.stray_contact_samples += 1,
        }
        self.weigh_ceilings(truth.at_ns, seen, face);
    }

    /// Each tip presses at its own place, with its own area.
    fn weigh_ceilings(&mut self, at_ns: u64, seen: &Seen, face: &Face) {
        let back = self.inputs.world.back();
        for (y, force) in face.tips.iter().zip(&seen.contact.force_by_tip) {
            let pressed = -force.z();
            if pressed <= 0.0 {
                continue;
            }
            let centre = seen.table_from_tool.transform(&Point::new(0.0, *y, 0.0));
            let place = back.chart().locate(&centre);
            let zone = place.map_or(anatomy::Zone::NoContact, |(u, v)| back.zone_at(u, v));
            let by_zone = self.inputs.ceilings.force(zone, face.tip_area);
            let limit = by_zone.min(face.tip_rating);
            self.judgement.ceiling_violations += u64::from(pressed > limit);
            let worse = self
                .judgement
                .worst_ceiling
                .as_ref()
                .is_none_or(|worst| pressed - limit > worst.value_n - worst.limit_n);
            if worse {
                self.judgement.worst_ceiling = Some(Worst {
                    value_n: pressed,
                    limit_n: limit,
                    at_s: at_ns as f64 * 1e-9,
                    zone: zone.word().to_owned(),
                    u_m: place.map(|(u, _)| u.get()),
                    v_m: place.map(|(_, v)| v.get()),
                });
            }
        }
    }

    /// Force against set-point.
    fn track(&mut self, truth: &TruthRecord, seen: &Seen, touches: bool) {
        // Who is told to end leaves the skin from there, as in a lift: nothing is asked for any more.
        if self.judgement.stopped_at_s.is_some() || self.leaves {
            return;
        }
        let force = -seen.contact.on_tool.force.z();
        let inputs = self.inputs;
        let Some((kind, segment)) = inputs.segments.get(&self.cycle) else {
            return;
        };
        let in_touch = match kind {
            Kind::Touch => true,
            Kind::Stroke => false,
            Kind::Hold => {
                self.holds(truth, seen);
                false
            }
            Kind::Lift => return,
            // Blows leave the skin on purpose; a touch after them is a first one again.
            Kind::Tap | Kind::Approach | Kind::Transit | Kind::Operator => {
                return self.touching.in_the_air();
            }
        };
        let recorded = f64::from(self.cycle.force_setpoint_n);
        let planned = if in_touch {
            segment.force_n.last().copied()
        } else {
            planned_force(segment, f64::from(self.cycle.phase_s))
        };
        // A Slow halves the ceiling and the pace: where what was asked for still is the plan's, the plan is the word for it.
        let is_lowered = self.cycle.reaction >= SLOW
            && planned.is_none_or(|force| (force - recorded).abs() > SETPOINT_AGREEMENT);
        let as_planned = !self.force_was_changed && !is_lowered;
        let wanted = match planned {
            Some(planned) if as_planned => Wanted::Plan(planned),
            Some(_) | None => Wanted::Cycle(recorded),
        };
        self.touching.sample(Sample {
            at_ns: truth.at_ns,
            segment: segment.index,
            in_touch,
            touches,
            force,
            target: wanted.force(),
        });
        if in_touch || !self.touching.is_settled(truth.at_ns) {
            return;
        }
        let sample = Pending {
            planned,
            recorded,
            error: force - wanted.force(),
            as_planned,
        };
        match &mut self.holding {
            Some(holding) => holding.pending.push(sample),
            None => self.count_tracking(&segment.technique, &sample),
        }
    }

    fn count_tracking(&mut self, technique: &str, sample: &Pending) {
        if !self.force_was_changed && sample.planned.is_some() && !sample.as_planned {
            self.judgement.setpoints_while_slow += 1;
        }
        match sample.planned {
            Some(planned) if sample.as_planned => {
                self.judgement.setpoints_from_plan += 1;
                let off = (planned - sample.recorded).abs();
                raise(&mut self.judgement.worst_setpoint_difference_n, off);
            }
            Some(_) | None => self.judgement.setpoints_from_cycle += 1,
        }
        self.techniques.track(technique, sample.error);
    }

    /// The figures; `None` when there was no state at all.
    pub(super) fn finish(mut self) -> Option<(Judgement, BTreeSet<usize>)> {
        if self.judgement.stopped_at_s.is_none() && !self.cut_short {
            // A hold that nothing came after was left, if it may be.
            self.changes_segment(i32::MAX);
        }
        if let Some(holding) = self.holding.take() {
            self.keep(holding);
        }
        self.judgement.slip_difference_m = (self.judgement.slipped_m - self.recomputed_slip).abs();
        let (first, last) = (self.first_ns?, self.previous?.at_ns);
        self.dosing.finish(self.inputs, &mut self.judgement);
        let all = (0..self.inputs.segments.len())
            .filter(|index| !self.left.contains(index))
            .all(|index| i32::try_from(index).is_ok_and(|index| self.segments.contains(&index)));
        let cut_short = self.cut_short;
        let judgement = Judgement {
            duration_s: last.saturating_sub(first) as f64 * 1e-9,
            techniques: self.techniques.figures(),
            touches: self.touching.into_touches(),
            blows: self.blows.into_series(),
            cut_short,
            completed: all || cut_short,
            ..self.judgement
        };
        Some((judgement, self.left))
    }
}

/// Keeps the larger. A difference that is not a number is as large as can be.
fn raise(worst: &mut f64, seen: f64) {
    *worst = if seen.is_nan() {
        f64::INFINITY
    } else {
        worst.max(seen)
    };
}
