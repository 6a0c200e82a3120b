//! Word frequencies in titles and companies.

use domain::metrics::WordCount;
use std::collections::{BTreeMap, BTreeSet};
use unicode_segmentation::UnicodeSegmentation as _;

/// English and German stop words.
const STOP_WORDS: &str = "a about above after again all also am an and any are as at be because been before being below between both \
    but by can could did do does doing down during each few for from further had has have having he her here hers him his how i \
    if in into is it its itself just me more most my no nor not now of off on once only or other our out over own per same she \
    should so some such than that the their them then there these they this those through to too under until up us very via was \
    we were what when where which while who whom why will with within without would you your \
    aber alle als am an auch auf aus bei bin bis bist da damit das dass dein dem den der des die dir doch du durch ein eine einem \
    einen einer eines er es für gegen hat hatte ich ihm ihn ihr im in ist ja kann mein mit nach nicht noch nur oder ohne sein seine \
    sich sie sind so über um und uns unser unter vom von vor war was wenn wer wie wir wird zu zum zur zwischen";

/// Counts each word once per application; most frequent first, ties A to Z.
pub(super) fn count_words(texts: &[(String, i64)], limit: usize) -> Vec<WordCount> {
    let stop_words: BTreeSet<&str> = STOP_WORDS.split_ascii_whitespace().collect();
    let mut counts: BTreeMap<String, i64> = BTreeMap::new();
    for (text, n) in texts {
        let folded = fold_case(text);
        let words: BTreeSet<&str> = folded
            .unicode_words()
            .filter(|w| is_countable(w) && !stop_words.contains(w))
            .collect();
        for word in words {
            *counts.entry(word.to_owned()).or_default() += n;
        }
    }
    let mut words: Vec<WordCount> = counts
        .into_iter()
        .map(|(word, value)| WordCount { word, value })
        .collect();
    words.sort_by(|a, b| b.value.cmp(&a.value).then_with(|| a.word.cmp(&b.word)));
    words.truncate(limit);
    words
}

/// Approximates full case folding (Unicode 3.13): lower case, ß as ss, ς as σ.
fn fold_case(text: &str) -> String {
    text.to_lowercase().replace('ß', "ss").replace('ς', "σ")
}

/// Whether the word has at least two characters and is not a number.
fn is_countable(word: &str) -> bool {
    word.chars().nth(1).is_some() && word.chars().any(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn count_words_repeated_word_counts_once_per_application() {
        let texts = [
            (
                "Data Analyst, Data & Insights\nDATA for the World 2024".to_owned(),
                2,
            ),
            ("Analyst (m/w/d) für Straßen\nA1 3D 42".to_owned(), 1),
        ];
        let found: Vec<_> = count_words(&texts, 100)
            .into_iter()
            .map(|w| (w.word, w.value))
            .collect();
        assert_eq!(found[0], ("analyst".into(), 3));
        assert_eq!(found[1], ("data".into(), 2));
        assert!(found.contains(&("strassen".into(), 1)) && found.contains(&("a1".into(), 1)));
        for excluded in ["für", "the", "for", "m", "42", "2024"] {
            assert!(!found.iter().any(|(w, _)| w == excluded), "{excluded}");
        }
        assert_eq!(count_words(&texts, 1).len(), 1);
    }
}
