//! Places that mail comes from.

use crate::{FieldCode, FieldErrors, MailboxId, identities};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// How mail comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum MailboxKind {
    /// From Gmail, by its API.
    Gmail,
    /// By IMAP.
    Imap,
    /// Uploaded as files.
    Upload,
}

impl MailboxKind {
    /// As it stands on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gmail => "gmail",
            Self::Imap => "imap",
            Self::Upload => "upload",
        }
    }

    /// Reads what the database holds.
    pub fn parse(value: &str) -> Option<Self> {
        [Self::Gmail, Self::Imap, Self::Upload]
            .into_iter()
            .find(|k| k.as_str() == value)
    }
}

/// Whether mail can be fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum MailboxState {
    /// All is well.
    Ok,
    /// The provider does not let us in any more; the person must connect it again.
    ReconnectRequired,
    /// Mail is being fetched, or waits for its turn.
    Syncing,
}

impl MailboxState {
    /// As it stands on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::ReconnectRequired => "reconnect_required",
            Self::Syncing => "syncing",
        }
    }

    /// Reads what the database holds.
    pub fn parse(value: &str) -> Option<Self> {
        [Self::Ok, Self::ReconnectRequired, Self::Syncing]
            .into_iter()
            .find(|s| s.as_str() == value)
    }
}

/// A place that mail comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Mailbox {
    /// Which.
    pub id: MailboxId,
    /// How mail comes.
    pub kind: MailboxKind,
    /// Its address.
    pub address: String,
    /// Whether mail can be fetched.
    pub state: MailboxState,
    /// When mail was last fetched to the end.
    pub last_synced_at: Option<DateTime<Utc>>,
    /// When fetching was given up; absent again as soon as it comes to its end.
    pub last_failed_at: Option<DateTime<Utc>>,
}

/// Body of `POST /api/users/update_gmail_token`.
#[derive(Clone, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateGmailTokenInput {
    /// An access token with the right to read mail.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 8192))]
    pub access_token: String,
    /// With it the access is renewed; without one it ends when the access token does.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 8192))]
    pub refresh_token: Option<String>,
    /// Seconds until the access token ends.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 31_536_000))]
    pub expires_in: Option<i64>,
}

impl UpdateGmailTokenInput {
    /// Checks what can be checked without asking Gmail.
    ///
    /// # Errors
    /// Names the fields that are wrong.
    pub fn check(&self) -> Result<(), crate::ApiError> {
        let mut errors = FieldErrors::default();
        errors.take("access_token", identities::token(&self.access_token));
        if let Some(token) = &self.refresh_token {
            errors.take("refresh_token", identities::token(token));
        }
        if self.expires_in.is_some_and(|s| !(0..=31_536_000).contains(&s)) {
            errors.add(
                "expires_in",
                FieldCode::OutOfRange,
                "Use seconds, from 0 to those of a year.",
            );
        }
        errors.finish()
    }
}

/// Query of `GET /api/users/get_user_google_emails`.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct ListMailsInput {
    /// From the page before.
    #[serde(default)]
    pub cursor: Option<String>,
    /// 1 to 500; 100 when absent.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 500))]
    pub limit: Option<u32>,
}

impl ListMailsInput {
    /// Rows of the page, or what is wrong with the number asked for.
    ///
    /// # Errors
    /// Outside of 1 to 500.
    pub fn limit(&self) -> Result<u32, crate::ApiError> {
        let limit = self.limit.unwrap_or(crate::page::DEFAULT_LIMIT);
        if (1..=crate::page::MAX_LIMIT).contains(&limit) {
            Ok(limit)
        } else {
            let detail = format!("Use 1 to {}.", crate::page::MAX_LIMIT);
            Err(crate::ApiError::field("limit", FieldCode::OutOfRange, detail))
        }
    }
}
