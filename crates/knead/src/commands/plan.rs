//! `knead plan`: prove a routine without running it.

use dose::DoseFigures;
use planner::{DosePrediction, PlanRejection, PlanSummary};
use quantities::Metres;
use serde_json::{Value, json};
use settings::BodySource;

use crate::cli::{Ingredients, PlanOptions};
use crate::compose::Kit;
use crate::dispatch::with_joint_count;
use crate::failure::Failure;
use crate::load::Loaded;
use crate::output;
use crate::say::{aside, say, say_plain};

/// What came of proving a routine.
pub enum Proof {
    /// It can be done.
    Planned {
        /// What the plan will do.
        summary: PlanSummary,
        /// Parts of the plan.
        segments: usize,
        /// What each zone will get.
        dose: Box<DoseFigures>,
    },
    /// It cannot, for these reasons.
    Refused(PlanRejection),
}

pub fn run(options: &PlanOptions) -> Result<(), Failure> {
    let proof = prove(&options.ingredients, options.seed)?;
    if options.json {
        let mut told = proof.as_json();
        told["version"] = json!(1);
        say!("{told}");
    } else {
        proof.tell();
    }
    match proof {
        Proof::Planned { .. } => Ok(()),
        Proof::Refused(rejection) => Err(Failure::Verdict(rejection.to_string())),
    }
}

/// Proves a routine.
///
/// # Errors
/// Ingredients that cannot be read or do not fit together.
pub fn prove(ingredients: &Ingredients, seed: u64) -> Result<Proof, Failure> {
    let mut loaded = Loaded::read(ingredients)?;
    // A real scan is planned with the landmarks as they were given; only a simulation misplaces them.
    if matches!(loaded.body, BodySource::Scan { .. }) {
        loaded.simulation.midline_error = Metres::ZERO;
    }
    for warning in loaded.warnings() {
        aside!("warning: {warning}");
    }
    let joints = loaded.setup.chain.joints.len();
    with_joint_count!(
        joints,
        D => prove_with::<D>(&loaded, seed),
        else Err(Failure::Input(format!("the arm has {joints} moving joints; allowed are 4 to 7")))
    )
}

fn prove_with<const D: usize>(loaded: &Loaded, seed: u64) -> Result<Proof, Failure> {
    let kit = Kit::<D>::new(loaded, seed)?;
    Ok(match kit.plan() {
        Ok(plan) => Proof::Planned {
            summary: PlanSummary::of(&plan).with_postures(&plan, &kit.arms),
            segments: plan.segments().len(),
            dose: Box::new(
                DosePrediction::of(&plan, &kit.bodies.believed, &kit.envelope, &kit.arms).figures,
            ),
        },
        Err(rejection) => Proof::Refused(rejection),
    })
}

impl Proof {
    /// For scripts.
    pub fn as_json(&self) -> Value {
        match self {
            Self::Planned {
                summary,
                segments,
                dose,
            } => {
                let steps: Vec<_> = summary
                    .steps
                    .iter()
                    .map(|s| {
                        json!({"name": s.name, "rows": s.rows, "technique": s.technique, "notes": s.notes, "postures": s.postures})
                    })
                    .collect();
                json!({
                    "planned": true, "duration_s": summary.duration_s, "segments": segments,
                    "postures": summary.postures, "steps": steps, "dose": dose,
                })
            }
            Self::Refused(rejection) => json!({"planned": false, "rejection": rejection}),
        }
    }

    /// For people; why it was refused is told with the exit code.
    pub fn tell(&self) {
        if let Self::Planned { summary, dose, .. } = self {
            say_plain!("{}", output::plan_text(summary));
            say!(
                "planned: {:.0} s of motion, every sample proved",
                summary.duration_s
            );
            if let Some(postures) = &summary.postures {
                say!("worst: {postures}");
            }
            say_plain!("{}", output::dose_text(dose, None));
        }
    }
}
