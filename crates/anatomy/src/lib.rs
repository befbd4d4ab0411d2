//! The back of the client: surface, spine, chart, zones, registration.
