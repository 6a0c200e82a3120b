//! Backtracking search: runs the steps of a pattern on a text, and returns to the last untried alternative when a step fails.

use super::{
    characters::fold,
    program::{Program, Step},
};
use regex_syntax::hir::Look;
use std::{cell::RefCell, ops::Range};

/// An entry of the backtracking stack: a step to try, or a capture position to restore.
#[derive(Clone, Copy)]
enum Frame {
    Try { step: u32, at: u32 },
    Restore { slot: u32, position: u32 },
}

/// Maximum capacity kept for visited positions after a search, in 64-bit words.
const MAX_KEPT_WORDS: usize = 64 * 1024;
/// Maximum capacity kept for the backtracking stack after a search, in frames.
const MAX_KEPT_FRAMES: usize = 16 * 1024;
/// Value of a capture position that is not set.
const UNKNOWN: u32 = u32::MAX;

/// Buffers that are reused between searches.
#[derive(Default)]
struct Buffers {
    /// The backtracking stack.
    frames: Vec<Frame>,
    /// A bit for each pair of a step with several continuations and a position: whether it was visited.
    visited: Vec<u64>,
    /// Start and end positions of the captures.
    slots: Vec<u32>,
}

thread_local! {
    static BUFFERS: RefCell<Buffers> = RefCell::default();
}

/// The first match that begins at one of the positions.
pub fn find(program: &Program, text: &str, starts: impl IntoIterator<Item = usize>) -> Option<Range<usize>> {
    BUFFERS.with_borrow_mut(|buffers| {
        buffers.slots.clear();
        Search::new(program, text, buffers).run(starts)
    })
}

/// Names and byte ranges of the captures of the first match that begins at one of the positions.
pub fn capture<'p>(
    program: &'p Program,
    text: &str,
    starts: impl IntoIterator<Item = usize>,
) -> Option<Vec<(&'p str, Range<usize>)>> {
    BUFFERS.with_borrow_mut(|buffers| {
        buffers.slots.clear();
        buffers.slots.resize(2 * program.names.len(), UNKNOWN);
        Search::new(program, text, buffers).run(starts)?;
        let (slots, _) = buffers.slots.as_chunks::<2>();
        let captures = program.names.iter().zip(slots);
        let is_known = |[start, end]: &[u32; 2]| *start != UNKNOWN && *end != UNKNOWN;
        Some(
            captures
                .filter(|(_, slots)| is_known(slots))
                .map(|(name, [start, end])| (&**name, *start as usize..*end as usize))
                .collect(),
        )
    })
}

struct Search<'s> {
    program: &'s Program,
    text: &'s str,
    buffers: &'s mut Buffers,
    /// First position of the search.
    from: usize,
}

impl<'s> Search<'s> {
    fn new(program: &'s Program, text: &'s str, buffers: &'s mut Buffers) -> Self {
        Self {
            program,
            text,
            buffers,
            from: 0,
        }
    }

    /// The first match that begins at one of the positions, which must be in ascending order.
    fn run(&mut self, starts: impl IntoIterator<Item = usize>) -> Option<Range<usize>> {
        let mut starts = starts
            .into_iter()
            .filter(|start| *start <= self.text.len())
            .peekable();
        self.from = *starts.peek()?;
        let positions = self.text.len() - self.from + 1;
        let words = (self.program.branches * positions).div_ceil(64);
        self.buffers.frames.clear();
        self.buffers.frames.shrink_to(MAX_KEPT_FRAMES);
        self.buffers.visited.clear();
        self.buffers.visited.shrink_to(words.max(MAX_KEPT_WORDS));
        self.buffers.visited.resize(words, 0);
        starts.find_map(|start| Some(start..self.run_from(start)?))
    }

    /// The end of the match that begins at a position.
    fn run_from(&mut self, start: usize) -> Option<usize> {
        self.buffers.frames.clear();
        self.push(0, start);
        while let Some(frame) = self.buffers.frames.pop() {
            match frame {
                Frame::Restore { slot, position } => {
                    if let Some(slot) = self.buffers.slots.get_mut(slot as usize) {
                        *slot = position;
                    }
                }
                Frame::Try { step, at } => {
                    if let Some(end) = self.take_steps(step as usize, at as usize) {
                        return Some(end);
                    }
                }
            }
        }
        None
    }

