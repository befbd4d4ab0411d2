//! The one table of rules. The judge, the documentation and the tests of conditions all come from it.

use signals::Reaction;

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

/// What a rule looks at in one cycle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Compared {
    /// What is seen; more is worse.
    pub seen: f64,
    /// The most that is allowed.
    pub allowed: f64,
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Its number, "SR-01" onward: place in the table.
    pub id: &'static str,
    /// Its word in recordings and reports.
    pub word: &'static str,
    /// Its name for people.
    pub name: &'static str,
    /// What is compared, with its unit.
    pub compares: &'static str,
    /// With what.
    pub threshold: &'static str,
    /// How long it must last (ms).
    pub persists_ms: u16,
    /// How many samples in a row it takes at least.
    pub samples: u16,
    /// When it lets go.
    pub releases: &'static str,
    /// By how much below the threshold it lets go, in the unit compared.
    pub hysteresis: f64,
    /// What is done.
    pub reaction: Reaction,
    /// How fast the normal force is taken away (N/s), where the reaction takes it away.
    pub unload_n_per_s: f64,
    /// Classes of faults that it answers.
    pub hazards: &'static [&'static str],
    /// Test that trips it, and goes red without it.
    pub test: &'static str,
    pub(crate) measure: fn(&Facts) -> Option<Compared>,
}

/// The rule table, in the order of [`signals::RuleIndex`].
#[must_use]
pub fn rules() -> &'static [Rule] {
    &RULES
}

/// The rule table as a Markdown table.
#[must_use]
pub fn rules_markdown() -> String {
    let mut text = String::from(
        "| id | rule | what is compared | allowed | lasts | reaction | hazards |\n|---|---|---|---|---|---|---|\n",
    );
    for rule in rules() {
        let lasts = if rule.persists_ms > 0 {
            format!("{} ms", rule.persists_ms)
        } else {
            format!("{} samples", rule.samples)
        };
        text += &format!(
            "| {} | {} | {} | {} | {} | {} | {} |\n",
            rule.id,
            rule.name,
            rule.compares,
            rule.threshold,
            lasts.replace("1 samples", "1 sample"),
            reaction_text(rule),
            rule.hazards.join(" "),
        );
    }
    text
}

fn reaction_text(rule: &Rule) -> String {
    if rule.reaction >= Reaction::Unload && rule.reaction < Reaction::PowerCut {
        format!("{:?} at {} N/s", rule.reaction, rule.unload_n_per_s)
    } else {
        format!("{:?}", rule.reaction)
    }
}

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

