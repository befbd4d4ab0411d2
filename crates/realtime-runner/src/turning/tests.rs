//! The loop in a time of its own: what happens is decided, so that counts and blame are exact.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::fs::File;
use std::os::fd::AsFd as _;
use std::rc::Rc;

use proptest::prelude::*;

use super::*;
use crate::requests::request_line;

const MS: u64 = 1_000_000;
const US: u64 = 1000;

/// Time and the wire.
#[derive(Default)]
struct World {
    now: Cell<u64>,
    /// Arrivals of states, the earliest first.
    states: RefCell<VecDeque<u64>>,
    /// Bytes that are no state are always there.
    babbles: Cell<bool>,
    /// How late the kernel wakes sleepers.
    wakes_late: Cell<u64>,
    faults: Cell<Faults>,
}

impl World {
    fn pass(&self, nanos: u64) {
        self.now.set(self.now.get() + nanos);
    }

    /// Sleepers wake this late, but no earlier than the moment.
    fn wake_at(&self, moment: u64) {
        if self.now.get() < moment {
            self.now.set(moment + self.wakes_late.get());
        }
    }
}

struct Clock(Rc<World>);

impl Waits for Clock {
    fn now(&self) -> Instant {
        Instant::from_nanos(self.0.now.get())
    }

    fn sleep_until(&self, moment: Instant) -> Result<(), ClockFault> {
        self.0.wake_at(moment.nanos());
        Ok(())
    }

    fn wait_readable(&self, _: BorrowedFd<'_>, deadline: Instant) -> Result<bool, ClockFault> {
        if self.0.babbles.get() {
            self.0.pass(US);
            return Ok(true);
        }
        let next = self.0.states.borrow().front().copied();
        match next.filter(|at| *at <= deadline.nanos()) {
            Some(at) => self.0.wake_at(at),
            None => self.0.wake_at(deadline.nanos()),
        }
        Ok(next.is_some_and(|at| at <= self.0.now.get()))
    }

    fn faults(&self) -> Faults {
        self.0.faults.get()
    }
}

/// What the world does in a turn, by the turn's number and stage.
type Script = Box<dyn Fn(u64, Stage, &World)>;

struct Fake {
    world: Rc<World>,
    wire: File,
    script: Script,
    turns: u64,
    last_turn: u64,
    looks: u64,
    begun: Vec<u64>,
    timings: Vec<CycleTiming>,
    requests: Vec<Request>,
    answers: VecDeque<Request>,
}

impl Fake {
    fn act(&self, stage: Stage) {
        self.world.pass(20 * US);
        (self.script)(self.turns, stage, &self.world);
    }
}

impl Stages for Fake {
    fn readable(&self) -> Option<BorrowedFd<'_>> {
        Some(self.wire.as_fd())
    }

    fn fetch(&mut self) -> Result<(), ArmFault> {
        Ok(())
    }

    fn look(&mut self, now: Instant) -> Result<bool, ArmFault> {
        self.looks += 1;
        let mut states = self.world.states.borrow_mut();
        let before = states.len();
        while states.front().is_some_and(|at| *at <= now.nanos()) {
            states.pop_front();
        }
        Ok(states.len() < before)
    }

    fn sense(&mut self, now: Instant, timing: CycleTiming, request: Request) -> Ages {
        self.begun.push(now.nanos());
        self.timings.push(timing);
        self.requests.push(request);
        self.act(Stage::Read);
        Ages::default()
    }

    fn step(&mut self) {
        self.act(Stage::Step);
    }

    fn tell(&mut self, _: Instant) -> Result<(), ArmFault> {
        self.act(Stage::Write);
        Ok(())
    }

    fn after(&mut self, _: Stamps, _: bool, _: &RunStatistics) -> Next {
        self.act(Stage::Session);
        self.turns += 1;
        if self.turns > self.last_turn {
            return Next::End;
        }
        Next::Go(self.answers.pop_front().unwrap_or_default())
    }
}

struct Ran {
    fake: Fake,
    statistics: RunStatistics,
    ending: Ending,
}

fn fake(states: impl IntoIterator<Item = u64>, last_turn: u64) -> Fake {
    let world = World::default();
    world.states.borrow_mut().extend(states);
    Fake {
        world: Rc::new(world),
        wire: File::open("/dev/null").unwrap(),
        script: Box::new(|_, _, _| {}),
        turns: 0,
        last_turn,
        looks: 0,
        begun: Vec::new(),
        timings: Vec::new(),
        requests: Vec::new(),
        answers: VecDeque::new(),
    }
}

/// A fake on which a turn's stage takes time, once.
fn stalled(turn: u64, stage: Stage, nanos: u64) -> Fake {
    let mut fake = fake((0..300).map(|i| i * MS), 200);
    fake.script = Box::new(move |t, s, world| {
        if (t, s) == (turn, stage) {
            world.pass(nanos);
        }
    });
    fake
}

fn run(mut fake: Fake) -> Ran {
    let (_sender, mut requests) = request_line(8);
    let (statistics, ending) = turn(&mut fake, &mut requests);
    Ran {
        fake,
        statistics,
        ending,
    }
}

