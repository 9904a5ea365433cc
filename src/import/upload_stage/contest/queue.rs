//! The rows that queue for one thing.

use std::collections::VecDeque;

/// Rows by their sequence, in the order of the queue. Never empty.
///
/// Nearly every queue has one row in it and is gone when that leaves, so that this one costs no allocation.
#[derive(Debug)]
pub(super) struct Queue {
    head: u64,
    behind: VecDeque<u64>,
}

/// What is left of a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Left {
    Nobody,
    Head(u64),
}

impl Queue {
    /// A queue of one row.
    pub(super) fn of(row: u64) -> Self {
        Self {
            head: row,
            behind: VecDeque::new(),
        }
    }

    pub(super) fn head(&self) -> u64 {
        self.head
    }

    pub(super) fn push_back(&mut self, row: u64) {
        self.behind.push_back(row);
    }

    /// Puts a row before all others.
    pub(super) fn push_front(&mut self, row: u64) {
        self.behind.push_front(self.head);
        self.head = row;
    }

    /// Puts a row before all others but the head.
    pub(super) fn push_second(&mut self, row: u64) {
        self.behind.push_front(row);
    }

    /// Takes a row out, wherever it stands. With nobody left the queue must not be used any more.
    pub(super) fn remove(&mut self, row: u64) -> Left {
        if self.head != row {
            self.behind.retain(|waiting| *waiting != row);
            return Left::Head(self.head);
        }
        match self.behind.pop_front() {
            Some(next) => {
                self.head = next;
                Left::Head(next)
            }
            None => Left::Nobody,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Left, Queue};

    #[test]
    fn rows_leave_from_wherever_they_stand() {
        let mut queue = Queue::of(3);
        queue.push_back(4);
        queue.push_second(2);
        queue.push_front(1);
        assert_eq!(queue.remove(2), Left::Head(1));
        assert_eq!(queue.remove(7), Left::Head(1));
        assert_eq!(queue.remove(1), Left::Head(3));
        assert_eq!(queue.remove(3), Left::Head(4));
        assert_eq!(queue.head(), 4);
        assert_eq!(queue.remove(4), Left::Nobody);
    }
}
