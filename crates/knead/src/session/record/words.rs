//! From what the loop and the plant know to the archive's records and words.

use control_cycle::{HoldEnd, WhyHoldEnded};
use kinematics::ArmModel;
use plan::SegmentKind;
use quantities::{Base, Direction, Table, Tool, Transform};
use recorder::{JointsRecord, LogRecord, PoseRecord, TransformRecord, TruthRecord, VerdictRecord};
use signals::{ContactPhase, Drive, DriveKind, Press, Reaction, Setpoint, Verdict};
use sim::PlantTruth;

/// A plant's state as its record.
pub fn fill_truth<const D: usize>(record: &mut TruthRecord, truth: &PlantTruth<D>) {
    record.at_ns = truth.at.nanos();
    record.positions.clear();
    record.positions.extend(truth.positions.iter());
    record.velocities.clear();
    record.velocities.extend(truth.velocities.iter());
    record.tissue_memory.clear();
    record.tissue_memory.extend(truth.tissue_memory.numbers());
    record.breath_m = truth.breath.lift.get();
    record.breath_m_per_s = truth.breath.rate.get();
    record.tool = truth.tool.0;
    record.contact_wrench = truth.contact_wrench().stacked().map(|x| x as f32).into();
    record.peak_pressure_pa = truth.peak_pressure().get() as f32;
    record.contact_area_m2 = truth.contact_area().get() as f32;
}

/// The force that a setpoint asks for; zero in free space and while the skin is sought.
pub(super) fn asked_force<const D: usize>(setpoint: &Setpoint<D>) -> f64 {
    match setpoint.press {
        Press::Free | Press::Seek { .. } => 0.0,
        Press::Hold { force, .. } | Press::Tap { force, .. } => force.get(),
    }
}

pub(super) fn normal_error(back: &anatomy::Back, table_from_tool: &Transform<Table, Tool>) -> f64 {
    let place = table_from_tool.origin();
    back.surface()
        .normal_at(place.x(), place.y())
        .map_or(0.0, |outward| {
            let axis = table_from_tool.rotate(&Direction::<Tool>::Z);
            libm::acos((-axis.along(&outward)).clamp(-1.0, 1.0))
        })
}

/// Distance between the planned and the real place of the patch, across the tool axis.
pub(super) fn tangential_error<const D: usize>(
    setpoint: &Setpoint<D>,
    base_from_tool: &Transform<Base, Tool>,
) -> f64 {
    let off = base_from_tool.origin() - setpoint.base_from_tool.origin();
    let axis = base_from_tool.rotate(&Direction::<Tool>::Z);
    (off.raw() - axis.raw() * off.along(&axis)).norm()
}

pub(super) fn pose_record(at_ns: u64, pose: &Transform<Table, Tool>) -> PoseRecord {
    let (position, orientation) = split(pose.raw());
    PoseRecord {
        at_ns,
        position,
        orientation,
    }
}

pub(super) fn split(pose: &nalgebra::Isometry3<f64>) -> ([f64; 3], [f64; 4]) {
    let q = pose.rotation.coords;
    (pose.translation.vector.into(), [q.x, q.y, q.z, q.w])
}

pub(super) fn frames<const D: usize>(
    model: &ArmModel<D>,
    truth: &PlantTruth<D>,
    table_from_base: &Transform<Table, Base>,
) -> Vec<TransformRecord> {
    let named = |child: String, pose: nalgebra::Isometry3<f64>| {
        let (position, orientation) = split(&pose);
        TransformRecord {
            parent: "table".to_owned(),
            child,
            position,
            orientation,
        }
    };
    let mut all = vec![named("base".to_owned(), *table_from_base.raw())];
    for (index, link) in model.link_poses(&truth.positions).iter().enumerate() {
        all.push(named(
            format!("link_{}", index + 1),
            table_from_base.raw() * link,
        ));
    }
    all.push(named(
        "tool".to_owned(),
        table_from_base.raw() * truth.base_from_tool.raw(),
    ));
    all
}

