//! Sessions of pages, for tower-sessions, on our own table.
//!
//! The cookie's value is kept only as its hash. Saving updates what exists and never inserts: a session that another
//! request ended stays ended. Two requests that write at once: the second is told so, nothing is lost silently.

mod queries;

use crate::{
    Services,
    db::{SystemReason, SystemTx},
    rng,
};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{SessionId, UserId};
use queries::PageSession;
use std::fmt;
use time::OffsetDateTime;
use tower_sessions_core::{
    SessionStore as TowerStore,
    session::{Id, Record},
    session_store::{Error, Result},
};

/// The key under which a page's session names its person.
pub const USER_KEY: &str = "user_id";
/// The key under which a session carries its own id in our tables.
pub const SESSION_KEY: &str = "session_id";
/// The key under which a page says, at sign-in, what the browser calls itself.
pub const AGENT_KEY: &str = "agent";
/// A session ends after this time, however active.
pub const LIFETIME: TimeDelta = TimeDelta::days(30);
/// A session ends when it was not used for this long.
pub const IDLE: TimeDelta = TimeDelta::days(14);
/// How old the last use may grow before it is written down again: most requests write nothing.
const TOUCH: TimeDelta = TimeDelta::minutes(10);
const VERSION_KEY: &str = "version";

/// Page sessions in Postgres.
#[derive(Clone)]
pub struct SessionStore {
    services: Services,
}

impl SessionStore {
    /// On the database of these services.
    pub fn new(services: Services) -> Self {
        Self { services }
    }

    async fn begin(&self) -> Result<SystemTx> {
        let begun = self.services.db.system(SystemReason::Session).await;
        begun.map_err(backend)
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
        let row = row_of(record, self.services.id(), 0, now)?;
        queries::insert_page_session(&mut tx, &hash(&record.id), &row, now)
            .await
            .map_err(backend)?;
        tx.commit().await.map_err(backend)
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let now = self.services.clock.now();
        let version = record
            .data
            .get(VERSION_KEY)
            .and_then(serde_json::Value::as_i64)
            .unwrap_or(0);
        let version = i32::try_from(version).unwrap_or(0);
        let row = row_of(record, uuid::Uuid::nil().into(), version, now)?;
        let mut tx = self.begin().await?;
        let saved = queries::update_page_session(&mut tx, &hash(&record.id), &row, now)
            .await
            .map_err(backend)?;
        tx.commit().await.map_err(backend)?;
        match saved {
            Some(false) => Err(Error::Backend("the session changed in another request".into())),
            // Ended meanwhile: there is nothing to keep, and nothing is brought back.
            Some(true) | None => Ok(()),
        }
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let now = self.services.clock.now();
        let hash = hash(id);
        let mut conn = self
            .services
            .db
            .system_read(SystemReason::Session)
            .await
            .map_err(backend)?;
        let found = queries::find_page_session(&mut conn, &hash, now, now - IDLE)
            .await
            .map_err(backend)?;
        let Some((row, last_seen)) = found else {
            return Ok(None);
        };
        if now - last_seen > TOUCH {
            queries::touch_page_session(&mut conn, &hash, now)
                .await
                .map_err(backend)?;
        }
        let mut data: tower_sessions_core::session::Record = Record {
            id: *id,
            data: serde_json::from_value(row.data).map_err(|e| Error::Decode(e.to_string()))?,
            expiry_date: OffsetDateTime::from_unix_timestamp(row.expires_at.timestamp())
                .map_err(|e| Error::Decode(e.to_string()))?,
        };
        data.data.insert(VERSION_KEY.into(), row.version.into());
        data.data.insert(SESSION_KEY.into(), row.id.to_string().into());
        Ok(Some(data))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        let mut tx = self.begin().await?;
        queries::delete_page_session(&mut tx, &hash(id))
            .await
            .map_err(backend)?;
        tx.commit().await.map_err(backend)
    }
}

fn hash(id: &Id) -> Vec<u8> {
    rng::sha256(&id.0.to_be_bytes())
}

fn row_of(record: &Record, id: SessionId, version: i32, now: DateTime<Utc>) -> Result<PageSession> {
    Ok(PageSession {
        id,
        user: user_of(record),
        agent: agent_of(record),
        data: data_of(record)?,
        version,
        expires_at: expiry(record, now),
    })
}

fn user_of(record: &Record) -> Option<UserId> {
    record.data.get(USER_KEY)?.as_str()?.parse().ok()
}

fn agent_of(record: &Record) -> Option<String> {
    record.data.get(AGENT_KEY)?.as_str().map(str::to_owned)
}

fn data_of(record: &Record) -> Result<serde_json::Value> {
    let mut data = record.data.clone();
    data.remove(VERSION_KEY);
    data.remove(SESSION_KEY);
    data.remove(AGENT_KEY);
    serde_json::to_value(data).map_err(|e| Error::Encode(e.to_string()))
}

/// The layer may ask for less than the longest life, never for more.
fn expiry(record: &Record, now: DateTime<Utc>) -> DateTime<Utc> {
    let asked = DateTime::from_timestamp(record.expiry_date.unix_timestamp(), 0);
    asked.map_or(now + LIFETIME, |at| at.min(now + LIFETIME))
}

#[expect(clippy::needless_pass_by_value, reason = "shaped for map_err")]
fn backend(error: crate::Error) -> Error {
    Error::Backend(error.to_string())
}
