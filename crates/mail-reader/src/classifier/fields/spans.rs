//! Finds capitalized phrases in a text. They are candidates for title and company, in addition to what patterns capture.

use super::organizations::begins_organization;

/// A capitalized phrase and the words around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span<'t> {
    pub text: &'t str,
    /// The word before, with its punctuation; empty at the start of the line.
    pub before: &'t str,
    /// The word after; empty at the end of the line.
    pub after: &'t str,
    /// The line from the start of the phrase.
    pub line: &'t str,
}

/// Lowercase words and separators that may occur within a name.
const CONNECTORS: [&str; 57] = [
    "of", "and", "&", "for", "in", "de", "la", "le", "les", "du", "des", "del", "della", "delle", "di", "da",
    "do", "das", "dos", "e", "y", "et", "und", "für", "fuer", "van", "voor", "en", "och", "för", "i", "ds.",
    "w", "the", "-", "–", "—", "/", "|", "ve", "im", "am", "an", "op", "der", "den", "zu", "zur", "zum",
    "von", "vom", "bei", "av", "på", "à", "aux", "el",
];
/// Elided articles, prepositions and pronouns, which are not part of the name that follows: "d'Ingénieure".
const ELISIONS: [&str; 17] = [
    "d'", "l'", "qu'", "dell'", "all'", "nell'", "sull'", "dall'", "un'", "quest'", "nuest'", "s'", "j'",
    "m'", "t'", "n'", "c'",
];
/// Words that begin a new line or clause even without punctuation before them.
const CLAUSE_BEGINNINGS: [&str; 10] = [
    "Thank",
    "Thanks",
    "Unfortunately",
    "Merci",
    "Gracias",
    "Obrigado",
    "Obrigada",
    "Grazie",
    "Bonjour",
    "Dear",
];
/// Words that can begin a title, but also a sentence or a line.
const TITLE_BEGINNINGS: [&str; 18] = [
    "site",
    "office",
    "people",
    "talent",
    "test",
    "human",
    "call",
    "website",
    "email",
    "phone",
    "mobile",
    "recruitment",
    "recruiting",
    "part-time",
    "full-time",
    "hiring",
    "candidate",
    "page",
];
const MAX_SPAN_WORDS: usize = 14;

/// The capitalized phrases of a line. `is_function_word` recognizes lowercased words that begin sentences, such as "we".
pub fn find_spans(line: &str, is_function_word: impl Fn(&str) -> bool) -> Vec<Span<'_>> {
    let words: Vec<(usize, &str)> = words(line);
    let mut spans = Vec::new();
    let mut index = 0;
    while index < words.len() {
        let before = index
            .checked_sub(1)
            .and_then(|i| words.get(i))
            .map_or("", |(_, w)| w);
        let is_beginning = words.get(index).is_some_and(|(_, word)| {
            begins_name(word, &is_function_word)
                || (words
                    .get(index + 1)
                    .is_some_and(|(_, w)| begins_name(w, &is_function_word))
                    && begins_title(word, before))
        });
        if !is_beginning {
            index += 1;
            continue;
        }
        let start = index;
        let mut end = index;
        let mut next = index;
        let mut is_open = false;
        while let Some((_, word)) = words.get(next) {
            let is_name = is_open || continues_name(word);
            is_open = (is_open || word.contains('(')) && !word.contains(')');
            if is_name && CLAUSE_BEGINNINGS.contains(word) {
                break;
            }
            if is_name {
                end = next;
            } else if !CONNECTORS.contains(word) && !continues_organization(&words, start, next) {
                break;
            }
            let is_followed_by_name = words
                .get(next + 1)
                .is_some_and(|(_, w)| begins_name(w, &is_function_word));
            let ends = (word.ends_with(',') && !is_followed_by_name)
                || word.ends_with([';', ':', '!', '?', '…', '"', '”'])
                || (word.ends_with('.') && word.chars().filter(char::is_ascii_alphanumeric).count() > 4);
            next += 1;
            if (ends && !is_open) || next - start >= MAX_SPAN_WORDS {
                break;
            }
        }
        if let (Some((from, _)), Some((at, last))) = (words.get(start), words.get(end)) {
            let text = line.get(*from..at + last.len()).unwrap_or_default();
            let text = trim(text);
            let at = text.as_ptr().addr() - line.as_ptr().addr();
            spans.push(Span {
                text,
                line: line.get(at..).unwrap_or_default(),
                before: start
                    .checked_sub(1)
                    .and_then(|i| words.get(i))
                    .map_or("", |(_, w)| w),
                after: words.get(end + 1).map_or("", |(_, w)| w),
            });
        }
        index = end + 1;
    }
    spans.retain(|s| !s.text.is_empty());
    spans
}

