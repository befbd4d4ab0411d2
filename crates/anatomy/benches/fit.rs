//! How long a fit takes: a scan of 20 000 and of 500 000 points, with all landmarks and with none.
#![allow(
    missing_docs,
    reason = "criterion's macros make undocumented functions"
)]
#![allow(clippy::unwrap_used, reason = "a benchmark may stop here")]

use anatomy::{BodyParameters, KnownLandmarks, PointCloud, Sex, parametric_body, register_known};
use criterion::{Criterion, criterion_group, criterion_main};
use quantities::{Kilograms, Metres, Point};

/// A scan of a woman with noise of about 1.5 mm, always the same.
fn scan(count: usize) -> (PointCloud, KnownLandmarks) {
    let (back, landmarks) = parametric_body(&BodyParameters {
        sex: Sex::Female,
        stature: Metres::new(1.65),
        mass: Kilograms::new(64.0),
    })
    .unwrap();
    let mut state = 7u64;
    let mut roll = || {
        state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (state >> 11) as f64 / (1u64 << 53) as f64
    };
    let mut points = Vec::with_capacity(count);
    while points.len() < count {
        let (x, y) = (-0.4 + 1.1 * roll(), -0.33 + 0.66 * roll());
        if let Some(at) = back.surface().point_at(x, y) {
            let noise = 0.005 * (roll() + roll() + roll() - 1.5);
            points.push(Point::new(x, y, at.z() + noise));
        }
    }
    (PointCloud::from_points(points), landmarks.into())
}

fn fits(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("fit");
    group.sample_size(10);
    for count in [20_000, 500_000] {
        let (cloud, known) = scan(count);
        group.bench_function(format!("{count} points, all landmarks"), |b| {
            b.iter(|| register_known(&cloud, &known).unwrap());
        });
        group.bench_function(format!("{count} points, no landmarks"), |b| {
            b.iter(|| register_known(&cloud, &KnownLandmarks::default()).unwrap());
        });
    }
    group.finish();
}

criterion_group!(benches, fits);
criterion_main!(benches);
