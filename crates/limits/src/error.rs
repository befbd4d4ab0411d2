//! Why figures do not make an envelope.

use thiserror::Error;

/// One figure that was refused.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum LimitError {
    /// Not a number, or infinite.
    #[error(
        "`{key}` is {seen}: a limit must be a finite number; give one, or leave the key out for {default}"
    )]
    NotFinite {
        /// The key.
        key: &'static str,
        /// What was given, in the key's unit.
        seen: f64,
        /// What holds when the key is left out.
        default: f64,
    },
    /// Beyond what a configuration may ask.
    #[error(
        "`{key}` is {seen}, but may be at most {allowed}; lower it, or leave the key out for {default}"
    )]
    TooLarge {
        /// The key.
        key: &'static str,
        /// What was given, in the key's unit.
        seen: f64,
        /// The largest allowed.
        allowed: f64,
        /// What holds when the key is left out.
        default: f64,
    },
    /// Below what a configuration may ask.
    #[error(
        "`{key}` is {seen}, but must be at least {allowed}; raise it, or leave the key out for {default}"
    )]
    TooSmall {
        /// The key.
        key: &'static str,
        /// What was given, in the key's unit.
        seen: f64,
        /// The smallest allowed.
        allowed: f64,
        /// What holds when the key is left out.
        default: f64,
    },
    /// The spine line is not known well enough.
    #[error(
        "the midline of this back is known to {seen_mm} mm only, at most {allowed_mm} mm is allowed; \
         measure more midline points, or scan again"
    )]
    MidlineTooUncertain {
        /// 95 % lateral uncertainty of the fit (mm).
        seen_mm: f64,
        /// The largest allowed (mm).
        allowed_mm: f64,
    },
    /// A back without area has no zones.
    #[error(
        "the zone map is empty: u from {u_from} m to {u_to} m, v from {v_from} m to {v_to} m; the fit of the back has no extent"
    )]
    EmptyZoneMap {
        /// Lower end along the spine (m).
        u_from: f64,
        /// Upper end along the spine (m).
        u_to: f64,
        /// Right end (m).
        v_from: f64,
        /// Left end (m).
        v_to: f64,
    },
    /// A blocked area whose ends are reversed or not numbers.
    #[error(
        "blocked area u {u_from}..{u_to} m, v {v_from}..{v_to} m is reversed or not finite; give the smaller end first"
    )]
    BadArea {
        /// Lower end along the spine (m).
        u_from: f64,
        /// Upper end along the spine (m).
        u_to: f64,
        /// Right end (m).
        v_from: f64,
        /// Left end (m).
        v_to: f64,
    },
}

/// Everything that was refused, at once.
#[derive(Clone, Debug, PartialEq, Error)]
#[error("{} refused:{}", count(.0.len()), listed(.0))]
pub struct LimitErrors(pub Vec<LimitError>);

fn count(errors: usize) -> String {
    if errors == 1 {
        "1 limit".to_owned()
    } else {
        format!("{errors} limits")
    }
}

fn listed(errors: &[LimitError]) -> String {
    errors.iter().fold(String::new(), |text, error| {
        text + "\n  " + &error.to_string()
    })
}
