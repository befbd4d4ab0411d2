//! A look at the text before the parser sees it.
//!
//! The parser recurses over elements and does not look at the name of the first one; here both are
//! bounded, so that no text can exhaust the stack and an HTML page is told from a robot. Document types
//! and entities, a way to make a small text huge, are refused.

use crate::UrdfError;

/// Elements nest at most this deep. Chosen; URDF needs 5.
const DEEPEST: usize = 64;

/// Refuses text whose first element is not `robot`, that nests too deep, or is a xacro template.
pub(crate) fn check(text: &str) -> Result<(), UrdfError> {
    let mut depth = 0_usize;
    let mut root: Option<&str> = None;
    let mut last = "";
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        rest = rest.get(start..).unwrap_or("");
        let Some((tag, after)) = split_tag(rest) else {
            return Err(not_urdf("an element is not closed with '>'".to_owned()));
        };
        (rest, last) = (after, tag);
        if tag.starts_with("<!DOCTYPE") || tag.starts_with("<!ENTITY") {
            // Entities can grow without bound or name other files.
            return Err(not_urdf(
                "it declares a document type or entities, which a URDF does not need".to_owned(),
            ));
        }
        match tag.as_bytes().get(1) {
            Some(b'!' | b'?') => {}
            Some(b'/') => depth = depth.saturating_sub(1),
            Some(_) | None => {
                let name = element_name(tag);
                if name.starts_with("xacro:") || tag.contains("${") || tag.contains("$(") {
                    return Err(UrdfError::Xacro);
                }
                if depth == 0
                    && let Some(first) = root.replace(name)
                {
                    return Err(not_urdf(format!(
                        "a second element <{name}> follows <{first}>"
                    )));
                }
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
        // Other faults of nesting are the parser's to name.
        Some("robot") if depth > 0 && element_name(last) != "robot" => {
            Err(not_urdf(format!("it ends inside {depth} open elements")))
        }
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
    let inner = tag.trim_start_matches(['<', '/']);
    let end = inner
        .find(|c: char| c.is_whitespace() || c == '/' || c == '>')
        .unwrap_or(inner.len());
    inner.get(..end).unwrap_or("")
}

/// The first attribute that should hold numbers and does not, with its line: the parser refuses it
/// without saying where it is.
pub(crate) fn garbled_number(text: &str) -> Option<String> {
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        rest = rest.get(start..)?;
        let (tag, after) = split_tag(rest)?;
        if !tag.starts_with("<!") && !tag.starts_with("<?") {
            let mut attributes = attributes(tag);
            let bad = attributes.find(|(name, value)| !is_sound(name, value));
            if let Some((name, value)) = bad {
                let before = text.get(..text.len() - rest.len())?;
                let line = before.matches('\n').count() + 1;
                let value: String = value.chars().take(60).collect();
                let element = element_name(tag);
                return Some(format!(
                    "line {line}, <{element}>, {name}=\"{value}\" is not {}",
                    if is_triple(name) {
                        "three numbers"
                    } else {
                        "a number"
                    }
                ));
            }
        }
        rest = after;
    }
    None
}

/// Attributes of URDF that hold one number, where `value` is left to the parser on other elements.
const NUMBERS: [&str; 15] = [
    "value", "ixx", "ixy", "ixz", "iyy", "iyz", "izz", "lower", "upper", "velocity", "effort",
    "damping", "friction", "radius", "length",
];

fn is_triple(name: &str) -> bool {
    matches!(name, "xyz" | "rpy")
}

fn is_sound(name: &str, value: &str) -> bool {
    let is_number = |text: &str| text.parse::<f64>().is_ok();
    if is_triple(name) {
        value.split_whitespace().count() == 3 && value.split_whitespace().all(is_number)
    } else {
        !NUMBERS.contains(&name) || is_number(value.trim())
    }
}

/// Names and values of a tag's attributes.
fn attributes(tag: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = tag;
    core::iter::from_fn(move || {
        let (before, after) = rest.split_once('=')?;
        let name = before
            .rsplit(char::is_whitespace)
            .find(|word| !word.is_empty())?;
        let after = after.trim_start();
        let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let (value, left) = after.get(1..)?.split_once(quote)?;
        rest = left;
        Some((name, value))
    })
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
    fn a_number_that_is_none_is_found_with_its_line() {
        let text = "<robot name='a'>\n<!-- value='x' -->\n<mass value = '1' />\n<mass value='1,5'/></robot>";
        let found = garbled_number(text).expect("the second mass");
        assert_eq!(found, "line 4, <mass>, value=\"1,5\" is not a number");
        let text = "<robot><origin xyz='0 0 0' rpy='0 1'/></robot>";
        assert!(
            garbled_number(text).is_some_and(|t| t.contains("rpy=\"0 1\" is not three numbers"))
        );
        assert_eq!(garbled_number("<robot name='1,5'/>"), None);
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
