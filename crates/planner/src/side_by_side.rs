//! Pieces of work on several threads, with an answer that does not depend on them.

/// Does the pieces `0..count`, each on a thread of its own and the first on this one; the results come in
/// order. A piece for which there is no thread, or whose thread could not finish, is done here.
pub(crate) fn side_by_side<R: Send>(count: usize, piece: impl Fn(usize) -> R + Sync) -> Vec<R> {
    let piece = &piece;
    std::thread::scope(|scope| {
        let started: Vec<_> = (1..count)
            .map(|number| std::thread::Builder::new().spawn_scoped(scope, move || piece(number)))
            .collect();
        let own = (count > 0).then(|| piece(0));
        let others = started.into_iter().zip(1..).map(|(thread, number)| {
            let done = thread.ok().and_then(|thread| thread.join().ok());
            done.unwrap_or_else(|| piece(number))
        });
        own.into_iter().chain(others).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_come_back_in_order_and_those_whose_thread_broke_are_done_here() {
        let here = std::thread::current().id();
        for count in [0, 1, 2, 5] {
            let done = side_by_side(count, |number| {
                let breaks = number % 2 == 1 && std::thread::current().id() != here;
                assert!(!breaks, "as if the memory of this thread were full");
                number * number
            });
            let squares: Vec<usize> = (0..count).map(|number| number * number).collect();
            assert_eq!(done, squares);
        }
    }
}
