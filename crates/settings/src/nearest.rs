//! Which known name did somebody mean who wrote an unknown one?

/// The candidate nearest to `name`, or `None` when none is near enough to be what was meant.
///
/// Distance is the number of letters inserted, left out, replaced or swapped with their neighbour
/// (optimal string alignment), case not counted. A third of the letters may be wrong, at least one.
///
/// ```
/// assert_eq!(settings::nearest("ofset_mm", ["offset_mm", "radius_mm"]), Some("offset_mm"));
/// assert_eq!(settings::nearest("banana", ["offset_mm", "radius_mm"]), None);
/// ```
pub fn nearest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let wanted = letters(name);
    let tolerated = (wanted.len() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (distance(&wanted, &letters(candidate)), candidate))
        .filter(|(wrong, candidate)| *wrong <= tolerated && *wrong < candidate.chars().count())
        .min_by_key(|(wrong, _)| *wrong)
        .map(|(_, candidate)| candidate)
}

/// A long name is never a slip of a short one; cutting it bounds the work on hostile input.
const LETTERS_COMPARED: usize = 64;

fn letters(name: &str) -> Vec<char> {
    name.chars()
        .take(LETTERS_COMPARED)
        .flat_map(char::to_lowercase)
        .collect()
}

/// Rows of the usual table, of which three are kept.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, letter) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, other) in b.iter().enumerate() {
            let at = |cells: &[usize], k: usize| cells.get(k).copied().unwrap_or(usize::MAX / 2);
            let replaced = at(&above, j) + usize::from(letter != other);
            let mut best = replaced.min(at(&above, j + 1) + 1).min(at(&row, j) + 1);
            if i > 0 && j > 0 && a.get(i - 1) == Some(other) && b.get(j - 1) == Some(letter) {
                best = best.min(at(&before, j - 1) + 1);
            }
            row.push(best);
        }
        before = above;
        above = row;
    }
    above.last().copied().unwrap_or(a.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_finds_its_name() {
        let words = ["light", "medium", "firm", "deep"];
        assert_eq!(nearest("meduim", words), Some("medium"));
        assert_eq!(nearest("FIRM", words), Some("firm"));
        assert_eq!(nearest("ligth", words), Some("light"));
        assert_eq!(nearest("xyz", words), None);
        assert_eq!(nearest("", words), None);
    }

    #[test]
    fn short_names_are_not_confused_with_unlike_short_names() {
        assert_eq!(nearest("s2", ["S2", "L4", "T7"]), Some("S2"));
        assert_eq!(nearest("C1", ["S2", "L4", "T7"]), None);
    }

    #[test]
    fn the_distance_counts_each_kind_of_slip_once() {
        let d = |a: &str, b: &str| distance(&letters(a), &letters(b));
        assert_eq!(d("abc", "abc"), 0);
        assert_eq!(d("abc", "abxc"), 1);
        assert_eq!(d("abc", "ac"), 1);
        assert_eq!(d("abc", "axc"), 1);
        assert_eq!(d("abc", "acb"), 1);
        assert_eq!(d("", "abc"), 3);
    }

    #[test]
    fn a_name_of_a_million_letters_costs_little() {
        let long = "a".repeat(1_000_000);
        assert_eq!(nearest(&long, ["offset_mm"]), None);
    }
}
