//! The routine that a new author starts from: short, complete, and fit to be planned as it is.

/// The text of a starter of this name.
pub(super) fn text(name: &str) -> String {
    // A JSON text is a TOML text too: quotes and backslashes of the name are escaped.
    let quoted = serde_json::Value::from(name).to_string();
    STARTER.replace("NAME", &quoted)
}

const STARTER: &str = r#"# A routine. `knead routine check FILE` looks it over; with --body and --arm it is proved.
# All keys stand in config/README.md; `knead techniques` lists what can be done, with forces and rhythms.
version = 1
name = NAME
summary = "Warm-up, one technique, cool-down."
# tempo_per_min = 60    # rhythms lock to this beat; without it each technique keeps its own

# 1. Warm-up: a long glide (effleurage or fan_out) of light force over all that is worked later.
[[step]]
name = "Warm-up glides"
technique = "effleurage"
from = "S2"             # tail_bone, S2, L4, waist, T12, T7, T3, nape; or { at = "S2", shift_mm = -20 }
to = "T7"               # toward the head: the way up comes first and carries the pressure
offset_mm = 60          # beside the spine, to the middle of the tool; a palm needs 57 mm or more
outer_mm = 95           # further out on the way down
hands = "mirrored"      # what two hands would do: one, mirrored, alternate, together
force = "light"         # light, medium, firm (some techniques: deep), or force_n = 6
repeat = 2

# 2. What the routine is for. Depth (firm, deep, or more than 20 N) only where a glide has warmed before.
[[step]]
name = "Kneading"
technique = "kneading"
from = "L4"
to = "T12"
offset_mm = 66
sides = "both"          # left, right, both
hands = "alternate"
force = "medium"

# Something that needs a person: the arm parks and waits.
# [[step]]
# name = "Turn the head"
# technique = "operator_step"
# prompt = "Ask the client to turn the head to the other side, then confirm."

# The steps of another file, here; its path counts from this file's folder.
# [[step]]
# use = "lower_back.toml"
# only = ["Pull strokes"]

# 3. Cool-down: as the warm-up, lighter.
[[step]]
name = "Cool-down glides"
technique = "effleurage"
from = "S2"
to = "T7"
offset_mm = 60
outer_mm = 95
hands = "mirrored"
force_n = 4
speed_mm_per_s = 70
"#;
