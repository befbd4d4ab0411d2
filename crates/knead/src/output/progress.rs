//! How far a long piece of work has come, on stderr.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar of a thousand parts with a word before it.
pub fn progress_bar(what: &'static str) -> ProgressBar {
    let bar = ProgressBar::new(1000).with_message(what);
    if let Ok(style) = ProgressStyle::with_template("{msg} [{bar:40}] {percent}% {eta}") {
        bar.set_style(style);
    }
    bar
}
