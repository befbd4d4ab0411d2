//! What each rule looks at, one function a row.

use super::Compared;
use crate::facts::{Facts, Tool, Touching};

/// Noise of the differenced tool speed that a limit allows for (m/s): 4 ms of 2¹⁹-step encoders at
/// 0.8 m give 2 mm/s a joint; chosen with room for seven.
const SPEED_NOISE: f64 = 0.02;
/// The same for the inward part, and the skin's own breathing: 5 mm at 0.3 Hz is 9.4 mm/s (chosen).
const INWARD_SLACK: f64 = 0.015;
/// Believed skin this near (m): breathing and the fit's error included, the next moment may touch.
const SKIN_NEAR: f64 = 0.02;
/// A ceiling of zero still allows what a sensor may show without touch (N), near the body, ...
const BUMP_NEAR: f64 = 2.0;
/// ... and away from it (m), where only the tool's inertia and a passing sleeve are felt (N).
const BUMP_AWAY: f64 = 5.0;
const AWAY: f64 = 0.06;
/// The compiled-in ceiling is never taken for less than this (N).
const HARD_FLOOR: f64 = 8.0;

fn compared(seen: f64, allowed: f64) -> Option<Compared> {
    Some(Compared { seen, allowed })
}

fn flag(is_raised: bool) -> Option<Compared> {
    compared(f64::from(u8::from(is_raised)), 0.0)
}

/// The least force that is not mistaken for a touch.
fn bump(facts: &Facts) -> f64 {
    if facts.nearer_than(AWAY) {
        BUMP_NEAR
    } else {
        BUMP_AWAY
    }
}

pub(super) fn force_ceiling(facts: &Facts) -> Option<Compared> {
    let load = facts.load?;
    let ceiling = facts.place?.ceiling * facts.allowed.slowed - facts.allowed.force_uncertainty;
    compared(load.press, ceiling.max(bump(facts)))
}

pub(super) fn hard_force_ceiling(facts: &Facts) -> Option<Compared> {
    compared(
        facts.load?.total,
        (facts.place?.hard_ceiling - facts.allowed.force_uncertainty).max(HARD_FLOOR),
    )
}

pub(super) fn pressure_ceiling(facts: &Facts) -> Option<Compared> {
    let allowed = facts.place?.pressure_ceiling;
    if facts.touching == Touching::No || allowed <= 0.0 {
        return None;
    }
    compared(
        facts.load?.pressure,
        (allowed - facts.allowed.pressure_uncertainty).max(0.0),
    )
}

pub(super) fn spine_keep_out(facts: &Facts) -> Option<Compared> {
    let inside = facts.place?.clearance? < 0.0;
    let felt = if inside { facts.load?.total } else { 0.0 };
    compared(felt, facts.allowed.in_band)
}

pub(super) fn free_speed(facts: &Facts) -> Option<Compared> {
    match facts.touching {
        Touching::No => compared(facts.pace?.speed, facts.allowed.free_speed + SPEED_NOISE),
        Touching::Yes | Touching::Unknown => None,
    }
}

pub(super) fn contact_speed(facts: &Facts) -> Option<Compared> {
    if !facts.touching.possibly() {
        return None;
    }
    compared(facts.pace?.speed, facts.allowed.contact_speed + SPEED_NOISE)
}

pub(super) fn headroom(facts: &Facts) -> Option<Compared> {
    if facts.load?.press < 1.0 || facts.touching != Touching::Yes {
        return None;
    }
    compared(facts.pace?.inward, facts.allowed.headroom + INWARD_SLACK)
}

pub(super) fn approach_speed(facts: &Facts) -> Option<Compared> {
    if facts.touching == Touching::Yes || !facts.nearer_than(SKIN_NEAR) {
        return None;
    }
    compared(facts.pace?.inward, facts.allowed.headroom + INWARD_SLACK)
}

pub(super) fn joint_range(facts: &Facts) -> Option<Compared> {
    compared(-facts.pace?.joint_margin, -0.01)
}

pub(super) fn joint_speed(facts: &Facts) -> Option<Compared> {
    compared(facts.pace?.joint_speed, 1.02)
}

pub(super) fn wanted_torque(facts: &Facts) -> Option<Compared> {
    compared(facts.life.wanted_share, 1.0)
}

pub(super) fn joints_finite(facts: &Facts) -> Option<Compared> {
    flag(!facts.life.joints_finite)
}

pub(super) fn wanted_finite(facts: &Facts) -> Option<Compared> {
    flag(!facts.life.wanted_finite)
}

pub(super) fn joints_late(facts: &Facts) -> Option<Compared> {
    compared(facts.life.joints_age, 0.005)
}

pub(super) fn joints_stale_in_contact(facts: &Facts) -> Option<Compared> {
    compared(
        if facts.touching.possibly() {
            facts.life.joints_age
        } else {
            0.0
        },
        0.02,
    )
}

