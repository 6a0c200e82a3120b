//! Trains the ranker, which chooses company and title.

use crate::{
    messages::LabelledMessageParser,
    tags::{TagSample, train_tags},
};
use mail_reader::{
    classifier::{Choices, Classifier, FEATURES, Ranker, Tagger},
    match_key,
};
use std::{error::Error, path::Path};

const EPOCHS: u32 = 120;
const LEARNING_RATE: f64 = 0.1;
/// Strength of the L2 regularization.
const DECAY: f64 = 2.0;
/// Features that occur in fewer samples are not learned.
const MIN_MESSAGES: u32 = 3;
/// Decay rates of the moving averages of gradient and squared gradient (Adam).
const MOMENTUM: f64 = 0.9;
const SQUARE_MOMENTUM: f64 = 0.99;
/// Number of folds. The tagger that computes features of a message was trained on the other folds, because its probabilities would be too
/// confident for messages that it was trained on.
const PARTS: usize = 5;
/// Weight of a ruleset example relative to a message of the corpus.
const EXAMPLE_WEIGHT: f64 = 2.0;

/// The candidates for a field of one message: the features of each, and whether it is correct.
struct Sample {
    values: Vec<(Vec<u16>, bool)>,
    weight: f64,
}

impl Sample {
    /// `None` if no candidate is correct.
    fn new(choices: Choices, right_key: &str, weight: f64) -> Option<Self> {
        let mut values: Vec<(Vec<u16>, bool)> = choices
            .all
            .into_iter()
            .map(|choice| (choice.features, choice.key == right_key))
            .collect();
        values.push((choices.none, right_key.is_empty()));
        let has_right = values.iter().any(|(_, is_right)| *is_right);
        has_right.then_some(Self { values, weight })
    }
}

/// Trains the ranker and returns its file. Messages in the folders `left_out` are excluded.
pub fn train_choices(
    root: &Path,
    left_out: Option<&str>,
    tags: &[TagSample],
) -> Result<Vec<u8>, Box<dyn Error>> {
    let samples = read_samples(root, left_out, &classifiers(tags)?)?;
    println!("{} choices", samples.len());
    Ok(Ranker::file(&train(&samples)))
}

/// A classifier for each fold, with a tagger trained on the other folds.
fn classifiers(tags: &[TagSample]) -> Result<Vec<Classifier>, Box<dyn Error>> {
    let classifier = |part: usize| {
        let others = tags.iter().filter(|sample| sample.number % PARTS != part);
        let tagger = Tagger::parse(&train_tags(others)).ok_or("an invalid tagger")?;
        Ok(Classifier::new()?.with_tagger(Some(tagger)))
    };
    (0..PARTS).map(classifier).collect()
}

fn read_samples(
    root: &Path,
    left_out: Option<&str>,
    classifiers: &[Classifier],
) -> Result<Vec<Sample>, Box<dyn Error>> {
    let mut samples = Vec::new();
    for (number, labelled) in LabelledMessageParser::new()?.read_jobs(root, left_out)? {
        let classifier = &classifiers[number % PARTS];
        let weight = if labelled.is_example { EXAMPLE_WEIGHT } else { 1.0 };
        let company = labelled.field("company");
        let name = company.filter(|name| !name.is_empty());
        if let Some([companies, titles]) = classifier.field_choices(&labelled.message, name) {
            let company = company.map(match_key::company);
            let title = labelled.field("title").map(match_key::title);
            samples.extend(company.and_then(|key| Sample::new(companies, &key, weight)));
            samples.extend(title.and_then(|key| Sample::new(titles, &key, weight)));
        }
    }
    Ok(samples)
}

/// Maximizes the probability of the correct candidates by full-batch gradient descent (Adam) with a cosine learning rate schedule.
fn train(samples: &[Sample]) -> Vec<f64> {
    let is_frequent = frequent_features(samples);
    let mut weights = vec![0.0; FEATURES];
    let mut means = vec![(0.0, 0.0); FEATURES];
    for epoch in 0..EPOCHS {
        let mut gradients: Vec<f64> = weights.iter().map(|weight| DECAY * weight).collect();
        for sample in samples {
            add_gradients(&mut gradients, &weights, sample);
        }
        let progress = f64::from(epoch) / f64::from(EPOCHS);
        let rate = LEARNING_RATE * 0.5 * (1.0 + (std::f64::consts::PI * progress).cos());
        let correction = |share: f64| 1.0 - share.powf(f64::from(epoch + 1));
        let (first, second) = (correction(MOMENTUM), correction(SQUARE_MOMENTUM));
        for (feature, weight) in weights.iter_mut().enumerate().filter(|(f, _)| is_frequent[*f]) {
            let gradient = gradients[feature];
            let (mean, square) = &mut means[feature];
            *mean = MOMENTUM * *mean + (1.0 - MOMENTUM) * gradient;
            *square = SQUARE_MOMENTUM * *square + (1.0 - SQUARE_MOMENTUM) * gradient * gradient;
            *weight -= rate * (*mean / first) / ((*square / second).sqrt() + 1e-3);
        }
    }
    weights
}

fn frequent_features(samples: &[Sample]) -> Vec<bool> {
    let mut counts = vec![0_u32; FEATURES];
    for sample in samples {
        let mut features: Vec<u16> = sample
            .values
            .iter()
            .flat_map(|(f, _)| f.iter().copied())
            .collect();
        features.sort_unstable();
        features.dedup();
        for feature in features {
            counts[usize::from(feature)] += 1;
        }
    }
    counts.into_iter().map(|count| count >= MIN_MESSAGES).collect()
}

/// Adds the gradient of the negative log-likelihood of the correct candidates under a softmax over all candidates.
fn add_gradients(gradients: &mut [f64], weights: &[f64], sample: &Sample) {
    let score = |features: &[u16]| features.iter().map(|f| weights[usize::from(*f)]).sum::<f64>();
    let scores: Vec<f64> = sample
        .values
        .iter()
        .map(|(features, _)| score(features))
        .collect();
    let max = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let shares: Vec<f64> = scores.iter().map(|s| (s - max).exp()).collect();
    let all: f64 = shares.iter().sum();
    let right = sample
        .values
        .iter()
        .zip(&shares)
        .filter(|((_, is_right), _)| *is_right);
    let right: f64 = right.map(|(_, share)| share).sum::<f64>().max(f64::MIN_POSITIVE);
    for ((features, is_right), share) in sample.values.iter().zip(&shares) {
        let wanted = if *is_right { share / right } else { 0.0 };
        let gradient = (share / all - wanted) * sample.weight;
        if gradient.abs() > 1e-6 {
            for feature in features {
                gradients[usize::from(*feature)] += gradient;
            }
        }
    }
}
