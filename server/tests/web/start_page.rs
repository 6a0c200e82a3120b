//! Start pages of users, depending on their roles and applications.

use crate::support::{TestServer, credentials_form, workspace_slug};
use sqlx::PgPool;

/// The page after signing in, and the page that `/home` redirects to.
async fn start(server: &TestServer, name: &str) -> (String, String) {
    let form = credentials_form(&format!("{name}@example.org"));
    let signed_in = server.submit_form("", "/_fn/auth/sign_in", &form).await;
    let cookie = signed_in.session_cookie().expect("a session");
    let home = server.get_page(&cookie, "/home").await;
    (signed_in.location().to_owned(), home.location().to_owned())
}

async fn add(server: &TestServer, cookie: &str, slug: &str) {
    let form = format!("slug={slug}&company=Moss&job_title=Baker");
    let added = server.submit_form(cookie, "/_fn/jobapps/add", &form).await;
    assert!(added.status.is_redirection(), "{}", added.text);
}

/// An organization of `boss` with `ada` in this role. Returns the server, the session of `ada`, the slug of her personal workspace, and the
/// slug of the organization.
async fn organization(pool: PgPool, role: &str) -> (TestServer, String, String, String) {
    let server = TestServer::new(pool);
    let (cookie, board) = server.register_on_page("ada").await;
    let home = workspace_slug(&board).to_owned();
    server.register_on_page("boss").await;
    server
        .execute(&format!(
            "update tenants set kind = 'organization', slug = 'career-center' where id =
               (select m.tenant_id from memberships m join users u on u.id = m.user_id where u.email = 'boss@example.org');
             insert into memberships (tenant_id, user_id, role, display_name, joined_at)
               select t.id, u.id, '{role}', 'Ada', now() from tenants t, users u
               where t.slug = 'career-center' and u.email = 'ada@example.org'"
        ))
        .await;
    (server, cookie, home, "career-center".to_owned())
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn coach_without_applications_begins_with_clients(pool: PgPool) {
    let (server, cookie, home, slug) = organization(pool, "coach").await;
    let clients = format!("/w/{slug}/clients");
    assert_eq!(start(&server, "ada").await, ("/home".into(), clients.clone()));
    let page = server.get_page(&cookie, &clients).await.text;
    let bar = page
        .split("class=\"bottom-nav\"")
        .nth(1)
        .and_then(|rest| rest.split("</nav>").next())
        .expect("the bottom navigation");
    assert!(bar.contains(&clients) && !bar.contains("/inbox"), "{bar}");
    // Users who track applications start with them.
    add(&server, &cookie, &home).await;
    assert_eq!(start(&server, "ada").await.1, format!("/w/{home}/board"));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn pages_of_ones_own_applications_say_that_coaches_have_none(pool: PgPool) {
    let (server, cookie, _, slug) = organization(pool, "coach").await;
    for page in [
        "today",
        "board",
        "applications",
        "inbox",
        "import",
        "import/csv",
        "metrics",
    ] {
        let response = server.get_page(&cookie, &format!("/w/{slug}/{page}")).await;
        assert_eq!(response.status, 200, "{page}");
        let text = response.text;
        assert!(
            text.contains("Coaches don’t track applications in this organization."),
            "{page}: {text}"
        );
        for control in ["Add application", "Import email", "type=\"file\"", "data-wasm="] {
            assert!(!text.contains(control), "{page} has {control}");
        }
        // Neither the navigation nor the menu contains pages that the role does not allow.
        for link in ["today", "board", "applications", "inbox", "import", "metrics"] {
            let link = format!("href=\"/w/{slug}/{link}\"");
            assert!(!text.contains(&link), "{page} has {link}");
        }
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn applications_of_a_member_who_becomes_coach_can_be_read(pool: PgPool) {
    let (server, cookie, _, slug) = organization(pool, "member").await;
    add(&server, &cookie, &slug).await;
    server
        .execute("update memberships set role = 'coach' where display_name = 'Ada'")
        .await;
    let form = credentials_form("ada@example.org");
    let signed_in = server.submit_form("", "/_fn/auth/sign_in", &form).await;
    let cookie = signed_in.session_cookie().expect("a session");
    for page in ["board", "applications"] {
        let text = server.get_page(&cookie, &format!("/w/{slug}/{page}")).await.text;
        assert!(
            text.contains("Moss") && text.contains("You can read the ones you have."),
            "{page}: {text}"
        );
        for control in [
            "Add application",
            "class=\"select-box",
            "class=\"card-menu-button",
        ] {
            assert!(!text.contains(control), "{page} has {control}");
        }
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn owner_without_applications_begins_with_members(pool: PgPool) {
    let (server, _, _, slug) = organization(pool, "member").await;
    let members = format!("/w/{slug}/settings/members");
    assert_eq!(start(&server, "boss").await, ("/home".into(), members));
    let form = credentials_form("boss@example.org");
    let signed_in = server.submit_form("", "/_fn/auth/sign_in", &form).await;
    let cookie = signed_in.session_cookie().expect("a session");
    add(&server, &cookie, &slug).await;
    assert_eq!(start(&server, "boss").await.1, format!("/w/{slug}/board"));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn member_begins_with_the_board(pool: PgPool) {
    let (server, cookie, home, slug) = organization(pool, "member").await;
    let board = format!("/w/{home}/board");
    assert_eq!(start(&server, "ada").await, (board.clone(), board));
    let page = server.get_page(&cookie, &format!("/w/{slug}/board")).await.text;
    let bar = page
        .split("class=\"bottom-nav\"")
        .nth(1)
        .expect("the bottom navigation");
    assert!(!bar.contains("/clients"), "{bar}");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn landing_page_leads_signed_in_users_to_their_workspace(pool: PgPool) {
    let server = TestServer::new(pool);
    let (cookie, _) = server.register_on_page("ada").await;
    let page = server.get_page(&cookie, "/").await.text;
    assert!(
        page.contains("href=\"/home\"") && page.contains("Open JobHax"),
        "{page}"
    );
    assert!(
        !page.contains("Sign in<") && !page.contains("Create an account"),
        "{page}"
    );
    let page = server.get_page("", "/").await.text;
    assert!(
        page.contains("Sign in<") && !page.contains("Open JobHax"),
        "{page}"
    );
    assert!(page.contains("For career centers and courses"), "{page}");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn board_asks_for_its_module_with_a_script_only(pool: PgPool) {
    let server = TestServer::new(pool);
    let (cookie, board) = server.register_on_page("ada").await;
    let page = server.get_page(&cookie, &board).await.text;
    assert!(page.contains("data-wasm="), "{page}");
    assert!(
        !page.contains("as=\"fetch\""),
        "a browser without scripts would load it for nothing"
    );
}
