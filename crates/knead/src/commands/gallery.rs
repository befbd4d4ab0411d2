//! `knead gallery`: each technique planned on a body, drawn on one page.
//!
//! ```text
//! routine files ─▶ showcase: a step for each technique, between warm-up and cool-down
//!                     └─▶ planner ─▶ plan or refusal ─▶ cards ─▶ viewer's page
//! ```

mod cards;
mod runs;
mod showcase;
#[cfg(test)]
mod tests;

use anatomy::Side;
use plan::Technique;
use planner::{PlanRequest, Routine};
use quantities::Metres;
use settings::BodySource;
use viewer::{GalleryBack, GalleryPage, TechniqueCard, write_gallery_page};

use crate::cli::GalleryOptions;
use crate::compose::Kit;
use crate::dispatch::with_joint_count;
use crate::failure::Failure;
use crate::load::{Loaded, body_label, toml_files};
use crate::say::aside;
use crate::scene::body_map;

use cards::Card;
use showcase::Catalogue;

pub fn run(options: &GalleryOptions) -> Result<(), Failure> {
    let catalogue = Catalogue::read(&options.routines)?;
    let loaded = ingredients(options)?;
    let joints = loaded.setup.chain.joints.len();
    let page = with_joint_count!(
        joints,
        D => page::<D>(&loaded, &catalogue, options.seed)?,
        else return Err(Failure::Input(format!(
            "the arm has {joints} moving joints; allowed are 4 to 7"
        )))
    );
    write_gallery_page(&page, &options.out).map_err(Failure::device)?;
    aside!("wrote {}", options.out.display());
    Ok(())
}

/// Everything but the routine, with all tools.
fn ingredients(options: &GalleryOptions) -> Result<Loaded, Failure> {
    let files = toml_files(&options.routines, "--routines")?;
    let Some(any) = files.first() else {
        return Err(Failure::Input(format!(
            "{} holds no routine; name the folder with --routines",
            options.routines.display()
        )));
    };
    let mut loaded = Loaded::read(&options.ingredients(any))?.with_all_tools(&options.tools)?;
    // As in `knead plan`: a real scan is planned with the landmarks as they were given.
    if matches!(loaded.body, BodySource::Scan { .. }) {
        loaded.simulation.midline_error = Metres::ZERO;
    }
    Ok(loaded)
}

fn page<const D: usize>(
    loaded: &Loaded,
    catalogue: &Catalogue,
    seed: u64,
) -> Result<GalleryPage, Failure> {
    let kit = Kit::<D>::new(loaded, seed)?;
    let back = &kit.bodies.believed;
    let blade = |side| back.blade_border(side);
    let cards = Technique::ALL.iter().map(|&technique| {
        aside!("{:<4} {}", technique.id(), technique.word());
        card(&kit, catalogue, technique)
    });
    Ok(GalleryPage {
        title: "Techniques, planned".to_owned(),
        subtitle: format!(
            "{}; arm {}; made by `knead gallery`",
            body_label(&loaded.body),
            loaded.profile.name
        ),
        back: GalleryBack {
            map: body_map(back, kit.envelope.keep_out_half_width()),
            blades: vec![blade(Side::Left), blade(Side::Right)],
        },
        cards: cards.collect(),
    })
}

/// Plans a technique and tells of it.
fn card<const D: usize>(
    kit: &Kit<'_, D>,
    catalogue: &Catalogue,
    technique: Technique,
) -> TechniqueCard {
    let card = Card {
        technique,
        rows: catalogue.rows(technique),
    };
    if technique == Technique::OperatorStep {
        return card.of_a_person();
    }
    let Some(example) = catalogue.example(technique) else {
        return card.without_example();
    };
    let routine: Routine = example.routine();
    let request = PlanRequest {
        routine: &routine,
        ..kit.plan_request()
    };
    match planner::plan(&request) {
        Ok(plan) => card.of_plan(example, &plan, &kit.arms),
        Err(rejection) => card.refused(example, &rejection),
    }
}
