//! What can be typed after `knead campaign`.

use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;

/// Options of `knead campaign`.
#[derive(Args, Clone, Debug)]
pub struct CampaignOptions {
    /// Folder of routine files.
    #[arg(long, default_value = "config/routines")]
    pub routines: PathBuf,
    /// Folder of body profiles.
    #[arg(long, default_value = "config/bodies")]
    pub bodies: PathBuf,
    /// A scanned body beside those of the folder; its truth is a cleaner scan. May be given again.
    #[arg(long, value_name = "CLOUD:LANDMARKS[:TRUTH]")]
    pub scan: Vec<ScannedBody>,
    /// Routines and bodies to keep, by their files' names without the end; all routines (bodies) where none
    /// is named.
    #[arg(long, value_name = "NAME,...", value_delimiter = ',')]
    pub only: Vec<String>,
    /// Arm profile.
    #[arg(long, default_value = "config/arms/knead_r7.toml")]
    pub arm: PathBuf,
    /// URDF to use instead of the one that the profile names.
    #[arg(long)]
    pub urdf: Option<PathBuf>,
    /// Limits profile.
    #[arg(long, default_value = "config/limits/default.toml")]
    pub limits: PathBuf,
    /// Folder of tool profiles.
    #[arg(long, default_value = "config/tools")]
    pub tools: PathBuf,
    /// Client profile.
    #[arg(long, default_value = "config/clients/default.toml")]
    pub client: PathBuf,
    /// A condition that the client asks for beside those of the profile, such as deep: steps with that
    /// `if_asked` are done. May be given again.
    #[arg(long, value_name = "WORD", value_delimiter = ',')]
    pub asked_for: Vec<String>,
    /// Simulation profile: noise, friction, breathing.
    #[arg(long, default_value = "config/simulation/default.toml")]
    pub simulation: PathBuf,
    /// Seed of all that is drawn at random; one seed, same rows but for the time they took.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Pairs at a time.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=64))]
    pub jobs: u8,
    /// Print the rows as JSON on stdout.
    #[arg(long)]
    pub json: bool,
    /// Folder for campaign.md, campaign.json and each pair's report and summary; the tables are written anew
    /// after every pair.
    #[arg(long)]
    pub out: Option<PathBuf>,
}

/// A scan, its landmarks and its truth, as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScannedBody {
    /// The scan (PLY, PCD).
    pub cloud: PathBuf,
    /// Its landmarks (JSON or TOML).
    pub landmarks: PathBuf,
    /// A cleaner scan of the same body.
    pub truth: Option<PathBuf>,
}

impl FromStr for ScannedBody {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts: Vec<&str> = text.split(':').collect();
        match parts.as_slice() {
            parts if parts.iter().any(|part| part.is_empty()) => {
                Err("a file's name is empty; write CLOUD:LANDMARKS or CLOUD:LANDMARKS:TRUTH".into())
            }
            [cloud, landmarks] => Ok(Self {
                cloud: cloud.into(),
                landmarks: landmarks.into(),
                truth: None,
            }),
            [cloud, landmarks, truth] => Ok(Self {
                cloud: cloud.into(),
                landmarks: landmarks.into(),
                truth: Some(truth.into()),
            }),
            parts => Err(format!(
                "{} files between colons; write CLOUD:LANDMARKS or CLOUD:LANDMARKS:TRUTH",
                parts.len()
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scan_is_told_with_its_landmarks_and_perhaps_its_truth() {
        let two: ScannedBody = "a.ply:b.json".parse().unwrap();
        assert_eq!(two.landmarks, PathBuf::from("b.json"));
        assert_eq!(two.truth, None);
        let three: ScannedBody = "a.ply:b.json:c.ply".parse().unwrap();
        assert_eq!(three.truth, Some(PathBuf::from("c.ply")));
        for wrong in ["", "a.ply", "a.ply:", ":b.json", "a:b:c:d", "a::c"] {
            let refusal = wrong.parse::<ScannedBody>().unwrap_err();
            assert!(refusal.contains("CLOUD:LANDMARKS"), "{wrong}: {refusal}");
        }
    }
}
