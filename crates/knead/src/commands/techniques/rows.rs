//! The rows of the source texts in a line each, and whose hands each row allows.

/// Who may serve a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::commands) enum By {
    /// The arm alone.
    Arm,
    /// The arm, with a part that needs a person, for this reason.
    ArmAndPerson(&'static str),
    /// A person, or a setting of the session, for this reason.
    Person(&'static str),
}

/// A row.
#[derive(Clone, Copy, Debug)]
pub(in crate::commands) struct Row {
    /// Its id.
    pub id: &'static str,
    /// What it says, in a line.
    pub what: &'static str,
    /// Whose hands it allows.
    pub by: By,
    /// What else of the product serves it.
    pub setting: Option<&'static str>,
}

const fn arm(id: &'static str, what: &'static str) -> Row {
    Row {
        id,
        what,
        by: By::Arm,
        setting: None,
    }
}

const fn with(row: Row, by: By, setting: Option<&'static str>) -> Row {
    Row { by, setting, ..row }
}

/// All rows in order.
pub(in crate::commands) const ROWS: [Row; 47] = [
    arm(
        "A1",
        "oil-spreading glides up, around shoulders and blades, down further out",
    ),
    arm(
        "A2",
        "glides up, circles over the blades, pulls over latissimus, flanks and glutes",
    ),
    arm(
        "A3",
        "deeper, one side: up, around the blade, circles, full glides and pulls",
    ),
    arm(
        "A4",
        "deeper pulls on latissimus dorsi, full glides and pulls again",
    ),
    arm(
        "A5",
        "alternate strokes away from the spine, slowly moving up",
    ),
    arm("A6", "if asked for: deep, up and down the spinal muscles"),
    arm(
        "A7",
        "change of sides: glides, pulls, from blade to blade with minimal pressure",
    ),
    arm("A8", "A3 to A6 on the other side"),
    arm(
        "B-L1",
        "up beside the spine to the waist, fan out, down the sides, back",
    ),
    arm(
        "B-L2",
        "hand on hand, slow circles over buttocks and lower back",
    ),
    arm(
        "B-L3",
        "mirrored thumb circles from the tail-bone to the waist, rows further out",
    ),
    arm(
        "B-L4",
        "pulls from the flank to the spine, hip to waist, both sides",
    ),
    arm(
        "B-L5",
        "either side of the spine from nape to tail-bone; then B-L1",
    ),
    arm(
        "B-U1",
        "as B-L1, over the waist to the shoulders and across the hips",
    ),
    arm(
        "B-U2",
        "kneading from the waist all up the back, tops of the shoulders",
    ),
    with(
        arm(
            "B-U3",
            "thumb strokes, circles and long strokes at the blade that stands out",
        ),
        By::ArmAndPerson("a person folds the client's arm"),
        None,
    ),
    arm(
        "B-U4",
        "firm pulls across the shoulders, squeeze-kneading from arm to neck",
    ),
    with(
        arm("B-U5a", "the tops of the arms are held and lifted"),
        By::Person("grasping a limb"),
        None,
    ),
    arm(
        "B-U5b",
        "diagonal stretch to hip and opposite shoulder, held for ten",
    ),
    arm(
        "C1",
        "effleurage along the fibres, in the direction of the blood's flow",
    ),
    arm("C2", "longitudinal gliding, firmer, often with a roller"),
    arm("C3", "trigger-point release: held, more as it eases"),
    arm("C4", "compression broadening"),
    arm("C5", "friction, rapid and short, not moving over the skin"),
    arm(
        "C6",
        "the whole session: rising warm-up, palms, knots, long glides, cool-down",
    ),
    with(
        arm("C7", "make sure that a knot is muscle before pressing"),
        By::Arm,
        Some("every hold measures the stiffness first; a place as hard as bone is left"),
    ),
    with(
        arm(
            "C8",
            "low back, hips, sacrum, upper glutes; 15 to 20 minutes in one position",
        ),
        By::ArmAndPerson("the hamstrings lie beyond the chart of the back"),
        Some("plans keep to 20 minutes in one position"),
    ),
    arm(
        "D3",
        "light strokes at the base of the neck, gentle pressure beside the spine",
    ),
    arm("D4", "up and down the entire back, repeated"),
    arm(
        "D5",
        "small outward strokes by the blades up to the base of the neck",
    ),
    arm("D6", "small circles over hard spots, pressure adapted"),
    arm("D7", "each shoulder blade is shaken gently to and fro"),
    arm("D8", "horizontal strokes from the spine over each blade"),
    with(
        arm(
            "D9",
            "gentle circles on the shoulder tops and below the collar-bones",
        ),
        By::ArmAndPerson("nothing touches the body in front of the shoulder"),
        None,
    ),
    arm(
        "D10",
        "heel of the hand from the upper shoulder down to the lower back",
    ),
    arm(
        "D11",
        "finish: up on both sides of the spine and down the sides",
    ),
    arm(
        "E1",
        "glides from the lower back to the shoulders and down again",
    ),
    arm("E2", "kneading either side of the spine"),
    arm("E3", "small circles around tight areas"),
    arm("E4", "light percussion"),
    with(
        arm("E5", "a stretch at the end"),
        By::Person("a stretch moves limbs"),
        None,
    ),
    with(
        arm(
            "E6",
            "ask where it hurts and which pressure; firm and steady for some",
        ),
        By::Person("asking"),
        Some("client profile: pressure, sore_zones, pins, asked_for"),
    ),
    arm(
        "E7",
        "long strokes and kneading of trapezius, latissimus and erector spinae",
    ),
    arm("E8", "gentle sustained pressure until the tension eases"),
    with(
        arm("E9", "sharp pain: ease off, a lighter touch"),
        By::Person("hearing the client"),
        Some("operator's requests while a session runs: softer, pause, stop"),
    ),
    with(
        arm(
            "E10",
            "regular sessions: history, what was done, what is due",
        ),
        By::Person("talking about the last visit"),
        Some("client profile: visits and pins; `knead client history`"),
    ),
    with(
        arm("E11", "oil so that the hands glide; warmth"),
        By::Person("oil and warmth are brought by a person"),
        Some("client profile: oil, which sets the friction that plan and observers use"),
    ),
];

#[cfg(test)]
mod tests {
    use super::ROWS;

    #[test]
    fn the_table_holds_the_rows_that_routines_may_name_in_their_order() {
        let ids = ROWS.map(|row| row.id);
        assert_eq!(ids, settings::SOURCE_ROWS);
        assert!(ROWS.iter().all(|row| !row.what.is_empty()));
    }
}
