//! Light blows: contact made and broken each time.
//!
//! ```text
//! Rebounding ─raised─▶ Hovering ─due─▶ Falling ─skin felt─▶ Striking ─peak near─▶ Rebounding
//! Rebounding ─late and off the skin─▶ Falling      Falling ─no skin─▶ Rebounding
//! ```
//!
//! The tool is led along its axis by a way of its own making: bounded acceleration, bounded speed, slow
//! shortly before the skin is expected. A spring and a damper hold it to that way, and what the skin pushes
//! back is carried. While striking there is no spring, only a speed: soft tissue is followed as deep as it
//! takes. The way turns round a little before the peak, by what the force still grows until the tool has
//! turned; what remains of a miss is taken off the next blow. Where the skin is, and how stiff, is learnt from
//! the last blow: the first is gentle.
//!
//! The inward speed keeps within a share of what the headroom law allows for the stiffest skin.

use quantities::Newtons;
use signals::ContactPhase;

use crate::estimator::{FORCE_FILTER_HZ, low_pass};

/// What the tool does in a blow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Blow {
    /// On the way out, to the height at which it waits.
    Rebounding,
    /// Waiting off the skin for its turn.
    Hovering,
    /// On the way in, before the skin is felt.
    Falling,
    /// Pressing on until the peak is near.
    Striking,
}

/// What is asked of a blow.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    /// Peak (N).
    pub peak: f64,
    /// Height over the skin between blows (m).
    pub height: f64,
    /// Most that the skin is met with (m/s).
    pub speed: f64,
    /// Blows due by now.
    pub due: u32,
    /// Time from one blow to the next (s); infinite while the phase stands still.
    pub period: f64,
}

/// What is known in a cycle. Along the tool axis, positive into the body.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Felt {
    /// Felt force; `None` when unknown.
    pub force: Option<Newtons>,
    /// Place of the tool, from the skin as planned (m), and its speed against that (m/s).
    pub depth: f64,
    pub speed: f64,
    /// Ceiling (N).
    pub ceiling: f64,
    /// Effective mass (kg).
    pub mass: f64,
    /// Age of the felt force (s).
    pub age: f64,
    /// Period of the loop (s).
    pub dt: f64,
}

/// Memory of the blows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TapLaw {
    blow: Blow,
    made: u32,
    /// The way that leads the tool: place (m), speed (m/s), acceleration (m/s²).
    place: f64,
    pace: f64,
    change: f64,
    is_led: bool,
    /// Where the skin was met last, or left at first (m), how fast it moves (m/s), and since when (s).
    skin: Option<f64>,
    drift: f64,
    met_ago: f64,
    /// Stiffness of the last blows (N/m).
    stiffness: Option<f64>,
    /// By how much blows fell short lately (N): added to the peak that is aimed at.
    short: f64,
    /// Time in the present part of the blow (s).
    since: f64,
    /// Cycles in which the skin was felt.
    felt_for: u32,
    /// Highest force of the present blow (N), its rate (N/s) and the force before (N).
    highest: f64,
    rate: f64,
    before: Option<f64>,
    /// The present rebound is that of a blow, not the first raise.
    is_blow: bool,
    /// No blow has met the skin yet.
    is_first: bool,
}

