//! Derives what a line must contain for a pattern to match: groups of alternative words in order, and the maximum distances between them.

use regex_syntax::hir::{Class, Hir, HirKind, Look, Repetition};

/// Minimum length of a required word, in characters; shorter words occur in nearly every line, so searching them saves nothing.
const MIN_WORD_LEN: usize = 3;
/// Minimum length of a word that begins a match, in characters.
const MIN_BEGINNING_LEN: usize = 2;
/// Minimum length of required words, in characters, for patterns without longer ones.
const MIN_SHORT_LEN: usize = 1;
/// Maximum number of alternative words in a group.
const MAX_WORDS: usize = 2_000;
/// Maximum number of characters in a class that is searched as alternative one-character words.
const MAX_CLASS_CHARS: usize = 8;
/// Maximum number of groups per pattern.
const MAX_GROUPS: usize = 8;

/// A maximum number of spaces; `None` if there is no limit.
type Blanks = Option<u32>;

/// A lowercase word that a line must contain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequiredWord {
    pub text: String,
    /// Whether no ASCII letter, digit or underscore may precede it.
    pub begins_word: bool,
    /// Whether no ASCII letter, digit or underscore may follow it.
    pub ends_word: bool,
}

/// Alternative words; a line must contain one of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequiredGroup {
    pub words: Vec<RequiredWord>,
    /// Maximum number of spaces between the word and that of the previous group, or the start of the line.
    pub max_blanks: Option<u32>,
}

/// The groups of words that a line must contain, in this order and without overlap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Requirement {
    pub groups: Vec<RequiredGroup>,
    /// Maximum number of spaces between the last word and the end of the line.
    pub max_blanks_behind: Option<u32>,
    /// Whether each match begins with a word of the first group.
    pub begins_with_first: bool,
}

impl Requirement {
    /// The requirement of a pattern for single lines.
    pub fn of(hir: &Hir) -> Self {
        let mut collector = Collector::new(MIN_WORD_LEN);
        collector.add(hir, Sides::default());
        if collector.requirement.groups.is_empty() {
            collector = Collector::new(MIN_SHORT_LEN);
            collector.add(hir, Sides::default());
        }
        let mut requirement = collector.requirement;
        while requirement.groups.len() > MAX_GROUPS {
            // The group with the shortest word is removed, because short words are frequent and exclude few lines.
            let shortest = requirement
                .groups
                .iter()
                .enumerate()
                .min_by_key(|(_, group)| shortest_len(&group.words));
            let Some((at, _)) = shortest else { break };
            requirement.remove(at);
        }
        requirement
    }

    /// The alternative words at the beginning of the line, if the pattern only matches there.
    pub fn line_beginnings(&self) -> Option<&[RequiredWord]> {
        let first = self.groups.first()?;
        (self.begins_with_first && first.max_blanks == Some(0)).then_some(&first.words)
    }

    /// Removes a group, and the distance limit between its neighbors.
    fn remove(&mut self, at: usize) {
        self.groups.remove(at);
        self.begins_with_first &= at > 0;
        match self.groups.get_mut(at) {
            Some(next) => next.max_blanks = None,
            None => self.max_blanks_behind = None,
        }
    }
}

/// Whether a word boundary directly precedes and follows a part of a pattern.
#[derive(Clone, Copy, Default)]
struct Sides {
    begins_word: bool,
    ends_word: bool,
}

/// Collects the groups of the mandatory parts of a pattern, from left to right.
struct Collector {
    min_len: usize,
    requirement: Requirement,
    /// Maximum number of spaces since the last group or the start of the line.
    blanks: Blanks,
    /// Whether no part that consumes text was visited yet.
    is_at_beginning: bool,
}

impl Collector {
    fn new(min_len: usize) -> Self {
        Self {
            min_len,
            requirement: Requirement::default(),
            blanks: None,
            is_at_beginning: true,
        }
    }

    fn add(&mut self, hir: &Hir, sides: Sides) {
        match hir.kind() {
            HirKind::Capture(capture) => self.add(&capture.sub, sides),
            HirKind::Repetition(repetition) if repetition.min > 0 => {
                self.add(&repetition.sub, sides_of(repetition, sides));
                if repetition.max != Some(1) {
                    self.skip(hir);
                }
            }
            HirKind::Concat(parts) => {
                for (part, sides) in with_sides(parts, sides) {
                    self.add(part, sides);
                }
            }
            HirKind::Look(Look::Start | Look::StartLF) if self.requirement.groups.is_empty() => {
                self.blanks = Some(0);
            }
            HirKind::Look(Look::End | Look::EndLF) => self.requirement.max_blanks_behind = self.blanks,
            _ => self.add_group(hir, sides),
        }
    }

