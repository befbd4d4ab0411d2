//! Reads every file that a session needs, and refuses before anything runs.

use std::path::Path;

use anatomy::{Back, Sex, Zone};
use limits::{Envelope, RawLimits, Tightening};
use planner::{Routine, Stroke};
use quantities::{Flange, Newtons, Sensor, SquareMetres, Transform};
use settings::{
    ArmProfile, ArmSetup, BodyProfile, BodySource, ClientProfile, Installation, LARGEST_TOML,
    LimitsProfile, SimulationProfile, Skin, ToolProfile, read_routine, read_text,
};
use sim::{
    BasePoseError, Breathing, BreathingParams, SensorParams, SkinSurface, Tissue, TissueParams,
    TrueWorld,
};

use crate::cli::Ingredients;
use crate::failure::Failure;
use crate::sensing;

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
    /// Name and text of the files that made the session.
    pub files: Vec<(String, String)>,
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
/// the installation was measured badly.
///
/// # Errors
/// A figure of the simulation that is out of range.
pub fn world(
    simulation: &SimulationProfile,
    truth: &Back,
    installation: &Installation,
    seed: u64,
) -> Result<TrueWorld, Failure> {
    let skin = match simulation.skin {
        Skin::Oiled => SkinSurface::Oiled,
        Skin::Dry => SkinSurface::Dry,
    };
    let params = TissueParams {
        skin,
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

impl Loaded {
    /// Reads all ingredients of a session.
    ///
    /// # Errors
    /// Every fault of the first file that has any.
    pub fn read(ingredients: &Ingredients) -> Result<Self, Failure> {
        let routine = read_routine(&ingredients.routine).map_err(Failure::input)?;
        let profile = ArmProfile::read(&ingredients.arm).map_err(Failure::input)?;
        let (urdf_text, urdf) = profile
            .read_urdf(ingredients.urdf.as_deref())
            .map_err(Failure::input)?;
        let setup = profile
            .chain(&urdf_text, &urdf.display().to_string(), None)
            .map_err(Failure::input)?;
        let tools = tools(&routine, &ingredients.tools)?;
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
        let files = kept_files(ingredients)?;
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
            files,
        })
    }

    /// The limits on a back.
    pub fn envelope(&self, back: &Back) -> Result<Envelope, Failure> {
        let envelope = Envelope::for_back(&self.limits, back).map_err(Failure::input)?;
        let envelope = envelope
            .tightened_by(&self.client.tightening)
            .map_err(Failure::input)?;
        let arm = self.arm_tightening(&envelope);
        envelope.tightened_by(&arm).map_err(Failure::input)
    }

    /// What the arm takes away: its factor on every zone's force. What a tool takes away, the pressure
    /// it is made for, binds that tool alone: planner, monitor and judge hold each to its own rating.
    fn arm_tightening(&self, envelope: &Envelope) -> Tightening {
        let factor = self.profile.ceiling_factor;
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
        arm.chain(self.client.notes.iter().cloned())
            .chain(no_truth)
            .chain(self.worse_than_measured())
            .collect()
    }
}

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

/// Name and text of every configuration file, for the archive.
fn kept_files(ingredients: &Ingredients) -> Result<Vec<(String, String)>, Failure> {
    let mut files = Vec::new();
    for (name, path) in [
        ("routine.toml", &ingredients.routine),
        ("arm.toml", &ingredients.arm),
        ("limits.toml", &ingredients.limits),
        ("client.toml", &ingredients.client),
        ("simulation.toml", &ingredients.simulation),
    ] {
        files.push((
            name.to_owned(),
            read_text(path, LARGEST_TOML).map_err(Failure::input)?,
        ));
    }
    Ok(files)
}

fn tools(routine: &Routine, folder: &Path) -> Result<Vec<ToolProfile>, Failure> {
    let mut tools: Vec<ToolProfile> = Vec::new();
    let mut refused: Vec<String> = Vec::new();
    for step in &routine.steps {
        if step.tool.is_empty() || matches!(step.stroke, Stroke::Operator { .. }) {
            continue;
        }
        if !tools.iter().any(|tool| tool.name == step.tool) {
            let path = folder.join(format!("{}.toml", step.tool));
            tools.push(ToolProfile::read(&path).map_err(Failure::input)?);
        }
        let technique = step.stroke.technique();
        let fits = tools
            .iter()
            .any(|tool| tool.name == step.tool && tool.techniques.contains(&technique));
        if !fits {
            refused.push(format!(
                "step \"{}\" (line {}) asks for {technique} with the {}, whose profile ({}) does not \
                 allow it; {}",
                step.name,
                step.line,
                step.tool,
                folder.join(format!("{}.toml", step.tool)).display(),
                tools_that_may(folder, technique)
            ));
        }
    }
    if refused.is_empty() {
        Ok(tools)
    } else {
        Err(Failure::Input(refused.join("\n")))
    }
}

/// The tools of a folder whose profiles allow a technique, as a remedy. Files that cannot be read are
/// passed over here: they are refused when they are used.
fn tools_that_may(folder: &Path, technique: plan::Technique) -> String {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|e| e == "toml"))
        .filter_map(|path| ToolProfile::read(&path).ok())
        .filter(|tool| tool.techniques.contains(&technique))
        .map(|tool| tool.name)
        .collect();
    names.sort();
    if names.is_empty() {
        format!("no tool in {} may do {technique}", folder.display())
    } else {
        format!("tools that may: {}", names.join(", "))
    }
}
