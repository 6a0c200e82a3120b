//! Learns the weights of the model from labelled messages.
//!
//! ```text
//! mail-train [--folds n] [--out file]
//! ```
//!
//! The messages are one half of the corpus, the examples of the rulesets, and the sentences in `training`, where `(a|b)` stands for
//! alternatives. The result depends on nothing else, so training again writes the same file. `--folds` instead measures how well
//! messages are read that were left out.

#[path = "../tests/records/half.rs"]
mod half;
#[path = "../tests/records/mod.rs"]
mod records;

use chrono::{DateTime, Utc};
use domain::mail::MessageKind;
use half::is_dev;
use mail_reader::{
    classifier::{
        Classifier,
        model::{
            KINDS, MessageFeatures, Model, POOL_TEMPERATURE, PROPERTY_BUCKETS, WORD_BUCKETS, pool,
            sentence_share,
        },
    },
    parser::MessageParser,
};
use records::read_records;
use std::{collections::BTreeMap, error::Error, fs, path::Path, process::ExitCode};

const EPOCHS: usize = 32;
const LEARNING_RATE: f32 = 0.4;
/// Pulls weights to zero.
const DECAY: f32 = 2e-4;
/// Weights below this share of the largest one are not stored.
const MIN_WEIGHT: f32 = 0.012;
/// A feature that fewer samples have is not learned.
const MIN_SAMPLES: usize = 2;

/// Messages composed of the sentences of a file for each kind.
const COMPOSED_MESSAGES: usize = 60;

/// A labelled message or sentence.
struct Sample {
    features: MessageFeatures,
    /// Position of the kind.
    kind: usize,
    /// How much it counts.
    weight: f32,
    /// Whether it may be left out to measure.
    is_message: bool,
    name: String,
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let option = |name: &str| {
        let at = arguments.iter().position(|a| a == name)?;
        arguments.get(at + 1).cloned()
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let samples = read_samples(root)?;
    println!("{} samples", samples.len());
    if let Some(folds) = option("--folds") {
        return measure(
            &samples,
            folds.parse()?,
            arguments.iter().any(|a| a == "--errors"),
        );
    }
    let file = train(&samples.iter().collect::<Vec<_>>()).file();
    let default = root.join("rulesets/model.bin").display().to_string();
    let path = option("--out").unwrap_or(default);
    fs::write(&path, &file)?;
    println!("{} bytes", file.len());
    Ok(())
}

fn read_samples(root: &Path) -> Result<Vec<Sample>, Box<dyn Error>> {
    let classifier = Classifier::new()?;
    let parser = MessageParser::default();
    let now: DateTime<Utc> = "2026-12-31T00:00:00Z".parse()?;
    let features = |raw: &[u8]| {
        let headers = parser.parse_headers(raw, b"", now).ok()?;
        let message = parser.parse_body(headers, raw).ok()?;
        classifier.features(&message)
    };
    let mut samples = Vec::new();
    let corpus = read_records(&root.join("corpus"))?
        .into_iter()
        .filter(|r| is_dev(&r.name));
    let examples = read_records(&root.join("rulesets/examples"))?;
    for (record, is_message) in corpus
        .map(|r| (r, true))
        .chain(examples.into_iter().map(|r| (r, false)))
    {
        let kind = record
            .label("kind")
            .and_then(MessageKind::parse)
            .and_then(position);
        if let (Some(kind), Some(features)) = (kind, features(&record.raw)) {
            samples.push(Sample {
                features,
                kind,
                weight: 1.0,
                is_message,
                name: format!("{}/{}", record.file, record.name),
            });
        }
    }
    let mut files: Vec<_> = fs::read_dir(root.join("training"))?
        .map(|entry| entry.map(|e| e.path()))
        .collect::<Result<_, _>>()?;
    files.sort();
    for path in files {
        let first = samples.len();
        for (kind, sentence) in read_sentences(&fs::read_to_string(&path)?)? {
            let is_subject = sentence.starts_with("S: ");
            let sentence = sentence.trim_start_matches("S: ");
            let (subject, body) = if is_subject {
                (sentence, "")
            } else {
                ("", sentence)
            };
            let raw = format!(
                "From: x <x@example.com>\nTo: y@example.org\nSubject: {subject}\nDate: Wed, 4 Mar 2026 09:12:44 +0000\n\
                 Content-Type: text/plain; charset=utf-8\n\n{body}\n"
            );
            let Some(mut features) = features(raw.as_bytes()) else {
                continue;
            };
            features.properties.clear();
            features.sentences.retain(|s| !s.is_empty());
            if features.sentences.is_empty() {
                continue;
            }
            samples.push(Sample {
                features,
                kind,
                weight: 0.5,
                is_message: false,
                name: sentence.to_owned(),
            });
        }
        let composed = compose(samples.get(first..).unwrap_or_default());
        samples.extend(composed);
    }
    Ok(samples)
}

/// Messages of several sentences of one language: mostly of their kind, and some of a kind that such messages also contain.
fn compose(sentences: &[Sample]) -> Vec<Sample> {
    let mut random = Random(7);
    let mut composed = Vec::new();
    for (kind, name) in KINDS.iter().enumerate() {
        let own: Vec<&Sample> = sentences.iter().filter(|s| s.kind == kind).collect();
        let companions: Vec<&Sample> = companions(*name)
            .iter()
            .filter_map(|k| position(*k))
            .flat_map(|k| sentences.iter().filter(move |s| s.kind == k))
            .collect();
        if own.is_empty() {
            continue;
        }
        for _ in 0..COMPOSED_MESSAGES {
            let mut features = MessageFeatures::default();
            for _ in 0..=random.below(3) {
                features
                    .sentences
                    .extend(own[random.below(own.len())].features.sentences.clone());
            }
            if !companions.is_empty() {
                for _ in 0..=random.below(3) {
                    let companion = companions[random.below(companions.len())];
                    features.sentences.extend(companion.features.sentences.clone());
                }
            }
            composed.push(Sample {
                features,
                kind,
                weight: 0.5,
                is_message: false,
                name: "composed".into(),
            });
        }
    }
    composed
}

/// The kinds whose sentences also occur in messages of a kind.
fn companions(kind: MessageKind) -> &'static [MessageKind] {
    use MessageKind::{Alert, Confirmation, Interview, Referral, Rejection, Viewed};
    match kind {
        Rejection
        | MessageKind::OnHold
        | MessageKind::Withdrawn
        | Viewed
        | MessageKind::Assessment
        | Interview => &[Confirmation],
        MessageKind::Cancelled => &[Confirmation, Rejection],
        MessageKind::Offer => &[Confirmation, Interview],
        Referral => &[Alert],
        _ => &[],
    }
}

