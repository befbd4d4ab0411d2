//! What a zone does not bear, however soft: blows, shaking and holds over kidneys and the base of the neck, depth
//! over bone.

use anatomy::{Handling, Zone};
use quantities::Metres;

use super::Planner;
use crate::passage::Laid;
use crate::recipe::{Manner, Recipe, recipe};
use crate::rejection::{Breach, Rule, StepTag};
use crate::routine::{ForceWord, RoutineStep};
use crate::scene::Scene;

/// Of a drawing, every this many points are looked at: 3 mm where points lie a millimetre apart.
const EVERY: usize = 3;

/// What a step does that some zones do not bear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deed {
    Blows,
    Shaking,
    Holds,
    Depth,
}

impl Deed {
    /// All that a step does, the roughest first.
    fn of(step: &RoutineStep, row: &Recipe) -> Vec<Self> {
        let by_manner = match row.manner {
            Manner::Tap => Some(Self::Blows),
            Manner::Rock => Some(Self::Shaking),
            Manner::Staircase => Some(Self::Holds),
            Manner::Glide(_)
            | Manner::Circle { .. }
            | Manner::Knead
            | Manner::Roll
            | Manner::Spread
            | Manner::Stretch
            | Manner::Person => None,
        };
        let is_deep = match step.force {
            ForceWord::Deep => true,
            ForceWord::Exactly(force) => force.get() > row.forces[2],
            ForceWord::Light | ForceWord::Medium | ForceWord::Firm => false,
        };
        by_manner
            .into_iter()
            .chain(is_deep.then_some(Self::Depth))
            .collect()
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Blows => "blows",
            Self::Shaking => "shaking",
            Self::Holds => "holds",
            Self::Depth => "depth",
        }
    }

    /// True where a zone does not bear it.
    const fn is_too_much_for(self, zone: Zone) -> bool {
        match (self, zone.handling()) {
            (_, Handling::Any) => false,
            (Self::Depth, Handling::NothingDeep) => true,
            (Self::Blows | Self::Shaking | Self::Holds, Handling::NothingDeep) => false,
            (_, Handling::StrokesOnly) => true,
            // Skin that may not be touched at all has a rule of its own.
            (_, Handling::Nothing) => false,
        }
    }

    fn remedy(self, zone: Zone) -> String {
        let word = zone.word();
        match self {
            Self::Blows | Self::Shaking | Self::Holds => format!(
                "keep the whole patch off the zone {word}, or use a technique there that strokes"
            ),
            Self::Depth => {
                format!(
                    "keep the whole patch off the zone {word}, or ask for firm, which tapers over bone"
                )
            }
        }
    }
}

impl<const D: usize> Planner<'_, D> {
    /// Refuses a step that does more in a zone than the zone bears.
    pub(super) fn check_handling(
        &mut self,
        step: &RoutineStep,
        scene: &Scene<'_, D>,
        laid: &[Laid],
        tag: StepTag<'_>,
    ) {
        for deed in Deed::of(step, &recipe(step.technique)) {
            let points = laid.iter().flat_map(Laid::poses).step_by(EVERY);
            for (point, _) in points {
                let Some(zone) = scene.bears_not(point.u, point.v, deed) else {
                    continue;
                };
                let detail = format!(
                    "{} with the {} upon the zone {}",
                    deed.word(),
                    scene.spec.name,
                    zone.word()
                );
                let breach = Breach {
                    rule: Rule::Handling,
                    time: None,
                    place: Some((point.u, point.v)),
                    figures: None,
                    detail,
                    remedy: deed.remedy(zone),
                };
                self.findings.report(tag, breach);
            }
        }
    }
}

impl<const D: usize> Scene<'_, D> {
    /// The zone under the patch that does not bear a deed, where there is one: of its middle, else of its edge.
    fn bears_not(&self, u: f64, v: f64, deed: Deed) -> Option<Zone> {
        let middle = [(0.0, 0.0)];
        // Tool y points to the client's right.
        let places = middle.iter().chain(&self.footprint);
        let mut zones = places.map(|(x, y)| {
            let (u, v) = (Metres::new(u + x), Metres::new(v - y));
            self.request.envelope.zone_at(u, v)
        });
        zones.find(|zone| deed.is_too_much_for(*zone))
    }
}
