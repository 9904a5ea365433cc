//! All that is random, from one seed.

use std::ops::RangeInclusive;

use proptest::prelude::RngExt;
use proptest::test_runner::{RngAlgorithm, TestRng};

/// Gives the same throws for the same seed.
pub(crate) struct Dice(TestRng);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        let bytes = [seed, 0, 0, 0].map(u64::to_le_bytes).concat();
        Self(TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
    }

    pub(crate) fn between(&mut self, range: RangeInclusive<u64>) -> u64 {
        self.0.random_range(range)
    }

    pub(crate) fn one_in(&mut self, number: u64) -> bool {
        self.between(1..=number) == 1
    }

    /// A share from 0 up to `most`.
    pub(crate) fn share(&mut self, most: f64) -> f64 {
        self.0.random_range(0.0..most)
    }

    /// The index of one of `count` things.
    pub(crate) fn index(&mut self, count: usize) -> usize {
        self.0.random_range(0..count)
    }

    pub(crate) fn shuffle<T>(&mut self, things: &mut [T]) {
        things.sort_by_cached_key(|_| self.0.random::<u64>());
    }
}