/// Numbers that are the same each time.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }
}

fn position(kind: MessageKind) -> Option<usize> {
    KINDS.iter().position(|k| *k == kind)
}

/// The sentences below lines `# kind`.
fn read_sentences(content: &str) -> Result<Vec<(usize, String)>, Box<dyn Error>> {
    let mut kind = None;
    let mut sentences = Vec::new();
    for line in content.lines().map(str::trim).filter(|l| !l.is_empty()) {
        if let Some(name) = line.strip_prefix("# ") {
            kind = Some(
                MessageKind::parse(name)
                    .and_then(position)
                    .ok_or_else(|| format!("no kind: {name}"))?,
            );
        } else if let Some(kind) = kind {
            sentences.extend(expand(line).into_iter().map(|s| (kind, s)));
        }
    }
    Ok(sentences)
}

/// Sentences in which each alternative of `(a|b|c)` occurs.
fn expand(line: &str) -> Vec<String> {
    let mut parts: Vec<Vec<&str>> = Vec::new();
    let mut rest = line;
    while let Some((before, tail)) = rest.split_once('(') {
        let Some((inside, after)) = tail.split_once(')') else {
            break;
        };
        parts.push(vec![before]);
        parts.push(inside.split('|').collect());
        rest = after;
    }
    parts.push(vec![rest]);
    let count = parts.iter().map(Vec::len).max().unwrap_or(1);
    (0..count)
        .map(|n| {
            let sentence: String = parts
                .iter()
                .enumerate()
                // Different steps, so that alternatives do not always meet the same others.
                .filter_map(|(at, alternatives)| {
                    alternatives
                        .get((n * (1 + at % 3) + at / 2) % alternatives.len())
                        .copied()
                })
                .collect();
            sentence.split_whitespace().collect::<Vec<_>>().join(" ")
        })
        .collect()
}

/// Weights while they are learned.
struct Trainer {
    words: Vec<Vec<f32>>,
    word_gradients: Vec<Vec<f32>>,
    properties: Vec<Vec<f32>>,
    property_gradients: Vec<Vec<f32>>,
    is_frequent: Vec<bool>,
}

impl Trainer {
    fn new(samples: &[&Sample]) -> Self {
        let mut counts = vec![0_usize; WORD_BUCKETS];
        for sample in samples {
            let mut features: Vec<u32> = sample.features.sentences.concat();
            features.sort_unstable();
            features.dedup();
            for feature in features {
                counts[feature as usize] += 1;
            }
        }
        let table = |rows: usize, value: f32| vec![vec![value; KINDS.len()]; rows];
        Self {
            words: table(WORD_BUCKETS, 0.0),
            word_gradients: table(WORD_BUCKETS, 0.1),
            properties: table(PROPERTY_BUCKETS, 0.0),
            property_gradients: table(PROPERTY_BUCKETS, 0.1),
            is_frequent: counts.into_iter().map(|c| c >= MIN_SAMPLES).collect(),
        }
    }

