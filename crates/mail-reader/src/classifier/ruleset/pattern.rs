//! The pattern language of the rulesets: regular expressions with placeholders.

use super::{
    RulesetError,
    matcher::{Matcher, MatcherError},
    requirement::Requirement,
    starts::Starts,
};
use std::{collections::BTreeMap, ops::Range, sync::OnceLock};

/// Placeholders available in all patterns. Captures are limited by the line instead of a repetition count, which keeps matching linear; the
/// length of a captured value is checked afterwards.
const PLACEHOLDERS: [(&str, &str); 9] = [
    ("{END}", r#"[.!?…:"”]*$"#),
    // A bracketed part is matched as a whole, so that a capture does not end inside it.
    ("{TC}", r"(?<title_at_company>(?:[^\n(]|\([^\n()]*\))+?)"),
    ("{T}", r"(?<title>(?:[^\n(]|\([^\n()]*\))+?)"),
    ("{C}", r"(?<company>[^\n]+?)"),
    ("{L}", r"(?<location>[^\n]+?)"),
    (
        "{R}",
        r"(?<requisition>(?:[A-Za-z]{1,6}[-_/ ]?){0,3}\d[\w/-]{2,20})",
    ),
    ("{D}", r"(?<applied_on>[^\n]+?)"),
    (" ~ ", r"(?: \S+){0,8} "),
    // Word boundaries are ASCII-only, so that the matcher and the index agree on them.
    (r"\b", r"(?-u:\b)"),
];
/// Replaces `\p{` while placeholders are expanded, so that `\p{L}` is not taken for one.
const PROPERTY_MARK: &str = "\u{1}p";
/// Maximum nesting depth of placeholders.
const MAX_DEPTH: usize = 4;

/// The text that a pattern is run on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// A single sentence, line or subject: `^` and `$` match only at its start and end.
    Line,
    /// Several lines: `^` and `$` match at the start and end of each.
    Lines,
}

/// A pattern that is compiled on first use, because most patterns of most languages are never used.
#[derive(Debug)]
pub struct LazyRegex {
    source: String,
    extent: Extent,
    matcher: OnceLock<Option<Matcher>>,
}

impl LazyRegex {
    fn new(source: String, extent: Extent) -> Self {
        Self {
            source,
            extent,
            matcher: OnceLock::new(),
        }
    }

    fn compile(source: &str, extent: Extent) -> Result<Matcher, MatcherError> {
        Matcher::new(source, extent == Extent::Lines)
    }

    /// `None` if the pattern is invalid, which the tests rule out.
    fn get(&self) -> Option<&Matcher> {
        self.matcher
            .get_or_init(|| Self::compile(&self.source, self.extent).ok())
            .as_ref()
    }

    pub fn is_match(&self, text: &str) -> bool {
        self.find(text).is_some()
    }

    /// Whether the pattern matches. `starts` limits where a match can begin.
    pub fn is_match_at(&self, text: &str, starts: &Starts) -> bool {
        self.find_at(text, starts).is_some()
    }

    /// The text of the first match.
    pub fn find<'t>(&self, text: &'t str) -> Option<&'t str> {
        self.find_at(text, &Starts::UNKNOWN)
    }

    /// The text of the first match. `starts` limits where it can begin.
    pub fn find_at<'t>(&self, text: &'t str, starts: &Starts) -> Option<&'t str> {
        let matcher = self.get()?;
        let found = match starts.sorted() {
            Some(starts) => matcher.find_at(text, starts.iter().copied()),
            None => matcher.find(text, 0),
        };
        text.get(found?)
    }

    pub fn count(&self, text: &str) -> usize {
        self.get().map_or(0, |matcher| matcher.count(text))
    }

    /// Names and byte ranges of the captures of the first match. `starts` limits where it can begin.
    pub fn captures_at(&self, text: &str, starts: &Starts) -> Option<Vec<(&str, Range<usize>)>> {
        let matcher = self.get()?;
        match starts.sorted() {
            Some(starts) => matcher.captures_at(text, starts.iter().copied()),
            None => matcher.captures(text),
        }
    }
}

