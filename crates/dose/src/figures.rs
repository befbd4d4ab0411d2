//! The map in a few numbers: by zone and side, left against right, worked against left out.
//!
//! What a routine sets out to work is taken as all skin between its lowest and its highest place that may be
//! touched: within the flanks, outside the keep-out. Not all of that can be reached by every tool, so a share
//! of 100 % is not a goal; the share tells two runs, two sides or plan and run apart.

use anatomy::Zone;
use quantities::{Metres, NewtonSeconds};
use serde::{Deserialize, Serialize};

use crate::grid::{CELL, Grid};
use crate::map::DoseMap;

/// A side of the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The client's left: v > 0.
    Left,
    /// The client's right.
    Right,
}

impl Side {
    /// Both, left first.
    pub const BOTH: [Self; 2] = [Self::Left, Self::Right];

    /// The side of a place.
    #[must_use]
    pub fn of(v: Metres) -> Self {
        if v >= Metres::ZERO {
            Self::Left
        } else {
            Self::Right
        }
    }

    /// The word in files and reports.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Right => "right",
        }
    }
}

/// The zone of each cell of a grid, and which cells may be touched.
#[derive(Clone, Debug, PartialEq)]
pub struct Zones {
    grid: Grid,
    cells: Vec<Zone>,
    keep_out: Metres,
}

impl Zones {
    /// Asks for the zone at the centre of every cell. `keep_out` is the half-width of the band beside the spine.
    #[must_use]
    pub fn new(grid: &Grid, keep_out: Metres, zone_at: impl Fn(Metres, Metres) -> Zone) -> Self {
        let cells = (0..grid.len()).map(|index| {
            let (u, v) = grid.centre(index);
            zone_at(u, v)
        });
        Self {
            grid: *grid,
            cells: cells.collect(),
            keep_out,
        }
    }

    /// The zone of a cell; no contact outside.
    #[must_use]
    pub fn zone(&self, index: usize) -> Zone {
        self.cells.get(index).copied().unwrap_or(Zone::NoContact)
    }

    /// True for a cell that may be touched and lies between two places along the spine.
    #[must_use]
    pub fn is_within(&self, index: usize, reach: (Metres, Metres)) -> bool {
        let (u, v) = self.grid.centre(index);
        self.zone(index) != Zone::NoContact
            && v.abs() - CELL * 0.5 >= self.keep_out - Metres::new(1e-9)
            && u >= reach.0
            && u <= reach.1
    }
}

/// The dose in numbers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DoseFigures {
    /// Force times time of everything (N·s).
    pub total_n_s: f64,
    /// Of that, what fell beside the map (N·s).
    pub beside_n_s: f64,
    /// Allowed in each zone and side in a session (N·s); absent where no limit is known.
    pub limit_n_s: Option<f64>,
    /// Lowest and highest u of what is worked (mm); absent when nothing is.
    pub from_to_mm: Option<(f64, f64)>,
    /// Left and right of the whole back.
    pub whole: ZoneFigures,
    /// The zones that got something or should have, in the fixed order of zones.
    pub zones: Vec<ZoneFigures>,
}

/// One zone, both sides.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ZoneFigures {
    /// The zone's word.
    pub zone: String,
    /// The client's left.
    pub left: SideFigures,
    /// The client's right.
    pub right: SideFigures,
    /// Left dose less right dose, as a share of the larger (%); 0 without any.
    pub left_over_right_percent: f64,
}

/// One side of a zone.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SideFigures {
    /// Force times time (N·s).
    pub dose_n_s: f64,
    /// Pressure times time, mean over the worked area (kPa·s).
    pub mean_kpa_s: f64,
    /// Its highest on any cell (kPa·s).
    pub highest_kpa_s: f64,
    /// Passes, mean over the worked area.
    pub mean_passes: f64,
    /// Most passes over any cell.
    pub most_passes: u16,
    /// Time under the patch, mean over the worked area (s).
    pub mean_time_s: f64,
    /// Area that was worked (cm²).
    pub worked_cm2: f64,
    /// Area that may be touched, lies between the ends of the work and was not worked (cm²).
    pub missed_cm2: f64,
    /// Worked share of the area that may be touched (%); absent when there is none.
    pub covered_percent: Option<f64>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    dose: f64,
    highest: f64,
    passes: f64,
    most_passes: u16,
    time: f64,
    worked: f64,
    worked_within: f64,
    within: f64,
}

