//! Frictions, kneading, blows and staircases, from a plan made by hand to the judge's figures.
#![allow(clippy::panic)] // a test that cannot set up its scene has nothing to say

mod hand;

use hand::{Hand, Outcome, Pressed};
use knead::session::Ending;
use plan::{HoldStep, SegmentKind, TapStep};
use quantities::{Metres, MetresPerSecond, NewtonsPerMetre, Seconds};
use sim::{SkinSurface, TissueParams};

/// Beside the lumbar spine, over muscle.
const MUSCLE: (f64, f64) = (0.14, 0.05);

fn passed(outcome: &Outcome) {
    assert_eq!(outcome.ending, Ending::Completed, "{:?}", outcome.log);
    let none: Vec<String> = Vec::new();
    assert_eq!(outcome.judgement.reasons, none);
}

/// From the touch to `force` within a second.
fn ramp(to: f64) -> Pressed {
    Pressed {
        kind: SegmentKind::Stroke,
        seconds: 1.0,
        way: Box::new(move |t| (0.0, 0.0, 3.0 + (to - 3.0) * t * t * (3.0 - 2.0 * t))),
    }
}

fn smooth(t: f64) -> f64 {
    let t = t.clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// A friction of 6 mm peak to peak at 2.5 Hz with 12 N of the thumb.
fn friction(skin: SkinSurface) -> Outcome {
    let mut hand = Hand::with("thumb", MUSCLE);
    hand.tissue = TissueParams {
        skin,
        ..hand.tissue
    };
    let seconds = 6.0;
    let rub = Pressed {
        kind: SegmentKind::Stroke,
        seconds,
        way: Box::new(move |t| {
            let swell = smooth(t / 0.8) * smooth((seconds - t) / 0.8);
            let along = 0.003 * swell * libm::sin(core::f64::consts::TAU * 2.5 * t);
            (along, 0.0, 12.0)
        }),
    };
    hand.run(&format!("friction-{skin:?}"), vec![ramp(12.0), rub])
}

#[test]
fn a_friction_sticks_on_dry_skin_and_slips_on_oil_and_the_slip_is_counted() {
    for (skin, sticks) in [(SkinSurface::Dry, true), (SkinSurface::Oiled, false)] {
        let outcome = friction(skin);
        let figures = &outcome.judgement.techniques[0];
        let share = figures.slipped_mm / figures.way_mm;
        println!(
            "{skin:?}: way {:.1} mm, slipped {:.1} mm ({:.1} %), {} slips, RMSE {:.3} N",
            figures.way_mm,
            figures.slipped_mm,
            share * 1e2,
            figures.slips,
            figures.rmse_n
        );
        passed(&outcome);
        assert!(figures.way_mm > 60.0);
        if sticks {
            assert!(share < 0.1 && figures.slips == 0, "{share}");
        } else {
            assert!(
                share > 0.1 && figures.slips > 20,
                "{share}, {} slips",
                figures.slips
            );
        }
    }
}

/// Kneading: 5 to 18 N at 1.2 Hz on tissue of some stiffness.
#[test]
fn kneading_keeps_its_force_on_soft_medium_and_stiff_tissue() {
    for (scale, hertz) in [(0.4, 0.8), (1.0, 2.0), (2.5, 1.6)] {
        let mut hand = Hand::with("palm", (0.14, 0.06));
        hand.tissue.stiffness_scale = scale;
        let knead = Pressed {
            kind: SegmentKind::Stroke,
            seconds: 6.0,
            way: Box::new(move |t| {
                let swing = libm::cos(core::f64::consts::TAU * hertz * t);
                (0.0, 0.0, 11.5 - 6.5 * swing)
            }),
        };
        let outcome = hand.run(&format!("knead-{scale}-{hertz}"), vec![ramp(5.0), knead]);
        let figures = &outcome.judgement.techniques[0];
        println!(
            "stiffness x {scale}, {hertz} Hz: RMSE {:.3} N, most {:.2} N, bias {:.3} N",
            figures.rmse_n, figures.max_abs_n, figures.bias_n
        );
        passed(&outcome);
    }
}

fn taps(tool: &str, at: (f64, f64), scale: f64, hertz: f64, peak: f64) -> Outcome {
    let mut hand = Hand::with(tool, at);
    hand.tissue.stiffness_scale = scale;
    let tap = Pressed {
        kind: SegmentKind::Tap(TapStep {
            period: Seconds::new(1.0 / hertz),
            height: Metres::new(0.005),
            speed: MetresPerSecond::new(0.03),
        }),
        seconds: 12.0 / hertz,
        way: Box::new(move |t| (0.001 * t, 0.0, peak)),
    };
    hand.run(&format!("tap-{tool}-{scale}-{peak}"), vec![tap])
}

#[test]
fn blows_are_made_and_broken_each_time_on_soft_and_on_stiff_tissue() {
    let mut against = Vec::new();
    for (tool, scale, hertz, peak) in [
        ("thumb", 0.5, 2.0, 4.0),
        ("cap", 1.0, 2.5, 8.0),
        ("cap", 1.0, 2.0, 12.0),
        ("cap", 3.0, 2.5, 8.0),
    ] {
        // The cap is wide: further out its edge keeps clear of the spine.
        let outcome = taps(tool, (0.14, 0.066), scale, hertz, peak);
        let series = &outcome.judgement.blows;
        println!("{tool}, stiffness x {scale}, {hertz} Hz, {peak} N: {series:.3?}");
        if !outcome.judgement.reasons.is_empty() || outcome.ending != Ending::Completed {
            against.push((
                tool,
                scale,
                hertz,
                peak,
                outcome.ending,
                outcome.judgement.reasons,
            ));
            continue;
        }
        assert_eq!(series.len(), 1);
        assert_eq!((series[0].planned, series[0].unbroken), (12, 0));
    }
    assert!(against.is_empty(), "{against:#?}");
}

/// Holds of 10, 15, 20 and 25 N with the thumb, each ramped within 0.8 s and held for 4 s at least.
fn staircase(
    name: &str,
    forces: &[f64],
    eased: f64,
    most: f64,
    bone: Option<f64>,
    tissue: impl Fn(&mut TissueParams),
) -> Outcome {
    let mut hand = Hand::with("thumb", MUSCLE);
    tissue(&mut hand.tissue);
    let mut steps = Vec::new();
    let mut from = 3.0;
    for to in forces.iter().copied() {
        steps.push(Pressed {
            kind: SegmentKind::Hold(HoldStep {
                most: Seconds::new(most),
                eased: MetresPerSecond::new(eased),
                bone: bone.map(NewtonsPerMetre::new),
            }),
            seconds: 4.8,
            way: Box::new(move |t| (0.0, 0.0, from + (to - from) * smooth(t / 0.8))),
        });
        from = to;
    }
    let outcome = hand.run(&format!("stairs-{name}"), steps);
    for (at, _, text) in outcome.log.iter().filter(|(_, who, _)| who == "hold") {
        println!("{name}: {at:.2} s {text}");
    }
    outcome
}

fn holds_that(outcome: &Outcome, word: &str) -> usize {
    let lines = outcome.log.iter();
    lines
        .filter(|(_, who, text)| who == "hold" && text.contains(word))
        .count()
}

#[test]
fn a_staircase_goes_on_when_the_tissue_has_eased_and_waits_longer_where_it_is_slower() {
    let quick = staircase("quick", &[10.0, 16.0], 1.5e-5, 40.0, None, |t| {
        t.slow_time = Seconds::new(1.0)
    });
    let slow = staircase("slow", &[10.0, 16.0], 1.5e-5, 40.0, None, |t| {
        t.slow_time = Seconds::new(8.0)
    });
    for outcome in [&quick, &slow] {
        passed(outcome);
        assert_eq!(holds_that(outcome, "eased"), 2);
    }
    let (quick, slow) = (quick.judgement.duration_s, slow.judgement.duration_s);
    println!("quick {quick:.1} s, slow {slow:.1} s");
    assert!(slow > quick + 5.0, "quick {quick} s, slow {slow} s");
}

#[test]
fn a_staircase_on_tissue_that_never_eases_is_timed_out() {
    let outcome = staircase("never", &[10.0, 15.0, 20.0, 25.0], 1e-6, 3.0, None, |t| {
        t.slow_time = Seconds::new(8.0)
    });
    passed(&outcome);
    assert_eq!(holds_that(&outcome, "longest wait"), 4);
}

#[test]
fn a_staircase_leaves_bone_and_stays_on_muscle() {
    let bone = staircase("bone", &[10.0, 15.0], 1.5e-4, 20.0, Some(6000.0), |t| {
        t.stiffness_scale = 4.0
    });
    passed(&bone);
    assert_eq!(holds_that(&bone, "bone"), 1);
    assert_eq!(bone.judgement.left_for_bone.len(), 1);
    println!("{:?}", bone.judgement.left_for_bone);
    let muscle = staircase("muscle", &[10.0, 15.0], 1.5e-4, 20.0, Some(6000.0), |_| {});
    passed(&muscle);
    assert_eq!(holds_that(&muscle, "bone"), 0);
}
