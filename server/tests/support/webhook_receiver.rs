//! An HTTP server that receives webhooks.

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
};
use serde_json::{Value, json};
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{net::TcpListener, task::JoinHandle};
use url::Url;

/// A response of the receiver.
#[derive(Clone, Copy, Debug)]
pub enum Answer {
    Status(u16),
    /// A redirect to this receiver's own path `/other`.
    Redirect,
    /// 429 with this `Retry-After`.
    Later(u32),
    /// 200 with a body of this many bytes.
    Body(usize),
    /// No response.
    Hang,
}

/// A request that was received.
#[derive(Clone, Debug)]
pub struct Webhook {
    pub path: String,
    pub headers: HeaderMap,
    pub body: String,
}

impl Webhook {
    pub fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().expect("ASCII")
    }

    pub fn id(&self) -> &str {
        self.header("webhook-id")
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("JSON")
    }

    /// Type of the event.
    pub fn event_type(&self) -> String {
        self.json()["type"].as_str().expect("type").to_owned()
    }

    /// For the programs that verify signatures.
    pub fn to_verify(&self) -> Value {
        let names = ["webhook-id", "webhook-timestamp", "webhook-signature"];
        let headers: serde_json::Map<String, Value> = names
            .into_iter()
            .map(|name| (name.to_owned(), json!(self.header(name))))
            .collect();
        json!({"headers": headers, "body": self.body})
    }
}

#[derive(Default)]
struct Shared {
    received: Vec<Webhook>,
    /// Responses to the next requests, in order. The last one is repeated.
    answers: Vec<Answer>,
}

/// The running receiver. It ends when this is dropped.
pub struct WebhookReceiver {
    pub origin: Url,
    shared: Arc<Mutex<Shared>>,
    task: JoinHandle<()>,
}

impl WebhookReceiver {
    /// Starts a receiver that accepts every request until [`answer`](Self::answer) is called.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("port");
        let address = listener.local_addr().expect("address");
        let shared = Arc::new(Mutex::new(Shared::default()));
        let router = Router::new().fallback(receive).with_state(shared.clone());
        Self {
            origin: format!("http://{address}").parse().expect("URL"),
            shared,
            task: tokio::spawn(async move { axum::serve(listener, router).await.expect("served") }),
        }
    }

    pub fn url(&self) -> String {
        format!("{}hook", self.origin)
    }

    /// Sets the responses to the next requests, one each. The last one is repeated.
    pub fn answer(&self, answers: &[Answer]) {
        self.lock().answers = answers.to_vec();
    }

    /// The requests that were received since the last call.
    pub fn take(&self) -> Vec<Webhook> {
        std::mem::take(&mut self.lock().received)
    }

    /// Waits until a request was received.
    pub async fn next(&self) -> Vec<Webhook> {
        let received = async {
            loop {
                let received = self.take();
                if !received.is_empty() {
                    return received;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), received)
            .await
            .expect("a webhook within 20 seconds")
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for WebhookReceiver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn receive(
    State(shared): State<Arc<Mutex<Shared>>>,
    uri: axum::http::Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let answer = {
        let mut shared = shared.lock().unwrap_or_else(PoisonError::into_inner);
        shared.received.push(Webhook {
            path: uri.path().to_owned(),
            headers,
            body: String::from_utf8(body.to_vec()).expect("UTF-8"),
        });
        match shared.answers.as_slice() {
            [] => Answer::Status(204),
            [last] => *last,
            [_, ..] => shared.answers.remove(0),
        }
    };
    match answer {
        Answer::Status(status) => {
            let status = StatusCode::from_u16(status).expect("status");
            (status, format!("answer {status}")).into_response()
        }
        Answer::Redirect => (StatusCode::TEMPORARY_REDIRECT, [("location", "/other")]).into_response(),
        Answer::Later(seconds) => (
            StatusCode::TOO_MANY_REQUESTS,
            [("retry-after", seconds.to_string())],
        )
            .into_response(),
        Answer::Body(bytes) => "x".repeat(bytes).into_response(),
        Answer::Hang => std::future::pending().await,
    }
}
