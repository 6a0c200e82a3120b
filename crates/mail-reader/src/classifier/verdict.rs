//! Collects what the sentences of a message say about the application, and derives the kind of the message from it.

use super::{
    document::Document,
    explanation::{Explained, Explanation, MessagePart},
    ruleset::{Context, IndexedLines, Language, LazyRegex, Meaning, Starts, Strength, VerdictPart},
};
use crate::match_key;
use domain::mail::MessageKind;
use std::collections::BTreeSet;

/// Confidence of one strong sentence.
const STRONG_CONFIDENCE: f32 = 0.95;
/// Confidence of two weak sentences.
const WEAK_PAIR_CONFIDENCE: f32 = 0.9;
/// Confidence of one weak sentence, which is low enough that the user decides.
const WEAK_CONFIDENCE: f32 = 0.6;

/// A sentence that says something about the application.
#[derive(Clone, Copy)]
pub struct Evidence<'d> {
    pub kind: MessageKind,
    pub strength: Strength,
    pub rule: &'d str,
    pub language: &'d Language,
    pub is_subject: bool,
    /// Index of the sentence.
    pub sentence: usize,
    text: &'d str,
    pattern: &'d LazyRegex,
    /// Where a match of the pattern can begin.
    starts: Starts,
}

impl Evidence<'_> {
    /// The words of the sentence and the rule that matched them.
    pub fn explain(&self) -> Explanation {
        let part = if self.is_subject {
            MessagePart::Subject
        } else {
            MessagePart::Text
        };
        let matched = self.pattern.find_at(self.text, &self.starts).unwrap_or_default();
        Explanation::new(Explained::Kind, matched, part, self.language.rule_ref(self.rule))
    }
}

/// The kind of a message with the evidence for it.
#[derive(Clone, Copy)]
pub struct Verdict<'d> {
    pub confidence: f32,
    pub deciding: Evidence<'d>,
    /// The second of two weak sentences that decide together.
    pub supporting: Option<Evidence<'d>>,
}

impl<'d> Verdict<'d> {
    fn new(deciding: &Evidence<'d>, confidence: f32) -> Self {
        Self {
            confidence,
            deciding: *deciding,
            supporting: None,
        }
    }

    pub fn kind(&self) -> MessageKind {
        self.deciding.kind
    }

    pub fn evidence(&self) -> impl Iterator<Item = &Evidence<'d>> {
        std::iter::once(&self.deciding).chain(&self.supporting)
    }
}

/// The evidence and the context that the sentences of a message contain.
pub struct Statements<'d> {
    evidence: Vec<Evidence<'d>>,
    /// Number of sentences about jobs, including the subject.
    job_context: usize,
    application_context: usize,
    foreign_context: usize,
}

impl<'d> Statements<'d> {
    pub fn find(document: &Document<'d>) -> Self {
        let assertions = document.indexed_assertions();
        let subject = IndexedLines::new([document.subject]);
        let mut statements = Self {
            evidence: Vec::new(),
            job_context: 0,
            application_context: 0,
            foreign_context: 0,
        };
        for language in &document.languages {
            statements.add(language, &subject, true);
            statements.add(language, &assertions, false);
        }
        let subject = match_key::fold(document.subject);
        let has_title = document
            .languages
            .iter()
            .any(|l| l.names.has_title_word(&subject));
        statements.job_context += usize::from(has_title);
        statements.evidence.sort_by_key(|e| (!e.is_subject, e.sentence));
        statements
    }

    /// Adds what the rules of a language find in the subject or the sentences.
    fn add(&mut self, language: &'d Language, lines: &IndexedLines<'d>, is_subject: bool) {
        let rules = &language.statements;
        let candidates: Vec<_> = rules.index.candidates(lines).collect();
        let mut found = BTreeSet::new();
        for (candidate, pattern, line) in &candidates {
            let Some(meaning) = rules.meaning(candidate.pattern) else {
                continue;
            };
            // Each meaning counts once per sentence, whichever pattern matches.
            let key = (candidate.line, meaning);
            if found.contains(&key) {
                continue;
            }
            let number = match meaning {
                Meaning::Exception(_) => break,
                Meaning::Context(context) => {
                    if pattern.is_match_at(line, &candidate.starts) {
                        found.insert(key);
                        *self.context_count(context) += 1;
                    }
                    continue;
                }
                Meaning::Verdict(number) => number,
            };
            let Some(rule) = rules.rules.get(number) else {
                continue;
            };
            let is_other_part = match rule.part {
                VerdictPart::Any => false,
                VerdictPart::Subject => !is_subject,
                VerdictPart::Text => is_subject,
            };
            if is_other_part || !pattern.is_match_at(line, &candidate.starts) {
                continue;
            }
            let is_exception = candidates.iter().rev().any(|(other, exception, _)| {
                other.line == candidate.line
                    && rules.meaning(other.pattern) == Some(Meaning::Exception(number))
                    && exception.is_match_at(line, &other.starts)
            });
            if is_exception {
                continue;
            }
            found.insert(key);
            self.evidence.push(Evidence {
                kind: rule.kind,
                strength: rule.strength,
                rule: &rule.name,
                language,
                is_subject,
                sentence: candidate.line,
                text: line,
                pattern,
                starts: candidate.starts,
            });
        }
    }

