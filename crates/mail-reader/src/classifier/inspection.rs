//! Access to the internals of the classifier, for training the models and checking the rulesets.

use super::{
    Classifier,
    document::Document,
    fields::{Choices, FieldModels, Ranker, Sender, TaggedLine, Tagger, field_choices, tagged_lines},
    find_rule, message_features,
    model::{MessageFeatures, Model},
    ruleset::{Platform, SenderClaim},
    strip_recipient_name,
    verdict::Statements,
};
use crate::parser::Message;
use domain::mail::MessageKind;
use std::collections::BTreeSet;

impl Classifier {
    /// Replaces the model, to evaluate another one.
    #[doc(hidden)]
    #[must_use]
    pub fn with_model(self, model: Model) -> Self {
        Self {
            model: Some(model),
            ..self
        }
    }

    /// Replaces the ranker that chooses company and title, to evaluate another one.
    #[doc(hidden)]
    #[must_use]
    pub fn with_ranker(self, ranker: Ranker) -> Self {
        let field_models = FieldModels {
            ranker,
            ..self.field_models
        };
        Self { field_models, ..self }
    }

    /// Replaces the tagger, to evaluate another one; `None` disables it.
    #[doc(hidden)]
    #[must_use]
    pub fn with_tagger(self, tagger: Option<Tagger>) -> Self {
        let field_models = FieldModels {
            tagger,
            ..self.field_models
        };
        Self { field_models, ..self }
    }

    /// Calls `read` with the lines that may contain a title or company, to train the tagger; `None` if the sender alone decides.
    #[doc(hidden)]
    pub fn read_tagged_lines<T>(
        &self,
        message: &Message,
        read: impl FnOnce(&[TaggedLine<'_>]) -> T,
    ) -> Option<T> {
        let (message, platform, document) = self.prepare(message)?;
        let sender = Sender::new(&message.headers, platform);
        Some(read(&tagged_lines(&message.headers, &document, &sender)))
    }

    /// The possible companies and titles, to train the ranker; `None` if the sender alone decides.
    #[doc(hidden)]
    pub fn field_choices(&self, message: &Message, company: Option<&str>) -> Option<[Choices; 2]> {
        let (message, platform, document) = self.prepare(message)?;
        let headers = &message.headers;
        let rule = platform.and_then(|p| find_rule(p, headers, &document));
        let tagger = self.field_models.tagger.as_ref();
        Some(field_choices(headers, &document, platform, rule, company, tagger))
    }

    /// The features of a message, to train the model; `None` if the sender alone decides.
    #[doc(hidden)]
    pub fn features(&self, message: &Message) -> Option<MessageFeatures> {
        let (message, platform, document) = self.prepare(message)?;
        let statements = Statements::find(&document);
        Some(message_features(message, &document, &statements, platform))
    }

    /// The inner message, its platform, and its text for the rules; `None` if the sender alone decides.
    fn prepare<'a>(
        &'a self,
        message: &'a Message,
    ) -> Option<(&'a Message, Option<&'a Platform>, Document<'a>)> {
        let message = self.inner_message(message);
        let headers = &message.headers;
        let subject = strip_recipient_name(&headers.subject, &headers.to_name);
        let platform = match self.find_platform(&headers.from) {
            Some((_, SenderClaim::Ignored)) => return None,
            Some((platform, SenderClaim::Accepted)) => Some(platform),
            None => None,
        };
        let texts = [&message.plain, &message.html];
        let document = Document::new(texts, subject, platform, &self.rulesets);
        Some((message, platform, document))
    }

    /// The kind, language and rule of each sentence that decides on its own, to check the rulesets.
    #[doc(hidden)]
    pub fn strong_statements(&self, message: &Message) -> Vec<(MessageKind, String, String)> {
        let message = self.inner_message(message);
        let platform = self
            .find_platform(&message.headers.from)
            .map(|(platform, _)| platform);
        let subject = strip_recipient_name(&message.headers.subject, &message.headers.to_name);
        let texts = [&message.plain, &message.html];
        let document = Document::new(texts, subject, platform, &self.rulesets);
        let statements = Statements::find(&document);
        statements
            .strong_evidence()
            .map(|e| (e.kind, e.language.code.clone(), e.rule.to_owned()))
            .collect()
    }

    /// For each ruleset, the kinds that its rules assign, to check the rulesets. For platforms, only kinds of messages about applications.
    #[doc(hidden)]
    pub fn claimed_kinds(&self) -> Vec<(String, BTreeSet<&'static str>)> {
        let platforms = self.rulesets.platforms.iter().map(|platform| {
            let rules = platform.rules.iter().filter_map(|r| r.kind);
            let templates = platform.templates.iter().map(|t| t.kind);
            let kinds = rules
                .chain(templates)
                .filter(|kind| kind.is_about_application())
                .map(MessageKind::as_str)
                .collect();
            (format!("platforms/{}", platform.name), kinds)
        });
        let languages = self
            .rulesets
            .languages
            .iter()
            .filter_map(|file| file.language(false));
        let languages = languages.map(|language| {
            let kinds = language
                .statements
                .rules
                .iter()
                .map(|r| r.kind.as_str())
                .collect();
            (format!("languages/{}", language.code), kinds)
        });
        platforms.chain(languages).collect()
    }
}
