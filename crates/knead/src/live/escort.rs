//! Accompanies a live session inside the loop: leads the arm in and out, asks the operator's leave at the
//! moments that matter, hands out records. Allocates nothing, waits for nothing.

use std::sync::Arc;

use control_cycle::Progress;
use plan::{Plan, SegmentKind};
use quantities::{Duration, Instant};
use realtime_runner::{Next, Outbox, PacedSession, Turn};
use safety_monitor::Vetted;
use serial_link::{Lead, SerialArm};
use signals::{Command, ContactPhase, Cycle, Reaction, Request, Sensed, ToolIndex};
use wire_format::{Message, Mode, ParameterId, ParameterWrite};

use super::archive::LiveRecord;
use super::events::{Ending, Event, Manner, passed};
use super::start::{Missing, StartGate};

mod ending;

/// The arm must be ready to be led within this time. A stall has the monitor slow for a second, and a computer that has
/// just started a session stalls more than once.
const READY_WITHIN: Duration = Duration::from_millis(15_000);
/// It holds still for so long first, so that zeros are taken (monitor and estimator need 0.4 s).
const STILL_FOR: Duration = Duration::from_millis(700);
/// Before the end of the first approach by this much of its phase the operator is asked (s).
const HOVER_BEFORE_S: f64 = 0.35;
/// The first touch has settled for so long when the operator is asked about it.
const TOUCH_FOR: Duration = Duration::from_millis(1500);
/// An answer about the first touch is waited for so long; then the session ends in good order.
const ANSWER_WITHIN: Duration = Duration::from_millis(20_000);
/// A latched stop is followed for so long: unloading and retracting take less than 2 s.
const AFTER_STOP: Duration = Duration::from_millis(3000);
/// After the end the arm is held for so long before the brakes come on.
const AFTERGLOW: Duration = Duration::from_millis(300);
/// The brakes must be on within this time.
const BRAKED_WITHIN: Duration = Duration::from_millis(1500);
/// Samples older than this: the link is lost. The monitor and the firmware have long since unloaded.
const LOST_AFTER: Duration = Duration::from_millis(250);
/// No skin for so long ends the session.
const NO_SKIN_FOR: Duration = Duration::from_millis(3000);

/// Where it stands.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Stage {
    Start {
        since: Instant,
    },
    Holding {
        since: Instant,
        quiet_since: Instant,
    },
    Led,
    Asked {
        since: Instant,
        at_touch: bool,
    },
    Ending {
        since: Instant,
        ending: Ending,
    },
    Braking {
        since: Instant,
        ending: Ending,
    },
}

/// The companion.
pub struct Escort<const D: usize> {
    plan: Arc<Plan<D>>,
    gate: StartGate<D>,
    manner: Manner,
    stage: Stage,
    records: Outbox<LiveRecord<D>>,
    events: Outbox<Event>,
    has_hovered: bool,
    has_touched: bool,
    touch_since: Option<Instant>,
    no_skin_since: Option<Instant>,
    step: Option<u16>,
    segment: Option<usize>,
    reaction: Reaction,
    asked_person: Option<usize>,
    wants_end: bool,
    turns: u64,
    every: u64,
    ended: Option<Ending>,
}

impl<const D: usize> Escort<D> {
    /// A companion at the start.
    #[must_use]
    pub fn new(
        plan: Arc<Plan<D>>,
        gate: StartGate<D>,
        manner: Manner,
        records: Outbox<LiveRecord<D>>,
        events: Outbox<Event>,
        period: Duration,
    ) -> Self {
        Self {
            plan,
            gate,
            manner,
            stage: Stage::Start {
                since: Instant::START,
            },
            records,
            events,
            has_hovered: manner == Manner::Alone,
            has_touched: manner == Manner::Alone,
            touch_since: None,
            no_skin_since: None,
            step: None,
            segment: None,
            reaction: Reaction::Go,
            asked_person: None,
            wants_end: false,
            turns: 0,
            every: (500_000_000 / period.nanos().max(1)).max(1),
            ended: None,
        }
    }

    /// How it ended; `None` while it runs, or when the loop was broken off.
    #[must_use]
    pub const fn ended(&self) -> Option<Ending> {
        self.ended
    }

    /// Records and events, to be emptied after the loop.
    pub fn flush(&mut self) -> bool {
        self.records.flush() == 0 && self.events.flush() == 0
    }

