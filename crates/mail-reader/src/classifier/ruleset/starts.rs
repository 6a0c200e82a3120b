//! The positions in a line where a match of a pattern can begin.

/// Maximum number of positions; with more, searching at each of them is no faster than searching the line.
const MAX_STARTS: usize = 4;

/// The positions where a match can begin, if all are known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Starts {
    positions: [u32; MAX_STARTS],
    /// Number of positions: zero if they are unknown, `MAX_STARTS + 1` if there are too many.
    count: usize,
}

impl Starts {
    /// A match may begin anywhere.
    pub const UNKNOWN: Self = Self {
        positions: [0; MAX_STARTS],
        count: 0,
    };

    /// Adds a position.
    pub fn add(&mut self, position: usize) {
        let Ok(position) = u32::try_from(position) else {
            self.count = MAX_STARTS + 1;
            return;
        };
        if self.positions.iter().take(self.count).any(|p| *p == position) {
            return;
        }
        match self.positions.get_mut(self.count) {
            Some(free) => {
                *free = position;
                self.count += 1;
            }
            None => self.count = MAX_STARTS + 1,
        }
    }

    /// The positions from left to right; `None` if not all are known.
    pub fn sorted(&self) -> Option<StartPositions> {
        if self.count == 0 || self.count > MAX_STARTS {
            return None;
        }
        let mut positions = self.positions.map(|p| p as usize);
        if let Some(used) = positions.get_mut(..self.count) {
            used.sort_unstable();
        }
        Some(StartPositions {
            positions,
            count: self.count,
        })
    }
}

/// Known positions, from left to right.
#[derive(Clone, Copy, Debug)]
pub struct StartPositions {
    positions: [usize; MAX_STARTS],
    count: usize,
}

impl StartPositions {
    pub fn iter(&self) -> impl Iterator<Item = &usize> {
        self.positions.iter().take(self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starts_are_sorted_unless_there_are_too_many() {
        let mut starts = Starts::default();
        assert!(starts.sorted().is_none());
        for position in [9, 3, 9, 7] {
            starts.add(position);
        }
        let sorted = starts.sorted().expect("known positions");
        assert_eq!(sorted.iter().copied().collect::<Vec<_>>(), [3, 7, 9]);
        starts.add(1);
        assert!(starts.sorted().is_some());
        starts.add(2);
        assert!(starts.sorted().is_none());
        starts.add(1);
        assert!(starts.sorted().is_none());
    }
}
