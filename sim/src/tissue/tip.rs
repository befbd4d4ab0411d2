//! Sums over the cells of a tip, and what the cells of a block answer.

use nalgebra::Vector3;

use super::pad::{LANES, Lanes};

#[derive(Clone, Copy)]
pub(super) struct TipSum {
    pub(super) force: Vector3<f64>,
    pub(super) torque: Vector3<f64>,
    pub(super) peak: f64,
    pub(super) area: f64,
    pub(super) depth_area: f64,
    pub(super) pressed: f64,
    /// Sum over the touching cells of stiffness sideways (N/m).
    pub(super) stiffness: f64,
    /// Sum of press times breathing share (N).
    pub(super) share_pressed: f64,
}

impl TipSum {
    pub(super) const ZERO: Self = Self {
        force: Vector3::new(0.0, 0.0, 0.0),
        torque: Vector3::new(0.0, 0.0, 0.0),
        peak: 0.0,
        area: 0.0,
        depth_area: 0.0,
        pressed: 0.0,
        stiffness: 0.0,
        share_pressed: 0.0,
    };

    /// Takes in one cell. `ground`: stiffness of the half space (N/m).
    pub(super) fn add(&mut self, answers: &Answers, i: usize, area: f64, ground: f64) {
        let pressed = answers.press[i];
        let force = Vector3::from(answers.normal.each_ref().map(|lanes| lanes[i])) * pressed;
        self.force += force;
        self.torque += Vector3::from(answers.lever.each_ref().map(|lanes| lanes[i])).cross(&force);
        self.peak = self.peak.max(answers.pressure[i]);
        self.area += if answers.pressure[i] > 0.0 { area } else { 0.0 };
        self.depth_area += answers.depth[i] * area;
        self.pressed += pressed;
        self.stiffness += SIDEWAYS * ground * answers.modulus[i] * area;
        self.share_pressed += pressed * answers.share[i];
    }
}

/// Stiffness of a half space sideways, over that along the normal; see [`super::shear`].
const SIDEWAYS: f64 = 2.0 / 3.0;
/// What the cells of a block answer. All vectors in table axes.
#[derive(Clone, Copy)]
pub(super) struct Answers {
    /// From the tool's origin to the cell (m).
    pub(super) lever: [Lanes; 3],
    /// The skin's normal, outward.
    pub(super) normal: [Lanes; 3],
    pub(super) pressure: Lanes,
    /// Pressure times area (N).
    pub(super) press: Lanes,
    pub(super) depth: Lanes,
    pub(super) modulus: Lanes,
    pub(super) share: Lanes,
    /// Any cell touches.
    pub(super) touches: bool,
}

impl Answers {
    pub(super) const NONE: Self = Self {
        lever: [[0.0; LANES]; 3],
        normal: [[0.0; LANES]; 3],
        pressure: [0.0; LANES],
        press: [0.0; LANES],
        depth: [0.0; LANES],
        modulus: [0.0; LANES],
        share: [0.0; LANES],
        touches: false,
    };
}
