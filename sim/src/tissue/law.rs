//! The pressure law: what a point of skin answers to being pushed in.
//!
//! ```text
//! p = k·(d + w·d²/d_h) · (1 + c·ḋ)₊ · (1 + g·(1 − m/d̄))₊        k = 2·E/(π·a)
//!     elastic, hardening   Hunt-Crossley   slow branch
//! ```
//! * `E` is the map's modulus and `a` the radius of the disc with one tip's area: a rigid disc on a
//!   half space has stiffness `2·E·a` (Johnson, Contact Mechanics, 1985, §3.4), here spread evenly.
//! * `ḋ` damps as in Hunt and Crossley (1975): no jump at touch. Clipped at zero: skin never pulls.
//! * `m` is one tip's slow memory (m): the share of the mean depth `d̄` to which the tissue has given
//!   way, `ṁ = (d̄ − m)/τ − m·v/(2a)`. Gliding at `v` brings fresh tissue under the tip. A held press
//!   relaxes from `1 + g` to 1 times the elastic pressure: a standard linear solid.
//!
//! Sideways the skin gives way before it slips; that law is in the module `shear`.

use quantities::{Metres, Pascals, Seconds};

use super::contact::above_zero;

/// Oil between skin and tool.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SkinSurface {
    /// Massage oil: coefficient 0.12 (chosen; no measured figure was found).
    #[default]
    Oiled,
    /// A thin film of oil or lotion: 0.25 (chosen, between the two others; no measured figure was found).
    LightlyOiled,
    /// Dry skin: 0.46, the mean over materials and sites of Zhang and Mak (1999).
    Dry,
}

impl SkinSurface {
    /// Coefficient of sliding friction.
    #[must_use]
    pub const fn friction(self) -> f64 {
        match self {
            Self::Oiled => 0.12,
            Self::LightlyOiled => 0.25,
            Self::Dry => 0.46,
        }
    }
}

/// Figures of the law. Where no source is named they are chosen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TissueParams {
    /// Depth at which soft tissue has doubled its secant stiffness (chosen; a gluteal indentation
    /// study sees seven-fold between 5 and 30 N, locally under a small probe).
    pub hardening_depth: Metres,
    /// Modulus above which tissue hardens no further in proportion: bone stays linear.
    pub hardening_cap: Pascals,
    /// Damping `c` of Hunt and Crossley (s/m).
    pub damping_s_per_m: f64,
    /// Share `g` of the stiffness that relaxes.
    pub slow_share: f64,
    /// Its time constant `τ` (within 0.05 to 8.9 s of quasi-linear fits on limb tissue).
    pub slow_time: Seconds,
    /// Oil or none.
    pub skin: SkinSurface,
    /// How far the outermost skin gives way sideways before it slips, however soft the tissue beneath
    /// (chosen: 0.6 mm, for the furrows of the skin and the cover of the tool).
    pub skin_give: Metres,
    /// Factor on every modulus of the map: bodies differ.
    pub stiffness_scale: f64,
    /// How far the rim of a tool's dome lies behind its crown.
    pub pad_edge_drop: Metres,
    /// Share of the breathing lift that reaches the sacrum; the thorax has all of it.
    pub breath_at_sacrum: f64,
    /// How many knots there are in the muscles.
    pub knots: u8,
}

impl Default for TissueParams {
    fn default() -> Self {
        Self {
            hardening_depth: Metres::new(0.015),
            hardening_cap: Pascals::new(76e3),
            damping_s_per_m: 8.0,
            slow_share: 0.3,
            slow_time: Seconds::new(1.5),
            skin: SkinSurface::Oiled,
            skin_give: Metres::new(6e-4),
            stiffness_scale: 1.0,
            pad_edge_drop: Metres::new(0.0015),
            breath_at_sacrum: 0.3,
            knots: 6,
        }
    }
}

/// A figure of the tissue that makes no sense.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error("tissue {name} is {seen}; allowed is {low} to {high}")]
pub struct TissueError {
    /// Which figure.
    pub name: &'static str,
    /// What was given.
    pub seen: f64,
    /// Least allowed.
    pub low: f64,
    /// Most allowed.
    pub high: f64,
}

