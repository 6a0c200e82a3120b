//! The event stream that notifies open pages of changes.

use crate::support::{FORM, HOST, ORIGIN, TestServer, credentials_form, workspace_slug};
use axum::{
    body::Body,
    http::{Request, header},
};
use http_body_util::BodyExt as _;
use service::{auth::run_invalidation_listener, jobapps::announce_changes, testing::PASSWORD};
use sqlx::PgPool;
use std::time::Duration;
use tokio::time::{sleep, timeout};

const TAB: &str = "0123456789abcdef0123456789abcdef";

/// Runs the background tasks of a server.
async fn start(server: &TestServer) {
    let services = server.services.clone();
    tokio::spawn(async move {
        tokio::join!(run_invalidation_listener(&services), announce_changes(&services));
    });
    while !server.services.auth_cache.is_valid() {
        sleep(Duration::from_millis(20)).await;
    }
}

/// Two servers with the same database.
async fn two_servers(pool: PgPool) -> (TestServer, TestServer) {
    let (first, second) = (TestServer::new(pool.clone()), TestServer::new(pool));
    start(&first).await;
    start(&second).await;
    (first, second)
}

/// An open stream.
struct Stream(Body);

impl Stream {
    async fn open(server: &TestServer, cookie: &str, slug: &str, query: &str) -> Self {
        let mut stream = Self::request(server, cookie, slug, query).await;
        assert_eq!(stream.next().await.as_deref(), Some(": connected\n\n"));
        stream
    }

    async fn request(server: &TestServer, cookie: &str, slug: &str, query: &str) -> Self {
        let request = Request::get(format!("/w/{slug}/events?{query}"))
            .header(header::HOST, HOST)
            .header("accept", "text/event-stream")
            .header("cookie", cookie);
        let response = server
            .send_stream(request.body(Body::empty()).expect("request"))
            .await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["cache-control"], "no-store");
        Self(response.into_body())
    }

    /// The next event; `None` if the stream ends.
    async fn next(&mut self) -> Option<String> {
        let frame = self.0.frame().await?.expect("a frame");
        let data = frame.into_data().expect("data");
        Some(String::from_utf8(data.to_vec()).expect("UTF-8"))
    }

    /// Whether a change is announced within a second.
    async fn is_notified(&mut self) -> bool {
        match timeout(Duration::from_secs(1), self.next()).await {
            Ok(event) => event.expect("an open stream").starts_with("event: change\n"),
            Err(_) => false,
        }
    }

    /// Whether the stream ends with the event `end` within three seconds.
    async fn is_ended(&mut self) -> bool {
        let end = timeout(Duration::from_secs(3), async {
            let mut last = String::new();
            while let Some(event) = self.next().await {
                last = event;
            }
            last
        });
        end.await.is_ok_and(|last| last.starts_with("event: end\n"))
    }
}

/// Adds an application from this tab.
async fn add(server: &TestServer, cookie: &str, slug: &str, tab: &str) {
    let headers = [
        ("origin", ORIGIN),
        ("accept", "application/json"),
        ("cookie", cookie),
        ("x-tab", tab),
    ];
    let form = format!("slug={slug}&company=x&job_title=y");
    let response = server.post("/_fn/jobapps/add", FORM, &headers, &form).await;
    response.expect_status(200);
}