/// Compiles the patterns of a ruleset.
pub struct PatternCompiler<'a> {
    ruleset: &'a str,
    /// Compile each pattern immediately, to find invalid ones.
    is_strict: bool,
    /// The placeholders of the ruleset: `{name}` and its regular expression.
    words: BTreeMap<String, String>,
}

impl<'a> PatternCompiler<'a> {
    pub fn new(ruleset: &'a str, words: &BTreeMap<String, String>, is_strict: bool) -> Self {
        let words = words
            .iter()
            .map(|(name, regex)| (format!("{{{name}}}"), format!("(?:{regex})")))
            .collect();
        Self {
            ruleset,
            is_strict,
            words,
        }
    }

    pub fn error(&self, reason: impl Into<String>) -> RulesetError {
        RulesetError {
            ruleset: self.ruleset.into(),
            reason: reason.into(),
        }
    }

    fn expand(&self, pattern: &str) -> String {
        // `\p{L}` is a character class, not a placeholder.
        let mut expanded = pattern.replace(r"\p{", PROPERTY_MARK);
        for _ in 0..MAX_DEPTH {
            for (placeholder, regex) in &self.words {
                if expanded.contains(placeholder.as_str()) {
                    expanded = expanded.replace(placeholder.as_str(), regex);
                }
            }
        }
        for (placeholder, regex) in PLACEHOLDERS {
            expanded = expanded.replace(placeholder, regex);
        }
        simplify_classes(&expanded.replace(PROPERTY_MARK, r"\p{"))
    }

    /// Compiles a pattern for single lines.
    pub fn compile(&self, pattern: &str) -> Result<LazyRegex, RulesetError> {
        self.compile_for(pattern, Extent::Line)
    }

    pub fn compile_for(&self, pattern: &str, extent: Extent) -> Result<LazyRegex, RulesetError> {
        let expanded = self.expand(pattern);
        if self.is_strict {
            if let Some(unknown) = unknown_placeholder(&expanded) {
                return Err(self.error(format!("unknown placeholder {unknown} in {pattern}")));
            }
            LazyRegex::compile(&expanded, extent).map_err(|e| self.error(format!("{pattern}: {e}")))?;
        }
        Ok(LazyRegex::new(expanded, extent))
    }

    pub fn compile_all(&self, patterns: &[String]) -> Result<Vec<LazyRegex>, RulesetError> {
        patterns.iter().map(|pattern| self.compile(pattern)).collect()
    }

    /// What a line must contain for the pattern to match.
    pub fn required_words(&self, pattern: &str) -> Requirement {
        let hir = regex_syntax::ParserBuilder::new()
            .multi_line(true)
            .utf8(false)
            .build()
            .parse(&self.expand(pattern));
        hir.map_or_else(|_| Requirement::default(), |hir| Requirement::of(&hir))
    }
}

/// Replaces `\S` and `\d` with much smaller classes: the only whitespace in the text is spaces and line breaks, and digits are ASCII.
fn simplify_classes(pattern: &str) -> String {
    let mut simple = String::with_capacity(pattern.len());
    let mut is_in_class = false;
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('S') if !is_in_class => simple.push_str(r"[^ \n]"),
                Some('d') if !is_in_class => simple.push_str("[0-9]"),
                Some('d') => simple.push_str("0-9"),
                Some(escaped) => simple.extend([c, escaped]),
                None => simple.push(c),
            },
            '[' => {
                is_in_class = true;
                simple.push(c);
            }
            ']' => {
                is_in_class = false;
                simple.push(c);
            }
            c => simple.push(c),
        }
    }
    simple
}

