//! Points, vectors and transforms that know their frames.
//!
//! The grammar is `a_from_b`: a transform takes what is told in `B` and tells it in `A`, so equal
//! words meet in a product: `base_from_flange * flange_from_tool`. Vectors read `force_in_table`.

use core::marker::PhantomData;
use core::ops::{Add, AddAssign, Div, Mul, Neg, Sub, SubAssign};

use nalgebra::{Isometry3, Matrix3, Point3, Translation3, UnitQuaternion, Vector3};

use crate::{Frame, Metres};

/// What a free vector measures. Decides which sums are allowed.
pub trait Kind: Copy + core::fmt::Debug + 'static {}

/// The kinds of free vectors.
pub mod kind {
    use super::Kind;
    macro_rules! kinds {
        ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq)]
            pub struct $name;
            impl Kind for $name {}
        )*};
    }
    kinds! {
        /// A difference of points, in metres.
        Displacement,
        /// A unit direction (no unit).
        Direction,
        /// Metres per second.
        LinearVelocity,
        /// Radians per second.
        AngularVelocity,
        /// Newtons.
        Force,
        /// Newton metres.
        Torque,
    }
}

/// A free vector of kind `K`, components along the axes of frame `F`, SI units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Vector<K: Kind, F: Frame>(Vector3<f64>, PhantomData<(K, F)>);

/// Difference of two points (m).
pub type Displacement<F> = Vector<kind::Displacement, F>;
/// Unit vector.
pub type Direction<F> = Vector<kind::Direction, F>;
/// Linear velocity (m/s).
pub type LinearVelocity<F> = Vector<kind::LinearVelocity, F>;
/// Angular velocity (rad/s).
pub type AngularVelocity<F> = Vector<kind::AngularVelocity, F>;
/// Force (N).
pub type Force<F> = Vector<kind::Force, F>;
/// Torque (N·m).
pub type Torque<F> = Vector<kind::Torque, F>;

impl<K: Kind, F: Frame> Vector<K, F> {
    /// From components along the axes of `F`.
    #[must_use]
    pub const fn new(x: f64, y: f64, z: f64) -> Self {
        Self(Vector3::new(x, y, z), PhantomData)
    }

    /// The zero vector.
    #[must_use]
    pub const fn zero() -> Self {
        Self::new(0.0, 0.0, 0.0)
    }

    /// Puts a bare vector, known to be told in `F`, into its type.
    #[must_use]
    pub const fn from_raw(raw: Vector3<f64>) -> Self {
        Self(raw, PhantomData)
    }

    /// The bare components, for numerical kernels.
    #[must_use]
    pub const fn raw(&self) -> &Vector3<f64> {
        &self.0
    }

    /// Component along x of `F`.
    #[must_use]
    pub fn x(&self) -> f64 {
        self.0.x
    }

    /// Component along y of `F`.
    #[must_use]
    pub fn y(&self) -> f64 {
        self.0.y
    }

    /// Component along z of `F`.
    #[must_use]
    pub fn z(&self) -> f64 {
        self.0.z
    }

    /// Euclidean length, in the vector's own unit.
    #[must_use]
    pub fn norm(&self) -> f64 {
        self.0.norm()
    }

    /// Component along a unit direction, in the vector's own unit.
    #[must_use]
    pub fn along(&self, direction: &Direction<F>) -> f64 {
        self.0.dot(&direction.0)
    }

    /// True when no component is NaN or infinite.
    #[must_use]
    pub fn is_finite(&self) -> bool {
        self.0.iter().all(|c| c.is_finite())
    }
}

impl<F: Frame> Direction<F> {
    /// The x axis of `F`.
    pub const X: Self = Self::new(1.0, 0.0, 0.0);
    /// The y axis of `F`.
    pub const Y: Self = Self::new(0.0, 1.0, 0.0);
    /// The z axis of `F`.
    pub const Z: Self = Self::new(0.0, 0.0, 1.0);

    /// Scales to unit length; `None` when the vector is too short or not finite.
    #[must_use]
    pub fn normalised(raw: Vector3<f64>) -> Option<Self> {
        let length = raw.norm();
        (length.is_finite() && length > 1e-12).then(|| Self::from_raw(raw / length))
    }
}

