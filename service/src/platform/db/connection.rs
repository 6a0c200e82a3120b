//! A connection of the pool. It executes statements like a connection of sqlx, but no statement can wait forever.
//!
//! When the peer vanishes without closing the connection, or hangs, nothing arrives, not even an error: the timeouts
//! of the server do not help, and sqlx has no timeouts.

use super::{
    pool::{OpenConnection, PoolInner},
    user_share::UserPermit,
};
use futures_util::Stream;
use sqlx::{
    AssertSqlSafe, Describe, Either, Error, Execute, Executor, Postgres, SqlStr,
    postgres::{PgDatabaseError, PgQueryResult, PgRow, PgSeverity, PgStatement, PgTypeInfo},
};
use std::{
    fmt,
    future::poll_fn,
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};
use tokio::{
    runtime::Handle,
    sync::OwnedSemaphorePermit,
    time::{Instant, Sleep, sleep},
};

/// Longer than the server's timeout of a statement, so that usually its error arrives.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(22);
/// For the statement that begins a transaction. Longer than the server's lock timeout.
const BEGIN_TIMEOUT: Duration = Duration::from_secs(7);
/// How often a statement that takes long checks its timeout, which becomes shorter when connections are found dead.
const CHECK_INTERVAL: Duration = Duration::from_secs(1);

type BoxFuture<'e, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'e>>;
type Step = Result<Either<PgQueryResult, PgRow>, Error>;
type BoxStream<'e> = Pin<Box<dyn Stream<Item = Step> + Send + 'e>>;

/// The clean-up that a connection needs before it can be used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    /// Nothing.
    Clean,
    /// A statement failed or was cancelled, so its response has not been read completely.
    Unread,
    /// The connection is unusable.
    Broken,
}

/// A connection, returned to the pool when dropped. A transaction that is still open is rolled back before.
pub(crate) struct Connection {
    live: Option<OpenConnection>,
    slot: Option<OwnedSemaphorePermit>,
    /// The permit of the user that the connection works for.
    permit: Option<Box<UserPermit>>,
    shared: Arc<PoolInner>,
    status: Status,
    in_transaction: bool,
    /// Set in the task that cleans up. When that task is cancelled by the shutdown of the runtime, no other can be started.
    is_cleaning_up: bool,
    timeout: Duration,
}

impl Connection {
    pub(super) fn new(shared: Arc<PoolInner>, live: OpenConnection, slot: OwnedSemaphorePermit) -> Self {
        Self {
            live: Some(live),
            slot: Some(slot),
            permit: None,
            shared,
            status: Status::Clean,
            in_transaction: false,
            is_cleaning_up: false,
            timeout: STATEMENT_TIMEOUT,
        }
    }

    /// Keeps the permit until the connection is back in the pool.
    pub(super) fn hold(&mut self, permit: UserPermit) {
        self.permit = Some(Box::new(permit));
    }

    /// Begins a transaction with this statement. `before` is executed in it, in the same message.
    ///
    /// BEGIN comes last: the statements of one message form an implicit transaction, which BEGIN keeps open. If one of them fails, no
    /// transaction is open. With BEGIN in front, an aborted transaction would remain open.
    pub(super) async fn begin(&mut self, before: Option<&str>, begin: &str) -> Result<(), Error> {
        let message = before.map_or_else(|| begin.to_owned(), |before| format!("{before}; {begin}"));
        self.in_transaction = true;
        self.timeout = BEGIN_TIMEOUT;
        let result = self.execute(AssertSqlSafe(message)).await;
        self.timeout = STATEMENT_TIMEOUT;
        result.map(drop)
    }

    /// Commits the transaction, after statements that are executed in the same message. If one of them fails, nothing is committed.
    pub(super) async fn commit(&mut self, before: Option<&str>) -> Result<(), Error> {
        match before {
            Some(before) => self.execute(AssertSqlSafe(format!("{before} commit"))).await?,
            None => self.execute("commit").await?,
        };
        self.in_transaction = false;
        Ok(())
    }

    pub(super) async fn rollback(&mut self) -> Result<(), Error> {
        self.execute("rollback").await?;
        self.in_transaction = false;
        Ok(())
    }

    /// Whether the peer responds within this time. If not, the connection is not used again.
    pub(super) async fn responds_within(&mut self, timeout: Duration) -> bool {
        self.timeout = timeout;
        let result = self.execute("").await;
        self.timeout = STATEMENT_TIMEOUT;
        result.is_ok()
    }

