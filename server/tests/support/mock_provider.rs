//! A server that returns prepared responses and records its requests. Replaces Google, LinkedIn, GitHub and Gmail, from which tests cannot
//! request a particular response.

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri},
    response::{IntoResponse as _, Response},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, jwk::Jwk};
use serde_json::{Value, json};
use service::auth::oauth::{ClientSettings, Settings};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::net::TcpListener;

pub const CLIENT_ID: &str = "client-of-jobhax";
pub const CLIENT_SECRET: &str = "secret-of-jobhax";

#[derive(Clone, Debug)]
pub struct RecordedRequest {
    /// The endpoint, such as `GET /path`.
    pub endpoint: String,
    pub query: String,
    pub authorization: String,
    pub body: String,
}

/// Status, headers, body.
pub type CannedResponse = (u16, Vec<(&'static str, String)>, String);

#[derive(Default)]
struct Script {
    requests: Vec<RecordedRequest>,
    responses: HashMap<String, Vec<CannedResponse>>,
}

#[derive(Clone)]
pub struct MockProvider {
    pub url: String,
    script: Arc<Mutex<Script>>,
}

impl MockProvider {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("address"));
        let script = Arc::<Mutex<Script>>::default();
        let router = Router::new().fallback(respond).with_state(script.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, script }
    }

    /// Starts a provider that knows a LinkedIn user and has an empty Gmail mailbox, which is enough for every operation to succeed.
    pub async fn with_one_user() -> Self {
        let provider = Self::start().await;
        let user = json!({"sub": "x7", "email": "ada@linkedin.example", "email_verified": true});
        provider.respond("GET /v2/userinfo", 200, user);
        let profile = json!({"emailAddress": "ada@gmail.example"});
        provider.respond("GET /gmail/v1/users/me/profile", 200, profile);
        provider.respond("GET /gmail/v1/users/me/messages", 200, json!({}));
        provider
    }

    fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets the response from now on. The endpoint is `GET /path`, or `GET /path#token` for a page of a list.
    pub fn respond(&self, endpoint: &str, status: u16, body: Value) {
        self.respond_with(endpoint, vec![(status, Vec::new(), body.to_string())]);
    }

    /// Sets a sequence of responses. The last one is repeated.
    pub fn respond_with(&self, endpoint: &str, responses: Vec<CannedResponse>) {
        self.script().responses.insert(endpoint.to_owned(), responses);
    }

    /// The requests to this endpoint, in order.
    pub fn requests(&self, endpoint: &str) -> Vec<RecordedRequest> {
        let script = self.script();
        let requests = script.requests.iter();
        requests.filter(|r| r.endpoint == endpoint).cloned().collect()
    }

    pub fn client_settings(&self) -> ClientSettings {
        ClientSettings {
            id: CLIENT_ID.into(),
            secret: CLIENT_SECRET.to_owned().into(),
            base_url: Some(self.url.clone()),
        }
    }

    /// Settings of a server that uses this mock instead of Google, LinkedIn, GitHub and Gmail.
    pub fn all_providers(&self) -> Settings {
        Settings {
            google: Some(self.client_settings()),
            linkedin: Some(self.client_settings()),
            github: Some(self.client_settings()),
            gmail_base_url: Some(self.url.clone()),
            ..Settings::default()
        }
    }
}

async fn respond(
    State(script): State<Arc<Mutex<Script>>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let endpoint = format!("{method} {}", uri.path());
    let query = uri.query().unwrap_or_default().to_owned();
    let authorization = headers.get("authorization").and_then(|v| v.to_str().ok());
    let mut script = script.lock().unwrap_or_else(PoisonError::into_inner);
    script.requests.push(RecordedRequest {
        endpoint: endpoint.clone(),
        query: query.clone(),
        authorization: authorization.unwrap_or_default().to_owned(),
        body: String::from_utf8_lossy(&body).into_owned(),
    });
    let page = query.split('&').find_map(|pair| pair.strip_prefix("pageToken="));
    let key = page.map_or_else(|| endpoint.clone(), |page| format!("{endpoint}#{page}"));
    let Some(responses) = script.responses.get_mut(&key) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let (status, headers, body) = if responses.len() > 1 {
        responses.remove(0)
    } else {
        responses[0].clone()
    };
    let status = StatusCode::from_u16(status).expect("status");
    let mut response = (status, [("content-type", "application/json")], body).into_response();
    for (name, value) in headers {
        response
            .headers_mut()
            .insert(name, value.parse().expect("header"));
    }
    response
}

/// A provider's key for signing ID tokens.
pub struct TokenSigner {
    key: EncodingKey,
    pub kid: String,
}

impl TokenSigner {
    pub fn new(kid: &str, seed: u8) -> Self {
        // PKCS#8 of an Ed25519 key (RFC 8410 §7).
        let prefix = [
            0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
        ];
        Self {
            key: EncodingKey::from_ed_der(&[&prefix[..], &[seed; 32]].concat()),
            kid: kid.to_owned(),
        }
    }

    pub fn jwks(&self) -> Value {
        let mut key = Jwk::from_encoding_key(&self.key, Algorithm::EdDSA).expect("key");
        key.common.key_id = Some(self.kid.clone());
        json!({"keys": [key]})
    }

    pub fn sign(&self, claims: &Value) -> String {
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(self.kid.clone());
        jsonwebtoken::encode(&header, claims, &self.key).expect("signed")
    }

    /// A token with a different header. If the header says HS256, the token is signed with the public key as the shared secret.
    pub fn forge(&self, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(header), part(claims));
        let public = self.jwks()["keys"][0]["x"].as_str().expect("x").to_owned();
        let secret = URL_SAFE_NO_PAD.decode(public).expect("base64");
        let signature = match header["alg"].as_str() {
            Some("HS256") => jsonwebtoken::crypto::sign(
                message.as_bytes(),
                &EncodingKey::from_secret(&secret),
                Algorithm::HS256,
            )
            .expect("signed"),
            _ => String::new(),
        };
        format!("{message}.{signature}")
    }
}
