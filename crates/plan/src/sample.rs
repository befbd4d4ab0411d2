//! Between the knots: positions by cubic Hermite pieces with central-difference slopes (Catmull and
//! Rom, 1974), so that velocity is continuous; orientation along the geodesic between knots; force,
//! ceiling, back coordinates and posture linearly.

use nalgebra::{Isometry3, SVector, Translation3, Vector3};
use quantities::{
    AngularVelocity, Base, LinearVelocity, Metres, Newtons, NewtonsPerSecond,
    NewtonsPerSecondSquared, Seconds, Tool, Transform, Twist,
};

use crate::{Knot, Plan, Segment};

/// The plan at one phase. Rates are per second of *phase*; multiply by the phase rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlanSample<const D: usize> {
    /// Pose of the patch.
    pub base_from_tool: Transform<Base, Tool>,
    /// Its velocity per phase second.
    pub velocity: Twist<Base>,
    /// Its acceleration per phase second squared; the angular part is a central difference over knots.
    pub acceleration: Twist<Base>,
    /// Normal force.
    pub force: Newtons,
    /// Change of the normal force per phase second: by central differences at the knots, linear between
    /// them, so that it does not jump.
    pub force_rate: NewtonsPerSecond,
    /// Change of that rate per phase second squared; second differences, linear between the knots, zero
    /// next to the segment's ends.
    pub force_bend: NewtonsPerSecondSquared,
    /// Ceiling: the smaller of the neighbouring knots'.
    pub ceiling: Newtons,
    /// Along the spine.
    pub u: Metres,
    /// Beside the spine.
    pub v: Metres,
    /// Posture.
    pub posture: SVector<f64, D>,
    /// Its change per phase second.
    pub posture_rate: SVector<f64, D>,
}

impl<const D: usize> Plan<D> {
    /// The plan at a phase of a segment; phases outside are clamped to the segment. `None` when there
    /// is no such segment. Does not allocate.
    #[must_use]
    pub fn sample(&self, segment: usize, phase: Seconds) -> Option<PlanSample<D>> {
        self.segments().get(segment).and_then(|s| s.sample(phase))
    }
}

impl<const D: usize> Segment<D> {
    /// The segment at a phase, clamped to its ends. `None` only for a segment without knots, which a
    /// [`Plan`] cannot hold. Does not allocate.
    #[must_use]
    pub fn sample(&self, phase: Seconds) -> Option<PlanSample<D>> {
        let last = self.knots.len().checked_sub(1)?;
        if last == 0 {
            return self.knots.first().map(at_rest);
        }
        let steps = (phase / self.spacing).clamp(0.0, last as f64);
        let index = (steps as usize).min(last - 1);
        let before = self.knots.get(index.saturating_sub(1))?;
        let from = self.knots.get(index)?;
        let to = self.knots.get(index + 1)?;
        let after = self.knots.get((index + 2).min(last))?;
        let ends = (index == 0, index + 1 == last);
        Some(between(
            [before, from, to, after],
            ends,
            steps - index as f64,
            self.spacing.get(),
        ))
    }
}

fn at_rest<const D: usize>(knot: &Knot<D>) -> PlanSample<D> {
    PlanSample {
        base_from_tool: knot.base_from_tool,
        velocity: Twist::zero(),
        acceleration: Twist::zero(),
        force: knot.force,
        force_rate: NewtonsPerSecond::ZERO,
        force_bend: NewtonsPerSecondSquared::ZERO,
        ceiling: knot.ceiling,
        u: knot.u,
        v: knot.v,
        posture: knot.posture,
        posture_rate: SVector::zeros(),
    }
}

