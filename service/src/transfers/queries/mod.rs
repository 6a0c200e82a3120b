//! SQL of copying applications. Statements on the source read rows that the user owns, never those of a client.

mod amounts;
mod read;
mod write;

pub(crate) use amounts::checksum;
pub(super) use amounts::{Amounts, amounts};
pub(super) use read::{
    count_applications, digests, list_applications, list_live, list_stages, list_transferred,
    read_applications, read_others,
};
pub(super) use write::{NewTransferRow, insert, insert_transferred};
