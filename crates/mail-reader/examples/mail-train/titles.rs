//! Learns the weights of the tagger of titles: logistic regressions by stochastic gradient descent with a rate for each weight (AdaGrad).

use crate::{
    messages::{LabelledMessage, LabelledMessageParser},
    random::Random,
};
use domain::mail::MessageKind;
use mail_reader::{
    classifier::{Classifier, TAGGER_BUCKETS, TAGS, TaggedLine, Tagger},
    match_key,
};
use std::{error::Error, ops::Range, path::Path};

const EPOCHS: usize = 6;
const LEARNING_RATE: f32 = 0.15;
/// A feature that fewer messages have is not learned.
const MIN_MESSAGES: u16 = 2;
/// A span with the key of the title has at most so many words more than the title.
const MAX_FURTHER_WORDS: usize = 2;

/// The words of a message.
pub struct TitleSample {
    /// The position of the message among all.
    pub number: usize,
    /// The features of all words, one after another.
    features: Vec<u32>,
    /// The end of the features of each word, and whether a title begins with it, contains it, ends with it.
    words: Vec<(usize, [bool; TAGS])>,
}

impl TitleSample {
    /// `None` if no line has the title, perhaps because it is inflected.
    fn new(number: usize, lines: &[TaggedLine<'_>], title: &str) -> Option<Self> {
        let mut sample = Self {
            number,
            features: Vec::new(),
            words: Vec::new(),
        };
        let key = match_key::title(title);
        let mut has_title = key.is_empty();
        for line in lines {
            let spans = find_spans(line, &key, title);
            has_title |= !spans.is_empty();
            for at in 0..line.tokens().len() {
                let mut features = Vec::new();
                line.describe(at, &mut features);
                sample.features.extend(features);
                let tags = [
                    spans.iter().any(|span| span.start == at),
                    spans.iter().any(|span| span.contains(&at)),
                    spans.iter().any(|span| span.end == at + 1),
                ];
                sample.words.push((sample.features.len(), tags));
            }
        }
        has_title.then_some(sample)
    }

    fn words(&self) -> impl Iterator<Item = (&[u32], [bool; TAGS])> {
        let mut start = 0;
        self.words.iter().map(move |(end, tags)| {
            let features = &self.features[start..*end];
            start = *end;
            (features, *tags)
        })
    }
}

/// The words of the line that are the title.
fn find_spans(line: &TaggedLine<'_>, key: &str, title: &str) -> Vec<Range<usize>> {
    let tokens = line.tokens();
    let mut spans = Vec::new();
    if key.is_empty() {
        return spans;
    }
    let length = TaggedLine::new(title, false).tokens().len();
    let mut at = 0;
    while at < tokens.len() {
        let ends = at..tokens.len().min(at + length + MAX_FURTHER_WORDS);
        let end = ends.into_iter().find(|last| {
            let range = tokens[at].range.start..tokens[*last].range.end;
            let is_word = |token: usize| {
                let word = &line.text[tokens[token].range.clone()];
                word.starts_with(char::is_alphanumeric)
            };
            is_word(at) && match_key::title(&line.text[range]) == key
        });
        match end {
            Some(last) => {
                spans.push(at..last + 1);
                at = last + 1;
            }
            None => at += 1,
        }
    }
    spans
}

/// The samples of the seen messages outside of a folder and of the examples of the rulesets.
pub fn read_title_samples(root: &Path, left_out: Option<&str>) -> Result<Vec<TitleSample>, Box<dyn Error>> {
    let classifier = Classifier::new()?;
    let mut samples = Vec::new();
    for (number, labelled) in LabelledMessageParser::new()?.read_all(root)?.into_iter().enumerate() {
        let LabelledMessage { record, message, is_example } = labelled;
        let is_left_out = !is_example && left_out.is_some_and(|folder| record.file.starts_with(folder));
        let kind = record.label("kind").and_then(MessageKind::parse);
        if is_left_out || !kind.is_some_and(MessageKind::is_about_application) {
            continue;
        }
        if let Some(title) = record.label("title") {
            let title = if title == "-" { "" } else { title };
            let read = |lines: &[TaggedLine<'_>]| TitleSample::new(number, lines, title);
            samples.extend(classifier.read_title_lines(&message, read).flatten());
        }
    }
    Ok(samples)
}

/// The file of the weights.
pub fn train_titles<'s>(samples: impl Iterator<Item = &'s TitleSample>) -> Vec<u8> {
    let mut samples: Vec<&TitleSample> = samples.collect();
    let is_learned = frequent_features(&samples);
    let mut weights = vec![[0.0_f32; TAGS]; TAGGER_BUCKETS];
    let mut squares = vec![[1e-3_f32; TAGS]; TAGGER_BUCKETS];
    let mut bias = [-2.0_f32; TAGS];
    let mut random = Random(7);
    for _ in 0..EPOCHS {
        for at in (1..samples.len()).rev() {
            samples.swap(at, random.below(at + 1));
        }
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
                let wanted = f32::from(u8::from(tags[tag]));
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
    }
    Tagger::file(&weights, &bias)
}

fn frequent_features(samples: &[&TitleSample]) -> Vec<bool> {
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
