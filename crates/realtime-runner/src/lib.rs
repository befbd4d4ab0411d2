//! The only clock: pacing, stopwatches, the session loop.
