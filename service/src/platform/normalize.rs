//! Unicode normalization of stored text and of search terms.

use any_ascii::any_ascii_char;
use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

/// NFC, the form of all stored text.
pub fn nfc(value: &str) -> String {
    value.nfc().collect()
}

/// Removes case and accents, for searching. Latin letters without a decomposition become the letters that people type instead: ł is l,
/// ß is ss. Other scripts keep their letters.
pub fn fold(value: &str) -> String {
    let mut folded = String::with_capacity(value.len());
    for c in value.nfkd().filter(|c| !is_combining_mark(*c)) {
        match any_ascii_char(c) {
            ascii if is_latin(c) && !ascii.is_empty() => folded.push_str(&ascii.to_ascii_lowercase()),
            _ => folded.extend(c.to_lowercase()),
        }
    }
    folded
}

/// A letter of the Latin blocks beyond ASCII.
fn is_latin(c: char) -> bool {
    c.is_alphabetic()
        && matches!(c, '\u{c0}'..='\u{24f}' | '\u{250}'..='\u{2af}' | '\u{1e00}'..='\u{1eff}' | '\u{2c60}'..='\u{2c7f}'
            | '\u{a722}'..='\u{a7ff}' | '\u{ab30}'..='\u{ab64}')
}

/// A `like` pattern that matches text containing the value; its wildcards are escaped.
pub fn contains_pattern(value: &str) -> String {
    format!("%{}%", escape_like(&fold(value)))
}

/// Escapes the wildcards of a `like` pattern.
pub fn escape_like(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    for c in value.chars() {
        if matches!(c, '%' | '_' | '\\') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
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

    #[test]
    fn letters_without_decomposition_are_folded_to_what_people_type() {
        for (text, expected) in [
            ("Yazılım Mühendisi", "yazilim muhendisi"),
            ("YAZILIM İŞ", "yazilim is"),
            ("Straße STRAẞE", "strasse strasse"),
            ("Łódź", "lodz"),
            ("Ærlig Ørsted", "aerlig orsted"),
            ("Þór Đorđe Œuvre", "thor dorde oeuvre"),
            ("Əliyev", "eliyev"),
            // Other scripts and symbols stay, so different words stay different.
            ("Яндекс 北京 €×", "яндекс 北京 €×"),
        ] {
            assert_eq!(fold(text), expected, "{text}");
        }
    }

    #[test]
    fn latin_character_folds_to_ascii_in_both_cases_and_never_to_nothing() {
        for c in ('\u{80}'..='\u{ab6f}').filter(|c| is_latin(*c) && c.nfkd().eq([*c])) {
            let folded = fold(&c.to_string());
            assert!(!folded.is_empty(), "{c}");
            // Beyond Latin Extended-B there are letters that any_ascii does not know.
            if c <= '\u{24f}' {
                assert!(folded.is_ascii(), "{c}: {folded}");
                let upper: String = c.to_uppercase().collect();
                assert_eq!(fold(&upper), folded, "{c}");
            }
        }
    }
}
