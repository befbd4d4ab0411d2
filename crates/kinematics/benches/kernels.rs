//! What the loop pays for the arm, beside what other libraries take for the same: one table an arm.
//!
//! `cargo bench -p kinematics --bench kernels`. Every kernel runs over the same 64 postures in turn; a time is the
//! median of 200 batches, so that a busy machine shows less. Before anything is timed the libraries' results are
//! compared: a wrong number is not fast.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    clippy::panic,
    missing_docs
)]

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Instant;

use kinematics::{ArmModel, IkOptions, RobotDescription};
use nalgebra::SVector;
use quantities::{Tool, Wrench};

const POSTURES: usize = 64;
const BATCHES: usize = 200;

struct Case<const D: usize> {
    arm: ArmModel<D>,
    q: Vec<SVector<f64, D>>,
    qd: Vec<SVector<f64, D>>,
    qdd: Vec<SVector<f64, D>>,
    tau: Vec<SVector<f64, D>>,
}

/// Median time of one call (ns), postures in turn.
fn time(mut call: impl FnMut(usize)) -> f64 {
    // Enough rounds that the clock's own grain does not show.
    let rounds = 16;
    let mut times: Vec<f64> = (0..BATCHES + 20)
        .map(|_| {
            let start = Instant::now();
            for _ in 0..rounds {
                for i in 0..POSTURES {
                    call(i);
                }
            }
            start.elapsed().as_secs_f64() * 1e9 / (rounds * POSTURES) as f64
        })
        .skip(20)
        .collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

struct Row {
    kernel: &'static str,
    ours: f64,
    dynibo: Option<f64>,
    k: Option<f64>,
}

fn print(title: &str, rows: &[Row]) {
    println!("\n{title}");
    println!(
        "{:<34} {:>9} {:>10} {:>7} {:>10} {:>7}",
        "kernel", "ours ns", "dynibo ns", "ratio", "k ns", "ratio"
    );
    let cell = |time: Option<f64>| time.map_or("-".to_owned(), |t| format!("{t:.0}"));
    for row in rows {
        let ratio =
            |time: Option<f64>| time.map_or("-".to_owned(), |t| format!("{:.1}", t / row.ours));
        println!(
            "{:<34} {:>9.0} {:>10} {:>7} {:>10} {:>7}",
            row.kernel,
            row.ours,
            cell(row.dynibo),
            ratio(row.dynibo),
            cell(row.k),
            ratio(row.k)
        );
    }
}

fn case<const D: usize>(text: &str, tip: &str) -> Case<D> {
    let (description, _) = RobotDescription::parse(text).unwrap();
    let (chain, _) = description.chain(Some(tip)).unwrap();
    let arm = ArmModel::<D>::from_chain(&chain).unwrap();
    let posture = |i: usize| arm.spread_posture(i as u32 + 1);
    let rate = |i: usize, scale: f64| posture(i + 77) * scale;
    Case {
        q: (0..POSTURES).map(posture).collect(),
        qd: (0..POSTURES).map(|i| rate(i, 0.3)).collect(),
        qdd: (0..POSTURES).map(|i| rate(i + 9, 1.0)).collect(),
        tau: (0..POSTURES).map(|i| rate(i + 5, 10.0)).collect(),
        arm,
    }
}

/// Largest difference of two lists.
fn apart(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len());
    a.iter()
        .zip(b)
        .map(|(x, y)| (x - y).abs())
        .fold(0.0, f64::max)
}

