//! Lines of text, prepared for finding the words that patterns require.

use super::requirement::lower;
use std::cell::OnceCell;

/// Lines of text, with a lowercase copy in which words are searched.
#[derive(Default)]
pub struct IndexedLines<'a> {
    lines: Vec<&'a str>,
    lower: String,
    /// Byte offset of each line in `lower`.
    starts: Vec<usize>,
    /// Number of spaces before each byte of `lower`; computed on first use.
    blanks: OnceCell<Vec<u32>>,
    /// Whether a non-ASCII character has an ASCII lowercase form, so that word boundaries in `lower` differ from those in the text.
    has_changed_boundaries: bool,
    /// Whether the lowercase form of a character has another length, so that offsets in `lower` differ from those in the text.
    has_moved: bool,
}

impl<'a> IndexedLines<'a> {
    pub fn new(lines: impl IntoIterator<Item = &'a str>) -> Self {
        let mut indexed = Self {
            lines: lines.into_iter().collect(),
            ..Self::default()
        };
        let len = indexed.lines.iter().map(|line| line.len() + 1).sum();
        indexed.lower.reserve(len);
        indexed.starts.reserve(indexed.lines.len());
        for number in 0..indexed.lines.len() {
            indexed.starts.push(indexed.lower.len());
            indexed.push_lower(indexed.lines.get(number).copied().unwrap_or_default());
            indexed.lower.push('\n');
        }
        indexed
    }

    fn push_lower(&mut self, line: &str) {
        let start = self.lower.len();
        if line.is_ascii() {
            self.lower.push_str(line);
            if let Some(copy) = self.lower.get_mut(start..) {
                copy.make_ascii_lowercase();
            }
            return;
        }
        for c in line.chars() {
            if c.is_ascii() {
                self.lower.push(c.to_ascii_lowercase());
            } else {
                let mut len = 0;
                for l in lower(c) {
                    len += l.len_utf8();
                    self.has_changed_boundaries |= l.is_ascii();
                    self.lower.push(l);
                }
                self.has_moved |= len != c.len_utf8();
            }
        }
    }

    pub fn lines(&self) -> &[&'a str] {
        &self.lines
    }

    pub fn line_at(&self, position: usize) -> usize {
        self.starts
            .partition_point(|start| *start <= position)
            .saturating_sub(1)
    }

    /// Byte offset in `lower` where a line begins.
    pub fn start_of(&self, line: usize) -> usize {
        self.starts.get(line).copied().unwrap_or_default()
    }

    /// Byte offset in `lower` where a line ends, after its line break.
    pub fn end_of(&self, line: usize) -> usize {
        self.starts.get(line + 1).copied().unwrap_or(self.lower.len())
    }

    /// Whether there are at most `max_blanks` spaces between two offsets in `lower`.
    pub fn is_within(&self, from: usize, to: usize, max_blanks: u32) -> bool {
        let blanks = self.blanks.get_or_init(|| count_blanks(&self.lower));
        match (blanks.get(from), blanks.get(to)) {
            (Some(from), Some(to)) => to.saturating_sub(*from) <= max_blanks,
            _ => true,
        }
    }

    /// Whether an ASCII word character is at an offset in `lower`. Always false if lowercasing changed word boundaries.
    pub fn continues_word(&self, position: Option<usize>) -> bool {
        let byte = position.and_then(|at| self.lower.as_bytes().get(at));
        !self.has_changed_boundaries && byte.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_')
    }

    /// Whether offsets in `lower` differ from those in the text.
    pub fn has_moved(&self) -> bool {
        self.has_moved
    }

    pub fn lower(&self) -> &str {
        &self.lower
    }
}

fn count_blanks(text: &str) -> Vec<u32> {
    let mut blanks = 0;
    text.bytes()
        .map(|byte| {
            let before = blanks;
            blanks += u32::from(byte == b' ');
            before
        })
        .collect()
}
