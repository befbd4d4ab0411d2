//! The touch: sums the tissue's answer over all cells of the pad.
//!
//! Depth is the height of the breathing skin over a cell, projected on the skin's normal; pressure
//! acts along that normal. A first pass over the cells finds the pressures; how a tip holds the skin
//! sideways depends on their sum, so that a second pass adds the friction, cell by cell. The slow branch
//! scales a whole tip.
//!
//! Left out: the slope that breathing adds to the skin (4 mm over 300 mm), and cross-talk between cells.

use anatomy::Surface;
use nalgebra::{Matrix3, Vector3};
use quantities::{
    Force, Metres, MetresPerSecond, Pascals, SquareMetres, Table, Tool, Torque, Transform, Twist,
    Wrench,
};

use super::law::{Law, foundation};
use super::map::SkinMap;
use super::pad::{BLOCKS, LANES, Pad, PadColumns, TIPS};
use super::shear::{self, Grip, TissueMemory};
use super::skin_under::{SkinBlock, SkinUnder};
use super::tip::{Answers, TipSum};
use crate::breathing::Breath;

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
    /// Rate of the memory (per second); that of `slipped` is the speed of slip.
    pub memory_rate: TissueMemory,
}

impl ContactResult {
    /// True when any cell carries pressure.
    #[must_use]
    pub fn touches(&self) -> bool {
        self.contact_area > SquareMetres::ZERO
    }

    /// Speed with which the tool slips over the skin, over the tips by their press.
    #[must_use]
    pub const fn slip_speed(&self) -> MetresPerSecond {
        MetresPerSecond::new(self.memory_rate.slipped)
    }
}

