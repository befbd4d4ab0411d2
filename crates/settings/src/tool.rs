//! Tool profiles: what is bolted to the flange.

use std::path::Path;

use kinematics::{Patch, Payload, ToolModel};
use nalgebra::{Matrix3, SymmetricEigen};
use plan::Technique;
use quantities::{Flange, Metres, Pascals, Point, Rotation, Tool, Transform};

use crate::document::{
    self, Kind, Language, Section, kilograms, list, millimetres, number, section, text, triple,
    words, words_of,
};
use crate::file::{LARGEST_TOML, read_text};
use crate::{Code, SettingsErrors};

/// A tool as its file tells it.
#[derive(Clone, Debug, PartialEq)]
pub struct ToolProfile {
    /// The name that routines use, such as "palm".
    pub name: String,
    /// One line for the operator.
    pub summary: String,
    /// Weight, patch, and the pressure that the tool is made for, on the patch of its data sheet.
    pub model: ToolModel,
    /// Techniques that it may be used for.
    pub techniques: Vec<Technique>,
}

impl ToolProfile {
    /// Reads a tool file.
    ///
    /// # Errors
    /// [`SettingsErrors`] with every fault of the file.
    pub fn read(path: &Path) -> Result<Self, SettingsErrors> {
        Self::parse(&read_text(path, LARGEST_TOML)?, &path.display().to_string())
    }

    /// Reads a tool from its text; `file_name` is what messages call it.
    ///
    /// # Errors
    /// [`SettingsErrors`] with every fault of the text.
    pub fn parse(text: &str, file_name: &str) -> Result<Self, SettingsErrors> {
        document::read(text, file_name, Language::Toml, profile)
    }
}

fn profile(root: &Section<'_>) -> Option<ToolProfile> {
    root.version()?;
    let names = words_of(
        crate::routine::TOOLS
            .iter()
            .map(|tool| (*tool, *tool))
            .collect(),
    );
    let name = root.required("name", names);
    let summary = root.required("summary", text());
    let patch = root.required("patch", section(patch));
    let flange_from_tool = root.required("flange_from_tool", section(mounting));
    let body = root.required("body", section(body));
    let techniques = root.required("techniques", list(words_of(techniques()), 1..=21));
    let rating = root.required("pressure_rating_kpa", number(1.0..=400.0, "kPa"));
    let body = body?;
    Some(ToolProfile {
        name: name?.to_owned(),
        summary: summary?,
        model: ToolModel {
            payload: Payload {
                flange_from_tool: flange_from_tool?,
                mass: body.mass,
                centre_of_mass: body.centre_of_mass,
                inertia: body.inertia,
            },
            patch: patch?,
            pressure_rating: Pascals::new(rating? * 1000.0),
            body_radius: body.radius,
        },
        techniques: techniques?,
    })
}

fn techniques() -> Vec<(&'static str, Technique)> {
    Technique::ALL
        .iter()
        .map(|technique| (technique.word(), *technique))
        .collect()
}

#[derive(Clone, Copy)]
enum Shape {
    RoundedRectangle,
    Disc,
    Fork,
}

const SHAPES: [(&str, Shape); 3] = [
    ("rounded_rectangle", Shape::RoundedRectangle),
    ("disc", Shape::Disc),
    ("fork", Shape::Fork),
];

fn patch(section: &Section<'_>) -> Option<Patch> {
    let Some(shape) = section.required("shape", words(&SHAPES)) else {
        section.let_unknown_keys_be();
        return None;
    };
    let area = section.optional("area_cm2", number(0.1..=400.0, "cm²"));
    let patch = match shape {
        Shape::RoundedRectangle => rounded_rectangle(section),
        Shape::Disc => section
            .required("diameter_mm", side())
            .map(|diameter| Patch::Disc {
                radius: diameter * 0.5,
            }),
        Shape::Fork => fork(section),
    };
    let (area, patch) = (area?, patch?);
    match area {
        Some(stated) => agreed(section, stated, patch),
        None => Some(patch),
    }
}

/// A stated area may differ from that of the shape by this share. Chosen: data sheets round.
const AREA_ROUNDING: f64 = 0.02;

/// The patch, when its stated area (cm²) is that of its shape.
fn agreed(section: &Section<'_>, stated: f64, patch: Patch) -> Option<Patch> {
    let shaped = patch.area().get() * 1e4;
    if (stated - shaped).abs() <= AREA_ROUNDING * shaped {
        return Some(patch);
    }
    let message = format!("`area_cm2` is {stated}, the shape has {shaped:.2} cm²");
    let help = "correct the area or the lengths, or leave the area out: it follows from the shape \
                (both tips of a fork count)";
    section.refuse_key("area_cm2", Code::Contradiction, message, help)
}

