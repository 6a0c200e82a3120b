//! Applications of a user with a personal workspace and an organization.

use super::organizations::submitted;
use crate::support::{TestServer, workspace_slug};
use sqlx::PgPool;

/// An organization with the member Ada, whose personal workspace has two applications, one of them closed. Returns the server, the session
/// of Ada, the slug of her personal workspace, and the slug of the organization.
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

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn forms_that_end_memberships_say_what_happens_to_the_applications(pool: PgPool) {
    let server = TestServer::new(pool);
    let (owner, board) = server.register_on_page("boss").await;
    let slug = workspace_slug(&board).to_owned();
    server
        .execute(&format!(
            "update tenants set kind = 'organization' where slug = '{slug}'"
        ))
        .await;
    let settings = async |section: &str| {
        let page = server
            .get_page(&owner, &format!("/w/{slug}/settings/{section}"))
            .await;
        page.text
    };
    let alone = settings("organization").await;
    assert!(
        alone.contains("Type ") && !alone.contains("other member"),
        "{alone}"
    );
    for (name, text) in [
        ("ada", "One other member loses access"),
        ("ben", "2 other members lose access"),
    ] {
        server.register_on_page(name).await;
        server
            .execute(&format!(
                "insert into memberships (tenant_id, user_id, role, display_name, joined_at)
                   select t.id, u.id, 'member', u.email, now() from tenants t, users u
                   where t.slug = '{slug}' and u.email = '{name}@example.org'"
            ))
            .await;
        let page = settings("organization").await;
        assert!(page.contains(text), "no {text} in {page}");
    }
    let members = settings("members").await;
    assert!(
        members.contains("The applications of ada@example.org move to their personal workspace"),
        "{members}"
    );
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
    // The page reports the quota next to the button.
    server
        .execute("update tenants set quotas = '{\"applications\": 2}'; delete from transferred_rows")
        .await;
    let form = format!("slug={there}&which=all&page=settings");
    let (path, page) = submitted(&server, &cookie, "transfers/copy", &form).await;
    assert_eq!(path, format!("/w/{there}/settings/organization"));
    assert!(page.contains("This workspace can have 2 applications"), "{page}");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn chosen_applications_are_copied(pool: PgPool) {
    let (server, cookie, _, there) = organization_and_home(pool).await;
    let settings = format!("/w/{there}/settings/organization");
    let page = server.get_page(&cookie, &settings).await.text;
    assert_eq!(page.matches("name=\"ids[]\"").count(), 2, "{page}");
    let form = format!("slug={there}&which=chosen&page=settings");
    let (path, page) = submitted(&server, &cookie, "transfers/copy", &form).await;
    assert_eq!(path, settings);
    assert!(page.contains("Choose 1 to 500 applications."), "{page}");
    let baker: uuid::Uuid = sqlx::query_scalar("select id from job_applications where job_title = 'Baker'")
        .fetch_one(&server.owner)
        .await
        .expect("an application");
    let (_, page) = submitted(
        &server,
        &cookie,
        "transfers/copy",
        &format!("{form}&ids[]={baker}"),
    )
    .await;
    assert!(page.contains("1 application copied."), "{page}");
    assert!(page.contains("Baker") && !page.contains("Clerk"), "{page}");
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
