//! How an escorted session ends: why, what is done about it, and when it is over.

use control_cycle::Progress;
use quantities::Instant;
use realtime_runner::Next;
use safety_monitor::Vetted;
use serial_link::{Lead, SerialArm};
use signals::{Command, Cycle, Request, Sensed};
use wire_format::{Mode, StopCause};

use super::{AFTER_STOP, AFTERGLOW, Escort, LOST_AFTER, NO_SKIN_FOR, Stage};
use crate::live::events::{Ending, Event, passed};

impl<const D: usize> Escort<D> {
    pub(super) fn begin_to_end(&mut self, now: Instant, ending: Ending) {
        let replaces = match (self.stage, ending) {
            (
                Stage::Ending { ending: old, .. } | Stage::Braking { ending: old, .. },
                Ending::Firmware(_) | Ending::LinkLost,
            ) => matches!(old, Ending::Completed | Ending::Ended),
            (Stage::Ending { .. } | Stage::Braking { .. }, _) => false,
            (Stage::Start { .. } | Stage::Holding { .. } | Stage::Led | Stage::Asked { .. }, _) => {
                true
            }
        };
        if replaces {
            self.events.put(Event::Ending(ending));
            self.stage = Stage::Ending { since: now, ending };
        }
    }

    /// Whether it is over, and why. The first reason stands, but no good end outlives a lost arm.
    pub(super) fn judge_end(
        &mut self,
        sensed: &Sensed<D>,
        cycle: &Cycle<D, Vetted<Command<D>>>,
        progress: &Progress,
        arm: &SerialArm<D>,
    ) {
        let now = sensed.at;
        let lost = match sensed.joints.age(now) {
            Some(age) => age > LOST_AFTER,
            None => false,
        };
        self.no_skin_since = match (progress.no_skin, self.no_skin_since) {
            (false, _) => None,
            (true, since) => since.or(Some(now)),
        };
        let is_led = matches!(self.stage, Stage::Led | Stage::Asked { .. });
        let own_stop = matches!(
            arm.mode(),
            Some(Mode::Unloading | Mode::Stopped | Mode::Fault)
        );
        let ending = if lost {
            Some(Ending::LinkLost)
        } else if own_stop {
            Some(Ending::Firmware(
                arm.remarks().fault.map(|fault| fault.class),
            ))
        } else if cycle.verdict.is_latched() && (is_led || sensed.request == Request::Stop) {
            Some(Ending::SafetyStop(cycle.verdict.cause))
        } else if progress.finished && is_led {
            Some(if self.wants_end {
                Ending::Ended
            } else {
                Ending::Completed
            })
        } else if self.wants_end && !is_led {
            Some(Ending::Ended)
        } else if self
            .no_skin_since
            .is_some_and(|since| passed(now, since, NO_SKIN_FOR))
        {
            Some(Ending::NoSkin)
        } else {
            None
        };
        if let Some(ending) = ending {
            self.begin_to_end(now, ending);
        }
    }

    pub(super) fn end(
        &mut self,
        sensed: &Sensed<D>,
        arm: &mut SerialArm<D>,
        since: Instant,
        ending: Ending,
    ) -> Next {
        let now = sensed.at;
        match ending {
            Ending::Completed | Ending::Ended | Ending::NotReady(_) => {
                if passed(now, since, AFTERGLOW) {
                    // Through a hold: the firmware takes brakes for good only from there.
                    arm.lead(Lead::Hold);
                    if arm.mode() != Some(Mode::Following) {
                        arm.lead(Lead::Idle);
                        self.stage = Stage::Braking { since: now, ending };
                    }
                }
            }
            Ending::SafetyStop(_) | Ending::NoSkin => {
                if passed(now, since, AFTER_STOP) {
                    let cause = StopCause::Monitor;
                    // The other end may be gone: then it has stopped by itself.
                    let _ = arm.stop(cause, now);
                    self.ended = Some(ending);
                    return Next::End;
                }
                if ending == Ending::NoSkin && now == since {
                    return Next::Go(Request::Stop);
                }
            }
            Ending::Firmware(_) | Ending::LinkLost => {
                if passed(now, since, AFTERGLOW) {
                    self.ended = Some(ending);
                    return Next::End;
                }
            }
        }
        Next::Go(Request::None)
    }
}
