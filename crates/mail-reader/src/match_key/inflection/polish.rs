//! Base forms of Polish job titles: a sentence says "asystenta prawnego" for "asystent prawny". Only the noun and the adjectives
//! beside it change; the words after them ("ds. rekrutacji", "wychowania przedszkolnego") do not.

/// Endings of nouns in the genitive, accusative and instrumental, each with its nominative ending.
#[rustfmt::skip]
const NOUN_ENDINGS: [(&str, &str); 70] = [
    ("nika", "nik"), ("nikiem", "nik"), ("tyka", "tyk"), ("tykiem", "tyk"), ("hanika", "hanik"), ("aulika", "aulik"), ("afika", "afik"), ("emika", "emik"),
    ("enta", "ent"), ("entem", "ent"), ("anta", "ant"), ("antem", "ant"), ("ekta", "ekt"), ("ektem", "ekt"), ("nkta", "nkt"), ("nktem", "nkt"),
    ("tora", "tor"), ("torem", "tor"), ("sora", "sor"), ("sorem", "sor"), ("era", "er"), ("erem", "er"), ("arza", "arz"), ("arzem", "arz"),
    ("strza", "strz"), ("strzem", "strz"), ("acza", "acz"), ("aczem", "acz"), ("osza", "osz"), ("oszem", "osz"),
    ("ciela", "ciel"), ("cielem", "ciel"), ("loga", "log"), ("logiem", "log"), ("goga", "gog"), ("gogiem", "gog"), ("kuna", "kun"), ("kunem", "kun"),
    ("listy", "lista"), ("listę", "lista"), ("isty", "ista"), ("istę", "ista"), ("ysty", "ysta"), ("ystę", "ysta"), ("osty", "osta"), ("ostę", "osta"),
    ("euty", "euta"), ("eutę", "euta"), ("pedy", "peda"), ("pedę", "peda"), ("wcy", "wca"), ("wcę", "wca"), ("dcy", "dca"), ("dcę", "dca"),
    ("rki", "rka"), ("rkę", "rka"), ("lki", "lka"), ("lkę", "lka"), ("tki", "tka"), ("tkę", "tka"), ("nki", "nka"), ("nkę", "nka"), ("czki", "czka"),
    ("czkę", "czka"), ("żki", "żka"), ("żkę", "żka"), ("handlowca", "handlowiec"), ("handlowcem", "handlowiec"), ("szefa", "szef"), ("szefem", "szef"),
];
/// Endings of inflected adjectives, and of feminine nouns in the instrumental, each with its nominative ending.
#[rustfmt::skip]
const ADJECTIVE_ENDINGS: [(&str, &str); 12] = [
    ("kim", "ki"), ("gim", "gi"), ("kiego", "ki"), ("giego", "gi"), ("niego", "ni"), ("ego", "y"), ("kiej", "ka"), ("giej", "ga"), ("niej", "nia"), ("ej", "a"), ("ą", "a"), ("ym", "y"),
];
/// Nouns in the genitive that have the ending of an adjective: "asystent sędziego".
const NO_ADJECTIVES: [&str; 1] = ["sędziego"];
/// Nouns after which another job stays in the genitive: "Asystent Dyrektora", unlike "Level Designera".
#[rustfmt::skip]
const NOUNS_BEFORE_GENITIVE: [&str; 16] = [
    "asystent", "asystentka", "zastępca", "zastępczyni", "pomocnik", "pomocnica", "pomoc", "doradca", "doradczyni", "opiekun", "opiekunka", "sekretarz",
    "sekretarka", "pełnomocnik", "rzecznik", "kierowca",
];
/// Minimum number of characters before the ending of a noun; shorter words are not changed.
const MIN_NOUN_STEM_CHARS: usize = 2;
const MIN_ADJECTIVE_STEM_CHARS: usize = 4;
/// Maximum number of foreign words before the noun: "Level Designera".
const MAX_FOREIGN_WORDS: usize = 2;

