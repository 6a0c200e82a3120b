//! Splits captured text: phrases at dashes and commas, and "title at company" at its separator.

pub fn capitalize(word: &str) -> String {
    let mut chars = word.chars();
    chars
        .next()
        .map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

/// Splits a phrase at dashes, bars and commas; a part with a bracket is not split at commas.
pub fn split_parts(text: &str) -> Vec<&str> {
    let mut parts = vec![text];
    for separator in [" - ", " – ", " — ", " | ", ", "] {
        parts = parts
            .into_iter()
            .flat_map(|part| {
                if separator == ", " && part.contains('(') {
                    vec![part]
                } else {
                    part.split(separator).collect()
                }
            })
            .filter(|part| !part.trim().is_empty())
            .collect();
    }
    parts
}

/// Whether a separator also occurs within titles: "de" in "Jefe de taller de Talleres Urkiola".
fn is_genitive(separator: &str) -> bool {
    let word = separator.trim();
    word.len() <= 3 && word != "at" && word.chars().all(char::is_alphabetic)
}

/// The ways to split a text at one of the separators, from left to right, with text on both sides.
pub fn divide<'a>(value: &'a str, separators: &[&str]) -> Vec<(&'a str, &'a str)> {
    let mut divisions: Vec<(usize, &str, &str)> = separators
        .iter()
        .flat_map(|separator| {
            value
                .match_indices(separator)
                .filter_map(|(at, _)| Some((at, value.get(..at)?, value.get(at + separator.len()..)?)))
                .filter(|(_, _, company)| !is_genitive(separator) || !company.starts_with(char::is_lowercase))
        })
        .filter(|(_, a, b)| !a.trim().is_empty() && !b.trim().is_empty())
        .collect();
    divisions.sort_by_key(|(at, _, _)| *at);
    divisions.into_iter().map(|(_, a, b)| (a, b)).collect()
}
