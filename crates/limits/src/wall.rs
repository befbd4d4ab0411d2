//! The outer wall: what published figures say about *unintended* quasi-static contact with a robot.
//! It is never a set-point; our own ceilings stay far inside (a test holds them there).
//!
//! Provenance of every cell: ISO/TS 15066:2016, Annex A, taken from two independent second-hand
//! transcriptions that agree; the text of the standard itself was not at hand, and conformity with
//! it is not claimed. Transient contact: twice the quasi-static figures. The pressures come from one
//! study of pain onset in 100 healthy adults (a quarter of them hurt below the value), the forces
//! from a review of bruising.

use quantities::{Kilograms, Newtons, NewtonsPerMetre, Pascals};

/// How sure a published figure is.
pub const PROVENANCE: &str = "ISO/TS 15066:2016 Annex A, two agreeing second-hand transcriptions";

/// A published figure and where it comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell<T> {
    /// The figure.
    pub value: T,
    /// Its source and how sure it is.
    pub provenance: &'static str,
}

/// Body regions of the published table that a back massage can meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Region {
    /// Neck muscle.
    NeckMuscle,
    /// Seventh cervical vertebra.
    SeventhCervical,
    /// Shoulder joint.
    ShoulderJoint,
    /// Fifth lumbar vertebra.
    FifthLumbar,
    /// Pelvic bone.
    PelvicBone,
    /// Abdomen.
    Abdomen,
    /// Upper arm: the lower of its two published pressures.
    UpperArm,
    /// Thigh muscle.
    Thigh,
    /// Kneecap.
    Kneecap,
}

/// One row of the wall. Quasi-static contact.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WallRow {
    /// Where on the body.
    pub region: Region,
    /// Highest pressure.
    pub pressure: Cell<Pascals>,
    /// Highest force.
    pub force: Cell<Newtons>,
    /// Effective stiffness of the region.
    pub stiffness: Cell<NewtonsPerMetre>,
    /// Effective mass of the region.
    pub mass: Cell<Kilograms>,
}

const fn cell<T>(value: T) -> Cell<T> {
    Cell {
        value,
        provenance: PROVENANCE,
    }
}

/// Arguments in the table's own units: N/cm², N, N/mm, kg.
const fn row(region: Region, n_per_cm2: f64, n: f64, n_per_mm: f64, kg: f64) -> WallRow {
    WallRow {
        region,
        pressure: cell(Pascals::new(n_per_cm2 * 1e4)),
        force: cell(Newtons::new(n)),
        stiffness: cell(NewtonsPerMetre::new(n_per_mm * 1e3)),
        mass: cell(Kilograms::new(kg)),
    }
}

/// The wall, in the order of [`Region`].
pub const WALL: [WallRow; 9] = [
    row(Region::NeckMuscle, 140.0, 150.0, 50.0, 1.2),
    row(Region::SeventhCervical, 210.0, 150.0, 50.0, 1.2),
    row(Region::ShoulderJoint, 160.0, 210.0, 35.0, 40.0),
    row(Region::FifthLumbar, 210.0, 210.0, 35.0, 40.0),
    row(Region::PelvicBone, 210.0, 180.0, 25.0, 40.0),
    row(Region::Abdomen, 140.0, 110.0, 10.0, 40.0),
    row(Region::UpperArm, 190.0, 150.0, 30.0, 3.0),
    row(Region::Thigh, 250.0, 220.0, 50.0, 75.0),
    row(Region::Kneecap, 220.0, 220.0, 50.0, 75.0),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RawLimits;

    /// Second route: the table written out again as text, as a person would check it.
    const AS_WRITTEN: &str = "\
NeckMuscle 1400000 150 50000 1.2
SeventhCervical 2100000 150 50000 1.2
ShoulderJoint 1600000 210 35000 40
FifthLumbar 2100000 210 35000 40
PelvicBone 2100000 180 25000 40
Abdomen 1400000 110 10000 40
UpperArm 1900000 150 30000 3
Thigh 2500000 220 50000 75
Kneecap 2200000 220 50000 75
";

    #[test]
    fn a_changed_cell_of_the_wall_does_not_go_unseen() {
        let mut text = String::new();
        for row in &WALL {
            text += &format!(
                "{:?} {} {} {} {}\n",
                row.region,
                row.pressure.value.get(),
                row.force.value.get(),
                row.stiffness.value.get(),
                row.mass.value.get()
            );
        }
        assert_eq!(text, AS_WRITTEN);
    }

    #[test]
    fn every_cell_says_where_it_comes_from() {
        for row in &WALL {
            for provenance in [
                row.pressure.provenance,
                row.force.provenance,
                row.stiffness.provenance,
                row.mass.provenance,
            ] {
                assert!(provenance.contains("15066") && provenance.contains("second-hand"));
            }
        }
    }

    #[test]
    fn our_compiled_in_ceilings_stay_far_inside_the_lowest_wall() {
        let lowest_force = WALL
            .iter()
            .map(|r| r.force.value.get())
            .fold(f64::INFINITY, f64::min);
        let lowest_pressure = WALL
            .iter()
            .map(|r| r.pressure.value.get())
            .fold(f64::INFINITY, f64::min);
        for figure in RawLimits::default().figures() {
            if figure.key.ends_with("_force_n") {
                assert!(
                    figure.ceiling * figure.to_si <= lowest_force,
                    "{}",
                    figure.key
                );
            }
            if figure.key.ends_with("_pressure_kpa") {
                assert!(
                    figure.ceiling * figure.to_si <= 0.3 * lowest_pressure,
                    "{}",
                    figure.key
                );
            }
        }
    }
}
