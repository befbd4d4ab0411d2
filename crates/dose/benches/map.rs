//! How long a map takes: one touch of a palm, and a plan of 45 minutes.

use criterion::{Criterion, criterion_group, criterion_main};
use dose::{DoseMap, Grid, Tip, Touch};
use kinematics::Patch;
use quantities::{Metres, Newtons, Pascals, Seconds};

fn palm() -> Vec<Tip> {
    Tip::of(&Patch::RoundedRectangle {
        length: Metres::new(0.1),
        width: Metres::new(0.05),
        corner: Metres::new(0.0125),
    })
}

fn grid() -> Grid {
    Grid::spanning((Metres::new(-0.2), Metres::new(0.55)), Metres::new(0.22))
}

fn moment(tick: u32, lasting: f64) -> Touch {
    let t = f64::from(tick) * lasting;
    let (sin, cos) = libm::sincos(0.2 * t);
    Touch {
        until: Seconds::new(t),
        lasting: Seconds::new(lasting),
        u: Metres::new(0.2 + 0.2 * sin),
        v: Metres::new(0.09 + 0.03 * cos),
        along: (1.0, 0.0),
        force: Newtons::new(12.0),
        pressure: Pascals::new(3e3),
    }
}

fn map(c: &mut Criterion) {
    let (tips, mut map) = (palm(), DoseMap::new(grid()));
    let mut tick = 0;
    c.bench_function("one touch of a palm", |b| {
        b.iter(|| {
            tick += 1;
            for tip in &tips {
                map.add(tip, &moment(tick, 0.05));
            }
        });
    });
    c.bench_function("45 minutes of palm, a touch each 50 ms", |b| {
        b.iter(|| {
            let mut map = DoseMap::new(grid());
            for tick in 0..54_000 {
                for tip in &tips {
                    map.add(tip, &moment(tick, 0.05));
                }
            }
            map.total()
        });
    });
}

criterion_group!(benches, map);
criterion_main!(benches);
