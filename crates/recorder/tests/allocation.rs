//! Writing a message allocates nothing once the buffers have grown: within a simulated second only the
//! MCAP index of the chunk grows, by doubling.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use recorder::{ArchiveWriter, CycleRecord, Header, TruthRecord};

struct Counting;

static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call is handed to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn a_warm_writer_allocates_for_the_index_alone() {
    let path =
        std::env::temp_dir().join(format!("recorder-allocation-{}.mcap", std::process::id()));
    let _ = std::fs::remove_file(&path);
    let mut writer = ArchiveWriter::create(&path, Header::new(Vec::new())).unwrap();
    let mut cycle = CycleRecord {
        positions: vec![0.1; 7],
        ..CycleRecord::default()
    };
    let mut truth = TruthRecord {
        positions: vec![0.1; 7],
        ..TruthRecord::default()
    };
    let mut write = |at: u64| {
        (cycle.at_ns, truth.at_ns) = (at * 1_000_000, at * 1_000_000);
        cycle.positions[0] = (at as f32 * 0.37).fract();
        writer.cycle(&cycle).unwrap();
        writer.truth(&truth).unwrap();
    };
    (0..2_100).for_each(&mut write);
    let before = ALLOCATIONS.load(Ordering::Relaxed);
    // The middle of a second: 800 cycles and 800 truths.
    (2_100..2_900).for_each(&mut write);
    let allocations = ALLOCATIONS.load(Ordering::Relaxed) - before;
    drop(writer);
    let _ = std::fs::remove_file(&path);
    // Two indices double from 128 to 1024 entries, and the packed chunk's buffer may grow too.
    assert!(
        allocations <= 12,
        "{allocations} allocations for 1600 messages"
    );
}
