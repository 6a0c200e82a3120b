//! `/w/{slug}/applications`: all applications as a table.

mod columns;
mod page;
mod row;

pub use columns::Heading;
pub use page::TablePage;
pub use row::{Row, RowView};
