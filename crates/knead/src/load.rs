//! Reads every file that a session needs, and refuses before anything runs.

pub mod kept;
pub mod tools;

use std::path::{Path, PathBuf};

use anatomy::{Back, Sex, Zone};
use limits::{Envelope, RawLimits, Tightening};
use planner::{Lubrication, Routine};
use quantities::{Flange, Newtons, Sensor, SquareMetres, Transform};
use settings::{
    ArmProfile, ArmSetup, BodyProfile, BodySource, ClientProfile, Installation, LARGEST_TOML,
    LimitsProfile, SimulationProfile, Skin, TimedRequest, ToolProfile, read_requests,
    read_routine_with_files, read_text,
};
use sim::{
    BasePoseError, Breathing, BreathingParams, SensorParams, SkinSurface, Tissue, TissueParams,
    TrueWorld,
};

use crate::cli::Ingredients;
use crate::failure::Failure;
use crate::sensing;

use kept::KeptFiles;

/// Everything read and checked.
pub struct Loaded {
    /// What is wished.
    pub routine: Routine,
    /// The arm as its file tells it.
    pub profile: ArmProfile,
    /// The arm with the profile's overrides.
    pub setup: ArmSetup,
    /// The URDF as read.
    pub urdf_text: String,
    /// The tools that the routine needs, in order of first use.
    pub tools: Vec<ToolProfile>,
    /// Where the body comes from.
    pub body: BodySource,
    /// The limits before the back is known.
    pub limits: RawLimits,
    /// The client.
    pub client: ClientProfile,
    /// What the simulation adds.
    pub simulation: SimulationProfile,
    /// What the operator asks during a simulated session, in the order of time.
    pub requests: Vec<TimedRequest>,
    /// The files that made the session.
    pub kept: KeptFiles,
}

/// A short name of a body for reports.
pub fn body_label(source: &BodySource) -> String {
    match source {
        BodySource::Parametric(p) => {
            let sex = match p.sex {
                Sex::Female => "female",
                Sex::Male => "male",
            };
            format!(
                "built-in body, {sex} {:.2} m {:.0} kg",
                p.stature.get(),
                p.mass.get()
            )
        }
        BodySource::Scan { cloud: file, .. } | BodySource::Touched { points: file } => file
            .file_name()
            .map(|n| n.to_string_lossy().into_owned())
            .unwrap_or_default(),
    }
}

/// The body of what was typed: a profile, a scan with what is known of its landmarks, or a file of touched
/// points (JSON).
///
/// # Errors
/// Every fault of a profile; landmarks beside a profile or beside touched points.
pub fn body_source(
    body: &Path,
    landmarks: Option<&Path>,
    truth: Option<&Path>,
) -> Result<BodySource, Failure> {
    let ends_in = |end: &str| {
        body.extension()
            .is_some_and(|e| e.eq_ignore_ascii_case(end))
    };
    let alone = || {
        if landmarks.is_some() || truth.is_some() {
            return Err(Failure::Input(
                "--landmarks and --truth go with a scan; a body profile and a file of touched points \
                 name their own"
                    .to_owned(),
            ));
        }
        Ok(())
    };
    if ends_in("toml") {
        alone()?;
        return Ok(BodyProfile::read(body).map_err(Failure::input)?.source);
    }
    if ends_in("json") {
        alone()?;
        return Ok(BodySource::Touched {
            points: body.to_owned(),
        });
    }
    Ok(BodySource::Scan {
        cloud: body.to_owned(),
        landmarks: landmarks.map(Path::to_owned),
        truth: truth.map(Path::to_owned),
    })
}

/// The world as it truly is. Where the simulation says nothing of the base, the base is off by as much as
/// the installation was measured badly; where it says nothing of the skin, the skin is as believed.
///
/// # Errors
/// A figure of the simulation that is out of range.
pub fn world(
    simulation: &SimulationProfile,
    truth: &Back,
    installation: &Installation,
    believed_skin: Lubrication,
    seed: u64,
) -> Result<TrueWorld, Failure> {
    let params = TissueParams {
        skin: true_skin(simulation.skin, believed_skin),
        knots: simulation.knots,
        ..TissueParams::default()
    };
    let tissue = Tissue::under(truth, params, seed).map_err(Failure::input)?;
    let figures = &simulation.breathing;
    let breathing = BreathingParams {
        amplitude: figures.amplitude,
        per_minute: figures.per_minute,
        amplitude_spread: figures.amplitude_spread,
        period_spread: figures.period_spread,
    };
    let breathing = Breathing::made(breathing, seed).map_err(Failure::input)?;
    let error = BasePoseError {
        distance: simulation
            .base_position_error
            .unwrap_or(installation.position_uncertainty),
        angle: simulation
            .base_orientation_error
            .unwrap_or(installation.orientation_uncertainty),
    };
    Ok(TrueWorld::new(
        truth.clone(),
        tissue,
        breathing,
        error.applied(&installation.base_from_table, seed),
    ))
}

