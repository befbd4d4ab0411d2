//! When what is done: a test's events against what the controller says of its phases.

use std::collections::BTreeMap;

use quantities::{Duration, Instant};
use serde_json::Value;
use settings::{Deed, Moment, SuiteEvent, SuitePhase, SuiteTest};

use super::RigError;

/// What a controller's line says of where its session stands.
#[derive(Clone, Debug, PartialEq)]
pub enum Stage {
    /// The session is open.
    Connected,
    /// A leg to the start comes first: its phases are not the routine's.
    ToStart,
    /// The arm is led; time of the session (s).
    Led(f64),
    /// A phase begins; time of the session (s).
    Phase(String, f64),
    /// The plan, or the leg, is over.
    Ends,
}

/// Reads a line of the controller.
pub fn stage(line: &Value) -> Option<Stage> {
    let at_s = line["at_s"].as_f64();
    match (line["event"].as_str()?, at_s) {
        ("connected", _) => Some(Stage::Connected),
        ("to_start", _) => Some(Stage::ToStart),
        ("leading", Some(at_s)) => Some(Stage::Led(at_s)),
        ("phase", Some(at_s)) => Some(Stage::Phase(line["text"].as_str()?.to_owned(), at_s)),
        ("ends", _) => Some(Stage::Ends),
        (_, _) => None,
    }
}

/// Where the routine stands, told by the controller's lines.
#[derive(Clone, Debug, Default)]
pub struct Place {
    legs_before: u32,
    is_on: bool,
    is_over: bool,
    counts: BTreeMap<String, u32>,
    /// When the arm was led for the routine (s of the session).
    pub led_at_s: Option<f64>,
}

impl Place {
    /// Takes a line in; the moments of the routine that begin with it.
    pub fn note(&mut self, stage: &Stage) -> Vec<(SuitePhaseName, u32)> {
        match stage {
            Stage::Connected => return vec![(SuitePhase::Idle.word().to_owned(), 1)],
            Stage::ToStart => self.legs_before += 1,
            Stage::Led(at_s) => {
                if self.legs_before > 0 {
                    self.legs_before -= 1;
                } else if !self.is_over {
                    self.is_on = true;
                    self.led_at_s = Some(*at_s);
                    return vec![(LED.to_owned(), 1)];
                }
            }
            Stage::Phase(word, _) if self.is_on => {
                let count = self.counts.entry(word.clone()).or_insert(0);
                *count += 1;
                return vec![(word.clone(), *count)];
            }
            Stage::Phase(..) => {}
            Stage::Ends => {
                self.is_over |= self.is_on;
                self.is_on = false;
            }
        }
        Vec::new()
    }
}

/// Word of a phase.
pub type SuitePhaseName = String;
/// The word for the moment in which the arm is led.
const LED: &str = "led";

fn begins(moment: Moment) -> (&'static str, u32, f64) {
    match moment {
        Moment::Led { after_s } => (LED, 1, after_s),
        Moment::Phase {
            phase,
            nth,
            after_s,
        } => (phase.word(), nth, after_s),
    }
}

/// A test's events with their moments, as these become known.
pub struct Script {
    pending: Vec<(SuiteEvent, Option<Instant>)>,
    whole: usize,
}

impl Script {
    /// A script at its start.
    pub fn new(events: &[SuiteEvent]) -> Self {
        Self {
            pending: events.iter().map(|event| (event.clone(), None)).collect(),
            whole: events.len(),
        }
    }

    /// A phase begins now.
    pub fn begin(&mut self, phase: &str, nth: u32, now: Instant) {
        for (event, due) in &mut self.pending {
            let (word, wanted, after_s) = begins(event.at);
            if due.is_none() && word == phase && wanted == nth {
                *due = Some(now + Duration::from_nanos((after_s * 1e9) as u64));
            }
        }
    }

    /// The next event whose moment has come.
    pub fn take_due(&mut self, now: Instant) -> Option<Deed> {
        let at = self
            .pending
            .iter()
            .position(|(_, due)| due.is_some_and(|due| due <= now))?;
        Some(self.pending.remove(at).0.deed)
    }

    /// How many events were taken, and how many there are.
    pub fn done(&self) -> (usize, usize) {
        (self.whole - self.pending.len(), self.whole)
    }
}

/// When each phase of a stepped session begins after the arm is led (s). It is the same each time.
#[derive(Clone, Debug, Default)]
pub struct Timetable(BTreeMap<(String, u32), f64>);

impl Timetable {
    /// From a session's lines.
    pub fn note(&mut self, place: &mut Place, stage: &Stage) {
        let begun = place.note(stage);
        let at_s = match stage {
            Stage::Led(at_s) | Stage::Phase(_, at_s) => *at_s,
            Stage::Connected | Stage::ToStart | Stage::Ends => return,
        };
        for key in begun {
            let led_at_s = place.led_at_s.unwrap_or(at_s);
            self.0.insert(key, at_s - led_at_s);
        }
    }