    /// Runs steps until the pattern matches or a step fails. Returns the end of the match. Untried alternatives are pushed onto the stack.
    fn take_steps(&mut self, mut number: usize, mut at: usize) -> Option<usize> {
        loop {
            number = match *self.program.steps.get(number)? {
                Step::Word { start, len } => {
                    at = self.end_of_word(self.program.word(start, len), at)?;
                    number + 1
                }
                Step::ExactWord { start, len } => {
                    let word = self.program.word(start, len);
                    at = self
                        .bytes()
                        .get(at..)?
                        .starts_with(word)
                        .then_some(at + word.len())?;
                    number + 1
                }
                Step::Class(class) => {
                    at = self.end_of_character(class, at)?;
                    number + 1
                }
                Step::Skip(class) => {
                    while let Some(end) = self.end_of_character(class, at) {
                        at = end;
                    }
                    number + 1
                }
                Step::Look(look) => self.is_at(look, at).then_some(number + 1)?,
                Step::Peek(first) => {
                    let first = self.program.firsts.get(first as usize)?;
                    first
                        .contains(self.bytes().get(at).copied())
                        .then_some(number + 1)?
                }
                Step::Jump(step) => step as usize,
                Step::Save(slot) => {
                    self.save(slot, at);
                    number + 1
                }
                Step::Fork {
                    other,
                    number: branch,
                    prefers_next,
                } => {
                    self.visit(branch, at)?;
                    let (next, other) = (number + 1, other as usize);
                    let (preferred, last) = if prefers_next {
                        (next, other)
                    } else {
                        (other, next)
                    };
                    self.push(last, at);
                    preferred
                }
                Step::Choice {
                    first,
                    number: branch,
                } => {
                    self.visit(branch, at)?;
                    let byte = self.bytes().get(at).map(u8::to_ascii_lowercase);
                    for alternative in self.program.alternatives_from(first).iter().rev() {
                        if alternative.first.may_be(byte) {
                            self.push(alternative.step as usize, at);
                        }
                    }
                    return None;
                }
                Step::Match => return Some(at),
            };
        }
    }

    fn bytes(&self) -> &'s [u8] {
        self.text.as_bytes()
    }

    #[expect(clippy::cast_possible_truncation, reason = "texts and patterns fit in u32")]
    fn push(&mut self, step: usize, at: usize) {
        self.buffers.frames.push(Frame::Try {
            step: step as u32,
            at: at as u32,
        });
    }

    /// Stores a capture position, if the search is for captures.
    #[expect(clippy::cast_possible_truncation, reason = "texts fit in u32")]
    fn save(&mut self, slot: u32, at: usize) {
        if let Some(position) = self.buffers.slots.get_mut(slot as usize) {
            let frame = Frame::Restore {
                slot,
                position: std::mem::replace(position, at as u32),
            };
            self.buffers.frames.push(frame);
        }
    }

    /// Marks a step as visited at a position. `None` if it was visited there before, because then it failed.
    fn visit(&mut self, branch: u16, at: usize) -> Option<()> {
        let positions = self.text.len() - self.from + 1;
        let bit = usize::from(branch) * positions + (at - self.from);
        let word = self.buffers.visited.get_mut(bit / 64)?;
        let mask = 1 << (bit % 64);
        let is_new = *word & mask == 0;
        *word |= mask;
        is_new.then_some(())
    }

    /// The end of a word at a position, ignoring case; `None` if the text there differs.
    fn end_of_word(&self, word: &[u8], at: usize) -> Option<usize> {
        let text = self.bytes().get(at..)?;
        for (expected, byte) in word.iter().zip(text) {
            if byte.to_ascii_lowercase() != *expected {
                return (!byte.is_ascii())
                    .then(|| self.end_of_folded_word(word, at))
                    .flatten();
            }
        }
        (text.len() >= word.len()).then_some(at + word.len())
    }

    /// Like [`Self::end_of_word`], for text that is not ASCII.
    #[cold]
    fn end_of_folded_word(&self, word: &[u8], at: usize) -> Option<usize> {
        let mut rest = self.text.get(at..)?.chars();
        let is_equal = std::str::from_utf8(word)
            .ok()?
            .chars()
            .all(|expected| rest.next().is_some_and(|c| fold(c) == expected));
        is_equal.then(|| self.text.len() - rest.as_str().len())
    }

    /// The end of the character at a position, if the class contains it.
    fn end_of_character(&self, class: u32, at: usize) -> Option<usize> {
        let class = self.program.class(class)?;
        let byte = *self.bytes().get(at)?;
        if byte.is_ascii() {
            return class.contains_ascii(byte).then_some(at + 1);
        }
        let c = self.text.get(at..)?.chars().next()?;
        class.contains(c).then_some(at + c.len_utf8())
    }

    fn is_at(&self, look: Look, at: usize) -> bool {
        let byte_at = |at: usize| self.bytes().get(at).copied();
        let before = at.checked_sub(1).and_then(byte_at);
        let after = byte_at(at);
        let is_word = |byte: Option<u8>| byte.is_some_and(|b| b.is_ascii_alphanumeric() || b == b'_');
        match look {
            Look::Start => before.is_none(),
            Look::End => after.is_none(),
            Look::StartLF => before.is_none_or(|b| b == b'\n'),
            Look::EndLF => after.is_none_or(|b| b == b'\n'),
            Look::WordAscii => is_word(before) != is_word(after),
            _ => false,
        }
    }
}
