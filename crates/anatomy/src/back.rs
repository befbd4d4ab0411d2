//! One person's back: skin, chart, spine, zones and how sure the midline is.

use quantities::{Metres, Point, Table};

use crate::bones::{Bone, Side, SideMarks};
use crate::bytes::{ByteReader, ByteWriter, DecodeError};
use crate::chart::BackChart;
use crate::landmarks::Landmarks;
use crate::levels::{Level, Levels};
use crate::spine::{SpineFromAbove, SpineLine};
use crate::surface::Surface;
use crate::zones::{Marks, SIDE_STEP, Zone, ZoneMap};

const WORD: [u8; 4] = *b"KNBK";
const VERSION: u16 = 2;
const MOST_BYTES: usize = 64 << 20;
/// How far the chart goes below S2 and above C7, where there is skin (m).
const BELOW_S2: f64 = 0.21;
const ABOVE_C7: f64 = 0.06;
/// Distance of the points of the spine polyline (m).
const POLYLINE_STEP: f64 = 0.005;
/// Contact ends this far inside of the last known skin (m), chosen.
const SIDE_MARGIN: f64 = 0.005;

/// Where strokes beside the spine run when a routine says nothing else: |v|. The source texts say 5 cm.
pub const PARASPINAL_LINE: Metres = Metres::new(0.050);

/// A back: what is believed of a client, or what is true of a simulated one.
#[derive(Clone, Debug, PartialEq)]
pub struct Back {
    chart: BackChart,
    zones: ZoneMap,
    spine: Vec<Point<Table>>,
    midline_uncertainty: Metres,
}

impl Back {
    /// Puts a back together. `None` when the skin does not cover the spine from S2 to C7, or the levels do not
    /// follow each other along it.
    pub(crate) fn assemble(
        surface: Surface,
        above: SpineFromAbove,
        landmarks: &Landmarks,
        midline_uncertainty: Metres,
    ) -> Option<Self> {
        let x_of_s2 = above.nearest(landmarks.s2.x(), landmarks.s2.y());
        let spine = SpineLine::on(above, &surface, x_of_s2)?;
        let u_of = |p: &Point<Table>| spine.u_of_x(spine.above.nearest(p.x(), p.y()));
        let levels = Levels {
            l4: u_of(&landmarks.l4),
            t12: u_of(&landmarks.t12),
            t7: u_of(&landmarks.t7),
            t3: u_of(&landmarks.t3),
            c7: u_of(&landmarks.c7),
        };
        if !levels.are_ordered() {
            return None;
        }
        let (u_low, u_high) = covered(&surface, &spine, levels.c7)?;
        let chart = BackChart::new(surface, spine, u_low, u_high)?;
        let beside = beside(&chart, landmarks);
        let zones = ZoneMap::new(
            levels,
            (u_low, u_high),
            beside,
            sides(&chart, u_low, u_high),
        );
        Some(Self::complete(chart, zones, midline_uncertainty))
    }

    fn complete(chart: BackChart, zones: ZoneMap, midline_uncertainty: Metres) -> Self {
        let (low, high) = (chart.u_range().0.get(), zones.levels.c7);
        let steps = ((high - low) / POLYLINE_STEP).ceil().max(1.0) as usize;
        let spine = (0..=steps)
            .filter_map(|k| {
                let u = low + (high - low) * k as f64 / steps as f64;
                Some(chart.at(Metres::new(u), Metres::ZERO)?.point)
            })
            .collect();
        Self {
            chart,
            zones,
            spine,
            midline_uncertainty,
        }
    }

    /// The skin.
    #[must_use]
    pub fn surface(&self) -> &Surface {
        self.chart.surface()
    }

    /// The chart of the skin.
    #[must_use]
    pub fn chart(&self) -> &BackChart {
        &self.chart
    }

    /// The zones.
    #[must_use]
    pub fn zones(&self) -> &ZoneMap {
        &self.zones
    }

    /// The spine line on the skin as a polyline from its lowest point to C7, steps of at most 5 mm
    /// of arc.
    #[must_use]
    pub fn spine(&self) -> &[Point<Table>] {
        &self.spine
    }

    /// The zone at a place of the chart; `NoContact` off the chart and for NaN.
    #[must_use]
    pub fn zone_at(&self, u: Metres, v: Metres) -> Zone {
        self.zones.zone_at(u, v)
    }

    /// u of a named level.
    #[must_use]
    pub fn level(&self, level: Level) -> Metres {
        self.zones.levels.metres(level)
    }

    /// The border of a shoulder blade as a closed polyline of `(u, v)`, left positive v, steps of at most
    /// about 10 mm: from the upper angle down the medial border to the lower angle, up the lateral border
    /// and along the upper border back to where it began. Where the skin ends it runs along its edge. A
    /// blade slides by about 20 mm with the arm: the curve is where it is likely to be.
    #[must_use]
    pub fn blade_border(&self, side: Side) -> Vec<(Metres, Metres)> {
        self.on_skin(self.zones.bones().blade(side), side)
    }

    /// The ridge of a bone of one side as a polyline of `(u, v)`; of the sacrum, its edge.
    #[must_use]
    pub fn bone_ridge(&self, bone: Bone, side: Side) -> Vec<(Metres, Metres)> {
        self.on_skin(self.zones.bones().ridge(bone, side), side)
    }

    fn on_skin(&self, curve: &[(f64, f64)], side: Side) -> Vec<(Metres, Metres)> {
        curve
            .iter()
            .map(|(u, aside)| {
                let v = side.sign() * aside;
                let limits = self.v_range(Metres::new(*u));
                let v = limits.map_or(v, |(right, left)| v.clamp(right.get(), left.get()));
                (Metres::new(*u), Metres::new(v))
            })
            .collect()
    }