/// dynibo must say what we say, to rounding.
fn check_dynibo<const D: usize>(case: &Case<D>, robot: &mut dynibo::Robot) {
    let (mut v, mut m) = (vec![0.0; D], vec![0.0; D * D]);
    let wrench = Wrench::<Tool>::zero();
    for i in 0..POSTURES {
        let (q, qd, qdd, tau) = (&case.q[i], &case.qd[i], &case.qdd[i], &case.tau[i]);
        robot.gravity(q.as_slice(), &[], &mut v).unwrap();
        assert!(apart(&v, case.arm.gravity(q).as_slice()) < 1e-9);
        robot
            .inverse_dynamics(q.as_slice(), qd.as_slice(), qdd.as_slice(), &[], &mut v)
            .unwrap();
        assert!(apart(&v, case.arm.inverse_dynamics(q, qd, qdd).as_slice()) < 1e-9);
        robot.mass_matrix(q.as_slice(), &mut m).unwrap();
        assert!(apart(&m, case.arm.mass_matrix(q).as_slice()) < 1e-9);
        robot
            .forward_dynamics(q.as_slice(), qd.as_slice(), tau.as_slice(), &[], &mut v)
            .unwrap();
        let ours = case.arm.forward_dynamics(q, qd, tau, &wrench).unwrap();
        assert!(apart(&v, ours.as_slice()) < 1e-6 * (1.0 + ours.amax()));
    }
}

fn compare<const D: usize>(name: &str, path: &Path, tip: &str) {
    let Ok(text) = std::fs::read_to_string(path) else {
        println!("\n{name}: skipped, {} is not there", path.display());
        return;
    };
    let case = case::<D>(&text, tip);
    let mut robot = dynibo::Robot::from_urdf(path).unwrap();
    check_dynibo(&case, &mut robot);
    let mut rows = kinematic_rows(&case, &mut robot, &text, tip);
    rows.extend(dynamic_rows(&case, &mut robot, tip));
    print(&format!("{name}, {D} joints"), &rows);
}

fn kinematic_rows<const D: usize>(
    case: &Case<D>,
    robot: &mut dynibo::Robot,
    text: &str,
    tip: &str,
) -> Vec<Row> {
    let Case { arm, q, qd, .. } = case;
    let link = robot.link_id(tip).unwrap();
    let described = urdf_rs::read_from_string(text).unwrap();
    let whole = k::Chain::<f64>::from(&described);
    let chain = k::SerialChain::from_end(whole.find_link(tip).unwrap());
    let mut frames = vec![dynibo::Frame::identity(); robot.link_count()];
    let mut j = vec![0.0; 6 * D];
    let options = IkOptions::default();
    vec![
        Row {
            kernel: "pose of all links",
            ours: time(|i| {
                black_box(arm.link_frames(black_box(&q[i])));
            }),
            dynibo: Some(time(|i| {
                let q = black_box(q[i].as_slice());
                robot.forward_kinematics_all(q, &mut frames).unwrap();
                black_box(&frames);
            })),
            k: Some(time(|i| {
                chain.set_joint_positions_unchecked(black_box(q[i].as_slice()));
                black_box(chain.update_transforms());
            })),
        },
        Row {
            kernel: "pose of the tool",
            ours: time(|i| {
                black_box(arm.tool_pose(black_box(&q[i])));
            }),
            dynibo: Some(time(|i| {
                let q = black_box(q[i].as_slice());
                black_box(robot.forward_kinematics(q, link).unwrap());
            })),
            k: Some(time(|i| {
                chain.set_joint_positions_unchecked(black_box(q[i].as_slice()));
                black_box(chain.end_transform());
            })),
        },
        Row {
            kernel: "tool Jacobian with pose",
            ours: time(|i| {
                black_box(arm.tool_jacobian(black_box(&q[i])));
            }),
            dynibo: Some(time(|i| {
                let q = black_box(q[i].as_slice());
                robot.jacobian(q, link, &mut j).unwrap();
                black_box(&j);
            })),
            k: Some(time(|i| {
                chain.set_joint_positions_unchecked(black_box(q[i].as_slice()));
                black_box(k::jacobian(&chain));
            })),
        },
        Row {
            kernel: "the same with twist and bias",
            ours: time(|i| {
                black_box(arm.tool_kinematics(black_box(&q[i]), black_box(&qd[i])));
            }),
            dynibo: None,
            k: None,
        },
        Row {
            kernel: "inverse kinematics near its seed",
            ours: time(|i| {
                let target = arm.tool_pose(&(q[i] * 0.8));
                let seed = q[i] * 0.8 + q[(i + 1) % POSTURES] * 0.02;
                let (target, seed) = black_box((&target, &seed));
                black_box(arm.inverse_kinematics(target, seed, &options)).ok();
            }),
            dynibo: None,
            k: None,
        },
    ]
}