/// The base form of a title whose first words are inflected. `None` for other titles.
pub(super) fn uninflected(title: &str) -> Option<String> {
    let words: Vec<&str> = title.split(' ').collect();
    let mut base = Vec::with_capacity(words.len());
    let mut is_changed = false;
    let mut has_noun = false;
    let mut rest = words.iter();
    for (at, word) in rest.by_ref().enumerate() {
        let adjective = uninflected_adjective(word);
        let noun = || with_ending(word, &NOUN_ENDINGS, MIN_NOUN_STEM_CHARS);
        let is_first = at == 0;
        let is_foreign = at < MAX_FOREIGN_WORDS && !is_changed && word.starts_with(char::is_uppercase);
        if let Some(adjective) =
            adjective.filter(|_| (is_first || is_changed) && !NO_ADJECTIVES.contains(word))
        {
            base.push(adjective);
            is_changed = true;
        } else if let Some(noun) =
            noun().filter(|_| !has_noun && (is_first || is_changed || word.starts_with(char::is_uppercase)))
        {
            base.push(noun);
            (is_changed, has_noun) = (true, true);
        } else if is_foreign {
            has_noun |= NOUNS_BEFORE_GENITIVE.contains(&word.to_lowercase().as_str());
            base.push((*word).to_owned());
        } else {
            base.push((*word).to_owned());
            break;
        }
    }
    base.extend(rest.map(|word| (*word).to_owned()));
    is_changed.then(|| base.join(" "))
}

/// The nominative of an inflected adjective. `None` for other words.
pub(super) fn uninflected_adjective(word: &str) -> Option<String> {
    with_ending(word, &ADJECTIVE_ENDINGS, MIN_ADJECTIVE_STEM_CHARS)
}

/// Replaces the longest matching ending of a word, or of both words around a slash, by its nominative ending.
fn with_ending(word: &str, endings: &[(&str, &str)], min_stem: usize) -> Option<String> {
    if let Some((first, second)) = word.split_once('/') {
        let (first, second) = (
            with_ending(first, endings, min_stem)?,
            with_ending(second, endings, min_stem)?,
        );
        return Some(format!("{first}/{second}"));
    }
    let plain = word.trim_end_matches(',');
    let (ending, base) = endings
        .iter()
        // Comparing the last byte first is a fast check that rules out most endings.
        .filter(|(ending, _)| plain.as_bytes().last() == ending.as_bytes().last() && plain.ends_with(ending))
        .max_by_key(|(ending, _)| ending.len())?;
    let stem = plain.strip_suffix(ending)?;
    let is_long = stem.chars().count() >= min_stem || stem.is_empty();
    is_long.then(|| format!("{stem}{base}{}", word.get(plain.len()..).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::uninflected;

    #[test]
    fn inflected_title_is_as_in_a_list() {
        for (inflected, expected) in [
            ("asystenta prawnego", "asystent prawny"),
            ("młodszej księgowej", "młodsza księgowa"),
            (
                "młodszego specjalisty ds. projektów",
                "młodszy specjalista ds. projektów",
            ),
            (
                "nauczyciela wychowania przedszkolnego",
                "nauczyciel wychowania przedszkolnego",
            ),
            (
                "Specjalistę ds. gospodarki odpadami",
                "Specjalista ds. gospodarki odpadami",
            ),
            ("doradcy klienta", "doradca klienta"),
            ("asystenta sędziego", "asystent sędziego"),
            ("koordynatorką projektu", "koordynatorka projektu"),
            ("Level Designera", "Level Designer"),
            ("handlowca", "handlowiec"),
            ("rejestratorki medycznej", "rejestratorka medyczna"),
            ("technika farmaceutycznego", "technik farmaceutyczny"),
            (
                "specjalisty/specjalistki ds. kadr",
                "specjalista/specjalistka ds. kadr",
            ),
        ] {
            assert_eq!(uninflected(inflected).as_deref(), Some(expected), "{inflected}");
        }
    }

    #[test]
    fn title_of_a_list_is_unchanged() {
        for title in [
            "Asystent sędziego",
            "Asystent Dyrektora",
            "Zastępca Kierownika Sklepu",
            "Doradca Klienta Biznesowego",
            "Pracownik biurowy",
            "Logopeda",
            "Kierowca ambulansu",
            "Specjalista ds. projektów międzynarodowych",
            "Sprzedawczyni",
            "Główna księgowa",
            "Strażnik miejski",
            "Nurse, Ward 3",
            "Data Analyst",
        ] {
            assert_eq!(uninflected(title), None, "{title}");
        }
    }
}
