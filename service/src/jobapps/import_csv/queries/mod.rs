//! SQL of CSV imports.

mod applications;
mod imports;

pub(super) use applications::{fill, list_existing, lock_current};
pub(super) use imports::{
    FileFormat, ImportRow, LockedImport, Progress, RunningImport, add_progress, count_open, delete_old,
    delete_upload, discard, end_import, find_import, find_running, insert_upload, lock_import, restart,
    set_columns, start_import,
};
