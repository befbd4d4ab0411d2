//! Which step shows a technique: one of the routine files' own, done once.

use std::path::Path;

use plan::Technique;
use planner::{
    Course, ForceWord, Hands, Level, PatchAxis, Routine, RoutineStep, Shape, Sides, Span, Spots,
    recipe,
};
use quantities::{Metres, Newtons};
use settings::read_routine;

use crate::commands::techniques::rows::ROWS;
use crate::failure::Failure;
use crate::load::toml_files;

/// A step of a routine file.
pub(super) struct Example {
    /// Name of the file.
    pub file: String,
    /// The tempo of its routine (Hz).
    tempo_hz: Option<f64>,
    /// The step as the file has it.
    pub step: RoutineStep,
}

/// The steps of all routine files, each where it stands.
pub(super) struct Catalogue {
    steps: Vec<Example>,
}

impl Catalogue {
    /// Reads a folder.
    ///
    /// # Errors
    /// A folder that cannot be read; every fault of the first routine that has any.
    pub fn read(folder: &Path) -> Result<Self, Failure> {
        let mut steps = Vec::new();
        for path in toml_files(folder, "--routines")? {
            let routine = read_routine(&path).map_err(Failure::input)?;
            let file = path.file_name().unwrap_or_default().to_string_lossy();
            let own = routine.steps.into_iter().filter(|s| s.file.is_none());
            steps.extend(own.map(|step| Example {
                file: file.clone().into_owned(),
                tempo_hz: routine.tempo_hz,
                step,
            }));
        }
        Ok(Self { steps })
    }

    /// The rows of the source texts that steps of a technique serve, in their order.
    pub fn rows(&self, technique: Technique) -> Vec<&'static str> {
        let own = || self.steps.iter().filter(|e| e.step.technique == technique);
        let serves = |id: &str| own().any(|e| e.step.rows.iter().any(|row| row == id));
        let ids = ROWS.iter().map(|row| row.id);
        ids.filter(|id| serves(id)).collect()
    }

    /// The step that shows a technique best: on places that the routine itself names, with the usual tool,
    /// of medium force; of equals the first.
    pub fn example(&self, technique: Technique) -> Option<&Example> {
        let own = self.steps.iter().filter(|e| e.step.technique == technique);
        own.min_by_key(|example| {
            let step = &example.step;
            (
                step.course == Course::Spots(Spots::Focus),
                step.tool() != recipe(technique).tool,
                step.force != ForceWord::Medium,
            )
        })
    }
}

impl Example {
    /// The step, once, between a warm-up and a cool-down.
    pub fn routine(&self) -> Routine {
        let step = RoutineStep {
            repeat: 1,
            if_asked: None,
            ..self.step.clone()
        };
        Routine {
            name: format!("{} shown", step.technique.word()),
            summary: String::new(),
            tempo_hz: self.tempo_hz,
            steps: vec![
                glides("before the technique", ForceWord::Light),
                step,
                glides("after the technique", ForceWord::Exactly(Newtons::new(4.0))),
            ],
        }
    }
}

/// Long glides over the whole back.
fn glides(name: &str, force: ForceWord) -> RoutineStep {
    let technique = Technique::Effleurage;
    let at = |name| Level {
        name,
        shift: Metres::ZERO,
    };
    RoutineStep {
        name: name.to_owned(),
        rows: Vec::new(),
        file: None,
        line: 1,
        column: 1,
        technique,
        // Offsets on which a palm clears the keep-out and stays on the flank of a small back. Chosen.
        course: Course::Loop {
            span: Span {
                from: at(anatomy::Level::S2),
                to: at(anatomy::Level::C7),
            },
            offset: Metres::new(0.06),
            outer: Metres::new(0.10),
        },
        shape: Shape::default(),
        tools: vec![recipe(technique).tool.to_owned()],
        patch_axis: PatchAxis::Along,
        sides: Sides::Both,
        hands: Hands::Mirrored,
        force,
        speed: None,
        repeat: 1,
        outward_shift: Metres::ZERO,
        if_asked: None,
    }
}
