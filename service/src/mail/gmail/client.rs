//! Client for the Gmail API, with the calls that syncing needs. Responses are as untrusted as the messages themselves.

use crate::{
    Services,
    mail::sync::RawMessage,
    platform::http_client::{Endpoint, FetchError, HttpClient, MAX_BODY_BYTES, Response},
};
use base64::{
    Engine as _,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use chrono::{DateTime, Utc};
use mail_reader::parser::MAX_MESSAGE_BYTES;
use reqwest::RequestBuilder;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use std::time::Duration;

/// Messages per page.
const PAGE_SIZE: &str = "100";
const MAX_PAGE_BYTES: usize = 256 * 1024;
/// Used when a rate limited response has no valid `Retry-After`.
const DEFAULT_RETRY_AFTER: Duration = Duration::from_secs(30);
const MAX_RETRY_AFTER: Duration = Duration::from_hours(1);
/// Maximum length of a message id or page token.
const MAX_ID_LEN: usize = 512;

/// URL-safe base64, with or without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Error of a request to Gmail.
#[derive(Debug)]
pub enum GmailError {
    /// The access token has expired or was revoked.
    Unauthorized,
    /// The access token does not allow reading messages.
    Forbidden,
    /// Too many requests; retry after this time.
    RateLimited(Duration),
    /// No response, or an invalid one.
    Unavailable(FetchError),
}

impl From<FetchError> for GmailError {
    fn from(error: FetchError) -> Self {
        Self::Unavailable(error)
    }
}

/// The profile of a mailbox.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Profile {
    pub email_address: String,
}

/// A page of message ids, newest first.
#[derive(Debug, Default)]
pub struct MessagePage {
    pub ids: Vec<String>,
    pub next_page_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListResponse {
    #[serde(default)]
    messages: Vec<MessageId>,
    #[serde(default)]
    next_page_token: Option<String>,
}

#[derive(Deserialize)]
struct MessageId {
    id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MessageResponse {
    /// Milliseconds since 1970; Google encodes 64-bit integers as strings.
    internal_date: String,
    raw: String,
}

#[derive(Default, Deserialize)]
struct ErrorResponse {
    #[serde(default)]
    error: ErrorBody,
}

#[derive(Default, Deserialize)]
struct ErrorBody {
    #[serde(default)]
    errors: Vec<ErrorDetail>,
}

#[derive(Deserialize)]
struct ErrorDetail {
    #[serde(default)]
    reason: String,
}

/// Requests for one mailbox.
#[derive(Clone)]
pub struct GmailClient {
    http: HttpClient,
    base: Endpoint,
    access_token: SecretString,
}

impl GmailClient {
    pub fn new(services: &Services, access_token: SecretString) -> Self {
        Self {
            http: services.providers.http.clone(),
            base: services.providers.gmail_api.join(&["gmail", "v1", "users", "me"]),
            access_token,
        }
    }

    pub async fn fetch_profile(&self, now: DateTime<Utc>) -> Result<Profile, GmailError> {
        let endpoint = self.base.join(&["profile"]);
        let response = self.send(self.http.get(&endpoint), MAX_BODY_BYTES, now).await?;
        Ok(response.json()?)
    }

