use anatomy::{Surface, SurfaceBounds};
use kinematics::Patch;
use nalgebra::{Isometry3, UnitQuaternion};
use proptest::prelude::*;
use quantities::{MetresPerSecond, NewtonMetres};

use super::*;
use crate::tissue::law::{SkinSurface, TissueParams};

const MUSCLE: f64 = 76e3;

struct Flat {
    surface: Surface,
    map: SkinMap,
    law: Law,
}

impl Flat {
    /// Even muscle under a plane that rises by `slope` along x; all of the breath arrives.
    fn new(slope: f64, params: TissueParams) -> Self {
        let bounds = SurfaceBounds {
            min_x: -0.4,
            max_x: 0.4,
            min_y: -0.4,
            max_y: 0.4,
        };
        let surface = Surface::from_function(bounds, 0.02, |x, _| 0.2 + slope * x, |_, _| true);
        let map = SkinMap::build((-0.4, -0.4), (0.4, 0.4), |_, _| [MUSCLE, 1.0]);
        Self {
            surface: surface.unwrap(),
            map,
            law: Law::new(&params),
        }
    }

    fn press(&self, pad: &Pad, touch: &Touch, given_way: [f64; TIPS]) -> ContactResult {
        let memory = TissueMemory {
            given_way,
            ..TissueMemory::default()
        };
        self.press_with(pad, touch, &memory)
    }

    fn press_with(&self, pad: &Pad, touch: &Touch, memory: &TissueMemory) -> ContactResult {
        let ground = Ground {
            surface: &self.surface,
            map: &self.map,
            law: &self.law,
        };
        ground.contact(
            touch,
            pad,
            Breath::default(),
            memory,
            &mut SkinUnder::nothing(),
        )
    }

    /// The memory after `seconds` of one and the same motion at one place.
    fn after(&self, pad: &Pad, touch: &Touch, seconds: f64) -> TissueMemory {
        let (mut memory, dt) = (TissueMemory::default(), 1e-4);
        for _ in 0..(seconds / dt) as usize {
            let rate = self.press_with(pad, touch, &memory).memory_rate;
            memory = memory.moved(&rate, dt);
        }
        memory
    }
}

fn thumb() -> Patch {
    Patch::Disc {
        radius: Metres::new(0.01),
    }
}

fn palm() -> Patch {
    Patch::RoundedRectangle {
        length: Metres::new(0.1),
        width: Metres::new(0.05),
        corner: Metres::new(0.02),
    }
}

fn fork() -> Patch {
    Patch::Fork {
        tip_radius: Metres::new(0.01),
        spacing: Metres::new(0.1),
    }
}

/// The tool points straight down at `(x, 0)`, its crown at height `z`; `twist` in table axes.
fn down(x: f64, z: f64, linear: [f64; 3], angular: [f64; 3]) -> Touch {
    let flip = UnitQuaternion::from_scaled_axis(Vector3::x() * core::f64::consts::PI);
    Touch {
        table_from_tool: Transform::from_raw(Isometry3::from_parts(
            Vector3::new(x, 0.0, z).into(),
            flip,
        )),
        twist: Twist {
            linear: quantities::LinearVelocity::new(linear[0], linear[1], linear[2]),
            angular: quantities::AngularVelocity::new(angular[0], angular[1], angular[2]),
        },
    }
}

fn at_rest(depth: f64) -> Touch {
    down(0.0, 0.2 - depth, [0.0; 3], [0.0; 3])
}

fn press_of(result: &ContactResult) -> f64 {
    -result.on_tool.force.z()
}

#[test]
fn a_resting_thumb_is_carried_by_the_integral_of_the_law_over_its_dome() {
    let params = TissueParams {
        slow_share: 0.0,
        ..TissueParams::default()
    };
    let (flat, pad) = (
        Flat::new(0.0, params),
        Pad::new(&thumb(), params.pad_edge_drop),
    );
    for depth in [0.002, 0.004, 0.008] {
        let sum = press_of(&flat.press(&pad, &at_rest(depth), [0.0; TIPS]));
        // Second route: with s = (r/R)², the force is πR² times the mean over s of k(d + d²/d_h).
        let (drop, dh) = (params.pad_edge_drop.get(), params.hardening_depth.get());
        let k = core::f64::consts::FRAC_2_PI * MUSCLE / 0.01;
        let end = depth - drop;
        let line = 0.5 * (depth * depth - end * end) / drop;
        let square = (depth * depth * depth - end * end * end) / (3.0 * drop * dh);
        let whole = core::f64::consts::PI * 1e-4 * k * (line + square);
        assert!(
            (sum / whole - 1.0).abs() < 2e-3,
            "{sum} N by cells, {whole} N by the integral"
        );
    }
}

