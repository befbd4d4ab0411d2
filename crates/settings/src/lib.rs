//! TOML, URDF, scans and landmarks from files to sealed types.
