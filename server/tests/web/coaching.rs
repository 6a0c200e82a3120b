//! The pages about a client, and the pages of a coach that are not about a client.

use crate::support::{
    FORM, ORIGIN, TestServer, credentials_form,
    operations::{MULTIPART, file_form},
    workspace_slug,
};
use sqlx::PgPool;
use uuid::Uuid;

pub struct World {
    pub server: TestServer,
    /// The slug of the organization.
    pub slug: String,
    /// The session cookies of the coach, who owns the organization, and of a member.
    pub coach: String,
    pub member: String,
    pub coach_id: Uuid,
    pub member_id: Uuid,
    pub application: Uuid,
}

impl World {
    pub async fn new(pool: PgPool) -> Self {
        Self::on(TestServer::new(pool)).await
    }

    pub async fn on(server: TestServer) -> Self {
        let (coach, board) = server.register_on_page("coach").await;
        let slug = workspace_slug(&board).to_owned();
        server.register_on_page("member").await;
        server
            .execute(&format!(
                "update tenants set kind = 'organization' where slug = '{slug}'"
            ))
            .await;
        server
            .execute(&format!(
                "insert into memberships (tenant_id, user_id, role, display_name, joined_at)
                 select t.id, u.id, 'member', 'Mia Member', now() from tenants t, users u
                 where t.slug = '{slug}' and u.email = 'member@example.org'"
            ))
            .await;
        let form = credentials_form("member@example.org");
        let signed_in = server.submit_form("", "/_fn/auth/sign_in", &form).await;
        let member = signed_in.session_cookie().expect("a session");
        let id = async |email: &str| -> Uuid {
            sqlx::query_scalar("select id from users where email = $1")
                .bind(email)
                .fetch_one(&server.owner)
                .await
                .expect("user")
        };
        let (coach_id, member_id) = (id("coach@example.org").await, id("member@example.org").await);
        let mut world = Self {
            server: server.clone(),
            slug,
            coach,
            member,
            coach_id,
            member_id,
            application: Uuid::nil(),
        };
        let form = format!("slug={}&company=CANARY&job_title=Baker", world.slug);
        let added = world
            .call(&world.member, "jobapps/add", &form)
            .await
            .expect_status(200);
        world.application = added["id"].as_str().expect("an id").parse().expect("a UUID");
        world
    }

    pub async fn call(&self, cookie: &str, function: &str, form: &str) -> crate::support::TestResponse {
        let headers = [
            ("origin", ORIGIN),
            ("accept", "application/json"),
            ("cookie", cookie),
        ];
        self.server
            .post(&format!("/_fn/{function}"), FORM, &headers, form)
            .await
    }

    pub async fn grant(&self, scope: &str) {
        let form = format!("slug={}&viewer_id={}&scope={scope}", self.slug, self.coach_id);
        let granted = self.call(&self.member, "coaching/grant_access", &form).await;
        assert!(granted.status.is_success(), "{}", granted.text);
    }

    pub async fn revoke(&self) {
        let id: Uuid = sqlx::query_scalar("select id from access_grants")
            .fetch_one(&self.server.owner)
            .await
            .expect("a grant");
        let form = format!("slug={}&grant_id={id}", self.slug);
        let revoked = self.call(&self.member, "coaching/revoke_access", &form).await;
        assert!(revoked.status.is_success(), "{}", revoked.text);
    }

    /// A page of the organization: status and text.
    pub async fn page(&self, cookie: &str, path: &str) -> (u16, String) {
        let response = self
            .server
            .get_page(cookie, &format!("/w/{}/{path}", self.slug))
            .await;
        (response.status.as_u16(), response.text)
    }