/// What the arm was told, as joint values.
pub(super) fn told<const D: usize>(at_ns: u64, drive: &Drive<D>) -> JointsRecord {
    let values = drive.values().as_slice().to_vec();
    let none = JointsRecord {
        at_ns,
        ..JointsRecord::default()
    };
    match drive.kind() {
        DriveKind::Torques => JointsRecord {
            efforts: values,
            ..none
        },
        DriveKind::Velocities => JointsRecord {
            velocities: values,
            ..none
        },
    }
}

pub(crate) fn log(at_ns: u64, level: u8, name: &str, text: String) -> LogRecord {
    LogRecord {
        at_ns,
        level,
        name: name.to_owned(),
        text,
    }
}

pub(crate) fn verdict_record(at_ns: u64, verdict: &Verdict) -> VerdictRecord {
    let mut values = vec![(
        "ceiling_n".to_owned(),
        format!("{:.2}", verdict.ceiling.get()),
    )];
    if let Some(clearance) = verdict.clearance {
        values.push((
            "clearance_mm".to_owned(),
            format!("{:.2}", clearance.get() * 1e3),
        ));
    }
    let level = match verdict.reaction {
        Reaction::Go => 0,
        Reaction::Warn | Reaction::Slow => 1,
        Reaction::Unload | Reaction::Retract | Reaction::Stop | Reaction::PowerCut => 2,
    };
    VerdictRecord {
        at_ns,
        reaction: reaction_word(verdict.reaction).to_owned(),
        level,
        cause: cause_id(verdict).to_owned(),
        values,
    }
}

pub(crate) fn cause_id(verdict: &Verdict) -> &'static str {
    cause_word(verdict.cause)
}

/// Id of a rule; empty for none.
pub(crate) fn cause_word(cause: Option<signals::RuleIndex>) -> &'static str {
    cause
        .and_then(|row| safety_monitor::rules().get(usize::from(row.0)))
        .map_or("", |rule| rule.id)
}

pub(crate) fn reaction_word(reaction: Reaction) -> &'static str {
    match reaction {
        Reaction::Go => "go",
        Reaction::Warn => "warn",
        Reaction::Slow => "slow",
        Reaction::Unload => "unload",
        Reaction::Retract => "retract",
        Reaction::Stop => "stop",
        Reaction::PowerCut => "power_cut",
    }
}

pub(super) fn phase_word(phase: Option<ContactPhase>) -> &'static str {
    match phase {
        None => "unknown",
        Some(ContactPhase::Away) => "away",
        Some(ContactPhase::Approaching) => "approaching",
        Some(ContactPhase::Touching) => "touching",
        Some(ContactPhase::Settled) => "settled",
        Some(ContactPhase::Leaving) => "leaving",
    }
}

/// Why a static press ended, in words.
pub(crate) fn hold_words(end: &HoldEnd) -> String {
    let why = match end.why {
        WhyHoldEnded::Eased => "the tissue has eased",
        WhyHoldEnded::TimedOut => "the longest wait is over",
        WhyHoldEnded::Bone => "as stiff as bone, left",
    };
    let creep = end.creep.map_or_else(
        || "creep not known".to_owned(),
        |creep| format!("creep {:.3} mm/s", creep.get() * 1e3),
    );
    let stiffness = end.stiffness.map_or_else(
        || "stiffness not known".to_owned(),
        |stiffness| format!("{:.2} N/mm", stiffness.get() * 1e-3),
    );
    format!(
        "segment {} at u {:.3} m, v {:.3} m: {why} ({creep}, {stiffness}, waited {:.2} s beyond the plan)",
        end.segment,
        end.u_m,
        end.v_m,
        end.waited.get()
    )
}

/// The word for a kind of segment, in archives and plans.
pub fn segment_word(kind: &SegmentKind) -> &'static str {
    match kind {
        SegmentKind::Approach => "approach",
        SegmentKind::Touch => "touch",
        SegmentKind::Stroke => "stroke",
        SegmentKind::Hold(_) => "hold",
        SegmentKind::Tap(_) => "tap",
        SegmentKind::Lift => "lift",
        SegmentKind::Transit => "transit",
        SegmentKind::Operator(_) => "operator",
    }
}
