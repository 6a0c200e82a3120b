//! Trains the tagger: one logistic regression per tag, by stochastic gradient descent with a learning rate per weight (`AdaGrad`).

use crate::{messages::LabelledMessageParser, random::Random};
use mail_reader::{
    classifier::{Classifier, LinePosition, TAGGER_BUCKETS, TAGS, TaggedField, TaggedLine, Tagger},
    match_key,
};
use std::{error::Error, ops::Range, path::Path};

const EPOCHS: usize = 10;
/// First epoch, counted from 0, whose weights are averaged. Averages depend less on the order of the messages than the last weights do.
const FIRST_AVERAGED_EPOCH: usize = 3;
const AVERAGED_EPOCHS: f32 = 7.0;
const LEARNING_RATE: f32 = 0.08;
/// Features that occur in fewer messages are not learned.
const MIN_MESSAGES: u16 = 2;
/// Maximum number of tokens by which a span may be longer than the label whose match key it has.
const MAX_FURTHER_WORDS: usize = 2;

/// The tokens of a message with their features and tags.
pub struct TagSample {
    /// Index of the message; a copy with another title has the same one.
    pub number: usize,
    /// The features of all tokens, concatenated.
    features: Vec<u32>,
    /// For each token, the end of its features in `features`, and its tags. `None` is a tag with an unknown value.
    words: Vec<(usize, [Option<bool>; TAGS])>,
}

impl TagSample {
    fn new(number: usize, lines: &[TaggedLine<'_>], fields: &[LabelledField<'_>]) -> Self {
        let mut sample = Self {
            number,
            features: Vec::new(),
            words: Vec::new(),
        };
        let mut features = Vec::new();
        for line in lines {
            for at in 0..line.tokens().len() {
                features.clear();
                line.describe(at, &mut features);
                sample.features.extend(&features);
                sample.words.push((sample.features.len(), [None; TAGS]));
            }
        }
        for field in fields {
            field.tag(lines, &mut sample.words);
        }
        sample
    }

    fn words(&self) -> impl Iterator<Item = (&[u32], [Option<bool>; TAGS])> {
        let mut start = 0;
        self.words.iter().map(move |(end, tags)| {
            let features = &self.features[start..*end];
            start = *end;
            (features, *tags)
        })
    }
}

/// A labelled field of a message.
struct LabelledField<'l> {
    field: TaggedField,
    /// Empty if the message does not name the field.
    label: &'l str,
    key: String,
    key_of: fn(&str) -> String,
}

impl<'l> LabelledField<'l> {
    fn new(field: TaggedField, label: &'l str) -> Self {
        let key_of = match field {
            TaggedField::Title => match_key::title,
            TaggedField::Company => match_key::company,
        };
        let key = if label.is_empty() {
            String::new()
        } else {
            key_of(label)
        };
        Self {
            field,
            label,
            key,
            key_of,
        }
    }

