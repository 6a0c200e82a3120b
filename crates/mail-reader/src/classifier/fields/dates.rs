//! Dates behind titles: "Analyst on 18 March".

/// A preposition before a date has at most so many characters.
const MAX_PREPOSITION_CHARS: usize = 3;
/// Beginnings of the names of months.
#[rustfmt::skip]
const MONTHS: &[&str] = &[
    "jan", "feb", "mar", "mär", "maa", "mrt", "apr", "avr", "abr", "mai", "maj", "may", "mei", "jun", "jui", "jul", "aug", "aoû",
    "ago", "sep", "set", "okt", "oct", "ott", "out", "nov", "dec", "dez", "déc", "dic", "sty", "lut", "kwi", "cze", "lip", "sie",
    "wrz", "paź", "lis", "gru",
];

/// Whether a text is a day with its month: "18 March", "18. März 2026, 14 Uhr".
pub fn is_date(text: &str) -> bool {
    let date = text.split(',').next().unwrap_or(text);
    let mut words = date.split([' ', '.']).filter(|word| !word.is_empty());
    let is_day = |word: &str| word.parse::<u8>().is_ok_and(|day| (1..=31).contains(&day));
    words.next().is_some_and(is_day)
        && words
            .next()
            .is_some_and(|month| month.chars().all(char::is_alphabetic))
        && words.all(|word| word.chars().all(|c| c.is_ascii_digit()))
}

/// A title without the day behind its preposition: "Analyst on 18 March".
pub fn before_date(title: &str) -> &str {
    let words: Vec<&str> = title.split(' ').collect();
    let preposition = words.iter().enumerate().skip(1).find_map(|(at, word)| {
        let is_preposition =
            word.starts_with(char::is_lowercase) && word.chars().count() <= MAX_PREPOSITION_CHARS;
        let date = words.get(at + 1..)?;
        let is_month = date.get(1).is_some_and(|month| {
            let month = month.to_lowercase();
            MONTHS.iter().any(|beginning| month.starts_with(beginning))
        });
        (is_preposition && is_month && is_date(&date.join(" "))).then_some(*word)
    });
    preposition
        .and_then(|word| title.rsplit_once(&format!(" {word} ")))
        .map_or(title, |(front, _)| front)
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
        assert!(is_date("18 March") && !is_date("Grade 18"));
    }
}
