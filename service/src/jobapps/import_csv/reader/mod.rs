//! Reads CSV files of any common encoding and dialect in bounded memory.

mod head;
mod rows;

pub(super) use crate::platform::{
    csv_dialect::Dialect,
    text_encoding::{TextEncoding, Utf8Check},
};
pub(super) use head::{HEAD_BYTES, read_head, visible};
pub(super) use rows::{RowError, RowReader};