    fn add_group(&mut self, hir: &Hir, sides: Sides) {
        if self.is_at_beginning
            && let Some(words) = beginnings_of(hir, sides)
        {
            self.is_at_beginning = false;
            self.requirement.begins_with_first = true;
            self.requirement.groups.push(RequiredGroup {
                words,
                max_blanks: self.blanks,
            });
            self.blanks = max_blanks(hir);
            return;
        }
        let Some(words) = words_of(hir, self.min_len, sides) else {
            self.skip(hir);
            return;
        };
        let is_whole = matches!(hir.kind(), HirKind::Literal(_));
        self.is_at_beginning = false;
        // A word that is not the whole part may occur anywhere in it.
        let around = if is_whole { Some(0) } else { max_blanks(hir) };
        self.requirement.groups.push(RequiredGroup {
            words,
            max_blanks: sum(self.blanks, around),
        });
        self.blanks = around;
        self.requirement.max_blanks_behind = None;
    }

    /// Adds the maximum number of spaces of a part without required words.
    fn skip(&mut self, hir: &Hir) {
        self.is_at_beginning &= matches!(hir.kind(), HirKind::Look(_));
        self.blanks = sum(self.blanks, max_blanks(hir));
    }
}

fn shortest_len(words: &[RequiredWord]) -> Option<usize> {
    words.iter().map(|word| word.text.len()).min()
}

fn sum(a: Blanks, b: Blanks) -> Blanks {
    a?.checked_add(b?)
}

/// The maximum number of spaces that a part matches.
fn max_blanks(hir: &Hir) -> Blanks {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Some(0),
        HirKind::Literal(literal) => u32::try_from(memchr::memchr_iter(b' ', &literal.0).count()).ok(),
        HirKind::Class(class) => Some(u32::from(has_blank(class))),
        HirKind::Capture(capture) => max_blanks(&capture.sub),
        HirKind::Repetition(repetition) => match (max_blanks(&repetition.sub)?, repetition.max) {
            (0, _) => Some(0),
            (blanks, max) => blanks.checked_mul(max?),
        },
        HirKind::Concat(parts) => parts
            .iter()
            .map(max_blanks)
            .try_fold(0_u32, |all, part| all.checked_add(part?)),
        HirKind::Alternation(parts) => parts
            .iter()
            .map(max_blanks)
            .try_fold(0_u32, |most, part| Some(most.max(part?))),
    }
}

fn has_blank(class: &Class) -> bool {
    match class {
        Class::Unicode(class) => class.iter().any(|r| r.start() <= ' ' && ' ' <= r.end()),
        Class::Bytes(class) => class.iter().any(|r| r.start() <= b' ' && b' ' <= r.end()),
    }
}

/// The parts of a sequence, each with the word boundaries next to it.
fn with_sides(parts: &[Hir], outer: Sides) -> impl Iterator<Item = (&Hir, Sides)> {
    let is_boundary = |part: &Hir| matches!(part.kind(), HirKind::Look(Look::WordAscii));
    parts.iter().enumerate().map(move |(at, part)| {
        let before = at.checked_sub(1).and_then(|at| parts.get(at));
        let sides = Sides {
            begins_word: before.map_or(outer.begins_word, is_boundary),
            ends_word: parts.get(at + 1).map_or(outer.ends_word, is_boundary),
        };
        (part, sides)
    })
}

/// The word boundaries next to the first repetition of a part.
fn sides_of(repetition: &Repetition, outer: Sides) -> Sides {
    Sides {
        begins_word: outer.begins_word,
        ends_word: outer.ends_word && repetition.max == Some(1),
    }
}

/// The alternative words that begin a part; `None` if one is too short to be searched.
fn beginnings_of(hir: &Hir, sides: Sides) -> Option<Vec<RequiredWord>> {
    match hir.kind() {
        HirKind::Literal(_) => words_of(hir, MIN_BEGINNING_LEN, sides),
        HirKind::Capture(capture) => beginnings_of(&capture.sub, sides),
        HirKind::Repetition(repetition) if repetition.min > 0 => {
            beginnings_of(&repetition.sub, sides_of(repetition, sides))
        }
        HirKind::Concat(parts) => {
            let mut parts = with_sides(parts, sides);
            let (part, sides) = parts.find(|(part, _)| !matches!(part.kind(), HirKind::Look(_)))?;
            beginnings_of(part, sides)
        }
        HirKind::Alternation(parts) => {
            let words: Option<Vec<Vec<RequiredWord>>> =
                parts.iter().map(|part| beginnings_of(part, sides)).collect();
            let words = words?.concat();
            (words.len() <= MAX_WORDS).then_some(words)
        }
        _ => None,
    }
}