fn turn(fake: &mut Fake, requests: &mut RequestReceiver) -> (RunStatistics, Ending) {
    let clock = Clock(Rc::clone(&fake.world));
    let mut statistics = RunStatistics::new().unwrap();
    let ending = Turning {
        stages: fake,
        clock: &clock,
        settings: RunSettings::at_rate(1000),
        requests,
        statistics: &mut statistics,
    }
    .turn_until_it_ends();
    (statistics, ending)
}

#[test]
fn states_on_time_make_one_cycle_each_and_no_overrun() {
    let ran = run(fake((0..500).map(|i| i * MS), 400));
    assert_eq!(ran.ending, Ending::Session);
    assert_eq!((ran.statistics.cycles, ran.statistics.states), (401, 401));
    assert_eq!(ran.statistics.overruns.total(), 0);
    assert!(ran.fake.begun.windows(2).all(|w| w[1] - w[0] == MS));
    let interval = ran.statistics.interval.figures();
    assert_eq!(interval.count, 400);
    assert!(
        interval.least.nanos().abs_diff(MS) <= MS / 100,
        "{interval:?}"
    );
    let late = ran.fake.timings.iter().any(|t| t.late_by > Duration::ZERO);
    assert!(!late);
    // Four stages of 20 us each.
    assert_eq!(ran.fake.timings[7].computed_in, Duration::from_micros(80));
}

#[test]
fn a_stall_is_one_overrun_blamed_on_its_stage_and_is_not_caught_up() {
    for stage in Stage::ALL {
        let ran = run(stalled(100, stage, 50 * MS));
        let worst = ran.statistics.worst();
        assert_eq!(ran.statistics.overruns.total(), 1, "{stage:?}");
        assert_eq!(worst[0].blame, Blame::SlowStage(stage));
        assert_eq!((worst.len(), worst[0].cycle), (1, 101));
        let (late, took) = (worst[0].by.nanos(), ran.fake.timings[101].computed_in);
        assert!(late > 48 * MS && late < 50 * MS, "{late}");
        assert_eq!(took, Duration::from_micros(50_080));
        assert_eq!(ran.fake.timings[101].late_by.nanos(), late);
        // 201 turns: those of the stall are gone, not crammed in.
        let lasted = ran.fake.begun[200] - ran.fake.begun[0];
        assert_eq!(lasted.div_ceil(MS), 249, "{stage:?}");
    }
}

#[test]
fn a_delay_with_page_faults_to_match_is_blamed_on_them() {
    let mut minor = stalled(100, Stage::Step, 3 * MS);
    minor.script = Box::new(|turn, stage, world| {
        if (turn, stage) == (100, Stage::Step) {
            world.pass(3 * MS);
            world.faults.set(Faults {
                minor: 900,
                major: 0,
            });
        }
    });
    let ran = run(minor);
    assert_eq!(
        (
            ran.statistics.overruns.page_fault,
            ran.statistics.overruns.total()
        ),
        (1, 1)
    );
    assert_eq!(ran.statistics.worst()[0].faults.minor, 900);
    assert_eq!(ran.statistics.faults.minor, 900);

    // A handful of small ones does not excuse three milliseconds.
    let mut few = stalled(100, Stage::Step, 3 * MS);
    few.script = Box::new(|turn, stage, world| {
        if (turn, stage) == (100, Stage::Step) {
            world.pass(3 * MS);
            world.faults.set(Faults { minor: 3, major: 0 });
        }
    });
    assert_eq!(run(few).statistics.overruns.slow_stage, [0, 1, 0, 0]);
}

#[test]
fn a_kernel_that_wakes_late_is_blamed_and_what_it_did_is_in_the_distribution() {
    let mut late = fake((0..50).map(|i| i * MS), 120);
    late.script = Box::new(|turn, _, world| {
        // After turn 49 nothing comes any more, so the loop sleeps to its deadlines.
        world.wakes_late.set(if turn == 80 { 5 * MS } else { 0 });
    });
    let ran = run(late);
    let overruns = ran.statistics.overruns;
    assert_eq!(overruns.late_wake_up, 1);
    // Turns 0 to 49 had a state, and one of the 71 others was woken late.
    assert_eq!((ran.statistics.states, overruns.slow_link), (50, 70));
    assert_eq!(
        ran.statistics.wake_up_lateness.figures().most.nanos() / MS,
        5
    );
}

#[test]
fn a_silent_link_is_one_overrun_a_cycle_on_a_grid_of_whole_periods() {
    let ran = run(fake((0..10).map(|i| i * MS), 40));
    assert_eq!(ran.statistics.overruns.slow_link, 31);
    assert_eq!(ran.statistics.overruns.total(), 31);
    let silent = &ran.fake.begun[10..];
    // The last state came at 9 ms: the first deadline is a period and the slack after it.
    let expected: Vec<u64> = (0..31).map(|i| 10 * MS + 500 * US + i * MS).collect();
    assert_eq!(silent, expected);
    let longest = ran.statistics.worst()[0];
    assert_eq!(longest.by.nanos(), silent[30] - 9 * MS);
}

