//! Writing a message allocates nothing once the buffers have grown: the batches go round, and on the
//! archive's own thread only the index of a chunk grows, by doubling.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};

use recorder::{ArchiveWriter, CycleRecord, Header, LiveArchive, TruthRecord};

struct Counting;

/// Of all threads.
static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    /// Of this one.
    static HERE: Cell<usize> = const { Cell::new(0) };
}

fn count() {
    ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
    let _ = HERE.try_with(|here| here.set(here.get() + 1));
}

// SAFETY: every call is handed to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn a_warm_writer_allocates_nothing_and_its_thread_for_the_index_alone() {
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
    (0..4_100).for_each(&mut write);
    let (all_before, here_before) = (ALLOCATIONS.load(Ordering::Relaxed), HERE.get());
    // Eight seconds: 16,000 messages.
    (4_100..12_100).for_each(&mut write);
    let here = HERE.get() - here_before;
    let all = ALLOCATIONS.load(Ordering::Relaxed) - all_before;
    drop(writer);
    let _ = std::fs::remove_file(&path);
    // Waiting for an empty batch for the first time takes a few.
    assert!(here <= 6, "{here} allocations here for 16,000 messages");
    // Each second two indices grow anew to 1024 entries, and a chunk is closed; nothing grows by the
    // message. How far the thread is, is its own affair: a second or two more or less.
    assert!(all <= 10 * 40, "{all} allocations for 16,000 messages");
    a_live_archive_allocates_nothing_whether_it_writes_or_drops();
}

/// Called after the other, which counts what all threads allocate.
fn a_live_archive_allocates_nothing_whether_it_writes_or_drops() {
    let name = format!("recorder-allocation-live-{}.mcap", std::process::id());
    let path = std::env::temp_dir().join(name);
    let _ = std::fs::remove_file(&path);
    let mut archive =
        LiveArchive::create(&path, Header::new(Vec::new())).expect("a writable folder");
    let mut cycle = CycleRecord {
        positions: vec![0.1; 7],
        ..CycleRecord::default()
    };
    let mut put = |at: u64| {
        cycle.at_ns = at * 1_000_000;
        archive.put(|writer| writer.cycle(&cycle));
    };
    (0..4_100).for_each(&mut put);
    let before = HERE.get();
    (4_100..24_100).for_each(&mut put);
    let here = HERE.get() - before;
    let written = archive.finish();
    let _ = std::fs::remove_file(&path);
    let count = written.archive.expect("it is written").messages["/knead/cycle"];
    assert_eq!(count + written.dropped, 24_100);
    assert!(
        count > 0 && here <= 2,
        "{here} allocations for 20,000 messages"
    );
}