/// Force at which the skin is felt (N), and for how many cycles.
const TOUCH_N: f64 = 0.8;
const TOUCH_CYCLES: u32 = 2;
/// Bounds of the way: acceleration in and out (m/s²), speed in and out (m/s).
const ACCELERATION_IN: f64 = 2.5;
const ACCELERATION_OUT: f64 = 4.0;
const SPEED_IN: f64 = 0.05;
const SPEED_OUT: f64 = 0.1;
/// Speed of the first raise, and of a waiting tool that follows the skin inward (m/s).
const SPEED_FIRST_OUT: f64 = 0.02;
const SPEED_BACK: f64 = 0.02;
/// How long the drift of the skin is extrapolated (s), and the fastest that is believed (m/s).
const DRIFTS_FOR_S: f64 = 0.6;
const DRIFT_MOST: f64 = 0.006;
/// The skin is met slowly from this far before it is expected (m): breathing moves it by 2.5 mm/s, and it was
/// left less than half a second ago.
const SLOW_WITHIN: f64 = 0.0008;
/// And for this long before it (s).
const SLOW_FOR_S: f64 = 0.08;
/// The felt force counts as touch only this near to the expected skin (m).
const TOUCH_WITHIN: f64 = 0.006;
/// This far past the expected skin there is none (m).
const NO_SKIN: f64 = 0.015;
/// Speed at which skin of unknown stiffness is met, and the least (m/s).
const FIRST_SPEED: f64 = 0.012;
const LEAST_SPEED: f64 = 0.010;
/// Share of the asked speed that is aimed at.
const SPEED_SHARE: f64 = 0.8;
/// Share of the peak that the mass alone may make by running into the skin.
const RUN_IN_SHARE: f64 = 0.4;
/// Share of the peak by which the force may grow while the tool turns round, and for how long it does (s).
const TURN_SHARE: f64 = 0.5;
const TURN_S: f64 = 0.012;
/// Share of a period after which a strike turns round whatever is felt, and the most (s).
const STRIKE_SHARE: f64 = 0.45;
const STRIKE_MOST_S: f64 = 0.3;
/// Share of a miss that the next blow makes good, and the most in all, over the peak.
const MISS_SHARE: f64 = 0.5;
const MISS_MOST: f64 = 0.4;
/// Headroom law: margin (N), stiffest skin (N/m), delay (s), and the share of it that is used.
const MARGIN_N: f64 = 1.5;
const STIFFEST: f64 = 35_000.0;
const DELAY_S: f64 = 0.005;
const HEADROOM_SHARE: f64 = 0.9;
/// Spring (N/m) and damper (N·s/m) to the way; share of the felt force that is carried.
const SPRING: f64 = 3000.0;
const DAMPER: f64 = 250.0;
const CARRIED: f64 = 0.85;
/// Stiffness that is assumed before any is seen: muscle under a thumb (N/m).
const USUAL: f64 = 2500.0;
/// Largest push (N).
const MOST_N: f64 = 60.0;
/// A touch is broken for sure this far off the expected skin (m): breathing included.
const BROKEN: f64 = 0.0025;
/// Raised: this near to the height (m).
const RAISED_WITHIN: f64 = 0.0015;

impl Default for TapLaw {
    fn default() -> Self {
        Self {
            blow: Blow::Rebounding,
            made: 0,
            place: 0.0,
            pace: 0.0,
            change: 0.0,
            is_led: false,
            skin: None,
            drift: 0.0,
            met_ago: 0.0,
            stiffness: None,
            short: 0.0,
            since: 0.0,
            felt_for: 0,
            highest: 0.0,
            rate: 0.0,
            before: None,
            is_blow: false,
            is_first: true,
        }
    }
}

impl TapLaw {
    /// The contact phase that stands for the present part of the blow.
    pub(crate) const fn phase(&self) -> ContactPhase {
        match self.blow {
            Blow::Rebounding | Blow::Hovering => ContactPhase::Leaving,
            Blow::Falling => ContactPhase::Approaching,
            Blow::Striking => ContactPhase::Touching,
        }
    }

    /// Acceleration of the way (m/s², into the body): the tool's inertia is felt with it.
    pub(crate) const fn acceleration(&self) -> f64 {
        self.change
    }

    /// Stiffness seen in the last blows (N/m).
    pub(crate) const fn stiffness(&self) -> Option<f64> {
        self.stiffness
    }

    /// One cycle: force to exert along the tool axis (N, positive into the body).
    pub(crate) fn step(&mut self, asked: &Asked, felt: &Felt) -> f64 {
        if !self.is_led {
            self.lead_from(felt);
        }
        if asked.due < self.made {
            self.made = 0; // Another series of blows.
        }
        self.feel(felt);
        let next = self.next(asked, felt);
        if next != self.blow {
            self.enter(next, asked, felt);
        }
        self.since += felt.dt;
        self.met_ago += felt.dt;
        self.lead(asked, felt);
        let carried = CARRIED * felt.force.map_or(0.0, Newtons::get).max(0.0);
        let spring = match self.blow {
            Blow::Striking => 0.0,
            Blow::Rebounding | Blow::Hovering | Blow::Falling => SPRING * (self.place - felt.depth),
        };
        let push = spring + DAMPER * (self.pace - felt.speed) + felt.mass * self.change + carried;
        // A blow is no stronger than its ceiling, however the tool is led.
        push.clamp(
            -MOST_N,
            (felt.ceiling + felt.mass * ACCELERATION_IN).min(MOST_N),
        )
    }

