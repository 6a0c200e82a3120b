//! Calls to other servers. Short in every way: three seconds to connect, eight in all, no redirects, a cap on the body.
//! Addresses that the operator chose are called as they are; addresses that another server named pass the [`guard`].

mod guard;

use crate::Error;
use oauth2::{HttpRequest, HttpResponse};
use reqwest::{Client, RequestBuilder, Response, redirect};
use serde::de::DeserializeOwned;
use std::{sync::Arc, time::Duration};
use url::Url;

/// Time to connect.
const CONNECT: Duration = Duration::from_secs(3);
/// Time for the whole call.
pub(crate) const TOTAL: Duration = Duration::from_secs(8);
/// Most bytes of an answer, where the caller does not say otherwise.
pub(crate) const CAP: usize = 64 * 1024;

/// Why there is no answer. What exactly happened goes to the log; callers of ours get one sentence for all of it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Away {
    /// No connection, no TLS, no answer in time.
    #[error("no answer: {0}")]
    NoAnswer(String),
    /// More than the cap.
    #[error("the answer is longer than {0} bytes")]
    TooLong(usize),
    /// Not what was promised.
    #[error("the answer is not what was promised: {0}")]
    Nonsense(String),
    /// An address that is not called.
    #[error("not called: {0}")]
    Blocked(String),
}

/// An address to call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Endpoint {
    url: Url,
    trusted: bool,
}

impl Endpoint {
    /// An address that the operator chose: anything goes that is HTTP.
    pub fn chosen(url: Url) -> Self {
        Self { url, trusted: true }
    }

    /// An address that the server at `by` named. On that server's own origin it is as good as the server itself;
    /// elsewhere it must be https and lead to the public internet.
    ///
    /// # Errors
    /// [`Away::Blocked`] for every other address.
    pub fn named(text: &str, by: &Url) -> Result<Self, Away> {
        let blocked = |why: &str| Away::Blocked(format!("an address named by {by} {why}"));
        if text.len() > 2_000 {
            return Err(blocked("is endless"));
        }
        let url = Url::parse(text).map_err(|_| blocked("is none"))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(blocked("carries a user"));
        }
        if url.origin() == by.origin() {
            return Ok(Self::chosen(url));
        }
        if url.scheme() != "https" {
            return Err(blocked("is not https"));
        }
        if url.port().is_some_and(|port| port != 443) {
            return Err(blocked("is on a strange port"));
        }
        guard::host(&url).map_err(|why| blocked(&why))?;
        Ok(Self { url, trusted: false })
    }

    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The same server, this many path segments further.
    pub fn below(&self, segments: &[&str]) -> Self {
        let mut url = self.url.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        Self {
            url,
            trusted: self.trusted,
        }
    }
}

/// An answer, whatever its status.
#[derive(Debug)]
pub(crate) struct Reply {
    pub status: u16,
    /// The header `Retry-After` as it came.
    pub retry_after: Option<String>,
    pub body: Vec<u8>,
}

impl Reply {
    /// Whether the status is one of 200 to 299.
    pub fn ok(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The body as JSON of this shape.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Away> {
        serde_json::from_slice(&self.body).map_err(|e| Away::Nonsense(e.to_string()))
    }
}

/// The way out. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Outbound {
    trusted: Client,
    guarded: Client,
}

impl Outbound {
    /// # Errors
    /// [`Error::Internal`] when the machine's certificates cannot be read.
    pub fn new() -> Result<Self, Error> {
        // Another part of the process may have chosen it already; it is the same one then.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = || {
            Client::builder()
                .connect_timeout(CONNECT)
                .timeout(TOTAL)
                .redirect(redirect::Policy::none())
                .referer(false)
                .user_agent(concat!("jobhax/", env!("CARGO_PKG_VERSION")))
        };
        let failed = |e: reqwest::Error| Error::Internal(format!("no way out by HTTP: {e}"));
        Ok(Self {
            trusted: client().build().map_err(failed)?,
            guarded: client()
                .https_only(true)
                .dns_resolver(Arc::new(guard::Resolver))
                .build()
                .map_err(failed)?,
        })
    }

    fn client(&self, to: &Endpoint) -> &Client {
        if to.trusted { &self.trusted } else { &self.guarded }
    }

    pub fn get(&self, to: &Endpoint) -> RequestBuilder {
        self.client(to).get(to.url.clone())
    }

    pub fn post(&self, to: &Endpoint) -> RequestBuilder {
        self.client(to).post(to.url.clone())
    }

    pub fn delete(&self, to: &Endpoint) -> RequestBuilder {
        self.client(to).delete(to.url.clone())
    }

    /// Sends it and reads the answer, up to `cap` bytes.
    pub async fn send(&self, request: RequestBuilder, cap: usize) -> Result<Reply, Away> {
        let response = request.send().await.map_err(no_answer)?;
        read(response, cap).await
    }

    /// A request of the `oauth2` crate, to an endpoint.
    pub async fn relay(&self, to: &Endpoint, request: HttpRequest) -> Result<HttpResponse, Away> {
        let request = reqwest::Request::try_from(request).map_err(no_answer)?;
        let response = self.client(to).execute(request).await.map_err(no_answer)?;
        let reply = read(response, CAP).await?;
        let mut answer = HttpResponse::new(reply.body);
        *answer.status_mut() =
            oauth2::http::StatusCode::from_u16(reply.status).map_err(|e| Away::Nonsense(e.to_string()))?;
        Ok(answer)
    }
}

async fn read(mut response: Response, cap: usize) -> Result<Reply, Away> {
    let status = response.status().as_u16();
    let retry_after = response
        .headers()
        .get("retry-after")
        .and_then(|v| v.to_str().ok())
        .map(str::to_owned);
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(no_answer)? {
        if body.len() + chunk.len() > cap {
            return Err(Away::TooLong(cap));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Reply {
        status,
        retry_after,
        body,
    })
}

/// Without the address: it may carry a token.
fn no_answer(error: reqwest::Error) -> Away {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    Away::NoAnswer(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// AT-33, OA-12, OB-3: what a discovery document may name.
    #[test]
    fn a_server_names_its_own_addresses_and_public_ones() {
        let by = Url::parse("https://id.example.org/tenant").expect("url");
        for fine in [
            "https://id.example.org/token",
            "https://oauth2.example.com/token",
            "https://oauth2.example.com:443/token",
        ] {
            assert!(Endpoint::named(fine, &by).is_ok(), "{fine}");
        }
        let endless = format!("https://e.example/{}", "a".repeat(10_000));
        for bad in [
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
            &endless,
        ] {
            assert!(
                matches!(Endpoint::named(bad, &by), Err(Away::Blocked(_))),
                "{bad}"
            );
        }
        let local = Url::parse("http://127.0.0.1:9000").expect("url");
        assert!(Endpoint::named("http://127.0.0.1:9000/token", &local).is_ok());
        assert!(Endpoint::named("http://127.0.0.1:5432/token", &local).is_err());
        assert!(Endpoint::named("http://127.0.0.2:9000/token", &local).is_err());
    }
}
