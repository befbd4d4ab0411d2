//! The best way up a ladder: of all ways from the first rung to the last the one whose worst node is
//! best, and among ways nearly as good from there the one that costs least.
//!
//! Both are exact, by dynamic programming over the rungs: the first a bottleneck path (the least along
//! a way is maximised), the second a shortest path over the nodes that remain.

/// A node: how good it is, and what passing it costs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Node {
    pub worth: f64,
    pub cost: f64,
}

/// From a node of one rung to a node of the next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Edge {
    pub from: usize,
    pub to: usize,
    pub cost: f64,
}

/// Rungs of nodes; `edges[i]` leads from rung `i` to rung `i + 1`, ordered by `from`.
#[derive(Clone, Debug, Default)]
pub(super) struct Ladder {
    pub rungs: Vec<Vec<Node>>,
    pub edges: Vec<Vec<Edge>>,
}

/// A way up.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Way {
    /// One node of each rung.
    pub nodes: Vec<usize>,
    /// Worth of its worst node.
    pub worst: f64,
    /// `worst` less what its start costs.
    pub value: f64,
}

impl Ladder {
    /// The way of the greatest value (worth of the worst node less `entry` of the first node; of equal
    /// ones the first), and of the ways from that start whose worst node is at most `slack` worse the
    /// cheapest. `None` when no way leads to the last rung.
    pub(super) fn best_way(&self, entry: &[f64], slack: f64) -> Option<Way> {
        let ahead = self.worst_ahead();
        let mut start: Option<(usize, f64)> = None;
        for (node, (worst, entry)) in ahead.first()?.iter().zip(entry).enumerate() {
            let value = worst - entry;
            if *worst > f64::NEG_INFINITY && start.is_none_or(|(_, best)| value > best) {
                start = Some((node, value));
            }
        }
        let (start, _) = start?;
        let floor = ahead.first()?.get(start)? - slack;
        let nodes = self.cheapest(start, &ahead, floor)?;
        let worths = nodes
            .iter()
            .zip(&self.rungs)
            .filter_map(|(n, rung)| rung.get(*n));
        let worst = worths.map(|n| n.worth).fold(f64::INFINITY, f64::min);
        let value = worst - entry.get(start)?;
        Some(Way {
            nodes,
            worst,
            value,
        })
    }

    /// For each node the worth of the worst node on the best way from it to the last rung; minus
    /// infinity where none leads there.
    fn worst_ahead(&self) -> Vec<Vec<f64>> {
        let mut ahead: Vec<Vec<f64>> = Vec::with_capacity(self.rungs.len());
        let mut next: Option<Vec<f64>> = None;
        for (number, rung) in self.rungs.iter().enumerate().rev() {
            let here = match &next {
                None => rung.iter().map(|n| n.worth).collect(),
                Some(next) => {
                    let mut best = vec![f64::NEG_INFINITY; rung.len()];
                    for edge in self.edges.get(number).into_iter().flatten() {
                        if let (Some(best), Some(beyond)) =
                            (best.get_mut(edge.from), next.get(edge.to))
                        {
                            *best = best.max(*beyond);
                        }
                    }
                    let nodes = best.iter().zip(rung);
                    nodes.map(|(b, n)| b.min(n.worth)).collect::<Vec<f64>>()
                }
            };
            if let Some(done) = next.replace(here) {
                ahead.push(done);
            }
        }
        ahead.extend(next);
        ahead.reverse();
        ahead
    }

    /// The cheapest way from a start over nodes from which a way above `floor` leads on.
    fn cheapest(&self, start: usize, ahead: &[Vec<f64>], floor: f64) -> Option<Vec<usize>> {
        // Of each reached node the least cost and the node before.
        let mut reached: Vec<Vec<Option<(f64, usize)>>> = Vec::with_capacity(self.rungs.len());
        let mut first = vec![None; self.rungs.first()?.len()];
        *first.get_mut(start)? = Some((0.0, start));
        reached.push(first);
        for (number, (rung, ahead)) in self.rungs.iter().zip(ahead).enumerate().skip(1) {
            let before = reached.last()?;
            let mut here: Vec<Option<(f64, usize)>> = vec![None; rung.len()];
            for edge in self.edges.get(number - 1).into_iter().flatten() {
                let (Some(Some((cost, _))), Some(node), Some(slot)) = (
                    before.get(edge.from),
                    rung.get(edge.to),
                    here.get_mut(edge.to),
                ) else {
                    continue;
                };
                let cost = cost + edge.cost + node.cost;
                let leads_on = ahead.get(edge.to).is_some_and(|worst| *worst >= floor);
                if leads_on && slot.is_none_or(|(least, _)| cost < least) {
                    *slot = Some((cost, edge.from));
                }
            }
            reached.push(here);
        }
        let ends = reached.last()?.iter().enumerate();
        let costs = ends.filter_map(|(node, slot)| slot.map(|(cost, _)| (node, cost)));
        let (mut node, _) = costs.min_by(|a, b| a.1.total_cmp(&b.1))?;
        let mut nodes = vec![node];
        for rung in reached.iter().skip(1).rev() {
            node = rung.get(node).copied().flatten()?.1;
            nodes.push(node);
        }
        nodes.reverse();
        Some(nodes)
    }

    /// The first rung that no way from the first one reaches; `None` when the last is reached.
    pub(super) fn first_cut(&self) -> Option<usize> {
        let mut open = vec![true; self.rungs.first()?.len()];
        for (number, rung) in self.rungs.iter().enumerate().skip(1) {
            let mut next = vec![false; rung.len()];
            for edge in self.edges.get(number - 1).into_iter().flatten() {
                if open.get(edge.from).copied().unwrap_or(false)
                    && let Some(node) = next.get_mut(edge.to)
                {
                    *node = true;
                }
            }
            if next.iter().all(|reached| !reached) {
                return Some(number);
            }
            open = next;
        }
        None
    }
}

#[cfg(test)]
mod tests;