impl DoseFigures {
    /// Of a map. `reach` is the stretch of u that is set out to be worked: the plan's own for a plan, and the
    /// plan's too for a run; without one it is what the map itself covers.
    #[must_use]
    pub fn of(
        map: &DoseMap,
        zones: &Zones,
        reach: Option<(Metres, Metres)>,
        limit: Option<NewtonSeconds>,
    ) -> Self {
        let reach = reach.or_else(|| map.worked_u_range());
        let mut sums = vec![[Sums::default(); 2]; Zone::ALL.len()];
        for index in 0..map.grid().len() {
            let zone = zones.zone(index);
            let side = Side::of(map.grid().centre(index).1);
            let within = reach.is_some_and(|reach| zones.is_within(index, reach));
            let place = Zone::ALL.iter().position(|z| *z == zone);
            let row = place.and_then(|place| sums.get_mut(place));
            if let Some(own) = row.and_then(|row| row.get_mut(side as usize)) {
                own.take(map, index, within);
            }
        }
        let whole = sums.iter().fold([Sums::default(); 2], |all, row| {
            let [left, right] = row;
            [all[0].joined(left), all[1].joined(right)]
        });
        let told = Zone::ALL.iter().zip(&sums);
        Self {
            total_n_s: map.total().get(),
            beside_n_s: map.outside().get(),
            limit_n_s: limit.map(NewtonSeconds::get),
            from_to_mm: reach.map(|(low, high)| (low.get() * 1e3, high.get() * 1e3)),
            whole: ZoneFigures::of("all".to_owned(), &whole),
            zones: told
                .filter(|(_, row)| row.iter().any(|s| s.dose > 0.0 || s.within > 0.0))
                .map(|(zone, row)| ZoneFigures::of(zone.word().to_owned(), row))
                .collect(),
        }
    }

    /// The figures of a zone by its word.
    #[must_use]
    pub fn zone(&self, word: &str) -> Option<&ZoneFigures> {
        self.zones.iter().find(|zone| zone.zone == word)
    }

    /// Area that may be touched, between the ends of the work, and was not worked (cm²).
    #[must_use]
    pub fn missed_cm2(&self) -> f64 {
        self.whole.left.missed_cm2 + self.whole.right.missed_cm2
    }
}

impl ZoneFigures {
    fn of(zone: String, sums: &[Sums; 2]) -> Self {
        let (left, right) = (sums[0].figures(), sums[1].figures());
        let larger = left.dose_n_s.max(right.dose_n_s);
        let percent = if larger > 0.0 {
            100.0 * (left.dose_n_s - right.dose_n_s) / larger
        } else {
            0.0
        };
        Self {
            zone,
            left,
            right,
            left_over_right_percent: percent,
        }
    }

    /// One side.
    #[must_use]
    pub const fn side(&self, side: Side) -> &SideFigures {
        match side {
            Side::Left => &self.left,
            Side::Right => &self.right,
        }
    }
}

impl Sums {
    fn take(&mut self, map: &DoseMap, index: usize, within: bool) {
        let dose = map.impulse_n_s().get(index).copied().unwrap_or(0.0);
        self.dose += dose;
        self.within += f64::from(u8::from(within));
        if !map.is_worked(index) {
            return;
        }
        let passes = map.passes().get(index).copied().unwrap_or(0);
        self.highest = self.highest.max(dose);
        self.passes += f64::from(passes);
        self.most_passes = self.most_passes.max(passes);
        self.time += map.time_s().get(index).copied().unwrap_or(0.0);
        self.worked += 1.0;
        self.worked_within += f64::from(u8::from(within));
    }

    fn joined(&self, other: &Self) -> Self {
        Self {
            dose: self.dose + other.dose,
            highest: self.highest.max(other.highest),
            passes: self.passes + other.passes,
            most_passes: self.most_passes.max(other.most_passes),
            time: self.time + other.time,
            worked: self.worked + other.worked,
            worked_within: self.worked_within + other.worked_within,
            within: self.within + other.within,
        }
    }

    fn figures(&self) -> SideFigures {
        let area = (CELL * CELL).get();
        let over = |sum: f64| {
            if self.worked > 0.0 {
                sum / self.worked
            } else {
                0.0
            }
        };
        let covered = (self.within > 0.0).then(|| 100.0 * self.worked_within / self.within);
        SideFigures {
            dose_n_s: self.dose,
            mean_kpa_s: over(self.dose) / area * 1e-3,
            highest_kpa_s: self.highest / area * 1e-3,
            mean_passes: over(self.passes),
            most_passes: self.most_passes,
            mean_time_s: over(self.time),
            worked_cm2: self.worked * area * 1e4,
            missed_cm2: (self.within - self.worked_within) * area * 1e4,
            covered_percent: covered,
        }
    }
}

