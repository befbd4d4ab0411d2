//! CDR bytes into records: the mirror of `encode`. Never panics, whatever the bytes.

use crate::cdr::{CdrError, CdrReader};
use crate::encode::CAUSE_KEY;
use crate::{
    ContactRecord, CycleRecord, JointsRecord, LogRecord, Message, PoseRecord, Topic,
    TransformRecord, TruthRecord, VerdictRecord, WrenchRecord,
};

const NANOS: u64 = 1_000_000_000;

/// Decodes the payload of a message; `log_time` dates a message that has no stamp of its own.
pub(crate) fn message(topic: Topic, log_time: u64, bytes: &[u8]) -> Result<Message, CdrError> {
    let mut reader = CdrReader::begin(bytes)?;
    let r = &mut reader;
    let message = match topic {
        Topic::Cycle => Message::Cycle(cycle(r)?),
        Topic::Truth => Message::Truth(truth(r)?),
        Topic::JointStates => Message::JointStates(joints(r)?),
        Topic::JointCommand => Message::JointCommand(joints(r)?),
        Topic::WrenchTrue => Message::WrenchTrue(wrench(r)?),
        Topic::WrenchMeasured => Message::WrenchMeasured(wrench(r)?),
        Topic::ToolPose => Message::ToolPose(pose(r)?),
        Topic::ToolGoal => Message::ToolGoal(pose(r)?),
        Topic::Tf => Message::Tf(log_time, transforms(r)?),
        Topic::Contact => Message::Contact(contact(r)?),
        Topic::Verdict => Message::Verdict(verdict(r)?),
        Topic::Log => Message::Log(log(r)?),
    };
    reader.end()?;
    Ok(message)
}

fn stamp(r: &mut CdrReader<'_>) -> Result<u64, CdrError> {
    let seconds = r.i32()?;
    let nanos = r.u32()?;
    let seconds = u64::try_from(seconds)
        .map_err(|_| r.bad("a stamp lies before the session's start; seconds must be 0 or more"))?;
    if u64::from(nanos) >= NANOS {
        return Err(r.bad("a stamp has a whole second or more in its nanoseconds"));
    }
    Ok(seconds * NANOS + u64::from(nanos))
}

/// The stamp; the frame is fixed by the topic.
fn header(r: &mut CdrReader<'_>) -> Result<u64, CdrError> {
    let at_ns = stamp(r)?;
    r.string()?;
    Ok(at_ns)
}

fn text(r: &mut CdrReader<'_>) -> Result<String, CdrError> {
    r.string().map(str::to_owned)
}

fn cycle(r: &mut CdrReader<'_>) -> Result<CycleRecord, CdrError> {
    // Fields of a literal are evaluated in the order written: that of the definition.
    Ok(CycleRecord {
        at_ns: r.u64()?,
        sequence: r.u64()?,
        joints_at_ns: r.u64()?,
        wrench_at_ns: r.u64()?,
        tripped: r.u64()?,
        computed_in_ns: r.u32()?,
        late_by_ns: r.u32()?,
        segment: r.i32()?,
        phase_s: r.f32()?,
        force_setpoint_n: r.f32()?,
        tool: r.i16()?,
        cause: r.i16()?,
        joints_missing: r.u8()?,
        wrench_missing: r.u8()?,
        request: r.u8()?,
        reaction: r.u8()?,
        contact_phase: r.u8()?,
        // Padding in format 1, and zero: there were only torques.
        drive: r.u8()?,
        wrench: r.f32s()?,
        positions: r.f32_sequence()?,
        velocities: r.f32_sequence()?,
        torques: r.f32_sequence()?,
        command: r.f32_sequence()?,
    })
}

fn truth(r: &mut CdrReader<'_>) -> Result<TruthRecord, CdrError> {
    Ok(TruthRecord {
        at_ns: r.u64()?,
        breath_m: r.f64()?,
        breath_m_per_s: r.f64()?,
        peak_pressure_pa: r.f32()?,
        contact_area_m2: r.f32()?,
        contact_wrench: r.f32s()?,
        tool: r.u8()?,
        positions: r.f64_sequence()?,
        velocities: r.f64_sequence()?,
        tissue_memory: r.f64_sequence()?,
    })
}

fn joints(r: &mut CdrReader<'_>) -> Result<JointsRecord, CdrError> {
    let at_ns = header(r)?;
    // A string takes at least its length and its closing zero.
    for _ in 0..r.length(5)? {
        r.string()?;
    }
    Ok(JointsRecord {
        at_ns,
        positions: r.f64_sequence()?,
        velocities: r.f64_sequence()?,
        efforts: r.f64_sequence()?,
    })
}

fn wrench(r: &mut CdrReader<'_>) -> Result<WrenchRecord, CdrError> {
    Ok(WrenchRecord {
        at_ns: header(r)?,
        wrench: r.f64s()?,
    })
}

fn pose(r: &mut CdrReader<'_>) -> Result<PoseRecord, CdrError> {
    Ok(PoseRecord {
        at_ns: header(r)?,
        position: r.f64s()?,
        orientation: r.f64s()?,
    })
}

fn transforms(r: &mut CdrReader<'_>) -> Result<Vec<TransformRecord>, CdrError> {
    // Stamp, two empty strings and seven numbers take at least this much.
    let count = r.length(8 + 5 + 5 + 56)?;
    let mut records = Vec::with_capacity(count);
    for _ in 0..count {
        stamp(r)?;
        records.push(TransformRecord {
            parent: text(r)?,
            child: text(r)?,
            position: r.f64s()?,
            orientation: r.f64s()?,
        });
    }
    Ok(records)
}

fn contact(r: &mut CdrReader<'_>) -> Result<ContactRecord, CdrError> {
    let at_ns = header(r)?;
    let normal_force_true_n = r.f64()?;
    let measured = r.f64()?;
    Ok(ContactRecord {
        at_ns,
        normal_force_true_n,
        normal_force_measured_n: r.bool()?.then_some(measured),
        normal_force_setpoint_n: r.f64()?,
        ceiling_n: r.f64()?,
        u_m: r.f64()?,
        v_m: r.f64()?,
        spine_clearance_m: r.f64()?,
        normal_error_rad: r.f64()?,
        tangential_error_m: r.f64()?,
        peak_pressure_pa: r.f64()?,
        phase: text(r)?,
        technique: text(r)?,
        zone: text(r)?,
        segment: text(r)?,
        segment_index: r.u32()?,
        step_index: r.u32()?,
    })
}

fn verdict(r: &mut CdrReader<'_>) -> Result<VerdictRecord, CdrError> {
    let at_ns = header(r)?;
    if r.length(1)? != 1 {
        return Err(r.bad("a verdict must hold one status"));
    }
    let level = r.u8()?;
    r.string()?;
    let reaction = text(r)?;
    r.string()?;
    let count = r.length(10)?;
    if count == 0 || r.string()? != CAUSE_KEY {
        return Err(r.bad("the first value of a verdict must be its cause"));
    }
    let cause = text(r)?;
    let values = (1..count)
        .map(|_| Ok((text(r)?, text(r)?)))
        .collect::<Result<_, CdrError>>()?;
    Ok(VerdictRecord {
        at_ns,
        reaction,
        level,
        cause,
        values,
    })
}

fn log(r: &mut CdrReader<'_>) -> Result<LogRecord, CdrError> {
    let record = LogRecord {
        at_ns: stamp(r)?,
        level: r.u8()?,
        name: text(r)?,
        text: text(r)?,
    };
    r.string()?;
    r.string()?;
    r.u32()?;
    Ok(record)
}

#[cfg(test)]
pub(crate) mod tests;
