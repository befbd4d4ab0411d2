//! `knead arm identify`: what hangs on the wrist sensor, from readings in static poses.
//!
//! ```text
//! poses (JSON lines) ─┐
//!                     ├─▶ gravity and wrench in sensor axes ─▶ least squares ─▶ table, [body], JSON
//! simulated sensor ───┘                                              ▲
//!                                         tool profile ── compared ──┘
//! ```

mod draw;
mod file;
mod report;

use std::path::{Path, PathBuf};

use kinematics::{ArmChain, ArmModel, Capsule, RestingReading, identify_payload};
use nalgebra::{SVector, Vector3};
use quantities::{Flange, Sensor, Transform, Wrench};
use settings::{ArmProfile, ToolProfile};
use sim::{Chance, Purpose, RestingArm, SensorParams};

use crate::cli::IdentifyOptions;
use crate::failure::Failure;
use crate::load::sensor_params;
use crate::say::aside;
use report::{Found, Known};

/// Wrench samples whose mean is one reading, one a millisecond. Chosen: a fifth of a second at rest.
const SAMPLES: u32 = 200;
/// The tool that is simulated when none is named.
const SIMULATED_TOOL: &str = "config/tools/palm.toml";
/// Most simulated poses. Chosen: a day's work for a real arm.
const MOST_POSES: usize = 10_000;

/// The arm without tool, and what its profile says of the sensor.
struct Bench<'a, const D: usize> {
    model: ArmModel<D>,
    profile: Option<&'a ArmProfile>,
    flange_from_sensor: Transform<Flange, Sensor>,
    /// Names of the joints.
    joints: Vec<String>,
}

/// Readings, and the bias that a simulation put into them.
struct Readings {
    all: Vec<RestingReading>,
    bias: Option<Wrench<Sensor>>,
}

pub(super) fn identify<const D: usize>(
    chain: &ArmChain,
    capsules: &[Capsule],
    options: &IdentifyOptions,
) -> Result<(), Failure> {
    let profile = profile(&options.arm.arm)?;
    let bench = Bench::<D>::of(chain, profile.as_ref())?;
    let tool_file = match (&options.tool, options.simulate) {
        (Some(path), _) => Some(path.clone()),
        (None, true) => Some(PathBuf::from(SIMULATED_TOOL)),
        (None, false) => None,
    };
    let tool = tool_file
        .as_deref()
        .map(ToolProfile::read)
        .transpose()
        .map_err(Failure::input)?;
    let readings = match (&options.poses, &tool) {
        (Some(path), _) => bench.read(path)?,
        (None, Some(tool)) => bench.simulate(tool, capsules, options)?,
        (None, None) => return Err(Failure::Input("give --poses FILE or --simulate".to_owned())),
    };
    let estimate = identify_payload(&readings.all).map_err(Failure::input)?;
    let known = Known {
        payload: tool.as_ref().map(|tool| &tool.model.payload),
        file: tool_file.map(|path| path.display().to_string()),
        bias: readings.bias,
    };
    let found = Found::new(&estimate, &bench.flange_from_sensor, known);
    if options.json {
        found.print_json();
    } else {
        found.print_text();
    }
    Ok(())
}

fn profile(arm: &Path) -> Result<Option<ArmProfile>, Failure> {
    if arm.extension().is_some_and(|e| e == "toml") {
        return ArmProfile::read(arm).map(Some).map_err(Failure::input);
    }
    aside!(
        "note: without a profile the sensor is taken to sit at the tip, and gravity to point along -z of \
         the root link"
    );
    Ok(None)
}

impl<'a, const D: usize> Bench<'a, D> {
    fn of(chain: &ArmChain, profile: Option<&'a ArmProfile>) -> Result<Self, Failure> {
        let bare = ArmModel::<D>::from_chain(chain).map_err(Failure::input)?;
        let sensor = profile.and_then(|profile| profile.sensor.as_ref());
        if profile.is_some() && sensor.is_none() {
            aside!("note: the profile names no wrist sensor; one at the flange is assumed");
        }
        Ok(Self {
            model: match profile {
                Some(profile) => bare.with_gravity(profile.installation.gravity_in_base()),
                None => bare,
            },
            profile,
            flange_from_sensor: sensor.map_or(Transform::identity(), |s| s.flange_from_sensor),
            joints: chain.joints.iter().map(|j| j.name.clone()).collect(),
        })
    }

    fn reading(&self, positions: &SVector<f64, D>, wrench: Wrench<Sensor>) -> RestingReading {
        let base_from_sensor = self.model.flange_pose(positions) * self.flange_from_sensor;
        let gravity: &Vector3<f64> = self.model.gravity_in_base();
        RestingReading {
            gravity_in_sensor: base_from_sensor.raw().rotation.inverse() * gravity,
            wrench,
        }
    }

    fn read(&self, path: &Path) -> Result<Readings, Failure> {
        let poses = file::read::<D>(path, self.model.limits(), &self.joints)?;
        let readings = poses
            .iter()
            .map(|pose| self.reading(&pose.positions, pose.wrench));
        Ok(Readings {
            all: readings.collect(),
            bias: None,
        })
    }

    fn simulate(
        &self,
        tool: &ToolProfile,
        capsules: &[Capsule],
        options: &IdentifyOptions,
    ) -> Result<Readings, Failure> {
        if options.count > MOST_POSES {
            let count = options.count;
            return Err(Failure::Input(format!(
                "--count is {count}, at most {MOST_POSES} poses are simulated"
            )));
        }
        let payload = tool.model.payload;
        let mut chance = Chance::new(options.seed, Purpose::Postures);
        let air = draw::Air::new(&self.model, self.profile, capsules, &tool.model)?;
        let postures = air.postures(options.count, &mut chance)?;
        let params = SensorParams {
            flange_from_sensor: self.flange_from_sensor,
            ..self
                .profile
                .map_or_else(SensorParams::default, sensor_params)
        };
        let loaded = self.model.with_payload(&payload);
        let mut arm =
            RestingArm::new(loaded, payload, params, options.seed).map_err(Failure::input)?;
        let readings = postures.iter().map(|posture| {
            let weighing = arm.weigh(posture, SAMPLES);
            self.reading(&weighing.positions, weighing.wrench)
        });
        Ok(Readings {
            all: readings.collect(),
            bias: Some(arm.bias()),
        })
    }
}