impl TissueParams {
    /// Checks every figure.
    ///
    /// # Errors
    /// [`TissueError`] names the first that is out of range.
    pub fn checked(self) -> Result<Self, TissueError> {
        let rows = [
            ("hardening depth (m)", self.hardening_depth.get(), 1e-3, 1.0),
            ("hardening cap (Pa)", self.hardening_cap.get(), 0.0, 1e7),
            ("damping (s/m)", self.damping_s_per_m, 0.0, 100.0),
            ("slow share", self.slow_share, 0.0, 5.0),
            ("slow time (s)", self.slow_time.get(), 0.01, 1e3),
            // Less than this a step of a millisecond cannot follow at the fastest glide.
            ("skin give (m)", self.skin_give.get(), 2e-4, 5e-3),
            ("stiffness scale", self.stiffness_scale, 0.1, 10.0),
            ("pad edge drop (m)", self.pad_edge_drop.get(), 0.0, 0.02),
            (
                "breathing share at the sacrum",
                self.breath_at_sacrum,
                0.0,
                1.0,
            ),
        ];
        for (name, seen, low, high) in rows {
            if !(seen >= low && seen <= high) {
                return Err(TissueError {
                    name,
                    seen,
                    low,
                    high,
                });
            }
        }
        Ok(self)
    }
}

/// The law's figures as the kernel wants them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Law {
    inverse_hardening: f64,
    hardening_cap: f64,
    damping: f64,
    slow_share: f64,
    inverse_slow_time: f64,
    pub(crate) friction: f64,
    pub(crate) skin_give: f64,
}

/// `2/(π·a)`: spreads the half space's stiffness over a tip of radius `a` (m).
pub(crate) fn foundation(tip_radius: f64) -> f64 {
    core::f64::consts::FRAC_2_PI / tip_radius
}

impl Law {
    pub(crate) fn new(params: &TissueParams) -> Self {
        Self {
            inverse_hardening: 1.0 / params.hardening_depth.get(),
            hardening_cap: params.hardening_cap.get(),
            damping: params.damping_s_per_m,
            slow_share: params.slow_share,
            inverse_slow_time: 1.0 / params.slow_time.get(),
            friction: params.skin.friction(),
            skin_give: params.skin_give.get(),
        }
    }

    /// Pressure of the fast branches (Pa) at `depth > 0` (m), rate `depth_rate` (m/s), modulus (Pa)
    /// and the tip's [`foundation`] (1/m).
    #[inline]
    pub(crate) fn fast(&self, depth: f64, depth_rate: f64, modulus: f64, foundation: f64) -> f64 {
        let soft = if modulus < self.hardening_cap {
            modulus
        } else {
            self.hardening_cap
        };
        let hardening = soft * depth * self.inverse_hardening;
        let elastic = foundation * depth * (modulus + hardening);
        elastic * above_zero(1.0 + self.damping * depth_rate)
    }

    /// Factor of the slow branch for a tip whose mean depth is `mean_depth` and memory `memory` (m).
    pub(crate) fn slow(&self, mean_depth: f64, memory: f64) -> f64 {
        if mean_depth > 0.0 {
            (1.0 + self.slow_share * (1.0 - memory / mean_depth)).max(0.0)
        } else {
            0.0
        }
    }

    /// Rate of a tip's memory (m/s).
    pub(crate) fn memory_rate(
        &self,
        mean_depth: f64,
        memory: f64,
        slide: f64,
        tip_radius: f64,
    ) -> f64 {
        (mean_depth - memory) * self.inverse_slow_time - memory * slide * 0.5 / tip_radius
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn pressure_is_never_negative_and_grows_with_depth(
            depth in 1e-6..0.03f64, rate in -0.5..0.5f64, modulus in 1e3..5e5f64,
            memory in 0.0..0.05f64,
        ) {
            let law = Law::new(&TissueParams::default());
            let at = |d: f64| law.fast(d, rate, modulus, foundation(0.01));
            prop_assert!(at(depth) >= 0.0);
            prop_assert!(at(depth * 1.1) >= at(depth));
            prop_assert!(law.slow(depth, memory) >= 0.0);
        }
    }

    #[test]
    fn a_disc_of_small_depth_has_the_stiffness_of_a_half_space() {
        let law = Law::new(&TissueParams::default());
        let (modulus, radius, depth) = (76e3, 0.01, 1e-7);
        let area = core::f64::consts::PI * radius * radius;
        let stiffness = law.fast(depth, 0.0, modulus, foundation(radius)) * area / depth;
        assert!((stiffness / (2.0 * modulus * radius) - 1.0).abs() < 1e-4);
    }

    #[test]
    fn a_figure_out_of_range_is_named() {
        let params = TissueParams {
            slow_share: f64::NAN,
            ..TissueParams::default()
        };
        assert_eq!(params.checked().unwrap_err().name, "slow share");
    }
}
