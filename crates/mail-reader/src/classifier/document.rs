//! Prepares the text of a message for the rules: detects its languages, and removes footers, conditions and sentences about other people.

use super::ruleset::{IndexedLines, Language, Platform, Rulesets};
use crate::parser::Text;
use std::collections::HashSet;

/// Maximum length of a sentence, in bytes; longer ones are truncated, which limits the work of the patterns.
const MAX_SENTENCE_BYTES: usize = 1_500;
/// Maximum number of sentences read per text; the rest are ignored.
const MAX_SENTENCES: usize = 400;
/// Maximum number of lines of a signature after a closing.
const MAX_SIGNATURE_LINES: usize = 8;

/// Maximum number of lines of a signature without a closing.
const MAX_UNMARKED_SIGNATURE_LINES: usize = 5;
const MAX_SIGNATURE_LINE_CHARS: usize = 60;

/// A message prepared for the rules of its languages.
pub struct Document<'m> {
    /// The languages of the message, the main one first; empty if none has rules.
    pub languages: Vec<&'m Language>,
    pub subject: &'m str,
    /// Lines before the footer, plain text before HTML.
    pub lines: Vec<&'m str>,
    /// Sentences, except those that begin with a condition.
    pub sentences: Vec<&'m str>,
    /// The part of each of the `sentences` before a condition; empty if the sentence is about other people or what might happen.
    pub assertions: Vec<&'m str>,
    /// The lines of the signature.
    pub signature: Vec<&'m str>,
}

impl<'m> Document<'m> {
    pub fn new(
        texts: [&'m Text; 2],
        subject: &'m str,
        platform: Option<&Platform>,
        rulesets: &'m Rulesets,
    ) -> Self {
        let languages = rulesets.detector.detect(&rulesets.languages, subject, &texts);
        let mut document = Self {
            languages,
            subject,
            lines: Vec::new(),
            sentences: Vec::new(),
            assertions: Vec::new(),
            signature: Vec::new(),
        };
        let mut known = HashSet::new();
        for text in texts {
            document.add(text, platform, &mut known);
        }
        document
    }

    fn add(&mut self, text: &'m Text, platform: Option<&Platform>, known: &mut HashSet<&'m str>) {
        let before_footer = |text: &'m str| {
            let lines = IndexedLines::new(text.lines());
            let footers = self.languages.iter().map(|l| &l.text.footers);
            let footers = footers.chain(platform.map(|p| &p.footer_markers));
            let end = footers
                .filter_map(|footers| footers.matching_lines(&lines).first().copied())
                .min();
            lines
                .lines()
                .iter()
                .take(end.unwrap_or(usize::MAX))
                .copied()
                .collect::<Vec<&'m str>>()
        };
        let lines = before_footer(&text.lines);
        let sentences: Vec<&str> = before_footer(&text.sentences)
            .into_iter()
            .filter(|sentence| known.insert(sentence))
            .take(MAX_SENTENCES)
            .map(truncate)
            .collect();
        if self.signature.is_empty() {
            let indexed = IndexedLines::new(lines.iter().copied());
            let closings = self
                .languages
                .iter()
                .map(|l| l.text.closings.matching_lines(&indexed));
            let closing = closings.filter_map(|lines| lines.last().copied()).max();
            let start = closing.map_or_else(|| unmarked_signature(&lines), |closing| closing + 1);
            self.signature = lines
                .iter()
                .skip(start)
                .take(MAX_SIGNATURE_LINES)
                .copied()
                .collect();
        }
        if self.signature.is_empty() {
            self.signature.extend(inline_signature(&lines, &sentences));
        }
        self.lines.extend(lines);
        let indexed = IndexedLines::new(sentences.iter().copied());
        let ignored: HashSet<usize> = self
            .languages
            .iter()
            .flat_map(|l| l.text.ignored_sentences.matching_lines(&indexed))
            .collect();
        for (position, sentence) in sentences.into_iter().enumerate() {
            let assertion = self.assertion(sentence);
            if let Some(assertion) = assertion {
                self.sentences.push(sentence);
                self.assertions.push(if ignored.contains(&position) {
                    ""
                } else {
                    assertion
                });
            }
        }
    }

