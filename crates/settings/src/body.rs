//! Body profiles: the built-in body, a scan with what is known of its landmarks, or touched points.

use std::path::{Path, PathBuf};

use anatomy::{BodyParameters, Sex, parametric_body};

use crate::document::{self, Language, Section, kilograms, millimetres, section, text, words};
use crate::file::{LARGEST_TOML, read_text};
use crate::{Code, SettingsErrors};

/// Where the body on the table comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum BodySource {
    /// The built-in body: the truth; its scan is simulated.
    Parametric(BodyParameters),
    /// A scan.
    Scan {
        /// The scan that the controller is given.
        cloud: PathBuf,
        /// Its landmarks, all or some; the shape of the scan tells the rest.
        landmarks: Option<PathBuf>,
        /// A cleaner scan that stands for the truth in simulation; the same scan when absent.
        truth: Option<PathBuf>,
    },
    /// Points touched by hand, without a scan.
    Touched {
        /// The file of touched points and landmarks.
        points: PathBuf,
    },
}

/// A body as its file tells it.
#[derive(Clone, Debug, PartialEq)]
pub struct BodyProfile {
    /// The profile's name.
    pub name: String,
    /// One line for reports.
    pub summary: String,
    /// Where it comes from; paths are seen from the current folder.
    pub source: BodySource,
}

impl BodyProfile {
    /// Reads a body file.
    ///
    /// # Errors
    /// [`SettingsErrors`] with every fault of the file; measures that no body has are refused.
    pub fn read(path: &Path) -> Result<Self, SettingsErrors> {
        let mut profile =
            Self::parse(&read_text(path, LARGEST_TOML)?, &path.display().to_string())?;
        let folder = path.parent().unwrap_or(Path::new(""));
        match &mut profile.source {
            BodySource::Parametric(_) => {}
            BodySource::Scan {
                cloud,
                landmarks,
                truth,
            } => {
                *cloud = folder.join(&*cloud);
                *landmarks = landmarks.take().map(|path| folder.join(path));
                *truth = truth.take().map(|path| folder.join(path));
            }
            BodySource::Touched { points } => *points = folder.join(&*points),
        }
        Ok(profile)
    }

    /// Reads a body from its text; `file_name` is what messages call it. Paths stay as written.
    ///
    /// # Errors
    /// [`SettingsErrors`] with every fault of the text; measures that no body has are refused.
    pub fn parse(text: &str, file_name: &str) -> Result<Self, SettingsErrors> {
        document::read(text, file_name, Language::Toml, profile)
    }
}

fn profile(root: &Section<'_>) -> Option<BodyProfile> {
    root.version()?;
    let name = root.required("name", text());
    let summary = root.required("summary", text());
    let parametric = root.optional("parametric", section(parametric));
    let scan = root.optional("scan", section(scan));
    let touched = root.optional("touched", section(touched));
    let parametric = parametric?.map(BodySource::Parametric);
    let mut told = [parametric, scan?, touched?].into_iter().flatten();
    let source = match (told.next(), told.next()) {
        (Some(source), None) => Some(source),
        (Some(_), Some(_)) => {
            let message =
                "a body is either [parametric], a [scan] or [touched], not several".to_owned();
            let key = if root.has("scan") { "scan" } else { "touched" };
            root.refuse_key(key, Code::Contradiction, message, "keep one of them")
        }
        (None, _) => {
            let message = "the file tells no body".to_owned();
            let help = "add [parametric] with sex, stature_mm, mass_kg; or [scan] with cloud and, where \
                        known, landmarks; or [touched] with points";
            root.refuse(Code::MissingKey, message, help)
        }
    };
    Some(BodyProfile {
        name: name?,
        summary: summary?,
        source: source?,
    })
}

fn parametric(section: &Section<'_>) -> Option<BodyParameters> {
    let sexes = [("female", Sex::Female), ("male", Sex::Male)];
    let sex = section.required("sex", words(&sexes).map(|sex| sex));
    // Wide enough to leave the judgement to the body model, narrow enough to catch units.
    let stature = section.required("stature_mm", millimetres(500.0..=2500.0));
    let mass = section.required("mass_kg", kilograms(20.0..=300.0));
    let parameters = BodyParameters {
        sex: sex?,
        stature: stature?,
        mass: mass?,
    };
    match parametric_body(&parameters) {
        Ok(_) => Some(parameters),
        Err(error) => section.refuse(
            Code::BodyRefused,
            error.to_string(),
            "the built-in body follows measured populations; outside of their range use a scan",
        ),
    }
}

fn scan(section: &Section<'_>) -> Option<BodySource> {
    let cloud = section.required("cloud", text());
    let landmarks = section.optional("landmarks", text());
    let truth = section.optional("truth_cloud", text());
    Some(BodySource::Scan {
        cloud: PathBuf::from(cloud?),
        landmarks: landmarks?.map(PathBuf::from),
        truth: truth?.map(PathBuf::from),
    })
}

fn touched(section: &Section<'_>) -> Option<BodySource> {
    let points = section.required("points", text());
    Some(BodySource::Touched {
        points: PathBuf::from(points?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "version = 1\nname = \"x\"\nsummary = \"y\"\n";

    fn parse(body: &str) -> Result<BodyProfile, SettingsErrors> {
        BodyProfile::parse(&format!("{HEAD}{body}"), "b.toml")
    }

    fn code(body: &str) -> Code {
        parse(body).expect_err("a faulty body").problems()[0].code
    }

    #[test]
    fn a_built_in_body_is_read() {
        let body =
            parse("[parametric]\nsex = \"male\"\nstature_mm = 1780\nmass_kg = 80").expect("good");
        let BodySource::Parametric(parameters) = body.source else {
            panic!("a built-in body")
        };
        assert_eq!(
            (parameters.sex, parameters.stature.get()),
            (Sex::Male, 1.78)
        );
    }

    #[test]
    fn measures_that_no_body_has_are_refused() {
        assert_eq!(
            code("[parametric]\nsex = \"male\"\nstature_mm = 1780\nmass_kg = 30"),
            Code::BodyRefused
        );
        assert_eq!(
            code("[parametric]\nsex = \"male\"\nstature_mm = 1.78\nmass_kg = 80"),
            Code::OutOfRange
        );
    }

    #[test]
    fn a_body_comes_from_one_source() {
        let both = "[parametric]\nsex = \"male\"\nstature_mm = 1780\nmass_kg = 80\n\
                    [scan]\ncloud = \"a.ply\"\nlandmarks = \"a.json\"";
        assert_eq!(code(both), Code::Contradiction);
        let both = "[touched]\npoints = \"a.json\"\n[scan]\ncloud = \"a.ply\"";
        assert_eq!(code(both), Code::Contradiction);
        assert_eq!(code(""), Code::MissingKey);
    }

    #[test]
    fn scans_lie_beside_the_file_that_names_them() {
        let scan = "[scan]\ncloud = \"a.ply\"\nlandmarks = \"a.json\"";
        let folder = std::env::temp_dir().join(format!("settings-body-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let file = folder.join("b.toml");
        std::fs::write(&file, format!("{HEAD}{scan}")).expect("a file");
        let body = BodyProfile::read(&file).expect("good");
        std::fs::remove_dir_all(&folder).expect("clean up");
        let BodySource::Scan { cloud, truth, .. } = body.source else {
            panic!("a scan")
        };
        assert_eq!((cloud, truth), (folder.join("a.ply"), None));
    }
}
