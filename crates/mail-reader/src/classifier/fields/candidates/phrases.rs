//! Adds phrases that no pattern captures as candidates.

use super::FieldCandidates;
use crate::classifier::fields::{
    division::split_parts,
    lower_case::{LowerCaseTitle, lower_case_titles},
    names::NameContext,
    organizations::is_organization_phrase,
    source::FieldSource,
    spans::{continued, continued_to_title_word, find_spans, lower_case_phrases},
};
use crate::classifier::ruleset::StaticWordSet;
use std::sync::LazyLock;

/// Share of a phrase that the words around it identify.
const CONTEXT_SHARE: f32 = 1.3;
/// Factor for a title with the text after its dash or comma.
const EXTENDED_SHARE: f32 = 0.9;
/// Factor for a title that continues in lower case, compared with its capitalized beginning.
const CONTINUED_SHARE: f32 = 1.15;
/// Factor for a title with the text after its dash, or after its comma if a word that follows titles comes next.
const ENCLOSED_SHARE: f32 = 1.3;
/// Share of a subject that consists only of a title.
const BARE_SUBJECT_SHARE: f32 = 0.5;
/// Share of a lowercase title that only the words before it identify.
const INTRODUCED_SHARE: f32 = 0.3;
/// Maximum number of words of a subject that may be a title.
const MAX_BARE_SUBJECT_WORDS: usize = 5;
/// Share of a phrase that may be a company, but without evidence for it.
const UNCERTAIN_SPAN_SHARE: f32 = 0.3;

impl FieldCandidates<'_> {
    /// Adds the capitalized phrases of a line as titles and companies.
    pub fn add_spans(&mut self, context: &NameContext<'_>, line: &str, source: FieldSource) {
        for span in find_spans(line, |word| context.is_function_word(word)) {
            let parts = split_parts(span.text);
            let is_title = |part: &&str| context.has_title_word(part);
            let beginning = line.strip_suffix(span.line).unwrap_or_default();
            let is_title_by_context =
                context.is_title_between(span.before, span.after) || context.is_title_behind(beginning);
            let is_named = context.is_before_title(span.before) || context.is_after_title(span.after);
            let share = if is_named { CONTEXT_SHARE } else { 1.0 };
            if context.do_titles_continue()
                && source != FieldSource::Signature
                && parts.last().is_some_and(is_title)
                && let Some(text) = continued(&span, |word| context.is_function_word(word))
            {
                self.push(source, "title", text, share * CONTINUED_SHARE);
            }
            // "Trainee dental nurse", "Head chef"
            if !context.do_titles_continue()
                && source != FieldSource::Signature
                && !span.text.contains([',', '.', ':'])
                && (is_named || span.before.is_empty() || parts.last().is_some_and(is_title))
                && let Some(text) = continued_to_title_word(
                    &span,
                    |word| context.has_title_word(word),
                    |word| context.is_function_word(word),
                )
                && !context.is_recipient_first(text)
                && !is_writer_or_reader(text)
            {
                self.push(source, "title", text, share * CONTINUED_SHARE);
            }
            if parts.len() > 1 && source != FieldSource::Signature && parts.first().is_some_and(is_title) {
                // "Meter Reader - Seasonal", "Data Analyst, Marketplace"
                let is_enclosed = context.is_after_title(span.after) || !span.text.contains(", ");
                let share = if is_enclosed {
                    share * ENCLOSED_SHARE
                } else {
                    share * EXTENDED_SHARE
                };
                self.push(source, "title", span.text, share);
            }
            for part in parts {
                if is_organization_phrase(part) {
                    // "Clinique vétérinaire des Arcades"
                    self.push(source, "company", part, 1.0);
                } else if context.has_title_word(part) {
                    // In a signature, it is the author's own title.
                    if source != FieldSource::Signature {
                        self.push(source, "title", part, share);
                    }
                } else if is_title_by_context && source != FieldSource::Signature {
                    // "the Happiness Hero position"
                    self.push(source, "title", part, CONTEXT_SHARE);
                } else if context.is_before_company(span.before) {
                    self.push(source, "company", part, 1.0);
                } else {
                    self.push(source, "company", part, UNCERTAIN_SPAN_SHARE);
                }
            }
        }
    }

    /// Adds lowercase titles between words that precede and follow titles: "the shop manager job".
    pub fn add_lower_case_titles(&mut self, context: &NameContext<'_>, line: &str, source: FieldSource) {
        for phrase in lower_case_phrases(line, |word| context.is_function_word(word)) {
            let is_enclosed = context.is_before_title(phrase.before) && context.is_after_title(phrase.after);
            if is_enclosed && context.has_title_word(phrase.text) {
                self.push(source, "title", phrase.text, 1.0);
            }
        }
    }

    /// Adds lowercase titles after words such as "as a", with a low share so that other titles are preferred: "I need a sous chef".
    pub fn add_introduced_titles(&mut self, context: &NameContext<'_>, line: &str, source: FieldSource) {
        let may_introduce = |word: &str| {
            INTRODUCTIONS.contains(word)
                || (word.starts_with(char::is_uppercase)
                    && INTRODUCTIONS.contains(word.to_lowercase().as_str()))
        };
        let titles = lower_case_titles(
            line,
            context.do_titles_continue(),
            may_introduce,
            |word| context.has_title_word(word),
            |word| context.is_function_word(word),
        );
        for title in titles {
            if is_introduced(&title) {
                self.push(source, "title", title.text, INTRODUCED_SHARE);
            }
        }
    }

    /// Adds a short subject as a title if it consists only of a title ("Dental receptionist") or if a sentence repeats it ("Wrangler").
    pub fn add_bare_subject(&mut self, context: &NameContext<'_>, subject: &str, sentences: &[&str]) {
        let is_short = (1..=MAX_BARE_SUBJECT_WORDS).contains(&subject.split(' ').count());
        let is_repeated = || {
            sentences.iter().any(|sentence| {
                sentence.split_once(subject).is_some_and(|(before, after)| {
                    before.ends_with(' ') && !after.starts_with(char::is_alphanumeric)
                })
            })
        };
        let first = subject.split(' ').next().unwrap_or_default().to_lowercase();
        if !is_short || context.is_function_word(&first) {
            return;
        }
        if is_title_only(context, subject) {
            self.push(FieldSource::SubjectSpan, "title", subject, BARE_SUBJECT_SHARE);
        }
        if is_repeated() {
            self.push(FieldSource::SubjectSpan, "title", subject, CONTEXT_SHARE);
            self.push(FieldSource::TextSpan, "title", subject, 1.0);
        }
    }
}

