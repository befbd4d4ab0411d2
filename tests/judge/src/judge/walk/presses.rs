//! Holds that may be left, blows, and slip: what is more than force against set-point.

use quantities::{LinearVelocity, Point};
use recorder::TruthRecord;

use super::{Seen, Walk};
use crate::attachments::SegmentFile;
use crate::blows::BlowSample;
use crate::bounds::SLIPS;
use crate::context::{Kind, planned_force};
use crate::judgement::LeftPlace;

/// By how much deeper the tool is put to see a stiffness (m).
const DEEPER: f64 = 1e-4;
/// Rise of the force after which the stiffness is looked at again (N).
const RISEN: f64 = 0.25;

/// A tracking sample of a hold that may yet be left.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pending {
    pub(super) planned: Option<f64>,
    pub(super) recorded: f64,
    pub(super) error: f64,
    pub(super) as_planned: bool,
}

/// The hold that runs now.
#[derive(Clone, Debug)]
pub(super) struct Holding {
    pub(super) segment: i32,
    pub(super) pending: Vec<Pending>,
    /// Highest force so far (N), and the stiffness of the elastic law there (N/m).
    most_n: f64,
    stiffness: f64,
    at_s: f64,
    place: Option<(f64, f64)>,
}

impl Walk<'_> {
    /// The walk enters another segment: a hold before it was either walked to its end or left.
    pub(super) fn changes_segment(&mut self, to: i32) {
        let Some(holding) = self.holding.take_if(|holding| holding.segment != to) else {
            return;
        };
        let segment = usize::try_from(holding.segment).unwrap_or(usize::MAX);
        let bone = self
            .inputs
            .segments
            .holds()
            .find(|(place, _)| *place == segment)
            .and_then(|(_, file)| file.hold?.bone_n_per_m);
        match bone {
            // An operator who skips leaves it too; that says nothing of bone.
            Some(bone) if to > holding.segment + 1 && !self.cut_short => {
                self.left.insert(segment);
                self.left.extend(self.inputs.segments.rest_of_pass(segment));
                self.judgement.left_for_bone.push(LeftPlace {
                    segment: u32::try_from(segment).unwrap_or(u32::MAX),
                    at_s: holding.at_s,
                    u_m: holding.place.map(|(u, _)| u),
                    v_m: holding.place.map(|(_, v)| v),
                    stiffness_n_per_mm: holding.stiffness * 1e-3,
                    bone_n_per_mm: bone * 1e-3,
                });
            }
            Some(_) | None => self.keep(holding),
        }
    }

    /// Counts the tracking samples of a hold that was not left.
    pub(super) fn keep(&mut self, holding: Holding) {
        let segment = usize::try_from(holding.segment).ok();
        let technique = segment
            .and_then(|wanted| {
                let mut holds = self.inputs.segments.holds();
                holds.find(|(place, _)| *place == wanted)
            })
            .map_or("", |(_, file)| file.technique.as_str());
        for sample in &holding.pending {
            self.count_tracking(technique, sample);
        }
    }

    pub(super) fn holds(&mut self, truth: &TruthRecord, seen: &Seen) {
        let segment = self.cycle.segment;
        let force = -seen.contact.on_tool.force.z();
        let risen = self
            .holding
            .as_ref()
            .is_none_or(|holding| force > holding.most_n + RISEN);
        let (stiffness, place) = if risen {
            (self.true_stiffness(truth, seen), self.place_on_back(seen))
        } else {
            (None, None)
        };
        let holding = self.holding.get_or_insert_with(|| Holding {
            segment,
            pending: Vec::new(),
            most_n: 0.0,
            stiffness: 0.0,
            at_s: 0.0,
            place: None,
        });
        if risen {
            holding.most_n = force;
            holding.stiffness = stiffness.unwrap_or(holding.stiffness);
            holding.at_s = truth.at_ns as f64 * 1e-9;
            holding.place = place;
        }
    }

    fn place_on_back(&self, seen: &Seen) -> Option<(f64, f64)> {
        let chart = self.inputs.world.back().chart();
        let (u, v) = chart.locate(&seen.table_from_tool.origin())?;
        Some((u.get(), v.get()))
    }

    /// Slope of the true law under the tool, at rest: how the force grows a tenth of a millimetre deeper.
    fn true_stiffness(&self, truth: &TruthRecord, seen: &Seen) -> Option<f64> {
        let face = self.inputs.faces.get(usize::from(truth.tool))?;
        let pose = seen.state.base_from_tool;
        let memory = sim::TissueMemory::from_numbers(&truth.tissue_memory)?;
        let at = |deeper: f64| {
            let place: Point<quantities::Base> = pose.transform(&Point::new(0.0, 0.0, deeper));
            let moved = quantities::Transform::new(place, pose.rotation());
            let breath = self.breath(truth);
            let still = quantities::Twist::zero();
            let world = &self.inputs.world;
            let contact = world.contact(&moved, &still, &face.pad, breath, &memory);
            -contact.on_tool.force.z()
        };
        Some((at(DEEPER) - at(0.0)) / DEEPER)
    }

    /// Blows, in a tap and at its end.
    pub(super) fn blows(&mut self, truth: &TruthRecord, seen: &Seen) {
        let axis = seen.state.base_from_tool.raw().rotation * nalgebra::Vector3::z();
        let table_axis = seen.table_from_tool.raw().rotation * nalgebra::Vector3::z();
        let origin = seen.table_from_tool.origin();
        let share = self.inputs.world.tissue().breath_share_at(&origin);
        let velocity: &LinearVelocity<_> = &seen.state.twist.linear;
        let inward = velocity.raw().dot(&axis) - share * truth.breath_m_per_s * table_axis.z;
        let inputs = self.inputs;
        let tap = match inputs.segments.get(&self.cycle) {
            Some((Kind::Tap, segment)) => Some(segment),
            Some(_) | None => None,
        };
        let sample = BlowSample {
            at_ns: truth.at_ns,
            is_in: seen.contact.deepest.is_some(),
            force: -seen.contact.on_tool.force.z(),
            inward,
            asked: tap.map_or(0.0, |segment| self.asked_peak(segment)),
        };
        match tap {
            Some(segment) => self.blows.sample(segment, sample),
            None => self.blows.elsewhere(sample),
        }
    }

    fn asked_peak(&self, segment: &SegmentFile) -> f64 {
        let recorded = f64::from(self.cycle.force_setpoint_n);
        let planned = planned_force(segment, f64::from(self.cycle.phase_s));
        match planned {
            Some(planned) if !self.force_was_changed => planned,
            Some(_) | None => recorded,
        }
    }

    /// Way over the body and way slipped, since the state before.
    pub(super) fn slip(&mut self, truth: &TruthRecord, seen: &Seen) {
        let slip = seen.contact.slip_speed().get();
        let axis = seen.state.base_from_tool.raw().rotation * nalgebra::Vector3::z();
        let velocity = seen.state.twist.linear.raw();
        let glide = (velocity - axis * velocity.dot(&axis)).norm();
        let stated = truth.tissue_memory.last().copied().unwrap_or(f64::NAN);
        let (first, slip_before, glide_before) = *self.slipped.get_or_insert((stated, slip, glide));
        self.slipped = Some((first, slip, glide));
        let dt = match &self.previous {
            Some(previous) => truth.at_ns.saturating_sub(previous.at_ns) as f64 * 1e-9,
            None => 0.0,
        };
        let (way, slipped) = (
            0.5 * (glide + glide_before) * dt,
            0.5 * (slip + slip_before) * dt,
        );
        self.recomputed_slip += slipped;
        self.judgement.slipped_m = stated - first;
        let (from, until) = SLIPS;
        let begins = !self.is_slipping && slip > from;
        self.is_slipping = if self.is_slipping {
            slip > until
        } else {
            begins
        };
        let inputs = self.inputs;
        match inputs.segments.get(&self.cycle) {
            Some((Kind::Stroke | Kind::Hold | Kind::Tap, segment)) if seen.contact.touches() => {
                self.techniques
                    .slip(&segment.technique, way, slipped, begins);
            }
            Some(_) | None => {}
        }
    }
}
