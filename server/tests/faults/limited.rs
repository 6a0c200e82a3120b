//! RL-1, RL-2, AT-15 with real servers: one count for two of them, and clients behind a proxy told apart only where the
//! proxy is trusted.

use crate::{
    client::{get_as, raw, register},
    program::{Program, command},
    system::{Cluster, Folder},
};
use serde_json::json;
use std::{net::SocketAddr, process::Stdio};
use tokio::task::JoinSet;

fn environment(cluster: &Cluster, limits: &str) -> Vec<(&'static str, String)> {
    let mut environment = cluster.environment();
    environment.push(("JOBHAX_LIMITS", limits.into()));
    environment
}

#[tokio::test]
async fn rl_2_two_servers_and_one_token() {
    let cluster = Cluster::start(&[]).await;
    let folder = Folder::new();
    // One key file: each believes the other's tokens.
    let mut environment = environment(&cluster, "api=40/h");
    let key = folder.0.join("secret.key").to_string_lossy().into_owned();
    environment.push(("JOBHAX_SECRET_KEY_FILE", key));
    let one = Program::start(&folder, &environment).await;
    let two = Program::start_unready(&folder, "other", &environment).await;
    two.until_ready(std::time::Duration::from_secs(30)).await;
    let token = register(one.address, "ada").await;
    let mut asking = JoinSet::new();
    for n in 0..100 {
        let (address, token) = (if n % 2 == 0 { one.address } else { two.address }, token.clone());
        asking.spawn(async move {
            let answer = get_as(address, &token, "/api/jobapps/get_statuses")
                .await
                .expect("answer");
            let told =
                answer.head.contains("retry-after: ") && answer.head.contains("ratelimit: \"api\";r=0;t=");
            assert!(
                answer.status == 200 || answer.status == 429 && told,
                "{}",
                answer.head
            );
            answer.status
        });
    }
    let statuses = asking.join_all().await;
    let accepted = statuses.iter().filter(|status| **status == 200).count();
    assert!(accepted <= 40, "{accepted}");
    // What each has taken and not given out it still gives; then nothing is left.
    let mut late = 0;
    for address in [one.address, two.address] {
        while get_as(address, &token, "/api/jobapps/get_statuses")
            .await
            .expect("answer")
            .status
            == 200
        {
            late += 1;
        }
    }
    assert_eq!(accepted + late, 40);

    // The count outlives them.
    one.kill().await;
    two.kill().await;
    let again = Program::start(&folder, &environment).await;
    let refused = get_as(again.address, &token, "/api/jobapps/get_statuses")
        .await
        .expect("answer");
    assert_eq!(refused.status, 429, "{}", refused.head);
}

/// Tries to sign in, said to come from this address.
async fn guess(server: SocketAddr, from: &str) -> u16 {
    let body = json!({"email": "ada@example.org", "password": "wrong wrong wrong"}).to_string();
    let head = format!(
        "POST /api/users/login HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Forwarded-For: {from}\r\nX-Real-IP: {from}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    raw(server, head.as_bytes()).await.expect("answer").status
}

#[tokio::test]
async fn rl_1_forwarded_addresses_count_only_behind_a_trusted_proxy() {
    let cluster = Cluster::start(&[]).await;
    let folder = Folder::new();
    let limits = "login_address=3/h,register=0";
    let program = Program::start(&folder, &environment(&cluster, limits)).await;
    for n in 0..3 {
        assert_eq!(guess(program.address, &format!("203.0.113.{n}")).await, 401);
    }
    assert_eq!(guess(program.address, "203.0.113.9").await, 429);
    program.kill().await;

    let mut trusting = environment(&cluster, limits);
    trusting.push(("JOBHAX_TRUSTED_PROXIES", "10.0.0.0/8,127.0.0.1".into()));
    let program = Program::start(&folder, &trusting).await;
    for _ in 0..3 {
        assert_eq!(
            guess(program.address, "198.51.100.1, 203.0.113.9, 10.1.2.3").await,
            401
        );
    }
    assert_eq!(guess(program.address, "203.0.113.9").await, 429);
    // AT-15: whoever the flooder named is not affected.
    assert_eq!(guess(program.address, "198.51.100.1").await, 401);
}

#[tokio::test]
async fn settings_that_are_wrong_keep_the_server_from_starting() {
    let folder = Folder::new();
    for (name, value, part) in [
        ("JOBHAX_LIMITS", "logn=1/m", "there is no limit called \"logn\""),
        ("JOBHAX_LIMITS", "api=fast", "\"fast\" is not what api can be"),
        (
            "JOBHAX_TRUSTED_PROXIES",
            "proxy.local",
            "neither an address nor a network",
        ),
    ] {
        let mut start = command(&folder.0.join("data"), &[(name, value.into())]);
        let output = start.stdout(Stdio::null()).output().await.expect("jobhax");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && said.contains(part), "{said}");
    }
}
