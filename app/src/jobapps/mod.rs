//! Job applications: board, table, application page, CSV import, merging and splitting.

#[cfg(feature = "ssr")]
mod add_form;
pub mod api;
#[cfg(feature = "ssr")]
pub mod application;
#[cfg(feature = "ssr")]
pub mod application_parts;
mod board;
#[cfg(feature = "ssr")]
mod coaching_client_list;
#[cfg(feature = "ssr")]
pub mod coaching_client_table;
#[cfg(feature = "ssr")]
pub mod copy_choice;
pub mod copy_form;
#[cfg(feature = "ssr")]
mod csv_import;
#[cfg(feature = "ssr")]
mod duplicates_page;
#[cfg(feature = "ssr")]
pub mod emails;
#[cfg(feature = "ssr")]
mod filters;
#[cfg(feature = "ssr")]
pub mod interview_time;
pub mod labels;
#[cfg(feature = "ssr")]
mod merge_page;
#[cfg(feature = "ssr")]
mod report_page;
mod select_box;
#[cfg(feature = "ssr")]
mod split_page;
#[cfg(feature = "ssr")]
mod table;
#[cfg(feature = "ssr")]
mod task_input;
#[cfg(feature = "ssr")]
pub mod task_views;

#[cfg(feature = "ssr")]
pub use application::ApplicationPage;
#[cfg(feature = "ssr")]
pub use board::{BoardPage, coaching_client as client_board};
#[cfg(feature = "ssr")]
pub use csv_import::{CsvImportDetailPage, CsvImportPage};
#[cfg(feature = "ssr")]
pub use duplicates_page::DuplicatesPage;
#[cfg(feature = "ssr")]
pub use merge_page::MergePage;
#[cfg(feature = "ssr")]
pub use report_page::ReportPage;
#[cfg(feature = "ssr")]
pub use split_page::SplitPage;
#[cfg(feature = "ssr")]
pub use table::TablePage;

/// A list's query string without invalid parameters.
#[cfg(feature = "ssr")]
fn clean_query(query: &str) -> String {
    filters::ListQuery::parse(query).query()
}