/// Makes the workspace an organization with Mia as a member.
async fn add_mia(server: &TestServer, slug: &str) {
    server
        .execute(&format!(
            "update tenants set kind = 'organization' where slug = '{slug}';
             insert into memberships (tenant_id, user_id, role, display_name, joined_at)
               select t.id, u.id, 'member', 'Mia', now() from tenants t, users u
               where t.slug = '{slug}' and u.email = 'mia@example.org'"
        ))
        .await;
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn change_on_one_server_is_announced_by_the_other(pool: PgPool) {
    let (first, second) = two_servers(pool).await;
    let (cookie, board) = first.register_on_page("ada").await;
    let slug = workspace_slug(&board);
    let (others_cookie, others_board) = first.register_on_page("ben").await;
    // Wait until the changes made by registering have been announced.
    sleep(Duration::from_millis(300)).await;
    let mut own = Stream::open(&second, &cookie, slug, &format!("age=0&tab={TAB}")).await;
    let mut other_tab = Stream::open(&second, &cookie, slug, "age=0").await;
    let mut foreign = Stream::open(&second, &others_cookie, workspace_slug(&others_board), "age=0").await;
    for stream in [&mut own, &mut other_tab, &mut foreign] {
        // Skip events about changes within the two seconds before the page was rendered.
        while stream.is_notified().await {}
    }
    add(&first, &cookie, slug, TAB).await;
    assert!(other_tab.is_notified().await);
    assert!(!own.is_notified().await);
    assert!(!foreign.is_notified().await);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn many_changes_are_few_events(pool: PgPool) {
    let server = TestServer::new(pool);
    start(&server).await;
    let (cookie, board) = server.register_on_page("ada").await;
    let slug = workspace_slug(&board);
    sleep(Duration::from_millis(300)).await;
    let mut stream = Stream::open(&server, &cookie, slug, "age=0").await;
    while stream.is_notified().await {}
    for _ in 0..50 {
        add(&server, &cookie, slug, "").await;
    }
    let mut events = 0;
    while timeout(Duration::from_millis(1500), stream.next()).await.is_ok() {
        events += 1;
    }
    assert!((1..=10).contains(&events), "{events}");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn stream_ends_after_sign_out(pool: PgPool) {
    let server = TestServer::new(pool);
    start(&server).await;
    let (cookie, board) = server.register_on_page("ada").await;
    let slug = workspace_slug(&board);
    let form = credentials_form("ada@example.org");
    let phone = server.submit_form("", "/_fn/auth/sign_in", &form).await;
    let phone = phone.session_cookie().expect("a session");
    sleep(Duration::from_millis(300)).await;
    let mut stream = Stream::open(&server, &phone, slug, "age=0").await;
    while stream.is_notified().await {}
    server.submit_form(&phone, "/_fn/layout/sign_out", "").await;
    let again = Request::get(format!("/w/{}/events", workspace_slug(&board)))
        .header("accept", "text/event-stream")
        .header("cookie", &phone);
    let again = server.send(again.body(Body::empty()).expect("request")).await;
    assert_eq!(again.status, 204, "the browser does not connect again");
    add(&server, &cookie, slug, "").await;
    assert!(stream.is_ended().await);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn stream_ends_when_the_role_changes_and_when_the_organization_is_closed(pool: PgPool) {
    let (first, second) = two_servers(pool).await;
    let (owner, board) = first.register_on_page("owner").await;
    let slug = workspace_slug(&board);
    let (member, _) = first.register_on_page("mia").await;
    add_mia(&first, slug).await;
    let id: uuid::Uuid = sqlx::query_scalar("select id from users where email = 'mia@example.org'")
        .fetch_one(&first.owner)
        .await
        .expect("mia");
    sleep(Duration::from_millis(300)).await;
    let mut stream = Stream::open(&second, &member, slug, "age=0").await;
    let form = format!("slug={slug}&change=role&user_id={id}&role=coach");
    let changed = first
        .call_function(&owner, "/_fn/settings/change_members", &form)
        .await;
    assert!(changed.status.is_success(), "{}", changed.text);
    assert!(stream.is_ended().await);
    let mut stream = Stream::open(&second, &member, slug, "age=0").await;
    let password = PASSWORD.replace(' ', "+");
    let form = format!("workspace={slug}&slug={slug}&password={password}");
    let deleted = first
        .call_function(&owner, "/_fn/settings/delete_organization", &form)
        .await;
    assert!(deleted.status.is_success(), "{}", deleted.text);
    assert!(stream.is_ended().await);
    let mut again = Stream::request(&second, &member, slug, "age=0").await;
    assert!(again.is_ended().await, "the page of before leaves, too");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn stream_ends_when_single_sign_on_is_required_of_the_member(pool: PgPool) {
    let (first, second) = two_servers(pool).await;
    let (owner, board) = first.register_on_page("owner").await;
    let slug = workspace_slug(&board);
    let (member, _) = first.register_on_page("mia").await;
    add_mia(&first, slug).await;
    first
        .execute(&format!(
            "insert into tenant_domains (id, tenant_id, domain, token, created_at, verified_at)
               select gen_random_uuid(), id, 'example.org', 'x', now(), now() from tenants where slug = '{slug}';
             insert into tenant_identity_providers
               (tenant_id, issuer, client_id, client_secret, activated_at, created_at, updated_at)
               select id, 'https://id.example', 'x', '', now(), now(), now() from tenants where slug = '{slug}'"
        ))
        .await;
    sleep(Duration::from_millis(300)).await;
    let mut stream = Stream::open(&second, &member, slug, "age=0").await;
    let mut of_owner = Stream::open(&second, &owner, slug, "age=0").await;
    let form = format!("slug={slug}&change=require");
    let changed = first
        .call_function(&owner, "/_fn/settings/change_identity_provider", &form)
        .await;
    assert!(changed.status.is_success(), "{}", changed.text);
    assert!(stream.is_ended().await);
    assert!(!of_owner.is_ended().await, "owners are exempt");
    let mut again = Stream::request(&second, &member, slug, "age=0").await;
    assert!(again.is_ended().await, "the page of before leaves, too");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn stream_ends_when_the_server_shuts_down(pool: PgPool) {
    let server = TestServer::new(pool);
    start(&server).await;
    let (cookie, board) = server.register_on_page("ada").await;
    let mut stream = Stream::open(&server, &cookie, workspace_slug(&board), "age=0").await;
    server.services.db.notifier().close();
    let end = timeout(Duration::from_secs(3), async {
        while stream.next().await.is_some() {}
    })
    .await;
    assert!(end.is_ok());
    assert_eq!(server.services.db.notifier().subscriptions(), 0);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn user_has_a_limited_number_of_streams(pool: PgPool) {
    let server = TestServer::new(pool);
    let (cookie, board) = server.register_on_page("ada").await;
    let slug = workspace_slug(&board);
    let mut open = Vec::new();
    for _ in 0..20 {
        open.push(Stream::open(&server, &cookie, slug, "age=0").await);
    }
    let request = Request::get(format!("/w/{slug}/events"))
        .header(header::HOST, HOST)
        .header("accept", "text/event-stream")
        .header("cookie", &cookie);
    let request = request.body(Body::empty()).expect("request");
    assert_eq!(server.send_stream(request).await.status(), 429);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn revoked_grant_is_announced_to_the_viewer_on_another_server(pool: PgPool) {
    let (first, second) = two_servers(pool).await;
    let (coach_cookie, board) = first.register_on_page("coach").await;
    let slug = workspace_slug(&board);
    let (member_cookie, _) = first.register_on_page("member").await;
    first
        .execute(&format!(
            "insert into memberships (tenant_id, user_id, role, display_name, joined_at)
             select t.id, u.id, 'member', 'Mia', now() from tenants t, users u
             where t.slug = '{slug}' and u.email = 'member@example.org'"
        ))
        .await;
    let coach: (uuid::Uuid,) = sqlx::query_as("select id from users where email = 'coach@example.org'")
        .fetch_one(&first.owner)
        .await
        .expect("coach");
    let headers = [
        ("origin", ORIGIN),
        ("accept", "application/json"),
        ("cookie", member_cookie.as_str()),
    ];
    let form = format!("slug={slug}&viewer_id={}&scope=read", coach.0);
    let granted = first
        .post("/_fn/coaching/grant_access", FORM, &headers, &form)
        .await;
    assert!(granted.status.is_success(), "{}", granted.text);
    let grant: (uuid::Uuid,) = sqlx::query_as("select id from access_grants")
        .fetch_one(&first.owner)
        .await
        .expect("grant");
    sleep(Duration::from_millis(300)).await;
    let mut stream = Stream::open(&second, &coach_cookie, slug, "age=0").await;
    while stream.is_notified().await {}
    let form = format!("slug={slug}&grant_id={}", grant.0);
    let revoked = first
        .post("/_fn/coaching/revoke_access", FORM, &headers, &form)
        .await;
    assert!(revoked.status.is_success(), "{}", revoked.text);
    assert!(stream.is_notified().await);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn comment_of_the_owner_is_announced_to_those_with_access(pool: PgPool) {
    let server = TestServer::new(pool);
    start(&server).await;
    let (coach, board) = server.register_on_page("coach").await;
    let slug = workspace_slug(&board);
    let (member, _) = server.register_on_page("mia").await;
    add_mia(&server, slug).await;
    add(&server, &member, slug, "").await;
    let id: uuid::Uuid = sqlx::query_scalar("select id from job_applications")
        .fetch_one(&server.owner)
        .await
        .expect("an application");
    let comment = format!("slug={slug}&jobapp_id={id}&text=Friday");
    let add_comment = async || {
        let added = server
            .call_function(&member, "/_fn/coaching/add_comment", &comment)
            .await;
        assert!(added.status.is_success(), "{}", added.text);
    };
    sleep(Duration::from_millis(300)).await;
    let mut stream = Stream::open(&server, &coach, slug, "age=0").await;
    while stream.is_notified().await {}
    add_comment().await;
    assert!(!stream.is_notified().await, "without access");
    server
        .execute(
            "insert into access_grants (tenant_id, id, owner_id, viewer_id, scope, created_at)
               select a.tenant_id, gen_random_uuid(), a.owner_id, u.id, 'read', now()
               from job_applications a, users u where u.email = 'coach@example.org'",
        )
        .await;
    add_comment().await;
    assert!(stream.is_notified().await, "with access");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn comment_of_a_coach_is_announced_to_the_others_with_access(pool: PgPool) {
    let server = TestServer::new(pool);
    start(&server).await;
    let (member, board) = server.register_on_page("mia").await;
    let slug = workspace_slug(&board);
    let mut coaches = Vec::new();
    for name in ["carl", "cleo", "cora"] {
        coaches.push(server.register_on_page(name).await.0);
    }
    server
        .execute(&format!(
            "update tenants set kind = 'organization' where slug = '{slug}';
             insert into memberships (tenant_id, user_id, role, display_name, joined_at)
               select t.id, u.id, 'coach', u.email, now() from tenants t, users u
               where t.slug = '{slug}' and u.email like 'c%@example.org'"
        ))
        .await;
    add(&server, &member, slug, "").await;
    server
        .execute(
            "insert into access_grants (tenant_id, id, owner_id, viewer_id, scope, created_at)
               select a.tenant_id, gen_random_uuid(), a.owner_id, u.id, 'comment', now()
               from job_applications a, users u where u.email in ('carl@example.org', 'cleo@example.org')",
        )
        .await;
    let (id, owner): (uuid::Uuid, uuid::Uuid) = sqlx::query_as("select id, owner_id from job_applications")
        .fetch_one(&server.owner)
        .await
        .expect("an application");
    sleep(Duration::from_millis(300)).await;
    let mut other = Stream::open(&server, &coaches[1], slug, "age=0").await;
    let mut without_access = Stream::open(&server, &coaches[2], slug, "age=0").await;
    for stream in [&mut other, &mut without_access] {
        while stream.is_notified().await {}
    }
    let comment = format!("slug={slug}&jobapp_id={id}&owner_id={owner}&text=Friday");
    let added = server
        .call_function(&coaches[0], "/_fn/coaching/add_comment", &comment)
        .await;
    assert!(added.status.is_success(), "{}", added.text);
    assert!(other.is_notified().await);
    assert!(!without_access.is_notified().await);
}
