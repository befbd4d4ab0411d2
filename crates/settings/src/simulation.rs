//! What the simulated room adds: breathing, skin, knots, and errors of what is believed.

use std::path::Path;

use quantities::{Metres, Radians};

use crate::SettingsErrors;
use crate::document::{self, Language, Section, millimetres, number, section, text, whole, words};
use crate::file::{LARGEST_TOML, read_text};

/// Skin under the tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Skin {
    /// With oil: the tool glides.
    Oiled,
    /// With a thin film of oil.
    LightlyOiled,
    /// Without.
    Dry,
}

/// Breathing of the simulated client.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BreathingFigures {
    /// Mean lift of the chest wall, trough to peak.
    pub amplitude: Metres,
    /// Mean rate (breaths a minute).
    pub per_minute: f64,
    /// Relative spread of the amplitude from breath to breath.
    pub amplitude_spread: f64,
    /// Relative spread of the period from breath to breath.
    pub period_spread: f64,
}

/// The simulated room as its file tells it.
#[derive(Clone, Debug, PartialEq)]
pub struct SimulationProfile {
    /// The profile's name.
    pub name: String,
    /// Breathing.
    pub breathing: BreathingFigures,
    /// Skin as it truly is; `None` as the client's profile says. What is believed of it comes from that
    /// profile alone.
    pub skin: Option<Skin>,
    /// Number of hard knots in the muscles.
    pub knots: u8,
    /// Distance by which the believed base pose is off; `None` takes the uncertainty of the arm's
    /// installation.
    pub base_position_error: Option<Metres>,
    /// Angle by which the believed base pose is off; `None` as above.
    pub base_orientation_error: Option<Radians>,
    /// Standard deviation of the lateral error of a palpated midline.
    pub midline_error: Metres,
}

impl SimulationProfile {
    /// Reads a simulation file.
    ///
    /// # Errors
    /// [`SettingsErrors`] with every fault of the file.
    pub fn read(path: &Path) -> Result<Self, SettingsErrors> {
        Self::parse(&read_text(path, LARGEST_TOML)?, &path.display().to_string())
    }

    /// Reads a simulation profile from its text; `file_name` is what messages call it.
    ///
    /// # Errors
    /// [`SettingsErrors`] with every fault of the text.
    pub fn parse(text: &str, file_name: &str) -> Result<Self, SettingsErrors> {
        document::read(text, file_name, Language::Toml, profile)
    }
}

fn profile(root: &Section<'_>) -> Option<SimulationProfile> {
    root.version()?;
    let name = root.required("name", text());
    let breathing = root.required("breathing", section(breathing));
    let skins = [
        ("oiled", Skin::Oiled),
        ("lightly_oiled", Skin::LightlyOiled),
        ("dry", Skin::Dry),
    ];
    let skin = root.optional("skin", words(&skins).map(|skin| skin));
    let knots = root.required("knots", whole(0..=40));
    let belief = root.required("belief", section(belief));
    let (base_position_error, base_orientation_error, midline_error) = belief?;
    Some(SimulationProfile {
        name: name?,
        breathing: breathing?,
        skin: skin?,
        knots: u8::try_from(knots?).ok()?,
        base_position_error,
        base_orientation_error,
        midline_error,
    })
}

fn breathing(section: &Section<'_>) -> Option<BreathingFigures> {
    let amplitude = section.required("amplitude_mm", millimetres(0.0..=30.0));
    let per_minute = section.required("per_minute", number(2.0..=60.0, "breaths a minute"));
    let amplitude_spread = section.required("amplitude_spread", number(0.0..=0.9, ""));
    let period_spread = section.required("period_spread", number(0.0..=0.9, ""));
    Some(BreathingFigures {
        amplitude: amplitude?,
        per_minute: per_minute?,
        amplitude_spread: amplitude_spread?,
        period_spread: period_spread?,
    })
}

/// What is believed wrongly: errors of the base's position and orientation, of the midline.
type Belief = (Option<Metres>, Option<Radians>, Metres);

fn belief(section: &Section<'_>) -> Option<Belief> {
    let position = section.optional("base_position_error_mm", millimetres(0.0..=50.0));
    let orientation = section.optional("base_orientation_error_mrad", number(0.0..=100.0, "mrad"));
    let midline = section.required("midline_error_mm", millimetres(0.0..=8.0));
    let orientation = orientation?.map(|mrad| Radians::new(mrad / 1000.0));
    Some((position?, orientation, midline?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEFAULT: &str = include_str!("../../../config/simulation/default.toml");

    #[test]
    fn the_default_room_breathes_and_leaves_the_base_error_to_the_installation() {
        let room = SimulationProfile::parse(DEFAULT, "s.toml").expect("good");
        assert_eq!(room.breathing.amplitude, Metres::new(0.004));
        assert_eq!(room.base_position_error, None);
        assert_eq!(room.base_orientation_error, None);
        assert_eq!(room.skin, None, "the client's profile tells of the oil");
        let wrong = DEFAULT.replace("amplitude_mm = 4", "amplitude_m = 0.004");
        let errors = SimulationProfile::parse(&wrong, "s.toml").expect_err("wrong unit");
        assert!(
            errors
                .to_string()
                .contains("the unit is part of the key: `amplitude_mm`"),
            "{errors}"
        );
    }

    #[test]
    fn the_true_skin_may_differ_from_what_the_client_profile_says() {
        for (word, skin) in [
            ("oiled", Skin::Oiled),
            ("lightly_oiled", Skin::LightlyOiled),
            ("dry", Skin::Dry),
        ] {
            let text = DEFAULT.replace("knots = 5", &format!("skin = \"{word}\"\nknots = 5"));
            let room = SimulationProfile::parse(&text, "s.toml").expect("good");
            assert_eq!(room.skin, Some(skin));
        }
        let wet = DEFAULT.replace("knots = 5", "skin = \"wet\"\nknots = 5");
        let errors = SimulationProfile::parse(&wet, "s.toml").expect_err("no such skin");
        assert!(errors.to_string().contains("\"lightly_oiled\""), "{errors}");
    }

    #[test]
    fn a_base_error_of_its_own_is_taken_as_it_is_written() {
        let text = DEFAULT.replace(
            "midline_error_mm",
            "base_position_error_mm = 7\nbase_orientation_error_mrad = 4\nmidline_error_mm",
        );
        let room = SimulationProfile::parse(&text, "s.toml").expect("good");
        assert_eq!(room.base_position_error, Some(Metres::new(0.007)));
        assert_eq!(room.base_orientation_error, Some(Radians::new(0.004)));
    }
}
