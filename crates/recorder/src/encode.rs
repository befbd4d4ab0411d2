//! Records into CDR bytes, in the order of the fields in `definitions`.

use crate::cdr::CdrWriter;
use crate::{
    ContactRecord, CycleRecord, JointsRecord, LogRecord, PoseRecord, TransformRecord, TruthRecord,
    VerdictRecord, WrenchRecord,
};

const NANOS: u64 = 1_000_000_000;

/// The latest time that a ROS 2 stamp can tell (ns).
pub(crate) const LATEST_STAMP_NS: u64 = i32::MAX as u64 * NANOS + (NANOS - 1);

/// Name under which the monitor reports in `/verdict`.
const MONITOR: &str = "safety_monitor";

/// Key of the deciding rule in `/verdict`.
pub(crate) const CAUSE_KEY: &str = "cause";

fn stamp(w: &mut CdrWriter<'_>, at_ns: u64) {
    // The writer has refused later stamps before.
    w.i32(i32::try_from(at_ns / NANOS).unwrap_or(i32::MAX));
    w.u32((at_ns % NANOS) as u32);
}

fn header(w: &mut CdrWriter<'_>, at_ns: u64, frame: &str) {
    stamp(w, at_ns);
    w.string(frame);
}

pub(crate) fn cycle(bytes: &mut Vec<u8>, record: &CycleRecord) {
    let w = &mut CdrWriter::begin(bytes);
    w.u64(record.at_ns);
    w.u64(record.sequence);
    w.u64(record.joints_at_ns);
    w.u64(record.wrench_at_ns);
    w.u64(record.tripped);
    w.u32(record.computed_in_ns);
    w.u32(record.late_by_ns);
    w.i32(record.segment);
    w.f32(record.phase_s);
    w.f32(record.force_setpoint_n);
    w.i16(record.tool);
    w.i16(record.cause);
    w.u8(record.joints_missing);
    w.u8(record.wrench_missing);
    w.u8(record.request);
    w.u8(record.reaction);
    w.u8(record.contact_phase);
    w.u8(record.drive);
    w.f32s(&record.wrench);
    w.f32_sequence(&record.positions);
    w.f32_sequence(&record.velocities);
    w.f32_sequence(&record.torques);
    w.f32_sequence(&record.command);
}

pub(crate) fn truth(bytes: &mut Vec<u8>, record: &TruthRecord) {
    let w = &mut CdrWriter::begin(bytes);
    w.u64(record.at_ns);
    w.f64(record.breath_m);
    w.f64(record.breath_m_per_s);
    w.f32(record.peak_pressure_pa);
    w.f32(record.contact_area_m2);
    w.f32s(&record.contact_wrench);
    w.u8(record.tool);
    w.f64_sequence(&record.positions);
    w.f64_sequence(&record.velocities);
    w.f64_sequence(&record.tissue_memory);
}

pub(crate) fn joints(bytes: &mut Vec<u8>, record: &JointsRecord, names: &[String]) {
    let w = &mut CdrWriter::begin(bytes);
    header(w, record.at_ns, "");
    w.length(names.len());
    names.iter().for_each(|name| w.string(name));
    w.f64_sequence(&record.positions);
    w.f64_sequence(&record.velocities);
    w.f64_sequence(&record.efforts);
}

pub(crate) fn wrench(bytes: &mut Vec<u8>, record: &WrenchRecord, frame: &str) {
    let w = &mut CdrWriter::begin(bytes);
    header(w, record.at_ns, frame);
    w.f64s(&record.wrench);
}

pub(crate) fn pose(bytes: &mut Vec<u8>, record: &PoseRecord, frame: &str) {
    let w = &mut CdrWriter::begin(bytes);
    header(w, record.at_ns, frame);
    w.f64s(&record.position);
    w.f64s(&record.orientation);
}

pub(crate) fn transforms(bytes: &mut Vec<u8>, at_ns: u64, records: &[TransformRecord]) {
    let w = &mut CdrWriter::begin(bytes);
    w.length(records.len());
    for record in records {
        header(w, at_ns, &record.parent);
        w.string(&record.child);
        w.f64s(&record.position);
        w.f64s(&record.orientation);
    }
}

pub(crate) fn contact(bytes: &mut Vec<u8>, record: &ContactRecord, frame: &str) {
    let w = &mut CdrWriter::begin(bytes);
    header(w, record.at_ns, frame);
    w.f64(record.normal_force_true_n);
    // Not known: a NaN, which plots as a gap, and the flag that says so.
    w.f64(record.normal_force_measured_n.unwrap_or(f64::NAN));
    w.bool(record.normal_force_measured_n.is_some());
    w.f64(record.normal_force_setpoint_n);
    w.f64(record.ceiling_n);
    w.f64(record.u_m);
    w.f64(record.v_m);
    w.f64(record.spine_clearance_m);
    w.f64(record.normal_error_rad);
    w.f64(record.tangential_error_m);
    w.f64(record.peak_pressure_pa);
    w.string(&record.phase);
    w.string(&record.technique);
    w.string(&record.zone);
    w.string(&record.segment);
    w.u32(record.segment_index);
    w.u32(record.step_index);
}

pub(crate) fn verdict(bytes: &mut Vec<u8>, record: &VerdictRecord) {
    let w = &mut CdrWriter::begin(bytes);
    header(w, record.at_ns, "");
    w.length(1);
    w.u8(record.level);
    w.string(MONITOR);
    w.string(&record.reaction);
    w.string("");
    w.length(record.values.len() + 1);
    w.string(CAUSE_KEY);
    w.string(&record.cause);
    for (key, value) in &record.values {
        w.string(key);
        w.string(value);
    }
}

pub(crate) fn log(bytes: &mut Vec<u8>, record: &LogRecord) {
    let w = &mut CdrWriter::begin(bytes);
    stamp(w, record.at_ns);
    w.u8(record.level);
    w.string(&record.name);
    w.string(&record.text);
    // File, function and line of the source are not told: they would move with every edit.
    w.string("");
    w.string("");
    w.u32(0);
}
