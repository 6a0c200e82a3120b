//! Parses the values of the cells of a row.

mod date_orders;
mod dates;
mod history;
mod presets;
mod row;
mod salary;
mod words;

pub(super) use date_orders::DateEvidence;
pub(super) use presets::{detect, find as find_preset};
pub(super) use row::{CellError, ParsedRow, RowParser};
