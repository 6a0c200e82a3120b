use crate::{
    generated::{Client, IDEMPOTENT_OPERATIONS},
    retry::{self, RetryPolicy},
    types::Problem,
};
use progenitor_client::{ClientHooks, OperationInfo};
use reqwest::{
    Method, Request, Response,
    header::{AUTHORIZATION, HeaderName, HeaderValue},
};
use std::time::Duration;
use uuid::Uuid;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);
/// Longer than the feed of changes waits.
const READ_TIMEOUT: Duration = Duration::from_secs(60);

/// An error of an operation; [`ErrorExt::problem`] says what JobHax has responded.
pub type Error = progenitor_client::Error<Problem>;

/// What JobHax has responded in place of a success.
pub trait ErrorExt {
    /// The problem with its code and the invalid fields, if there is one.
    fn problem(&self) -> Option<&Problem>;
}

impl ErrorExt for Error {
    fn problem(&self) -> Option<&Problem> {
        match self {
            Self::ErrorResponse(response) => Some(response),
            _ => None,
        }
    }
}

/// What a [`Client`] sends, and how.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    authorization: Option<HeaderValue>,
    retry: RetryPolicy,
}

impl Settings {
    /// With an API key (`jhx_…`) or an access token. An error if it has characters that no key has.
    pub fn with_api_key(api_key: &str) -> Result<Self, Error> {
        let mut authorization = HeaderValue::try_from(format!("Bearer {api_key}"))?;
        authorization.set_sensitive(true);
        Ok(Self {
            authorization: Some(authorization),
            ..Self::default()
        })
    }

    /// With another way to repeat requests.
    #[must_use]
    pub fn with_retry(self, retry: RetryPolicy) -> Self {
        Self { retry, ..self }
    }
}

impl Client {
    /// For the server at this address, such as `https://jobhax.example.org`, with an API key (`jhx_…`) or an access token.
    pub fn with_api_key(base_url: &str, api_key: &str) -> Result<Self, Error> {
        Self::with_settings(base_url, Settings::with_api_key(api_key)?)
    }

    /// For the server at this address.
    pub fn with_settings(base_url: &str, settings: Settings) -> Result<Self, Error> {
        let http = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(READ_TIMEOUT)
            .build()?;
        Ok(Self::new_with_client(
            base_url.trim_end_matches('/'),
            http,
            settings,
        ))
    }
}

/// Whether repeating the request has no other effect than sending it once.
fn is_repeatable(request: &Request) -> bool {
    request.method() == Method::GET || request.headers().contains_key(IDEMPOTENCY_KEY)
}

/// The generated methods send their requests by this.
impl ClientHooks<Settings> for Client {
    async fn exec(&self, mut request: Request, info: &OperationInfo) -> reqwest::Result<Response> {
        let Settings { authorization, retry } = &self.inner;
        let headers = request.headers_mut();
        if let Some(authorization) = authorization {
            headers.insert(AUTHORIZATION, authorization.clone());
        }
        // Retries have the same key.
        if IDEMPOTENT_OPERATIONS.contains(&info.operation_id)
            && !headers.contains_key(IDEMPOTENCY_KEY)
            && let Ok(key) = HeaderValue::try_from(Uuid::new_v4().simple().to_string())
        {
            headers.insert(IDEMPOTENCY_KEY, key);
        }
        let is_repeatable = is_repeatable(&request);
        retry::send(&self.client, request, retry, is_repeatable).await
    }
}
