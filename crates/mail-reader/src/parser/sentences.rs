//! Splits text into sentences.

/// Words followed by a full stop that does not end the sentence.
#[rustfmt::skip]
const ABBREVIATIONS: &[&str] = &[
    "dr", "mr", "mrs", "ms", "prof", "st", "mt", "sr", "jr", "no", "nr", "vs", "e.g", "i.e", "etc", "approx", "dept", "u.s", "u.k", "ing",
    "dipl", "assoc", "asst", "mgr", "eng", "ph",
    // German and Dutch
    "bzw", "z.b", "ca", "ggf", "inkl", "str", "tel", "evtl", "z.hd", "bzgl", "stellv", "techn", "wiss", "kaufm", "hr", "fr", "dipl.-ing",
    "d.h", "u.a", "i.d.r", "i.a", "bijv", "dhr", "mevr", "mw", "drs", "ir", "t.a.v", "m.b.t", "o.a", "d.d",
    // Turkish, Swedish, Polish and Romance languages
    "a.s", "a.ş", "ş", "san", "tic", "t.ex", "bl.a", "m.m", "dvs", "np", "m.in", "tzw", "ds", "ul", "sp", "z.o", "m", "mme", "mlle", "sig", "dott", "sr.a", "sra", "dra", "av",
];
/// Legal forms. The full stop after one ends the sentence only if the next word is one of [`SENTENCE_STARTERS`].
const LEGAL_FORMS: &[&str] = &[
    "inc", "ltd", "co", "corp", "llc", "s.a", "s.r.l", "s.p.a", "b.v", "n.v", "pty", "pvt", "bhd", "z.o.o",
    "o.o", "s.l", "s.a.s", "lda", "ltda", "şti",
];
/// Words beside times of day, to which the same rule applies: "2 p.m. EST", "kl. 14".
const TIME_WORDS: &[&str] = &["a.m", "p.m", "kl", "godz"];
/// Words that often begin a sentence.
#[rustfmt::skip]
const SENTENCE_STARTERS: &[&str] = &[
    "we", "we've", "we're", "we'll", "our", "your", "you", "you'll", "the", "this", "it", "if", "in", "once", "please", "thank", "thanks",
    "a", "an", "as", "at", "should", "unfortunately", "while", "i", "i'm", "good", "that", "to", "after", "because", "my", "one", "someone",
    "best", "when", "there", "here", "after",
    "wir", "sie", "ihr", "ihre", "du", "dein", "deine", "unser", "unsere", "vielen", "danke", "leider", "nach", "gerne", "bitte", "das",
    "die", "der", "wenn", "falls", "für", "im",
    "wij", "je", "jij", "jouw", "uw", "u", "na", "op", "binnen", "helaas", "dank", "bedankt", "hartelijk", "het", "de", "een", "dit", "dat",
    "met", "deze", "voor", "ons", "onze", "graag", "er",
    "nous", "votre", "notre", "vous", "merci", "malheureusement", "après", "le", "la", "les", "ce", "cette",
    "hemos", "su", "tu", "gracias", "lamentablemente", "nuestro", "nuestra", "el", "los", "te", "le",
    "abbiamo", "grazie", "purtroppo", "il", "lo", "ti", "la", "nostro", "recebemos", "obrigado", "obrigada", "infelizmente", "o", "nossa",
    "vi", "tack", "din", "ditt", "tyvärr", "efter", "det", "dziękujemy", "twoja", "państwa", "niestety", "po", "teşekkür", "başvurunuz",
    "maalesef", "size", "ekibimiz",
];

/// Splits a paragraph into sentences. Full stops in numbers, names and abbreviations do not end a sentence.
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
    // An ordinal number, as in "3. März".
    let is_ordinal = word.len() <= 2 && !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit());
    if is_ordinal || LEGAL_FORMS.contains(&word.as_str()) || TIME_WORDS.contains(&word.as_str()) {
        let next = after.split([' ', ',']).next().unwrap_or_default().to_lowercase();
        return SENTENCE_STARTERS.contains(&next.as_str());
    }
    let is_initial = word.chars().count() == 1 && word.chars().all(char::is_alphabetic) && word != "i";
    !is_initial && !ABBREVIATIONS.contains(&word.as_str())
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
        assert_eq!(
            split_sentences("Ihre Bewerbung vom 3. März ist da. Danke."),
            ["Ihre Bewerbung vom 3. März ist da.", "Danke."]
        );
        assert_eq!(
            split_sentences("On 3 March at 2 p.m. EST. Call at 3 p.m. If you cannot come, write."),
            [
                "On 3 March at 2 p.m. EST.",
                "Call at 3 p.m.",
                "If you cannot come, write."
            ]
        );
        assert_eq!(
            split_sentences("Torsdag kl. 14 passar."),
            ["Torsdag kl. 14 passar."]
        );
        assert!(split_sentences("").is_empty());
    }
}
