//! HTTP client for outgoing requests: short timeouts, no redirects, limited response size. URLs that the operator configured
//! are called as they are; URLs that another server returned must pass the [`ssrf`] guard.

pub(crate) mod ssrf;

use crate::{Error, platform::crypto::install_tls_provider};
use chrono::{DateTime, NaiveDateTime, Utc};
use oauth2::{HttpRequest, HttpResponse};
use reqwest::{Client, RequestBuilder, redirect};
use serde::de::DeserializeOwned;
use std::{sync::Arc, time::Duration};
use url::Url;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// Time for the whole request and response.
pub(crate) const REQUEST_TIMEOUT: Duration = Duration::from_secs(8);
/// Maximum size of a response, unless the caller sets another one.
pub(crate) const MAX_BODY_BYTES: usize = 64 * 1024;
const MAX_UNTRUSTED_URL_LEN: usize = 2_000;

/// Why there is no usable response. The details are for the log only.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FetchError {
    /// Connection or TLS error, or timeout.
    #[error("no response: {0}")]
    Unreachable(String),
    #[error("response is longer than {0} bytes")]
    BodyTooLarge(usize),
    #[error("invalid response: {0}")]
    InvalidResponse(String),
    #[error("address blocked: {0}")]
    AddressBlocked(String),
}

/// A URL to call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Endpoint {
    url: Url,
    is_trusted: bool,
}

impl Endpoint {
    /// A URL that the operator configured; any HTTP address is allowed.
    pub fn trusted(url: Url) -> Self {
        Self {
            url,
            is_trusted: true,
        }
    }

    /// A URL that a user entered. It must use https on the default port, and its host must be public.
    ///
    /// # Errors
    /// [`FetchError::AddressBlocked`] for every other URL.
    pub fn public(url: &Url) -> Result<Self, FetchError> {
        let blocked = |problem: &str| FetchError::AddressBlocked(format!("{url} {problem}"));
        check_public(url).map_err(|problem| blocked(&problem))?;
        Ok(Self {
            url: url.clone(),
            is_trusted: false,
        })
    }

    /// A URL that the server at `issuer` returned. With the origin of that server it is trusted like that server; otherwise
    /// it must use https on the default port, and its host must be public.
    ///
    /// # Errors
    /// [`FetchError::AddressBlocked`] for every other URL.
    pub fn untrusted(text: &str, issuer: &Self) -> Result<Self, FetchError> {
        let blocked =
            |problem: &str| FetchError::AddressBlocked(format!("a URL returned by {} {problem}", issuer.url));
        if text.len() > MAX_UNTRUSTED_URL_LEN {
            return Err(blocked("is too long"));
        }
        let url = Url::parse(text).map_err(|_| blocked("is malformed"))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(blocked("contains credentials"));
        }
        if url.origin() == issuer.url.origin() {
            return Ok(Self {
                url,
                is_trusted: issuer.is_trusted,
            });
        }
        check_public(&url).map_err(|problem| blocked(&problem))?;
        Ok(Self {
            url,
            is_trusted: false,
        })
    }

    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The URL with these path segments appended.
    pub fn join(&self, segments: &[&str]) -> Self {
        let mut url = self.url.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        Self {
            url,
            is_trusted: self.is_trusted,
        }
    }
}

fn check_public(url: &Url) -> Result<(), String> {
    if url.scheme() != "https" {
        return Err("does not use https".into());
    }
    if url.port().is_some_and(|port| port != 443) {
        return Err("uses a non-default port".into());
    }
    ssrf::check_host(url)
}

/// A response with any status.
#[derive(Debug)]
pub(crate) struct Response {
    pub status: u16,
    /// The header `Retry-After`, unparsed.
    pub retry_after: Option<String>,
    pub body: Vec<u8>,
}

