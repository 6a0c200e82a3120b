//! An index of patterns: a pattern is run only on lines that contain the words it requires.

use super::{
    RulesetError,
    indexed_lines::IndexedLines,
    pattern::{LazyRegex, PatternCompiler},
    requirement::RequiredWord,
    starts::Starts,
};
use aho_corasick::{AhoCorasick, MatchKind};
use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

/// Minimum length, in bytes, of a word that is looked up at the beginning of lines.
const MIN_BEGINNING_BYTES: usize = 2;

/// A group of alternative words that a pattern requires.
struct Group {
    pattern: usize,
    is_first: bool,
    /// Whether a match begins with one of the words.
    begins_match: bool,
    /// Index of the first group of the pattern.
    beginning: usize,
    /// Maximum number of spaces since the previous group or the start of the line; `u32::MAX` if there is no limit.
    max_blanks: u32,
    /// For the last group of a pattern, the maximum number of spaces up to the end of the line.
    last: Option<u32>,
}

/// A word of a group.
struct GroupWord {
    group: usize,
    begins_word: bool,
    ends_word: bool,
}

impl GroupWord {
    fn new(group: usize, word: &RequiredWord) -> Self {
        Self {
            group,
            begins_word: word.begins_word,
            ends_word: word.ends_word,
        }
    }
}

/// A word that a line must begin with for a pattern to match.
struct Beginning {
    word: RequiredWord,
    pattern: usize,
}

/// Where words of a group were found in a line, after words of all previous groups.
#[derive(Clone, Copy, Default)]
struct FoundEnds {
    /// The line that the other fields refer to, as counted by `Scratch::lines`.
    line: u64,
    /// End of the first word found, as an offset in the lowercase text.
    first: usize,
    /// End of the last word found.
    last: usize,
    /// For the first group, the positions in the line where its words begin, if a match begins with them.
    starts: Starts,
}

impl FoundEnds {
    /// Whether a word at `start` may follow one of the words found. Only the ends of the first and the last are known; between them, any
    /// word might be close enough.
    fn reaches(self, text: &IndexedLines<'_>, start: usize, max_blanks: u32) -> bool {
        self.first <= start && (self.last > start || text.is_within(self.last, start, max_blanks))
    }
}

/// The words found for each group. It is kept between searches and needs no clearing, because line numbers are never reused.
#[derive(Default)]
struct Scratch {
    ends: Vec<FoundEnds>,
    /// Number of lines searched in this thread so far.
    lines: u64,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// A line that a pattern of a [`PatternIndex`] may match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PatternCandidate {
    /// Index of the pattern.
    pub pattern: usize,
    /// Index of the line.
    pub line: usize,
    /// Where a match can begin.
    pub starts: Starts,
}

/// Patterns, indexed by the words that they require.
pub struct PatternIndex {
    patterns: Vec<LazyRegex>,
    words: Option<AhoCorasick>,
    /// The groups that contain each word of `words`.
    groups_of_word: Vec<Vec<GroupWord>>,
    /// The groups of all patterns; those of a pattern are adjacent and in order.
    groups: Vec<Group>,
    /// The first words of patterns that match only at the beginning of a line, sorted. Other words they require are not checked.
    beginnings: Vec<Beginning>,
    /// Patterns without required words; they run on every line.
    unindexed: Vec<usize>,
}

