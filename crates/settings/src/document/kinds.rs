//! What a key may take: the reader of a value, together with the words that tell what is allowed.

use core::ops::RangeInclusive;

use quantities::{Kilograms, Metres, Radians};

use super::node::Value;
use super::section::{Cell, Section};
use crate::{Code, nearest};

type Reader<'k, T> = Box<dyn Fn(&Cell<'_>) -> Option<T> + 'k>;

/// A kind of value.
pub(crate) struct Kind<'k, T> {
    allowed: String,
    read: Reader<'k, T>,
}

impl<'k, T: 'k> Kind<'k, T> {
    pub fn new(allowed: impl Into<String>, read: impl Fn(&Cell<'_>) -> Option<T> + 'k) -> Self {
        Self {
            allowed: allowed.into(),
            read: Box::new(read),
        }
    }

    /// What is allowed, in words.
    pub fn allowed(&self) -> &str {
        &self.allowed
    }

    pub fn read(&self, cell: &Cell<'_>) -> Option<T> {
        (self.read)(cell)
    }

    /// The same value in another type.
    pub fn map<U: 'k>(self, convert: impl Fn(T) -> U + 'k) -> Kind<'k, U> {
        let Self { allowed, read } = self;
        Kind::new(allowed, move |cell| read(cell).map(&convert))
    }
}

/// A text with at least one letter.
pub(crate) fn text<'k>() -> Kind<'k, String> {
    Kind::new("a text in quotes", |cell| match &cell.node.value {
        Value::Text(text) if text.trim().is_empty() => {
            let message = format!("`{}` is empty", cell.name);
            cell.refuse(Code::Empty, message, "write at least one letter")
        }
        Value::Text(text) => Some(text.trim().to_owned()),
        Value::Whole(_) | Value::Number(_) | Value::Flag(_) | Value::Other(_) => {
            cell.wrong_type("a text in quotes")
        }
        Value::List(_) | Value::Table(_) => cell.wrong_type("a text in quotes"),
    })
}

/// `true` or `false`.
pub(crate) fn flag<'k>() -> Kind<'k, bool> {
    Kind::new("true or false", |cell| match cell.node.value {
        Value::Flag(flag) => Some(flag),
        _ => cell.wrong_type("true or false, without quotes"),
    })
}

/// A number in a range, in the unit that its key names.
pub(crate) fn number<'k>(range: RangeInclusive<f64>, unit: &'static str) -> Kind<'k, f64> {
    let allowed = format!(
        "a number from {} to {}{}",
        range.start(),
        range.end(),
        spaced(unit)
    );
    Kind::new(allowed.clone(), move |cell| {
        let seen = match cell.node.value {
            Value::Whole(whole) => whole as f64,
            Value::Number(number) => number,
            _ => return cell.wrong_type(&allowed),
        };
        if !seen.is_finite() {
            let message = format!("`{}` is {seen}, which is no quantity", cell.name);
            return cell.refuse(Code::NotFinite, message, format!("allowed here: {allowed}"));
        }
        if !range.contains(&seen) {
            let message = format!(
                "`{}` is {seen}{}; allowed: {} to {}{}",
                cell.name,
                spaced(unit),
                range.start(),
                range.end(),
                spaced(unit)
            );
            return cell.refuse(Code::OutOfRange, message, unit_slip(seen, &range, unit));
        }
        Some(seen)
    })
}

fn spaced(unit: &str) -> String {
    if unit.is_empty() {
        String::new()
    } else {
        format!(" {unit}")
    }
}

/// Most numbers out of range are right numbers in a wrong unit.
fn unit_slip(seen: f64, range: &RangeInclusive<f64>, unit: &str) -> String {
    let slips: &[(f64, &str)] = match unit {
        "mm" => &[(1000.0, "metres"), (10.0, "centimetres")],
        "mm/s" => &[
            (1000.0, "metres per second"),
            (10.0, "centimetres per second"),
        ],
        "deg" => &[(180.0 / core::f64::consts::PI, "radians")],
        "kPa" => &[(0.001, "pascals")],
        "ms" => &[(1000.0, "seconds")],
        _ => &[],
    };
    slips
        .iter()
        .map(|(factor, meant)| (seen * factor, meant))
        .find(|(converted, _)| seen != 0.0 && range.contains(converted))
        .map_or_else(
            || "check the number, its sign and its unit".to_owned(),
            |(converted, meant)| {
                format!("if {meant} were meant, write {converted:.6}")
                    .trim_end_matches('0')
                    .trim_end_matches('.')
                    .to_owned()
            },
        )
}

