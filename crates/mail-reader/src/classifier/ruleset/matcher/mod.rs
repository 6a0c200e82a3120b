//! Matches patterns against a sentence or a line. There are thousands of patterns, and each runs on few sentences, so a compiled pattern
//! must be small and cheap to build: it is a list of steps for a backtracking search. No step with several continuations is visited twice
//! at the same position, so the time is bounded by the number of steps times the length of the text; only a [skip](program::Step) may read
//! the same characters again from another position.

mod characters;
mod compiler;
mod program;
mod search;

use program::Program;
use regex_syntax::{ParserBuilder, hir::Look};
use std::ops::Range;

/// Maximum number of bytes of a line that are searched, which bounds the time and the memory of a search.
const MAX_LINE_BYTES: usize = 16 * 1024;
/// Maximum number of bytes that a pattern for several lines searches.
const MAX_TEXT_BYTES: usize = 128 * 1024;

/// Why a pattern cannot be compiled.
#[derive(Debug, thiserror::Error)]
pub enum MatcherError {
    #[error(transparent)]
    Syntax(#[from] Box<regex_syntax::Error>),
    #[error("the pattern is too large")]
    TooLarge,
    #[error("{0:?} is not supported")]
    UnknownLook(Look),
}

/// A compiled pattern. It ignores case unless it says otherwise. As in other engines, earlier alternatives are preferred.
#[derive(Debug)]
pub struct Matcher {
    program: Program,
    /// Maximum number of bytes searched; the rest of a text is ignored.
    max_len: usize,
}

impl Matcher {
    /// Compiles a pattern. If it `is_multi_line`, `^` and `$` match at each line.
    pub fn new(pattern: &str, is_multi_line: bool) -> Result<Self, MatcherError> {
        let hir = ParserBuilder::new()
            .case_insensitive(true)
            .multi_line(is_multi_line)
            .build()
            .parse(pattern)
            .map_err(Box::new)?;
        Ok(Self {
            program: compiler::compile(&hir)?,
            max_len: if is_multi_line {
                MAX_TEXT_BYTES
            } else {
                MAX_LINE_BYTES
            },
        })
    }

    /// The first match that begins at one of the positions.
    pub fn find_at(&self, text: &str, starts: impl IntoIterator<Item = usize>) -> Option<Range<usize>> {
        search::find(&self.program, self.searchable(text), starts)
    }

    /// The first match that begins at or after a position.
    pub fn find(&self, text: &str, from: usize) -> Option<Range<usize>> {
        self.find_at(text, self.program.possible_starts(self.searchable(text), from))
    }

    /// Names and byte ranges of the captures of the first match that begins at one of the positions.
    pub fn captures_at(
        &self,
        text: &str,
        starts: impl IntoIterator<Item = usize>,
    ) -> Option<Vec<(&str, Range<usize>)>> {
        search::capture(&self.program, self.searchable(text), starts)
    }

    /// Names and byte ranges of the captures of the first match.
    pub fn captures(&self, text: &str) -> Option<Vec<(&str, Range<usize>)>> {
        self.captures_at(text, self.program.possible_starts(self.searchable(text), 0))
    }

    /// The number of non-overlapping matches. An empty match directly after another match does not count.
    pub fn count(&self, text: &str) -> usize {
        let mut count = 0;
        let mut from = 0;
        let mut last_end = None;
        while let Some(found) = self.find(text, from) {
            count += usize::from(!found.is_empty() || last_end != Some(found.end));
            last_end = Some(found.end);
            from = found.end;
            if found.is_empty() {
                let next = text.get(from..).and_then(|rest| rest.chars().next());
                let Some(next) = next else { break };
                from += next.len_utf8();
            }
        }
        count
    }

    /// The part of a text that is searched.
    fn searchable<'t>(&self, text: &'t str) -> &'t str {
        text.get(..text.floor_char_boundary(self.max_len)).unwrap_or(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find<'t>(pattern: &str, text: &'t str) -> Option<&'t str> {
        let pattern = pattern.replace(r"\b", r"(?-u:\b)");
        let matcher = Matcher::new(&pattern, false).expect("a pattern");
        text.get(matcher.find(text, 0)?)
    }

    #[test]
    fn earlier_alternatives_and_longer_repetitions_are_preferred() {
        assert_eq!(find("not|nothing", "nothing"), Some("not"));
        assert_eq!(find("(?:a|ab)(?:c|bcd)", "abcd"), Some("abcd"));
        assert_eq!(find("a{1,3}", "aaaa"), Some("aaa"));
        assert_eq!(find("a{1,3}?", "aaaa"), Some("a"));
        assert_eq!(find("(?:a?b??)*", "aab"), Some("aa"));
        assert_eq!(find("(?:|a)+", "aa"), Some(""));
        assert_eq!(find("x*y", "zxxy"), Some("xxy"));
    }

    #[test]
    fn letters_match_in_any_case_unless_the_pattern_says_otherwise() {
        assert_eq!(find("über uns", "x ÜBER UNS"), Some("ÜBER UNS"));
        assert_eq!(find("kiss", "\u{212a}i\u{17f}S"), Some("\u{212a}i\u{17f}S"));
        assert_eq!(find("(?-i:Head) of", "head of, Head OF"), Some("Head OF"));
        assert_eq!(find(r"\bi\b", "İ i"), Some("i"));
        assert_eq!(find("[^a-y ]+", "Abz é"), Some("z"));
        assert_eq!(find(r"\w+é", "x, cafÉ"), Some("cafÉ"));
    }

    #[test]
    fn characters_that_are_skipped_are_given_back_where_they_may_be_needed() {
        assert_eq!(
            find(r"we(?: [^ \n]+){0,2} go\b", "we do so go"),
            Some("we do so go")
        );
        assert_eq!(find(r"we(?: [^ \n]+){0,2} go\b", "we do so not go"), None);
        assert_eq!(find(r"[^ \n]*s$", "he runs"), Some("runs"));
        assert_eq!(find(r"[a-z]*\b,", "so, we"), Some("so,"));
    }

    #[test]
    fn lines_begin_and_end_within_a_text_only_if_the_pattern_is_for_several() {
        let is_match = |is_multi_line| {
            Matcher::new("^b$", is_multi_line)
                .expect("a pattern")
                .find("a\nb\nc", 0)
                .is_some()
        };
        assert!(is_match(true));
        assert!(!is_match(false));
        assert!(Matcher::new(r"a\B", false).is_err());
    }

    #[test]
    fn captures_are_those_of_the_first_match() {
        let matcher = Matcher::new(
            "(?<title>[a-z ]+?) (?:at|in) (?<company>[a-z]+)|x(?<other>y)",
            false,
        );
        let matcher = matcher.expect("a pattern");
        let captures = matcher.captures("cook at moss in leeds").expect("a match");
        assert_eq!(captures, [("title", 0..4), ("company", 8..12)]);
        assert_eq!(matcher.captures("1 xy"), Some(vec![("other", 3..4)]));
        assert_eq!(matcher.count("a at b c in d 3"), 2);
    }

    #[test]
    fn time_is_bounded_where_a_pattern_can_match_in_many_ways() {
        let text = "a".repeat(1_000);
        assert_eq!(find("(?:a*)*b", &text), None);
        assert_eq!(find("(?:a|aa)+(?:a|aa)+b", &text), None);
    }
}
