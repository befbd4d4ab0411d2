//! One step: what all techniques have in common.

use plan::Technique;
use planner::{CourseKind, ForceWord, Hands, PatchAxis, Recipe, RoutineStep, Sides, recipe};
use quantities::{Metres, MetresPerSecond, Newtons};

use super::rows::SOURCE_ROWS;
use super::{course, shape};
use crate::Code;
use crate::document::{
    Kind, Section, Value, list, millimetres, number, text, whole, words, words_of,
};

/// Tools that a routine may ask for.
pub(crate) const TOOLS: [&str; 7] = ["palm", "heel", "fist", "thumb", "fork", "roller", "cap"];

pub(super) fn step(section: &Section<'_>) -> Option<RoutineStep> {
    let Some(technique) = section.required("technique", techniques()) else {
        // Which other keys are right depends on the technique.
        section.let_unknown_keys_be();
        return None;
    };
    let recipe = recipe(technique);
    let name = section.required("name", text());
    let rows = section.or("source", one_or_more("row", &SOURCE_ROWS), Vec::new());
    let if_asked = section.optional("if_asked", asked_word());
    let course = course::course(section, &recipe);
    let shape = shape::shape(section, &recipe);
    let tools = tools(section, &recipe);
    let touch = touch(section, recipe.course);
    let (line, column) = section.place();
    let touch = touch?;
    Some(RoutineStep {
        name: name?,
        rows: rows?,
        file: None,
        line,
        column,
        technique,
        course: course?,
        shape: shape?,
        tools: tools?,
        patch_axis: touch.patch_axis,
        sides: touch.sides,
        hands: touch.hands,
        force: touch.force,
        speed: touch.speed,
        repeat: touch.repeat,
        outward_shift: touch.outward_shift,
        if_asked: if_asked?,
    })
}

fn techniques<'k>() -> Kind<'k, Technique> {
    words_of(Technique::ALL.iter().map(|t| (t.word(), *t)).collect())
}

/// A word by which a client asks for something; which words there are is told by client profiles.
pub(super) fn asked_word<'k>() -> Kind<'k, String> {
    let written = text();
    Kind::new("a word in small letters, such as \"deep\"", move |cell| {
        let word = written.read(cell)?;
        let plain = |letter: char| letter.is_ascii_lowercase() || letter == '_';
        if word.len() <= 40 && word.chars().all(plain) {
            return Some(word);
        }
        let message = format!("`{}` is no plain word", cell.name);
        let help = "small letters and _, such as \"deep\"";
        cell.refuse(Code::UnknownWord, message, help)
    })
}

/// The tools that will do, the preferred one first.
fn tools(section: &Section<'_>, recipe: &Recipe) -> Option<Vec<String>> {
    let usual = [recipe.tool].into_iter().filter(|tool| !tool.is_empty());
    let usual = usual.map(str::to_owned).collect();
    section.or("tool", one_or_more("tool", &TOOLS), usual)
}

