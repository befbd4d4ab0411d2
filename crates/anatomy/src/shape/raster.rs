//! The body seen from above as a coarse picture of heights: medians, cleaned, without table and strays.
//!
//! A scan holds holes, flying pixels and whatever lay about. One number per cell, the median of its
//! points, is deaf to a few strays; a cell that stands off its neighbours is dropped; and only what hangs
//! together counts as the body.

/// Nothing lower than this over the table top counts (m): the same band as in the crop.
const TABLE_BAND: f64 = 0.03;
/// Nobody is thicker than this lying prone (m).
const HIGHEST: f64 = 0.55;
/// Cells tried (m), fine to coarse: the first that holds enough points on average.
const STEPS: [f64; 4] = [0.006, 0.008, 0.012, 0.016];
const POINTS_PER_CELL: f64 = 1.5;
/// A cell that stands off the median of its neighbourhood by more (m) is a stray; chosen: flanks of
/// 68 degrees rise by this much over two cells of 8 mm.
const STRAY: f64 = 0.040;
/// Neighbours (of 24) that a cell of the body has.
const LEAST_NEIGHBOURS: usize = 6;
/// Radius of the smoothing (m), as the standard deviation of a bell: fine enough for a cleft, or smooth
/// enough to compare two sides of a noisy scan.
pub(super) const FINE: f64 = 0.007;
pub(super) const SMOOTH: f64 = 0.011;

/// Holes up to twice this wide are bridged (m), chosen: a reflection costs a camera about that much.
const BRIDGED: f64 = 0.014;

/// Heights over a grid; y runs fastest.
#[derive(Clone, Debug)]
pub(super) struct Raster {
    low: (f64, f64),
    step: f64,
    cells: (usize, usize),
    /// Smoothed heights; meaningful where `known`.
    height: Vec<f64>,
    known: Vec<bool>,
}

impl Raster {
    /// The body in the points, smoothed over a radius (m); `None` when nothing hangs together.
    pub(super) fn of(points: &[[f64; 3]], blur_radius: f64) -> Option<Self> {
        let body: Vec<[f64; 3]> = points
            .iter()
            .filter(|p| p[2] > TABLE_BAND && p[2] < HIGHEST)
            .copied()
            .collect();
        let (low, high) = extent(&body)?;
        let inside: Vec<[f64; 3]> = body
            .into_iter()
            .filter(|p| p[0] > low.0 && p[0] < high.0 && p[1] > low.1 && p[1] < high.1)
            .collect();
        let step = fitting_step(&inside, low);
        let cells = (
            ((high.0 - low.0) / step).ceil() as usize,
            ((high.1 - low.1) / step).ceil() as usize,
        );
        let (mut height, mut known) = medians(&inside, low, step, cells);
        drop_strays(&height, &mut known, cells);
        keep_largest(&mut known, cells);
        blur(
            &mut height,
            &mut known,
            cells,
            (blur_radius / step).max(0.9),
        );
        fill(&mut height, &mut known, cells, BRIDGED / step);
        known.iter().any(|k| *k).then_some(Self {
            low,
            step,
            cells,
            height,
            known,
        })
    }

    /// Height (m) at a place, bilinear between four known cells.
    pub(super) fn at(&self, x: f64, y: f64) -> Option<f64> {
        let (fx, fy) = (
            (x - self.low.0) / self.step - 0.5,
            (y - self.low.1) / self.step - 0.5,
        );
        // A NaN fails these comparisons too.
        if !(fx >= 0.0 && fy >= 0.0) {
            return None;
        }
        let (i, j) = (fx as usize, fy as usize);
        if i + 1 >= self.cells.0 || j + 1 >= self.cells.1 {
            return None;
        }
        let k = i * self.cells.1 + j;
        let pick = |k: usize| {
            let known = self.known.get(k).copied().unwrap_or(false);
            known.then(|| self.height.get(k).copied()).flatten()
        };
        let (a, b) = (pick(k)?, pick(k + 1)?);
        let (c, d) = (pick(k + self.cells.1)?, pick(k + self.cells.1 + 1)?);
        let (tx, ty) = (fx - i as f64, fy - j as f64);
        Some((1.0 - tx) * (a + ty * (b - a)) + tx * (c + ty * (d - c)))
    }

