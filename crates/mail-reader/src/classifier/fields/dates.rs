//! Removes dates after titles: "Analyst on 18 March".

use crate::parser::is_month_name;

/// Maximum length of a preposition before a date, in characters.
const MAX_PREPOSITION_CHARS: usize = 3;

/// Whether a text is a day and a month, possibly with a year; text after a comma is ignored: "18 March", "18. März 2026, 14 Uhr".
pub fn is_date(text: &str) -> bool {
    let date = text.split(',').next().unwrap_or(text);
    let mut words = date.split([' ', '.']).filter(|word| !word.is_empty());
    let is_day = |word: &str| word.parse::<u8>().is_ok_and(|day| (1..=31).contains(&day));
    words.next().is_some_and(is_day)
        && words.next().is_some_and(is_month_name)
        && words.all(|word| word.chars().all(|c| c.is_ascii_digit()))
}

/// Removes the preposition and date after a title: "Analyst on 18 March".
pub fn before_date(title: &str) -> &str {
    let words: Vec<&str> = title.split(' ').collect();
    let preposition = words.iter().enumerate().skip(1).find_map(|(at, word)| {
        let is_preposition =
            word.starts_with(char::is_lowercase) && word.chars().count() <= MAX_PREPOSITION_CHARS;
        let date = words.get(at + 1..)?;
        let front = words.get(..at)?;
        (is_preposition && is_date(&date.join(" ")))
            .then(|| front.iter().map(|word| word.len() + 1).sum::<usize>())
    });
    preposition
        .and_then(|len| title.get(..len.saturating_sub(1)))
        .unwrap_or(title)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn date_behind_title_is_removed() {
        assert_eq!(
            before_date("Verzorgende niveau 3 op 12 maart"),
            "Verzorgende niveau 3"
        );
        assert_eq!(before_date("Kellner am 12. März 2026"), "Kellner");
        assert_eq!(before_date("Operator in 5 ploegen"), "Operator in 5 ploegen");
        assert_eq!(before_date("Analyst on 18 March, Meeting on Zoom"), "Analyst");
        assert_eq!(
            before_date("Nurse for 12 Outpatients"),
            "Nurse for 12 Outpatients"
        );
        assert!(is_date("18 March") && is_date("3 Dec") && is_date("5. września 2026"));
        assert!(!is_date("Grade 18") && !is_date("3 Phase") && !is_date("3 Markets"));
    }
}
