//! The real provider, in a process of its own.

use service::identities::OidcSettings;
use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

/// Ends with its last handle: it does not outlive the tests.
pub struct Provider {
    process: Child,
    pub issuer: String,
}

impl Provider {
    pub fn start() -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/provider");
        let mut process = Command::new("node")
            .arg("provider.mjs")
            .arg(format!("{}/auth/oidc/callback", crate::site::ORIGIN))
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

    pub fn settings(&self) -> OidcSettings {
        OidcSettings {
            issuer: self.issuer.clone(),
            id: "jobhax".into(),
            secret: "secret-of-jobhax-at-the-provider".to_owned().into(),
            name: Some("Provider".into()),
        }
    }

    /// What it was told to take back.
    pub async fn revoked(&self) -> String {
        reqwest::get(format!("{}/test/revoked", self.issuer))
            .await
            .expect("answer")
            .text()
            .await
            .expect("text")
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
