//! The firmware of a simulated arm: bytes in, ticks, bytes out.
//!
//! ```text
//!  wire ─▶ Deframer ─▶ Guard ─▶ desk ──▶ motion (what the drives are told) ─▶ plant, 1 ms ─▶ sensors
//!                                 │          ▲                                                 │
//!                                 ▼          │ gives way                                       │
//!  wire ◀─ states, answers ◀──────┴──────  watch: silence, stale commands, ceilings  ◀─────────┘
//! ```
//! It is what an arm's maker would write: it speaks `docs/wire-protocol.md`, trusts nothing that the host
//! says, holds ceilings of its own, and takes the force away when the host falls silent or answers what is
//! long past. Once it gave way it stays so until a new session is opened.
//!
//! Pure: whoever runs it says what time it is and carries the bytes.

mod desk;
mod drive_check;
mod feel;
mod limits;
mod line;
mod link_faults;
mod motion;
mod parameters;
mod report;
mod rig_faults;
mod serve;
mod waking;
mod watch;

#[cfg(test)]
mod tests;

use kinematics::ToolModel;
use safety_monitor::ArmFault;
use signals::{Drive, JointState, Reading, Sensed, ToolIndex};
use wire_format::{FaultClass, Mode, Text};

use crate::arm::{PlantTruth, SimArm, SimError};
use desk::Desk;
use drive_check::{DriveCheck, Wrong};
use feel::Feel;
pub use limits::FirmwareLimits;
pub use line::{Line, LineParams};
pub use link_faults::{LinkFault, LinkFaults};
use motion::{Body, Motion, Told};
pub use rig_faults::{RigFault, RigFaults};
use waking::{Asks, Seen, Waking};
use watch::{Ceilings, Watch};

/// Period of the firmware (ns).
pub const TICK_NS: u64 = 1_000_000;
/// Press with which a new session may be opened, at most (N).
const AT_REST_N: f64 = 5.0;

/// Who the arm says it is, and what it can do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FirmwareParams<const D: usize> {
    /// Model of the arm.
    pub model: Text<16>,
    /// Serial number: by it the arm is known again.
    pub serial: Text<16>,
    /// Version of the firmware.
    pub version: Text<16>,
    /// Another one at each start.
    pub boot_nonce: u32,
    /// What it holds to by itself.
    pub limits: FirmwareLimits<D>,
    /// Takes torques.
    pub takes_torques: bool,
    /// Takes velocities.
    pub takes_velocities: bool,
    /// Highest rate of states and commands (Hz).
    pub max_rate_hz: u16,
    /// The line, as the firmware knows it: bits a second, and what the converter adds (µs).
    pub baud: u32,
    /// What the converter adds (µs).
    pub latency_us: u16,
    /// Time goes on only by accepted commands.
    pub stepped: bool,
}

/// The firmware with the arm that it drives.
pub struct Firmware<const D: usize> {
    arm: SimArm<D>,
    params: FirmwareParams<D>,
    desk: Desk<D>,
    motion: Motion<D>,
    feel: Feel,
    watch: Watch,
    drives: DriveCheck<D>,
    faults: RigFaults<D>,
    sensed: Sensed<D>,
    fault: Option<FaultClass>,
    waking: Waking,
    /// The press as it was felt last (N).
    felt: Option<f64>,
    ticks: u64,
    /// Ticks that came in time, which the watch counts by.
    in_time: u64,
}

impl<const D: usize> Firmware<D> {
    /// A firmware that has just started: brakes on, no session.
    ///
    /// # Errors
    /// [`ArmFault`] when the plant gives no first sample.
    pub fn new(mut arm: SimArm<D>, params: FirmwareParams<D>, seed: u64) -> Result<Self, ArmFault> {
        let sensed = safety_monitor::Arm::begin(&mut arm)?;
        Ok(Self {
            arm,
            params,
            desk: Desk::new(),
            motion: Motion::Braked,
            feel: Feel::NEW,
            watch: Watch::new(),
            drives: DriveCheck::NEW,
            faults: RigFaults::none(seed),
            sensed,
            fault: None,
            waking: Waking::Awake,
            felt: None,
            ticks: 0,
            in_time: 0,
        })
    }

