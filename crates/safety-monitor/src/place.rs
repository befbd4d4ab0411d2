//! Where the tool is beside the spine and over the skin, and what the envelope allows there.

use kinematics::{OUTLINE_POINTS, Patch, ToolModel};
use limits::Envelope;
use quantities::{Base, Metres, Pascals, Point, SquareMetres, Table, Tool, Transform};

use crate::Skin;
use crate::facts::Place;
use crate::spine::Spine;

/// Farther from the skin than this the keep-out is no matter (m).
const CLEARANCE_WITHIN: f64 = 0.1;
/// Outline points whose distance from the skin is looked up.
const SKIN_STRIDE: usize = 3;

/// A patch prepared for looking.
#[derive(Clone, Debug)]
struct Outline {
    /// Around the patch; for a fork the first half around one tip, the rest around the other.
    around: [(f64, f64); OUTLINE_POINTS],
    /// Middles of the sides; the centre, repeated, where a patch has no straight side.
    sides: [(f64, f64); 4],
    /// By how much the true outline may bulge beyond the points (m).
    bulge: f64,
    /// Tip centres in tool coordinates; the same point twice for a patch in one piece.
    tips: [(f64, f64); 2],
    is_fork: bool,
    /// Area of one tip, or of the patch.
    area: SquareMetres,
    /// Pressure that the tool is made for.
    rating: Pascals,
}

impl Outline {
    fn of(tool: &ToolModel) -> Self {
        let (patch, rating) = (&tool.patch, tool.pressure_rating);
        let around = patch.outline();
        // Half the angle between neighbouring points of a circle of 24, or of 12 around a fork's tip.
        let chord = |points: f64| 1.0 - libm::cos(core::f64::consts::PI / points);
        let whole = OUTLINE_POINTS as f64;
        match *patch {
            Patch::RoundedRectangle {
                length,
                width,
                corner,
            } => {
                let (x, y) = (length.get() * 0.5, width.get() * 0.5);
                let sides = [(x, 0.0), (-x, 0.0), (0.0, y), (0.0, -y)];
                // Six points a corner leave up to half a step at either end of each arc.
                let bulge = corner.get() * chord(whole);
                Self::whole(around, sides, bulge, (patch.area(), rating))
            }
            Patch::Disc { radius } => {
                let bulge = radius.get() * chord(whole);
                let r = radius.get();
                let sides = [(r, 0.0), (-r, 0.0), (0.0, r), (0.0, -r)];
                Self::whole(around, sides, bulge, (patch.area(), rating))
            }
            Patch::Fork {
                tip_radius,
                spacing,
            } => {
                let half = spacing.get() * 0.5;
                Self {
                    around,
                    sides: [(0.0, half), (0.0, half), (0.0, -half), (0.0, -half)],
                    bulge: tip_radius.get() * chord(whole * 0.5),
                    tips: [(0.0, half), (0.0, -half)],
                    is_fork: true,
                    area: patch.area() * 0.5,
                    rating,
                }
            }
        }
    }

    fn whole(
        around: [(f64, f64); OUTLINE_POINTS],
        sides: [(f64, f64); 4],
        bulge: f64,
        (area, rating): (SquareMetres, Pascals),
    ) -> Self {
        Self {
            around,
            sides,
            bulge,
            tips: [(0.0, 0.0); 2],
            is_fork: false,
            area,
            rating,
        }
    }

    /// Index of the tip that a point belongs to.
    fn tip_of(&self, y: f64) -> usize {
        usize::from(self.is_fork && y < 0.0)
    }
}

/// The believed body as the monitor sees it.
#[derive(Clone, Debug)]
pub(crate) struct Ground {
    table_from_base: Transform<Table, Base>,
    spine: Spine,
    skin: Skin,
    outlines: Vec<Outline>,
}

