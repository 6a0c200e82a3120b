//! Numbers as texts.

/// A number with thousands separators.
pub fn group_thousands(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if n < 0 { format!("-{out}") } else { out }
}

/// A limit or a length with thousands separators.
pub(crate) fn group_len(n: usize) -> String {
    group_thousands(i64::try_from(n).unwrap_or(i64::MAX))
}

/// `1 email`, `4,318 emails`.
pub fn count(n: i64, singular: &str, plural: &str) -> String {
    let noun = if n == 1 { singular } else { plural };
    format!("{} {noun}", group_thousands(n))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_is_given_separators_of_thousands() {
        for (n, text) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (1_234_567, "1,234,567"),
            (-4318, "-4,318"),
        ] {
            assert_eq!(group_thousands(n), text);
        }
    }
}