    fn context_count(&mut self, context: Context) -> &mut usize {
        match context {
            Context::Job => &mut self.job_context,
            Context::Application => &mut self.application_context,
            Context::Foreign => &mut self.foreign_context,
        }
    }

    /// Whether the message is about jobs.
    pub fn is_about_jobs(&self) -> bool {
        self.job_context > 0 && !self.is_foreign()
    }

    /// Whether the message is about another kind of application.
    pub fn is_foreign(&self) -> bool {
        self.foreign_context > self.job_context / 2
    }

    /// Whether the message is about the reader's own application for a job.
    pub fn is_about_application(&self) -> bool {
        self.application_context > 0 && self.is_about_jobs()
    }

    /// Numbers of sentences about jobs, about the reader's application, and about other kinds of applications.
    pub fn contexts(&self) -> (usize, usize, usize) {
        (self.job_context, self.application_context, self.foreign_context)
    }

    /// The sentences that decide on their own.
    pub fn strong_evidence(&self) -> impl Iterator<Item = &Evidence<'d>> {
        self.evidence.iter().filter(|e| e.strength == Strength::Strong)
    }

    /// The number of different pairs of sentence and rule that indicate a kind with this strength.
    pub fn count(&self, kind: MessageKind, strength: Strength) -> usize {
        let found: BTreeSet<(usize, &str)> = self
            .of(kind)
            .filter(|e| e.strength == strength)
            .map(|e| (e.sentence, e.rule))
            .collect();
        found.len()
    }

    fn of(&self, kind: MessageKind) -> impl Iterator<Item = &Evidence<'d>> {
        self.evidence.iter().filter(move |e| e.kind == kind)
    }

    /// The verdict of the first strong sentence for a kind.
    fn strong(&self, kind: MessageKind) -> Option<Verdict<'d>> {
        let strong = self.of(kind).find(|e| e.strength == Strength::Strong)?;
        Some(Verdict::new(strong, STRONG_CONFIDENCE))
    }

    /// The verdict of a subject that is strong evidence for a kind.
    fn strong_subject(&self, kind: MessageKind) -> Option<Verdict<'d>> {
        let is_strong = |e: &&Evidence<'d>| e.is_subject && e.strength == Strength::Strong;
        let strong = self.of(kind).find(is_strong)?;
        Some(Verdict::new(strong, STRONG_CONFIDENCE))
    }

    /// The verdict for a kind: by a strong sentence, or by two weak ones of different rules.
    fn deciding(&self, kind: MessageKind) -> Option<Verdict<'d>> {
        self.strong(kind).or_else(|| {
            let first = self.of(kind).next()?;
            let second = self.of(kind).find(|e| e.rule != first.rule)?;
            Some(Verdict {
                supporting: Some(*second),
                ..Verdict::new(first, WEAK_PAIR_CONFIDENCE)
            })
        })
    }

    /// The kind of the message; `None` if no sentence says anything.
    pub fn verdict(&self) -> Option<Verdict<'d>> {
        use MessageKind::{
            Alert, Assessment, Cancelled, Confirmation, Interview, Offer, OnHold, Other, Recruiter, Referral,
            Rejection, Viewed, Withdrawn,
        };
        let is_rejected = self.strong(Rejection).is_some() || self.strong(Cancelled).is_some();
        self.strong_subject(Other)
            .or_else(|| self.strong(Offer).filter(|_| !is_rejected))
            .or_else(|| self.strong(OnHold))
            .or_else(|| self.strong(Withdrawn))
            .or_else(|| self.strong(Cancelled))
            .or_else(|| self.deciding(Rejection))
            .or_else(|| {
                self.strong_subject(Alert)
                    .filter(|_| self.strong_subject(Confirmation).is_none())
            })
            .or_else(|| {
                self.deciding(Recruiter)
                    .filter(|_| self.application_context == 0 || self.count(Recruiter, Strength::Strong) > 1)
            })
            .or_else(|| self.next_step())
            .or_else(|| self.strong(Other))
            .or_else(|| self.deciding(Viewed))
            .or_else(|| self.deciding(Confirmation))
            .or_else(|| self.deciding(Referral))
            .or_else(|| self.deciding(Recruiter))
            .or_else(|| self.deciding(Alert))
            .or_else(|| {
                let order = [
                    OnHold,
                    Cancelled,
                    Offer,
                    Rejection,
                    Interview,
                    Assessment,
                    Withdrawn,
                    Viewed,
                    Confirmation,
                    Referral,
                    Recruiter,
                    Alert,
                    Other,
                ];
                let weak = order.into_iter().find_map(|kind| self.of(kind).next())?;
                Some(Verdict::new(weak, WEAK_CONFIDENCE))
            })
    }

    /// An invitation to an interview or an assessment: strong evidence first, then whichever the message mentions first.
    fn next_step(&self) -> Option<Verdict<'d>> {
        let interview = self.deciding(MessageKind::Interview);
        let assessment = self.deciding(MessageKind::Assessment);
        let position = |verdict: &Option<Verdict<'d>>| {
            verdict.as_ref().map_or((usize::MAX, usize::MAX), |v| {
                let first = &v.deciding;
                (usize::from(first.strength == Strength::Weak), first.sentence)
            })
        };
        if position(&assessment) <= position(&interview) {
            assessment.or(interview)
        } else {
            interview
        }
    }
}
