//! Cursor pagination.

use crate::{ApiError, FieldCode};
use serde::{Deserialize, Serialize};

/// Maximum number of rows per page.
pub const MAX_LIMIT: u32 = 500;
/// Default number of rows per page.
pub const DEFAULT_LIMIT: u32 = 100;

/// The validated number of rows of a page.
///
/// # Errors
/// `out_of_range` outside of 1 to 500.
pub fn limit(requested: Option<u32>) -> Result<u32, ApiError> {
    let limit = requested.unwrap_or(DEFAULT_LIMIT);
    if (1..=MAX_LIMIT).contains(&limit) {
        Ok(limit)
    } else {
        let detail = format!("Use 1 to {MAX_LIMIT}.");
        Err(ApiError::field("limit", FieldCode::OutOfRange, detail))
    }
}

/// Maximum number of rows of a list that is paged only if a limit or a cursor is sent.
pub const MAX_UNPAGED: i64 = 1_000;

/// The query of a list without filters that is not paged unless a limit or a cursor is sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct OptionalPageInput {
    /// `pagination.next_cursor` of the previous page.
    #[serde(default)]
    pub cursor: Option<String>,
    /// 1 to 500. Without it and `cursor`, the first 1,000 are on one page; with `cursor` alone it is 100.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 500))]
    pub limit: Option<u32>,
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// The rows.
    pub data: Vec<T>,
    /// The cursor of the next page.
    pub pagination: Pagination,
}

/// The cursor of the next page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Pagination {
    /// Opaque; send it unchanged with the same filters. `null` on the last page.
    pub next_cursor: Option<String>,
    /// The requested number of rows.
    pub limit: u32,
}
