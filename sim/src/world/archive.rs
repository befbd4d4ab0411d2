//! The true world as bytes, so that whoever judges a run later has the very same one.
//!
//! Written down are the body and the figures that everything else is made from; the stiffness map
//! is made again from them, bit by bit the same.

use anatomy::Back;
use nalgebra::{Isometry3, Quaternion, Translation3, UnitQuaternion};
use quantities::{Metres, Pascals, Seconds, Transform};

use super::TrueWorld;
use crate::breathing::{Breathing, BreathingError, BreathingParams, Parts};
use crate::tissue::{SkinSurface, Tissue, TissueError, TissueParams};

const WORD: [u8; 8] = *b"KNEADSIM";
const VERSION: u32 = 2;

/// Why bytes are not a world.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum WorldError {
    /// The bytes end too early.
    #[error(
        "the true world's bytes end at {at} where {wanted} more were expected: the attachment is cut short"
    )]
    CutShort {
        /// Offset at which more was wanted.
        at: usize,
        /// How many.
        wanted: usize,
    },
    /// They begin with something else.
    #[error("these bytes are no true world: the first eight are not `KNEADSIM`")]
    NotOurs,
    /// Another version wrote them.
    #[error(
        "true world of format version {found}, this program reads version {VERSION}: use the program that wrote it"
    )]
    Version {
        /// Version found.
        found: u32,
    },
    /// A number makes no sense.
    #[error(
        "{what} of the true world makes no sense (tag or number {seen}): the attachment is damaged"
    )]
    Nonsense {
        /// Which.
        what: &'static str,
        /// What was read.
        seen: f64,
    },
    /// The body is damaged.
    #[error("the body of the true world: {0}")]
    Body(String),
    /// The tissue's figures are out of range.
    #[error(transparent)]
    Tissue(#[from] TissueError),
    /// The breath's figures are out of range.
    #[error(transparent)]
    Breathing(#[from] BreathingError),
}

impl TrueWorld {
    /// The byte form: little-endian numbers.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        out.extend_from_slice(&WORD);
        out.extend_from_slice(&VERSION.to_le_bytes());
        let pose = self.base_from_table.raw();
        let (t, q) = (pose.translation.vector, pose.rotation.coords);
        put(&mut out, &[t.x, t.y, t.z, q.x, q.y, q.z, q.w]);
        put_tissue(&mut out, &self.tissue);
        put_breathing(&mut out, &self.breathing);
        out.extend_from_slice(&self.back.to_bytes());
        out
    }

    /// Reads the byte form and lays the tissue again.
    ///
    /// # Errors
    /// [`WorldError`] says what is wrong with the bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, WorldError> {
        let mut take = Take { bytes, at: 0 };
        if take.raw(WORD.len())? != WORD {
            return Err(WorldError::NotOurs);
        }
        let found = take.count()?;
        if found != VERSION {
            return Err(WorldError::Version { found });
        }
        let [x, y, z, i, j, k, w] = take.numbers::<7>()?;
        let turn = Quaternion::new(w, i, j, k);
        if !((turn.norm() - 1.0).abs() < 1e-9 && (x + y + z).is_finite()) {
            return Err(WorldError::Nonsense {
                what: "the table's pose",
                seen: turn.norm(),
            });
        }
        // Not normalised again: the same bits as were written.
        let base_from_table = Transform::from_raw(Isometry3::from_parts(
            Translation3::new(x, y, z),
            UnitQuaternion::new_unchecked(turn),
        ));
        let (params, seed) = take_tissue(&mut take)?;
        let breathing = Breathing::from_parts(take_breathing(&mut take)?)?;
        let back = Back::from_bytes(take.rest()).map_err(|e| WorldError::Body(e.to_string()))?;
        let tissue = Tissue::under(&back, params, seed)?;
        Ok(Self::new(back, tissue, breathing, base_from_table))
    }
}

fn put(out: &mut Vec<u8>, numbers: &[f64]) {
    numbers
        .iter()
        .for_each(|x| out.extend_from_slice(&x.to_le_bytes()));
}

