use super::super::TouchFigures;
use super::*;

fn good() -> (Expectations, Evidence) {
    let expect = Expectations {
        ending: vec!["safety_stop"],
        cause: Some(vec!["SR-38".to_owned(), "SR-39".to_owned()]),
        exit_code: Some(vec![4]),
        largest_press_n: Some(25.0),
        pressed_at_fault_n: Some(8.0),
        unloaded_within_ms: Some(200.0),
        no_more_contact: true,
        unloaded_after_stop_ms: Some(150.0),
        archive: true,
        rmse_n: Some(1.0),
    };
    let seen = Evidence {
        exit_code: Some(4),
        ending: "safety_stop".to_owned(),
        cause: "SR-38".to_owned(),
        rmse_n: Some(0.5),
        touch: Some(TouchFigures {
            largest_press_n: 20.0,
            pressed_at_fault_n: 16.0,
            unloaded_after_ms: 120.0,
            resumed: false,
            last_press_n: 0.0,
            after_stop: Some(AfterStop {
                unloaded_after_ms: 100.0,
                resumed: false,
            }),
        }),
        archive: ArchiveState::Read {
            ends_at_s: 5.0,
            is_whole: true,
            unloads_at_s: Some(4.0),
        },
        killed_at_s: None,
        done: (1, 1),
        last_words: "stopped".to_owned(),
    };
    (expect, seen)
}

#[test]
fn what_is_as_expected_has_no_reason() {
    let (expect, seen) = good();
    assert_eq!(reasons(&expect, &seen), Vec::<String>::new());
}

#[test]
fn each_thing_that_is_off_is_one_reason_that_says_what_was_seen_and_allowed() {
    type Spoil = fn(&mut Evidence);
    let spoils: [(Spoil, &str); 16] = [
        (
            |e| e.ending = "completed".to_owned(),
            "expected safety_stop",
        ),
        (|e| e.cause = "SR-01".to_owned(), "expected SR-38 or SR-39"),
        (|e| e.exit_code = Some(3), "the exit code is 3; expected 4"),
        (|e| e.exit_code = None, "did not end in time"),
        (|e| touch(e).largest_press_n = 30.0, "30.0 N; at most 25"),
        (|e| touch(e).pressed_at_fault_n = 1.0, "pressed 1.0 N"),
        (|e| touch(e).unloaded_after_ms = 400.0, "400 ms after"),
        (|e| touch(e).resumed = true, "came again"),
        (
            |e| after_stop(e).unloaded_after_ms = 200.0,
            "200 ms after the stop",
        ),
        (
            |e| after_stop(e).resumed = true,
            "gone after the stop and came again",
        ),
        (|e| touch(e).after_stop = None, "nothing tells when"),
        (|e| touch(e).last_press_n = 9.0, "ends while 9.0 N press"),
        (|e| e.touch = None, "no record of the true press"),
        (|e| e.rmse_n = Some(2.0), "off by 2.00 N"),
        (|e| e.rmse_n = None, "no settled touch"),
        (|e| e.done = (0, 1), "only 0 of 1 events"),
    ];
    for (spoil, part) in spoils {
        let (expect, mut seen) = good();
        spoil(&mut seen);
        let told = reasons(&expect, &seen);
        assert!(told[0].contains(part), "{part}: {told:?}");
        assert_eq!(told.len(), 2, "{part}: {told:?}");
        assert!(told[1].contains("stopped"), "{told:?}");
    }
}

fn touch(seen: &mut Evidence) -> &mut TouchFigures {
    seen.touch.as_mut().expect("a touch")
}

fn after_stop(seen: &mut Evidence) -> &mut AfterStop {
    touch(seen).after_stop.as_mut().expect("a stop")
}

#[test]
fn a_session_that_was_completed_has_nothing_to_show_after_a_stop() {
    let (mut expect, mut seen) = good();
    expect.ending = vec!["completed"];
    (expect.cause, seen.cause) = (None, String::new());
    seen.ending = "completed".to_owned();
    touch(&mut seen).after_stop = None;
    assert_eq!(reasons(&expect, &seen), Vec::<String>::new());
}

#[test]
fn an_archive_must_be_whole_or_reach_the_kill_to_a_second() {
    let (expect, mut seen) = good();
    seen.archive = ArchiveState::Read {
        ends_at_s: 5.0,
        is_whole: false,
        unloads_at_s: None,
    };
    assert!(reasons(&expect, &seen)[0].contains("not closed"));
    seen.killed_at_s = Some(5.9);
    assert!(reasons(&expect, &seen).is_empty());
    seen.killed_at_s = Some(6.5);
    assert!(reasons(&expect, &seen)[0].contains("1.50 s before"));
    seen.archive = ArchiveState::None("gone".to_owned());
    assert!(reasons(&expect, &seen)[0].contains("gone"));
}
