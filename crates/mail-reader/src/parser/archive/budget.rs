//! Limits how many bytes may be extracted from an archive.

use std::{
    cell::Cell,
    fmt,
    io::{self, Read},
};

/// Minimum budget, for small archives.
const MIN_BYTES: u64 = 256 * 1024 * 1024;
/// Maximum budget, for large archives.
const MAX_BYTES: u64 = 10 * 1024 * 1024 * 1024;
/// Maximum compression ratio. Text compresses to about a tenth; an archive that exceeds this ratio does not contain email.
const MAX_RATIO: u64 = 100;

/// Number of bytes that may still be extracted, for all files and layers of an archive together.
#[derive(Debug)]
pub struct Budget(Cell<u64>);

impl Budget {
    /// The budget for an archive of `len` bytes.
    pub fn for_archive(len: u64) -> Self {
        Self::new(len.saturating_mul(MAX_RATIO).clamp(MIN_BYTES, MAX_BYTES))
    }

    /// A budget of this many bytes.
    pub const fn new(bytes: u64) -> Self {
        Self(Cell::new(bytes))
    }

    /// Wraps a reader, so that it fails when the budget is exceeded.
    pub const fn limit<R>(&self, reader: R) -> Limited<'_, R> {
        Limited { reader, budget: self }
    }
}

/// A reader that draws on a budget.
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

/// The error of a reader that exceeds its budget.
#[derive(Debug)]
struct BudgetExceeded;

impl fmt::Display for BudgetExceeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the archive is too large when extracted")
    }
}

impl std::error::Error for BudgetExceeded {}

/// Whether an error means that a reader exceeded its budget, even if another reader wrapped the error.
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
