//! In-memory cache of authenticated callers by access token or API key, so most requests need no database lookup.
//!
//! Entries are used only while the cache is valid. [`run_invalidation_listener`] extends the validity as long as this server
//! receives the invalidations of all servers. Otherwise every request asks the database.

mod listener;
mod queries;

pub use listener::run_invalidation_listener;

use crate::{Error, platform::db::GlobalTx};
use chrono::{DateTime, Utc};
use domain::{ApiKeyId, SessionId, TenantId, UserId, scopes::Scope, tenants::Tenant, users::User};
use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
    time::Duration,
};
use tokio::time::Instant;
use uuid::Uuid;

/// Maximum number of entries (about 1 KiB each). When exceeded, half of them are evicted.
const CAPACITY: usize = 10_000;
/// Older entries are looked up again, even if they were not invalidated.
const MAX_AGE: Duration = Duration::from_mins(1);

/// Entries that are no longer correct.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Invalidation {
    /// The session was revoked.
    Session(SessionId),
    /// The API key was changed or revoked.
    Key(ApiKeyId),
    /// The user or one of their memberships was changed or deleted.
    User(UserId),
    /// The tenant was changed or deleted.
    Tenant(TenantId),
    /// All entries. Also used for notifications that this version does not know.
    All,
}

impl Invalidation {
    /// Parses the payload of a notification by the SQL function `notify_auth_invalidation`.
    pub(crate) fn parse(payload: &str) -> Self {
        let (kind, id) = payload.split_once(' ').unwrap_or_default();
        let parsed = match kind {
            "session" => id.parse().map(Self::Session),
            "key" => id.parse().map(Self::Key),
            "user" => id.parse().map(Self::User),
            "tenant" => id.parse().map(Self::Tenant),
            _ => Ok(Self::All),
        };
        parsed.unwrap_or(Self::All)
    }

    /// The arguments of `notify_auth_invalidation`.
    fn kind_and_id(self) -> (String, Uuid) {
        match self {
            Self::Session(id) => ("session".into(), id.0),
            Self::Key(id) => ("key".into(), id.0),
            Self::User(id) => ("user".into(), id.0),
            Self::Tenant(id) => ("tenant".into(), id.0),
            Self::All => ("all".into(), Uuid::nil()),
        }
    }
}

/// The credential of a request.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Credential {
    /// An access token of the session, for the tenant.
    Session(SessionId, TenantId),
    /// An API key, by the hash of its secret.
    Key(Vec<u8>),
}

/// The user and tenant of a credential.
#[derive(Clone, Debug)]
pub(crate) struct AuthContext {
    pub user: User,
    pub tenant: Tenant,
    /// When the session or the API key ends; `None` for a key without an end.
    pub expires_at: Option<DateTime<Utc>>,
    /// The API key, if the credential is a key.
    pub key: Option<KeyContext>,
}

/// An API key that authenticated a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyContext {
    /// Id of the key.
    pub id: ApiKeyId,
    /// The scopes of the credential.
    pub scopes: Vec<Scope>,
}

impl KeyContext {
    /// Whether the key has this scope.
    pub fn has(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope)
    }
}

/// The result of a cache lookup.
#[derive(Debug)]
pub(crate) enum Lookup {
    Hit(Box<AuthContext>),
    Miss(Generation),
}

/// Cache generation at the time of the lookup; an insert is ignored if it changed since.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Generation(u64);

/// The cache. Clones share it.
#[derive(Clone, Default)]
pub struct AuthCache(Arc<RwLock<State>>);

#[derive(Default)]
struct State {
    entries: HashMap<Credential, (AuthContext, Instant)>,
    valid_until: Option<Instant>,
    /// Incremented by each invalidation.
    generation: u64,
}

impl State {
    fn is_valid(&self, at: Instant) -> bool {
        self.valid_until.is_some_and(|until| at < until)
    }
}

impl AuthCache {
    /// The cached caller. The user of an access token must be the user of its session.
    pub(crate) fn get(&self, credential: &Credential, user: Option<UserId>, now: DateTime<Utc>) -> Lookup {
        self.get_at(Instant::now(), credential, user, now)
    }

    fn get_at(
        &self,
        at: Instant,
        credential: &Credential,
        user: Option<UserId>,
        now: DateTime<Utc>,
    ) -> Lookup {
        let state = self.read();
        let entry = state
            .entries
            .get(credential)
            .filter(|_| state.is_valid(at))
            .filter(|(context, inserted_at)| {
                user.is_none_or(|user| context.user.id == user)
                    && context.expires_at.is_none_or(|end| end > now)
                    && at.saturating_duration_since(*inserted_at) < MAX_AGE
            });
        match entry {
            Some((context, _)) => Lookup::Hit(Box::new(context.clone())),
            None => Lookup::Miss(Generation(state.generation)),
        }
    }

    /// Stores the database's result after a cache miss, unless an invalidation happened in between or the cache is not valid.
    pub(crate) fn insert(&self, generation: Generation, credential: Credential, context: AuthContext) {
        let mut state = self.write();
        if generation.0 != state.generation || !state.is_valid(Instant::now()) {
            return;
        }
        if state.entries.len() >= CAPACITY {
            let mut keep = false;
            state.entries.retain(|_, _| {
                keep = !keep;
                keep
            });
        }
        state.entries.insert(credential, (context, Instant::now()));
    }

    /// Commits a transaction that changes or deletes users, memberships, tenants, API sessions or API keys. Notifies all servers, and has
    /// removed the entries of this process when it returns.
    pub(crate) async fn commit(&self, mut tx: GlobalTx, invalidations: &[Invalidation]) -> Result<(), Error> {
        if !invalidations.is_empty() {
            let (kinds, ids): (Vec<_>, Vec<_>) = invalidations.iter().map(|i| i.kind_and_id()).unzip();
            queries::notify(&mut tx, &kinds, &ids).await?;
        }
        tx.commit().await?;
        self.invalidate(invalidations.iter().copied());
        Ok(())
    }

    /// Removes entries of this process.
    fn invalidate(&self, invalidations: impl IntoIterator<Item = Invalidation>) {
        let invalidations: HashSet<Invalidation> = invalidations.into_iter().collect();
        if invalidations.is_empty() {
            return;
        }
        let mut state = self.write();
        state.generation += 1;
        if invalidations.contains(&Invalidation::All) {
            state.entries.clear();
            return;
        }
        state.entries.retain(|credential, (context, _)| {
            let is_ended = match (credential, &context.key) {
                (Credential::Session(session, _), _) => {
                    invalidations.contains(&Invalidation::Session(*session))
                }
                (_, Some(key)) => invalidations.contains(&Invalidation::Key(key.id)),
                (_, None) => true,
            };
            !is_ended
                && !invalidations.contains(&Invalidation::Tenant(context.tenant.id))
                && !invalidations.contains(&Invalidation::User(context.user.id))
        });
    }

    /// Extends the validity. The caller must have applied all invalidations so far.
    fn set_valid_until(&self, until: Instant) {
        self.write().valid_until = Some(until);
    }

    /// Clears the cache and marks it invalid.
    fn clear(&self) {
        let mut state = self.write();
        state.generation += 1;
        state.valid_until = None;
        state.entries.clear();
    }

    /// Removes all entries, but keeps the cache valid.
    #[cfg(feature = "testing")]
    pub fn evict_all(&self) {
        self.write().entries.clear();
    }

    /// Whether entries may currently be used.
    pub fn is_valid(&self) -> bool {
        self.read().is_valid(Instant::now())
    }

    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
