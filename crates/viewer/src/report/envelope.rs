//! Long curves made short without lying: of the samples in each pixel column, the lowest and the highest stay.

/// One column of a curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Extremes {
    /// Number of the column, from 0.
    pub column: usize,
    /// Lowest sample in it.
    pub low: f64,
    /// Highest sample in it.
    pub high: f64,
}

/// Samples farther apart than this are not joined (s).
const GAP_S: f64 = 0.5;

/// Runs of neighbouring columns. Samples are (time in s, value), in the order of time; a value that is
/// not finite ends a run, and so does a gap. Samples outside `time` are left out.
pub(super) fn envelope(
    samples: impl IntoIterator<Item = (f64, f64)>,
    time: (f64, f64),
    columns: usize,
) -> Vec<Vec<Extremes>> {
    let mut runs: Vec<Vec<Extremes>> = Vec::new();
    let span = time.1 - time.0;
    let drawable = span > 0.0 && columns > 0;
    if !drawable {
        return runs;
    }
    let mut joined_since: Option<f64> = None;
    for (at, value) in samples {
        if !(at >= time.0 && at <= time.1) {
            continue;
        }
        if !value.is_finite() {
            joined_since = None;
            continue;
        }
        let column = (((at - time.0) / span * columns as f64) as usize).min(columns - 1);
        let joins = joined_since.is_some_and(|before| at - before <= GAP_S);
        joined_since = Some(at);
        match runs.last_mut().filter(|_| joins) {
            Some(run) => add(run, column, value),
            None => runs.push(vec![Extremes {
                column,
                low: value,
                high: value,
            }]),
        }
    }
    runs
}

fn add(run: &mut Vec<Extremes>, column: usize, value: f64) {
    match run.last_mut() {
        Some(last) if last.column == column => {
            last.low = last.low.min(value);
            last.high = last.high.max(value);
        }
        Some(_) | None => run.push(Extremes {
            column,
            low: value,
            high: value,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_envelope_has_the_extremes_of_the_samples(
            values in prop::collection::vec(-100.0..100.0f64, 1..2000),
            columns in 1usize..300,
        ) {
            let samples: Vec<(f64, f64)> =
                values.iter().enumerate().map(|(i, v)| (i as f64 * 0.02, *v)).collect();
            let end = samples.last().map_or(1.0, |s| s.0).max(0.02);
            let runs = envelope(samples.iter().copied(), (0.0, end), columns);
            let all: Vec<Extremes> = runs.into_iter().flatten().collect();
            let low = all.iter().map(|e| e.low).fold(f64::INFINITY, f64::min);
            let high = all.iter().map(|e| e.high).fold(f64::NEG_INFINITY, f64::max);
            prop_assert_eq!(low, values.iter().copied().fold(f64::INFINITY, f64::min));
            prop_assert_eq!(high, values.iter().copied().fold(f64::NEG_INFINITY, f64::max));
            prop_assert!(all.len() <= columns);
            // Column by column too: each sample lies within its column's extremes.
            for (at, value) in samples {
                let column = ((at / end * columns as f64) as usize).min(columns - 1);
                let here = all.iter().find(|e| e.column == column);
                prop_assert!(here.is_some_and(|e| e.low <= value && value <= e.high));
            }
        }
    }

    #[test]
    fn a_gap_and_a_missing_value_part_the_curve() {
        let samples = [
            (0.0, 1.0),
            (0.1, 1.0),
            (0.2, f64::NAN),
            (0.3, 2.0),
            (5.0, 3.0),
        ];
        let runs = envelope(samples, (0.0, 10.0), 1000);
        assert_eq!(runs.len(), 3, "{runs:?}");
    }

    #[test]
    fn a_spike_of_one_sample_is_still_there() {
        let samples =
            (0..100_000).map(|i| (f64::from(i) * 0.01, if i == 4_711 { 99.0 } else { 1.0 }));
        let runs = envelope(samples, (0.0, 1000.0), 300);
        assert!(runs.iter().flatten().any(|e| e.high == 99.0));
    }
}
