//! `jobhax mcp`: MCP over standard input and output, for clients that start a process. It forwards every message to `/mcp` of the server,
//! so both transports offer the same tools.

use crate::{
    config::Mcp,
    error::StartupError,
    mcp::{ALLOW_WRITES, PATH, json_rpc_error},
};
use axum::http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE},
};
use reqwest::{Client, Url, redirect::Policy};
use rmcp::model::ErrorCode;
use secrecy::ExposeSecret as _;
use serde_json::Value;
use service::platform::crypto::install_tls_provider;
use std::{
    io::{self, BufRead as _, Read as _, Write as _},
    thread,
    time::Duration,
};
use tokio::sync::mpsc;

const TIMEOUT: Duration = Duration::from_mins(1);
/// Maximum length of a message in bytes.
const MAX_MESSAGE_BYTES: u64 = 1024 * 1024;
/// Maximum size of a response in bytes.
const MAX_RESPONSE_BYTES: usize = 16 * 1024 * 1024;
const PROTOCOL_VERSION: HeaderName = HeaderName::from_static("mcp-protocol-version");
const METHOD: HeaderName = HeaderName::from_static("mcp-method");
const NAME: HeaderName = HeaderName::from_static("mcp-name");

/// Forwards messages until standard input ends.
pub async fn run(config: Mcp) -> Result<(), StartupError> {
    let mut proxy = Proxy::new(&config)?;
    let mut lines = read_lines();
    while let Some(line) = lines.recv().await {
        if line.trim().is_empty() {
            continue;
        }
        let response = match serde_json::from_str::<Value>(&line) {
            Ok(message) => proxy.pass_on(&message).await,
            Err(_) => Some(json_rpc_error(
                &Value::Null,
                ErrorCode::PARSE_ERROR,
                "Not valid JSON.",
            )),
        };
        if let Some(response) = response {
            super::print(&format!("{response}\n"))?;
            io::stdout()
                .flush()
                .map_err(|e| StartupError::Other(format!("cannot write to standard output: {e}")))?;
        }
    }
    Ok(())
}

/// Reads lines from standard input on a thread, because it has no asynchronous reads. A line that is too long is cut off, so that it is
/// rejected as invalid JSON.
fn read_lines() -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel(1);
    thread::spawn(move || {
        let mut stdin = io::stdin().lock();
        loop {
            let mut line = Vec::new();
            match stdin
                .by_ref()
                .take(MAX_MESSAGE_BYTES)
                .read_until(b'\n', &mut line)
            {
                Ok(0) | Err(_) => return,
                Ok(_) => {}
            }
            if sender
                .blocking_send(String::from_utf8_lossy(&line).into_owned())
                .is_err()
            {
                return;
            }
        }
    });
    receiver
}

struct Proxy {
    client: Client,
    url: Url,
    /// The protocol version that the server chose during initialization.
    protocol_version: Option<String>,
}

impl Proxy {
    fn new(config: &Mcp) -> Result<Self, StartupError> {
        let invalid = |name: &str, detail: &str| StartupError::Other(format!("{name}: {detail}"));
        let url = Url::parse(&format!("{}{PATH}", config.url.trim_end_matches('/')));
        let url = url.ok().filter(|url| ["http", "https"].contains(&url.scheme()));
        let url = url.ok_or_else(|| {
            invalid(
                "JOBHAX_URL",
                "not a URL. Write for example https://jobs.example.org",
            )
        })?;
        let key = config.api_key.as_ref().ok_or_else(|| {
            invalid(
                "JOBHAX_API_KEY",
                "not set. Make an API key in the settings under API keys, and set the variable to it",
            )
        })?;
        let bearer = format!("Bearer {}", key.expose_secret().trim());
        let mut bearer = HeaderValue::from_str(&bearer).map_err(|_| {
            invalid(
                "JOBHAX_API_KEY",
                "not an API key. Make one in the settings under API keys",
            )
        })?;
        bearer.set_sensitive(true);
        let mut headers = HeaderMap::from_iter([
            (AUTHORIZATION, bearer),
            (CONTENT_TYPE, HeaderValue::from_static("application/json")),
            (
                ACCEPT,
                HeaderValue::from_static("application/json, text/event-stream"),
            ),
        ]);
        if config.allow_writes {
            headers.insert(ALLOW_WRITES, HeaderValue::from_static("true"));
        }
        install_tls_provider();
        let client = Client::builder()
            .timeout(TIMEOUT)
            // A redirect must not receive the key.
            .redirect(Policy::none())
            .user_agent(concat!("jobhax-mcp/", env!("CARGO_PKG_VERSION")))
            .default_headers(headers)
            .build()
            .map_err(|e| StartupError::Other(format!("cannot make the HTTP client: {e}")))?;
        Ok(Self {
            client,
            url,
            protocol_version: None,
        })
    }

    /// Forwards a message and returns the response of the server; `None` for notifications.
    async fn pass_on(&mut self, message: &Value) -> Option<Value> {
        let response = self.send(message).await;
        let id = message.get("id")?;
        let response =
            response.unwrap_or_else(|detail| json_rpc_error(id, ErrorCode::INTERNAL_ERROR, &detail));
        if message["method"] == "initialize"
            && let Some(version) = response["result"]["protocolVersion"].as_str()
        {
            self.protocol_version = Some(version.to_owned());
        }
        Some(response)
    }

    async fn send(&self, message: &Value) -> Result<Value, String> {
        let unreachable = |e: reqwest::Error| format!("Cannot reach {}: {}.", self.url, e.without_url());
        let request = self
            .client
            .post(self.url.clone())
            .headers(self.headers(message))
            .body(message.to_string());
        let mut response = request.send().await.map_err(unreachable)?;
        let status = response.status();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
            body.extend_from_slice(&chunk);
            if body.len() > MAX_RESPONSE_BYTES {
                return Err(format!("The response of {} is too long.", self.url));
            }
        }
        let body: Value = serde_json::from_slice(&body).unwrap_or_default();
        if body["jsonrpc"].is_string() {
            let mut body = body;
            // The server cannot know the id of a message that it could not parse.
            if body["id"].is_null() {
                body["id"] = message["id"].clone();
            }
            return Ok(body);
        }
        let detail = body["detail"]
            .as_str()
            .unwrap_or("This is not the address of a JobHax server.");
        Err(format!("{} answered {status}: {detail}", self.url))
    }

    /// Headers that repeat parts of a message for proxies, required by newer protocol versions.
    fn headers(&self, message: &Value) -> HeaderMap {
        let params = &message["params"];
        let version = params["_meta"]["io.modelcontextprotocol/protocolVersion"]
            .as_str()
            .or(self.protocol_version.as_deref());
        let values = [
            (PROTOCOL_VERSION, version),
            (METHOD, message["method"].as_str()),
            (
                NAME,
                params["name"]
                    .as_str()
                    .filter(|_| message["method"] == "tools/call"),
            ),
        ];
        let values = values.into_iter().filter_map(|(name, value)| {
            let value = HeaderValue::from_str(value?).ok()?;
            Some((name, value))
        });
        values.collect()
    }
}
