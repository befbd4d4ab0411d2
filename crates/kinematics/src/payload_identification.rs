//! What hangs on the wrist sensor, from readings at rest: mass, centre of mass, and the sensor's bias.
//!
//! At rest in the air the sensor feels weight and its own bias, nothing else. With gravity `γ` told in
//! sensor axes (it differs from pose to pose), the payload's mass `m` and its first moment `h = m c` about
//! the sensor's origin:
//!
//! ```text
//! force  = m γ + force bias          linear in m and the bias
//! torque = h × γ + torque bias       linear in h and the bias
//! ```
//!
//! The two share no unknown, so each is a least-squares problem of its own. Taking the means away first
//! takes the biases out; what is left is one division and one 3 × 3 system. The sum of squares and the
//! errors are those of ordinary linear regression (any text on statistics; for the payload e.g. Atkeson,
//! An and Hollerbach 1986, who identify it in motion too). Every reading of one kind counts alike: the
//! axes of one sensor are taken for equally noisy.
//!
//! This is set-up: it allocates, and is not for the loop.

use nalgebra::{Matrix3, Matrix6, SMatrix, SymmetricEigen, Vector3};
use quantities::{Flange, Kilograms, Point, Radians, Sensor, Transform, Wrench};

/// Fewest poses. Chosen: three give the torque's six unknowns nine equations, too few to judge the rest.
const FEWEST_POSES: usize = 4;
/// Largest condition number. Chosen: noise then comes through at most 30 times as strong as from
/// poses spread over all directions; turns of about 20 degrees about two axes stay below it.
const LARGEST_CONDITION: f64 = 30.0;
/// A mass within this many of its standard errors from zero is none.
const TOLD_FROM_ZERO: f64 = 3.0;

/// One reading of the wrist sensor with the arm at rest and the tool in the air.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RestingReading {
    /// Gravity in sensor axes (m/s²).
    pub gravity_in_sensor: Vector3<f64>,
    /// What the sensor reads: the load of the tool on the sensor.
    pub wrench: Wrench<Sensor>,
}

/// A number and its standard error, in the unit of its place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimated {
    /// The estimate.
    pub value: f64,
    /// Its standard error, from the residuals.
    pub error: f64,
}

/// What was found, with what is left over.
#[derive(Clone, Debug, PartialEq)]
pub struct PayloadEstimate {
    /// Mass (kg) of all that hangs on the sensor.
    pub mass: Estimated,
    /// Centre of mass in the sensor's frame (m).
    pub centre: Vector3<f64>,
    /// Covariance of the centre of mass (m²).
    pub centre_covariance: Matrix3<f64>,
    /// Force that the sensor reads without load (N).
    pub force_bias: [Estimated; 3],
    /// Torque that the sensor reads without load (N·m).
    pub torque_bias: [Estimated; 3],
    /// Root mean square of what the fit leaves of each force axis (N).
    pub force_residual: [f64; 3],
    /// The same of each torque axis (N·m).
    pub torque_residual: [f64; 3],
    /// Pose, from 0, with the largest residual, each kind measured by its own spread.
    pub worst_pose: usize,
    /// Its residual, in standard deviations.
    pub worst_residual: f64,
    /// Condition number of the torque's equations, gravity scaled to 1; 1.2 when poses look everywhere.
    pub condition: f64,
    /// Widest angle between the gravity directions of two poses.
    pub spread: Radians,
    /// Poses used.
    pub poses: usize,
}

impl Estimated {
    /// By how many standard errors it differs from a number; infinite when it differs without having any
    /// error.
    #[must_use]
    pub fn errors_from(&self, number: f64) -> f64 {
        let off = (self.value - number).abs();
        if off > 0.0 { off / self.error } else { 0.0 }
    }
}