/// Lowercases a character. The combining dot of a lowercase İ is dropped, so that the letter equals the i of a required word.
pub fn lower(c: char) -> impl Iterator<Item = char> {
    c.to_lowercase().filter(|l| *l != '\u{307}')
}

/// The alternative words that a part requires; `None` if it requires none.
fn words_of(hir: &Hir, min_len: usize, sides: Sides) -> Option<Vec<RequiredWord>> {
    match hir.kind() {
        HirKind::Literal(literal) => {
            let text: String = std::str::from_utf8(&literal.0)
                .ok()?
                .chars()
                .flat_map(lower)
                .collect();
            // Only ASCII characters are certain to remain word characters when the case changes.
            let is_word = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
            let word = RequiredWord {
                begins_word: sides.begins_word && is_word(literal.0.first()),
                ends_word: sides.ends_word && is_word(literal.0.last()),
                text,
            };
            (word.text.trim().chars().count() >= min_len).then(|| vec![word])
        }
        HirKind::Class(Class::Unicode(class)) if min_len == MIN_SHORT_LEN => {
            let mut words = Vec::new();
            for range in class.iter() {
                for c in range.start()..=range.end() {
                    if words.len() == MAX_CLASS_CHARS || c.is_whitespace() {
                        return None;
                    }
                    words.push(RequiredWord {
                        text: lower(c).collect(),
                        begins_word: false,
                        ends_word: false,
                    });
                }
            }
            Some(words)
        }
        HirKind::Capture(capture) => words_of(&capture.sub, min_len, sides),
        HirKind::Repetition(repetition) if repetition.min > 0 => {
            words_of(&repetition.sub, min_len, sides_of(repetition, sides))
        }
        HirKind::Concat(parts) => with_sides(parts, sides)
            .filter_map(|(part, sides)| words_of(part, min_len, sides))
            .max_by_key(|words| shortest_len(words)),
        HirKind::Alternation(parts) => {
            let words: Option<Vec<Vec<RequiredWord>>> =
                parts.iter().map(|part| words_of(part, min_len, sides)).collect();
            let words = words?.concat();
            (words.len() <= MAX_WORDS).then_some(words)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn requirement(pattern: &str) -> Requirement {
        let parser = regex_syntax::ParserBuilder::new()
            .multi_line(true)
            .utf8(false)
            .build()
            .parse(pattern);
        Requirement::of(&parser.expect("a pattern"))
    }

    fn words(pattern: &str) -> Vec<Vec<String>> {
        let groups = requirement(pattern).groups.into_iter();
        groups
            .map(|group| group.words.into_iter().map(|word| word.text).collect())
            .collect()
    }

    fn limits(pattern: &str) -> (Vec<Option<u32>>, Option<u32>) {
        let requirement = requirement(pattern);
        let groups = requirement.groups.iter().map(|g| g.max_blanks).collect();
        (groups, requirement.max_blanks_behind)
    }

    #[test]
    fn required_words_are_the_parts_that_must_occur() {
        assert_eq!(words("^your (?:job )?application"), [["your "], ["application"]]);
        assert_eq!(
            words("(?:not|never) forward"),
            [vec!["not", "never"], vec![" forward"]]
        );
    }

    #[test]
    fn distance_of_words_is_limited_unless_the_pattern_has_an_open_gap() {
        assert_eq!(limits("not(?: [^ ]+){0,8} forward"), (vec![None, Some(8)], None));
        assert_eq!(limits("not.*forward$"), (vec![None, None], Some(0)));
        assert_eq!(
            limits("^(?:we |they ){2}decide .?$"),
            (vec![Some(0), Some(3)], Some(1))
        );
        assert_eq!(
            limits("(?:moving on|going)(?:forward)+"),
            (vec![None, Some(1)], None)
        );
    }

    #[test]
    fn boundaries_count_only_directly_beside_a_word() {
        let sides = |pattern| {
            let groups = requirement(pattern).groups.into_iter().flat_map(|g| g.words);
            groups.map(|w| (w.begins_word, w.ends_word)).collect::<Vec<_>>()
        };
        assert_eq!(
            sides(r"(?-u:\b)(?:role|job)(?-u:\b)"),
            [(true, true), (true, true)]
        );
        assert_eq!(
            sides(r"(?-u:\b)(?:offer|employ(?:ing)?)(?-u:\b)"),
            [(true, true), (true, false)]
        );
        assert_eq!(sides(r"(?-u:\b) ?role"), [(false, false)]);
        assert_eq!(sides(r"(?-u:\b)(?:hello)+(?-u:\b)"), [(true, false)]);
        assert_eq!(sides(r"(?-u:\b)état(?-u:\b)"), [(false, true)]);
    }
}