pub(super) fn joints_lost(facts: &Facts) -> Option<Compared> {
    compared(facts.life.joints_age, 0.05)
}

pub(super) fn joints_blind(facts: &Facts) -> Option<Compared> {
    compared(facts.life.joints_age, 0.25)
}

pub(super) fn wrench_late(facts: &Facts) -> Option<Compared> {
    compared(facts.life.wrench_age, 0.005)
}

pub(super) fn wrench_stale_in_contact(facts: &Facts) -> Option<Compared> {
    compared(
        if facts.touching.possibly() {
            facts.life.wrench_age
        } else {
            0.0
        },
        0.02,
    )
}

pub(super) fn wrench_frozen(facts: &Facts) -> Option<Compared> {
    compared(facts.life.wrench_frozen, facts.allowed.frozen)
}

pub(super) fn sequence(facts: &Facts) -> Option<Compared> {
    flag(!facts.life.stamp.in_sequence)
}

pub(super) fn clock(facts: &Facts) -> Option<Compared> {
    compared(
        if facts.life.stamp.clock_advanced {
            facts.life.stamp.unexplained_gap
        } else {
            f64::INFINITY
        },
        0.01,
    )
}

pub(super) fn stall(facts: &Facts) -> Option<Compared> {
    compared(facts.life.stamp.gap, facts.allowed.stall)
}

pub(super) fn stall_in_contact(facts: &Facts) -> Option<Compared> {
    compared(
        if facts.touching.possibly() {
            facts.life.stamp.gap
        } else {
            0.0
        },
        0.02,
    )
}

pub(super) fn overruns(facts: &Facts) -> Option<Compared> {
    compared(facts.life.stamp.overruns, 0.0999)
}

pub(super) fn tangential_force(facts: &Facts) -> Option<Compared> {
    if facts.touching == Touching::No {
        return None;
    }
    compared(
        facts.load?.tangential,
        (facts.allowed.tangential - facts.allowed.force_uncertainty).max(0.0),
    )
}

pub(super) fn mean_power(facts: &Facts) -> Option<Compared> {
    compared(facts.mean_power, facts.allowed.mean_power)
}

pub(super) fn peak_power(facts: &Facts) -> Option<Compared> {
    compared(facts.power, facts.allowed.power)
}

pub(super) fn tool_unknown(facts: &Facts) -> Option<Compared> {
    flag(match facts.tool {
        Tool::Stranger => true,
        Tool::Absent => !facts.parked,
        Tool::Known | Tool::Swapped => false,
    })
}

pub(super) fn tool_swapped(facts: &Facts) -> Option<Compared> {
    flag(facts.tool == Tool::Swapped)
}

pub(super) fn tool_absent(facts: &Facts) -> Option<Compared> {
    flag(facts.tool == Tool::Absent && facts.parked)
}

pub(super) fn wish_missing(facts: &Facts) -> Option<Compared> {
    compared(facts.life.wanted_missing, 0.005)
}

pub(super) fn wish_missing_in_contact(facts: &Facts) -> Option<Compared> {
    compared(
        if facts.touching.possibly() {
            facts.life.wanted_missing
        } else {
            0.0
        },
        0.02,
    )
}

pub(super) fn operator_stop(facts: &Facts) -> Option<Compared> {
    flag(facts.life.stop_asked)
}

pub(super) fn no_zero(facts: &Facts) -> Option<Compared> {
    flag(facts.zero.is_none() && facts.nearer_than(SKIN_NEAR))
}

pub(super) fn zero_size(facts: &Facts) -> Option<Compared> {
    compared(facts.zero?, facts.allowed.zero)
}

pub(super) fn dwell(facts: &Facts) -> Option<Compared> {
    compared(facts.dwell, facts.allowed.dwell)
}

pub(super) fn estimates_differ(facts: &Facts) -> Option<Compared> {
    let (difference, friction) = facts.estimates_differ?;
    compared(difference, (0.15 * facts.load?.press).max(8.0) + friction)
}

pub(super) fn estimates_part(facts: &Facts) -> Option<Compared> {
    let (difference, friction) = facts.estimates_differ?;
    compared(difference, 20.0 + friction)
}

pub(super) fn speeds_differ(facts: &Facts) -> Option<Compared> {
    compared(facts.pace?.speeds_differ, 0.1)
}

pub(super) fn link_table(facts: &Facts) -> Option<Compared> {
    compared(-facts.gaps?.table, -0.002)
}

pub(super) fn link_skin(facts: &Facts) -> Option<Compared> {
    compared(-facts.gaps?.skin, 0.0)
}

pub(super) fn link_link(facts: &Facts) -> Option<Compared> {
    compared(-facts.gaps?.own, 0.0)
}
