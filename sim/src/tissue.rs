//! The tissue of the true body: how stiff, how slippery, and what it does to a tool.

mod contact;
mod law;
mod map;
mod pad;
mod regions;
mod shear;
mod skin_under;
mod tip;

pub use contact::{ContactResult, Touch};
pub use law::{SkinSurface, TissueError, TissueParams};
pub use map::SkinMap;
pub use pad::{Pad, TIPS};
pub use regions::Knot;
pub use shear::TissueMemory;

pub(crate) use skin_under::SkinUnder;

use contact::Ground;

use anatomy::Back;
use law::Law;
use quantities::{NewtonsPerMetre, Pascals, Point, Table};

use crate::breathing::Breath;

/// The tissue of one body: the law, and the map of what lies under the skin.
#[derive(Clone, Debug, PartialEq)]
pub struct Tissue {
    params: TissueParams,
    seed: u64,
    law: Law,
    map: SkinMap,
    knots: Vec<Knot>,
}

impl Tissue {
    /// Lays the tissue under the skin of `back`; `seed` places the knots.
    ///
    /// # Errors
    /// [`TissueError`] when a figure is out of range.
    pub fn under(back: &Back, params: TissueParams, seed: u64) -> Result<Self, TissueError> {
        let params = params.checked()?;
        let (map, knots) = regions::lay(back, &params, seed);
        Ok(Self {
            params,
            seed,
            law: Law::new(&params),
            map,
            knots,
        })
    }

    /// The figures.
    #[must_use]
    pub const fn params(&self) -> &TissueParams {
        &self.params
    }

    /// The seed of the knots.
    #[must_use]
    pub const fn seed(&self) -> u64 {
        self.seed
    }

    /// The knots in the muscles.
    #[must_use]
    pub fn knots(&self) -> &[Knot] {
        &self.knots
    }

    /// Modulus under a place of the table.
    #[must_use]
    pub fn modulus_at(&self, place: &Point<Table>) -> Pascals {
        Pascals::new(self.map.at(place.x(), place.y()).0)
    }

    /// Share of the breathing lift that reaches a place of the table.
    #[must_use]
    pub fn breath_share_at(&self, place: &Point<Table>) -> f64 {
        self.map.at(place.x(), place.y()).1
    }

    /// Initial stiffness of a fully immersed tip of `pad` over even tissue of the modulus found at
    /// `place`: `2·E·a`.
    #[must_use]
    pub fn stiffness_of(&self, pad: &Pad, place: &Point<Table>) -> NewtonsPerMetre {
        NewtonsPerMetre::new(2.0 * self.modulus_at(place).get() * pad.tip_radius().get())
    }

    /// What the tissue does to a tool. Allocates nothing.
    #[must_use]
    pub fn contact(
        &self,
        back: &Back,
        touch: &Touch,
        pad: &Pad,
        breath: Breath,
        memory: &TissueMemory,
    ) -> ContactResult {
        let mut skin = SkinUnder::nothing();
        self.contact_looking(back, touch, pad, breath, memory, &mut skin)
    }

    /// The same, keeping what was looked up.
    pub(crate) fn contact_looking(
        &self,
        back: &Back,
        touch: &Touch,
        pad: &Pad,
        breath: Breath,
        memory: &TissueMemory,
        skin: &mut SkinUnder,
    ) -> ContactResult {
        let ground = self.ground(back);
        ground.contact(touch, pad, breath, memory, skin)
    }

    /// The same a fraction of a millimetre from where `skin` was looked up.
    pub(crate) fn contact_near(
        &self,
        back: &Back,
        touch: &Touch,
        pad: &Pad,
        breath: Breath,
        memory: &TissueMemory,
        skin: &SkinUnder,
    ) -> ContactResult {
        let ground = self.ground(back);
        ground.contact_near(touch, pad, breath, memory, skin)
    }

    fn ground<'a>(&'a self, back: &'a Back) -> Ground<'a> {
        Ground {
            surface: back.surface(),
            map: &self.map,
            law: &self.law,
        }
    }
}
