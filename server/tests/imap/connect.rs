//! Connecting and disconnecting.

use super::{account, application_count, connect, connect_and_sync, fixture, imap_server, mailbox_state};
use crate::support::{Dovecot, TestClient, TestServer};
use serde_json::{Value, json};
use service::{mail::ImapSettings, platform::crypto::keys::Keys};
use sqlx::PgPool;

/// The error code of the response. Asserts that the response is an error and does not repeat the password.
async fn refused(client: &TestClient, account: Value) -> String {
    let response = connect(client, account).await;
    assert_eq!(response.status, 422, "{}", response.text);
    assert!(!response.text.contains("canary"), "{}", response.text);
    response.json["code"].as_str().expect("a code").to_owned()
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn mailbox_is_connected_over_tls_and_starttls(pool: PgPool) {
    let (dovecot, server, ada) = imap_server(pool).await;
    dovecot.add("", "m1", &fixture("greenhouse/receipt"));
    let mailbox = connect(&ada, account(&dovecot)).await.expect_status(201)["data"].clone();
    assert_eq!(
        (&mailbox["kind"], &mailbox["address"], &mailbox["state"]),
        (&json!("imap"), &json!("ada@mail.example"), &json!("syncing"))
    );
    server.run_jobs().await;
    assert_eq!(mailbox_state(&server).await, "ok");
    assert_eq!(application_count(&server).await, 1);
    assert!(!dovecot.has_seen_messages(), "reading changes nothing");

    let mut starttls = account(&dovecot);
    starttls["port"] = json!(dovecot.starttls_port);
    starttls["security"] = json!("starttls");
    let again = connect(&ada, starttls).await.expect_status(201)["data"].clone();
    assert_eq!(again["id"], mailbox["id"]);
    server.run_jobs().await;
    assert_eq!(mailbox_state(&server).await, "ok");
    let list = ada.get("/mail/get_mailboxes").await.expect_status(200);
    assert_eq!(list["data"].as_array().expect("a list").len(), 1);

    // TLS where the server expects plain text, and vice versa.
    let mut wrong = account(&dovecot);
    wrong["port"] = json!(dovecot.starttls_port);
    assert_eq!(refused(&ada, wrong.clone()).await, "host_unreachable");
    wrong["port"] = json!(dovecot.port);
    wrong["security"] = json!("starttls");
    assert_eq!(refused(&ada, wrong).await, "host_unreachable");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn mailbox_beyond_the_quota_is_refused_and_stores_nothing(pool: PgPool) {
    let (dovecot, server, ada) = imap_server(pool).await;
    let set_quota = async |sql: &str| server.execute(sql).await;
    set_quota(r#"update tenants set quotas = '{"mailboxes": 0}'"#).await;
    let refused = connect(&ada, account(&dovecot)).await;
    assert_eq!(
        refused.json["quota"],
        json!({"quota": "mailboxes", "limit": 0, "used": 0})
    );
    assert_eq!(refused.expect_problem(409), "quota_exceeded");
    for table in [
        "mailboxes",
        "imap_accounts",
        "background_jobs where kind = 'sync_imap'",
    ] {
        let stored = server.count(&format!("select count(*) from {table}")).await;
        assert_eq!(stored, 0, "{table}");
    }
    set_quota(r#"update tenants set quotas = '{"mailboxes": 1}'"#).await;
    connect(&ada, account(&dovecot)).await.expect_status(201);
    // Connecting a mailbox again does not count twice.
    connect(&ada, account(&dovecot)).await.expect_status(201);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn refused_sign_in_stores_nothing(pool: PgPool) {
    let (dovecot, server, ada) = imap_server(pool).await;
    for (field, value, code) in [
        ("password", json!("canary"), "login_refused"),
        ("password", json!("pässword canary"), "login_refused"),
        ("username", json!("ben@mail.example"), "login_refused"),
        ("port", json!(1), "host_unreachable"),
        // The certificate is only valid for the IP address.
        ("host", json!("localhost"), "certificate_refused"),
        ("host", json!("10.0.0.1"), "host_refused"),
        ("host", json!("no-such-host.invalid"), "host_unreachable"),
        ("host", json!("https://127.0.0.1"), "invalid"),
        ("folders", json!(["INBOX", "Nowhere"]), "invalid"),
    ] {
        let mut body = account(&dovecot);
        body[field] = value;
        assert_eq!(refused(&ada, body.clone()).await, code, "{body}");
    }
    assert_eq!(
        server
            .count("select count(*) from mailboxes where kind = 'imap'")
            .await,
        0
    );
    assert_eq!(
        server
            .count("select count(*) from background_jobs where kind = 'sync_imap'")
            .await,
        0
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn certificate_of_unknown_authority_is_refused(pool: PgPool) {
    let dovecot = Dovecot::start().await;
    let settings = ImapSettings {
        ca_file: None,
        ..dovecot.settings()
    };
    let server = TestServer::with_imap(pool, &settings);
    let ada = server.register("ada").await;
    assert_eq!(refused(&ada, account(&dovecot)).await, "certificate_refused");
    let mut starttls = account(&dovecot);
    starttls["port"] = json!(dovecot.starttls_port);
    starttls["security"] = json!("starttls");
    assert_eq!(refused(&ada, starttls).await, "certificate_refused");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn private_address_is_refused_unless_configured(pool: PgPool) {
    let dovecot = Dovecot::start().await;
    let settings = ImapSettings {
        allowed_networks: Vec::new(),
        ..dovecot.settings()
    };
    let server = TestServer::with_imap(pool, &settings);
    let ada = server.register("ada").await;
    for host in [
        "127.0.0.1",
        "localhost",
        "::1",
        "[::ffff:127.0.0.1]",
        "0x7f.1",
        "169.254.169.254",
    ] {
        for port in [993, dovecot.port] {
            let mut body = account(&dovecot);
            body["host"] = json!(host);
            body["port"] = json!(port);
            assert_eq!(refused(&ada, body).await, "host_refused", "{host}:{port}");
        }
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn password_is_stored_encrypted_and_deleted_at_disconnecting(pool: PgPool) {
    let (dovecot, server, ada) = imap_server(pool).await;
    dovecot.add("", "m1", &fixture("greenhouse/receipt"));
    let mailbox = connect_and_sync(&server, &ada, account(&dovecot)).await;
    let stored: String = sqlx::query_scalar("select string_agg(t::text, ' ') from imap_accounts t")
        .fetch_one(&server.owner)
        .await
        .expect("rows");
    // 776f7264 is "word" in hexadecimal.
    assert!(
        !stored.contains("word") && !stored.contains("776f7264"),
        "{stored}"
    );
    let body = json!({"password": service::testing::PASSWORD});
    let export = ada.post("/users/export_data", body).await;
    assert_eq!(export.status, 200, "{}", export.text);
    assert!(export.text.contains("imap_accounts") && export.text.contains("ada@mail.example"));
    assert!(
        !export.text.contains(r#"pass\""#) && !export.text.contains("\"password\""),
        "{}",
        export.text
    );

    let ben = server.register("ben").await;
    let body = json!({"mailbox_id": mailbox["id"]});
    for path in ["/mail/disconnect_mailbox", "/mail/sync_mailbox"] {
        assert_eq!(ben.post(path, body.clone()).await.status, 404, "{path}");
    }
    assert_eq!(
        ada.post("/mail/disconnect_mailbox", body.clone()).await.status,
        204
    );
    assert_eq!(server.count("select count(*) from imap_accounts").await, 0);
    assert_eq!(server.count("select count(*) from imap_folders").await, 0);
    assert_eq!(ada.post("/mail/sync_mailbox", body).await.status, 404);
    server.execute("update background_jobs set run_at = now()").await;
    server.run_jobs().await;
    assert_eq!(server.count("select count(*) from background_jobs").await, 0);
    assert_eq!(application_count(&server).await, 1, "applications are kept");

    connect_and_sync(&server, &ada, account(&dovecot)).await;
    assert_eq!(application_count(&server).await, 1);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn changed_password_asks_to_reconnect(pool: PgPool) {
    let (dovecot, server, ada) = imap_server(pool).await;
    let mailbox = connect_and_sync(&server, &ada, account(&dovecot)).await;
    dovecot.set_password("changed").await;
    for expected in ["syncing", "reconnect_required"] {
        server.execute("update background_jobs set run_at = now()").await;
        if expected == "syncing" {
            ada.post_empty("/users/sync_user_emails").await.expect_status(202);
        }
        server.run_jobs().await;
        assert_eq!(mailbox_state(&server).await, expected);
    }
    let body = json!({"mailbox_id": mailbox["id"]});
    let response = ada.post("/mail/sync_mailbox", body).await.expect_status(202);
    assert_eq!(response["data"]["state"], "reconnect_required");
    let mut changed = account(&dovecot);
    changed["password"] = json!("changed");
    assert_eq!(
        connect_and_sync(&server, &ada, changed).await["id"],
        mailbox["id"]
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn sync_after_rotation_encrypts_the_password_with_the_new_key(pool: PgPool) {
    let (dovecot, server, ada) = imap_server(pool).await;
    let mailbox = connect_and_sync(&server, &ada, account(&dovecot)).await;
    let before: Vec<u8> = password(&server).await;
    let promoted = server.with_keys(Keys::new([8; 32]).with_previous([7; 32]));
    let body = json!({"mailbox_id": mailbox["id"]});
    ada.post("/mail/sync_mailbox", body.clone())
        .await
        .expect_status(202);
    promoted.run_jobs().await;
    assert_ne!(password(&server).await, before);
    // The previous key is no longer needed.
    let retired = server.with_keys(Keys::new([8; 32]));
    ada.post("/mail/sync_mailbox", body.clone())
        .await
        .expect_status(202);
    retired.run_jobs().await;
    assert_eq!(mailbox_state(&server).await, "ok");
    // With another key, the user has to connect again.
    let lost = server.with_keys(Keys::new([9; 32]));
    ada.post("/mail/sync_mailbox", body).await.expect_status(202);
    lost.run_jobs().await;
    assert_eq!(mailbox_state(&server).await, "reconnect_required");
}

async fn password(server: &TestServer) -> Vec<u8> {
    sqlx::query_scalar("select password from imap_accounts")
        .fetch_one(&server.owner)
        .await
        .expect("account")
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn attempts_to_connect_are_limited(pool: PgPool) {
    let server = TestServer::with_limits(pool, "connect_imap=2/h");
    let ada = server.register("ada").await;
    let body = json!({"host": "127.0.0.1", "username": "ada", "password": "pass"});
    for status in [422, 422, 429] {
        assert_eq!(connect(&ada, body.clone()).await.status, status);
    }
}