impl Response {
    /// Whether the status is 2xx.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The delay that the server requests: a number of seconds, or a date in one of the three formats (RFC 9110 sections 5.6.7 and 10.2.3).
    /// A date in the past is no delay.
    pub fn retry_after(&self, now: DateTime<Utc>) -> Option<Duration> {
        let text = self.retry_after.as_deref()?.trim();
        if let Ok(seconds) = text.parse() {
            return Some(Duration::from_secs(seconds));
        }
        let obsolete = || {
            ["%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"]
                .iter()
                .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
        };
        let date = DateTime::parse_from_rfc2822(text).map(|date| date.to_utc());
        let date = date.ok().or_else(|| Some(obsolete()?.and_utc()))?;
        (date - now).to_std().ok()
    }

    /// Deserializes the body from JSON.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, FetchError> {
        serde_json::from_slice(&self.body).map_err(|e| FetchError::InvalidResponse(e.to_string()))
    }
}

/// HTTP client; cheap to clone.
#[derive(Clone)]
pub(crate) struct HttpClient {
    unrestricted: Client,
    /// Only https, and only to public addresses.
    guarded: Client,
}

impl HttpClient {
    /// # Errors
    /// [`Error::Internal`] when the system's root certificates cannot be read.
    pub fn new() -> Result<Self, Error> {
        install_tls_provider();
        let builder = || {
            Client::builder()
                .connect_timeout(CONNECT_TIMEOUT)
                .timeout(REQUEST_TIMEOUT)
                .redirect(redirect::Policy::none())
                .referer(false)
                .user_agent(concat!("jobhax/", env!("CARGO_PKG_VERSION")))
        };
        let failed = |e: reqwest::Error| Error::Internal(format!("failed to create the HTTP client: {e}"));
        Ok(Self {
            unrestricted: builder().build().map_err(failed)?,
            guarded: builder()
                .https_only(true)
                .dns_resolver(Arc::new(ssrf::PublicResolver))
                .build()
                .map_err(failed)?,
        })
    }

    fn client(&self, endpoint: &Endpoint) -> &Client {
        if endpoint.is_trusted {
            &self.unrestricted
        } else {
            &self.guarded
        }
    }

    pub fn get(&self, endpoint: &Endpoint) -> RequestBuilder {
        self.client(endpoint).get(endpoint.url.clone())
    }

    pub fn post(&self, endpoint: &Endpoint) -> RequestBuilder {
        self.client(endpoint).post(endpoint.url.clone())
    }

    pub fn delete(&self, endpoint: &Endpoint) -> RequestBuilder {
        self.client(endpoint).delete(endpoint.url.clone())
    }

    /// Sends a request and reads the response, up to `max_body_bytes`.
    pub async fn send(&self, request: RequestBuilder, max_body_bytes: usize) -> Result<Response, FetchError> {
        let response = request.send().await.map_err(fetch_error)?;
        read_response(response, max_body_bytes).await
    }

    /// Sends a request and reads the beginning of the response, up to `max_body_bytes`. The rest is not read.
    pub async fn send_truncated(
        &self,
        request: RequestBuilder,
        max_body_bytes: usize,
    ) -> Result<Response, FetchError> {
        let mut response = request.send().await.map_err(fetch_error)?;
        let (status, retry_after) = head_of(&response);
        let mut body = Vec::new();
        while body.len() < max_body_bytes {
            match response.chunk().await {
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                // The status counts, whatever happens to the body.
                Ok(None) | Err(_) => break,
            }
        }
        body.truncate(max_body_bytes);
        Ok(Response {
            status,
            retry_after,
            body,
        })
    }

    /// Sends a request of the `oauth2` crate.
    pub async fn execute_oauth2(
        &self,
        endpoint: &Endpoint,
        request: HttpRequest,
    ) -> Result<HttpResponse, FetchError> {
        let request = reqwest::Request::try_from(request).map_err(fetch_error)?;
        let response = self
            .client(endpoint)
            .execute(request)
            .await
            .map_err(fetch_error)?;
        let response = read_response(response, MAX_BODY_BYTES).await?;
        let mut converted = HttpResponse::new(response.body);
        *converted.status_mut() = oauth2::http::StatusCode::from_u16(response.status)
            .map_err(|e| FetchError::InvalidResponse(e.to_string()))?;
        Ok(converted)
    }
}

