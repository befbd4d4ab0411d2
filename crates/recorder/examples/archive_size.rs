//! Writes ten simulated seconds of a noisy seven-joint run and says what five minutes would take.
//!
//! ```sh
//! cargo run --release -p recorder --example archive_size -- ten_seconds.mcap
//! ```

use std::path::Path;

use recorder::{
    ArchiveError, ArchiveWriter, Attachment, ContactRecord, CycleRecord, Header, JointsRecord,
    LogRecord, PoseRecord, TransformRecord, TruthRecord, VerdictRecord, WrenchRecord,
};

const JOINTS: usize = 7;
const SECONDS: u64 = 10;

/// Numbers without pattern (Marsaglia's xorshift64), -1 to 1: noise does not compress, and a real run
/// is full of it.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    }

    fn singles(&mut self, centre: f64, spread: f64) -> Vec<f32> {
        (0..JOINTS)
            .map(|_| (centre + spread * self.next()) as f32)
            .collect()
    }

    fn doubles(&mut self, count: usize) -> Vec<f64> {
        (0..count).map(|_| self.next()).collect()
    }
}

fn full_rate(writer: &mut ArchiveWriter, noise: &mut Noise, at: u64) -> Result<(), ArchiveError> {
    let at_ns = at * 1_000_000;
    let press = 20.0 + 0.15 * noise.next();
    writer.cycle(&CycleRecord {
        at_ns,
        sequence: at,
        joints_at_ns: at_ns,
        wrench_at_ns: at_ns.saturating_sub(2_000_000),
        tool: 0,
        positions: noise.singles(0.7, 0.5),
        velocities: noise.singles(0.0, 0.2),
        torques: noise.singles(10.0, 8.0),
        wrench: [0.15, 0.15, press, 0.01, 0.01, 0.01].map(|n| (n * noise.next()) as f32),
        command: noise.singles(10.0, 8.0),
        segment: (at / 5_000) as i32,
        phase_s: (at % 5_000) as f32 * 1e-3,
        contact_phase: 3,
        force_setpoint_n: 20.0,
        cause: -1,
        ..CycleRecord::default()
    })?;
    writer.truth(&TruthRecord {
        at_ns,
        positions: noise.doubles(JOINTS),
        velocities: noise.doubles(JOINTS),
        tissue_memory: noise.doubles(9),
        breath_m: 0.004 * noise.next(),
        breath_m_per_s: 0.01 * noise.next(),
        contact_wrench: [0.5, 0.5, -press, 0.01, 0.01, 0.01].map(|n| (n * noise.next()) as f32),
        peak_pressure_pa: (20_000.0 + noise.next()) as f32,
        contact_area_m2: (0.002 + 1e-5 * noise.next()) as f32,
        ..TruthRecord::default()
    })
}

fn for_people(writer: &mut ArchiveWriter, noise: &mut Noise, at: u64) -> Result<(), ArchiveError> {
    let at_ns = at * 1_000_000;
    let joints = JointsRecord {
        at_ns,
        positions: noise.doubles(JOINTS),
        velocities: noise.doubles(JOINTS),
        efforts: noise.doubles(JOINTS),
    };
    writer.joint_states(&joints)?;
    let command = JointsRecord {
        positions: Vec::new(),
        velocities: Vec::new(),
        ..joints
    };
    writer.joint_command(&command)?;
    let wrench = WrenchRecord {
        at_ns,
        wrench: std::array::from_fn(|_| noise.next()),
    };
    writer.wrench_true(&wrench)?;
    writer.wrench_measured(&wrench)?;
    let position = [0.3 + noise.next() * 0.1, 0.05, 0.2];
    let pose = PoseRecord {
        at_ns,
        position,
        orientation: [0.0, 0.0, 0.0, 1.0],
    };
    writer.tool_pose(&pose)?;
    writer.tool_goal(&pose)?;
    let frames: Vec<TransformRecord> = (0..JOINTS)
        .map(|joint| TransformRecord {
            parent: format!("link_{joint}"),
            child: format!("link_{}", joint + 1),
            position: [0.0, 0.0, 0.3],
            orientation: std::array::from_fn(|_| noise.next()),
        })
        .collect();
    writer.transforms(at_ns, &frames)?;
    writer.contact(&ContactRecord {
        at_ns,
        normal_force_true_n: 20.0 + noise.next(),
        normal_force_measured_n: (at >= 100).then_some(20.0 + noise.next()),
        normal_force_setpoint_n: 20.0,
        ceiling_n: 40.0,
        u_m: 0.1 + 0.01 * noise.next(),
        v_m: 0.05 + 0.01 * noise.next(),
        phase: "settled".to_owned(),
        technique: "effleurage".to_owned(),
        zone: "paraspinal".to_owned(),
        segment: "stroke".to_owned(),
        ..ContactRecord::default()
    })?;
    writer.verdict(&VerdictRecord {
        at_ns,
        reaction: "go".to_owned(),
        values: vec![("ceiling_n".to_owned(), "40".to_owned())],
        ..VerdictRecord::default()
    })
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args()
        .nth(1)
        .ok_or("say where: archive_size FILE.mcap")?;
    let mut header = Header::new((0..JOINTS).map(|joint| format!("joint_{joint}")).collect());
    let note = Attachment {
        name: "note.txt".to_owned(),
        media_type: "text/plain".to_owned(),
        bytes: b"ten seconds of noise".to_vec(),
    };
    header.attachments.push(note);
    let mut writer = ArchiveWriter::create(Path::new(&path), header)?;
    let mut noise = Noise(0x9e37_79b9_7f4a_7c15);
    for at in 0..SECONDS * 1_000 {
        full_rate(&mut writer, &mut noise, at)?;
        if at % 20 == 0 {
            for_people(&mut writer, &mut noise, at)?;
        }
        if at % 1_000 == 0 {
            let text = format!("second {}", at / 1_000);
            writer.log(&LogRecord {
                at_ns: at * 1_000_000,
                level: 20,
                name: "example".into(),
                text,
            })?;
        }
    }
    let summary = writer.finish()?;
    let of_five_minutes = summary.bytes as f64 * 300.0 / SECONDS as f64 / 1e6;
    println!(
        "{} bytes in {SECONDS} s: {of_five_minutes:.0} MB in 300 s",
        summary.bytes
    );
    println!("digest {}", summary.digest);
    assert_eq!(
        recorder::digest_of(Path::new(&path))?,
        summary.digest,
        "the file tells the same"
    );
    Ok(())
}
