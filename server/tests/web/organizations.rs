//! The members of an organization in the settings.

use crate::support::{TestServer, workspace_slug};
use sqlx::PgPool;

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn list_of_addresses_is_invited_and_its_problems_are_shown(pool: PgPool) {
    let server = TestServer::new(pool);
    let (cookie, board) = server.register_on_page("owner").await;
    let slug = workspace_slug(&board).to_owned();
    server
        .execute("update tenants set kind = 'organization'; update users set email_verified_at = now()")
        .await;
    let form = format!(
        "slug={slug}&role=member&addresses=email%3Brole%0Aeve%40x.co%3Bcoach%0Anobody%3B%0Aowner%40example.org%3B"
    );
    let sent = server
        .submit_form(&cookie, "/_fn/settings/invite_members", &form)
        .await;
    assert!(sent.status.is_redirection(), "{}", sent.text);
    let flash = sent.header("set-cookie");
    let flash = flash.split(';').next().expect("a cookie");
    let cookies = format!("{cookie}; {flash}");
    let page = server
        .get_page(&cookies, &format!("/w/{slug}/settings/members"))
        .await;
    for text in [
        "1 invited, 2 not invited.",
        "nobody",
        "Is a member already.",
        "eve@x.co",
    ] {
        assert!(page.text.contains(text), "no {text} in {}", page.text);
    }
    let rejected = server
        .submit_form(
            &cookie,
            "/_fn/settings/invite_members",
            &format!("slug={slug}&role=member&addresses=+"),
        )
        .await;
    let flash = rejected.header("set-cookie");
    let flash = flash.split(';').next().expect("a cookie");
    let cookies = format!("{cookie}; {flash}");
    let page = server
        .get_page(&cookies, &format!("/w/{slug}/settings/members"))
        .await;
    assert!(page.text.contains("Enter at least one address."), "{}", page.text);
}

/// An organization whose owner has a personal workspace with two applications, one of them closed: the server, the session, both slugs.
async fn organization_and_home(pool: PgPool) -> (TestServer, String, String, String) {
    let server = TestServer::new(pool);
    let (cookie, board) = server.register_on_page("ada").await;
    let home = workspace_slug(&board).to_owned();
    server.register_on_page("boss").await;
    server
        .execute(
            "update tenants set kind = 'organization', slug = 'career-center' where id =
               (select m.tenant_id from memberships m join users u on u.id = m.user_id where u.email = 'boss@example.org');
             insert into memberships (tenant_id, user_id, role, display_name, joined_at)
               select t.id, u.id, 'member', 'Ada', now() from tenants t, users u
               where t.slug = 'career-center' and u.email = 'ada@example.org'",
        )
        .await;
    for title in ["Baker", "Clerk"] {
        let form = format!("slug={home}&company=Moss&job_title={title}");
        let added = server.submit_form(&cookie, "/_fn/jobapps/add", &form).await;
        assert!(added.status.is_redirection(), "{}", added.text);
    }
    server
        .execute("update job_applications set outcome = 'rejected' where job_title = 'Clerk'")
        .await;
    (server, cookie, home, "career-center".to_owned())
}

/// The page that a form leads to, with its message.
async fn submitted(server: &TestServer, cookie: &str, function: &str, form: &str) -> (String, String) {
    let response = server
        .submit_form(cookie, &format!("/_fn/{function}"), form)
        .await;
    assert!(response.status.is_redirection(), "{}", response.text);
    let flash = response.header("set-cookie");
    let flash = flash.split(';').next().expect("a cookie");
    let path = response.location().to_owned();
    let page = server.get_page(&format!("{cookie}; {flash}"), &path).await;
    (path, page.text)
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn empty_board_of_an_organization_offers_the_personal_applications(pool: PgPool) {
    let (server, cookie, home, there) = organization_and_home(pool).await;
    let board = server.get_page(&cookie, &format!("/w/{there}/board")).await;
    for text in [
        "Copy applications from your personal workspace",
        "Copy all 2",
        "Copy 1 open",
    ] {
        assert!(board.text.contains(text), "no {text} in {}", board.text);
    }
    let at_home = server.get_page(&cookie, &format!("/w/{home}/board")).await;
    assert!(!at_home.text.contains("Copy all"));
    let settings = server
        .get_page(&cookie, &format!("/w/{there}/settings/organization"))
        .await;
    for text in [
        "Copy all 2",
        "Move to my personal workspace",
        "Leave without them",
        "download your data",
    ] {
        assert!(settings.text.contains(text), "no {text} in {}", settings.text);
    }
    let form = format!("slug={there}&which=open");
    let (path, page) = submitted(&server, &cookie, "transfers/copy", &form).await;
    assert_eq!(path, format!("/w/{there}/board"));
    assert!(page.contains("1 application copied."), "{page}");
    assert!(page.contains("Baker") && !page.contains("Copy all"), "{page}");
    let (_, page) = submitted(
        &server,
        &cookie,
        "transfers/copy",
        &format!("slug={there}&which=all"),
    )
    .await;
    assert!(
        page.contains("1 application copied; 1 in this workspace already."),
        "{page}"
    );
    // A quota is reported where the button is.
    server
        .execute("update tenants set quotas = '{\"applications\": 2}'; delete from transferred_rows")
        .await;
    let form = format!("slug={there}&which=all&page=settings");
    let (path, page) = submitted(&server, &cookie, "transfers/copy", &form).await;
    assert_eq!(path, format!("/w/{there}/settings/organization"));
    assert!(page.contains("This workspace can have 2 applications"), "{page}");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn member_leaves_with_or_without_the_applications(pool: PgPool) {
    let (server, cookie, home, there) = organization_and_home(pool).await;
    let form = format!("slug={there}&company=Fernway&job_title=Miller");
    server.submit_form(&cookie, "/_fn/jobapps/add", &form).await;
    let form = format!("slug={there}&take_along=move");
    let (path, page) = submitted(&server, &cookie, "settings/leave_organization", &form).await;
    assert_eq!(path, format!("/w/{home}/board"));
    assert!(
        page.contains("1 application moved.") && page.contains("Miller"),
        "{page}"
    );
    assert_eq!(
        server
            .get_page(&cookie, &format!("/w/{there}/board"))
            .await
            .status,
        404
    );
}
