//! Kernel, clock and processors, read below a root so that tests look at machines of their own.

use std::fs;
use std::path::Path;

use super::finding::{Finding, Verdict};

/// Clock sources that are read without leaving the processor, or that a hypervisor keeps.
const QUICK_CLOCKS: [&str; 6] = [
    "tsc",
    "arch_sys_counter",
    "kvm-clock",
    "hyperv_clocksource_tsc_page",
    "riscv_clocksource",
    "timebase",
];

/// What the kernel's own files tell.
pub fn findings(root: &Path) -> Vec<Finding> {
    vec![
        kernel(root),
        clock(root),
        budget(root),
        governor(root),
        set_aside(root),
    ]
}

fn words(root: &Path, path: &str) -> Option<String> {
    let text = fs::read_to_string(root.join(path)).ok()?;
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn kernel(root: &Path) -> Finding {
    let release = words(root, "proc/sys/kernel/osrelease").unwrap_or_else(|| "unknown".to_owned());
    let version = words(root, "proc/sys/kernel/version").unwrap_or_default();
    let real_time = words(root, "sys/kernel/realtime").as_deref() == Some("1")
        || version.split_whitespace().any(|word| word == "PREEMPT_RT");
    if real_time {
        return Finding::ok("kernel", format!("{release}, PREEMPT_RT")).guaranteeing();
    }
    Finding::wrong(
        "kernel",
        Verdict::Warn,
        format!("{release} is no real-time kernel: drivers may hold the loop up for milliseconds"),
        "sudo apt install linux-image-rt-amd64 (Debian) or sudo pro enable realtime-kernel (Ubuntu), then boot it",
    )
    .guaranteeing()
}

fn clock(root: &Path) -> Finding {
    let source = words(
        root,
        "sys/devices/system/clocksource/clocksource0/current_clocksource",
    );
    match source {
        None => Finding::ok("clock", "the kernel does not tell its source"),
        Some(source) if QUICK_CLOCKS.contains(&source.as_str()) => Finding::ok("clock", source),
        Some(source) => Finding::wrong(
            "clock",
            Verdict::Warn,
            format!(
                "{source} is slow to read; the kernel holds the processor's own counter for unreliable"
            ),
            "sudo dmesg | grep -i clocksource tells why; on a sound processor boot with tsc=reliable",
        ),
    }
}

/// Real-time threads share the processor with others by a budget; without one of any size they do not run.
fn budget(root: &Path) -> Finding {
    let told = |file| words(root, file).and_then(|text| text.parse::<i64>().ok());
    let runtime = told("proc/sys/kernel/sched_rt_runtime_us");
    let period = told("proc/sys/kernel/sched_rt_period_us");
    match (runtime, period) {
        (Some(0), _) => Finding::wrong(
            "budget",
            Verdict::Warn,
            "real-time threads get no time at all",
            "sudo sysctl kernel.sched_rt_runtime_us=950000",
        )
        .guaranteeing(),
        (Some(runtime), Some(period)) if runtime > 0 => Finding::ok(
            "budget",
            format!("real-time threads get {runtime} of {period} us"),
        ),
        (Some(_), _) => Finding::ok("budget", "real-time threads are not bounded"),
        (None, _) => Finding::ok("budget", "the kernel does not tell"),
    }
}

fn governor(root: &Path) -> Finding {
    let mut governors: Vec<String> = processors(root)
        .filter_map(|name| {
            let file = format!("sys/devices/system/cpu/{name}/cpufreq/scaling_governor");
            words(root, &file)
        })
        .collect();
    governors.sort();
    governors.dedup();
    if governors.is_empty() {
        return Finding::ok("processors", "their speed is not governed by this kernel");
    }
    if governors == ["performance"] {
        return Finding::ok("processors", "governor performance");
    }
    Finding::wrong(
        "processors",
        Verdict::Warn,
        format!(
            "governor {}: a processor that slept or slowed down wakes the loop late",
            governors.join(", ")
        ),
        "sudo cpupower frequency-set -g performance",
    )
}

/// `cpu0`, `cpu1` ... of the kernel's list.
fn processors(root: &Path) -> impl Iterator<Item = String> {
    let entries = fs::read_dir(root.join("sys/devices/system/cpu"));
    entries.into_iter().flatten().flatten().filter_map(|entry| {
        let name = entry.file_name().into_string().ok()?;
        let number = name.strip_prefix("cpu")?;
        number.parse::<u32>().ok()?;
        Some(name)
    })
}

fn set_aside(root: &Path) -> Finding {
    match words(root, "sys/devices/system/cpu/isolated") {
        Some(list) => Finding::ok("isolation", format!("processors {list} are set aside")),
        None => Finding::ok(
            "isolation",
            "no processor is set aside; the wake-ups below tell whether that is needed (isolcpus=N at boot)",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    struct Tree(PathBuf);

    impl Tree {
        fn new(test: &str, files: &[(&str, &str)]) -> Self {
            let name = format!("knead-doctor-{test}-{}", std::process::id());
            let root = std::env::temp_dir().join(name);
            for (path, text) in files {
                let path = root.join(path);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, text).unwrap();
            }
            Self(root)
        }
    }

    impl Drop for Tree {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn a_machine_set_up_for_real_time_has_nothing_to_mend() {
        let tree = Tree::new(
            "good",
            &[
                ("proc/sys/kernel/osrelease", "6.12.1-rt3\n"),
                ("proc/sys/kernel/version", "#1 SMP PREEMPT_RT Debian\n"),
                (
                    "sys/devices/system/clocksource/clocksource0/current_clocksource",
                    "tsc\n",
                ),
                ("proc/sys/kernel/sched_rt_runtime_us", "950000\n"),
                ("proc/sys/kernel/sched_rt_period_us", "1000000\n"),
                (
                    "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor",
                    "performance\n",
                ),
                (
                    "sys/devices/system/cpu/cpu1/cpufreq/scaling_governor",
                    "performance\n",
                ),
                ("sys/devices/system/cpu/isolated", "1\n"),
            ],
        );
        for finding in findings(&tree.0) {
            assert_eq!(finding.verdict, Verdict::Ok, "{finding:?}");
            assert!(finding.mend.is_none(), "{finding:?}");
        }
    }

    #[test]
    fn each_thing_that_is_not_set_up_is_told_with_its_command() {
        let tree = Tree::new(
            "bad",
            &[
                ("proc/sys/kernel/osrelease", "6.1.0\n"),
                ("proc/sys/kernel/version", "#1 SMP PREEMPT_DYNAMIC Debian\n"),
                (
                    "sys/devices/system/clocksource/clocksource0/current_clocksource",
                    "hpet\n",
                ),
                ("proc/sys/kernel/sched_rt_runtime_us", "0\n"),
                (
                    "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor",
                    "performance\n",
                ),
                (
                    "sys/devices/system/cpu/cpu1/cpufreq/scaling_governor",
                    "powersave\n",
                ),
            ],
        );
        let told = findings(&tree.0);
        let warned: Vec<&str> = told
            .iter()
            .filter(|f| f.verdict == Verdict::Warn && f.mend.is_some())
            .map(|f| f.what)
            .collect();
        assert_eq!(warned, ["kernel", "clock", "budget", "processors"]);
        let guarantees: Vec<&str> = told
            .iter()
            .filter(|f| f.guarantee)
            .map(|f| f.what)
            .collect();
        assert_eq!(guarantees, ["kernel", "budget"]);
        assert!(
            told[3].seen.contains("performance, powersave"),
            "{:?}",
            told[3]
        );
    }

    #[test]
    fn a_machine_that_tells_nothing_is_not_taken_for_a_real_time_one() {
        let tree = Tree::new("mute", &[("etc/empty", "")]);
        let told = findings(&tree.0);
        let warned: Vec<&str> = told
            .iter()
            .filter(|f| f.verdict != Verdict::Ok)
            .map(|f| f.what)
            .collect();
        assert_eq!(warned, ["kernel"]);
    }
}
