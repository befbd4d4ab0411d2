//! Writes `docs/wire-vectors.txt` anew: frames, field by field, before and after byte stuffing.
//!
//! `cargo run -p wire-format --example vectors`; with a folder behind `--`, each vector's bytes go there into
//! a file of their own instead, for a fuzzer to begin with.

use std::path::Path;
use std::process::ExitCode;

mod book;

fn main() -> ExitCode {
    let written = match std::env::args().nth(1) {
        Some(folder) => seeds(Path::new(&folder)),
        None => std::fs::write(book::PATH, book::text()).map(|()| book::PATH.to_owned()),
    };
    match written {
        Ok(place) => {
            println!("{place} written");
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

/// Bytes as on the wire, and frames without their checksum (which the fuzzer's target puts).
fn seeds(folder: &Path) -> std::io::Result<String> {
    std::fs::create_dir_all(folder)?;
    for (name, frame) in book::good::frames() {
        std::fs::write(folder.join(name), book::on_the_wire(&frame))?;
        let laid_out = book::laid_out(&frame);
        let body = &laid_out[..laid_out.len() - 4];
        std::fs::write(folder.join(format!("{name}.body")), body)?;
    }
    for bad in book::refused::all() {
        std::fs::write(folder.join(bad.name), bad.encoded)?;
    }
    Ok(folder.display().to_string())
}
