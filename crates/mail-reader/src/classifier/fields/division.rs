//! Divides what was captured: phrases at dashes and commas, and "title at company".

pub fn capitalize(word: &str) -> String {
    let mut chars = word.chars();
    chars
        .next()
        .map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

/// The parts of a phrase between dashes, bars and commas.
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

/// Whether a separator also stands within titles: "Jefe de taller de Talleres Urkiola".
fn is_genitive(separator: &str) -> bool {
    let word = separator.trim();
    word.len() <= 3 && word != "at" && word.chars().all(char::is_alphabetic)
}

/// The divisions of a text at its separators, with text on both sides.
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
