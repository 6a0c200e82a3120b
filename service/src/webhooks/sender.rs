//! Requests to endpoints.

use crate::platform::http_client::{Endpoint, FetchError, HttpClient, Response};
use chrono::{DateTime, Utc};
use reqwest::header::CONTENT_TYPE;
use std::{sync::Arc, time::Duration};
use tokio::time::Instant;
use url::{Origin, Url};
use uuid::Uuid;

/// Time for the whole request and response.
const WEBHOOK_TIMEOUT: Duration = Duration::from_secs(15);
/// How much of a response is read, in bytes.
const MAX_RESPONSE_BYTES: usize = 4096;
/// How much of a response is stored, in characters.
const MAX_RESPONSE_CHARS: usize = 1000;
const MAX_ERROR_CHARS: usize = 500;

/// Sends events to endpoints: only to public `https` addresses, except for origins that the operator allows.
#[derive(Clone)]
pub struct WebhookSender {
    http: HttpClient,
    allowed_origins: Arc<[Origin]>,
    own_origin: Option<Origin>,
}

/// A signed request.
pub(super) struct Request<'a> {
    pub url: &'a str,
    pub event: Uuid,
    pub at: DateTime<Utc>,
    pub signature: String,
    pub payload: String,
}

/// The result of a request.
#[derive(Debug)]
pub(super) struct Outcome {
    pub duration: Duration,
    /// `None` without a response.
    pub status: Option<u16>,
    /// Why there was no response.
    pub error: Option<String>,
    /// The beginning of the body of the response.
    pub response: Option<String>,
    /// The delay that the endpoint requests.
    pub retry_after: Option<Duration>,
}

impl Outcome {
    /// Whether the endpoint has accepted the event.
    pub fn is_success(&self) -> bool {
        self.status.is_some_and(|status| (200..300).contains(&status))
    }

    /// Whether the endpoint answered that it wants no more events.
    pub fn is_gone(&self) -> bool {
        self.status == Some(410)
    }
}

impl WebhookSender {
    /// `public_url` is the URL of this server, which is not allowed as an endpoint.
    pub(crate) fn new(http: HttpClient, public_url: &str) -> Self {
        Self {
            http,
            allowed_origins: Arc::default(),
            own_origin: Url::parse(public_url).ok().map(|url| url.origin()),
        }
    }

    /// Allows these origins, although they are not public or do not use https.
    pub(crate) fn with_allowed_origins(self, origins: &[Url]) -> Self {
        Self {
            allowed_origins: origins.iter().map(Url::origin).collect(),
            ..self
        }
    }

    /// Checks a URL before anything is sent to it. The address of its host is checked with each connection.
    ///
    /// # Errors
    /// A detail for users.
    pub(super) fn check_url(&self, text: &str) -> Result<Endpoint, String> {
        let url = Url::parse(text).map_err(|_| "Use a URL such as https://example.com/hook.".to_owned())?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err("Use a URL without user name and password. Check the signature instead.".into());
        }
        if url.fragment().is_some() {
            return Err("Use a URL without a fragment (#).".into());
        }
        let origin = url.origin();
        if self.allowed_origins.contains(&origin) {
            return Ok(Endpoint::trusted(url));
        }
        if self.own_origin.as_ref() == Some(&origin) {
            return Err("This is the address of JobHax itself. Use one of your own server.".into());
        }
        Endpoint::public(&url)
            .map_err(|_| "Use an https URL on port 443 whose host is on the public internet.".to_owned())
    }

    pub(super) async fn send(&self, request: Request<'_>) -> Outcome {
        let started = Instant::now();
        let at = request.at;
        let response = self.request(request).await;
        let duration = started.elapsed();
        match response {
            Ok(response) => Outcome {
                duration,
                status: Some(response.status),
                error: None,
                retry_after: retry_after(&response, at + duration),
                response: Some(printable(
                    &String::from_utf8_lossy(&response.body),
                    MAX_RESPONSE_CHARS,
                )),
            },
            Err(error) => Outcome {
                duration,
                status: None,
                error: Some(printable(&error, MAX_ERROR_CHARS)),
                retry_after: None,
                response: None,
            },
        }
    }

    async fn request(&self, request: Request<'_>) -> Result<Response, String> {
        let endpoint = self.check_url(request.url)?;
        let builder = self
            .http
            .post(&endpoint)
            .timeout(WEBHOOK_TIMEOUT)
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", request.event.to_string())
            .header("webhook-timestamp", request.at.timestamp().to_string())
            .header("webhook-signature", request.signature)
            .body(request.payload);
        let response = self.http.send_truncated(builder, MAX_RESPONSE_BYTES).await;
        response.map_err(|error: FetchError| error.to_string())
    }
}

/// The time in `Retry-After` of a 429 or 503 that was received at this time.
fn retry_after(response: &Response, now: DateTime<Utc>) -> Option<Duration> {
    matches!(response.status, 429 | 503)
        .then(|| response.retry_after(now))
        .flatten()
}

/// Removes control characters, which the database rejects or terminals interpret.
fn printable(text: &str, max_chars: usize) -> String {
    let is_kept = |c: &char| !c.is_control() || matches!(c, '\n' | '\t');
    text.chars().filter(is_kept).take(max_chars).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_https_urls_and_allowed_origins_are_endpoints() {
        let allowed = Url::parse("http://10.0.0.5:8080").expect("URL");
        let http = HttpClient::new().expect("client");
        let sender = WebhookSender::new(http, "https://jobs.example.org/").with_allowed_origins(&[allowed]);
        for url in ["https://example.com/hook?x=1", "http://10.0.0.5:8080/hook"] {
            assert!(sender.check_url(url).is_ok(), "{url}");
        }
        for url in [
            "http://example.com/hook",
            "https://example.com:8443/",
            "https://u:p@example.com/",
            "https://example.com/#x",
            "https://jobs.example.org/api/jobapps/add_jobapp",
            "http://10.0.0.5:8081/",
            "https://10.0.0.5/",
            "https://127.0.0.1/",
            "https://[::ffff:169.254.169.254]/",
            "https://localhost/",
            "ftp://example.com/",
            "hook",
            "",
        ] {
            assert!(sender.check_url(url).is_err(), "{url}");
        }
    }

    #[test]
    fn only_429_and_503_ask_to_wait() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).expect("time");
        for (status, seconds) in [(429, Some(60)), (503, Some(60)), (500, None), (301, None)] {
            for header in ["60", "Fri, 15 Jan 2027 08:01:00 GMT"] {
                let response = Response {
                    status,
                    retry_after: Some(header.to_owned()),
                    body: Vec::new(),
                };
                let found = retry_after(&response, now).map(|wait| wait.as_secs());
                assert_eq!(found, seconds, "{status} {header}");
            }
        }
    }

    #[test]
    fn stored_text_has_no_control_characters() {
        assert_eq!(printable("a\u{0}b\u{1b}[31m\nc", 6), "ab[31m");
    }
}
