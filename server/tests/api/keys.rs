//! `/api/keys`, and requests with API keys.

use crate::support::{AuditEvents, TestClient, TestServer};
use chrono::TimeDelta;
use domain::keys::format_key;
use serde_json::{Value, json};
use service::{admin, rate_limit, testing::PASSWORD};
use sqlx::PgPool;

const ADD: &str = "/keys/add_key";
const LIST: &str = "/keys/get_keys";
pub const STATUSES: &str = "/jobapps/get_statuses";

pub async fn add(client: &TestClient, scopes: &[&str]) -> Value {
    let body = json!({"name": "Export", "scopes": scopes});
    client.post(ADD, body).await.expect_status(201)["data"].clone()
}

/// A client that authenticates with the secret of this key.
pub fn client_of(server: &TestServer, key: &Value) -> TestClient {
    server.client(key["secret"].as_str().expect("secret"))
}

pub async fn list(client: &TestClient) -> Vec<Value> {
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
    // The access token expires after 15 minutes as well, so make the session older instead of advancing the clock.
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
    // Including the two requests that created the keys and the rejected one, this is the ninth request.
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