    /// Takes bytes that came over the wire by `now` (ns since its start). True when a command of the open session
    /// was among them, whatever came of it: a stepped arm's time then goes on.
    pub fn receive(&mut self, bytes: &[u8], now: u64) -> bool {
        let mut took = false;
        if self.faults.is_hung() {
            return false;
        }
        for byte in bytes {
            if let Some(Ok(frame)) = self.desk.push(*byte) {
                took |= self.serve(&frame, now);
            }
        }
        took
    }

    /// One millisecond: watches, tells the drives, lets the plant go on, sends a state when one is due.
    ///
    /// # Errors
    /// [`ArmFault`] when the plant breaks.
    pub fn tick(&mut self, now: u64) -> Result<(), ArmFault> {
        self.in_time += 1;
        self.make_up(now)
    }

    /// One millisecond that comes late, because the machine that simulates the arm was held up: the plant goes on, but the
    /// host had no chance to answer in between, and the watch does not count it.
    ///
    /// # Errors
    /// [`ArmFault`] when the plant breaks.
    pub fn make_up(&mut self, now: u64) -> Result<(), ArmFault> {
        self.ticks += 1;
        self.faults.tick(&mut self.arm);
        let told = match self.sensed.joints {
            Reading::Taken { value, .. } => self.drive(&value, now),
            Reading::Missing(_) => Told::Brakes,
        };
        let told = self.drives.telling(told, &self.params.limits.torque);
        self.arm.brake(self.drives.braked());
        let sensed = match self.faults.told(told) {
            Told::Brakes => self.arm.stand(),
            Told::Torques(torques) => self.arm.drive(&Drive::Torques(torques)),
            Told::Velocities(speeds) => self.arm.drive(&Drive::Velocities(speeds)),
        }?;
        self.sensed = self.faults.seen(sensed);
        if !self.faults.is_silent() && self.desk.is_due(self.ticks) {
            self.send_state(now);
        }
        Ok(())
    }

    /// What the drives are told, after the watch had its say.
    fn drive(&mut self, joints: &JointState<D>, now: u64) -> Told<D> {
        let Some((model, tool)) = self.arm.mounted() else {
            return Told::Brakes;
        };
        let (model, tool): (_, ToolModel) = (model.clone(), *tool);
        let kinematics = model.tool_kinematics(&joints.positions, &joints.velocities);
        let at_rest = match self.motion {
            Motion::Braked | Motion::Holding(_) => joints.velocities.amax() < 0.01,
            Motion::Following(_) | Motion::Yielding(_) | Motion::Resting(_) => false,
        };
        let from = self.arm.flange_from_sensor();
        let press = self
            .feel
            .press(&self.sensed, &(&model, &tool), &from, at_rest);
        self.felt = press;
        let body = Body {
            model: &model,
            joints,
            kinematics: &kinematics,
            press,
            limits: &self.params.limits,
        };
        let seen = Seen {
            press,
            is_at_rest: self.motion.is_at_rest(),
            place: body.place(),
        };
        match self.waking.look(&seen) {
            // With most drives given up no motion is a good one.
            Asks::Unload if !self.drives.is_beyond_use() => self.motion.leave_brakes(&body),
            Asks::Unload | Asks::Nothing => {}
            Asks::Doubt => self.feel.tare(),
        }
        let is_led = matches!(self.motion, Motion::Holding(_) | Motion::Following(_));
        let counted = self.counted();
        let ceilings = self.desk.ceilings(&self.params);
        let lives = self.arm.has_noisy_joints();
        let wrong = self
            .drives
            .look(joints, &self.params.limits.velocity, lives);
        let class = match wrong {
            Some(wrong) => Some(wrong.class()),
            None if is_led => look(&mut self.watch, &body, &ceilings, counted),
            None => None,
        };
        if let Some(class) = class
            && !self.faults.is_hung()
        {
            let is_beyond_use = self.drives.is_beyond_use();
            let is_blind = wrong == Some(Wrong::Frozen);
            let presses = press.is_none_or(|press| press > AT_REST_N);
            if is_beyond_use || (is_blind && !presses) {
                self.motion = Motion::Braked;
            } else {
                give_way(&mut self.motion, &body, class, &self.params.limits);
            }
            if self.fault.is_none() {
                self.fault = Some(class);
                self.watch.lead(None);
                self.desk.tell_fault(class, self.mode(), now);
            }
        }
        self.motion.tick(&body)
    }