/// The skin under the tool as it truly is.
fn true_skin(truth: Option<Skin>, believed: Lubrication) -> SkinSurface {
    match (truth, believed) {
        (Some(Skin::Oiled), _) | (None, Lubrication::Full) => SkinSurface::Oiled,
        (Some(Skin::LightlyOiled), _) | (None, Lubrication::Light) => SkinSurface::LightlyOiled,
        (Some(Skin::Dry), _) | (None, Lubrication::None) => SkinSurface::Dry,
    }
}

impl Loaded {
    /// Reads all ingredients of a session.
    ///
    /// # Errors
    /// Every fault of the first file that has any.
    pub fn read(ingredients: &Ingredients) -> Result<Self, Failure> {
        let (routine, used) =
            read_routine_with_files(&ingredients.routine).map_err(Failure::input)?;
        let profile = ArmProfile::read(&ingredients.arm).map_err(Failure::input)?;
        let (urdf_text, urdf) = profile
            .read_urdf(ingredients.urdf.as_deref())
            .map_err(Failure::input)?;
        let setup = profile
            .chain(&urdf_text, &urdf.display().to_string(), None)
            .map_err(Failure::input)?;
        let tools = tools::needed(&routine, &ingredients.tools)?;
        let limits = LimitsProfile::read(&ingredients.limits).map_err(Failure::input)?;
        if let Some(sensor) = &profile.sensor {
            let models: Vec<_> = tools.iter().map(|tool| tool.model).collect();
            sensing::wide_enough(sensor, &limits.raw, &models).map_err(Failure::Input)?;
        }
        let client = ClientProfile::read(&ingredients.client).map_err(Failure::input)?;
        let simulation =
            SimulationProfile::read(&ingredients.simulation).map_err(Failure::input)?;
        let body = body_source(
            &ingredients.body,
            ingredients.landmarks.as_deref(),
            ingredients.truth.as_deref(),
        )?;
        let kept = KeptFiles::read(ingredients, used, &tools, &body)?;
        Ok(Self {
            routine,
            profile,
            setup,
            urdf_text,
            tools,
            body,
            limits: limits.raw,
            client,
            simulation,
            requests: Vec::new(),
            kept,
        })
    }

    /// The same session with an operator who follows a script.
    ///
    /// # Errors
    /// Every fault of the script.
    pub fn with_requests(mut self, script: &Path) -> Result<Self, Failure> {
        self.requests = read_requests(script).map_err(Failure::input)?;
        let text = read_text(script, LARGEST_TOML).map_err(Failure::input)?;
        self.kept.note("requests.toml", text);
        Ok(self)
    }

    /// The same session for a client who asks for more: steps with these conditions are done.
    #[must_use]
    pub fn with_asked_for(mut self, words: &[String]) -> Self {
        let asked_for = &mut self.client.taste.asked_for;
        for word in words {
            if !asked_for.contains(word) {
                asked_for.push(word.clone());
            }
        }
        self
    }

    /// The same with all tools of a folder, by name, whichever the routine needs.
    ///
    /// # Errors
    /// A folder that cannot be read; every fault of the first tool's file that has any; a wrist sensor too
    /// narrow for one of them.
    pub fn with_all_tools(mut self, folder: &Path) -> Result<Self, Failure> {
        let files = toml_files(folder, "--tools")?;
        let read = files.iter().map(|file| ToolProfile::read(file));
        self.tools = read.collect::<Result<_, _>>().map_err(Failure::input)?;
        if let Some(sensor) = &self.profile.sensor {
            let models: Vec<_> = self.tools.iter().map(|tool| tool.model).collect();
            sensing::wide_enough(sensor, &self.limits, &models).map_err(Failure::Input)?;
        }
        Ok(self)
    }

    /// The limits on a back: what client and arm take away is gone.
    ///
    /// # Errors
    /// Figures beyond what may be configured; a place of the client's file that lies off this back.
    pub fn envelope(&self, back: &Back) -> Result<Envelope, Failure> {
        let envelope = Envelope::for_back(&self.limits, back).map_err(Failure::input)?;
        let client = self.client.tightening_on(back).map_err(Failure::input)?;
        let envelope = envelope.tightened_by(&client).map_err(Failure::input)?;
        let arm = self.arm_tightening(&envelope);
        envelope.tightened_by(&arm).map_err(Failure::input)
    }

