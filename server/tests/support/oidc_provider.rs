//! A real OpenID Connect provider in a separate process (`mock-provider/oidc.mjs`).

use super::ORIGIN;
use service::auth::oauth::{OidcSettings, Settings};
use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

/// The running provider. Its process ends when this is dropped.
pub struct OidcProvider {
    process: Child,
    pub issuer: String,
}

impl OidcProvider {
    pub fn start() -> Self {
        Self::start_for("/auth/oidc/callback")
    }

    /// The callback path on our side.
    pub fn start_for(callback: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mock-provider");
        let mut process = Command::new("node")
            .arg("oidc.mjs")
            .arg(format!("{ORIGIN}{callback}"))
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("node runs");
        let mut line = String::new();
        BufReader::new(process.stdout.take().expect("its output"))
            .read_line(&mut line)
            .expect("a line");
        let issuer = line.trim().to_owned();
        assert!(
            issuer.starts_with("http://127.0.0.1:"),
            "the provider did not start: run `scripts/setup test`"
        );
        Self { process, issuer }
    }

    pub fn client_settings(&self) -> OidcSettings {
        OidcSettings {
            issuer: self.issuer.clone(),
            id: "jobhax".into(),
            secret: "secret-of-jobhax-at-the-provider".to_owned().into(),
            name: Some("Provider".into()),
        }
    }

    /// Settings of a server that only has this provider.
    pub fn settings(&self) -> Settings {
        Settings {
            oidc: Some(self.client_settings()),
            ..Settings::default()
        }
    }

    /// The revocation requests that the provider received, as JSON.
    pub async fn revoked(&self) -> String {
        reqwest::get(format!("{}/test/revoked", self.issuer))
            .await
            .expect("response")
            .text()
            .await
            .expect("text")
    }
}

impl Drop for OidcProvider {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