/// All sequences of up to `MAX_LOWER_CASE_WORDS` lowercase words without function words that have a word before and after them.
pub fn lower_case_phrases<'t>(line: &'t str, is_function_word: impl Fn(&str) -> bool) -> Vec<Span<'t>> {
    let words: Vec<(usize, &'t str)> = words(line);
    let is_inside = |word: &str| word.starts_with(char::is_lowercase) && !is_function_word(word);
    let mut phrases = Vec::new();
    for (start, (from, _)) in words.iter().enumerate() {
        for length in 1..=MAX_LOWER_CASE_WORDS {
            let (Some(inside), Some((_, after)), Some((_, before))) = (
                words.get(start..start + length),
                words.get(start + length),
                start.checked_sub(1).and_then(|at| words.get(at)),
            ) else {
                break;
            };
            if !inside.iter().all(|(_, word)| is_inside(word)) {
                break;
            }
            if let Some((at, last)) = inside.last() {
                phrases.push(Span {
                    text: line.get(*from..at + last.len()).unwrap_or_default(),
                    before,
                    after,
                    line: line.get(*from..).unwrap_or_default(),
                });
            }
        }
    }
    phrases
}

/// Maximum number of words in a lowercase title.
pub(super) const MAX_LOWER_CASE_WORDS: usize = 4;
/// Connectors that belong to a title only if another word follows: "de" in "Chef de projet".
const TITLE_CONNECTORS: [&str; 26] = [
    "de", "del", "des", "du", "di", "della", "delle", "dei", "degli", "do", "da", "dos", "das", "la", "le",
    "les", "e", "et", "y", "i", "à", "au", "aux", "ds.", "ds", "al",
];
pub(super) const MAX_CONTINUATION_WORDS: usize = 6;

/// The phrase extended by the lowercase words that continue it: "Chef de projet digital" for "Chef"; `None` if there are none.
pub fn continued<'t>(span: &Span<'t>, is_function_word: impl Fn(&str) -> bool) -> Option<&'t str> {
    let rest = span.line.get(span.text.len()..)?.strip_prefix(' ')?;
    let start = span.text.len() + 1;
    let mut from = 0;
    let mut end = None;
    for word in rest.split(' ').take(MAX_CONTINUATION_WORDS) {
        let bare = word.trim_end_matches(|c: char| !c.is_alphanumeric() && c != '/');
        let elided = ELISIONS
            .iter()
            .find_map(|e| bare.strip_prefix(*e))
            .unwrap_or(bare);
        let is_connector = TITLE_CONNECTORS.contains(&word);
        let is_lower = elided.starts_with(char::is_lowercase);
        if !is_lower || (!is_connector && is_function_word(elided)) {
            break;
        }
        if !is_connector {
            end = Some(start + from + bare.len());
            if bare.len() < word.len() {
                break;
            }
        }
        from += word.len() + 1;
    }
    span.line.get(..end?)
}

