//! `docs/wire-vectors.txt` is what the code does, and what the page on the protocol says.

#[path = "../examples/vectors/book/mod.rs"]
mod book;

use wire_format::{Deframer, Frame, Kind, Rejected};

/// One block of the file.
struct Vector {
    name: String,
    refuse: Option<String>,
    fields: Vec<String>,
    decoded: Option<Vec<u8>>,
    encoded: Vec<u8>,
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits = hex.as_bytes().chunks(2);
    digits
        .map(|two| {
            let two = std::str::from_utf8(two).expect("ASCII");
            u8::from_str_radix(two, 16).expect("hexadecimal")
        })
        .collect()
}

fn file() -> String {
    std::fs::read_to_string(book::PATH).expect("the file of vectors")
}

fn vectors() -> Vec<Vector> {
    let text = file();
    let blocks = text.split("\n\n").filter(|b| b.starts_with("vector "));
    blocks.map(read_block).collect()
}

fn read_block(block: &str) -> Vector {
    let lines_of = |word: &str| -> Vec<String> {
        let start = format!("{word} ");
        block
            .lines()
            .filter_map(|line| line.strip_prefix(&start))
            .map(str::to_owned)
            .collect()
    };
    let one = |word: &str| lines_of(word).pop().expect("each block has it");
    Vector {
        name: one("vector"),
        refuse: lines_of("refuse").pop(),
        fields: lines_of("field"),
        decoded: Some(one("decoded")).filter(|d| d != "-").map(|d| bytes(&d)),
        encoded: bytes(&one("encoded")),
    }
}

fn heard(encoded: &[u8]) -> Vec<Result<Frame, Rejected>> {
    let mut deframer = Deframer::new();
    encoded.iter().filter_map(|b| deframer.push(*b)).collect()
}

#[test]
fn the_file_is_what_the_code_writes() {
    assert!(
        file() == book::text(),
        "docs/wire-vectors.txt is out of date: cargo run -p wire-format --example vectors"
    );
}

/// The layout by itself: fields one after the other, checksum and stuffing by other crates.
#[test]
fn fields_put_together_by_a_few_lines_that_know_no_message_are_the_bytes() {
    for vector in vectors().iter().filter(|v| v.refuse.is_none()) {
        let mut decoded = Vec::new();
        for field in &vector.fields {
            let words: Vec<&str> = field.split(' ').collect();
            let [offset, kind, name, value] = words[..] else {
                panic!("{}: {field}", vector.name);
            };
            assert_eq!(offset.parse(), Ok(decoded.len()), "{} {name}", vector.name);
            match kind {
                "u8" => decoded.push(value.parse::<u8>().unwrap()),
                "i8" => decoded.extend(value.parse::<i8>().unwrap().to_le_bytes()),
                "u16" => decoded.extend(value.parse::<u16>().unwrap().to_le_bytes()),
                "u32" => decoded.extend(value.parse::<u32>().unwrap().to_le_bytes()),
                "u64" => decoded.extend(value.parse::<u64>().unwrap().to_le_bytes()),
                "f32" => decoded.extend(value.parse::<f32>().unwrap().to_le_bytes()),
                "bytes" => decoded.extend(bytes(value)),
                other => panic!("{}: type {other}", vector.name),
            }
        }
        let checksum = crc::Crc::<u32>::new(&crc::CRC_32_ISCSI).checksum(&decoded);
        decoded.extend(checksum.to_le_bytes());
        assert_eq!(vector.decoded.as_ref(), Some(&decoded), "{}", vector.name);
        let mut encoded = vec![0; decoded.len() + 2];
        let used = cobs::encode(&decoded, &mut encoded);
        encoded.truncate(used + 1);
        assert_eq!(vector.encoded, encoded, "{}", vector.name);
    }
}

