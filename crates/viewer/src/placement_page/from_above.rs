//! Table, body, reach and base from above: head to the right, the client's left up.

use std::fmt::Write as _;

use quantities::{Point, Table};

use super::page::{ARM, FOOT, HATCH, LINE, colour};
use super::{BaseSketch, PlacementPage};
use crate::palette::{SKIN, hex};
use crate::report::svg::{escape, px};

/// Largest size of the picture (SVG units).
const PANEL: (f64, f64) = (660.0, 560.0);
/// Room around what is drawn (m).
const ROOM: f64 = 0.05;

/// How metres become picture units.
pub(super) struct View {
    left: f64,
    top: f64,
    scale: f64,
    pub size: (f64, f64),
}

impl View {
    /// Shows the back, and every base wherever it stands, all at one scale.
    pub(super) fn of(page: &PlacementPage) -> Self {
        let half = page.table_half_width.get();
        let mut x = (f64::MAX, f64::MIN);
        let mut y = (-half, half);
        let feet = page.bases.iter().map(|b| (&b.base, b.foot_radius.get()));
        let arms = page
            .bases
            .iter()
            .flat_map(|b| b.arm.iter().map(|p| (p, ROOM)));
        let body = page.body.iter().map(|p| (p, ROOM));
        for (place, around) in feet.chain(arms).chain(body) {
            x = (x.0.min(place.x() - around), x.1.max(place.x() + around));
            y = (y.0.min(place.y() - around), y.1.max(place.y() + around));
        }
        if x.0 > x.1 {
            x = (page.table_ends.0.get(), page.table_ends.1.get());
        }
        let (width, height) = (x.1 - x.0 + 2.0 * ROOM, y.1 - y.0 + 2.0 * ROOM);
        let scale = (PANEL.0 / width).min(PANEL.1 / height);
        Self {
            left: x.0 - ROOM,
            top: y.1 + ROOM,
            scale,
            size: (width * scale, height * scale),
        }
    }

    fn x(&self, x: f64) -> f64 {
        (x - self.left) * self.scale
    }

    fn y(&self, y: f64) -> f64 {
        (self.top - y) * self.scale
    }

    fn path(&self, places: &[Point<Table>]) -> String {
        let place = |p: &Point<Table>| format!("{},{}", px(self.x(p.x())), px(self.y(p.y())));
        places.iter().map(place).collect::<Vec<_>>().join(" ")
    }

    pub(super) fn draw(&self, svg: &mut String, page: &PlacementPage, base: &BaseSketch) {
        self.draw_table(svg, page);
        let _ = writeln!(
            svg,
            "<polygon points=\"{}\" fill=\"{}\" fill-opacity=\"0.5\" stroke=\"#6b6660\" stroke-width=\"1.3\"/>",
            self.path(&page.body),
            hex(SKIN),
        );
        for cell in &base.cells {
            let fill = cell.comfort.map_or_else(|| HATCH.to_owned(), colour);
            let _ = writeln!(
                svg,
                "<polygon points=\"{}\" fill=\"{fill}\" stroke=\"{fill}\" stroke-width=\"0.4\"/>",
                self.path(&cell.corners),
            );
        }
        for pass in &page.passes {
            let _ = writeln!(
                svg,
                "<polyline points=\"{}\" fill=\"none\" stroke=\"{LINE}\" stroke-width=\"0.9\" stroke-opacity=\"0.75\"/>",
                self.path(pass),
            );
        }
        self.draw_arm(svg, base);
        self.draw_foot(svg, base);
        self.draw_words(svg);
    }

    fn draw_table(&self, svg: &mut String, page: &PlacementPage) {
        let (foot, head) = (page.table_ends.0.get(), page.table_ends.1.get());
        let half = page.table_half_width.get();
        // What lies outside of the picture is cut off.
        let (from, to) = (self.x(foot).max(0.0), self.x(head).min(self.size.0));
        let _ = writeln!(
            svg,
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"#eef0f2\" stroke=\"#b9c0c9\"/>",
            px(from),
            px(self.y(half)),
            px((to - from).max(0.0)),
            px(2.0 * half * self.scale),
        );
    }

    fn draw_arm(&self, svg: &mut String, base: &BaseSketch) {
        let _ = writeln!(
            svg,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{ARM}\" stroke-width=\"6\" stroke-opacity=\"0.6\" stroke-linecap=\"round\" stroke-linejoin=\"round\"/>",
            self.path(&base.arm),
        );
        for joint in &base.arm {
            let _ = writeln!(
                svg,
                "<circle cx=\"{}\" cy=\"{}\" r=\"3\" fill=\"#fff\" stroke=\"{ARM}\"/>",
                px(self.x(joint.x())),
                px(self.y(joint.y())),
            );
        }
    }

    /// The foot, and an arrow along the base's x axis.
    fn draw_foot(&self, svg: &mut String, base: &BaseSketch) {
        let (x, y) = (self.x(base.base.x()), self.y(base.base.y()));
        let radius = base.foot_radius.get() * self.scale;
        let _ = writeln!(
            svg,
            "<circle cx=\"{}\" cy=\"{}\" r=\"{}\" fill=\"{FOOT}\" fill-opacity=\"0.8\"><title>{}</title></circle>",
            px(x),
            px(y),
            px(radius),
            escape(&base.name),
        );
        let length = (base.ahead.0 * base.ahead.0 + base.ahead.1 * base.ahead.1).sqrt();
        if length < 0.05 {
            return;
        }
        let (ax, ay) = (base.ahead.0 / length, -base.ahead.1 / length);
        let at = |along: f64, aside: f64| {
            let (along, aside) = (along * radius, aside * radius);
            let (px_, py_) = (x + ax * along - ay * aside, y + ay * along + ax * aside);
            format!("{} {}", px(px_), px(py_))
        };
        let arrow = format!(
            "M{}L{}M{}L{}L{}",
            at(0.0, 0.0),
            at(1.5, 0.0),
            at(1.2, 0.25),
            at(1.5, 0.0),
            at(1.2, -0.25)
        );
        let _ = writeln!(
            svg,
            "<path d=\"{arrow}\" fill=\"none\" stroke=\"#fff\" stroke-width=\"5\"/><path d=\"{arrow}\" fill=\"none\" stroke=\"{FOOT}\" stroke-width=\"2.5\"/>",
        );
    }

    fn draw_words(&self, svg: &mut String) {
        let (width, height) = self.size;
        let bar = 0.1 * self.scale;
        let _ = writeln!(
            svg,
            "<text class=\"heading\" x=\"0\" y=\"-10\">from above</text>\
             <text class=\"tick\" x=\"{}\" y=\"-10\" text-anchor=\"end\">head →</text>\
             <text class=\"tick\" x=\"4\" y=\"12\">client's left</text>\
             <text class=\"tick\" x=\"4\" y=\"{}\">client's right</text>\
             <path class=\"axis\" d=\"M{} {}h{}\" stroke-width=\"2\"/>\
             <text class=\"tick\" x=\"{}\" y=\"{}\" text-anchor=\"end\">10 cm</text>",
            px(width),
            px(height - 4.0),
            px(width - bar - 4.0),
            px(height - 6.0),
            px(bar),
            px(width - bar - 10.0),
            px(height - 2.0),
        );
    }
}
