//! Deterministic pseudorandom numbers.

/// Linear congruential generator with a fixed seed, so that training is reproducible.
pub struct Random(pub u64);

impl Random {
    /// A pseudorandom number from 0 to `end` - 1.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }

    /// Shuffles the items (Fisher and Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            items.swap(at, self.below(at + 1));
        }
    }
}