    /// The part of a sentence before its condition; `None` if it begins with one.
    fn assertion(&self, sentence: &'m str) -> Option<&'m str> {
        let beginning: String = sentence
            .trim_start_matches(['•', '-', '–', '*', '·', ' '])
            .chars()
            .take(24)
            .flat_map(char::to_lowercase)
            .collect();
        let mut end = sentence.len();
        for language in &self.languages {
            let rules = &language.text;
            if rules
                .conditions_start
                .iter()
                .any(|c| beginning.starts_with(c.as_str()))
            {
                return None;
            }
            // Case-sensitive: "What If Studios" is a name.
            let condition = rules
                .conditions_inside
                .find_overlapping_iter(sentence)
                .map(|found| found.start())
                .filter(|at| !is_concession(sentence.get(..*at).unwrap_or_default(), &rules.concessions))
                .min();
            end = condition.map_or(end, |at| at.min(end));
        }
        sentence.get(..end).map(str::trim)
    }

    /// The assertions, for pattern indexes.
    pub fn indexed_assertions(&self) -> IndexedLines<'m> {
        IndexedLines::new(self.assertions.iter().copied())
    }

    /// The sentences, for pattern indexes.
    pub fn indexed_sentences(&self) -> IndexedLines<'m> {
        IndexedLines::new(self.sentences.iter().copied())
    }
}

/// Index of the first signature line if there is no closing: short last lines that are not sentences, after a sentence. The number of
/// lines if there is no signature.
fn unmarked_signature(lines: &[&str]) -> usize {
    let is_name = |line: &&str| {
        line.chars().count() <= MAX_SIGNATURE_LINE_CHARS
            && !line.ends_with(['.', '!', '?', ':', ';'])
            && !line.contains("://")
    };
    let names = lines.iter().rev().take_while(|line| is_name(line)).count();
    let start = lines.len() - names;
    let follows_sentence = start
        .checked_sub(1)
        .and_then(|last| lines.get(last))
        .is_some_and(|line| line.contains(' ') && line.ends_with(['.', '!', '?']));
    if follows_sentence && names <= MAX_UNMARKED_SIGNATURE_LINES {
        start
    } else {
        lines.len()
    }
}

/// The name after the last sentence, on the same line: "We will call you. Moss Foundry".
fn inline_signature<'m>(lines: &[&'m str], sentences: &[&'m str]) -> Option<&'m str> {
    let (line, last) = (lines.last()?, sentences.last()?);
    let is_name = last.chars().count() <= MAX_SIGNATURE_LINE_CHARS
        && last.starts_with(|c: char| !c.is_lowercase())
        && !last.ends_with(['.', '!', '?', ':', ';'])
        && line.len() > last.len()
        && line.ends_with(last);
    // Only the part after a person's name: "Nuria, Moss Foundry".
    let name = last.rsplit_once(", ").map_or(*last, |(_, back)| back);
    is_name.then_some(name)
}

/// Whether the words before a condition make it a concession: "even if".
fn is_concession(before: &str, concessions: &[String]) -> bool {
    let last = before.rsplit([' ', ',']).next().unwrap_or_default();
    concessions.iter().any(|c| last.eq_ignore_ascii_case(c))
}

fn truncate(sentence: &str) -> &str {
    if sentence.len() <= MAX_SENTENCE_BYTES {
        return sentence;
    }
    let end = (0..=MAX_SENTENCE_BYTES)
        .rev()
        .find(|at| sentence.is_char_boundary(*at))
        .unwrap_or_default();
    sentence.get(..end).unwrap_or_default()
}
