//! One session on a rig: both ends are started, the script is carried through, both are ended, and what is left is
//! gathered.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration as Pause;

use quantities::{Duration, Instant};
use realtime_runner::MonotonicClock;
use serde_json::Value;
use settings::{Act, Deed, Pace, PowerCycle, SuiteTest};
use signals::Request;

use super::RigError;
use super::child::OwnChild;
use super::evidence::{self, Evidence};
use super::rig::{Bench, Twin};
use super::script::{Place, Script, Stage, Timetable, stage};

/// After the controller's end a twin in real time is watched for so long: contact must not come back.
const WATCHED_FOR: Duration = Duration::from_millis(1000);
/// The twin answers an order within this time.
const ANSWERS_WITHIN: Duration = Duration::from_millis(2000);

/// A session that runs.
pub struct Session<'a> {
    bench: &'a Bench<'a>,
    clock: MonotonicClock,
    interrupted: &'a AtomicBool,
    twin: Option<Twin>,
    records: Vec<PathBuf>,
    controller: OwnChild,
    script: Script,
    place: Place,
    timetable: Timetable,
    going_on: Vec<(Instant, Who)>,
    connected: bool,
    killed_controller: bool,
    killed_twin: bool,
    orders_done: usize,
    fault_at_s: Option<f64>,
    twin_led_at_s: Option<f64>,
    twin_yields_at_s: Option<f64>,
    last_words: String,
}

#[derive(Clone, Copy)]
enum Who {
    Controller,
    Twin,
}

/// What a session left.
pub struct Left {
    /// For the verdict.
    pub evidence: Evidence,
    /// When its phases began.
    pub timetable: Timetable,
}

impl<'a> Session<'a> {
    /// Starts both ends; the twin is given `orders` first.
    ///
    /// # Errors
    /// [`RigError`] when one of them does not start.
    pub fn start(
        bench: &'a Bench<'a>,
        test: &SuiteTest,
        orders: &[String],
        interrupted: &'a AtomicBool,
    ) -> Result<Self, RigError> {
        let clock = MonotonicClock::start();
        let mut twin = match bench.rig.twin {
            Some(twin) => Some(bench.twin(twin, 1, &clock)?),
            None => None,
        };
        let mut heard = Vec::new();
        if let Some(twin) = &mut twin {
            for order in orders {
                twin.child.tell(&format!("{order}\n"))?;
                let word = if order.starts_with("after_led_s=") {
                    "waits"
                } else {
                    "status"
                };
                heard.extend(twin.wait_for(word, clock.now() + ANSWERS_WITHIN, &clock)?);
            }
        }
        let events = match bench.pace {
            Pace::Stepped => &[][..],
            Pace::RealTime => &test.events[..],
        };
        let mut session = Self {
            controller: bench.controller()?,
            records: twin.iter().map(|twin| twin.record.clone()).collect(),
            bench,
            clock,
            interrupted,
            twin,
            script: Script::new(events),
            place: Place::default(),
            timetable: Timetable::default(),
            going_on: Vec::new(),
            connected: false,
            killed_controller: false,
            killed_twin: false,
            orders_done: 0,
            fault_at_s: None,
            twin_led_at_s: None,
            twin_yields_at_s: None,
            last_words: String::new(),
        };
        heard.iter().for_each(|line| session.hear_twin(line));
        Ok(session)
    }

    /// Runs to the end.
    ///
    /// # Errors
    /// [`RigError`] when the rig does not do its part.
    pub fn run(mut self, test: &SuiteTest) -> Result<Left, RigError> {
        let timeout = Duration::from_nanos((test.timeout_s * 1e9) as u64);
        let until = self.clock.now() + timeout;
        while self.controller.ended().is_none() && self.clock.now() < until {
            self.turn()?;
        }
        while let Some(line) = self.controller.line(Pause::ZERO) {
            self.hear_controller(&line);
        }
        let exit_code = self.controller.exit_code();
        self.controller.kill();
        let watched = match self.bench.pace {
            Pace::RealTime => self.clock.now() + WATCHED_FOR,
            Pace::Stepped => self.clock.now(),
        };
        while self.clock.now() < watched {
            self.turn()?;
        }
        if let Some(mut twin) = self.twin.take() {
            let lines = twin.close(&self.clock);
            lines.iter().for_each(|line| self.hear_twin(line));
        }
        let done = self.done(test);
        if !self.connected && done.0 == 0 {
            return Err(RigError::new(format!(
                "the controller had no session with the arm: {}",
                self.last_words
            )));
        }
        self.left(exit_code, done)
    }

