//! How much may be extracted from an archive.

use std::{
    cell::Cell,
    fmt,
    io::{self, Read},
};

/// Any archive may contain so much.
const MIN_BYTES: u64 = 256 * 1024 * 1024;
/// No archive may contain more.
const MAX_BYTES: u64 = 10 * 1024 * 1024 * 1024;
/// Text is compressed to a tenth; an archive that is compressed further contains no email.
const MAX_RATIO: u64 = 100;

/// What is left to be extracted, for all files and layers of an archive together.
#[derive(Debug)]
pub struct Budget(Cell<u64>);

impl Budget {
    /// For an archive of this size.
    pub fn for_archive(len: u64) -> Self {
        Self::new(len.saturating_mul(MAX_RATIO).clamp(MIN_BYTES, MAX_BYTES))
    }

    /// So many bytes.
    pub const fn new(bytes: u64) -> Self {
        Self(Cell::new(bytes))
    }

    /// A reader that fails when the budget is used up.
    pub const fn limit<R>(&self, reader: R) -> Limited<'_, R> {
        Limited { reader, budget: self }
    }
}

/// A reader within a budget.
pub struct Limited<'a, R> {
    reader: R,
    budget: &'a Budget,
}

impl<R: Read> Read for Limited<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let len = self.reader.read(buffer)?;
        let left = self.budget.0.get().checked_sub(len as u64);
        self.budget.0.set(left.unwrap_or_default());
        if left.is_none() {
            return Err(io::Error::other(BudgetExceeded));
        }
        Ok(len)
    }
}

/// The error of a reader beyond its budget.
#[derive(Debug)]
struct BudgetExceeded;

impl fmt::Display for BudgetExceeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the archive is too large when extracted")
    }
}

impl std::error::Error for BudgetExceeded {}

/// Whether an error is that of a reader beyond its budget, also if another reader wrapped it.
pub fn is_exceeded(error: &io::Error) -> bool {
    let mut source = error.get_ref().map(|e| e as &(dyn std::error::Error + 'static));
    while let Some(error) = source {
        if error.is::<BudgetExceeded>() {
            return true;
        }
        source = error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref)
            .map(|e| e as &(dyn std::error::Error + 'static))
            .or_else(|| error.source());
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn budget_is_a_multiple_of_the_size_within_bounds() {
        let budget = |len| Budget::for_archive(len).0.get();
        assert_eq!(budget(42 * 1024), MIN_BYTES);
        assert_eq!(budget(10 * 1024 * 1024), 1_000 * 1024 * 1024);
        assert_eq!(budget(1024 * 1024 * 1024), MAX_BYTES);
    }
}
