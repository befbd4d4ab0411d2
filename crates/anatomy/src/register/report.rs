//! What a registration found, and why it refuses.

use quantities::Metres;
use thiserror::Error;

use crate::landmarks::LandmarkError;
use crate::shape::{Certainty, ShapeError};

/// Where the points of a cloud went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PointCounts {
    /// Points of the file.
    pub total: usize,
    /// NaN or infinite in the file.
    pub not_finite: usize,
    /// Within 30 mm of the table top.
    pub table: usize,
    /// More than 30 mm below the table top.
    pub below_table: usize,
    /// Outside of the box around trunk and buttocks.
    pub outside: usize,
    /// In the box, but passed over because the others are more than enough.
    pub passed_over: usize,
    /// In the box, but off the sheet (flying pixels, stray points).
    pub outliers: usize,
    /// On the sheet.
    pub used: usize,
}

/// How far a landmark lies above the fitted skin.
#[derive(Clone, Debug, PartialEq)]
pub struct LandmarkResidual {
    /// Which.
    pub name: &'static str,
    /// z of the landmark less z of the skin (m), or `None` where no skin was seen.
    pub above_skin: Option<Metres>,
}

/// Worth knowing, no reason to refuse.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum FitWarning {
    /// Holes of the camera.
    #[error(
        "{count} of {total} points of the scan had no place (NaN or infinite) and were dropped"
    )]
    NotFinite {
        /// Dropped points.
        count: usize,
        /// Points of the file.
        total: usize,
    },
    /// Bridged holes.
    #[error(
        "{area_cm2:.0} cm² of the back were not seen and are bridged smoothly (largest hole about {widest_mm:.0} mm wide)"
    )]
    Holes {
        /// Bridged area (cm²).
        area_cm2: f64,
        /// Width of the widest hole (mm).
        widest_mm: f64,
    },
    /// A landmark off the skin.
    #[error("landmark {name} lies {off_mm:.0} mm off the skin")]
    LandmarkOffSkin {
        /// Which.
        name: &'static str,
        /// Height above the skin (mm).
        off_mm: f64,
    },
    /// No pairs to check left and right by.
    #[error(
        "no pair of landmarks (acromions, PSIS, scapulae) is given: left and right could not be checked"
    )]
    SidesUnchecked,
    /// No midline given.
    #[error("no midline is given: the spine line is a smooth curve through the six vertebrae")]
    NoMidline,
    /// Levels that the shape told.
    #[error(
        "{count} of six levels are told by the shape of the scan, along the spine to {along_mm:.0} mm (95 %) at worst: routines that name them may start or end that far off"
    )]
    FromShape {
        /// How many.
        count: usize,
        /// Largest uncertainty along the spine (mm).
        along_mm: f64,
    },
    /// The chart ends early.
    #[error(
        "the skin below S2 is known to {reach_mm:.0} mm only: strokes to the tail-bone ({tail_mm:.0} mm) will be refused"
    )]
    ShortBelow {
        /// Reach below S2 (mm).
        reach_mm: f64,
        /// Where the tail-bone lies below S2 (mm).
        tail_mm: f64,
    },
}

/// What a registration found.
#[derive(Clone, Debug, PartialEq)]
pub struct FitReport {
    /// Where the points went.
    pub points: PointCounts,
    /// RMS distance of the used points across the sheet.
    pub residual_rms: Metres,
    /// Robust standard deviation of all points in the box across the sheet.
    pub residual_scale: Metres,
    /// Share of the working area (|v| ≤ 0.10 m, S2 to C7) that the camera saw, 0 to 1.
    pub coverage: f64,
    /// Area of the trunk that was bridged (m²).
    pub bridged_area: f64,
    /// Width of the widest bridged hole.
    pub widest_hole: Metres,
    /// Every landmark against the skin.
    pub landmarks: Vec<LandmarkResidual>,
    /// RMS lateral distance of the midline points from the smooth spine line.
    pub midline_rms: Metres,
    /// Lateral 95 % uncertainty of the spine line: the stated one and twice the RMS above, combined
    /// as squares.
    pub midline_uncertainty: Metres,
    /// How sure the landmarks are, and where they lie.
    pub certainty: Certainty,
    /// Arc length from S2 to C7 on the skin.
    pub spine_length: Metres,
    /// Everything else worth knowing.
    pub warnings: Vec<FitWarning>,
}

