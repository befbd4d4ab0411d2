//! Why the shape of a scan does not tell where the spine lies.

use thiserror::Error;

/// Why a scan with few landmarks, or none, is refused.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum ShapeError {
    /// Nothing that hangs together above the table.
    #[error(
        "no body is seen: above the table top (z from 30 to 550 mm) no points hang together; the scan must be in metres in the table frame, z up from the table top"
    )]
    NoBody,
    /// Across the table.
    #[error(
        "the body's long axis points {degrees:.0} degrees away from the table's x axis, at most {allowed:.0} are allowed: x must run toward the client's head"
    )]
    Sideways {
        /// Found (degrees).
        degrees: f64,
        /// Allowed (degrees).
        allowed: f64,
    },
    /// No neck.
    #[error(
        "no neck is seen at the head end (x largest): a narrow ridge between wide shoulders was looked for; scan up to the hairline, uncover the neck, or give the landmarks C7 and S2"
    )]
    NoNeck,
    /// The feet are where the head should be.
    #[error(
        "the scan is turned by 180 degrees: the neck is seen at the foot end (x smallest); x must run toward the client's head"
    )]
    Turned,
    /// Not prone, or covered.
    #[error(
        "no cleft between the buttocks is seen 0.36 to 0.80 m below the neck (at least 8 mm deep over 40 mm): either the client lies face up, or cloth covers the buttocks; turn the client, scan without cloth, or give the six landmarks C7, T3, T7, T12, L4 and S2"
    )]
    NoCleft,
    /// No adult's length.
    #[error(
        "the shape puts C7 and S2 {found_mm:.0} mm apart, adults have {low_mm:.0} to {high_mm:.0} mm: check the unit (metres), or give the landmarks C7 and S2"
    )]
    Length {
        /// Found (mm).
        found_mm: f64,
        /// Least (mm).
        low_mm: f64,
        /// Most (mm).
        high_mm: f64,
    },
    /// A given landmark off the body's middle.
    #[error(
        "landmark {name} lies {off_mm:.0} mm beside the scan's line of symmetry, at most {allowed_mm:.0} mm are allowed: are scan and landmarks told in the same frame?"
    )]
    BesideBody {
        /// Which.
        name: &'static str,
        /// Distance (mm).
        off_mm: f64,
        /// Allowed (mm).
        allowed_mm: f64,
    },
    /// A given landmark at another height than the shape tells.
    #[error(
        "landmark {name} lies {off_mm:.0} mm along the spine from where the shape of neck, buttocks and back puts it, at most {allowed_mm:.0} mm are allowed: is it the right vertebra, and are scan and landmarks told in the same frame?"
    )]
    LevelElsewhere {
        /// Which.
        name: &'static str,
        /// Distance (mm).
        off_mm: f64,
        /// Allowed (mm).
        allowed_mm: f64,
    },
    /// Too few signs agree.
    #[error(
        "the shape tells the spine with a confidence of {confidence_percent:.0} % only, at least {needed_percent:.0} % are needed: scan again with fewer holes and the arms alike on both sides, or give landmarks (C7 and S2 help most)"
    )]
    Unsure {
        /// Found (%).
        confidence_percent: f64,
        /// Needed (%).
        needed_percent: f64,
    },
    /// The midline is not sure enough.
    #[error(
        "the midline is uncertain by {found_mm:.1} mm to the side (95 %) near x = {x:.2} m, at most {allowed_mm:.0} mm are allowed beside a spine: touch spinous processes there and give them as spine_midline_C7_to_S2"
    )]
    MidlineUnsure {
        /// Found (mm).
        found_mm: f64,
        /// Allowed (mm).
        allowed_mm: f64,
        /// Where (m).
        x: f64,
    },
    /// No skin at a landmark.
    #[error(
        "no skin was seen near x = {x:.2} m where the spine should be: scan again without hair or cloth over it"
    )]
    Unseen {
        /// Where (m).
        x: f64,
    },
}
