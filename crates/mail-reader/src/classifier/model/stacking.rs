//! The last layer of the model: a multinomial logistic regression over the margins of each group of features and the sentences that
//! rules find. Its weights are learned from the margins of messages that were left out when those of the features were learned (stacked
//! generalization; Wolpert, "Stacked Generalization", 1992).

use super::{GROUPS, KINDS};

/// For each group of features a margin of each kind, then the strong and the weak sentences for each kind.
pub const INPUTS: usize = (GROUPS + 2) * KINDS.len();
/// Bytes of the weights in a file.
pub const STACKING_LEN: usize = 4 * (INPUTS + 1) * KINDS.len();
/// How probable a kind is by its margin, before anything else is learned.
const MARGIN_SCALE: f32 = 10.0;

/// The inputs of a message.
pub type Inputs = [f32; INPUTS];
/// A number for each kind.
pub type KindValues = [f32; KINDS.len()];

/// A weight for each input and kind.
#[derive(Clone)]
pub struct Stacking {
    bias: KindValues,
    weights: Vec<KindValues>,
}

impl Stacking {
    /// From a bias of each kind, and for each input its weights.
    pub fn new(bias: KindValues, weights: Vec<KindValues>) -> Self {
        Self { bias, weights }
    }

    /// The sum of the margins decides.
    pub fn unweighted() -> Self {
        let mut weights = vec![[0.0; KINDS.len()]; INPUTS];
        for (input, weights) in weights.iter_mut().take(GROUPS * KINDS.len()).enumerate() {
            if let Some(weight) = weights.get_mut(input % KINDS.len()) {
                *weight = MARGIN_SCALE;
            }
        }
        Self::new([0.0; KINDS.len()], weights)
    }

    /// Reads the weights of a file.
    pub fn parse(file: &[u8; STACKING_LEN]) -> Self {
        let (numbers, _) = file.as_chunks::<4>();
        let mut rows = numbers.chunks_exact(KINDS.len()).map(|row| {
            let mut values = [0.0; KINDS.len()];
            for (value, bytes) in values.iter_mut().zip(row) {
                *value = f32::from_le_bytes(*bytes);
            }
            values
        });
        let bias = rows.next().unwrap_or_default();
        Self::new(bias, rows.collect())
    }

    /// The weights as a file has them.
    pub fn to_bytes(&self) -> Vec<u8> {
        let rows = std::iter::once(&self.bias).chain(&self.weights);
        rows.flatten().flat_map(|weight| weight.to_le_bytes()).collect()
    }

    /// The probability of each kind.
    pub fn probabilities(&self, inputs: &Inputs) -> KindValues {
        let mut scores = self.bias;
        for (input, weights) in inputs.iter().zip(&self.weights) {
            for (score, weight) in scores.iter_mut().zip(weights) {
                *score += input * weight;
            }
        }
        softmax(scores)
    }
}

/// Probabilities that are proportional to the exponentials of scores.
pub fn softmax(mut scores: KindValues) -> KindValues {
    let max = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    for score in &mut scores {
        *score = (*score - max).exp();
    }
    let sum: f32 = scores.iter().sum();
    scores.map(|score| score / sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_of_a_file_are_read_as_they_were_written() {
        let mut weights = vec![[0.0; KINDS.len()]; INPUTS];
        weights[5][2] = 1.5;
        let mut bias = [0.0; KINDS.len()];
        bias[1] = -0.5;
        let bytes = Stacking::new(bias, weights).to_bytes();
        let read = Stacking::parse(bytes.first_chunk().expect("all weights"));
        assert_eq!((read.bias[1], read.weights[5][2]), (-0.5, 1.5));
        let mut inputs = [0.0; INPUTS];
        inputs[5] = 2.0;
        let probabilities = read.probabilities(&inputs);
        assert!(probabilities[2] > probabilities[0] && probabilities[0] > probabilities[1]);
        assert!((probabilities.iter().sum::<f32>() - 1.0).abs() < 1e-5);
    }
}