#[cfg(test)]
mod tests {
    use kinematics::Patch;
    use quantities::{Newtons, Pascals, Seconds};

    use super::*;
    use crate::{Tip, Touch};

    fn grid() -> Grid {
        Grid::spanning((Metres::new(0.0), Metres::new(0.4)), Metres::new(0.15))
    }

    /// Buttock below u = 0.1, paraspinal above, no contact beyond 130 mm.
    fn zone_at(u: Metres, v: Metres) -> Zone {
        if v.abs().get() > 0.13 {
            Zone::NoContact
        } else if u.get() < 0.1 {
            Zone::Buttock
        } else {
            Zone::Paraspinal
        }
    }

    fn stroke(map: &mut DoseMap, from: f64, to: f64, v: f64, force: f64, start: f64) {
        let tip = Tip::of(&Patch::RoundedRectangle {
            length: Metres::new(0.1),
            width: Metres::new(0.05),
            corner: Metres::new(0.0125),
        });
        for tick in 0..200 {
            let share = f64::from(tick) / 199.0;
            map.add(
                &tip[0],
                &Touch {
                    until: Seconds::new(start + 0.02 * f64::from(tick + 1)),
                    lasting: Seconds::new(0.02),
                    u: Metres::new(from + (to - from) * share),
                    v: Metres::new(v),
                    along: (1.0, 0.0),
                    force: Newtons::new(force),
                    pressure: Pascals::new(1e3),
                },
            );
        }
    }

    #[test]
    fn the_zones_sum_up_to_the_whole_and_the_whole_to_the_integral() {
        let mut map = DoseMap::new(grid());
        stroke(&mut map, 0.06, 0.3, 0.08, 10.0, 0.0);
        stroke(&mut map, 0.06, 0.3, -0.08, 8.0, 10.0);
        let zones = Zones::new(&grid(), Metres::new(0.02), zone_at);
        let figures = DoseFigures::of(&map, &zones, None, Some(NewtonSeconds::new(12e3)));
        let sum: f64 = figures
            .zones
            .iter()
            .map(|z| z.left.dose_n_s + z.right.dose_n_s)
            .sum();
        assert!((sum - 72.0).abs() < 1e-9 && (figures.total_n_s - 72.0).abs() < 1e-9);
        assert!((figures.whole.left.dose_n_s - 40.0).abs() < 1e-9);
        assert!((figures.whole.left_over_right_percent - 20.0).abs() < 1e-9);
        assert_eq!(figures.zones.len(), 2);
        assert!((figures.zone("paraspinal").unwrap().right.mean_passes - 1.0).abs() < 1e-9);
    }

    #[test]
    fn worked_and_missed_make_up_what_may_be_touched() {
        let mut map = DoseMap::new(grid());
        stroke(&mut map, 0.06, 0.3, 0.08, 10.0, 0.0);
        let zones = Zones::new(&grid(), Metres::new(0.02), zone_at);
        let figures = DoseFigures::of(&map, &zones, None, None);
        // From u = 0.01 to 0.35, 20 to 130 mm beside the spine: 374 cm² a side, of which the palm's
        // 50 mm are worked on the left and nothing on the right.
        let (left, right) = (&figures.whole.left, &figures.whole.right);
        assert!(
            (left.worked_cm2 + left.missed_cm2 - 374.0).abs() < 4.0,
            "{left:?}"
        );
        assert!((left.worked_cm2 - 170.0).abs() < 5.0, "{left:?}");
        assert!((right.missed_cm2 - 374.0).abs() < 4.0 && right.worked_cm2.abs() < 1e-12);
        assert!((left.covered_percent.unwrap() - 45.5).abs() < 1.5);
        assert_eq!(right.covered_percent, Some(0.0));
    }

    #[test]
    fn an_empty_map_has_no_shares() {
        let zones = Zones::new(&grid(), Metres::new(0.02), zone_at);
        let figures = DoseFigures::of(&DoseMap::new(grid()), &zones, None, None);
        assert_eq!(figures.from_to_mm, None);
        assert_eq!(figures.whole.left.covered_percent, None);
        assert!(figures.zones.is_empty());
    }
}
