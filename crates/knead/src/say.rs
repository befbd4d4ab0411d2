//! Words to stdout, and to stderr. A reader that has seen enough closes the pipe, and a terminal may be closed while the arm
//! still has to be led home; that is no fault of ours.

use std::fmt::Arguments;
use std::io::Write as _;

/// Writes to stdout; a closed pipe, or any other refusal of it, ends the talk and not the work.
pub fn write(text: Arguments<'_>) {
    // Nothing can be told to a reader that is gone.
    let _ = std::io::stdout().lock().write_fmt(text);
}

/// Writes to stderr, as [`write`] does to stdout.
pub fn write_aside(text: Arguments<'_>) {
    let _ = std::io::stderr().lock().write_fmt(text);
}

/// A line to stdout.
macro_rules! say {
    ($($text:tt)*) => {
        $crate::say::write(format_args!("{}\n", format_args!($($text)*)))
    };
}

/// Text to stdout as it stands.
macro_rules! say_plain {
    ($($text:tt)*) => {
        $crate::say::write(format_args!($($text)*))
    };
}

/// A line to stderr.
macro_rules! aside {
    ($($text:tt)*) => {
        $crate::say::write_aside(format_args!("{}\n", format_args!($($text)*)))
    };
}

/// Text to stderr as it stands.
macro_rules! aside_plain {
    ($($text:tt)*) => {
        $crate::say::write_aside(format_args!($($text)*))
    };
}

pub(crate) use {aside, aside_plain, say, say_plain};
