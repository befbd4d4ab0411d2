//! Looking, sensing and telling touch no heap, over a terminal of the operating system, whatever the servos answer.
#![allow(unsafe_code)] // a counting allocator cannot be written without

mod rig;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use dynamixel::{Drive, Fault, Id};
use quantities::Duration;
use rig::Rig;
use safety_monitor::PacedArm as _;

thread_local! {
    static COUNT: Cell<u64> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: forwards to the system allocator unchanged; the count is thread-local and const-initialised.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let _ = COUNT.try_with(|count| count.set(count.get() + 1));
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        let _ = COUNT.try_with(|count| count.set(count.get() + 1));
        // SAFETY: the caller's promise is passed on.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn no_cycle_of_an_arm_of_servos_allocates_whatever_the_answers() {
    let faults = [
        Fault::Silent,
        Fault::WrongChecksum,
        Fault::WrongId(Id::new(9).expect("an address")),
        Fault::Late(Duration::from_millis(3)),
        Fault::Noise,
        Fault::Twice,
    ];
    for drive in [Drive::Velocity, Drive::Position] {
        let mut rig = Rig::ready(drive);
        rig.arm.hold(rig.far.now).expect("a port");
        assert_eq!(rig.rest_of_period(), Ok(true));
        let before = COUNT.with(Cell::get);
        for (at, fault) in faults.into_iter().enumerate() {
            rig.far.bus.inject(at % 3, fault, 5);
            for _ in 0..20 {
                rig.arm.hold(rig.far.now).expect("a port");
                rig.rest_of_period().expect("no fault");
                let sensed = rig.arm.sensed(rig.far.now);
                assert!(sensed.joints.value().is_some());
            }
        }
        assert_eq!(COUNT.with(Cell::get) - before, 0, "heap calls");
        let counters = rig.arm.driver().counters();
        assert!(counters.lost > 5 && counters.damaged > 0 && counters.unexpected > 0);
    }
    let counted = COUNT.with(Cell::get);
    drop(std::hint::black_box(vec![0_u8; 64]));
    assert!(COUNT.with(Cell::get) > counted, "the counter counts");
}
