//! A session's frames, as a host and an arm would send them, and bytes laid out by hand.

use std::num::NonZeroU32;

use rand::Rng;
use rand_chacha::ChaCha8Rng;
use wire_format::{
    Address, AgeBound, Answered, Capabilities, CapabilityFlags, Command, Deframer, Drive, Drives,
    Expectation, Frame, Guard, Header, Heartbeat, JointCaps, JointSamples, Joints, MAX_DECODED,
    MAX_FRAME, Message, Mode, Reaction, Rejected, Scope, Sensors, State, StateFlags, Stop,
    StopCause, Text, WrenchSample, crc32c, encode,
};

/// The session that is open.
pub const SESSION: u32 = 0x5EED_0001;
/// Between two frames, ns: 1 kHz.
pub const PERIOD_NS: u64 = 1_000_000;
/// Oldest frame that is believed, ns.
pub const OLDEST_NS: u64 = 5_000_000;
/// Age of a frame that is on time, ns.
pub const ON_TIME_NS: u64 = 600_000;

fn joints(rng: &mut ChaCha8Rng) -> [f32; 7] {
    std::array::from_fn(|_| rng.random_range(-3.0..3.0))
}

fn state(rng: &mut ChaCha8Rng) -> Message {
    let samples = JointSamples::new(&joints(rng), &joints(rng), &joints(rng)).expect("seven");
    Message::State(State {
        answered: NonZeroU32::new(rng.random()).map(|sequence| Answered {
            sequence,
            age_us: 400,
        }),
        tool: Some(2),
        flags: StateFlags::TARED,
        joints: samples,
        joint_age_us: 120,
        wrench: Some(WrenchSample {
            force_n: [0.0, 0.0, rng.random_range(0.0..40.0)],
            torque_nm: [0.0; 3],
            age_us: 500,
        }),
        temperatures_c: [Some(40); 7],
        limits_check: rng.random(),
    })
}

fn command(rng: &mut ChaCha8Rng) -> Message {
    Message::Command(Command {
        answers: NonZeroU32::new(rng.random()),
        drive: Drive::Torque,
        values: Joints::new(&joints(rng)).expect("seven"),
        force_ceiling_n: 40.0,
        speed_ceiling_m_s: 0.15,
    })
}

fn capabilities(rng: &mut ChaCha8Rng) -> Message {
    Message::Capabilities(Capabilities {
        host_nonce: rng.random(),
        boot_nonce: rng.random(),
        drives: Drives::TORQUE,
        max_rate_hz: 1000,
        baud: 3_000_000,
        latency_us: 1000,
        sensors: Sensors::JOINT_TORQUE.with(Sensors::WRIST_WRENCH),
        flags: CapabilityFlags::none(),
        force_ceiling_n: 60.0,
        tool_speed_m_s: 0.25,
        caps: JointCaps::new(&[87.0; 7], &[2.1; 7]).expect("seven"),
        limits_hash: rng.random(),
        firmware: Text::new("1.4.2").expect("short"),
        model: Text::new("seven-joint arm").expect("short"),
        serial: Text::new("A-0001").expect("short"),
    })
}

/// Any of the kinds that make up a session's traffic, from the shortest to the longest.
pub fn any(rng: &mut ChaCha8Rng, sequence: u32) -> Frame {
    let (source, message) = match rng.random_range(0..6) {
        0 | 1 => (Address::Arm, state(rng)),
        2 => (Address::ControlLoop, command(rng)),
        3 => (Address::Arm, capabilities(rng)),
        4 => (
            Address::Monitor,
            Message::Heartbeat(Heartbeat {
                counter: rng.random(),
                verdicts: rng.random(),
                reaction: Reaction::Go,
                overruns: 0,
            }),
        ),
        _ => (
            Address::Monitor,
            Message::Stop(Stop {
                reaction: Reaction::Stop,
                cause: StopCause::Monitor,
            }),
        ),
    };
    frame(source, message, sequence)
}