    /// Lists the ids of the messages that match a search query.
    pub async fn list_messages(
        &self,
        query: &str,
        page_token: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<MessagePage, GmailError> {
        let endpoint = self.base.join(&["messages"]);
        let mut request = self.http.get(&endpoint).query(&[
            ("q", query),
            ("maxResults", PAGE_SIZE),
            ("fields", "messages/id,nextPageToken"),
        ]);
        if let Some(page_token) = page_token {
            request = request.query(&[("pageToken", page_token)]);
        }
        let response: ListResponse = self.send(request, MAX_PAGE_BYTES, now).await?.json()?;
        let is_valid = |id: &String| {
            !id.is_empty() && id.len() <= MAX_ID_LEN && id.bytes().all(|b| b.is_ascii_graphic())
        };
        Ok(MessagePage {
            ids: response
                .messages
                .into_iter()
                .map(|m| m.id)
                .filter(is_valid)
                .collect(),
            next_page_token: response.next_page_token.filter(is_valid),
        })
    }

    /// Fetches a message; `None` if it was deleted meanwhile or is too large.
    pub async fn fetch_message(
        &self,
        id: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<RawMessage>, GmailError> {
        let endpoint = self.base.join(&["messages", id]);
        let request = self
            .http
            .get(&endpoint)
            .query(&[("format", "raw"), ("fields", "internalDate,raw")]);
        let max_bytes = MAX_MESSAGE_BYTES.div_ceil(3) * 4 + MAX_BODY_BYTES;
        let response = match self.http.send(self.authorize(request), max_bytes).await {
            Ok(response) if response.status == 404 => return Ok(None),
            Ok(response) => check_status(response, now)?,
            Err(FetchError::BodyTooLarge(_)) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let message: MessageResponse = response.json()?;
        let invalid = |reason: &str| GmailError::Unavailable(FetchError::InvalidResponse(reason.to_owned()));
        let received_ms = message
            .internal_date
            .parse()
            .map_err(|_| invalid("invalid internalDate"))?;
        let Some(received_at) = DateTime::from_timestamp_millis(received_ms) else {
            return Ok(None);
        };
        Ok(Some(RawMessage {
            received_at,
            raw: BASE64
                .decode(message.raw)
                .map_err(|_| invalid("invalid base64"))?,
        }))
    }

    async fn send(
        &self,
        request: RequestBuilder,
        max_bytes: usize,
        now: DateTime<Utc>,
    ) -> Result<Response, GmailError> {
        check_status(self.http.send(self.authorize(request), max_bytes).await?, now)
    }

    fn authorize(&self, request: RequestBuilder) -> RequestBuilder {
        request.bearer_auth(self.access_token.expose_secret())
    }
}

fn check_status(response: Response, now: DateTime<Utc>) -> Result<Response, GmailError> {
    match response.status {
        200..=299 => Ok(response),
        401 => Err(GmailError::Unauthorized),
        429 => Err(GmailError::RateLimited(retry_after(&response, now))),
        403 if is_quota_exceeded(&response) => Err(GmailError::RateLimited(retry_after(&response, now))),
        403 => Err(GmailError::Forbidden),
        503 if response.retry_after.is_some() => Err(GmailError::RateLimited(retry_after(&response, now))),
        status => Err(FetchError::InvalidResponse(format!("status {status}")).into()),
    }
}

/// Gmail responds with 403 both for missing permissions and for an exceeded quota.
fn is_quota_exceeded(response: &Response) -> bool {
    let body: ErrorResponse = response.json().unwrap_or_default();
    body.error.errors.iter().any(|e| {
        matches!(
            e.reason.as_str(),
            "rateLimitExceeded" | "userRateLimitExceeded" | "quotaExceeded" | "dailyLimitExceeded"
        )
    })
}

/// The delay before the next request, clamped to sensible limits.
fn retry_after(response: &Response, now: DateTime<Utc>) -> Duration {
    response
        .retry_after(now)
        .unwrap_or(DEFAULT_RETRY_AFTER)
        .clamp(Duration::from_secs(1), MAX_RETRY_AFTER)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(status: u16, retry_after: Option<&str>, body: &str) -> Response {
        Response {
            status,
            retry_after: retry_after.map(str::to_owned),
            body: body.as_bytes().to_vec(),
        }
    }

    #[test]
    fn missing_permission_is_distinguished_from_exceeded_quota() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).expect("time");
        let quota = r#"{"error":{"code":403,"errors":[{"reason":"userRateLimitExceeded"}]}}"#;
        let permission = r#"{"error":{"code":403,"errors":[{"reason":"insufficientPermissions"}]}}"#;
        assert!(
            matches!(check_status(response(403, Some("7"), quota), now), Err(GmailError::RateLimited(w)) if w.as_secs() == 7)
        );
        assert!(matches!(
            check_status(response(403, None, permission), now),
            Err(GmailError::Forbidden)
        ));
        assert!(matches!(
            check_status(response(403, None, "<html>"), now),
            Err(GmailError::Forbidden)
        ));
        assert!(matches!(
            check_status(response(401, None, ""), now),
            Err(GmailError::Unauthorized)
        ));
        assert!(matches!(
            check_status(response(500, None, ""), now),
            Err(GmailError::Unavailable(_))
        ));
    }

    #[test]
    fn retry_after_is_bounded() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).expect("time");
        for (header, seconds) in [
            (Some("120"), 120),
            (Some("0"), 1),
            (Some("999999999"), 3600),
            (Some("Fri, 15 Jan 2027 08:01:00 GMT"), 60),
            (Some("Fri, 15 Jan 2027 07:00:00 GMT"), 30),
            (Some("soon"), 30),
            (None, 30),
        ] {
            assert_eq!(
                retry_after(&response(429, header, ""), now).as_secs(),
                seconds,
                "{header:?}"
            );
        }
    }
}
