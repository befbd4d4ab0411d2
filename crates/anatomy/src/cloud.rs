//! Point clouds and meshes from the files that cameras and scanners write.
//!
//! Any sequence of bytes yields a cloud or an error, never a panic. Whether the points are a back is
//! not asked here but in [`crate::register`].

mod mesh;
mod obj;
mod pcd;
mod ply;
mod scalar;

use quantities::{Point, Table};
use thiserror::Error;

/// More points than this are refused: 50 times a depth camera's picture.
pub(crate) const MOST_POINTS: usize = 20_000_000;

/// Points in the table frame (m).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PointCloud {
    points: Vec<[f64; 3]>,
    dropped_not_finite: usize,
}

/// Why bytes are no cloud.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ScanError {
    /// No bytes.
    #[error("{file}: the file is empty; expected a point cloud (PLY, PCD) or mesh (PLY, OBJ)")]
    Empty {
        /// File name as given.
        file: String,
    },
    /// Neither of the formats known.
    #[error(
        "{file}: this is no point cloud that can be read: it begins with {begins:?}, but a PLY begins with \"ply\", a PCD with \"# .PCD\" or \"VERSION\", an OBJ has lines \"v x y z\"; convert it to PLY"
    )]
    UnknownFormat {
        /// File name as given.
        file: String,
        /// First characters.
        begins: String,
    },
    /// A header that breaks the format's rules.
    #[error("{file}: header line {line}: {what}")]
    Header {
        /// File name as given.
        file: String,
        /// Line, counted from 1.
        line: usize,
        /// What is wrong and what would be right.
        what: String,
    },
    /// Fewer data than the header promises.
    #[error(
        "{file}: cut short: the header promises {promised} points, {found} are there; export or copy the file again"
    )]
    CutShort {
        /// File name as given.
        file: String,
        /// Points promised.
        promised: usize,
        /// Points found.
        found: usize,
    },
    /// A number that is none.
    #[error("{file}: point {index}: {text:?} is not a number")]
    Number {
        /// File name as given.
        file: String,
        /// Point, counted from 1.
        index: usize,
        /// What stands there.
        text: String,
    },
    /// A form that is not supported.
    #[error("{file}: {what}")]
    Unsupported {
        /// File name as given.
        file: String,
        /// What, and what to do.
        what: String,
    },
    /// A file without points.
    #[error("{file}: the file is well formed but holds no points")]
    NoPoints {
        /// File name as given.
        file: String,
    },
    /// Mostly holes.
    #[error(
        "{file}: {not_finite} of {total} points are NaN or infinite (holes of the camera), more than half: scan again, nearer and with less glare"
    )]
    NotFinite {
        /// File name as given.
        file: String,
        /// Points without place.
        not_finite: usize,
        /// Points in all.
        total: usize,
    },
}

impl PointCloud {
    /// Reads PLY (ascii, binary of either endianness; points or mesh), PCD (ascii, binary) or OBJ,
    /// recognised by content. Triangles of meshes are sampled where they are larger than the
    /// spacing wanted. Points that are NaN or infinite (holes of depth cameras) are dropped and
    /// counted. `file_name` only serves messages.
    ///
    /// # Errors
    /// Bytes that are empty, foreign, cut short or ill formed, and clouds of mostly holes.
    pub fn parse(bytes: &[u8], file_name: &str) -> Result<Self, ScanError> {
        let file = file_name;
        let start = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        if start.iter().all(u8::is_ascii_whitespace) {
            return Err(ScanError::Empty {
                file: file.to_owned(),
            });
        }
        let raw = if start.starts_with(b"ply") {
            ply::parse(start, file)?
        } else if pcd::is_pcd(start) {
            pcd::parse(start, file)?
        } else if obj::is_obj(start) {
            obj::parse(start, file)?
        } else {
            let begins = start.iter().take(16).map(|b| char::from(*b)).collect();
            return Err(ScanError::UnknownFormat {
                file: file.to_owned(),
                begins,
            });
        };
        Self::keep_finite(raw, file)
    }

    fn keep_finite(raw: Vec<[f64; 3]>, file: &str) -> Result<Self, ScanError> {
        let total = raw.len();
        let points: Vec<[f64; 3]> = raw
            .into_iter()
            .filter(|p| p.iter().all(|c| c.is_finite()))
            .collect();
        let dropped_not_finite = total - points.len();
        if total == 0 {
            return Err(ScanError::NoPoints {
                file: file.to_owned(),
            });
        }
        if 2 * dropped_not_finite > total {
            return Err(ScanError::NotFinite {
                file: file.to_owned(),
                not_finite: dropped_not_finite,
                total,
            });
        }
        Ok(Self {
            points,
            dropped_not_finite,
        })
    }

    /// From points in the table frame; those that are not finite are dropped and counted.
    #[must_use]
    pub fn from_points(points: impl IntoIterator<Item = Point<Table>>) -> Self {
        let mut cloud = Self::default();
        for point in points {
            let p = [point.x(), point.y(), point.z()];
            if p.iter().all(|c| c.is_finite()) {
                cloud.points.push(p);
            } else {
                cloud.dropped_not_finite += 1;
            }
        }
        cloud
    }

    /// Number of points.
    #[must_use]
    pub fn len(&self) -> usize {
        self.points.len()
    }

    /// True without any point.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.points.is_empty()
    }

    /// Points of the file that had no place (NaN or infinite) and were dropped.
    #[must_use]
    pub fn dropped_not_finite(&self) -> usize {
        self.dropped_not_finite
    }

    /// The points.
    pub fn points(&self) -> impl ExactSizeIterator<Item = Point<Table>> + '_ {
        self.points.iter().map(|[x, y, z]| Point::new(*x, *y, *z))
    }

    pub(crate) fn raw(&self) -> &[[f64; 3]] {
        &self.points
    }

    /// The cloud as a binary little-endian PLY of floats.
    #[must_use]
    pub fn to_ply(&self) -> Vec<u8> {
        let mut out = format!(
            "ply\nformat binary_little_endian 1.0\ncomment metres; table frame: x to head, y to \
             the client's left, z up\nelement vertex {}\nproperty float x\nproperty float y\n\
             property float z\nend_header\n",
            self.points.len()
        )
        .into_bytes();
        for value in self.points.iter().flatten() {
            out.extend_from_slice(&(*value as f32).to_le_bytes());
        }
        out
    }
}

/// Header lines are shorter than this, so a wrong file is found out early.
const LONGEST_LINE: usize = 4096;

/// Takes one line off the front of the bytes: its text without line ending, and the rest.
pub(crate) fn line(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let window = bytes.get(..LONGEST_LINE.min(bytes.len()))?;
    let end = window.iter().position(|b| *b == b'\n');
    let (text, rest) = match end {
        Some(end) => (bytes.get(..end)?, bytes.get(end + 1..)?),
        None if bytes.is_empty() || bytes.len() > LONGEST_LINE => return None,
        None => (bytes, bytes.get(bytes.len()..)?),
    };
    Some((text.strip_suffix(b"\r").unwrap_or(text), rest))
}

#[cfg(test)]
mod tests;
