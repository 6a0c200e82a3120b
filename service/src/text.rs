//! Text as it is stored and as it is searched.

use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

/// NFC, the form that all stored text has.
pub fn nfc(value: &str) -> String {
    value.nfc().collect()
}

/// Without case and accents, for searching.
pub fn fold(value: &str) -> String {
    value
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .collect()
}

/// A substring pattern for `like`, with its own signs taken literally.
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
    fn searching_knows_no_case_and_no_accents() {
        assert_eq!(fold("Zoë ÅNGSTRÖM ﬁn"), "zoe angstrom fin");
        assert_eq!(contains_pattern("50%_"), "%50\\%\\_%");
        assert_eq!(nfc("e\u{301}"), "\u{e9}");
    }
}