    pub fn client_pages(&self) -> [String; 5] {
        let client = format!("clients/{}", self.member_id);
        [
            format!("{client}/applications"),
            format!("{client}/applications/{}", self.application),
            format!("{client}/metrics"),
            format!("{client}/board"),
            format!("{client}/tasks"),
        ]
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn client_pages_exist_while_the_grant_does_and_have_no_forms_but_comments(pool: PgPool) {
    let world = World::new(pool).await;
    for page in world.client_pages() {
        assert_eq!(world.page(&world.coach, &page).await.0, 404, "{page}");
        assert_eq!(
            world.page(&world.member, &page).await.0,
            403,
            "a member has no clients: {page}"
        );
    }
    world.grant("read").await;
    let (status, clients) = world.page(&world.coach, "clients").await;
    assert_eq!(status, 200);
    assert!(clients.contains("Mia Member"), "{clients}");
    for page in world.client_pages() {
        let (status, text) = world.page(&world.coach, &page).await;
        assert_eq!(status, 200, "{page}");
        assert!(text.contains("You see Mia Member’s applications."), "{page}");
        // The only forms are those of the layout: sign out and theme.
        for form in text.split("action=\"/_fn/").skip(1) {
            let action = form.split('"').next().unwrap_or_default();
            assert!(
                action.starts_with("layout/") || action.starts_with("theme/"),
                "{page} has the form {action}"
            );
        }
    }
    let application = &world.client_pages()[1];
    world.grant("comment").await;
    let (_, text) = world.page(&world.coach, application).await;
    assert!(text.contains("/_fn/coaching/add_comment"));
    let form = format!(
        "slug={}&jobapp_id={}&owner_id={}&text=Well+done",
        world.slug, world.application, world.member_id
    );
    let added = world.call(&world.coach, "coaching/add_comment", &form).await;
    assert!(added.status.is_success(), "{}", added.text);
    let own = format!("applications/{}", world.application);
    let (_, text) = world.page(&world.member, &own).await;
    assert!(text.contains("Well done"), "the member sees the comment");
    let (_, text) = world.page(&world.member, "settings/sharing").await;
    assert!(
        text.contains("CANARY, Baker"),
        "the member sees who looked: {text}"
    );
    world.revoke().await;
    for page in world.client_pages() {
        let (status, text) = world.page(&world.coach, &page).await;
        assert_eq!(status, 404, "{page}");
        assert!(
            text.contains("Mia Member no longer shares with you"),
            "{page}: {text}"
        );
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn other_pages_of_a_coach_show_nothing_of_clients(pool: PgPool) {
    let world = World::new(pool).await;
    world.grant("comment").await;
    for page in [
        "today",
        "board",
        "applications",
        "inbox",
        "metrics",
        "import",
        "settings/deleted",
        "applications/export",
    ] {
        let (status, text) = world.page(&world.coach, page).await;
        assert_eq!(status, 200, "{page}");
        assert!(
            !text.contains("CANARY"),
            "{page} shows an application of a client"
        );
    }
    let own = format!("applications/{}", world.application);
    assert_eq!(world.page(&world.coach, &own).await.0, 404);
    let form = format!("slug={}&query=canary&q=canary", world.slug);
    let found = world.call(&world.coach, "jobapps/search", &form).await;
    assert!(!found.text.contains("CANARY"), "{}", found.text);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn client_board_links_to_applications_and_cannot_be_changed(pool: PgPool) {
    let world = World::new(pool).await;
    world.grant("read").await;
    let board = format!("clients/{}/board", world.member_id);
    let (_, text) = world.page(&world.coach, &board).await;
    // The link is relative to the board and leads to the client's application.
    assert!(
        text.contains(&format!("href=\"applications/{}\"", world.application)),
        "{text}"
    );
    assert!(text.contains("CANARY"));
    for control in [
        "class=\"card-menu-button",
        "class=\"select-box",
        "form=\"open-form",
        "<leptos-island",
        "Add to Applied",
    ] {
        assert!(!text.contains(control), "the board has {control}");
    }
    let (_, none) = world.page(&world.coach, &format!("{board}?q=nothing")).await;
    assert!(!none.contains("CANARY"), "the filter applies");
    assert!(none.contains("No application matches."));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn client_board_with_large_column_leads_to_all_cards(pool: PgPool) {
    let world = World::new(pool).await;
    world.grant("read").await;
    world
        .server
        .execute(&format!(
            "insert into job_applications (tenant_id, owner_id, id, job_title, company, source, apply_date, stage_id, stage_changed_at,
               search_text, match_key, created_at, updated_at, version)
             select a.tenant_id, a.owner_id, gen_random_uuid(), 'Baker', 'Firm ' || n, a.source, a.apply_date, a.stage_id,
               a.stage_changed_at - n * interval '1 minute', a.search_text, a.match_key, a.created_at, a.updated_at, 1
             from job_applications a, generate_series(1, 150) n where a.id = '{}'",
            world.application
        ))
        .await;
    let cards = |text: &str| text.matches("data-card=").count();
    let board = format!("clients/{}/board", world.member_id);
    let (_, text) = world.page(&world.coach, &board).await;
    assert_eq!(cards(&text), 100);
    let more = text
        .split("href=\"?stage=")
        .nth(1)
        .and_then(|rest| rest.split(['"', '#']).next());
    let more = more.expect("a link to more cards").replace("&amp;", "&");
    let (_, text) = world.page(&world.coach, &format!("{board}?stage={more}")).await;
    assert_eq!(cards(&text), 151);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn assigned_task_says_who_assigned_it_also_after_the_grant_is_revoked(pool: PgPool) {
    let world = World::new(pool).await;
    world.grant("comment").await;
    let forms = [
        ("", "Update your CV"),
        (&*format!("&jobapp_id={}", world.application), "Call the bakery"),
    ];
    for (application, title) in forms {
        let form = format!(
            "slug={}&owner_id={}&title={title}&kind=task&due_on=2020-01-01{application}",
            world.slug, world.member_id
        );
        let added = world.call(&world.coach, "jobapps/add_task", &form).await;
        assert!(added.status.is_success(), "{}", added.text);
    }
    let (_, tasks) = world
        .page(&world.coach, &format!("clients/{}/tasks", world.member_id))
        .await;
    for part in [
        "Update your CV",
        "Call the bakery",
        "Baker · CANARY",
        "Assigned by you",
        "Withdraw",
    ] {
        assert!(tasks.contains(part), "no {part} in {tasks}");
    }
    let panel = format!("applications/{}", world.application);
    let (_, seen) = world
        .page(&world.coach, &format!("clients/{}/{panel}", world.member_id))
        .await;
    assert!(seen.contains("Call the bakery") && seen.contains("Assigned by you"));
    world.revoke().await;
    for page in ["today", &panel] {
        let (_, text) = world.page(&world.member, page).await;
        assert!(text.contains("Call the bakery"), "{page}");
        assert!(text.contains("Assigned by coach"), "{page}: {text}");
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn member_sees_a_request_on_today_and_answers_it_in_the_settings(pool: PgPool) {
    let world = World::new(pool).await;
    let (_, clients) = world.page(&world.coach, "clients").await;
    assert!(
        clients.contains("Ask members") && clients.contains("Mia Member"),
        "{clients}"
    );
    let form = format!(
        "slug={}&user_ids[]={}&scope=comment&message=%3Cb%3EHello%3C%2Fb%3E",
        world.slug, world.member_id
    );
    let asked = world.call(&world.coach, "coaching/request_access", &form).await;
    assert!(asked.status.is_success(), "{}", asked.text);
    let (_, clients) = world.page(&world.coach, "clients").await;
    assert!(
        clients.contains("No answer yet.") && clients.contains("Withdraw"),
        "{clients}"
    );
    let (_, today) = world.page(&world.member, "today").await;
    assert!(today.contains("1 request to see your applications"), "{today}");
    let (_, sharing) = world.page(&world.member, "settings/sharing").await;
    assert!(sharing.contains("asks for access"), "{sharing}");
    assert!(sharing.contains("&lt;b&gt;Hello&lt;/b&gt;"), "plain text");
    let id: Uuid = sqlx::query_scalar("select id from access_requests")
        .fetch_one(&world.server.owner)
        .await
        .expect("a request");
    let form = format!(
        "slug={}&request_id={id}&answer=grant&scope=read&until=",
        world.slug
    );
    let answered = world
        .call(&world.member, "coaching/answer_access_request", &form)
        .await;
    assert!(answered.status.is_success(), "{}", answered.text);
    let board = format!("clients/{}/board", world.member_id);
    let (status, text) = world.page(&world.coach, &board).await;
    assert_eq!(status, 200);
    assert!(text.contains("You can't change anything.") || text.contains("You can&#x27;t change anything."));
    let (_, today) = world.page(&world.member, "today").await;
    assert!(!today.contains("to see your applications"));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn coach_downloads_a_file_which_the_access_log_records(pool: PgPool) {
    let world = World::new(pool).await;
    let id = world.application.to_string();
    let upload = format!("/w/{}/files?jobapp_id={id}", world.slug);
    let headers = [("origin", ORIGIN), ("cookie", world.member.as_str())];
    let stored = world
        .server
        .post(&upload, MULTIPART, &headers, &file_form(&id))
        .await;
    assert_eq!(stored.status, 303, "{}", stored.text);
    let file: Uuid = sqlx::query_scalar("select id from files")
        .fetch_one(&world.server.owner)
        .await
        .expect("a file");
    let path = format!("files?file_id={file}&owner_id={}", world.member_id);
    assert_eq!(world.page(&world.coach, &path).await.0, 404, "no grant");
    world.grant("read").await;
    let (status, page) = world.page(&world.coach, &world.client_pages()[1]).await;
    assert_eq!(status, 200);
    assert!(page.contains(&path.replace('&', "&amp;")), "{page}");
    world.server.execute("truncate access_log").await;
    let (status, text) = world.page(&world.coach, &path).await;
    assert_eq!((status, text.contains("Subject: x")), (200, true), "{text}");
    let logged: Option<Uuid> = sqlx::query_scalar("select application_id from access_log")
        .fetch_one(&world.server.owner)
        .await
        .expect("one entry");
    assert_eq!(logged, Some(world.application));
    // The file is not accessible without the client in the URL, or after the access has ended.
    let unnamed = format!("files?file_id={file}");
    assert_eq!(world.page(&world.coach, &unnamed).await.0, 404);
    assert_eq!(world.page(&world.member, &unnamed).await.0, 200);
    world.revoke().await;
    assert_eq!(world.page(&world.coach, &path).await.0, 404);
}

/// The URL of the link to the next page.
fn next_page(html: &str) -> Option<String> {
    let tag = html.split("<a ").find(|tag| tag.contains("rel=\"next\""))?;
    let href = tag.split("href=\"").nth(1)?.split('"').next()?;
    Some(href.replace("&amp;", "&"))
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn clients_and_invitations_are_listed_in_pages_without_a_script(pool: PgPool) {
    let world = World::new(pool).await;
    let (slug, coach) = (&world.slug, world.coach_id);
    let sql = format!(
        "insert into users (id, email, email_normalized, created_at)
           select gen_random_uuid(), 'c' || n || '@example.org', 'c' || n || '@example.org', now() from generate_series(10, 69) n;
         insert into memberships (tenant_id, user_id, role, display_name, joined_at)
           select t.id, u.id, 'member', 'Client ' || substr(u.email, 2, 2), now()
           from tenants t, users u where t.slug = '{slug}' and u.email ~ '^c[0-9]';
         insert into access_grants (tenant_id, id, owner_id, viewer_id, scope, created_at)
           select m.tenant_id, gen_random_uuid(), m.user_id, '{coach}', 'read', now()
           from memberships m where m.display_name like 'Client %';
         insert into tenant_invitations
           (id, tenant_id, email, email_normalized, role, invited_by, token_hash, created_at, expires_at)
           select gen_random_uuid(), t.id, 'i' || n || '@example.org', 'i' || n || '@example.org', 'member', '{coach}',
             sha256(n::text::bytea), now() - n * interval '1 second', '2100-01-01'
           from tenants t, generate_series(10, 69) n where t.slug = '{slug}'"
    );
    world.server.execute(&sql).await;
    let clients = |html: &str| html.matches("class=\"title-cell\"").count();
    let (status, first) = world.page(&world.coach, "clients").await;
    assert_eq!((status, clients(&first)), (200, 50));
    assert!(
        first.contains("60 clients") && first.contains("Client 10"),
        "{first}"
    );
    let next = next_page(&first).expect("a next page");
    let second = world.server.get_page(&world.coach, &next).await.text;
    assert_eq!(clients(&second), 10);
    assert!(second.contains("Client 69") && next_page(&second).is_none());

    let (_, found) = world.page(&world.coach, "clients?q=c42%40").await;
    assert_eq!(clients(&found), 1);
    assert!(found.contains("Client 42") && found.contains("1 client found"));
    let (_, none) = world.page(&world.coach, "clients?q=nobody").await;
    assert!(none.contains("No one matches.") && none.contains("Clear search"));

    let (_, first) = world.page(&world.coach, "settings/members?q=Mia").await;
    assert!(first.contains("60 invitations are pending.") && first.contains("i10@example.org"));
    let next = next_page(&first).expect("a next page of invitations");
    assert!(next.contains("q=Mia") && next.ends_with("#invitations"), "{next}");
    let next = next.trim_end_matches("#invitations");
    let second = world.server.get_page(&world.coach, next).await.text;
    assert!(second.contains("i69@example.org") && !second.contains("i10@example.org"));
    assert!(
        second.contains("Mia Member") && !second.contains("Client 10"),
        "the search stays"
    );
}
