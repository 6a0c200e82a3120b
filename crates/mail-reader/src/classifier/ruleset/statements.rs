//! Rules for what sentences say about an application: verdicts, and phrases that show what a message is about.

use super::{RulesetError, pattern::PatternCompiler, pattern_index::PatternIndex};
use domain::mail::MessageKind;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContextToml {
    job: Vec<String>,
    application: Vec<String>,
    foreign: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VerdictToml {
    name: String,
    kind: MessageKind,
    strength: Strength,
    #[serde(default)]
    part: VerdictPart,
    patterns: Vec<String>,
    #[serde(default)]
    exceptions: Vec<String>,
}

/// How conclusive a sentence is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strength {
    /// Decides only together with another weak sentence.
    Weak,
    /// Decides on its own.
    Strong,
}

/// The part of a message to which a verdict applies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VerdictPart {
    /// Subject and text.
    #[default]
    Any,
    Subject,
    Text,
}

/// A rule for sentences that say the same about an application.
pub struct VerdictRule {
    pub name: String,
    pub kind: MessageKind,
    pub strength: Strength,
    pub part: VerdictPart,
}

/// What a message is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Context {
    /// Jobs.
    Job,
    /// The reader's own application.
    Application,
    /// Another kind of application, such as for a loan.
    Foreign,
}

/// The meaning of a sentence that a pattern matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Meaning {
    /// The verdict of the rule with this index.
    Verdict(usize),
    Context(Context),
    /// The rule with this index does not apply to the sentence.
    Exception(usize),
}

/// The verdict and context rules of a language.
pub struct StatementRules {
    pub rules: Vec<VerdictRule>,
    /// All patterns, the exceptions last.
    pub index: PatternIndex,
    /// The meaning of each pattern in `index`.
    meanings: Vec<Meaning>,
}

impl StatementRules {
    pub(super) fn compile(
        compiler: &PatternCompiler<'_>,
        verdicts: Vec<VerdictToml>,
        context: &ContextToml,
    ) -> Result<Self, RulesetError> {
        let verdict_patterns = verdicts.iter().enumerate().flat_map(|(number, rule)| {
            let patterns = rule.patterns.iter();
            patterns.map(move |pattern| (Meaning::Verdict(number), pattern))
        });
        let contexts = [
            (Context::Job, &context.job),
            (Context::Application, &context.application),
            (Context::Foreign, &context.foreign),
        ];
        let context_patterns = contexts.into_iter().flat_map(|(context, patterns)| {
            let patterns = patterns.iter();
            patterns.map(move |pattern| (Meaning::Context(context), pattern))
        });
        let exceptions = verdicts.iter().enumerate().flat_map(|(number, rule)| {
            let patterns = rule.exceptions.iter();
            patterns.map(move |pattern| (Meaning::Exception(number), pattern))
        });
        let (meanings, patterns): (Vec<Meaning>, Vec<&String>) =
            verdict_patterns.chain(context_patterns).chain(exceptions).unzip();
        Ok(Self {
            index: PatternIndex::new(compiler, patterns.into_iter().map(String::as_str))?,
            meanings,
            rules: verdicts
                .into_iter()
                .map(|rule| VerdictRule {
                    name: rule.name,
                    kind: rule.kind,
                    strength: rule.strength,
                    part: rule.part,
                })
                .collect(),
        })
    }

    /// The meaning of the pattern at this position of the index.
    pub fn meaning(&self, pattern: usize) -> Option<Meaning> {
        self.meanings.get(pattern).copied()
    }
}
