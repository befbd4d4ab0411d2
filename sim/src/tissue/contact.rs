//! The touch: sums the tissue's answer over all cells of the pad.
//!
//! Depth is the height of the breathing skin over a cell, projected on the skin's normal; pressure
//! acts along that normal, friction against the cell's slip. The slow branch scales a whole tip, so
//! that one pass over the cells is enough.
//!
//! Left out: the slope that breathing adds to the skin (4 mm over 300 mm), cross-talk between cells,
//! and the sideways give of the skin before it slips.

use anatomy::Surface;
use nalgebra::{Matrix3, Vector3};
use quantities::{
    Force, Metres, Pascals, SquareMetres, Table, Tool, Torque, Transform, Twist, Wrench,
};

use super::law::{Law, foundation};
use super::map::SkinMap;
use super::pad::{LANES, Lanes, Pad, PadColumns, TIPS};
use super::skin_under::{SkinBlock, SkinUnder};
use crate::breathing::Breath;

/// Slow memory of the tissue under each tip (m); see the pressure law. Part of the plant's state.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TissueMemory(pub [f64; TIPS]);

/// How the tool stands and moves over the table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Touch {
    /// Pose of the patch.
    pub table_from_tool: Transform<Table, Tool>,
    /// Velocity of the patch origin and angular velocity.
    pub twist: Twist<Table>,
}

/// What the tissue does to the tool.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ContactResult {
    /// Load of the skin on the tool, told in tool axes at the patch origin.
    pub on_tool: Wrench<Tool>,
    /// The same force by tip; the second is zero but for a fork.
    pub force_by_tip: [Force<Tool>; TIPS],
    /// Highest pressure on any cell.
    pub peak_pressure: Pascals,
    /// Area of the cells that carry pressure.
    pub contact_area: SquareMetres,
    /// Depth of the deepest cell along the skin normal; `None` when nothing touches.
    pub deepest: Option<Metres>,
    /// Rate of the slow memory (m/s).
    pub memory_rate: [f64; TIPS],
}

impl ContactResult {
    /// True when any cell carries pressure.
    #[must_use]
    pub fn touches(&self) -> bool {
        self.contact_area > SquareMetres::ZERO
    }
}

#[derive(Clone, Copy)]
struct TipSum {
    force: Vector3<f64>,
    torque: Vector3<f64>,
    peak: f64,
    area: f64,
    depth_area: f64,
    pressed: f64,
    slide_pressed: f64,
}

impl TipSum {
    const ZERO: Self = Self {
        force: Vector3::new(0.0, 0.0, 0.0),
        torque: Vector3::new(0.0, 0.0, 0.0),
        peak: 0.0,
        area: 0.0,
        depth_area: 0.0,
        pressed: 0.0,
        slide_pressed: 0.0,
    };
}

/// What the cells of a block answer.
#[derive(Default)]
struct Answers {
    force: [Lanes; 3],
    torque: [Lanes; 3],
    pressure: Lanes,
    depth: Lanes,
    slide_pressed: Lanes,
}

/// The tissue as the kernel sees it.
pub(crate) struct Ground<'a> {
    pub(crate) surface: &'a Surface,
    pub(crate) map: &'a SkinMap,
    pub(crate) law: &'a Law,
}

