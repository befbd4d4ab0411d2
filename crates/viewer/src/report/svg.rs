//! Text that is safe in HTML and SVG, and numbers short enough for paths.

/// Escapes what has a meaning in HTML text and attributes. Control characters, which HTML forbids, become blanks.
pub(crate) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\n' | '\t' => safe.push(c),
            c if c.is_control() => safe.push(' '),
            c => safe.push(c),
        }
    }
    safe
}

/// A coordinate in a path: a tenth of a pixel is enough.
pub(crate) fn px(value: f64) -> String {
    let text = format!("{value:.1}");
    match text.strip_suffix(".0") {
        Some("-0") => "0".to_owned(),
        Some(whole) => whole.to_owned(),
        None => text,
    }
}

/// A number with so many decimals, or a dash where there is none.
pub(crate) fn figure(value: Option<f64>, decimals: usize) -> String {
    match value {
        Some(value) if value.is_finite() => {
            let text = format!("{value:.decimals$}");
            // No "-0.00": a rounded zero has no sign.
            let zero = text
                .trim_start_matches('-')
                .chars()
                .all(|c| c == '0' || c == '.');
            if zero {
                text.trim_start_matches('-').to_owned()
            } else {
                text
            }
        }
        Some(_) | None => "–".to_owned(),
    }
}

/// Minutes and seconds.
pub(crate) fn clock(seconds: f64) -> String {
    let whole = seconds.max(0.0).round() as u64;
    format!("{}:{:02}", whole / 60, whole % 60)
}

/// Round steps that divide a range into `wanted` parts or somewhat fewer: 1, 2 or 5 times a power of ten.
pub(crate) fn ticks(low: f64, high: f64, wanted: usize) -> Vec<f64> {
    let span = high - low;
    let divisible = span > 0.0 && span.is_finite() && wanted > 0;
    if !divisible {
        return Vec::new();
    }
    let rough = span / wanted as f64;
    let power = libm::pow(10.0, libm::log10(rough).floor());
    let step = [1.0, 2.0, 5.0, 10.0]
        .iter()
        .map(|m| m * power)
        .find(|s| *s >= rough);
    let step = step.unwrap_or(10.0 * power);
    let first = (low / step - 1e-9).ceil() as i64;
    let last = (high / step + 1e-9).floor() as i64;
    (first..=last).map(|i| i as f64 * step).collect()
}

/// Round steps of time: 1, 2, 5, 10, 15, 30 s, 1, 2, 5, 10 min and on.
pub(crate) fn time_ticks(low: f64, high: f64, wanted: usize) -> Vec<f64> {
    const STEPS: [f64; 11] = [
        1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0,
    ];
    let rough = (high - low) / wanted.max(1) as f64;
    if !rough.is_finite() || rough <= 0.0 {
        return Vec::new();
    }
    let Some(step) = STEPS.iter().copied().find(|s| *s >= rough) else {
        return ticks(low, high, wanted);
    };
    let first = (low / step - 1e-9).ceil() as i64;
    let last = (high / step + 1e-9).floor() as i64;
    (first..=last).map(|i| i as f64 * step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nothing_of_html_survives_escaping() {
        assert_eq!(
            escape("<b a=\"1\">'&'\u{7}"),
            "&lt;b a=&quot;1&quot;&gt;&#39;&amp;&#39; "
        );
    }

    #[test]
    fn numbers_are_short_and_zero_has_no_sign() {
        assert_eq!(
            (px(3.0), px(-0.04), px(2.25)),
            ("3".into(), "0".into(), "2.2".into())
        );
        assert_eq!(figure(Some(-0.001), 2), "0.00");
        assert_eq!(figure(None, 2), "–");
        assert_eq!(figure(Some(f64::NAN), 2), "–");
        assert_eq!(clock(83.4), "1:23");
    }

    proptest! {
        #[test]
        fn ticks_lie_within_and_are_few(low in -1e3..1e3f64, span in 1e-3..1e4f64) {
            let high = low + span;
            let ticks = ticks(low, high, 6);
            prop_assert!(ticks.len() <= 7, "{:?}", ticks);
            prop_assert!(!ticks.is_empty() || span < 1e-9);
            let slack = span * 1e-6;
            prop_assert!(ticks.iter().all(|t| *t >= low - slack && *t <= high + slack));
        }
    }

    #[test]
    fn no_range_has_no_ticks() {
        assert!(ticks(1.0, 1.0, 5).is_empty() && ticks(0.0, f64::NAN, 5).is_empty());
        assert!(time_ticks(0.0, 0.0, 5).is_empty());
    }
}
