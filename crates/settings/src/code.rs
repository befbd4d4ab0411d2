//! The stable codes of faults, and what each one means.

macro_rules! codes {
    ($($name:ident = $code:literal, $title:literal, $text:literal;)*) => {
        /// The kind of a fault. Codes are stable: scripts and manuals may name them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code {
            $(#[doc = $title] $name,)*
        }

        impl Code {
            /// All of them, in the order of their numbers.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The code as printed, such as "KN-C012".
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// One line: what the code stands for.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* }
            }

            /// A paragraph: why this is refused, and what to do.
            #[must_use]
            pub const fn explanation(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

codes! {
    FileMissing = "KN-C001", "The file does not exist.",
        "A path was given where no file lies. Paths on the command line count from the folder in which \
         the command runs; paths inside a configuration file count from that file's own folder.";
    NotAFile = "KN-C002", "The path is a folder or a device, not a file.",
        "Only plain files are read. Name the file inside the folder.";
    FileUnreadable = "KN-C003", "The operating system refuses to read the file.",
        "The reason is the system's own. Usually the file belongs to another user: change its rights.";
    FileTooLarge = "KN-C004", "The file is larger than any sensible file of its kind.",
        "Configuration is read whole, so its size is bounded: 1 MB for TOML, 16 MB for landmarks and \
         URDF, 1 GB for scans. Most often the wrong file was named.";
    NotText = "KN-C005", "The file is not UTF-8 text.",
        "TOML, JSON and URDF are UTF-8. Save the file as UTF-8, or check that it is not a binary file.";
    BadSyntax = "KN-C010", "The text is not valid TOML or JSON.",
        "The place is where the reader lost its way; the slip may lie just before it: a missing quote, \
         bracket or comma, or a key written twice.";
    UnknownKey = "KN-C011", "The key means nothing here.",
        "Unknown keys are refused, never ignored: a mistyped limit that is ignored would be a limit that \
         is not there. Units are part of the key, so `offset_cm` is not `offset_mm`.";
    MissingKey = "KN-C012", "A key that must be there is absent.",
        "What has no safe default must be written down. The help line tells what the key takes.";
    WrongType = "KN-C013", "The value is of the wrong type.",
        "Text stands in quotes, numbers and true/false do not, lists stand in [ ].";
    OutOfRange = "KN-C014", "The number is outside what is allowed.",
        "Ranges in files catch slips of unit and sign. The limits that protect the client are judged \
         later, by the planner and the monitor, and are narrower.";
    NotFinite = "KN-C015", "The number is not finite.",
        "TOML can write nan and inf; no setting of ours can be either.";
    UnknownWord = "KN-C016", "The word is not one of the known ones.",
        "The help line lists the words that are known here.";
    WrongLength = "KN-C017", "A list has the wrong number of entries.",
        "The message tells how many entries there are and how many there must be.";
    Contradiction = "KN-C018", "Two settings contradict each other.",
        "Each is allowed alone, both together make no sense. Keep one.";
    WrongVersion = "KN-C019", "The file is written for another version of its format.",
        "Every file starts with `version = 1`. A file of a newer version may mean things that this \
         program does not know, so it is not guessed at.";
    Empty = "KN-C020", "A text or list that must not be empty is empty.",
        "A routine without a step, a name without a letter.";
    Duplicate = "KN-C021", "The same name is used twice where names must differ.",
        "Reports, recordings and overrides tell things apart by name. Rename one, or take it out.";
    BadDate = "KN-C022", "The text is no date.",
        "Dates are written as year, month and day, \"2026-11-20\", and the day must exist in the calendar.";
    UrdfRefused = "KN-C030", "The URDF of the arm cannot be used.",
        "The message is the arm model's own: it names the link or joint. `knead arm check` shows the \
         chain that was found.";
    WrongRobot = "KN-C031", "The arm profile was made for another robot than the URDF describes.",
        "A profile overrides limits and inertias joint by joint; on another arm they would be wrong. \
         Choose the profile that fits, or write one.";
    WrongJoints = "KN-C032", "The joints of the profile are not the joints of the URDF.",
        "A profile lists every moving joint from the base to the tip, in order, by its URDF name.";
    NoUrdf = "KN-C033", "The profile names no URDF of its own.",
        "Profiles for arms whose description we do not ship need the maker's URDF: give it with --urdf.";
    LimitLoosened = "KN-C034", "A profile allows more than the URDF, without saying where the figure comes from.",
        "Limits in a profile normally tighten the URDF's. To widen one, state the origin of the figure \
         in the joint's `limits_source`.";
    NotPhysical = "KN-C035", "No rigid body can have this mass, centre and inertia.",
        "Masses are positive; the moments of inertia about the principal axes are positive and none is \
         larger than the sum of the two others.";
    PostureOutside = "KN-C036", "The park posture lies outside the joint limits.",
        "Limits are those after the profile's margins. Move the posture inside them.";
    NoShape = "KN-C037", "The arm has no shape: nothing would keep its links off the client, the table and itself.",
        "Give the links [[capsule]] entries in the arm's profile, or collision shapes in the URDF: cylinders, boxes or spheres. `knead arm check` says where the shape of each link comes from.";
    NoWristSensor = "KN-C038", "The arm has no wrist sensor, and an arm that touches somebody needs one.",
        "The force on the skin is told by a force/torque sensor between flange and tool. Torques of the joints are no \
         substitute: told by motor currents they are off by some 30 %. Without the sensor neither the controller nor \
         the monitor knows the force, and the monitor would unload at once. In simulation a default sensor stands in.";
    LandmarkMissing = "KN-C040", "A landmark that the back chart needs is absent.",
        "Needed are C7, T3, T7, T12, L4 and S2, each as xyz in metres in the table frame.";
    WrongUnit = "KN-C041", "The numbers look like another unit.",
        "Landmarks and scans are in metres. A back is between 0.3 and 0.7 m long.";
    LandmarksRefused = "KN-C042", "The landmarks cannot be those of a person who lies prone.",
        "Order, distances, sides and scatter of the landmarks are compared with what bodies allow. Mirrored \
         sets and turned frames are the usual reason.";
    LimitRefused = "KN-C050", "The limits profile asks for more than may be configured.",
        "Each limit has a default, a configurable maximum and a ceiling compiled into the program. The \
         message tells them. Only the first can be changed by a file, and only up to the second.";
    BodyRefused = "KN-C051", "No plausible body has these measures.",
        "The built-in body follows measured populations; outside of their range it would be a guess.";
    IntakeRefused = "KN-C052", "An intake answer rules a session out.",
        "Some conditions mean no massage at all by a machine. This is not a limit that can be edited.";
    ApprovalMissing = "KN-C053", "An intake answer needs an approval that is not there.",
        "Some conditions need somebody who knows the client to approve a session: [approval] says who and \
         when. With it the session is gentler than without the condition; it is never as hard.";
    PlaceMissing = "KN-C054", "A place is needed and none is told.",
        "Wounds, bruises, implants and the like block the place where they are. A yes without a place would \
         block nothing: add a [[blocked]] with the question as its cause and a zone, or u_mm and v_mm.";
    OffTheBody = "KN-C055", "A place of the client's file lies off the back at hand.",
        "Blocked areas and pins are told in back coordinates: u along the spine from S2 toward the head, v \
         beside it, left positive. One that lies where nothing may be touched was meant for another back, or \
         written in another unit.";
    UseRefused = "KN-C060", "A routine cannot use this file here.",
        "`use` puts the steps of another routine file in place of a step; its path counts from the folder of \
         the file that names it. A file cannot use itself, by whatever way round, files can be nested only \
         eight deep, and a text that lies in no folder can use none.";
}

impl core::fmt::Display for Code {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a printed code means: title and explanation; `None` for a code that is not ours.
#[must_use]
pub fn explain(code: &str) -> Option<&'static str> {
    let wanted = code.trim();
    Code::ALL
        .iter()
        .find(|known| known.as_str().eq_ignore_ascii_case(wanted))
        .map(|known| known.explanation())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_in_order() {
        assert!(
            Code::ALL
                .windows(2)
                .all(|pair| pair[0].as_str() < pair[1].as_str())
        );
    }

    #[test]
    fn every_code_explains_itself_and_no_other_does() {
        for code in Code::ALL {
            assert!(
                explain(code.as_str()).is_some_and(|text| text.len() > 40),
                "{code}"
            );
            assert!(code.title().ends_with('.'), "{code}");
        }
        assert_eq!(explain("kn-c011"), Some(Code::UnknownKey.explanation()));
        assert_eq!(explain("KN-C999"), None);
    }
}
