use super::*;
use quantities::{MetresPerSecond, NewtonsPerSecond, NewtonsPerSecondSquared};

const CEILING: Newtons = Newtons::new(40.0);

/// Drives that answer as the simulated ones do: 4 ms under way, then a loop of 25 Hz.
struct Drives {
    under_way: [f64; 4],
    speed: f64,
}

impl Drives {
    fn millisecond(&mut self, told: f64) -> f64 {
        let wanted = self.under_way[3];
        self.under_way.rotate_right(1);
        self.under_way[0] = told;
        self.speed += (wanted - self.speed) * (1.0 - libm::exp(-0.157));
        self.speed
    }
}

/// A tool on tissue that hardens, relaxes and damps, on drives that take velocities.
struct Bench {
    law: AdmittanceLaw,
    drives: Drives,
    period_ms: usize,
    stiffness: f64,
    /// Height of the skin and its speed (m, m/s), positive against the tool.
    skin: fn(f64) -> (f64, f64),
    depth: f64,
    memory: f64,
    filtered: f64,
    history: [f64; 3],
    force: f64,
    t: f64,
    noise: u64,
}

impl Bench {
    fn at(stiffness: f64, force: f64, period_ms: usize) -> Self {
        let period_s = period_ms as f64 * 1e-3;
        // On the curve `k (x + x²/0.015) = F`.
        let depth = 0.0075 * (libm::sqrt(1.0 + 4.0 * force / (stiffness * 0.015)) - 1.0);
        Self {
            law: AdmittanceLaw::new(AdmittanceGains::default(), period_s),
            drives: Drives {
                under_way: [0.0; 4],
                speed: 0.0,
            },
            period_ms,
            stiffness,
            skin: |_| (0.0, 0.0),
            depth,
            memory: depth,
            filtered: force,
            history: [force; 3],
            force,
            t: 0.0,
            noise: 1,
        }
    }

    /// Uniform in ±0.26 N, the size of a sensor's noise of 0.15 N.
    fn noise(&mut self) -> f64 {
        self.noise = self
            .noise
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        ((self.noise >> 40) as f64 / f64::from(1u32 << 24) - 0.5) * 0.52
    }

    fn period(&mut self, press: &Press, phase: ContactPhase) {
        let period_s = self.period_ms as f64 * 1e-3;
        let sample = self.history[2] + self.noise();
        self.filtered += (sample - self.filtered) * low_pass(FORCE_FILTER_HZ, period_s);
        let input = AdmittanceInput {
            felt: Some(Newtons::new(self.filtered)),
            speed: self.drives.speed,
            planned_speed: 0.0,
            glide: [0.0; 2],
            ceiling: CEILING,
            mass_kg: 5.0,
            age_s: 0.002,
            is_cut: false,
        };
        let told = self.law.step(press, phase, &input).unwrap();
        for _ in 0..self.period_ms {
            let speed = self.drives.millisecond(told);
            let (_, rising) = (self.skin)(self.t);
            let v = speed + rising;
            self.depth += v * 1e-3;
            self.memory += (self.depth.max(0.0) - self.memory) / 1.5 * 1e-3;
            self.t += 1e-3;
            let x = self.depth;
            let elastic = self.stiffness * (x + x * x / 0.015);
            self.force = if x > 0.0 {
                let relaxes = 1.0 + 0.3 * (1.0 - self.memory / x).clamp(-1.0, 1.0);
                elastic * (1.0 + 8.0 * v).max(0.0) * relaxes
            } else {
                0.0
            };
            self.history.rotate_right(1);
            self.history[0] = self.force;
        }
    }
}

fn hold(force: f64, rate: f64, bend: f64) -> Press {
    Press::Hold {
        force: Newtons::new(force),
        rate: NewtonsPerSecond::new(rate),
        bend: NewtonsPerSecondSquared::new(bend),
    }
}

const PERIODS_MS: [usize; 4] = [1, 2, 4, 8];
const STIFFNESSES: [f64; 5] = [300.0, 1500.0, 5000.0, 15_000.0, 35_000.0];

