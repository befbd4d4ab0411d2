//! How large and how often: the keys of each manner.

use planner::{Manner, Recipe, Shape};
use quantities::{Metres, Seconds};

use crate::document::{Kind, Section, millimetres, number, whole};

/// Reads the keys that the recipe's manner has; all of them may be absent.
pub(super) fn shape(section: &Section<'_>, recipe: &Recipe) -> Option<Shape> {
    let mut shape = Shape::default();
    match recipe.manner {
        Manner::Circle { .. } | Manner::Knead => {
            let radius = section.optional("radius_mm", millimetres(2.0..=80.0));
            let frequency = frequency(section);
            (shape.radius, shape.frequency_hz) = (radius?, frequency?);
        }
        Manner::Roll => {
            let (travel, frequency) = (travel(section), frequency(section));
            (shape.travel, shape.frequency_hz) = (travel?, frequency?);
        }
        Manner::Rock => {
            let (travel, frequency) = (travel(section), frequency(section));
            let time = section.optional("time_s", seconds(0.5..=120.0));
            (shape.travel, shape.frequency_hz, shape.time) = (travel?, frequency?, time?);
        }
        Manner::Spread => shape.travel = travel(section)?,
        Manner::Tap => shape.frequency_hz = frequency(section)?,
        Manner::Staircase => {
            let hold = section.optional("hold_s", seconds(1.0..=60.0));
            let stages = section.optional("stages", whole(1..=10));
            (shape.hold, shape.stages) = (hold?, stages?);
        }
        Manner::Stretch => shape.hold = section.optional("hold_s", seconds(1.0..=60.0))?,
        Manner::Glide(_) | Manner::Person => {}
    }
    Some(shape)
}

#[expect(
    clippy::option_option,
    reason = "absent and faulty are different things"
)]
fn travel(section: &Section<'_>) -> Option<Option<Metres>> {
    section.optional("travel_mm", millimetres(0.5..=150.0))
}

#[expect(
    clippy::option_option,
    reason = "absent and faulty are different things"
)]
fn frequency(section: &Section<'_>) -> Option<Option<f64>> {
    section.optional("frequency_hz", number(0.05..=10.0, "Hz"))
}

fn seconds<'k>(range: core::ops::RangeInclusive<f64>) -> Kind<'k, Seconds> {
    number(range, "s").map(Seconds::new)
}
