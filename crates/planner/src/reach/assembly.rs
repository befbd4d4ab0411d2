//! The route of a pass from the parts of it that hold together.

use nalgebra::SVector;

use super::waypoints::Waypoint;

/// A posture at one station.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stop<const D: usize> {
    pub station: usize,
    pub posture: SVector<f64, D>,
}

/// Stations that no continuous motion reaches, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hole {
    pub first: usize,
    pub last: usize,
}

/// A pose over an end of the pass, where the tool comes from or goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hover {
    /// Over the first station.
    First,
    /// Over the last one.
    Last,
}

/// How a pass is to be held.
#[derive(Clone, Debug)]
pub(crate) struct Route<const D: usize> {
    /// Yaw to be added to every pose (rad).
    pub yaw: f64,
    /// Postures along the pass, in order.
    pub stops: Vec<Stop<D>>,
    /// Where there are none.
    pub holes: Vec<Hole>,
    /// Hovers that no motion joins to their station, although the station is reached.
    pub hovers: Vec<Hover>,
}

/// The route from its parts: number of the first waypoint, and a posture for each from there.
pub(super) fn assembled<const D: usize>(
    yaw: f64,
    waypoints: &[Waypoint],
    parts: &[(usize, Vec<SVector<f64, D>>)],
) -> Route<D> {
    // Of each waypoint its part and its posture there.
    let mut held: Vec<Option<(usize, SVector<f64, D>)>> = vec![None; waypoints.len()];
    for (number, (start, postures)) in parts.iter().enumerate() {
        for (slot, posture) in held.iter_mut().skip(*start).zip(postures) {
            *slot = Some((number, *posture));
        }
    }
    let part = |slot: Option<&Option<(usize, SVector<f64, D>)>>| Some(slot?.as_ref()?.0);
    let (mut stops, mut holes) = (Vec::new(), Vec::new());
    // Part and station of the last stop, and the first station that is not yet told of.
    let (mut before, mut next) = (None, 0);
    let mut last_station = None;
    for (waypoint, held) in waypoints.iter().zip(&held) {
        let Some(station) = waypoint.station else {
            continue;
        };
        last_station = Some(station);
        let Some((part, posture)) = *held else {
            continue;
        };
        // Two parts that meet are cut after the stop before.
        if before.map_or(station > 0, |before| before != part) {
            let last = station.saturating_sub(1).max(next);
            holes.push(Hole { first: next, last });
        }
        stops.push(Stop { station, posture });
        (before, next) = (Some(part), station + 1);
    }
    if let Some(last) = last_station.filter(|last| *last >= next) {
        holes.push(Hole { first: next, last });
    }
    let count = held.len();
    let at = |i: Option<usize>| part(i.and_then(|i| held.get(i)));
    let is_cut = |hover: Option<usize>, station: Option<usize>| {
        at(station).is_some() && at(hover) != at(station)
    };
    let mut hovers = Vec::new();
    if is_cut(Some(0), Some(1)) {
        hovers.push(Hover::First);
    }
    if is_cut(count.checked_sub(1), count.checked_sub(2)) {
        hovers.push(Hover::Last);
    }
    Route {
        yaw,
        stops,
        holes,
        hovers,
    }
}

#[cfg(test)]
mod tests {
    use nalgebra::Isometry3;

    use super::*;

    /// Hover, stations 0, 20, 40, 60, hover; parts by first waypoint and length.
    fn route(parts: &[(usize, usize)]) -> Route<7> {
        let stations = [None, Some(0), Some(20), Some(40), Some(60), None];
        let waypoints = stations.map(|station| Waypoint {
            base_from_tool: Isometry3::identity(),
            force: 0.0,
            station,
            seconds: 0.1,
        });
        let parts: Vec<_> = parts
            .iter()
            .map(|(start, length)| (*start, vec![SVector::zeros(); *length]))
            .collect();
        assembled(0.0, &waypoints, &parts)
    }

    fn holes(parts: &[(usize, usize)]) -> Vec<(usize, usize)> {
        let route = route(parts);
        route.holes.iter().map(|h| (h.first, h.last)).collect()
    }

    #[test]
    fn a_pass_in_one_part_has_no_hole_and_no_cut_hover() {
        let whole = route(&[(0, 6)]);
        assert!(whole.holes.is_empty() && whole.hovers.is_empty());
        assert_eq!(whole.stops.len(), 4);
    }

    #[test]
    fn a_hover_that_is_not_joined_is_no_missed_station() {
        // Out of reach, and reached in another posture only.
        for parts in [&[(1, 5)][..], &[(0, 1), (1, 5)]] {
            assert!(holes(parts).is_empty());
            assert_eq!(route(parts).hovers, [Hover::First]);
        }
        for parts in [&[(0, 5)][..], &[(0, 5), (5, 1)]] {
            assert!(holes(parts).is_empty());
            assert_eq!(route(parts).hovers, [Hover::Last]);
        }
    }

    #[test]
    fn missed_stations_are_told_from_the_stop_before_to_the_stop_after() {
        assert_eq!(holes(&[]), [(0, 60)]);
        assert_eq!(holes(&[(2, 4)]), [(0, 19)]);
        assert_eq!(holes(&[(0, 2), (3, 3)]), [(1, 39)]);
        assert_eq!(holes(&[(0, 3), (3, 3)]), [(21, 39)]);
        assert_eq!(holes(&[(0, 4)]), [(41, 60)]);
        // A hover over a missed station goes with it.
        assert_eq!(route(&[(2, 4)]).hovers, []);
        assert_eq!(holes(&[(0, 1), (5, 1)]), [(0, 60)]);
    }
}
