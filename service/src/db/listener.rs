//! A connection of its own that hears what transactions tell.

use crate::Error;
use sqlx::{
    PgPool,
    postgres::{PgConnectOptions, PgListener, PgPoolOptions},
};
use std::time::Duration;

/// Listens on one channel. Ends at the first trouble instead of connecting anew by itself: what was told meanwhile is lost,
/// and whoever listens must know.
pub(crate) struct Listener {
    listener: PgListener,
    _pool: PgPool,
}

impl Listener {
    pub(super) async fn connect(options: PgConnectOptions, channel: &str) -> Result<Self, Error> {
        let pool = PgPoolOptions::new()
            .max_connections(1)
            .max_lifetime(None)
            .idle_timeout(None)
            .acquire_timeout(Duration::from_secs(5))
            .connect_lazy_with(options.application_name("jobhax listener"));
        let mut listener = PgListener::connect_with(&pool).await?;
        listener.eager_reconnect(false);
        listener.listen(channel).await?;
        Ok(Self {
            listener,
            _pool: pool,
        })
    }

    /// The next that is told. May be dropped while it waits, without losing anything.
    pub async fn next(&mut self) -> Result<String, Error> {
        match self.listener.try_recv().await? {
            Some(heard) => Ok(heard.payload().to_owned()),
            None => Err(Error::Internal("the connection that listens has ended".into())),
        }
    }

    /// Makes sure that the connection lives and still listens; gives all that was told until then.
    pub async fn beat(&mut self, channel: &str) -> Result<Vec<String>, Error> {
        if !super::queries::listens(&mut self.listener, channel).await? {
            return Err(Error::Internal("the connection does not listen any more".into()));
        }
        let heard = std::iter::from_fn(|| self.listener.next_buffered());
        Ok(heard.map(|n| n.payload().to_owned()).collect())
    }
}
