//! `ingredients.json`: what a replay needs to know beside the files of a session.

use plan::Plan;
use quantities::Seconds;
use serde::{Deserialize, Serialize};

use super::plan_digest;
use crate::load::Loaded;

/// Which attachment lies where in the folder of a rebuilt session, and what was typed beside the files.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct IngredientsFile {
    /// Version of this file's layout.
    pub version: u32,
    /// Version of the program.
    pub knead: String,
    /// Moving joints of the arm.
    pub joints: usize,
    /// Seed of the session: the scan of a parametric body is drawn from it.
    pub seed: u64,
    /// What the link added to the delay that monitor and gains reckon with (s); 0 in simulation.
    #[serde(default)]
    pub link_delay_s: f64,
    /// Words of the steps that the client asked for, from the client's file and from the command line.
    pub asked_for: Vec<String>,
    /// Place of the routine.
    pub routine: String,
    /// Place of the body.
    pub body: String,
    /// Place of the landmarks that were given with a scan.
    pub landmarks: Option<String>,
    /// Digest of the plan: a replay that plans otherwise says so.
    pub plan_digest: String,
    /// The files.
    pub files: Vec<PlacedFile>,
}

/// An attachment and its place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlacedFile {
    /// Name of the attachment.
    pub attachment: String,
    /// Its place, relative to the folder of the session, with `/` between the parts.
    pub path: String,
}

impl IngredientsFile {
    /// Name of the attachment.
    pub const NAME: &'static str = "ingredients.json";
    /// Version of the layout that is written and read.
    pub const VERSION: u32 = 1;

    /// What a session is made of.
    pub fn of<const D: usize>(
        loaded: &Loaded,
        plan: &Plan<D>,
        seed: u64,
        link_delay: Seconds,
    ) -> Self {
        let kept = &loaded.kept;
        let placed = kept.files.iter().filter_map(|file| {
            Some(PlacedFile {
                attachment: file.attachment.clone(),
                path: file.path.clone()?,
            })
        });
        Self {
            version: Self::VERSION,
            knead: env!("CARGO_PKG_VERSION").to_owned(),
            joints: D,
            seed,
            link_delay_s: link_delay.get(),
            asked_for: loaded.client.taste.asked_for.clone(),
            routine: kept.routine.clone(),
            body: kept.body.clone(),
            landmarks: kept.landmarks.clone(),
            plan_digest: plan_digest(plan),
            files: placed.collect(),
        }
    }
}