    /// The bone felt under a place of the chart, or `None` over soft tissue and for NaN. Ribs under
    /// muscle are not counted, nor is the spine, which the keep-out covers.
    #[must_use]
    pub fn bone_at(&self, u: Metres, v: Metres) -> Option<Bone> {
        self.zones.bones().at(u, v)
    }

    /// How much bone lies under a place, smoothly from 0 (soft tissue) to 1 (on a ridge), for a plan
    /// that presses less over bone.
    #[must_use]
    pub fn bone_share(&self, u: Metres, v: Metres) -> f64 {
        self.zones.bones().most(u, v).1
    }

    /// Lateral uncertainty of the spine line (95 %).
    #[must_use]
    pub fn midline_uncertainty(&self) -> Metres {
        self.midline_uncertainty
    }

    /// Lowest and highest u of the chart.
    #[must_use]
    pub fn u_range(&self) -> (Metres, Metres) {
        self.chart.u_range()
    }

    /// Rightmost (negative) and leftmost v at which the skin may be touched; `None` off the chart.
    #[must_use]
    pub fn v_range(&self, u: Metres) -> Option<(Metres, Metres)> {
        self.zones.v_range(u)
    }

    /// The byte form, for archives.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = ByteWriter::start(WORD, VERSION);
        out.f64(self.midline_uncertainty.get());
        let (u_low, u_high) = self.chart.u_range();
        out.f64(u_low.get());
        out.f64(u_high.get());
        self.chart.spine().write(&mut out);
        self.zones.write(&mut out);
        out.raw(&self.surface().to_bytes());
        out.done()
    }

    /// Reads the byte form. The chart's table is measured again, bit for bit.
    ///
    /// # Errors
    /// Bytes that are cut short, foreign, of another version or damaged.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut bytes = ByteReader::start(bytes, "back", WORD, VERSION)?;
        let midline_uncertainty = Metres::new(bytes.finite("midline uncertainty")?);
        let (u_low, u_high) = (bytes.finite("u range")?, bytes.finite("u range")?);
        let spine = SpineLine::read(&mut bytes)?;
        let zones = ZoneMap::read(&mut bytes)?;
        let surface = Surface::from_bytes(bytes.raw(MOST_BYTES)?)?;
        bytes.end()?;
        let chart =
            BackChart::new(surface, spine, u_low, u_high).ok_or(DecodeError::Nonsense("chart"))?;
        Ok(Self::complete(chart, zones, midline_uncertainty))
    }
}

/// The stretch of u around S2 where the spine line runs over known skin; it must reach C7.
fn covered(surface: &Surface, spine: &SpineLine, u_c7: f64) -> Option<(f64, f64)> {
    const STEP: f64 = 0.002;
    let known = |u: f64| {
        let x = spine.x_of_u(u);
        surface.is_known(x, spine.above.eval(x).0)
    };
    let walk = |limit: f64, sign: f64| {
        let steps = (limit / STEP) as usize;
        let good = (0..=steps)
            .take_while(|k| known(sign * *k as f64 * STEP))
            .count();
        good.checked_sub(1).map(|k| sign * k as f64 * STEP)
    };
    let (low, high) = (walk(BELOW_S2, -1.0)?, walk(u_c7 + ABOVE_C7, 1.0)?);
    (high >= u_c7).then_some((low, high))
}

/// Limits of v at equal steps of u.
fn sides(chart: &BackChart, u_low: f64, u_high: f64) -> Vec<(f64, f64)> {
    const STEP: f64 = 0.003;
    let count = ((u_high - u_low) / SIDE_STEP).ceil() as usize;
    let reach = |u: f64, sign: f64| {
        let known = (1..=110)
            .take_while(|k| {
                chart
                    .at(Metres::new(u), Metres::new(sign * f64::from(*k) * STEP))
                    .is_some()
            })
            .count();
        sign * (known as f64 * STEP - SIDE_MARGIN).max(0.0)
    };
    let found: Vec<(f64, f64)> = (0..=count)
        .map(|k| {
            let u = (u_low + k as f64 * SIDE_STEP).min(u_high);
            (reach(u, -1.0), reach(u, 1.0))
        })
        .collect();
    // The narrowest of three neighbours: what lies between two of them is then inside of both.
    (0..=count)
        .map(|k| {
            let near = found
                .get(k.saturating_sub(1)..(k + 2).min(found.len()))
                .unwrap_or(&[]);
            near.iter().fold(
                (f64::NEG_INFINITY, f64::INFINITY),
                |(right, left), (r, l)| (right.max(*r), left.min(*l)),
            )
        })
        .collect()
}

/// The landmarks beside the spine, told in the chart.
fn beside(chart: &BackChart, landmarks: &Landmarks) -> Marks {
    let told = |p: Option<Point<Table>>| {
        p.and_then(|p| chart.locate_from_above(p.x(), p.y()))
            .map(|(u, v)| (u.get(), v.get().abs()))
    };
    let side = |angle, acromion, psis| SideMarks {
        angle: told(angle),
        acromion: told(acromion),
        psis: told(psis),
    };
    Marks {
        left: side(
            landmarks.scapula_inferior_left,
            landmarks.acromion_left,
            landmarks.psis_left,
        ),
        right: side(
            landmarks.scapula_inferior_right,
            landmarks.acromion_right,
            landmarks.psis_right,
        ),
    }
}

#[cfg(test)]
mod tests;
