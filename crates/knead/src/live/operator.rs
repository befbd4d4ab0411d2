//! The operator's desk: keys become requests, events become words.

use std::io::Write as _;

use plan::{Plan, SegmentKind};
use quantities::Instant;
use realtime_runner::{Inbox, RequestSender};
use signals::{Reaction, Request};

use super::events::{Ending, Event};
use super::keys::{Key, Keys};
use crate::session::words::{cause_word, reaction_word, segment_word};

/// What can be typed while the arm moves.
const KEYS: &str =
    "keys: p pause, r resume, + firmer, - softer, n next step, e end and park, s stop at once";

/// Words to the operator; a terminal that is gone is no reason to stop talking to the arm.
pub struct Talk {
    json: bool,
}

impl Talk {
    /// Talk in words, or as one JSON object a line.
    #[must_use]
    pub const fn new(json: bool) -> Self {
        Self { json }
    }

    /// Says a line: `word` for machines, `text` for people.
    pub fn say(&self, word: &str, text: &str) {
        let mut stderr = std::io::stderr().lock();
        let _ = if self.json {
            let line = serde_json::json!({"event": word, "text": text});
            writeln!(stderr, "{line}")
        } else {
            writeln!(stderr, "{text}")
        };
    }
}

impl Talk {
    /// Says a line with the session's time at which it became true.
    pub fn say_at(&self, word: &str, text: &str, at: Instant) {
        if !self.json {
            return self.say(word, text);
        }
        let line = serde_json::json!({
            "event": word,
            "text": text,
            "at_s": at.nanos() as f64 * 1e-9,
        });
        let _ = writeln!(std::io::stderr().lock(), "{line}");
    }
}

/// What the operator was asked last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Question {
    None,
    Hover,
    Touch,
    Person,
}

/// The desk.
pub struct Desk<'a, const D: usize> {
    plan: &'a Plan<D>,
    talk: &'a Talk,
    requests: RequestSender,
    question: Question,
    is_led: bool,
    share: f32,
    told_share: f32,
}

impl<'a, const D: usize> Desk<'a, D> {
    /// A desk at the start of a plan.
    #[must_use]
    pub const fn new(plan: &'a Plan<D>, talk: &'a Talk, requests: RequestSender) -> Self {
        Self {
            plan,
            talk,
            requests,
            question: Question::None,
            is_led: false,
            share: 0.0,
            told_share: 0.0,
        }
    }

    /// Sits at the desk until `is_over`.
    pub fn sit(
        &mut self,
        keys: &mut Keys,
        events: &mut Inbox<Event>,
        mut is_over: impl FnMut() -> bool,
    ) {
        loop {
            while let Some(event) = events.take() {
                self.tell(event.record);
            }
            if is_over() {
                return;
            }
            if let Some(key) = keys.wait(20) {
                self.heed(key, keys);
            }
        }
    }

    fn ask(&mut self, request: Request) {
        if let Err(full) = self.requests.ask(request) {
            self.talk.say("busy", &full.to_string());
        }
    }

    fn heed(&mut self, key: Key, keys: &mut Keys) {
        let ends = matches!(
            key,
            Key::End | Key::Letter(b's' | b'S' | b'e' | b'E' | b'q' | b'Q' | 27)
        );
        if !self.is_led && !ends {
            return self
                .talk
                .say("not_led", "the arm is not led yet: e ends, s stops");
        }
        match key {
            Key::End => self.end(keys),
            Key::Enter => self.answer(None),
            Key::Letter(letter) => match letter.to_ascii_lowercase() {
                b'p' | b' ' => self.steer(Request::Pause),
                b'r' => self.steer(Request::Resume),
                b'+' | b'f' => self.answer(Some(Request::Firmer)),
                b'-' => self.answer(Some(Request::Softer)),
                b'n' => self.steer(Request::Skip),
                b'e' | b'q' => self.end(keys),
                b's' | 27 => self.ask(Request::Stop),
                _ => self.talk.say("keys", KEYS),
            },
        }
    }

    /// A word of the operator's own: what was asked about touch or hover is no question any more.
    fn steer(&mut self, request: Request) {
        match self.question {
            Question::Hover | Question::Touch => self.question = Question::None,
            Question::None | Question::Person => {}
        }
        self.ask(request);
    }

