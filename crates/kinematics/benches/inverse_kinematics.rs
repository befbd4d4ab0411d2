//! Inverse kinematics without a seed, timed pose by pose, with the `k` crate's solver beside it.
//!
//! `cargo bench -p kinematics --bench inverse_kinematics -- --poses 100000` draws postures within the
//! limits (seeded ChaCha8, a stream for each pose, so that `knead arm survey` draws the same), leaves out
//! those in self-collision, and solves the pose of each. Published arms are taken when they lie beside the
//! workspace. The arms' answers are the same in every run; their times are the least of three.
#![allow(clippy::disallowed_methods)] // a benchmark reads the clock

use std::time::Instant;

use kinematics::{ArmChain, ArmModel, ArmShape, Capsule, IkOptions, RobotDescription};
use nalgebra::{Point3, SVector};
use quantities::{Base, Metres, Tool, Transform};
use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A pose's time is the least of so many runs: the machine's other work is not the solver's.
const RUNS: u32 = 3;
/// Seeds tried for a pose; poses and seeds for `k`, which is slower by orders of magnitude.
const SEEDS: u32 = 100;
const K_POSES: usize = 200;
const K_SEEDS: u32 = 20;

struct Arm {
    name: &'static str,
    urdf: &'static str,
    profile: &'static str,
    tip: &'static str,
}

fn main() {
    let poses = asked_poses();
    println!("{poses} poses an arm, from cold, 1e-6 m and 1e-6 rad, at most {SEEDS} seeds");
    println!(
        "{:<10} {:<9} {:>9} {:>8} {:>9} {:>9} {:>9} {:>9}",
        "arm", "task", "solved %", "restarts", "mean us", "median us", "p99 us", "max us"
    );
    let arm = |name, urdf, profile, tip| Arm {
        name,
        urdf,
        profile,
        tip,
    };
    let ours = "urdf";
    measure::<7>(&arm("knead_r7", ours, "knead_r7", "flange"), poses);
    measure::<6>(&arm("knead_r6", ours, "knead_r6", "flange"), poses);
    let published = "../shared/data";
    measure::<7>(&arm("arm_panda", published, "panda", "fer_link8"), poses);
    measure::<6>(&arm("arm_ur5e", published, "ur5e", "tool0"), poses);
}

/// The number after `--poses`; `cargo bench` hands over words of its own, which are passed over.
fn asked_poses() -> usize {
    let mut words = std::env::args()
        .skip_while(|word| word != "--poses")
        .skip(1);
    words
        .next()
        .and_then(|number| number.parse().ok())
        .filter(|number| *number > 0)
        .unwrap_or(10_000)
}

fn from_root(path: &str) -> Option<String> {
    std::fs::read_to_string(format!("{}/../../{path}", env!("CARGO_MANIFEST_DIR"))).ok()
}

fn measure<const D: usize>(arm: &Arm, poses: usize) {
    let Some(text) = from_root(&format!("{}/{}.urdf", arm.urdf, arm.name)) else {
        println!("{:<10} is not there", arm.name);
        return;
    };
    let chain =
        RobotDescription::parse(&text).and_then(|(robot, _)| Ok(robot.chain(Some(arm.tip))?.0));
    let model = chain.and_then(|chain| Ok((ArmModel::<D>::from_chain(&chain)?, chain)));
    let (model, chain) = match model {
        Ok(loaded) => loaded,
        Err(error) => return println!("{:<10} {error}", arm.name),
    };
    let profile = from_root(&format!("config/arms/{}.toml", arm.profile)).unwrap_or_default();
    let shape = match ArmShape::new(&model, &capsules(&profile, &chain), None) {
        Ok(shape) => shape,
        Err(error) => return println!("{:<10} {error}", arm.name),
    };
    let targets: Vec<_> = (0..poses)
        .map(|number| model.tool_pose(&free_posture(&model, &shape, number as u64)))
        .collect();
    for free_yaw in [false, true] {
        let options = IkOptions {
            free_yaw,
            joint_margin: 0.0,
            ..IkOptions::default()
        };
        let task = if free_yaw { "free yaw" } else { "pose" };
        row(arm.name, task, &targets, |target| {
            let found = model.solve_globally(target, &options, SEEDS).ok()?;
            Some(found.restarts)
        });
    }
    let Ok(robot) = urdf_rs::read_from_string(&text) else {
        return;
    };
    let whole = k::Chain::<f64>::from(&robot);
    if let Some(tip) = whole.find_link(arm.tip) {
        let theirs = k::SerialChain::from_end(tip);
        let few = targets.get(..K_POSES).unwrap_or(&targets);
        row(arm.name, "pose by k", few, |target| {
            by_k(&model, &theirs, target)
        });
    }
}