    /// The orders to the twin by which it carries a test's events through by itself.
    ///
    /// # Errors
    /// [`RigError`] when the session has no such phase.
    pub fn orders(&self, test: &SuiteTest) -> Result<Vec<String>, RigError> {
        test.events
            .iter()
            .filter_map(|event| match &event.deed {
                Deed::Order(order) => Some((event.at, order)),
                // The suite's reader lets a stepped test give orders only.
                Deed::Request(_) | Deed::Controller(_) | Deed::Twin(_) | Deed::PowerCycle => None,
            })
            .map(|(at, order)| {
                let (word, nth, after_s) = begins(at);
                if word == SuitePhase::Idle.word() {
                    return Ok(order.clone());
                }
                let begun = self.0.get(&(word.to_owned(), nth)).ok_or_else(|| {
                    RigError::new(format!(
                        "the routine has no {word} number {nth}, in which test {} wants an event",
                        test.name
                    ))
                })?;
                Ok(format!("after_led_s={:.3} {order}", begun + after_s))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn at(s: f64) -> Instant {
        Instant::from_nanos((s * 1e9) as u64)
    }

    fn lines() -> Vec<Stage> {
        [
            json!({"event": "connected", "text": ""}),
            json!({"event": "leading", "text": "", "at_s": 1.0}),
            json!({"event": "phase", "text": "approach", "at_s": 1.001}),
            json!({"event": "keys", "text": "phase"}),
            json!({"event": "phase", "text": "touch", "at_s": 3.0}),
            json!({"event": "phase", "text": "stroke", "at_s": 4.0}),
            json!({"event": "phase", "text": "touch", "at_s": 9.0}),
            json!({"event": "ends", "text": ""}),
            json!({"event": "leading", "text": "", "at_s": 12.0}),
            json!({"event": "phase", "text": "touch", "at_s": 12.0}),
        ]
        .iter()
        .filter_map(stage)
        .collect()
    }

    #[test]
    fn an_event_comes_so_long_after_its_phase_begins_and_the_way_home_has_none() {
        let event = |nth, after_s| SuiteEvent {
            at: Moment::Phase {
                phase: SuitePhase::Touch,
                nth,
                after_s,
            },
            deed: Deed::PowerCycle,
        };
        let mut script = Script::new(&[event(2, 0.5), event(3, 0.0)]);
        let mut place = Place::default();
        for stage in lines() {
            for (word, nth) in place.note(&stage) {
                script.begin(&word, nth, at(9.0));
            }
        }
        assert_eq!(script.take_due(at(9.4)), None);
        assert_eq!(script.take_due(at(9.5)), Some(Deed::PowerCycle));
        assert_eq!(script.take_due(at(99.0)), None);
        assert_eq!(script.done(), (1, 2));
    }

    #[test]
    fn a_leg_to_the_start_is_not_the_routine() {
        let mut place = Place::default();
        assert!(place.note(&Stage::ToStart).is_empty());
        assert!(place.note(&Stage::Led(1.0)).is_empty());
        assert!(
            place
                .note(&Stage::Phase("transit".to_owned(), 1.0))
                .is_empty()
        );
        assert!(place.note(&Stage::Ends).is_empty());
        assert_eq!(place.note(&Stage::Led(5.0)).len(), 1);
        assert_eq!(place.led_at_s, Some(5.0));
        let begun = place.note(&Stage::Phase("transit".to_owned(), 6.0));
        assert_eq!(begun, [("transit".to_owned(), 1)]);
    }

    #[test]
    fn a_timetable_makes_orders_that_wait() {
        let mut table = Timetable::default();
        let mut place = Place::default();
        for stage in lines() {
            table.note(&mut place, &stage);
        }
        let suite = "version = 1\nname = \"s\"\nsummary = \"s\"\n[[test]]\nname = \"t\"\nsummary = \"t\"\n\
                     pace = \"stepped\"\n[[test.event]]\nat = { phase = \"PHASE\", after_s = 0.25 }\n\
                     do = \"X1\"\n[test.expect]\nending = [\"none\"]\n";
        let orders = |phase: &str| {
            let text = suite.replace("PHASE", phase);
            let suite =
                settings::Suite::parse(&text, "s.toml", std::path::Path::new("")).expect("a suite");
            table.orders(&suite.tests[0])
        };
        assert_eq!(
            orders("stroke").expect("a stroke"),
            ["after_led_s=3.250 X1"]
        );
        assert_eq!(orders("idle").expect("at once"), ["X1"]);
        assert!(
            orders("hold")
                .expect_err("none")
                .0
                .contains("no hold number 1")
        );
    }
}
