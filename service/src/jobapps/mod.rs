//! Applications: adding, moving, listing, the board, the ledger.

mod add;
pub(crate) mod believable;
mod board;
mod deleted;
mod detail;
mod edit;
mod history;
mod list;
mod matching;
mod notes;
pub(crate) mod queries;
mod statuses;
mod update;
mod zone;

pub use add::{add, add_once};
pub use board::board;
pub use deleted::{delete, purge, restore};
pub use detail::detail;
pub use edit::edit;
pub use history::history;
pub use list::list;
pub(crate) use matching::match_key;
pub use notes::{add_note, add_note_once, delete_note, notes, update_note};
pub use statuses::statuses;
pub use update::update;
pub(crate) use zone::{midnight, today};

use crate::Error;
use domain::{ApiError, ErrorCode, jobapps::JobApplication};

/// Tells the caller that the application changed since they read it, and how it stands now.
fn version_conflict(current: JobApplication) -> Error {
    let detail = "It changed since you read it. Look at current, then send it again with its version.";
    let mut conflict = ApiError::new(ErrorCode::VersionConflict, detail);
    conflict.current = Some(Box::new(current));
    conflict.into()
}
