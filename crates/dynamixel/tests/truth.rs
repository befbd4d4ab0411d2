//! Whatever happens to answers on their way: what the driver shows, the servo was, and not before the sample's moment.

mod bench;

use bench::{Bench, STEPS_PER_CYCLE, id, three};
use dynamixel::{Drive, Fault, MAX_PACKET, table};
use proptest::prelude::*;
use quantities::{Duration, Instant};

fn fault() -> impl Strategy<Value = Option<Fault>> {
    let late = (100u64..4_000).prop_map(|micros| Fault::Late(Duration::from_micros(micros)));
    prop_oneof![
        6 => Just(None),
        1 => Just(Some(Fault::Silent)),
        1 => Just(Some(Fault::WrongChecksum)),
        1 => Just(Some(Fault::WrongId(id(9)))),
        1 => Just(Some(Fault::Noise)),
        1 => Just(Some(Fault::Twice)),
        2 => late.prop_map(Some),
    ]
}

/// Where each servo stood at each step.
type History = Vec<(Instant, [i32; 3])>;

fn stood(bench: &Bench<3>) -> [i32; 3] {
    [0, 1, 2].map(|servo| {
        let register = table::PRESENT_POSITION;
        bench.bus.register(servo, register).unwrap_or(i32::MIN)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn no_sample_is_older_than_it_says_and_none_is_invented(
        faults in proptest::collection::vec([fault(), fault(), fault()], 60),
    ) {
        let config = three(Drive::Velocity);
        let mut bench = Bench::running(config);
        // 1.6 rad/s are 4 pulses a cycle: a sample of the cycle before stands out.
        let goals = [1.6, -1.6, 1.6];
        bench.cycles(&goals, 30);
        let mut history: History = vec![(bench.now, stood(&bench))];
        let mut fresh = [0u32; 3];
        for faults in &faults {
            for (servo, fault) in faults.iter().enumerate() {
                if let Some(fault) = fault {
                    bench.bus.inject(servo, *fault, 1);
                }
            }
            let mut out = [0; MAX_PACKET];
            let count = bench.driver.cycle(&goals, bench.now, &mut out);
            prop_assert!(count > 0);
            bench.bus.receive(&out[..count], bench.now);
            for _ in 0..STEPS_PER_CYCLE {
                bench.step();
                history.push((bench.now, stood(&bench)));
            }
            for (servo, joint) in bench.driver.joints(bench.now).into_iter().enumerate() {
                let sample = joint.sample.expect("30 good cycles came before");
                let pulses = config.joints[servo].pulses(sample.position.get());
                let then = history
                    .iter()
                    .rev()
                    .take_while(|(at, _)| *at >= sample.at)
                    .any(|(_, stood)| stood[servo] == pulses);
                prop_assert!(
                    then || sample.at < history[0].0,
                    "servo {servo} shows {pulses} of {:?}", sample.at
                );
                prop_assert_eq!(joint.age, bench.now.since(sample.at));
                prop_assert_eq!(joint.missed == 0, joint.age == Some(Duration::from_millis(4)));
                fresh[servo] += u32::from(joint.missed == 0);
            }
        }
        // Faults stay with the packets they hit: about half of all answers are good.
        prop_assert!(fresh.iter().all(|count| *count > 15), "{fresh:?}");
    }
}