#[test]
fn a_held_press_relaxes_with_the_slow_branchs_time_constant() {
    let params = TissueParams::default();
    let (flat, pad) = (
        Flat::new(0.0, params),
        Pad::new(&palm(), params.pad_edge_drop),
    );
    let (mut memory, dt) = ([0.0; TIPS], 1e-3);
    let first = press_of(&flat.press(&pad, &at_rest(0.005), memory));
    let steps = (params.slow_time.get() / dt) as usize;
    for _ in 0..steps {
        memory[0] += dt
            * flat
                .press(&pad, &at_rest(0.005), memory)
                .memory_rate
                .given_way[0];
    }
    let later = press_of(&flat.press(&pad, &at_rest(0.005), memory));
    let expected = (1.0 + params.slow_share * libm::exp(-1.0)) / (1.0 + params.slow_share);
    assert!(
        (later / first - expected).abs() < 1e-3,
        "{} against {expected}",
        later / first
    );
}

#[test]
fn gliding_brings_fresh_tissue_that_has_not_given_way() {
    let params = TissueParams::default();
    let (flat, pad) = (
        Flat::new(0.0, params),
        Pad::new(&palm(), params.pad_edge_drop),
    );
    let gliding = down(0.0, 0.195, [0.1, 0.0, 0.0], [0.0; 3]);
    let settled = |touch: &Touch| {
        let mut memory = [0.0; TIPS];
        for _ in 0..8000 {
            memory[0] += 1e-3 * flat.press(&pad, touch, memory).memory_rate.given_way[0];
        }
        press_of(&flat.press(&pad, touch, memory))
    };
    assert!(settled(&gliding) > 1.1 * settled(&at_rest(0.005)));
}

#[test]
fn a_press_and_release_cycle_takes_energy_and_gives_none() {
    let params = TissueParams::default();
    let (flat, pad) = (
        Flat::new(0.0, params),
        Pad::new(&thumb(), params.pad_edge_drop),
    );
    let (mut memory, mut work, dt) = ([0.0; TIPS], 0.0, 1e-3);
    let (mut stored, omega) = (0.0f64, core::f64::consts::TAU);
    for step in 0..1000 {
        let t = f64::from(step) * dt;
        let depth = 0.003 * (1.0 - libm::cos(omega * t));
        let rate = 0.003 * omega * libm::sin(omega * t);
        let touch = down(0.0, 0.2 - depth, [0.0, 0.0, -rate], [0.0; 3]);
        let result = flat.press(&pad, &touch, memory);
        memory[0] += dt * result.memory_rate.given_way[0];
        work += press_of(&result) * rate * dt;
        stored = stored.max(work);
    }
    assert!(
        work > 0.1 * stored,
        "{work} J of {stored} J stay in the tissue"
    );
}

#[test]
fn breath_lifts_the_skin_against_the_tool_as_if_the_tool_came_down() {
    let params = TissueParams::default();
    let (flat, pad) = (
        Flat::new(0.0, params),
        Pad::new(&palm(), params.pad_edge_drop),
    );
    let ground = Ground {
        surface: &flat.surface,
        map: &flat.map,
        law: &flat.law,
    };
    let breath = Breath {
        lift: Metres::new(0.003),
        rate: MetresPerSecond::new(0.01),
    };
    let lifted = ground.contact(
        &at_rest(0.001),
        &pad,
        breath,
        &TissueMemory::default(),
        &mut SkinUnder::nothing(),
    );
    let lowered = flat.press(
        &pad,
        &down(0.0, 0.2 - 0.004, [0.0, 0.0, -0.01], [0.0; 3]),
        [0.0; TIPS],
    );
    assert!((press_of(&lifted) - press_of(&lowered)).abs() < 1e-9);
}

