//! What travels inside an archive beside its messages: enough to judge the run and to draw it again.

use anatomy::Zone;
use judge::{
    ArmFile, DoseFile, HoldFile, JointBounds, LimitsFile, PatchFile, PlanFile, PoseFile,
    SegmentFile, StepFile, TapFile, ToolFile, ToolName, ZoneLimit,
};
use kinematics::{ArmShape, BodyPart};
use plan::{Plan, SegmentKind};
use planner::DosePrediction;
use quantities::{Base, Newtons, NewtonsPerMetre, Point, Seconds, SquareMetres, Table, Transform};
use recorder::Attachment;
use serde::{Deserialize, Serialize};
use sim::TrueWorld;

use crate::compose::Kit;
use crate::failure::Failure;
use crate::load::{Loaded, body_label};
use crate::session::ingredients::IngredientsFile;
use crate::session::segment_word;

/// What the run was made of, for people and for a report written later.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct RunFile {
    /// Version of this file's layout.
    pub version: u32,
    /// Version of the program.
    pub knead: String,
    /// Headline.
    pub title: String,
    /// Seed of all chance.
    pub seed: u64,
    /// Name of the arm's profile.
    pub arm: String,
    /// What the body came from.
    pub body: String,
    /// Digest of the sealed limits.
    pub limits_digest: String,
    /// Uncertainty of the believed midline (mm).
    pub midline_uncertainty_mm: f64,
    /// Half-width of the keep-out band on the believed back (mm).
    pub keep_out_half_width_mm: f64,
    /// Warnings of set-up.
    pub warnings: Vec<String>,
    /// Notes of the plan, step by step.
    pub step_notes: Vec<Vec<String>>,
    /// Planned way of the patch on the table: step, kind of segment, places.
    pub planned: Vec<PlannedFile>,
    /// Capsules of the moving links.
    pub capsules: Vec<CapsuleFile>,
}

/// One stretch of the planned way.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct PlannedFile {
    /// Step.
    pub step: u32,
    /// Kind of segment.
    pub segment: String,
    /// Places in the true table frame (m).
    pub points: Vec<[f32; 3]>,
}

/// A capsule around a link.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct CapsuleFile {
    /// Frame it moves with.
    pub frame: String,
    /// One end (m).
    pub a: [f64; 3],
    /// The other end (m).
    pub b: [f64; 3],
    /// Radius (m).
    pub radius: f64,
}

/// All attachments of a run.
pub fn attachments<const D: usize>(
    loaded: &Loaded,
    kit: &Kit<'_, D>,
    plan: &Plan<D>,
    world: &TrueWorld,
    seed: u64,
) -> Result<Vec<Attachment>, Failure> {
    let mut all = believed(loaded, kit, plan, world.base_from_table(), seed)?;
    all.push(Attachment {
        name: "world.bin".to_owned(),
        media_type: "application/octet-stream".to_owned(),
        bytes: world.to_bytes(),
    });
    Ok(all)
}

/// All attachments of a live run: of what truly is nothing is known.
pub fn live_attachments<const D: usize>(
    loaded: &Loaded,
    kit: &Kit<'_, D>,
    plan: &Plan<D>,
    seed: u64,
) -> Result<Vec<Attachment>, Failure> {
    believed(loaded, kit, plan, &kit.base_from_table, seed)
}

/// What the session was told: all that a replay, and with the world a judge, needs.
fn believed<const D: usize>(
    loaded: &Loaded,
    kit: &Kit<'_, D>,
    plan: &Plan<D>,
    base_from_table: &Transform<Base, Table>,
    seed: u64,
) -> Result<Vec<Attachment>, Failure> {
    let mut all = vec![
        text("arm.urdf", "application/xml", loaded.urdf_text.clone()),
        json("arm.json", &arm_file(loaded, kit))?,
        json("plan.json", &plan_file(plan, kit))?,
        json("limits.json", &limits_file(kit))?,
        json("dose.json", &dose_file(plan, kit))?,
        json(
            "run.json",
            &run_file(loaded, kit, plan, base_from_table, seed),
        )?,
    ];
    all.extend(rebuilding(loaded, plan, seed, kit.link_delay)?);
    Ok(all)
}

