//! Trains the last layer of the model, a multinomial logistic regression over the margins of held-out samples, by stochastic gradient
//! descent with a learning rate per weight (`AdaGrad`).

use crate::{
    random::Random,
    samples::Sample,
    svm::{Weights, train},
};
use mail_reader::classifier::model::{INPUTS, Inputs, KINDS, Model, Stacking};
use std::error::Error;

/// Number of folds for cross-validation.
const FOLDS: usize = 5;
const EPOCHS: usize = 40;
const LEARNING_RATE: f32 = 0.05;
/// Strength of the L2 regularization.
const DECAY: f32 = 0.001;
/// Added to the standard deviation of an input, because constant inputs have none.
const MIN_DEVIATION: f32 = 1e-3;

/// A sample of the last layer, computed by a model that was not trained on it.
pub struct StackedSample {
    pub inputs: Inputs,
    /// Index of the kind in [`KINDS`].
    pub kind: usize,
    /// The fold that the sample belongs to.
    pub fold: usize,
}

/// The fold of a sample. All messages of a corpus folder are in the same fold, because they have the same author.
pub fn fold_of(sample: &Sample) -> usize {
    let folder = sample.name.split('/').next().unwrap_or_default();
    folder.bytes().fold(7, |hash: usize, byte| {
        hash.wrapping_mul(31).wrapping_add(byte.into())
    }) % FOLDS
}

/// Trains the support-vector machines once per fold, without the samples of that fold, and computes the last layer's inputs for these
/// samples.
pub fn cross_fit(samples: &[Sample]) -> Result<(Vec<Weights>, Vec<StackedSample>), Box<dyn Error>> {
    let mut all = Vec::new();
    let mut stacked = Vec::new();
    for fold in 0..FOLDS {
        let (left_out, rest): (Vec<&Sample>, Vec<&Sample>) =
            samples.iter().partition(|sample| fold_of(sample) == fold);
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

/// Trains the last layer.
pub fn train_stacking<'s>(samples: impl Iterator<Item = &'s StackedSample>) -> Stacking {
    let mut samples: Vec<&StackedSample> = samples.collect();
    let scales = Scales::new(&samples);
    let mut stacking = Stacking {
        bias: [0.0; KINDS.len()],
        weights: vec![[0.0; KINDS.len()]; INPUTS],
    };
    let mut squares = vec![[1e-3_f32; KINDS.len()]; INPUTS];
    let mut random = Random(3);
    for _ in 0..EPOCHS {
        random.shuffle(&mut samples);
        for sample in &samples {
            let inputs = scales.apply(&sample.inputs);
            let mut errors = stacking.probabilities(&inputs);
            errors[sample.kind] -= 1.0;
            for (bias, error) in stacking.bias.iter_mut().zip(errors) {
                *bias -= 0.01 * error;
            }
            for ((input, weights), squares) in inputs.iter().zip(&mut stacking.weights).zip(&mut squares) {
                for ((weight, square), error) in weights.iter_mut().zip(squares).zip(errors) {
                    let gradient = input * error + DECAY * *weight;
                    *square += gradient * gradient;
                    *weight -= LEARNING_RATE * gradient / square.sqrt();
                }
            }
        }
    }
    scales.unscale(stacking)
}

/// Mean and standard deviation of each input, for standardization.
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

    /// Converts weights of standardized inputs to weights of raw inputs.
    fn unscale(&self, mut stacking: Stacking) -> Stacking {
        let Stacking { bias, weights } = &mut stacking;
        for ((weights, mean), deviation) in weights.iter_mut().zip(self.means).zip(self.deviations) {
            for (weight, bias) in weights.iter_mut().zip(&mut *bias) {
                *weight /= deviation;
                *bias -= *weight * mean;
            }
        }
        stacking
    }
}
