//! What the operations need of Google, LinkedIn and Gmail, for tests that call all of them.

use axum::{Json, Router, routing::get};
use serde_json::json;
use service::identities::{ClientSettings, Settings};
use tokio::net::TcpListener;

/// Starts a server that knows one person, and configures all providers to be it.
pub fn start() -> Settings {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.set_nonblocking(true).expect("a listener");
    let url = format!("http://{}", listener.local_addr().expect("address"));
    let listener = TcpListener::from_std(listener).expect("a listener");
    let profile = json!({"emailAddress": "ada@gmail.example"});
    let person = json!({"sub": "x7", "email": "ada@linkedin.example", "email_verified": true});
    let router = Router::new()
        .route("/gmail/v1/users/me/profile", get(|| async { Json(profile) }))
        .route("/gmail/v1/users/me/messages", get(|| async { Json(json!({})) }))
        .route("/v2/userinfo", get(|| async { Json(person) }));
    tokio::spawn(async move { axum::serve(listener, router).await });
    let client = || {
        Some(ClientSettings {
            id: "client".into(),
            secret: "secret".to_owned().into(),
            base_url: Some(url.clone()),
        })
    };
    Settings {
        google: client(),
        linkedin: client(),
        github: client(),
        gmail_base_url: Some(url.clone()),
        ..Settings::default()
    }
}
