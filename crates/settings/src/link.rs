//! Link profiles: the wire between host and arm.
//!
//! ```toml
//! version = 1
//! name = "arm_at_the_window"
//! summary = "Rig 2, FT232H."
//! usb_serial = "FT6S4XYZ"
//! baud = 3000000
//! serial_number = "K7-0012"
//! ```

use std::path::{Path, PathBuf};

use crate::document::{self, Language, Section, text, whole};
use crate::file::{LARGEST_TOML, read_text};
use crate::{Code, SettingsErrors};

/// Where the arm is plugged in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PortName {
    /// A path that stays the same: `/dev/serial/by-id/…`, or a twin's link.
    Path(PathBuf),
    /// The converter's USB serial number.
    UsbSerial(String),
}

/// A link as its file tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkProfile {
    /// Its name.
    pub name: String,
    /// One line for the operator.
    pub summary: String,
    /// Where the arm is plugged in.
    pub port: PortName,
    /// Bits a second.
    pub baud: u32,
    /// Serial number of the arm; another arm is turned away.
    pub serial_number: Option<String>,
    /// Model of the arm; another one is turned away.
    pub model: Option<String>,
}

impl LinkProfile {
    /// Reads a link file.
    ///
    /// # Errors
    /// [`SettingsErrors`] with every fault of the file.
    pub fn read(path: &Path) -> Result<Self, SettingsErrors> {
        Self::parse(&read_text(path, LARGEST_TOML)?, &path.display().to_string())
    }

    /// Reads a link from its text; `file_name` is what messages call it.
    ///
    /// # Errors
    /// [`SettingsErrors`] with every fault of the text.
    pub fn parse(text: &str, file_name: &str) -> Result<Self, SettingsErrors> {
        document::read(text, file_name, Language::Toml, profile)
    }
}

fn profile(root: &Section<'_>) -> Option<LinkProfile> {
    root.version()?;
    let name = root.required("name", text());
    let summary = root.required("summary", text());
    let path = root.optional("port", text());
    let usb = root.optional("usb_serial", text());
    let baud = root.required("baud", whole(9600..=12_000_000));
    let serial_number = root.optional("serial_number", text());
    let model = root.optional("model", text());
    let port = match (path?, usb?) {
        (Some(path), None) => PortName::Path(PathBuf::from(path)),
        (None, Some(serial)) => PortName::UsbSerial(serial),
        (Some(_), Some(_)) => {
            return root.refuse(
                Code::Contradiction,
                "both `port` and `usb_serial` are given".to_owned(),
                "keep the one by which the converter is to be found",
            );
        }
        (None, None) => {
            return root.refuse(
                Code::MissingKey,
                "neither `port` nor `usb_serial` is given".to_owned(),
                "name the converter by its USB serial number, or its lasting path under /dev/serial/by-id; `knead devices` lists both",
            );
        }
    };
    Some(LinkProfile {
        name: name?,
        summary: summary?,
        port,
        baud: baud?,
        serial_number: serial_number?,
        model: model?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "version = 1\nname = \"rig\"\nsummary = \"A rig.\"\nbaud = 3000000\n";

    #[test]
    fn a_port_is_named_by_its_path_or_by_its_converter_and_never_by_both() {
        let path = LinkProfile::parse(&format!("{HEAD}port = \"/tmp/arm\"\n"), "l.toml");
        assert_eq!(path.unwrap().port, PortName::Path("/tmp/arm".into()));
        let usb = LinkProfile::parse(&format!("{HEAD}usb_serial = \"FT1\"\n"), "l.toml");
        assert_eq!(usb.unwrap().port, PortName::UsbSerial("FT1".to_owned()));
        let both = format!("{HEAD}port = \"/tmp/arm\"\nusb_serial = \"FT1\"\n");
        for text in [both, HEAD.to_owned()] {
            let words = LinkProfile::parse(&text, "l.toml").expect_err("refused");
            assert!(words.to_string().contains("usb_serial"), "{words}");
        }
    }

    #[test]
    fn the_links_of_the_project_are_sound() {
        for text in [
            include_str!("../../../config/links/twin_3mbaud.toml"),
            include_str!("../../../config/links/twin_1mbaud.toml"),
        ] {
            LinkProfile::parse(text, "twin.toml").expect("a link");
        }
    }
}
