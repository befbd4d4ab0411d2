//! A look at the text before the parser sees it.
//!
//! The parser recurses over elements and does not look at the name of the first one; here both are
//! bounded, so that no text can exhaust the stack and an HTML page is told from a robot.

use crate::UrdfError;

/// Elements nest at most this deep. Chosen; URDF needs 5.
const DEEPEST: usize = 64;

/// Refuses text whose first element is not `robot`, that nests too deep, or is a xacro template.
pub(crate) fn check(text: &str) -> Result<(), UrdfError> {
    let mut depth = 0_usize;
    let mut root: Option<&str> = None;
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        rest = rest.get(start..).unwrap_or("");
        let Some((tag, after)) = split_tag(rest) else {
            return Err(not_urdf("an element is not closed with '>'".to_owned()));
        };
        rest = after;
        match tag.as_bytes().get(1) {
            Some(b'!' | b'?') => {}
            Some(b'/') => depth = depth.saturating_sub(1),
            Some(_) | None => {
                let name = element_name(tag);
                if name.starts_with("xacro:") {
                    return Err(UrdfError::Xacro);
                }
                root.get_or_insert(name);
                if !tag.ends_with("/>") {
                    depth += 1;
                }
            }
        }
        if depth > DEEPEST {
            return Err(not_urdf(format!("elements nest deeper than {DEEPEST}")));
        }
    }
    match root {
        Some("robot") => Ok(()),
        Some(name) => Err(not_urdf(format!("the first element is <{name}>"))),
        None => Err(not_urdf("the text holds no XML element".to_owned())),
    }
}

/// Splits `<...>` (or a whole comment, or CDATA section) off the front.
fn split_tag(text: &str) -> Option<(&str, &str)> {
    let end = if text.starts_with("<!--") {
        text.find("-->")? + 3
    } else if text.starts_with("<![CDATA[") {
        text.find("]]>")? + 3
    } else {
        tag_end(text)?
    };
    Some((text.get(..end)?, text.get(end..)?))
}

/// Just past the first '>' that is not inside quotes.
fn tag_end(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(at + 1),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            (None | Some(_), _) => {}
        }
    }
    None
}

fn element_name(tag: &str) -> &str {
    let inner = tag.trim_start_matches('<');
    let end = inner
        .find(|c: char| c.is_whitespace() || c == '/' || c == '>')
        .unwrap_or(inner.len());
    inner.get(..end).unwrap_or("")
}

fn not_urdf(reason: String) -> UrdfError {
    UrdfError::NotUrdf { reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_robot_with_comments_and_quoted_brackets_passes() {
        let text =
            "<?xml version='1.0'?><!-- <a> <b> --><robot name='x>y'><link name=\"a\"/></robot>";
        assert_eq!(check(text), Ok(()));
    }

    #[test]
    fn what_is_not_a_robot_is_refused_by_name() {
        let text = |t: &str| check(t).expect_err("refused").to_string();
        assert!(text("<html><body/></html>").contains("<html>"));
        assert!(text("").contains("no XML element"));
        assert!(text("<robot").contains("not closed"));
        assert_eq!(
            check("<robot><xacro:macro/></robot>"),
            Err(UrdfError::Xacro)
        );
        assert!(text(&"<a>".repeat(100_000)).contains("deeper"));
    }
}
