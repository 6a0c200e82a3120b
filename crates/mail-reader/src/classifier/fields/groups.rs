//! Groups captured values that have the same match key.

use super::source::FieldSource;
use crate::classifier::explanation::{Explained, Explanation, RuleRef};

/// Maximum number of additional words in the explanation of a value that the message contains only in an inflected form.
const MAX_FURTHER_WORDS: usize = 2;

/// Where and how a value was captured.
#[derive(Clone, Copy)]
pub struct Capture<'r> {
    pub source: FieldSource,
    /// The name of the capture group.
    pub name: &'r str,
    /// Plausibility from 0 to 2, judged by the words around it; usually 1.
    pub share: f32,
}

impl Capture<'_> {
    /// The share in tenths.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "shares are from 0 to 2"
    )]
    pub fn plausibility(&self) -> u32 {
        (self.share * 10.0).round() as u32
    }
}

/// A value that was captured once or several times.
pub struct Group<'r> {
    pub value: String,
    /// The captured text before cleaning, from `source` by `rule`.
    pub captured: String,
    pub source: FieldSource,
    rule: RuleRef<'r>,
    pub captures: Vec<Capture<'r>>,
}

impl Group<'_> {
    /// Whether the value occurs only in addresses.
    pub fn is_guess(&self) -> bool {
        self.source.is_guess()
    }

    /// The words that explain the chosen value, and the rule that captured them. Other captured text is left out.
    pub fn explain(&self, explains: Explained, value: &str) -> Explanation {
        let words = if self.captured.contains(value) {
            value
        } else {
            let mut ends = self.captured.match_indices(' ').map(|(at, _)| at);
            let end = ends.nth(value.split(' ').count() - 1 + MAX_FURTHER_WORDS);
            self.captured
                .get(..end.unwrap_or(self.captured.len()))
                .unwrap_or_default()
        };
        Explanation::new(explains, words, self.source.part(), self.rule)
    }
}

/// Values by their match key, in the order of capture.
#[derive(Default)]
pub struct Groups<'r>(Vec<(String, Group<'r>)>);

impl<'r> Groups<'r> {
    /// Adds a cleaned value. Of values with the same key, the one with the most preferred [`FieldSource`] is kept.
    pub fn add(
        &mut self,
        key: String,
        value: String,
        captured: &str,
        rule: RuleRef<'r>,
        capture: Capture<'r>,
    ) {
        let Some((_, group)) = self.0.iter_mut().find(|(known, _)| *known == key) else {
            let group = Group {
                value,
                captured: captured.to_owned(),
                source: capture.source,
                rule,
                captures: vec![capture],
            };
            self.0.push((key, group));
            return;
        };
        if capture.source < group.source {
            group.value = value;
            captured.clone_into(&mut group.captured);
            group.source = capture.source;
            group.rule = rule;
        }
        group.captures.push(capture);
    }

    pub fn iter(&self) -> impl Iterator<Item = &Group<'r>> {
        self.0.iter().map(|(_, group)| group)
    }

    pub fn get(&self, position: usize) -> Option<&Group<'r>> {
        self.0.get(position).map(|(_, group)| group)
    }
}