    /// Centres of the known cells.
    pub(super) fn places(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        let known = self.known.iter().enumerate().filter(|(_, known)| **known);
        known.map(|(k, _)| {
            let (i, j) = (k / self.cells.1, k % self.cells.1);
            (
                self.low.0 + (i as f64 + 0.5) * self.step,
                self.low.1 + (j as f64 + 0.5) * self.step,
            )
        })
    }
}

/// The box that holds all but one in two hundred points at each end, widened by 60 mm.
fn extent(points: &[[f64; 3]]) -> Option<((f64, f64), (f64, f64))> {
    let range = |axis: usize| {
        let mut values: Vec<f64> = points.iter().filter_map(|p| p.get(axis)).copied().collect();
        let last = values.len().checked_sub(1)?;
        let at = values.len() / 200;
        let (_, low, _) = values.select_nth_unstable_by(at, f64::total_cmp);
        let low = *low;
        let (_, high, _) = values.select_nth_unstable_by(last - at, f64::total_cmp);
        Some((low - 0.06, *high + 0.06))
    };
    let ((low_x, high_x), (low_y, high_y)) = (range(0)?, range(1)?);
    let sized = high_x - low_x < 4.0 && high_y - low_y < 4.0;
    sized.then_some(((low_x, low_y), (high_x, high_y)))
}

/// The finest step at which the occupied cells hold enough points.
fn fitting_step(points: &[[f64; 3]], low: (f64, f64)) -> f64 {
    let crowded = |step: f64| {
        let occupied: std::collections::BTreeSet<(u32, u32)> = points
            .iter()
            .map(|p| {
                (
                    ((p[0] - low.0) / step) as u32,
                    ((p[1] - low.1) / step) as u32,
                )
            })
            .collect();
        points.len() as f64 >= POINTS_PER_CELL * occupied.len() as f64
    };
    // Many points are surely crowded, and counting them is slow.
    let first = STEPS
        .iter()
        .find(|step| points.len() > 150_000 || crowded(**step));
    first.or(STEPS.last()).copied().unwrap_or(FINE)
}

/// Median height of each cell, and which cells have one.
fn medians(
    points: &[[f64; 3]],
    low: (f64, f64),
    step: f64,
    cells: (usize, usize),
) -> (Vec<f64>, Vec<bool>) {
    let count = cells.0 * cells.1;
    let index = |p: &[f64; 3]| {
        let (i, j) = (
            ((p[0] - low.0) / step) as usize,
            ((p[1] - low.1) / step) as usize,
        );
        (i.min(cells.0 - 1)) * cells.1 + j.min(cells.1 - 1)
    };
    // Sorted by cell: a count, a running sum, and each point in its place.
    let mut start = vec![0usize; count + 1];
    for p in points {
        start[index(p) + 1] += 1;
    }
    for k in 0..count {
        start[k + 1] += start[k];
    }
    let mut sorted = vec![0.0; points.len()];
    let mut next = start.clone();
    for p in points {
        let k = index(p);
        sorted[next[k]] = p[2];
        next[k] += 1;
    }
    let mut height = vec![0.0; count];
    let mut known = vec![false; count];
    for k in 0..count {
        let of_cell = &mut sorted[start[k]..start[k + 1]];
        if !of_cell.is_empty() {
            let middle = of_cell.len() / 2;
            height[k] = *of_cell.select_nth_unstable_by(middle, f64::total_cmp).1;
            known[k] = true;
        }
    }
    (height, known)
}

/// Cells of the square of five by five around `k`, itself left out.
fn around(k: usize, cells: (usize, usize)) -> impl Iterator<Item = usize> {
    let (i, j) = (k / cells.1, k % cells.1);
    let rows = i.saturating_sub(2)..(i + 3).min(cells.0);
    let columns = j.saturating_sub(2)..(j + 3).min(cells.1);
    rows.flat_map(move |i| columns.clone().map(move |j| i * cells.1 + j))
        .filter(move |other| *other != k)
}

/// Drops cells that stand alone or off their neighbourhood.
fn drop_strays(height: &[f64], known: &mut [bool], cells: (usize, usize)) {
    let before = known.to_vec();
    let mut near = Vec::with_capacity(24);
    for (k, here) in known.iter_mut().enumerate() {
        if !*here {
            continue;
        }
        near.clear();
        near.extend(around(k, cells).filter(|o| before[*o]).map(|o| height[o]));
        let middle = near.len() / 2;
        *here = near.len() >= LEAST_NEIGHBOURS && {
            let (_, median, _) = near.select_nth_unstable_by(middle, f64::total_cmp);
            (height[k] - *median).abs() < STRAY
        };
    }
}

