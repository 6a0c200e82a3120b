//! Compiles a parsed pattern to steps.

use super::{
    MatcherError,
    characters::{CharacterClass, FirstCharacters, character_in_any_case, has_no_case},
    program::{Alternative, FirstByte, Program, Step},
};
use regex_syntax::hir::{Class, Hir, HirKind, Look, Repetition};

/// Maximum number of steps of a pattern; only a mistake in a pattern needs more.
const MAX_STEPS: usize = 50_000;

pub fn compile(hir: &Hir) -> Result<Program, MatcherError> {
    let mut compiler = Compiler::default();
    compiler.add(hir)?;
    compiler.push(Step::Match)?;
    compiler.skip_classes();
    compiler.look_ahead()?;
    let (first, _) = compiler.first_characters(0);
    Ok(Program {
        first,
        is_anchored: hir.properties().look_set_prefix().contains(Look::Start),
        steps: compiler.steps.into(),
        alternatives: compiler.alternatives.into(),
        letters: compiler.letters.into(),
        classes: compiler.classes.into(),
        firsts: compiler.firsts.into(),
        names: compiler.names.into(),
        branches: compiler.branches.into(),
    })
}

/// A character and whether it matches in any case; `None` if it has no case variants.
type CasedCharacter = (char, Option<bool>);

#[derive(Default)]
struct Compiler {
    steps: Vec<Step>,
    alternatives: Vec<Alternative>,
    letters: Vec<u8>,
    classes: Vec<CharacterClass>,
    firsts: Vec<FirstCharacters>,
    names: Vec<Box<str>>,
    branches: u16,
}

impl Compiler {
    fn add(&mut self, hir: &Hir) -> Result<(), MatcherError> {
        match hir.kind() {
            HirKind::Empty => Ok(()),
            HirKind::Literal(_) | HirKind::Class(_) => self.add_sequence(std::slice::from_ref(hir)),
            HirKind::Concat(parts) => self.add_sequence(parts),
            HirKind::Look(look) => {
                let known = [
                    Look::Start,
                    Look::End,
                    Look::StartLF,
                    Look::EndLF,
                    Look::WordAscii,
                ];
                if !known.contains(look) {
                    return Err(MatcherError::UnknownLook(*look));
                }
                self.push(Step::Look(*look))
            }
            HirKind::Repetition(repetition) => self.add_repetition(repetition),
            HirKind::Capture(capture) => {
                let Some(name) = &capture.name else {
                    return self.add(&capture.sub);
                };
                let number = self.names.iter().position(|known| known == name);
                let number = number.unwrap_or_else(|| {
                    self.names.push(name.clone());
                    self.names.len() - 1
                });
                let slot = number_of(2 * number)?;
                self.push(Step::Save(slot))?;
                self.add(&capture.sub)?;
                self.push(Step::Save(slot + 1))
            }
            HirKind::Alternation(parts) => self.add_alternation(parts),
        }
    }

    /// Adds consecutive parts. Adjacent characters are joined into words.
    fn add_sequence(&mut self, parts: &[Hir]) -> Result<(), MatcherError> {
        let mut word: Vec<CasedCharacter> = Vec::new();
        for part in parts {
            match part.kind() {
                HirKind::Literal(literal) => {
                    let text = String::from_utf8_lossy(&literal.0);
                    for c in text.chars() {
                        self.add_character(&mut word, (c, (!has_no_case(c)).then_some(false)))?;
                    }
                }
                HirKind::Class(class) => {
                    if let Some(c) = character_in_any_case(class) {
                        self.add_character(&mut word, (c, Some(true)))?;
                    } else {
                        self.add_word(&mut word)?;
                        let class = self.class(class)?;
                        self.push(Step::Class(class))?;
                    }
                }
                _ => {
                    self.add_word(&mut word)?;
                    self.add(part)?;
                }
            }
        }
        self.add_word(&mut word)
    }

    fn add_character(
        &mut self,
        word: &mut Vec<CasedCharacter>,
        character: CasedCharacter,
    ) -> Result<(), MatcherError> {
        let is_other_case =
            |known: &CasedCharacter| known.1.is_some_and(|is_folded| character.1 == Some(!is_folded));
        if word.iter().any(is_other_case) {
            self.add_word(word)?;
        }
        word.push(character);
        Ok(())
    }

