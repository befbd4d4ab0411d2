//! What the body allows: keep-out, zones, ceilings, dwell.

use plan::Knot;
use quantities::{Metres, Newtons};

use super::Sample;
use crate::ground::TRACKING_MARGIN;
use crate::rejection::{Breach, Rule};
use crate::scene::Scene;
use crate::timing::KNOT_SPACING;

/// A press that stays within this box (m) stands still.
const STILL: f64 = 0.010;
/// Below this a force is a touch and not a press (N).
const LEAST_PRESS: f64 = 0.5;

impl<const D: usize> Scene<'_, D> {
    pub(super) fn prove_contact(&self, sample: &Sample<'_, D>, report: &mut impl FnMut(Breach)) {
        self.prove_place(sample, report);
        let (u, v) = sample.place();
        let (allowed, ceiling) = self.allowed(u, v);
        let force = sample.knot.force.get();
        if allowed < LEAST_PRESS {
            report(self.no_touch(sample, (allowed, ceiling)));
        } else if force > allowed + 1e-9 {
            report(sample.breach(
                Rule::Force,
                (force, allowed),
                String::new(),
                "lower the force",
            ));
        }
    }

    /// Why a touch cannot be kept at a place: it is closed, or so little is allowed (N) under the ceiling (N).
    fn no_touch(&self, sample: &Sample<'_, D>, (allowed, ceiling): (f64, f64)) -> Breach {
        let (u, v) = sample.place();
        if let Some(closed) = self.closed_near(u, v) {
            return Breach {
                rule: closed.rule,
                time: Some(sample.time),
                place: Some((u, v)),
                figures: None,
                detail: closed.detail,
                remedy: closed.remedy,
            };
        }
        let detail = format!("the ceiling here is {ceiling:.1} N: too low to keep a touch under");
        let remedy =
            "leave this stretch out, or raise the ceiling where the limits profile sets it";
        let figures = (crate::figures::TOUCH_FORCE, allowed.max(0.0));
        sample.breach(Rule::Force, figures, detail, remedy)
    }

    /// The patch keeps out of the spine's band, and lies on skin that may be touched.
    pub(super) fn prove_place(&self, sample: &Sample<'_, D>, report: &mut impl FnMut(Breach)) {
        let (u, v) = sample.place();
        let table_from_tool = self.in_table(sample.knot.base_from_tool.raw());
        let clearance = self.spine_clearance(&table_from_tool, u, v);
        let keep_out = self.request.envelope.keep_out_half_width().get() + TRACKING_MARGIN;
        if clearance < keep_out {
            let rule = if clearance < 0.0 {
                Rule::Crossing
            } else {
                Rule::KeepOut
            };
            let remedy = "increase the offset, or use a narrower tool";
            let detail = "from the spine line to the nearest edge of the patch, uncertainty and \
                          tracking included"
                .to_owned();
            report(sample.breach(rule, (clearance, keep_out), detail, remedy));
        }
        let (half_x, half_y) = self.spec.model.patch.half_extents();
        for (x, y) in &self.footprint {
            // Tool y points to the client's right; a half turn maps the patch onto itself.
            let (du, dv) = (u + x, v - y);
            if !self.ground.is_contact(du, dv) {
                let known = self.ground.footing(du, dv).is_some();
                let rule = if known {
                    Rule::NoContact
                } else {
                    Rule::OffBody
                };
                let reach = (half_x * half_x + half_y * half_y).sqrt();
                let detail = format!(
                    "an edge of the {} at u {:+.0} mm, v {:+.0} mm",
                    self.spec.name,
                    du * 1e3,
                    dv * 1e3
                );
                let remedy = "end the stroke earlier, or keep further from the flank";
                report(sample.breach(rule, (reach, 0.0), detail, remedy));
                break;
            }
        }
    }

    /// No place is pressed above half its ceiling for longer than the dwell limit.
    pub(super) fn prove_dwell(
        &self,
        knots: &[Knot<D>],
        start: f64,
        report: &mut impl FnMut(Breach),
    ) {
        let limit = self.request.envelope.dwell().get();
        let most = (limit / KNOT_SPACING).floor() as usize + 1;
        let hard = |k: &Knot<D>| k.force > k.ceiling * 0.5 && k.force > Newtons::new(LEAST_PRESS);
        let mut i = 0;
        while let Some(anchor) = knots.get(i) {
            let near = |k: &&Knot<D>| {
                hard(k)
                    && (k.u - anchor.u).abs() < Metres::new(STILL)
                    && (k.v - anchor.v).abs() < Metres::new(STILL)
            };
            let held = knots.iter().skip(i).take_while(near).count();
            if held > most {
                report(Breach {
                    rule: Rule::Dwell,
                    time: Some(start + i as f64 * KNOT_SPACING),
                    place: Some((anchor.u.get(), anchor.v.get())),
                    figures: Some((held as f64 * KNOT_SPACING, limit)),
                    detail: String::new(),
                    remedy: "press less, or move on sooner".to_owned(),
                });
                i += held;
            } else {
                // The next anchor half a box further on: a longer stay cannot hide between anchors.
                i += (held / 2).max(1);
            }
        }
    }
}
