//! Dedicated connection for Postgres `LISTEN`.

use super::queries;
use crate::Error;
use sqlx::{
    PgPool,
    postgres::{PgConnectOptions, PgListener, PgNotification, PgPoolOptions},
};
use std::time::Duration;

/// A notification.
pub(crate) struct Notification {
    pub channel: String,
    pub payload: String,
}

impl From<PgNotification> for Notification {
    fn from(notification: PgNotification) -> Self {
        Self {
            channel: notification.channel().to_owned(),
            payload: notification.payload().to_owned(),
        }
    }
}

/// Listens on channels. Fails on the first connection error instead of reconnecting, because notifications sent in
/// between are lost and the caller must react to that.
pub(crate) struct Listener {
    listener: PgListener,
    _pool: PgPool,
}

impl Listener {
    pub(super) async fn connect(options: PgConnectOptions, channels: [&str; 2]) -> Result<Self, Error> {
        let pool = PgPoolOptions::new()
            .max_connections(1)
            .max_lifetime(None)
            .idle_timeout(None)
            .acquire_timeout(Duration::from_secs(5))
            .connect_lazy_with(options.application_name("jobhax listener"));
        let mut listener = PgListener::connect_with(&pool).await?;
        listener.eager_reconnect(false);
        listener.listen_all(channels).await?;
        Ok(Self {
            listener,
            _pool: pool,
        })
    }

    /// The next notification. Cancel-safe.
    pub async fn next(&mut self) -> Result<Notification, Error> {
        match self.listener.try_recv().await? {
            Some(notification) => Ok(notification.into()),
            None => Err(Error::Internal("listener connection closed".into())),
        }
    }

    /// Checks that the connection is alive and still listens. Returns the notifications received up to then.
    pub async fn check_alive(&mut self, channel: &str) -> Result<Vec<Notification>, Error> {
        if !queries::is_listening(&mut self.listener, channel).await? {
            return Err(Error::Internal(format!(
                "listener connection no longer listens on {channel}"
            )));
        }
        let notifications = std::iter::from_fn(|| self.listener.next_buffered());
        Ok(notifications.map(Into::into).collect())
    }
}