pub(crate) const RULES: [Rule; 40] = [
    Rule {
        id: "SR-01",
        word: "force_ceiling",
        name: "force ceiling",
        compares: "press along the tool axis (N), an old sample projected",
        threshold: "the zone's ceiling at the tool (tip by tip for a fork; halved, slowly, in a Slow) less the sensor's uncertainty; at least 2 N near the body, 5 N away from it",
        persists_ms: 0,
        samples: 2,
        releases: "at the threshold",
        hysteresis: 0.0,
        reaction: Reaction::Unload,
        unload_n_per_s: 600.0,
        hazards: &["X2", "X4", "A1", "A3", "P1", "P3", "P4", "P5"],
        test: "TEST_force_ceiling",
        measure: |f| {
            let load = f.load?;
            let ceiling = f.place?.ceiling * f.slowed - f.force_uncertainty;
            compared(load.press, ceiling.max(bump(f)))
        },
    },
    Rule {
        id: "SR-02",
        word: "hard_force_ceiling",
        name: "compiled-in force ceiling",
        compares: "length of the contact force (N), an old sample projected",
        threshold: "the zone's compiled-in ceiling less the sensor's uncertainty; at least 8 N",
        persists_ms: 0,
        samples: 2,
        releases: "at the threshold",
        hysteresis: 0.0,
        reaction: Reaction::Stop,
        unload_n_per_s: 600.0,
        hazards: &["A1", "A3", "H8", "H10", "P3"],
        test: "TEST_hard_force_ceiling",
        measure: |f| {
            compared(
                f.load?.total,
                (f.place?.hard_ceiling - f.force_uncertainty).max(HARD_FLOOR),
            )
        },
    },
    Rule {
        id: "SR-03",
        word: "pressure_ceiling",
        name: "pressure ceiling",
        compares: "press over patch area (Pa), of the harder pressed tip of a fork",
        threshold: "the zone's pressure ceiling less the sensor's uncertainty",
        persists_ms: 0,
        samples: 2,
        releases: "at the threshold",
        hysteresis: 0.0,
        reaction: Reaction::Unload,
        unload_n_per_s: 600.0,
        hazards: &["P5", "P6", "X4"],
        test: "TEST_pressure_ceiling",
        measure: |f| {
            let allowed = f.place?.pressure_ceiling;
            if f.touching == Touching::No || allowed <= 0.0 {
                return None;
            }
            compared(
                f.load?.pressure,
                (allowed - f.pressure_uncertainty).max(0.0),
            )
        },
    },
    Rule {
        id: "SR-04",
        word: "spine_keep_out",
        name: "spine keep-out",
        compares: "contact force (N) while the nearest patch edge is inside the keep-out",
        threshold: "0 N felt (1.5 N), or the crossing's ceiling less the sensor's uncertainty where the routine holds a permitted crossing",
        persists_ms: 0,
        samples: 2,
        releases: "at the threshold",
        hysteresis: 0.0,
        reaction: Reaction::Retract,
        unload_n_per_s: 600.0,
        hazards: &["P1", "P2", "P9", "X11", "X12"],
        test: "TEST_spine_keep_out",
        measure: |f| {
            let inside = f.place?.clearance? < 0.0;
            let felt = if inside { f.load?.total } else { 0.0 };
            compared(felt, f.band_ceiling)
        },
    },
    Rule {
        id: "SR-05",
        word: "free_speed",
        name: "speed in free space",
        compares: "speed of the patch (m/s), by own differences",
        threshold: "the envelope's, plus 20 mm/s for the difference's noise",
        persists_ms: 0,
        samples: 2,
        releases: "at the threshold",
        hysteresis: 0.0,
        reaction: Reaction::Stop,
        unload_n_per_s: 200.0,
        hazards: &["A1", "A9", "P7", "P8"],
        test: "TEST_free_speed",
        measure: |f| match f.touching {
            Touching::No => compared(f.pace?.speed, f.free_speed + SPEED_NOISE),
            Touching::Yes | Touching::Unknown => None,
        },
    },
    Rule {
        id: "SR-06",
        word: "contact_speed",
        name: "speed in contact",
        compares: "speed of the patch (m/s) while touching, or while that is not known",
        threshold: "the envelope's, plus 20 mm/s for the difference's noise",
        persists_ms: 5,
        samples: 2,
        releases: "at the threshold",
        hysteresis: 0.0,
        reaction: Reaction::Unload,
        unload_n_per_s: 200.0,
        hazards: &["A1", "P3", "P7"],
        test: "TEST_contact_speed",
        measure: |f| {
            if !f.touching.possibly() {
                return None;
            }
            compared(f.pace?.speed, f.contact_speed + SPEED_NOISE)
        },
    },
    Rule {
        id: "SR-07",
        word: "headroom",
        name: "headroom in contact",
        compares: "inward speed (m/s) while more than 1 N is felt",
        threshold: "the headroom law at the present load, plus 15 mm/s for breathing and the difference's noise",
        persists_ms: 3,
        samples: 2,
        releases: "at the threshold",
        hysteresis: 0.0,
        reaction: Reaction::Unload,
        unload_n_per_s: 600.0,
        hazards: &["A1", "P4", "P5"],
        test: "TEST_headroom",
        measure: |f| {
            if f.load?.press < 1.0 || f.touching != Touching::Yes {
                return None;
            }
            compared(f.pace?.inward, f.headroom + INWARD_SLACK)
        },
    },
    Rule {
        id: "SR-08",
        word: "approach_speed",
        name: "headroom before contact",
        compares: "inward speed (m/s) within 20 mm of the believed skin",
        threshold: "the headroom law without load, plus 15 mm/s for breathing and the difference's noise",
        persists_ms: 5,
        samples: 2,
        releases: "at the threshold",
        hysteresis: 0.0,
        reaction: Reaction::Unload,
        unload_n_per_s: 200.0,
        hazards: &["A1", "P1", "P9", "X11"],
        test: "TEST_approach_speed",
        measure: |f| {
            if f.touching == Touching::Yes || !f.nearer_than(SKIN_NEAR) {
                return None;
            }
            compared(f.pace?.inward, f.headroom + INWARD_SLACK)
        },
    },
    Rule {
        id: "SR-09",
        word: "joint_range",
        name: "joint range",
        compares: "least distance of a joint from its limits (rad or m)",
        threshold: "0.01; released at 0.02",
        persists_ms: 0,
        samples: 2,
        releases: "0.02",
        hysteresis: 0.01,
        reaction: Reaction::Unload,
        unload_n_per_s: 200.0,
        hazards: &["X11", "A1", "A9"],
        test: "TEST_joint_range",
        measure: |f| compared(-f.pace?.joint_margin, -0.01),
    },
    Rule {
        id: "SR-10",
        word: "joint_speed",
        name: "joint speed",
        compares: "fastest joint's speed over its limit, by own differences",
        threshold: "1.02",
        persists_ms: 0,
        samples: 2,
        releases: "at the threshold",
        hysteresis: 0.0,
        reaction: Reaction::Stop,
        unload_n_per_s: 200.0,
        hazards: &["A1", "A9", "X11"],
        test: "TEST_joint_speed",
        measure: |f| compared(f.pace?.joint_speed, 1.02),
    },
    Rule {
        id: "SR-11",
        word: "wanted_torque",
        name: "wanted torque",
        compares: "largest wanted joint torque over its limit",
        threshold: "1 (clamped at once; a trip when it lasts)",
        persists_ms: 50,
        samples: 2,
        releases: "at the threshold",
        hysteresis: 0.0,
        reaction: Reaction::Unload,
        unload_n_per_s: 200.0,
        hazards: &["A3", "A7", "H6"],
        test: "TEST_wanted_torque",
        measure: |f| compared(f.wanted_torque, 1.0),
    },
    Rule {
        id: "SR-12",
        word: "joints_finite",
        name: "joint sample is a number",
        compares: "1 when a joint sample is NaN or infinite",
        threshold: "0",
        persists_ms: 0,
        samples: 2,
        releases: "at the threshold",
        hysteresis: 0.0,
        reaction: Reaction::Unload,
        unload_n_per_s: 200.0,
        hazards: &["X6"],
        test: "TEST_joints_finite",
        measure: |f| flag(!f.joints_finite),
    },
    Rule {
        id: "SR-13",
        word: "wanted_finite",
        name: "wish is a number",
        compares: "1 when a wanted torque is NaN or infinite",
        threshold: "0",
        persists_ms: 0,
        samples: 2,
        releases: "at the threshold",
        hysteresis: 0.0,
        reaction: Reaction::Unload,
        unload_n_per_s: 200.0,
        hazards: &["H6", "X6"],
        test: "TEST_wanted_finite",
        measure: |f| flag(!f.wanted_finite),
    },
    Rule {
        id: "SR-14",
        word: "joints_late",
        name: "joint sample late",
        compares: "age of the newest usable joint sample (s)",
        threshold: "0.005",
        persists_ms: 0,
        samples: 2,
        releases: "at the threshold",
        hysteresis: 0.0,
        reaction: Reaction::Slow,
        unload_n_per_s: 200.0,
        hazards: &["L1", "L7", "L8", "X13", "X14"],
        test: "TEST_joints_late",
        measure: |f| compared(f.joints_age, 0.005),
    },
    Rule {
        id: "SR-15",
        word: "joints_stale_in_contact",
        name: "joint sample stale in contact",
        compares: "age of the newest usable joint sample (s) while touching, or while that is not known",
        threshold: "0.02",
        persists_ms: 0,
        samples: 2,
        releases: "at the threshold",
        hysteresis: 0.0,
        reaction: Reaction::Unload,
        unload_n_per_s: 200.0,
        hazards: &["L2", "L7", "X14"],
        test: "TEST_joints_stale_in_contact",
        measure: |f| {
            compared(
                if f.touching.possibly() {
                    f.joints_age
                } else {
                    0.0
                },
                0.02,
            )
        },
    },
    Rule {
        id: "SR-16",
        word: "joints_lost",
        name: "joints lost",
        compares: "age of the newest usable joint sample (s)",
        threshold: "0.05",
        persists_ms: 0,
        samples: 2,
        releases: "at the threshold",
        hysteresis: 0.0,
        reaction: Reaction::Stop,
        unload_n_per_s: 200.0,
        hazards: &["L2", "L12", "L14", "A4", "A5"],
        test: "TEST_joints_lost",
        measure: |f| compared(f.joints_age, 0.05),
    },
    Rule {
        id: "SR-17",
        word: "joints_blind",
        name: "blind",
        compares: "age of the newest usable joint sample (s)",
        threshold: "0.25",
        persists_ms: 0,
        samples: 2,
        releases: "at the threshold",
        hysteresis: 0.0,
        reaction: Reaction::PowerCut,
        unload_n_per_s: 200.0,
        hazards: &["L12", "L14", "A4", "A6"],
        test: "TEST_joints_blind",
        measure: |f| compared(f.joints_age, 0.25),
    },
    Rule {
        id: "SR-18",
        word: "wrench_late",
        name: "wrench sample late",
        compares: "age of the newest usable wrench sample (s), beyond the sensor's own delay",
        threshold: "0.005",
        persists_ms: 0,
        samples: 2,
        releases: "at the threshold",
        hysteresis: 0.0,
        reaction: Reaction::Slow,
        unload_n_per_s: 200.0,
        hazards: &["L1", "L7", "X13", "X14"],
        test: "TEST_wrench_late",
        measure: |f| compared(f.wrench_age, 0.005),
    },
    Rule {
        id: "SR-19",
        word: "wrench_stale_in_contact",
        name: "wrench sample stale in contact",
        compares: "age of the newest usable wrench sample (s) while touching, or while that is not known",
        threshold: "0.02",
        persists_ms: 0,
        samples: 2,
        releases: "at the threshold",
        hysteresis: 0.0,
        reaction: Reaction::Unload,
        unload_n_per_s: 200.0,
        hazards: &["L2", "X6", "X14"],
        test: "TEST_wrench_stale_in_contact",
        measure: |f| {
            compared(
                if f.touching.possibly() {
                    f.wrench_age
                } else {
                    0.0
                },
                0.02,
            )
        },
    },
    Rule {
        id: "SR-20",
        word: "wrench_frozen",
        name: "wrench frozen",
        compares: "time for which the wrench is the same to the last bit (s)",
        threshold: "the sensor's `frozen_after` (not judged for a sensor without noise)",
        persists_ms: 0,
        samples: 2,
        releases: "at the threshold",
        hysteresis: 0.0,
        reaction: Reaction::Unload,
        unload_n_per_s: 200.0,
        hazards: &["X1", "X10"],
        test: "TEST_wrench_frozen",
        measure: |f| compared(f.wrench_frozen?, f.frozen_after),
    },
    Rule {
        id: "SR-21",
        word: "sequence",
        name: "sequence",
        compares: "1 when the sequence number did not grow by one",
        threshold: "0",
        persists_ms: 0,
        samples: 2,
        releases: "at the threshold",
        hysteresis: 0.0,
        reaction: Reaction::Unload,
        unload_n_per_s: 200.0,
        hazards: &["L5", "L6", "L9", "L12"],
        test: "TEST_sequence",
        measure: |f| flag(!f.in_sequence),
    },
    Rule {
        id: "SR-22",
        word: "clock",
        name: "clock steps",
        compares: "time since the sample before that neither period nor lateness explains (s); infinite when time did not advance",
        threshold: "0.01",
        persists_ms: 0,
        samples: 1,
        releases: "at the threshold",
        hysteresis: 0.0,
        reaction: Reaction::Unload,
        unload_n_per_s: 200.0,
        hazards: &["H3", "L9"],
        test: "TEST_clock",
        measure: |f| {
            compared(
                if f.clock_advanced {
                    f.unexplained_gap
                } else {
                    f64::INFINITY
                },
                0.01,
            )
        },
    },
    Rule {
        id: "SR-23",
        word: "stall",
        name: "stall",
        compares: "time since the sample before (s)",
        threshold: "0.005 (one long stall is one)",
        persists_ms: 0,
        samples: 1,
        releases: "at the threshold",
        hysteresis: 0.0,
        reaction: Reaction::Slow,
        unload_n_per_s: 200.0,
        hazards: &["H2", "H9"],
        test: "TEST_stall",
        measure: |f| compared(f.gap, 0.005),
    },
    Rule {
        id: "SR-24",
        word: "stall_in_contact",
        name: "stall in contact",
        compares: "time since the sample before (s) while touching, or while that is not known",
        threshold: "0.02",
        persists_ms: 0,
        samples: 1,
        releases: "at the threshold",
        hysteresis: 0.0,
        reaction: Reaction::Unload,
        unload_n_per_s: 200.0,
        hazards: &["H2", "H9"],
        test: "TEST_stall_in_contact",
        measure: |f| compared(if f.touching.possibly() { f.gap } else { 0.0 }, 0.02),
    },
    Rule {
        id: "SR-25",
        word: "overruns",
        name: "overruns",
        compares: "share of late cycles over the last second",
        threshold: "under 0.1; released at 0.05",
        persists_ms: 0,
        samples: 1,
        releases: "0.05",
        hysteresis: 0.05,
        reaction: Reaction::Slow,
        unload_n_per_s: 200.0,
        hazards: &["H1", "H9"],
        test: "TEST_overruns",
        measure: |f| compared(f.overruns, 0.0999),
    },
    Rule {
        id: "SR-26",
        word: "tangential_force",
        name: "tangential force",
        compares: "force along the skin (N) while touching",
        threshold: "min(2 N + 0.8 x press, the envelope's cap) less the sensor's uncertainty",
        persists_ms: 0,
        samples: 2,
        releases: "at the threshold",
        hysteresis: 0.0,
        reaction: Reaction::Unload,
        unload_n_per_s: 200.0,
        hazards: &["P2", "P7", "X9"],
        test: "TEST_tangential_force",
        measure: |f| {
            if f.touching == Touching::No {
                return None;
            }
            compared(
                f.load?.tangential,
                (f.tangential_ceiling - f.force_uncertainty).max(0.0),
            )
        },
    },
    Rule {
        id: "SR-27",
        word: "mean_power",
        name: "mean power",
        compares: "power into the body, mean over 1 s (W)",
        threshold: "the envelope's",
        persists_ms: 0,
        samples: 1,
        releases: "at the threshold",
        hysteresis: 0.0,
        reaction: Reaction::Unload,
        unload_n_per_s: 200.0,
        hazards: &["A1", "A3", "P5"],
        test: "TEST_mean_power",
        measure: |f| compared(f.mean_power, f.mean_power_ceiling),
    },
    Rule {
        id: "SR-28",
        word: "peak_power",
        name: "peak power",
        compares: "power into the body (W)",
        threshold: "the envelope's",
        persists_ms: 5,
        samples: 2,
        releases: "at the threshold",
        hysteresis: 0.0,
        reaction: Reaction::Unload,
        unload_n_per_s: 600.0,
        hazards: &["A1", "A3", "P3"],
        test: "TEST_peak_power",
        measure: |f| compared(f.power, f.power_ceiling),
    },
    Rule {
        id: "SR-29",
        word: "tool_unknown",
        name: "tool unknown",
        compares: "1 when the coupling reports no tool while not parked, or a tool that the session does not know",
        threshold: "0",
        persists_ms: 0,
        samples: 2,
        releases: "at the threshold",
        hysteresis: 0.0,
        reaction: Reaction::Stop,
        unload_n_per_s: 200.0,
        hazards: &["P6"],
        test: "TEST_tool_unknown",
        measure: |f| {
            flag(match f.tool {
                Tool::Stranger => true,
                Tool::Absent => !f.parked,
                Tool::Known | Tool::Swapped => false,
            })
        },
    },
    Rule {
        id: "SR-30",
        word: "tool_swapped",
        name: "tool swapped",
        compares: "1 when the coupling reports another tool than before while not parked",
        threshold: "0",
        persists_ms: 0,
        samples: 1,
        releases: "at the threshold",
        hysteresis: 0.0,
        reaction: Reaction::Stop,
        unload_n_per_s: 200.0,
        hazards: &["P6", "L3"],
        test: "TEST_tool_swapped",
        measure: |f| flag(f.tool == Tool::Swapped),
    },
    Rule {
        id: "SR-31",
        word: "tool_absent",
        name: "no tool",
        compares: "1 when no tool is bolted on while parked",
        threshold: "0",
        persists_ms: 0,
        samples: 2,
        releases: "at the threshold",
        hysteresis: 0.0,
        reaction: Reaction::Warn,
        unload_n_per_s: 200.0,
        hazards: &["P6"],
        test: "TEST_tool_absent",
        measure: |f| flag(f.tool == Tool::Absent && f.parked),
    },
    Rule {
        id: "SR-32",
        word: "wish_missing",
        name: "no wish",
        compares: "time for which the controller wants nothing (s)",
        threshold: "0.005",
        persists_ms: 0,
        samples: 2,
        releases: "at the threshold",
        hysteresis: 0.0,
        reaction: Reaction::Slow,
        unload_n_per_s: 200.0,
        hazards: &["H6", "H2"],
        test: "TEST_wish_missing",
        measure: |f| compared(f.wanted_missing, 0.005),
    },
    Rule {
        id: "SR-33",
        word: "wish_missing_in_contact",
        name: "no wish in contact",
        compares: "time for which the controller wants nothing (s) while touching, or while that is not known",
        threshold: "0.02",
        persists_ms: 0,
        samples: 2,
        releases: "at the threshold",
        hysteresis: 0.0,
        reaction: Reaction::Unload,
        unload_n_per_s: 200.0,
        hazards: &["H6", "H2"],
        test: "TEST_wish_missing_in_contact",
        measure: |f| {
            compared(
                if f.touching.possibly() {
                    f.wanted_missing
                } else {
                    0.0
                },
                0.02,
            )
        },
    },
    Rule {
        id: "SR-34",
        word: "operator_stop",
        name: "operator's stop",
        compares: "1 when the operator asks for a stop",
        threshold: "0",
        persists_ms: 0,
        samples: 1,
        releases: "at the threshold",
        hysteresis: 0.0,
        reaction: Reaction::Retract,
        unload_n_per_s: 200.0,
        hazards: &["N1", "N5", "P3"],
        test: "TEST_operator_stop",
        measure: |f| flag(f.stop_asked),
    },
    Rule {
        id: "SR-35",
        word: "no_zero",
        name: "touch without zero",
        compares: "1 within 20 mm of the believed skin while the sensor's zero has not been taken",
        threshold: "0",
        persists_ms: 0,
        samples: 2,
        releases: "at the threshold",
        hysteresis: 0.0,
        reaction: Reaction::Unload,
        unload_n_per_s: 200.0,
        hazards: &["X2", "X15"],
        test: "TEST_no_zero",
        measure: |f| flag(!f.tared && f.nearer_than(SKIN_NEAR)),
    },
    Rule {
        id: "SR-36",
        word: "zero_size",
        name: "size of the zero",
        compares: "sensor reading beyond the tool's weight when nothing is touched (N)",
        threshold: "5 N: a heavier or lighter tool than told, or a broken sensor",
        persists_ms: 0,
        samples: 2,
        releases: "at the threshold",
        hysteresis: 0.0,
        reaction: Reaction::Unload,
        unload_n_per_s: 200.0,
        hazards: &["P6", "X2", "X4", "X9"],
        test: "TEST_zero_size",
        measure: |f| compared(f.zero?, f.zero_ceiling),
    },
    Rule {
        id: "SR-37",
        word: "dwell",
        name: "dwell",
        compares: "time of a static press above half the ceiling (s)",
        threshold: "the envelope's",
        persists_ms: 0,
        samples: 1,
        releases: "at the threshold",
        hysteresis: 0.0,
        reaction: Reaction::Unload,
        unload_n_per_s: 200.0,
        hazards: &["H2", "A6", "A8"],
        test: "TEST_dwell",
        measure: |f| compared(f.dwell, f.dwell_ceiling),
    },
    Rule {
        id: "SR-38",
        word: "estimates_differ",
        name: "two estimates of the press differ",
        compares: "difference between wrist sensor and joint torques along the tool axis (N)",
        threshold: "max(8 N, 15 % of the press) and what dry friction may explain",
        persists_ms: 50,
        samples: 2,
        releases: "at the threshold",
        hysteresis: 0.0,
        reaction: Reaction::Unload,
        unload_n_per_s: 200.0,
        hazards: &["X1", "X3", "X4", "X9", "A2", "P6"],
        test: "TEST_estimates_differ",
        measure: |f| {
            let (difference, friction) = f.estimates_differ?;
            compared(difference, (0.15 * f.load?.press).max(8.0) + friction)
        },
    },
    Rule {
        id: "SR-39",
        word: "estimates_part",
        name: "two estimates of the press part",
        compares: "difference between wrist sensor and joint torques along the tool axis (N)",
        threshold: "20 N and what dry friction may explain",
        persists_ms: 10,
        samples: 2,
        releases: "at the threshold",
        hysteresis: 0.0,
        reaction: Reaction::Stop,
        unload_n_per_s: 600.0,
        hazards: &["X4", "X5", "A1", "A9"],
        test: "TEST_estimates_part",
        measure: |f| {
            let (difference, friction) = f.estimates_differ?;
            compared(difference, 20.0 + friction)
        },
    },
    Rule {
        id: "SR-40",
        word: "speeds_differ",
        name: "two joint speeds differ",
        compares: "largest difference between a drive's speed and the encoder's own, over the speed limit",
        threshold: "0.1",
        persists_ms: 50,
        samples: 2,
        releases: "at the threshold",
        hysteresis: 0.0,
        reaction: Reaction::Unload,
        unload_n_per_s: 200.0,
        hazards: &["X11", "X12", "A9"],
        test: "TEST_speeds_differ",
        measure: |f| compared(f.pace?.speeds_differ, 0.1),
    },
];

#[cfg(test)]
mod tests;
