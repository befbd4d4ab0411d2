//! The limits profile: figures that a configuration may move, up to what may be configured at all.
//!
//! Which keys there are, and how far each may go, is told by `limits::RawLimits` itself, so that a file
//! and the envelope can never disagree about it.

use std::path::Path;

use limits::{Figure, RawLimits, Sense};

use crate::document::{self, Kind, Language, Section, number, section, text};
use crate::file::{LARGEST_TOML, read_text};
use crate::{Code, SettingsErrors};

/// Limits as a file tells them. Nothing holds until `limits::Envelope::seal` has looked at them.
#[derive(Clone, Debug, PartialEq)]
pub struct LimitsProfile {
    /// The profile's name.
    pub name: String,
    /// One line for the operator.
    pub summary: String,
    /// The figures.
    pub raw: RawLimits,
}

impl LimitsProfile {
    /// Reads a limits file.
    ///
    /// # Errors
    /// [`SettingsErrors`] with every fault of the file.
    pub fn read(path: &Path) -> Result<Self, SettingsErrors> {
        Self::parse(&read_text(path, LARGEST_TOML)?, &path.display().to_string())
    }

    /// Reads limits from their text; `file_name` is what messages call it.
    ///
    /// # Errors
    /// [`SettingsErrors`] with every fault of the text.
    pub fn parse(text: &str, file_name: &str) -> Result<Self, SettingsErrors> {
        document::read(text, file_name, Language::Toml, profile)
    }
}

fn profile(root: &Section<'_>) -> Option<LimitsProfile> {
    root.version()?;
    let name = root.required("name", text());
    let summary = root.required("summary", text());
    let raw = root.required("limits", section(figures));
    Some(LimitsProfile {
        name: name?,
        summary: summary?,
        raw: raw?,
    })
}

fn figures(section: &Section<'_>) -> Option<RawLimits> {
    let mut raw = RawLimits::default();
    let read: Vec<Option<(&'static str, Option<f64>)>> = raw
        .figures()
        .into_iter()
        .map(|figure| Some((figure.key, section.optional(figure.key, value(figure))?)))
        .collect();
    for entry in read {
        if let (key, Some(value)) = entry? {
            raw.set(key, value);
        }
    }
    Some(raw)
}

/// Beyond every unit in use; what is allowed is far narrower.
const LARGEST_NUMBER: f64 = 1e9;

fn value<'k>(figure: Figure) -> Kind<'k, f64> {
    let (word, bound) = match figure.sense {
        Sense::SmallerIsSafer => ("at most", figure.configurable),
        Sense::LargerIsSafer => ("at least", figure.configurable),
    };
    let plain = number(0.0..=LARGEST_NUMBER, "");
    Kind::new(format!("a number, {word} {bound}"), move |cell| {
        let seen = plain.read(cell)?;
        let fits = match figure.sense {
            Sense::SmallerIsSafer => seen > 0.0 && seen <= bound,
            Sense::LargerIsSafer => seen >= bound,
        };
        if fits {
            return Some(seen);
        }
        let message = match figure.sense {
            Sense::SmallerIsSafer => {
                format!(
                    "`{}` is {seen}; it must be above 0 and at most {bound}",
                    figure.key
                )
            }
            Sense::LargerIsSafer => {
                format!("`{}` is {seen}; it must be at least {bound}", figure.key)
            }
        };
        let help = format!(
            "leave the key out for the default, {}; compiled into the program is {}",
            figure.default, figure.ceiling
        );
        cell.refuse(Code::LimitRefused, message, help)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "version = 1\nname = \"x\"\nsummary = \"y\"\n[limits]\n";

    fn parse(limits: &str) -> Result<LimitsProfile, SettingsErrors> {
        LimitsProfile::parse(&format!("{HEAD}{limits}"), "l.toml")
    }

    #[test]
    fn what_is_left_out_has_its_default() {
        assert_eq!(parse("").expect("good").raw, RawLimits::default());
        let lower = parse("muscle_force_n = 30\nkeep_out_half_width_mm = 25")
            .expect("good")
            .raw;
        assert_eq!(lower.muscle_force.get(), 30.0);
        assert_eq!(lower.keep_out_half_width.get(), 0.025);
        assert_eq!(lower.buttock_force, RawLimits::default().buttock_force);
    }

    #[test]
    fn more_than_may_be_configured_is_refused_for_every_figure_with_its_place() {
        for figure in RawLimits::default().figures() {
            let beyond = match figure.sense {
                Sense::SmallerIsSafer => figure.configurable * 1.01,
                Sense::LargerIsSafer => figure.configurable * 0.99,
            };
            let errors = parse(&format!("{} = {beyond}", figure.key)).expect_err(figure.key);
            let problem = &errors.problems()[0];
            assert_eq!(
                (problem.code, problem.line),
                (Code::LimitRefused, Some(5)),
                "{errors}"
            );
            assert!(parse(&format!("{} = {}", figure.key, figure.configurable)).is_ok());
        }
    }

    #[test]
    fn a_limit_in_another_unit_is_told_its_unit() {
        let errors = parse("contact_speed_m_per_s = 0.1").expect_err("wrong unit");
        assert!(
            errors.to_string().contains("`contact_speed_mm_per_s`"),
            "{errors}"
        );
    }

    #[test]
    fn zero_and_negative_ceilings_are_refused() {
        assert_eq!(
            parse("muscle_force_n = 0").expect_err("0").problems()[0].code,
            Code::LimitRefused
        );
        assert_eq!(
            parse("muscle_force_n = -5").expect_err("-5").problems()[0].code,
            Code::OutOfRange
        );
    }
}