/// `s` in [0, 1] from the second to the third knot; `h` their spacing (s).
fn between<const D: usize>(
    [before, from, to, after]: [&Knot<D>; 4],
    (is_first, is_last): (bool, bool),
    s: f64,
    h: f64,
) -> PlanSample<D> {
    let place = |knot: &Knot<D>| knot.base_from_tool.raw().translation.vector;
    let (p0, p1) = (place(from), place(to));
    // Segments begin and end at rest, so the slope at either end is zero.
    let m0 = if is_first {
        Vector3::zeros()
    } else {
        (p1 - place(before)) * 0.5
    };
    let m1 = if is_last {
        Vector3::zeros()
    } else {
        (place(after) - p0) * 0.5
    };
    let (s2, s3) = (s * s, s * s * s);
    let position = p0 * (2.0 * s3 - 3.0 * s2 + 1.0)
        + m0 * (s3 - 2.0 * s2 + s)
        + p1 * (3.0 * s2 - 2.0 * s3)
        + m1 * (s3 - s2);
    let velocity = (p0 * (6.0 * s2 - 6.0 * s)
        + m0 * (3.0 * s2 - 4.0 * s + 1.0)
        + p1 * (6.0 * s - 6.0 * s2)
        + m1 * (3.0 * s2 - 2.0 * s))
        / h;
    let acceleration = (p0 * (12.0 * s - 6.0)
        + m0 * (6.0 * s - 4.0)
        + p1 * (6.0 - 12.0 * s)
        + m1 * (6.0 * s - 2.0))
        / (h * h);

    let (q0, q1) = (
        from.base_from_tool.raw().rotation,
        to.base_from_tool.raw().rotation,
    );
    // The shorter way round, told in base axes.
    let turn = (q1 * q0.inverse()).scaled_axis();
    let rotation = nalgebra::UnitQuaternion::from_scaled_axis(turn * s) * q0;
    // Between knots the turn is even; its change is the central difference of the neighbouring turns.
    let angular_acceleration = if is_first || is_last {
        Vector3::zeros()
    } else {
        (turn_of(to, after) - turn_of(before, from)) / (2.0 * h * h)
    };
    let (rates, bends) = swing(
        [before, from, to, after].map(|k| k.force.get()),
        (is_first, is_last),
        h,
    );
    let lerp = |a: f64, b: f64| a + (b - a) * s;
    PlanSample {
        base_from_tool: Transform::from_raw(Isometry3::from_parts(
            Translation3::from(position),
            rotation,
        )),
        velocity: Twist {
            linear: LinearVelocity::from_raw(velocity),
            angular: AngularVelocity::from_raw(turn / h),
        },
        acceleration: Twist {
            linear: LinearVelocity::from_raw(acceleration),
            angular: AngularVelocity::from_raw(angular_acceleration),
        },
        force: Newtons::new(lerp(from.force.get(), to.force.get())),
        force_rate: NewtonsPerSecond::new(lerp(rates[0], rates[1])),
        force_bend: NewtonsPerSecondSquared::new(lerp(bends[0], bends[1])),
        ceiling: from.ceiling.min(to.ceiling),
        u: Metres::new(lerp(from.u.get(), to.u.get())),
        v: Metres::new(lerp(from.v.get(), to.v.get())),
        posture: from.posture + (to.posture - from.posture) * s,
        posture_rate: (to.posture - from.posture) / h,
    }
}

/// First and second differences of the force at the second and the third knot (N/s, N/s²).
fn swing(
    [before, from, to, after]: [f64; 4],
    (is_first, is_last): (bool, bool),
    h: f64,
) -> ([f64; 2], [f64; 2]) {
    let here = (to - from) / h;
    let at_from = if is_first {
        here
    } else {
        (to - before) / (2.0 * h)
    };
    let at_to = if is_last {
        here
    } else {
        (after - from) / (2.0 * h)
    };
    let bend = |a: f64, b: f64, c: f64| (a - 2.0 * b + c) / (h * h);
    let bend_from = if is_first {
        0.0
    } else {
        bend(before, from, to)
    };
    let bend_to = if is_last { 0.0 } else { bend(from, to, after) };
    ([at_from, at_to], [bend_from, bend_to])
}

/// Rotation vector from one knot to another, the shorter way round, told in base axes (rad).
fn turn_of<const D: usize>(from: &Knot<D>, to: &Knot<D>) -> Vector3<f64> {
    let (q0, q1) = (
        from.base_from_tool.raw().rotation,
        to.base_from_tool.raw().rotation,
    );
    (q1 * q0.inverse()).scaled_axis()
}

#[cfg(test)]
mod tests;
