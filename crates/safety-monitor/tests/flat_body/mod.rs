//! Our own arm at rest over a flat body, through the public interface alone.

use kinematics::{
    ArmModel, ArmShape, Capsule, Patch, Payload, RobotDescription, TableTop, ToolModel,
};
use limits::{Envelope, RawLimits, Zone, ZoneMap};
use nalgebra::{Matrix3, SVector, Vector3};
use quantities::{
    Duration, Force, Instant, Kilograms, Metres, Pascals, Point, Rotation, Seconds, Torque,
    Transform, Wrench,
};
use safety_monitor::{Monitor, MonitorConfig, SensorTraits, Skin};
use signals::{CycleTiming, JointState, Reading, Request, Sensed, ToolIndex, Wanted};

/// Joints of the arm.
pub const J: usize = 7;

/// A monitor, a sample that it has not seen yet, and a wish to go with it.
pub struct Scene {
    /// The judge.
    pub monitor: Monitor<J>,
    /// The next sample.
    pub sensed: Sensed<J>,
    /// The controller's wish.
    pub wanted: Wanted<J>,
}

/// The patch of a palm, with the tool's centre 5 mm over the skin.
#[must_use]
pub fn scene() -> Scene {
    let urdf = include_str!("../../../../urdf/knead_r7.urdf");
    let (description, _) = RobotDescription::parse(urdf).expect("our own arm");
    let (chain, _) = description.chain(None).expect("seven joints");
    let m = Metres::new;
    let payload = Payload {
        flange_from_tool: Transform::new(Point::new(0.0, 0.0, 0.1), Rotation::identity()),
        mass: Kilograms::new(0.5),
        centre_of_mass: Point::new(0.0, 0.0, 0.05),
        inertia: Matrix3::from_diagonal(&Vector3::new(6e-4, 6e-4, 4e-4)),
    };
    let patch = Patch::RoundedRectangle {
        length: m(0.1),
        width: m(0.05),
        corner: m(0.01),
    };
    let model = ArmModel::<J>::from_chain(&chain)
        .expect("seven joints")
        .with_payload(&payload);
    let positions = SVector::from([0.1, 0.5, 0.05, 1.4, 0.0, 1.1, 0.0]);
    let place = model.tool_pose(&positions).origin();
    let height = place.z() - 0.005;
    let zones = ZoneMap::sampled((m(-0.15), m(0.6)), (m(-0.25), m(0.25)), |_, _| {
        Zone::Paraspinal
    });
    let limits = RawLimits::default();
    let envelope =
        Envelope::seal(&limits, zones.expect("extent"), m(0.004)).expect("defaults hold");
    let (x, y) = (place.x() - 0.2, place.y() - 0.06);
    let skin = Skin::sampled((m(-0.2), m(0.6)), (m(-0.3), m(0.3)), m(0.01), |_, _| {
        Some(height)
    });
    let torques = model.gravity(&positions);
    let tool = ToolModel {
        payload,
        patch,
        pressure_rating: Pascals::new(250e3),
        body_radius: m(0.03),
    };
    let rod = |link, length| Capsule {
        link: Some(link),
        a: nalgebra::Point3::origin(),
        b: nalgebra::Point3::new(0.0, 0.0, length),
        radius: m(0.05),
    };
    let links = [rod(1, 0.2), rod(3, 0.2), rod(5, 0.01)];
    let shapes = vec![ArmShape::new(&model, &links, Some(&tool)).expect("capsules")];
    let config = MonitorConfig {
        tools: vec![(model, tool)],
        shapes,
        table: TableTop::default(),
        envelope,
        spine: (0..=130)
            .map(|i| Point::new(-0.15 + 0.005 * f64::from(i), 0.0, height))
            .collect(),
        spine_from: m(-0.15),
        skin: skin.expect("cells"),
        base_from_table: Transform::new(Point::new(x, y, 0.0), Rotation::identity()),
        flange_from_sensor: Transform::identity(),
        sensor: SensorTraits::default(),
        period: Duration::from_millis(1),
        delay: Seconds::new(0.005),
        stiffness: None,
        crossing_allowed: false,
        trigger_points: Vec::new(),
        drive: signals::DriveKind::Torques,
        drives_report_torque: true,
    };
    let at = Instant::from_nanos(0);
    let velocities = SVector::zeros();
    let wrench = Wrench {
        force: Force::new(0.0, 0.0, 4.9),
        torque: Torque::zero(),
    };
    Scene {
        monitor: Monitor::new(config).expect("a sound configuration"),
        sensed: Sensed {
            at,
            sequence: 0,
            joints: Reading::Taken {
                value: JointState {
                    positions,
                    velocities,
                    torques,
                },
                at,
            },
            wrench: Reading::Taken { value: wrench, at },
            tool: Some(ToolIndex(0)),
            timing: CycleTiming::default(),
            request: Request::None,
        },
        wanted: Wanted::torques(torques),
    }
}

impl Scene {
    /// Moves time, joints and wrench on by one period.
    pub fn advance(&mut self) {
        let now = self.sensed.at + Duration::from_millis(1);
        self.sensed.at = now;
        self.sensed.sequence += 1;
        let swing = if self.sensed.sequence.is_multiple_of(2) {
            1e-6
        } else {
            -1e-6
        };
        if let Reading::Taken { value, at } = &mut self.sensed.joints {
            value.positions[0] += swing;
            *at = now;
        }
        if let Reading::Taken { value, at } = &mut self.sensed.wrench {
            value.force += Force::new(swing * 1e4, 0.0, 0.0);
            *at = now;
        }
    }
}
