//! The last layer of the model: a multinomial logistic regression over the margins of each feature group and the numbers of sentences that
//! match rules. It is trained on margins of held-out messages, because margins of training messages would be too confident (Wolpert,
//! "Stacked Generalization", 1992).

use super::{GROUPS, KINDS};

/// Number of inputs: for each feature group a margin per kind, then the numbers of strong and of weak sentences per kind.
pub const INPUTS: usize = (GROUPS + 2) * KINDS.len();
/// Size of the weights in the model file, in bytes.
pub const STACKING_LEN: usize = 4 * (INPUTS + 1) * KINDS.len();
/// Weight of the margins in [`Stacking::unweighted`].
const MARGIN_SCALE: f32 = 10.0;

/// The inputs for a message.
pub type Inputs = [f32; INPUTS];
/// A value for each kind, in the order of [`KINDS`].
pub type KindValues = [f32; KINDS.len()];

/// Multinomial logistic regression with a bias per kind and a weight per input and kind.
pub struct Stacking {
    pub bias: KindValues,
    /// A row for each input.
    pub weights: Vec<KindValues>,
}

impl Stacking {
    /// An untrained last layer: the sum of the margins decides.
    pub fn unweighted() -> Self {
        let mut weights = vec![[0.0; KINDS.len()]; INPUTS];
        for (input, weights) in weights.iter_mut().take(GROUPS * KINDS.len()).enumerate() {
            if let Some(weight) = weights.get_mut(input % KINDS.len()) {
                *weight = MARGIN_SCALE;
            }
        }
        Self {
            bias: [0.0; KINDS.len()],
            weights,
        }
    }

    /// Decodes the output of [`to_bytes`](Self::to_bytes).
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
        Self {
            bias,
            weights: rows.collect(),
        }
    }

    /// Encodes the bias and the weights as little-endian `f32` values for the model file.
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

/// The softmax of the scores: probabilities proportional to their exponentials.
fn softmax(mut scores: KindValues) -> KindValues {
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
        let bytes = Stacking { bias, weights }.to_bytes();
        let read = Stacking::parse(bytes.first_chunk().expect("all weights"));
        assert_eq!((read.bias[1], read.weights[5][2]), (-0.5, 1.5));
        let mut inputs = [0.0; INPUTS];
        inputs[5] = 2.0;
        let probabilities = read.probabilities(&inputs);
        assert!(probabilities[2] > probabilities[0] && probabilities[0] > probabilities[1]);
        assert!((probabilities.iter().sum::<f32>() - 1.0).abs() < 1e-5);
    }
}
