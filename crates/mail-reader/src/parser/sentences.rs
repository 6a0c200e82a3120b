//! Splits text into sentences and finds conditional clauses.

/// Words followed by a full stop that does not end the sentence.
const ABBREVIATIONS: [&str; 34] = [
    "dr", "mr", "mrs", "ms", "prof", "st", "mt", "sr", "jr", "no", "nr", "vs", "e.g", "i.e", "etc", "approx",
    "dept", "bzw", "z.b", "ca", "ggf", "inkl", "u.s", "u.k", "a.s", "a.ş", "ş", "ing", "dipl", "assoc",
    "asst", "mgr", "eng", "ph",
];
/// After a legal form the sentence ends only if the next word is one of [`SENTENCE_STARTERS`].
const LEGAL_FORMS: [&str; 10] = [
    "inc", "ltd", "co", "corp", "llc", "s.a", "s.r.l", "s.p.a", "b.v", "n.v",
];
/// Words that begin a sentence.
const SENTENCE_STARTERS: [&str; 41] = [
    "we",
    "we've",
    "we're",
    "we'll",
    "our",
    "your",
    "you",
    "you'll",
    "the",
    "this",
    "it",
    "if",
    "in",
    "once",
    "please",
    "thank",
    "thanks",
    "a",
    "an",
    "as",
    "at",
    "should",
    "unfortunately",
    "while",
    "i",
    "i'm",
    "good",
    "that",
    "to",
    "after",
    "because",
    "my",
    "one",
    "someone",
    "best",
    "when",
    "there",
    "here",
    "wir",
    "ihre",
    "nous",
];

/// Splits a paragraph into sentences. Full stops in numbers, names and abbreviations do not end one.
pub fn split_sentences(paragraph: &str) -> Vec<&str> {
    let mut sentences = Vec::new();
    let mut start = 0;
    let mut chars = paragraph.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if !matches!(c, '.' | '!' | '?' | '…') {
            continue;
        }
        let mut end = at + c.len_utf8();
        while let Some((next, q)) = chars.peek().copied() {
            if !matches!(q, '.' | '!' | '?' | '…' | '"' | '\'' | '”' | '»' | ')') {
                break;
            }
            end = next + q.len_utf8();
            chars.next();
        }
        let Some(rest) = paragraph.get(end..) else { break };
        let (before, after) = (paragraph.get(start..at).unwrap_or_default(), rest.trim_start());
        if !after.is_empty() && rest.starts_with(' ') && is_sentence_end(c, before, after) {
            sentences.push(paragraph.get(start..end).unwrap_or_default().trim());
            start = end;
        }
    }
    let last = paragraph.get(start..).unwrap_or_default().trim();
    if !last.is_empty() {
        sentences.push(last);
    }
    sentences
}

fn is_sentence_end(mark: char, before: &str, after: &str) -> bool {
    if after.starts_with(|c: char| c.is_lowercase()) {
        return false;
    }
    if mark != '.' {
        return true;
    }
    let word = before
        .rsplit([' ', '(', '"'])
        .next()
        .unwrap_or_default()
        .to_lowercase();
    if LEGAL_FORMS.contains(&word.as_str()) {
        let next = after.split([' ', ',']).next().unwrap_or_default().to_lowercase();
        return SENTENCE_STARTERS.contains(&next.as_str());
    }
    let is_initial = word.chars().count() == 1 && word.chars().all(char::is_alphabetic) && word != "i";
    !is_initial && !ABBREVIATIONS.contains(&word.as_str())
}

/// Words that begin a condition within a sentence.
const CONDITION_WORDS: [&str; 12] = [
    " if ",
    " whether ",
    " in case ",
    " in the event ",
    " provided that ",
    " unless ",
    " falls ",
    " sofern ",
    " wenn ",
    " once ",
    " as soon as ",
    " until ",
];
/// A sentence with one of these beginnings is a condition as a whole.
const CONDITION_PREFIXES: [&str; 25] = [
    "if ",
    "whether ",
    "in case ",
    "in the event ",
    "unless ",
    "should you ",
    "should your ",
    "should we ",
    "should there ",
    "provided ",
    "falls ",
    "sofern ",
    "wenn ",
    "sollten ",
    "sollte ",
    "si votre ",
    "si vous ",
    "si tu ",
    "si su ",
    "se il ",
    "se la ",
    "eğer ",
    "once ",
    "as soon as ",
    "until ",
];

/// The part of a sentence before its condition; empty if the sentence begins with one.
pub fn before_condition(sentence: &str) -> &str {
    let beginning: String = sentence.chars().take(20).flat_map(char::to_lowercase).collect();
    if CONDITION_PREFIXES.iter().any(|p| beginning.starts_with(p)) {
        return "";
    }
    // Case-sensitive: "What If Studios" is a name.
    let end = CONDITION_WORDS.iter().filter_map(|c| sentence.find(c)).min();
    end.and_then(|at| sentence.get(..at)).unwrap_or(sentence).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn abbreviations_and_names_do_not_end_a_sentence() {
        assert_eq!(
            split_sentences("Thank you. We have it! Is it? Yes"),
            ["Thank you.", "We have it!", "Is it?", "Yes"]
        );
        assert_eq!(
            split_sentences("Applying to Tideline Inc. We have it."),
            ["Applying to Tideline Inc.", "We have it."]
        );
        assert_eq!(
            split_sentences("Sent to Tideline Inc. Berlin today."),
            ["Sent to Tideline Inc. Berlin today."]
        );
        assert_eq!(
            split_sentences("For Dr. Veld Foods and Sr. Node.js Engineer v2.0 now."),
            ["For Dr. Veld Foods and Sr. Node.js Engineer v2.0 now."]
        );
        assert_eq!(split_sentences("Wait... what. ok"), ["Wait... what. ok"]);
        assert!(split_sentences("").is_empty());
    }

    #[test]
    fn condition_is_cut_off_but_names_are_kept() {
        assert_eq!(
            before_condition("Thank you for applying to What If Studios."),
            "Thank you for applying to What If Studios."
        );
        assert_eq!(before_condition("Should you be selected, we call."), "");
        assert_eq!(before_condition("We call if it fits."), "We call");
    }
}
