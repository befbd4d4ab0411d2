//! The few places of a pass at which postures are compared.

use nalgebra::{Isometry3, Translation3};

/// A waypoint at least every so far from the one before, as the crow flies (m), along the way (m), and
/// in turning (rad). Chosen: between waypoints a posture changes by a tenth of a radian or so; small
/// circles, which stay within the first distance, need few.
const APART: f64 = 0.018;
const ALONG: f64 = 0.060;
const TURNED: f64 = 0.2;
/// Waypoints nearer than this along the way are too many (m).
const CROWDED: f64 = 0.009;
/// Poses that differ by less are one (m; rad).
const SAME_PLACE: f64 = 1e-7;
/// Least time between waypoints (s): at the tip of a reversal two of them may coincide.
const LEAST_TIME: f64 = 0.05;

/// One point of a pass, every millimetre or so.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Station {
    /// Pose of the tool, yaw 0.
    pub base_from_tool: Isometry3<f64>,
    /// Force that is asked for (N), and speed of the leg that ends here (m/s).
    pub force: f64,
    pub speed: f64,
    /// The first or last point of a stroke, where the tool rests.
    pub rests: bool,
}

impl Station {
    /// True for two stations with the same pose: the end of a stroke and the start of the next.
    pub(super) fn coincides(&self, other: &Self) -> bool {
        moved(self, other) < SAME_PLACE
            && self
                .base_from_tool
                .rotation
                .angle_to(&other.base_from_tool.rotation)
                < SAME_PLACE
    }
}

/// A station at which postures are compared.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Waypoint {
    /// Pose of the tool, yaw 0.
    pub base_from_tool: Isometry3<f64>,
    /// Force that is asked for (N).
    pub force: f64,
    /// Index of the station; `None` hovering before the first and after the last.
    pub station: Option<usize>,
    /// Time that the tool takes from the waypoint before (s).
    pub seconds: f64,
}

/// The waypoints of a pass, from hover (m over the skin) to hover.
pub(crate) fn waypoints(stations: &[Station], hover: f64, hover_speed: f64) -> Vec<Waypoint> {
    let above = |station: &Station| Waypoint {
        base_from_tool: station.base_from_tool * Translation3::new(0.0, 0.0, -hover),
        force: 0.0,
        station: None,
        seconds: hover / hover_speed,
    };
    let (Some(first), Some(last)) = (stations.first(), stations.last()) else {
        return Vec::new();
    };
    let mut found = vec![above(first)];
    let (mut along, mut seconds) = (0.0, hover / hover_speed);
    let (mut here, mut before) = (first, first);
    for (index, station) in stations.iter().enumerate() {
        let step = moved(before, station);
        along += step;
        seconds += step / station.speed.max(1e-3);
        before = station;
        // Where one stroke ends and the next begins, the posture is one too.
        if index > 0 && station.coincides(here) {
            continue;
        }
        let turned = here
            .base_from_tool
            .rotation
            .angle_to(&station.base_from_tool.rotation);
        // An end right after a waypoint takes its place: a change of posture needs room.
        if station.rests && along < CROWDED && !here.rests && found.len() > 2 {
            seconds += found.pop().map_or(0.0, |crowded| crowded.seconds);
        }
        let due = moved(here, station) >= APART || along >= ALONG || turned >= TURNED;
        if index == 0 || due || station.rests {
            found.push(Waypoint {
                base_from_tool: station.base_from_tool,
                force: station.force,
                station: Some(index),
                seconds: seconds.max(LEAST_TIME),
            });
            (here, along, seconds) = (station, 0.0, 0.0);
        }
    }
    found.push(above(last));
    found
}

/// Distance of two stations (m).
fn moved(a: &Station, b: &Station) -> f64 {
    (b.base_from_tool.translation.vector - a.base_from_tool.translation.vector).norm()
}
