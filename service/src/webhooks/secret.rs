//! Signing secrets and signatures of Standard Webhooks 1.0
//! (<https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>).

use super::queries::endpoints::EndpointRow;
use crate::{
    Error, Services,
    platform::crypto::column_cipher::{self, AssociatedData, EncryptedColumn},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use domain::{TenantId, WebhookEndpointId};
use ring::hmac;
use secrecy::{ExposeSecret as _, SecretString};
use uuid::Uuid;

const PREFIX: &str = "whsec_";
/// Length of a secret in bytes; the specification allows 24 to 64.
const SECRET_LEN: usize = 32;

/// A new secret.
pub(super) fn generate(services: &Services) -> SecretString {
    let mut bytes = [0; SECRET_LEN];
    services.rng.fill(&mut bytes);
    format!("{PREFIX}{}", STANDARD.encode(bytes)).into()
}

pub(super) fn encrypt(
    services: &Services,
    tenant: TenantId,
    endpoint: WebhookEndpointId,
    secret: &SecretString,
) -> Result<Vec<u8>, Error> {
    let associated_data = associated_data(tenant, endpoint);
    column_cipher::encrypt(&services.keys, services.rng.as_ref(), associated_data, secret)
}

/// The secrets that currently sign requests, the current secret first.
pub(super) fn decrypt_all(
    services: &Services,
    tenant: TenantId,
    endpoint: &EndpointRow,
    now: DateTime<Utc>,
) -> Result<Vec<SecretString>, Error> {
    let previous = endpoint
        .previous_secret
        .as_ref()
        .filter(|_| endpoint.previous_secret_until.is_some_and(|until| until > now));
    let associated_data = associated_data(tenant, endpoint.id);
    std::iter::once(&endpoint.secret)
        .chain(previous)
        .map(|secret| column_cipher::decrypt(&services.keys, associated_data, secret))
        .collect()
}

/// Used for the previous secret as well, because a rotation copies the ciphertext.
fn associated_data(tenant: TenantId, endpoint: WebhookEndpointId) -> AssociatedData {
    AssociatedData {
        column: EncryptedColumn::WebhookSecret,
        tenant: tenant.0,
        row: endpoint.0,
    }
}

/// The header `webhook-signature`: one signature for each secret.
pub(super) fn sign(
    secrets: &[SecretString],
    event: Uuid,
    timestamp: i64,
    payload: &str,
) -> Result<String, Error> {
    let signatures: Result<Vec<String>, Error> = secrets
        .iter()
        .map(|secret| {
            let encoded = secret.expose_secret().trim_start_matches(PREFIX);
            let key = STANDARD
                .decode(encoded)
                .map_err(|_| Error::Internal("the secret of a webhook endpoint is malformed".into()))?;
            let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
            let signature = hmac::sign(&key, format!("{event}.{timestamp}.{payload}").as_bytes());
            Ok(format!("v1,{}", STANDARD.encode(signature)))
        })
        .collect();
    Ok(signatures?.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signature_is_the_hmac_of_id_timestamp_and_body_for_each_secret() {
        // Computed with Python's hmac module.
        let secret = SecretString::from(format!("{PREFIX}{}", STANDARD.encode([7; SECRET_LEN])));
        let other = SecretString::from(format!("{PREFIX}{}", STANDARD.encode([8; SECRET_LEN])));
        let one = sign(std::slice::from_ref(&secret), Uuid::nil(), 1_700_000_000, "{}").expect("signed");
        let both = sign(&[secret, other], Uuid::nil(), 1_700_000_000, "{}").expect("signed");
        assert_eq!(one, "v1,ZxvsOzYV/OpNsXv3s5jH6WUZOCIv7ONToQakPTt2CAM=");
        assert_eq!(both.split(' ').next(), Some(one.as_str()));
        assert_eq!(both.split(' ').count(), 2);
    }

    #[test]
    fn request_in_the_guide_of_the_api_has_the_signature_that_it_shows() {
        let guide = include_str!("../../../server/src/api/openapi/guide.md");
        let after = |text: &str, end: &str| -> String {
            let (_, rest) = guide.split_once(text).expect(text);
            rest.split_once(end).expect(end).0.to_owned()
        };
        let secret = SecretString::from(after("signed with the secret `", "`"));
        let event: Uuid = after("\nwebhook-id: ", "\n").parse().expect("a UUID");
        let timestamp = after("\nwebhook-timestamp: ", "\n").parse().expect("seconds");
        let (_, body) = guide.split_once("\nwebhook-signature: ").expect("a signature");
        let (signature, body) = body.split_once("\n\n").expect("a body");
        let (body, _) = body.split_once('\n').expect("one line");
        let signed = sign(&[secret], event, timestamp, body).expect("signed");
        assert_eq!(signed, signature);
    }

    #[test]
    fn malformed_secret_is_an_error() {
        assert!(sign(&["whsec_?".to_owned().into()], Uuid::nil(), 0, "").is_err());
    }
}
