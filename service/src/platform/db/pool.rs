//! The connection pool.
//!
//! The pool of sqlx pings each connection that is returned and waits for the answer without limit, so a connection whose peer
//! has vanished keeps its slot until the kernel gives up after a quarter of an hour; without free slots, the service is down.
//! Here nothing waits without limit, and a clean connection is returned without a round trip.

use super::{PoolState, connection::Connection, user_share::UserShares};
use domain::UserId;
use sqlx::{Connection as _, Error, PgConnection, postgres::PgConnectOptions};
use std::{
    io,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    runtime::Handle,
    sync::Semaphore,
    time::{Instant, sleep, timeout},
};

/// Timeout of waiting for a permit and a slot, and of connecting.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// Maximum delay between attempts to connect while the server starts.
const MAX_CONNECT_BACKOFF: Duration = Duration::from_secs(1);
const IDLE_TIMEOUT: Duration = Duration::from_mins(5);
const MAX_LIFETIME: Duration = Duration::from_mins(30);
/// Timeout of closing a connection in an orderly way.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);
/// How often an idle connection is probed.
const PROBE_INTERVAL: Duration = Duration::from_secs(1);
const PROBE_TIMEOUT: Duration = Duration::from_secs(2);
/// The database counts as unreachable after this many failed probes in a row, if new connections failed, too.
const UNREACHABLE_PROBES: u32 = 2;
/// Timeout of the statements that are running when connections are found dead. Longer than the server's lock timeout, because many
/// statements that wait for the same row may end at that timeout together.
const SUSPECT_TIMEOUT: Duration = Duration::from_secs(7);

/// The pool.
#[derive(Clone)]
pub(super) struct Pool {
    shared: Arc<PoolInner>,
    user_shares: UserShares,
}

/// The state that the pool and its connections share.
pub(super) struct PoolInner {
    options: PgConnectOptions,
    max_connections: u32,
    slots: Arc<Semaphore>,
    idle: Mutex<Vec<OpenConnection>>,
    is_closed: AtomicBool,
    waiting: AtomicU32,
    started_at: Instant,
    /// When a statement last got its complete response, in milliseconds since the start.
    last_response: AtomicU64,
    /// When connections were last found dead, in milliseconds since the start; 0 for never.
    suspected_at: AtomicU64,
}

/// An open connection.
pub(super) struct OpenConnection {
    pub raw: PgConnection,
    created_at: Instant,
    /// Time of the last use. Probes do not count.
    used_at: Instant,
}

/// Counts a task as waiting for a connection until dropped.
struct WaitingGuard<'a>(&'a AtomicU32);

impl Drop for WaitingGuard<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Pool {
    /// Connects when a connection is first needed.
    pub fn new(options: PgConnectOptions, max_connections: u32) -> Self {
        let shared = PoolInner {
            options,
            max_connections,
            slots: Arc::new(Semaphore::new(max_connections as usize)),
            idle: Mutex::default(),
            is_closed: AtomicBool::new(false),
            waiting: AtomicU32::new(0),
            started_at: Instant::now(),
            last_response: AtomicU64::new(0),
            suspected_at: AtomicU64::new(0),
        };
        Self {
            shared: Arc::new(shared),
            user_shares: UserShares::new(max_connections),
        }
    }

    /// A pool with the same connections and separate shares of users.
    pub fn with_separate_shares(&self) -> Self {
        Self {
            shared: self.shared.clone(),
            user_shares: self.user_shares.separate(),
        }
    }

    /// An idle connection, or a new one if there is a free slot.
    pub async fn acquire(&self) -> Result<Connection, Error> {
        self.within_timeout(self.wait_for_connection()).await
    }

    /// As [`Self::acquire`], within the user's share of the pool. The caller must not have another connection.
    pub async fn acquire_for(&self, user: UserId) -> Result<Connection, Error> {
        let acquire = async {
            let permit = self.user_shares.acquire(user).await?;
            let mut connection = self.wait_for_connection().await?;
            connection.hold(permit);
            Ok(connection)
        };
        self.within_timeout(acquire).await
    }

    async fn within_timeout(
        &self,
        acquire: impl Future<Output = Result<Connection, Error>>,
    ) -> Result<Connection, Error> {
        self.shared.waiting.fetch_add(1, Ordering::Relaxed);
        let _waiting = WaitingGuard(&self.shared.waiting);
        timeout(ACQUIRE_TIMEOUT, acquire)
            .await
            .unwrap_or(Err(Error::PoolTimedOut))
    }

    async fn wait_for_connection(&self) -> Result<Connection, Error> {
        let slots = self.shared.slots.clone();
        let slot = slots.acquire_owned().await.map_err(|_| Error::PoolClosed)?;
        let newest = self.shared.lock_idle().pop();
        let mut live = match newest {
            Some(live) => live,
            None => self.shared.connect().await?,
        };
        live.used_at = Instant::now();
        Ok(Connection::new(self.shared.clone(), live, slot))
    }

    pub fn options(&self) -> &PgConnectOptions {
        &self.shared.options
    }

    pub fn state(&self) -> PoolState {
        let free = u32::try_from(self.shared.slots.available_permits()).unwrap_or(u32::MAX);
        PoolState {
            idle: u32::try_from(self.shared.lock_idle().len()).unwrap_or(u32::MAX),
            used: self.shared.max_connections.saturating_sub(free),
            waiting: self.shared.waiting.load(Ordering::Relaxed),
        }
    }

