//! `jobhax admin` while a server with an embedded database is running.

use crate::support::{
    ServerProcess, TempDir,
    raw_http::{PASSWORD, post, status_with_token},
    server_command,
};
use serde_json::{Value, json};
use std::{process::Output, time::Duration};

async fn admin(dir: &TempDir, arguments: &[&str]) -> Output {
    let mut command = server_command(&dir.0.join("data"), &[]);
    command.arg("admin").args(arguments);
    command.output().await.expect("jobhax")
}

async fn succeed(dir: &TempDir, arguments: &[&str]) -> String {
    let output = admin(dir, arguments).await;
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {error}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[tokio::test]
async fn operator_locks_and_unlocks_an_account_of_a_running_server() {
    let dir = TempDir::new();
    let server = ServerProcess::start(&dir, &[]).await;
    let input = json!({"email": "ada@example.org", "password": PASSWORD});
    let registered = post(server.address, "/api/users/register", "", &input).await;
    let registered = registered.expect("response").json();
    let token = registered["data"]["access_token"].as_str().expect("token");
    assert_eq!(status_with_token(server.address, token).await, 200);

    let found = succeed(&dir, &["users", "find", "ada@", "--json"]).await;
    let found: Value = serde_json::from_str(&found).expect("JSON");
    assert_eq!(found[0]["email"], "ada@example.org");
    assert!(!found.to_string().contains("password"), "{found}");

    let refused = admin(&dir, &["users", "lock", "ada@example.org"]).await;
    assert!(!refused.status.success(), "nobody typed the address");
    assert_eq!(status_with_token(server.address, token).await, 200);

    succeed(&dir, &["users", "lock", "ada@example.org", "--yes"]).await;
    tokio::time::timeout(Duration::from_secs(5), async {
        while status_with_token(server.address, token).await != 401 {
            tokio::task::yield_now().await;
        }
    })
    .await
    .expect("the running server ends the session");
    let login = async || {
        let response = post(server.address, "/api/users/login", "", &input).await;
        response.expect("response").json()
    };
    assert_eq!(login().await["code"], "account_locked");

    succeed(&dir, &["users", "unlock", "ada@example.org", "--yes"]).await;
    assert!(login().await["data"]["access_token"].is_string());

    let slug = found[0]["tenants"][0].as_str().expect("slug");
    succeed(&dir, &["tenants", "quota", slug, "mailboxes", "3"]).await;
    let tenants = succeed(&dir, &["tenants", "find", slug, "--json"]).await;
    let tenants: Value = serde_json::from_str(&tenants).expect("JSON");
    assert_eq!(tenants[0]["quotas"], json!({"mailboxes": 3}));
    let refused = admin(&dir, &["tenants", "delete", slug, "--confirm", slug]).await;
    let error = String::from_utf8_lossy(&refused.stderr);
    assert!(error.contains("personal workspace"), "{error}");
    let token = login().await["data"]["access_token"].to_string();
    let input = json!({"name": "Course", "slug": "course"});
    let added = post(
        server.address,
        "/api/tenants/add_tenant",
        token.trim_matches('"'),
        &input,
    )
    .await;
    assert_eq!(added.expect("response").status, 201);
    for arguments in [["--yes", "--json"].as_slice(), &["--confirm", "other"]] {
        let arguments = [["tenants", "delete", "course"].as_slice(), arguments].concat();
        assert!(!admin(&dir, &arguments).await.status.success(), "{arguments:?}");
    }
    succeed(&dir, &["tenants", "delete", "course", "--confirm", "course"]).await;
    let gone = admin(&dir, &["tenants", "delete", "course", "--confirm", "course"]).await;
    assert!(
        String::from_utf8_lossy(&gone.stderr).contains("no workspace"),
        "{gone:?}"
    );

    let unknown = admin(&dir, &["users", "lock", "nobody@example.org", "--yes"]).await;
    assert!(
        String::from_utf8_lossy(&unknown.stderr).contains("no account"),
        "{unknown:?}"
    );
}
