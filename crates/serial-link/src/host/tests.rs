//! What the host's end sends, byte for byte.

use super::*;
use wire_format::{ParameterRead, Reaction, StopCause};

fn sent(host: &HostEnd) -> Vec<Frame> {
    let mut deframer = Deframer::new();
    let bytes = host.outgoing().iter();
    bytes
        .filter_map(|byte| deframer.push(*byte)?.ok())
        .collect()
}

#[test]
fn a_senders_time_never_runs_back_whatever_moment_a_word_belongs_to() {
    let mut host = HostEnd::new();
    host.opened(7, Duration::from_millis(20));
    host.ask_time(Instant::from_nanos(2_000_000));
    let read = Message::ParameterRead(ParameterRead { id: 1 });
    host.say(read, Mode::Following, Instant::from_nanos(1_990_000));
    let times: Vec<u64> = sent(&host).iter().map(|f| f.header.time_ns).collect();
    assert_eq!(times, [2_000_000, 2_000_000]);
}

#[test]
fn a_stop_finds_room_on_a_full_line() {
    let mut host = HostEnd::new();
    host.opened(7, Duration::from_millis(20));
    while host.counts().given_up == 0 {
        host.ask_time(Instant::from_nanos(1));
    }
    let stop = Stop {
        reaction: Reaction::Stop,
        cause: StopCause::Operator,
    };
    host.stop(stop, Instant::from_nanos(2));
    assert_eq!(host.counts().given_up, 1);
    let last = sent(&host).pop().map(|frame| frame.message);
    assert_eq!(last, Some(Message::Stop(stop)));
}
