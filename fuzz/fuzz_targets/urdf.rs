//! Any bytes as a URDF: read, chain, model, kernels. No panic, no hang, no number that is none.
#![no_main]

#[path = "../../crates/kinematics/tests/endure/mod.rs"]
mod endure;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = core::str::from_utf8(bytes) {
        let _ = endure::endure(text);
    }
});
