//! A digest over everything that decides an answer, so that two parties can agree on the limits.

use sha2::{Digest, Sha256};

use crate::{Area, Envelope};

/// Changes whenever the meaning of the bytes below does.
const LAYOUT: &[u8] = b"knead limits 1";

impl Envelope {
    /// SHA-256 over the canonical bytes of this envelope: equal envelopes, equal digest.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        let mut hasher = Sha256::new();
        hasher.update(LAYOUT);
        let mut number = |value: f64| hasher.update(value.to_le_bytes());
        for figure in self.figures.figures() {
            number(figure.value);
            number(figure.ceiling);
        }
        number(self.midline_uncertainty.get());
        self.zones.write_to(|bytes| hasher.update(bytes));
        hasher.update((self.zone_forces.len() as u64).to_le_bytes());
        for (zone, force) in &self.zone_forces {
            hasher.update(zone.word().as_bytes());
            hasher.update([0]);
            hasher.update(force.get().to_le_bytes());
        }
        hasher.update((self.blocked_areas.len() as u64).to_le_bytes());
        for Area { u, v } in &self.blocked_areas {
            for edge in [u.0, u.1, v.0, v.1] {
                hasher.update(edge.get().to_le_bytes());
            }
        }
        hasher.finalize().into()
    }

    /// The digest in hexadecimal.
    #[must_use]
    pub fn digest_text(&self) -> String {
        self.digest()
            .iter()
            .fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
    }
}