/// The phrase extended by lowercase words up to the last title word among them: "Trainee dental nurse" for "Trainee".
pub fn continued_to_title_word<'t>(
    span: &Span<'t>,
    is_title_word: impl Fn(&str) -> bool,
    is_function_word: impl Fn(&str) -> bool,
) -> Option<&'t str> {
    let rest = span.line.get(span.text.len()..)?.strip_prefix(' ')?;
    let mut at = span.text.len() + 1;
    let mut end = None;
    for word in rest.split(' ').take(MAX_LOWER_CASE_WORDS - 1) {
        let bare = word.trim_end_matches(|c: char| !c.is_alphanumeric());
        if !bare.starts_with(char::is_lowercase) || is_function_word(bare) {
            break;
        }
        if is_title_word(bare) {
            end = Some(at + bare.len());
        }
        if bare.len() < word.len() {
            break;
        }
        at += word.len() + 1;
    }
    span.line.get(..end?)
}

/// Prepositions and articles that join the words of a title: "chef de projet".
pub(super) const GENITIVES: [&str; 20] = [
    "de", "del", "des", "du", "di", "della", "delle", "dei", "degli", "dell'", "do", "da", "dos", "das",
    "la", "le", "les", "d'", "l'", "en",
];

/// Splits a word into its elided article and the rest; the article is empty if there is none.
pub(super) fn split_elision(word: &str) -> (&str, &str) {
    if !word.contains('\'') {
        return ("", word);
    }
    ELISIONS
        .iter()
        .find(|e| word.len() > e.len() && word.starts_with(**e))
        .and_then(|e| word.split_at_checked(e.len()))
        .unwrap_or(("", word))
}

/// Estimated bytes per word including the space after it, used to preallocate the word list.
const MEAN_WORD_LEN: usize = 5;

/// The words of a line with their byte offsets. An elided article before a capitalized word is a separate word.
pub(super) fn words(line: &str) -> Vec<(usize, &str)> {
    let mut words = Vec::with_capacity(line.len() / MEAN_WORD_LEN + 1);
    let mut from = 0;
    for part in line.split(' ') {
        let find_elision = || {
            ELISIONS.iter().find(|e| {
                part.strip_prefix(**e)
                    .is_some_and(|rest| rest.starts_with(char::is_uppercase))
            })
        };
        let elision = part.contains('\'').then(find_elision).flatten();
        // In "Val d'Orne", the article is part of the name.
        let is_within = || {
            words.last().is_some_and(|(_, last): &(usize, &str)| {
                last.starts_with(char::is_uppercase)
                    && last.ends_with(char::is_alphanumeric)
                    && last.len() > 2
            })
        };
        if let Some(elision) = elision.filter(|e| !is_within() || !GENITIVES.contains(*e)) {
            let (article, rest) = part.split_at(elision.len());
            words.push((from, article));
            words.push((from + elision.len(), rest));
        } else if !part.is_empty() {
            words.push((from, part));
        }
        from += part.len() + 1;
    }
    words
}

fn begins_name(word: &str, is_function_word: &impl Fn(&str) -> bool) -> bool {
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
    let mut chars = bare.chars();
    let first = chars.next();
    let second = chars.next();
    let is_capital = |c: Option<char>| c.is_some_and(char::is_uppercase);
    // "iOS"
    (is_capital(first) || is_capital(second)) && !is_function_word(&bare.to_lowercase())
}

/// Whether a capitalized word that may also begin a sentence begins a title, because it follows a lowercase word or often begins titles:
/// "Site" in "for Site Reliability Engineer".
fn begins_title(word: &str, before: &str) -> bool {
    let is_within = before.starts_with(char::is_lowercase) && before.ends_with(char::is_alphanumeric);
    let is_plain =
        word.starts_with(char::is_uppercase) && word.chars().all(|c| c.is_alphabetic() || c == '-');
    is_plain && (is_within && word.len() > 3 || TITLE_BEGINNINGS.contains(&word.to_lowercase().as_str()))
}