    /// How long ago a statement last got its complete response.
    pub fn last_response(&self) -> Duration {
        let last = Duration::from_millis(self.shared.last_response.load(Ordering::Relaxed));
        self.shared.started_at.elapsed().saturating_sub(last)
    }

    /// Probes connections and replaces dead ones until cancelled.
    pub async fn supervise(&self) {
        let mut unreachable = 0;
        loop {
            sleep(PROBE_INTERVAL).await;
            self.shared.close_unused();
            let idle_responds = self.probe_idle().await;
            let responds = idle_responds
                .unwrap_or_else(|| self.shared.is_unused() || self.last_response() <= SUSPECT_TIMEOUT);
            if responds {
                unreachable = 0;
            } else if !self.can_connect().await {
                unreachable += 1;
                if unreachable == UNREACHABLE_PROBES {
                    tracing::warn!("database does not respond");
                }
                if unreachable >= UNREACHABLE_PROBES {
                    self.shared.suspect_all();
                }
            } else if idle_responds.is_some() || self.shared.slots.available_permits() == 0 {
                tracing::warn!("database connections do not respond, replacing them");
                self.shared.suspect_all();
            }
        }
    }

    /// Whether the longest idle connection responds, if any.
    async fn probe_idle(&self) -> Option<bool> {
        let slot = self.shared.slots.clone().try_acquire_owned().ok()?;
        let oldest = {
            let mut idle = self.shared.lock_idle();
            (!idle.is_empty()).then(|| idle.remove(0))
        };
        let mut connection = Connection::new(self.shared.clone(), oldest?, slot);
        Some(connection.responds_within(PROBE_TIMEOUT).await)
    }

    async fn can_connect(&self) -> bool {
        let connect = PgConnection::connect_with(&self.shared.options);
        match timeout(PROBE_TIMEOUT, connect).await {
            Ok(Ok(raw)) => {
                close(raw);
                true
            }
            _ => false,
        }
    }

    /// Closes each connection after its current use.
    pub async fn close(&self) {
        self.shared.is_closed.store(true, Ordering::Relaxed);
        let all_slots = self.shared.slots.acquire_many(self.shared.max_connections);
        if all_slots.await.is_ok() {
            self.shared.slots.close();
        }
        let idle = std::mem::take(&mut *self.shared.lock_idle());
        for live in idle {
            let _ = timeout(CLOSE_TIMEOUT, live.raw.close()).await;
        }
    }
}

impl PoolInner {
    async fn connect(&self) -> Result<OpenConnection, Error> {
        let mut backoff = Duration::from_millis(10);
        loop {
            match PgConnection::connect_with(&self.options).await {
                Ok(raw) => {
                    let now = Instant::now();
                    return Ok(OpenConnection {
                        raw,
                        created_at: now,
                        used_at: now,
                    });
                }
                Err(error) if is_starting(&error) => {}
                Err(error) => return Err(error),
            }
            sleep(backoff).await;
            backoff = (backoff * 2).min(MAX_CONNECT_BACKOFF);
        }
    }

    /// Returns a connection to the pool that is ready for the next user.
    pub fn return_idle(&self, live: OpenConnection) {
        if self.is_closed.load(Ordering::Relaxed) || live.created_at.elapsed() > MAX_LIFETIME {
            close(live.raw);
        } else {
            self.lock_idle().push(live);
        }
    }

    pub fn drop_idle(&self) {
        let idle = std::mem::take(&mut *self.lock_idle());
        drop(idle);
    }

    pub fn record_response(&self) {
        self.last_response
            .store(self.millis(Instant::now()), Ordering::Relaxed);
    }

    /// The timeout of a statement of this age, which is shorter if connections have been found dead in the meantime.
    pub fn timeout_of_statement(&self, started_at: Instant, timeout: Duration) -> Duration {
        if self.millis(started_at) <= self.suspected_at.load(Ordering::Relaxed) {
            timeout.min(SUSPECT_TIMEOUT)
        } else {
            timeout
        }
    }

    fn suspect_all(&self) {
        self.suspected_at
            .store(self.millis(Instant::now()), Ordering::Relaxed);
        self.drop_idle();
    }

    fn is_unused(&self) -> bool {
        self.slots.available_permits() == self.max_connections as usize
    }

    fn close_unused(&self) {
        let unused: Vec<_> = self
            .lock_idle()
            .extract_if(.., |live| live.used_at.elapsed() > IDLE_TIMEOUT)
            .collect();
        for live in unused {
            close(live.raw);
        }
    }

    fn millis(&self, at: Instant) -> u64 {
        let since_start = at.saturating_duration_since(self.started_at);
        // 0 means never.
        u64::try_from(since_start.as_millis()).unwrap_or(u64::MAX).max(1)
    }

    fn lock_idle(&self) -> MutexGuard<'_, Vec<OpenConnection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Closes in the background. Without a runtime, dropping the connection closes it as well.
fn close(raw: PgConnection) {
    if let Ok(runtime) = Handle::try_current() {
        runtime.spawn(async move {
            let _ = timeout(CLOSE_TIMEOUT, raw.close()).await;
        });
    }
}

/// Whether the server is starting, or will have a free slot soon.
fn is_starting(error: &Error) -> bool {
    match error {
        Error::Io(error) => error.kind() == io::ErrorKind::ConnectionRefused,
        Error::Database(error) => error.is_transient_in_connect_phase(),
        _ => false,
    }
}
