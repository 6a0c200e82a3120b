//! Liveness and readiness probes, and a watchdog for the connection pool.

use crate::error_response::PROBES;
use axum::{Router, extract::State, http::StatusCode, routing::get};
use service::platform::db::{self, ConnectOptions, Db};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::time::{Instant, sleep, timeout};

/// Timeout of the probe query `select 1`.
const PROBE_TIMEOUT: Duration = Duration::from_secs(2);
/// Interval of the watchdog.
const PROBE_INTERVAL: Duration = Duration::from_secs(1);
/// How long the pool has to fail, although new connections work, until it counts as stuck. Longer than the pool needs to replace dead
/// connections, and longer than the lock timeout, which ends all statements that wait for the same lock.
const STUCK_AFTER: Duration = Duration::from_secs(9);

/// State of the probes.
#[derive(Clone)]
pub struct Health {
    db: Db,
    shutting_down: Arc<AtomicBool>,
}

impl Health {
    /// Creates the probes of this database.
    pub fn new(db: Db) -> Self {
        Self {
            db,
            shutting_down: Arc::default(),
        }
    }

    /// Makes the readiness probe fail from now on.
    pub fn begin_shutdown(&self) {
        self.shutting_down.store(true, Ordering::Relaxed);
    }

    async fn is_database_up(&self) -> bool {
        timeout(PROBE_TIMEOUT, self.db.ping())
            .await
            .is_ok_and(|result| result.is_ok())
    }

    /// Returns when the pool is stuck: no statement gets a response although the database accepts new connections. This is the last resort,
    /// because the pool replaces dead connections by itself.
    pub async fn pool_is_stuck(&self, options: &ConnectOptions) {
        let mut failing_since: Option<Instant> = None;
        loop {
            sleep(PROBE_INTERVAL).await;
            let is_up = self.is_database_up().await;
            if is_up || !Self::can_connect(options).await {
                failing_since = None;
                continue;
            }
            let since = *failing_since.get_or_insert_with(Instant::now);
            if since.elapsed() > STUCK_AFTER && self.db.last_response() > STUCK_AFTER {
                return;
            }
        }
    }

    async fn can_connect(options: &ConnectOptions) -> bool {
        timeout(PROBE_TIMEOUT, db::check_role(options))
            .await
            .is_ok_and(|result| result.is_ok())
    }
}

/// The routes, all of them `GET`.
pub const ROUTES: [&str; 2] = PROBES;

/// `GET /healthz` and `GET /readyz`.
pub fn router(health: Health) -> Router {
    Router::new()
        .route("/healthz", get(async || "up\n"))
        .route("/readyz", get(ready))
        .with_state(health)
}

async fn ready(State(health): State<Health>) -> (StatusCode, &'static str) {
    if health.shutting_down.load(Ordering::Relaxed) {
        (StatusCode::SERVICE_UNAVAILABLE, "shutting down\n")
    } else if health.is_database_up().await {
        (StatusCode::OK, "ready\n")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "database unavailable\n")
    }
}
