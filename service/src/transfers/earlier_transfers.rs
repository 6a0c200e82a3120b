//! Decides whether a row is copied, or is already in the target.

use super::Purpose;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// A row to copy, with a digest of its current content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Item {
    pub id: Uuid,
    pub digest: String,
}

/// A row of `transferred_rows`: `source_id` was copied to `id`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TransferRow {
    pub id: Uuid,
    pub source_id: Uuid,
    /// Digest of the source at that time.
    pub source_digest: String,
    /// Digest of the copy at that time.
    pub digest: String,
}

/// Earlier copies between the same two workspaces.
#[derive(Debug, Default)]
pub(super) struct EarlierTransfers {
    /// Copies in the target, by the id in the source.
    pub copies: HashMap<Uuid, TransferRow>,
    /// Rows of the source that came from the target, by their id in the source.
    pub origins: HashMap<Uuid, TransferRow>,
    /// Originals of these rows in the target that still exist and are not in the trash.
    pub live: HashSet<Uuid>,
}

impl EarlierTransfers {
    /// The row of the target that already has the content of the item. A copy in the trash counts, because its owner deleted it.
    pub fn find(&self, item: &Item, purpose: Purpose) -> Option<Uuid> {
        let copy = self.copies.get(&item.id);
        let copy = copy.filter(|copy| !purpose.is_move() || copy.source_digest == item.digest);
        let origin = self.origins.get(&item.id);
        let origin =
            origin.filter(|origin| origin.digest == item.digest && self.live.contains(&origin.source_id));
        copy.map(|copy| copy.id).or(origin.map(|origin| origin.source_id))
    }

    /// Whether the result depends on the current content of the item.
    pub fn needs_digest(&self, id: Uuid, purpose: Purpose) -> bool {
        let is_copied = self.copies.contains_key(&id);
        is_copied && purpose.is_move() || !is_copied && self.origins.contains_key(&id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: Uuid = Uuid::from_u128(1);
    const OTHER: Uuid = Uuid::from_u128(2);

    fn item(digest: &str) -> Item {
        Item {
            id: ID,
            digest: digest.into(),
        }
    }

    fn transferred(id: Uuid, source_id: Uuid) -> TransferRow {
        TransferRow {
            id,
            source_id,
            source_digest: "as copied".into(),
            digest: "as copied".into(),
        }
    }

    #[test]
    fn copied_row_is_copied_again_only_after_a_change_when_its_workspace_is_left() {
        let mut known = EarlierTransfers::default();
        assert_eq!(known.find(&item("as copied"), Purpose::Copy), None);
        known.copies.insert(ID, transferred(OTHER, ID));
        assert_eq!(known.find(&item("changed"), Purpose::Copy), Some(OTHER));
        for purpose in [Purpose::Move, Purpose::Removal] {
            assert_eq!(known.find(&item("as copied"), purpose), Some(OTHER));
            assert_eq!(known.find(&item("changed"), purpose), None);
        }
    }

    #[test]
    fn row_from_the_target_exists_there_unless_it_changed_or_its_original_was_deleted() {
        let mut known = EarlierTransfers::default();
        known.origins.insert(ID, transferred(ID, OTHER));
        assert_eq!(
            known.find(&item("as copied"), Purpose::Copy),
            None,
            "the original is gone"
        );
        known.live.insert(OTHER);
        for purpose in [Purpose::Copy, Purpose::Move, Purpose::Removal] {
            assert_eq!(known.find(&item("as copied"), purpose), Some(OTHER));
            assert_eq!(known.find(&item("changed"), purpose), None);
        }
    }
}
