use proptest::prelude::*;

use super::*;

/// Every way up, by walking all of them.
fn all_ways(ladder: &Ladder) -> Vec<Vec<usize>> {
    let mut ways: Vec<Vec<usize>> = (0..ladder.rungs[0].len()).map(|n| vec![n]).collect();
    for edges in &ladder.edges {
        let mut longer = Vec::new();
        for way in &ways {
            for edge in edges.iter().filter(|e| Some(&e.from) == way.last()) {
                let mut next = way.clone();
                next.push(edge.to);
                longer.push(next);
            }
        }
        ways = longer;
    }
    ways
}

fn worst(ladder: &Ladder, way: &[usize]) -> f64 {
    let worths = way
        .iter()
        .zip(&ladder.rungs)
        .map(|(n, rung)| rung[*n].worth);
    worths.fold(f64::INFINITY, f64::min)
}

/// Costs of edges and of all nodes but the first.
fn cost(ladder: &Ladder, way: &[usize]) -> f64 {
    let nodes: f64 = (1..way.len()).map(|i| ladder.rungs[i][way[i]].cost).sum();
    let edges = way.windows(2).zip(&ladder.edges).map(|(w, edges)| {
        let edge = edges.iter().find(|e| e.from == w[0] && e.to == w[1]);
        edge.expect("a way goes along edges").cost
    });
    nodes + edges.sum::<f64>()
}

fn ladders() -> impl Strategy<Value = (Ladder, Vec<f64>)> {
    let node = (0..20u32, 0..10u32).prop_map(|(worth, cost)| Node {
        worth: f64::from(worth) / 20.0,
        cost: f64::from(cost) / 7.0,
    });
    let rungs = prop::collection::vec(prop::collection::vec(node, 1..5), 2..6);
    (rungs, any::<u64>()).prop_map(|(rungs, seed)| {
        // A little generator for the edges: two of three are there.
        let mut state = seed | 1;
        let mut draw = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 33) % 1000
        };
        let mut edges = Vec::new();
        for pair in rungs.windows(2) {
            let mut own = Vec::new();
            for from in 0..pair[0].len() {
                for to in 0..pair[1].len() {
                    if draw() < 667 {
                        let cost = draw() as f64 / 300.0;
                        own.push(Edge { from, to, cost });
                    }
                }
            }
            edges.push(own);
        }
        let entry = rungs[0].iter().map(|_| draw() as f64 / 5000.0).collect();
        (Ladder { rungs, edges }, entry)
    })
}

proptest! {
    #[test]
    fn the_best_way_is_the_best_of_all_ways((ladder, entry) in ladders(), slack in 0.0..0.2f64) {
        let ways = all_ways(&ladder);
        let found = ladder.best_way(&entry, slack);
        prop_assert_eq!(found.is_none(), ways.is_empty());
        if let Some(found) = found {
            let value = |way: &[usize]| worst(&ladder, way) - entry[way[0]];
            let best = ways.iter().map(|w| value(w)).fold(f64::NEG_INFINITY, f64::max);
            let start = ways.iter().filter(|w| value(w) == best).map(|w| w[0]).min();
            prop_assert_eq!(Some(found.nodes[0]), start);
            let floor = best + entry[found.nodes[0]] - slack;
            prop_assert!(worst(&ladder, &found.nodes) >= floor - 1e-12);
            prop_assert_eq!(found.worst, worst(&ladder, &found.nodes));
            let rivals = ways
                .iter()
                .filter(|w| w[0] == found.nodes[0] && worst(&ladder, w) >= floor - 1e-12);
            let least = rivals.map(|w| cost(&ladder, w)).fold(f64::INFINITY, f64::min);
            prop_assert!((cost(&ladder, &found.nodes) - least).abs() < 1e-9);
        }
    }

    #[test]
    fn a_cut_is_the_first_rung_without_a_way((ladder, _) in ladders()) {
        let reached = |rungs: usize| {
            let part = Ladder {
                rungs: ladder.rungs[..rungs].to_vec(),
                edges: ladder.edges[..rungs - 1].to_vec(),
            };
            !all_ways(&part).is_empty()
        };
        let expected = (1..ladder.rungs.len()).find(|rung| !reached(rung + 1));
        prop_assert_eq!(ladder.first_cut(), expected);
    }
}
