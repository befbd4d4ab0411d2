//! The archive judge: recomputes force, clearance and ceilings from the plant's state.
