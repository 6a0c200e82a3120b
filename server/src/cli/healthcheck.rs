//! `jobhax healthcheck`, for containers and supervisors that have no other program to ask with.

use crate::{config::Healthcheck, start::StartError};
use std::{net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

const PATIENCE: Duration = Duration::from_secs(5);

/// Asks `GET /readyz`.
pub async fn run(config: &Healthcheck) -> Result<(), StartError> {
    let problem =
        |detail: &str| StartError::Other(format!("the server at {} is not ready: {detail}", config.listen));
    let answer = timeout(PATIENCE, ask(config.listen))
        .await
        .map_err(|_| problem("no answer within five seconds"))?
        .map_err(|e| problem(&e.to_string()))?;
    if answer.starts_with("HTTP/1.1 200") {
        return Ok(());
    }
    Err(problem(answer.lines().last().unwrap_or("no answer")))
}

async fn ask(listen: SocketAddr) -> std::io::Result<String> {
    // A server that listens everywhere is asked at home.
    let target = match listen {
        SocketAddr::V4(a) if a.ip().is_unspecified() => SocketAddr::from(([127, 0, 0, 1], a.port())),
        SocketAddr::V6(a) if a.ip().is_unspecified() => {
            SocketAddr::from((std::net::Ipv6Addr::LOCALHOST, a.port()))
        }
        other => other,
    };
    let mut stream = TcpStream::connect(target).await?;
    stream
        .write_all(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        .await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}
