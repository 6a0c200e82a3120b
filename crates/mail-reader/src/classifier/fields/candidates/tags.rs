//! Titles that the tagger found.

use super::FieldCandidates;
use crate::{
    classifier::fields::{
        source::FieldSource,
        tagger::{TaggedLine, Tagger, TitleSpan},
    },
    match_key::trim_name,
};

/// The group of what the tagger found. It ends where a title ends, so it is not trimmed like other titles.
pub const TAGGED_TITLE: &str = "tagged_title";
/// Less probable titles of a message are left out.
const MAX_TAGGED_TITLES: usize = 6;
const MAX_TITLE_CHARS: usize = 120;

impl FieldCandidates<'_> {
    /// Adds the most probable titles of the lines.
    pub fn add_tagged_titles(&mut self, tagger: &Tagger, lines: &[TaggedLine<'_>]) {
        let mut titles: Vec<(&str, FieldSource, f32)> = Vec::new();
        for (number, line) in lines.iter().enumerate() {
            let source = if number == 0 {
                FieldSource::SubjectTag
            } else {
                FieldSource::TextTag
            };
            for TitleSpan { range, probability } in tagger.find_titles(line) {
                let title = line.text.get(range).map(trim_name).unwrap_or_default();
                let letters = title.chars().filter(|c| c.is_alphabetic()).count();
                if letters > 1 && title.len() <= MAX_TITLE_CHARS {
                    titles.push((title, source, probability));
                }
            }
        }
        titles.sort_by(|a, b| b.2.total_cmp(&a.2));
        for (title, source, probability) in titles.into_iter().take(MAX_TAGGED_TITLES) {
            // The root tells low probabilities apart when it is rounded to tenths.
            self.push(source, TAGGED_TITLE, title, probability.sqrt());
        }
    }
}
