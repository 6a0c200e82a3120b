//! A server that answers as it is told and remembers what it was asked: it stands for Google, LinkedIn, GitHub and Gmail,
//! whose shapes no test can ask for at the real ones.

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
use service::identities::ClientSettings;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::net::TcpListener;

pub const CLIENT: &str = "client-of-jobhax";
pub const SECRET: &str = "secret-of-jobhax";

/// What it was asked.
#[derive(Clone, Debug)]
pub struct Asked {
    /// `GET /path`.
    pub what: String,
    pub query: String,
    pub authorization: String,
    pub body: String,
}

/// Status, headers, body.
pub type Said = (u16, Vec<(&'static str, String)>, String);

#[derive(Default)]
struct Script {
    asked: Vec<Asked>,
    answers: HashMap<String, Vec<Said>>,
}

#[derive(Clone)]
pub struct Double {
    pub url: String,
    script: Arc<Mutex<Script>>,
}

impl Double {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("address"));
        let script = Arc::<Mutex<Script>>::default();
        let router = Router::new().fallback(answer).with_state(script.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, script }
    }

    fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on it answers so. `what` is `GET /path`, or `GET /path#token` for a page of a list.
    pub fn say(&self, what: &str, status: u16, body: Value) {
        self.says(what, vec![(status, Vec::new(), body.to_string())]);
    }

    /// One answer after the other; the last stays.
    pub fn says(&self, what: &str, answers: Vec<Said>) {
        self.script().answers.insert(what.to_owned(), answers);
    }

    pub fn asked(&self, what: &str) -> Vec<Asked> {
        let script = self.script();
        script.asked.iter().filter(|a| a.what == what).cloned().collect()
    }

    pub fn settings(&self) -> ClientSettings {
        ClientSettings {
            id: CLIENT.into(),
            secret: SECRET.to_owned().into(),
            base_url: Some(self.url.clone()),
        }
    }
}

async fn answer(
    State(script): State<Arc<Mutex<Script>>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let what = format!("{method} {}", uri.path());
    let query = uri.query().unwrap_or_default().to_owned();
    let authorization = headers.get("authorization").and_then(|v| v.to_str().ok());
    let mut script = script.lock().unwrap_or_else(PoisonError::into_inner);
    script.asked.push(Asked {
        what: what.clone(),
        query: query.clone(),
        authorization: authorization.unwrap_or_default().to_owned(),
        body: String::from_utf8_lossy(&body).into_owned(),
    });
    let page = query.split('&').find_map(|pair| pair.strip_prefix("pageToken="));
    let key = page.map_or_else(|| what.clone(), |page| format!("{what}#{page}"));
    let Some(answers) = script.answers.get_mut(&key) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let (status, headers, body) = if answers.len() > 1 {
        answers.remove(0)
    } else {
        answers[0].clone()
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

/// Keys of a provider that signs ID tokens.
pub struct Signer {
    key: EncodingKey,
    pub kid: String,
}

impl Signer {
    pub fn new(kid: &str, seed: u8) -> Self {
        // PKCS#8 of an Ed25519 key (RFC 8410 §7).
        let head = [
            0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
        ];
        Self {
            key: EncodingKey::from_ed_der(&[&head[..], &[seed; 32]].concat()),
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

    /// A token with another header, signed with the public key as a shared secret where that header says so.
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
