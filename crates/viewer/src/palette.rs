//! One colour per meaning, the same in the recording and in the report. All colours are chosen; series
//! that share a plot differ in lightness too, so that they part in print and for the colour-blind.

use crate::scene::StepName;

/// Red, green, blue, 0 to 255.
pub(crate) type Rgb = [u8; 3];

/// True contact force.
pub(crate) const TRUE_FORCE: Rgb = [31, 119, 180];
/// The same, lighter: the viewer's plots are dark.
pub(crate) const TRUE_FORCE_ON_DARK: Rgb = [70, 150, 230];
/// Force as estimated from the sensor.
pub(crate) const MEASURED_FORCE: Rgb = [160, 160, 168];
/// What the plan wants.
pub(crate) const SET_POINT: Rgb = [46, 160, 67];
/// What must not be exceeded, and the keep-out.
pub(crate) const CEILING: Rgb = [207, 34, 46];
/// Distance from the spine.
pub(crate) const CLEARANCE: Rgb = [130, 80, 223];
/// Errors of pose.
pub(crate) const POSE_ERROR: Rgb = [191, 135, 0];

/// Colours of things of one kind: techniques, joints.
pub(crate) const TECHNIQUES: [Rgb; 8] = [
    [76, 139, 201],
    [230, 159, 60],
    [67, 160, 120],
    [204, 121, 167],
    [148, 118, 200],
    [213, 104, 74],
    [120, 144, 60],
    [90, 150, 160],
];

/// Skin where nothing else is said.
pub(crate) const SKIN: Rgb = [222, 188, 163];

/// The `index`-th colour for things of one kind; it begins anew when there are more things than colours.
pub(crate) fn nth(index: usize) -> Rgb {
    TECHNIQUES
        .get(index % TECHNIQUES.len())
        .copied()
        .unwrap_or(SKIN)
}

/// Colour of a technique, by order of first use in the routine; `None` when the routine does not use it.
pub(crate) fn technique(steps: &[StepName], word: &str) -> Option<Rgb> {
    let mut seen: Vec<&str> = Vec::new();
    for step in steps {
        if !seen.contains(&step.technique.as_str()) {
            seen.push(&step.technique);
        }
    }
    seen.iter().position(|known| *known == word).map(nth)
}

/// Tint of a zone on the skin.
pub(crate) fn zone(word: &str) -> Rgb {
    match word {
        "spine" => [212, 172, 152],
        "paraspinal" => [228, 192, 163],
        "latissimus" => [220, 190, 168],
        "trapezius" => [222, 191, 158],
        "shoulder_blade" => [212, 184, 168],
        "kidney" => [215, 178, 168],
        "sacrum" => [214, 178, 154],
        "buttock" => [227, 194, 172],
        "neck_base" => [210, 182, 172],
        "no_contact" => [196, 184, 176],
        _ => SKIN,
    }
}

/// Colour of a contact phase.
pub(crate) fn phase(word: &str) -> Rgb {
    match word {
        "away" => [120, 124, 132],
        "approaching" => [230, 170, 60],
        "touching" => [90, 160, 230],
        "settled" => [60, 165, 110],
        "leaving" => [170, 130, 210],
        _ => [150, 150, 150],
    }
}

/// Colour of a reaction of the safety monitor.
pub(crate) fn reaction(word: &str) -> Rgb {
    match word {
        "go" => [60, 165, 110],
        "warn" => [214, 190, 60],
        "slow" => [230, 160, 50],
        "unload" => [225, 110, 50],
        "retract" => [215, 75, 50],
        "stop" => [200, 40, 50],
        "power_cut" => [130, 10, 40],
        _ => [150, 150, 150],
    }
}

/// Heat of a share: 0 is white, 1 is dark; lightness falls steadily, so it reads in grey too.
pub(crate) fn heat(share: f64) -> Rgb {
    const STOPS: [(f64, Rgb); 6] = [
        (0.0, [255, 250, 238]),
        (0.2, [253, 219, 150]),
        (0.4, [248, 166, 84]),
        (0.6, [224, 98, 60]),
        (0.8, [166, 36, 70]),
        (1.0, [84, 8, 66]),
    ];
    let share = if share.is_finite() {
        share.clamp(0.0, 1.0)
    } else {
        0.0
    };
    let mut pairs = STOPS.iter().zip(STOPS.iter().skip(1));
    let (low, high) = pairs
        .rfind(|(low, _)| low.0 <= share)
        .unwrap_or((&STOPS[0], &STOPS[1]));
    blend(low.1, high.1, (share - low.0) / (high.0 - low.0))
}

/// The colour `share` of the way from one to the other.
pub(crate) fn blend(from: Rgb, to: Rgb, share: f64) -> Rgb {
    let share = share.clamp(0.0, 1.0);
    let mix = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * share).round() as u8;
    [
        mix(from[0], to[0]),
        mix(from[1], to[1]),
        mix(from[2], to[2]),
    ]
}

/// `#rrggbb`.
pub(crate) fn hex([r, g, b]: Rgb) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn luma([r, g, b]: Rgb) -> f64 {
        0.2126 * f64::from(r) + 0.7152 * f64::from(g) + 0.0722 * f64::from(b)
    }

    #[test]
    fn heat_darkens_all_the_way() {
        let lumas: Vec<f64> = (0..=50).map(|i| luma(heat(f64::from(i) / 50.0))).collect();
        assert!(lumas.windows(2).all(|pair| pair[1] < pair[0]), "{lumas:?}");
    }

    #[test]
    fn heat_of_nonsense_is_cold() {
        assert_eq!(heat(f64::NAN), heat(0.0));
        assert_eq!(heat(7.0), heat(1.0));
    }

    #[test]
    fn hex_has_six_digits() {
        assert_eq!(hex([1, 171, 255]), "#01abff");
    }
}
