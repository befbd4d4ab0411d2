//! The methods that the loop calls allocate nothing: counted by the allocator itself.

mod arms;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use kinematics::{ArmModel, IkOptions};
use nalgebra::{SVector, Vector3};
use quantities::{Force, Tool, Torque, Wrench};

/// Counts what this thread asks for (the test harness has threads of its own).
struct Counting;

thread_local! {
    static ASKED: Cell<u64> = const { Cell::new(0) };
}

// An allocator can be written in no other way; it only counts and hands on.
#[allow(unsafe_code)]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let _ = ASKED.try_with(|asked| asked.set(asked.get() + 1));
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn allocations(work: impl FnOnce()) -> u64 {
    let before = ASKED.with(Cell::get);
    work();
    ASKED.with(Cell::get) - before
}

#[test]
fn the_count_counts() {
    assert!(allocations(|| drop(std::hint::black_box(vec![1_u8]))) >= 1);
}

#[test]
fn no_method_of_the_model_allocates() {
    let arm: ArmModel<7> = arms::model_of(arms::R7, None);
    let seed = SVector::from([0.3, 0.5, -0.2, 1.4, 0.1, 1.1, 0.4]);
    let qd = SVector::from([0.2, -0.1, 0.3, 0.4, -0.5, 0.2, 0.6]);
    let wrench = Wrench::<Tool> {
        force: Force::new(1.0, 2.0, -30.0),
        torque: Torque::zero(),
    };
    let asked = allocations(|| {
        let mut sum = 0.0;
        for number in 0..20 {
            let q = arm.spread_posture(number);
            let kinematics = arm.tool_kinematics(&q, &qd);
            sum += kinematics.jacobian.norm() + arm.flange_pose(&q).origin().x();
            sum += arm
                .link_poses(&q)
                .iter()
                .map(|pose| pose.translation.vector.x)
                .sum::<f64>();
            sum += arm.gravity(&q).norm() + arm.bias(&q, &qd).norm();
            sum += arm.inverse_dynamics(&q, &qd, &qd).norm() + arm.mass_matrix(&q).norm();
            sum += arm
                .forward_dynamics(&q, &qd, &qd, &wrench)
                .map_or(0.0, |a| a.norm());
            sum += arm.kinetic_energy(&q, &qd) + arm.potential_energy(&q);
            for free_yaw in [false, true] {
                let options = IkOptions {
                    free_yaw,
                    posture_gain: 0.1,
                    ..IkOptions::default()
                };
                let target = arm.tool_pose(&q);
                sum += match arm.inverse_kinematics(&target, &seed, &options) {
                    Ok(solution) => solution.q.norm(),
                    Err(failure) => failure.nearest.norm(),
                };
                sum += f64::from(arm.solve_globally(&target, &options, 3).is_ok());
                sum += arm.track(&target, &seed, &options, 0.01).q.norm();
            }
            sum += arm.with_gravity(Vector3::zeros()).gravity(&q).norm();
        }
        std::hint::black_box(sum);
    });
    assert_eq!(asked, 0);
}
