//! `/w/{slug}/applications`: all applications as a table.

mod columns;
mod frame;
mod page;
mod row;

pub use frame::TableFrame;
pub use page::TablePage;
pub use row::Row;
