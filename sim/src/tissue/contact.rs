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
use super::pad::{Pad, TIPS};
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

/// The tissue as the kernel sees it.
pub(crate) struct Ground<'a> {
    pub(crate) surface: &'a Surface,
    pub(crate) map: &'a SkinMap,
    pub(crate) law: &'a Law,
}

impl Ground<'_> {
    /// The contact. Allocates nothing.
    pub(crate) fn contact(
        &self,
        touch: &Touch,
        pad: &Pad,
        breath: Breath,
        memory: &TissueMemory,
    ) -> ContactResult {
        let rotation = touch.table_from_tool.rotation().matrix();
        let origin = touch.table_from_tool.raw().translation.vector;
        if origin.z - pad.reach().get() > self.map.highest() + breath.lift.get().max(0.0) {
            return self.nothing(memory);
        }
        let mut tips = [TipSum::ZERO; TIPS];
        let mut deepest = 0.0f64;
        let (lift, lift_rate) = (breath.lift.get(), breath.rate.get());
        let foundation = foundation(pad.tip_radius().get());
        let slowness = self.law.friction_speed_squared;
        for cell in pad.cells() {
            let lever = rotation * cell.centre;
            let place = origin + lever;
            let Some(skin) = self.surface.sample(place.x, place.y) else {
                continue;
            };
            if skin.height + lift.max(0.0) <= place.z {
                continue;
            }
            let (modulus, share) = self.map.at(place.x, place.y);
            let below = skin.height + share * lift - place.z;
            if below <= 0.0 {
                continue;
            }
            let (sx, sy) = (skin.slope_x, skin.slope_y);
            let upright = 1.0 / (1.0 + sx * sx + sy * sy).sqrt();
            let depth = below * upright;
            deepest = deepest.max(depth);
            let normal = Vector3::new(-sx * upright, -sy * upright, upright);
            let mut slip = touch.twist.linear.raw() + touch.twist.angular.raw().cross(&lever);
            slip.z -= share * lift_rate;
            let outward = slip.dot(&normal);
            slip -= normal * outward;
            let pressure = self.law.fast(depth, -outward, modulus, foundation);
            let press = pressure * cell.area;
            let speed_squared = slip.norm_squared();
            let per_speed = press / (speed_squared + slowness).sqrt();
            let force = normal * press - slip * (self.law.friction * per_speed);
            if let Some(tip) = tips.get_mut(cell.tip) {
                tip.force += force;
                tip.torque += lever.cross(&force);
                tip.peak = tip.peak.max(pressure);
                tip.area += if pressure > 0.0 { cell.area } else { 0.0 };
                tip.depth_area += depth * cell.area;
                tip.pressed += press;
                tip.slide_pressed += per_speed * speed_squared;
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

#[cfg(test)]
mod tests;
