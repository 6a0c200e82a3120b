//! The least HTTP client that shows what really comes over the wire.

use serde_json::{Value, json};
use std::{io, net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

const PATIENCE: Duration = Duration::from_secs(15);

/// An answer, whole.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }
}

/// Sends bytes as they are and reads until the other side closes.
pub async fn raw(address: SocketAddr, bytes: &[u8]) -> io::Result<Answer> {
    let talk = async {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(bytes).await?;
        let mut all = Vec::new();
        stream.read_to_end(&mut all).await?;
        Ok::<_, io::Error>(all)
    };
    let all = timeout(PATIENCE, talk)
        .await
        .map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
    parse(&String::from_utf8_lossy(&all)).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
}

fn parse(text: &str) -> Option<Answer> {
    let (head, body) = text.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let head = head.to_ascii_lowercase();
    // A body cut short is no answer.
    let length = head
        .split("content-length: ")
        .nth(1)
        .and_then(|rest| rest.lines().next()?.parse::<usize>().ok());
    if length.is_some_and(|length| body.len() < length) {
        return None;
    }
    Some(Answer {
        status,
        head,
        body: body.to_owned(),
    })
}

pub async fn get(address: SocketAddr, path: &str) -> io::Result<Answer> {
    raw(
        address,
        format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").as_bytes(),
    )
    .await
}

pub async fn get_as(address: SocketAddr, token: &str, path: &str) -> io::Result<Answer> {
    let head = format!(
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\r\n"
    );
    raw(address, head.as_bytes()).await
}

/// Posts JSON, with a token where one is given.
pub async fn post(address: SocketAddr, path: &str, token: &str, body: &Value) -> io::Result<Answer> {
    let body = body.to_string();
    let bearer = if token.is_empty() {
        String::new()
    } else {
        format!("Authorization: Bearer {token}\r\n")
    };
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Type: application/json\r\n{bearer}Content-Length: {}\r\n\r\n",
        body.len()
    );
    raw(address, [head.as_bytes(), body.as_bytes()].concat().as_slice()).await
}

/// Registers somebody and gives the access token.
pub async fn register(address: SocketAddr, name: &str) -> String {
    let input = json!({"email": format!("{name}@example.org"), "password": "a quiet harbour at dawn"});
    let answer = post(address, "/api/users/register", "", &input)
        .await
        .expect("answer");
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer.json()["data"]["access_token"]
        .as_str()
        .expect("token")
        .to_owned()
}