/// Why a scan and landmarks make no back.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum FitError {
    /// The landmarks alone are wrong.
    #[error("landmarks: {0}")]
    Landmarks(#[from] LandmarkError),
    /// The shape of the scan does not tell what the landmarks leave open.
    #[error("{0}")]
    Shape(#[from] ShapeError),
    /// Sizes that fit another unit.
    #[error(
        "the scan spans {span:.0} along its longest side; a person spans 0.6 to 2.5 m: this looks like {unit}, scale by {factor}"
    )]
    Unit {
        /// Span found, as if in metres.
        span: f64,
        /// Unit that would fit.
        unit: &'static str,
        /// Factor to metres.
        factor: f64,
    },
    /// Sizes of no person.
    #[error(
        "the scan spans {span:.3} m along its longest side; a back needs at least {needed:.2} m: scan all of it, from buttocks to neck, in metres"
    )]
    TooSmall {
        /// Span found (m).
        span: f64,
        /// Span needed (m).
        needed: f64,
    },
    /// Too few points.
    #[error("too few points: {found} {place}, at least {needed} are needed")]
    TooFew {
        /// Points found.
        found: usize,
        /// Points needed.
        needed: usize,
        /// Where they were counted.
        place: &'static str,
    },
    /// Touched points that span no back.
    #[error(
        "the touched points span {span:.2} m, at most {allowed:.1} m are allowed: tell them in metres, on the back alone"
    )]
    TouchedTooWide {
        /// Span found (m).
        span: f64,
        /// Allowed (m).
        allowed: f64,
    },
    /// The body is below the table.
    #[error(
        "the scan is upside down: {below} points lie below the table top (z < 0), {above} above it; z must point up, away from the table"
    )]
    UpsideDown {
        /// Points below the table.
        below: usize,
        /// Points above the table.
        above: usize,
    },
    /// The table top is not at z = 0.
    #[error(
        "{share_percent:.0} % of the points near the body lie more than 30 mm below z = 0, where the table top should be: tell the scan in the table frame (table top at z = 0)"
    )]
    BelowTable {
        /// Their share (%).
        share_percent: f64,
    },
    /// No smooth sheet.
    #[error(
        "this is not a back: {rejected_percent:.0} % of the points above the table lie off any smooth sheet (noise {scale_mm:.1} mm); a scan of skin has at most {allowed_percent:.0} % and {allowed_mm:.0} mm"
    )]
    NoSheet {
        /// Share of rejected points (%).
        rejected_percent: f64,
        /// Robust noise (mm).
        scale_mm: f64,
        /// Allowed share (%).
        allowed_percent: f64,
        /// Allowed noise (mm).
        allowed_mm: f64,
    },
    /// Landmarks and cloud do not belong together.
    #[error(
        "landmark {name} lies {off_mm:.0} mm {side} the scanned skin, at most {allowed_mm:.0} mm are allowed: are scan and landmarks told in the same frame, and is the scan the right way up?"
    )]
    LandmarkOffSkin {
        /// Which.
        name: &'static str,
        /// Distance (mm).
        off_mm: f64,
        /// "above" or "below".
        side: &'static str,
        /// Allowed (mm).
        allowed_mm: f64,
    },
    /// Not enough of the back was seen.
    #[error(
        "only {seen_percent:.0} % of the back between S2 and C7 within 100 mm of the spine was scanned, at least {needed_percent:.0} % are needed; the first gap is near x = {gap_x:.2} m, y = {gap_y:.2} m: scan again from another side"
    )]
    NotCovered {
        /// Share seen (%).
        seen_percent: f64,
        /// Share needed (%).
        needed_percent: f64,
        /// A place that was not seen (m).
        gap_x: f64,
        /// A place that was not seen (m).
        gap_y: f64,
    },
    /// A hole on the spine that is too wide to bridge.
    #[error(
        "the skin over the spine was not seen or is too steep near x = {x:.2} m; the spine line must be known from S2 to C7: scan again without hair or cloth over it"
    )]
    SpineHidden {
        /// Where (m).
        x: f64,
    },
    /// Not shaped like a back.
    #[error(
        "this is not a back: 120 mm beside the spine the skin lies {drop_mm:.0} mm lower than at the spine on average; on a prone back 5 to 120 mm are expected (flat: a table or a sheet; higher: upside down or hollow)"
    )]
    NotABack {
        /// Mean drop (mm).
        drop_mm: f64,
    },
    /// The numbers could not be solved.
    #[error(
        "no spine line can be laid through the landmarks: check that they are in metres and along the back"
    )]
    NoSpine,
}
