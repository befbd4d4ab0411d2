//! `knead hil`: suites of tests on a rig.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use quantities::Duration;
use realtime_runner::{MonotonicClock, Waits as _, WallStamp};
use settings::{Deed, LinkProfile, Pace, RigProfile, Suite, SuiteTest};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use crate::cli::HilOptions;
use crate::failure::Failure;
use crate::hil::{
    Baseline, RigError, RigLock, Runner, TestResult, Verdict, changes, json, junit, table,
};
use crate::say::{aside, say, say_plain};

pub fn run(options: &HilOptions) -> Result<(), Failure> {
    let rig = RigProfile::read(&named(&options.rig, "config/rigs")).map_err(Failure::input)?;
    let link = LinkProfile::read(&rig.link).map_err(Failure::input)?;
    let tests = tests(options)?;
    let baseline = match &options.baseline {
        Some(path) if path.exists() || !options.write_baseline => Baseline::read(path, &rig.name)?,
        Some(_) | None => Baseline::default(),
    };
    let interrupted = listen()?;
    let _lock = take(&rig, options.wait, &interrupted)?;
    let out = out_folder(options)?;
    let program = std::env::current_exe()
        .map_err(|e| Failure::Rig(format!("our own program cannot be found: {e}")))?;
    let mut runner = Runner::new(&rig, link, program, out.clone(), Arc::clone(&interrupted));
    let mut results = Vec::new();
    for (suite, test) in &tests {
        if interrupted.load(Ordering::Acquire) {
            break;
        }
        let result = runner.test(suite, test);
        aside!("{}: {}", result.name, result.verdict.word());
        results.push(result);
    }
    let changed = match (&options.baseline, options.write_baseline) {
        (Some(path), true) => {
            let mut baseline = baseline;
            baseline.take_in(&rig.name, &results);
            baseline.write(path)?;
            Vec::new()
        }
        (Some(_), false) => changes(&baseline, &results),
        (None, _) => Vec::new(),
    };
    let xml = out.join("junit.xml");
    std::fs::write(&xml, junit(&rig.name, &results, &changed))
        .map_err(|e| Failure::Rig(format!("{}: {e}", xml.display())))?;
    tell(options, &rig, &results, &changed, &out);
    verdict(&results, tests.len(), &changed)
}

/// A path, or a name that stands for a file in a folder of the configuration.
fn named(path: &Path, folder: &str) -> PathBuf {
    let is_name = path.extension().is_none() && path.components().count() == 1;
    if is_name {
        Path::new(folder).join(path).with_extension("toml")
    } else {
        path.to_owned()
    }
}

/// The tests that are asked for, each with its suite; all orders are read before anything starts.
fn tests(options: &HilOptions) -> Result<Vec<(String, SuiteTest)>, Failure> {
    let mut tests: Vec<(String, SuiteTest)> = Vec::new();
    for path in &options.suite {
        let suite = Suite::read(&named(path, "config/suites")).map_err(Failure::input)?;
        for test in suite.tests {
            check_orders(&suite.name, &test)?;
            if let Some((other, _)) = tests.iter().find(|(_, known)| known.name == test.name) {
                return Err(Failure::Input(format!(
                    "suites {other} and {} both have a test {}; give one of them another name",
                    suite.name, test.name
                )));
            }
            tests.push((suite.name.clone(), test));
        }
    }
    tests.retain(|(_, test)| {
        let named = options
            .only
            .as_ref()
            .is_none_or(|part| test.name.contains(part));
        named && !(options.accelerated && test.pace == Pace::RealTime)
    });
    if tests.is_empty() {
        return Err(Failure::Input(
            "no test is left; look at --suite, --only and --accelerated".to_owned(),
        ));
    }
    Ok(tests)
}

fn check_orders(suite: &str, test: &SuiteTest) -> Result<(), Failure> {
    for event in &test.events {
        if let Deed::Order(order) = &event.deed {
            crate::twin::order(order).map_err(|why| {
                Failure::Input(format!(
                    "suite {suite}, test {}: `{order}`: {why}",
                    test.name
                ))
            })?;
        }
    }
    Ok(())
}

fn listen() -> Result<Arc<AtomicBool>, Failure> {
    let interrupted = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        signal_hook::flag::register(signal, Arc::clone(&interrupted))
            .map_err(|e| Failure::Rig(format!("signal {signal} cannot be caught: {e}")))?;
    }
    Ok(interrupted)
}

/// The rig, at once or when its holder is done.
fn take(rig: &RigProfile, wait_s: f64, interrupted: &AtomicBool) -> Result<RigLock, Failure> {
    let clock = MonotonicClock::start();
    let patience = Duration::from_nanos((wait_s.clamp(0.0, 86_400.0) * 1e9) as u64);
    let until = clock.now() + patience;
    loop {
        match RigLock::take(&rig.lock) {
            Ok(lock) => return Ok(lock),
            Err(RigError(why)) => {
                if clock.now() >= until || interrupted.load(Ordering::Acquire) {
                    return Err(Failure::Rig(why));
                }
            }
        }
        // A sleep that the kernel refuses is a short one: the lock is looked at again.
        let _ = clock.sleep_until(clock.now() + Duration::from_millis(200));
    }
}

fn out_folder(options: &HilOptions) -> Result<PathBuf, Failure> {
    let out = options.out.clone().unwrap_or_else(|| {
        let name = format!(
            "knead-hil-{}-{}",
            WallStamp::now().as_str(),
            std::process::id()
        );
        std::env::temp_dir().join(name)
    });
    let used = std::fs::read_dir(&out).is_ok_and(|mut entries| entries.next().is_some());
    if used {
        return Err(Failure::Input(format!(
            "{}: the folder is not empty, and nothing in it is overwritten; name another with --out",
            out.display()
        )));
    }
    std::fs::create_dir_all(&out).map_err(|e| {
        Failure::Rig(format!(
            "{}: {e}; name a writable folder with --out",
            out.display()
        ))
    })?;
    Ok(out)
}

fn tell(
    options: &HilOptions,
    rig: &RigProfile,
    results: &[TestResult],
    changed: &[String],
    out: &Path,
) {
    if options.json {
        say!("{:#}", json(&rig.name, results, changed));
        return;
    }
    say_plain!("{}", table(results));
    for change in changed {
        say!("changed: {change}");
    }
    say!("files:     {}", out.display());
}

fn verdict(results: &[TestResult], planned: usize, changed: &[String]) -> Result<(), Failure> {
    let count = |verdict: Verdict| results.iter().filter(|r| r.verdict == verdict).count();
    let (failed, errors) = (count(Verdict::Failed), count(Verdict::Error));
    if errors > 0 || results.len() < planned {
        return Err(Failure::Rig(format!(
            "the rig did not do its part in {errors} of {planned} tests, and {} were not run; {failed} failed",
            planned - results.len()
        )));
    }
    if failed > 0 || !changed.is_empty() {
        return Err(Failure::Verdict(format!(
            "{failed} of {planned} tests failed, {} changes from the baseline",
            changed.len()
        )));
    }
    Ok(())
}
