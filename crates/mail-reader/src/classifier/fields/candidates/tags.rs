//! Adds titles and companies found by the tagger as candidates.

use super::FieldCandidates;
use crate::{
    classifier::fields::{
        source::FieldSource,
        tagger::{LinePosition, TaggedField, TaggedText},
    },
    match_key::trim_name,
};

/// Capture group of titles found by the tagger. The tagger predicts where they end, so they are not trimmed like other titles.
pub const TAGGED_TITLE: &str = "tagged_title";
/// Capture group of companies found by the tagger.
pub const TAGGED_COMPANY: &str = "tagged_company";
/// Maximum number of titles, and of companies, added per message: the most probable ones.
const MAX_TAGGED: usize = 8;
const MAX_NAME_BYTES: usize = 120;

impl<'r> FieldCandidates<'r> {
    /// Adds the most probable titles and companies of the lines.
    pub fn add_tagged(&mut self, text: TaggedText<'r>) {
        let mut titles = Vec::new();
        let mut companies = Vec::new();
        for (line, span) in text.spans() {
            let name = line.text.get(span.range).map(trim_name).unwrap_or_default();
            let letters = name.chars().filter(|c| c.is_alphabetic()).count();
            if letters < 2 || name.len() > MAX_NAME_BYTES {
                continue;
            }
            match span.field {
                TaggedField::Title => titles.push((name, line.position, span.probability)),
                TaggedField::Company => companies.push((name, line.position, span.probability)),
            }
        }
        self.add_most_probable(TAGGED_TITLE, titles);
        self.add_most_probable(TAGGED_COMPANY, companies);
        self.text = text;
    }

    fn add_most_probable(&mut self, group: &'r str, mut names: Vec<(&str, LinePosition, f32)>) {
        names.sort_by(|a, b| b.2.total_cmp(&a.2));
        for (name, position, probability) in names.into_iter().take(MAX_TAGGED) {
            let source = match position {
                LinePosition::Subject => FieldSource::SubjectTag,
                LinePosition::Text => FieldSource::TextTag,
                LinePosition::Signature => FieldSource::SignatureTag,
                LinePosition::DisplayName => FieldSource::DisplayNameTag,
            };
            // The square root keeps low probabilities distinct when the share is rounded to tenths.
            self.push(source, group, name, probability.sqrt());
        }
    }
}
