//! `knead plan`: prove a routine without running it.

use planner::{DosePrediction, PlanSummary};
use quantities::Metres;
use serde_json::json;
use settings::BodySource;

use crate::cli::PlanOptions;
use crate::compose::Kit;
use crate::dispatch::with_joint_count;
use crate::failure::Failure;
use crate::load::Loaded;
use crate::output;
use crate::say::{say, say_plain};

pub fn run(options: &PlanOptions) -> Result<(), Failure> {
    let mut loaded = Loaded::read(&options.ingredients)?;
    // A real scan is planned with the landmarks as they were given; only a simulation misplaces them.
    if matches!(loaded.body, BodySource::Scan { .. }) {
        loaded.simulation.midline_error = Metres::ZERO;
    }
    for warning in loaded.warnings() {
        eprintln!("warning: {warning}");
    }
    let joints = loaded.setup.chain.joints.len();
    with_joint_count!(
        joints,
        D => plan_with::<D>(&loaded, options),
        else Err(Failure::Input(format!("the arm has {joints} moving joints; allowed are 4 to 7")))
    )
}

fn plan_with<const D: usize>(loaded: &Loaded, options: &PlanOptions) -> Result<(), Failure> {
    let kit = Kit::<D>::new(loaded, options.seed)?;
    match kit.plan() {
        Ok(plan) => {
            let summary = PlanSummary::of(&plan).with_postures(&plan, &kit.arms);
            let dose =
                DosePrediction::of(&plan, &kit.bodies.believed, &kit.envelope, &kit.arms).figures;
            if options.json {
                let steps: Vec<_> = summary
                    .steps
                    .iter()
                    .map(|s| {
                        json!({"name": s.name, "rows": s.rows, "technique": s.technique, "notes": s.notes, "postures": s.postures})
                    })
                    .collect();
                say!(
                    "{}",
                    json!({
                        "version": 1, "planned": true, "duration_s": plan.duration().get(),
                        "segments": plan.segments().len(), "postures": summary.postures, "steps": steps,
                        "dose": dose,
                    })
                );
            } else {
                say_plain!("{}", output::plan_text(&summary));
                say!(
                    "planned: {:.0} s of motion, every sample proved",
                    plan.duration().get()
                );
                if let Some(postures) = &summary.postures {
                    say!("worst: {postures}");
                }
                say_plain!("{}", output::dose_text(&dose, None));
            }
            Ok(())
        }
        Err(rejection) => {
            if options.json {
                say!(
                    "{}",
                    json!({"version": 1, "planned": false, "rejection": rejection})
                );
            }
            Err(Failure::Verdict(rejection.to_string()))
        }
    }
}
