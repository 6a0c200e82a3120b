//! Applications: adding, moving, listing, the board, the ledger.

mod add;
pub(crate) mod believable;
mod board;
mod delete;
mod detail;
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
pub use delete::delete;
pub use detail::detail;
pub use history::history;
pub use list::list;
pub(crate) use matching::match_key;
pub use notes::{add_note, add_note_once, delete_note, notes, update_note};
pub use statuses::statuses;
pub use update::update;
pub(crate) use zone::{midnight, today};