/// Why a payload cannot be identified.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum PayloadIdentificationError {
    /// Too few readings.
    #[error(
        "{seen} poses were given, at least {FEWEST_POSES} are needed; take more, 12 or more are good"
    )]
    TooFewPoses {
        /// How many were given.
        seen: usize,
    },
    /// A number that is none, or gravity of no size.
    #[error("pose {}: the {what} is not a finite vector of use; take this pose again", pose + 1)]
    NotFinite {
        /// Which pose, from 0.
        pose: usize,
        /// Gravity, force or torque.
        what: &'static str,
    },
    /// The poses look too much alike.
    #[error(
        "the poses are too much alike: the widest angle between their gravity directions is \
         {spread_deg:.1} deg and the condition number {condition:.0}, at most {LARGEST_CONDITION} is \
         allowed; turn the wrist about two axes, by at least 30 deg to either side about each"
    )]
    TooMuchAlike {
        /// Widest angle between two poses' gravity directions.
        spread_deg: f64,
        /// Condition number.
        condition: f64,
    },
    /// No weight to be told from nothing.
    #[error(
        "the mass comes out as {mass_kg:.4} kg with a standard error of {error_kg:.4} kg: no weight can \
         be told from the noise, so the centre of mass cannot be found; check that the tool hangs on the \
         sensor and that forces are those that the tool exerts on it"
    )]
    NoWeight {
        /// The mass.
        mass_kg: f64,
        /// Its standard error.
        error_kg: f64,
    },
}

impl PayloadEstimate {
    /// Mass with its unit.
    #[must_use]
    pub fn mass_kg(&self) -> Kilograms {
        Kilograms::new(self.mass.value)
    }

    /// Centre of mass in the flange's frame (m), each coordinate with its error.
    #[must_use]
    pub fn centre_in_flange(
        &self,
        flange_from_sensor: &Transform<Flange, Sensor>,
    ) -> [Estimated; 3] {
        let place = flange_from_sensor.transform(&Point::from_raw(self.centre.into()));
        let turn = flange_from_sensor.rotation().matrix();
        let covariance = turn * self.centre_covariance * turn.transpose();
        each(&place.raw().coords, &covariance)
    }
}

/// Finds mass, centre of mass and biases by least squares.
///
/// # Errors
/// [`PayloadIdentificationError`] when the readings are too few, too much alike, not finite, or hold no
/// weight.
pub fn identify_payload(
    readings: &[RestingReading],
) -> Result<PayloadEstimate, PayloadIdentificationError> {
    use PayloadIdentificationError as Error;
    let poses = readings.len();
    if poses < FEWEST_POSES {
        return Err(Error::TooFewPoses { seen: poses });
    }
    for (pose, reading) in readings.iter().enumerate() {
        judge(reading).map_err(|what| Error::NotFinite { pose, what })?;
    }
    let condition = condition(readings);
    let spread = spread(readings);
    // Comparisons are false for NaN.
    let well_posed = condition <= LARGEST_CONDITION;
    if !well_posed {
        return Err(Error::TooMuchAlike {
            spread_deg: spread.to_degrees(),
            condition,
        });
    }
    let means = Means::of(readings);
    let force = ForceFit::of(readings, &means);
    let mass = force.mass;
    if mass.value <= TOLD_FROM_ZERO * mass.error {
        return Err(Error::NoWeight {
            mass_kg: mass.value,
            error_kg: mass.error,
        });
    }
    let torque = TorqueFit::of(readings, &means).ok_or(Error::TooMuchAlike {
        spread_deg: spread.to_degrees(),
        condition,
    })?;
    let centre = torque.moment / mass.value;
    // c = h / m: the errors of h and m add up to first order, and do not depend on each other.
    let by_mass = centre * centre.transpose() * (mass.error * mass.error);
    let centre_covariance = (torque.moment_covariance + by_mass) / (mass.value * mass.value);
    let (worst_pose, worst_residual) = worst(&force, &torque);
    Ok(PayloadEstimate {
        mass,
        centre,
        centre_covariance,
        force_bias: force.bias,
        torque_bias: torque.bias,
        force_residual: root_mean_squares(&force.residuals),
        torque_residual: root_mean_squares(&torque.residuals),
        worst_pose,
        worst_residual,
        condition,
        spread: Radians::new(spread),
        poses,
    })
}

