//! The arm on the wire, as loop and gate know it.

use nalgebra::SVector;
use quantities::{Duration, Force, Instant, Torque, Wrench};
use safety_monitor::{ArmFault, PacedArm, Vetted};
use signals::{
    Cycle, CycleTiming, Drive, JointState, Reaction, Reading, Request, Sensed, ToolIndex, Verdict,
    WhyMissing,
};
use wire_format::{
    Address, Command, Fault, Heartbeat, Joints, Mode, Refused, State, Stop, StopCause,
};

use crate::connect::Terms;
use crate::host::{HostEnd, News};
use crate::port::{Port, PortError};

mod stepped;

/// Bytes that one fetch takes at most: a fifth of a second of a full line at 3 Mbaud.
const ROOM: usize = 1 << 16;
/// Heartbeats go out this often.
const BEAT_EVERY: Duration = Duration::from_millis(5);
/// The clocks are compared this often during a session.
const TIME_EVERY: Duration = Duration::from_millis(100);
/// Least ceiling that is told (N): below it a firmware could not tell a press from its sensor's error. It holds
/// before the monitor has named one.
const LEAST_CEILING_N: f32 = 5.0;

/// What the firmware is asked to do with the commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lead {
    /// Brakes on.
    Idle,
    /// A stiff hold where the arm stands.
    Hold,
    /// What the cycle says.
    Follow,
}

/// What the arm said of itself that is no sample.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Remarks {
    /// The newest fault of the firmware.
    pub fault: Option<Fault>,
    /// The newest refusal.
    pub refused: Option<Refused>,
}

/// An arm on a serial port.
pub struct SerialArm<const D: usize> {
    pub(crate) port: Port,
    pub(crate) host: HostEnd,
    pub(crate) baud: u32,
    sequence: u64,
    lead: Lead,
    ceilings: (f32, f32),
    drive: wire_format::Drive,
    limits_check: u32,
    stepped: bool,
    beats: u32,
    next_beat: Instant,
    next_time: Instant,
    overruns: u16,
    /// The monitor's newest word: what it does, and its ceiling (N).
    reaction: Reaction,
    ceiling_n: f32,
    period: Duration,
    remarks: Remarks,
    /// What came off the line; of it, so much is there, and so much was looked at.
    buffer: Box<[u8]>,
    filled: usize,
    taken: usize,
}

impl<const D: usize> SerialArm<D> {
    /// An arm behind an open port; [`Self::connect`] opens a session with it.
    #[must_use]
    pub fn new(port: Port, baud: u32) -> Self {
        Self {
            port,
            host: HostEnd::new(),
            baud,
            sequence: 0,
            lead: Lead::Idle,
            ceilings: (0.0, 0.0),
            drive: wire_format::Drive::Torque,
            limits_check: 0,
            stepped: false,
            beats: 0,
            next_beat: Instant::START,
            next_time: Instant::START,
            overruns: 0,
            reaction: Reaction::Go,
            ceiling_n: LEAST_CEILING_N,
            period: Duration::from_millis(1),
            remarks: Remarks {
                fault: None,
                refused: None,
            },
            buffer: vec![0; ROOM].into_boxed_slice(),
            filled: 0,
            taken: 0,
        }
    }

    pub(crate) fn begin_session(&mut self, terms: &Terms, force_ceiling_n: f32, stepped: bool) {
        self.ceilings = (force_ceiling_n, terms.tool_speed_m_per_s);
        self.drive = terms.drive;
        self.limits_check = State::limits_check_of(&terms.limits_hash);
        self.stepped = stepped;
        self.period = Duration::from_nanos(1_000_000_000 / u64::from(terms.rate_hz.max(1)));
        self.lead = Lead::Idle;
        (self.reaction, self.ceiling_n) = (Reaction::Go, LEAST_CEILING_N);
        self.remarks = Remarks::default();
    }

    /// What the firmware shall do with the commands from now on.
    pub const fn lead(&mut self, lead: Lead) {
        self.lead = lead;
    }

    /// Takes note of the monitor's word and of the loop's overruns, which travel with what is sent next. Where
    /// nothing may be pressed, or no place is known yet, the least ceiling holds.
    pub fn judged(&mut self, verdict: &Verdict, overruns: Option<u64>) {
        self.reaction = verdict.reaction;
        let named = verdict.ceiling.get() as f32;
        // In this order: what is no number gives the least.
        self.ceiling_n = named
            .max(LEAST_CEILING_N)
            .min(self.ceilings.0.max(LEAST_CEILING_N));
        if let Some(overruns) = overruns {
            self.overruns = u16::try_from(overruns).unwrap_or(u16::MAX);
        }
    }

