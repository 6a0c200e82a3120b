//! `jobhax healthcheck`, for containers without an HTTP client.

use crate::{config::Healthcheck, error::StartupError};
use std::{
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

const TIMEOUT: Duration = Duration::from_secs(5);

/// Requests `GET /readyz`.
pub async fn run(config: &Healthcheck) -> Result<(), StartupError> {
    let error =
        |detail: &str| StartupError::Other(format!("the server at {} is not ready: {detail}", config.listen));
    let response = timeout(TIMEOUT, get_readyz(config.listen))
        .await
        .map_err(|_| error("no response within five seconds"))?
        .map_err(|e| error(&e.to_string()))?;
    if response.starts_with("HTTP/1.1 200") {
        return Ok(());
    }
    Err(error(response.lines().last().unwrap_or("empty response")))
}

async fn get_readyz(listen: SocketAddr) -> std::io::Result<String> {
    // A server that listens on the unspecified address can be reached at the loopback address.
    let target = match listen {
        SocketAddr::V4(a) if a.ip().is_unspecified() => SocketAddr::from((Ipv4Addr::LOCALHOST, a.port())),
        SocketAddr::V6(a) if a.ip().is_unspecified() => SocketAddr::from((Ipv6Addr::LOCALHOST, a.port())),
        other => other,
    };
    let mut stream = TcpStream::connect(target).await?;
    stream
        .write_all(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        .await?;
    let mut response = String::new();
    stream.read_to_string(&mut response).await?;
    Ok(response)
}
