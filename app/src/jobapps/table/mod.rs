//! `/w/{slug}/applications`: all applications as a table.

mod columns;
mod page;
mod row;

pub use page::TablePage;
