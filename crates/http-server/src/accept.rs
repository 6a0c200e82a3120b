//! The accept loop: connection limit, per-connection serving, graceful shutdown.

use crate::{
    body::{BodyFailure, RequestBody, ResponseBody},
    config::{Config, Overloaded},
    connection::Connection,
    connection_state::ConnectionState,
    connections::{Connections, RESERVE, Slot},
};
use hyper::{
    Request, Response,
    body::{Body, Incoming},
    header::{self, HeaderValue},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
};
use std::{
    convert::Infallible,
    error::Error as StdError,
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::{Instant, sleep, timeout_at},
};
use tower::{Service, ServiceExt as _};

/// Maximum size of a request's headers. Larger ones get an empty 431 response.
const MAX_HEADER_BYTES: usize = 32 * 1024;
/// Size of the read buffer and of the write buffer of a connection.
const BUFFER_BYTES: usize = MAX_HEADER_BYTES;
/// Pause after `accept` fails, usually because no file descriptors are free.
const ACCEPT_BACKOFF: Duration = Duration::from_millis(100);

/// How serving ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shutdown {
    /// Every in-flight request finished.
    Graceful,
    /// The drain timeout elapsed and remaining connections were closed.
    Forced,
}

/// The remote address of the connection. An extension of each request.
#[derive(Clone, Copy, Debug)]
pub struct PeerAddr(pub SocketAddr);

/// Serves `service` until `shutdown` completes, then lets in-flight requests finish.
pub async fn serve<S, B>(
    listener: TcpListener,
    service: S,
    config: Config,
    shutdown: impl Future<Output = ()>,
) -> Shutdown
where
    S: Service<Request<RequestBody>, Response = Response<B>, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
    B: Body + Unpin + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn StdError + Send + Sync>>,
{
    let timeouts = config.timeouts;
    let max_tasks = config.max_connections + 2 * RESERVE;
    let connections = Connections::new(config.clone());
    let closing = Arc::new(AtomicBool::new(false));
    let graceful = GracefulShutdown::new();
    let mut tasks = JoinSet::new();
    let accept = async {
        loop {
            // Evicted connections take a moment to end. Until then, new clients wait in the kernel's accept queue.
            while tasks.try_join_next().is_some() || tasks.len() >= max_tasks {
                if tasks.len() >= max_tasks {
                    let _ = tasks.join_next().await;
                }
            }
            match listener.accept().await {
                Ok((stream, peer)) => {
                    let state = ConnectionState::new(connections.waiting_bytes());
                    let Some(slot) = connections.admit(peer.ip(), state.clone()) else {
                        tracing::debug!(%peer, "connection refused, all are in use");
                        continue;
                    };
                    let connection = AcceptedConnection {
                        stream,
                        peer,
                        state,
                        slot,
                        connections: connections.clone(),
                        closing: closing.clone(),
                    };
                    tasks.spawn(connection.serve(service.clone(), config.clone(), graceful.watcher()));
                }
                Err(error) if concerns_one_client(&error) => {
                    tracing::debug!(%error, "client disconnected before accept");
                }
                Err(error) => {
                    tracing::warn!(%error, "accept failed, backing off");
                    sleep(ACCEPT_BACKOFF).await;
                }
            }
        }
    };
    let deadline = async {
        shutdown.await;
        closing.store(true, Ordering::Relaxed);
        let deadline = Instant::now() + timeouts.drain;
        sleep(timeouts.shutdown_notice.min(timeouts.drain)).await;
        deadline
    };
    let deadline = tokio::select! {
        // Poll `accept` first, so that connections completed before the listener closes are served.
        biased;
        () = accept => Instant::now(),
        deadline = deadline => deadline,
    };
    drop(listener);
    if timeout_at(deadline, graceful.shutdown()).await.is_ok() {
        return Shutdown::Graceful;
    }
    tasks.shutdown().await;
    Shutdown::Forced
}

/// A connection that has just been accepted.
struct AcceptedConnection {
    stream: TcpStream,
    peer: SocketAddr,
    state: ConnectionState,
    slot: Slot,
    connections: Connections,
    /// Whether the server is shutting down.
    closing: Arc<AtomicBool>,
}

impl AcceptedConnection {
    async fn serve<S, B>(self, service: S, config: Config, watcher: Watcher)
    where
        S: Service<Request<RequestBody>, Response = Response<B>, Error = Infallible> + Clone + Send + 'static,
        S::Future: Send,
        B: Body + Unpin + Send + 'static,
        B::Data: Send,
        B::Error: Into<Box<dyn StdError + Send + Sync>>,
    {
        let Self {
            stream,
            peer,
            state,
            slot,
            connections,
            closing,
        } = self;
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "setting TCP_NODELAY failed");
        }
        let (timeouts, is_reserve) = (config.timeouts, slot.is_reserve);
        let connection = Connection::new(stream, timeouts, state.clone(), connections.clone());
        let service = service_fn(move |request: Request<Incoming>| {
            let (service, state, connections, closing) = (
                service.clone(),
                state.clone(),
                connections.clone(),
                closing.clone(),
            );
            async move {
                let body_len = request.body().size_hint().exact();
                let framing = state.request_parsed(body_len);
                let failure = BodyFailure::default();
                let mut request = request.map(|body| {
                    RequestBody::new(
                        body,
                        timeouts.stall,
                        config.max_body_bytes,
                        failure.clone(),
                        state.clone(),
                        connections.clone(),
                    )
                });
                let extensions = request.extensions_mut();
                extensions.insert(PeerAddr(peer));
                extensions.insert(framing);
                extensions.insert(failure);
                if is_reserve {
                    extensions.insert(Overloaded);
                }
                let Ok(mut response) = service.oneshot(request).await;
                // The framer does not track the end of a chunked body, so the connection cannot be reused after one.
                if body_len.is_none() || is_reserve || closing.load(Ordering::Relaxed) {
                    response
                        .headers_mut()
                        .insert(header::CONNECTION, HeaderValue::from_static("close"));
                }
                Ok::<_, Infallible>(response.map(|body| ResponseBody::new(body, state, connections)))
            }
        });
        let serving = http1::Builder::new()
            .timer(TokioTimer::new())
            // `Connection` enforces this timeout.
            .header_read_timeout(None)
            .max_buf_size(BUFFER_BYTES)
            .max_header_size(MAX_HEADER_BYTES)
            .serve_connection(TokioIo::new(connection), service);
        match watcher.watch(serving).await {
            Err(error) if error.is_parse() => {
                tracing::info!(%peer, %error, "rejected malformed HTTP request");
            }
            Err(error) => tracing::debug!(%peer, %error, "connection failed"),
            Ok(()) => {}
        }
        drop(slot);
    }
}

/// Whether the error only affects one client, so that the next `accept` can follow immediately.
fn concerns_one_client(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted
    )
}
