//! The judge allocates nothing: neither while all is well nor in any reaction.
#![allow(unsafe_code)] // a counting allocator cannot be written without

mod flat_body;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use signals::{Reaction, Reading, Request, WhyMissing};

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
        // SAFETY: the caller's promise is passed on.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn no_cycle_allocates_whatever_the_reaction() {
    let mut scene = flat_body::scene();
    let mut severest = Reaction::Go;
    let before = COUNT.with(Cell::get);
    for cycle in 0..3000 {
        scene.advance();
        scene.sensed.request = if cycle == 500 {
            Request::Stop
        } else {
            Request::None
        };
        let wish = (cycle % 7 != 0).then_some(&scene.wanted);
        if cycle > 2500 {
            scene.sensed.joints = Reading::Missing(WhyMissing::Silent);
            scene.sensed.wrench = Reading::Missing(WhyMissing::Silent);
        }
        let (verdict, _) = scene.monitor.judge(&scene.sensed, wish);
        severest = severest.max(verdict.reaction);
    }
    assert_eq!(COUNT.with(Cell::get) - before, 0, "allocations");
    assert_eq!(
        severest,
        Reaction::PowerCut,
        "the run must have gone through the reactions"
    );
    let counted = COUNT.with(Cell::get);
    drop(std::hint::black_box(vec![0_u8; 64]));
    assert!(COUNT.with(Cell::get) > counted, "the counter must count");
}
