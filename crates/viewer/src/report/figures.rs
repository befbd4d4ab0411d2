//! Which curves the report shows.

use recorder::ContactRecord;

use super::chart::{Chart, Lane, Series, Span};
use super::input::ReportInput;
use super::strokes;
use crate::palette::{self, Rgb};
use crate::touches::{ceiling, touches};

/// A close-up begins this long before its step's first message and ends this long after its last (s).
const MARGIN_S: f64 = 0.5;

/// The force over a stretch of time, with what the contact was doing.
pub(super) fn force(
    input: &ReportInput,
    contacts: &[ContactRecord],
    time: (f64, f64),
    title: String,
    height: f64,
) -> Chart {
    let curve = |name, colour, dashed, of: fn(&ContactRecord) -> f64| Series {
        name,
        colour,
        dashed,
        samples: contacts.iter().map(|c| (seconds(c), of(c))).collect(),
    };
    Chart {
        title,
        description: "True and measured normal force against set-point and ceiling.".to_owned(),
        axis: "normal force (N)",
        height,
        time,
        from_zero: true,
        series: vec![
            curve("measured", palette::MEASURED_FORCE, false, |c| {
                c.normal_force_measured_n.unwrap_or(f64::NAN)
            }),
            curve("true", palette::TRUE_FORCE, false, |c| {
                c.normal_force_true_n
            }),
            curve("set-point", palette::SET_POINT, true, |c| {
                c.normal_force_setpoint_n
            }),
            curve("ceiling", palette::CEILING, true, |c| {
                ceiling(c).unwrap_or(f64::NAN)
            }),
        ],
        lanes: vec![
            Lane {
                name: "step",
                spans: spans(
                    contacts,
                    |c| step_label(input, c),
                    |c| technique_colour(input, &c.technique),
                ),
            },
            Lane {
                name: "phase",
                spans: spans(
                    contacts,
                    |c| c.phase.clone(),
                    |c| palette::blend(palette::phase(&c.phase), [255, 255, 255], 0.25),
                ),
            },
        ],
    }
}

/// True force minus set-point over the strokes: what the plot of forces is too coarse to show.
pub(super) fn force_error(contacts: &[ContactRecord], time: (f64, f64), title: String) -> Chart {
    let error = |(c, judged): (&ContactRecord, bool)| {
        let error = c.normal_force_true_n - c.normal_force_setpoint_n;
        (seconds(c), if judged { error } else { f64::NAN })
    };
    Chart {
        title,
        description: "True normal force minus set-point over strokes, from shortly after touch."
            .to_owned(),
        axis: "true minus set-point (N)",
        height: 80.0,
        time,
        from_zero: true,
        series: vec![Series {
            name: "force error",
            colour: palette::TRUE_FORCE,
            dashed: false,
            samples: contacts
                .iter()
                .zip(strokes::judged(contacts))
                .map(error)
                .collect(),
        }],
        lanes: Vec::new(),
    }
}

/// The distance from the spine over the session, in contact only.
pub(super) fn clearance(
    input: &ReportInput,
    contacts: &[ContactRecord],
    time: (f64, f64),
) -> Chart {
    let half_width = input.body.keep_out_half_width.get() * 1e3;
    let touching = |of: fn(&ContactRecord) -> f64| {
        let value = move |c: &ContactRecord| {
            if touches(c) { of(c) } else { f64::NAN }
        };
        contacts
            .iter()
            .map(move |c| (seconds(c), value(c)))
            .collect::<Vec<_>>()
    };
    let mut series = vec![Series {
        name: "spine line to patch edge",
        colour: palette::CLEARANCE,
        dashed: false,
        samples: touching(|c| c.spine_clearance_m * 1e3),
    }];
    if half_width > 0.0 {
        // A level line needs a sample in every column, or a gap would part it.
        let level = contacts.iter().map(|c| (seconds(c), half_width)).collect();
        series.push(Series {
            name: "keep-out",
            colour: palette::CEILING,
            dashed: true,
            samples: level,
        });
    }
    Chart {
        title: "Clearance from the spine".to_owned(),
        description:
            "Distance from the spine line to the nearest edge of the patch while in contact, \
                      against the keep-out's half width."
                .to_owned(),
        axis: "clearance (mm)",
        height: 130.0,
        time,
        from_zero: true,
        series,
        lanes: Vec::new(),
    }
}

