//! Inputs of creating, changing and deleting tenants.

use super::Slug;
use crate::{ApiError, FieldCode, FieldErrors, normalize};
use serde::{Deserialize, Serialize};

/// Maximum length of a name, in characters.
pub const MAX_TENANT_NAME_LEN: usize = 100;
/// Maximum length of the slug that is typed as a confirmation, in characters.
const MAX_TYPED_SLUG_LEN: usize = 64;
/// The same as `auth::MAX_PASSWORD_LEN`, which is not used here because `auth` depends on this module.
const MAX_PASSWORD_LEN: usize = 128;

/// Body of `POST /api/tenants/add_tenant`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AddTenantInput {
    /// 1 to 100 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 100))]
    pub name: String,
    /// Its name in URLs: 3 to 40 lower-case letters, digits and single hyphens. Made from the name if absent.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(min_length = 3, max_length = 40))]
    pub slug: Option<String>,
}

impl AddTenantInput {
    /// Validates every field.
    ///
    /// # Errors
    /// `invalid` with every invalid field.
    pub fn parse(&self) -> Result<(String, Option<Slug>), ApiError> {
        let mut errors = FieldErrors::default();
        let name = errors.check("name", normalize::line(&self.name, 1, MAX_TENANT_NAME_LEN));
        let slug = self
            .slug
            .as_deref()
            .and_then(|slug| errors.check("slug", Slug::parse(slug)));
        errors.into_result()?;
        Ok((name.unwrap_or_default(), slug))
    }
}

/// Body of `POST /api/tenants/update_tenant`. Absent fields stay unchanged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateTenantInput {
    /// 1 to 100 characters.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 100))]
    pub name: Option<String>,
    /// Its name in URLs: 3 to 40 lower-case letters, digits and single hyphens.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(min_length = 3, max_length = 40))]
    pub slug: Option<String>,
}

impl UpdateTenantInput {
    /// Validates every field.
    ///
    /// # Errors
    /// `invalid` with every invalid field.
    pub fn parse(&self) -> Result<(Option<String>, Option<Slug>), ApiError> {
        let mut errors = FieldErrors::default();
        let name = self
            .name
            .as_deref()
            .and_then(|name| errors.check("name", normalize::line(name, 1, MAX_TENANT_NAME_LEN)));
        let slug = self
            .slug
            .as_deref()
            .and_then(|slug| errors.check("slug", Slug::parse(slug)));
        errors.into_result()?;
        Ok((name, slug))
    }
}

/// Body of `POST /api/tenants/leave_tenant`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct LeaveTenantInput {
    /// How to treat the applications of the caller. Absent: `none`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub take_along: Option<TakeAlong>,
}

/// How the applications of a member are treated when they leave an organization.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, strum::EnumString)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum TakeAlong {
    /// They are deleted.
    #[default]
    None,
    /// They are in the personal workspace before the membership ends.
    Move,
}

/// Body of `POST /api/tenants/delete_tenant`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DeleteTenantInput {
    /// The slug of the workspace, as a confirmation.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 64))]
    pub slug: String,
    /// The password of the account. Without a password, a sign-in within the last 15 minutes.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(format = "password", max_length = 128))]
    pub password: Option<String>,
}

impl DeleteTenantInput {
    /// Validates every field.
    ///
    /// # Errors
    /// `invalid` with every invalid field.
    pub fn parse(mut self) -> Result<Self, ApiError> {
        let mut errors = FieldErrors::default();
        let slug = errors.check("slug", normalize::line(&self.slug, 1, MAX_TYPED_SLUG_LEN));
        if self
            .password
            .as_ref()
            .is_some_and(|password| password.chars().count() > MAX_PASSWORD_LEN)
        {
            let detail = format!("Use at most {MAX_PASSWORD_LEN} characters.");
            errors.add("password", FieldCode::TooLong, detail);
        }
        errors.into_result()?;
        self.slug = slug.unwrap_or_default();
        Ok(self)
    }
}
