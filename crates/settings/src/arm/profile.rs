//! The profile of one arm.

use std::path::{Path, PathBuf};

use kinematics::{Capsule, TableTop};
use quantities::Metres;

use super::control::{Control, control};
use super::joint::{JointProfile, joint};
use super::mounting::{ForceSensor, Installation, installation, sensor};
use crate::document::{
    self, Language, Section, degrees, flag, list, millimetres, number, section, sections, text,
    triple,
};
use crate::file::{LARGEST_DESCRIPTION, LARGEST_TOML, read_text};
use crate::{Code, Problem, SettingsErrors};

/// How far the project stays inside the limits of the joints.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Margins {
    /// Distance kept from each end of a turning joint (rad).
    pub position_rad: f64,
    /// Distance kept from each end of a sliding joint.
    pub position: Metres,
    /// Part of the speed limit that is used.
    pub velocity_factor: f64,
    /// Part of the effort limit that is used.
    pub effort_factor: f64,
}

/// An arm as its file tells it.
#[derive(Clone, Debug, PartialEq)]
pub struct ArmProfile {
    /// The profile's name, such as "knead_r7".
    pub name: String,
    /// One line for the engineer.
    pub summary: String,
    /// How it takes commands.
    pub control: Control,
    /// Its URDF, seen from the current folder; `None` when the user must bring the maker's.
    pub urdf: Option<PathBuf>,
    /// Names of robots in URDFs that this profile fits.
    pub robots: Vec<String>,
    /// The link that is the flange.
    pub tip: String,
    /// Its moving joints, base first.
    pub joints: Vec<JointProfile>,
    /// Distance kept from the limits.
    pub margins: Margins,
    /// The force sensor; `None` when the arm has none.
    pub sensor: Option<ForceSensor>,
    /// Capsules around its links; for the links named here the URDF's own shapes are not used.
    pub capsules: Vec<Capsule>,
    /// The table it stands beside.
    pub table: TableTop,
    /// Where it stands.
    pub installation: Installation,
    /// The drives report torques good enough for a second estimate of force. Without them the ceilings are halved.
    pub reports_torque: bool,
    /// Factor on all force ceilings, at most 1: 0.5 for an arm with a single estimate of force.
    pub ceiling_factor: f64,
    /// What messages call the file.
    pub file: String,
}

impl ArmProfile {
    /// Reads an arm file.
    ///
    /// # Errors
    /// [`SettingsErrors`] with every fault of the file.
    pub fn read(path: &Path) -> Result<Self, SettingsErrors> {
        let mut profile =
            Self::parse(&read_text(path, LARGEST_TOML)?, &path.display().to_string())?;
        let folder = path.parent().unwrap_or(Path::new(""));
        profile.urdf = profile.urdf.map(|urdf| folder.join(urdf));
        Ok(profile)
    }

    /// Reads an arm from its text; `file_name` is what messages call it. The path of the URDF stays as
    /// written.
    ///
    /// # Errors
    /// [`SettingsErrors`] with every fault of the text.
    pub fn parse(text: &str, file_name: &str) -> Result<Self, SettingsErrors> {
        document::read(text, file_name, Language::Toml, |root| {
            profile(root, file_name)
        })
    }

    /// The text of the arm's URDF: the one given, else the profile's own. Also tells its path.
    ///
    /// # Errors
    /// [`SettingsErrors`] when neither exists, or the file cannot be read.
    pub fn read_urdf(&self, given: Option<&Path>) -> Result<(String, PathBuf), SettingsErrors> {
        match given.map(Path::to_path_buf).or_else(|| self.urdf.clone()) {
            Some(path) => Ok((read_text(&path, LARGEST_DESCRIPTION)?, path)),
            None => Err(self.refuse(
                Code::NoUrdf,
                format!("the profile \"{}\" comes without a URDF", self.name),
                format!(
                    "give the maker's with --urdf FILE; it fits robots named {}",
                    self.robots.join(", ")
                ),
            )),
        }
    }

    /// The wrist sensor, for a session on the real arm.
    ///
    /// # Errors
    /// [`Code::NoWristSensor`]: nothing else tells the force on the skin.
    pub fn wrist_sensor(&self) -> Result<&ForceSensor, SettingsErrors> {
        self.sensor.as_ref().ok_or_else(|| {
            self.refuse(
                Code::NoWristSensor,
                format!(
                    "the profile \"{}\" names no wrist sensor: a real arm cannot be led without one",
                    self.name
                ),
                "fit a force/torque sensor between flange and tool and describe it in `[sensor]`; `knead plan` and `knead sim` \
                 go without, by a simulated one"
                    .to_owned(),
            )
        })
    }

    /// Posture when parked: rad, or m for sliding joints.
    #[must_use]
    pub fn park_posture(&self) -> Vec<f64> {
        self.joints.iter().map(|joint| joint.park).collect()
    }

    /// Posture in which a session begins: rad, or m for sliding joints. Joints without one of their own
    /// begin parked.
    #[must_use]
    pub fn start_posture(&self) -> Vec<f64> {
        let of = |joint: &JointProfile| joint.start.unwrap_or(joint.park);
        self.joints.iter().map(of).collect()
    }

    /// A fault of the profile as a whole.
    pub(super) fn refuse(&self, code: Code, message: String, help: String) -> SettingsErrors {
        SettingsErrors::new(vec![self.problem(code, message, help)])
    }

    pub(super) fn problem(&self, code: Code, message: String, help: String) -> Problem {
        Problem {
            file: self.file.clone(),
            line: None,
            column: None,
            code,
            message,
            help,
            excerpt: String::new(),
        }
    }
}

