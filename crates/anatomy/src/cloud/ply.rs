//! PLY: a header of elements and their properties, then all values in order.

use super::scalar::Scalar;
use super::{MOST_POINTS, ScanError, line, mesh};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Ascii,
    Little,
    Big,
}

enum Property {
    One(String, Scalar),
    List(String, Scalar, Scalar),
}

struct Element {
    name: String,
    count: usize,
    properties: Vec<Property>,
}

struct Header<'a> {
    form: Form,
    elements: Vec<Element>,
    body: &'a [u8],
}

/// Vertices, and samples of the faces where there are any.
pub(super) fn parse(bytes: &[u8], file: &str) -> Result<Vec<[f64; 3]>, ScanError> {
    let header = header(bytes, file)?;
    let Some(vertices) = header.elements.iter().find(|e| e.name == "vertex") else {
        return Err(ScanError::Header {
            file: file.to_owned(),
            line: 1,
            what: "no `element vertex` is declared, so there are no points".to_owned(),
        });
    };
    if vertices.count > MOST_POINTS {
        return Err(ScanError::Unsupported {
            file: file.to_owned(),
            what: format!(
                "{} points are declared, at most {MOST_POINTS} are read; thin the cloud",
                vertices.count
            ),
        });
    }
    let mut values = Values::new(&header);
    let (mut points, mut faces) = (Vec::new(), Vec::new());
    for element in &header.elements {
        match element.name.as_str() {
            "vertex" => points = read_points(element, &mut values, file)?,
            "face" => faces = read_faces(element, &mut values),
            _ => skip(element, &mut values),
        }
    }
    Ok(mesh::densified(points, &faces))
}

fn header<'a>(bytes: &'a [u8], file: &str) -> Result<Header<'a>, ScanError> {
    let mut rest = bytes;
    let mut form = None;
    let mut elements: Vec<Element> = Vec::new();
    let mut number = 0;
    loop {
        number += 1;
        let fail = |what: String| ScanError::Header {
            file: file.to_owned(),
            line: number,
            what,
        };
        let (text, after) = line(rest)
            .ok_or_else(|| fail("the header has no `end_header`: the file is cut short".into()))?;
        rest = after;
        let text = String::from_utf8_lossy(text);
        let words: Vec<&str> = text.split_whitespace().collect();
        match words.as_slice() {
            ["ply"] | [] | ["comment" | "obj_info", ..] => {}
            ["format", name, _version] => {
                form = Some(form_of(name).ok_or_else(|| {
                    fail(format!(
                        "format {name:?} is none of ascii, binary_little_endian, binary_big_endian"
                    ))
                })?)
            }
            ["element", name, count] => {
                let count = count
                    .parse()
                    .map_err(|_| fail(format!("{count:?} is not a number of elements")))?;
                elements.push(Element {
                    name: (*name).to_owned(),
                    count,
                    properties: Vec::new(),
                });
            }
            ["property", kind @ .., name] => {
                let element = elements
                    .last_mut()
                    .ok_or_else(|| fail("a property before any element".into()))?;
                element.properties.push(property(kind, name).ok_or_else(|| {
                    fail(format!(
                        "unknown type of property {name:?}: {}",
                        kind.join(" ")
                    ))
                })?);
            }
            ["end_header"] => break,
            _ => {
                return Err(fail(format!(
                    "{:?} is no PLY header line",
                    shortened(&text)
                )));
            }
        }
    }
    let form = form.ok_or_else(|| ScanError::Header {
        file: file.to_owned(),
        line: number,
        what: "the header has no `format` line".to_owned(),
    })?;
    Ok(Header {
        form,
        elements,
        body: rest,
    })
}

fn form_of(name: &str) -> Option<Form> {
    match name {
        "ascii" => Some(Form::Ascii),
        "binary_little_endian" => Some(Form::Little),
        "binary_big_endian" => Some(Form::Big),
        _ => None,
    }
}

fn property(kind: &[&str], name: &str) -> Option<Property> {
    match kind {
        ["list", count, item] => Some(Property::List(
            name.to_owned(),
            Scalar::of_ply(count)?,
            Scalar::of_ply(item)?,
        )),
        [kind] => Some(Property::One(name.to_owned(), Scalar::of_ply(kind)?)),
        _ => None,
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(40).collect()
}

/// The values of the body, one after the other.
struct Values<'a> {
    form: Form,
    body: &'a [u8],
}

/// What comes next in the body.
enum Next {
    Value(f64),
    NotANumber(String),
    End,
}

impl<'a> Values<'a> {
    fn new(header: &Header<'a>) -> Self {
        Self {
            form: header.form,
            body: header.body,
        }
    }

