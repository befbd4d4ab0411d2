//! PCD, the format of the Point Cloud Library: a header of fields, then ascii or packed records.

use super::scalar::Scalar;
use super::{MOST_POINTS, ScanError, line};

/// Fields of one record and where the records begin.
struct Header<'a> {
    /// Scalar and offset of x, y, z in a binary record.
    binary: [(Scalar, usize); 3],
    /// Word index of x, y, z in an ascii line.
    ascii: [usize; 3],
    record: usize,
    count: usize,
    data: String,
    body: &'a [u8],
}

/// True when the bytes begin as a PCD file does.
pub(super) fn is_pcd(bytes: &[u8]) -> bool {
    bytes.starts_with(b"# .PCD") || bytes.starts_with(b"VERSION") || bytes.starts_with(b"FIELDS")
}

/// All points, NaN included.
pub(super) fn parse(bytes: &[u8], file: &str) -> Result<Vec<[f64; 3]>, ScanError> {
    let header = header(bytes, file)?;
    match header.data.as_str() {
        "ascii" => ascii(&header, file),
        "binary" => binary(&header, file),
        other => Err(ScanError::Unsupported {
            file: file.to_owned(),
            what: format!(
                "DATA {other} is not read; convert it: pcl_convert_pcd_ascii_binary {file} out.pcd 1"
            ),
        }),
    }
}

#[derive(Default)]
struct Lines {
    fields: Vec<String>,
    sizes: Vec<usize>,
    kinds: Vec<String>,
    counts: Vec<usize>,
    width: usize,
    height: usize,
    points: Option<usize>,
}

fn header<'a>(bytes: &'a [u8], file: &str) -> Result<Header<'a>, ScanError> {
    let mut lines = Lines {
        height: 1,
        ..Lines::default()
    };
    let mut rest = bytes;
    let mut number = 0;
    loop {
        number += 1;
        let fail = |what: String| ScanError::Header {
            file: file.to_owned(),
            line: number,
            what,
        };
        let (text, after) = line(rest)
            .ok_or_else(|| fail("the header has no DATA line: the file is cut short".into()))?;
        rest = after;
        let text = String::from_utf8_lossy(text);
        let words: Vec<&str> = text.split_whitespace().collect();
        let numbers = |words: &[&str]| {
            words
                .iter()
                .map(|w| {
                    w.parse::<usize>()
                        .map_err(|_| fail(format!("{w:?} is not a whole number")))
                })
                .collect::<Result<Vec<usize>, ScanError>>()
        };
        let owned = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect();
        match words.as_slice() {
            [] | ["VERSION" | "VIEWPOINT", ..] => {}
            [first, ..] if first.starts_with('#') => {}
            ["FIELDS" | "COLUMNS", fields @ ..] => lines.fields = owned(fields),
            ["TYPE", kinds @ ..] => lines.kinds = owned(kinds),
            ["SIZE", sizes @ ..] => lines.sizes = numbers(sizes)?,
            ["COUNT", counts @ ..] => lines.counts = numbers(counts)?,
            ["WIDTH", width] => lines.width = numbers(&[width])?.first().copied().unwrap_or(0),
            ["HEIGHT", height] => lines.height = numbers(&[height])?.first().copied().unwrap_or(0),
            ["POINTS", points] => lines.points = numbers(&[points])?.first().copied(),
            ["DATA", data] => {
                return layout(&lines, data, rest).ok_or_else(|| {
                    fail(
                        "FIELDS, SIZE, TYPE and COUNT do not describe records with x, y and z"
                            .into(),
                    )
                });
            }
            _ => {
                return Err(fail(format!(
                    "{:?} is no PCD header line",
                    text.chars().take(40).collect::<String>()
                )));
            }
        }
    }
}

fn layout<'a>(lines: &Lines, data: &str, body: &'a [u8]) -> Option<Header<'a>> {
    let (mut offset, mut word) = (0usize, 0usize);
    let mut found = [None; 3];
    for (k, field) in lines.fields.iter().enumerate() {
        let size = *lines.sizes.get(k)?;
        let count = lines.counts.get(k).copied().unwrap_or(1);
        if let Some(slot) = ["x", "y", "z"].iter().position(|n| n == field) {
            let scalar = Scalar::of_pcd(lines.kinds.get(k)?, size)?;
            *found.get_mut(slot)? = Some((scalar, offset, word));
        }
        offset = offset.checked_add(size.checked_mul(count)?)?;
        word = word.checked_add(count)?;
    }
    let [Some(x), Some(y), Some(z)] = found else {
        return None;
    };
    let count = lines
        .points
        .unwrap_or(lines.width.checked_mul(lines.height)?);
    Some(Header {
        binary: [(x.0, x.1), (y.0, y.1), (z.0, z.1)],
        ascii: [x.2, y.2, z.2],
        record: offset,
        count,
        data: data.to_owned(),
        body,
    })
}

fn too_many(header: &Header, file: &str) -> Result<(), ScanError> {
    if header.count <= MOST_POINTS {
        return Ok(());
    }
    Err(ScanError::Unsupported {
        file: file.to_owned(),
        what: format!(
            "{} points are declared, at most {MOST_POINTS} are read; thin the cloud",
            header.count
        ),
    })
}

fn binary(header: &Header, file: &str) -> Result<Vec<[f64; 3]>, ScanError> {
    too_many(header, file)?;
    let mut points = Vec::new();
    for record in header
        .body
        .chunks_exact(header.record.max(1))
        .take(header.count)
    {
        let mut point = [f64::NAN; 3];
        for (slot, (scalar, offset)) in point.iter_mut().zip(header.binary) {
            *slot = record
                .get(offset..)
                .and_then(|b| scalar.read(b, false))
                .unwrap_or(f64::NAN);
        }
        points.push(point);
    }
    complete(points, header, file)
}

fn ascii(header: &Header, file: &str) -> Result<Vec<[f64; 3]>, ScanError> {
    too_many(header, file)?;
    let text = String::from_utf8_lossy(header.body);
    let mut points = Vec::new();
    for line in text
        .lines()
        .filter(|l| !l.trim().is_empty())
        .take(header.count)
    {
        let words: Vec<&str> = line.split_whitespace().collect();
        let mut point = [f64::NAN; 3];
        for (slot, at) in point.iter_mut().zip(header.ascii) {
            let word = words.get(at).copied().unwrap_or("");
            *slot = word.parse().map_err(|_| ScanError::Number {
                file: file.to_owned(),
                index: points.len() + 1,
                text: word.chars().take(40).collect(),
            })?;
        }
        points.push(point);
    }
    complete(points, header, file)
}

fn complete(
    points: Vec<[f64; 3]>,
    header: &Header,
    file: &str,
) -> Result<Vec<[f64; 3]>, ScanError> {
    if points.len() < header.count {
        return Err(ScanError::CutShort {
            file: file.to_owned(),
            promised: header.count,
            found: points.len(),
        });
    }
    Ok(points)
}