    fn add_word(&mut self, word: &mut Vec<CasedCharacter>) -> Result<(), MatcherError> {
        if word.is_empty() {
            return Ok(());
        }
        let start = number_of(self.letters.len())?;
        let is_exact = word.iter().any(|(_, is_folded)| *is_folded == Some(false));
        let text: String = word.drain(..).map(|(c, _)| c).collect();
        self.letters.extend(text.as_bytes());
        let len = u16::try_from(text.len()).map_err(|_| MatcherError::TooLarge)?;
        self.push(if is_exact {
            Step::ExactWord { len, start }
        } else {
            Step::Word { len, start }
        })
    }

    fn add_repetition(&mut self, repetition: &Repetition) -> Result<(), MatcherError> {
        let Repetition {
            min,
            max,
            greedy,
            sub,
        } = repetition;
        let may_be_empty = sub.properties().minimum_len().is_none_or(|len| len == 0);
        let Some(max) = *max else {
            // For a part that may be empty, the fork that repeats it comes after it, which keeps the order of preference.
            let is_optional = *min == 0 && may_be_empty;
            let first = if is_optional {
                Some(self.fork(*greedy)?)
            } else {
                None
            };
            let copies = if may_be_empty { (*min).max(1) } else { *min };
            let mut last = self.steps.len();
            for _ in 0..copies {
                last = self.steps.len();
                self.add(sub)?;
            }
            if may_be_empty {
                let again = self.fork(!greedy)?;
                self.set_target(again, last)?;
            } else {
                let start = self.steps.len();
                let again = self.fork(*greedy)?;
                self.add(sub)?;
                self.push(Step::Jump(number_of(start)?))?;
                self.set_target(again, self.steps.len())?;
            }
            if let Some(first) = first {
                self.set_target(first, self.steps.len())?;
            }
            return Ok(());
        };
        for _ in 0..*min {
            self.add(sub)?;
        }
        let mut forks = Vec::new();
        for _ in *min..max {
            forks.push(self.fork(*greedy)?);
            self.add(sub)?;
        }
        for fork in forks {
            self.set_target(fork, self.steps.len())?;
        }
        Ok(())
    }

    fn add_alternation(&mut self, parts: &[Hir]) -> Result<(), MatcherError> {
        let first = self.alternatives.len();
        let number = self.branch()?;
        // A placeholder: `look_ahead` sets the first characters once all steps are known.
        self.push(Step::Peek(0))?;
        let choice = Step::Choice {
            number,
            first: number_of(first)?,
        };
        self.push(choice)?;
        let place = Alternative {
            step: 0,
            first: FirstByte::Any,
            is_last: false,
        };
        self.alternatives.resize(first + parts.len(), place);
        let mut jumps = Vec::new();
        for (position, part) in parts.iter().enumerate() {
            let step = self.steps.len();
            self.add(part)?;
            let is_last = position + 1 == parts.len();
            jumps.push(self.steps.len());
            self.push(Step::Jump(0))?;
            let alternative = Alternative {
                step: number_of(step)?,
                first: self.first_byte(step),
                is_last,
            };
            if let Some(place) = self.alternatives.get_mut(first + position) {
                *place = alternative;
            }
        }
        let end = number_of(self.steps.len())?;
        for jump in jumps {
            if let Some(step) = self.steps.get_mut(jump) {
                *step = Step::Jump(end);
            }
        }
        Ok(())
    }

    /// The byte that the text matched by a step begins with.
    fn first_byte(&self, step: usize) -> FirstByte {
        let first = match self.steps.get(step) {
            Some(Step::Word { start, .. } | Step::ExactWord { start, .. }) => {
                self.letters.get(*start as usize)
            }
            _ => None,
        };
        match first {
            Some(first) if first.is_ascii() => FirstByte::Ascii(first.to_ascii_lowercase()),
            Some(_) => FirstByte::Other,
            None => FirstByte::Any,
        }
    }

    fn push(&mut self, step: Step) -> Result<(), MatcherError> {
        if self.steps.len() >= MAX_STEPS {
            return Err(MatcherError::TooLarge);
        }
        self.steps.push(step);
        Ok(())
    }

    fn branch(&mut self) -> Result<u16, MatcherError> {
        let number = self.branches;
        self.branches = number.checked_add(1).ok_or(MatcherError::TooLarge)?;
        Ok(number)
    }

    /// Adds a fork and returns its position.
    fn fork(&mut self, prefers_next: bool) -> Result<usize, MatcherError> {
        let number = self.branch()?;
        let position = self.steps.len();
        self.push(Step::Fork {
            prefers_next,
            number,
            other: 0,
        })?;
        Ok(position)
    }

