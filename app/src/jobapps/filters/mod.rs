//! Parts shared by the board and the table of applications: their query, the form of the filters, and the bar that changes
//! selected applications.

mod bulk_bar;
mod form;
mod query;

pub use bulk_bar::BulkBar;
pub use form::FilterForm;
pub use query::{Column, ListQuery};