    /// Reads the rest of a response and ends the transaction.
    async fn clean_up(mut self) {
        let result = if self.in_transaction {
            self.rollback().await
        } else {
            self.execute("").await.map(drop)
        };
        if result.is_err() {
            self.status = Status::Broken;
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        let Some(live) = self.live.take() else { return };
        match self.status {
            Status::Broken => drop(live),
            Status::Clean if !self.in_transaction => self.shared.return_idle(live),
            Status::Clean | Status::Unread if self.is_cleaning_up => drop(live),
            Status::Clean | Status::Unread => {
                if let Ok(runtime) = Handle::try_current() {
                    let connection = Self {
                        live: Some(live),
                        slot: self.slot.take(),
                        permit: self.permit.take(),
                        shared: self.shared.clone(),
                        is_cleaning_up: true,
                        ..*self
                    };
                    runtime.spawn(connection.clean_up());
                }
            }
        }
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("status", &self.status)
            .field("in_transaction", &self.in_transaction)
            .finish_non_exhaustive()
    }
}

impl<'c> Executor<'c> for &'c mut Connection {
    type Database = Postgres;

    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e>
    where
        'c: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        let timeout = self.timeout;
        let usable = self.live.as_mut().filter(|_| self.status != Status::Broken);
        let (steps, status): (BoxStream<'e>, _) = match usable {
            Some(live) => (live.raw.fetch_many(query), Status::Unread),
            None => (
                Box::pin(futures_util::stream::once(async { Err(broken()) })),
                Status::Broken,
            ),
        };
        self.status = status;
        Box::pin(Response {
            steps,
            status: &mut self.status,
            shared: &self.shared,
            started_at: Instant::now(),
            timeout,
            check: None,
        })
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Option<PgRow>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        Box::pin(async move {
            let mut steps = self.fetch_many(query);
            let mut first = None;
            while let Some(step) = poll_fn(|cx| steps.as_mut().poll_next(cx)).await {
                if let Either::Right(row) = step?
                    && first.is_none()
                {
                    first = Some(row);
                }
            }
            Ok(first)
        })
    }

    fn prepare_with<'e>(self, sql: SqlStr, parameters: &'e [PgTypeInfo]) -> BoxFuture<'e, PgStatement>
    where
        'c: 'e,
    {
        match &mut self.live {
            Some(live) => live.raw.prepare_with(sql, parameters),
            None => Box::pin(async { Err(broken()) }),
        }
    }

    fn describe<'e>(self, sql: SqlStr) -> BoxFuture<'e, Describe<Postgres>>
    where
        'c: 'e,
    {
        match &mut self.live {
            Some(live) => live.raw.describe(sql),
            None => Box::pin(async { Err(broken()) }),
        }
    }
}

/// The response to one statement.
struct Response<'c> {
    steps: BoxStream<'c>,
    status: &'c mut Status,
    shared: &'c PoolInner,
    started_at: Instant,
    timeout: Duration,
    check: Option<Pin<Box<Sleep>>>,
}

impl Stream for Response<'_> {
    type Item = Step;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Step>> {
        let this = &mut *self;
        match this.steps.as_mut().poll_next(cx) {
            Poll::Ready(None) => {
                if *this.status == Status::Unread {
                    *this.status = Status::Clean;
                    this.shared.record_response();
                }
                Poll::Ready(None)
            }
            Poll::Ready(Some(Err(error))) => {
                if is_fatal(&error) {
                    *this.status = Status::Broken;
                    // Most likely the server has stopped, and all its connections are closed.
                    this.shared.drop_idle();
                } else {
                    this.shared.record_response();
                }
                Poll::Ready(Some(Err(error)))
            }
            Poll::Ready(step) => Poll::Ready(step),
            Poll::Pending => this.poll_timeout(cx).map(|error| Some(Err(error))),
        }
    }
}

impl Response<'_> {
    fn poll_timeout(&mut self, cx: &mut Context<'_>) -> Poll<Error> {
        loop {
            let interval = CHECK_INTERVAL.min(self.timeout);
            let check = self.check.get_or_insert_with(|| Box::pin(sleep(interval)));
            if check.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            if self.started_at.elapsed() >= self.shared.timeout_of_statement(self.started_at, self.timeout) {
                *self.status = Status::Broken;
                return Poll::Ready(timed_out());
            }
            check.as_mut().reset(Instant::now() + interval);
        }
    }
}

/// Whether the connection is unusable after this error.
fn is_fatal(error: &Error) -> bool {
    match error {
        Error::Io(_) | Error::Tls(_) | Error::Protocol(_) | Error::WorkerCrashed => true,
        Error::Database(error) => error
            .try_downcast_ref::<PgDatabaseError>()
            .is_some_and(|error| matches!(error.severity(), PgSeverity::Fatal | PgSeverity::Panic)),
        _ => false,
    }
}

fn timed_out() -> Error {
    let message = "the database did not respond in time";
    Error::Io(io::Error::new(io::ErrorKind::TimedOut, message))
}

fn broken() -> Error {
    let message = "the connection failed in an earlier statement";
    Error::Io(io::Error::new(io::ErrorKind::BrokenPipe, message))
}