    fn feel(&mut self, felt: &Felt) {
        let Some(force) = felt.force.map(Newtons::get) else {
            return;
        };
        let raw = self.before.map_or(0.0, |before| (force - before) / felt.dt);
        self.rate += (raw - self.rate) * low_pass(FORCE_FILTER_HZ, felt.dt);
        self.before = Some(force);
        self.highest = self.highest.max(force);
        let near = self
            .expected_skin()
            .is_none_or(|skin| felt.depth > skin - TOUCH_WITHIN);
        self.felt_for = if force > TOUCH_N && near {
            self.felt_for.saturating_add(1)
        } else {
            0
        };
    }

    fn next(&self, asked: &Asked, felt: &Felt) -> Blow {
        let Some(force) = felt.force.map(Newtons::get) else {
            // Blind: off the skin, and no blow before it is felt again.
            return Blow::Rebounding;
        };
        match self.blow {
            Blow::Rebounding => {
                let raised = felt.depth < self.hover(asked, felt) + RAISED_WITHIN;
                if raised && force < TOUCH_N {
                    Blow::Hovering
                } else if self.made < asked.due && self.is_well_off(felt) && force < TOUCH_N {
                    // Late: the touch is broken, the full height is not waited for.
                    Blow::Falling
                } else {
                    Blow::Rebounding
                }
            }
            Blow::Hovering if self.made < asked.due => Blow::Falling,
            Blow::Hovering => Blow::Hovering,
            Blow::Falling if self.felt_for >= TOUCH_CYCLES => Blow::Striking,
            Blow::Falling if self.is_past_skin(felt) => Blow::Rebounding,
            Blow::Falling => Blow::Falling,
            Blow::Striking => {
                let turning = felt.age
                    + 1.0 / (core::f64::consts::TAU * FORCE_FILTER_HZ)
                    + 0.5 * self.pace.max(0.0) / ACCELERATION_OUT;
                let coming = force + self.rate.max(0.0) * turning;
                let long = self.since > (STRIKE_SHARE * asked.period).min(STRIKE_MOST_S);
                if coming >= asked.peak + self.short || long {
                    Blow::Rebounding
                } else {
                    Blow::Striking
                }
            }
        }
    }

    fn is_well_off(&self, felt: &Felt) -> bool {
        !self.is_first
            && self
                .expected_skin()
                .is_some_and(|skin| felt.depth < skin - BROKEN)
    }

    fn is_past_skin(&self, felt: &Felt) -> bool {
        self.expected_skin()
            .is_some_and(|skin| felt.depth > skin + NO_SKIN)
    }

    fn enter(&mut self, next: Blow, asked: &Asked, felt: &Felt) {
        match next {
            Blow::Falling => {
                self.weigh(asked);
                self.made = asked.due;
                self.highest = 0.0;
                self.felt_for = 0;
            }
            Blow::Striking => {
                self.meet_skin(felt);
                self.is_blow = true;
                self.pace = felt.speed.clamp(0.0, self.pace.max(0.0));
            }
            Blow::Rebounding => {
                self.see_stiffness(felt);
                self.lead_from(felt);
            }
            Blow::Hovering => self.weigh(asked),
        }
        self.blow = next;
        self.since = 0.0;
    }

    /// After a blow: how far it missed.
    fn weigh(&mut self, asked: &Asked) {
        if core::mem::take(&mut self.is_blow) {
            let most = MISS_MOST * asked.peak;
            let miss = asked.peak - self.highest;
            self.short = (self.short + MISS_SHARE * miss).clamp(-most, most);
        }
    }

    fn see_stiffness(&mut self, felt: &Felt) {
        let (Some(skin), Some(force)) = (self.skin, felt.force.map(Newtons::get)) else {
            return;
        };
        let in_by = felt.depth - skin;
        if !self.is_blow || in_by < 1e-4 || force < TOUCH_N {
            return;
        }
        let seen = (force + self.rate.max(0.0) * felt.age) / in_by;
        self.stiffness = Some(self.stiffness.map_or(seen, |before| 0.5 * (before + seen)));
    }

    fn lead_from(&mut self, felt: &Felt) {
        (self.place, self.pace, self.change) = (felt.depth, felt.speed, 0.0);
        self.is_led = true;
    }