    fn next(&mut self, scalar: Scalar) -> Next {
        match self.form {
            Form::Ascii => self.next_word(),
            Form::Little | Form::Big => {
                let value = scalar.read(self.body, self.form == Form::Big);
                self.body = self.body.get(scalar.size()..).unwrap_or(&[]);
                value.map_or(Next::End, Next::Value)
            }
        }
    }

    fn next_word(&mut self) -> Next {
        let start = self.body.iter().position(|b| !b.is_ascii_whitespace());
        let Some(trimmed) = start.and_then(|s| self.body.get(s..)) else {
            self.body = &[];
            return Next::End;
        };
        let end = trimmed
            .iter()
            .position(u8::is_ascii_whitespace)
            .unwrap_or(trimmed.len());
        let (word, rest) = trimmed.split_at(end);
        self.body = rest;
        let text = String::from_utf8_lossy(word);
        // Rust reads "nan", "inf", "-1e-3": all that C programs print, but for "1.#QNAN" and the like.
        match text.parse::<f64>() {
            Ok(value) => Next::Value(value),
            Err(_) if text.contains('#') => Next::Value(f64::NAN),
            Err(_) => Next::NotANumber(shortened(&text)),
        }
    }
}

fn read_points(
    element: &Element,
    values: &mut Values,
    file: &str,
) -> Result<Vec<[f64; 3]>, ScanError> {
    let place = |wanted: &str| {
        element
            .properties
            .iter()
            .position(|p| matches!(p, Property::One(name, _) if name == wanted))
    };
    let (Some(x), Some(y), Some(z)) = (place("x"), place("y"), place("z")) else {
        return Err(ScanError::Header {
            file: file.to_owned(),
            line: 1,
            what: "the vertices lack one of the properties x, y, z".to_owned(),
        });
    };
    // Not reserved by the promised count: that number may be a lie.
    let mut points = Vec::new();
    for index in 0..element.count {
        let mut point = [f64::NAN; 3];
        for (k, property) in element.properties.iter().enumerate() {
            let wanted = [x, y, z].iter().position(|p| *p == k);
            match take(property, values) {
                Taken::Value(value) => {
                    if let Some(slot) = wanted.and_then(|w| point.get_mut(w)) {
                        *slot = value;
                    }
                }
                Taken::List(_) => {}
                Taken::NotANumber(_) if wanted.is_none() => {}
                Taken::NotANumber(text) => {
                    return Err(ScanError::Number {
                        file: file.to_owned(),
                        index: index + 1,
                        text,
                    });
                }
                Taken::End => {
                    return Err(ScanError::CutShort {
                        file: file.to_owned(),
                        promised: element.count,
                        found: points.len(),
                    });
                }
            }
        }
        points.push(point);
    }
    Ok(points)
}

enum Taken {
    Value(f64),
    List(Vec<usize>),
    NotANumber(String),
    End,
}

fn take(property: &Property, values: &mut Values) -> Taken {
    match property {
        Property::One(_, scalar) => match values.next(*scalar) {
            Next::Value(value) => Taken::Value(value),
            Next::NotANumber(text) => Taken::NotANumber(text),
            Next::End => Taken::End,
        },
        Property::List(_, count, item) => {
            let Next::Value(length) = values.next(*count) else {
                return Taken::End;
            };
            let mut items = Vec::new();
            // The length may be a lie too: the end of the bytes ends the loop.
            for _ in 0..(length.max(0.0) as usize) {
                match values.next(*item) {
                    Next::Value(value) => items.push(value.max(0.0) as usize),
                    Next::NotANumber(_) | Next::End => return Taken::End,
                }
            }
            Taken::List(items)
        }
    }
}

/// Faces that can be read; a cut-off rest is no loss, the vertices are complete.
fn read_faces(element: &Element, values: &mut Values) -> Vec<Vec<usize>> {
    let mut faces = Vec::new();
    if element.properties.is_empty() {
        return faces;
    }
    for _ in 0..element.count {
        for property in &element.properties {
            match (property, take(property, values)) {
                (Property::List(name, ..), Taken::List(items)) => {
                    if name == "vertex_indices" || name == "vertex_index" {
                        faces.push(items);
                    }
                }
                (_, Taken::End) => return faces,
                (_, Taken::Value(_) | Taken::List(_) | Taken::NotANumber(_)) => {}
            }
        }
    }
    faces
}

fn skip(element: &Element, values: &mut Values) {
    if element.properties.is_empty() {
        return;
    }
    for _ in 0..element.count {
        for property in &element.properties {
            if matches!(take(property, values), Taken::End) {
                return;
            }
        }
    }
}
