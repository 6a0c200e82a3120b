//! `/api/jobapps`.

mod add_jobapp;
mod bulk_update;
mod delete_jobapp;
mod duplicates;
mod edit_jobapp;
mod export_csv;
mod get_jobapps;
mod import_csv;
mod merge_jobapps;
mod notes;
mod posting;
mod restore_jobapp;
mod silence;
mod stages;
mod update_jobapp;
