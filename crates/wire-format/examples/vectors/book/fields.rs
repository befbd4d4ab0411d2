//! A frame field by field, in the order of the layout: offset, type, name, value.

use std::fmt;
use std::num::NonZeroU32;

use super::hex;
use wire_format::{Capabilities, Command, Frame, Message, Open, Opened, State};

/// Value of a field, as it lies on the wire.
#[derive(Clone, Debug)]
pub enum Value {
    U8(u8),
    I8(i8),
    U16(u16),
    U32(u32),
    U64(u64),
    F32(f32),
    Bytes(Vec<u8>),
}

/// One field.
#[derive(Clone, Debug)]
pub struct Field {
    offset: usize,
    name: String,
    value: Value,
}

impl fmt::Display for Field {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, value) = match &self.value {
            Value::U8(v) => ("u8", v.to_string()),
            Value::I8(v) => ("i8", v.to_string()),
            Value::U16(v) => ("u16", v.to_string()),
            Value::U32(v) => ("u32", v.to_string()),
            Value::U64(v) => ("u64", v.to_string()),
            Value::F32(v) => ("f32", format!("{v:?}")),
            Value::Bytes(v) => ("bytes", hex(v)),
        };
        write!(out, "{} {kind} {} {value}", self.offset, self.name)
    }
}

#[derive(Default)]
struct List(Vec<Field>, usize);

impl List {
    fn put(&mut self, name: impl Into<String>, value: Value) {
        let length = match &value {
            Value::U8(_) | Value::I8(_) => 1,
            Value::U16(_) => 2,
            Value::U32(_) | Value::F32(_) => 4,
            Value::U64(_) => 8,
            Value::Bytes(bytes) => bytes.len(),
        };
        self.0.push(Field {
            offset: self.1,
            name: name.into(),
            value,
        });
        self.1 += length;
    }

    fn f32s(&mut self, name: &str, values: &[f32]) {
        for (index, value) in values.iter().enumerate() {
            self.put(format!("{name}[{index}]"), Value::F32(*value));
        }
    }

    fn text(&mut self, name: &str, text: &str, length: usize) {
        let mut bytes = text.as_bytes().to_vec();
        bytes.resize(length, 0);
        self.put(name, Value::Bytes(bytes));
    }
}

/// All fields of a frame but the checksum.
pub fn of(frame: &Frame) -> Vec<Field> {
    let mut payload = List(Vec::new(), 24);
    message(&mut payload, &frame.message);
    let mut list = List::default();
    let header = &frame.header;
    list.put("version", Value::U8(1));
    list.put("kind", Value::U8(frame.message.kind().code()));
    list.put("source", Value::U8(header.source.code()));
    list.put("destination", Value::U8(header.destination.code()));
    list.put("session", Value::U32(header.session));
    list.put("sequence", Value::U32(header.sequence));
    list.put("time_ns", Value::U64(header.time_ns));
    list.put("mode", Value::U8(header.mode.code()));
    list.put("reserved", Value::U8(0));
    let length = u16::try_from(payload.1 - 24).expect("a short payload");
    list.put("payload_length", Value::U16(length));
    list.0.extend(payload.0);
    list.0
}

fn message(list: &mut List, message: &Message) {
    match message {
        Message::Hello(m) => {
            list.put("lowest_version", Value::U16(m.lowest_version));
            list.put("highest_version", Value::U16(m.highest_version));
            list.put("host_nonce", Value::U32(m.host_nonce));
        }
        Message::Capabilities(m) => capabilities(list, m),
        Message::Open(m) => open(list, m),
        Message::Opened(m) => opened(list, m),
        Message::Refused(m) => {
            list.put("why", Value::U8(m.why.code()));
            list.put("seen", Value::U32(m.seen));
            list.put("allowed", Value::U32(m.allowed));
        }
        Message::Command(m) => command(list, m),
        Message::State(m) => state(list, m),
        Message::Heartbeat(m) => {
            list.put("counter", Value::U32(m.counter));
            list.put("verdicts", Value::U32(m.verdicts));
            list.put("reaction", Value::U8(m.reaction.code()));
            list.put("overruns", Value::U16(m.overruns));
        }
        Message::Stop(m) => {
            list.put("reaction", Value::U8(m.reaction.code()));
            list.put("cause", Value::U8(m.cause.code()));
        }
        Message::Fault(m) => {
            list.put("class", Value::U8(m.class.code()));
            list.put("detail", Value::U32(m.detail));
            list.text("text", m.text.as_str(), 32);
        }
        Message::ParameterRead(m) => list.put("id", Value::U16(m.id)),
        Message::ParameterWrite(m) => {
            list.put("id", Value::U16(m.id));
            list.put("value", Value::F32(m.value));
        }
        Message::Parameter(m) => {
            list.put("id", Value::U16(m.id));
            list.put("value", Value::F32(m.value));
        }
        Message::TimeRequest(m) => list.put("t1_ns", Value::U64(m.sent_ns)),
        Message::TimeReply(m) => {
            list.put("t1_ns", Value::U64(m.request_sent_ns));
            list.put("t2_ns", Value::U64(m.received_ns));
            list.put("t3_ns", Value::U64(m.sent_ns));
        }
        Message::Close => {}
    }
}

