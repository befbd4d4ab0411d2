//! Faults of every class, twenty thousand each: nothing wrong is believed, nothing sound is lost that had
//! not to be. The long campaign is `examples/black_channel`.

#[path = "../examples/black_channel/campaign/mod.rs"]
mod campaign;

#[test]
fn no_fault_of_the_channel_is_believed() {
    let tallies = campaign::run(20_000, 7);
    assert!(tallies.len() >= 30, "{}", tallies.len());
    for tally in &tallies {
        assert!(tally.injected >= 19_000, "{tally:?}");
        assert!(tally.sound(), "{tally:?}");
        assert!(!tally.caught_by.is_empty(), "{tally:?}");
    }
}

/// The campaign can see a wrong frame: an error that is a multiple of the checksum's polynomial goes unseen
/// by any such checksum, and is counted as believed.
#[test]
fn an_error_that_no_such_checksum_can_see_is_counted_as_believed() {
    let open = wire_format::Message::Open(wire_format::Open {
        boot_nonce: 1,
        session: 2,
        rate_hz: 1000,
        drive: wire_format::Drive::Torque,
        force_ceiling_n: 40.0,
        tool_speed_m_s: 0.25,
        host_limits_hash: [0x5A; 32],
    });
    let frame = campaign::traffic::frame(wire_format::Address::ControlLoop, open, 1);
    let mut bytes = campaign::traffic::laid_out(&frame);
    // x^32 first, then the powers below it, from the lowest bit of a byte within the hash.
    let polynomial = 1_u64 << 32 | 0x1EDC_6F41;
    for power in (0..=32).filter(|power| polynomial >> power & 1 == 1) {
        let bit = 60 * 8 + (32 - power);
        bytes[bit / 8] ^= 1 << (bit % 8);
    }
    let mut tally = campaign::Tally::new("a multiple of the polynomial");
    campaign::bytes::damaged(&mut tally, &bytes);
    assert_eq!((tally.injected, tally.believed), (1, 1));
    assert!(!tally.sound());
}

#[test]
fn each_fault_is_caught_by_the_measure_that_is_there_for_it() {
    let tallies = campaign::run(2_000, 11);
    let by = |class: &str| -> Vec<String> {
        let tally = tallies.iter().find(|t| t.class.starts_with(class));
        let tally = tally.unwrap_or_else(|| panic!("no class {class}"));
        tally.caught_by.keys().cloned().collect()
    };
    assert_eq!(by("frame, 3"), ["Crc"]);
    assert_eq!(by("repetition"), ["Repeated"]);
    assert_eq!(by("reordering"), ["Late"]);
    assert_eq!(by("loss"), ["gap told"]);
    assert_eq!(by("delay"), ["Old"]);
    assert_eq!(by("sender's clock ahead"), ["Ahead"]);
    assert_eq!(by("sender's count"), ["Late"]);
    assert_eq!(by("replay"), ["Session"]);
    assert_eq!(by("insertion"), ["Destination", "Source"]);
    assert_eq!(by("count leaps"), ["Leap"]);
    assert_eq!(by("sender's clock goes back"), ["Backwards"]);
    assert_eq!(by("masquerade"), ["Address"]);
    assert_eq!(by("wrong destination"), ["Address"]);
    assert_eq!(by("wrong protocol version"), ["Version"]);
}