impl PatternIndex {
    pub fn new<'p>(
        compiler: &PatternCompiler<'_>,
        patterns: impl IntoIterator<Item = &'p str>,
    ) -> Result<Self, RulesetError> {
        let mut by_word: BTreeMap<String, Vec<GroupWord>> = BTreeMap::new();
        let mut index = Self {
            patterns: Vec::new(),
            words: None,
            groups_of_word: Vec::new(),
            groups: Vec::new(),
            beginnings: Vec::new(),
            unindexed: Vec::new(),
        };
        for (number, pattern) in patterns.into_iter().enumerate() {
            index.patterns.push(compiler.compile(pattern)?);
            let requirement = compiler.required_words(pattern);
            let beginnings = requirement
                .line_beginnings()
                .filter(|words| words.iter().all(|word| word.text.len() >= MIN_BEGINNING_BYTES));
            if let Some(words) = beginnings {
                index.beginnings.extend(words.iter().map(|word| Beginning {
                    word: word.clone(),
                    pattern: number,
                }));
                continue;
            }
            let count = requirement.groups.len();
            let beginning = index.groups.len();
            if count == 0 {
                index.unindexed.push(number);
            }
            for (position, group) in requirement.groups.into_iter().enumerate() {
                for word in &group.words {
                    let entry = GroupWord::new(index.groups.len(), word);
                    by_word.entry(word.text.clone()).or_default().push(entry);
                }
                let behind = requirement.max_blanks_behind.unwrap_or(u32::MAX);
                index.groups.push(Group {
                    pattern: number,
                    is_first: position == 0,
                    begins_match: position == 0 && requirement.begins_with_first,
                    beginning,
                    max_blanks: group.max_blanks.unwrap_or(u32::MAX),
                    last: (position + 1 == count).then_some(behind),
                });
            }
        }
        index.beginnings.sort_by(|a, b| a.word.text.cmp(&b.word.text));
        if !by_word.is_empty() {
            let automaton = AhoCorasick::builder()
                .match_kind(MatchKind::Standard)
                .build(by_word.keys())
                .map_err(|e| compiler.error(e.to_string()))?;
            index.words = Some(automaton);
        }
        index.groups_of_word = by_word.into_values().collect();
        Ok(index)
    }

    /// The pairs of pattern and line that may match, ordered by pattern.
    pub fn candidates<'p, 't>(
        &'p self,
        text: &IndexedLines<'t>,
    ) -> impl Iterator<Item = (PatternCandidate, &'p LazyRegex, &'t str)> {
        self.candidate_positions(text)
            .into_iter()
            .filter_map(move |candidate| {
                let pattern = self.patterns.get(candidate.pattern)?;
                Some((candidate, pattern, *text.lines().get(candidate.line)?))
            })
    }

    fn candidate_positions(&self, text: &IndexedLines<'_>) -> Vec<PatternCandidate> {
        let mut candidates = Vec::new();
        SCRATCH.with_borrow_mut(|scratch| self.find_groups(text, scratch, &mut candidates));
        self.find_beginnings(text, &mut candidates);
        for pattern in &self.unindexed {
            candidates.extend((0..text.lines().len()).map(|line| PatternCandidate {
                pattern: *pattern,
                line,
                starts: Starts::UNKNOWN,
            }));
        }
        // Of equal candidates, the last one knows all positions where a match may begin.
        candidates.reverse();
        candidates.sort_by_key(|candidate| (candidate.pattern, candidate.line));
        candidates.dedup_by_key(|candidate| (candidate.pattern, candidate.line));
        candidates
    }

    /// Adds the pairs whose line contains the required words.
    fn find_groups(
        &self,
        text: &IndexedLines<'_>,
        scratch: &mut Scratch,
        candidates: &mut Vec<PatternCandidate>,
    ) {
        let Some(words) = &self.words else { return };
        if scratch.ends.len() < self.groups.len() {
            scratch.ends.resize(self.groups.len(), FoundEnds::default());
        }
        scratch.lines += 1;
        let mut line = 0;
        let mut line_end = text.end_of(0);
        // Words are found in the order of their ends.
        for found in words.find_overlapping_iter(text.lower()) {
            if found.start() >= line_end {
                line = text.line_at(found.start());
                line_end = text.end_of(line);
                scratch.lines += 1;
            }
            let begins_inside = text.continues_word(found.start().checked_sub(1));
            let ends_inside = text.continues_word(Some(found.end()));
            let groups = self.groups_of_word.get(found.pattern().as_usize());
            for word in groups.into_iter().flatten() {
                if (word.begins_word && begins_inside) || (word.ends_word && ends_inside) {
                    continue;
                }
                let Some(group) = self.groups.get(word.group) else {
                    continue;
                };
                let is_reachable = if group.is_first {
                    group.max_blanks == u32::MAX
                        || text.is_within(text.start_of(line), found.start(), group.max_blanks)
                } else {
                    let before = word.group.checked_sub(1);
                    let ends = before.and_then(|before| scratch.ends.get(before));
                    ends.is_some_and(|ends| {
                        ends.line == scratch.lines && ends.reaches(text, found.start(), group.max_blanks)
                    })
                };
                if !is_reachable {
                    continue;
                }
                if let Some(ends) = scratch.ends.get_mut(word.group) {
                    if ends.line != scratch.lines {
                        ends.line = scratch.lines;
                        ends.first = found.end();
                        ends.starts = Starts::UNKNOWN;
                    }
                    ends.last = found.end();
                    if group.begins_match && !text.has_moved() {
                        ends.starts.add(found.start() - text.start_of(line));
                    }
                }
                // The line break is not a space.
                if let Some(max_blanks) = group.last
                    && text.is_within(found.end(), line_end.saturating_sub(1), max_blanks)
                {
                    let first = scratch.ends.get(group.beginning);
                    candidates.push(PatternCandidate {
                        pattern: group.pattern,
                        line,
                        starts: first.map_or(Starts::UNKNOWN, |ends| ends.starts),
                    });
                }
            }
        }
    }

    /// Adds the pairs whose line begins with a required word.
    fn find_beginnings(&self, text: &IndexedLines<'_>, candidates: &mut Vec<PatternCandidate>) {
        if self.beginnings.is_empty() {
            return;
        }
        let mut starts = Starts::default();
        starts.add(0);
        for line in 0..text.lines().len() {
            let start = text.start_of(line);
            let lower = text.lower().get(start..text.end_of(line)).unwrap_or_default();
            // Words are sorted, so those with the same first bytes are adjacent.
            let first = lower.as_bytes().get(..MIN_BEGINNING_BYTES).unwrap_or_default();
            let from = self
                .beginnings
                .partition_point(|b| b.word.text.as_bytes() < first);
            let same = self.beginnings.get(from..).unwrap_or_default().iter();
            let same = same.take_while(|b| b.word.text.as_bytes().starts_with(first));
            candidates.extend(
                same.filter(|b| {
                    let end = start + b.word.text.len();
                    lower.starts_with(&b.word.text) && !(b.word.ends_word && text.continues_word(Some(end)))
                })
                .map(|b| PatternCandidate {
                    pattern: b.pattern,
                    line,
                    starts,
                }),
            );
        }
    }

    /// The indexes of the lines that at least one pattern matches, in ascending order.
    pub fn matching_lines(&self, text: &IndexedLines<'_>) -> BTreeSet<usize> {
        let mut lines = BTreeSet::new();
        for (candidate, pattern, line) in self.candidates(text) {
            if !lines.contains(&candidate.line) && pattern.is_match_at(line, &candidate.starts) {
                lines.insert(candidate.line);
            }
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn index_runs_only_patterns_with_required_words() {
        let index = PatternIndex::new(
            &PatternCompiler::new("test", &BTreeMap::new(), true),
            ["application", "bewerbung", "^.$"],
        )
        .expect("an index");
        let text = IndexedLines::new(["Your Application", "x"]);
        let found: Vec<_> = index
            .candidates(&text)
            .filter(|(_, pattern, line)| pattern.is_match(line))
            .map(|(c, _, _)| (c.pattern, c.line))
            .collect();
        assert_eq!(found, [(0, 0), (2, 1)]);
        assert_eq!(index.candidates(&text).count(), 3);
    }

    #[test]
    fn index_runs_a_pattern_only_on_lines_with_its_words_in_order() {
        let compiler = PatternCompiler::new("test", &BTreeMap::new(), true);
        let index = PatternIndex::new(&compiler, ["(?:not|never)[^\n]*(?:forward|ahead)"]).expect("an index");
        let text = IndexedLines::new(["forward, not", "not forward", "never, NEVER ahead", "nothing"]);
        let lines: Vec<_> = index.candidates(&text).map(|(c, _, _)| c.line).collect();
        assert_eq!(lines, [1, 2]);
    }

    #[test]
    fn index_runs_a_pattern_only_on_lines_where_its_words_are_near_each_other() {
        let compiler = PatternCompiler::new("test", &BTreeMap::new(), true);
        let patterns = [
            r"\bnot(?: \S+){0,2} forward",
            r"^-?we are\b[^\n]*\bgoing\b.?$",
            r"^(?:we\b|are)[^\n]*\bgoing",
        ];
        let index = PatternIndex::new(&compiler, patterns).expect("an index");
        let text = IndexedLines::new([
            "not a b forward",
            "not a b c forward",
            "not a b c, not a forward",
            "knot forward",
            "we are going.",
            "so we are going.",
            "we are going over there",
            "we are goings",
        ]);
        let found: Vec<_> = index
            .candidates(&text)
            .map(|(c, _, _)| (c.pattern, c.line))
            .collect();
        // For patterns that match only at the beginning of a line, only the beginning is checked.
        assert_eq!(found, [(0, 0), (0, 2), (1, 4), (2, 4), (2, 6), (2, 7)]);
    }

    #[test]
    fn pattern_that_begins_with_one_character_matches_its_lines() {
        let compiler = PatternCompiler::new("test", &BTreeMap::new(), true);
        let index = PatternIndex::new(&compiler, ["^[>|]", "^we are"]).expect("an index");
        let lines = IndexedLines::new(["> quoted", "we are here", "a > b", "|"]);
        assert_eq!(index.matching_lines(&lines), BTreeSet::from([0, 1, 3]));
    }

    #[test]
    fn index_trusts_no_boundary_beside_a_character_that_changes_with_case() {
        let compiler = PatternCompiler::new("test", &BTreeMap::new(), true);
        let index = PatternIndex::new(&compiler, [r"\bnot\b"]).expect("an index");
        let lines = ["İnot"];
        assert_eq!(index.matching_lines(&IndexedLines::new(lines)).len(), 1);
    }
}