#[test]
fn bytes_that_are_read_give_the_fields_and_go_out_the_same() {
    for vector in vectors().iter().filter(|v| v.refuse.is_none()) {
        let heard = heard(&vector.encoded);
        let [Ok(frame)] = heard[..] else {
            panic!("{}: {heard:?}", vector.name);
        };
        let fields: Vec<String> = book::fields::of(&frame)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(fields, vector.fields, "{}", vector.name);
        assert_eq!(book::on_the_wire(&frame), vector.encoded, "{}", vector.name);
    }
}

#[test]
fn bytes_that_must_be_refused_are_and_for_the_stated_reason() {
    let all = vectors();
    let refused: Vec<&Vector> = all.iter().filter(|v| v.refuse.is_some()).collect();
    assert!(refused.len() >= 50, "{}", refused.len());
    for vector in refused {
        let heard = heard(&vector.encoded);
        assert!(matches!(heard[..], [Err(_)]), "{}: {heard:?}", vector.name);
        let reason = book::refused::reason_of(&vector.encoded);
        assert_eq!(Some(&reason), vector.refuse.as_ref(), "{}", vector.name);
        if let Some(decoded) = &vector.decoded {
            let alone = wire_format::decode(decoded).expect_err("refused");
            assert_eq!(heard, [Err(alone)], "{}", vector.name);
        }
    }
}

#[test]
fn each_kind_has_two_vectors_and_each_reason_one() {
    let all = vectors();
    for kind in Kind::ALL {
        let of_kind = |v: &&Vector| {
            v.fields
                .iter()
                .any(|f| *f == format!("1 u8 kind {}", kind.code()))
        };
        assert!(all.iter().filter(of_kind).count() >= 2, "{kind:?}");
    }
    for reason in [
        "Cobs",
        "TooLong",
        "Length",
        "Crc",
        "Version",
        "Kind",
        "Address",
        "Session",
        "NotFinite",
        "Negative",
        "NoSuchName",
        "Count",
        "Zero",
        "NotZero",
        "UnknownBits",
        "NotText",
        "Order",
        "Missing",
        "LeftOver",
    ] {
        let has = |v: &Vector| {
            v.refuse
                .as_ref()
                .is_some_and(|r| r.split(' ').any(|w| w == reason))
        };
        assert!(all.iter().any(has), "{reason}");
    }
}

/// The page on the protocol, without line breaks and blanks inside of hexadecimal.
fn page() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/wire-protocol.md");
    std::fs::read_to_string(path).expect("the page on the protocol")
}

#[test]
fn the_page_quotes_whole_vectors() {
    let page = page();
    let all = vectors();
    let quoted: String = page.split_whitespace().collect();
    let handshake = page.split("## 17.").nth(1).expect("a worked handshake");
    let named = all
        .iter()
        .filter(|v| handshake.contains(&format!("`{}`", v.name)));
    let mut count = 0;
    for vector in named {
        assert!(
            quoted.contains(&book::hex(&vector.encoded)),
            "{}",
            vector.name
        );
        count += 1;
    }
    assert_eq!(count, 7);
}

#[test]
fn the_page_names_every_code_and_every_size() {
    let page = page();
    let has = |row: String| assert!(page.contains(&row), "the page lacks: {row}");
    for kind in Kind::ALL {
        let size = wire_format::wire_size(*kind, 7);
        let start = format!("| {} | {kind:?} | ", kind.code());
        let row = page.lines().find(|line| line.starts_with(&start));
        let row = row.unwrap_or_else(|| panic!("the page lacks: {start}"));
        let end = row.rsplit('|').nth(1).expect("a last column").trim();
        assert!(
            end == size.to_string() || end == format!("{size} at n = 7"),
            "{row}"
        );
    }
    macro_rules! each_named {
        ($($name:ident)*) => {
            $(for variant in wire_format::$name::ALL {
                has(format!("| {} | {variant:?} | ", variant.code()));
            })*
        };
    }
    each_named!(Address Mode Drive Reaction StopCause Why FaultClass ParameterId);
}
