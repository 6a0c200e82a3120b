//! The members of an organization in the settings.

use crate::support::{TestServer, workspace_slug};
use sqlx::PgPool;

pub async fn organization(pool: PgPool) -> (TestServer, String, String) {
    let server = TestServer::new(pool);
    let (cookie, board) = server.register_on_page("owner").await;
    let slug = workspace_slug(&board).to_owned();
    server
        .execute("update tenants set kind = 'organization'; update users set email_verified_at = now()")
        .await;
    (server, cookie, slug)
}

/// The page that a form redirects to, with its message.
pub async fn submitted(server: &TestServer, cookie: &str, function: &str, form: &str) -> (String, String) {
    let response = server
        .submit_form(cookie, &format!("/_fn/{function}"), form)
        .await;
    assert!(response.status.is_redirection(), "{}", response.text);
    let flash = response.header("set-cookie");
    let flash = flash.split(';').next().expect("a cookie");
    let path = response.location().to_owned();
    let url = path.split('#').next().expect("a path");
    let page = server.get_page(&format!("{cookie}; {flash}"), url).await;
    (path, page.text)
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn address_of_a_workspace_leads_to_its_first_page_or_says_where_else_to_go(pool: PgPool) {
    let (server, cookie, slug) = organization(pool).await;
    let page = server.get_page(&cookie, &format!("/w/{slug}")).await;
    assert_eq!(page.location(), format!("/w/{slug}/settings/members"));
    for path in ["/w/nowhere/board", "/w/nowhere"] {
        let page = server.get_page(&cookie, path).await;
        assert_eq!(page.status, 404, "{path}");
        for text in ["You may have lost access", &format!("href=\"/w/{slug}/board\"")] {
            assert!(page.text.contains(text), "no {text} in {}", page.text);
        }
        for class in ["sidebar", "bottom-nav"] {
            let nav = page.text.split(&format!("class=\"{class}\"")).nth(1);
            let nav = nav
                .and_then(|text| text.split("</nav>").next())
                .expect("a navigation");
            assert!(!nav.contains("/w/nowhere/"), "where nothing is: {nav}");
        }
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn invalid_address_of_an_organization_is_reported_at_its_field(pool: PgPool) {
    let (server, cookie, slug) = organization(pool).await;
    let form = format!("slug={slug}&name=College&new_slug=no+good");
    let (_, page) = submitted(&server, &cookie, "settings/update_organization", &form).await;
    let field = page.split("id=\"f-new_slug\"").nth(1).expect("the field");
    let field = &field[..field.find("</div>").unwrap_or_default()];
    assert!(field.contains("aria-invalid=\"true\""), "{field}");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn members_are_searched_and_paged_without_a_script(pool: PgPool) {
    let (server, cookie, slug) = organization(pool).await;
    let path = format!("/w/{slug}/settings/members");
    let page = server.get_page(&cookie, &path).await.text;
    assert!(page.contains("No one else is here yet."), "{page}");
    assert!(!page.contains("Filter members"), "{page}");
    server
        .execute(
            "with u as (
               insert into users (id, email, email_normalized, created_at)
               select gen_random_uuid(), 'm' || n || '@x.co', 'm' || n || '@x.co', now() from generate_series(1, 120) n
               returning id, email
             )
             insert into memberships (tenant_id, user_id, role, display_name, joined_at)
             select t.id, u.id, case when u.email = 'm7@x.co' then 'coach' else 'member' end,
               'Zoë ' || lpad(substr(split_part(u.email, '@', 1), 2), 3, '0'), now() from u, tenants t",
        )
        .await;
    let mut seen = Vec::new();
    let mut next = path.clone();
    for (page_number, expected) in [(1, 50), (2, 50), (3, 21)] {
        let page = server.get_page(&cookie, &next).await.text;
        assert!(page.contains("121 members"), "{page}");
        let rows = page.matches("Save the role of ").count();
        assert_eq!(rows, expected, "page {page_number}: {page}");
        seen.extend((1..=120).filter(|n| page.contains(&format!("<b>Zoë {n:03}"))));
        assert_eq!(page.contains("First page"), page_number > 1);
        let link = page.split("rel=\"next\" href=\"").nth(1);
        assert_eq!(link.is_some(), page_number < 3);
        next = link.map_or_else(String::new, |link| {
            link.split('"').next().expect("an address").replace("&amp;", "&")
        });
    }
    seen.sort_unstable();
    assert_eq!(seen, (1..=120).collect::<Vec<_>>());
    for (query, expected) in [
        ("q=zoe+00", "9 members found"),
        ("q=M7%40x", "1 member found"),
        ("role=coach", "1 member found"),
        ("q=nobody", "No one matches."),
        ("q=&role=", "121 members"),
    ] {
        let page = server.get_page(&cookie, &format!("{path}?{query}")).await.text;
        assert!(page.contains(expected), "{query}: {page}");
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn changes_of_members_and_invitations_are_confirmed_beside_their_list(pool: PgPool) {
    let (server, cookie, slug) = organization(pool).await;
    let change = async |fields: &str| {
        let form = format!("slug={slug}&{fields}");
        let (path, page) = submitted(&server, &cookie, "settings/change_members", &form).await;
        let part = path.split('#').nth(1).unwrap_or_default().to_owned();
        (part, page)
    };
    let invite = "email=eve@x.co&role=coach";
    let (part, page) = change(&format!("change=invite&{invite}")).await;
    assert_eq!(part, "invitation-status");
    assert!(
        page.contains("id=\"invitation-status\"") && page.contains("Invitation sent to eve@x.co."),
        "{page}"
    );
    assert!(page.contains("expires in 7 days"), "{page}");
    let (_, page) = change(&format!("change=resend&{invite}")).await;
    assert!(page.contains("Invitation sent again to eve@x.co."), "{page}");
    let id: uuid::Uuid = sqlx::query_scalar("select id from tenant_invitations")
        .fetch_one(&server.owner)
        .await
        .expect("an invitation");
    let log = format!("/w/{slug}/settings/audit");
    let page = server.get_page(&cookie, &log).await.text;
    assert!(page.contains("Concerns: Invitation to eve@x.co"), "{page}");
    let revoke = format!("change=revoke&email=eve@x.co&invitation_id={id}");
    let (part, page) = change(&revoke).await;
    assert_eq!(part, "invitation-status");
    assert!(page.contains("Invitation to eve@x.co revoked."), "{page}");
    let (part, page) = change(&revoke).await;
    assert_eq!(part, "invitations", "where the error is shown");
    assert!(page.contains("role=\"alert\""), "{page}");
    let page = server.get_page(&cookie, &log).await.text;
    assert!(
        page.contains("Concerns: Former member or ended invitation") && !page.contains("eve@x.co"),
        "{page}"
    );
    let (part, page) = change("change=invite&email=nobody&role=member").await;
    assert_eq!(part, "invite");
    assert!(page.contains("value=\"nobody\""), "{page}");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn owner_sees_addresses_of_the_members_to_choose_for_a_group(pool: PgPool) {
    let (server, cookie, slug) = organization(pool).await;
    server.register_on_page("eve").await;
    server
        .execute(&format!(
            "insert into memberships (tenant_id, user_id, role, display_name, joined_at)
             select t.id, u.id, 'member', 'Eve', now() from tenants t, users u
             where t.slug = '{slug}' and u.email = 'eve@example.org'"
        ))
        .await;
    let form = format!("slug={slug}&change=add&name=Evening");
    let (path, page) = submitted(&server, &cookie, "organizations/change_groups", &form).await;
    assert!(path.contains("group="), "{path}");
    assert!(
        page.contains("eve@example.org") && page.contains("data-filter=\"group-choices\""),
        "{page}"
    );
    server
        .execute("update memberships set role = 'coach' where display_name <> 'Eve'")
        .await;
    let page = server.get_page(&cookie, &path).await.text;
    assert!(
        page.contains("Eve") && !page.contains("eve@example.org"),
        "{page}"
    );
}
