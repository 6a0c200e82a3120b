//! Store of `tower-sessions` in the table `sessions`.
//!
//! Only a hash of the session cookie is stored. Saving updates an existing row and never inserts one, so a session that was
//! revoked in the meantime stays revoked. If two requests change the same session, the second gets an error: no change is lost
//! silently.

use super::{SESSION_IDLE_TIMEOUT, SESSION_MAX_LIFETIME, queries, queries::WebSession};
use crate::{
    Services,
    platform::{db::GlobalTx, rng},
};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{ApiError, ErrorCode, SessionId, UserId};
use std::{cell::RefCell, fmt};
use time::OffsetDateTime;
use tower_sessions_core::{
    SessionStore as TowerStore,
    session::{Id, Record},
    session_store::{Error, Result},
};

/// Key of the user's id in a web session.
pub const USER_ID_KEY: &str = "user_id";
/// Key of the session's id in the table `sessions`.
pub const SESSION_ID_KEY: &str = "session_id";
/// Key of the `User-Agent` header, set at sign-in.
pub const USER_AGENT_KEY: &str = "agent";
/// Key in the session data: the organization whose provider the user signed in with, if any. SQL statements read it.
pub const ORGANIZATION_KEY: &str = "organization";
/// Key of the row version.
const VERSION_KEY: &str = "version";
/// The time of the last request is updated only if the stored one is older: most requests write nothing.
const TOUCH_INTERVAL: TimeDelta = TimeDelta::minutes(10);

tokio::task_local! {
    /// The last error of the store in the current task.
    static STORE_ERROR: RefCell<Option<ApiError>>;
}

/// Runs a request and returns its response and the last error of the session store. The session layer saves the session after the handler
/// and reports only that an error occurred, not which one.
pub async fn with_store_error<R>(request: impl Future<Output = R>) -> (R, Option<ApiError>) {
    let handle = async {
        let response = request.await;
        (response, STORE_ERROR.with(RefCell::take))
    };
    STORE_ERROR.scope(RefCell::default(), handle).await
}

/// Stores web sessions in Postgres.
#[derive(Clone)]
pub struct SessionStore {
    services: Services,
}

impl SessionStore {
    /// Uses the database of `services`.
    pub fn new(services: Services) -> Self {
        Self { services }
    }

    async fn begin(&self) -> Result<GlobalTx> {
        self.services.db.begin_global().await.map_err(backend_error)
    }
}

impl fmt::Debug for SessionStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionStore")
    }
}

#[async_trait]
impl TowerStore for SessionStore {
    async fn create(&self, record: &mut Record) -> Result<()> {
        let now = self.services.clock.now();
        let mut tx = self.begin().await?;
        let row = to_row(record, self.services.id(), 0, now)?;
        queries::insert_web_session(&mut tx, &hash(&record.id), &row, now)
            .await
            .map_err(backend_error)?;
        tx.commit().await.map_err(backend_error)
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let now = self.services.clock.now();
        let version = record
            .data
            .get(VERSION_KEY)
            .and_then(serde_json::Value::as_i64)
            .unwrap_or(0);
        let version = i32::try_from(version).unwrap_or(0);
        let row = to_row(record, uuid::Uuid::nil().into(), version, now)?;
        let mut tx = self.begin().await?;
        let saved = queries::update_web_session(&mut tx, &hash(&record.id), &row, now)
            .await
            .map_err(backend_error)?;
        tx.commit().await.map_err(backend_error)?;
        match saved {
            Some(false) => Err(backend_error(crate::Error::api(
                ErrorCode::Conflict,
                "Your session was changed by another request. Please try again.",
            ))),
            // A session that was revoked in the meantime must not be created again.
            Some(true) | None => Ok(()),
        }
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let now = self.services.clock.now();
        let hash = hash(id);
        let mut conn = self.services.db.global_conn().await.map_err(backend_error)?;
        let found = queries::find_web_session(&mut conn, &hash, now, now - SESSION_IDLE_TIMEOUT)
            .await
            .map_err(backend_error)?;
        let Some((row, last_seen_at)) = found else {
            return Ok(None);
        };
        if now - last_seen_at > TOUCH_INTERVAL {
            queries::touch_web_session(&mut conn, &hash, now)
                .await
                .map_err(backend_error)?;
        }
        let mut record = Record {
            id: *id,
            data: serde_json::from_value(row.data).map_err(|e| Error::Decode(e.to_string()))?,
            expiry_date: OffsetDateTime::from_unix_timestamp(row.expires_at.timestamp())
                .map_err(|e| Error::Decode(e.to_string()))?,
        };
        record.data.insert(VERSION_KEY.into(), row.version.into());
        record
            .data
            .insert(SESSION_ID_KEY.into(), row.id.to_string().into());
        Ok(Some(record))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        let mut tx = self.begin().await?;
        queries::delete_web_session(&mut tx, &hash(id))
            .await
            .map_err(backend_error)?;
        tx.commit().await.map_err(backend_error)
    }
}

fn hash(id: &Id) -> Vec<u8> {
    rng::sha256(&id.0.to_be_bytes())
}

fn to_row(record: &Record, id: SessionId, version: i32, now: DateTime<Utc>) -> Result<WebSession> {
    Ok(WebSession {
        id,
        user: user_id(record),
        user_agent: user_agent(record),
        data: stored_data(record)?,
        version,
        expires_at: expires_at(record, now),
    })
}

fn user_id(record: &Record) -> Option<UserId> {
    record.data.get(USER_ID_KEY)?.as_str()?.parse().ok()
}

fn user_agent(record: &Record) -> Option<String> {
    record.data.get(USER_AGENT_KEY)?.as_str().map(str::to_owned)
}

/// The data without the keys that have columns of their own.
fn stored_data(record: &Record) -> Result<serde_json::Value> {
    let mut data = record.data.clone();
    data.remove(VERSION_KEY);
    data.remove(SESSION_ID_KEY);
    data.remove(USER_AGENT_KEY);
    serde_json::to_value(data).map_err(|e| Error::Encode(e.to_string()))
}

/// The expiry that the session layer requests, limited to the maximum lifetime.
fn expires_at(record: &Record, now: DateTime<Utc>) -> DateTime<Utc> {
    let latest = now + SESSION_MAX_LIFETIME;
    let requested = DateTime::from_timestamp(record.expiry_date.unix_timestamp(), 0);
    requested.map_or(latest, |at| at.min(latest))
}

fn backend_error(error: crate::Error) -> Error {
    let text = error.to_string();
    let error = ApiError::from(error);
    // Fails outside of a request, where the error is not needed.
    let _ = STORE_ERROR.try_with(|last| last.replace(Some(error)));
    Error::Backend(text)
}
