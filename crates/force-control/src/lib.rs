//! Contact phases, control laws, estimators.
