//! The massage table and the floor as obstacles: a slab that lies over a plane.
//!
//! A link beside the table may reach below its top, but not into the slab; its legs and what is between
//! them are not modelled.

use nalgebra::{Point3, Vector3};
use quantities::Metres;

use crate::Rod;

/// The table: its top is z = 0 of the table frame, its outline a rectangle seen from above.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TableTop {
    /// Edge toward the client's feet, x (m).
    pub foot_end: Metres,
    /// Edge beyond the client's head, x (m).
    pub head_end: Metres,
    /// Half of the width, along y.
    pub half_width: Metres,
    /// From the top down to the underside, frame included.
    pub thickness: Metres,
    /// Height of the top over the floor.
    pub height: Metres,
}

impl Default for TableTop {
    /// Chosen: 0.70 m wide, from 1.2 m below S2 to 0.8 m above it, 80 mm thick and 0.70 m high, as
    /// common massage tables are.
    fn default() -> Self {
        Self {
            foot_end: Metres::new(-1.2),
            head_end: Metres::new(0.8),
            half_width: Metres::new(0.35),
            thickness: Metres::new(0.08),
            height: Metres::new(0.70),
        }
    }
}

impl TableTop {
    /// Distance of a rod (table frame) from the slab (m); minus its radius when its axis enters it.
    #[must_use]
    pub fn slab_distance(&self, rod: &Rod) -> f64 {
        let (low, high) = self.corners();
        between_segment_and_box(&rod.a, &(rod.b - rod.a), &low, &high) - rod.radius
    }

    /// Distance of a rod (table frame) from the floor (m), negative below it.
    #[must_use]
    pub fn floor_distance(&self, rod: &Rod) -> f64 {
        rod.a.z.min(rod.b.z) - rod.radius + self.height.get()
    }

    /// True over the table top (table frame, m).
    #[must_use]
    pub fn is_over(&self, place: &Vector3<f64>) -> bool {
        place.x > self.foot_end.get()
            && place.x < self.head_end.get()
            && place.y.abs() < self.half_width.get()
    }

    /// Opposite corners of the slab (m).
    fn corners(&self) -> (Vector3<f64>, Vector3<f64>) {
        let half = self.half_width.get();
        (
            Vector3::new(self.foot_end.get(), -half, -self.thickness.get()),
            Vector3::new(self.head_end.get(), half, 0.0),
        )
    }
}

/// Distance of the segment `from + t along`, `t` in 0..=1, from an axis-aligned box.
///
/// The squared distance from a box is convex along a line, and its slope is linear between the places
/// where the line crosses one of the six planes. So the least lies between two neighbouring crossings,
/// where the slope changes sign, and a straight line through both slopes finds it.
fn between_segment_and_box(
    from: &Point3<f64>,
    along: &Vector3<f64>,
    low: &Vector3<f64>,
    high: &Vector3<f64>,
) -> f64 {
    let excess = |t: f64| {
        let place = from.coords + along * t;
        place - place.sup(low).inf(high)
    };
    let slope = |t: f64| excess(t).dot(along);
    let (mut before, mut after) = ((0.0, slope(0.0)), (1.0, slope(1.0)));
    if before.1 >= 0.0 {
        return excess(0.0).norm();
    }
    if after.1 <= 0.0 {
        return excess(1.0).norm();
    }
    for axis in 0..3 {
        if along[axis].abs() < 1e-12 {
            continue;
        }
        for plane in [low[axis], high[axis]] {
            let t = (plane - from.coords[axis]) / along[axis];
            if t <= before.0 || t >= after.0 {
                continue;
            }
            let here = slope(t);
            if here <= 0.0 {
                before = (t, here);
            } else {
                after = (t, here);
            }
        }
    }
    let share = before.1 / (before.1 - after.1);
    excess(before.0 + (after.0 - before.0) * share.clamp(0.0, 1.0)).norm()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rod(a: [f64; 3], b: [f64; 3], radius: f64) -> Rod {
        Rod {
            a: Point3::from(a),
            b: Point3::from(b),
            radius,
        }
    }

    #[test]
    fn a_rod_beside_the_table_is_measured_against_the_side_of_the_slab() {
        let table = TableTop::default();
        let beside = rod([0.0, 0.45, -0.05], [0.2, 0.45, -0.05], 0.04);
        assert!((table.slab_distance(&beside) - 0.06).abs() < 1e-12);
        // Under the slab there is room again.
        let under = rod([0.0, 0.0, -0.3], [0.2, 0.0, -0.3], 0.04);
        assert!((table.slab_distance(&under) - 0.18).abs() < 1e-12);
        let through = rod([0.0, 0.0, -0.3], [0.0, 0.1, 0.3], 0.04);
        assert!((table.slab_distance(&through) + 0.04).abs() < 1e-12);
    }

    #[test]
    fn the_floor_is_a_table_height_below_the_top() {
        let table = TableTop::default();
        let low = rod([0.0, 0.6, -0.5], [0.0, 0.6, -0.1], 0.05);
        assert!((table.floor_distance(&low) - 0.15).abs() < 1e-12);
    }

    #[test]
    fn the_distance_from_the_slab_is_the_least_of_many_points_of_the_axis() {
        let table = TableTop::default();
        let (low, high) = table.corners();
        let mut seed = 7_u32;
        let mut random = || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f64::from(seed >> 8) / f64::from(1_u32 << 24) * 2.0 - 1.0
        };
        for _ in 0..500 {
            let mut place = || Point3::new(1.8 * random(), 0.9 * random(), 0.6 * random());
            let (a, b) = (place(), place());
            let seen = table.slab_distance(&Rod { a, b, radius: 0.0 });
            let sampled = (0..=2000).map(|i| {
                let place = a.coords.lerp(&b.coords, f64::from(i) / 2000.0);
                (place - place.sup(&low).inf(&high)).norm()
            });
            let least = sampled.fold(f64::INFINITY, f64::min);
            // Samples are up to half a step off the least place.
            assert!(
                seen <= least + 1e-12 && seen > least - 1.1e-3,
                "{seen} {least}"
            );
        }
    }
}
