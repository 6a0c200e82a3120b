//! Saved views: named filters, order and columns of a page, stored as the query of its URL.

use crate::{ApiError, FieldErrors, ViewId, normalize};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Maximum length of a name, in characters.
pub const MAX_VIEW_NAME_LEN: usize = 60;
/// Maximum length of a query, in characters.
pub const MAX_VIEW_QUERY_LEN: usize = 2000;

/// The page that a view is of.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, strum::EnumString, strum::IntoStaticStr,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ViewPage {
    /// The board.
    Board,
    /// The table of applications.
    Table,
    /// The metrics.
    Metrics,
}

impl ViewPage {
    /// The name in JSON and in the database.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The inverse of [`as_str`](Self::as_str).
    pub fn parse(value: &str) -> Option<Self> {
        value.parse().ok()
    }
}

/// A saved view.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct View {
    /// Id of the view.
    pub id: ViewId,
    /// The name.
    pub name: String,
    /// The page.
    pub page: ViewPage,
    /// The query of the page's URL, without `?`. Parameters that the page does not know have no effect.
    pub query: String,
    /// When it was saved.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// Query of `GET /api/views/get_views`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct ListViewsInput {
    /// Only views of this page.
    #[serde(default)]
    pub page: Option<ViewPage>,
}

/// Body of `POST /api/views/add_view`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AddViewInput {
    /// 1 to 60 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 60))]
    pub name: String,
    /// The page.
    pub page: ViewPage,
    /// The query of the page's URL, without `?`. Up to 2000 characters.
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub query: String,
}

impl AddViewInput {
    /// Validates every field, and trims them.
    ///
    /// # Errors
    /// `invalid` with every invalid field.
    pub fn parse(self) -> Result<Self, ApiError> {
        let mut errors = FieldErrors::default();
        let name = errors.check("name", normalize::line(&self.name, 1, MAX_VIEW_NAME_LEN));
        let query = errors.check("query", normalize::line(&self.query, 0, MAX_VIEW_QUERY_LEN));
        errors.into_result()?;
        Ok(Self {
            name: name.unwrap_or_default(),
            page: self.page,
            query: query.unwrap_or_default(),
        })
    }
}

/// Body of `POST /api/views/update_view`. Absent fields stay unchanged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateViewInput {
    /// The view.
    pub view_id: ViewId,
    /// 1 to 60 characters.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 60))]
    pub name: Option<String>,
    /// The query of the page's URL, without `?`. Up to 2000 characters.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub query: Option<String>,
}

impl UpdateViewInput {
    /// Validates every field, and trims them.
    ///
    /// # Errors
    /// `invalid` with every invalid field.
    pub fn parse(self) -> Result<Self, ApiError> {
        let mut errors = FieldErrors::default();
        let name = self
            .name
            .and_then(|name| errors.check("name", normalize::line(&name, 1, MAX_VIEW_NAME_LEN)));
        let query = self
            .query
            .and_then(|query| errors.check("query", normalize::line(&query, 0, MAX_VIEW_QUERY_LEN)));
        errors.into_result()?;
        Ok(Self {
            view_id: self.view_id,
            name,
            query,
        })
    }
}

/// Body of `POST /api/views/delete_view`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ViewRef {
    /// The view.
    pub view_id: ViewId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn view_input_invalid_reports_every_field() {
        let long = "x".repeat(MAX_VIEW_QUERY_LEN + 1);
        let input = AddViewInput {
            name: " ".into(),
            page: ViewPage::Table,
            query: long.clone(),
        };
        let errors = input.parse().expect_err("invalid").errors;
        let fields: Vec<_> = errors.iter().map(|e| e.field.as_str()).collect();
        assert_eq!(fields, ["name", "query"]);
        let input = UpdateViewInput {
            view_id: ViewId(uuid::Uuid::nil()),
            name: Some("A\nB".into()),
            query: Some(long),
        };
        assert_eq!(input.parse().expect_err("invalid").errors.len(), 2);
    }
}
