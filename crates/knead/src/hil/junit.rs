//! Results in the XML that continuous integration reads: `failure` is a test's, `error` the rig's.

use super::verdict::{TestResult, Verdict};

/// The whole document. `changed` are differences from the baseline, a test case of their own each.
#[must_use]
pub fn junit(rig: &str, results: &[TestResult], changed: &[String]) -> String {
    let count = |verdict: Verdict| results.iter().filter(|r| r.verdict == verdict).count();
    let seconds: f64 = results.iter().map(|r| r.seconds).sum();
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n\
         <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{seconds:.3}\">\n",
        escaped(rig),
        results.len() + changed.len(),
        count(Verdict::Failed) + changed.len(),
        count(Verdict::Error),
        count(Verdict::Skipped),
    );
    for result in results {
        xml += &case(result);
    }
    for change in changed {
        xml += &format!(
            "<testcase classname=\"baseline\" name=\"{0}\" time=\"0\"><failure message=\"{0}\"/></testcase>\n",
            escaped(change)
        );
    }
    xml + "</testsuite>\n</testsuites>\n"
}

fn case(result: &TestResult) -> String {
    let why = result.reasons.join("\n");
    let first = result.reasons.first().map_or("", String::as_str);
    let body = match result.verdict {
        Verdict::Passed => String::new(),
        Verdict::Flaky => format!("<system-err>flaky: {}</system-err>", escaped(&why)),
        Verdict::Failed => told("failure", first, &why),
        Verdict::Error => told("error", first, &why),
        Verdict::Skipped => format!("<skipped message=\"{}\"/>", escaped(first)),
    };
    format!(
        "<testcase classname=\"{}\" name=\"{}\" time=\"{:.3}\">{body}<system-out>{}</system-out></testcase>\n",
        escaped(&result.suite),
        escaped(&result.name),
        result.seconds,
        escaped(&result.folder.display().to_string())
    )
}

fn told(word: &str, first: &str, why: &str) -> String {
    format!(
        "<{word} message=\"{}\">{}</{word}>",
        escaped(first),
        escaped(why)
    )
}

/// Text for XML 1.0, in an element or an attribute; what XML has no place for becomes U+FFFD.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push_str("&#9;"),
            '\r' => out.push_str("&#13;"),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use settings::Pace;

    fn result(verdict: Verdict, reason: &str) -> TestResult {
        TestResult {
            suite: "link".to_owned(),
            name: "l3 <bits> & \"flips\"".to_owned(),
            pace: Pace::RealTime,
            verdict,
            reasons: vec![reason.to_owned()],
            evidence: None,
            tries: 1,
            seconds: 1.5,
            folder: "out/a&b".into(),
        }
    }

    #[test]
    fn what_xml_would_read_as_its_own_is_escaped() {
        let xml = junit(
            "twin",
            &[result(Verdict::Failed, "5 N > 4 N\u{1b}[31m & 'x'\n]]>")],
            &[],
        );
        assert!(
            xml.contains("name=\"l3 &lt;bits&gt; &amp; &quot;flips&quot;\""),
            "{xml}"
        );
        assert!(
            xml.contains("5 N &gt; 4 N\u{fffd}[31m &amp; &apos;x&apos;&#10;]]&gt;"),
            "{xml}"
        );
        assert!(xml.contains("out/a&amp;b"), "{xml}");
        assert!(!xml.contains('\u{1b}'));
    }

    #[test]
    fn a_rigs_error_is_no_failure_of_a_test_and_a_change_is_one() {
        let results = [
            result(Verdict::Failed, "red"),
            result(Verdict::Error, "no twin"),
            result(Verdict::Flaky, "once"),
            result(Verdict::Skipped, "real arm"),
        ];
        let xml = junit("twin", &results, &["l1: was passed".to_owned()]);
        assert!(
            xml.contains("tests=\"5\" failures=\"2\" errors=\"1\" skipped=\"1\""),
            "{xml}"
        );
        for (tag, count) in [
            ("<failure", 2),
            ("<error", 1),
            ("<skipped", 1),
            ("<testcase", 5),
            ("</testcase>", 5),
        ] {
            assert_eq!(xml.matches(tag).count(), count, "{tag}: {xml}");
        }
    }
}
