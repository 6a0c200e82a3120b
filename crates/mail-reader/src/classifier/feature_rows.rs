//! Files of learned weights: for each feature that is learned, its number and some bytes. They are not unpacked, so that processes share them.

use std::borrow::Cow;

const NUMBER_LEN: usize = 4;
/// The features of a group, whose bits are counted with a table.
const GROUP: usize = 8;

/// The rows of a file, in the order of their features. Of each, `WIDTH` bytes are read behind its number; those that are not its own
/// are to be ignored.
pub struct FeatureRows<const WIDTH: usize> {
    file: Cow<'static, [u8]>,
    /// Where the first row begins.
    start: usize,
    row_len: usize,
    /// The last row, behind which nothing stands.
    last: [u8; WIDTH],
    /// For each group of features the number of rows before it, and a bit for each feature that has a row.
    groups: Vec<u32>,
    /// The number of bits of each byte, since processors that count them cannot be taken for granted.
    bit_counts: [u8; 1 << GROUP],
}

impl<const WIDTH: usize> FeatureRows<WIDTH> {
    /// Rows of some values each, of features below a limit.
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

    /// The row of a feature, if it is learned.
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
