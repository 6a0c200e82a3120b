//! The learned weights of the ranker and their file format.

use super::features::FEATURES;

static FILE: &[u8] = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/rulesets/fields.bin"));

/// Linear ranker with a weight for each feature.
pub struct Ranker {
    weights: Vec<i8>,
}

impl Ranker {
    /// The ranker with the committed weights.
    pub fn embedded() -> Self {
        Self::parse(FILE)
    }

    /// Reads a weights file: rows of three bytes, a feature number (u16, little-endian) and its weight (i8). Other features have weight 0.
    pub fn parse(file: &[u8]) -> Self {
        let mut weights = vec![0; FEATURES];
        for row in file.as_chunks::<3>().0 {
            let [low, high, weight] = *row;
            let feature = usize::from(u16::from_le_bytes([low, high]));
            if let Some(target) = weights.get_mut(feature) {
                *target = i8::from_le_bytes([weight]);
            }
        }
        Self { weights }
    }

    /// Encodes weights as a file. The largest absolute weight becomes 127; weights that round to 0 are left out.
    pub fn file(weights: &[f64]) -> Vec<u8> {
        let max = weights.iter().fold(f64::MIN_POSITIVE, |max, w| max.max(w.abs()));
        let scale = max / f64::from(i8::MAX);
        let mut file = Vec::new();
        for (feature, weight) in (0..=u16::MAX).zip(weights) {
            #[expect(clippy::cast_possible_truncation, reason = "scaled to the range")]
            let weight = (weight / scale).round() as i8;
            if weight != 0 {
                file.extend(feature.to_le_bytes());
                file.extend(weight.to_le_bytes());
            }
        }
        file
    }

    /// Sum of the weights of the features.
    pub fn score(&self, features: &[u16]) -> i32 {
        let weights = features.iter().filter_map(|f| self.weights.get(usize::from(*f)));
        weights.map(|weight| i32::from(*weight)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_of_weights_is_read_as_their_shares_of_the_largest() {
        let mut weights = vec![0.0; FEATURES];
        weights[3] = 2.0;
        weights[65_535] = -1.0;
        let file = Ranker::file(&weights);
        assert_eq!(file.len(), 6);
        let ranker = Ranker::parse(&file);
        assert_eq!(ranker.score(&[3, 4]), 127);
        assert_eq!(ranker.score(&[3, 65_535, 65_535]), -1);
    }
}
