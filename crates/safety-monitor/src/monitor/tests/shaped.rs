//! The bench with a body: capsules for links.

use kinematics::{ArmModel, ArmShape, Capsule};
use limits::RawLimits;

use super::bench::{Bench, HIGH, J, THUMB, base_from_table, chain, config, m};
use crate::monitor::Monitor;

/// The bench's arm away from the body, with these capsules.
pub fn shaped(capsules: &[Capsule]) -> Bench {
    let raw = RawLimits::default();
    let mut bench = Bench::new(chain(), &raw, THUMB, (0.15, 0.06, HIGH));
    let mut config = config(chain(), &raw);
    config.shapes = config
        .tools
        .iter()
        .map(|(model, tool)| ArmShape::new(model, capsules, Some(tool)).expect("capsules"))
        .collect();
    bench.monitor = Monitor::new(config).expect("sound");
    bench.run(450).settled()
}

/// A ball of 10 mm that rides on the last link, or stands on the foot, and begins at this place (table, m).
/// The last link goes where the tool goes, so the test knows where the ball is.
pub fn ball(link: Option<usize>, place: [f64; 3]) -> Capsule {
    let bench = Bench::new(chain(), &RawLimits::default(), THUMB, (0.15, 0.06, HIGH));
    let model = ArmModel::<J>::from_chain(chain()).expect("seven joints");
    let in_base = base_from_table().raw() * nalgebra::Point3::from(place);
    let on_link = match link {
        Some(joint) => model.link_poses(&bench.q)[joint].inverse() * in_base,
        None => in_base,
    };
    Capsule {
        link,
        a: on_link,
        b: on_link,
        radius: m(0.01),
    }
}
