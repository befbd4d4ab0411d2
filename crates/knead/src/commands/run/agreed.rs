//! What is agreed with the arm before the first leg.

use nalgebra::SVector;
use plan::Plan;
use quantities::Seconds;
use serial_link::Connected;

use crate::cli::LiveOptions;
use crate::compose::Kit;
use crate::live::Talk;

pub(super) fn say_who(talk: &Talk, connected: &Connected) {
    let seen = &connected.capabilities;
    let rate = &connected.rate;
    talk.say(
        "connected",
        &format!(
            "{} {} ({}): {} Hz, line {:.0} % full, round trip {:.2} ms, {:.1} ms from sample to force",
            seen.model.as_str(),
            seen.serial.as_str(),
            seen.firmware.as_str(),
            rate.rate_hz,
            rate.load() * 100.0,
            connected.round_trip.seconds().get() * 1e3,
            rate.delay_s * 1e3
        ),
    );
}

/// What the link adds to the delay that the loop has anyway: the wire's, or the measured round trip if that is
/// longer, less the one period that is counted already.
pub(super) fn link_delay<const D: usize>(kit: &Kit<'_, D>, connected: &Connected) -> Seconds {
    let measured = connected.round_trip.seconds().get();
    let whole = connected.rate.delay_s.max(measured);
    Seconds::new((whole - kit.period.seconds().get()).max(0.0))
}

/// Posture in which a plan begins.
pub(super) fn plan_start<const D: usize>(plan: &Plan<D>, kit: &Kit<'_, D>) -> SVector<f64, D> {
    plan.segments()
        .first()
        .and_then(|segment| segment.knots.first())
        .map_or(kit.start, |knot| knot.posture)
}

impl LiveOptions {
    /// A session's number that was not used before: the wall clock's, mixed.
    pub(super) fn nonce(&self) -> u32 {
        let stamp = realtime_runner::WallStamp::now();
        let mixed = stamp.as_str().bytes().fold(
            u64::from(std::process::id()) ^ 0xcbf2_9ce4_8422_2325,
            |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3),
        );
        (mixed >> 16) as u32 | 1
    }
}
