//! Mailboxes: the sources of messages.

use crate::{ApiError, FieldCode, FieldErrors, ImportId, MailboxId, auth};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Maximum of [`UpdateGmailTokenInput::expires_in`]: one year.
const MAX_EXPIRES_IN_SECONDS: i64 = 31_536_000;

/// How messages get into a mailbox.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, strum::EnumString, strum::IntoStaticStr,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum MailboxKind {
    /// Synced by the Gmail API.
    Gmail,
    /// Synced by IMAP.
    Imap,
    /// Uploaded as files.
    Upload,
}

impl MailboxKind {
    /// The name in JSON and in the database.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The inverse of [`as_str`](Self::as_str).
    pub fn parse(value: &str) -> Option<Self> {
        value.parse().ok()
    }
}

/// State of a mailbox.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, strum::EnumString, strum::IntoStaticStr,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum MailboxState {
    /// Connected; no sync is pending.
    Ok,
    /// The provider revoked the access, so the user must connect the mailbox again.
    ReconnectRequired,
    /// A sync is queued or in progress.
    Syncing,
    /// Connected, but synced only when the user asks for it, because a preview of it was discarded.
    Paused,
}

impl MailboxState {
    /// The name in JSON and in the database.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The inverse of [`as_str`](Self::as_str).
    pub fn parse(value: &str) -> Option<Self> {
        value.parse().ok()
    }
}

/// A source of messages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Mailbox {
    /// Id of the mailbox.
    pub id: MailboxId,
    /// How messages get into it.
    pub kind: MailboxKind,
    /// Its email address.
    pub address: String,
    /// State of the mailbox.
    pub state: MailboxState,
    /// When the last sync completed.
    pub last_synced_at: Option<DateTime<Utc>>,
    /// When syncing failed repeatedly; absent again after the next completed sync.
    pub last_failed_at: Option<DateTime<Utc>>,
    /// The import that previews the mailbox. As long as there is one, the mailbox changes no application.
    #[serde(default)]
    pub import_id: Option<ImportId>,
}

/// Body of `POST /api/users/update_gmail_token`.
#[derive(Clone, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateGmailTokenInput {
    /// An access token with a scope that allows reading email.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 8192))]
    pub access_token: String,
    /// Used to get new access tokens. Without it, syncing stops when the access token expires.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 8192))]
    pub refresh_token: Option<String>,
    /// Seconds until the access token expires.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 31_536_000))]
    pub expires_in: Option<i64>,
    /// Whether the first sync is a preview, which changes nothing until `confirm_import`.
    #[serde(default)]
    pub dry_run: bool,
}

impl UpdateGmailTokenInput {
    /// Validates the format of the fields.
    ///
    /// # Errors
    /// `invalid`, with the fields.
    pub fn validate(&self) -> Result<(), ApiError> {
        let mut errors = FieldErrors::default();
        errors.check("access_token", auth::validate_token(&self.access_token));
        if let Some(token) = &self.refresh_token {
            errors.check("refresh_token", auth::validate_token(token));
        }
        if self
            .expires_in
            .is_some_and(|s| !(0..=MAX_EXPIRES_IN_SECONDS).contains(&s))
        {
            errors.add(
                "expires_in",
                FieldCode::OutOfRange,
                "Use 0 to 31536000 seconds (one year).",
            );
        }
        errors.into_result()
    }
}
