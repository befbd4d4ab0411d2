use nalgebra::SVector;
use quantities::{Newtons, Transform};

use super::*;

fn of(kind: SegmentKind) -> Result<Plan<1>, PlanError> {
    let knot = Knot {
        base_from_tool: Transform::identity(),
        force: Newtons::new(3.0),
        ceiling: Newtons::new(30.0),
        u: Metres::ZERO,
        v: Metres::new(0.05),
        posture: SVector::<f64, 1>::new(0.0),
    };
    let step = Step {
        name: "press".to_owned(),
        rows: Vec::new(),
        technique: Technique::ThumbCircles,
        notes: Vec::new(),
    };
    let segment = Segment {
        step: 0,
        kind,
        tool: ToolIndex(0),
        spacing: Seconds::new(0.02),
        knots: vec![knot; 3],
    };
    Plan::new(Transform::identity(), vec![step], vec![segment])
}

fn hold(most: f64, eased: f64, bone: Option<f64>) -> SegmentKind {
    SegmentKind::Hold(HoldStep {
        most: Seconds::new(most),
        eased: MetresPerSecond::new(eased),
        bone: bone.map(NewtonsPerMetre::new),
    })
}

fn tap(period: f64, height: f64, speed: f64) -> SegmentKind {
    SegmentKind::Tap(TapStep {
        period: Seconds::new(period),
        height: Metres::new(height),
        speed: MetresPerSecond::new(speed),
    })
}

#[test]
fn holds_and_taps_with_sound_figures_make_a_plan() {
    for kind in [
        hold(20.0, 1e-4, None),
        hold(20.0, 1e-4, Some(8000.0)),
        tap(0.4, 0.006, 0.03),
    ] {
        assert!(of(kind.clone()).is_ok(), "{kind:?}");
    }
}

#[test]
fn a_figure_that_nothing_can_be_done_with_is_named() {
    let nan = f64::NAN;
    for (kind, name) in [
        (hold(nan, 1e-4, None), "longest wait"),
        (hold(20.0, 0.0, None), "creep when eased"),
        (hold(20.0, 1e-4, Some(-1.0)), "stiffness of bone"),
        (tap(0.0, 0.006, 0.03), "period"),
        (tap(0.4, f64::INFINITY, 0.03), "height"),
        (tap(0.4, 0.006, -0.03), "speed"),
    ] {
        let refused = of(kind).unwrap_err().to_string();
        assert!(refused.contains(name), "{refused}");
    }
}