/// A `{name}` that is neither a known placeholder nor a repetition count.
fn unknown_placeholder(expanded: &str) -> Option<&str> {
    expanded.match_indices('{').find_map(|(at, _)| {
        let rest = expanded.get(at..)?;
        let end = rest.find('}')?;
        let name = rest.get(1..end)?;
        (name.starts_with(|c: char| c.is_alphabetic()) && !expanded.get(..at)?.ends_with(['p', 'P', 'u']))
            .then(|| rest.get(..=end))
            .flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compiler() -> PatternCompiler<'static> {
        let words = BTreeMap::from([("not".to_owned(), "not|never".to_owned())]);
        PatternCompiler::new("test", &words, true)
    }

    #[test]
    fn pattern_with_gap_matches_up_to_eight_words_between() {
        let pattern = compiler().compile(r"\b{not} ~ forward\b").expect("a pattern");
        assert!(pattern.is_match("We will never move forward"));
        assert!(pattern.is_match("not forward"));
        assert!(!pattern.is_match("not a b c d e f g h i forward"));
    }

    /// One in this many patterns of each language is compared, to keep the test fast.
    const COMPARED_SHARE: usize = 5;
    const COMPARED_LINES: usize = 150;

    fn strings(value: &toml::Value, found: &mut Vec<String>) {
        match value {
            toml::Value::String(text) => found.push(text.clone()),
            toml::Value::Array(values) => values.iter().for_each(|value| strings(value, found)),
            toml::Value::Table(table) => table.values().for_each(|value| strings(value, found)),
            _ => {}
        }
    }

    #[test]
    fn matches_and_captures_are_those_of_the_regex_library() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("rulesets");
        let read = |path: String| std::fs::read_to_string(root.join(path)).expect("a file");
        let mut compared = 0;
        for language in ["en", "de", "fr", "es", "pt", "it", "nl", "tr", "pl", "sv"] {
            let ruleset: toml::Value =
                toml::from_str(&read(format!("languages/{language}.toml"))).expect("a ruleset");
            let words = ruleset["words"].as_table().expect("words");
            let words = words
                .iter()
                .map(|(name, regex)| (name.clone(), regex.as_str().unwrap_or_default().to_owned()));
            let compiler = PatternCompiler::new(language, &words.collect(), true);
            let mut patterns = Vec::new();
            for table in ["verdicts", "text", "context", "fields"] {
                strings(&ruleset[table], &mut patterns);
            }
            let examples = read(format!("examples/languages/{language}.txt"));
            let lines: Vec<&str> = examples
                .lines()
                .filter(|line| line.contains(' '))
                .take(COMPARED_LINES)
                .collect();
            for pattern in patterns.iter().step_by(COMPARED_SHARE) {
                let expanded = compiler.expand(pattern);
                let Ok(regex) = regex::RegexBuilder::new(&expanded).case_insensitive(true).build() else {
                    continue;
                };
                let matcher = compiler.compile(pattern).expect("a pattern");
                for line in &lines {
                    let expected = regex.captures(line);
                    let found = expected
                        .as_ref()
                        .and_then(|captures| captures.get(0))
                        .map(|m| m.as_str());
                    assert_eq!(matcher.find(line), found, "{pattern} in {line}");
                    let mut named: Vec<(&str, Range<usize>)> = expected
                        .iter()
                        .flat_map(|captures| {
                            let names = regex.capture_names().flatten();
                            names.filter_map(|name| Some((name, captures.name(name)?.range())))
                        })
                        .collect();
                    let mut captures = matcher.captures_at(line, &Starts::UNKNOWN).unwrap_or_default();
                    named.sort_by_key(|(name, range)| (*name, range.start));
                    captures.sort_by_key(|(name, range)| (*name, range.start));
                    assert_eq!(captures, named, "{pattern} in {line}");
                    compared += usize::from(found.is_some());
                }
            }
        }
        assert!(compared > 500, "only {compared} matches were compared");
    }

    #[test]
    fn unknown_placeholder_is_an_error() {
        let error = compiler().compile("{nothing} here").expect_err("an error");
        assert!(error.to_string().contains("{nothing}"), "{error}");
        assert!(compiler().compile(r"\p{Lu}\d{2,3}").is_ok());
    }
}
