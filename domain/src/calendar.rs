//! The calendar feed.

use serde::{Deserialize, Serialize};

/// The feed of a user in a workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CalendarFeed {
    /// The secret address that a calendar program subscribes to.
    pub url: String,
}