/// Keeps the largest set of cells that hang together, gaps of two cells allowed.
fn keep_largest(known: &mut [bool], cells: (usize, usize)) {
    let mut group = vec![0usize; known.len()];
    let mut sizes = vec![0usize];
    for first in 0..known.len() {
        if !known[first] || group[first] != 0 {
            continue;
        }
        let name = sizes.len();
        sizes.push(0);
        let mut waiting = vec![first];
        group[first] = name;
        while let Some(k) = waiting.pop() {
            sizes[name] += 1;
            for other in around(k, cells) {
                if known[other] && group[other] == 0 {
                    group[other] = name;
                    waiting.push(other);
                }
            }
        }
    }
    let largest = sizes.iter().enumerate().max_by_key(|(_, size)| **size);
    let name = largest.map_or(0, |(name, _)| name);
    for (known, group) in known.iter_mut().zip(&group) {
        *known = *known && *group == name;
    }
}

/// Smooths by a bell over the known cells alone, along one axis and then the other; small gaps close.
fn blur(height: &mut [f64], known: &mut [bool], cells: (usize, usize), sigma: f64) {
    const HALF_FULL: f64 = 0.35;
    let reach = (2.5 * sigma).ceil() as usize;
    let bell: Vec<f64> = (0..=reach)
        .map(|k| libm::exp(-0.5 * (k as f64 / sigma) * (k as f64 / sigma)))
        .collect();
    let total = 2.0 * bell.iter().sum::<f64>() - 1.0;
    let mut sum: Vec<f64> = height
        .iter()
        .zip(known.iter())
        .map(|(h, k)| if *k { *h } else { 0.0 })
        .collect();
    let mut weight: Vec<f64> = known.iter().map(|k| f64::from(u8::from(*k))).collect();
    for (count, stride) in [(cells.0, cells.1), (cells.1, 1)] {
        sum = along(&sum, &bell, (count, stride), cells);
        weight = along(&weight, &bell, (count, stride), cells);
    }
    for (k, (sum, weight)) in sum.iter().zip(&weight).enumerate() {
        known[k] = *weight > HALF_FULL * total * total;
        height[k] = if known[k] { sum / weight } else { 0.0 };
    }
}

/// A convolution along the axis whose neighbours are `stride` apart.
fn along(
    values: &[f64],
    bell: &[f64],
    (count, stride): (usize, usize),
    cells: (usize, usize),
) -> Vec<f64> {
    let place = |k: usize| {
        if stride == 1 {
            k % cells.1
        } else {
            k / cells.1
        }
    };
    (0..values.len())
        .map(|k| {
            let here = place(k);
            let mut sum = 0.0;
            for (far, weight) in bell.iter().enumerate() {
                if here >= far {
                    sum += weight * values[k - far * stride];
                }
                if far > 0 && here + far < count {
                    sum += weight * values[k + far * stride];
                }
            }
            sum
        })
        .collect()
}

/// Bridges small holes: each cell becomes the mean of its neighbours, from the rim inward and then over
/// and over, as a soap film would hang.
fn fill(height: &mut [f64], known: &mut [bool], cells: (usize, usize), radius: f64) {
    const SWEEPS: usize = 12;
    let whole = crate::register::mask::closed(known, cells, radius);
    let holes: Vec<usize> = (0..known.len())
        .filter(|k| whole[*k] && !known[*k])
        .collect();
    for _ in 0..SWEEPS {
        for k in &holes {
            let (mut sum, mut count) = (0.0, 0usize);
            for other in beside(*k, cells).filter(|o| known[*o]) {
                sum += height[other];
                count += 1;
            }
            if count > 0 {
                height[*k] = sum / count as f64;
                known[*k] = true;
            }
        }
    }
}

/// The four neighbours of a cell.
fn beside(k: usize, cells: (usize, usize)) -> impl Iterator<Item = usize> {
    let (i, j) = (k / cells.1, k % cells.1);
    [
        (i > 0).then(|| k - cells.1),
        (i + 1 < cells.0).then(|| k + cells.1),
        (j > 0).then(|| k - 1),
        (j + 1 < cells.1).then(|| k + 1),
    ]
    .into_iter()
    .flatten()
}