/// The attachments from which a replay rebuilds plan and control cycle: the files of the session and
/// `ingredients.json`. A simulation and a live run carry the same.
pub fn rebuilding<const D: usize>(
    loaded: &Loaded,
    plan: &Plan<D>,
    seed: u64,
    link_delay: Seconds,
) -> Result<Vec<Attachment>, Failure> {
    let mut all = vec![json(
        IngredientsFile::NAME,
        &IngredientsFile::of(loaded, plan, seed, link_delay),
    )?];
    for file in &loaded.kept.files {
        all.push(Attachment {
            name: file.attachment.clone(),
            media_type: media_type(&file.attachment).to_owned(),
            bytes: file.bytes.clone(),
        });
    }
    Ok(all)
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, end)| end) {
        Some("toml") => "text/plain",
        Some("json") => "application/json",
        Some(_) | None => "application/octet-stream",
    }
}

fn text(name: &str, media_type: &str, content: String) -> Attachment {
    Attachment {
        name: name.to_owned(),
        media_type: media_type.to_owned(),
        bytes: content.into_bytes(),
    }
}

fn json(name: &str, content: &impl Serialize) -> Result<Attachment, Failure> {
    let content = serde_json::to_string(content).map_err(Failure::device)?;
    Ok(text(name, "application/json", content))
}

fn arm_file<const D: usize>(loaded: &Loaded, kit: &Kit<'_, D>) -> ArmFile {
    let chain = &loaded.setup.chain;
    let finite = |x: f64| x.is_finite().then_some(x);
    let joints = || chain.joints.iter();
    ArmFile {
        tip: chain.tip.clone(),
        joint_names: joints().map(|j| j.name.clone()).collect(),
        limits: JointBounds {
            lower: joints().map(|j| finite(j.limits.lower)).collect(),
            upper: joints().map(|j| finite(j.limits.upper)).collect(),
            velocity: joints().map(|j| j.limits.velocity).collect(),
            torque: joints().map(|j| j.limits.effort).collect(),
        },
        tools: kit
            .arms
            .iter()
            .map(|(_, tool)| ToolFile {
                name: tool.name.clone(),
                flange_from_tool: PoseFile::of(tool.model.payload.flange_from_tool.raw()),
                patch: PatchFile::from(&tool.model.patch),
                pressure_rating_kpa: Some(tool.model.pressure_rating.get() * 1e-3),
            })
            .collect(),
    }
}

fn plan_file<const D: usize>(plan: &Plan<D>, kit: &Kit<'_, D>) -> PlanFile {
    let technique = |step: u16| {
        plan.steps()
            .get(usize::from(step))
            .map_or("", |s| s.technique.word())
            .to_owned()
    };
    let segments = plan
        .segments()
        .iter()
        .enumerate()
        .map(|(index, segment)| SegmentFile {
            index: index as u32,
            kind: segment_word(&segment.kind).to_owned(),
            technique: technique(segment.step),
            step: u32::from(segment.step),
            tool: segment.tool.0,
            spacing_s: Some(segment.spacing.get()),
            force_n: segment.knots.iter().map(|k| k.force.get()).collect(),
            hold: hold_file(&segment.kind),
            tap: tap_file(&segment.kind),
        });
    PlanFile {
        segments: segments.collect(),
        steps: plan
            .steps()
            .iter()
            .map(|step| StepFile {
                name: step.name.clone(),
                rows: step.rows.clone(),
                technique: step.technique.word().to_owned(),
            })
            .collect(),
        tools: kit
            .arms
            .iter()
            .map(|(_, tool)| ToolName {
                name: tool.name.clone(),
            })
            .collect(),
    }
}

fn hold_file(kind: &SegmentKind) -> Option<HoldFile> {
    match kind {
        SegmentKind::Hold(hold) => Some(HoldFile {
            most_s: hold.most.get(),
            eased_m_per_s: hold.eased.get(),
            bone_n_per_m: hold.bone.map(NewtonsPerMetre::get),
        }),
        SegmentKind::Approach
        | SegmentKind::Touch
        | SegmentKind::Stroke
        | SegmentKind::Tap(_)
        | SegmentKind::Lift
        | SegmentKind::Transit
        | SegmentKind::Operator(_) => None,
    }
}

fn tap_file(kind: &SegmentKind) -> Option<TapFile> {
    match kind {
        SegmentKind::Tap(tap) => Some(TapFile {
            period_s: tap.period.get(),
            height_m: tap.height.get(),
            speed_m_per_s: tap.speed.get(),
        }),
        SegmentKind::Approach
        | SegmentKind::Touch
        | SegmentKind::Stroke
        | SegmentKind::Hold(_)
        | SegmentKind::Lift
        | SegmentKind::Transit
        | SegmentKind::Operator(_) => None,
    }
}

