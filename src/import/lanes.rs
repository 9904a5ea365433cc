//! Several checkers side by side, and batches that still come out in input order.
//!
//! Batches are dealt to the lanes in turn and collected in the same turn, so that neither side
//! needs to number them. The first lane that is found closed when its turn comes was the last to
//! be dealt to.

use std::sync::mpsc::{Receiver as BlockingReceiver, SyncSender, sync_channel};

use tokio::sync::mpsc::{Receiver, Sender, channel};

/// The dealing end.
#[derive(Debug)]
pub(super) struct Dealer<T> {
    lanes: Vec<SyncSender<T>>,
    next: usize,
}

/// The collecting end.
#[derive(Debug)]
pub(super) struct Collector<T> {
    lanes: Vec<Receiver<T>>,
    next: usize,
}

/// The ends that a worker holds.
pub(super) type Lane<In, Out> = (BlockingReceiver<In>, Sender<Out>);

/// Opens `count` lanes in which up to `bound` items wait at each end.
pub(super) fn lanes<In, Out>(
    count: usize,
    bound: usize,
) -> (Dealer<In>, Vec<Lane<In, Out>>, Collector<Out>) {
    let (in_out, in_in): (Vec<_>, Vec<_>) = (0..count).map(|_| sync_channel(bound)).unzip();
    let (out_out, out_in): (Vec<_>, Vec<_>) = (0..count).map(|_| channel(bound)).unzip();
    let workers = in_in.into_iter().zip(out_out).collect();
    (
        Dealer {
            lanes: in_out,
            next: 0,
        },
        workers,
        Collector {
            lanes: out_in,
            next: 0,
        },
    )
}

impl<T> Dealer<T> {
    /// Hands `item` to the lane whose turn it is; false when nobody takes it any more.
    pub(super) fn deal(&mut self, item: T) -> bool {
        let dealt = self.lanes[self.next].send(item).is_ok();
        self.next = (self.next + 1) % self.lanes.len();
        dealt
    }
}

impl<T> Collector<T> {
    /// The next item in the order of dealing, or `None` after the last.
    pub(super) fn blocking_next(&mut self) -> Option<T> {
        let item = self.lanes[self.next].blocking_recv()?;
        self.turn();
        Some(item)
    }

    fn turn(&mut self) {
        self.next = (self.next + 1) % self.lanes.len();
    }
}

#[cfg(test)]
mod tests {
    use super::lanes;

    #[test]
    fn items_come_out_in_the_order_in_which_they_were_dealt() {
        for (count, items) in [(1, 7), (2, 0), (2, 1), (3, 100), (4, 99)] {
            let (mut dealer, workers, mut collector) = lanes::<u32, u32>(count, 2);
            let collected = std::thread::scope(|threads| {
                for (input, output) in workers {
                    threads.spawn(move || input.iter().try_for_each(|n| output.blocking_send(n)));
                }
                threads.spawn(move || (0..items).all(|item| dealer.deal(item)));
                std::iter::from_fn(|| collector.blocking_next()).collect::<Vec<_>>()
            });
            assert_eq!(collected, (0..items).collect::<Vec<_>>());
        }
    }

    #[test]
    fn dealing_ends_when_nobody_collects() {
        let (mut dealer, workers, collector) = lanes::<u32, u32>(2, 1);
        drop((workers, collector));
        assert!(!dealer.deal(1));
    }
}
