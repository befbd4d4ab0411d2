//! Records archived per second: 200,000 cycles, each with its truth, of seven noisy joints.
//!
//! `cargo bench -p recorder --bench archive` writes them twice into the system's temporary folder: bare, and
//! with arithmetic between the turns in place of a simulation, which is what the archive's own thread is for.
//! The least time of three runs counts; the files are removed.
#![allow(clippy::disallowed_methods)] // a benchmark reads the clock

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use recorder::{ArchiveError, ArchiveWriter, CycleRecord, Header, TruthRecord};

const JOINTS: usize = 7;
const TURNS: u64 = 200_000;
const RUNS: u32 = 3;
/// Steps of arithmetic in place of a turn's simulation (chosen: some 10 us).
const WORK: u64 = 3_000;

/// Numbers without pattern (Marsaglia's xorshift64), -1 to 1: the worst that compression can meet.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    }

    fn singles(&mut self, values: &mut [f32]) {
        values
            .iter_mut()
            .for_each(|value| *value = self.next() as f32);
    }

    fn doubles(&mut self, values: &mut [f64]) {
        values.iter_mut().for_each(|value| *value = self.next());
    }
}

fn write_turns(writer: &mut ArchiveWriter, work: u64) -> Result<(), ArchiveError> {
    let mut noise = Noise(0x9e37_79b9_7f4a_7c15);
    let mut simulation = Noise(1);
    let mut cycle = CycleRecord {
        positions: vec![0.0; JOINTS],
        velocities: vec![0.0; JOINTS],
        torques: vec![0.0; JOINTS],
        command: vec![0.0; JOINTS],
        ..CycleRecord::default()
    };
    let mut truth = TruthRecord {
        positions: vec![0.0; JOINTS],
        velocities: vec![0.0; JOINTS],
        tissue_memory: vec![0.0; 9],
        ..TruthRecord::default()
    };
    for at in 0..TURNS {
        for _ in 0..work {
            black_box(simulation.next());
        }
        (cycle.at_ns, truth.at_ns, cycle.sequence) = (at * 1_000_000, at * 1_000_000, at);
        noise.singles(&mut cycle.positions);
        noise.singles(&mut cycle.velocities);
        noise.singles(&mut cycle.torques);
        noise.singles(&mut cycle.command);
        noise.doubles(&mut truth.positions);
        noise.doubles(&mut truth.velocities);
        writer.cycle(&cycle)?;
        writer.truth(&truth)?;
    }
    Ok(())
}

fn run(path: &Path, work: u64) -> Result<(Duration, String), ArchiveError> {
    let _ = std::fs::remove_file(path);
    let begun = Instant::now();
    let mut writer = ArchiveWriter::create(path, Header::new(Vec::new()))?;
    write_turns(&mut writer, work)?;
    let summary = writer.finish()?;
    Ok((begun.elapsed(), summary.digest.to_string()))
}

fn main() -> Result<(), ArchiveError> {
    let path = std::env::temp_dir().join(format!("recorder-bench-{}.mcap", std::process::id()));
    for (name, work) in [("bare", 0), ("beside a simulation", WORK)] {
        let mut least = Duration::MAX;
        let mut digest = String::new();
        for _ in 0..RUNS {
            let (took, found) = run(&path, work)?;
            least = least.min(took);
            digest = found;
        }
        println!(
            "{name}: {} records in {:.2} s, {:.0} a second, digest {digest}",
            2 * TURNS,
            least.as_secs_f64(),
            2.0 * TURNS as f64 / least.as_secs_f64()
        );
    }
    let _ = std::fs::remove_file(&path);
    Ok(())
}