    /// The mode that the arm is in, by its newest state.
    #[must_use]
    pub fn mode(&self) -> Option<Mode> {
        self.host.received().map(|received| received.mode)
    }

    /// The newest state.
    #[must_use]
    pub fn state(&self) -> Option<&State> {
        self.host.received().map(|received| &received.state)
    }

    /// True when the arm holds the limits that the session was opened with.
    #[must_use]
    pub fn limits_agree(&self) -> bool {
        self.state()
            .is_some_and(|state| state.limits_check == self.limits_check)
    }

    /// What the arm said of itself that is no sample.
    #[must_use]
    pub const fn remarks(&self) -> &Remarks {
        &self.remarks
    }

    /// The wire's own state: counts, clock fit.
    #[must_use]
    pub const fn host(&self) -> &HostEnd {
        &self.host
    }

    pub(crate) fn port_name(&self) -> String {
        self.port.path().display().to_string()
    }

    /// Takes from the port what has come, as far as there is room.
    pub(crate) fn fetch_bytes(&mut self) -> Result<(), PortError> {
        if self.taken >= self.filled {
            (self.filled, self.taken) = (0, 0);
        }
        while let Some(room) = self.buffer.get_mut(self.filled..)
            && !room.is_empty()
        {
            match self.port.read(room)? {
                0 => break,
                count => self.filled += count,
            }
        }
        Ok(())
    }

    /// The next news of what was fetched by `now`.
    pub(crate) fn next_news(&mut self, now: Instant) -> Option<News> {
        while self.taken < self.filled {
            let byte = self.buffer.get(self.taken).copied()?;
            self.taken += 1;
            let news = self.host.receive(byte, now);
            if news.is_some() {
                return news;
            }
        }
        None
    }

    /// Writes what the driver takes.
    pub(crate) fn flush(&mut self) -> Result<(), PortError> {
        let waiting = self.host.outgoing();
        if !waiting.is_empty() {
            let went = self.port.write(waiting)?;
            self.host.went(went);
        }
        Ok(())
    }

    /// Takes in what was fetched; true when a state was in it.
    fn take_in(&mut self, now: Instant) -> bool {
        let mut is_new = false;
        while let Some(news) = self.next_news(now) {
            match news {
                News::State => is_new = true,
                News::Fault(fault) => self.remarks.fault = Some(fault),
                News::Refused(refused) => self.remarks.refused = Some(refused),
                News::Capabilities(_) | News::Opened(_) | News::Parameter(_) | News::Time => {}
            }
        }
        is_new
    }

    /// The newest state as a sample.
    fn sample(&mut self, now: Instant) -> Sensed<D> {
        let sequence = self.sequence;
        self.sequence += 1;
        let mut sensed = Sensed {
            at: now,
            sequence,
            joints: Reading::Missing(WhyMissing::NotYet),
            wrench: Reading::Missing(WhyMissing::NotYet),
            tool: None,
            timing: CycleTiming::default(),
            request: Request::None,
        };
        let Some(received) = self.host.received() else {
            return sensed;
        };
        let state = &received.state;
        let sent_at = self.sent_at(received.sent_ns, received.read_at);
        let taken = |age_us: u16| {
            sent_at
                .since(Instant::START + Duration::from_micros(u64::from(age_us)))
                .map_or(Instant::START, |at| Instant::START + at)
        };
        if let Some(value) = joints(state) {
            sensed.joints = Reading::Taken {
                value,
                at: taken(state.joint_age_us),
            };
        }
        sensed.wrench = match &state.wrench {
            Some(wrench) => Reading::Taken {
                value: Wrench {
                    force: Force::from_raw(wrench.force_n.map(f64::from).into()),
                    torque: Torque::from_raw(wrench.torque_nm.map(f64::from).into()),
                },
                at: taken(wrench.age_us),
            },
            None => Reading::Missing(WhyMissing::Silent),
        };
        sensed.tool = state.tool.map(ToolIndex);
        sensed
    }

    /// When a state was sent, our clock: by the clock fit, but never later than it was read. A stepped arm's
    /// time is the time.
    fn sent_at(&self, sent_ns: u64, read_at: Instant) -> Instant {
        match self.host.fit() {
            _ if self.stepped => Instant::from_nanos(sent_ns),
            Some(fit) => fit.ours(sent_ns).min(read_at),
            None => read_at,
        }
    }

