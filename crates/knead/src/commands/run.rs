//! `knead run`: a routine on an arm behind a serial port.

mod agreed;
mod ending;
mod turning;

use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use nalgebra::SVector;
use plan::Plan;
use planner::{PlanSummary, way_to_park};
use quantities::Duration;
use realtime_runner::{
    Inbox, MonotonicClock, Promise, RunSettings, RunStatistics, ThreadWishes, Waits as _, outbox,
    request_line, start_real_time_thread,
};
use recorder::Header;
use serial_link::{Connected, SerialArm};
use settings::LinkProfile;
use signals::ToolIndex;

use crate::cli::LiveOptions;
use crate::compose::Kit;
use crate::dispatch::with_joint_count;
use crate::failure::Failure;
use crate::live::{
    Course, Desk, Ending, Escort, Event, Keys, LiveFigures, LiveRecord, Manner, MonotonicWait,
    Scribe, StartGate, Steps, Talk, Terminal, open_link, terms,
};
use crate::load::Loaded;
use crate::output;
use crate::say::aside_plain;
use crate::session::live_attachments;
use crate::trial::ARCHIVE;
use agreed::{link_delay, plan_start, say_who};
use turning::{LoopParts, Turned};

/// States that are waited for before the first look at the arm (each up to 100 ms).
const FIRST_LOOKS: u32 = 20;

pub fn run(options: &LiveOptions) -> Result<(), Failure> {
    let loaded = Loaded::read(&options.ingredients)?;
    loaded.profile.wrist_sensor().map_err(Failure::input)?;
    let link = crate::live::profile(&options.link, options.baud)?;
    let joints = loaded.setup.chain.joints.len();
    with_joint_count!(
        joints,
        D => Session::<D>::run(&loaded, &link, options),
        else Err(Failure::Input(format!("the arm has {joints} moving joints; allowed are 4 to 7")))
    )
}

/// What stays the same over the legs of a session.
struct Session<'a, const D: usize> {
    loaded: &'a Loaded,
    link: &'a LinkProfile,
    options: &'a LiveOptions,
    talk: Talk,
    clock: MonotonicClock,
    folder: PathBuf,
}

/// What one leg left.
struct Leg {
    ending: Option<Ending>,
    broken: Option<String>,
    statistics: Option<RunStatistics>,
    figures: LiveFigures,
    course: Course,
    steps: Steps,
    missed: u64,
}

