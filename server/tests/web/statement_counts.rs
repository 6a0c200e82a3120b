//! The number of SQL statements per workspace page, and that it does not depend on the amount of data shown.

use crate::support::TestServer;
use domain::routes::SettingsSection;
use serde_json::json;
use sqlx::PgPool;
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use tracing::{Event, Subscriber};
use tracing_subscriber::{
    Layer,
    layer::{Context, SubscriberExt as _},
};

/// Maximum number of statements per page.
const MAX_STATEMENTS: usize = 24;
/// The same for pages about a client, which also load the client and record the access.
const MAX_CLIENT_STATEMENTS: usize = 28;

/// Counts the statements that sqlx logs, which are all of them.
#[derive(Clone, Default)]
struct StatementCounter(Arc<AtomicUsize>);

impl<S: Subscriber> Layer<S> for StatementCounter {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == "sqlx::query" {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl StatementCounter {
    fn install() -> Self {
        let counter = Self::default();
        tracing::subscriber::set_global_default(tracing_subscriber::registry().with(counter.clone()))
            .expect("the only subscriber of this process");
        counter
    }

    fn take(&self) -> usize {
        self.0.swap(0, Ordering::Relaxed)
    }
}

/// The number of statements for each page, in the order of the paths.
async fn count(
    server: &TestServer,
    counter: &StatementCounter,
    cookie: &str,
    paths: &[String],
) -> Vec<(String, usize)> {
    let mut counts = Vec::new();
    for path in paths {
        // The first request fills the caches.
        for _ in 0..2 {
            counter.take();
            let response = server.get_page(cookie, path).await;
            assert_eq!(response.status, 200, "{path}");
        }
        let page = path.splitn(4, '/').nth(3).unwrap_or_default().to_owned();
        counts.push((page, counter.take()));
    }
    counts
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn pages_send_as_many_statements_for_many_rows_as_for_few(pool: PgPool) {
    let counter = StatementCounter::install();
    let server = TestServer::new(pool);
    let (cookie, board) = server.register_on_page("ada").await;
    let ada = server.login("ada").await;
    let workspace = board.trim_end_matches("/board").to_owned();
    let application = fill(&ada, 2).await;
    let mut paths: Vec<String> = [
        "today",
        "board",
        "applications",
        "inbox",
        "import",
        "import/csv",
        "metrics",
        "groups",
        "cohort",
    ]
    .map(|page| format!("{workspace}/{page}"))
    .into();
    let pages = [
        "duplicates",
        "report",
        &application,
        &format!("{application}/merge"),
    ];
    paths.extend(pages.map(|page| format!("{workspace}/applications/{page}")));
    paths.extend(SettingsSection::ALL.map(|section| format!("{workspace}/settings/{}", section.as_str())));

    let few = count(&server, &counter, &cookie, &paths).await;
    fill(&ada, 40).await;
    add_parts(&ada, &application, 30).await;
    let many = count(&server, &counter, &cookie, &paths).await;
    assert_eq!(few, many);
    assert!(
        many.iter()
            .all(|(_, statements)| (1..=MAX_STATEMENTS).contains(statements)),
        "{many:#?}"
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn client_pages_send_as_many_statements_for_many_rows_as_for_few(pool: PgPool) {
    let counter = StatementCounter::install();
    let server = TestServer::new(pool);
    let (cookie, board) = server.register_on_page("coach").await;
    let workspace = board.trim_end_matches("/board").to_owned();
    let slug = workspace.trim_start_matches("/w/").to_owned();
    let (mia_cookie, _) = server.register_on_page("mia").await;
    server
        .execute(&format!(
            "update tenants set kind = 'organization' where slug = '{slug}'"
        ))
        .await;
    server
        .execute(&format!(
            "insert into memberships (tenant_id, user_id, role, display_name, joined_at)
             select t.id, u.id, 'member', 'Mia', now() from tenants t, users u
             where t.slug = '{slug}' and u.email = 'mia@example.org'"
        ))
        .await;
    let mia = server.login_to("mia", &slug).await;
    let id = async |name: &str| -> String {
        let query = sqlx::query_scalar("select id::text from users where email = $1");
        let email = format!("{name}@example.org");
        query.bind(email).fetch_one(&server.owner).await.expect("user")
    };
    let (coach_id, mia_id) = (id("coach").await, id("mia").await);
    mia.post(
        "/coaching/grant_access",
        json!({"viewer_id": coach_id, "scope": "comment"}),
    )
    .await
    .expect_status(200);
    let application = fill(&mia, 2).await;
    let mut paths = vec![format!("{workspace}/clients")];
    let pages = [
        "board",
        "applications",
        "tasks",
        "metrics",
        &format!("applications/{application}"),
    ];
    paths.extend(pages.map(|page| format!("{workspace}/clients/{mia_id}/{page}")));
    let coach = server.login_to("coach", &slug).await;
    let today = [format!("{workspace}/today")];
    comment(&coach, &mia_id, &application, 1).await;
    let mut few = count(&server, &counter, &cookie, &paths).await;
    few.extend(count(&server, &counter, &mia_cookie, &today).await);
    fill(&mia, 40).await;
    add_parts(&mia, &application, 30).await;
    comment(&coach, &mia_id, &application, 10).await;
    let mut many = count(&server, &counter, &cookie, &paths).await;
    many.extend(count(&server, &counter, &mia_cookie, &today).await);
    assert_eq!(few, many);
    assert!(
        many.iter()
            .all(|(_, statements)| (1..=MAX_CLIENT_STATEMENTS).contains(statements)),
        "{many:#?}"
    );
}

/// Adds comments to an application of a client.
async fn comment(coach: &crate::support::TestClient, client: &str, application: &str, count: usize) {
    for _ in 0..count {
        let body = json!({"jobapp_id": application, "owner_id": client, "text": "Well done."});
        coach.post("/coaching/add_comment", body).await.expect_status(201);
    }
}

/// Adds applications, every second one a duplicate of another. Returns the id of the last one, which has one of every kind of related
/// object.
async fn fill(client: &crate::support::TestClient, applications: usize) -> String {
    let mut last = json!(null);
    for n in 0..applications {
        let company = format!("Company {}", n / 2);
        last = client
            .add_application(json!({"job_title": "Analyst", "company": company, "tags": ["remote"]}))
            .await;
    }
    let id = last["id"].as_str().expect("an id").to_owned();
    add_parts(client, &id, 1).await;
    id
}

/// Adds notes, tasks, interviews and contacts to an application.
async fn add_parts(client: &crate::support::TestClient, id: &str, count: usize) {
    for n in 0..count {
        let parts = [
            (
                "/jobapps/add_jobapp_note",
                json!({"jobapp_id": id, "description": "A note."}),
            ),
            (
                "/tasks/add_task",
                json!({"jobapp_id": id, "title": "Call", "kind": "task", "due_on": "2026-01-02"}),
            ),
            (
                "/interviews/add_interview",
                json!({"jobapp_id": id, "kind": "video", "starts_at": "2027-01-02T10:00:00Z"}),
            ),
            (
                "/contacts/add_contact",
                json!({"jobapp_id": id, "name": format!("Person {n}")}),
            ),
        ];
        for (path, body) in parts {
            client.post(path, body).await.expect_status(201);
        }
    }
}