/// A word, or a list of different words in the author's order.
fn one_or_more<'k>(what: &str, known: &'k [&'k str]) -> Kind<'k, Vec<String>> {
    let word = move || words_of(known.iter().map(|word| (*word, *word)).collect());
    let many = list(word().map(str::to_owned), 1..=known.len());
    let first = known.first().copied().unwrap_or_default();
    let allowed = format!("a {what} such as \"{first}\", or a list of them");
    Kind::new(allowed, move |cell| {
        if !matches!(cell.node.value, Value::List(_)) {
            return word().read(cell).map(|word| vec![word.to_owned()]);
        }
        let words = many.read(cell)?;
        let twice =
            |(index, word): &(usize, &String)| words.iter().take(*index).any(|w| w == *word);
        match words.iter().enumerate().find(twice) {
            None => Some(words),
            Some((_, word)) => {
                let message = format!("`{}` names \"{word}\" twice", cell.name);
                cell.refuse(Code::Duplicate, message, "name it once")
            }
        }
    })
}

/// How the tool is used, in all figures that touch.
struct Touch {
    patch_axis: PatchAxis,
    sides: Sides,
    hands: Hands,
    force: ForceWord,
    speed: Option<MetresPerSecond>,
    repeat: u32,
    outward_shift: Metres,
}

impl Touch {
    /// Of a step in which the arm does nothing.
    const NONE: Self = Self {
        patch_axis: PatchAxis::Along,
        sides: Sides::Both,
        hands: Hands::One,
        force: ForceWord::Light,
        speed: None,
        repeat: 1,
        outward_shift: Metres::ZERO,
    };
}

/// Keys that mean nothing on a course are unknown there: a tool that straddles the spine has no side and
/// cannot be turned, single places and diagonals have no line further out.
fn touch(section: &Section<'_>, course: CourseKind) -> Option<Touch> {
    let (one_sided, shifts) = match course {
        CourseKind::Person => return Some(Touch::NONE),
        CourseKind::Straddle => (false, false),
        CourseKind::Spots | CourseKind::Diagonals => (true, false),
        CourseKind::Loop | CourseKind::Rows | CourseKind::Across | CourseKind::Blade => {
            (true, true)
        }
    };
    let none = Touch::NONE;
    let (sides, patch_axis) = if one_sided {
        (
            section.or("sides", words(&SIDES), none.sides),
            section.or("patch_axis", words(&AXES), none.patch_axis),
        )
    } else {
        (Some(none.sides), Some(none.patch_axis))
    };
    let outward_shift = if shifts {
        section.or("outward_shift_mm", millimetres(0.0..=100.0), Metres::ZERO)
    } else {
        Some(Metres::ZERO)
    };
    let hands = section.or("hands", words(&HANDS), none.hands);
    let force = force(section);
    let speed = section.optional("speed_mm_per_s", number(1.0..=500.0, "mm/s"));
    let repeat = section.or("repeat", whole(1..=200), none.repeat);
    Some(Touch {
        patch_axis: patch_axis?,
        sides: sides?,
        hands: hands?,
        force: force?,
        speed: speed?.map(|mm_per_s| MetresPerSecond::new(mm_per_s / 1000.0)),
        repeat: repeat?,
        outward_shift: outward_shift?,
    })
}

const AXES: [(&str, PatchAxis); 2] = [("along", PatchAxis::Along), ("across", PatchAxis::Across)];

const SIDES: [(&str, Sides); 3] = [
    ("left", Sides::Left),
    ("right", Sides::Right),
    ("both", Sides::Both),
];

const HANDS: [(&str, Hands); 4] = [
    ("one", Hands::One),
    ("mirrored", Hands::Mirrored),
    ("alternate", Hands::Alternate),
    ("together", Hands::Together),
];

/// Words of each technique's own scale.
pub(super) const FORCES: [(&str, ForceWord); 4] = [
    ("light", ForceWord::Light),
    ("medium", ForceWord::Medium),
    ("firm", ForceWord::Firm),
    ("deep", ForceWord::Deep),
];

/// Either a word of the technique's scale, or newtons. The range of newtons is wide: a routine that
/// asks for too much is refused by the planner, which can tell the ceiling of the place.
fn force(section: &Section<'_>) -> Option<ForceWord> {
    let word = section.optional("force", words(&FORCES));
    let exact = section.optional("force_n", number(0.5..=1000.0, "N"));
    match (word?, exact?) {
        (Some(_), Some(_)) => {
            let message = "`force` and `force_n` both tell how hard".to_owned();
            section.refuse_key(
                "force_n",
                Code::Contradiction,
                message,
                "keep one of the two",
            )
        }
        (Some(word), None) => Some(word),
        (None, Some(newtons)) => Some(ForceWord::Exactly(Newtons::new(newtons))),
        (None, None) => {
            let message = "the step does not tell how hard it presses".to_owned();
            let help = "add `force = \"light\"` (or medium, firm, deep), or `force_n = ...`";
            section.refuse(Code::MissingKey, message, help)
        }
    }
}