    fn set_target(&mut self, fork: usize, target: usize) -> Result<(), MatcherError> {
        let target = number_of(target)?;
        if let Some(Step::Fork { other, .. }) = self.steps.get_mut(fork) {
            *other = target;
        }
        Ok(())
    }

    fn class(&mut self, class: &Class) -> Result<u32, MatcherError> {
        let class = CharacterClass::new(class).ok_or(MatcherError::TooLarge)?;
        let known = self.classes.iter().position(|known| *known == class);
        number_of(known.unwrap_or_else(|| {
            self.classes.push(class);
            self.classes.len() - 1
        }))
    }

    /// Turns a loop such as `[^ ]*` into a single skip if none of its characters can begin what follows, so that no backtracking is needed.
    fn skip_classes(&mut self) {
        for at in 0..self.steps.len() {
            let Some([Step::Fork { other, .. }, Step::Class(class), Step::Jump(again)]) =
                self.steps.get(at..).and_then(|steps| steps.first_chunk::<3>())
            else {
                continue;
            };
            let (class, behind) = (*class, *other);
            let Some(characters) = self.classes.get(class as usize) else {
                continue;
            };
            let (first, may_end) = self.first_characters(behind as usize);
            if *again as usize == at
                && behind as usize == at + 3
                && !may_end
                && !first.overlaps(characters.first_characters())
                && let Some([skip, jump, _]) = self.steps.get_mut(at..).and_then(<[Step]>::first_chunk_mut)
            {
                *skip = Step::Skip(class);
                *jump = Step::Jump(behind);
            }
        }
    }

    /// Sets the first characters of each choice in the peek before it.
    fn look_ahead(&mut self) -> Result<(), MatcherError> {
        for at in 0..self.steps.len() {
            if !matches!(self.steps.get(at), Some(Step::Peek(_))) {
                continue;
            }
            let (first, _) = self.first_characters(at + 1);
            let known = self.firsts.iter().position(|known| *known == first);
            let number = number_of(known.unwrap_or_else(|| {
                self.firsts.push(first);
                self.firsts.len() - 1
            }))?;
            if let Some(step) = self.steps.get_mut(at) {
                *step = Step::Peek(number);
            }
        }
        Ok(())
    }

    /// The characters that a match can continue with at a step, and whether it can end there.
    fn first_characters(&self, step: usize) -> (FirstCharacters, bool) {
        let mut first = FirstCharacters::default();
        let mut may_end = false;
        let mut known = vec![false; self.steps.len()];
        let mut pending = vec![step];
        while let Some(at) = pending.pop() {
            if known.get(at).copied().unwrap_or(true) {
                continue;
            }
            if let Some(known) = known.get_mut(at) {
                *known = true;
            }
            let character = |start: u32| self.letters.get(start as usize).copied().unwrap_or_default();
            match self.steps.get(at) {
                Some(Step::Word { start, .. }) => first.add(FirstCharacters::of_word(character(*start))),
                Some(Step::ExactWord { start, .. }) => {
                    first.add(FirstCharacters::of_exact_word(character(*start)));
                }
                Some(Step::Class(class)) => {
                    if let Some(class) = self.classes.get(*class as usize) {
                        first.add(class.first_characters());
                    }
                }
                Some(Step::Skip(class)) => {
                    if let Some(class) = self.classes.get(*class as usize) {
                        first.add(class.first_characters());
                    }
                    pending.push(at + 1);
                }
                Some(Step::Look(Look::End)) => first.add(FirstCharacters::END),
                Some(Step::Look(Look::EndLF)) => {
                    first.add(FirstCharacters::END);
                    first.add(FirstCharacters::of_exact_word(b'\n'));
                }
                Some(Step::Look(_) | Step::Peek(_) | Step::Save(_)) => pending.push(at + 1),
                Some(Step::Jump(other)) => pending.push(*other as usize),
                Some(Step::Fork { other, .. }) => pending.extend([at + 1, *other as usize]),
                Some(Step::Choice { first, .. }) => {
                    let rest = self.alternatives.iter().skip(*first as usize);
                    let mut is_over = false;
                    let own =
                        rest.take_while(|alternative| !std::mem::replace(&mut is_over, alternative.is_last));
                    pending.extend(own.map(|alternative| alternative.step as usize));
                }
                Some(Step::Match) | None => may_end = true,
            }
        }
        if may_end {
            first = FirstCharacters::ALL;
        }
        (first, may_end)
    }
}

fn number_of(number: usize) -> Result<u32, MatcherError> {
    u32::try_from(number).map_err(|_| MatcherError::TooLarge)
}