    /// Place at which the tool waits (m).
    fn hover(&self, asked: &Asked, felt: &Felt) -> f64 {
        self.expected_skin().unwrap_or(felt.depth) - asked.height
    }

    /// Speed with which skin of the stiffness seen is met (m/s).
    fn meeting_speed(&self, asked: &Asked, felt: &Felt) -> f64 {
        let most = (SPEED_SHARE * asked.speed).min(headroom(felt, 0.0));
        let by_stiffness = self.stiffness.map_or(FIRST_SPEED, |stiffness| {
            RUN_IN_SHARE * asked.peak / (stiffness * felt.mass).sqrt()
        });
        by_stiffness.max(LEAST_SPEED).min(most)
    }

    /// Moves the way on by one period.
    fn lead(&mut self, asked: &Asked, felt: &Felt) {
        let (goal, most) = match self.blow {
            Blow::Rebounding | Blow::Hovering => {
                self.find_skin_leaving(felt);
                let to_go = self.hover(asked, felt) - self.place;
                let braked = (2.0 * ACCELERATION_IN * to_go.abs()).sqrt();
                let out = if self.is_first {
                    SPEED_FIRST_OUT
                } else {
                    SPEED_OUT
                };
                let speed = braked.min(if to_go < 0.0 { out } else { SPEED_BACK });
                (speed.copysign(to_go), ACCELERATION_OUT)
            }
            Blow::Falling => {
                let slow = self.meeting_speed(asked, felt);
                let within = SLOW_WITHIN + SLOW_FOR_S * slow;
                let skin = self.expected_skin();
                let to_go = skin.map_or(0.0, |skin| skin - within - self.place);
                let braked = (slow * slow + 2.0 * ACCELERATION_IN * to_go.max(0.0)).sqrt();
                (
                    braked.min(SPEED_IN).min(headroom(felt, 0.0)),
                    ACCELERATION_IN,
                )
            }
            Blow::Striking => {
                let force = felt.force.map_or(0.0, Newtons::get);
                let stiffness = self.stiffness.unwrap_or(USUAL);
                let speed = TURN_SHARE * asked.peak / (stiffness * TURN_S);
                let speed = speed.clamp(LEAST_SPEED, SPEED_IN);
                (speed.min(headroom(felt, force)), ACCELERATION_IN)
            }
        };
        let step = most * felt.dt;
        let change = (goal - self.pace).clamp(-step, step);
        self.pace += change;
        self.change = change / felt.dt;
        self.place += self.pace * felt.dt;
    }

    /// Where the skin is expected by now (m).
    fn expected_skin(&self) -> Option<f64> {
        let ago = self.met_ago.min(DRIFTS_FOR_S);
        self.skin.map(|skin| skin + self.drift * ago)
    }

    fn meet_skin(&mut self, felt: &Felt) {
        let now = self.skin_above(felt, felt.speed);
        let moved = self.skin.map_or(0.0, |before| now - before);
        let drift = moved / self.met_ago.max(0.1);
        self.drift = if self.is_first {
            0.0
        } else {
            drift.clamp(-DRIFT_MOST, DRIFT_MOST)
        };
        (self.is_first, self.skin, self.met_ago) = (false, Some(now), 0.0);
    }

    /// Before the first blow: where the skin lets go of the tool. Later the skin is known better from where
    /// it was met: tissue that is left fast does not follow.
    fn find_skin_leaving(&mut self, felt: &Felt) {
        let force = felt.force.map_or(0.0, Newtons::get);
        if self.is_first
            && self.blow == Blow::Rebounding
            && (force > TOUCH_N || self.skin.is_none())
        {
            // Raised slowly, so that the force tells the depth.
            (self.skin, self.met_ago) = (Some(self.skin_above(felt, felt.speed)), 0.0);
        }
    }

    /// Where the skin lies when the tool feels a force in it (m).
    fn skin_above(&self, felt: &Felt, speed: f64) -> f64 {
        let lag = felt.age + 1.0 / (core::f64::consts::TAU * FORCE_FILTER_HZ);
        let stiffness = self.stiffness.unwrap_or(USUAL);
        let force = felt.force.map_or(0.0, Newtons::get).max(0.0);
        felt.depth - lag * speed - force / stiffness
    }
}