impl Ground {
    pub fn new(
        base_from_table: &Transform<Base, Table>,
        spine: Spine,
        skin: Skin,
        tools: impl Iterator<Item = ToolModel>,
    ) -> Self {
        Self {
            table_from_base: base_from_table.inverse(),
            spine,
            skin,
            outlines: tools.map(|tool| Outline::of(&tool)).collect(),
        }
    }

    /// The believed skin.
    pub const fn skin(&self) -> &Skin {
        &self.skin
    }

    /// Looks around a tool. `None` when there is no such tool or the pose is no pose.
    pub fn look(
        &self,
        tool: usize,
        base_from_tool: &Transform<Base, Tool>,
        envelope: &Envelope,
    ) -> Option<Place> {
        let outline = self.outlines.get(tool)?;
        let table_from_tool = self.table_from_base * *base_from_tool;
        // Seen on the skin: pressing in, or hovering, must not change the distance from the spine.
        let centre = self
            .spine
            .beside(&self.skin.under(&table_from_tool.origin()))?;
        let [near, far] = outline.tips.map(|tip| {
            self.spine
                .beside_near(centre.piece, &self.skin.under(&on(&table_from_tool, tip)))
        });
        let places = [near?, far?].map(|tip| (Metres::new(tip.u), Metres::new(tip.across)));
        let tips = if outline.is_fork { 2 } else { 1 };
        let contacts = places.map(|(u, v)| (u, v, outline.area));
        let ceiling = envelope.force_ceiling_over(contacts.get(..tips)?);
        let touched = places.get(..tips)?.iter();
        let hard = touched
            .clone()
            .map(|(u, v)| envelope.hard_force_ceiling(envelope.zone_at(*u, *v)));
        let hard_ceiling = hard.fold(f64::INFINITY, |least, f| least.min(f.get())) * tips as f64;
        let pressures = touched.map(|(u, v)| envelope.pressure_ceiling_at(*u, *v).get());
        let rated = outline.rating * outline.area * tips as f64;
        let skin = self.distance_from_skin(outline, &table_from_tool);
        let near_body = skin.is_some_and(|distance| distance < CLEARANCE_WITHIN);
        let half_width = envelope.keep_out_half_width().get();
        Some(Place {
            ceiling: ceiling.min(rated).get(),
            hard_ceiling,
            pressure_ceiling: pressures.fold(outline.rating.get(), f64::min),
            skin,
            clearance: near_body.then(|| {
                self.distance_from_spine(outline, &table_from_tool, centre.piece) - half_width
            }),
        })
    }

    /// Least distance of the patch from the skin (m).
    fn distance_from_skin(
        &self,
        outline: &Outline,
        table_from_tool: &Transform<Table, Tool>,
    ) -> Option<f64> {
        let points = outline
            .around
            .iter()
            .step_by(SKIN_STRIDE)
            .chain(&outline.tips);
        points
            .filter_map(|point| self.skin.distance(&on(table_from_tool, *point)))
            .reduce(f64::min)
    }

    /// Distance over the skin (its chord) from the spine line to the nearest edge of the patch (m), zero
    /// when a tip lies across it.
    fn distance_from_spine(
        &self,
        outline: &Outline,
        table_from_tool: &Transform<Table, Tool>,
        piece: usize,
    ) -> f64 {
        let mut right_and_left = [(f64::INFINITY, f64::NEG_INFINITY); 2];
        for point in outline.around.iter().chain(&outline.sides) {
            let place = self.skin.under(&on(table_from_tool, *point));
            // Nowhere is on the spine.
            let lateral = self
                .spine
                .beside_near(piece, &place)
                .map_or(0.0, |beside| beside.across);
            if let Some((least, most)) = right_and_left.get_mut(outline.tip_of(point.1)) {
                (*least, *most) = (least.min(lateral), most.max(lateral));
            }
        }
        let tips = if outline.is_fork { 2 } else { 1 };
        let distances = right_and_left
            .iter()
            .take(tips)
            .map(|&(least, most)| least.max(-most).max(0.0));
        (distances.fold(f64::INFINITY, f64::min) - outline.bulge).max(0.0)
    }
}