    /// The first asks for a good end; whoever asks again, on whichever way, wants it at once.
    fn end(&mut self, keys: &mut Keys) {
        if keys.count_end() == 1 {
            self.talk
                .say("ending", "ending: off the skin, then to the park posture");
            self.ask(Request::End);
        } else {
            self.talk.say("stopping", "stopping at once");
            self.ask(Request::Stop);
        }
    }

    fn answer(&mut self, wish: Option<Request>) {
        let question = std::mem::replace(&mut self.question, Question::None);
        if question == Question::Hover && wish.is_some() {
            // Softer or firmer is no leave to touch.
            self.question = Question::Hover;
            return self.talk.say("ask_hover", "Enter: it touches; e: it parks");
        }
        if let Some(wish) = wish {
            self.ask(wish);
        }
        match (question, wish) {
            (Question::Hover | Question::Touch, _) => self.ask(Request::Resume),
            (Question::Person, None) => self.ask(Request::Confirm),
            (Question::Person, Some(_)) => self.question = Question::Person,
            (Question::None, None) => self.talk.say("keys", KEYS),
            (Question::None, Some(_)) => {}
        }
    }

    fn tell(&mut self, event: Event) {
        match event {
            Event::Leading(at) => {
                self.is_led = true;
                self.talk.say_at("leading", "the arm is led now", at);
                self.talk.say("keys", KEYS);
            }
            Event::Segment(segment, at) => {
                let kind = self.plan.segments().get(segment as usize).map(|s| &s.kind);
                // For machines: a person reads the steps.
                if let (true, Some(kind)) = (self.talk.json, kind) {
                    self.talk.say_at("phase", segment_word(kind), at);
                }
            }
            Event::Step(step) => {
                let name = self
                    .plan
                    .steps()
                    .get(usize::from(step))
                    .map_or("", |step| step.name.as_str());
                let left = self.plan.duration().get() * f64::from(1.0 - self.share);
                self.talk.say(
                    "step",
                    &format!("step {}: {name} (about {:.0} s left)", step + 1, left),
                );
            }
            Event::Progress(share) => {
                self.share = share;
                if share - self.told_share >= 0.1 {
                    self.told_share = share;
                    self.talk
                        .say("progress", &format!("{:.0} %", share * 100.0));
                }
            }
            Event::AskHover => {
                self.question = Question::Hover;
                self.talk.say(
                    "ask_hover",
                    "the arm hovers over the first place. Enter: it touches; e: it parks",
                );
            }
            Event::AskTouch => {
                self.question = Question::Touch;
                self.talk.say(
                    "ask_touch",
                    "softer or firmer? - softer, + firmer, Enter: as it is; e: it parks",
                );
            }
            Event::AskPerson(segment) => {
                self.question = Question::Person;
                let prompt = match self.plan.segments().get(segment as usize).map(|s| &s.kind) {
                    Some(SegmentKind::Operator(step)) => step.prompt.as_str(),
                    Some(
                        SegmentKind::Approach
                        | SegmentKind::Touch
                        | SegmentKind::Stroke
                        | SegmentKind::Hold(_)
                        | SegmentKind::Tap(_)
                        | SegmentKind::Lift
                        | SegmentKind::Transit,
                    )
                    | None => "",
                };
                self.talk
                    .say("ask_person", &format!("{prompt}; Enter when it is done"));
            }
            Event::Reaction(reaction, cause) => {
                let cause = cause_word(cause);
                let text = format!("monitor: {} {cause}", reaction_word(reaction));
                let word = if reaction >= Reaction::Unload {
                    "monitor_latched"
                } else {
                    "monitor"
                };
                self.talk.say(word, &text);
            }
            Event::Ending(ending) => self.talk.say("ends", ending_words(ending)),
        }
    }
}

/// How a session ended, in words.
pub const fn ending_words(ending: Ending) -> &'static str {
    match ending {
        Ending::Completed => "the plan is at its end",
        Ending::Ended => "ended by the operator",
        Ending::SafetyStop(_) => "the safety monitor stopped the session",
        Ending::Firmware(_) => "the arm's firmware unloaded by itself",
        Ending::LinkLost => "the link to the arm is lost; its firmware unloads by itself",
        Ending::NotReady(missing) => missing.words(),
        Ending::NoSkin => "no skin where the scan has it",
    }
}