#[test]
fn a_tilted_fork_presses_with_one_tip_and_says_so() {
    let params = TissueParams::default();
    let (flat, pad) = (
        Flat::new(0.0, params),
        Pad::new(&fork(), params.pad_edge_drop),
    );
    let mut touch = at_rest(0.002);
    let tilt = UnitQuaternion::from_scaled_axis(Vector3::x() * (core::f64::consts::PI + 0.1));
    touch.table_from_tool = Transform::from_raw(Isometry3::from_parts(
        Vector3::new(0.0, 0.0, 0.198).into(),
        tilt,
    ));
    let result = flat.press(&pad, &touch, [0.0; TIPS]);
    let [left, right] = result.force_by_tip;
    assert!((left + right - result.on_tool.force).norm() < 1e-12);
    assert!(left.norm() == 0.0 || right.norm() == 0.0);
    // Tool y at 50 mm carries all: the moment is its lever, up to the dome's own offset.
    let lever = NewtonMetres::new(result.on_tool.torque.x() / result.on_tool.force.z());
    assert!((lever.get().abs() - 0.05).abs() < 0.01, "lever {lever}");
}

#[test]
fn off_the_body_and_above_it_nothing_is_felt() {
    let params = TissueParams::default();
    let (flat, pad) = (
        Flat::new(0.0, params),
        Pad::new(&palm(), params.pad_edge_drop),
    );
    let beside = flat.press(&pad, &down(3.0, 0.1, [0.0; 3], [0.0; 3]), [0.01, 0.0]);
    assert_eq!(beside.deepest, None);
    assert!(beside.memory_rate.given_way[0] < 0.0);
    let above = flat.press(&pad, &at_rest(-0.01), [0.0; TIPS]);
    assert!(!above.touches());
    assert_eq!(above.deepest, None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn tissue_never_pulls_and_friction_keeps_below_coulombs_limit(
        depth in -0.002..0.01f64,
        linear in prop::array::uniform3(-0.3..0.3f64),
        angular in prop::array::uniform3(-2.0..2.0f64),
        memory in 0.0..0.01f64,
        shear in prop::array::uniform3(-0.01..0.01f64),
        slope in -0.5..0.5f64,
        dry in any::<bool>(),
    ) {
        let skin = if dry { SkinSurface::Dry } else { SkinSurface::Oiled };
        let params = TissueParams { skin, ..TissueParams::default() };
        let (flat, pad) = (Flat::new(slope, params), Pad::new(&palm(), params.pad_edge_drop));
        let touch = down(0.0, 0.2 - depth, linear, angular);
        let dragged = TissueMemory {
            given_way: [memory; TIPS],
            shear: [shear; TIPS],
            slipped: 0.0,
        };
        let result = flat.press_with(&pad, &touch, &dragged);
        let force = touch.table_from_tool.rotate(&result.on_tool.force);
        let length = (1.0 + slope * slope).sqrt();
        let outward = Vector3::new(-slope / length, 0.0, 1.0 / length);
        let normal = force.raw().dot(&outward);
        prop_assert!(normal >= 0.0, "pulls with {force:?}");
        let along = (force.raw() - outward * normal).norm();
        prop_assert!(along <= params.skin.friction() * normal + 1e-9, "{along} N along, {normal} N across");
        prop_assert!(result.slip_speed().get() >= 0.0);
        if !result.touches() {
            prop_assert!(along == 0.0 && result.slip_speed().get() == 0.0);
        }
    }

    #[test]
    fn a_tool_that_slides_on_is_braked_by_coulombs_law(
        depth in 0.001..0.01f64,
        heading in 0.0..core::f64::consts::TAU,
        speed in 0.01..0.15f64,
        dry in any::<bool>(),
    ) {
        let skin = if dry { SkinSurface::Dry } else { SkinSurface::Oiled };
        let params = TissueParams { skin, ..TissueParams::default() };
        let (flat, pad) = (Flat::new(0.0, params), Pad::new(&palm(), params.pad_edge_drop));
        let (sin, cos) = libm::sincos(heading);
        let touch = down(0.0, 0.2 - depth, [speed * cos, speed * sin, 0.0], [0.0; 3]);
        let memory = flat.after(&pad, &touch, 0.04 / speed);
        let result = flat.press_with(&pad, &touch, &memory);
        let force = touch.table_from_tool.rotate(&result.on_tool.force);
        let drag = -(force.x() * cos + force.y() * sin);
        let coulomb = params.skin.friction() * force.z();
        prop_assert!((drag / coulomb - 1.0).abs() < 0.01, "{drag} N of {coulomb} N");
        prop_assert!((result.slip_speed().get() / speed - 1.0).abs() < 0.01);
    }
}

/// A thumb on dry or oiled muscle moves to and fro by `way` (peak to peak): largest force along the skin and
/// way slipped over way made, after the first of four cycles.
fn to_and_fro(skin: SkinSurface, way: f64) -> (f64, f64) {
    let params = TissueParams {
        skin,
        slow_share: 0.0,
        ..TissueParams::default()
    };
    let (flat, pad) = (
        Flat::new(0.0, params),
        Pad::new(&thumb(), params.pad_edge_drop),
    );
    let depth = 0.0065; // about 12 N
    let (mut memory, mut most, dt, omega) = (
        TissueMemory::default(),
        0.0f64,
        1e-4,
        core::f64::consts::TAU * 2.5,
    );
    let mut first = 0.0;
    for step in 0..16_000 {
        let t = f64::from(step) * dt;
        let speed = 0.5 * way * omega * libm::cos(omega * t);
        let touch = down(0.0, 0.2 - depth, [speed, 0.0, 0.0], [0.0; 3]);
        let result = flat.press_with(&pad, &touch, &memory);
        most = most.max(result.on_tool.force.x().abs());
        memory = memory.moved(&result.memory_rate, dt);
        if step == 3999 {
            first = memory.slipped;
        }
    }
    let made = 3.0 * 2.0 * way;
    (most, (memory.slipped - first) / made)
}

#[test]
fn a_friction_of_some_millimetres_sticks_on_dry_skin_and_slips_on_oil() {
    let (dry, dry_slip) = to_and_fro(SkinSurface::Dry, 0.006);
    let (oiled, oiled_slip) = to_and_fro(SkinSurface::Oiled, 0.006);
    println!(
        "dry: {dry:.2} N, {dry_slip:.3} of the way slips; oiled: {oiled:.2} N, {oiled_slip:.3}"
    );
    assert!(dry_slip < 0.1, "{dry_slip}");
    assert!(oiled_slip > 0.15, "{oiled_slip}");
    assert!(oiled < dry);
}

#[test]
fn a_disc_held_by_its_skin_is_as_stiff_sideways_as_on_a_half_space() {
    let params = TissueParams {
        skin: SkinSurface::Dry,
        slow_share: 0.0,
        ..TissueParams::default()
    };
    let (flat, pad) = (Flat::new(0.0, params), Pad::new(&thumb(), Metres::ZERO));
    let (way, press) = (1e-4, at_rest(0.008));
    let memory = TissueMemory {
        shear: [[way, 0.0, 0.0]; TIPS],
        ..TissueMemory::default()
    };
    let result = flat.press_with(&pad, &press, &memory);
    // 16/3 G a with G = E/4 of the plane-strain modulus, in series with the skin's own give.
    let ground = 16.0 / 3.0 * (MUSCLE / 4.0) * 0.01;
    let limit = params.skin.friction() * press_of(&result);
    let expected = 1.0 / (1.0 / ground + params.skin_give.get() / limit);
    let seen = result.on_tool.force.x().abs() / way;
    assert!(
        (seen / expected - 1.0).abs() < 0.02,
        "{seen} N/m, {expected} N/m expected"
    );
}

#[test]
fn a_spinning_thumb_is_braked_by_a_torque_about_its_axis() {
    let params = TissueParams {
        skin: SkinSurface::Dry,
        ..TissueParams::default()
    };
    let (flat, pad) = (Flat::new(0.0, params), Pad::new(&thumb(), Metres::ZERO));
    // Tool z points down, so a positive spin about table z is a negative one about tool z.
    let touch = down(0.0, 0.195, [0.0; 3], [0.0, 0.0, 20.0]);
    let memory = flat.after(&pad, &touch, 1.0);
    let result = flat.press_with(&pad, &touch, &memory);
    // Full sliding of an even pressure: two thirds of mu F R, a little less near the middle.
    let full = 2.0 / 3.0 * 0.46 * press_of(&result) * 0.01;
    let torque = result.on_tool.torque.z();
    assert!(
        torque > 0.9 * full && torque < 1.02 * full,
        "{torque} of {full} N·m"
    );
}
