//! Table, back and arm seen from the client's feet: the client's left on the left, up is up.

use std::fmt::Write as _;

use quantities::{Point, Table};

use super::page::{ARM, FOOT};
use super::{BaseSketch, PlacementPage};
use crate::palette::{SKIN, hex};
use crate::report::svg::px;

/// Largest size of the picture (SVG units).
const PANEL: (f64, f64) = (330.0, 560.0);
/// Room around what is drawn, and how much is shown below the table top (m).
const ROOM: f64 = 0.06;
const BELOW: f64 = 0.25;
/// Thickness of the drawn table top (m).
const TOP: f64 = 0.04;

/// How metres become picture units.
pub(super) struct View {
    left: f64,
    top: f64,
    scale: f64,
    pub size: (f64, f64),
}

impl View {
    /// Shows every base and arm at one scale.
    pub(super) fn of(page: &PlacementPage) -> Self {
        let half = page.table_half_width.get();
        let (mut y, mut z) = ((-half, half), (-BELOW, 0.3_f64));
        let feet = page.bases.iter().map(|b| (&b.base, b.foot_radius.get()));
        let arms = page
            .bases
            .iter()
            .flat_map(|b| b.arm.iter().map(|p| (p, ROOM)));
        for (place, around) in feet.chain(arms) {
            y = (y.0.min(place.y() - around), y.1.max(place.y() + around));
            z = (z.0.min(place.z() - around), z.1.max(place.z() + around));
        }
        let (width, height) = (y.1 - y.0 + 2.0 * ROOM, z.1 - z.0 + 2.0 * ROOM);
        let scale = (PANEL.0 / width).min(PANEL.1 / height);
        Self {
            left: y.1 + ROOM,
            top: z.1 + ROOM,
            scale,
            size: (width * scale, height * scale),
        }
    }

    fn x(&self, y: f64) -> f64 {
        (self.left - y) * self.scale
    }

    fn y(&self, z: f64) -> f64 {
        (self.top - z) * self.scale
    }

    fn path(&self, places: &[Point<Table>]) -> String {
        let place = |p: &Point<Table>| format!("{},{}", px(self.x(p.y())), px(self.y(p.z())));
        places.iter().map(place).collect::<Vec<_>>().join(" ")
    }

    pub(super) fn draw(&self, svg: &mut String, page: &PlacementPage, base: &BaseSketch) {
        let half = page.table_half_width.get();
        let _ = writeln!(
            svg,
            "<text class=\"heading\" x=\"0\" y=\"-10\">from the feet</text>\
             <rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"#eef0f2\" stroke=\"#b9c0c9\"/>",
            px(self.x(half)),
            px(self.y(0.0)),
            px(2.0 * half * self.scale),
            px(TOP * self.scale),
        );
        self.draw_body(svg, page);
        self.draw_arm(svg, base);
        let _ = writeln!(
            svg,
            "<text class=\"tick\" x=\"0\" y=\"{low}\">client's left</text>\
             <text class=\"tick\" x=\"{}\" y=\"{low}\" text-anchor=\"end\">client's right</text>",
            px(self.size.0),
            low = px(self.size.1 - 2.0),
        );
    }

    fn draw_arm(&self, svg: &mut String, base: &BaseSketch) {
        let radius = base.foot_radius.get() * self.scale;
        let (x, y) = (self.x(base.base.y()), self.y(base.base.z()));
        let _ = writeln!(
            svg,
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"6\" fill=\"{FOOT}\"/>\
             <polyline points=\"{}\" fill=\"none\" stroke=\"{ARM}\" stroke-width=\"6\" stroke-opacity=\"0.7\" stroke-linecap=\"round\" stroke-linejoin=\"round\"/>",
            px(x - radius),
            px(y - 3.0),
            px(2.0 * radius),
            self.path(&base.arm),
        );
        for joint in &base.arm {
            let _ = writeln!(
                svg,
                "<circle cx=\"{}\" cy=\"{}\" r=\"3\" fill=\"#fff\" stroke=\"{ARM}\"/>",
                px(self.x(joint.y())),
                px(self.y(joint.z())),
            );
        }
    }

    /// The section, closed along the table top.
    fn draw_body(&self, svg: &mut String, page: &PlacementPage) {
        let (Some(first), Some(last)) = (page.section.first(), page.section.last()) else {
            return;
        };
        let _ = writeln!(
            svg,
            "<polygon points=\"{} {},{} {},{}\" fill=\"{}\" fill-opacity=\"0.7\" stroke=\"#6b6660\" stroke-width=\"1.3\"/>",
            self.path(&page.section),
            px(self.x(last.y())),
            px(self.y(0.0)),
            px(self.x(first.y())),
            px(self.y(0.0)),
            hex(SKIN),
        );
    }
}
