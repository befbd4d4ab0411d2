//! From the archive's files into memory: the messages that people look at, not those of every cycle.

use std::path::Path;

use recorder::{ArchiveReader, Message};

use crate::ViewerError;
use crate::session::Session;

/// What is looked for, for the error's text.
const TOPICS: &str =
    "/contact, /tool_pose, /tf, /joint_states, /wrench_true, /wrench_measured, /verdict, /log";

/// Reads all that pictures are made of.
///
/// # Errors
/// [`ViewerError`] when the archive is missing, unreadable, or holds none of these messages.
pub(crate) fn read_session(archive: &Path) -> Result<Session, ViewerError> {
    if !archive.is_file() {
        return Err(ViewerError::NoFile {
            path: archive.to_owned(),
        });
    }
    let unreadable = |e: recorder::ArchiveError| ViewerError::BadArchive {
        path: archive.to_owned(),
        reason: e.to_string(),
    };
    let reader = ArchiveReader::open(archive).map_err(unreadable)?;
    let mut session = Session::default();
    session
        .warnings
        .extend(reader.truncations().iter().map(ToString::to_string));
    for message in reader.messages() {
        let (_, _, message) = message.map_err(unreadable)?;
        keep(&mut session, message);
    }
    if session.is_empty() {
        return Err(ViewerError::EmptyArchive {
            path: archive.to_owned(),
            topics: TOPICS,
        });
    }
    session.sort();
    Ok(session)
}

fn keep(session: &mut Session, message: Message) {
    match message {
        Message::JointStates(record) => session.joints.push(record),
        Message::WrenchTrue(record) => session.true_wrenches.push(record),
        Message::WrenchMeasured(record) => session.measured_wrenches.push(record),
        Message::ToolPose(record) => session.tool_poses.push(record),
        Message::Tf(at_ns, records) => session.transforms.push((at_ns, records)),
        Message::Contact(record) => session.contacts.push(record),
        Message::Verdict(record) => session.verdicts.push(record),
        Message::Log(record) => session.logs.push(record),
        // Full-rate messages and the torques told are for replay and judge.
        Message::Cycle(_) | Message::Truth(_) | Message::JointCommand(_) | Message::ToolGoal(_) => {
        }
    }
}
