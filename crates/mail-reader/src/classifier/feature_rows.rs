//! Lookup table over a file of learned weights, with a row of bytes per feature. The file is used as it is, without unpacking, so that
//! processes share its memory.

use std::borrow::Cow;

/// Length of the feature number at the start of each row, in bytes.
const NUMBER_LEN: usize = 4;
/// Number of features in a group. Its bits are counted with a lookup table.
const GROUP: usize = 8;

/// The rows of a file, sorted by feature. `WIDTH` bytes are read after the feature number; those beyond the row's own bytes belong to the
/// next row and must be ignored.
pub struct FeatureRows<const WIDTH: usize> {
    file: Cow<'static, [u8]>,
    /// Byte offset of the first row.
    start: usize,
    row_len: usize,
    /// A copy of the last row, padded with zeros, because the file ends after it.
    last: [u8; WIDTH],
    /// For each group of features, the number of rows before it in the upper 24 bits, and in the lower 8 a bit for each feature with a row.
    groups: Vec<u32>,
    /// Number of set bits for each value of a byte: a lookup table, because not all processors have an instruction for it.
    bit_counts: [u8; 1 << GROUP],
}

impl<const WIDTH: usize> FeatureRows<WIDTH> {
    /// Indexes rows of `values` bytes each. `None` if they are not sorted by feature, or if a feature is not below the limit `features`.
    pub fn new(file: Cow<'static, [u8]>, start: usize, values: usize, features: usize) -> Option<Self> {
        let row_len = NUMBER_LEN + values;
        let mut groups = vec![0_u32; features.div_ceil(GROUP)];
        let mut last = [0; WIDTH];
        let mut next_feature = 0;
        for row in file.get(start..)?.chunks_exact(row_len) {
            let (number, row) = row.split_first_chunk::<NUMBER_LEN>()?;
            let feature = usize::try_from(u32::from_le_bytes(*number)).ok()?;
            if feature < next_feature {
                return None;
            }
            next_feature = feature + 1;
            *groups.get_mut(feature / GROUP)? |= 1 << (feature % GROUP);
            last.iter_mut().zip(row).for_each(|(last, value)| *last = *value);
        }
        let mut rows: u32 = 0;
        for group in &mut groups {
            let count = group.count_ones();
            *group |= rows.checked_mul(1 << GROUP)?;
            rows += count;
        }
        Some(Self {
            file,
            start,
            row_len,
            last,
            groups,
            bit_counts: std::array::from_fn(|byte| u8::try_from(byte.count_ones()).unwrap_or_default()),
        })
    }

    /// The row of a feature, if the file has one.
    pub fn get(&self, feature: u32) -> Option<&[u8; WIDTH]> {
        let feature = feature as usize;
        let group = *self.groups.get(feature / GROUP)?;
        let bit = 1 << (feature % GROUP);
        if group & bit == 0 {
            return None;
        }
        let [bits, ..] = (group & (bit - 1)).to_le_bytes();
        let within = self.bit_counts.get(usize::from(bits))?;
        let row = (group >> GROUP) as usize + usize::from(*within);
        let at = self.start + row * self.row_len + NUMBER_LEN;
        Some(self.file.get(at..)?.first_chunk().unwrap_or(&self.last))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_found_by_their_feature() {
        let file = [7, 3, 0, 0, 0, 10, 11, 70, 0, 0, 0, 20, 21];
        let rows: FeatureRows<4> = FeatureRows::new(Cow::Owned(file.to_vec()), 1, 2, 128).expect("rows");
        assert_eq!(rows.get(3), Some(&[10, 11, 70, 0]));
        assert_eq!(rows.get(70), Some(&[20, 21, 0, 0]));
        assert_eq!((rows.get(4), rows.get(1_000)), (None, None));
        let is_sorted = |features| FeatureRows::<4>::new(Cow::Owned(file.to_vec()), 1, 2, features).is_some();
        assert!(is_sorted(71) && !is_sorted(64));
    }
}
