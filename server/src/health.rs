//! Whether the process is up, and whether it can serve.

use axum::{Router, extract::State, http::StatusCode, routing::get};
use service::db::{self, ConnectOptions, Db};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::time::{Instant, sleep, timeout};

/// A database that takes longer to answer `select 1` is away.
const PATIENCE: Duration = Duration::from_secs(2);
/// How often the watchdog looks.
const LOOK: Duration = Duration::from_secs(5);
/// Our pool has been useless for this long although the database answers others: only a restart helps.
const STUCK: Duration = Duration::from_secs(40);

/// What the probes look at.
#[derive(Clone)]
pub struct Health {
    db: Db,
    leaving: Arc<AtomicBool>,
}

impl Health {
    /// Of this database.
    pub fn new(db: Db) -> Self {
        Self {
            db,
            leaving: Arc::default(),
        }
    }

    /// From now on not ready: the process is about to end.
    pub fn leave(&self) {
        self.leaving.store(true, Ordering::Relaxed);
    }

    async fn database_answers(&self) -> bool {
        timeout(PATIENCE, self.db.ping())
            .await
            .is_ok_and(|answer| answer.is_ok())
    }

    /// Ends when the pool no longer gives connections although the database takes new ones. Connections that die
    /// without a word take their places in the pool with them, for good.
    pub async fn pool_is_stuck(&self, fresh: &ConnectOptions) {
        let mut useless_since: Option<Instant> = None;
        loop {
            sleep(LOOK).await;
            if self.database_answers().await {
                useless_since = None;
                continue;
            }
            let others_can = timeout(PATIENCE, db::check_role(fresh))
                .await
                .is_ok_and(|answer| answer.is_ok());
            if !others_can {
                useless_since = None;
                continue;
            }
            let since = *useless_since.get_or_insert_with(Instant::now);
            if since.elapsed() > STUCK {
                return;
            }
        }
    }
}

/// `GET /healthz` and `GET /readyz`.
pub fn router(health: Health) -> Router {
    Router::new()
        .route("/healthz", get(async || "up\n"))
        .route("/readyz", get(ready))
        .with_state(health)
}

async fn ready(State(health): State<Health>) -> (StatusCode, &'static str) {
    if health.leaving.load(Ordering::Relaxed) {
        (StatusCode::SERVICE_UNAVAILABLE, "stopping\n")
    } else if health.database_answers().await {
        (StatusCode::OK, "ready\n")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "the database is away\n")
    }
}