fn dynamic_rows<const D: usize>(case: &Case<D>, robot: &mut dynibo::Robot, tip: &str) -> Vec<Row> {
    let Case {
        arm,
        q,
        qd,
        qdd,
        tau,
    } = case;
    let link = robot.link_id(tip).unwrap();
    let wrench = Wrench::<Tool>::zero();
    let still = SVector::<f64, D>::zeros();
    let (mut v, mut j, mut m) = (vec![0.0; D], vec![0.0; 6 * D], vec![0.0; D * D]);
    vec![
        Row {
            kernel: "gravity",
            ours: time(|i| {
                black_box(arm.gravity(black_box(&q[i])));
            }),
            dynibo: Some(time(|i| {
                let q = black_box(q[i].as_slice());
                robot.gravity(q, &[], &mut v).unwrap();
                black_box(&v);
            })),
            k: None,
        },
        Row {
            kernel: "inverse dynamics",
            ours: time(|i| {
                let (q, qd, qdd) = black_box((&q[i], &qd[i], &qdd[i]));
                black_box(arm.inverse_dynamics(q, qd, qdd));
            }),
            dynibo: Some(time(|i| {
                let (q, qd, qdd) = black_box((&q[i], &qd[i], &qdd[i]));
                robot
                    .inverse_dynamics(q.as_slice(), qd.as_slice(), qdd.as_slice(), &[], &mut v)
                    .unwrap();
                black_box(&v);
            })),
            k: None,
        },
        Row {
            kernel: "mass matrix",
            ours: time(|i| {
                black_box(arm.mass_matrix(black_box(&q[i])));
            }),
            dynibo: Some(time(|i| {
                let q = black_box(q[i].as_slice());
                robot.mass_matrix(q, &mut m).unwrap();
                black_box(&m);
            })),
            k: None,
        },
        Row {
            kernel: "forward dynamics",
            ours: time(|i| {
                let (q, qd, tau) = black_box((&q[i], &qd[i], &tau[i]));
                black_box(arm.forward_dynamics(q, qd, tau, &wrench));
            }),
            dynibo: Some(time(|i| {
                let (q, qd, tau) = black_box((&q[i], &qd[i], &tau[i]));
                robot
                    .forward_dynamics(q.as_slice(), qd.as_slice(), tau.as_slice(), &[], &mut v)
                    .unwrap();
                black_box(&v);
            })),
            k: None,
        },
        Row {
            kernel: "Jacobian, bias torque, mass matrix",
            ours: time(|i| {
                let (q, qd) = black_box((&q[i], &qd[i]));
                black_box((
                    arm.tool_kinematics(q, qd),
                    arm.bias(q, qd),
                    arm.mass_matrix(q),
                ));
            }),
            dynibo: Some(time(|i| {
                let (q, qd) = black_box((&q[i], &qd[i]));
                robot.jacobian(q.as_slice(), link, &mut j).unwrap();
                robot
                    .inverse_dynamics(q.as_slice(), qd.as_slice(), still.as_slice(), &[], &mut v)
                    .unwrap();
                robot.mass_matrix(q.as_slice(), &mut m).unwrap();
                black_box((&j, &v, &m));
            })),
            k: None,
        },
    ]
}

fn main() {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let (own, shared) = (here.join("../../urdf"), here.join("../../../shared/data"));
    compare::<7>("knead_r7", &own.join("knead_r7.urdf"), "flange");
    compare::<6>("knead_r6", &own.join("knead_r6.urdf"), "flange");
    compare::<7>("panda", &shared.join("arm_panda.urdf"), "fer_link8");
    compare::<6>("ur5e", &shared.join("arm_ur5e.urdf"), "tool0");
}
