//! Where sentences end, and which part of them is a condition.

/// Words that end in a full stop within a sentence.
const ABBREVIATIONS: [&str; 34] = [
    "dr", "mr", "mrs", "ms", "prof", "st", "mt", "sr", "jr", "no", "nr", "vs", "e.g", "i.e", "etc", "approx",
    "dept", "bzw", "z.b", "ca", "ggf", "inkl", "u.s", "u.k", "a.s", "a.ş", "ş", "ing", "dipl", "assoc",
    "asst", "mgr", "eng", "ph",
];
/// Legal forms: the sentence may end here or not; the next word tells.
const LEGAL: [&str; 10] = [
    "inc", "ltd", "co", "corp", "llc", "s.a", "s.r.l", "s.p.a", "b.v", "n.v",
];
/// Words that sentences after a legal form begin with.
const OPENERS: [&str; 42] = [
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
    "after",
];

/// Cuts a paragraph into sentences. A number, a name with a full stop and an abbreviation do not end one.
pub fn split(paragraph: &str) -> Vec<&str> {
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
        if !after.is_empty() && rest.starts_with(' ') && ends(c, before, after) {
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

fn ends(mark: char, before: &str, after: &str) -> bool {
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
    if LEGAL.contains(&word.as_str()) {
        let next = after.split([' ', ',']).next().unwrap_or_default().to_lowercase();
        return OPENERS.contains(&next.as_str());
    }
    let initial = word.chars().count() == 1 && word.chars().all(char::is_alphabetic) && word != "i";
    !initial && !ABBREVIATIONS.contains(&word.as_str())
}

/// Words that begin a condition wherever they stand in a sentence.
const CONDITIONS: [&str; 12] = [
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
/// Beginnings of sentences that are conditions as a whole.
const OPENINGS: [&str; 25] = [
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

/// The part of a sentence before its condition; nothing where the sentence begins with one.
pub fn before_condition(sentence: &str) -> &str {
    let opening: String = sentence.chars().take(20).flat_map(char::to_lowercase).collect();
    if OPENINGS.iter().any(|o| opening.starts_with(o)) {
        return "";
    }
    // Only in small letters: "What If Studios" is a name.
    let cut = CONDITIONS.iter().filter_map(|c| sentence.find(c)).min();
    cut.and_then(|at| sentence.get(..at)).unwrap_or(sentence).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_where_a_reader_would_say() {
        assert_eq!(
            split("Thank you. We have it! Is it? Yes"),
            ["Thank you.", "We have it!", "Is it?", "Yes"]
        );
        assert_eq!(
            split("Applying to Tideline Inc. We have it."),
            ["Applying to Tideline Inc.", "We have it."]
        );
        assert_eq!(
            split("Sent to Tideline Inc. Berlin today."),
            ["Sent to Tideline Inc. Berlin today."]
        );
        assert_eq!(
            split("For Dr. Veld Foods and Sr. Node.js Engineer v2.0 now."),
            ["For Dr. Veld Foods and Sr. Node.js Engineer v2.0 now."]
        );
        assert_eq!(split("Wait... what. ok"), ["Wait... what. ok"]);
        assert!(split("").is_empty());
    }

    #[test]
    fn names_are_no_conditions() {
        assert_eq!(
            before_condition("Thank you for applying to What If Studios."),
            "Thank you for applying to What If Studios."
        );
        assert_eq!(before_condition("Should you be selected, we call."), "");
        assert_eq!(before_condition("We call if it fits."), "We call");
    }
}
