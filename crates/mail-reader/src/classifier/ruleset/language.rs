//! Language rulesets: phrases for the status of an application, and patterns for titles and employers.

use super::{
    RulesetError,
    affixes::Affixes,
    pattern::PatternCompiler,
    pattern_index::PatternIndex,
    statements::{ContextToml, StatementRules, VerdictToml},
    word_set::WordSet,
};
use crate::classifier::explanation::RuleRef;
use aho_corasick::AhoCorasick;
use serde::Deserialize;
use std::{collections::BTreeMap, sync::OnceLock};
use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

/// Languages that are usually written without accents, so they need no separate rules for such text.
const PLAIN_LANGUAGES: [&str; 2] = ["en", "nl"];
/// Maximum length, in bytes, of a title word that must match a whole word; longer ones also match as suffixes.
const MAX_WHOLE_TITLE_WORD_LEN: usize = 4;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LanguageToml {
    code: String,
    version: i32,
    markers: Vec<String>,
    #[serde(default, rename = "characters")]
    _characters: String,
    #[serde(rename = "search_words")]
    _search_words: Vec<String>,
    #[serde(default)]
    words: BTreeMap<String, String>,
    text: TextToml,
    context: ContextToml,
    verdicts: Vec<VerdictToml>,
    fields: FieldsToml,
    names: NamesToml,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TextToml {
    conditions_start: Vec<String>,
    conditions_inside: Vec<String>,
    /// Words before a condition that make it a concession, such as "even" in "even if".
    #[serde(default)]
    concessions: Vec<String>,
    closings: Vec<String>,
    footers: Vec<String>,
    ignored_sentences: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FieldsToml {
    title_end: Vec<String>,
    company_end: Vec<String>,
    /// Labels before a colon.
    title_labels: Vec<String>,
    company_labels: Vec<String>,
    location_labels: Vec<String>,
    requisition_labels: Vec<String>,
    subject: Vec<String>,
    sentence: Vec<String>,
    signature: Vec<String>,
    display_name: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NamesToml {
    /// Removed from the beginning of a title.
    title_prefixes: Vec<String>,
    /// Removed from the end of a title.
    title_suffixes: Vec<String>,
    excluded_titles: Vec<String>,
    title_words: Vec<String>,
    company_prefixes: Vec<String>,
    company_suffixes: Vec<String>,
    excluded_companies: Vec<String>,
    /// Titles continue in lower case: "Chef de projet".
    #[serde(default)]
    titles_continue: bool,
    /// Words that show that a text is a sentence and not a name if it contains them in lower case.
    sentence_words: Vec<String>,
    /// Words that look like names because they are capitalized at the start of a sentence.
    sentence_starts: Vec<String>,
    before_title: Vec<String>,
    after_title: Vec<String>,
    before_company: Vec<String>,
    /// Words between a title and a location, with spaces around them.
    #[serde(default)]
    before_location: Vec<String>,
    /// Large cities.
    #[serde(default)]
    locations: Vec<String>,
    /// Separators between title and company.
    at: Vec<String>,
}

/// The part of a language file needed to detect the language. The rules are compiled when the first message in it is read.
pub struct LanguageFile {
    file: &'static str,
    content: &'static str,
    /// Function words.
    markers: WordSet,
    /// Characters that no other language with rules uses.
    pub characters: String,
    /// Search words for finding messages about applications in a mailbox.
    pub search_words: Vec<String>,
    /// The function words without accents.
    plain_markers: WordSet,
    language: OnceLock<Option<Language>>,
    /// The rules for text without accents; compiled when the first such message is read.
    plain_language: OnceLock<Option<Language>>,
}

#[derive(Deserialize)]
struct LanguageHeaderToml {
    markers: Vec<String>,
    #[serde(default)]
    characters: String,
    search_words: Vec<String>,
}

impl LanguageFile {
    pub fn parse(file: &'static str, content: &'static str) -> Result<Self, RulesetError> {
        let toml: LanguageHeaderToml = super::parse_toml(file, content)?;
        Ok(Self {
            file,
            content,
            plain_markers: toml.markers.iter().map(|m| without_accents(m, file)).collect(),
            markers: set(toml.markers),
            characters: toml.characters,
            search_words: toml.search_words,
            language: OnceLock::new(),
            plain_language: OnceLock::new(),
        })
    }

    /// The function words, with and without accents.
    pub fn markers(&self) -> [&WordSet; 2] {
        [&self.markers, &self.plain_markers]
    }

    /// The rules, or those for text without accents if `is_plain`. `None` if they are invalid, which the tests rule out.
    pub fn language(&self, is_plain: bool) -> Option<&Language> {
        if is_plain && !PLAIN_LANGUAGES.contains(&self.file) {
            let language = self.plain_language.get_or_init(|| {
                Language::parse(self.file, &without_accents(self.content, self.file), false).ok()
            });
            return language.as_ref();
        }
        let language = self
            .language
            .get_or_init(|| Language::parse(self.file, self.content, false).ok());
        language.as_ref()
    }
}

/// The compiled rules of a language.
pub struct Language {
    pub code: String,
    pub version: i32,
    /// Function words, used to detect the language of a text.
    pub markers: WordSet,
    /// The markers, sentence words and sentence starts: words that do not begin names.
    pub function_words: WordSet,
    pub text: TextRules,
    pub statements: StatementRules,
    pub fields: FieldRules,
    pub names: NameRules,
}

/// Rules for finding the signature, the footer and conditions in a text.
pub struct TextRules {
    /// Beginnings of conditional sentences, in lower case.
    pub conditions_start: Vec<String>,
    /// Words that begin a condition within a sentence, with spaces around them.
    pub conditions_inside: AhoCorasick,
    /// Words before a condition that make it a concession, in lower case.
    pub concessions: Vec<String>,
    /// Lines that end the text; a signature follows.
    pub closings: PatternIndex,
    /// Lines after which nothing is about the application.
    pub footers: PatternIndex,
    /// Sentences about other people or about what might happen.
    pub ignored_sentences: PatternIndex,
}

/// Patterns that capture fields.
pub struct FieldRules {
    pub subject: PatternIndex,
    pub sentence: PatternIndex,
    pub label: PatternIndex,
    pub signature: PatternIndex,
    pub display_name: PatternIndex,
}

/// Word lists for cleaning captured names and distinguishing titles from companies.
pub struct NameRules {
    pub title_prefixes: Affixes,
    pub title_suffixes: Affixes,
    pub excluded_titles: WordSet,
    /// Words that job titles end with or contain, without accents and in lower case.
    pub title_words: WordSet,
    pub company_prefixes: Affixes,
    pub company_suffixes: Affixes,
    pub excluded_companies: WordSet,
    /// Titles continue in lower case: "Chef de projet".
    pub titles_continue: bool,
    pub sentence_words: WordSet,
    /// Words that look like names because they are capitalized at the start of a sentence.
    pub sentence_starts: WordSet,
    /// Words before and after a phrase that show whether it is a title or a company.
    pub before_title: WordSet,
    pub after_title: WordSet,
    pub before_company: WordSet,
    pub before_location: Vec<String>,
    pub locations: WordSet,
    pub at: Vec<String>,
}

impl Language {
    /// A reference to a rule of the language.
    pub fn rule_ref<'r>(&'r self, rule: &'r str) -> RuleRef<'r> {
        RuleRef {
            ruleset: &self.code,
            version: self.version,
            rule,
        }
    }

    /// Whether a lowercase word is a function word of the language.
    pub fn is_marker(&self, word: &str) -> bool {
        self.markers.contains(word)
    }

    /// Compiles a language file.
    pub fn parse(file: &str, content: &str, is_strict: bool) -> Result<Self, RulesetError> {
        let toml: LanguageToml = super::parse_toml(file, content)?;
        let mut words = toml.words;
        let title_end = ends(&toml.fields.title_end);
        let company_end = ends(&toml.fields.company_end);
        // The title before the company may contain brackets and dashes.
        let both_end: Vec<String> = toml
            .fields
            .company_end
            .iter()
            .filter(|e| !matches!(e.as_str(), r" \(" | " [-–—] " | " \\|"))
            .cloned()
            .collect();
        let both_end = ends(&both_end);
        words.insert("T.".into(), format!("{{T}}{title_end}"));
        words.insert("TC.".into(), format!("{{TC}}{both_end}"));
        words.insert("C.".into(), format!("{{C}}{company_end}"));
        let compiler = PatternCompiler::new(file, &words, is_strict);
        let label = labels(&toml.fields);
        let index = |patterns: &[String]| PatternIndex::new(&compiler, patterns.iter().map(String::as_str));
        let function_words = [
            &toml.markers,
            &toml.names.sentence_words,
            &toml.names.sentence_starts,
        ];
        Ok(Self {
            function_words: function_words.into_iter().flatten().cloned().collect(),
            text: TextRules {
                conditions_start: toml.text.conditions_start,
                conditions_inside: AhoCorasick::new(&toml.text.conditions_inside)
                    .map_err(|e| compiler.error(e.to_string()))?,
                concessions: toml.text.concessions,
                closings: index(&toml.text.closings)?,
                footers: index(&toml.text.footers)?,
                ignored_sentences: index(&toml.text.ignored_sentences)?,
            },
            statements: StatementRules::compile(&compiler, toml.verdicts, &toml.context)?,
            fields: FieldRules {
                subject: index(&toml.fields.subject)?,
                sentence: index(&toml.fields.sentence)?,
                label: index(&label)?,
                signature: index(&toml.fields.signature)?,
                display_name: index(&toml.fields.display_name)?,
            },
            names: NameRules {
                title_prefixes: Affixes::prefixes(toml.names.title_prefixes),
                title_suffixes: Affixes::suffixes(toml.names.title_suffixes),
                excluded_titles: set(toml.names.excluded_titles),
                title_words: set(toml.names.title_words),
                company_prefixes: Affixes::prefixes(toml.names.company_prefixes),
                company_suffixes: Affixes::suffixes(toml.names.company_suffixes),
                excluded_companies: set(toml.names.excluded_companies),
                titles_continue: toml.names.titles_continue,
                sentence_words: set(toml.names.sentence_words),
                sentence_starts: set(toml.names.sentence_starts),
                before_title: set(toml.names.before_title),
                after_title: set(toml.names.after_title),
                before_company: set(toml.names.before_company),
                before_location: toml.names.before_location,
                locations: set(toml.names.locations),
                at: toml.names.at,
            },
            code: toml.code,
            version: toml.version,
            markers: set(toml.markers),
        })
    }
}

impl NameRules {
    /// Whether a folded text contains a word that job titles contain.
    pub fn has_title_word(&self, folded: &str) -> bool {
        folded.split(' ').any(|word| {
            // A long title word can also be the suffix of a word, as in "Bauingenieur".
            let endings = word
                .char_indices()
                .skip(1)
                .map(|(at, _)| word.get(at..).unwrap_or_default())
                .take_while(|ending| ending.len() > MAX_WHOLE_TITLE_WORD_LEN);
            std::iter::once(word)
                .chain(endings)
                .any(|w| self.title_words.contains(w))
        })
    }
}

/// Removes accents the way people do: "ue" for "ü" in German, otherwise the plain letter.
fn without_accents(text: &str, language: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if c.is_ascii() => plain.push(c),
            'ä' if language == "de" => plain.push_str("ae"),
            'ö' if language == "de" => plain.push_str("oe"),
            'ü' if language == "de" => plain.push_str("ue"),
            'ß' => plain.push_str("ss"),
            'ı' | 'İ' => plain.push('i'),
            'ł' | 'Ł' => plain.push('l'),
            'ø' => plain.push('o'),
            'æ' => plain.push_str("ae"),
            'œ' => plain.push_str("oe"),
            c => plain.extend(std::iter::once(c).nfd().filter(|c| !is_combining_mark(*c))),
        }
    }
    plain
}

fn set(words: Vec<String>) -> WordSet {
    words.into_iter().collect()
}

/// A regular expression for what may follow a captured name within a sentence.
fn ends(alternatives: &[String]) -> String {
    let mut all = vec!["{END}".to_owned()];
    all.extend(alternatives.iter().cloned());
    format!("(?:{})", all.join("|"))
}

/// Patterns for lines such as `Position: Data Analyst`.
fn labels(fields: &FieldsToml) -> Vec<String> {
    let groups = [
        (&fields.title_labels, "{T}"),
        (&fields.company_labels, "{C}"),
        (&fields.location_labels, "{L}"),
        (&fields.requisition_labels, "#?{R}"),
    ];
    groups
        .into_iter()
        .flat_map(|(labels, field)| {
            labels
                .iter()
                .map(move |label| format!(r"^[^\w\n]*{label} ?[:：] ?{field}$"))
        })
        .collect()
}