    /// Records that found no room.
    #[must_use]
    pub const fn dropped(&self) -> u64 {
        self.records.dropped()
    }

    /// One turn.
    pub fn accompany(
        &mut self,
        sensed: &Sensed<D>,
        cycle: &Cycle<D, Vetted<Command<D>>>,
        progress: &Progress,
        arm: &mut SerialArm<D>,
    ) -> Next {
        self.records.put(LiveRecord {
            sensed: *sensed,
            cycle: cycle.with_command(*cycle.command.get()),
            arm_ahead_ns: arm
                .host()
                .fit()
                .map(|fit| fit.theirs(sensed.at) as i64 - sensed.at.nanos() as i64),
            hold_end: progress.hold_end,
        });
        self.turns += 1;
        self.wants_end |= sensed.request == Request::End;
        self.tell(sensed.at, cycle, progress);
        self.judge_end(sensed, cycle, progress, arm);
        match self.stage {
            Stage::Start { .. } => {
                arm.lead(Lead::Hold);
                self.stage = Stage::Holding {
                    since: sensed.at,
                    quiet_since: sensed.at,
                };
                // The plan stands still until the arm is led.
                Next::Go(Request::Pause)
            }
            Stage::Holding { since, quiet_since } => {
                self.hold(sensed, cycle, arm, since, quiet_since)
            }
            Stage::Led => self.led(sensed, cycle, progress, arm),
            Stage::Asked { since, at_touch } => self.asked(sensed, since, at_touch),
            Stage::Ending { since, ending } => self.end(sensed, arm, since, ending),
            Stage::Braking { since, ending } => {
                let braked = arm.mode() == Some(Mode::Idle);
                let late = passed(sensed.at, since, BRAKED_WITHIN);
                if braked || late {
                    self.ended = Some(if braked {
                        ending
                    } else {
                        Ending::NotReady(Missing::Brakes)
                    });
                    return Next::End;
                }
                Next::Go(Request::None)
            }
        }
    }

    fn hold(
        &mut self,
        sensed: &Sensed<D>,
        cycle: &Cycle<D, Vetted<Command<D>>>,
        arm: &mut SerialArm<D>,
        since: Instant,
        quiet_since: Instant,
    ) -> Next {
        let positions = sensed.joints.value().map(|joints| joints.positions);
        let press = cycle.estimate.and_then(|e| e.contact.press());
        let missing = self
            .gate
            .missing(arm, positions.as_ref(), &cycle.verdict, press);
        match missing {
            None if passed(sensed.at, quiet_since, STILL_FOR) => {
                arm.lead(Lead::Follow);
                self.stage = Stage::Led;
                self.events.put(Event::Leading(sensed.at));
                return Next::Go(Request::Resume);
            }
            None => {}
            Some(missing) => {
                self.stage = Stage::Holding {
                    since,
                    quiet_since: sensed.at,
                };
                if passed(sensed.at, since, READY_WITHIN) {
                    self.begin_to_end(sensed.at, Ending::NotReady(missing));
                }
            }
        }
        Next::Go(Request::None)
    }

    fn led(
        &mut self,
        sensed: &Sensed<D>,
        cycle: &Cycle<D, Vetted<Command<D>>>,
        progress: &Progress,
        arm: &mut SerialArm<D>,
    ) -> Next {
        if !self.has_hovered && self.is_about_to_touch(progress) {
            self.has_hovered = true;
            return self.ask(sensed.at, Event::AskHover);
        }
        if !self.has_touched && self.touch_is_settled(sensed.at, cycle, progress) {
            self.has_touched = true;
            return self.ask(sensed.at, Event::AskTouch);
        }
        if progress.waiting_for_operator {
            return self.person(sensed, progress, arm);
        }
        Next::Go(Request::None)
    }

    fn ask(&mut self, now: Instant, event: Event) -> Next {
        self.events.put(event);
        self.stage = Stage::Asked {
            since: now,
            at_touch: event == Event::AskTouch,
        };
        Next::Go(Request::Pause)
    }

