use core::cell::Cell;

use nalgebra::Vector2;

use super::*;

/// Two joints in a room of 4 x 4 rad; the samples are spread over it.
fn search<C: Fn(&Vector2<f64>) -> bool>(is_clear: C) -> Search<C, impl Fn(u32) -> Vector2<f64>, 2> {
    let spread = |number| {
        let (a, b) = spread_pair(number);
        Vector2::new(a, b)
    };
    Search {
        is_clear,
        spread,
        bounds: (Vector2::repeat(-2.0), Vector2::repeat(2.0)),
        looks: MOST_LOOKS,
    }
}

const START: Vector2<f64> = Vector2::new(-1.5, -1.0);
const GOAL: Vector2<f64> = Vector2::new(1.5, -1.0);

/// A wall across the room with a gap near one end.
fn off_the_wall(q: &Vector2<f64>) -> bool {
    q.x.abs() > 0.15 || (q.y > 1.3 && q.y < 1.6)
}

#[test]
fn a_way_through_the_gap_in_a_wall_is_found_and_is_clear_all_along() {
    let mut search = search(off_the_wall);
    assert!(!search.is_way(&START, &GOAL));
    let found = search.connect(&START, &GOAL).expect("there is a gap");
    let way = search.shortened(found.clone());
    for postures in [&found, &way] {
        assert_eq!(postures.first(), Some(&START));
        assert_eq!(postures.last(), Some(&GOAL));
        assert!(dense(postures, 0.02).iter().all(off_the_wall));
    }
    let length =
        |way: &[Vector2<f64>]| -> f64 { way.windows(2).map(|w| (w[1] - w[0]).norm()).sum() };
    assert!(length(&way) <= length(&found));
    assert!(way.len() <= 8, "{} corners", way.len());
}

#[test]
fn the_same_ends_give_the_same_way_bit_for_bit() {
    let way = || {
        let mut search = search(off_the_wall);
        let found = search.connect(&START, &GOAL).expect("there is a gap");
        search.shortened(found)
    };
    assert_eq!(way(), way());
}

#[test]
fn a_wall_without_a_gap_ends_the_search_after_a_bounded_number_of_looks() {
    let looks = Cell::new(0_u32);
    let is_clear = |q: &Vector2<f64>| {
        looks.set(looks.get() + 1);
        q.x.abs() > 0.15
    };
    assert!(search(is_clear).connect(&START, &GOAL).is_none());
    assert!(
        looks.get() > MOST_SAMPLES / 2,
        "it gave up after {}",
        looks.get()
    );
    assert!(looks.get() <= MOST_LOOKS);
}

#[test]
fn a_clear_straight_way_has_no_turns() {
    let way = search(|_| true).connect(&START, &GOAL);
    assert_eq!(way, Some(vec![START, GOAL]));
}
