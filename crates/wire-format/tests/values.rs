//! Values that cannot be put into a message: refused where they are made, not on the wire.

use wire_format::{
    Drives, JointCaps, JointSamples, Joints, MAX_JOINTS, ParameterId, StateFlags, Text, TimeReply,
};

#[test]
fn joints_are_at_most_seven_finite_numbers() {
    assert_eq!(Joints::new(&[1.0, 2.0]).unwrap().as_slice(), &[1.0, 2.0]);
    assert!(Joints::new(&[]).unwrap().is_empty());
    assert!(Joints::new(&[0.0; MAX_JOINTS]).is_some());
    assert!(Joints::new(&[0.0; MAX_JOINTS + 1]).is_none());
    assert!(Joints::new(&[f32::NAN]).is_none());
    assert!(Joints::new(&[0.0, f32::NEG_INFINITY]).is_none());
}

#[test]
fn samples_and_caps_are_of_as_many_joints_each() {
    assert_eq!(JointSamples::new(&[1.0], &[2.0], &[3.0]).unwrap().dof(), 1);
    assert!(JointSamples::new(&[1.0], &[2.0], &[]).is_none());
    assert!(JointSamples::new(&[], &[], &[]).is_none());
    assert!(JointCaps::new(&[1.0, 1.0], &[1.0]).is_none());
    assert!(JointCaps::new(&[1.0], &[-1.0]).is_none());
    assert!(JointCaps::new(&[], &[]).is_none());
    assert_eq!(
        JointCaps::new(&[1.0], &[2.0]).unwrap().velocities_rad_s(),
        &[2.0]
    );
}

#[test]
fn text_is_printable_and_short_enough() {
    assert_eq!(Text::<4>::new("abcd").unwrap().as_str(), "abcd");
    assert_eq!(Text::<4>::new("a").unwrap().as_str(), "a");
    assert_eq!(Text::<4>::empty().as_str(), "");
    assert!(Text::<4>::new("abcde").is_none());
    assert!(Text::<4>::new("a\n").is_none());
    assert!(Text::<4>::new("\0a").is_none());
    assert!(Text::<4>::new("é").is_none());
}

#[test]
fn bit_sets_hold_named_bits_alone() {
    let both = Drives::TORQUE.with(Drives::POSITION);
    assert_eq!(both.bits(), 5);
    assert!(both.contains(Drives::TORQUE) && !both.contains(Drives::VELOCITY));
    assert!(Drives::from_bits(8).is_none());
    assert_eq!(Drives::from_bits(5), Some(both));
    assert!(
        !StateFlags::none()
            .with_if(StateFlags::TARED, false)
            .contains(StateFlags::TARED)
    );
}

#[test]
fn parameters_have_their_numbers_back() {
    for (number, id) in (1_u16..).zip(ParameterId::ALL) {
        assert_eq!(id.code(), number);
        assert_eq!(ParameterId::from_code(number), Some(id));
    }
    assert_eq!(ParameterId::from_code(0), None);
    assert_eq!(ParameterId::from_code(9), None);
}

#[test]
fn four_times_give_offset_and_round_trip() {
    // The other clock is 5 s ahead; 300 us there, 20 us inside, 100 us back.
    let reply = TimeReply {
        request_sent_ns: 1_000_000_000,
        received_ns: 6_000_300_000,
        sent_ns: 6_000_320_000,
    };
    let fit = reply.compare(1_000_420_000).unwrap();
    assert_eq!(fit.round_trip_ns, 400_000);
    // Off by half of what the ways differ: at most half the round trip.
    assert_eq!(fit.offset_ns, 5_000_100_000);
    assert!((fit.offset_ns - 5_000_000_000).unsigned_abs() <= fit.round_trip_ns / 2);
    // An answer that came before it was asked for, or was longer inside than under way, compares nothing.
    assert_eq!(reply.compare(999_999_999), None);
    assert_eq!(reply.compare(1_000_010_000), None);
}