impl<K: Kind, F: Frame> Add for Vector<K, F> {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self::from_raw(self.0 + other.0)
    }
}
impl<K: Kind, F: Frame> AddAssign for Vector<K, F> {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}
impl<K: Kind, F: Frame> Sub for Vector<K, F> {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self::from_raw(self.0 - other.0)
    }
}
impl<K: Kind, F: Frame> SubAssign for Vector<K, F> {
    fn sub_assign(&mut self, other: Self) {
        self.0 -= other.0;
    }
}
impl<K: Kind, F: Frame> Neg for Vector<K, F> {
    type Output = Self;
    fn neg(self) -> Self {
        Self::from_raw(-self.0)
    }
}
impl<K: Kind, F: Frame> Mul<f64> for Vector<K, F> {
    type Output = Self;
    fn mul(self, factor: f64) -> Self {
        Self::from_raw(self.0 * factor)
    }
}
impl<K: Kind, F: Frame> Div<f64> for Vector<K, F> {
    type Output = Self;
    fn div(self, divisor: f64) -> Self {
        Self::from_raw(self.0 / divisor)
    }
}

/// A place, told in frame `F` (m).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point<F: Frame>(Point3<f64>, PhantomData<F>);

impl<F: Frame> Point<F> {
    /// From coordinates in `F` (m).
    #[must_use]
    pub const fn new(x: f64, y: f64, z: f64) -> Self {
        Self(Point3::new(x, y, z), PhantomData)
    }

    /// The origin of `F`.
    #[must_use]
    pub const fn origin() -> Self {
        Self::new(0.0, 0.0, 0.0)
    }

    /// Puts a bare point, known to be told in `F`, into its type.
    #[must_use]
    pub const fn from_raw(raw: Point3<f64>) -> Self {
        Self(raw, PhantomData)
    }

    /// The bare coordinates.
    #[must_use]
    pub const fn raw(&self) -> &Point3<f64> {
        &self.0
    }

    /// x in `F` (m).
    #[must_use]
    pub fn x(&self) -> f64 {
        self.0.x
    }

    /// y in `F` (m).
    #[must_use]
    pub fn y(&self) -> f64 {
        self.0.y
    }

    /// z in `F` (m).
    #[must_use]
    pub fn z(&self) -> f64 {
        self.0.z
    }

    /// Distance to another place.
    #[must_use]
    pub fn distance(&self, other: &Self) -> Metres {
        Metres::new((self.0 - other.0).norm())
    }
}

impl<F: Frame> Sub for Point<F> {
    type Output = Displacement<F>;
    fn sub(self, other: Self) -> Displacement<F> {
        Displacement::from_raw(self.0 - other.0)
    }
}
impl<F: Frame> Add<Displacement<F>> for Point<F> {
    type Output = Self;
    fn add(self, shift: Displacement<F>) -> Self {
        Self::from_raw(self.0 + shift.0)
    }
}

/// A rotation that tells in `A` what was told in `B`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rotation<A: Frame, B: Frame>(UnitQuaternion<f64>, PhantomData<(A, B)>);

impl<A: Frame, B: Frame> Rotation<A, B> {
    /// The rotation that changes nothing: the axes of `A` and `B` are parallel.
    #[must_use]
    pub fn identity() -> Self {
        Self::from_raw(UnitQuaternion::identity())
    }

    /// Puts a bare rotation into its type.
    #[must_use]
    pub const fn from_raw(raw: UnitQuaternion<f64>) -> Self {
        Self(raw, PhantomData)
    }

    /// The bare quaternion.
    #[must_use]
    pub const fn raw(&self) -> &UnitQuaternion<f64> {
        &self.0
    }

    /// The rotation matrix.
    #[must_use]
    pub fn matrix(&self) -> Matrix3<f64> {
        self.0.to_rotation_matrix().into_inner()
    }

    /// The same relation, told the other way round.
    #[must_use]
    pub fn inverse(&self) -> Rotation<B, A> {
        Rotation::from_raw(self.0.inverse())
    }

    /// Tells in `A` a free vector told in `B`.
    #[must_use]
    pub fn rotate<K: Kind>(&self, vector: &Vector<K, B>) -> Vector<K, A> {
        Vector::from_raw(self.0 * vector.0)
    }
}

impl<A: Frame, B: Frame, C: Frame> Mul<Rotation<B, C>> for Rotation<A, B> {
    type Output = Rotation<A, C>;
    fn mul(self, other: Rotation<B, C>) -> Rotation<A, C> {
        Rotation::from_raw(self.0 * other.0)
    }
}

