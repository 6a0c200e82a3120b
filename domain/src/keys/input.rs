//! Input of the operations on API keys.

use super::MAX_KEY_NAME_LEN;
use crate::{
    ApiError, ApiKeyId, FieldCode, FieldErrors, auth::MAX_PASSWORD_LEN, jobapps::present, normalize,
    scopes::Scope,
};
use chrono::{DateTime, Datelike as _, Utc};
use serde::{Deserialize, Serialize};

/// Body of `POST /api/keys/add_key`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AddKeyInput {
    /// The name of the key. 1 to 100 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 100))]
    pub name: String,
    /// The permissions of the key: at least one scope.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 9))]
    pub scopes: Vec<Scope>,
    /// When it ends; never, if absent.
    #[serde(default)]
    pub expires_at: Option<DateTime<Utc>>,
    /// The password of the account. Required if the sign-in is older than 15 minutes.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 128))]
    pub password: Option<String>,
}

/// Body of `POST /api/keys/update_key`. Absent fields stay unchanged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateKeyInput {
    /// The key.
    pub key_id: ApiKeyId,
    /// 1 to 100 characters.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 100))]
    pub name: Option<String>,
    /// The permissions of the key: at least one scope.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 9))]
    pub scopes: Option<Vec<Scope>>,
    /// When it ends; `null` for never.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<DateTime<Utc>>))]
    pub expires_at: Option<Option<DateTime<Utc>>>,
    /// The password of the account. Required to change scopes or expiry if the sign-in is older than 15 minutes.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 128))]
    pub password: Option<String>,
}

/// Body of `POST /api/keys/revoke_key`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ApiKeyRef {
    /// The key.
    pub key_id: ApiKeyId,
}

/// A validated [`AddKeyInput`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySettings {
    /// The name of the key.
    pub name: String,
    /// The permissions of the key: sorted, each scope once.
    pub scopes: Vec<Scope>,
    /// When it ends.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A validated [`UpdateKeyInput`]. `None` leaves a field unchanged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyUpdate {
    /// The name of the key.
    pub name: Option<String>,
    /// The permissions of the key: sorted, each scope once.
    pub scopes: Option<Vec<Scope>>,
    /// When it ends.
    pub expires_at: Option<Option<DateTime<Utc>>>,
}

impl KeyUpdate {
    /// Whether the update changes the permissions or the expiry of the key.
    pub fn changes_access(&self) -> bool {
        self.scopes.is_some() || self.expires_at.is_some()
    }
}

impl AddKeyInput {
    /// Validates every field.
    ///
    /// # Errors
    /// `invalid` with every invalid field.
    pub fn parse(self, now: DateTime<Utc>) -> Result<KeySettings, ApiError> {
        let mut errors = FieldErrors::default();
        check_password(self.password.as_deref(), &mut errors);
        let name = errors.check("name", normalize::line(&self.name, 1, MAX_KEY_NAME_LEN));
        let scopes = errors.check("scopes", unique(self.scopes));
        if let Some(at) = self.expires_at {
            errors.check("expires_at", check_expiry(at, now));
        }
        errors.into_result()?;
        Ok(KeySettings {
            name: name.unwrap_or_default(),
            scopes: scopes.unwrap_or_default(),
            expires_at: self.expires_at,
        })
    }
}

impl UpdateKeyInput {
    /// Validates every field.
    ///
    /// # Errors
    /// `invalid` with every invalid field, or if no field was sent.
    pub fn parse(self, now: DateTime<Utc>) -> Result<KeyUpdate, ApiError> {
        let mut errors = FieldErrors::default();
        check_password(self.password.as_deref(), &mut errors);
        if self.name.is_none() && self.scopes.is_none() && self.expires_at.is_none() {
            errors.add("name", FieldCode::Required, "Send at least one field to change.");
        }
        let name = self
            .name
            .and_then(|name| errors.check("name", normalize::line(&name, 1, MAX_KEY_NAME_LEN)));
        let scopes = self
            .scopes
            .and_then(|scopes| errors.check("scopes", unique(scopes)));
        if let Some(Some(at)) = self.expires_at {
            errors.check("expires_at", check_expiry(at, now));
        }
        errors.into_result()?;
        Ok(KeyUpdate {
            name,
            scopes,
            expires_at: self.expires_at,
        })
    }
}

fn check_password(password: Option<&str>, errors: &mut FieldErrors) {
    if password.is_some_and(|password| password.chars().count() > MAX_PASSWORD_LEN) {
        let detail = format!("Use at most {MAX_PASSWORD_LEN} characters.");
        errors.add("password", FieldCode::TooLong, detail);
    }
}

fn unique(mut scopes: Vec<Scope>) -> Result<Vec<Scope>, (FieldCode, String)> {
    scopes.sort_unstable();
    scopes.dedup();
    if scopes.is_empty() {
        return Err((FieldCode::TooShort, "Choose at least one scope.".into()));
    }
    Ok(scopes)
}

fn check_expiry(at: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), (FieldCode, String)> {
    if at <= now || at.year() > 9999 {
        return Err((FieldCode::OutOfRange, "Choose a time in the future.".into()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

    fn fields(error: &ApiError) -> Vec<&str> {
        error.errors.iter().map(|e| e.field.as_str()).collect()
    }

    #[test]
    fn invalid_key_reports_every_field() {
        let input = AddKeyInput {
            name: " ".into(),
            scopes: vec![],
            expires_at: Some(NOW),
            password: None,
        };
        let error = input.parse(NOW).expect_err("invalid");
        assert_eq!(fields(&error), ["name", "scopes", "expires_at"]);
    }

    #[test]
    fn scopes_are_sorted_and_unique() {
        let input = AddKeyInput {
            name: " Export ".into(),
            scopes: vec![Scope::MailRead, Scope::JobappsRead, Scope::MailRead],
            expires_at: Some(NOW + TimeDelta::seconds(1)),
            password: None,
        };
        let settings = input.parse(NOW).expect("valid");
        assert_eq!(settings.name, "Export");
        assert_eq!(settings.scopes, [Scope::JobappsRead, Scope::MailRead]);
    }

    #[test]
    fn update_without_a_field_is_invalid_and_null_clears_the_expiry() {
        let id = "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f";
        let parse = |fields: &str| {
            let body = format!(r#"{{"key_id":"{id}"{fields}}}"#);
            serde_json::from_str::<UpdateKeyInput>(&body)
                .expect("shape")
                .parse(NOW)
        };
        assert_eq!(fields(&parse("").expect_err("nothing")), ["name"]);
        assert_eq!(
            parse(r#","expires_at":null"#).expect("cleared").expires_at,
            Some(None)
        );
        let renamed = parse(r#","name":"x""#).expect("renamed");
        assert!(!renamed.changes_access());
        let empty = parse(r#","scopes":[]"#).expect_err("no scope");
        assert_eq!(fields(&empty), ["scopes"]);
    }
}