    /// What the arm takes away: its factor on every zone's force. What a tool takes away, the pressure
    /// it is made for, binds that tool alone: planner, monitor and judge hold each to its own rating.
    fn arm_tightening(&self, envelope: &Envelope) -> Tightening {
        let single = if self.profile.reports_torque {
            1.0
        } else {
            SINGLE_ESTIMATE
        };
        let factor = self.profile.ceiling_factor.min(single);
        let whole = SquareMetres::new(1.0);
        let halved = Zone::ALL
            .iter()
            .map(|zone| (*zone, envelope.force_ceiling(*zone, whole) * factor))
            .filter(|(_, force)| *force > Newtons::ZERO && factor < 1.0);
        Tightening {
            zone_forces: halved.collect(),
            ..Tightening::default()
        }
    }

    /// The sensors as the simulation makes them.
    pub fn sensor_params(&self, flange_from_sensor: Transform<Flange, Sensor>) -> SensorParams {
        SensorParams {
            flange_from_sensor,
            ..sensor_params(&self.profile)
        }
    }

    /// Skin that is other than the client's profile says.
    fn other_skin(&self) -> Option<String> {
        let believed = self.client.taste.oil;
        let truth = true_skin(self.simulation.skin, believed);
        (truth != true_skin(None, believed)).then(|| {
            format!(
                "the simulated skin has a friction of {:.2}; believed is {:.2} (oil \"{}\" in the client's profile)",
                truth.friction(),
                believed.friction(),
                believed.word()
            )
        })
    }

    /// A simulated base that stands further off than the installation claims.
    fn worse_than_measured(&self) -> Option<String> {
        let installation = &self.profile.installation;
        let far = self
            .simulation
            .base_position_error
            .is_some_and(|error| error > installation.position_uncertainty);
        let turned = self
            .simulation
            .base_orientation_error
            .is_some_and(|error| error > installation.orientation_uncertainty);
        (far || turned).then(|| {
            format!(
                "the simulation puts the base further off than its installation claims ({:.1} mm, {:.1} mrad)",
                installation.position_uncertainty.get() * 1e3,
                installation.orientation_uncertainty.get() * 1e3
            )
        })
    }

    /// What must be told about the parts, though they are used.
    pub fn warnings(&self) -> Vec<String> {
        let arm = self.setup.warnings.iter().map(ToString::to_string);
        let no_truth = matches!(self.body, BodySource::Scan { truth: None, .. }).then(|| {
            "no cleaner scan was given with --truth: in simulation the scan itself, with its noise, \
             stands for the true body"
                .to_owned()
        });
        let no_sensor = self.profile.sensor.is_none().then(|| {
            format!(
                "the arm has no wrist sensor: a default one is simulated; on the real arm `knead run` refuses the session ({})",
                settings::Code::NoWristSensor.as_str()
            )
        });
        arm.chain(self.client.notes.iter().cloned())
            .chain(no_sensor)
            .chain(no_truth)
            .chain(self.worse_than_measured())
            .chain(self.other_skin())
            .collect()
    }
}

/// Factor on the force ceilings of an arm without a second estimate of the contact force.
const SINGLE_ESTIMATE: f64 = 0.5;

/// The sensors of an arm as the simulation makes them: the profile's, or the default ones.
pub fn sensor_params(profile: &ArmProfile) -> SensorParams {
    let Some(sensor) = &profile.sensor else {
        return SensorParams::default();
    };
    // The coarsest encoder step of the arm stands for all: the simulation knows one.
    let steps = profile.joints.iter().map(|joint| joint.encoder_step);
    SensorParams {
        flange_from_sensor: sensor.flange_from_sensor,
        position_resolution: steps.fold(0.0, f64::max),
        force_noise: sensor.noise,
        moment_noise: sensor.torque_noise,
        force_bias: sensor.bias,
        moment_bias: sensor.torque_bias,
        wrench_delay: (sensor.delay.get() * 1000.0).round() as u32,
        force_range: sensor.range,
        moment_range: sensor.torque_range,
        ..SensorParams::default()
    }
}

/// The TOML files of a folder, by name; `flag` is how another folder is named.
///
/// # Errors
/// A folder that cannot be read.
pub fn toml_files(folder: &Path, flag: &str) -> Result<Vec<PathBuf>, Failure> {
    let entries = std::fs::read_dir(folder).map_err(|error| {
        Failure::Input(format!(
            "{}: {error}; name the folder with {flag}",
            folder.display()
        ))
    })?;
    let paths = entries.flatten().map(|entry| entry.path());
    let mut files: Vec<PathBuf> = paths
        .filter(|path| path.extension().is_some_and(|end| end == "toml"))
        .collect();
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_believed_frictions_are_those_of_the_simulated_skins() {
        for believed in Lubrication::ALL {
            let truth = true_skin(None, believed);
            assert!((truth.friction() - believed.friction()).abs() < 1e-12);
        }
        let odd = true_skin(Some(Skin::Dry), Lubrication::Full);
        assert_eq!(odd, SkinSurface::Dry, "the room's own word is the truth");
    }
}
