mod bench;
mod closed_loop;
mod proofs;
mod robustness;
mod shaped;
mod velocity_loop;
