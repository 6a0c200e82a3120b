//! The company as mails are matched to it.

use crate::text::fold;

/// Words that say what kind of company it is, not which.
const LEGAL: [&str; 22] = [
    "inc",
    "incorporated",
    "llc",
    "ltd",
    "limited",
    "corp",
    "corporation",
    "co",
    "company",
    "gmbh",
    "ag",
    "se",
    "sa",
    "sas",
    "sarl",
    "srl",
    "spa",
    "bv",
    "nv",
    "ab",
    "oy",
    "plc",
];

/// Without case, accents, signs and legal form: `Hearth Homes, Inc.` and `HEARTH HOMES` are one company; `Hearth` alone is
/// another.
pub(crate) fn match_key(company: &str) -> String {
    let folded = fold(company);
    let words: Vec<&str> = folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .collect();
    let kept = words
        .iter()
        .rposition(|w| !LEGAL.contains(w))
        .map_or(words.len(), |last| last + 1);
    words[..kept].join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn legal_forms_do_not_matter_and_first_words_are_not_enough() {
        assert_eq!(match_key("Hearth Homes, Inc."), match_key("HEARTH  HOMES"));
        assert_eq!(match_key("Müller & Söhne GmbH"), "muller sohne");
        assert_ne!(match_key("Hearth Homes"), match_key("Hearth"));
        assert_eq!(match_key("Limited"), "limited");
    }
}
