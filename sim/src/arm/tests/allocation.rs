//! The exchange must not allocate: every allocation of the thread is counted.
#![allow(unsafe_code)]

use core::cell::Cell;
use std::alloc::{GlobalAlloc, Layout, System};

use safety_monitor::Arm;

use super::{armed, palm, pressing, touching};

thread_local! {
    static COUNT: Cell<u64> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: everything is handed on to the system's allocator; the count is a plain thread-local number
// without destructor.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let _ = COUNT.try_with(|count| count.set(count.get() + 1));
        // SAFETY: the caller's contract is passed on.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's contract is passed on.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn an_exchange_allocates_nothing() {
    let mut arm = touching(1);
    arm.begin().unwrap();
    let (model, _) = armed(palm());
    let before = COUNT.with(Cell::get);
    let counted = Box::new(1);
    assert!(
        COUNT.with(Cell::get) > before,
        "the counter is blind ({counted})"
    );
    let before = COUNT.with(Cell::get);
    for _ in 0..100 {
        let now = arm.truth();
        let torque = pressing(&model, &now.positions, &now.velocities, 12.0, 0.5);
        arm.advance(&torque).unwrap();
    }
    let truth = arm.truth();
    let after = COUNT.with(Cell::get);
    assert_eq!(after - before, 0);
    assert!(truth.contact.touches());
}
