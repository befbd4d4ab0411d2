//! The dense postures of a chosen route, and the proof that they hang together.
//!
//! Between two stops the seeds lie on a cubic through the stops, and each pose is solved from its seed:
//! the tool is where it must be, and the freedom that is left moves as evenly as the stops do. Of every
//! step it is then shown that it is no longer than the tool's own step needs in the worst direction,
//! `|dq| <= |dx| / σ`, plus a bounded self-motion: no jump can hide between two stations.

use nalgebra::SVector;

use super::{METRES_PER_RADIAN, Reacher, Route, Station, smallest_gain, turned};

/// Steps up to this are no jump (rad, all joints together): the least allowance, and the self-motion
/// that is allowed besides the tool's own motion. At 75 mm/s it is 2 rad/s, which timing slows down.
const SELF_MOTION: f64 = 0.03;
/// Allowance for the change of the Jacobian over one step.
const BEND: f64 = 1.5;

/// Postures at every station of a pass.
#[derive(Clone, Debug)]
pub(crate) struct Trace<const D: usize> {
    pub postures: Vec<SVector<f64, D>>,
    /// Stations that no posture of a continuous motion reaches, in order.
    pub missed: Vec<usize>,
}

impl<const D: usize> Reacher<'_, D> {
    /// Follows a route through all stations.
    pub(crate) fn trace(&self, stations: &[Station], route: &Route<D>) -> Trace<D> {
        let mut postures: Vec<SVector<f64, D>> = Vec::with_capacity(stations.len());
        let mut missed = Vec::new();
        for (index, station) in stations.iter().enumerate() {
            let before = index.checked_sub(1).and_then(|i| stations.get(i));
            if let Some(last) = postures.last().copied()
                && before.is_some_and(|before| station.coincides(before))
            {
                if missed.last() == index.checked_sub(1).as_ref() {
                    missed.push(index);
                }
                postures.push(last);
                continue;
            }
            let seed = route.seed(index);
            let pose = turned(&station.base_from_tool, route.yaw);
            let in_hole = route
                .holes
                .iter()
                .any(|hole| (hole.first..=hole.last).contains(&index));
            let found = if in_hole {
                None
            } else {
                let near = self.solve(&pose, &seed, 12).ok();
                near.or_else(|| self.solve(&pose, postures.last()?, 60).ok())
            };
            let whole = missed.last() != index.checked_sub(1).as_ref();
            let last = postures.last().filter(|_| whole);
            let is_next = |q: &SVector<f64, D>| match (before, last) {
                (Some(before), Some(last)) => self.is_one_motion((before, last), (station, q)),
                _ => true,
            };
            // Where the stops lead too fast, the posture before leads on, until it meets them again.
            let found = match found.filter(|q| !is_next(q)) {
                None => found,
                Some(_) => last.and_then(|last| self.solve(&pose, last, 60).ok()),
            };
            let hangs_together = found.is_some_and(|q| is_next(&q));
            if !hangs_together {
                missed.push(index);
            }
            postures.push(found.unwrap_or(seed));
        }
        Trace { postures, missed }
    }

    /// True when the step from one station to the next is no longer than the tool's own step needs.
    fn is_one_motion(
        &self,
        (before, from): (&Station, &SVector<f64, D>),
        (station, to): (&Station, &SVector<f64, D>),
    ) -> bool {
        let step = (to - from).norm();
        if step <= SELF_MOTION {
            return true;
        }
        let (a, b) = (&before.base_from_tool, &station.base_from_tool);
        let moved = (b.translation.vector - a.translation.vector).norm();
        let turned = METRES_PER_RADIAN * a.rotation.angle_to(&b.rotation);
        let gain = smallest_gain(self.arm, from).min(smallest_gain(self.arm, to));
        step <= SELF_MOTION + BEND * (moved + turned) / gain.max(1e-6)
    }
}

impl<const D: usize> Route<D> {
    /// Where to look for the posture at a station: on the cubic through the neighbouring stops
    /// (slopes as differences over both sides), held still before the first and after the last.
    fn seed(&self, station: usize) -> SVector<f64, D> {
        let after = self.stops.partition_point(|stop| stop.station <= station);
        let at = |index: Option<usize>| index.and_then(|i| self.stops.get(i));
        let (from, to) = (at(after.checked_sub(1)), at(Some(after)));
        let (Some(from), Some(to)) = (from, to) else {
            let end = from.or(to);
            return end.map_or_else(SVector::zeros, |stop| stop.posture);
        };
        let slope = |a: &super::assembly::Stop<D>, b: &super::assembly::Stop<D>| {
            (b.posture - a.posture) / (b.station.saturating_sub(a.station).max(1)) as f64
        };
        let span = (to.station - from.station) as f64;
        let own = slope(from, to);
        let enters = at(after.checked_sub(2)).map_or(own, |before| slope(before, to)) * span;
        let leaves = at(Some(after + 1)).map_or(own, |next| slope(from, next)) * span;
        let t = (station - from.station) as f64 / span;
        let (t2, t3) = (t * t, t * t * t);
        from.posture * (2.0 * t3 - 3.0 * t2 + 1.0)
            + enters * (t3 - 2.0 * t2 + t)
            + to.posture * (3.0 * t2 - 2.0 * t3)
            + leaves * (t3 - t2)
    }
}