impl Ground<'_> {
    /// The contact, with the skin looked up for this very pose. Allocates nothing.
    pub(crate) fn contact(
        &self,
        touch: &Touch,
        pad: &Pad,
        breath: Breath,
        memory: &TissueMemory,
        skin: &mut SkinUnder,
    ) -> ContactResult {
        let rotation = touch.table_from_tool.rotation().matrix();
        let origin = touch.table_from_tool.raw().translation.vector;
        let lift = breath.lift.get();
        skin.look(self.surface, self.map, pad, &rotation, &origin, lift);
        self.contact_near(touch, pad, breath, memory, skin)
    }

    /// The contact, with a skin that was looked up a fraction of a millimetre from here.
    pub(crate) fn contact_near(
        &self,
        touch: &Touch,
        pad: &Pad,
        breath: Breath,
        memory: &TissueMemory,
        skin: &SkinUnder,
    ) -> ContactResult {
        if !skin.near {
            return self.nothing(memory);
        }
        let rotation = touch.table_from_tool.rotation().matrix();
        let walk = Walk::new(touch, &rotation, breath, self.law, pad);
        let mut tips = [TipSum::ZERO; TIPS];
        let mut deepest = 0.0f64;
        for number in 0..pad.columns().blocks {
            let Some(skin) = skin.blocks.get(number) else {
                continue;
            };
            let Some(answers) = walk.block(pad.columns(), number, skin) else {
                continue;
            };
            for (i, cell) in pad.block(number).enumerate() {
                let (pressure, depth) = (answers.pressure[i], answers.depth[i]);
                if depth <= 0.0 {
                    continue;
                }
                deepest = deepest.max(depth);
                if let Some(tip) = tips.get_mut(cell.tip) {
                    tip.force += Vector3::from(answers.force.each_ref().map(|lanes| lanes[i]));
                    tip.torque += Vector3::from(answers.torque.each_ref().map(|lanes| lanes[i]));
                    tip.peak = tip.peak.max(pressure);
                    tip.area += if pressure > 0.0 { cell.area } else { 0.0 };
                    tip.depth_area += depth * cell.area;
                    tip.pressed += pressure * cell.area;
                    tip.slide_pressed += answers.slide_pressed[i];
                }
            }
        }
        self.summed(&tips, &rotation, pad, memory, Metres::new(deepest))
    }

    fn summed(
        &self,
        tips: &[TipSum; TIPS],
        rotation: &Matrix3<f64>,
        pad: &Pad,
        memory: &TissueMemory,
        deepest: Metres,
    ) -> ContactResult {
        let mut result = self.nothing(memory);
        if deepest <= Metres::ZERO {
            return result;
        }
        result.deepest = Some(deepest);
        let (mut force, mut torque) = (Vector3::zeros(), Vector3::zeros());
        let (mut peak, mut area) = (0.0f64, 0.0);
        for (index, (tip, &memory)) in tips.iter().zip(&memory.0).enumerate() {
            let mean_depth = tip.depth_area / pad.tip_area().get();
            let slow = self.law.slow(mean_depth, memory);
            let slide = if tip.pressed > 0.0 {
                tip.slide_pressed / tip.pressed
            } else {
                0.0
            };
            force += tip.force * slow;
            torque += tip.torque * slow;
            peak = peak.max(tip.peak * slow);
            area += if slow > 0.0 { tip.area } else { 0.0 };
            if let Some(by_tip) = result.force_by_tip.get_mut(index) {
                *by_tip = Force::from_raw(rotation.tr_mul(&(tip.force * slow)));
            }
            if let Some(rate) = result.memory_rate.get_mut(index) {
                *rate = self
                    .law
                    .memory_rate(mean_depth, memory, slide, pad.tip_radius().get());
            }
        }
        result.on_tool = Wrench {
            force: Force::from_raw(rotation.tr_mul(&force)),
            torque: Torque::from_raw(rotation.tr_mul(&torque)),
        };
        result.peak_pressure = Pascals::new(peak);
        result.contact_area = SquareMetres::new(area);
        result
    }

    /// No touch: the memory fades.
    fn nothing(&self, memory: &TissueMemory) -> ContactResult {
        ContactResult {
            on_tool: Wrench::zero(),
            force_by_tip: [Force::zero(); TIPS],
            peak_pressure: Pascals::ZERO,
            contact_area: SquareMetres::ZERO,
            deepest: None,
            memory_rate: memory.0.map(|m| self.law.memory_rate(0.0, m, 0.0, 1.0)),
        }
    }
}

/// One touch on its way over the blocks of a pad.
struct Walk<'a> {
    rotation: Matrix3<f64>,
    origin: Vector3<f64>,
    linear: Vector3<f64>,
    angular: Vector3<f64>,
    lift: f64,
    lift_rate: f64,
    law: &'a Law,
    foundation: f64,
}

impl<'a> Walk<'a> {
    fn new(
        touch: &Touch,
        rotation: &Matrix3<f64>,
        breath: Breath,
        law: &'a Law,
        pad: &Pad,
    ) -> Self {
        Self {
            rotation: *rotation,
            origin: touch.table_from_tool.raw().translation.vector,
            linear: *touch.twist.linear.raw(),
            angular: *touch.twist.angular.raw(),
            lift: breath.lift.get(),
            lift_rate: breath.rate.get(),
            law,
            foundation: foundation(pad.tip_radius().get()),
        }
    }