    fn done(&self, test: &SuiteTest) -> (usize, usize) {
        match self.bench.pace {
            Pace::RealTime => self.script.done(),
            Pace::Stepped => (self.orders_done.min(test.events.len()), test.events.len()),
        }
    }

    fn left(self, exit_code: Option<u8>, done: (usize, usize)) -> Result<Left, RigError> {
        let (ending, cause, rmse_n) = match std::fs::read_dir(self.bench.runs()) {
            Ok(folders) => folders
                .flatten()
                .map(|folder| evidence::summary(&folder.path().join("summary.json")))
                .next(),
            Err(_) => None,
        }
        .unwrap_or_else(|| ("none".to_owned(), String::new(), None));
        let killed_at_s = self.killed_controller.then(|| {
            let led = self.fault_at_s.zip(self.twin_led_at_s);
            let since_led = led.map_or(0.0, |(fault, led)| (fault - led).max(0.0));
            self.place.led_at_s.map_or(0.0, |led_at| led_at + since_led)
        });
        let archive = evidence::archive(&self.bench.runs());
        // Both clocks meet in the moment in which the arm is led.
        let monitor = archive
            .unloads_at_s()
            .zip(self.place.led_at_s)
            .zip(self.twin_led_at_s)
            .map(|((at, led), twin_led)| twin_led + at - led);
        let stop_s = match (monitor, self.twin_yields_at_s) {
            (Some(monitor), Some(twin)) => Some(monitor.min(twin)),
            (one, other) => one.or(other),
        };
        let evidence = Evidence {
            exit_code,
            ending,
            cause,
            rmse_n,
            touch: evidence::touch(&self.records, self.fault_at_s, stop_s)?,
            archive,
            killed_at_s,
            done,
            last_words: self.last_words,
        };
        Ok(Left {
            evidence,
            timetable: self.timetable,
        })
    }

    /// One look at everything.
    fn turn(&mut self) -> Result<(), RigError> {
        if self.interrupted.load(Ordering::Acquire) {
            return Err(RigError::new(
                "interrupted; the processes of the test were ended",
            ));
        }
        if let Some(line) = self.controller.line(Pause::from_millis(1)) {
            self.hear_controller(&line);
        }
        while let Some(line) = self.twin.as_mut().and_then(|t| t.child.line(Pause::ZERO)) {
            self.hear_twin(&line);
        }
        let now = self.clock.now();
        while let Some(deed) = self.script.take_due(now) {
            self.carry_through(&deed)?;
        }
        let (over, waiting): (Vec<_>, Vec<_>) = std::mem::take(&mut self.going_on)
            .into_iter()
            .partition(|(at, _)| *at <= now);
        self.going_on = waiting;
        for (_, who) in over {
            match who {
                Who::Controller => self.controller.resume(),
                Who::Twin => self.twin.iter_mut().for_each(|twin| twin.child.resume()),
            }
        }
        let killed = self.killed_twin;
        let Some(twin) = self.twin.as_mut().filter(|_| !killed) else {
            return Ok(());
        };
        if twin.child.ended().is_some() {
            return Err(twin.broke());
        }
        Ok(())
    }

    fn hear_controller(&mut self, line: &Value) {
        if let Some(text) = line.as_str().or_else(|| line["text"].as_str()) {
            self.last_words = text.to_owned();
        }
        let Some(stage) = stage(line) else { return };
        self.connected |= stage == Stage::Connected;
        let mut place = self.place.clone();
        for (word, nth) in place.note(&stage) {
            self.script.begin(&word, nth, self.clock.now());
        }
        self.timetable.note(&mut self.place, &stage);
    }

