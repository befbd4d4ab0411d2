//! The real-time loop turns the very control cycle on an arm that wakes it, and touches no heap either.

use std::io::{Read as _, Write as _};
use std::os::fd::{AsFd as _, BorrowedFd};
use std::os::unix::net::UnixStream;

use quantities::Instant;
use realtime_runner::{
    Ending, Inbox, MonotonicClock, Next, Outbox, PacedSession, RunSettings, RunStatistics,
    Surroundings, ThreadWishes, Turn, outbox, request_line, run_in_real_time,
    start_real_time_thread,
};
use safety_monitor::{ArmFault, PacedArm};
use signals::{Request, Sensed};

use super::*;

/// The plant behind a socket: it takes a step for each command and sends a byte when the sample is there.
struct WiredPlant {
    plant: SimArm<7>,
    sample: Sensed<7>,
    near: UnixStream,
    far: UnixStream,
    plant_heap_calls: u64,
}

impl WiredPlant {
    fn new(kit: &Kit<'_, 7>) -> Self {
        let world = kit.world(1).expect("a world");
        let mut plant = kit.sim_arm(world, 1).expect("a plant");
        let sample = plant.begin().expect("a first sample");
        let (near, mut far) = UnixStream::pair().expect("a pair of sockets");
        near.set_nonblocking(true)
            .expect("a socket that does not block");
        far.write_all(&[1]).expect("room for a byte");
        Self {
            plant,
            sample,
            near,
            far,
            plant_heap_calls: 0,
        }
    }
}

impl PacedArm<7> for WiredPlant {
    fn fetch(&mut self) -> Result<(), ArmFault> {
        Ok(())
    }

    fn look(&mut self, _: Instant) -> Result<bool, ArmFault> {
        Ok(self.near.read(&mut [0; 16]).is_ok_and(|bytes| bytes > 0))
    }

    fn sensed(&mut self, _: Instant) -> Sensed<7> {
        self.sample
    }

    fn tell(&mut self, cycle: &Cycle<7, Vetted<Command<7>>>, _: Instant) -> Result<(), ArmFault> {
        let before = COUNT.with(Cell::get);
        self.sample = self.plant.exchange(&cycle.command)?;
        self.far.write_all(&[1]).expect("room for a byte");
        self.plant_heap_calls += COUNT.with(Cell::get) - before;
        Ok(())
    }

    fn readable(&self) -> Option<BorrowedFd<'_>> {
        Some(self.near.as_fd())
    }
}

/// Hands a record out each turn, and ends after so many turns.
struct Companion {
    records: Outbox<(u64, Instant)>,
    turns: u64,
    last_turn: u64,
    breaks_at: u64,
    heard: Vec<Request>,
}

impl PacedSession<7, WiredPlant> for Companion {
    fn after(&mut self, turn: &Turn<'_, 7>, _: &mut WiredPlant) -> Next {
        assert!(self.turns != self.breaks_at, "turn {} breaks", self.turns);
        self.records.put((turn.sensed.sequence, turn.stamps.woke));
        if turn.sensed.request != Request::None {
            self.heard.push(turn.sensed.request);
        }
        self.turns += 1;
        if self.turns == self.last_turn {
            return Next::End;
        }
        Next::Go(Request::None)
    }
}

fn companion(last_turn: u64, breaks_at: u64) -> (Companion, Inbox<(u64, Instant)>) {
    let (records, inbox) = outbox(64, 64);
    let companion = Companion {
        records,
        turns: 0,
        last_turn,
        breaks_at,
        heard: Vec::with_capacity(8),
    };
    (companion, inbox)
}

#[test]
fn the_loop_on_a_wired_arm_allocates_nothing_even_when_nobody_reads_its_records() {
    const TURNS: u64 = 2000;
    let loaded = short::loaded();
    let kit = Kit::<7>::new(&loaded, 1).expect("a kit");
    let plan = Arc::new(kit.plan().expect("the short routine is planned"));
    let mut cycle = kit.control_cycle(plan).expect("a cycle");
    let mut arm = WiredPlant::new(&kit);
    let (mut session, mut inbox) = companion(TURNS, u64::MAX);
    let (mut operator, mut requests) = request_line(4);
    operator.ask(Request::Softer).expect("room for a request");
    let mut statistics = RunStatistics::new().expect("statistics");
    let clock = MonotonicClock::start();

    let before = COUNT.with(Cell::get);
    let ending = run_in_real_time(
        &mut cycle,
        &mut arm,
        &mut session,
        Surroundings {
            clock: &clock,
            settings: RunSettings::at_rate(1000),
            requests: &mut requests,
            statistics: &mut statistics,
        },
    );
    let heap_calls = COUNT.with(Cell::get) - before - arm.plant_heap_calls;

    assert_eq!(ending, Ending::Session);
    assert_eq!(heap_calls, 0, "heap calls inside the real-time loop");
    assert_eq!(statistics.cycles, TURNS);
    assert_eq!(statistics.compute.count(), TURNS);
    assert_eq!(statistics.interval.count(), TURNS - 1);
    assert_eq!(session.heard, [Request::Softer]);
    // 64 records were handed over, 64 wait behind them, the rest is gone and counted.
    assert_eq!(session.records.dropped(), TURNS - 128);
    let first = inbox.take().expect("the oldest record");
    assert_eq!(first.number, 0);
}

#[test]
fn a_panic_beside_the_cycle_ends_the_loop_and_reaches_nobody_else() {
    let loaded = short::loaded();
    let kit = Kit::<7>::new(&loaded, 1).expect("a kit");
    let plan = Arc::new(kit.plan().expect("the short routine is planned"));
    let mut cycle = kit.control_cycle(plan).expect("a cycle");
    let mut arm = WiredPlant::new(&kit);
    let (mut session, _inbox) = companion(100, 20);
    let (_operator, mut requests) = request_line(4);
    let mut statistics = RunStatistics::new().expect("statistics");
    let wishes = ThreadWishes {
        priority: None,
        lock_memory: false,
        processor: None,
    };
    let ending = std::thread::scope(|scope| {
        start_real_time_thread(scope, wishes, |_| {
            run_in_real_time(
                &mut cycle,
                &mut arm,
                &mut session,
                Surroundings {
                    clock: &MonotonicClock::start(),
                    settings: RunSettings::at_rate(1000),
                    requests: &mut requests,
                    statistics: &mut statistics,
                },
            )
        })
        .expect("a thread")
        .join()
        .expect("the panic ended in the loop")
    });
    let Ending::Panicked { what } = ending else {
        panic!("{ending:?}");
    };
    assert_eq!(what, "turn 20 breaks");
    assert_eq!(statistics.cycles, 21);
}