/// Share of the inward speed that the headroom law allows at a force, for the stiffest skin (m/s).
fn headroom(felt: &Felt, force: f64) -> f64 {
    let room = (felt.ceiling - force - MARGIN_N).max(0.0);
    HEADROOM_SHARE * room / (STIFFEST * DELAY_S + (STIFFEST * felt.mass).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a blow was like on a tissue that hardens, damps and relaxes.
    #[derive(Clone, Copy, Debug)]
    struct Made {
        peak: f64,
        impact: f64,
        contact: f64,
    }

    /// Blows on tissue of `stiffness` (N/m) that breathes; the sensor is 2 ms late and filtered.
    fn blows(stiffness: f64, mass: f64, peak: f64, hertz: f64, seconds: f64) -> Vec<Made> {
        let mut law = TapLaw::default();
        let (mut x, mut v) = (0.002 * 1500.0 / stiffness, 0.0);
        let breath = |t: f64| 0.002 * libm::sin(core::f64::consts::TAU * 0.2 * t);
        let tissue = |depth: f64, rate: f64| {
            let elastic = stiffness * (depth + depth * depth / 0.015);
            if depth <= 0.0 {
                0.0
            } else {
                elastic * (1.0 + 8.0 * rate).max(0.0)
            }
        };
        let mut filtered = tissue(x, v);
        let mut history = vec![filtered; 3];
        let mut made: Vec<Made> = Vec::new();
        let (mut touching, mut push) = (true, 0.0);
        for step in 0..(seconds * 1000.0) as usize {
            let t = step as f64 * 1e-3;
            filtered += (history[history.len() - 3] - filtered) * low_pass(FORCE_FILTER_HZ, 1e-3);
            let phase = (t - 0.4).max(0.0) * hertz;
            let asked = Asked {
                peak,
                height: 0.005,
                speed: 0.03,
                due: phase as u32 + u32::from(t > 0.4),
                period: 1.0 / hertz,
            };
            let felt = Felt {
                force: Some(Newtons::new(filtered)),
                depth: x,
                speed: v,
                ceiling: 31.0,
                mass,
                age: 0.002,
                dt: 1e-3,
            };
            let wanted = law.step(&asked, &felt);
            for _ in 0..10 {
                let skin = breath(t);
                let force = tissue(x - skin, v);
                v += (push - force) / mass * 1e-4;
                x += v * 1e-4;
            }
            push = wanted;
            let force = tissue(x - breath(t), v);
            history.push(force);
            let is_in = x > breath(t);
            if is_in && !touching {
                made.push(Made {
                    peak: 0.0,
                    impact: v,
                    contact: 0.0,
                });
            }
            touching = is_in;
            if let Some(last) = made.last_mut().filter(|_| touching) {
                last.peak = last.peak.max(force);
                last.contact += 1e-3;
            }
        }
        made
    }

    #[test]
    fn each_blow_is_made_broken_and_near_its_peak_on_soft_and_on_stiff_tissue() {
        for (stiffness, mass, hertz, peaks) in [
            (700.0, 4.0, 2.5, &[4.0][..]),
            (1500.0, 3.0, 2.5, &[4.0, 8.0]),
            (1500.0, 6.0, 2.5, &[4.0, 8.0]),
            (1500.0, 6.0, 2.0, &[12.0]),
            (6000.0, 5.0, 2.5, &[4.0, 8.0, 12.0]),
        ] {
            for peak in peaks.iter().copied() {
                let made = blows(stiffness, mass, peak, hertz, 8.4);
                let planned = (8.0 * hertz) as usize;
                let bound = (0.25 * peak).max(1.5);
                let of = |f: fn(&Made) -> f64| {
                    made.iter()
                        .map(f)
                        .fold((f64::MAX, f64::MIN), |(a, b), x| (a.min(x), b.max(x)))
                };
                println!(
                    "{stiffness} N/m, {mass} kg, {peak} N, {hertz} Hz: {} of {planned} blows, peaks {:.1?}, met with {:.3?} m/s, {:.3?} s long",
                    made.len(),
                    of(|m| m.peak),
                    of(|m| m.impact),
                    of(|m| m.contact)
                );

                assert!(made.len().abs_diff(planned) <= 1);
                assert!(of(|m| m.impact).1 <= 0.03);
                for (index, blow) in made.iter().enumerate() {
                    assert!((blow.peak - peak).abs() <= bound, "blow {index}: {blow:?}");
                }
            }
        }
    }
}
