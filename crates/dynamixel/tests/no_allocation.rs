//! Neither end of the bus allocates once it is built, whatever goes over the wire.
#![allow(unsafe_code)] // a counting allocator cannot be written without

mod bench;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use bench::{Bench, id, three};
use dynamixel::{Drive, Fault, Start, table::HardwareError, table::HardwareErrors};
use quantities::Duration;

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
fn no_cycle_allocates_whatever_the_answers() {
    let faults = [
        Fault::Silent,
        Fault::WrongChecksum,
        Fault::WrongId(id(9)),
        Fault::Late(Duration::from_millis(3)),
        Fault::Noise,
        Fault::Twice,
    ];
    let mut bench = Bench::fitting(three(Drive::Velocity));
    let before = COUNT.with(Cell::get);
    assert_eq!(bench.start(), Start::Ready);
    for (at, fault) in faults.into_iter().enumerate() {
        bench.bus.inject(at % 3, fault, 5);
        for _ in 0..20 {
            bench.cycle(&[0.1, f64::NAN, 9.0]);
        }
    }
    bench
        .bus
        .fail(0, HardwareErrors::NONE.with(HardwareError::Encoder));
    bench.silence(500);
    bench.cycle(&[0.1; 3]);
    bench.driver.restart();
    assert!(matches!(bench.start(), Start::Refused(_)));
    assert_eq!(COUNT.with(Cell::get) - before, 0, "allocations");
    let counters = bench.driver.counters();
    assert!(counters.lost > 5 && counters.damaged > 0 && counters.unexpected > 0);
    let counted = COUNT.with(Cell::get);
    drop(std::hint::black_box(vec![0_u8; 64]));
    assert!(COUNT.with(Cell::get) > counted, "the counter counts");
}
