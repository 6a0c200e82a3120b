//! The accept loop: connection limit, per-connection serving, graceful shutdown.

use crate::{
    body::{BodyTimeout, RequestBody, ResponseBody},
    config::{Config, Timeouts},
    connection::Connection,
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
use std::{convert::Infallible, error::Error as StdError, io, net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    task::JoinSet,
    time::{sleep, timeout},
};
use tower::{Service, ServiceExt as _};

/// Maximum size of a request's headers. Larger ones get an empty 431 response.
const MAX_HEADER_BYTES: usize = 128 * 1024;
/// Read buffer and write buffer of a connection.
const BUFFER_BYTES: usize = 192 * 1024;
/// Pause after a failed `accept`, usually because there are no free file descriptors.
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
    let permits = Arc::new(Semaphore::new(config.max_connections));
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    tokio::pin!(shutdown);
    loop {
        // Before accepting, so that clients over the limit stay in the kernel's queue.
        let permit = tokio::select! {
            () = &mut shutdown => break,
            permit = permits.clone().acquire_owned() => permit,
        };
        let accepted = tokio::select! {
            () = &mut shutdown => break,
            accepted = listener.accept() => accepted,
        };
        while connections.try_join_next().is_some() {}
        match accepted {
            Ok((stream, peer)) => {
                let connection =
                    serve_connection(stream, peer, service.clone(), config.timeouts, graceful.watcher());
                connections.spawn(async move {
                    connection.await;
                    drop(permit);
                });
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
    drop(listener);
    if timeout(config.timeouts.drain, graceful.shutdown()).await.is_ok() {
        return Shutdown::Graceful;
    }
    connections.shutdown().await;
    Shutdown::Forced
}

async fn serve_connection<S, B>(
    stream: TcpStream,
    peer: SocketAddr,
    service: S,
    timeouts: Timeouts,
    watcher: Watcher,
) where
    S: Service<Request<RequestBody>, Response = Response<B>, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
    B: Body + Unpin + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn StdError + Send + Sync>>,
{
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "setting TCP_NODELAY failed");
    }
    let connection = Connection::new(stream, timeouts);
    let state = connection.state();
    let service = service_fn(move |request: Request<Incoming>| {
        let (service, state) = (service.clone(), state.clone());
        async move {
            let body_len = request.body().size_hint().exact();
            let framing = state.request_parsed(body_len);
            let timed_out = BodyTimeout::default();
            let mut request = request.map(|body| RequestBody::new(body, timeouts.stall, timed_out.clone()));
            let extensions = request.extensions_mut();
            extensions.insert(PeerAddr(peer));
            extensions.insert(framing);
            extensions.insert(timed_out);
            let Ok(mut response) = service.oneshot(request).await;
            if body_len.is_none() {
                // The framer does not track the end of a chunked body, so the connection cannot be reused.
                response
                    .headers_mut()
                    .insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            Ok::<_, Infallible>(response.map(|body| ResponseBody::new(body, state)))
        }
    });
    let serving = http1::Builder::new()
        .timer(TokioTimer::new())
        // `Connection` enforces it.
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
}

/// Errors of `accept` that do not affect the next client.
fn concerns_one_client(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted
    )
}