fn capabilities(list: &mut List, m: &Capabilities) {
    list.put("host_nonce", Value::U32(m.host_nonce));
    list.put("boot_nonce", Value::U32(m.boot_nonce));
    list.put("joints", Value::U8(m.dof()));
    list.put("drives", Value::U8(m.drives.bits()));
    list.put("max_rate_hz", Value::U16(m.max_rate_hz));
    list.put("baud", Value::U32(m.baud));
    list.put("latency_us", Value::U16(m.latency_us));
    list.put("sensors", Value::U8(m.sensors.bits()));
    list.put("flags", Value::U8(m.flags.bits()));
    list.put("force_ceiling_n", Value::F32(m.force_ceiling_n));
    list.put("tool_speed_m_s", Value::F32(m.tool_speed_m_s));
    let filled = |values: &[f32]| {
        let mut seven = [0.0; 7];
        seven[..values.len()].copy_from_slice(values);
        seven
    };
    list.f32s("torque_cap_nm", &filled(m.caps.torques_nm()));
    list.f32s("velocity_cap_rad_s", &filled(m.caps.velocities_rad_s()));
    list.put("limits_hash", Value::Bytes(m.limits_hash.to_vec()));
    list.text("firmware", m.firmware.as_str(), 16);
    list.text("model", m.model.as_str(), 16);
    list.text("serial", m.serial.as_str(), 16);
}

fn open(list: &mut List, m: &Open) {
    list.put("boot_nonce", Value::U32(m.boot_nonce));
    list.put("session_nonce", Value::U32(m.session));
    list.put("rate_hz", Value::U16(m.rate_hz));
    list.put("drive", Value::U8(m.drive.code()));
    list.put("reserved", Value::U8(0));
    list.put("force_ceiling_n", Value::F32(m.force_ceiling_n));
    list.put("tool_speed_m_s", Value::F32(m.tool_speed_m_s));
    list.put(
        "host_limits_hash",
        Value::Bytes(m.host_limits_hash.to_vec()),
    );
}

fn opened(list: &mut List, m: &Opened) {
    list.put("session_nonce", Value::U32(m.session));
    list.put("rate_hz", Value::U16(m.rate_hz));
    list.put("drive", Value::U8(m.drive.code()));
    list.put("reserved", Value::U8(0));
    list.put(
        "host_limits_hash",
        Value::Bytes(m.host_limits_hash.to_vec()),
    );
}

fn command(list: &mut List, m: &Command) {
    list.put("answers", Value::U32(m.answers.map_or(0, NonZeroU32::get)));
    list.put("drive", Value::U8(m.drive.code()));
    let count = u8::try_from(m.values.len()).expect("at most seven");
    list.put("count", Value::U8(count));
    list.f32s("value", m.values.as_slice());
    list.put("force_ceiling_n", Value::F32(m.force_ceiling_n));
    list.put("speed_ceiling_m_s", Value::F32(m.speed_ceiling_m_s));
}

fn state(list: &mut List, m: &State) {
    let answered = m.answered.map_or((0, 0), |a| (a.sequence.get(), a.age_us));
    list.put("answers", Value::U32(answered.0));
    list.put("command_age_us", Value::U32(answered.1));
    list.put("joints", Value::U8(m.dof()));
    list.put("tool", Value::U8(m.tool.unwrap_or(255)));
    list.put("flags", Value::U32(m.flags.bits()));
    list.f32s("position_rad", m.joints.positions_rad());
    list.f32s("velocity_rad_s", m.joints.velocities_rad_s());
    list.f32s("torque_nm", m.joints.torques_nm());
    list.put("joint_age_us", Value::U16(m.joint_age_us));
    let wrench = m.wrench.map_or(([0.0; 3], [0.0; 3], 65535), |w| {
        (w.force_n, w.torque_nm, w.age_us)
    });
    list.f32s("force_n", &wrench.0);
    list.f32s("wrist_torque_nm", &wrench.1);
    list.put("wrench_age_us", Value::U16(wrench.2));
    for (index, temperature) in m.temperatures_c.iter().take(m.dof().into()).enumerate() {
        let coded = temperature.unwrap_or(-128);
        list.put(format!("temperature_c[{index}]"), Value::I8(coded));
    }
    list.put("limits_check", Value::U32(m.limits_check));
}
