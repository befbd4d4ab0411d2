//! Two clocks compared: the answer's four times give offset and round trip.

use crate::codec::{Read, Reader, Writer};

/// Asks for the other end's time.
///
/// | offset | what |
/// |---|---|
/// | 0 | t1: when this is sent, by the asking end's clock, u64, ns |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeRequest {
    /// When this is sent, by the asking end's clock, ns.
    pub sent_ns: u64,
}

impl TimeRequest {
    pub(crate) fn write(&self, out: &mut Writer) {
        out.u64(self.sent_ns);
    }

    pub(crate) fn read(from: &mut Reader<'_>) -> Read<Self> {
        Ok(Self {
            sent_ns: from.u64()?,
        })
    }
}

/// Answers with it.
///
/// | offset | what |
/// |---|---|
/// | 0 | t1 of the request, u64, ns, the asking end's clock |
/// | 8 | t2: when the request came, u64, ns, the answering end's clock |
/// | 16 | t3: when this is sent, u64, ns, the answering end's clock |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeReply {
    /// That of the request, by the asking end's clock, ns.
    pub request_sent_ns: u64,
    /// When the request came, by the answering end's clock, ns.
    pub received_ns: u64,
    /// When this is sent, by the answering end's clock, ns.
    pub sent_ns: u64,
}

impl TimeReply {
    pub(crate) fn write(&self, out: &mut Writer) {
        out.u64(self.request_sent_ns);
        out.u64(self.received_ns);
        out.u64(self.sent_ns);
    }

    pub(crate) fn read(from: &mut Reader<'_>) -> Read<Self> {
        let request_sent_ns = from.u64()?;
        let received_ns = from.u64()?;
        let sent_ns = from.u64()?;
        if received_ns > sent_ns {
            return from.stumble(crate::FieldFault::Order);
        }
        Ok(Self {
            request_sent_ns,
            received_ns,
            sent_ns,
        })
    }
}

/// What one exchange of times tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockComparison {
    /// The answering end's clock less the asking end's, ns. Off by at most half the round trip.
    pub offset_ns: i64,
    /// Time under way, there and back, ns.
    pub round_trip_ns: u64,
}

impl TimeReply {
    /// Compares the clocks, when the reply comes at `now_ns` (t4) of the asking end's clock: the offset is
    /// ((t2 - t1) + (t3 - t4)) / 2, the round trip (t4 - t1) - (t3 - t2). Of several, the one with the
    /// least round trip is the best. Nothing when the times contradict each other.
    #[must_use]
    pub fn compare(&self, now_ns: u64) -> Option<ClockComparison> {
        let outside = now_ns.checked_sub(self.request_sent_ns)?;
        let inside = self.sent_ns.checked_sub(self.received_ns)?;
        let there = i128::from(self.received_ns) - i128::from(self.request_sent_ns);
        let back = i128::from(self.sent_ns) - i128::from(now_ns);
        Some(ClockComparison {
            offset_ns: i64::try_from((there + back) / 2).ok()?,
            round_trip_ns: outside.checked_sub(inside)?,
        })
    }
}
