//! How a test must end.

use crate::Code;
use crate::document::{Section, flag, list, number, text, whole, words};

/// The words for how a session ends; `none`: the controller left no summary, because it was killed or never
/// had a session.
pub const ENDING_WORDS: [&str; 9] = [
    "completed",
    "ended",
    "safety_stop",
    "firmware_stop",
    "link_lost",
    "not_ready",
    "no_skin",
    "broken",
    "none",
];

/// What must hold of a test. A bound that is absent is not asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Expectations {
    /// The ending is one of these.
    pub ending: Vec<&'static str>,
    /// The cause (a rule's id, a class of fault) is one of these.
    pub cause: Option<Vec<String>>,
    /// The controller's exit code is one of these; 128 and more: ended by that signal.
    pub exit_code: Option<Vec<u8>>,
    /// True press, at most (N).
    pub largest_press_n: Option<f64>,
    /// True press when the first event came, at least (N): a fault in contact has a force to take away.
    pub pressed_at_fault_n: Option<f64>,
    /// The true press is below the threshold of a touch for good this long after the first event (ms).
    pub unloaded_within_ms: Option<f64>,
    /// Once below it after the first event, the true press stays so.
    pub no_more_contact: bool,
    /// Where either end stopped the session, the true press is below the threshold of a touch for good this long after
    /// (ms). A session that nobody stopped has nothing to show.
    pub unloaded_after_stop_ms: Option<f64>,
    /// The archive is read, whole where the controller lived, and to within a second of its end where not.
    pub archive: bool,
    /// Root mean square of the force that was felt less the one asked for, at most (N).
    pub rmse_n: Option<f64>,
}

pub(super) fn expectations(root: &Section<'_>) -> Option<Expectations> {
    let known = ENDING_WORDS.map(|word| (word, word));
    let ending = root.required("ending", list(words(&known), 1..=9));
    let cause = root.optional("cause", list(text(), 1..=50));
    let code = root.optional("exit_code", list(whole(0..=255), 1..=20));
    let force = || number(0.0..=500.0, "N");
    let largest = root.optional("largest_press_n", force());
    let pressed = root.optional("pressed_at_fault_n", force());
    let unloaded = root.optional("unloaded_within_ms", number(0.0..=60_000.0, "ms"));
    let after_stop = root.optional("unloaded_after_stop_ms", number(0.0..=60_000.0, "ms"));
    let no_more = root.or("no_more_contact", flag(), false);
    let archive = root.or("archive", flag(), false);
    let rmse = root.optional("rmse_n", force());
    let expect = Expectations {
        ending: ending?,
        cause: cause?,
        exit_code: code?.map(|codes| codes.into_iter().map(|code| code as u8).collect()),
        largest_press_n: largest?,
        pressed_at_fault_n: pressed?,
        unloaded_within_ms: unloaded?,
        no_more_contact: no_more?,
        unloaded_after_stop_ms: after_stop?,
        archive: archive?,
        rmse_n: rmse?,
    };
    if expect.ending == ["none"] && expect.cause.is_some() {
        return root.refuse_key(
            "cause",
            Code::Contradiction,
            "where there is no summary, there is no cause".to_owned(),
            "take `cause` away, or ask for another ending",
        );
    }
    Some(expect)
}
