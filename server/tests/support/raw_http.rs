//! A minimal HTTP/1.1 client that shows the actual bytes of a response: one connection per request, no redirects, no retries.

use serde_json::{Value, json};
use std::{io, net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

const RESPONSE_TIMEOUT: Duration = Duration::from_secs(15);

/// The password of all users of these tests.
pub const PASSWORD: &str = "a quiet harbour at dawn";

/// A complete response.
#[derive(Debug)]
pub struct RawResponse {
    pub status: u16,
    /// Status line and headers, in lower case.
    pub head: String,
    pub body: String,
}

impl RawResponse {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }
}

/// Sends these bytes and reads until the server closes the connection.
pub async fn send(address: SocketAddr, bytes: &[u8]) -> io::Result<RawResponse> {
    let exchange = async {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(bytes).await?;
        let mut response = Vec::new();
        stream.read_to_end(&mut response).await?;
        Ok::<_, io::Error>(response)
    };
    let response = timeout(RESPONSE_TIMEOUT, exchange)
        .await
        .map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
    parse(&String::from_utf8_lossy(&response)).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
}

fn parse(text: &str) -> Option<RawResponse> {
    let (head, body) = text.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let head = head.to_ascii_lowercase();
    let content_length = head
        .split("content-length: ")
        .nth(1)
        .and_then(|rest| rest.lines().next()?.parse::<usize>().ok());
    if content_length.is_some_and(|length| body.len() < length) {
        return None;
    }
    Some(RawResponse {
        status,
        head,
        body: body.to_owned(),
    })
}

/// A request that is sent as raw bytes, so that headers can contain any bytes.
pub struct RawRequest {
    head: Vec<u8>,
    body: Vec<u8>,
}

impl RawRequest {
    pub fn new(method: &str, path: &str) -> Self {
        let head = format!("{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n");
        Self {
            head: head.into_bytes(),
            body: Vec::new(),
        }
    }

    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.head.extend_from_slice(name.as_bytes());
        self.head.extend_from_slice(b": ");
        self.head.extend_from_slice(value.as_ref());
        self.head.extend_from_slice(b"\r\n");
        self
    }

    /// Adds the token, unless it is empty.
    pub fn token(self, token: &str) -> Self {
        if token.is_empty() {
            self
        } else {
            self.header("Authorization", format!("Bearer {token}"))
        }
    }

    pub fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }

    pub fn body(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        let length = self.body.len().to_string();
        self.header("Content-Type", content_type)
            .header("Content-Length", length)
    }

    pub async fn send(self, address: SocketAddr) -> io::Result<RawResponse> {
        send(address, &[self.head, b"\r\n".to_vec(), self.body].concat()).await
    }
}

pub async fn get(address: SocketAddr, path: &str) -> io::Result<RawResponse> {
    RawRequest::new("GET", path).send(address).await
}

pub async fn get_with_token(address: SocketAddr, token: &str, path: &str) -> io::Result<RawResponse> {
    RawRequest::new("GET", path).token(token).send(address).await
}

/// Posts JSON, without credentials if the token is empty.
pub async fn post(address: SocketAddr, path: &str, token: &str, body: &Value) -> io::Result<RawResponse> {
    RawRequest::new("POST", path)
        .token(token)
        .json(body)
        .send(address)
        .await
}

/// Registers `name@example.org`. Returns the access token.
pub async fn register(address: SocketAddr, name: &str) -> String {
    let input = json!({"email": format!("{name}@example.org"), "password": PASSWORD});
    let response = post(address, "/api/users/register", "", &input)
        .await
        .expect("response");
    assert_eq!(response.status, 201, "{}", response.body);
    response.json()["data"]["access_token"]
        .as_str()
        .expect("token")
        .to_owned()
}

/// The status of an authenticated read request.
pub async fn status_with_token(address: SocketAddr, token: &str) -> u16 {
    let response = get_with_token(address, token, "/api/jobapps/get_statuses").await;
    response.expect("response").status
}
