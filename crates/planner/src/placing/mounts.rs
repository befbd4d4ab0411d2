//! Where a base may be put: the grid, and how far a place may be moved.

use core::f64::consts::{FRAC_PI_2, PI};

use nalgebra::{Isometry3, Translation3, UnitQuaternion, Vector3};

use crate::{Capsule, TableTop};

/// How a base is mounted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mount {
    /// Upright on a cart or column beside the table.
    Cart,
    /// On a bracket at the table's edge, upright or leaning.
    Table,
    /// Upside down over the table.
    Ceiling,
}

impl Mount {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Cart, Self::Table, Self::Ceiling];

    /// The word in commands.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Cart => "cart",
            Self::Table => "table",
            Self::Ceiling => "ceiling",
        }
    }
}

/// Heights of a cart's plate over the table top (m). Chosen: lifting columns.
const CART_HEIGHT: (f64, f64) = (-0.30, 0.30);
/// What a cart keeps from the table's edge, and how much further out it is tried (m). Chosen.
const CART_GAP: f64 = 0.020;
const CART_OUT: f64 = 0.25;
/// A bracket holds the foot beside the edge: gap, heights (m), leaning toward the table or away
/// (rad). Chosen.
const BRACKET_GAP: f64 = 0.005;
const BRACKET_HEIGHT: (f64, f64) = (-0.20, 0.10);
const BRACKET_LEAN: f64 = 0.785;
/// Heights of a ceiling plate over the table top, a hanging column included, and how far from the
/// table's middle it may be (m). Chosen.
const CEILING_HEIGHT: (f64, f64) = (1.00, 1.80);
const CEILING_ASIDE: f64 = 0.50;
/// How far beyond the work a base may stand along the table (m). Chosen.
const BEYOND: f64 = 0.30;
/// Spacing of the grid along the table (m).
const ALONG: f64 = 0.13;
/// Foot of an arm without capsules around its base (m). Chosen.
const USUAL_FOOT: f64 = 0.10;

/// At which edge of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Edge {
    Left,
    Right,
    Head,
    Foot,
}

/// A base that may be tried: distances along and away from the edge, or x and y below the ceiling.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Candidate {
    pub mount: Mount,
    pub edge: Edge,
    /// Along the edge: x beside the table, y at its ends; x below the ceiling (m).
    pub along: f64,
    /// Away from the nearest place (m); y below the ceiling.
    pub out: f64,
    /// Over the table top (m).
    pub height: f64,
    /// Turn about its own vertical against facing the table (rad).
    pub yaw: f64,
    /// Lean toward the table (rad).
    pub lean: f64,
}

/// Room for candidates: the table, the foot, the work.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    pub table: TableTop,
    pub foot: f64,
    /// Least and greatest x of the work (m).
    pub stretch: (f64, f64),
}

/// Greatest distance of the base's own capsules from its axis (m).
pub(super) fn foot_radius(capsules: &[Capsule]) -> f64 {
    let foot = capsules.iter().filter(|c| c.link.is_none());
    let ends = foot.flat_map(|c| [(c.a, c.radius), (c.b, c.radius)]);
    let widest = ends
        .map(|(end, radius)| (end.x * end.x + end.y * end.y).sqrt() + radius.get())
        .fold(0.0, f64::max);
    if widest > 0.0 { widest } else { USUAL_FOOT }
}

fn between((low, high): (f64, f64), pieces: usize) -> impl Iterator<Item = f64> + Clone {
    (0..=pieces).map(move |i| low + (high - low) * i as f64 / pieces.max(1) as f64)
}

impl Room {
    /// The grid of a mount.
    pub(super) fn grid(&self, mount: Mount) -> Vec<Candidate> {
        match mount {
            Mount::Cart => self.beside(mount, &[0.0, 0.10, 0.20], CART_HEIGHT, &[0.0]),
            Mount::Table => {
                let leans = [-0.5 * BRACKET_LEAN, 0.0, 0.5 * BRACKET_LEAN];
                self.beside(mount, &[0.0], BRACKET_HEIGHT, &leans)
            }
            Mount::Ceiling => self.above(),
        }
    }

    /// Along all four edges.
    fn beside(
        &self,
        mount: Mount,
        outs: &[f64],
        heights: (f64, f64),
        leans: &[f64],
    ) -> Vec<Candidate> {
        let mut grid = Vec::new();
        for edge in [Edge::Right, Edge::Left, Edge::Head, Edge::Foot] {
            let (low, high) = self.along(edge);
            let pieces = ((high - low) / ALONG).ceil().clamp(1.0, 40.0) as usize;
            for along in between((low, high), pieces) {
                for &out in outs {
                    for height in between(heights, 3) {
                        for &lean in leans {
                            for yaw in [0.0, FRAC_PI_2, PI, -FRAC_PI_2] {
                                grid.push(Candidate {
                                    mount,
                                    edge,
                                    along,
                                    out,
                                    height,
                                    yaw,
                                    lean,
                                });
                            }
                        }
                    }
                }
            }
        }
        grid
    }

    fn above(&self) -> Vec<Candidate> {
        let mut grid = Vec::new();
        let (low, high) = self.along(Edge::Left);
        let pieces = ((high - low) / (2.0 * ALONG)).ceil().clamp(1.0, 20.0) as usize;
        for along in between((low, high), pieces) {
            for out in between((-0.4, 0.4), 4) {
                for height in between(CEILING_HEIGHT, 5) {
                    for yaw in [0.0, FRAC_PI_2, PI, -FRAC_PI_2] {
                        grid.push(Candidate {
                            mount: Mount::Ceiling,
                            edge: Edge::Left,
                            along,
                            out,
                            height,
                            yaw,
                            lean: 0.0,
                        });
                    }
                }
            }
        }
        grid
    }