/// Extent of a patch. Chosen: below 5 mm it is a needle, above 200 mm it fits no back.
fn side<'k>() -> Kind<'k, Metres> {
    millimetres(5.0..=200.0)
}

fn rounded_rectangle(section: &Section<'_>) -> Option<Patch> {
    let length = section.required("length_mm", side());
    let width = section.required("width_mm", side());
    let corner = section.required("corner_mm", millimetres(0.5..=100.0));
    let (length, width, corner) = (length?, width?, corner?);
    if corner * 2.0 > length.min(width) {
        let message = format!(
            "`corner_mm` is {:.1}, more than half of the shorter side",
            corner.get() * 1000.0
        );
        let help = format!("allowed: up to {:.1} mm", length.min(width).get() * 500.0);
        return section.refuse_key("corner_mm", Code::Contradiction, message, help);
    }
    Some(Patch::RoundedRectangle {
        length,
        width,
        corner,
    })
}

fn fork(section: &Section<'_>) -> Option<Patch> {
    let diameter = section.required("tip_diameter_mm", side());
    let spacing = section.required("spacing_mm", side());
    let (diameter, spacing) = (diameter?, spacing?);
    if spacing <= diameter {
        let message = "the tips of the fork overlap".to_owned();
        let help =
            "`spacing_mm` is the distance between the tip centres: make it larger than a tip";
        return section.refuse_key("spacing_mm", Code::Contradiction, message, help);
    }
    Some(Patch::Fork {
        tip_radius: diameter * 0.5,
        spacing,
    })
}

fn mounting(section: &Section<'_>) -> Option<Transform<Flange, Tool>> {
    let position = section.required("position_mm", triple(-500.0..=500.0, "mm"));
    let angles = section.or(
        "roll_pitch_yaw_deg",
        triple(-180.0..=180.0, "deg"),
        [0.0; 3],
    );
    let ([x, y, z], angles) = (position?, angles?);
    let rotation = Rotation::from_raw(crate::angles::roll_pitch_yaw_degrees(angles));
    Some(Transform::new(
        Point::new(x / 1000.0, y / 1000.0, z / 1000.0),
        rotation,
    ))
}

struct Body {
    mass: quantities::Kilograms,
    centre_of_mass: Point<Flange>,
    inertia: Matrix3<f64>,
    radius: Metres,
}

fn body(section: &Section<'_>) -> Option<Body> {
    let mass = section.required("mass_kg", kilograms(0.01..=10.0));
    let centre = section.required("centre_of_mass_mm", triple(-500.0..=500.0, "mm"));
    let inertia = inertia(section, 1.0);
    let radius = section.required("radius_mm", millimetres(5.0..=100.0));
    let [x, y, z] = centre?;
    Some(Body {
        mass: mass?,
        centre_of_mass: Point::new(x / 1000.0, y / 1000.0, z / 1000.0),
        inertia: inertia?,
        radius: radius?,
    })
}

/// `inertia_kg_m2 = [ixx, iyy, izz, ixy, ixz, iyz]` about the centre of mass.
pub(crate) fn inertia(section: &Section<'_>, largest: f64) -> Option<Matrix3<f64>> {
    let entries = list(number(-largest..=largest, "kg·m²"), 6..=6);
    let entries = section.required("inertia_kg_m2", entries)?;
    let &[xx, yy, zz, xy, xz, yz] = entries.as_slice() else {
        return None;
    };
    let inertia = Matrix3::new(xx, xy, xz, xy, yy, yz, xz, yz, zz);
    let moments = SymmetricEigen::new(inertia).eigenvalues;
    let (least, most, sum) = (moments.min(), moments.max(), moments.sum());
    // Rounded figures of flat bodies may miss equality by their last digit.
    let slack = 1e-6 * sum;
    if least > 0.0 && most <= sum - most + slack {
        return Some(inertia);
    }
    let message = format!(
        "no body has this inertia: its principal moments are {:.4e}, {:.4e} and {most:.4e} kg·m²",
        least,
        sum - least - most
    );
    let help = "each must be positive and none larger than the sum of the others; the order is \
                [ixx, iyy, izz, ixy, ixz, iyz]";
    section.refuse_key("inertia_kg_m2", Code::NotPhysical, message, help)
}

#[cfg(test)]
mod tests;
