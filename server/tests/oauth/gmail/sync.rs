//! Importing from a connected mailbox.

use super::{
    MESSAGES, PROFILE, application_count, connect, gmail_server, job_count, list_requests, mailbox_state,
    mock_four_messages, mock_message_list, request_sync, tokens,
};
use axum::body::Body;
use chrono::TimeDelta;
use serde_json::json;
use sqlx::PgPool;

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn repeated_sync_request_with_the_same_key_syncs_once(pool: PgPool) {
    let (provider, server, ada) = gmail_server(pool).await;
    mock_message_list(&provider, None, &[], None);
    connect(&ada, json!({"access_token": "ya29.x", "expires_in": 3599})).await;
    server.run_jobs().await;
    let sync_with_key = async |key: &str| {
        let request = ada
            .request("POST", "/users/sync_user_emails")
            .header("idempotency-key", key);
        let response = ada.send(request.body(Body::empty()).expect("request")).await;
        response.expect_status(202)["data"].clone()
    };
    let before = list_requests(&provider);
    let first = sync_with_key("once").await;
    server.run_jobs().await;
    assert_eq!(mailbox_state(&server).await, "ok");
    assert_eq!(list_requests(&provider), before + 1);
    assert_eq!(sync_with_key("once").await, first);
    server.run_jobs().await;
    assert_eq!(mailbox_state(&server).await, "ok");
    assert_eq!(list_requests(&provider), before + 1);
    sync_with_key("once more").await;
    server.run_jobs().await;
    assert_eq!(list_requests(&provider), before + 2);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn each_message_is_imported_once(pool: PgPool) {
    let (provider, server, ada) = gmail_server(pool).await;
    mock_four_messages(&provider);
    let canaries = json!({"access_token": "ya29.canary", "refresh_token": "1//canary", "expires_in": 3599});
    let mailbox = connect(&ada, canaries).await.expect_status(200)["data"].clone();
    assert_eq!(
        (&mailbox["kind"], &mailbox["address"], &mailbox["state"]),
        (&json!("gmail"), &json!("ada@gmail.com"), &json!("syncing"))
    );
    // A mailbox has at most one queued job.
    for _ in 0..3 {
        assert_eq!(request_sync(&ada).await[0]["id"], mailbox["id"]);
    }
    let queued = "select count(*) from background_jobs where kind = 'sync_gmail'";
    assert_eq!(server.count(queued).await, 1);
    server.run_jobs().await;
    assert_eq!(mailbox_state(&server).await, "ok");
    let lists = provider.requests(MESSAGES);
    assert_eq!(lists.len(), 2);
    assert!(
        lists[0].query.contains("from%3A%28") && lists[0].authorization == "Bearer ya29.canary",
        "{lists:?}"
    );

    let applications = ada.get("/jobapps/get_jobapps").await.expect_status(200);
    let applications = applications["data"].as_array().expect("applications");
    assert_eq!(applications.len(), 3, "{applications:?}");
    let id = applications[0]["id"].as_str().expect("id");
    let events = ada
        .get(&format!("/jobapps/get_status_history?jobapp_id={id}"))
        .await;
    assert_eq!(events.json["data"][0]["cause"], "mail");

    // The next sync only requests newer messages, and changes nothing.
    request_sync(&ada).await;
    server.run_jobs().await;
    let last = provider.requests(MESSAGES).pop().expect("a request");
    assert!(
        last.query.contains(&format!("after%3A{}", 1_768_500_000 - 600)) || last.query.contains("pageToken"),
        "{}",
        last.query
    );
    assert_eq!(server.count("select count(*) from mail_messages").await, 4);
    assert_eq!(application_count(&server).await, 3);

    // Tokens are only stored encrypted. 63616e617279 is "canary" in hexadecimal.
    let stored: String = sqlx::query_scalar("select string_agg(t::text, ' ') from mailbox_tokens t")
        .fetch_one(&server.owner)
        .await
        .expect("rows");
    assert!(!stored.contains("canary") && !stored.contains("63616e617279"));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn messages_are_listed_newest_first_to_their_owner_only(pool: PgPool) {
    let (provider, server, ada) = gmail_server(pool).await;
    mock_four_messages(&provider);
    connect(&ada, tokens()).await.expect_status(200);
    server.run_jobs().await;
    let list = "/users/get_user_google_emails";
    let (mut messages, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = ada
            .get(&format!("{list}?limit=3{cursor}"))
            .await
            .expect_status(200);
        messages.extend(page["data"].as_array().expect("messages").clone());
        match page["pagination"]["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(messages.len(), 4);
    let times: Vec<&str> = messages
        .iter()
        .map(|m| m["sent_at"].as_str().expect("time"))
        .collect();
    assert!(times.is_sorted_by(|a, b| a >= b), "{times:?}");
    let without_application = messages.iter().filter(|m| m["jobapp_id"].is_null());
    assert_eq!(without_application.count(), 1, "the job alert created nothing");

    let ben = server.register("ben").await;
    assert_eq!(ben.get(list).await.expect_status(200)["data"], json!([]));
    assert_eq!(request_sync(&ben).await, json!([]));
    let foreign_cursor = ben.get(&format!("{list}?limit=3{cursor}")).await;
    assert_eq!(foreign_cursor.invalid_fields(), ["cursor"]);
    for query in ["limit=0", "limit=501", "cursor=x", "page=2"] {
        let response = ada.get(&format!("{list}?{query}")).await;
        assert_eq!(response.status, 422, "{query}");
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn encrypted_tokens_of_another_mailbox_cannot_be_decrypted(pool: PgPool) {
    let (provider, server, ada) = gmail_server(pool).await;
    mock_four_messages(&provider);
    connect(&ada, json!({"access_token": "ya29.one"})).await;
    provider.respond(PROFILE, 200, json!({"emailAddress": "second@gmail.com"}));
    connect(&ada, json!({"access_token": "ya29.two"})).await;
    server
        .execute(
            "update mailbox_tokens a set access_token = b.access_token from mailbox_tokens b where a.mailbox_id <> b.mailbox_id",
        )
        .await;
    server.run_jobs().await;
    assert_eq!(list_requests(&provider), 0, "a swapped token was used");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn invalid_tokens_are_rejected_at_connecting(pool: PgPool) {
    let (provider, server, ada) = gmail_server(pool).await;
    let denied = json!({"error": {"code": 403, "errors": [{"reason": "insufficientPermissions"}], "status": "PERMISSION_DENIED"}});
    for (status, body, expected, code) in [
        (401, json!({"error": {"code": 401}}), 422, "token_rejected"),
        (403, denied, 422, "token_rejected"),
        (500, json!({}), 502, "provider_unavailable"),
        (200, json!({"emailAddress": 5}), 502, "provider_unavailable"),
        (
            200,
            json!({"emailAddress": "no address"}),
            502,
            "provider_unavailable",
        ),
    ] {
        provider.respond(PROFILE, status, body);
        let response = connect(&ada, tokens()).await;
        assert_eq!(response.expect_problem(expected), code);
    }
    for body in [
        json!({}),
        json!({"access_token": ""}),
        json!({"access_token": "a b"}),
        json!({"access_token": "a", "expires_in": -1}),
    ] {
        assert_eq!(connect(&ada, body).await.json["code"], "invalid");
    }
    assert_eq!(server.count("select count(*) from mailboxes").await, 0);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn revoked_access_requires_reconnecting(pool: PgPool) {
    let (provider, server, ada) = gmail_server(pool).await;
    mock_four_messages(&provider);
    connect(&ada, tokens()).await.expect_status(200);
    // The granted scope is not sufficient.
    let denied = json!({"error": {"code": 403, "errors": [{"reason": "insufficientPermissions"}], "status": "PERMISSION_DENIED"}});
    provider.respond(MESSAGES, 403, denied);
    server.run_jobs().await;
    assert_eq!(mailbox_state(&server).await, "reconnect_required");
    assert_eq!(request_sync(&ada).await, json!([]), "there is nothing to sync");
    server.run_jobs().await;

    // After reconnecting, the user revokes the access at Google.
    mock_message_list(&provider, None, &[], None);
    connect(&ada, tokens()).await.expect_status(200);
    server.run_jobs().await;
    assert_eq!(mailbox_state(&server).await, "ok");
    provider.respond(MESSAGES, 401, json!({}));
    provider.respond("POST /token", 400, json!({"error": "invalid_grant"}));
    request_sync(&ada).await;
    server.run_jobs().await;
    assert_eq!(mailbox_state(&server).await, "reconnect_required");
    assert_eq!(
        provider.requests("POST /token").len(),
        1,
        "refreshed once and not in a loop"
    );
    assert_eq!(job_count(&server).await, 0);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn expired_access_token_is_refreshed(pool: PgPool) {
    let (provider, server, ada) = gmail_server(pool).await;
    mock_four_messages(&provider);
    let short_lived = json!({"access_token": "old", "refresh_token": "1//r", "expires_in": 60});
    connect(&ada, short_lived).await;
    let refreshed = json!({"access_token": "new", "expires_in": 3599, "token_type": "Bearer"});
    provider.respond("POST /token", 200, refreshed);
    server.advance_clock(TimeDelta::seconds(61));
    server.run_jobs().await;
    assert_eq!(mailbox_state(&server).await, "ok");
    let refresh = &provider.requests("POST /token")[0].body;
    assert!(refresh.contains("grant_type=refresh_token") && refresh.contains("1%2F%2Fr"));
    let lists = provider.requests(MESSAGES);
    assert!(lists.iter().all(|r| r.authorization == "Bearer new"), "{lists:?}");
    // Without a refresh token, the user has to reconnect the mailbox.
    provider.respond(PROFILE, 200, json!({"emailAddress": "other@gmail.com"}));
    connect(&ada, json!({"access_token": "short", "expires_in": 60})).await;
    server.advance_clock(TimeDelta::seconds(61));
    server.run_jobs().await;
    let disconnected =
        "select count(*) from mailboxes where address = 'other@gmail.com' and state = 'reconnect_required'";
    assert_eq!(server.count(disconnected).await, 1);
}
