//! An index of patterns that runs only those on a line whose required words the line contains.

use super::{
    RulesetError,
    pattern::{LazyRegex, PatternCompiler},
};
use aho_corasick::{AhoCorasick, MatchKind};
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

/// Text in lines, with a lower-case copy for the search for words.
#[derive(Default)]
pub struct IndexedLines<'a> {
    lines: Vec<&'a str>,
    lower: String,
    /// Where each line begins in `lower`.
    starts: Vec<usize>,
}

impl<'a> IndexedLines<'a> {
    pub fn new(lines: impl IntoIterator<Item = &'a str>) -> Self {
        let mut indexed = Self::default();
        for line in lines {
            indexed.starts.push(indexed.lower.len());
            for c in line.chars() {
                if c.is_ascii() {
                    indexed.lower.push(c.to_ascii_lowercase());
                } else {
                    // The dot of a lower-case İ would separate it from the words that contain an i.
                    indexed.lower.extend(c.to_lowercase().filter(|l| *l != '\u{307}'));
                }
            }
            indexed.lower.push('\n');
            indexed.lines.push(line);
        }
        indexed
    }

    pub fn lines(&self) -> &[&'a str] {
        &self.lines
    }

    fn line_at(&self, position: usize) -> usize {
        self.starts
            .partition_point(|start| *start <= position)
            .saturating_sub(1)
    }

    /// Where a line ends in `lower`.
    fn end_of(&self, line: usize) -> usize {
        self.starts.get(line + 1).copied().unwrap_or(self.lower.len())
    }

    pub fn lower(&self) -> &str {
        &self.lower
    }
}

/// How many groups of words of a pattern a line contains so far.
#[derive(Clone, Copy, Default)]
struct Progress {
    found: u8,
    /// Where the word of the last group ends.
    end: usize,
}

/// How many groups of words of each pattern a line contains, in their order.
struct FoundGroups<'i> {
    required: &'i [u8],
    progress: Vec<Progress>,
    /// The patterns of which a group was found.
    touched: Vec<usize>,
}

impl<'i> FoundGroups<'i> {
    fn new(required: &'i [u8]) -> Self {
        Self {
            required,
            progress: vec![Progress::default(); required.len()],
            touched: Vec::new(),
        }
    }

    /// Adds a word of a group. Words have to be added in the order in which they end, so that each group is found as early as
    /// possible.
    fn add(&mut self, pattern: usize, group: u8, word: Range<usize>) {
        if let Some(progress) = self.progress.get_mut(pattern)
            && progress.found == group
            && word.start >= progress.end
        {
            if group == 0 {
                self.touched.push(pattern);
            }
            progress.found += 1;
            progress.end = word.end;
        }
    }

    /// Adds the patterns of which the line contains all groups, and begins the next line.
    fn take(&mut self, line: usize, candidates: &mut Vec<PatternCandidate>) {
        for pattern in self.touched.drain(..) {
            if let Some(progress) = self.progress.get_mut(pattern) {
                if self.required.get(pattern) == Some(&progress.found) {
                    candidates.push(PatternCandidate { pattern, line });
                }
                *progress = Progress::default();
            }
        }
    }
}

/// A line that a pattern of a [`PatternIndex`] may match.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PatternCandidate {
    /// Position of the pattern in the index.
    pub pattern: usize,
    /// Position of the line.
    pub line: usize,
}

/// Patterns with the words that they require.
pub struct PatternIndex {
    patterns: Vec<LazyRegex>,
    words: Option<AhoCorasick>,
    /// For each word of `words` the patterns that require it, with the numbers of their groups.
    patterns_of_word: Vec<Vec<(usize, u8)>>,
    /// For each pattern the number of its groups.
    groups: Vec<u8>,
    /// Patterns without required words; they run on every line.
    unindexed: Vec<usize>,
}

impl PatternIndex {
    pub fn new<'p>(
        compiler: &PatternCompiler<'_>,
        patterns: impl IntoIterator<Item = &'p str>,
    ) -> Result<Self, RulesetError> {
        let mut by_word: BTreeMap<String, Vec<(usize, u8)>> = BTreeMap::new();
        let mut index = Self {
            patterns: Vec::new(),
            words: None,
            patterns_of_word: Vec::new(),
            groups: Vec::new(),
            unindexed: Vec::new(),
        };
        for (number, pattern) in patterns.into_iter().enumerate() {
            index.patterns.push(compiler.compile(pattern)?);
            let groups = compiler.required_words(pattern);
            if groups.is_empty() {
                index.unindexed.push(number);
            }
            let mut count = 0;
            for words in groups {
                for word in words {
                    by_word.entry(word).or_default().push((number, count));
                }
                count += 1;
            }
            index.groups.push(count);
        }
        let words: Vec<&String> = by_word.keys().collect();
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .build(&words)
            .map_err(|e| compiler.error(e.to_string()))?;
        index.words = Some(automaton);
        index.patterns_of_word = by_word.into_values().collect();
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
                Some((candidate, pattern, *text.lines.get(candidate.line)?))
            })
    }

    fn candidate_positions(&self, text: &IndexedLines<'_>) -> Vec<PatternCandidate> {
        let mut candidates = Vec::new();
        if let Some(words) = &self.words {
            let mut found_groups = FoundGroups::new(&self.groups);
            let mut line = 0;
            let mut line_end = text.end_of(0);
            for found in words.find_overlapping_iter(text.lower()) {
                if found.start() >= line_end {
                    found_groups.take(line, &mut candidates);
                    line = text.line_at(found.start());
                    line_end = text.end_of(line);
                }
                let patterns = self.patterns_of_word.get(found.pattern().as_usize());
                for (pattern, group) in patterns.into_iter().flatten() {
                    found_groups.add(*pattern, *group, found.range());
                }
            }
            found_groups.take(line, &mut candidates);
        }
        for pattern in &self.unindexed {
            candidates.extend((0..text.lines().len()).map(|line| PatternCandidate {
                pattern: *pattern,
                line,
            }));
        }
        candidates.sort_unstable();
        candidates.dedup();
        candidates
    }

    /// The positions of the lines that a pattern matches, in order.
    pub fn matching_lines(&self, text: &IndexedLines<'_>) -> BTreeSet<usize> {
        let mut lines = BTreeSet::new();
        for (candidate, pattern, line) in self.candidates(text) {
            if !lines.contains(&candidate.line) && pattern.is_match(line) {
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
}
