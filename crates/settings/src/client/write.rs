//! Text for a client's file: a starter to fill in, and a pin added to what is there.

use core::fmt::Write as _;

use super::ChartPin;
use super::ClientProfile;
use super::intake::{BLOCKING, CAUTIONS, RULED_OUT};
use crate::SettingsErrors;

/// A file to fill in. No question is answered in it, so that it is refused until all were asked.
#[must_use]
pub fn client_starter(name: &str) -> String {
    let mut text = format!(
        "# A client, to be filled in: ask every question of the intake, and write each answer.\n\
         version = 1\n\
         name = {}\n\
         pressure = \"medium\"           # light, medium, firm: scales the force words of routines\n\
         oil = \"full\"                  # none, light, full\n\
         # avoid_zones = []            # paraspinal, latissimus, trapezius, shoulder_blade, kidney, sacrum,\n\
         # favour_zones = []           # buttock, neck_base\n\
         # sore_zones = []             # where it hurts most\n\
         # asked_for = [\"deep\"]        # conditions of routine steps\n\
         # force_ceiling_n = 30        # never more than this, whatever else is allowed\n\
         # every_days = 7              # weekly 7, fortnightly 14\n\n\
         # [pressure_by_zone]\n\
         # trapezius = \"light\"\n\n\
         [intake]                      # write true or false after each, and take the # away\n\
         # With a yes there is no session.\n",
        toml::Value::from(name)
    );
    let ask = |text: &mut String, question: &str| {
        let _ = writeln!(text, "# {question} = ");
    };
    RULED_OUT
        .iter()
        .for_each(|question| ask(&mut text, question));
    text += "# With a yes, a [[blocked]] says where.\n";
    BLOCKING
        .iter()
        .for_each(|question| ask(&mut text, question));
    text += "# With a yes, [approval] says who approved the session; it is gentler even then.\n";
    CAUTIONS
        .iter()
        .for_each(|caution| ask(&mut text, caution.question));
    text += "\n# [approval]\n# by = \"\"\n# date = \"2026-11-20\"\n# covers = [\"anticoagulants\"]\n\n\
             # [[blocked]]                 # each place: a zone, or an area in mm from S2 and beside the spine\n\
             # because = \"bruises\"\n# u_mm = [300, 360]\n# v_mm = [40, 100]        # left positive\n";
    text
}

/// The file with one more pin at its end. Everything that stood in it stands there as it did.
///
/// # Errors
/// [`SettingsErrors`] when the file does not read as a client, before or with the pin.
pub fn with_pin(text: &str, pin: &ChartPin, file_name: &str) -> Result<String, SettingsErrors> {
    ClientProfile::parse(text, file_name)?;
    let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut longer = text.to_owned();
    if !longer.is_empty() && !longer.ends_with('\n') {
        longer += line_end;
    }
    longer += line_end;
    longer += &pin.entry().replace('\n', line_end);
    // The way back tells whether the entry is one: the file must read as before, with this pin.
    ClientProfile::parse(&longer, file_name)?;
    Ok(longer)
}
