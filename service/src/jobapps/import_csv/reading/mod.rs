//! Reads CSV files of any common encoding and dialect in bounded memory.

mod head;
mod rows;
mod text;

pub(super) use crate::platform::csv_dialect::Dialect;
pub(super) use head::{HEAD_BYTES, read_head, visible};
pub(super) use rows::{RowError, RowReader};
pub(super) use text::{TextEncoding, Utf8Check};