/// A whole number in a range.
pub(crate) fn whole<'k>(range: RangeInclusive<u32>) -> Kind<'k, u32> {
    let allowed = format!("a whole number from {} to {}", range.start(), range.end());
    Kind::new(allowed.clone(), move |cell| {
        let Value::Whole(seen) = cell.node.value else {
            return cell.wrong_type(&allowed);
        };
        let fitting = u32::try_from(seen)
            .ok()
            .filter(|number| range.contains(number));
        if fitting.is_none() {
            let message = format!(
                "`{}` is {seen}; allowed: {} to {}",
                cell.name,
                range.start(),
                range.end()
            );
            return cell.refuse(Code::OutOfRange, message, "check the number and its sign");
        }
        fitting
    })
}

/// One of several words.
pub(crate) fn words<'k, T: Copy + 'k>(known: &'k [(&'k str, T)]) -> Kind<'k, T> {
    words_of(known.to_vec())
}

/// One of several words that are known at run time.
pub(crate) fn words_of<'k, T: Copy + 'k>(known: Vec<(&'k str, T)>) -> Kind<'k, T> {
    let quoted: Vec<String> = known
        .iter()
        .map(|(word, _)| format!("\"{word}\""))
        .collect();
    let allowed = format!("one of {}", quoted.join(", "));
    Kind::new(allowed.clone(), move |cell| {
        let Value::Text(seen) = &cell.node.value else {
            return cell.wrong_type(&allowed);
        };
        let found = known
            .iter()
            .find(|(word, _)| word == seen)
            .map(|(_, value)| *value);
        if found.is_none() {
            let message = format!(
                "`{}` is {}, which is not known",
                cell.name,
                cell.node.value.seen()
            );
            let help = match nearest(seen, known.iter().map(|(word, _)| *word)) {
                Some(word) => format!("did you mean \"{word}\"? allowed here: {allowed}"),
                None => format!("allowed here: {allowed}"),
            };
            return cell.refuse(Code::UnknownWord, message, help);
        }
        found
    })
}

/// A list of values of one kind, of a length in a range.
pub(crate) fn list<'k, T: 'k>(
    kind: Kind<'k, T>,
    length: RangeInclusive<usize>,
) -> Kind<'k, Vec<T>> {
    let count = if length.start() == length.end() {
        format!("{}", length.start())
    } else if *length.end() == usize::MAX {
        format!("at least {}", length.start())
    } else {
        format!("{} to {}", length.start(), length.end())
    };
    let allowed = format!("a list of {count}, each {}", kind.allowed());
    Kind::new(allowed.clone(), move |cell| {
        let Value::List(nodes) = &cell.node.value else {
            return cell.wrong_type(&allowed);
        };
        if !length.contains(&nodes.len()) {
            let message = format!(
                "`{}` has {} entries; needed: {count}",
                cell.name,
                nodes.len()
            );
            return cell.refuse(
                Code::WrongLength,
                message,
                format!("allowed here: {allowed}"),
            );
        }
        // All entries are read before the first fault counts, so that each fault is noted.
        let values: Vec<Option<T>> = nodes
            .iter()
            .enumerate()
            .map(|(index, node)| {
                let name = format!("{}[{}]", cell.name, index + 1);
                kind.read(&Cell {
                    report: cell.report,
                    node,
                    name,
                })
            })
            .collect();
        values.into_iter().collect()
    })
}

/// Three numbers: a vector along x, y, z.
pub(crate) fn triple<'k>(range: RangeInclusive<f64>, unit: &'static str) -> Kind<'k, [f64; 3]> {
    let Kind { allowed, read } = list(number(range, unit), 3..=3);
    Kind::new(allowed, move |cell| <[f64; 3]>::try_from(read(cell)?).ok())
}

/// A table read by `reader`; keys that it does not ask for are noted as unknown.
pub(crate) fn section<'k, T: 'k>(reader: impl Fn(&Section<'_>) -> Option<T> + 'k) -> Kind<'k, T> {
    Kind::new("a table", move |cell| cell.section(&reader))
}

/// A list of tables, such as all `[[step]]`.
pub(crate) fn sections<'k, T: 'k>(
    reader: impl Fn(&Section<'_>) -> Option<T> + 'k,
    length: RangeInclusive<usize>,
) -> Kind<'k, Vec<T>> {
    list(section(reader), length)
}

/// A length written in millimetres.
pub(crate) fn millimetres<'k>(range: RangeInclusive<f64>) -> Kind<'k, Metres> {
    number(range, "mm").map(|mm| Metres::new(mm / 1000.0))
}

/// An angle written in degrees.
pub(crate) fn degrees<'k>(range: RangeInclusive<f64>) -> Kind<'k, Radians> {
    number(range, "deg").map(|deg| Radians::new(deg * core::f64::consts::PI / 180.0))
}

/// A mass written in kilograms.
pub(crate) fn kilograms<'k>(range: RangeInclusive<f64>) -> Kind<'k, Kilograms> {
    number(range, "kg").map(Kilograms::new)
}