fn profile(root: &Section<'_>, file_name: &str) -> Option<ArmProfile> {
    root.version()?;
    let name = root.required("name", text());
    let summary = root.required("summary", text());
    let control = control(root);
    let urdf = root.required("urdf", section(urdf));
    let joints = root.required("joint", sections(joint, 4..=7));
    let margins = root.required("margins", section(margins));
    let sensor = root.optional("sensor", section(sensor));
    let capsules = root.or("capsule", sections(capsule, 1..=32), Vec::new());
    let installation = root.required("installation", section(installation));
    let table = root.or("table", section(table), TableTop::default());
    let ceiling_factor = root.or("ceiling_factor", number(0.1..=1.0, ""), 1.0);
    let reports_torque = root.or("reports_torque", flag(), true);
    let (urdf, joints, capsules) = (urdf?, joints?, capsules?);
    joints_differ(root, &joints)?;
    Some(ArmProfile {
        name: name?,
        summary: summary?,
        control: control?,
        urdf: urdf.path,
        robots: urdf.robots,
        tip: urdf.tip,
        capsules: resolve(root, &joints, capsules)?,
        joints,
        margins: margins?,
        table: table?,
        sensor: sensor?,
        installation: installation?,
        reports_torque: reports_torque?,
        ceiling_factor: ceiling_factor?,
        file: file_name.to_owned(),
    })
}

struct Urdf {
    path: Option<PathBuf>,
    robots: Vec<String>,
    tip: String,
}

fn urdf(section: &Section<'_>) -> Option<Urdf> {
    let path = section.optional("path", text());
    let robots = section.required("robots", list(text(), 1..=32));
    let tip = section.required("tip", text());
    Some(Urdf {
        path: path?.map(PathBuf::from),
        robots: robots?,
        tip: tip?,
    })
}

fn table(section: &Section<'_>) -> Option<TableTop> {
    let foot_end = section.required("foot_end_mm", millimetres(-2500.0..=-200.0));
    let head_end = section.required("head_end_mm", millimetres(200.0..=2500.0));
    let half_width = section.required("half_width_mm", millimetres(150.0..=1000.0));
    let usual = TableTop::default();
    let thickness = section.or("thickness_mm", millimetres(10.0..=400.0), usual.thickness);
    let height = section.or("height_mm", millimetres(300.0..=1200.0), usual.height);
    Some(TableTop {
        foot_end: foot_end?,
        head_end: head_end?,
        half_width: half_width?,
        thickness: thickness?,
        height: height?,
    })
}

fn margins(section: &Section<'_>) -> Option<Margins> {
    let angle = section.required("position_deg", degrees(0.0..=45.0));
    let length = section.or("position_mm", millimetres(0.0..=200.0), Metres::new(0.005));
    let velocity = section.required("velocity_factor", number(0.05..=1.0, ""));
    let effort = section.required("effort_factor", number(0.05..=1.0, ""));
    Some(Margins {
        position_rad: angle?.get(),
        position: length?,
        velocity_factor: velocity?,
        effort_factor: effort?,
    })
}

fn joints_differ(root: &Section<'_>, joints: &[JointProfile]) -> Option<()> {
    let twice = joints.iter().enumerate().find(|(index, joint)| {
        joints
            .iter()
            .take(*index)
            .any(|other| other.name == joint.name)
    });
    let Some((_, joint)) = twice else {
        return Some(());
    };
    let message = format!("the joint \"{}\" is listed twice", joint.name);
    root.refuse_key(
        "joint",
        Code::Duplicate,
        message,
        "list each moving joint once",
    )
}

/// A capsule whose joint is still a name.
struct NamedCapsule {
    after: String,
    capsule: Capsule,
}

fn capsule(section: &Section<'_>) -> Option<NamedCapsule> {
    let after = section.required("after_joint", text());
    let end = |key| {
        section
            .required(key, triple(-3000.0..=3000.0, "mm"))
            .map(|[x, y, z]| nalgebra::Point3::new(x / 1000.0, y / 1000.0, z / 1000.0))
    };
    let (from, to) = (end("from_mm"), end("to_mm"));
    let radius = section.required("radius_mm", millimetres(5.0..=500.0));
    let capsule = Capsule {
        link: None,
        a: from?,
        b: to?,
        radius: radius?,
    };
    Some(NamedCapsule {
        after: after?,
        capsule,
    })
}

/// The word for the part of the arm that no joint moves.
pub(super) const BASE: &str = "base";

fn resolve(
    root: &Section<'_>,
    joints: &[JointProfile],
    capsules: Vec<NamedCapsule>,
) -> Option<Vec<Capsule>> {
    let mut resolved = Some(Vec::new());
    for NamedCapsule { after, capsule } in capsules {
        let joint = joints.iter().position(|joint| joint.name == after);
        if joint.is_none() && after != BASE {
            let known = joints.iter().map(|joint| joint.name.as_str()).chain([BASE]);
            let help = match crate::nearest(&after, known) {
                Some(name) => format!("did you mean \"{name}\"?"),
                None => "name one of the profile's joints, or \"base\"".to_owned(),
            };
            let message = format!("a capsule hangs on the joint \"{after}\", which is not listed");
            root.refuse_key::<()>("capsule", Code::WrongJoints, message, help);
            resolved = None;
        }
        if let Some(list) = resolved.as_mut() {
            list.push(Capsule {
                link: joint,
                ..capsule
            });
        }
    }
    resolved
}