/// Speed over the body below which the slow branch sees no gliding (m/s).
const GLIDES_FROM: f64 = 0.005;

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
        let mut answers = [Answers::NONE; BLOCKS];
        let mut deepest = 0.0f64;
        for (number, (answers, skin)) in answers.iter_mut().zip(&skin.blocks).enumerate() {
            if number >= pad.columns().blocks {
                break;
            }
            walk.block(pad.columns(), number, skin, answers);
            if !answers.touches {
                continue;
            }
            for (i, cell) in pad.block(number).enumerate() {
                if answers.depth[i] > 0.0 {
                    deepest = deepest.max(answers.depth[i]);
                    if let Some(tip) = tips.get_mut(cell.tip) {
                        tip.add(answers, i, cell.area, walk.foundation);
                    }
                }
            }
        }
        if deepest <= 0.0 {
            return self.nothing(memory);
        }
        let mut rate = TissueMemory::default();
        let grips = self.grips(&walk, pad, &tips, memory, &mut rate);
        for (number, answers) in answers.iter().enumerate().filter(|(_, a)| a.touches) {
            walk.hold(pad.columns(), number, answers, &grips, &mut tips);
        }
        self.summed(&tips, &rotation, pad, memory, rate, Metres::new(deepest))
    }

    /// How each tip holds the skin, and how that and its slow memory change.
    fn grips(
        &self,
        walk: &Walk<'_>,
        pad: &Pad,
        tips: &[TipSum; TIPS],
        memory: &TissueMemory,
        rate: &mut TissueMemory,
    ) -> [Grip; TIPS] {
        let (law, radius) = (self.law, pad.tip_radius().get());
        let mean_depth = |tip: &TipSum| tip.depth_area / pad.tip_area().get();
        let presses: [f64; TIPS] = core::array::from_fn(|index| {
            let tip = &tips[index];
            tip.pressed * law.slow(mean_depth(tip), memory.given_way[index])
        });
        let all: f64 = presses.iter().sum();
        core::array::from_fn(|index| {
            let (tip, shear) = (&tips[index], &memory.shear[index]);
            let touches = presses[index] > 0.0;
            let mean_depth = mean_depth(tip);
            let give = shear::give(law.friction, tip.pressed, tip.stiffness, law.skin_give);
            let motion = walk.motion(pad.tip_centre(index), tip);
            let slide_squared = motion[0] * motion[0] + motion[1] * motion[1];
            let slide = slide_squared / (slide_squared + GLIDES_FROM * GLIDES_FROM).sqrt();
            let slide = if touches { slide } else { 0.0 };
            rate.given_way[index] =
                law.memory_rate(mean_depth, memory.given_way[index], slide, radius);
            let slip;
            (rate.shear[index], slip) = if touches {
                shear::rate(shear, &motion, give, radius)
            } else {
                (shear::released(shear), 0.0)
            };
            if all > 0.0 {
                rate.slipped += slip * presses[index] / all;
            }
            Grip::new(shear, law.friction, give)
        })
    }

    fn summed(
        &self,
        tips: &[TipSum; TIPS],
        rotation: &Matrix3<f64>,
        pad: &Pad,
        memory: &TissueMemory,
        memory_rate: TissueMemory,
        deepest: Metres,
    ) -> ContactResult {
        let mut result = ContactResult {
            deepest: Some(deepest),
            memory_rate,
            ..self.nothing(memory)
        };
        let (mut force, mut torque) = (Vector3::zeros(), Vector3::zeros());
        let (mut peak, mut area) = (0.0f64, 0.0);
        for (index, (tip, &memory)) in tips.iter().zip(&memory.given_way).enumerate() {
            let mean_depth = tip.depth_area / pad.tip_area().get();
            let slow = self.law.slow(mean_depth, memory);
            force += tip.force * slow;
            torque += tip.torque * slow;
            peak = peak.max(tip.peak * slow);
            area += if slow > 0.0 { tip.area } else { 0.0 };
            if let Some(by_tip) = result.force_by_tip.get_mut(index) {
                *by_tip = Force::from_raw(rotation.tr_mul(&(tip.force * slow)));
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
            memory_rate: TissueMemory {
                given_way: memory
                    .given_way
                    .map(|m| self.law.memory_rate(0.0, m, 0.0, 1.0)),
                shear: memory.shear.each_ref().map(shear::released),
                slipped: 0.0,
            },
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

    /// Pressure of every cell of a block, without a branch, so that the compiler computes cells side by
    /// side. A cell that does not touch has depth 0 and so pressure 0.
    fn block(&self, pad: &PadColumns, number: usize, skin: &SkinBlock, answers: &mut Answers) {
        let (Some(x), Some(y), Some(z), Some(area)) = (
            pad.x.get(number),
            pad.y.get(number),
            pad.z.get(number),
            pad.area.get(number),
        ) else {
            return;
        };
        let (r, origin) = (&self.rotation, &self.origin);
        let (mut slope_x, mut slope_y) = ([0.0; LANES], [0.0; LANES]);
        let mut below = [0.0; LANES];
        for i in 0..LANES {
            // Where the cell is, seen from the tool's origin in table axes.
            let lx = r.m11 * x[i] + r.m12 * y[i] + r.m13 * z[i];
            let ly = r.m21 * x[i] + r.m22 * y[i] + r.m23 * z[i];
            let lz = r.m31 * x[i] + r.m32 * y[i] + r.m33 * z[i];
            // The skin there.
            let dx = origin.x + lx - skin.x[i];
            let dy = origin.y + ly - skin.y[i];
            let bend_x = skin.xx[i] * dx + skin.xy[i] * dy;
            let bend_y = skin.xy[i] * dx + skin.yy[i] * dy;
            let height = skin.height[i]
                + (skin.slope_x[i] + 0.5 * bend_x) * dx
                + (skin.slope_y[i] + 0.5 * bend_y) * dy;
            slope_x[i] = skin.slope_x[i] + bend_x;
            slope_y[i] = skin.slope_y[i] + bend_y;
            let share = skin.share[i] + skin.share_x[i] * dx + skin.share_y[i] * dy;
            answers.modulus[i] =
                above_zero(skin.modulus[i] + skin.modulus_x[i] * dx + skin.modulus_y[i] * dy);
            answers.share[i] = share;
            answers.lever[0][i] = lx;
            answers.lever[1][i] = ly;
            answers.lever[2][i] = lz;
            let under = height + share * self.lift - origin.z - lz;
            below[i] = if area[i] > 0.0 {
                above_zero(under)
            } else {
                0.0
            };
        }
        if below.iter().all(|depth| *depth <= 0.0) {
            return;
        }
        answers.touches = true;
        let (v, w, law) = (&self.linear, &self.angular, self.law);
        for i in 0..LANES {
            let [lx, ly, lz] = answers.lever.each_ref().map(|lanes| lanes[i]);
            let (sx, sy) = (slope_x[i], slope_y[i]);
            let upright = 1.0 / (1.0 + sx * sx + sy * sy).sqrt();
            let depth = below[i] * upright;
            let (nx, ny, nz) = (-sx * upright, -sy * upright, upright);
            // How fast the cell comes out of the body.
            let (vx, vy) = (v.x + w.y * lz - w.z * ly, v.y + w.z * lx - w.x * lz);
            let vz = v.z + w.x * ly - w.y * lx - answers.share[i] * self.lift_rate;
            let outward = vx * nx + vy * ny + vz * nz;
            let pressure = law.fast(depth, -outward, answers.modulus[i], self.foundation);
            answers.normal[0][i] = nx;
            answers.normal[1][i] = ny;
            answers.normal[2][i] = nz;
            answers.pressure[i] = pressure;
            answers.press[i] = pressure * area[i];
            answers.depth[i] = depth;
        }
    }

    /// How a tip moves over the body: along tool x and y (m/s), and about tool z (rad/s). `centre_y` is
    /// the place of its middle on tool y (m).
    fn motion(&self, centre_y: f64, tip: &TipSum) -> [f64; 3] {
        let lever = self.rotation.column(1) * centre_y;
        let share = if tip.pressed > 0.0 {
            tip.share_pressed / tip.pressed
        } else {
            0.0
        };
        let mut velocity = self.linear + self.angular.cross(&lever);
        velocity.z -= share * self.lift_rate;
        // What goes in or out is no motion along the skin.
        let squared = tip.force.norm_squared();
        if squared > 0.0 {
            velocity -= tip.force * (tip.force.dot(&velocity) / squared);
        }
        [
            self.rotation.column(0).dot(&velocity),
            self.rotation.column(1).dot(&velocity),
            self.rotation.column(2).dot(&self.angular),
        ]
    }

    /// Adds what holds the cells of a block back sideways; see [`shear`].
    fn hold(
        &self,
        pad: &PadColumns,
        number: usize,
        answers: &Answers,
        [first, second]: &[Grip; TIPS],
        tips: &mut [TipSum; TIPS],
    ) {
        let (Some(x), Some(y), Some(of_second)) = (
            pad.x.get(number),
            pad.y_in_tip.get(number),
            pad.second.get(number),
        ) else {
            return;
        };
        let r = &self.rotation;
        let mut force = [[0.0; LANES]; 3];
        for i in 0..LANES {
            let of_tip = |first: f64, second: f64| first + of_second[i] * (second - first);
            let turn = of_tip(first.shear[2], second.shear[2]);
            let bx = of_tip(first.shear[0], second.shear[0]) - turn * y[i];
            let by = of_tip(first.shear[1], second.shear[1]) + turn * x[i];
            // How far the skin is dragged, along the skin.
            let (tx, ty, tz) = (
                r.m11 * bx + r.m12 * by,
                r.m21 * bx + r.m22 * by,
                r.m31 * bx + r.m32 * by,
            );
            let [nx, ny, nz] = answers.normal.each_ref().map(|lanes| lanes[i]);
            let out = tx * nx + ty * ny + tz * nz;
            let (tx, ty, tz) = (tx - nx * out, ty - ny * out, tz - nz * out);
            let inverse = of_tip(first.inverse_give_squared, second.inverse_give_squared);
            let held = shear::hold((tx * tx + ty * ty + tz * tz) * inverse);
            let drag = answers.press[i] * of_tip(first.per_give, second.per_give) * held;
            force[0][i] = -tx * drag;
            force[1][i] = -ty * drag;
            force[2][i] = -tz * drag;
        }
        let mut sums = [(Vector3::zeros(), Vector3::zeros()); TIPS];
        for i in 0..LANES {
            let force = Vector3::from(force.each_ref().map(|lanes| lanes[i]));
            let lever = Vector3::from(answers.lever.each_ref().map(|lanes| lanes[i]));
            let sum = &mut sums[usize::from(of_second[i] > 0.5)];
            sum.0 += force;
            sum.1 += lever.cross(&force);
        }
        for (tip, (force, torque)) in tips.iter_mut().zip(sums) {
            tip.force += force;
            tip.torque += torque;
        }
    }
}

/// The greater of a number and 0, in one instruction.
#[inline]
pub(crate) fn above_zero(x: f64) -> f64 {
    if x > 0.0 { x } else { 0.0 }
}

#[cfg(test)]
mod tests;