    /// Every cell of a block by itself, without a branch, so that the compiler computes cells side by
    /// side. A cell that does not touch has depth 0 and so pressure 0; `None` when none touches.
    fn block(&self, pad: &PadColumns, number: usize, skin: &SkinBlock) -> Option<Answers> {
        let (x, y, z, area) = (
            pad.x.get(number)?,
            pad.y.get(number)?,
            pad.z.get(number)?,
            pad.area.get(number)?,
        );
        let (r, origin) = (&self.rotation, &self.origin);
        let mut lever = [[0.0; LANES]; 3];
        let (mut slope_x, mut slope_y) = ([0.0; LANES], [0.0; LANES]);
        let (mut below, mut share, mut modulus) = ([0.0; LANES], [0.0; LANES], [0.0; LANES]);
        for i in 0..LANES {
            // Where the cell is, seen from the tool's origin in table axes.
            lever[0][i] = r.m11 * x[i] + r.m12 * y[i] + r.m13 * z[i];
            lever[1][i] = r.m21 * x[i] + r.m22 * y[i] + r.m23 * z[i];
            lever[2][i] = r.m31 * x[i] + r.m32 * y[i] + r.m33 * z[i];
            // The skin there.
            let dx = origin.x + lever[0][i] - skin.x[i];
            let dy = origin.y + lever[1][i] - skin.y[i];
            let bend_x = skin.xx[i] * dx + skin.xy[i] * dy;
            let bend_y = skin.xy[i] * dx + skin.yy[i] * dy;
            let height = skin.height[i]
                + (skin.slope_x[i] + 0.5 * bend_x) * dx
                + (skin.slope_y[i] + 0.5 * bend_y) * dy;
            slope_x[i] = skin.slope_x[i] + bend_x;
            slope_y[i] = skin.slope_y[i] + bend_y;
            share[i] = skin.share[i] + skin.share_x[i] * dx + skin.share_y[i] * dy;
            modulus[i] =
                above_zero(skin.modulus[i] + skin.modulus_x[i] * dx + skin.modulus_y[i] * dy);
            let under = height + share[i] * self.lift - origin.z - lever[2][i];
            below[i] = if area[i] > 0.0 {
                above_zero(under)
            } else {
                0.0
            };
        }
        if below.iter().all(|depth| *depth <= 0.0) {
            return None;
        }
        let (v, w, law) = (&self.linear, &self.angular, self.law);
        let mut answers = Answers::default();
        for i in 0..LANES {
            let (lx, ly, lz) = (lever[0][i], lever[1][i], lever[2][i]);
            let (sx, sy) = (slope_x[i], slope_y[i]);
            let upright = 1.0 / (1.0 + sx * sx + sy * sy).sqrt();
            let depth = below[i] * upright;
            // How the cell slips over the skin.
            let (nx, ny, nz) = (-sx * upright, -sy * upright, upright);
            let (vx, vy) = (v.x + w.y * lz - w.z * ly, v.y + w.z * lx - w.x * lz);
            let vz = v.z + w.x * ly - w.y * lx - share[i] * self.lift_rate;
            let outward = vx * nx + vy * ny + vz * nz;
            let (ux, uy, uz) = (vx - nx * outward, vy - ny * outward, vz - nz * outward);
            let speed_squared = ux * ux + uy * uy + uz * uz;
            // Pressure and friction.
            let pressure = law.fast(depth, -outward, modulus[i], self.foundation);
            let press = pressure * area[i];
            let per_speed = press / (speed_squared + law.friction_speed_squared).sqrt();
            let drag = law.friction * per_speed;
            let (fx, fy, fz) = (
                nx * press - ux * drag,
                ny * press - uy * drag,
                nz * press - uz * drag,
            );
            answers.force[0][i] = fx;
            answers.force[1][i] = fy;
            answers.force[2][i] = fz;
            answers.torque[0][i] = ly * fz - lz * fy;
            answers.torque[1][i] = lz * fx - lx * fz;
            answers.torque[2][i] = lx * fy - ly * fx;
            answers.pressure[i] = pressure;
            answers.depth[i] = depth;
            answers.slide_pressed[i] = per_speed * speed_squared;
        }
        Some(answers)
    }
}

/// The greater of a number and 0, in one instruction.
#[inline]
pub(crate) fn above_zero(x: f64) -> f64 {
    if x > 0.0 { x } else { 0.0 }
}

#[cfg(test)]
mod tests;
