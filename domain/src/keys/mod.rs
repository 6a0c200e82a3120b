//! API keys: a key acts as the user who created it, in one workspace, within its scopes.

mod input;
mod secret;

pub use input::{AddKeyInput, ApiKeyRef, KeySettings, KeyUpdate, UpdateKeyInput};
pub use secret::{KEY_LEN, KEY_PREFIX, VISIBLE_LEN, format_key, is_well_formed_key, visible_part};

use crate::{ApiKeyId, scopes::Scope};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// Maximum length of a name, in characters.
pub const MAX_KEY_NAME_LEN: usize = 100;
/// Maximum number of keys of a user in one workspace.
pub const MAX_KEYS_PER_USER: i64 = 50;
/// Number of days for which requests are counted, including today.
pub const USAGE_DAYS: i64 = 30;

/// An API key, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiKey {
    /// Id of the key.
    pub id: ApiKeyId,
    /// The name of the key.
    pub name: String,
    /// The first characters of the secret, to recognize it.
    pub prefix: String,
    /// The permissions of the key.
    pub scopes: Vec<Scope>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends; `null` for never.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was last used, to about a minute; `null` for never.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// A new API key with its secret, which is never shown again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewApiKey {
    /// Id of the key.
    pub id: ApiKeyId,
    /// The name of the key.
    pub name: String,
    /// The first characters of the secret, to recognize it.
    pub prefix: String,
    /// The permissions of the key.
    pub scopes: Vec<Scope>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends; `null` for never.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was last used; `null` for never.
    pub last_used_at: Option<DateTime<Utc>>,
    /// The key itself. Store it now: it is not shown again.
    pub secret: String,
}

impl NewApiKey {
    /// The key with its secret.
    pub fn new(key: ApiKey, secret: String) -> Self {
        Self {
            id: key.id,
            name: key.name,
            prefix: key.prefix,
            scopes: key.scopes,
            created_at: key.created_at,
            expires_at: key.expires_at,
            last_used_at: key.last_used_at,
            secret,
        }
    }
}

/// The requests with one key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeyUsage {
    /// The key.
    pub key_id: ApiKeyId,
    /// Its name.
    pub name: String,
    /// The days with requests, the latest first.
    pub days: Vec<DayUsage>,
}

/// The requests of one day by class of their status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DayUsage {
    /// The day in UTC.
    pub day: NaiveDate,
    /// Requests that succeeded.
    pub status_2xx: i64,
    /// Requests with an unchanged result.
    pub status_3xx: i64,
    /// Requests that were rejected.
    pub status_4xx: i64,
    /// Requests that failed.
    pub status_5xx: i64,
}

impl DayUsage {
    /// A day without requests.
    pub const fn empty(day: NaiveDate) -> Self {
        Self {
            day,
            status_2xx: 0,
            status_3xx: 0,
            status_4xx: 0,
            status_5xx: 0,
        }
    }

    /// Adds requests of a class, which is the first digit of the status.
    pub const fn add(&mut self, status_class: i16, requests: i64) {
        match status_class {
            5 => self.status_5xx += requests,
            4 => self.status_4xx += requests,
            3 => self.status_3xx += requests,
            _ => self.status_2xx += requests,
        }
    }

    /// All requests.
    pub const fn total(&self) -> i64 {
        self.status_2xx + self.status_3xx + self.status_4xx + self.status_5xx
    }
}