/// `k`'s solver with the same tolerances and seeds.
fn by_k<const D: usize>(
    model: &ArmModel<D>,
    chain: &k::SerialChain<f64>,
    target: &Transform<Base, Tool>,
) -> Option<u32> {
    use k::InverseKinematicsSolver;
    let solver = k::JacobianIkSolver::new(1e-6, 1e-6, 0.5, 100);
    let (place, turn) = (target.raw().translation, target.raw().rotation.coords);
    let target = k::Isometry3::from_parts(
        k::Translation3::new(place.x, place.y, place.z),
        k::UnitQuaternion::from_quaternion(k::nalgebra::Quaternion::new(
            turn.w, turn.x, turn.y, turn.z,
        )),
    );
    (1..=K_SEEDS)
        .position(|number| {
            let seed = model.spread_posture(number);
            chain.set_joint_positions(seed.as_slice()).is_ok()
                && solver.solve(chain, &target).is_ok()
        })
        .map(|restarts| restarts as u32)
}

fn row(
    arm: &str,
    task: &str,
    targets: &[Transform<Base, Tool>],
    solve: impl Fn(&Transform<Base, Tool>) -> Option<u32>,
) {
    let (mut solved, mut restarts) = (0_u32, 0_u32);
    let mut times: Vec<f64> = targets
        .iter()
        .map(|target| {
            let mut least = f64::INFINITY;
            let mut found = None;
            for _ in 0..RUNS {
                let before = Instant::now();
                found = std::hint::black_box(solve(std::hint::black_box(target)));
                least = least.min(before.elapsed().as_secs_f64() * 1e6);
            }
            solved += u32::from(found.is_some());
            restarts += found.unwrap_or(0);
            least
        })
        .collect();
    let count = times.len() as f64;
    let mean = times.iter().sum::<f64>() / count;
    times.sort_by(f64::total_cmp);
    let at = |share: f64| {
        times
            .get((share * (count - 1.0)) as usize)
            .copied()
            .unwrap_or(0.0)
    };
    println!(
        "{arm:<10} {task:<9} {:>9.3} {:>8.2} {mean:>9.2} {:>9.2} {:>9.2} {:>9.0}",
        100.0 * f64::from(solved) / count,
        f64::from(restarts) / f64::from(solved.max(1)),
        at(0.5),
        at(0.99),
        at(1.0),
    );
}

/// The posture of one stream: uniform within the limits, drawn again while links overlap.
fn free_posture<const D: usize>(
    model: &ArmModel<D>,
    shape: &ArmShape<D>,
    number: u64,
) -> SVector<f64, D> {
    let mut chance = ChaCha8Rng::seed_from_u64(1);
    chance.set_stream(number);
    let limits = model.limits();
    loop {
        let q = SVector::from_fn(|i, _| {
            let share = (chance.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
            limits.lower[i] + (limits.upper[i] - limits.lower[i]) * share
        });
        let nearest = shape.self_distance(&shape.place(model, &q));
        if nearest.is_none_or(|pair| pair.distance > 0.0) {
            return q;
        }
    }
}

/// The `[[capsule]]` blocks of an arm profile. The settings crate reads profiles in earnest; this one
/// may not use it, and needs four keys of one shape.
fn capsules(profile: &str, chain: &ArmChain) -> Vec<Capsule> {
    let metres = |value: &str| -> Vec<f64> {
        let bare = value.trim_matches(['[', ']']);
        bare.split(',')
            .filter_map(|number| Some(number.trim().parse::<f64>().ok()? * 1e-3))
            .collect()
    };
    let block = |text: &str| {
        let value = |key: &str| {
            text.lines().find_map(|line| {
                let (name, value) = line.split_once('=')?;
                (name.trim() == key).then(|| value.trim().to_owned())
            })
        };
        let carrier = value("after_joint")?;
        let point = |key: &str| match metres(&value(key)?)[..] {
            [x, y, z] => Some(Point3::new(x, y, z)),
            _ => None,
        };
        Some(Capsule {
            link: chain
                .joints
                .iter()
                .position(|joint| joint.name == carrier.trim_matches('"')),
            a: point("from_mm")?,
            b: point("to_mm")?,
            radius: Metres::new(*metres(&value("radius_mm")?).first()?),
        })
    };
    profile
        .split("[[capsule]]")
        .skip(1)
        .filter_map(block)
        .collect()
}