/// A message of the open session (or of the handshake) at its time.
pub fn frame(source: Address, message: Message, sequence: u32) -> Frame {
    let to_host = source == Address::Arm;
    Frame {
        header: Header {
            source,
            destination: if to_host {
                Address::ControlLoop
            } else {
                Address::Arm
            },
            session: match message.kind().scope() {
                Scope::Handshake => 0,
                Scope::Session | Scope::Either => SESSION,
            },
            sequence,
            time_ns: u64::from(sequence) * PERIOD_NS,
            mode: Mode::Following,
        },
        message,
    }
}

/// Frame before byte stuffing.
pub fn laid_out(frame: &Frame) -> Vec<u8> {
    let mut bytes = [0; MAX_DECODED];
    let used = frame.lay_out(&mut bytes);
    bytes[..used].to_vec()
}

/// As on the wire.
pub fn on_the_wire(frame: &Frame) -> Vec<u8> {
    let mut bytes = [0; MAX_FRAME];
    let used = encode(frame, &mut bytes);
    bytes[..used].to_vec()
}

/// Any bytes stuffed by another crate's COBS, with the delimiter.
pub fn stuffed(decoded: &[u8]) -> Vec<u8> {
    let mut out = vec![0; decoded.len() + decoded.len() / 254 + 2];
    let used = cobs::encode(decoded, &mut out);
    out.truncate(used);
    out.push(0);
    out
}

/// Bytes changed by `change` before the checksum is put: a frame as another sender would make it.
pub fn summed_anew(frame: &Frame, change: impl FnOnce(&mut [u8])) -> Vec<u8> {
    let mut bytes = laid_out(frame);
    let body = bytes.len() - 4;
    change(&mut bytes[..body]);
    let checksum = crc32c(&bytes[..body]);
    bytes[body..].copy_from_slice(&checksum.to_le_bytes());
    stuffed(&bytes)
}

/// What a deframer makes of the bytes.
pub fn heard(deframer: &mut Deframer, bytes: &[u8]) -> Vec<Result<Frame, Rejected>> {
    bytes.iter().filter_map(|b| deframer.push(*b)).collect()
}

/// The arm's end: a deframer and a guard for what the loop sends, in a session under way.
pub struct Receiver {
    pub deframer: Deframer,
    pub guard: Guard,
    /// Sequence of the loop's next frame.
    pub next: u32,
}

impl Receiver {
    pub fn new() -> Self {
        Self {
            deframer: Deframer::new(),
            guard: Guard::new(Expectation {
                source: Address::ControlLoop,
                destination: Address::Arm,
                session: SESSION,
                most_lost: 1000,
                age: AgeBound::Within {
                    oldest_ns: OLDEST_NS,
                    ahead_ns: 200_000,
                },
            }),
            next: 1,
        }
    }

    /// The loop's next frame.
    pub fn send(&mut self, rng: &mut ChaCha8Rng) -> Frame {
        let sent = frame(Address::ControlLoop, command(rng), self.next);
        self.next += 1;
        sent
    }

    /// Now, in the sender's time, when the frame of this sequence is on time.
    pub fn now_ns(sequence: u32) -> u64 {
        u64::from(sequence) * PERIOD_NS + ON_TIME_NS
    }

    /// Bytes come in; why the one frame in them is not believed, or that it is.
    pub fn receive(&mut self, bytes: &[u8], now_ns: u64) -> Result<u32, String> {
        let mut heard = heard(&mut self.deframer, bytes).into_iter();
        match (heard.next(), heard.next()) {
            (Some(Ok(frame)), None) => match self.guard.accept(&frame, now_ns) {
                Ok(accepted) => Ok(accepted.lost),
                Err(refusal) => Err(first_word(&refusal)),
            },
            (Some(Err(rejected)), None) => Err(first_word(&rejected)),
            (None, _) => Err("nothing heard".to_owned()),
            (Some(_), Some(_)) => Err("more than one frame".to_owned()),
        }
    }
}

/// Name of a variant without its fields.
pub fn first_word(reason: &impl std::fmt::Debug) -> String {
    let text = format!("{reason:?}");
    text.split([' ', '{', '(']).next().unwrap_or("").to_owned()
}
