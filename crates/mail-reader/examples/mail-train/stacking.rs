//! Learns the last layer of the model: a multinomial logistic regression by stochastic gradient descent with a rate for each weight
//! (`AdaGrad`), over the margins of samples that the other weights were not learned from.

use crate::{
    random::Random,
    samples::Sample,
    svm::{Weights, train},
};
use mail_reader::classifier::model::{INPUTS, Inputs, KINDS, KindValues, Model, Stacking, softmax};
use std::error::Error;

/// Samples are left out in so many parts.
pub const FOLDS: usize = 5;
const EPOCHS: usize = 40;
const LEARNING_RATE: f32 = 0.05;
/// How much large weights cost.
const DECAY: f32 = 0.001;
/// Added to the deviation of an input, because some never vary.
const MIN_DEVIATION: f32 = 1e-3;

/// A sample as the last layer sees it.
pub struct StackedSample {
    pub inputs: Inputs,
    /// Position of the kind.
    pub kind: usize,
    /// The part with which it was left out.
    pub fold: usize,
}

/// The part of the samples to which one belongs: those of a folder of the corpus have the same writer.
pub fn fold_of(sample: &Sample) -> usize {
    let folder = sample.name.split('/').next().unwrap_or_default();
    folder.bytes().fold(7, |hash: usize, byte| {
        hash.wrapping_mul(31).wrapping_add(byte.into())
    }) % FOLDS
}

/// The weights that are learned without each part of the messages of the corpus, and these messages as the last layer sees them.
pub fn cross_fit(samples: &[Sample]) -> Result<(Vec<Weights>, Vec<StackedSample>), Box<dyn Error>> {
    let mut all = Vec::new();
    let mut stacked = Vec::new();
    for fold in 0..FOLDS {
        let (left_out, rest): (Vec<&Sample>, Vec<&Sample>) = samples
            .iter()
            .partition(|sample| sample.message.is_some() && fold_of(sample) == fold);
        let weights = train(&rest);
        let model = Model::parse(&weights.file(&Stacking::unweighted())).ok_or("an invalid model")?;
        stacked.extend(left_out.into_iter().map(|sample| StackedSample {
            inputs: model.inputs(&sample.features),
            kind: sample.kind,
            fold,
        }));
        all.push(weights);
    }
    Ok((all, stacked))
}

/// Learns from these samples.
pub fn train_stacking<'s>(samples: impl Iterator<Item = &'s StackedSample>) -> Stacking {
    let mut samples: Vec<&StackedSample> = samples.collect();
    let scales = Scales::new(&samples);
    let mut weights = vec![[0.0_f32; KINDS.len()]; INPUTS];
    let mut squares = vec![[1e-3_f32; KINDS.len()]; INPUTS];
    let mut bias = [0.0_f32; KINDS.len()];
    let mut random = Random(3);
    for _ in 0..EPOCHS {
        for at in (1..samples.len()).rev() {
            samples.swap(at, random.below(at + 1));
        }
        for sample in &samples {
            let inputs = scales.apply(&sample.inputs);
            let mut scores = bias;
            for (input, weights) in inputs.iter().zip(&weights) {
                for (score, weight) in scores.iter_mut().zip(weights) {
                    *score += input * weight;
                }
            }
            let mut errors = softmax(scores);
            errors[sample.kind] -= 1.0;
            for (bias, error) in bias.iter_mut().zip(errors) {
                *bias -= 0.01 * error;
            }
            for ((input, weights), squares) in inputs.iter().zip(&mut weights).zip(&mut squares) {
                for ((weight, square), error) in weights.iter_mut().zip(squares).zip(errors) {
                    let gradient = input * error + DECAY * *weight;
                    *square += gradient * gradient;
                    *weight -= LEARNING_RATE * gradient / square.sqrt();
                }
            }
        }
    }
    scales.unscale(bias, weights)
}

/// Mean and deviation of each input.
struct Scales {
    means: Inputs,
    deviations: Inputs,
}

impl Scales {
    #[expect(clippy::cast_precision_loss, reason = "a number of samples")]
    fn new(samples: &[&StackedSample]) -> Self {
        let count = samples.len().max(1) as f32;
        let mut means = [0.0; INPUTS];
        let mut deviations = [0.0; INPUTS];
        for sample in samples {
            for (mean, input) in means.iter_mut().zip(sample.inputs) {
                *mean += input / count;
            }
        }
        for sample in samples {
            for ((deviation, input), mean) in deviations.iter_mut().zip(sample.inputs).zip(means) {
                *deviation += (input - mean).powi(2) / count;
            }
        }
        Self {
            means,
            deviations: deviations.map(|variance: f32| variance.sqrt() + MIN_DEVIATION),
        }
    }

    fn apply(&self, inputs: &Inputs) -> Inputs {
        let mut scaled = *inputs;
        for ((input, mean), deviation) in scaled.iter_mut().zip(self.means).zip(self.deviations) {
            *input = (*input - mean) / deviation;
        }
        scaled
    }

    /// The weights for inputs that are not scaled.
    fn unscale(&self, mut bias: KindValues, mut weights: Vec<KindValues>) -> Stacking {
        for ((weights, mean), deviation) in weights.iter_mut().zip(self.means).zip(self.deviations) {
            for (weight, bias) in weights.iter_mut().zip(&mut bias) {
                *weight /= deviation;
                *bias -= *weight * mean;
            }
        }
        Stacking::new(bias, weights)
    }
}
