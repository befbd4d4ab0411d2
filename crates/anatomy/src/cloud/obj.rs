//! Wavefront OBJ: lines `v x y z` and `f a b c`.

use super::{MOST_POINTS, ScanError, mesh};

/// True when one of the first lines is a vertex.
pub(super) fn is_obj(bytes: &[u8]) -> bool {
    let head = bytes.get(..bytes.len().min(4096)).unwrap_or(&[]);
    std::str::from_utf8(head)
        .ok()
        .or_else(|| valid_prefix(head))
        .is_some_and(|text| {
            text.lines().any(|line| {
                let mut words = line.split_whitespace();
                words.next() == Some("v") && words.next().is_some_and(|w| w.parse::<f64>().is_ok())
            })
        })
}

fn valid_prefix(head: &[u8]) -> Option<&str> {
    let error = std::str::from_utf8(head).err()?;
    // A character cut by the window's end is fine, anything earlier is not text.
    let text = std::str::from_utf8(head.get(..error.valid_up_to())?).ok()?;
    (head.len() - text.len() < 4).then_some(text)
}

/// Vertices, and samples of the faces.
pub(super) fn parse(bytes: &[u8], file: &str) -> Result<Vec<[f64; 3]>, ScanError> {
    let text = String::from_utf8_lossy(bytes);
    let (mut points, mut faces) = (Vec::new(), Vec::new());
    for line in text.lines() {
        let mut words = line.split_whitespace();
        match words.next() {
            Some("v") => {
                let mut point = [f64::NAN; 3];
                for slot in &mut point {
                    let word = words.next().unwrap_or("");
                    *slot = word.parse().map_err(|_| ScanError::Number {
                        file: file.to_owned(),
                        index: points.len() + 1,
                        text: word.chars().take(40).collect(),
                    })?;
                }
                points.push(point);
            }
            Some("f") => faces.push(words.filter_map(|w| index(w, points.len())).collect()),
            Some(_) | None => {}
        }
        if points.len() > MOST_POINTS {
            return Err(ScanError::Unsupported {
                file: file.to_owned(),
                what: format!("more than {MOST_POINTS} points; thin the cloud"),
            });
        }
    }
    Ok(mesh::densified(points, &faces))
}

/// `7`, `7/1`, `7//3` count from 1; negative numbers count back from the last vertex.
fn index(word: &str, vertices: usize) -> Option<usize> {
    let number: i64 = word.split('/').next()?.parse().ok()?;
    if number > 0 {
        usize::try_from(number - 1).ok()
    } else {
        vertices.checked_sub(usize::try_from(number.checked_neg()?).ok()?)
    }
}
