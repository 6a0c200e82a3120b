//! Job applications: adding, moving, editing, merging, listing, the board, notes, the event history, silence.

mod add;
mod board;
mod bulk;
pub(crate) mod demo_data;
mod detail;
mod duplicates;
mod edit;
mod events;
mod export_csv;
mod filter_values;
mod import_csv;
pub(crate) mod limits;
mod list;
mod merge;
mod move_stage;
mod notes;
mod postings;
pub(crate) mod queries;
mod report;
mod silence;
mod stages;
mod start_page;
mod trash;
mod watch;

pub use add::add;
pub use board::{CARDS_PER_COLUMN, MAX_EXPANDED_CARDS, get_board, list_cards_after};
pub use bulk::{bulk_update, bulk_update_at, undo_bulk_update};
pub use detail::{ApplicationOverview, Neighbors, get_detail, get_overview, mark_as_seen};
pub use duplicates::{dismiss_duplicate, list_duplicates};
pub use edit::edit;
pub use events::list_events;
pub use export_csv::export_csv;
pub use filter_values::{FilterChoices, list_filter_choices};
pub(crate) use import_csv::ImportCsv;
pub use import_csv::{
    CsvUpload, MAX_CSV_BYTES, begin_csv_import, confirm_csv_import, get_csv_import, map_csv_import,
};
pub(crate) use list::list_by_ids;
pub use list::{MAX_COUNT, list, list_and_count, list_tasks, search};
pub(crate) use merge::{
    find_with_silence as find, lock_names, retract_change, undo_merge_of_messages, undo_messages,
};
pub use merge::{merge, undo_merge};
pub use move_stage::{move_stage, undo_move};
pub(crate) use notes::list_by_ids as list_notes_by_ids;
pub use notes::{add_note, delete_note, list_all_notes, list_notes, update_note};
pub use postings::{get_posting, set_posting};
pub use report::{MAX_REPORT_APPLICATIONS, Report, list_report};
pub(crate) use silence::SweepSilence;
pub use silence::{
    get_thresholds as get_silence_thresholds, schedule_sweeps, update_thresholds as update_silence_thresholds,
};
pub use stages::{add_stage, delete_stage, list_stages, order_stages, update_stage};
pub use start_page::{has_applications, start_page};
pub use trash::{DeletedApplication, DeletedApplications, delete, list_deleted, purge, restore};
pub(crate) use trash::{delete_for_good, move_to_trash, restore_from_trash};
pub use watch::{announce_changes, watch};

use crate::Error;
use domain::{ApiError, ErrorCode, jobapps::JobApplication};

/// The error for a change based on an outdated version. It carries the current application.
fn version_conflict(current: &JobApplication) -> Error {
    let detail =
        "The application has changed since you read it. Review `current`, then retry with its version.";
    let mut conflict = ApiError::new(ErrorCode::VersionConflict, detail);
    conflict.current = serde_json::to_value(current).ok();
    conflict.into()
}