fn limits_file<const D: usize>(kit: &Kit<'_, D>) -> LimitsFile {
    let zones = Zone::ALL.iter().map(|zone| ZoneLimit {
        zone: zone.word().to_owned(),
        // On a patch of a square metre the pressure does not bind: the zone's own force is left.
        force_n: kit
            .envelope
            .force_ceiling(*zone, SquareMetres::new(1.0))
            .get(),
        pressure_kpa: kit.envelope.pressure_ceiling(*zone).get() / 1000.0,
    });
    LimitsFile {
        zones: zones.collect(),
        // The bound of the law min(2 N + 0.8 x normal, cap): ask far out on it.
        tangential_n: kit.envelope.tangential_ceiling(Newtons::new(1e6)).get(),
    }
}

/// What the plan promises, so that judge and report can hold the run against it.
fn dose_file<const D: usize>(plan: &Plan<D>, kit: &Kit<'_, D>) -> DoseFile {
    let promised = DosePrediction::of(plan, &kit.bodies.believed, &kit.envelope, &kit.arms);
    DoseFile {
        keep_out_mm: kit.envelope.keep_out_half_width().get() * 1e3,
        figures: promised.figures,
        map: dose::MapFile::from(&promised.map),
    }
}

fn run_file<const D: usize>(
    loaded: &Loaded,
    kit: &Kit<'_, D>,
    plan: &Plan<D>,
    base_from_table: &Transform<Base, Table>,
    seed: u64,
) -> RunFile {
    RunFile {
        version: 1,
        knead: env!("CARGO_PKG_VERSION").to_owned(),
        title: loaded.routine.name.clone(),
        seed,
        arm: loaded.profile.name.clone(),
        body: body_label(&loaded.body),
        limits_digest: kit.envelope.digest_text(),
        midline_uncertainty_mm: kit.bodies.believed.midline_uncertainty().get() * 1e3,
        keep_out_half_width_mm: kit.envelope.keep_out_half_width().get() * 1e3,
        warnings: [loaded.warnings(), not_compared(kit)].concat(),
        step_notes: plan.steps().iter().map(|s| s.notes.clone()).collect(),
        planned: planned(plan, base_from_table),
        capsules: drawn_capsules(kit),
    }
}

/// Pairs of links that always overlap, and so cannot be held apart: said, lest they be taken for checked.
fn not_compared<const D: usize>(kit: &Kit<'_, D>) -> Vec<String> {
    let Some(shape) = kit.shapes.first() else {
        return Vec::new();
    };
    let part = |at: usize| shape.parts().get(at).map(|part| part.part.to_string());
    let mut notes: Vec<String> = shape
        .not_compared()
        .iter()
        .filter_map(|pair| Some((part(pair.first)?, part(pair.second)?)))
        .map(|(one, other)| {
            format!(
                "capsules of {one} and {other} overlap in every posture: these two are not compared"
            )
        })
        .collect();
    notes.dedup();
    notes
}

/// The links as plan and monitor take them. The tool is drawn by its own shape: it may change on the way.
fn drawn_capsules<const D: usize>(kit: &Kit<'_, D>) -> Vec<CapsuleFile> {
    let parts = kit.shapes.first().map_or(&[][..], ArmShape::parts);
    parts
        .iter()
        .filter(|part| part.part != BodyPart::Tool)
        .map(|part| CapsuleFile {
            frame: part
                .capsule
                .link
                .map_or_else(|| "base".to_owned(), |link| format!("link_{}", link + 1)),
            a: part.capsule.a.coords.into(),
            b: part.capsule.b.coords.into(),
            radius: part.capsule.radius.get(),
        })
        .collect()
}

/// Every fifth knot is enough for a line that people look at.
const DRAWN_KNOTS: usize = 5;

fn planned<const D: usize>(
    plan: &Plan<D>,
    base_from_table: &Transform<Base, Table>,
) -> Vec<PlannedFile> {
    let table_from_base = base_from_table.inverse();
    let place = |knot: &plan::Knot<D>| {
        let point: Point<Table> = table_from_base.transform(&knot.base_from_tool.origin());
        [point.x() as f32, point.y() as f32, point.z() as f32]
    };
    plan.segments()
        .iter()
        .map(|segment| PlannedFile {
            step: u32::from(segment.step),
            segment: segment_word(&segment.kind).to_owned(),
            points: segment
                .knots
                .iter()
                .step_by(DRAWN_KNOTS)
                .chain(segment.knots.last())
                .map(place)
                .collect(),
        })
        .collect()
}