/// The peak pressure over the session.
pub(super) fn pressure(contacts: &[ContactRecord], time: (f64, f64)) -> Chart {
    Chart {
        title: "Peak pressure".to_owned(),
        description: "Highest pressure under the patch.".to_owned(),
        axis: "peak pressure (kPa)",
        height: 110.0,
        time,
        from_zero: true,
        series: vec![Series {
            name: "under the patch",
            colour: palette::TRUE_FORCE,
            dashed: false,
            samples: contacts
                .iter()
                .map(|c| (seconds(c), c.peak_pressure_pa * 1e-3))
                .collect(),
        }],
        lanes: Vec::new(),
    }
}

/// Errors of the patch's pose while in contact.
pub(super) fn errors(contacts: &[ContactRecord], time: (f64, f64)) -> Chart {
    let curve = |name, colour, of: fn(&ContactRecord) -> f64| {
        let value = move |c: &ContactRecord| {
            if touches(c) { of(c) } else { f64::NAN }
        };
        let samples = contacts.iter().map(|c| (seconds(c), value(c))).collect();
        Series {
            name,
            colour,
            dashed: false,
            samples,
        }
    };
    Chart {
        title: "Errors of the patch".to_owned(),
        description: "Distance from the planned place along the skin, and angle between tool axis \
                      and skin normal, while in contact."
            .to_owned(),
        axis: "path error (mm), normal error (°)",
        height: 110.0,
        time,
        from_zero: true,
        series: vec![
            curve("path error (mm)", palette::POSE_ERROR, |c| {
                c.tangential_error_m * 1e3
            }),
            curve("normal error (°)", palette::CLEARANCE, |c| {
                c.normal_error_rad.to_degrees()
            }),
        ],
        lanes: Vec::new(),
    }
}

/// Time of the first and last message of a step in contact, widened a little (s); `None` when it never touches.
pub(super) fn step_time(contacts: &[ContactRecord], step: u32) -> Option<(f64, f64)> {
    let touching = || {
        contacts
            .iter()
            .filter(|c| c.step_index == step && touches(c))
    };
    let (first, last) = (touching().next()?, touching().next_back()?);
    Some((seconds(first) - MARGIN_S, seconds(last) + MARGIN_S))
}

/// First and last message (s).
pub(super) fn whole_time(contacts: &[ContactRecord]) -> (f64, f64) {
    match (contacts.first(), contacts.last()) {
        (Some(first), Some(last)) => (seconds(first), seconds(last)),
        (None, _) | (_, None) => (0.0, 0.0),
    }
}

fn seconds(contact: &ContactRecord) -> f64 {
    contact.at_ns as f64 * 1e-9
}

fn step_label(input: &ReportInput, contact: &ContactRecord) -> String {
    let number = contact.step_index + 1;
    match input.steps.get(contact.step_index as usize) {
        Some(step) => format!("{number} {}", step.name),
        None => number.to_string(),
    }
}

/// Colour of a technique, lightened so that words can stand on it; between strokes it is pale.
fn technique_colour(input: &ReportInput, technique: &str) -> Rgb {
    match palette::technique(&input.steps, technique) {
        Some(colour) => palette::blend(colour, [255, 255, 255], 0.35),
        None => [226, 229, 234],
    }
}

/// Neighbouring messages with one name and colour, joined.
fn spans(
    contacts: &[ContactRecord],
    name: impl Fn(&ContactRecord) -> String,
    colour: impl Fn(&ContactRecord) -> Rgb,
) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    for contact in contacts {
        let (at, name, colour) = (seconds(contact), name(contact), colour(contact));
        if let Some(last) = spans.last_mut() {
            last.time.1 = at;
            if last.name == name && last.colour == colour {
                continue;
            }
        }
        spans.push(Span {
            time: (at, at),
            name,
            colour,
        });
    }
    spans
}
