//! Words for stages and outcomes.

use crate::platform::normalize::fold;
use domain::jobapps::{Outcome, Stage, StageKind};
use std::collections::HashMap;

/// The meaning of a word in a column of stages or outcomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    Stage(StageKind),
    Outcome(Outcome),
}

/// The meanings of words, by key.
#[derive(Debug, Default)]
pub(super) struct StatusWords(HashMap<String, Status>);

/// Normalizes a text for lookup: only letters and digits, words separated by one space, no accents, lower case.
pub(super) fn key(text: &str) -> String {
    let folded = fold(text);
    let words = folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

impl StatusWords {
    pub fn add_stage(&mut self, word: &str, kind: StageKind) {
        self.0.insert(key(word), Status::Stage(kind));
    }

    pub fn add_outcome(&mut self, word: &str, outcome: Outcome) {
        self.0.insert(key(word), Status::Outcome(outcome));
    }

    /// The outcome that a word stands for.
    pub fn outcome(&self, word: &str) -> Option<Outcome> {
        match self.0.get(&key(word)) {
            Some(Status::Outcome(outcome)) => Some(*outcome),
            _ => None,
        }
    }

    /// The stage and outcome for a text, which is the name of a stage of the workspace or a word for a stage or an outcome.
    pub fn status<'a>(
        &self,
        text: &str,
        stages: &'a [Stage],
    ) -> Option<(Option<&'a Stage>, Option<Outcome>)> {
        let key = key(text);
        let exact = stages.iter().find(|stage| stage.value == text.trim());
        let named = exact.or_else(|| {
            stages
                .iter()
                .find(|stage| self::key(&stage.value) == key && !key.is_empty())
        });
        if named.is_some() {
            return Some((named, None));
        }
        match self.0.get(&key)? {
            Status::Stage(kind) => Some((first_of_kind(stages, *kind), None)),
            Status::Outcome(outcome) => Some((None, Some(*outcome))),
        }
    }
}

/// The first stage of a kind. Each workspace has at least one of each kind.
pub(super) fn first_of_kind(stages: &[Stage], kind: StageKind) -> Option<&Stage> {
    stages.iter().find(|stage| stage.kind == kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jobapps::import_csv::values::presets::status_words;
    use uuid::Uuid;

    #[test]
    fn words_mean_stages_of_the_workspace_and_outcomes() {
        let stage = |(n, kind): (usize, &StageKind)| Stage {
            id: Uuid::from_u128(n as u128).into(),
            value: kind.default_name().into(),
            kind: *kind,
            position: 0,
            color: None,
        };
        let mut stages: Vec<Stage> = StageKind::ALL.iter().enumerate().map(stage).collect();
        stages.push(Stage {
            value: "Déjà vu!".into(),
            ..stages[3].clone()
        });
        let words = status_words();
        let status = |text: &str| {
            words
                .status(text, &stages)
                .map(|(stage, outcome)| (stage.map(|s| s.value.as_str()), outcome))
        };
        for (text, stage) in [
            ("Wishlist", "To Apply"),
            ("SAVED", "To Apply"),
            ("Bookmarked", "To Apply"),
            ("applied", "Applied"),
            ("Phone-Screen", "Phone Screen"),
            ("Interviewing", "Onsite Interview"),
            ("🎉 Offer", "Offer"),
            ("deja vu", "Déjà vu!"),
        ] {
            assert_eq!(status(text), Some((Some(stage), None)), "{text}");
        }
        for (text, outcome) in [
            ("Rejected", Outcome::Rejected),
            ("accepted", Outcome::Accepted),
            ("Withdrawn", Outcome::Withdrawn),
            ("Archived", Outcome::Withdrawn),
            ("No response", Outcome::Ghosted),
        ] {
            assert_eq!(status(text), Some((None, Some(outcome))), "{text}");
            assert_eq!(words.outcome(text), Some(outcome));
        }
        for text in ["", "!!", "Dream"] {
            assert_eq!(status(text), None, "{text}");
        }
        assert_eq!(words.outcome("applied"), None);
        for outcome in Outcome::ALL {
            assert_eq!(words.outcome(outcome.as_str()), Some(outcome));
        }
    }
}