/// Whether a lowercase word is part of an organization's name: "hospitalier" in "Centre hospitalier de Marcigny".
fn continues_organization(words: &[(usize, &str)], start: usize, at: usize) -> bool {
    let is_joined = |from: usize| {
        let mut rest = words.iter().skip(from).map(|(_, word)| *word);
        let has_genitive = rest.next().is_some_and(|word| GENITIVES.contains(&word));
        let next = rest.find(|word| !GENITIVES.contains(word)).unwrap_or_default();
        let (elision, name) = split_elision(next);
        has_genitive
            && name.starts_with(char::is_uppercase)
            && (elision.is_empty() || GENITIVES.contains(&elision))
    };
    let is_plain = |at: usize| {
        words
            .get(at)
            .is_some_and(|(_, word)| word.chars().all(char::is_lowercase) && word.chars().count() > 3)
    };
    let is_organization = || {
        words
            .get(start)
            .is_some_and(|(_, word)| begins_organization(word))
    };
    at <= start + 3
        && is_plain(at)
        && (is_joined(at + 1) || (is_plain(at + 1) && is_joined(at + 2)))
        && is_organization()
}

fn continues_name(word: &str) -> bool {
    let bare = word.trim_start_matches(['(', '"', '“', '[', '#', '\'']);
    let (_, bare) = split_elision(bare);
    bare.chars()
        .next()
        .is_some_and(|c| c.is_uppercase() || c.is_ascii_digit())
        // "iOS"
        || (!bare.contains(['/', '.', '-']) && bare.chars().skip(1).any(char::is_uppercase))
}

fn trim(text: &str) -> &str {
    let text = text.trim_matches(|c: char| {
        matches!(
            c,
            ',' | ';' | ':' | '!' | '?' | '…' | '"' | '“' | '”' | '\'' | '|' | '*' | ' '
        )
    });
    text.strip_suffix('.')
        .filter(|t| !t.ends_with("Inc") && !t.ends_with("Ltd") && !t.contains('.'))
        .unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(line: &str) -> Vec<&str> {
        find_spans(line, |w| ["thank", "we", "your", "the"].contains(&w))
            .into_iter()
            .map(|s| s.text)
            .collect()
    }

    #[test]
    fn continued_phrase_ends_before_a_function_word_or_a_name() {
        let continue_first = |line| {
            let is_function_word = |w: &str| ["nous", "a", "chez", "poste", "le"].contains(&w);
            let span = find_spans(line, is_function_word).into_iter().next()?;
            continued(&span, is_function_word)
        };
        assert_eq!(
            continue_first("le poste de Chef de projet digital nous intéresse"),
            Some("Chef de projet digital")
        );
        assert_eq!(
            continue_first("poste Chargée d'affaires, chez Lumen"),
            Some("Chargée d'affaires")
        );
        assert_eq!(continue_first("poste Chef de Lumen"), None);
        assert_eq!(continue_first("poste Chef a"), None);
    }

    #[test]
    fn span_of_organization_continues_in_lower_case() {
        assert_eq!(
            spans("la Clinique dentaire des Arcades et le Groupe Moss du Val d'Orne"),
            ["Clinique dentaire des Arcades et le Groupe Moss du Val d'Orne"]
        );
        assert_eq!(spans("Studio manager of Moss"), ["Studio", "Moss"]);
    }

    #[test]
    fn spans_are_capitalized_phrases_with_connectors_and_brackets() {
        assert_eq!(
            spans(
                "Thank you for applying to be a Registered Nurse - Paediatrics (Night roster) with us at Bluegum Health."
            ),
            ["Registered Nurse - Paediatrics (Night roster)", "Bluegum Health"]
        );
        assert_eq!(
            spans("Your application to Head of Learning & Culture, Northquay Inc. was sent."),
            ["Head of Learning & Culture, Northquay Inc."]
        );
        assert!(spans("we are reading it").is_empty());
    }
}