#[test]
fn a_state_that_comes_within_the_slack_is_no_overrun() {
    let late = |i: u64| i * MS + if i % 7 == 3 { 400 * US } else { 0 };
    let ran = run(fake((0..200).map(late), 150));
    assert_eq!(ran.statistics.overruns.total(), 0);
    assert_eq!(ran.statistics.states, 151);
}

#[test]
fn bytes_that_are_no_state_do_not_raise_the_cycle_count_and_are_looked_at_a_bounded_number_of_times()
 {
    let babbling = fake((0..300).map(|i| i * MS), 200);
    babbling.world.babbles.set(true);
    let ran = run(babbling);
    let lasted = ran.fake.begun[200] - ran.fake.begun[0];
    assert!(lasted >= 199 * MS, "{lasted}");
    assert!(ran.fake.looks <= 65 * 201, "{} looks", ran.fake.looks);
}

#[test]
fn a_peer_that_sends_states_far_too_fast_gets_a_twentieth_more_cycles_at_most() {
    let ran = run(fake((0..40_000).map(|i| i * 50 * US), 1000));
    let lasted = ran.fake.begun[1000] - ran.fake.begun[0];
    assert!(
        lasted / (950 * US) + 4 >= 1001,
        "{lasted} ns for 1001 cycles"
    );
    let close = ran.fake.begun.windows(2).any(|w| w[1] - w[0] < 400 * US);
    assert!(!close);
}

#[test]
fn an_arm_that_never_sends_a_state_is_told_from_one_that_falls_silent() {
    let ran = run(fake([], 10));
    let waited = Duration::from_millis(1000);
    assert_eq!(ran.ending, Ending::NoFirstState { waited });
    assert_eq!(ran.statistics.cycles, 0);
    assert!(ran.ending.to_string().contains("1.0 s"));
}

#[test]
fn a_panic_in_a_stage_ends_the_loop_with_its_words_and_keeps_the_counts() {
    let mut breaking = fake((0..100).map(|i| i * MS), 50);
    breaking.script = Box::new(|turn, stage, _| {
        assert!((turn, stage) != (30, Stage::Step), "a bug in turn {turn}");
    });
    let ran = run(breaking);
    let Ending::Panicked { what } = &ran.ending else {
        panic!("{:?}", ran.ending);
    };
    assert_eq!(what, "a bug in turn 30");
    assert_eq!(ran.statistics.cycles, 31);
}

#[test]
fn what_the_session_asks_is_in_the_next_sample_and_goes_before_the_line_but_after_a_stop() {
    let mut asking = fake((0..20).map(|i| i * MS), 5);
    asking.answers = [Request::Confirm, Request::None, Request::Skip].into();
    let (mut sender, mut requests) = request_line(4);
    sender.ask(Request::Softer).unwrap();
    sender.ask(Request::Firmer).unwrap();
    let switch = sender.stop_switch();
    asking.script = Box::new(move |turn, stage, _| {
        if (turn, stage) == (2, Stage::Session) {
            switch.stop();
        }
    });
    let (_, ending) = turn(&mut asking, &mut requests);
    assert_eq!(ending, Ending::Session);
    let heard = [
        Request::Softer,
        Request::Confirm,
        Request::Firmer,
        Request::Stop,
        Request::None,
        Request::None,
    ];
    assert_eq!(asking.requests, heard);
}

proptest! {
    #[test]
    fn whatever_comes_and_stalls_cycles_are_spaced_begin_by_their_deadline_and_overrun_once_at_most(
        gaps in prop::collection::vec(0_u64..2500, 50..300),
        stalls in prop::collection::vec((0_u64..200, 0_usize..4, 0_u64..20_000), 0..5),
        babbles in any::<bool>(),
    ) {
        let mut at = 0;
        let states: Vec<u64> = gaps.iter().map(|gap| { at += gap * US; at }).collect();
        let mut fake = fake(states, 200);
        fake.world.babbles.set(babbles);
        let stalled: u64 = stalls.len() as u64;
        fake.script = Box::new(move |turn, stage, world| {
            for (_, _, us) in stalls.iter().filter(|(t, s, _)| (*t, Stage::ALL[*s]) == (turn, stage)) {
                world.pass(us * US);
            }
        });
        let ran = run(fake);
        prop_assert_eq!(&ran.ending, &Ending::Session);
        let overruns = ran.statistics.overruns;
        prop_assert_eq!(overruns.late_wake_up + overruns.page_fault, 0);
        prop_assert!(overruns.slow_stage.iter().sum::<u64>() <= stalled);
        prop_assert!(overruns.slow_link <= ran.statistics.cycles - ran.statistics.states);
        let spaced = ran.fake.begun.windows(2).all(|w| w[1] - w[0] >= 400 * US);
        prop_assert!(spaced);
        let late = ran.fake.timings.iter().filter(|t| t.late_by > Duration::from_micros(200)).count();
        prop_assert_eq!(late as u64, overruns.slow_stage.iter().sum::<u64>());
    }
}