fn put_tissue(out: &mut Vec<u8>, tissue: &Tissue) {
    let params = tissue.params();
    out.extend_from_slice(&tissue.seed().to_le_bytes());
    out.push(match params.skin {
        SkinSurface::Oiled => 0,
        SkinSurface::Dry => 1,
        SkinSurface::LightlyOiled => 2,
    });
    out.push(params.knots);
    put(
        out,
        &[
            params.hardening_depth.get(),
            params.hardening_cap.get(),
            params.damping_s_per_m,
            params.slow_share,
            params.slow_time.get(),
            params.skin_give.get(),
            params.stiffness_scale,
            params.pad_edge_drop.get(),
            params.breath_at_sacrum,
        ],
    );
}

fn take_tissue(take: &mut Take) -> Result<(TissueParams, u64), WorldError> {
    let seed = u64::from_le_bytes(take.array()?);
    let skin = match take.byte()? {
        0 => SkinSurface::Oiled,
        1 => SkinSurface::Dry,
        2 => SkinSurface::LightlyOiled,
        other => {
            return Err(WorldError::Nonsense {
                what: "the oil",
                seen: f64::from(other),
            });
        }
    };
    let knots = take.byte()?;
    let [
        depth,
        cap,
        damping_s_per_m,
        slow_share,
        slow,
        give,
        stiffness_scale,
        drop,
        breath_at_sacrum,
    ] = take.numbers::<9>()?;
    let params = TissueParams {
        hardening_depth: Metres::new(depth),
        hardening_cap: Pascals::new(cap),
        damping_s_per_m,
        slow_share,
        slow_time: Seconds::new(slow),
        skin,
        skin_give: Metres::new(give),
        stiffness_scale,
        pad_edge_drop: Metres::new(drop),
        breath_at_sacrum,
        knots,
    };
    Ok((params, seed))
}

fn put_breathing(out: &mut Vec<u8>, breathing: &Breathing) {
    match breathing.parts() {
        Parts::Still => out.push(0),
        Parts::Made(params, seed) => {
            out.push(1);
            out.extend_from_slice(&seed.to_le_bytes());
            put(
                out,
                &[
                    params.amplitude.get(),
                    params.per_minute,
                    params.amplitude_spread,
                    params.period_spread,
                ],
            );
        }
        Parts::Recorded(samples) => {
            out.push(2);
            out.extend_from_slice(&(samples.len() as u32).to_le_bytes());
            samples.iter().for_each(|&(t, lift)| put(out, &[t, lift]));
        }
    }
}

fn take_breathing(take: &mut Take) -> Result<Parts, WorldError> {
    match take.byte()? {
        0 => Ok(Parts::Still),
        1 => {
            let seed = u64::from_le_bytes(take.array()?);
            let [amplitude, per_minute, amplitude_spread, period_spread] = take.numbers::<4>()?;
            let amplitude = Metres::new(amplitude);
            let params = BreathingParams {
                amplitude,
                per_minute,
                amplitude_spread,
                period_spread,
            };
            Ok(Parts::Made(params, seed))
        }
        2 => {
            let count = take.count()?;
            let mut samples = Vec::new();
            for _ in 0..count {
                let [t, lift] = take.numbers::<2>()?;
                samples.push((t, lift));
            }
            Ok(Parts::Recorded(samples))
        }
        other => Err(WorldError::Nonsense {
            what: "the breath",
            seen: f64::from(other),
        }),
    }
}

/// Reads on, never beyond the end.
struct Take<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Take<'a> {
    fn raw(&mut self, wanted: usize) -> Result<&'a [u8], WorldError> {
        let end = self.at.saturating_add(wanted);
        let piece = self.bytes.get(self.at..end).ok_or(WorldError::CutShort {
            at: self.at,
            wanted,
        })?;
        self.at = end;
        Ok(piece)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], WorldError> {
        let at = self.at;
        self.raw(N)?
            .try_into()
            .map_err(|_| WorldError::CutShort { at, wanted: N })
    }

    fn byte(&mut self) -> Result<u8, WorldError> {
        Ok(u8::from_le_bytes(self.array()?))
    }

    fn count(&mut self) -> Result<u32, WorldError> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    fn numbers<const N: usize>(&mut self) -> Result<[f64; N], WorldError> {
        let mut numbers = [0.0; N];
        for number in &mut numbers {
            *number = f64::from_le_bytes(self.array()?);
        }
        Ok(numbers)
    }

    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or(&[])
    }
}
