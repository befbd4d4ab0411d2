//! Where a step goes: the keys of each course.

use planner::{Course, CourseKind, Recipe, Spots};
use quantities::Metres;

use super::levels::{shifted, span};
use crate::Code;
use crate::document::{Kind, Section, Value, flag, list, millimetres, section as table, text};

/// How far outside of the shoulder blade's border a circuit runs when nothing is said (chosen: a thumb
/// beside the bone).
const OUTSIDE: Metres = Metres::new(0.008);

/// Names that keys had before, with their present ones.
const RENAMED: [(&str, &str); 3] = [
    ("return_offset_mm", "outer_mm"),
    ("flank_offset_mm", "outer_mm"),
    ("inner_offset_mm", "offset_mm"),
];

pub(super) fn course(section: &Section<'_>, recipe: &Recipe) -> Option<Course> {
    match recipe.course {
        CourseKind::Loop => {
            let (span, offsets) = (span(section), two_offsets(section));
            let (span, (offset, outer)) = (span?, offsets?);
            Some(Course::Loop {
                span,
                offset,
                outer,
            })
        }
        CourseKind::Rows => {
            let (span, offset) = (span(section), distance(section, "offset_mm"));
            Some(Course::Rows {
                span: span?,
                offset: offset?,
            })
        }
        CourseKind::Across => {
            let (span, offsets) = (span(section), two_offsets(section));
            let spacing = section.required("spacing_mm", millimetres(5.0..=150.0));
            let (span, (offset, outer)) = (span?, offsets?);
            Some(Course::Across {
                span,
                offset,
                outer,
                spacing: spacing?,
            })
        }
        CourseKind::Spots => section.required("spots", spots()).map(Course::Spots),
        CourseKind::Blade => {
            let outside = section.or("outside_mm", millimetres(-40.0..=40.0), OUTSIDE);
            outside.map(|outside| Course::Blade { outside })
        }
        CourseKind::Diagonals => {
            let (span, offsets) = (span(section), two_offsets(section));
            let (span, (offset, outer)) = (span?, offsets?);
            Some(Course::Diagonals {
                span,
                offset,
                outer,
            })
        }
        CourseKind::Straddle => span(section).map(|span| Course::Straddle { span }),
        CourseKind::Person => person(section),
    }
}

fn person(section: &Section<'_>) -> Option<Course> {
    let prompt = section.required("prompt", text());
    let repositions = section.or("repositions", flag(), false);
    Some(Course::Person {
        prompt: prompt?,
        repositions: repositions?,
    })
}

/// The end near the spine and the end far from it.
fn two_offsets(section: &Section<'_>) -> Option<(Metres, Metres)> {
    let offset = distance(section, "offset_mm");
    let outer = distance(section, "outer_mm");
    let (offset, outer) = (offset?, outer?);
    if outer > offset {
        return Some((offset, outer));
    }
    let message = format!(
        "`outer_mm` ({:.1} mm) does not lie further out than `offset_mm` ({:.1} mm)",
        outer.get() * 1000.0,
        offset.get() * 1000.0
    );
    section.refuse_key(
        "outer_mm",
        Code::Contradiction,
        message,
        "make `outer_mm` the larger one",
    )
}

/// Distance from the spine line. Zero and small distances are legal words here, though no tool fits there:
/// the planner tells how far out this tool must run on this client.
fn distance(section: &Section<'_>, key: &'static str) -> Option<Metres> {
    let old = RENAMED.iter().filter(|(_, new)| *new == key);
    let renamed = old.filter(|(old, new)| section.refuse_renamed(old, new));
    // Every old name is told; the new one is not missing then.
    let known_by_an_old_name = renamed.count() > 0;
    if known_by_an_old_name && !section.has(key) {
        return None;
    }
    section.required(key, offset())
}

fn offset<'k>() -> Kind<'k, Metres> {
    millimetres(0.0..=300.0)
}

/// `"focus"`, or `[{ at = "T7", shift_mm = -10, offset_mm = 45 }]`.
fn spots<'k>() -> Kind<'k, Spots> {
    let named = list(table(spot), 1..=50);
    let allowed = "\"focus\", or a list such as [{ at = \"T7\", shift_mm = -10, offset_mm = 45 }]";
    Kind::new(allowed, move |cell| match &cell.node.value {
        Value::Text(word) if word == "focus" => Some(Spots::Focus),
        Value::List(_) => named.read(cell).map(Spots::Named),
        Value::Text(_) => {
            let message = format!("`{}` is {}", cell.name, cell.node.value.seen());
            cell.refuse(
                Code::UnknownWord,
                message,
                format!("allowed here: {allowed}"),
            )
        }
        Value::Whole(_) | Value::Number(_) | Value::Flag(_) | Value::Other(_) | Value::Table(_) => {
            cell.wrong_type(allowed)
        }
    })
}

fn spot(section: &Section<'_>) -> Option<(planner::Level, Metres)> {
    let level = shifted(section);
    let offset = section.required("offset_mm", offset());
    Some((level?, offset?))
}
