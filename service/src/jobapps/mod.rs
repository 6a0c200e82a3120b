//! Applications: adding, moving, listing, the board, the ledger.

mod add;
pub(crate) mod believable;
mod board;
mod history;
mod list;
mod matching;
pub(crate) mod queries;
mod statuses;
mod update;
mod zone;

pub use add::add;
pub use board::board;
pub use history::history;
pub use list::list;
pub(crate) use matching::match_key;
pub use statuses::statuses;
pub use update::update;
pub(crate) use zone::{midnight, today};
