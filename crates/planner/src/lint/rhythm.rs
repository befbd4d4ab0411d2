//! R12: a routine has a tempo, and its rhythms lock to it.

use core::f64::consts::TAU;

use super::{Found, Severity, Topic};
use crate::figures::{FASTEST, out_of_tempo};
use crate::recipe::{Manner, recipe};
use crate::routine::RoutineStep;

pub(super) fn look(index: usize, step: &RoutineStep, tempo: Option<f64>, found: &mut Found) {
    let row = recipe(step.technique);
    let Some(range) = row.rhythm else { return };
    let wished = step.shape.frequency_hz.unwrap_or(range.usual);
    if let (Some(asked), Some(tempo)) = (step.shape.frequency_hz, tempo)
        && let Some(nearest) = out_of_tempo(asked, tempo)
    {
        let seen = format!(
            "{asked:.2} Hz lock to no simple share or multiple of the tempo of {:.0} a minute",
            tempo * 60.0
        );
        let remedy =
            format!("give frequency_hz = {nearest:.2}, or leave it out to lock to the tempo");
        found.add(Severity::Error, Topic::Rhythm, (index, step), seen, remedy);
    }
    if wished < range.least || wished > range.most {
        let seen = format!(
            "{wished:.2} Hz; usual for {} are {:.1} to {:.1} Hz",
            step.technique, range.least, range.most
        );
        let remedy = "leave frequency_hz out for the usual rhythm";
        found.add(
            Severity::Warning,
            Topic::Rhythm,
            (index, step),
            seen,
            remedy,
        );
    }
    let radius = match row.manner {
        Manner::Circle { .. } | Manner::Knead => step.shape.radius.map(|radius| radius.get()),
        Manner::Roll | Manner::Rock => step.shape.travel.map(|travel| 0.5 * travel.get()),
        Manner::Glide(_)
        | Manner::Staircase
        | Manner::Spread
        | Manner::Tap
        | Manner::Stretch
        | Manner::Person => None,
    };
    if let Some(radius) = radius
        && TAU * radius * wished > FASTEST
    {
        let seen = format!(
            "{wished:.2} Hz at {:.0} mm would move {:.0} mm a second over the skin; at most {:.0}",
            radius * 1e3,
            TAU * radius * wished * 1e3,
            FASTEST * 1e3
        );
        let remedy = "the plan lowers the rhythm; a smaller figure keeps it";
        found.add(Severity::Note, Topic::Rhythm, (index, step), seen, remedy);
    }
}
