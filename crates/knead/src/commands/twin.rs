//! `knead twin`: an arm behind a pseudo-terminal.

use signals::DriveKind;
use sim::firmware::{Firmware, FirmwareLimits, FirmwareParams, LineParams};
use wire_format::Text;

use crate::cli::TwinOptions;
use crate::compose::Kit;
use crate::dispatch::with_joint_count;
use crate::failure::Failure;
use crate::load::Loaded;
use crate::twin::{TruthLog, Twin, TwinParts, boot_nonce};

pub fn run(options: &TwinOptions) -> Result<(), Failure> {
    let loaded = Loaded::read(&options.ingredients)?;
    let joints = loaded.setup.chain.joints.len();
    with_joint_count!(
        joints,
        D => run_with::<D>(&loaded, options),
        else Err(Failure::Input(format!("the arm has {joints} moving joints; allowed are 4 to 7")))
    )
}

fn run_with<const D: usize>(loaded: &Loaded, options: &TwinOptions) -> Result<(), Failure> {
    let kit = Kit::<D>::new(loaded, options.seed)?;
    let world = kit.world(options.seed)?;
    let truth = match &options.record {
        Some(folder) => {
            let names = loaded.setup.chain.joints.iter().map(|j| j.name.clone());
            Some(TruthLog::create(folder, names.collect(), &world)?)
        }
        None => None,
    };
    let arm = kit.sim_arm(world, options.seed)?;
    let params = params(loaded, &kit, options)?;
    let firmware = Firmware::new(arm, params, options.seed).map_err(Failure::device)?;
    let line = if options.stepped {
        LineParams::IMMEDIATE
    } else {
        LineParams {
            baud: options.baud,
            usb_frame_ns: u64::from(options.usb_frame_us) * 1000,
            latency_timer_ns: u64::from(options.latency_timer_ms) * 1_000_000,
            ..LineParams::high_speed(options.baud)
        }
    };
    Twin::new(TwinParts {
        firmware,
        line,
        link: &options.link,
        stepped: options.stepped,
        truth,
        seconds: options.seconds,
        seed: options.seed,
        attended: options.attended,
    })?
    .run()
}

fn params<const D: usize>(
    loaded: &Loaded,
    kit: &Kit<'_, D>,
    options: &TwinOptions,
) -> Result<FirmwareParams<D>, Failure> {
    let text = |what: &str, text: &str| {
        Text::new(text).ok_or_else(|| {
            Failure::Input(format!(
                "{what} \"{text}\" does not fit the wire: at most 16 printable ASCII characters are allowed"
            ))
        })
    };
    let (model, _) = kit
        .arms
        .first()
        .ok_or_else(|| Failure::Input("the routine names no tool".to_owned()))?;
    let limits = model.limits();
    let name: String = loaded.profile.name.chars().take(16).collect();
    let latency_us =
        u16::try_from(options.usb_frame_us + options.latency_timer_ms * 1000).unwrap_or(u16::MAX);
    Ok(FirmwareParams {
        model: text("the arm's name", &name)?,
        serial: text("--serial-number", &options.serial_number)?,
        version: text("the version", concat!("twin ", env!("CARGO_PKG_VERSION")))?,
        boot_nonce: boot_nonce(options.seed, 0),
        limits: FirmwareLimits::with_arm(&limits.torque, &limits.velocity),
        takes_torques: kit.drive == DriveKind::Torques,
        takes_velocities: kit.drive == DriveKind::Velocities,
        max_rate_hz: loaded.profile.control.rate_hz.clamp(1.0, 1000.0) as u16,
        baud: options.baud,
        latency_us,
        stepped: options.stepped,
    })
}
