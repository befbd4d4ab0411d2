//! The twelve rules that every routine keeps, as the source texts give them, and who sees to each.
//!
//! [`Rule`](super::Rule) is what a plan is checked for; [`Rule::source`](super::Rule::source) leads from there
//! to here.

/// One rule of the source texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourceRule {
    /// `R1` to `R12`.
    pub id: &'static str,
    /// What it demands.
    pub demand: &'static str,
    /// How a plan is checked for it.
    pub planned: &'static str,
    /// How it is held while a session runs; rules of the monitor by their ids.
    pub running: &'static str,
}

/// All twelve, in order.
pub const SOURCE_RULES: [SourceRule; 12] = [
    SourceRule {
        id: "R1",
        demand: "No contact patch overlaps the band beside the spine that is kept free. The band is measured to \
                 the edge of the patch, and no routine can narrow it.",
        planned: "Lines drawn inside the band are refused. Every knot in contact keeps the nearest edge of the patch \
                  outside it, with the midline's uncertainty and 2 mm of tracking added; a wide tool runs further out, \
                  and a tool that finds no room between band and flank is refused.",
        running: "SR-04 ends a touch whose patch edge is inside the band.",
    },
    SourceRule {
        id: "R2",
        demand: "The midline is crossed without contact, or with the lightest touch where a technique says so.",
        planned: "No technique here crosses in contact: a line on or beyond the spine is refused, and from one side \
                  to the other the tool is lifted. Both legs of a diagonal end on their own side.",
        running: "SR-04 counts any felt force within the band as a breach, since no plan claims a crossing.",
    },
    SourceRule {
        id: "R3",
        demand: "A routine begins with a warm-up and ends with a cool-down; nothing goes deep where it has not warmed.",
        planned: "The first and the last step that touch must be gentle long glides. The back is remembered in pieces \
                  of 50 mm a side, and firm, deep or more than 20 N is refused on a piece that no lighter glide \
                  has passed.",
        running: "The plan's order is the only order. A step that the operator skips is not made up for, so skipping \
                  a warm-up is the operator's decision.",
    },
    SourceRule {
        id: "R4",
        demand: "Glides follow the fibres, and the stroke toward the heart carries the pressure that the technique names.",
        planned: "A loop, or a glide whose way up is pressed, is refused when its `to` lies below its `from`; each leg's \
                  force follows from the technique.",
        running: "Place and force are read from the plan by one phase, so that no leg gets another's force; \
                  SR-26 holds the force along the skin.",
    },
    SourceRule {
        id: "R5",
        demand: "Force grows and fades gently, scales with word, client and zone, and stays a margin below its ceiling.",
        planned: "Words taper to the ceiling less the larger of 3 N and 10 %, by newtons and by pressure; forces given \
                  in newtons, and `deep`, are refused where that does not give them.",
        running: "SR-01, SR-02 and SR-03 hold the ceilings of force and pressure; SR-07 and SR-08 hold the approach \
                  so slow that they can.",
    },
    SourceRule {
        id: "R6",
        demand: "A hard spot is not pressed harder but worked by stages; what is as hard as bone is left.",
        planned: "A press on a spot has three stages at least, the first gentle, and all its holds together last at \
                  most 90 s.",
        running: "A hold whose place is measured as stiff as bone is left, and told; SR-37 ends presses that last.",
    },
    SourceRule {
        id: "R7",
        demand: "At a word of discomfort the arm eases off or stops at once; a stop is always one press away.",
        planned: "All along every stroke, twice a second, the arm must be able to draw the tool back from the skin by \
                  20 mm along its normal.",
        running: "Softer takes off a tenth within 0.2 s, pause holds the arm where it is, and only the operator lets it \
                  go on; SR-34 retracts at the operator's stop.",
    },
    SourceRule {
        id: "R8",
        demand: "The client lies in one position for 20 minutes at most; the dose of each zone and of all is limited.",
        planned: "The time between operator steps that reposition, and each zone's impulse on either side, stay within \
                  the limits.",
        running: "The session waits at an operator step until it is confirmed; SR-37 ends presses that last, SR-27 \
                  and SR-28 hold the power.",
    },
    SourceRule {
        id: "R9",
        demand: "Contraindications are asked before: no session, an approval, or a place that is blocked.",
        planned: "A file with an open question is refused; a blocked place has a ceiling of nothing, and a step that \
                  comes upon it, to the edge of the patch and 15 mm around, is refused with the place named.",
        running: "SR-01 holds the ceiling of nothing at the middle of the patch.",
    },
    SourceRule {
        id: "R10",
        demand: "Preferences are asked and kept: pressure, places that hurt or were liked, places to avoid.",
        planned: "Force words are scaled by the client's word and pins, and the step's notes say by how much; avoided \
                  zones and pins that say never are refused like blocked places.",
        running: "The scaled force is the set-point. SR-01 holds avoided places as it holds blocked ones.",
    },
    SourceRule {
        id: "R11",
        demand: "Oil or lotion changes what slips: it is a setting of the session that friction and its limits use.",
        planned: "Rubbing and rocking, which must not slip, need friction x force of 1.5 times the force along the \
                  skin; the way is narrowed to that, and refused where too little is left.",
        running: "Slip is recomputed and counted; SR-26 holds the force along the skin.",
    },
    SourceRule {
        id: "R12",
        demand: "A routine has a tempo, and its rhythms lock to it.",
        planned: "A rhythm that is asked for must be 1/4, 1/3, 1/2, 1, 2, 3 or 4 times the tempo, within 5 %; one that \
                  is not given locks by itself.",
        running: "The whole plan runs by one phase, so that all rhythms slow together.",
    },
];

impl SourceRule {
    /// The rule of an id, whether its `R` is large or small.
    #[must_use]
    pub fn of(id: &str) -> Option<&'static Self> {
        SOURCE_RULES
            .iter()
            .find(|rule| rule.id.eq_ignore_ascii_case(id))
    }
}

impl core::fmt::Display for SourceRule {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        writeln!(f, "{}: {}", self.id, self.demand)?;
        let checks = super::Rule::ALL.iter();
        let words: Vec<&str> = checks
            .filter(|rule| rule.source() == Some(self.id))
            .map(|rule| rule.word())
            .collect();
        writeln!(f, "  planned: {}", self.planned)?;
        writeln!(f, "  running: {}", self.running)?;
        write!(f, "  told as: {}", words.join("; "))
    }
}
