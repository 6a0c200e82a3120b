//! `/api/keys`, and requests with API keys.

use crate::support::{AuditEvents, LogCapture, TestClient, TestResponse, TestServer};
use chrono::TimeDelta;
use domain::keys::format_key;
use serde_json::{Value, json};
use service::{admin, keys, rate_limit, testing::PASSWORD, wiring};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, PgPool};

const ADD: &str = "/keys/add_key";
const LIST: &str = "/keys/get_keys";
const STATUSES: &str = "/jobapps/get_statuses";

async fn add(client: &TestClient, scopes: &[&str]) -> Value {
    let body = json!({"name": "Export", "scopes": scopes});
    client.post(ADD, body).await.expect_status(201)["data"].clone()
}

/// A client with the secret of this key.
fn client_of(server: &TestServer, key: &Value) -> TestClient {
    server.client(key["secret"].as_str().expect("secret"))
}

async fn list(client: &TestClient) -> Vec<Value> {
    let keys = client.get(LIST).await.expect_status(200);
    keys["data"].as_array().expect("keys").clone()
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn key_is_made_listed_changed_and_revoked(pool: PgPool) {
    let server = TestServer::new(pool);
    let (ada, ben) = (server.register("ada").await, server.register("ben").await);
    assert_eq!(list(&ada).await, [] as [Value; 0]);
    let events = AuditEvents::record();
    let body = json!({"name": " Nightly ", "scopes": ["metrics:read", "jobapps:read", "metrics:read"]});
    let made = ada.post(ADD, body).await.expect_status(201)["data"].clone();
    assert_eq!(made["name"], "Nightly");
    assert_eq!(made["scopes"], json!(["jobapps:read", "metrics:read"]));
    let secret = made["secret"].as_str().expect("secret");
    assert!(domain::keys::is_well_formed_key(secret));
    assert!(secret.starts_with(made["prefix"].as_str().expect("prefix")));
    assert_eq!(
        server
            .count("select count(*) from outbound_emails where kind = 'api_key_added'")
            .await,
        1
    );
    server.run_jobs().await;
    let listed = list(&ada).await;
    assert_eq!((listed.len(), &listed[0]["id"]), (1, &made["id"]));
    assert!(listed[0].get("secret").is_none());
    assert_eq!(list(&ben).await, [] as [Value; 0]);

    let key = client_of(&server, &made);
    key.get(STATUSES).await.expect_status(200);
    let problem = key.get("/mail/get_mailboxes").await;
    assert_eq!(problem.expect_problem(403), "scope_missing");
    let update = json!({"key_id": made["id"], "scopes": ["mail:read"], "name": "Email"});
    let path = "/keys/update_key";
    assert_eq!(
        ben.post(path, update.clone()).await.expect_problem(404),
        "not_found"
    );
    let changed = ada.post(path, update.clone()).await.expect_status(200);
    assert_eq!(changed["data"]["scopes"], json!(["mail:read"]));
    ada.post(path, update).await.expect_status(200);
    assert_eq!(key.get(STATUSES).await.expect_problem(403), "scope_missing");
    key.get("/mail/get_mailboxes").await.expect_status(200);

    let revoke = json!({"key_id": made["id"]});
    let path = "/keys/revoke_key";
    assert_eq!(
        ben.post(path, revoke.clone()).await.expect_problem(404),
        "not_found"
    );
    assert_eq!(
        key.post(path, revoke.clone()).await.expect_problem(403),
        "not_for_keys"
    );
    ada.post(path, revoke.clone()).await.expect_status(204);
    assert_eq!(key.get(STATUSES).await.expect_problem(401), "unauthorized");
    assert_eq!(ada.post(path, revoke).await.expect_problem(404), "not_found");
    assert_eq!(events.take(), "key_added key_updated key_revoked");
    let sql =
        "select string_agg(action, ' ' order by action) from audit_events where object_kind = 'api_key'";
    let actions: String = sqlx::query_scalar(sql)
        .fetch_one(&server.owner)
        .await
        .expect("events");
    assert_eq!(actions, "key_added key_revoked key_updated");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn keys_that_are_not_valid_are_rejected_alike(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let soon = server.now() + TimeDelta::hours(1);
    let body = json!({"name": "x", "scopes": ["jobapps:read"], "expires_at": soon});
    let expiring = ada.post(ADD, body).await.expect_status(201)["data"].clone();
    let revoked = add(&ada, &["jobapps:read"]).await;
    let key = client_of(&server, &expiring);
    key.get(STATUSES).await.expect_status(200);
    client_of(&server, &revoked)
        .get(STATUSES)
        .await
        .expect_status(200);
    ada.post("/keys/revoke_key", json!({"key_id": revoked["id"]}))
        .await
        .expect_status(204);
    server.advance_clock(TimeDelta::hours(1));
    let secret = expiring["secret"].as_str().expect("secret");
    let mut mistyped = secret.to_owned();
    mistyped.replace_range(10..11, if &secret[10..11] == "a" { "b" } else { "a" });
    let unknown = format_key([7; 32]);
    let expected = key.get(STATUSES).await.comparable();
    assert_eq!(expected.0, 401);
    for token in [
        revoked["secret"].as_str().expect("secret"),
        &mistyped,
        &unknown,
        "jhx_",
        &secret[..secret.len() - 1],
    ] {
        let response = server.client(token).get(STATUSES).await;
        assert_eq!(response.header("www-authenticate"), "Bearer");
        assert_eq!(response.comparable(), expected, "{token}");
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn making_a_key_needs_a_recent_sign_in_or_the_password(pool: PgPool) {
    let server = TestServer::with_limits(pool, "");
    let ada = server.register("ada").await;
    let made = add(&ada, &["jobapps:read"]).await;
    server.advance_clock(TimeDelta::minutes(14));
    add(&ada, &["jobapps:read"]).await;
    // The access token ends with these 15 minutes, so a session that is older was refreshed.
    server
        .execute("update sessions set created_at = created_at - interval '1 hour'")
        .await;
    let body =
        |password: Option<&str>| json!({"name": "x", "scopes": ["jobapps:read"], "password": password});
    let code = ada.post(ADD, body(None)).await.expect_problem(403);
    assert_eq!(code, "reauthentication_required");
    assert_eq!(
        ada.post(ADD, body(Some("wrong"))).await.invalid_fields(),
        ["password"]
    );
    ada.post(ADD, body(Some(PASSWORD))).await.expect_status(201);
    let update = "/keys/update_key";
    let widen = json!({"key_id": made["id"], "scopes": ["mail:write"]});
    assert_eq!(
        ada.post(update, widen).await.expect_problem(403),
        "reauthentication_required"
    );
    let rename = json!({"key_id": made["id"], "name": "Other"});
    ada.post(update, rename).await.expect_status(200);
    ada.post("/keys/revoke_key", json!({"key_id": made["id"]}))
        .await
        .expect_status(204);
    let invalid = ada
        .post(
            ADD,
            json!({"name": " ", "scopes": [], "expires_at": server.now()}),
        )
        .await;
    assert_eq!(invalid.invalid_fields(), ["name", "scopes", "expires_at"]);
    let unknown = ada
        .post(ADD, json!({"name": "x", "scopes": ["jobapps:all"]}))
        .await;
    unknown.expect_status(422);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn key_ends_with_membership_lock_and_account(pool: PgPool) {
    let server = TestServer::new(pool);
    let services = &server.services;
    let ada = server.register("ada").await;
    let organization = json!({"name": "Career Center"});
    let organization = ada
        .post("/tenants/add_tenant", organization)
        .await
        .expect_status(201);
    let slug = organization["data"]["slug"].as_str().expect("slug").to_owned();
    let owner = server.login_to("ada", &slug).await;
    let ben = server.register("ben").await;
    server
        .execute(
            "insert into memberships (tenant_id, user_id, role, display_name, joined_at)
             select t.id, u.id, 'member', 'Ben', now() from tenants t, users u
             where t.kind = 'organization' and u.email = 'ben@example.org'",
        )
        .await;
    let member = server.login_to("ben", &slug).await;
    let all = ["jobapps:read", "jobapps:write"];
    let here = client_of(&server, &add(&member, &all).await);
    let at_home = client_of(&server, &add(&ben, &all).await);
    assert_eq!(list(&member).await.len(), 1, "a key belongs to one workspace");
    let application = json!({"job_title": "Clerk", "company": "Moss"});
    here.post("/jobapps/add_jobapp", application.clone())
        .await
        .expect_status(201);
    let applications = at_home.get("/jobapps/get_jobapps").await.expect_status(200);
    assert_eq!(applications["data"], json!([]), "of the other workspace");

    let user_id = ben.get("/users/get_profile").await.expect_status(200)["data"]["id"].clone();
    let role = json!({"user_id": user_id, "role": "coach"});
    owner
        .post("/tenants/update_member", role)
        .await
        .expect_status(200);
    let added = here.post("/jobapps/add_jobapp", application).await;
    assert_eq!(added.expect_problem(403), "forbidden");
    here.get(STATUSES).await.expect_status(200);
    owner
        .post("/tenants/remove_member", json!({"user_id": user_id}))
        .await
        .expect_status(204);
    here.get(STATUSES).await.expect_status(401);
    at_home.get(STATUSES).await.expect_status(200);

    let user = user_id.as_str().expect("id").parse().expect("id");
    admin::lock_user(services, user).await.expect("locked");
    at_home.get(STATUSES).await.expect_status(401);
    admin::unlock_user(services, user).await.expect("unlocked");
    at_home.get(STATUSES).await.expect_status(200);
    admin::delete_user(services, user).await.expect("deleted");
    at_home.get(STATUSES).await.expect_status(401);
    assert_eq!(server.count("select count(*) from api_keys").await, 0);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn number_of_keys_is_limited_by_user_and_workspace(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    server
        .execute("update tenants set quotas = '{\"keys\": 2}'")
        .await;
    let mut requests = tokio::task::JoinSet::new();
    for _ in 0..6 {
        let ada = ada.clone();
        let body = json!({"name": "x", "scopes": ["jobapps:read"]});
        requests.spawn(async move { ada.post(ADD, body).await });
    }
    let responses = requests.join_all().await;
    let made = responses.iter().filter(|r| r.status == 201).count();
    assert_eq!(made, 2);
    let rejected = responses.iter().find(|r| r.status == 409).expect("rejected");
    assert_eq!(
        rejected.json["quota"],
        json!({"quota": "keys", "limit": 2, "used": 2})
    );
    server.execute("update tenants set quotas = '{}'").await;
    for _ in 2..50 {
        add(&ada, &["jobapps:read"]).await;
    }
    let body = json!({"name": "x", "scopes": ["jobapps:read"]});
    assert_eq!(ada.post(ADD, body).await.expect_problem(409), "quota_exceeded");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn each_key_and_each_workspace_has_a_rate_limit(pool: PgPool) {
    let server = TestServer::with_limits(pool, "api_key=3/m,api_tenant=9/m");
    let ada = server.register("ada").await;
    let (one, two) = (
        add(&ada, &["jobapps:read"]).await,
        add(&ada, &["jobapps:read"]).await,
    );
    let (one, two) = (client_of(&server, &one), client_of(&server, &two));
    for remaining in [2, 1, 0] {
        let response = one.get(STATUSES).await;
        assert_eq!(response.header("ratelimit-policy"), "\"api_key\";q=3;w=60");
        assert_eq!(
            response.header("ratelimit"),
            format!("\"api_key\";r={remaining};t=60")
        );
        response.expect_status(200);
    }
    let limited = one.get(STATUSES).await;
    assert_eq!(limited.header("retry-after"), "60");
    assert_eq!(limited.expect_problem(429), "rate_limited");
    two.get(STATUSES).await.expect_status(200);
    // With the two that made the keys, and the rejected one, the ninth request.
    two.get(STATUSES).await.expect_status(200);
    let last = ada.get(STATUSES).await;
    assert_eq!(last.header("ratelimit"), "\"api_tenant\";r=0;t=60");
    last.expect_status(200);
    let limited = ada.get(STATUSES).await;
    assert_eq!(limited.header("ratelimit-policy"), "\"api_tenant\";q=9;w=60");
    assert_eq!(limited.expect_problem(429), "rate_limited");
    rate_limit::delete_expired(&server.services)
        .await
        .expect("cleaned up");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn requests_are_counted_by_key_day_and_status(pool: PgPool) {
    let server = TestServer::new(pool);
    let services = &server.services;
    let (ada, ben) = (server.register("ada").await, server.register("ben").await);
    let used = add(&ada, &["jobapps:read"]).await;
    server.advance_clock(TimeDelta::seconds(1));
    let unused = add(&ada, &["jobapps:read"]).await;
    let key = client_of(&server, &used);
    for _ in 0..3 {
        key.get(STATUSES).await.expect_status(200);
    }
    key.get("/mail/get_mailboxes").await.expect_status(403);
    keys::flush_usage(services).await.expect("flushed");
    keys::flush_usage(services).await.expect("nothing to flush");
    let last_used = list(&ada).await[1]["last_used_at"].clone();
    assert!(last_used.is_string());
    server.advance_clock(TimeDelta::seconds(30));
    key.get(STATUSES).await.expect_status(200);
    keys::flush_usage(services).await.expect("flushed");
    assert_eq!(list(&ada).await[1]["last_used_at"], last_used, "within a minute");

    let usage = ada.get("/keys/get_usage").await.expect_status(200)["data"].clone();
    let day = server.now().format("%Y-%m-%d").to_string();
    assert_eq!(
        usage,
        json!([
            {"key_id": unused["id"], "name": "Export", "days": []},
            {"key_id": used["id"], "name": "Export", "days": [
                {"day": day, "status_2xx": 4, "status_3xx": 0, "status_4xx": 1, "status_5xx": 0}
            ]},
        ])
    );
    let of_ben = ben.get("/keys/get_usage").await.expect_status(200);
    assert_eq!(of_ben["data"], json!([]));

    // Revoked before the next batch: nothing to count for.
    key.get(STATUSES).await.expect_status(200);
    ada.post("/keys/revoke_key", json!({"key_id": used["id"]}))
        .await
        .expect_status(204);
    keys::flush_usage(services).await.expect("flushed");
    assert_eq!(server.count("select count(*) from api_key_usage").await, 0);
    let key = client_of(&server, &add(&ada, &["jobapps:read"]).await);
    key.get(STATUSES).await.expect_status(200);
    keys::flush_usage(services).await.expect("flushed");
    server.advance_clock(TimeDelta::days(29));
    wiring::delete_expired(services).await.expect("cleaned up");
    assert_eq!(server.count("select count(*) from api_key_usage").await, 1);
    server.advance_clock(TimeDelta::days(1));
    wiring::delete_expired(services).await.expect("cleaned up");
    assert_eq!(server.count("select count(*) from api_key_usage").await, 0);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn secret_is_neither_logged_nor_stored_nor_exported(pool: PgPool) {
    let log = LogCapture::start();
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let made = add(&ada, &["jobapps:read"]).await;
    let secret = made["secret"].as_str().expect("secret");
    let key = client_of(&server, &made);
    key.get(STATUSES).await.expect_status(200);
    key.get("/mail/get_mailboxes").await.expect_status(403);
    server.run_jobs().await;
    // Without the prefix and what is shown of it.
    let hidden = &secret[12..];
    let export = ada.post("/users/export_data", json!({})).await;
    assert_eq!(export.status, 200);
    assert!(export.text.contains(made["prefix"].as_str().expect("prefix")));
    assert!(!export.text.contains(hidden));
    // Before the statements below, which contain it.
    let lines = log.lines();
    assert!(!lines.is_empty());
    let found = lines.iter().find(|line| line.contains(hidden));
    assert_eq!(found, None);
    let tables: Vec<String> = sqlx::query_scalar(
        "select relname::text from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace",
    )
    .fetch_all(&server.owner)
    .await
    .expect("tables");
    for table in tables {
        let sql = format!("select count(*) from \"{table}\" t where t::text like '%{hidden}%'");
        let count: i64 = sqlx::query_scalar(AssertSqlSafe(sql))
            .fetch_one(&server.owner)
            .await
            .expect("count");
        assert_eq!(count, 0, "{table}");
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn usage_of_a_locked_key_is_written_with_the_next_batch(pool: PgPool) {
    let server = TestServer::new(pool);
    let services = &server.services;
    let ada = server.register("ada").await;
    let key = client_of(&server, &add(&ada, &["jobapps:read"]).await);
    key.get(STATUSES).await.expect_status(200);
    let mut lock = PgConnection::connect_with(&server.owner.connect_options())
        .await
        .expect("connection");
    lock.execute("begin").await.expect("begun");
    sqlx::query("select id from api_keys for update")
        .fetch_all(&mut lock)
        .await
        .expect("locked");
    keys::flush_usage(services).await.expect("does not wait");
    assert_eq!(server.count("select count(*) from api_key_usage").await, 0);
    lock.execute("rollback").await.expect("unlocked");
    keys::flush_usage(services).await.expect("flushed");
    assert_eq!(
        server
            .count("select sum(requests)::bigint from api_key_usage")
            .await,
        1
    );
}

/// The cookie of the message to the next page, which scripts cannot read.
fn flash_cookie(response: &TestResponse) -> String {
    let cookies = response.headers.get_all("set-cookie").iter();
    let mut cookies = cookies.map(|value| value.to_str().expect("text"));
    let flash = cookies
        .find(|cookie| cookie.contains("flash="))
        .expect("a message");
    assert!(flash.contains("HttpOnly") && flash.contains("Secure"), "{flash}");
    flash.split(';').next().expect("a pair").to_owned()
}

/// The page shows the secret once, without a script.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn page_makes_a_key_and_shows_its_secret_once(pool: PgPool) {
    let server = TestServer::new(pool);
    let (cookie, board) = server.register_on_page("ada").await;
    let slug = crate::support::workspace_slug(&board).to_owned();
    let page = format!("/w/{slug}/settings/api-keys");
    let empty = server.get_page(&cookie, &page).await;
    assert!(empty.text.contains("href=\"/api/docs\""), "{}", empty.text);
    let form = format!("slug={slug}&name=Slack&scopes[]=jobapps:read&expires_in=30");
    let response = server
        .submit_form(&cookie, "/_fn/settings/add_api_key", &form)
        .await;
    assert_eq!(
        (response.status.as_u16(), response.location()),
        (303, page.as_str())
    );
    let flash = flash_cookie(&response);
    let shown = server.get_page(&format!("{cookie}; {flash}"), &page).await;
    let start = shown.text.find("value=\"jhx_").expect("the secret") + 7;
    let secret = &shown.text[start..start + domain::keys::KEY_LEN];
    assert!(shown.header("cache-control").contains("no-store"));
    let key = server.client(secret);
    key.get(STATUSES).await.expect_status(200);
    let again = server.get_page(&cookie, &page).await;
    assert!(again.text.contains("Slack") && !again.text.contains(secret));
    let without = format!("slug={slug}&name=Slack&expires_in=30");
    let rejected = server
        .submit_form(&cookie, "/_fn/settings/add_api_key", &without)
        .await;
    let flash = flash_cookie(&rejected);
    let rejected = server.get_page(&format!("{cookie}; {flash}"), &page).await;
    assert!(rejected.text.contains("Choose at least one scope."));
    let id: uuid::Uuid = sqlx::query_scalar("select id from api_keys")
        .fetch_one(&server.owner)
        .await
        .expect("the key");
    let form = format!("slug={slug}&key_id={id}");
    server
        .submit_form(&cookie, "/_fn/settings/revoke_api_key", &form)
        .await;
    key.get(STATUSES).await.expect_status(401);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn key_reads_the_changes_that_its_scopes_allow(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    ada.add_application(json!({"job_title": "Baker", "company": "Hearth"}))
        .await;
    let sql = "select append_changes(
        m.tenant_id, '{mail.decided,member.joined}', array[m.user_id, m.user_id], array[null, null]::uuid[], '{null,null}')
        from memberships m";
    server.execute(sql).await;
    let types = async |scopes: &[&str], query: &str| {
        let key = client_of(&server, &add(&ada, scopes).await);
        let page = key.get(&format!("/changes/get_changes{query}")).await;
        let page = page.expect_status(200);
        let changes = page["data"].as_array().expect("changes").iter();
        let types = changes.map(|change| change["type"].as_str().expect("a type").to_owned());
        types.collect::<Vec<String>>()
    };
    assert_eq!(types(&["jobapps:read"], "").await, ["jobapp.created"]);
    assert_eq!(
        types(&["jobapps:read", "mail:read", "members:read"], "").await,
        ["jobapp.created", "mail.decided", "member.joined"]
    );
    assert_eq!(
        types(&["jobapps:read", "mail:read"], "?types=mail.*").await,
        ["mail.decided"]
    );
    let key = client_of(&server, &add(&ada, &["jobapps:read"]).await);
    let response = key.get("/changes/get_changes?types=mail.*").await;
    assert_eq!(response.json["scope"], "mail:read");
    assert_eq!(response.expect_problem(403), "scope_missing");
}
