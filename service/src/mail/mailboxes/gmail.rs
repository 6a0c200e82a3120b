//! The few calls of Gmail's API that fetching needs. What it answers is as untrusted as the mails themselves.

use super::super::read::mbox::MAX_MESSAGE;
use crate::{
    Services,
    outbound::{Away, CAP, Endpoint, Outbound, Reply},
};
use base64::{
    Engine as _,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use chrono::{DateTime, Utc};
use reqwest::RequestBuilder;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use std::time::Duration;

/// Messages of a page.
const PAGE: &str = "100";
/// Most bytes of a page of ids.
const LIST_CAP: usize = 256 * 1024;
/// How long to wait when Gmail wants us to and does not say how long.
const WAIT: Duration = Duration::from_secs(30);
/// Longest wait that is honoured; after it we ask again.
const WAIT_MAX: Duration = Duration::from_hours(1);
/// Longest id or page token of Gmail's that is taken.
const ID_MAX: usize = 512;

/// Base64 for URLs, with padding or without.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Why Gmail gave nothing.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The access token does not hold any more.
    Unauthorized,
    /// It holds, and may not read mail.
    Forbidden,
    /// Too much was asked for; to be tried again after this time.
    Busy(Duration),
    /// No answer, or no sensible one.
    Away(Away),
}

impl From<Away> for Trouble {
    fn from(away: Away) -> Self {
        Self::Away(away)
    }
}

/// Whose mailbox it is.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Profile {
    pub email_address: String,
}

/// A page of ids, newest first.
#[derive(Debug, Default)]
pub(super) struct Listed {
    pub ids: Vec<String>,
    pub next: Option<String>,
}

/// A message as it was received.
pub(super) struct Message {
    pub received_ms: i64,
    pub raw: Vec<u8>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListAnswer {
    #[serde(default)]
    messages: Vec<ListedId>,
    #[serde(default)]
    next_page_token: Option<String>,
}

#[derive(Deserialize)]
struct ListedId {
    id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MessageAnswer {
    /// Google writes 64-bit numbers as texts.
    internal_date: String,
    raw: String,
}

#[derive(Default, Deserialize)]
struct Refusal {
    #[serde(default)]
    error: RefusalError,
}

#[derive(Default, Deserialize)]
struct RefusalError {
    #[serde(default)]
    errors: Vec<RefusalReason>,
}

#[derive(Deserialize)]
struct RefusalReason {
    #[serde(default)]
    reason: String,
}

/// Gmail, for one mailbox.
#[derive(Clone)]
pub(super) struct Gmail {
    outbound: Outbound,
    at: Endpoint,
    access: SecretString,
}

impl Gmail {
    pub fn new(services: &Services, access: SecretString) -> Self {
        Self {
            outbound: services.providers.outbound.clone(),
            at: services.providers.gmail.below(&["gmail", "v1", "users", "me"]),
            access,
        }
    }

    pub async fn profile(&self, now: DateTime<Utc>) -> Result<Profile, Trouble> {
        let at = self.at.below(&["profile"]);
        let reply = self.call(self.outbound.get(&at), CAP, now).await?;
        Ok(reply.json()?)
    }

    /// A page of what the query finds.
    pub async fn list(&self, query: &str, page: Option<&str>, now: DateTime<Utc>) -> Result<Listed, Trouble> {
        let at = self.at.below(&["messages"]);
        let mut request = self.outbound.get(&at).query(&[
            ("q", query),
            ("maxResults", PAGE),
            ("fields", "messages/id,nextPageToken"),
        ]);
        if let Some(page) = page {
            request = request.query(&[("pageToken", page)]);
        }
        let answer: ListAnswer = self.call(request, LIST_CAP, now).await?.json()?;
        let sane =
            |id: &String| !id.is_empty() && id.len() <= ID_MAX && id.bytes().all(|b| b.is_ascii_graphic());
        Ok(Listed {
            ids: answer.messages.into_iter().map(|m| m.id).filter(sane).collect(),
            next: answer.next_page_token.filter(sane),
        })
    }