/// Whether a lowercase phrase refers to the author or the reader rather than to a job: "a real person", "Owen mate".
fn is_writer_or_reader(text: &str) -> bool {
    ["person", "recruiter", "mate", "hiring manager"]
        .iter()
        .any(|word| text.ends_with(word))
}

/// Words that introduce a title, whatever precedes them.
const BEFORE_TITLES: &[&str] = &[
    "as",
    "be",
    "become",
    "becoming",
    "comme",
    "como",
    "come",
    "de",
    "d'",
    "di",
    "candidature",
    "vaga",
    "puesto",
    "vacante",
    "poste",
];
const ARTICLES: &[&str] = &["a", "an", "our", "un", "une", "una", "um", "uma", "un'"];
const POSSESSIVES: &[&str] = &[
    "our", "new", "next", "nuestra", "nuestro", "nueva", "nuevo", "nossa", "nosso", "nova", "novo", "notre",
    "nostra", "nostro",
];
/// Words required before one of the `POSSESSIVES`: "our" before "new" in "that you were our new receptionist".
const BEFORE_POSSESSIVES: &[&str] = &[
    "be", "our", "fueras", "seas", "nuestra", "nuestro", "seja", "nossa", "nosso",
];
/// All words that can directly precede a lowercase title.
static INTRODUCTIONS: LazyLock<StaticWordSet> = LazyLock::new(|| {
    let words = BEFORE_TITLES.iter().chain(ARTICLES).chain(POSSESSIVES);
    words.copied().collect()
});

/// Whether the words before a lowercase title introduce it.
fn is_introduced(title: &LowerCaseTitle<'_>) -> bool {
    let before = title.before.to_lowercase();
    let introduction = title.introduction.to_lowercase();
    let is_before_title = |word: &str| BEFORE_TITLES.contains(&word);
    if is_writer_or_reader(title.text) {
        return false;
    }
    is_before_title(&before)
        || (POSSESSIVES.contains(&before.as_str()) && BEFORE_POSSESSIVES.contains(&introduction.as_str()))
        || (ARTICLES.contains(&before.as_str()) && (title.words > 1 || is_before_title(&introduction)))
}

/// Whether a subject consists of a title, with at most a word such as "job" after it.
fn is_title_only(context: &NameContext<'_>, subject: &str) -> bool {
    context.clean_title(subject, None).is_some_and(|title| {
        context.has_title_word(&title)
            && title.split(' ').all(|word| {
                word.starts_with(char::is_alphabetic)
                    && word.chars().all(|c| c.is_alphabetic() || c == '-')
                    && !context.is_function_word(&word.to_lowercase())
            })
    })
}
