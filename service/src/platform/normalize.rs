//! Unicode normalization of stored text and of search terms.

use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

/// NFC, the form of all stored text.
pub fn nfc(value: &str) -> String {
    value.nfc().collect()
}

/// Removes case and accents, for searching.
pub fn fold(value: &str) -> String {
    value
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .collect()
}

/// A `like` pattern that matches text containing the value; its wildcards are escaped.
pub fn contains_pattern(value: &str) -> String {
    let mut pattern = String::from("%");
    for c in fold(value).chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_removes_case_and_accents_and_pattern_escapes_wildcards() {
        assert_eq!(fold("Zoë ÅNGSTRÖM ﬁn"), "zoe angstrom fin");
        assert_eq!(contains_pattern("50%_"), "%50\\%\\_%");
        assert_eq!(nfc("e\u{301}"), "\u{e9}");
    }
}
