//! The skin near a pad, looked up once and told again for small shifts.
//!
//! Within one step a tool moves by a fraction of a millimetre, but each stage of the step asks for
//! the skin under every cell. So the look-up keeps height, slopes and second derivatives; a stage asks
//! those. At the place of the look-up the answer is exact; 0.2 mm beside it the third derivative that is left out
//! makes less than a nanometre on a back.

use anatomy::Surface;
use nalgebra::{Matrix3, Vector3};

use super::map::SkinMap;
use super::pad::{BLOCKS, Lanes, Pad};

/// Height of cells that have no known skin below them (m): out of reach.
const NOWHERE: f64 = -1e3;
/// A pad farther than this above the highest skin is not looked up at all (m): more than it moves in a step.
const NEAR: f64 = 0.01;

/// Skin, modulus and breathing share under a block of cells, and how they change beside it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SkinBlock {
    pub(crate) x: Lanes,
    pub(crate) y: Lanes,
    pub(crate) height: Lanes,
    pub(crate) slope_x: Lanes,
    pub(crate) slope_y: Lanes,
    pub(crate) xx: Lanes,
    pub(crate) xy: Lanes,
    pub(crate) yy: Lanes,
    pub(crate) modulus: Lanes,
    pub(crate) modulus_x: Lanes,
    pub(crate) modulus_y: Lanes,
    pub(crate) share: Lanes,
    pub(crate) share_x: Lanes,
    pub(crate) share_y: Lanes,
}

/// The skin under a whole pad.
#[derive(Clone, Debug)]
pub(crate) struct SkinUnder {
    /// False when the pad is too high to touch: the blocks are then stale.
    pub(crate) near: bool,
    pub(crate) blocks: [SkinBlock; BLOCKS],
}

impl SkinUnder {
    /// Nothing looked up yet.
    pub(crate) fn nothing() -> Self {
        Self {
            near: false,
            blocks: [SkinBlock::default(); BLOCKS],
        }
    }

    /// Looks up the skin under a pad (`rotation`, `origin`: table from tool). `lift` is the breath's (m).
    pub(crate) fn look(
        &mut self,
        surface: &Surface,
        map: &SkinMap,
        pad: &Pad,
        rotation: &Matrix3<f64>,
        origin: &Vector3<f64>,
        lift: f64,
    ) {
        self.near = origin.z - pad.reach().get() <= map.highest() + lift.max(0.0) + NEAR;
        if !self.near {
            return;
        }
        for (number, block) in self.blocks.iter_mut().enumerate() {
            for (i, cell) in pad.block(number).enumerate() {
                let place = origin + rotation * cell.centre;
                block.look(i, surface, map, &place);
            }
        }
    }
}

impl SkinBlock {
    fn look(&mut self, i: usize, surface: &Surface, map: &SkinMap, place: &Vector3<f64>) {
        self.x[i] = place.x;
        self.y[i] = place.y;
        let Some((skin, bend)) = surface.jet_at(place.x, place.y) else {
            self.height[i] = NOWHERE;
            for column in [
                &mut self.slope_x,
                &mut self.slope_y,
                &mut self.xx,
                &mut self.xy,
                &mut self.yy,
            ] {
                column[i] = 0.0;
            }
            return;
        };
        self.height[i] = skin.height;
        self.slope_x[i] = skin.slope_x;
        self.slope_y[i] = skin.slope_y;
        self.xx[i] = bend.xx;
        self.xy[i] = bend.xy;
        self.yy[i] = bend.yy;
        let [modulus, share] = map.sloping_at(place.x, place.y);
        self.modulus[i] = modulus.value;
        self.modulus_x[i] = modulus.slope_x;
        self.modulus_y[i] = modulus.slope_y;
        self.share[i] = share.value;
        self.share_x[i] = share.slope_x;
        self.share_y[i] = share.slope_y;
    }
}