    /// A message; nothing when it is gone meanwhile, or is too long to be read.
    pub async fn message(&self, id: &str, now: DateTime<Utc>) -> Result<Option<Message>, Trouble> {
        let at = self.at.below(&["messages", id]);
        let request = self
            .outbound
            .get(&at)
            .query(&[("format", "raw"), ("fields", "internalDate,raw")]);
        let cap = MAX_MESSAGE.div_ceil(3) * 4 + CAP;
        let reply = match self.outbound.send(self.authorized(request), cap).await {
            Ok(reply) if reply.status == 404 => return Ok(None),
            Ok(reply) => judged(reply, now)?,
            Err(Away::TooLong(_)) => return Ok(None),
            Err(away) => return Err(away.into()),
        };
        let answer: MessageAnswer = reply.json()?;
        let nonsense = |what: &str| Trouble::Away(Away::Nonsense(what.to_owned()));
        Ok(Some(Message {
            received_ms: answer
                .internal_date
                .parse()
                .map_err(|_| nonsense("a message without its date"))?,
            raw: BASE64
                .decode(answer.raw)
                .map_err(|_| nonsense("a message that is not base64"))?,
        }))
    }

    async fn call(&self, request: RequestBuilder, cap: usize, now: DateTime<Utc>) -> Result<Reply, Trouble> {
        judged(self.outbound.send(self.authorized(request), cap).await?, now)
    }

    fn authorized(&self, request: RequestBuilder) -> RequestBuilder {
        request.bearer_auth(self.access.expose_secret())
    }
}

fn judged(reply: Reply, now: DateTime<Utc>) -> Result<Reply, Trouble> {
    match reply.status {
        200..=299 => Ok(reply),
        401 => Err(Trouble::Unauthorized),
        429 => Err(Trouble::Busy(wait(&reply, now))),
        403 if too_much(&reply) => Err(Trouble::Busy(wait(&reply, now))),
        403 => Err(Trouble::Forbidden),
        503 if reply.retry_after.is_some() => Err(Trouble::Busy(wait(&reply, now))),
        status => Err(Away::Nonsense(format!("status {status}")).into()),
    }
}

/// Gmail says 403 both for a missing right and for an exceeded quota.
fn too_much(reply: &Reply) -> bool {
    let refusal: Refusal = reply.json().unwrap_or_default();
    refusal.error.errors.iter().any(|e| {
        matches!(
            e.reason.as_str(),
            "rateLimitExceeded" | "userRateLimitExceeded" | "quotaExceeded" | "dailyLimitExceeded"
        )
    })
}

/// What `Retry-After` says (RFC 9110 §10.2.3), in seconds or as a date.
fn wait(reply: &Reply, now: DateTime<Utc>) -> Duration {
    let said = reply.retry_after.as_deref().and_then(|text| {
        let text = text.trim();
        let date = || {
            let at = DateTime::parse_from_rfc2822(text).ok()?;
            (at.with_timezone(&Utc) - now).to_std().ok()
        };
        text.parse().ok().map(Duration::from_secs).or_else(date)
    });
    said.unwrap_or(WAIT).clamp(Duration::from_secs(1), WAIT_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(status: u16, retry_after: Option<&str>, body: &str) -> Reply {
        Reply {
            status,
            retry_after: retry_after.map(str::to_owned),
            body: body.as_bytes().to_vec(),
        }
    }

    #[test]
    fn tells_a_missing_right_from_an_exceeded_quota() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).expect("time");
        let quota = r#"{"error":{"code":403,"errors":[{"reason":"userRateLimitExceeded"}]}}"#;
        let right = r#"{"error":{"code":403,"errors":[{"reason":"insufficientPermissions"}]}}"#;
        assert!(
            matches!(judged(reply(403, Some("7"), quota), now), Err(Trouble::Busy(w)) if w.as_secs() == 7)
        );
        assert!(matches!(
            judged(reply(403, None, right), now),
            Err(Trouble::Forbidden)
        ));
        assert!(matches!(
            judged(reply(403, None, "<html>"), now),
            Err(Trouble::Forbidden)
        ));
        assert!(matches!(
            judged(reply(401, None, ""), now),
            Err(Trouble::Unauthorized)
        ));
        assert!(matches!(judged(reply(500, None, ""), now), Err(Trouble::Away(_))));
    }

    #[test]
    fn waits_as_long_as_it_is_told_but_not_for_ever() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).expect("time");
        for (said, seconds) in [
            (Some("120"), 120),
            (Some("0"), 1),
            (Some("999999999"), 3600),
            (Some("Fri, 15 Jan 2027 08:01:00 GMT"), 60),
            (Some("Fri, 15 Jan 2027 07:00:00 GMT"), 30),
            (Some("soon"), 30),
            (None, 30),
        ] {
            assert_eq!(wait(&reply(429, said, ""), now).as_secs(), seconds, "{said:?}");
        }
    }
}
