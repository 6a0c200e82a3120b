//! Learns the weights of the model, and those by which company and title are chosen, from labelled messages.
//!
//! ```text
//! mail-train [--folds n] [--only kinds|fields] [--without folder] [--out folder]
//! ```
//!
//! The messages are the seen ones of the corpus, the examples of the rulesets, and the sentences in `training`, where `(a|b)` stands for
//! alternatives. The result depends on nothing else, so training again writes the same file. `--folds` instead measures how well
//! messages are read that were left out. `--only` learns one of the two, `--without` leaves a folder of the corpus out of the choice of
//! company and title, and `--out` writes the files elsewhere.

mod choices;
#[path = "../../tests/records/half.rs"]
mod half;
mod random;
#[path = "../../tests/records/mod.rs"]
mod records;
mod samples;

use choices::train_choices;
use domain::mail::MessageKind;
use mail_reader::classifier::{
    Classification, Classifier,
    model::{
        KINDS, MessageFeatures, Model, POOL_TEMPERATURE, PROPERTY_BUCKETS, TOPIC_BUCKETS, WORD_BUCKETS, pool,
        sentence_share,
    },
};
use random::Random;
use samples::{Sample, read_samples};
use std::{
    collections::BTreeMap,
    error::Error,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

const EPOCHS: usize = 32;
const LEARNING_RATE: f32 = 0.4;
/// Pulls weights to zero.
const DECAY: f32 = 2e-4;
/// Weights below this share of the largest one are not stored.
const MIN_WEIGHT: f32 = 0.012;
/// A feature that fewer samples have is not learned.
const MIN_SAMPLES: usize = 2;

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
    let folder = option("--out").map_or_else(|| root.join("rulesets"), PathBuf::from);
    let only = option("--only");
    let is_learned = |part: &str| only.as_deref().is_none_or(|only| only == part);
    if is_learned("fields") && option("--folds").is_none() {
        let file = train_choices(root, option("--without").as_deref())?;
        fs::write(folder.join("fields.bin"), &file)?;
        println!("{} bytes", file.len());
    }
    if !is_learned("kinds") {
        return Ok(());
    }
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
    fs::write(folder.join("model.bin"), &file)?;
    println!("{} bytes", file.len());
    Ok(())
}

/// Weights while they are learned.
struct Trainer {
    words: Vec<Vec<f32>>,
    word_gradients: Vec<Vec<f32>>,
    properties: Vec<Vec<f32>>,
    property_gradients: Vec<Vec<f32>>,
    topics: Vec<Vec<f32>>,
    topic_gradients: Vec<Vec<f32>>,
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
            topics: table(TOPIC_BUCKETS, 0.0),
            topic_gradients: table(TOPIC_BUCKETS, 0.1),
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
            let share = sentence_share(features.topics.len());
            for topic in &features.topics {
                *logit += self.topics[*topic as usize][kind] * share;
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
            let share = sentence_share(sample.features.topics.len());
            for topic in &sample.features.topics {
                let at = *topic as usize;
                step(
                    &mut self.topics[at][kind],
                    &mut self.topic_gradients[at][kind],
                    error * share,
                );
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
        Model::file(&words, &self.properties, &self.topics)
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

/// Trains without each part of the messages and reads it, by the model alone and by rules and model.
fn measure(samples: &[Sample], folds: usize, lists_errors: bool) -> Result<(), Box<dyn Error>> {
    let mut result = Measurement::default();
    for fold in 0..folds {
        let is_left_out = |at: usize, sample: &Sample| sample.message.is_some() && at % folds == fold;
        let rest: Vec<&Sample> = samples
            .iter()
            .enumerate()
            .filter(|(at, s)| !is_left_out(*at, s))
            .map(|(_, s)| s)
            .collect();
        let file = train(&rest).file();
        let model = Model::parse(&file).ok_or("an invalid model")?;
        let classifier = Classifier::new()?.with_model(Model::parse(&file).ok_or("an invalid model")?);
        for (_, sample) in samples.iter().enumerate().filter(|(at, s)| is_left_out(*at, s)) {
            let Some(message) = &sample.message else { continue };
            let predicted = model.predict(&sample.features).kind;
            let classification = classifier.classify(message);
            let error = result.add(sample, predicted, &classification);
            if let Some(error) = error.filter(|_| lists_errors) {
                println!("{error}");
            }
        }
    }
    result.print();
    Ok(())
}

/// Messages with a lower confidence are left to the user.
const LIKELY_THRESHOLD: f32 = 0.7;

/// How left-out messages were read.
#[derive(Default)]
struct Measurement {
    messages: u32,
    right_by_model: u32,
    right: u32,
    found: u32,
    missed: u32,
    wrongly_found: u32,
    confusion: BTreeMap<(&'static str, &'static str), u32>,
}

impl Measurement {
    /// Adds a message and describes the error, if there is one.
    fn add(&mut self, sample: &Sample, predicted: MessageKind, read: &Classification) -> Option<String> {
        let expected = KINDS[sample.kind];
        let is_found = read.kind.is_about_application() && read.confidence >= LIKELY_THRESHOLD;
        let actual = if read.kind.is_about_application() && !is_found {
            "unclear"
        } else {
            read.kind.as_str()
        };
        self.messages += 1;
        self.right_by_model += u32::from(predicted == expected);
        self.found += u32::from(expected.is_about_application() && is_found);
        self.missed += u32::from(expected.is_about_application() && !is_found);
        self.wrongly_found += u32::from(!expected.is_about_application() && is_found);
        if actual == expected.as_str() {
            self.right += 1;
            return None;
        }
        *self.confusion.entry((expected.as_str(), actual)).or_default() += 1;
        Some(format!(
            "{} {} -> {} {:.2} [{} {} {:?}], model {}",
            sample.name,
            expected.as_str(),
            read.kind.as_str(),
            read.confidence,
            read.ruleset,
            read.rule,
            read.matched_text,
            predicted.as_str(),
        ))
    }

    fn print(&self) {
        let percent = |part: u32, all: u32| f64::from(part) * 100.0 / f64::from(all.max(1));
        println!(
            "{} messages: model alone {:.1}%, with the rules {:.1}%, F1 {:.1}%, wrongly found {}",
            self.messages,
            percent(self.right_by_model, self.messages),
            percent(self.right, self.messages),
            percent(2 * self.found, 2 * self.found + self.missed + self.wrongly_found),
            self.wrongly_found,
        );
        for ((expected, actual), count) in &self.confusion {
            println!("  {expected} -> {actual}: {count}");
        }
    }
}
