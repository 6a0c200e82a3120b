//! SQL for CSV imports.

mod applications;
mod imports;
mod uploads;

pub(super) use applications::{fill, find_last_currency, list_existing, lock_current};
pub(super) use imports::{
    FileFormat, ImportRow, LockedImport, Progress, RunningImport, add_progress, discard, end_import,
    find_import, find_running, lock_import, restart, set_columns,
};
pub(super) use uploads::{count_open, delete_old, delete_upload, insert_upload, start_import};