#[test]
fn the_force_settles_on_fat_on_muscle_and_on_bone_at_every_period() {
    for period_ms in PERIODS_MS {
        for stiffness in STIFFNESSES {
            let mut bench = Bench::at(stiffness, 5.0, period_ms);
            let mut worst: f64 = 0.0;
            while bench.t < 10.0 {
                bench.period(&hold(15.0, 0.0, 0.0), ContactPhase::Settled);
                if bench.t > 8.0 {
                    worst = worst.max((bench.force - 15.0).abs());
                }
            }
            println!("{period_ms} ms, {stiffness} N/m: {worst:.3} N");
            assert!(
                worst < 0.5,
                "{period_ms} ms, {stiffness} N/m: off by {worst} N"
            );
        }
    }
}

#[test]
fn a_force_that_swings_is_followed_on_soft_medium_and_stiff_tissue() {
    for period_ms in [2, 4] {
        for stiffness in STIFFNESSES {
            // Fat of 0.3 N/mm under such a swing has to be followed at 0.15 m/s already at the slowest.
            let rhythms: &[f64] = if stiffness < 1e3 {
                &[0.8]
            } else {
                &[0.8, 1.2, 1.6]
            };
            for &hertz in rhythms {
                let omega = core::f64::consts::TAU * hertz;
                let mut bench = Bench::at(stiffness, 5.0, period_ms);
                let (mut squares, mut count) = (0.0, 0u32);
                while bench.t < 12.0 {
                    let (sin, cos) = libm::sincos(omega * bench.t);
                    let press = hold(
                        11.5 - 6.5 * cos,
                        6.5 * omega * sin,
                        6.5 * omega * omega * cos,
                    );
                    bench.period(&press, ContactPhase::Settled);
                    if bench.t > 2.0 {
                        let error = bench.force - (11.5 - 6.5 * libm::cos(omega * bench.t));
                        squares += error * error;
                        count += 1;
                    }
                }
                let rmse = (squares / f64::from(count)).sqrt();
                println!("{period_ms} ms, {stiffness} N/m, {hertz} Hz: {rmse:.3} N");
                let most = if stiffness > 20e3 { 1.6 } else { 1.0 };
                assert!(
                    rmse < most,
                    "{period_ms} ms, {stiffness} N/m, {hertz} Hz: {rmse} N"
                );
            }
        }
    }
}

#[test]
fn a_chest_that_breathes_is_followed() {
    for stiffness in STIFFNESSES {
        let mut bench = Bench::at(stiffness, 15.0, 4);
        bench.skin = |t| {
            let omega = core::f64::consts::TAU * 0.25;
            let (sin, cos) = libm::sincos(omega * t);
            (0.004 * sin, 0.004 * omega * cos)
        };
        let (mut squares, mut count) = (0.0, 0u32);
        while bench.t < 24.0 {
            bench.period(&hold(15.0, 0.0, 0.0), ContactPhase::Settled);
            if bench.t > 4.0 {
                squares += (bench.force - 15.0) * (bench.force - 15.0);
                count += 1;
            }
        }
        let rmse = (squares / f64::from(count)).sqrt();
        println!("{stiffness} N/m: {rmse:.3} N");
        let most = if stiffness > 20e3 { 1.3 } else { 0.6 };
        assert!(rmse < most, "{stiffness} N/m: {rmse} N");
    }
}

#[test]
fn a_touch_overshoots_by_little_whatever_the_tissue() {
    for period_ms in PERIODS_MS {
        for stiffness in STIFFNESSES {
            let mut bench = Bench::at(stiffness, 0.0, period_ms);
            bench.depth = -0.005;
            bench.memory = 0.0;
            let mut contact = crate::ContactMachine::new(period_ms as f64 * 1e-3);
            let press = Press::Seek {
                force: Newtons::new(3.0),
                speed: MetresPerSecond::new(0.01),
            };
            let mut worst: f64 = 0.0;
            while bench.t < 6.0 {
                let felt = Some(Newtons::new(bench.filtered));
                let phase = contact.step(&press, felt, bench.law.goal());
                bench.period(&press, phase);
                worst = worst.max(bench.force);
            }
            println!(
                "{period_ms} ms, {stiffness} N/m: {worst:.2} N, then {:.2} N",
                bench.force
            );
            // What rises while the answer is under way: sensor, filter, hold and drives.
            let late = 0.012 + 0.003 + 1.5e-3 * period_ms as f64;
            let most = 4.0 + stiffness * 0.010 * late;
            assert!(worst < most, "{period_ms} ms, {stiffness} N/m: {worst} N");
            assert!(
                (bench.force - 3.0).abs() < 0.6,
                "{stiffness} N/m: {} N",
                bench.force
            );
            assert_eq!(contact.phase(), ContactPhase::Settled);
        }
    }
}
