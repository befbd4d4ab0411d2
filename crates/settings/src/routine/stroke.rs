//! The figure of a step: which keys each technique takes.

use planner::{Level, LevelName, Stroke};
use quantities::Metres;

use crate::Code;
use crate::document::{Kind, Section, Value, millimetres, number, text, words};

/// Techniques that a routine may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Figure {
    Effleurage,
    FanOut,
    PalmCircles,
    ThumbCircles,
    PullStrokes,
    TwoLineStroke,
    OperatorStep,
}

pub(super) const TECHNIQUES: [(&str, Figure); 7] = [
    ("effleurage", Figure::Effleurage),
    ("fan_out", Figure::FanOut),
    ("palm_circles", Figure::PalmCircles),
    ("thumb_circles", Figure::ThumbCircles),
    ("pull_strokes", Figure::PullStrokes),
    ("two_line_stroke", Figure::TwoLineStroke),
    ("operator_step", Figure::OperatorStep),
];

impl Figure {
    /// The tool when the step names none; empty where no tool is needed.
    pub(super) const fn usual_tool(self) -> &'static str {
        match self {
            Self::Effleurage | Self::FanOut | Self::PalmCircles | Self::PullStrokes => "palm",
            Self::ThumbCircles => "thumb",
            Self::TwoLineStroke => "fork",
            Self::OperatorStep => "",
        }
    }

    pub(super) const fn is_for_a_person(self) -> bool {
        match self {
            Self::OperatorStep => true,
            Self::Effleurage
            | Self::FanOut
            | Self::PalmCircles
            | Self::ThumbCircles
            | Self::PullStrokes
            | Self::TwoLineStroke => false,
        }
    }
}

const LEVELS: [(&str, LevelName); 8] = [
    ("tail_bone", LevelName::TailBone),
    ("S2", LevelName::S2),
    ("L4", LevelName::L4),
    ("waist", LevelName::Waist),
    ("T12", LevelName::T12),
    ("T7", LevelName::T7),
    ("T3", LevelName::T3),
    ("nape", LevelName::Nape),
];

pub(super) fn stroke(section: &Section<'_>, figure: Figure) -> Option<Stroke> {
    match figure {
        Figure::Effleurage => effleurage(section),
        Figure::FanOut => fan_out(section),
        Figure::PalmCircles => {
            let (span, circles) = (span(section), circles(section, 5.0..=80.0));
            let ((from, to), (offset, radius, frequency_hz)) = (span?, circles?);
            Some(Stroke::PalmCircles {
                from,
                to,
                offset,
                radius,
                frequency_hz,
            })
        }
        Figure::ThumbCircles => {
            let (span, circles) = (span(section), circles(section, 2.0..=30.0));
            let ((from, to), (offset, radius, frequency_hz)) = (span?, circles?);
            Some(Stroke::ThumbCircles {
                from,
                to,
                offset,
                radius,
                frequency_hz,
            })
        }
        Figure::PullStrokes => pull_strokes(section),
        Figure::TwoLineStroke => {
            let (from, to) = span(section)?;
            Some(Stroke::TwoLineStroke { from, to })
        }
        Figure::OperatorStep => {
            let prompt = section.required("prompt", text())?;
            Some(Stroke::Operator { prompt })
        }
    }
}

fn effleurage(section: &Section<'_>) -> Option<Stroke> {
    let span = span(section);
    let offset = section.required("offset_mm", offset());
    let return_offset = section.required("return_offset_mm", self::offset());
    let ((from, to), offset, return_offset) = (span?, offset?, return_offset?);
    further_out(
        section,
        "return_offset_mm",
        return_offset,
        "offset_mm",
        offset,
    )?;
    Some(Stroke::Effleurage {
        from,
        to,
        offset,
        return_offset,
    })
}

fn fan_out(section: &Section<'_>) -> Option<Stroke> {
    let span = span(section);
    let offset = section.required("offset_mm", offset());
    let flank_offset = section.required("flank_offset_mm", self::offset());
    let ((from, to), offset, flank_offset) = (span?, offset?, flank_offset?);
    further_out(
        section,
        "flank_offset_mm",
        flank_offset,
        "offset_mm",
        offset,
    )?;
    Some(Stroke::FanOut {
        from,
        to,
        offset,
        flank_offset,
    })
}

fn pull_strokes(section: &Section<'_>) -> Option<Stroke> {
    let span = span(section);
    let flank_offset = section.required("flank_offset_mm", offset());
    let inner_offset = section.required("inner_offset_mm", offset());
    let spacing = section.required("spacing_mm", millimetres(5.0..=150.0));
    let ((from, to), flank_offset, inner_offset, spacing) =
        (span?, flank_offset?, inner_offset?, spacing?);
    further_out(
        section,
        "flank_offset_mm",
        flank_offset,
        "inner_offset_mm",
        inner_offset,
    )?;
    Some(Stroke::PullStrokes {
        from,
        to,
        flank_offset,
        inner_offset,
        spacing,
    })
}

/// Offset from the spine line. Zero and small offsets are legal words here, though no tool fits there:
/// the planner tells how far out this tool must run on this client.
fn offset<'k>() -> Kind<'k, Metres> {
    millimetres(0.0..=300.0)
}

fn circles(
    section: &Section<'_>,
    radii: core::ops::RangeInclusive<f64>,
) -> Option<(Metres, Metres, Option<f64>)> {
    let offset = section.required("offset_mm", offset());
    let radius = section.required("radius_mm", millimetres(radii));
    let frequency = section.optional("frequency_hz", number(0.05..=5.0, "Hz"));
    Some((offset?, radius?, frequency?))
}

fn further_out(
    section: &Section<'_>,
    outer_key: &'static str,
    outer: Metres,
    inner_key: &'static str,
    inner: Metres,
) -> Option<()> {
    if outer > inner {
        return Some(());
    }
    let message = format!(
        "`{outer_key}` ({:.1} mm) does not lie further out than `{inner_key}` ({:.1} mm)",
        outer.get() * 1000.0,
        inner.get() * 1000.0
    );
    section.refuse_key(
        outer_key,
        Code::Contradiction,
        message,
        format!("make `{outer_key}` the larger one"),
    )
}

fn span(section: &Section<'_>) -> Option<(Level, Level)> {
    let from = section.required("from", level());
    let to = section.required("to", level());
    let (from, to) = (from?, to?);
    if from == to {
        let message = "`from` and `to` name the same place: the figure has no length".to_owned();
        return section.refuse_key(
            "to",
            Code::Contradiction,
            message,
            "name another level, or shift it",
        );
    }
    Some((from, to))
}

/// `"T12"`, or `{ at = "T12", shift_mm = -10 }`.
fn level<'k>() -> Kind<'k, Level> {
    let words_only = words(&LEVELS);
    let allowed = format!(
        "{}, or {{ at = \"T12\", shift_mm = -10 }}",
        words_only.allowed()
    );
    Kind::new(allowed, move |cell| match cell.node.value {
        Value::Table(_) => cell.section(|shifted| {
            let name = shifted.required("at", words(&LEVELS));
            let shift = shifted.or("shift_mm", millimetres(-200.0..=200.0), Metres::ZERO);
            Some(Level {
                name: name?,
                shift: shift?,
            })
        }),
        _ => words_only.read(cell).map(|name| Level {
            name,
            shift: Metres::ZERO,
        }),
    })
}
