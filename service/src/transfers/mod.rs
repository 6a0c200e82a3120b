//! Copying the applications of a user from one of their workspaces to another, with everything that belongs to them.
//!
//! Every transaction is in one workspace: one reads a batch in the source, as its owner and with the rows that they own, and one
//! writes it in the target, with the permission, the locks and the quotas of any other write. `transferred_rows` in the target
//! records where a row came from, so an interrupted copy continues when it is repeated, and two concurrent copies copy
//! everything once. Room for all is checked before anything is written.
//!
//! Not copied: emails, which stay with their mailbox, and entries of the history that were undone with their email; comments, grants
//! and the access log; the trash; pairs that were dismissed as duplicates.

mod batch;
mod bundle;
mod copy;
mod earlier_transfers;
mod queries;
mod room;
mod stages;

pub use copy::{copy_applications, copy_from_personal, count_personal, list_personal};
pub(crate) use copy::{move_removed_to_personal, move_to_personal};
pub(crate) use queries::checksum;

/// Why applications are copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    /// To have them in both workspaces. An application that was copied before is not copied again.
    Copy,
    /// To leave the source. An application that has changed since it was copied is copied again, and contacts and tasks without an
    /// application are copied as well.
    Move,
    /// As [`Self::Move`], because another person ends the membership: the limits of the target do not apply.
    Removal,
}

impl Purpose {
    /// Whether the user leaves the source.
    const fn is_move(self) -> bool {
        matches!(self, Self::Move | Self::Removal)
    }

    /// Whether quotas and the limits of the user apply.
    const fn has_limits(self) -> bool {
        matches!(self, Self::Copy | Self::Move)
    }
}