    /// Sets the tags of all tokens. If the label does not occur in the lines, for example because the text has it in an inflected form, the
    /// tags stay unknown.
    fn tag(&self, lines: &[TaggedLine<'_>], words: &mut [(usize, [Option<bool>; TAGS])]) {
        let spans: Vec<_> = lines.iter().map(|line| self.find_spans(line)).collect();
        if !self.key.is_empty() && spans.iter().all(Vec::is_empty) {
            return;
        }
        let first = self.field.first_tag();
        let mut words = words.iter_mut();
        for (line, spans) in lines.iter().zip(&spans) {
            for (at, (_, tags)) in (0..line.tokens().len()).zip(&mut words) {
                tags[first] = Some(spans.iter().any(|span| span.start == at));
                tags[first + 1] = Some(spans.iter().any(|span| span.contains(&at)));
                tags[first + 2] = Some(spans.iter().any(|span| span.end == at + 1));
            }
        }
    }

    /// Token ranges of the line that have the same match key as the label.
    fn find_spans(&self, line: &TaggedLine<'_>) -> Vec<Range<usize>> {
        let tokens = line.tokens();
        let mut spans = Vec::new();
        if self.key.is_empty() {
            return spans;
        }
        let length = TaggedLine::new(self.label, LinePosition::Text).tokens().len();
        let text = |first: usize, last: usize| &line.text[tokens[first].range.start..tokens[last].range.end];
        let mut at = 0;
        while at < tokens.len() {
            let ends = at..tokens.len().min(at + length + MAX_FURTHER_WORDS);
            let is_word = text(at, at).starts_with(char::is_alphanumeric);
            let end = ends
                .into_iter()
                .find(|last| is_word && (self.key_of)(text(at, *last)) == self.key);
            if let Some(last) = end {
                spans.push(at..last + 1);
                at = last;
            }
            at += 1;
        }
        spans
    }
}

/// Reads the training set of the tagger. Messages in the folders `left_out` are excluded.
pub fn read_tag_samples(root: &Path, left_out: Option<&str>) -> Result<Vec<TagSample>, Box<dyn Error>> {
    let classifier = Classifier::new()?;
    let mut samples = Vec::new();
    for (number, labelled) in LabelledMessageParser::new()?.read_jobs(root, left_out)? {
        let labels = [
            (TaggedField::Title, labelled.field("title")),
            (TaggedField::Company, labelled.field("company")),
        ];
        let fields: Vec<_> = labels
            .into_iter()
            .filter_map(|(field, label)| Some(LabelledField::new(field, label?)))
            .collect();
        let read = |lines: &[TaggedLine<'_>]| TagSample::new(number, lines, &fields);
        samples.extend(classifier.read_tagged_lines(&labelled.message, read));
    }
    Ok(samples)
}

/// Trains the tagger and returns its file.
pub fn train_tags<'s>(samples: impl Iterator<Item = &'s TagSample>) -> Vec<u8> {
    let mut samples: Vec<&TagSample> = samples.collect();
    let is_learned = frequent_features(&samples);
    let mut weights = vec![[0.0_f32; TAGS]; TAGGER_BUCKETS];
    let mut squares = vec![[1e-3_f32; TAGS]; TAGGER_BUCKETS];
    let mut bias = [-2.0_f32; TAGS];
    let mut sums = vec![[0.0_f32; TAGS]; TAGGER_BUCKETS];
    let mut bias_sums = [0.0_f32; TAGS];
    let mut random = Random(7);
    for epoch in 0..EPOCHS {
        random.shuffle(&mut samples);
        for (features, tags) in samples.iter().flat_map(|sample| sample.words()) {
            let features = features.iter().map(|feature| *feature as usize);
            let features = features.filter(|feature| is_learned[*feature]);
            let mut scores = bias;
            for feature in features.clone() {
                for (score, weight) in scores.iter_mut().zip(weights[feature]) {
                    *score += weight;
                }
            }
            for tag in 0..TAGS {
                let Some(is_set) = tags[tag] else { continue };
                let wanted = f32::from(u8::from(is_set));
                let gradient = 1.0 / (1.0 + (-scores[tag]).exp()) - wanted;
                if gradient.abs() < 1e-3 {
                    continue;
                }
                bias[tag] -= 0.01 * gradient;
                for feature in features.clone() {
                    let square = &mut squares[feature][tag];
                    *square += gradient * gradient;
                    weights[feature][tag] -= LEARNING_RATE * gradient / square.sqrt();
                }
            }
        }
        if epoch >= FIRST_AVERAGED_EPOCH {
            for (sums, row) in sums.iter_mut().zip(&weights) {
                add(sums, row);
            }
            add(&mut bias_sums, &bias);
        }
    }
    let average = |sums: [f32; TAGS]| sums.map(|sum| sum / AVERAGED_EPOCHS);
    for row in &mut sums {
        *row = average(*row);
    }
    Tagger::file(&sums, &average(bias_sums))
}

fn add(sums: &mut [f32; TAGS], row: &[f32; TAGS]) {
    for (sum, weight) in sums.iter_mut().zip(row) {
        *sum += weight;
    }
}

fn frequent_features(samples: &[&TagSample]) -> Vec<bool> {
    let mut counts = vec![0_u16; TAGGER_BUCKETS];
    for sample in samples {
        let mut features = sample.features.clone();
        features.sort_unstable();
        features.dedup();
        for feature in features {
            counts[feature as usize] = counts[feature as usize].saturating_add(1);
        }
    }
    counts.into_iter().map(|count| count >= MIN_MESSAGES).collect()
}
