use crate::types::{Change, ChangeType};
use chrono::{DateTime, Utc};
use http::HeaderMap;
use serde::Deserialize;
use standardwebhooks::Webhook;

/// The body of a webhook.
#[derive(Clone, Debug, Deserialize)]
pub struct WebhookEvent {
    /// The type of the change.
    #[serde(rename = "type")]
    pub change_type: ChangeType,
    /// When it was committed.
    pub timestamp: DateTime<Utc>,
    /// The change that the changes feed lists.
    pub data: Change,
}

/// Why a webhook is not accepted.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub enum WebhookError {
    /// It was not sent by JobHax, or long ago, or the secret is not one.
    Verification(#[from] standardwebhooks::WebhookError),
    /// It was sent by JobHax, but this version of the client does not know its content.
    Content(#[from] serde_json::Error),
}

/// Checks the signature and the age of a webhook (Standard Webhooks 1.0) and returns its content. The body must be the bytes that were
/// received. A webhook can arrive more than once: the header `webhook-id` is then the same.
pub fn verify_webhook(headers: &HeaderMap, body: &[u8], secret: &str) -> Result<WebhookEvent, WebhookError> {
    Webhook::new(secret)?.verify(body, headers)?;
    Ok(serde_json::from_slice(body)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

    fn body() -> Vec<u8> {
        let change = json!({
            "id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f", "at": "2026-11-27T17:00:00Z", "type": "jobapp.archived",
            "object_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e60", "jobapp_id": null, "owner_id": null, "version": null, "transition": null,
            "data": { "kind": "of a newer server" }, "member": "of a newer server",
        });
        json!({ "type": "jobapp.archived", "timestamp": "2026-11-27T17:00:00Z", "data": change })
            .to_string()
            .into_bytes()
    }

    fn signed(body: &[u8], timestamp: i64) -> HeaderMap {
        let signature = Webhook::new(SECRET)
            .and_then(|webhook| webhook.sign("msg_1", timestamp, body))
            .unwrap();
        let mut headers = HeaderMap::new();
        headers.insert("webhook-id", "msg_1".parse().unwrap());
        headers.insert("webhook-timestamp", timestamp.into());
        headers.insert("webhook-signature", signature.parse().unwrap());
        headers
    }

    #[test]
    fn signed_webhook_of_a_newer_server_is_read() {
        let body = body();
        let event = verify_webhook(&signed(&body, Utc::now().timestamp()), &body, SECRET).unwrap();
        assert_eq!(event.change_type, ChangeType::Unknown);
        assert_eq!(
            event.data.object_id.to_string(),
            "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e60"
        );
    }

    #[test]
    fn changed_body_other_secret_and_old_webhook_are_rejected() {
        let body = body();
        let now = Utc::now().timestamp();
        let other = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        for (headers, body, secret) in [
            (signed(&body, now), b"{}".as_slice(), SECRET),
            (signed(&body, now), &body, other),
            (signed(&body, now - 3600), &body, SECRET),
            (HeaderMap::new(), &body, SECRET),
        ] {
            let result = verify_webhook(&headers, body, secret);
            assert!(matches!(result, Err(WebhookError::Verification(_))), "{result:?}");
        }
    }
}
