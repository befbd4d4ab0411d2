//! Why a routine may not become a plan: every violation, each with its place and its mend.

use std::collections::BTreeMap;

use serde::Serialize;

mod sources;
mod stretch;
pub use sources::{SOURCE_RULES, SourceRule};
use stretch::whole_mm;
pub use stretch::{Stretch, StretchReason};

macro_rules! perhaps {
    () => {
        None
    };
    ($id:literal) => {
        Some($id)
    };
}

macro_rules! rules {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $unit:literal, $factor:literal, $bound:ident
        $(, $source:literal)?;)*) => {
        /// What a plan is checked for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Rule {
            $($(#[$doc])* $name,)*
        }

        impl Rule {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The word for it in messages.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }

            /// Unit of a violation's value and limit.
            #[must_use]
            pub const fn unit(self) -> &'static str {
                match self { $(Self::$name => $unit,)* }
            }

            /// Id of the rule of the source texts that it checks, `R1` to `R12`; see [`SOURCE_RULES`].
            #[must_use]
            pub const fn source(self) -> Option<&'static str> {
                match self { $(Self::$name => perhaps!($($source)?),)* }
            }

            /// Times this, an SI number is in [`Rule::unit`].
            pub(crate) const fn per_si(self) -> f64 {
                match self { $(Self::$name => $factor,)* }
            }

            /// Whether values must stay below or above the limit.
            pub(crate) const fn bound(self) -> Bound {
                match self { $(Self::$name => Bound::$bound,)* }
            }
        }
    };
}

impl Rule {
    /// True where another posture, or another place of the base, may mend it.
    pub(crate) const fn is_about_posture(self) -> bool {
        matches!(
            self,
            Self::Reach
                | Self::JointMargin
                | Self::Singularity
                | Self::JointSpeed
                | Self::JointTorque
                | Self::Retreat
                | Self::BodyClearance
                | Self::TableClearance
                | Self::SelfClearance
        )
    }
}

/// On which side of the limit the value must stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bound {
    /// At most the limit.
    Most,
    /// At least the limit.
    Least,
    /// At one of several values; the limit is the nearest.
    Near,
}

rules! {
    /// The step cannot be read as asked: unknown tool, levels in the wrong order, no such force.
    Request = "not a step that can be planned", "", 1.0, Most;
    /// Between keep-out and flank there is no room for the tool.
    Room = "no room", "mm", 1e3, Least, "R1";
    /// The tool leaves the known surface of the body.
    OffBody = "leaves the known surface", "mm", 1e3, Most;
    /// The patch lies where nothing may touch.
    NoContact = "touches where no contact is allowed", "", 1.0, Most;
    /// The patch comes too near the spine.
    KeepOut = "spine keep-out", "mm", 1e3, Least, "R1";
    /// The patch comes upon what intake answers closed.
    Blocked = "blocked for this client", "", 1.0, Most, "R9";
    /// The patch comes upon what the client wants left alone.
    Avoided = "the client wants this left alone", "", 1.0, Most, "R10";
    /// The technique is not for the zone: blows, shaking or holds where only strokes may be, depth over bone.
    Handling = "not for this zone", "", 1.0, Most;
    /// The path crosses the spine in contact.
    Crossing = "crosses the spine", "mm", 1e3, Least, "R2";
    /// The force comes too near its ceiling.
    Force = "force", "N", 1.0, Most, "R5";
    /// The pressure comes too near its ceiling.
    Pressure = "pressure", "kPa", 1e-3, Most, "R5";
    /// Depth before warm-up.
    WarmUp = "no warm-up before depth", "N", 1.0, Most, "R3";
    /// The routine does not end with a cool-down.
    CoolDown = "no cool-down at the end", "", 1.0, Most, "R3";
    /// A glide that presses against the direction of the fibres and the blood.
    Direction = "presses in the wrong direction", "mm", 1e3, Least, "R4";
    /// A spot is pressed hard without stages.
    Staging = "pressed without stages", "stages", 1.0, Least, "R6";
    /// An oscillation would slip over the skin.
    Slip = "would slip over the skin", "N", 1.0, Most, "R11";
    /// A rhythm that does not lock to the tempo.
    Rhythm = "out of the tempo", "Hz", 1.0, Near, "R12";
    /// The tool cannot leave the skin along its normal.
    Retreat = "no way off the skin", "mm", 1e3, Least, "R7";
    /// Longer than one position allows.
    Duration = "too long in one position", "min", 0.016_666_666_666_666_666, Most, "R8";
    /// A press that stands still for too long.
    Dwell = "presses one place for too long", "s", 1.0, Most;
    /// A zone gets more than its dose.
    Dose = "dose of a zone", "N·s", 1.0, Most, "R8";
    /// No posture puts the tool there.
    Reach = "out of reach", "mm", 1e3, Most;
    /// A joint comes too near its end.
    JointMargin = "joint too near its limit", "deg", 57.295_779_513_082_32, Least;
    /// The posture is nearly singular.
    Singularity = "posture nearly singular", "mm/rad", 1e3, Least;
    /// A joint would have to be too fast.
    JointSpeed = "joint too fast", "% of its limit", 100.0, Most;
    /// A joint would have to be too strong.
    JointTorque = "joint torque", "% of its limit", 100.0, Most;
    /// The tool would be too fast.
    ToolSpeed = "tool too fast", "mm/s", 1e3, Most;
    /// The tool would turn too fast.
    Turning = "tool turns too fast", "rad/s", 1.0, Most;
    /// A link or the tool comes too near the body.
    BodyClearance = "too near the body", "mm", 1e3, Least;
    /// A link or the tool comes too near the table.
    TableClearance = "too near the table", "mm", 1e3, Least;
    /// A link or the tool comes too near the floor.
    FloorClearance = "too near the floor", "mm", 1e3, Least;
    /// Two parts of the arm come too near each other.
    SelfClearance = "the arm too near itself", "mm", 1e3, Least;
}

