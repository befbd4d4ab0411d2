//! A short version of the fuzz target, in every run of the suite: thousands of damaged files, drawn from
//! a fixed seed. The long version is described in CONTRIBUTING.md.
#![allow(clippy::panic)] // a panic is how a test says what it saw

mod arms;
mod endure;

use arms::{R6, R7};
use endure::{Came, endure};

/// Numbers that parsers and kernels stumble over.
const NUMBERS: [&str; 16] = [
    "0",
    "-0",
    "-1",
    "2",
    "0.3",
    "1e9",
    "1e18",
    "-1e18",
    "1e-300",
    "1e308",
    "NaN",
    "inf",
    "3.14159",
    "0 0 0",
    "1e9 0 -1e9",
    "0.1 0.2",
];

/// What breaks the structure.
const SPLINTERS: [&str; 20] = [
    "",
    " ",
    "<",
    ">",
    "/>",
    "\"",
    "&amp;",
    "&#0;",
    "<!--",
    "-->",
    "<link name='x'/>",
    "</link>",
    "</robot>",
    "fixed",
    "prismatic",
    "continuous",
    "floating",
    "joint1",
    "base",
    "\u{fffd}",
];

struct Draw(u64);

impl Draw {
    /// Below `bound`; xorshift64* (Vigna 2016).
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let mixed = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D);
        ((mixed >> 33) as usize) % bound.max(1)
    }
}

/// A place in the text where a character begins.
fn place(text: &str, draw: &mut Draw) -> usize {
    let mut at = draw.below(text.len() + 1);
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The stretch from the last `open` before a drawn place to the next `close` after it: a tag, or the
/// value of an attribute.
fn stretch(text: &str, open: &str, close: char, draw: &mut Draw) -> Option<(usize, usize)> {
    let at = place(text, draw);
    let from = text.get(..at)?.rfind(open)? + open.len();
    let to = text.get(from..)?.find(close)? + from;
    Some((from, to))
}

fn mutated(sound: &str, draw: &mut Draw) -> Option<String> {
    let mut text = sound.to_owned();
    for _ in 0..=draw.below(2) {
        match draw.below(10) {
            // A value becomes another number.
            0..=5 => {
                let (from, to) = stretch(&text, "=\"", '"', draw)?;
                let is_number = text
                    .get(from..to)?
                    .starts_with(['-', '0', '1', '2', '3', '4', '5']);
                if is_number {
                    text.replace_range(from..to, NUMBERS[draw.below(NUMBERS.len())]);
                }
            }
            // A value becomes any word.
            6 => {
                let (from, to) = stretch(&text, "=\"", '"', draw)?;
                text.replace_range(from..to, SPLINTERS[draw.below(SPLINTERS.len())]);
            }
            // A tag goes missing, or comes twice.
            7 => {
                let (from, to) = stretch(&text, "<", '>', draw)?;
                let tag = text.get(from - 1..=to)?.to_owned();
                let twice = draw.below(2) == 1;
                let instead = if twice { tag.repeat(2) } else { String::new() };
                text.replace_range(from - 1..=to, &instead);
            }
            // Something anywhere.
            8 => text.insert_str(place(&text, draw), SPLINTERS[draw.below(SPLINTERS.len())]),
            // A stretch goes.
            _ => {
                let from = place(&text, draw);
                let mut to = (from + draw.below(200)).min(text.len());
                while !text.is_char_boundary(to) {
                    to -= 1;
                }
                text.replace_range(from..to, "");
            }
        }
    }
    Some(text)
}

#[test]
fn thousands_of_damaged_files_break_nothing() {
    let mut draw = Draw(0x5EED_0001);
    let small = include_str!("faulty_urdf/sound.urdf");
    let (mut refused, mut no_arm, mut arm) = (0, 0, 0);
    for number in 0..2000 {
        let sound = match number % 12 {
            0 => R6,
            1 => R7,
            _ => small,
        };
        let Some(text) = mutated(sound, &mut draw) else {
            continue;
        };
        match endure(&text) {
            Came::Refused => refused += 1,
            Came::NoArm => no_arm += 1,
            Came::Arm => arm += 1,
        }
    }
    println!("{refused} refused, {no_arm} without an arm, {arm} arms");
    // The mutations must not all die at the door.
    assert!(
        refused > 500 && no_arm > 30 && arm > 300,
        "too few of a kind"
    );
}