    fn along(&self, edge: Edge) -> (f64, f64) {
        match edge {
            Edge::Left | Edge::Right => {
                let low = (self.stretch.0 - BEYOND).max(self.table.foot_end.get());
                let high = (self.stretch.1 + BEYOND).min(self.table.head_end.get());
                (low.min(high), high)
            }
            Edge::Head | Edge::Foot => {
                let half = self.table.half_width.get();
                (-half, half)
            }
        }
    }

    /// The candidate within what its mount allows.
    pub(super) fn held(&self, candidate: &Candidate) -> Candidate {
        let mut held = *candidate;
        let clamp = |x: f64, (low, high): (f64, f64)| x.clamp(low, high.max(low));
        held.along = clamp(held.along, self.along(held.edge));
        let (out, height, lean) = match held.mount {
            Mount::Cart => ((0.0, CART_OUT), CART_HEIGHT, 0.0),
            Mount::Table => ((0.0, 0.0), BRACKET_HEIGHT, BRACKET_LEAN),
            Mount::Ceiling => ((-CEILING_ASIDE, CEILING_ASIDE), CEILING_HEIGHT, 0.0),
        };
        held.out = clamp(held.out, out);
        held.height = clamp(held.height, height);
        held.lean = clamp(held.lean, (-lean, lean));
        held
    }

    /// Pose of the base in the table frame; places in steps of 5 mm and angles of 5°, which is how
    /// arms are set up.
    pub(super) fn table_from_base(&self, candidate: &Candidate) -> Isometry3<f64> {
        let c = candidate;
        let away = self.foot
            + c.out
            + match c.mount {
                Mount::Cart => CART_GAP,
                Mount::Table | Mount::Ceiling => BRACKET_GAP,
            };
        let beside = self.table.half_width.get() + away;
        let (head, foot) = (self.table.head_end.get(), self.table.foot_end.get());
        // Facing: the turn that brings x toward the table.
        let (x, y, facing) = match (c.mount, c.edge) {
            (Mount::Ceiling, _) => (c.along, c.out, 0.0),
            (_, Edge::Left) => (c.along, beside, -FRAC_PI_2),
            (_, Edge::Right) => (c.along, -beside, FRAC_PI_2),
            (_, Edge::Head) => (head + away, c.along, PI),
            (_, Edge::Foot) => (foot - away, c.along, 0.0),
        };
        let about = |axis, angle: f64| UnitQuaternion::from_axis_angle(&axis, set_square(angle));
        let turned = match c.mount {
            Mount::Ceiling => {
                about(Vector3::z_axis(), c.yaw)
                    * UnitQuaternion::from_axis_angle(&Vector3::x_axis(), PI)
            }
            // Leaning about the edge, then its own turn.
            Mount::Cart | Mount::Table => {
                about(Vector3::z_axis(), facing)
                    * about(Vector3::y_axis(), c.lean)
                    * about(Vector3::z_axis(), c.yaw)
            }
        };
        let place = Translation3::new(
            grain(x, away_from(x)),
            grain(y, away_from(y)),
            grain(c.height, 0.0),
        );
        Isometry3::from_parts(place, told(&turned))
    }
}

/// Rounding goes away from the table's middle, so that a foot that stands clear stays clear.
fn away_from(x: f64) -> f64 {
    if x < 0.0 { -1.0 } else { 1.0 }
}

/// To 5 mm: outward for a side of ±1, to the nearest for 0.
fn grain(x: f64, side: f64) -> f64 {
    let steps = x / 0.005;
    let whole = if side == 0.0 {
        steps.round()
    } else {
        side * (steps * side - 1e-6).ceil()
    };
    whole * 0.005
}

/// To 5°.
fn set_square(angle: f64) -> f64 {
    (angle * 36.0 / PI).round() * PI / 36.0
}

/// The rotation as three angles in tenths of a degree would give it again.
fn told(rotation: &UnitQuaternion<f64>) -> UnitQuaternion<f64> {
    let (roll, pitch, yaw) = rotation.euler_angles();
    let tenth = |angle: f64| (angle * 1800.0 / PI).round() * PI / 1800.0;
    let about = |axis, angle: f64| UnitQuaternion::from_axis_angle(&axis, tenth(angle));
    about(Vector3::z_axis(), yaw) * about(Vector3::y_axis(), pitch) * about(Vector3::x_axis(), roll)
}

/// Differences that the pattern search tries: along, out, height (m), yaw, lean (rad).
pub(super) fn neighbours(candidate: &Candidate, step: f64) -> Vec<Candidate> {
    let mut near = Vec::with_capacity(10);
    for sign in [1.0, -1.0] {
        let by = sign * step;
        let c = *candidate;
        near.push(Candidate {
            along: c.along + by,
            ..c
        });
        near.push(Candidate {
            height: c.height + by,
            ..c
        });
        near.push(Candidate {
            yaw: c.yaw + 4.0 * by,
            ..c
        });
        if c.mount != Mount::Table {
            near.push(Candidate {
                out: c.out + by,
                ..c
            });
        } else {
            near.push(Candidate {
                lean: c.lean + 2.0 * by,
                ..c
            });
        }
    }
    near
}