async fn read_response(
    mut response: reqwest::Response,
    max_body_bytes: usize,
) -> Result<Response, FetchError> {
    let (status, retry_after) = head_of(&response);
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(fetch_error)? {
        if body.len() + chunk.len() > max_body_bytes {
            return Err(FetchError::BodyTooLarge(max_body_bytes));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Response {
        status,
        retry_after,
        body,
    })
}

/// The status and the header `Retry-After`.
fn head_of(response: &reqwest::Response) -> (u16, Option<String>) {
    let retry_after = response
        .headers()
        .get("retry-after")
        .and_then(|v| v.to_str().ok());
    (response.status().as_u16(), retry_after.map(str::to_owned))
}

/// Removes the URL from the error, because it may contain a token.
fn fetch_error(error: reqwest::Error) -> FetchError {
    let error = error.without_url();
    let mut message = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(inner) = cause {
        message = format!("{message}: {inner}");
        cause = inner.source();
    }
    FetchError::Unreachable(message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_a_number_of_seconds_or_a_date_in_each_format_of_http() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).expect("time");
        for (header, seconds) in [
            (Some("120"), Some(120)),
            (Some(" 0 "), Some(0)),
            (Some("Fri, 15 Jan 2027 08:01:00 GMT"), Some(60)),
            (Some("Friday, 15-Jan-27 08:01:00 GMT"), Some(60)),
            (Some("Fri Jan 15 08:01:00 2027"), Some(60)),
            (Some("Fri Jan  1 08:00:00 2027"), None),
            (Some("Fri, 15 Jan 2027 07:59:59 GMT"), None),
            (Some("-1"), None),
            (Some("soon"), None),
            (None, None),
        ] {
            let response = Response {
                status: 503,
                retry_after: header.map(str::to_owned),
                body: Vec::new(),
            };
            let found = response.retry_after(now).map(|wait| wait.as_secs());
            assert_eq!(found, seconds, "{header:?}");
        }
    }

    #[test]
    fn untrusted_url_must_have_own_origin_or_public_https_host() {
        let issuer = Endpoint::trusted(Url::parse("https://id.example.org/tenant").expect("url"));
        for allowed in [
            "https://id.example.org/token",
            "https://oauth2.example.com/token",
            "https://oauth2.example.com:443/token",
        ] {
            assert!(Endpoint::untrusted(allowed, &issuer).is_ok(), "{allowed}");
        }
        let too_long = format!("https://e.example/{}", "a".repeat(10_000));
        for blocked in [
            "http://127.0.0.1:5432",
            "http://id.example.org/token",
            "https://127.0.0.1/token",
            "https://2130706433/token",
            "https://0x7f000001/",
            "https://0177.0.0.1/",
            "https://127.1/",
            "https://[::1]/",
            "https://[::ffff:10.0.0.1]/",
            "https://localhost/",
            "https://LOCALHOST./",
            "https://db.internal/",
            "https://169.254.169.254/latest",
            "https://user@oauth2.example.com/",
            "https://oauth2.example.com:5432/",
            "https://oauth2.example.com:0/",
            "ftp://oauth2.example.com/",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "//oauth2.example.com/token",
            "",
            &too_long,
        ] {
            assert!(
                matches!(
                    Endpoint::untrusted(blocked, &issuer),
                    Err(FetchError::AddressBlocked(_))
                ),
                "{blocked}"
            );
        }
        let local = Endpoint::trusted(Url::parse("http://127.0.0.1:9000").expect("url"));
        assert!(Endpoint::untrusted("http://127.0.0.1:9000/token", &local).is_ok());
        assert!(Endpoint::untrusted("http://127.0.0.1:5432/token", &local).is_err());
        assert!(Endpoint::untrusted("http://127.0.0.2:9000/token", &local).is_err());
    }
}
