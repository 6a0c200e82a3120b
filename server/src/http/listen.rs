//! The accept loop. `axum::serve` waits for ever for a client that says nothing and then never ends; this one does not.

use super::{
    body::{AnswerBody, RequestBody, TooSlow},
    connection::Connection,
    refused::Writer,
};
use crate::config::Patience;
use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{HeaderValue, Request, Response, header},
};
use hyper::{
    body::{Body as _, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
};
use std::{convert::Infallible, io, net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    task::JoinSet,
    time::{sleep, timeout},
};
use tower::ServiceExt as _;

/// Longest head that is taken; more is answered 431.
const LONGEST_HEAD: usize = 128 * 1024;
/// What a connection may hold in memory in each direction.
const BUFFER: usize = 192 * 1024;
/// After the machine had no more file descriptors.
const OUT_OF_FILES: Duration = Duration::from_millis(100);

/// How serving ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drained {
    /// Every request at work was answered.
    All,
    /// Some clients did not let go in time.
    Some,
}

/// What is served, and how patiently.
#[derive(Clone)]
pub struct Served {
    /// The routes, with their layers.
    pub router: Router,
    /// Times and numbers.
    pub limits: Patience,
    /// Writes answers to what was no request.
    pub refuse: Writer,
}

/// Serves until `stop`, then lets requests at work finish, until the deadline.
pub async fn serve(listener: TcpListener, served: Served, stop: impl Future<Output = ()>) -> Drained {
    let limits = served.limits;
    let places = Arc::new(Semaphore::new(limits.connections as usize));
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    tokio::pin!(stop);
    loop {
        // A place first: clients beyond the limit wait in the kernel's queue.
        let place = tokio::select! {
            () = &mut stop => break,
            place = places.clone().acquire_owned() => place,
        };
        let accepted = tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => accepted,
        };
        while connections.try_join_next().is_some() {}
        match accepted {
            Ok((stream, peer)) => {
                let work = converse(stream, peer, served.clone(), graceful.watcher());
                connections.spawn(async move {
                    work.await;
                    drop(place);
                });
            }
            Err(error) if is_of_one_client(&error) => {
                tracing::debug!(%error, "a client left before it was taken");
            }
            Err(error) => {
                tracing::warn!(%error, "cannot take connections for a moment");
                sleep(OUT_OF_FILES).await;
            }
        }
    }
    drop(listener);
    if timeout(limits.drain(), graceful.shutdown()).await.is_ok() {
        return Drained::All;
    }
    connections.shutdown().await;
    Drained::Some
}

/// Serves one connection to its end.
async fn converse(stream: TcpStream, peer: SocketAddr, served: Served, watcher: Watcher) {
    let Served {
        router,
        limits,
        refuse,
    } = served;
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "no TCP_NODELAY");
    }
    let connection = Connection::new(stream, limits, refuse);
    let watch = connection.watch();
    let service = service_fn(move |request: Request<Incoming>| {
        let (router, watch) = (router.clone(), watch.clone());
        async move {
            let length = request.body().size_hint().exact();
            let framing = watch.request(length);
            let too_slow = TooSlow::default();
            let mut request =
                request.map(|body| Body::new(RequestBody::new(body, limits.stall(), too_slow.clone())));
            let extensions = request.extensions_mut();
            extensions.insert(ConnectInfo(peer));
            extensions.insert(framing);
            extensions.insert(too_slow);
            let Ok(mut answer) = router.oneshot(request).await;
            if length.is_none() {
                // Where a chunked body ends is not followed, so nothing may come after it.
                answer
                    .headers_mut()
                    .insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            Ok::<Response<AnswerBody>, Infallible>(answer.map(|body| AnswerBody::new(body, watch)))
        }
    });
    let serving = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(None) // the connection keeps time itself
        .max_buf_size(BUFFER)
        .max_header_size(LONGEST_HEAD)
        .serve_connection(TokioIo::new(connection), service);
    if let Err(error) = watcher.watch(serving).await {
        tracing::debug!(%peer, %error, "connection ended");
    }
}

/// Errors of `accept` that say nothing about the next client.
fn is_of_one_client(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted
    )
}
