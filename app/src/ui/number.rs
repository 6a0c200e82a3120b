//! Numbers as texts.

pub use domain::numbers::group_thousands;

/// `1 email`, `4,318 emails`.
pub fn count(n: i64, singular: &str, plural: &str) -> String {
    format!(
        "{} {}",
        group_thousands(n),
        if n == 1 { singular } else { plural }
    )
}
