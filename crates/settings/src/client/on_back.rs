//! From what the file says to what holds on the back at hand.

use anatomy::Back;
use limits::Tightening;
use planner::{ClientWishes, Pin, PinKind};

use super::ClientProfile;
use super::pin::{area_around, reaches_the_body};
use super::place::Where;
use crate::{Code, Problem, SettingsErrors};

impl ClientProfile {
    /// What is liked, on this back: the pins become places.
    ///
    /// # Errors
    /// [`SettingsErrors`] naming every pin that lies off this back.
    pub fn wishes(&self, back: &Back) -> Result<ClientWishes, SettingsErrors> {
        let pins = self.placed_pins(back)?;
        let taste = &self.taste;
        let by_zone = taste.pressure_by_zone.iter();
        let mut favoured = taste.favoured.clone();
        favoured.extend(
            taste
                .sore
                .iter()
                .filter(|zone| !taste.favoured.contains(zone)),
        );
        Ok(ClientWishes {
            overall: taste.pressure.factor(),
            zones: by_zone
                .map(|(zone, pressure)| (*zone, pressure.factor()))
                .collect(),
            pins,
            favoured,
            avoided: taste.avoided.clone(),
            asked_for: taste.asked_for.clone(),
            skin: taste.oil,
        })
    }

    /// What is taken away from the envelope on this back: [`ClientProfile::tightening`] and the places
    /// pinned as never to be touched.
    ///
    /// # Errors
    /// [`SettingsErrors`] naming every pin that lies off this back, and every blocked place that blocks
    /// nothing on it: an answer must take something away, and such a place was told for another back or in
    /// another unit.
    pub fn tightening_on(&self, back: &Back) -> Result<Tightening, SettingsErrors> {
        let mut problems: Vec<Problem> = self
            .blocked
            .iter()
            .filter(|blocked| !blocked.place.is_on(back))
            .map(|blocked| {
                let (what, place) = (&blocked.reason, blocked.place.told());
                self.off_the_body(
                    blocked.line,
                    format!("{what}: {place} lies where nothing of this back may be touched anyway"),
                    "give the place as it lies on this back; `knead body fit` tells u of the levels",
                )
            })
            .collect();
        let pins = match self.placed_pins(back) {
            Ok(pins) => pins,
            Err(errors) => {
                problems.extend(errors.problems().iter().cloned());
                Vec::new()
            }
        };
        if !problems.is_empty() {
            return Err(SettingsErrors::new(problems));
        }
        let mut tightening = self.tightening.clone();
        let never = pins.iter().filter(|pin| pin.kind == PinKind::Never);
        tightening.blocked_areas.extend(never.map(area_around));
        Ok(tightening)
    }

    fn placed_pins(&self, back: &Back) -> Result<Vec<Pin>, SettingsErrors> {
        let placed = self.pins.iter().map(|kept| (kept, kept.on(back)));
        let (on, off): (Vec<_>, Vec<_>) = placed.partition(|(_, pin)| reaches_the_body(pin, back));
        if off.is_empty() {
            return Ok(on.into_iter().map(|(_, pin)| pin).collect());
        }
        let problems = off.into_iter().map(|(kept, pin)| {
            self.off_the_body(
                kept.line,
                format!(
                    "the pin \"{}\" of {} lies at u {:.0} mm, v {:.0} mm on this back, where nothing may be touched",
                    pin.kind.word(),
                    kept.date,
                    pin.u.get() * 1e3,
                    pin.v.get() * 1e3
                ),
                "check that body and client belong together; else take the pin out",
            )
        });
        Err(SettingsErrors::new(problems.collect()))
    }

    fn off_the_body(&self, line: usize, message: String, help: &str) -> Problem {
        Problem {
            file: self.file.clone(),
            line: Some(line),
            column: Some(1),
            code: Code::OffTheBody,
            message,
            help: help.to_owned(),
            excerpt: String::new(),
        }
    }

    /// The blocked places as a wish to the envelope.
    pub(super) fn block(&self, tightening: &mut Tightening) {
        for blocked in &self.blocked {
            match blocked.place {
                Where::Zone(zone) => tightening.blocked_zones.push(zone),
                Where::Area(area) => tightening.blocked_areas.push(area),
            }
        }
    }
}