/// A rigid transform that tells in `A` what was told in `B`; equally, the pose of `B` in `A`.
///
/// Equal words meet in a product:
/// ```
/// use quantities::{Base, Flange, Tool, Transform};
/// let base_from_flange = Transform::<Base, Flange>::identity();
/// let flange_from_tool = Transform::<Flange, Tool>::identity();
/// let base_from_tool: Transform<Base, Tool> = base_from_flange * flange_from_tool;
/// ```
/// Words that do not meet do not compile:
/// ```compile_fail,E0277
/// use quantities::{Base, Flange, Tool, Transform};
/// let base_from_flange = Transform::<Base, Flange>::identity();
/// let base_from_tool = Transform::<Base, Tool>::identity();
/// let oops = base_from_tool * base_from_flange;
/// ```
/// Nor does a point of the wrong frame:
/// ```compile_fail,E0308
/// use quantities::{Base, Flange, Point, Tool, Transform};
/// let base_from_tool = Transform::<Base, Tool>::identity();
/// let oops = base_from_tool.transform(&Point::<Flange>::origin());
/// ```
/// Nor a sum of a force and a torque, or of newtons and pascals:
/// ```compile_fail,E0308
/// use quantities::{Base, Force, Torque};
/// let oops = Force::<Base>::zero() + Torque::<Base>::zero();
/// ```
/// ```compile_fail,E0308
/// use quantities::{Newtons, Pascals};
/// let oops = Newtons::new(1.0) + Pascals::new(1.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Transform<A: Frame, B: Frame>(Isometry3<f64>, PhantomData<(A, B)>);

impl<A: Frame, B: Frame> Transform<A, B> {
    /// `A` and `B` coincide.
    #[must_use]
    pub fn identity() -> Self {
        Self::from_raw(Isometry3::identity())
    }

    /// From the origin of `B` in `A` and the rotation between them.
    #[must_use]
    pub fn new(origin_of_b: Point<A>, rotation: Rotation<A, B>) -> Self {
        Self::from_raw(Isometry3::from_parts(
            Translation3::from(origin_of_b.0),
            rotation.0,
        ))
    }

    /// Puts a bare isometry into its type.
    #[must_use]
    pub const fn from_raw(raw: Isometry3<f64>) -> Self {
        Self(raw, PhantomData)
    }

    /// The bare isometry.
    #[must_use]
    pub const fn raw(&self) -> &Isometry3<f64> {
        &self.0
    }

    /// The same relation, told the other way round.
    #[must_use]
    pub fn inverse(&self) -> Transform<B, A> {
        Transform::from_raw(self.0.inverse())
    }

    /// The origin of `B`, told in `A`.
    #[must_use]
    pub fn origin(&self) -> Point<A> {
        Point::from_raw(self.0.translation.vector.into())
    }

    /// The rotation part.
    #[must_use]
    pub fn rotation(&self) -> Rotation<A, B> {
        Rotation::from_raw(self.0.rotation)
    }

    /// Tells in `A` a place told in `B`.
    #[must_use]
    pub fn transform(&self, point: &Point<B>) -> Point<A> {
        Point::from_raw(self.0 * point.0)
    }

    /// Tells in `A` a free vector told in `B`.
    #[must_use]
    pub fn rotate<K: Kind>(&self, vector: &Vector<K, B>) -> Vector<K, A> {
        Vector::from_raw(self.0.rotation * vector.0)
    }
}

impl<A: Frame, B: Frame, C: Frame> Mul<Transform<B, C>> for Transform<A, B> {
    type Output = Transform<A, C>;
    fn mul(self, other: Transform<B, C>) -> Transform<A, C> {
        Transform::from_raw(self.0 * other.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Base, Flange, Tool};
    use proptest::prelude::*;

    fn poses() -> impl Strategy<Value = Isometry3<f64>> {
        (
            prop::array::uniform3(-1.0..1.0f64),
            prop::array::uniform3(-3.0..3.0f64),
        )
            .prop_map(|(t, r)| {
                Isometry3::new(
                    Vector3::new(t[0], t[1], t[2]),
                    Vector3::new(r[0], r[1], r[2]),
                )
            })
    }

    proptest! {
        #[test]
        fn a_chain_of_transforms_equals_one_step_after_the_other(a in poses(), b in poses()) {
            let base_from_flange = Transform::<Base, Flange>::from_raw(a);
            let flange_from_tool = Transform::<Flange, Tool>::from_raw(b);
            let point_in_tool = Point::new(0.1, -0.2, 0.3);
            let at_once = (base_from_flange * flange_from_tool).transform(&point_in_tool);
            let stepwise = base_from_flange.transform(&flange_from_tool.transform(&point_in_tool));
            prop_assert!(at_once.distance(&stepwise).get() < 1e-12);
        }

        #[test]
        fn a_transform_and_its_inverse_cancel(a in poses()) {
            let base_from_tool = Transform::<Base, Tool>::from_raw(a);
            let p = Point::<Tool>::new(0.3, 0.1, -0.4);
            let back = base_from_tool.inverse().transform(&base_from_tool.transform(&p));
            prop_assert!(back.distance(&p).get() < 1e-12);
        }
    }
}
