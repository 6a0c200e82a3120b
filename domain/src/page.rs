//! Pages of long lists.

use serde::{Deserialize, Serialize};

/// Most rows that one page may hold.
pub const MAX_LIMIT: u32 = 500;
/// Rows of a page when the caller does not say.
pub const DEFAULT_LIMIT: u32 = 100;

/// One page of a list and the way to the next.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// The rows.
    pub data: Vec<T>,
    /// Where the next page begins.
    pub pagination: Pagination,
}

/// Where the next page begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Pagination {
    /// Opaque; give it back unchanged with the same filters. Nothing when this was the last page.
    pub next_cursor: Option<String>,
    /// Rows asked for.
    pub limit: u32,
}
