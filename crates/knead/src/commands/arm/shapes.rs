//! Where the shape of each link comes from, for `knead arm check`.

use serde_json::{Value, json};
use settings::{LinkShape, ShapeSource};

use crate::say::say;

/// One line a link.
pub(super) fn tell(shapes: &[LinkShape]) {
    for shape in shapes {
        let count = shape.capsules;
        let plural = if count == 1 { "" } else { "s" };
        say!(
            "shape after {:<20} {count} capsule{plural} from {}",
            shape.after_joint,
            shape.source
        );
    }
}

pub(super) fn as_json(shapes: &[LinkShape]) -> Vec<Value> {
    let source = |source: &ShapeSource| match source {
        ShapeSource::Profile => json!("profile"),
        ShapeSource::Urdf(links) => json!({ "urdf": links }),
        ShapeSource::Nowhere => Value::Null,
    };
    shapes
        .iter()
        .map(|shape| {
            json!({
                "after_joint": shape.after_joint, "capsules": shape.capsules,
                "source": source(&shape.source),
            })
        })
        .collect()
}
