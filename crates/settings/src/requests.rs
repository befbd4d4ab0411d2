//! A script of the operator: what is asked of a simulated session, and when.
//!
//! ```toml
//! version = 1
//!
//! [[request]]
//! at_s = 40.0
//! request = "softer"
//! ```

use std::path::Path;

use quantities::Seconds;
use signals::Request;

use crate::document::{self, Language, Section, number, sections, words};
use crate::file::{LARGEST_TOML, read_text};
use crate::{Code, SettingsErrors};

/// A request with its moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimedRequest {
    /// Time since the session's start.
    pub at: Seconds,
    /// What is asked.
    pub request: Request,
}

/// What a script may ask. Confirming is left to the person at the table, and after a stop a simulation ends.
pub(crate) const WORDS: [(&str, Request); 7] = [
    ("softer", Request::Softer),
    ("firmer", Request::Firmer),
    ("pause", Request::Pause),
    ("resume", Request::Resume),
    ("skip", Request::Skip),
    ("stop", Request::Stop),
    ("end", Request::End),
];

/// Reads a script.
///
/// # Errors
/// [`SettingsErrors`] with every fault of the file.
pub fn read_requests(path: &Path) -> Result<Vec<TimedRequest>, SettingsErrors> {
    parse_requests(&read_text(path, LARGEST_TOML)?, &path.display().to_string())
}

/// Reads a script from its text; `file_name` is what messages call it.
///
/// # Errors
/// [`SettingsErrors`] with every fault of the text.
pub fn parse_requests(text: &str, file_name: &str) -> Result<Vec<TimedRequest>, SettingsErrors> {
    document::read(text, file_name, Language::Toml, |root| {
        root.version()?;
        let requests = root.required("request", sections(timed, 1..=1000))?;
        in_order(root, &requests).map(|()| requests)
    })
}

fn timed(section: &Section<'_>) -> Option<TimedRequest> {
    let at = section.required("at_s", number(0.0..=7200.0, "s"));
    let request = section.required("request", words(&WORDS));
    Some(TimedRequest {
        at: Seconds::new(at?),
        request: request?,
    })
}

/// A cycle carries one request, so two of them cannot have one moment; and a script reads in its order.
fn in_order(root: &Section<'_>, requests: &[TimedRequest]) -> Option<()> {
    let late = requests
        .iter()
        .zip(requests.iter().skip(1))
        .find(|(one, next)| next.at <= one.at);
    let Some((one, next)) = late else {
        return Some(());
    };
    root.refuse_key(
        "request",
        Code::Contradiction,
        format!("a request at {} stands after one at {}", next.at, one.at),
        "write the requests in the order of their times, no two at the same time",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRIPT: &str = "version = 1\n[[request]]\nat_s = 10\nrequest = \"softer\"\n\
                          [[request]]\nat_s = 12.5\nrequest = \"pause\"\n";

    #[test]
    fn a_script_is_read_in_its_order() {
        let script = parse_requests(SCRIPT, "r.toml").expect("good");
        assert_eq!(script.len(), 2);
        assert_eq!(script[1].request, Request::Pause);
        assert_eq!(script[1].at, Seconds::new(12.5));
    }

    #[test]
    fn scripts_out_of_order_with_unknown_words_or_odd_times_are_refused() {
        for (from, to, code) in [
            ("12.5", "10", Code::Contradiction),
            ("12.5", "9", Code::Contradiction),
            ("softer", "softly", Code::UnknownWord),
            ("softer", "confirm", Code::UnknownWord),
            ("12.5", "-1", Code::OutOfRange),
            ("12.5", "nan", Code::NotFinite),
            ("at_s = 10", "at_ms = 10", Code::MissingKey),
        ] {
            let errors = parse_requests(&SCRIPT.replace(from, to), "r.toml").expect_err(to);
            assert!(
                errors.problems().iter().any(|p| p.code == code),
                "{to}: {errors}"
            );
        }
        assert!(parse_requests("version = 1\n", "r.toml").is_err());
    }
}