fn judge(reading: &RestingReading) -> Result<(), &'static str> {
    let gravity = reading.gravity_in_sensor.norm();
    // Chosen: from a sixth of the Earth's up to ten times it; beyond, the units are wrong.
    if !(1.0..=100.0).contains(&gravity) {
        return Err("gravity");
    }
    let small = |vector: &Vector3<f64>| vector.norm() <= 1e6;
    if !small(reading.wrench.force.raw()) {
        return Err("force");
    }
    if small(reading.wrench.torque.raw()) {
        Ok(())
    } else {
        Err("torque")
    }
}

struct Means {
    gravity: Vector3<f64>,
    force: Vector3<f64>,
    torque: Vector3<f64>,
}

impl Means {
    fn of(readings: &[RestingReading]) -> Self {
        let share = 1.0 / readings.len() as f64;
        let mean = |of: fn(&RestingReading) -> Vector3<f64>| {
            readings.iter().map(of).sum::<Vector3<f64>>() * share
        };
        Self {
            gravity: mean(|r| r.gravity_in_sensor),
            force: mean(|r| *r.wrench.force.raw()),
            torque: mean(|r| *r.wrench.torque.raw()),
        }
    }
}

struct ForceFit {
    mass: Estimated,
    bias: [Estimated; 3],
    residuals: Vec<Vector3<f64>>,
    deviation: f64,
}

impl ForceFit {
    /// `m = Σ γ'·f' / Σ |γ'|²` with the means taken away.
    fn of(readings: &[RestingReading], means: &Means) -> Self {
        let (mut along, mut square) = (0.0, 0.0);
        for reading in readings {
            let gravity = reading.gravity_in_sensor - means.gravity;
            along += gravity.dot(&(reading.wrench.force.raw() - means.force));
            square += gravity.norm_squared();
        }
        let mass = along / square;
        let bias = means.force - means.gravity * mass;
        let residuals: Vec<Vector3<f64>> = readings
            .iter()
            .map(|r| r.wrench.force.raw() - r.gravity_in_sensor * mass - bias)
            .collect();
        // Three equations a pose; the mass and three biases are fitted.
        let deviation = deviation(&residuals, 4);
        let count = readings.len() as f64;
        let covariance = Matrix3::from_diagonal_element(1.0 / count)
            + means.gravity * means.gravity.transpose() / square;
        Self {
            mass: Estimated {
                value: mass,
                error: deviation / square.sqrt(),
            },
            bias: each(&bias, &(covariance * (deviation * deviation))),
            residuals,
            deviation,
        }
    }
}

struct TorqueFit {
    moment: Vector3<f64>,
    moment_covariance: Matrix3<f64>,
    bias: [Estimated; 3],
    residuals: Vec<Vector3<f64>>,
    deviation: f64,
}

impl TorqueFit {
    /// `h × γ = -[γ]× h`, so the normal equations are `Σ (|γ'|² 1 - γ' γ'ᵀ) h = Σ γ' × n'`.
    fn of(readings: &[RestingReading], means: &Means) -> Option<Self> {
        let mut normal = Matrix3::zeros();
        let mut right = Vector3::zeros();
        for reading in readings {
            let gravity = reading.gravity_in_sensor - means.gravity;
            normal += Matrix3::from_diagonal_element(gravity.norm_squared())
                - gravity * gravity.transpose();
            right += gravity.cross(&(reading.wrench.torque.raw() - means.torque));
        }
        let inverse = normal.cholesky()?.inverse();
        let moment = inverse * right;
        let bias = means.torque - moment.cross(&means.gravity);
        let residuals: Vec<Vector3<f64>> = readings
            .iter()
            .map(|r| r.wrench.torque.raw() - moment.cross(&r.gravity_in_sensor) - bias)
            .collect();
        // Three equations a pose; three moments and three biases are fitted.
        let deviation = deviation(&residuals, 6);
        let variance = deviation * deviation;
        let turn = means.gravity.cross_matrix();
        let count = readings.len() as f64;
        let covariance =
            Matrix3::from_diagonal_element(1.0 / count) + turn * inverse * turn.transpose();
        Some(Self {
            moment,
            moment_covariance: inverse * variance,
            bias: each(&bias, &(covariance * variance)),
            residuals,
            deviation,
        })
    }
}