/// One way in which a step breaks a rule: the first place, and the worst value of all places.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Violation {
    /// Number of the step in the routine, from 1.
    pub step: usize,
    /// Its name.
    pub name: String,
    /// Its line in the routine's file.
    pub line: usize,
    /// Where the step breaks the rule first: seconds from the start of the step.
    pub time_s: Option<f64>,
    /// Along the spine (m), there.
    pub u_m: Option<f64>,
    /// Beside the spine (m), left positive, there.
    pub v_m: Option<f64>,
    /// The rule.
    pub rule: Rule,
    /// [`Rule::source`] of it.
    pub source: Option<&'static str>,
    /// The worst value, in [`Rule::unit`]; absent where the rule is not about a number.
    pub value: Option<f64>,
    /// What was allowed there, in the same unit.
    pub limit: Option<f64>,
    /// The unit of both.
    pub unit: &'static str,
    /// What was seen, in words.
    pub detail: String,
    /// What to do.
    pub remedy: String,
    /// How many samples break the rule.
    pub samples: usize,
    /// The whole stretch, where the arm does not reach one.
    pub stretch: Option<Stretch>,
}

impl core::fmt::Display for Violation {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(
            f,
            "step {} \"{}\" (line {}): {}",
            self.step,
            self.name,
            self.line,
            self.rule.word()
        )?;
        if let Some(source) = self.source {
            write!(f, " ({source})")?;
        }
        if let (Some(value), Some(limit)) = (self.value, self.limit) {
            let side = match self.rule.bound() {
                Bound::Most => "at most",
                Bound::Least => "at least",
                Bound::Near => "near",
            };
            write!(f, ": {value:.1} {}, allowed {side} {limit:.1}", self.unit)?;
        }
        if let Some(time) = self.time_s {
            write!(f, ", first at {time:.1} s")?;
        }
        if let (Some(u), Some(v)) = (self.u_m, self.v_m) {
            write!(f, " (u {:+} mm, v {:+} mm)", whole_mm(u), whole_mm(v))?;
        }
        if self.samples > 1 {
            write!(f, ", {} samples", self.samples)?;
        }
        // The stretch is told as it was first met; later passes over it only count.
        if self
            .stretch
            .as_ref()
            .is_some_and(|s| s.samples < self.samples)
        {
            write!(f, " in all passes over it")?;
        }
        if let Some(stretch) = &self.stretch {
            write!(f, "\n    where: {stretch}")?;
        }
        if !self.detail.is_empty() {
            write!(f, "\n    seen: {}", self.detail)?;
        }
        write!(f, "\n    do:   {}", self.remedy)
    }
}

/// The whole list; never empty.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PlanRejection {
    /// Name of the routine.
    pub routine: String,
    /// In the order of the steps.
    pub violations: Vec<Violation>,
}

impl PlanRejection {
    /// For one reason that is told with the first step, where there is one.
    pub(crate) fn of(routine: &crate::Routine, breach: Breach) -> Self {
        let first = routine.steps.first();
        let tag = StepTag {
            index: 0,
            name: first.map_or("", |step| &step.name),
            line: first.map_or(0, |step| step.line),
        };
        let mut findings = Findings::default();
        findings.report(tag, breach);
        Self {
            routine: routine.name.clone(),
            violations: findings.found.into_values().map(|(v, _)| v).collect(),
        }
    }
}

impl core::fmt::Display for PlanRejection {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let count = self.violations.len();
        let plural = if count == 1 { "" } else { "s" };
        write!(
            f,
            "routine \"{}\" was not planned: {count} violation{plural}",
            self.routine
        )?;
        for violation in &self.violations {
            write!(f, "\n  {violation}")?;
        }
        Ok(())
    }
}

impl core::error::Error for PlanRejection {}

