//! The knead command.
fn main() {}