    /// Time as the watch has it: counted in ticks, as a timer's interrupt would. A twin that its own machine held up
    /// does not blame the host for it.
    const fn counted(&self) -> u64 {
        self.in_time * TICK_NS
    }

    /// The mode that states report.
    #[must_use]
    pub fn mode(&self) -> Mode {
        match self.motion {
            Motion::Braked if self.fault.is_some() => Mode::Fault,
            Motion::Braked => Mode::Idle,
            Motion::Holding(_) => Mode::Holding,
            Motion::Following(_) => Mode::Following,
            Motion::Yielding(_) => Mode::Unloading,
            Motion::Resting(_) => Mode::Stopped,
        }
    }

    /// Appends the bytes that are to go out.
    pub fn take_outgoing(&mut self, out: &mut Vec<u8>) {
        self.desk.take_outgoing(out);
    }

    /// Switches faults of the rig on and off.
    pub const fn faults(&mut self) -> &mut RigFaults<D> {
        &mut self.faults
    }

    /// What really is; for the twin's own record, never for the wire.
    #[must_use]
    pub fn truth(&self) -> PlantTruth<D> {
        self.arm.truth()
    }

    /// A person bolts another tool on.
    ///
    /// # Errors
    /// [`SimError`] when there is none with this index.
    pub fn attach(&mut self, tool: ToolIndex) -> Result<(), SimError> {
        self.arm.attach(tool)?;
        self.feel.tare();
        // A person is at the tool; the zero of another one tells nothing.
        if self.motion == Motion::Braked {
            self.waking = Waking::Awake;
        }
        // Without a zero nothing is followed: the arm is held until it is taken anew.
        if let (Motion::Following(_), Some(joints)) = (self.motion, self.sensed.joints.value()) {
            self.motion = Motion::Holding(joints.positions);
        }
        Ok(())
    }

    /// The simulated arm, for its world and its tools.
    #[must_use]
    pub const fn arm(&self) -> &SimArm<D> {
        &self.arm
    }

    /// Power was lost and is back: no session, brakes on, another boot nonce. The arm stays where it is, but for a press
    /// that its brakes hold: that it takes away.
    pub fn reboot(&mut self, boot_nonce: u32) {
        self.params.boot_nonce = boot_nonce;
        self.desk = Desk::new();
        self.motion = Motion::Braked;
        self.waking = if self.feel.wake() {
            Waking::begin()
        } else {
            Waking::Awake
        };
        self.felt = None;
        self.watch = Watch::new();
        self.drives.wake();
        self.fault = None;
    }

    /// Power has just come back, and it looks for a press that its brakes hold, or takes it away: time must go on for
    /// that, also where commands make it.
    #[must_use]
    pub const fn is_waking(&self) -> bool {
        self.waking.is_on()
    }

    /// Session that is open, 0 when there is none.
    #[must_use]
    pub const fn session(&self) -> u32 {
        self.desk.session()
    }
}

/// What is wrong, if anything.
fn look<const D: usize>(
    watch: &mut Watch,
    body: &Body<'_, D>,
    ceilings: &Ceilings,
    now: u64,
) -> Option<FaultClass> {
    let speed = body.kinematics.twist.linear.raw().norm();
    let over = watch.over(body.press, speed, ceilings);
    let silent = watch
        .is_silent(body.limits, now)
        .then_some(FaultClass::Silence);
    over.or(silent)
}

fn give_way<const D: usize>(
    motion: &mut Motion<D>,
    body: &Body<'_, D>,
    class: FaultClass,
    limits: &FirmwareLimits<D>,
) {
    let rate = match class {
        FaultClass::ForceCeiling => limits.trip_n_per_s,
        FaultClass::Silence
        | FaultClass::Speed
        | FaultClass::JointSensor
        | FaultClass::WrenchSensor
        | FaultClass::Drive
        | FaultClass::Supply
        | FaultClass::Temperature
        | FaultClass::Brake
        | FaultClass::Limits
        | FaultClass::Tool
        | FaultClass::Internal => limits.unload_n_per_s,
    };
    motion.give_way(body, f64::from(rate), class == FaultClass::JointSensor);
}

impl<const D: usize> Firmware<D> {
    /// Ticks from one state to the next in the open session; 1 without one.
    #[must_use]
    pub fn period_ticks(&self) -> u64 {
        self.desk.agreed().map_or(1, |agreed| agreed.period_ticks)
    }
}
