//! Parts shared by the board and the table of applications: query, filter form, and bulk action bar.

mod bulk_bar;
mod form;
mod query;

pub use bulk_bar::BulkBar;
pub use form::FilterForm;
pub use query::{Column, ListQuery};
