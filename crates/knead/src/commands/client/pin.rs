//! `knead client pin`: a word during the session becomes a pin that holds on the next visit.

use std::path::Path;

use planner::{Pin, PinKind};
use quantities::Metres;
use settings::{ChartPin, LARGEST_TOML, reaches_the_body, read_text, with_pin};

use super::{believed, day, read};
use crate::cli::PinOptions;
use crate::failure::Failure;
use crate::say::say;

pub fn run(options: &PinOptions) -> Result<(), Failure> {
    let date = day("--date", options.date.as_deref())?;
    let client = read(&options.file)?;
    let pin = typed(options)?;
    let back = believed(&options.body, &options.details)?;
    if !reaches_the_body(&pin, &back) {
        let (low, high) = back.u_range();
        return Err(Failure::Input(format!(
            "u {:.0} mm, v {:.0} mm lies where nothing of this back may be touched; u runs from {:.0} to {:.0} mm \
             here, v to the flanks; `knead body fit` tells u of the levels",
            options.u_mm,
            options.v_mm,
            low.get() * 1e3,
            high.get() * 1e3
        )));
    }
    let kept = ChartPin::of(&pin, &back, date, options.note.clone());
    let name = options.file.display().to_string();
    let text = read_text(&options.file, LARGEST_TOML).map_err(Failure::input)?;
    let longer = with_pin(&text, &kept, &name).map_err(Failure::input)?;
    replace(&options.file, &longer)?;
    let zone = back.zone_at(pin.u, pin.v).word();
    say!(
        "{}: {} here, at {:.1} % of the arc from S2 to C7 and {:+.1} % beside it (zone {zone}), radius {:.0} mm",
        client.name,
        kept.kind.word(),
        kept.u_share * 100.0,
        kept.v_share * 100.0,
        options.radius_mm
    );
    Ok(())
}

/// The pin as typed, on this body.
fn typed(options: &PinOptions) -> Result<Pin, Failure> {
    let kinds = [
        (options.less, PinKind::Less),
        (options.more, PinKind::More),
        (options.never, PinKind::Never),
        (options.focus, PinKind::Focus),
    ];
    let Some((_, kind)) = kinds.into_iter().find(|(given, _)| *given) else {
        let text = "say what the pin asks for: --less, --more, --never or --focus";
        return Err(Failure::Input(text.to_owned()));
    };
    let length = |name: &str, mm: f64, most: f64| {
        if mm.abs() <= most {
            return Ok(Metres::new(mm * 1e-3));
        }
        Err(Failure::Input(format!(
            "{name} is {mm}; a place on a back lies within {most} mm. Check the number and its unit"
        )))
    };
    // Written so that what is no number is refused, too.
    if !(5.0..=150.0).contains(&options.radius_mm) {
        return Err(Failure::Input(format!(
            "--radius-mm is {}; allowed are 5 to 150 mm, a finger tip to a hand",
            options.radius_mm
        )));
    }
    Ok(Pin {
        kind,
        u: length("--u-mm", options.u_mm, 1000.0)?,
        v: length("--v-mm", options.v_mm, 1000.0)?,
        radius: Metres::new(options.radius_mm * 1e-3),
    })
}

/// Puts a new text in a file's place, whole or not at all.
fn replace(path: &Path, text: &str) -> Result<(), Failure> {
    let refuse = |at: &Path, error: &std::io::Error| {
        Failure::Device(format!(
            "{}: {error}; the profile is as it was. Check the rights of file and folder",
            at.display()
        ))
    };
    // Behind a link stands the file that is meant.
    let target = path.canonicalize().map_err(|e| refuse(path, &e))?;
    let beside = target.with_extension(format!("toml.{}.new", std::process::id()));
    let rights = std::fs::metadata(&target)
        .map_err(|e| refuse(&target, &e))?
        .permissions();
    let written = std::fs::write(&beside, text)
        .and_then(|()| std::fs::set_permissions(&beside, rights))
        .and_then(|()| std::fs::rename(&beside, &target));
    written.map_err(|error| {
        // What is left of the attempt, if anything, is of no use.
        let _ = std::fs::remove_file(&beside);
        refuse(&target, &error)
    })
}