    /// The scores of the sentences and the probabilities of the kinds.
    fn score(&self, features: &MessageFeatures) -> (Vec<Vec<f32>>, Vec<f32>) {
        let scores: Vec<Vec<f32>> = features
            .sentences
            .iter()
            .map(|sentence| {
                let share = sentence_share(sentence.len());
                let mut sum = vec![0.0; KINDS.len()];
                for feature in sentence {
                    for (sum, weight) in sum.iter_mut().zip(&self.words[*feature as usize]) {
                        *sum += weight * share;
                    }
                }
                sum
            })
            .collect();
        let mut logits = vec![0.0; KINDS.len()];
        for (kind, logit) in logits.iter_mut().enumerate() {
            *logit = pool(scores.iter().map(|row| row[kind]));
            for property in &features.properties {
                *logit += self.properties[*property as usize][kind];
            }
        }
        let max = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let exp: Vec<f32> = logits.iter().map(|l: &f32| (l - max).exp()).collect();
        let sum: f32 = exp.iter().sum();
        (scores, exp.iter().map(|e| e / sum).collect())
    }

    fn learn(&mut self, sample: &Sample) {
        let (scores, probabilities) = self.score(&sample.features);
        for kind in 0..KINDS.len() {
            let target = if kind == sample.kind { 1.0 } else { 0.0 };
            let error = (probabilities[kind] - target) * sample.weight;
            if error.abs() < 1e-4 {
                continue;
            }
            let max = scores
                .iter()
                .map(|row| row[kind])
                .fold(f32::NEG_INFINITY, f32::max);
            let shares: Vec<f32> = scores
                .iter()
                .map(|row| ((row[kind] - max) / POOL_TEMPERATURE).exp())
                .collect();
            let sum: f32 = shares.iter().sum();
            for (sentence, share) in sample.features.sentences.iter().zip(&shares) {
                let gradient = error * share / sum * sentence_share(sentence.len());
                if gradient.abs() < 1e-6 {
                    continue;
                }
                for feature in sentence {
                    let at = *feature as usize;
                    if self.is_frequent[at] {
                        step(
                            &mut self.words[at][kind],
                            &mut self.word_gradients[at][kind],
                            gradient,
                        );
                    }
                }
            }
            for property in &sample.features.properties {
                let at = *property as usize;
                step(
                    &mut self.properties[at][kind],
                    &mut self.property_gradients[at][kind],
                    error * 0.3,
                );
            }
        }
    }

    fn file(&self) -> Vec<u8> {
        let max = self
            .words
            .iter()
            .flatten()
            .fold(0.0_f32, |max, w| max.max(w.abs()));
        let words: Vec<Vec<f32>> = self
            .words
            .iter()
            .map(|row| {
                let is_small = row.iter().all(|w| w.abs() < MIN_WEIGHT * max);
                if is_small {
                    vec![0.0; row.len()]
                } else {
                    row.clone()
                }
            })
            .collect();
        Model::file(&words, &self.properties)
    }
}

fn step(weight: &mut f32, gradients: &mut f32, gradient: f32) {
    let gradient = gradient + DECAY * *weight;
    *gradients += gradient * gradient;
    *weight -= LEARNING_RATE * gradient / gradients.sqrt();
}

fn train(samples: &[&Sample]) -> Trainer {
    let mut trainer = Trainer::new(samples);
    let mut order: Vec<usize> = (0..samples.len()).collect();
    let mut random = Random(42);
    for _ in 0..EPOCHS {
        for at in (1..order.len()).rev() {
            order.swap(at, random.below(at + 1));
        }
        for at in &order {
            trainer.learn(samples[*at]);
        }
    }
    trainer
}

/// Trains without each part of the messages and reads it.
fn measure(samples: &[Sample], folds: usize, lists_errors: bool) -> Result<(), Box<dyn Error>> {
    let (mut right, mut all) = (0, 0);
    let mut certain: BTreeMap<String, (u32, u32)> = BTreeMap::new();
    let mut confusion: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    for fold in 0..folds {
        let is_left_out = |at: usize, sample: &Sample| sample.is_message && at % folds == fold;
        let rest: Vec<&Sample> = samples
            .iter()
            .enumerate()
            .filter(|(at, s)| !is_left_out(*at, s))
            .map(|(_, s)| s)
            .collect();
        let model = Model::parse(&train(&rest).file()).ok_or("an invalid model")?;
        for (_, sample) in samples.iter().enumerate().filter(|(at, s)| is_left_out(*at, s)) {
            let prediction = model.predict(&sample.features);
            let expected = KINDS[sample.kind];
            let is_right = prediction.kind == expected;
            all += 1;
            right += u32::from(is_right);
            let entry = certain
                .entry(format!("{:.1}", prediction.probability(prediction.kind)))
                .or_default();
            entry.0 += u32::from(is_right);
            entry.1 += 1;
            if !is_right {
                *confusion
                    .entry((expected.as_str(), prediction.kind.as_str()))
                    .or_default() += 1;
                if lists_errors {
                    println!(
                        "{} {} -> {} {:.2}",
                        sample.name,
                        expected.as_str(),
                        prediction.kind.as_str(),
                        prediction.probability(prediction.kind)
                    );
                }
            }
        }
    }
    println!(
        "{right} of {all} messages, {:.1}%",
        f64::from(right) * 100.0 / f64::from(all)
    );
    for (tenth, (right, all)) in certain {
        println!("  probability {tenth}: {right} of {all}");
    }
    for ((expected, actual), count) in confusion {
        println!("  {expected} -> {actual}: {count}");
    }
    Ok(())
}