/// One sample that breaks a rule, in SI.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Breach {
    pub rule: Rule,
    pub time: Option<f64>,
    pub place: Option<(f64, f64)>,
    /// Value and limit.
    pub figures: Option<(f64, f64)>,
    pub detail: String,
    pub remedy: String,
}

/// Number of a finding about the whole plan, which no step's own finding is added to.
const WHOLE: usize = usize::MAX;

/// Collects breaches: one violation per step and rule.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    /// By step, rule and number of the stretch; 0 for what is told sample by sample, [`WHOLE`] for what
    /// holds of the whole plan.
    found: BTreeMap<(usize, Rule, usize), (Violation, f64)>,
}

/// The step that a breach belongs to: index, name and line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StepTag<'a> {
    pub index: usize,
    pub name: &'a str,
    pub line: usize,
}

impl Findings {
    /// Takes a breach in; of several of one step and rule the first place and the worst figures stay.
    pub(crate) fn report(&mut self, tag: StepTag<'_>, breach: Breach) {
        let Breach {
            rule,
            time,
            place,
            figures,
            detail,
            remedy,
        } = breach;
        let excess = figures.map_or(0.0, |(value, limit)| match rule.bound() {
            Bound::Most => value - limit,
            Bound::Least => limit - value,
            Bound::Near => (value - limit).abs(),
        });
        let scaled = |x: f64| x * rule.per_si();
        let (value, limit) = (figures.map(|f| scaled(f.0)), figures.map(|f| scaled(f.1)));
        if let Some((old, worst)) = self.found.get_mut(&(tag.index, rule, 0)) {
            old.samples += 1;
            if excess > *worst {
                *worst = excess;
                (old.value, old.limit, old.detail, old.remedy) = (value, limit, detail, remedy);
            }
            return;
        }
        let violation = Violation {
            step: tag.index + 1,
            name: tag.name.to_owned(),
            line: tag.line,
            time_s: time,
            u_m: place.map(|p| p.0),
            v_m: place.map(|p| p.1),
            rule,
            source: rule.source(),
            value,
            limit,
            unit: rule.unit(),
            detail,
            remedy,
            samples: 1,
            stretch: None,
        };
        self.found.insert((tag.index, rule, 0), (violation, excess));
    }

    /// Takes a stretch in: a finding of its own, unless the step has one over the same part of the
    /// back, which then counts for both.
    pub(crate) fn report_stretch(&mut self, tag: StepTag<'_>, breach: Breach, stretch: Stretch) {
        let (rule, samples) = (breach.rule, stretch.samples);
        let of_step = (tag.index, rule, 1)..(tag.index, rule, WHOLE);
        let mut number = 1;
        for ((_, _, key), (old, _)) in self.found.range_mut(of_step) {
            number = key + 1;
            if old.stretch.as_ref().is_some_and(|s| s.overlaps(&stretch)) {
                old.samples += samples;
                return;
            }
        }
        let mut own = Self::default();
        own.report(tag, breach);
        for ((index, rule, _), (mut violation, excess)) in own.found {
            violation.samples = samples;
            violation.stretch = Some(stretch.clone());
            self.found
                .insert((index, rule, number), (violation, excess));
        }
    }

    /// Takes in what holds of the whole plan, beside what the step that it is told with breaks itself.
    pub(crate) fn report_whole(&mut self, tag: StepTag<'_>, breach: Breach) {
        let mut own = Self::default();
        own.report(tag, breach);
        let found = own.found.into_iter();
        self.found
            .extend(found.map(|((index, rule, _), found)| ((index, rule, WHOLE), found)));
    }

    /// Takes over what another list holds of some rules, where this one holds nothing yet.
    pub(crate) fn absorb(&mut self, other: Self, wanted: impl Fn(Rule) -> bool) {
        for ((index, rule, number), found) in other.found {
            if wanted(rule) {
                self.found.entry((index, rule, number)).or_insert(found);
            }
        }
    }

    /// What was found about the posture of the arm in a step.
    pub(crate) fn about_posture(&mut self, index: usize) -> impl Iterator<Item = &mut Violation> {
        let all = self.found.iter_mut();
        all.filter(move |((step, rule, _), _)| *step == index && rule.is_about_posture())
            .map(|(_, (violation, _))| violation)
    }

    /// True when nothing was found but what is named.
    pub(crate) fn holds_only(&self, harmless: impl Fn(Rule) -> bool) -> bool {
        self.found.keys().all(|(_, rule, _)| harmless(*rule))
    }

    /// True while nothing was found.
    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// The rejection, or nothing when all is well.
    pub(crate) fn into_rejection(self, routine: &str) -> Option<PlanRejection> {
        let violations: Vec<Violation> = self.found.into_values().map(|(v, _)| v).collect();
        (!violations.is_empty()).then(|| PlanRejection {
            routine: routine.to_owned(),
            violations,
        })
    }
}

#[cfg(test)]
mod tests;
