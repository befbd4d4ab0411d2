//! Wrong input is refused with exit code 2 (or 1, when it was understood and the verdict is no) and with
//! a message that tells what was seen, what is allowed, where, and what to do.
#![allow(clippy::panic)] // a test that cannot read its own files has nothing to say

mod short;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anatomy::{BodyParameters, Landmarks, PointCloud, Sex, parametric_back};
use quantities::{Kilograms, Metres, Point, Table};
use serde_json::json;
use sim::scan_of;

/// A folder of wrong files that is gone when the test is.
struct Scratch(PathBuf);

impl Scratch {
    fn new(test: &str) -> Self {
        let name = format!("knead-wrong-{test}-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).expect("a writable folder for temporary files");
        Self(folder)
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.0.join(name);
        std::fs::write(&path, content).expect("a writable file");
        path.display().to_string()
    }

    fn missing(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// What a run of the binary left.
struct Said {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Said {
    /// Refused with this exit code, and each of these words on stderr.
    #[track_caller]
    fn refuses(&self, code: i32, words: &[&str]) {
        assert_eq!(self.code, Some(code), "{}", self.stderr);
        for word in words {
            assert!(
                self.stderr.contains(word),
                "no {word:?} in:\n{}",
                self.stderr
            );
        }
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
    }
}

fn knead(arguments: &[&str]) -> Said {
    knead_fed(arguments, "")
}

fn knead_fed(arguments: &[&str], stdin: &str) -> Said {
    let mut child = Command::new(env!("CARGO_BIN_EXE_knead"))
        .current_dir(short::root())
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    // A command that refuses its arguments does not read what is fed to it.
    let _ = child
        .stdin
        .take()
        .map(|mut pipe| pipe.write_all(stdin.as_bytes()));
    let output = child.wait_with_output().expect("the binary ends");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Said {
        code: output.status.code(),
        stdout: text(&output.stdout),
        stderr: text(&output.stderr),
    }
}

fn read(path: &str) -> String {
    let path = short::root().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// The text with one thing changed; fails when there is nothing to change.
#[track_caller]
fn with(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from:?} is no longer in the file");
    text.replacen(from, to, 1)
}

fn short_routine() -> String {
    read("crates/knead/tests/data/short.toml")
}

const FIRM_PULLS: &str = "\n[[step]]\nname = \"Pulls\"\ntechnique = \"pull_strokes\"\nfrom = \"S2\"\n\
    to = \"L4\"\nsides = \"left\"\nouter_mm = 95\noffset_mm = 62\nspacing_mm = 30\nforce = \"firm\"\n";

/// The short routine with a step before its own, which then is the cool-down.
fn with_first_step(step: &str) -> String {
    with(&short_routine(), "\n[[step]]", &format!("{step}\n[[step]]"))
}

/// The short routine with a step after its own, and its own again as the cool-down.
fn with_middle_step(step: &str) -> String {
    let routine = short_routine();
    let (_, own) = routine.split_once("[[step]]").expect("a step");
    format!(
        "{routine}{step}\n[[step]]{}",
        with(own, "Warm-up", "Cool-down")
    )
}

// ---- files ------------------------------------------------------------------------------------

#[test]
fn a_missing_routine_is_named_and_its_neighbour_offered() {
    let scratch = Scratch::new("missing");
    scratch.file("shoulders.toml", short_routine());
    let path = scratch.missing("shoulder.toml");
    knead(&["plan", &path]).refuses(
        2,
        &[
            &path,
            "there is no such file",
            "did you mean",
            "shoulders.toml",
        ],
    );
}

#[test]
fn an_arm_that_is_no_urdf_is_told_what_a_urdf_is() {
    let scratch = Scratch::new("no-urdf");
    let prose = scratch.file("prose.urdf", "hello");
    knead(&["arm", "check", "--arm", &prose]).refuses(2, &[&prose, "not a URDF", "<robot>"]);
    let page = scratch.file("page.urdf", "<html><body/></html>");
    knead(&["arm", "check", "--arm", &page]).refuses(2, &[&page, "not a URDF", "html", "<robot>"]);
    let missing = scratch.missing("none.urdf");
    knead(&["arm", "check", "--arm", &missing]).refuses(2, &[&missing, "there is no such file"]);
}

#[test]
fn joint_limits_that_are_reversed_are_told_with_joint_and_both_numbers() {
    let scratch = Scratch::new("limits");
    let urdf = with(
        &read("urdf/knead_r7.urdf"),
        "lower=\"-2.9\" upper=\"2.9\"",
        "lower=\"2.9\" upper=\"-2.9\"",
    );
    let path = scratch.file("reversed.urdf", urdf);
    let words = [
        path.as_str(),
        "joint1",
        "lower limit 2.9",
        "upper limit -2.9",
        "swap",
    ];
    knead(&["arm", "check", "--arm", &path]).refuses(2, &words);
}

#[test]
fn an_unknown_key_is_told_with_line_column_and_the_key_that_was_meant() {
    let scratch = Scratch::new("key");
    let routine = with(&short_routine(), "speed_mm_per_s", "sped_mm_per_s");
    let line = routine
        .lines()
        .position(|l| l.starts_with("sped_"))
        .expect("the key")
        + 1;
    let path = scratch.file("typo.toml", routine);
    let place = format!("{path}:{line}:1");
    let words = [
        place.as_str(),
        "unknown key `sped_mm_per_s`",
        "did you mean `speed_mm_per_s`?",
    ];
    knead(&["plan", &path]).refuses(2, &words);
}

#[test]
fn a_run_that_is_not_there_cannot_be_viewed() {
    let scratch = Scratch::new("view");
    let run = scratch.missing("norun");
    knead(&["view", &run]).refuses(2, &["norun", "session.rrd", "not there", "folder of a run"]);
    knead(&["report", &run]).refuses(2, &["norun", "session.mcap"]);
}

#[test]
fn a_bad_line_of_postures_is_told_with_its_number() {
    let eval = |stdin: &str| knead_fed(&["arm", "eval", "--arm", "urdf/knead_r7.urdf"], stdin);
    let good = "{\"q\":[0,0,0,0,0,0,0]}\n";
    eval(&format!("{good}q = 3\n")).refuses(2, &["stdin line 2", "{\"q\":[..]"]);
    eval(&format!("{good}{good}{{\"q\":[1,2]}}\n"))
        .refuses(2, &["stdin line 3", "\"q\" has 2 numbers", "7 joints"]);
    eval("{\"q\":[0,0,0,0,0,0,0],\"speed\":[1]}\n")
        .refuses(2, &["stdin line 1", "speed", "`qd`", "`tau`"]);
}

// ---- routines ---------------------------------------------------------------------------------

#[test]
fn the_short_routine_itself_is_planned() {
    let said = knead(&["plan", "crates/knead/tests/data/short.toml"]);
    assert_eq!(said.code, Some(0), "{}", said.stderr);
}

#[test]
fn a_routine_that_crosses_the_spine_is_refused() {
    let scratch = Scratch::new("crossing");
    let across = with(FIRM_PULLS, "offset_mm = 62", "offset_mm = 0");
    let path = scratch.file(
        "across.toml",
        with_middle_step(&across.replace("firm", "light")),
    );
    knead(&["plan", &path]).refuses(
        1,
        &[
            "step 2 \"Pulls\" (line ",
            "crosses the spine",
            "allowed at least",
            "give offset_mm at least",
        ],
    );
}

#[test]
fn depth_before_the_warm_up_is_refused_and_after_it_is_not() {
    let scratch = Scratch::new("depth");
    let cold = scratch.file("cold.toml", with_first_step(FIRM_PULLS));
    knead(&["plan", &cold]).refuses(
        1,
        &[
            "step 1 \"Pulls\" (line ",
            "no warm-up before depth",
            "effleurage or fan_out",
            "before it",
        ],
    );
    let warm = knead(&[
        "plan",
        &scratch.file("warm.toml", with_middle_step(FIRM_PULLS)),
    ]);
    assert!(
        !warm.stderr.contains("no warm-up before depth"),
        "{}",
        warm.stderr
    );
}

#[test]
fn two_hundred_newtons_are_refused_with_what_is_allowed_there() {
    let scratch = Scratch::new("newtons");
    let hard = with(FIRM_PULLS, "force = \"firm\"", "force_n = 200");
    let path = scratch.file("hard.toml", with_middle_step(&hard));
    knead(&["plan", &path]).refuses(
        1,
        &[
            "step 2 \"Pulls\" (line ",
            "force (R5): 200.0 N, allowed at most",
            "zone",
            "ask for at most",
        ],
    );
}

#[test]
fn an_arm_that_cannot_reach_is_told_how_far_it_is_off() {
    let scratch = Scratch::new("reach");
    let profile = read("config/arms/knead_r7.toml");
    let urdf = short::root()
        .join("urdf")
        .canonicalize()
        .expect("the folder of URDF files");
    let profile = with(&profile, "../../urdf", &urdf.display().to_string());
    let start = profile.find("position_mm = [").expect("an installation");
    let end = start + profile[start..].find(']').expect("a list");
    let far = format!(
        "{}position_mm = [210, -1480, 90{}",
        &profile[..start],
        &profile[end..]
    );
    let arm = scratch.file("far.toml", far);
    knead(&["plan", "crates/knead/tests/data/short.toml", "--arm", &arm]).refuses(
        1,
        &[
            "step 1 \"Warm-up\" (line ",
            "out of reach",
            "the arm reaches",
            "move the base",
            "mm nearer",
        ],
    );
}

// ---- bodies -----------------------------------------------------------------------------------

/// A simulated scan of a built-in body, and what was palpated.
fn scan() -> (Vec<[f64; 3]>, Landmarks) {
    let parameters = BodyParameters {
        sex: Sex::Female,
        stature: Metres::new(1.68),
        mass: Kilograms::new(66.0),
    };
    let back = parametric_back(&parameters).expect("a built-in body");
    let scan = scan_of(&back, 1);
    (
        scan.cloud.points().map(|p| [p.x(), p.y(), p.z()]).collect(),
        scan.landmarks,
    )
}

fn ply(points: &[[f64; 3]]) -> Vec<u8> {
    PointCloud::from_points(
        points
            .iter()
            .map(|[x, y, z]| Point::<Table>::new(*x, *y, *z)),
    )
    .to_ply()
}

/// A PLY as text, which can hold what a cloud of ours never does.
fn ply_text(points: &[[f64; 3]]) -> String {
    let mut text = format!(
        "ply\nformat ascii 1.0\nelement vertex {}\nproperty float x\nproperty float y\nproperty float z\n\
         end_header\n",
        points.len()
    );
    for [x, y, z] in points {
        text.push_str(&format!("{x} {y} {z}\n"));
    }
    text
}

/// Landmarks as a file has them; `side` is 1, or -1 for a frame whose y runs to the right.
fn landmark_file(landmarks: &Landmarks, side: f64) -> String {
    let xyz = |p: &Point<Table>| json!([p.x(), side * p.y(), p.z()]);
    let mut bones = serde_json::Map::new();
    let mut tell = |name: &str, place: &Point<Table>| {
        bones.insert(name.to_owned(), json!({"xyz": xyz(place)}));
    };
    for (name, place) in landmarks.vertebrae() {
        tell(name, &place);
    }
    for (name, place) in [
        ("acromion_L", &landmarks.acromion_left),
        ("acromion_R", &landmarks.acromion_right),
        ("PSIS_L", &landmarks.psis_left),
        ("PSIS_R", &landmarks.psis_right),
    ] {
        if let Some(place) = place {
            tell(name, place);
        }
    }
    let midline: Vec<_> = landmarks.midline.iter().map(xyz).collect();
    json!({"landmarks": bones, "spine_midline_C7_to_S2": midline}).to_string()
}

fn fit(scan: &str, landmarks: &str) -> Said {
    knead(&["body", "fit", scan, "--landmarks", landmarks])
}

#[test]
fn a_good_scan_is_fitted_with_landmarks_and_without_and_says_how_sure_it_is() {
    let scratch = Scratch::new("good");
    let (points, landmarks) = scan();
    let cloud = scratch.file("good.ply", ply(&points));
    let said = fit(
        &cloud,
        &scratch.file("good.json", landmark_file(&landmarks, 1.0)),
    );
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    // The scan alone: the shape tells the spine, or the fit says why it does not.
    let alone = knead(&["body", "fit", &cloud]);
    match alone.code {
        Some(0) => {
            for words in [
                "from shape",
                "confidence",
                "left and right could not be checked",
            ] {
                assert!(alone.stdout.contains(words), "{}", alone.stdout);
            }
        }
        _ => alone.refuses(2, &["at most 8 mm", "touch spinous processes"]),
    }
}

#[test]
fn a_scan_alone_that_is_turned_or_holds_no_neck_is_refused_with_the_reason() {
    let scratch = Scratch::new("turned");
    let (points, _) = scan();
    let turned: Vec<_> = points.iter().map(|[x, y, z]| [-x, -y, *z]).collect();
    let cloud = scratch.file("turned.ply", ply(&turned));
    knead(&["body", "fit", &cloud])
        .refuses(2, &["turned by 180 degrees", "toward the client's head"]);
    let cut: Vec<_> = points.iter().filter(|p| p[0] < 0.3).copied().collect();
    let cloud = scratch.file("cut.ply", ply(&cut));
    knead(&["body", "fit", &cloud]).refuses(2, &["no neck", "C7 and S2"]);
}

#[test]
fn an_evaluation_tells_each_error_beside_what_the_fit_states() {
    let scratch = Scratch::new("evaluate");
    let (points, landmarks) = scan();
    let cloud = scratch.file("good.ply", ply(&points));
    let given = scratch.file("good.json", landmark_file(&landmarks, 1.0));
    let common = ["body", "evaluate", "--cloud", &cloud, "--landmarks", &given];
    let said = knead(
        &[
            &common[..],
            &["--known", "C7,S2,midline", "--turn-deg", "10", "--json"],
        ]
        .concat(),
    );
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    let told: serde_json::Value = serde_json::from_str(&said.stdout).expect("JSON");
    assert!((told["turned_deg"].as_f64().expect("a number") - 10.0).abs() < 1.0);
    let rows = told["landmarks"].as_array().expect("rows");
    assert_eq!(rows.iter().filter(|r| r["told"] == true).count(), 2);
    assert!(
        rows.iter().filter(|r| r["inside"] == true).count() >= 5,
        "{rows:?}"
    );
    knead(&[&common[..], &["--holes", "2"]].concat()).refuses(2, &["--holes is 2", "0 to 0.8"]);
    knead(&[&common[..], &["--known", "C8"]].concat()).refuses(2, &["--known names C8", "T12"]);
}

#[test]
fn landmarks_that_cannot_tell_left_from_right_are_fitted_with_a_warning() {
    let scratch = Scratch::new("sides");
    let (points, mut landmarks) = scan();
    (landmarks.acromion_left, landmarks.psis_left) = (None, None);
    let cloud = scratch.file("good.ply", ply(&points));
    let said = fit(
        &cloud,
        &scratch.file("one-sided.json", landmark_file(&landmarks, 1.0)),
    );
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    assert!(
        said.stdout.contains("left and right could not be checked"),
        "{}",
        said.stdout
    );
}

#[test]
fn a_scan_with_fifty_points_is_refused_with_the_number_that_is_needed() {
    let scratch = Scratch::new("fifty");
    let (points, landmarks) = scan();
    let some: Vec<_> = points
        .iter()
        .step_by(points.len() / 50)
        .take(50)
        .copied()
        .collect();
    let cloud = scratch.file("fifty.ply", ply(&some));
    let landmarks = scratch.file("good.json", landmark_file(&landmarks, 1.0));
    let words = ["too few points: 50", "at least", "are needed"];
    fit(&cloud, &landmarks).refuses(2, &words);
    // A session refuses it just so, before anything is planned.
    knead(&[
        "sim",
        "crates/knead/tests/data/short.toml",
        "--body",
        &cloud,
        "--landmarks",
        &landmarks,
    ])
    .refuses(2, &words);
}

#[test]
fn a_scan_of_mostly_nan_is_refused_with_their_number() {
    let scratch = Scratch::new("nan");
    let (mut points, landmarks) = scan();
    let total = points.len();
    for point in points.iter_mut().skip(total / 3) {
        point[2] = f64::NAN;
    }
    let cloud = scratch.file("nan.ply", ply_text(&points));
    let landmarks = scratch.file("good.json", landmark_file(&landmarks, 1.0));
    let count = format!("{} of {total} points are NaN", total - total / 3);
    fit(&cloud, &landmarks).refuses(2, &[&cloud, &count, "more than half", "scan again"]);
}

#[test]
fn a_scan_in_millimetres_is_told_the_factor() {
    let scratch = Scratch::new("millimetres");
    let (points, landmarks) = scan();
    let scaled: Vec<_> = points.iter().map(|p| p.map(|c| c * 1000.0)).collect();
    let cloud = scratch.file("mm.ply", ply(&scaled));
    let landmarks = scratch.file("good.json", landmark_file(&landmarks, 1.0));
    fit(&cloud, &landmarks).refuses(
        2,
        &[
            "the scan spans",
            "0.6 to 2.5 m",
            "millimetres",
            "scale by 0.001",
        ],
    );
}

#[test]
fn mirrored_landmarks_are_refused_with_the_pair_that_shows_it() {
    let scratch = Scratch::new("mirrored");
    let (points, mut landmarks) = scan();
    // Palpated besides: the bony tips of the shoulders.
    let shoulder = |side: f64| Point::new(landmarks.c7.x() - 0.08, side * 0.18, landmarks.c7.z());
    (landmarks.acromion_left, landmarks.acromion_right) =
        (Some(shoulder(1.0)), Some(shoulder(-1.0)));
    let cloud = scratch.file("good.ply", ply(&points));
    let mirrored = scratch.file("mirrored.json", landmark_file(&landmarks, -1.0));
    fit(&cloud, &mirrored).refuses(
        2,
        &[
            "mirrored.json",
            "acromion",
            "lies on the right of",
            "are mirrored",
        ],
    );
}

#[test]
fn files_named_by_tests_are_gone_after_them() {
    let path = {
        let scratch = Scratch::new("gone");
        scratch.file("a.toml", "version = 1")
    };
    assert!(!Path::new(&path).exists());
}

#[test]
#[cfg(target_os = "linux")]
fn words_that_nobody_can_read_change_no_exit_code() {
    // As when a terminal is closed: every write is refused.
    let full =
        || Stdio::from(std::fs::File::create("/dev/full").expect("a device that takes nothing"));
    let status = Command::new(env!("CARGO_BIN_EXE_knead"))
        .args(["plan", "nowhere.toml"])
        .stdout(full())
        .stderr(full())
        .status()
        .expect("it runs");
    assert_eq!(status.code(), Some(2));
}
