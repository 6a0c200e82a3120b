//! The lines of a message with the tag probabilities of their tokens.

use super::{TAGS, TaggedField, TaggedLine, TaggedSpan, Tagger, add_spans, probabilities_of};
use memchr::memmem::Finder;

/// The lines that may contain a title or company, with the tag probabilities of their tokens.
#[derive(Default)]
pub struct TaggedText<'t> {
    lines: Vec<(TaggedLine<'t>, Vec<[f32; TAGS]>)>,
}

/// Probabilities that a name begins and ends where a value does.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Boundaries {
    /// Probability that a name begins with the first token of the value.
    pub begins: f32,
    /// Lowest probability among the value's tokens of being part of a name.
    pub contains: f32,
    /// Probability that a name ends with the last token of the value.
    pub ends: f32,
    /// Probability that the token before the value is part of a name; 0 at the start of the line.
    pub contains_before: f32,
    /// Probability that the token after the value is part of a name; 0 at the end of the line.
    pub contains_behind: f32,
}

impl Tagger {
    /// Computes the tag probabilities of all tokens of the lines.
    pub fn tag_text<'t>(&self, lines: Vec<TaggedLine<'t>>) -> TaggedText<'t> {
        let lines = lines.into_iter().map(|line| {
            let tags = self.tag(&line);
            (line, tags)
        });
        TaggedText {
            lines: lines.collect(),
        }
    }
}

impl TaggedText<'_> {
    /// The spans that may be titles or companies, with their lines.
    pub fn spans(&self) -> impl Iterator<Item = (&TaggedLine<'_>, TaggedSpan)> {
        self.lines.iter().flat_map(|(line, tags)| {
            let mut spans = Vec::new();
            for field in [TaggedField::Title, TaggedField::Company] {
                add_spans(&mut spans, line.tokens(), tags, field);
            }
            spans.into_iter().map(move |span| (line, span))
        })
    }

    /// The boundaries of a value in the line where they are most probable; `None` if no line contains the value as whole tokens.
    pub fn find_boundaries(&self, field: TaggedField, value: &str) -> Option<Boundaries> {
        let finder = Finder::new(value);
        let found = self.lines.iter().filter_map(|(line, tags)| {
            let start = finder.find(line.text.as_bytes())?;
            boundaries(line, tags, field, start, start + value.len())
        });
        found.max_by(|a, b| (a.begins * a.ends).total_cmp(&(b.begins * b.ends)))
    }
}

/// The boundaries of a byte range of a line; `None` if it does not begin and end at token boundaries.
fn boundaries(
    line: &TaggedLine<'_>,
    tags: &[[f32; TAGS]],
    field: TaggedField,
    start: usize,
    end: usize,
) -> Option<Boundaries> {
    let tokens = line.tokens();
    let first = tokens
        .binary_search_by_key(&start, |token| token.range.start)
        .ok()?;
    let last = tokens.binary_search_by_key(&end, |token| token.range.end).ok()?;
    let contains = |at: Option<usize>| {
        let [_, contains, _] = probabilities_of(tags.get(at?)?, field);
        Some(contains)
    };
    let [begins, ..] = probabilities_of(tags.get(first)?, field);
    let [.., ends] = probabilities_of(tags.get(last)?, field);
    let inside = (first..=last).filter_map(|at| contains(Some(at)));
    Some(Boundaries {
        begins,
        contains: inside.fold(1.0, f32::min),
        ends,
        contains_before: contains(first.checked_sub(1)).unwrap_or_default(),
        contains_behind: contains(last.checked_add(1)).unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::{super::LinePosition, *};

    #[test]
    fn boundaries_are_those_of_the_words_of_the_value() {
        let line = TaggedLine::new("as a welder in Moss", LinePosition::Text);
        let mut tags = vec![[0.0; TAGS]; 5];
        tags[2] = [0.9, 0.8, 0.7, 0.0, 0.0, 0.0];
        tags[3][1] = 0.2;
        let text = TaggedText {
            lines: vec![(line, tags)],
        };
        let found = text
            .find_boundaries(TaggedField::Title, "welder")
            .expect("it stands there");
        let expected = Boundaries {
            begins: 0.9,
            contains: 0.8,
            ends: 0.7,
            contains_before: 0.0,
            contains_behind: 0.2,
        };
        assert_eq!(found, expected);
        assert_eq!(text.find_boundaries(TaggedField::Title, "weld"), None);
        assert_eq!(text.find_boundaries(TaggedField::Title, "fitter"), None);
    }
}
