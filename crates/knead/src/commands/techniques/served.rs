//! What serves each row: steps of routine files, told by whose hands.

use std::collections::BTreeMap;
use std::path::Path;

use settings::read_routine;

use super::rows::{By, ROWS, Row};
use crate::failure::Failure;
use crate::load::toml_files;

/// A step of a routine file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Name of the file.
    pub file: String,
    /// Name of the step.
    pub step: String,
}

/// A row and what serves it.
#[derive(Clone, Debug)]
pub(super) struct Served {
    /// The row.
    pub row: Row,
    /// Steps of the arm.
    pub arm: Vec<Place>,
    /// Steps of a person.
    pub person: Vec<Place>,
}

impl Served {
    /// Why the row does not count as served; nothing when it does.
    pub fn fault(&self) -> Option<String> {
        match self.row.by {
            By::Arm if !self.person.is_empty() => {
                Some("an operator step serves it, where the text asks for no person".to_owned())
            }
            By::Arm | By::ArmAndPerson(_) if self.arm.is_empty() => {
                Some("no step of the arm serves it".to_owned())
            }
            By::Person(why) if self.arm.is_empty() && self.person.is_empty() => {
                Some(format!("no step serves it (a person may: {why})"))
            }
            By::Arm | By::ArmAndPerson(_) | By::Person(_) => None,
        }
    }

    /// By whom it is served, in a word.
    pub fn by(&self) -> &'static str {
        match (self.arm.is_empty(), self.person.is_empty()) {
            (false, true) => "arm",
            (true, false) => "person",
            (false, false) => "arm, person",
            (true, true) => "open",
        }
    }
}

/// All rows with the steps that name them. A step that a file takes from another counts where it stands.
///
/// # Errors
/// A folder that cannot be read; every fault of the first routine that has any.
pub(super) fn served(folder: &Path) -> Result<Vec<Served>, Failure> {
    let mut steps: BTreeMap<String, (Vec<Place>, Vec<Place>)> = BTreeMap::new();
    for path in toml_files(folder, "--routines")? {
        let routine = read_routine(&path).map_err(Failure::input)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        for step in routine.steps.iter().filter(|step| step.file.is_none()) {
            for row in &step.rows {
                let (arm, person) = steps.entry(row.clone()).or_default();
                let places = if step.is_for_a_person() { person } else { arm };
                places.push(Place {
                    file: name.clone().into_owned(),
                    step: step.name.clone(),
                });
            }
        }
    }
    let rows = ROWS.iter().map(|&row| {
        let (arm, person) = steps.remove(row.id).unwrap_or_default();
        Served { row, arm, person }
    });
    Ok(rows.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> Vec<Place> {
        vec![Place {
            file: "a.toml".to_owned(),
            step: "s".to_owned(),
        }]
    }

    fn row(id: &str) -> Row {
        *ROWS.iter().find(|row| row.id == id).expect("a row")
    }

    #[test]
    fn a_row_for_the_arm_is_open_without_it_and_faulty_with_a_person() {
        let served = |arm, person| Served {
            row: row("B-L1"),
            arm,
            person,
        };
        assert!(served(Vec::new(), Vec::new()).fault().is_some());
        assert!(served(place(), Vec::new()).fault().is_none());
        assert!(
            served(place(), place())
                .fault()
                .is_some_and(|f| f.contains("no person"))
        );
    }

    #[test]
    fn a_person_may_do_a_part_or_the_whole_where_the_text_says_so() {
        let served = |id, arm, person| Served {
            row: row(id),
            arm,
            person,
        };
        assert!(served("B-U3", place(), place()).fault().is_none());
        assert!(served("B-U3", Vec::new(), place()).fault().is_some());
        assert!(served("B-U5a", Vec::new(), place()).fault().is_none());
        assert!(served("B-U5a", Vec::new(), Vec::new()).fault().is_some());
    }
}
