//! The words of a card.

use kinematics::ArmModel;
use plan::{Plan, Technique};
use planner::{ForceWord, PlanRejection, Recipe, RoutineStep, Sides, ToolSpec, recipe};
use viewer::{Shown, TechniqueCard};

use super::runs::{StepRuns, step_runs};
use super::showcase::Example;
use crate::commands::techniques::{course, manner, ranged, size_word};

/// What is known of a technique before it is planned.
pub(super) struct Card {
    pub technique: Technique,
    /// Rows of the source texts that use it.
    pub rows: Vec<&'static str>,
}

type Facts = Vec<(String, String)>;

impl Card {
    /// The arm is parked.
    pub fn of_a_person(&self) -> TechniqueCard {
        let words = "The arm is parked and waits: what needs a person (folding an arm, laying anew, oil, another tool, \
                     a stretch) is asked of one, and the plan goes on at the operator's word.";
        self.card(
            "a person acts, the arm is parked",
            Vec::new(),
            Vec::new(),
            Shown::Person(words.to_owned()),
        )
    }

    /// No routine file uses it.
    pub fn without_example(&self) -> TechniqueCard {
        let reason = "no routine file has a step of it; add one to the folder of routines";
        self.of_arm(
            Vec::new(),
            Vec::new(),
            Shown::Refused(vec![reason.to_owned()]),
        )
    }

    /// It cannot be planned.
    pub fn refused(&self, example: &Example, rejection: &PlanRejection) -> TechniqueCard {
        let lines = rejection.violations.iter().map(ToString::to_string);
        let facts = vec![fact("shown as", shown_as(example))];
        self.of_arm(facts, Vec::new(), Shown::Refused(lines.collect()))
    }

    /// It is planned.
    pub fn of_plan<const D: usize>(
        &self,
        example: &Example,
        plan: &Plan<D>,
        arms: &[(ArmModel<D>, ToolSpec)],
    ) -> TechniqueCard {
        let is_shown =
            |step: &plan::Step| step.name == example.step.name && step.technique == self.technique;
        let Some(step) = plan.steps().iter().position(is_shown) else {
            let reason = "the plan left the step out".to_owned();
            return self.of_arm(Vec::new(), Vec::new(), Shown::Refused(vec![reason]));
        };
        let StepRuns { runs, duration } = step_runs(plan, step);
        let tools = plan
            .segments()
            .iter()
            .filter(|s| usize::from(s.step) == step);
        let tool = tools
            .filter(|segment| !matches!(segment.kind, plan::SegmentKind::Operator(_)))
            .find_map(|segment| arms.get(usize::from(segment.tool.0)))
            .map_or("", |(_, spec)| spec.name.as_str());
        let contact: f64 = runs
            .iter()
            .map(|run| run.spacing.get() * (run.places.len().max(1) - 1) as f64)
            .sum();
        let facts = vec![
            fact("shown as", shown_as(example)),
            fact("planned", planned(&runs)),
            fact(
                "duration",
                format!("{:.0} s, {contact:.0} s of it in contact", duration.get()),
            ),
            fact("with", format!("the {tool}")),
        ];
        let shown = Shown::Planned {
            runs,
            rhythmic: recipe(self.technique).rhythm.is_some(),
        };
        self.of_arm(facts, plan.steps()[step].notes.clone(), shown)
    }

    /// A card of something that the arm does: its recipe comes first.
    fn of_arm(&self, facts: Facts, notes: Vec<String>, shown: Shown) -> TechniqueCard {
        let row = recipe(self.technique);
        let mut all = figures(&row);
        all.extend(facts);
        self.card(
            &format!("{}; {}", course(&row), manner(&row)),
            all,
            notes,
            shown,
        )
    }

    fn card(
        &self,
        summary: &str,
        mut facts: Facts,
        notes: Vec<String>,
        shown: Shown,
    ) -> TechniqueCard {
        let rows = if self.rows.is_empty() {
            "none".to_owned()
        } else {
            self.rows.join(", ")
        };
        facts.push(fact("rows", rows));
        TechniqueCard {
            id: self.technique.id().to_owned(),
            word: self.technique.word().to_owned(),
            summary: summary.to_owned(),
            facts,
            notes,
            shown,
        }
    }
}

fn fact(label: &str, words: impl Into<String>) -> (String, String) {
    (label.to_owned(), words.into())
}

/// The recipe in facts.
fn figures(row: &Recipe) -> Facts {
    let [light, medium, firm] = row.forces;
    let deep = row
        .deep
        .map_or(String::new(), |deep| format!(", deep {deep:.0}"));
    let mut facts = vec![
        fact("tool", format!("usually the {}", row.tool)),
        fact(
            "force",
            format!("light {light:.0}, medium {medium:.0}, firm {firm:.0}{deep} N"),
        ),
    ];
    if let Some(rhythm) = row.rhythm {
        facts.push(fact("rhythm", format!("{} Hz", ranged(rhythm, 1.0))));
    }
    if let Some(size) = row.size {
        let text = format!("{} mm", ranged(size, 1e3));
        facts.push(fact(size_word(row.manner), text));
    }
    if row.speed.usual > 0.0 {
        facts.push(fact("speed", format!("{} mm/s", ranged(row.speed, 1e3))));
    }
    facts
}

/// Which step of which file, with its force and sides.
fn shown_as(example: &Example) -> String {
    let step = &example.step;
    format!(
        "\"{}\" of {}, once: {}, {}",
        step.name,
        example.file,
        force(step),
        sides(step.sides)
    )
}

fn force(step: &RoutineStep) -> String {
    let row = recipe(step.technique);
    let [light, medium, firm] = row.forces;
    match step.force {
        ForceWord::Light => format!("light ({light:.0} N)"),
        ForceWord::Medium => format!("medium ({medium:.0} N)"),
        ForceWord::Firm => format!("firm ({firm:.0} N)"),
        ForceWord::Deep => row
            .deep
            .map_or("deep".to_owned(), |deep| format!("deep ({deep:.0} N)")),
        ForceWord::Exactly(force) => format!("{:.0} N", force.get()),
    }
}

const fn sides(sides: Sides) -> &'static str {
    match sides {
        Sides::Left => "left side",
        Sides::Right => "right side",
        Sides::Both => "both sides",
    }
}

/// Least and greatest set-point, and the fastest motion of the path.
fn planned(runs: &[viewer::ContactRun]) -> String {
    let forces = || {
        runs.iter()
            .flat_map(|r| r.places.iter().map(|p| p.force.get()))
    };
    let (least, most) = (
        forces().fold(f64::INFINITY, f64::min),
        forces().fold(0.0, f64::max),
    );
    if least > most {
        return "no contact".to_owned();
    }
    let fastest = runs.iter().map(fastest).fold(0.0, f64::max);
    format!("{least:.1} to {most:.1} N, up to {:.0} mm/s", fastest * 1e3)
}

/// Fastest motion in back coordinates (m/s).
fn fastest(run: &viewer::ContactRun) -> f64 {
    let steps = run.places.windows(2).map(|pair| {
        let (du, dv) = (pair[1].u - pair[0].u, pair[1].v - pair[0].v);
        libm::hypot(du.get(), dv.get()) / run.spacing.get()
    });
    steps.fold(0.0, f64::max)
}
