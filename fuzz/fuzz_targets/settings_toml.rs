//! Any text as each kind of settings file: a value or errors that can be printed, no panic.
#![no_main]

use settings::{
    ArmProfile, BodyProfile, ClientProfile, LimitsProfile, SimulationProfile, ToolProfile,
    parse_landmarks, parse_routine,
};

fn told<T>(outcome: Result<T, settings::SettingsErrors>) {
    if let Err(errors) = outcome {
        assert!(!errors.to_string().is_empty());
    }
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = core::str::from_utf8(bytes) else {
        return;
    };
    told(ArmProfile::parse(text, "f.toml"));
    told(BodyProfile::parse(text, "f.toml"));
    told(ClientProfile::parse(text, "f.toml"));
    told(LimitsProfile::parse(text, "f.toml"));
    told(SimulationProfile::parse(text, "f.toml"));
    told(ToolProfile::parse(text, "f.toml"));
    told(parse_routine(text, "f.toml"));
    told(parse_landmarks(text, "f.toml"));
    told(parse_landmarks(text, "f.json"));
});
