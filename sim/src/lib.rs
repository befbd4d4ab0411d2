//! Arm, tissue and sensors as a plant.