/// Standard deviation of residuals after `fitted` numbers were fitted.
fn deviation(residuals: &[Vector3<f64>], fitted: usize) -> f64 {
    let sum: f64 = residuals.iter().map(Vector3::norm_squared).sum();
    let freedom = (3 * residuals.len()).saturating_sub(fitted).max(1);
    (sum / freedom as f64).sqrt()
}

fn root_mean_squares(residuals: &[Vector3<f64>]) -> [f64; 3] {
    let sum: Vector3<f64> = residuals.iter().map(|r| r.component_mul(r)).sum();
    let mean = sum / residuals.len().max(1) as f64;
    [mean.x.sqrt(), mean.y.sqrt(), mean.z.sqrt()]
}

/// The pose that fits worst: the largest component of its residuals over the deviation of its kind.
fn worst(force: &ForceFit, torque: &TorqueFit) -> (usize, f64) {
    // A fit without noise leaves nothing to divide by.
    let share = |residual: &Vector3<f64>, deviation: f64| {
        if deviation > 0.0 {
            residual.amax() / deviation
        } else {
            0.0
        }
    };
    let mut worst = (0, 0.0);
    for (pose, (f, n)) in force.residuals.iter().zip(&torque.residuals).enumerate() {
        let off = share(f, force.deviation).max(share(n, torque.deviation));
        if off > worst.1 {
            worst = (pose, off);
        }
    }
    worst
}

fn each(values: &Vector3<f64>, covariance: &Matrix3<f64>) -> [Estimated; 3] {
    core::array::from_fn(|i| Estimated {
        value: values[i],
        error: covariance[(i, i)].max(0.0).sqrt(),
    })
}

/// Ratio of the largest and least singular value of the equations for moment and torque bias, gravity
/// scaled to length 1. Those for mass and force bias are never worse: the moment needs gravity to turn
/// about two axes, the mass about one.
fn condition(readings: &[RestingReading]) -> f64 {
    let mut normal: Matrix6<f64> = SMatrix::zeros();
    for reading in readings {
        let arm = reading.gravity_in_sensor.normalize().cross_matrix();
        let mut rows: SMatrix<f64, 3, 6> = SMatrix::zeros();
        rows.fixed_view_mut::<3, 3>(0, 0).copy_from(&-arm);
        rows.fixed_view_mut::<3, 3>(0, 3)
            .copy_from(&Matrix3::identity());
        normal += rows.transpose() * rows;
    }
    let squares = SymmetricEigen::new(normal).eigenvalues;
    // A least square of zero or, by rounding, below it makes an infinite or undefined ratio.
    (squares.max() / squares.min().max(0.0)).sqrt()
}

/// Widest angle between two gravity directions (rad).
fn spread(readings: &[RestingReading]) -> f64 {
    let directions: Vec<Vector3<f64>> = readings
        .iter()
        .map(|r| r.gravity_in_sensor.normalize())
        .collect();
    let mut widest = 0.0_f64;
    for (i, a) in directions.iter().enumerate() {
        for b in directions.iter().skip(i + 1) {
            widest = widest.max(libm::atan2(a.cross(b).norm(), a.dot(b)));
        }
    }
    widest
}