    fn write_command(&mut self, drive: &Drive<D>, now: Instant) {
        let mut values = [0.0_f32; D];
        for (to, from) in values.iter_mut().zip(drive.values().iter()) {
            *to = *from as f32;
        }
        let (mode, values) = match self.lead {
            Lead::Idle => (Mode::Idle, Joints::none()),
            Lead::Hold => (Mode::Holding, Joints::none()),
            Lead::Follow => (
                Mode::Following,
                Joints::new(&values).unwrap_or(Joints::none()),
            ),
        };
        let command = Command {
            answers: self.host.received().map(|received| received.sequence),
            drive: self.drive,
            values,
            force_ceiling_n: self.ceiling_n,
            speed_ceiling_m_s: self.ceilings.1,
        };
        self.host.command(command, mode, now);
    }

    /// Heartbeats of loop and monitor, and now and then a comparison of clocks.
    fn prove_life(&mut self, now: Instant) {
        self.beats = self.beats.wrapping_add(1);
        if now >= self.next_beat {
            self.next_beat = now + BEAT_EVERY;
            let beat = Heartbeat {
                counter: self.beats,
                verdicts: self.beats,
                reaction: reaction_on_the_wire(self.reaction),
                overruns: self.overruns,
            };
            let mode = match self.lead {
                Lead::Idle => Mode::Idle,
                Lead::Hold => Mode::Holding,
                Lead::Follow => Mode::Following,
            };
            self.host.beat(Address::ControlLoop, beat, mode, now);
            self.host.beat(Address::Monitor, beat, mode, now);
        }
        if now >= self.next_time && !self.stepped {
            self.next_time = now + TIME_EVERY;
            self.host.ask_time(now);
        }
    }

    /// Sends any other message of the session with the next bytes that go out.
    pub fn say(&mut self, message: wire_format::Message, now: Instant) {
        let mode = match self.lead {
            Lead::Idle => Mode::Idle,
            Lead::Hold => Mode::Holding,
            Lead::Follow => Mode::Following,
        };
        self.host.say(message, mode, now);
    }

    /// Ends the session in good order, brakes on; what is left of it on the way out may be lost.
    ///
    /// # Errors
    /// [`PortError`] when the other end is gone.
    pub fn close(&mut self, now: Instant) -> Result<(), PortError> {
        self.host.say(wire_format::Message::Close, Mode::Idle, now);
        self.flush()
    }

    /// Asks the firmware to take the force away, outside of any cycle.
    ///
    /// # Errors
    /// [`PortError`] when the other end is gone.
    pub fn stop(&mut self, cause: StopCause, now: Instant) -> Result<(), PortError> {
        let stop = Stop {
            reaction: wire_format::Reaction::Stop,
            cause,
        };
        self.host.stop(stop, now);
        self.flush()
    }
}

impl<const D: usize> PacedArm<D> for SerialArm<D> {
    fn fetch(&mut self) -> Result<(), ArmFault> {
        self.fetch_bytes().map_err(lost)
    }

    fn look(&mut self, now: Instant) -> Result<bool, ArmFault> {
        Ok(self.take_in(now))
    }

    fn sensed(&mut self, now: Instant) -> Sensed<D> {
        self.sample(now)
    }

    fn tell(
        &mut self,
        cycle: &Cycle<D, Vetted<signals::Command<D>>>,
        now: Instant,
    ) -> Result<(), ArmFault> {
        self.judged(&cycle.verdict, None);
        self.write_command(&cycle.command.get().drive, now);
        self.prove_life(now);
        self.flush().map_err(lost)
    }

    fn readable(&self) -> Option<std::os::fd::BorrowedFd<'_>> {
        Some(self.port.readable())
    }

    fn round_trip(&mut self) -> Option<Duration> {
        self.host.take_round_trip()
    }
}

fn joints<const D: usize>(state: &State) -> Option<JointState<D>> {
    let of = |values: &[f32]| -> Option<SVector<f64, D>> {
        (values.len() == D)
            .then(|| SVector::from_iterator(values.iter().map(|value| f64::from(*value))))
    };
    Some(JointState {
        positions: of(state.joints.positions_rad())?,
        velocities: of(state.joints.velocities_rad_s())?,
        torques: of(state.joints.torques_nm())?,
    })
}

const fn reaction_on_the_wire(reaction: Reaction) -> wire_format::Reaction {
    match reaction {
        Reaction::Go => wire_format::Reaction::Go,
        Reaction::Warn => wire_format::Reaction::Warn,
        Reaction::Slow => wire_format::Reaction::Slow,
        Reaction::Unload => wire_format::Reaction::Unload,
        Reaction::Retract => wire_format::Reaction::Retract,
        Reaction::Stop => wire_format::Reaction::Stop,
        Reaction::PowerCut => wire_format::Reaction::PowerCut,
    }
}

fn lost(error: PortError) -> ArmFault {
    ArmFault::Lost {
        what: error.to_string(),
    }
}