    fn hear_twin(&mut self, line: &Value) {
        let at_s = line["at_s"].as_f64();
        match (line["twin"].as_str(), at_s) {
            (Some("led"), Some(at_s)) => self.twin_led_at_s = Some(at_s),
            (Some("yields"), Some(at_s)) => {
                self.twin_yields_at_s.get_or_insert(at_s);
            }
            (Some("status"), Some(at_s)) => {
                self.orders_done += 1;
                self.fault_at_s.get_or_insert(at_s);
            }
            (_, _) => {}
        }
    }

    fn tell_twin(&mut self, order: &str) -> Result<(), RigError> {
        match &mut self.twin {
            Some(twin) => twin.child.tell(&format!("{order}\n")),
            None => Ok(()),
        }
    }

    /// The twin's time of an act that it does not see: it is asked.
    fn mark(&mut self, waits: bool) -> Result<(), RigError> {
        if self.killed_twin {
            return Ok(());
        }
        self.tell_twin("status")?;
        if waits && let Some(twin) = &mut self.twin {
            let until = self.clock.now() + ANSWERS_WITHIN;
            let lines = twin.wait_for("status", until, &self.clock)?;
            lines.iter().for_each(|line| self.hear_twin(line));
        }
        Ok(())
    }

    fn carry_through(&mut self, deed: &Deed) -> Result<(), RigError> {
        match deed {
            Deed::Order(order) => self.tell_twin(order)?,
            Deed::Request(request) => {
                self.mark(false)?;
                // A controller that has just ended hears nothing: the script says that it was asked.
                let _ = self.controller.tell(key(*request));
            }
            Deed::Controller(Act::Kill) => {
                self.mark(false)?;
                self.controller.kill();
                self.killed_controller = true;
            }
            Deed::Controller(Act::Stop { for_s }) => {
                self.mark(false)?;
                self.controller.stop();
                self.go_on_after(*for_s, Who::Controller);
            }
            Deed::Twin(act) => {
                self.mark(true)?;
                let Some(twin) = &mut self.twin else {
                    return Ok(());
                };
                match act {
                    Act::Kill => {
                        self.killed_twin = true;
                        twin.child.kill();
                    }
                    Act::Stop { for_s } => {
                        twin.child.stop();
                        self.go_on_after(*for_s, Who::Twin);
                    }
                }
            }
            Deed::PowerCycle => self.cycle_power()?,
        }
        Ok(())
    }

    fn go_on_after(&mut self, for_s: f64, who: Who) {
        let at = self.clock.now() + Duration::from_nanos((for_s * 1e9) as u64);
        self.going_on.push((at, who));
    }

    fn cycle_power(&mut self) -> Result<(), RigError> {
        match &self.bench.rig.power_cycle {
            None => Err(RigError::new(
                "the rig has no [power_cycle]; add one, or leave this test out",
            )),
            Some(PowerCycle::Reboot) => self.tell_twin("reboot"),
            Some(PowerCycle::Restart) => {
                self.mark(true)?;
                // The old one is ended and dropped before the new one takes its port.
                if let Some(mut old) = self.twin.take() {
                    old.child.kill();
                }
                if let Some(twin) = self.bench.rig.twin {
                    let nth = self.records.len() + 1;
                    let started = self.bench.twin(twin, nth, &self.clock)?;
                    self.records.push(started.record.clone());
                    self.twin = Some(started);
                }
                Ok(())
            }
            Some(power @ PowerCycle::Command(_)) => self.bench.power_command(power),
        }
    }
}

/// The operator's key for a request.
const fn key(request: Request) -> &'static str {
    match request {
        // No suite asks for these.
        Request::None | Request::Reset => "",
        Request::Softer => "-",
        Request::Firmer => "+",
        Request::Pause => "p",
        Request::Resume => "r",
        Request::Skip => "n",
        Request::Stop => "s",
        Request::End => "e",
        Request::Confirm => "\n",
    }
}