impl<const D: usize> Session<'_, D> {
    fn run(loaded: &Loaded, link: &LinkProfile, options: &LiveOptions) -> Result<(), Failure> {
        let talk = Talk::new(options.run.json);
        if !options.yes && !std::io::stdin().is_terminal() {
            return Err(Failure::Input(
                "nobody can be asked before the arm touches: run it at a terminal, or give --yes on a rig".to_owned(),
            ));
        }
        for warning in loaded.warnings() {
            talk.say("warning", &format!("warning: {warning}"));
        }
        let mut kit = Kit::<D>::new(loaded, options.run.seed)?;
        let plan = Arc::new(
            kit.plan()
                .map_err(|rejection| Failure::Verdict(rejection.to_string()))?,
        );
        if !options.run.json {
            aside_plain!("{}", output::plan_text(&PlanSummary::of(&plan)));
        }
        let mut keys = Keys::listen().map_err(Failure::Device)?;
        let clock = MonotonicClock::start();
        let mut arm = open_link::<D>(link)?;
        let nonce = options.nonce();
        let connected = arm
            .connect(&terms(loaded, &kit, link, nonce), &MonotonicWait(&clock))
            .map_err(Failure::connect)?;
        say_who(&talk, &connected);
        let stepped = connected
            .capabilities
            .flags
            .contains(wire_format::CapabilityFlags::STEPPED);
        if stepped != options.stepped {
            return Err(Failure::Input(
                "--stepped is for a stepped twin, and only for it".to_owned(),
            ));
        }
        kit.link_delay = link_delay(&kit, &connected);
        let name = options
            .run
            .name
            .clone()
            .unwrap_or_else(|| loaded.routine.name.clone());
        let session = Session {
            loaded,
            link,
            options,
            talk,
            clock,
            folder: output::run_folder(&options.run, &name)?,
        };
        let _terminal = Terminal::key_by_key();
        let result = session.all_legs(&kit, &plan, &mut arm, &connected, &mut keys);
        // Whatever happened, the firmware is told; an arm that is gone unloads by itself.
        let _ = arm.close(session.clock.now());
        result
    }

    /// To the start if need be, the routine, and home.
    fn all_legs(
        &self,
        kit: &Kit<'_, D>,
        plan: &Arc<Plan<D>>,
        arm: &mut SerialArm<D>,
        connected: &Connected,
        keys: &mut Keys,
    ) -> Result<(), Failure> {
        let (positions, tool) = self.look(arm)?;
        let begins = plan_start(plan, kit);
        let gate = StartGate {
            posture: begins,
            tool: plan.segments().first().map_or(ToolIndex(0), |s| s.tool),
        };
        if gate.off_posture(&positions).is_some() {
            self.talk.say(
                "to_start",
                "the arm is not where the plan begins: it is led to its park posture first",
            );
            let leg = self.homeward(kit, arm, &positions, tool, "to_start.mcap", keys)?;
            if leg.ending != Some(Ending::Completed) {
                return self.conclude(&leg, connected, arm, false);
            }
        }
        if self.options.only_park {
            self.talk.say("parked", "the arm is parked");
            return Ok(());
        }
        let manner = self.manner();
        let mut leg = self.leg(kit, plan, gate, manner, arm, ARCHIVE, keys)?;
        for turn in 1..self.options.repeat {
            if leg.ending != Some(Ending::Completed) {
                break;
            }
            self.talk.say(
                "again",
                &format!("time {} of {}", turn + 1, self.options.repeat),
            );
            let archive = format!("again_{turn:04}.mcap");
            leg = self.leg(kit, plan, gate, manner, arm, &archive, keys)?;
        }
        let mut parked = leg.ending == Some(Ending::Completed);
        if leg.ending == Some(Ending::Ended) {
            let (positions, tool) = self.look(arm)?;
            let parks = StartGate {
                posture: kit.park,
                tool,
            };
            if parks.off_posture(&positions).is_none() {
                return self.conclude(&leg, connected, arm, true);
            }
            let home = self.homeward(kit, arm, &positions, tool, "homeward.mcap", keys)?;
            parked = home.ending == Some(Ending::Completed);
            if !parked {
                leg.ending = home.ending;
                leg.broken = home.broken;
            }
        }
        self.conclude(&leg, connected, arm, parked)
    }

    fn manner(&self) -> Manner {
        if self.options.yes {
            Manner::Alone
        } else {
            Manner::Asking
        }
    }

    /// Where the arm is, and its tool.
    fn look(&self, arm: &mut SerialArm<D>) -> Result<(SVector<f64, D>, ToolIndex), Failure> {
        use safety_monitor::PacedArm as _;
        for _ in 0..FIRST_LOOKS {
            let now = self.clock.now();
            let sensed = if self.is_stepped() {
                safety_monitor::Arm::begin(arm).map_err(Failure::device)?
            } else {
                if let Some(fd) = arm.readable() {
                    let _ = self
                        .clock
                        .wait_readable(fd, now + Duration::from_millis(100));
                }
                arm.fetch().map_err(Failure::device)?;
                arm.look(self.clock.now()).map_err(Failure::device)?;
                arm.sensed(self.clock.now())
            };
            if let Some(joints) = sensed.joints.value() {
                let tool = sensed.tool.unwrap_or(ToolIndex(0));
                return Ok((joints.positions, tool));
            }
        }
        Err(Failure::Device(format!(
            "{}: the session is open, but no state comes; power the arm off and on",
            self.link.name
        )))
    }

    const fn is_stepped(&self) -> bool {
        self.options.stepped
    }

    /// From anywhere to the park posture.
    fn homeward(
        &self,
        kit: &Kit<'_, D>,
        arm: &mut SerialArm<D>,
        from: &SVector<f64, D>,
        tool: ToolIndex,
        archive: &str,
        keys: &mut Keys,
    ) -> Result<Leg, Failure> {
        let way = way_to_park(&kit.plan_request(), from, tool)
            .map_err(|rejection| Failure::Verdict(rejection.to_string()))?;
        let gate = StartGate {
            posture: *from,
            tool,
        };
        self.leg(kit, &Arc::new(way), gate, Manner::Alone, arm, archive, keys)
    }

    /// One plan, from brakes on to brakes on.
    #[allow(clippy::too_many_arguments)]
    fn leg(
        &self,
        kit: &Kit<'_, D>,
        plan: &Arc<Plan<D>>,
        gate: StartGate<D>,
        manner: Manner,
        arm: &mut SerialArm<D>,
        archive: &str,
        keys: &mut Keys,
    ) -> Result<Leg, Failure> {
        let mut header = Header::new(
            self.loaded
                .setup
                .chain
                .joints
                .iter()
                .map(|j| j.name.clone())
                .collect(),
        );
        header.sync = recorder::Sync::EachSecond;
        header.attachments = live_attachments(self.loaded, kit, plan, self.options.run.seed)?;
        let mut scribe = Scribe::<D>::create(&self.folder.join(archive), header)?;
        let cycle = kit.control_cycle(Arc::clone(plan))?;
        let (records_out, mut records) = outbox::<LiveRecord<D>>(1024, 4096);
        let (events_out, mut events) = outbox::<Event>(64, 64);
        let escort = Escort::new(
            Arc::clone(plan),
            gate,
            manner,
            records_out,
            events_out,
            kit.period,
        );
        let (sender, receiver) = request_line(16);
        let mut desk = Desk::new(plan, &self.talk, sender);
        let over = AtomicBool::new(false);
        let statistics = RunStatistics::new().map_err(Failure::device)?;
        let rate = 1.0 / kit.period.seconds().get();
        let parts = LoopParts {
            clock: self.clock,
            settings: RunSettings::at_rate(rate.round() as u32),
            stepped: self.is_stepped(),
            statistics,
            cycle,
            escort,
            receiver,
        };
        let turned = std::thread::scope(|scope| {
            let writer = scope.spawn(|| {
                scribe.write_all(&mut records);
                scribe
            });
            let over = &over;
            let thread = start_real_time_thread(scope, ThreadWishes::default(), move |_| {
                let turned = parts.turn(arm);
                over.store(true, Ordering::Release);
                turned
            })
            .map_err(Failure::device)?;
            for (what, promise) in thread.promises().named() {
                if let Promise::Missing { what: lack, mend } = promise {
                    self.talk.say(
                        "no_promise",
                        &format!("note: {what}: {lack}; to mend: {mend}"),
                    );
                }
            }
            desk.sit(keys, &mut events, || over.load(Ordering::Acquire));
            let turned = thread.join();
            let scribe = writer
                .join()
                .map_err(|_| Failure::Device("the archive's thread broke off".to_owned()))?;
            Ok::<_, Failure>((turned, scribe))
        });
        let leg = self.leg_of(turned?, &mut events, &mut desk, keys)?;
        Ok(Leg {
            steps: Steps::of(plan),
            ..leg
        })
    }

    fn leg_of(
        &self,
        (turned, scribe): (Result<Turned, realtime_runner::ThreadBroke>, Scribe<D>),
        events: &mut Inbox<Event>,
        desk: &mut Desk<'_, D>,
        keys: &mut Keys,
    ) -> Result<Leg, Failure> {
        desk.sit(keys, events, || true);
        let written = scribe.finish();
        if let Err(error) = written.archive.archive {
            self.talk
                .say("archive", &format!("the archive is not complete: {error}"));
        }
        let leg = Leg {
            ending: None,
            broken: None,
            statistics: None,
            figures: written.figures,
            course: written.course,
            steps: Steps::default(),
            missed: written.missed + written.archive.dropped,
        };
        Ok(match turned {
            Ok(turned) => Leg {
                ending: turned.ending,
                broken: turned.broken,
                statistics: turned.statistics,
                ..leg
            },
            Err(broke) => Leg {
                broken: Some(broke.to_string()),
                ..leg
            },
        })
    }
}