fn on(table_from_tool: &Transform<Table, Tool>, (x, y): (f64, f64)) -> Point<Table> {
    table_from_tool.transform(&Point::new(x, y, 0.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use limits::{RawLimits, Zone, ZoneMap};
    use quantities::Rotation;

    fn m(value: f64) -> Metres {
        Metres::new(value)
    }

    fn ground(patch: Patch) -> Ground {
        let spine = Spine::new(
            &[Point::new(-0.1, 0.0, 0.2), Point::new(0.4, 0.0, 0.2)],
            -0.1,
        );
        let skin = Skin::sampled((m(-0.2), m(0.5)), (m(-0.2), m(0.2)), m(0.01), |_, _| {
            Some(0.2)
        });
        Ground {
            table_from_base: Transform::identity(),
            spine: spine.expect("a line"),
            skin: skin.expect("cells"),
            outlines: vec![Outline::of(&rated(patch, 400e3))],
        }
    }

    fn rated(patch: Patch, pascals: f64) -> ToolModel {
        ToolModel {
            payload: kinematics::Payload {
                flange_from_tool: Transform::identity(),
                mass: quantities::Kilograms::ZERO,
                centre_of_mass: Point::origin(),
                inertia: nalgebra::Matrix3::zeros(),
            },
            patch,
            pressure_rating: Pascals::new(pascals),
            body_radius: m(0.02),
        }
    }

    fn envelope() -> Envelope {
        let area = ((m(-0.2), m(0.5)), (m(-0.2), m(0.2)));
        let zones = ZoneMap::sampled(area.0, area.1, |_, _| Zone::Paraspinal);
        Envelope::seal(&RawLimits::default(), zones.expect("extent"), m(0.0)).expect("defaults")
    }

    /// Tool z down, tool x toward the head, turned by `yaw` about the normal.
    fn over(u: f64, v: f64, height: f64, yaw: f64) -> Transform<Base, Tool> {
        let down = nalgebra::UnitQuaternion::from_axis_angle(
            &nalgebra::Vector3::x_axis(),
            core::f64::consts::PI,
        );
        let turn = nalgebra::UnitQuaternion::from_axis_angle(&nalgebra::Vector3::z_axis(), yaw);
        Transform::new(
            Point::new(u, v, 0.2 + height),
            Rotation::from_raw(turn * down),
        )
    }

    fn clearance(patch: Patch, v: f64, yaw: f64) -> f64 {
        let place = ground(patch).look(0, &over(0.1, v, 0.0, yaw), &envelope());
        place
            .and_then(|place| place.clearance)
            .expect("near the body")
    }

    const PALM: Patch = Patch::RoundedRectangle {
        length: m_const(0.1),
        width: m_const(0.05),
        corner: m_const(0.01),
    };
    const THUMB: Patch = Patch::Disc {
        radius: m_const(0.01),
    };
    const FORK: Patch = Patch::Fork {
        tip_radius: m_const(0.01),
        spacing: m_const(0.1),
    };

    const fn m_const(value: f64) -> Metres {
        Metres::new(value)
    }

    #[test]
    fn clearance_is_measured_from_the_keep_out_to_the_edge_of_the_patch() {
        assert!((clearance(THUMB, 0.05, 0.0) - 0.02).abs() < 2e-4);
        assert!((clearance(PALM, 0.05, 0.0) - 0.005).abs() < 2e-4);
        assert!((clearance(PALM, -0.05, 0.0) - 0.005).abs() < 2e-4);
        // Lying across, the palm's long side reaches the spine.
        assert!((clearance(PALM, 0.05, core::f64::consts::FRAC_PI_2) + 0.02).abs() < 2e-4);
    }

    #[test]
    fn the_points_never_claim_more_clearance_than_the_true_patch_has() {
        for step in 0..36 {
            let yaw = f64::from(step) * 0.1745;
            // Second route: the support function of each shape, exact.
            let (sin, cos) = libm::sincos(yaw);
            let palm = 0.04 * sin.abs() + 0.015 * cos.abs() + 0.01;
            let exact = 0.08 - palm - 0.02;
            let seen = clearance(PALM, 0.08, yaw);
            assert!(
                seen <= exact + 1e-9 && seen > exact - 5e-4,
                "yaw {yaw}: {seen} for {exact}"
            );
            let fork = 0.05 * cos.abs() - 0.01 - 0.02;
            let seen = clearance(FORK, 0.0, yaw);
            assert!(
                seen <= fork.max(-0.02) + 1e-9 && seen > fork.max(-0.02) - 1e-3,
                "yaw {yaw}: {seen} for {fork}"
            );
        }
    }

    #[test]
    fn pressing_in_adds_no_clearance() {
        let look = |height| ground(THUMB).look(0, &over(0.1, 0.04, height, 0.0), &envelope());
        let (on, in_deep) = (look(0.0).expect("a place"), look(-0.02).expect("a place"));
        assert!((on.clearance.expect("near") - in_deep.clearance.expect("near")).abs() < 1e-12);
    }

    #[test]
    fn a_fork_straddles_the_spine_and_is_judged_tip_by_tip() {
        assert!((clearance(FORK, 0.0, 0.0) - 0.02).abs() < 1e-3);
        assert!((clearance(FORK, 0.015, 0.0) - 0.005).abs() < 1e-3);
        assert!(
            (clearance(FORK, 0.05, 0.0) + 0.02).abs() < 1e-3,
            "one tip lies on the spine"
        );
        let place = ground(FORK)
            .look(0, &over(0.1, 0.0, 0.0, 0.0), &envelope())
            .expect("a place");
        assert!(
            (place.ceiling - 2.0 * 31.4159).abs() < 0.01,
            "{}",
            place.ceiling
        );
    }

    #[test]
    fn far_from_the_body_there_is_no_clearance_to_tell() {
        let place = ground(THUMB)
            .look(0, &over(0.1, 0.0, 0.3, 0.0), &envelope())
            .expect("a place");
        assert_eq!(place.clearance, None);
        assert!((place.skin.expect("over the body") - 0.3).abs() < 1e-9);
        assert!(
            ground(THUMB)
                .look(7, &over(0.1, 0.0, 0.3, 0.0), &envelope())
                .is_none()
        );
    }

    #[test]
    fn a_weak_tool_lowers_its_own_ceilings_and_no_rating_lifts_one() {
        let look = |tool: usize, ground: &Ground| {
            let place = ground.look(tool, &over(0.1, 0.04, 0.0, 0.0), &envelope());
            place.expect("on the back")
        };
        let mut ground = ground(THUMB);
        // The second tool is the same thumb, made for 60 kPa; the third one for more than is allowed.
        ground.outlines.push(Outline::of(&rated(THUMB, 60e3)));
        ground.outlines.push(Outline::of(&rated(THUMB, 1e9)));
        let [sound, weak, boast] = [0, 1, 2].map(|tool| look(tool, &ground));
        assert!((weak.ceiling - 60e3 * THUMB.area().get()).abs() < 1e-9);
        assert!((weak.pressure_ceiling - 60e3).abs() < 1e-9);
        assert!(weak.ceiling < sound.ceiling);
        assert_eq!(boast.ceiling.to_bits(), sound.ceiling.to_bits());
        assert_eq!(
            boast.pressure_ceiling.to_bits(),
            sound.pressure_ceiling.to_bits()
        );
        // Each tip of a fork may bear its share.
        let fork = Patch::Fork {
            tip_radius: m(0.01),
            spacing: m(0.1),
        };
        ground.outlines.push(Outline::of(&rated(fork, 20e3)));
        let place = ground.look(3, &over(0.1, 0.0, 0.0, 0.0), &envelope());
        let ceiling = place.expect("on the back").ceiling;
        assert!((ceiling - 20e3 * fork.area().get()).abs() < 1e-9);
    }
}
