//! Rate limits shared by several servers, and behind a proxy.

use crate::support::{
    PostgresCluster, ServerProcess, TempDir,
    raw_http::{RawRequest, get_with_token, register, status_with_token},
    server_command,
};
use serde_json::json;
use std::{net::SocketAddr, process::Stdio};
use tokio::task::JoinSet;

fn environment(cluster: &PostgresCluster, limits: &str) -> Vec<(&'static str, String)> {
    let mut environment = cluster.environment();
    environment.push(("JOBHAX_LIMITS", limits.into()));
    environment
}

#[tokio::test]
async fn servers_of_one_database_share_the_limit() {
    let cluster = PostgresCluster::start(&[]).await;
    let dir = TempDir::new();
    // With the same key file, each server accepts the tokens of the other.
    let mut environment = environment(&cluster, "api=40/h");
    let key = dir.0.join("secret.key").to_string_lossy().into_owned();
    environment.push(("JOBHAX_SECRET_KEY_FILE", key));
    let one = ServerProcess::start(&dir, &environment).await;
    let two = ServerProcess::start_in(&dir, "other", &environment).await;
    let token = register(one.address, "ada").await;
    let mut requests = JoinSet::new();
    for n in 0..100 {
        let (address, token) = (if n % 2 == 0 { one.address } else { two.address }, token.clone());
        requests.spawn(async move {
            let response = get_with_token(address, &token, "/api/jobapps/get_statuses")
                .await
                .expect("response");
            let is_limited = response.status == 429
                && response.head.contains("retry-after: ")
                && response.head.contains("ratelimit: \"api\";r=0;t=");
            assert!(response.status == 200 || is_limited, "{}", response.head);
            response.status
        });
    }
    let statuses = requests.join_all().await;
    let accepted = statuses.iter().filter(|status| **status == 200).count();
    assert!(accepted <= 40, "{accepted}");
    // Each server may still have permits of its local batch.
    let mut late = 0;
    for address in [one.address, two.address] {
        while status_with_token(address, &token).await == 200 {
            late += 1;
        }
    }
    assert_eq!(accepted + late, 40);

    // The count is kept across a restart.
    one.kill().await;
    two.kill().await;
    let again = ServerProcess::start(&dir, &environment).await;
    assert_eq!(status_with_token(again.address, &token).await, 429);
}

/// Tries to sign in with a wrong password and these forwarding headers.
async fn guess_password(server: SocketAddr, forwarded_for: &str) -> u16 {
    let body = json!({"email": "ada@example.org", "password": "wrong wrong wrong"});
    RawRequest::new("POST", "/api/users/login")
        .header("X-Forwarded-For", forwarded_for)
        .header("X-Real-IP", forwarded_for)
        .json(&body)
        .send(server)
        .await
        .expect("response")
        .status
}

#[tokio::test]
async fn forwarded_addresses_count_only_behind_a_trusted_proxy() {
    let cluster = PostgresCluster::start(&[]).await;
    let dir = TempDir::new();
    let limits = "login_address=3/h,register=0";
    let server = ServerProcess::start(&dir, &environment(&cluster, limits)).await;
    for n in 0..3 {
        let status = guess_password(server.address, &format!("203.0.113.{n}")).await;
        assert_eq!(status, 401);
    }
    assert_eq!(guess_password(server.address, "203.0.113.9").await, 429);
    server.kill().await;

    let mut trusting = environment(&cluster, limits);
    trusting.push(("JOBHAX_TRUSTED_PROXIES", "10.0.0.0/8,127.0.0.1".into()));
    let server = ServerProcess::start(&dir, &trusting).await;
    for _ in 0..3 {
        let status = guess_password(server.address, "198.51.100.1, 203.0.113.9, 10.1.2.3").await;
        assert_eq!(status, 401);
    }
    assert_eq!(guess_password(server.address, "203.0.113.9").await, 429);
    // The address that the attacker forged is not affected.
    assert_eq!(guess_password(server.address, "198.51.100.1").await, 401);
}

#[tokio::test]
async fn invalid_settings_prevent_the_start() {
    let dir = TempDir::new();
    for (name, value, message) in [
        ("JOBHAX_LIMITS", "logn=1/m", "unknown limit \"logn\""),
        (
            "JOBHAX_LIMITS",
            "api=fast",
            "\"fast\" is not a valid value for api",
        ),
        (
            "JOBHAX_TRUSTED_PROXIES",
            "proxy.local",
            "neither an address nor a network",
        ),
    ] {
        let mut command = server_command(&dir.0.join("data"), &[(name, value.into())]);
        let output = command.stdout(Stdio::null()).output().await.expect("jobhax");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && stderr.contains(message), "{stderr}");
    }
}
