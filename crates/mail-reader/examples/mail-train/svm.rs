//! Trains the model: for each kind a linear support-vector machine that separates it from the other kinds (one-vs-rest).
//!
//! The loss is the squared hinge loss, minimized by coordinate descent in the dual (Hsieh et al., "A Dual Coordinate Descent Method for
//! Large-scale Linear SVM", 2008). The bias is the weight of a constant feature.

use crate::{random::Random, samples::Sample};
use mail_reader::classifier::model::{BUCKETS, KINDS, Model, Stacking, round_rarity, term_weight};
use std::collections::HashSet;

/// Cost of margin violations relative to large weights (C).
const COST: f32 = 4.0;
/// Diagonal term of the dual problem for the squared hinge loss: 1 / (2 C).
const DIAGONAL: f32 = 0.5 / COST;
const MAX_EPOCHS: usize = 60;
/// Training stops after an epoch in which no dual variable changes by more than this.
const TOLERANCE: f32 = 0.02;
/// Features that occur in fewer samples are not learned.
const MIN_SAMPLES: u16 = 2;

/// The trained weights of all kinds, indexed by feature.
pub struct Weights {
    rarities: Vec<f32>,
    rows: Vec<Vec<f32>>,
}

impl Weights {
    /// Encodes a model file from these weights and a last layer.
    pub fn file(&self, stacking: &Stacking) -> Vec<u8> {
        Model::file(&self.rarities, &self.rows, stacking)
    }
}

/// A sample as a sparse vector of TF-IDF values. Each feature group is scaled to the length of its share.
type Vector = Vec<(u32, f32)>;

/// Trains the support-vector machines of all kinds.
pub fn train(samples: &[&Sample]) -> Weights {
    let rarities = find_rarities(samples);
    let vectors: Vec<Vector> = samples.iter().map(|sample| vector(sample, &rarities)).collect();
    let mut rows = vec![vec![0.0; KINDS.len()]; BUCKETS];
    for kind in 0..KINDS.len() {
        let column = train_kind(samples, &vectors, kind);
        for (row, weight) in rows.iter_mut().zip(column) {
            row[kind] = weight;
        }
    }
    Weights { rarities, rows }
}

/// Inverse document frequency of each feature; 0 for features that are not learned.
fn find_rarities(samples: &[&Sample]) -> Vec<f32> {
    let mut counts = vec![0_u16; BUCKETS];
    for sample in samples {
        let all = sample.features.groups().into_iter().flat_map(|(group, _)| group);
        let features: HashSet<u32> = all.map(|(feature, _)| *feature).collect();
        for feature in features {
            counts[feature as usize] = counts[feature as usize].saturating_add(1);
        }
    }
    let total = 1.0 + f32::from(u16::try_from(samples.len()).unwrap_or(u16::MAX));
    counts
        .into_iter()
        .map(|count| {
            if count < MIN_SAMPLES {
                return 0.0;
            }
            round_rarity((total / (1.0 + f32::from(count))).ln() + 1.0)
        })
        .collect()
}

fn vector(sample: &Sample, rarities: &[f32]) -> Vector {
    let mut all = Vec::new();
    for (group, share) in sample.features.groups() {
        let values: Vector = group
            .iter()
            .filter(|(feature, _)| rarities[*feature as usize] > 0.0)
            .map(|(feature, count)| (*feature, term_weight(*count, rarities[*feature as usize])))
            .collect();
        let length: f32 = values.iter().map(|(_, value)| value * value).sum::<f32>().sqrt() / share;
        all.extend(
            values
                .into_iter()
                .map(|(feature, value)| (feature, value / length)),
        );
    }
    all
}

/// Trains the support-vector machine of one kind. Its bias is not returned, because the last layer learns its own.
fn train_kind(samples: &[&Sample], vectors: &[Vector], kind: usize) -> Vec<f32> {
    let mut weights = vec![0.0_f32; BUCKETS];
    let mut bias = 0.0_f32;
    let mut duals = vec![0.0_f32; samples.len()];
    let norms: Vec<f32> = vectors
        .iter()
        .map(|vector| 1.0 + vector.iter().map(|(_, value)| value * value).sum::<f32>())
        .collect();
    let mut order: Vec<usize> = (0..samples.len()).collect();
    let mut random = Random(42);
    for _ in 0..MAX_EPOCHS {
        random.shuffle(&mut order);
        let mut largest = 0.0_f32;
        for at in &order {
            let (sample, vector, dual) = (samples[*at], &vectors[*at], &mut duals[*at]);
            let sign = if sample.kind == kind { 1.0 } else { -1.0 };
            let margin: f32 = bias
                + vector
                    .iter()
                    .map(|(f, value)| weights[*f as usize] * value)
                    .sum::<f32>();
            let gradient = sign * margin - 1.0 + DIAGONAL * *dual;
            let new = (*dual - gradient / (norms[*at] + DIAGONAL)).max(0.0);
            let step = (new - *dual) * sign;
            *dual = new;
            if step != 0.0 {
                largest = largest.max(step.abs());
                bias += step;
                for (feature, value) in vector {
                    weights[*feature as usize] += step * value;
                }
            }
        }
        if largest < TOLERANCE {
            break;
        }
    }
    weights
}