    /// Waits for an answer; a press is not held for ever while nobody answers.
    fn asked(&mut self, sensed: &Sensed<D>, since: Instant, at_touch: bool) -> Next {
        match sensed.request {
            Request::Resume | Request::Stop => self.stage = Stage::Led,
            Request::Skip => {
                self.stage = Stage::Led;
                return Next::Go(Request::Resume);
            }
            Request::None
            | Request::Pause
            | Request::Softer
            | Request::Firmer
            | Request::Confirm
            | Request::Reset
            | Request::End => {}
        }
        if at_touch && passed(sensed.at, since, ANSWER_WITHIN) && !self.wants_end {
            return Next::Go(Request::End);
        }
        Next::Go(Request::None)
    }

    fn kind(&self, segment: usize) -> Option<&SegmentKind> {
        self.plan.segments().get(segment).map(|s| &s.kind)
    }

    fn is_about_to_touch(&self, progress: &Progress) -> bool {
        let next = self.kind(progress.segment + 1);
        let here = self.plan.segments().get(progress.segment);
        let left = here.map_or(f64::INFINITY, |s| s.duration().get() - progress.phase_s);
        matches!(next, Some(SegmentKind::Touch)) && left < HOVER_BEFORE_S
    }

    fn touch_is_settled(
        &mut self,
        now: Instant,
        cycle: &Cycle<D, Vetted<Command<D>>>,
        progress: &Progress,
    ) -> bool {
        let worked = matches!(
            self.kind(progress.segment),
            Some(SegmentKind::Stroke | SegmentKind::Hold(_))
        );
        let settled = cycle
            .estimate
            .is_some_and(|e| e.phase == ContactPhase::Settled);
        if !(worked && settled) {
            self.touch_since = None;
            return false;
        }
        let since = *self.touch_since.get_or_insert(now);
        passed(now, since, TOUCH_FOR)
    }

    /// A person's step: asked once; alone, the coupling changes the tool and the step is confirmed.
    fn person(&mut self, sensed: &Sensed<D>, progress: &Progress, arm: &mut SerialArm<D>) -> Next {
        let Some(SegmentKind::Operator(step)) = self.kind(progress.segment) else {
            return Next::Go(Request::None);
        };
        let wanted: Option<ToolIndex> = step.change_to;
        let is_new = self.asked_person != Some(progress.segment);
        self.asked_person = Some(progress.segment);
        match self.manner {
            Manner::Asking => {
                if is_new {
                    self.events.put(Event::AskPerson(progress.segment as u32));
                }
                Next::Go(Request::None)
            }
            Manner::Alone => {
                let fitted = wanted.is_none() || wanted == sensed.tool;
                if fitted {
                    return Next::Go(Request::Confirm);
                }
                if let Some(tool) = wanted
                    && self.turns.is_multiple_of(self.every)
                {
                    let write = ParameterWrite {
                        id: ParameterId::Tool.code(),
                        value: f32::from(tool.0),
                    };
                    arm.say(Message::ParameterWrite(write), sensed.at);
                }
                Next::Go(Request::None)
            }
        }
    }

    fn tell(&mut self, now: Instant, cycle: &Cycle<D, Vetted<Command<D>>>, progress: &Progress) {
        if cycle.verdict.reaction != self.reaction {
            self.reaction = cycle.verdict.reaction;
            let cause = cycle.verdict.cause;
            self.events.put(Event::Reaction(self.reaction, cause));
        }
        if self.segment != Some(progress.segment) && self.stage == Stage::Led {
            self.segment = Some(progress.segment);
            self.events
                .put(Event::Segment(progress.segment as u32, now));
        }
        let step = self
            .plan
            .segments()
            .get(progress.segment)
            .map(|segment| segment.step);
        if let Some(step) = step.filter(|step| self.step != Some(*step))
            && self.stage == Stage::Led
        {
            self.step = Some(step);
            self.events.put(Event::Step(step));
        }
        if self.turns.is_multiple_of(self.every) {
            let whole = self.plan.segments().len().max(1);
            let share = progress.segment as f32 / whole as f32;
            self.events.put(Event::Progress(share));
        }
    }
}

impl<const D: usize> PacedSession<D, SerialArm<D>> for Escort<D> {
    fn after(&mut self, turn: &Turn<'_, D>, arm: &mut SerialArm<D>) -> Next {
        arm.judged(&turn.cycle.verdict, Some(turn.statistics.overruns.total()));
        self.accompany(turn.sensed, turn.cycle, turn.progress, arm)
    }
}
