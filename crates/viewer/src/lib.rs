//! The rerun recording and the HTML report, made from an archive.
