//! How long one judgement takes, near the skin with everything looked at.

#[path = "../tests/flat_body/mod.rs"]
mod flat_body;

use criterion::{Criterion, criterion_group, criterion_main};

fn judge(c: &mut Criterion) {
    let mut scene = flat_body::scene();
    c.bench_function("judge, 7 joints, near the skin", |b| {
        b.iter(|| {
            scene.advance();
            scene.monitor.judge(&scene.sensed, Some(&scene.wanted))
        });
    });
    scene.sensed.request = signals::Request::Stop;
    c.bench_function("judge, 7 joints, yielding", |b| {
        b.iter(|| {
            scene.advance();
            scene.monitor.judge(&scene.sensed, Some(&scene.wanted))
        });
    });
}

criterion_group!(benches, judge);
criterion_main!(benches);
