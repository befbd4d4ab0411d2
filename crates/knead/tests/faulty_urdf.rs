//! Every file of the kinematics crate's folder of faulty URDFs, given to the command line: refused with
//! exit code 2 and words, told with exit code 1 what would bite, or survived with a warning; never a panic,
//! which would be exit code 101.
#![allow(clippy::panic)] // a panic is how a test says what it saw

use std::path::PathBuf;
use std::process::Command;

#[test]
fn the_command_line_survives_every_faulty_urdf() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../kinematics/tests/faulty_urdf");
    let (mut refused, mut survived) = (0, 0);
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("readable").path();
        let output = Command::new(env!("CARGO_BIN_EXE_knead"))
            .args(["arm", "check", "--arm"])
            .arg(&path)
            .output()
            .expect("the binary runs");
        let stderr = String::from_utf8_lossy(&output.stderr);
        match output.status.code() {
            Some(0 | 1) => survived += 1,
            Some(2) => {
                let name = path.file_name().expect("a name").to_string_lossy();
                assert!(
                    stderr.contains(name.as_ref()),
                    "{name} is not named: {stderr}"
                );
                refused += 1;
            }
            other => panic!("{}: exit {other:?}: {stderr}", path.display()),
        }
    }
    println!("{refused} refused, {survived} survived");
    assert!(refused >= 40 && survived >= 10);
}
