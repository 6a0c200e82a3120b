//! The members of an organization in the settings.

use crate::support::{ORIGIN, TestServer, operations::MULTIPART, workspace_slug};
use sqlx::PgPool;

/// The parts of a form: names, names of files, and contents.
fn form(parts: &[(&str, Option<&str>, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, file_name, content) in parts {
        let file_name = file_name
            .map(|name| format!("; filename=\"{name}\""))
            .unwrap_or_default();
        body.extend(
            format!("--XyZ\r\nContent-Disposition: form-data; name=\"{name}\"{file_name}\r\n\r\n").bytes(),
        );
        body.extend(*content);
        body.extend(b"\r\n");
    }
    body.extend(b"--XyZ--\r\n");
    body
}

/// The page of the members after sending this form.
async fn invite(server: &TestServer, cookie: &str, slug: &str, body: Vec<u8>) -> String {
    let headers = [
        ("origin", ORIGIN),
        ("sec-fetch-site", "same-origin"),
        ("accept", "text/html"),
        ("cookie", cookie),
    ];
    let page = format!("/w/{slug}/settings/members");
    let sent = server
        .post(&format!("{page}/invite"), MULTIPART, &headers, body)
        .await;
    let (location, part) = sent.location().split_once('#').unwrap_or_default();
    assert_eq!(
        (sent.status.as_u16(), location),
        (303, page.as_str()),
        "{}",
        sent.text
    );
    let flash = sent.header("set-cookie");
    let flash = flash.split(';').next().expect("a cookie");
    let text = server.get_page(&format!("{cookie}; {flash}"), &page).await.text;
    // What the redirect brings into view is there, unless the caller may not invite.
    let is_there = text.contains(&format!("id=\"{part}\""));
    assert!(is_there || !text.contains("id=\"invite\""), "no {part} in {text}");
    text
}

async fn organization(pool: PgPool) -> (TestServer, String, String) {
    let server = TestServer::new(pool);
    let (cookie, board) = server.register_on_page("owner").await;
    let slug = workspace_slug(&board).to_owned();
    server
        .execute("update tenants set kind = 'organization'; update users set email_verified_at = now()")
        .await;
    (server, cookie, slug)
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn list_of_addresses_is_invited_and_its_problems_are_shown(pool: PgPool) {
    let (server, cookie, slug) = organization(pool).await;
    let list = b"email;role\neve@x.co;coach\nnobody;\nowner@example.org;".as_slice();
    // As a browser sends it when no file was chosen.
    let no_file = ("file", Some(""), b"".as_slice());
    let body = form(&[
        ("addresses", None, list),
        no_file,
        ("role", None, b"member"),
        ("message", None, b""),
    ]);
    let page = invite(&server, &cookie, &slug, body).await;
    for text in [
        "1 invited, 2 not invited.",
        "nobody",
        "Is a member already.",
        "eve@x.co",
        // The line to correct is back in the field, with the head of the table.
        "email;role\nnobody;",
    ] {
        assert!(page.contains(text), "no {text} in {page}");
    }
    let body = form(&[
        ("addresses", None, b" "),
        no_file,
        ("role", None, b"coach"),
        ("message", None, b"Welcome"),
    ]);
    let page = invite(&server, &cookie, &slug, body).await;
    for text in [
        "Enter at least one address.",
        "value=\"coach\" selected",
        "Welcome",
    ] {
        assert!(page.contains(text), "no {text} in {page}");
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn group_of_a_list_is_shown_with_its_invitations(pool: PgPool) {
    let (server, cookie, slug) = organization(pool).await;
    let group = uuid::Uuid::from_u128(7);
    server
        .execute(&format!(
            "insert into groups (tenant_id, id, name, name_key, created_at)
               select id, '{group}', 'Spring', 'spring', now() from tenants where slug = '{slug}'"
        ))
        .await;
    let group_id = group.to_string();
    let list = |addresses: &'static [u8]| {
        form(&[
            ("addresses", None, addresses),
            ("role", None, b"member"),
            ("group_id", None, group_id.as_bytes()),
        ])
    };
    let page = invite(&server, &cookie, &slug, list(b"eve@x.co")).await;
    assert!(page.contains("Member, group “Spring”, invited by "), "{page}");
    let page = invite(&server, &cookie, &slug, list(b"nobody")).await;
    let select = page.split("id=\"invite-many-group\"").nth(1);
    let select = select.and_then(|text| text.split("</select>").next());
    let chosen = format!("value=\"{group}\" selected");
    assert!(select.is_some_and(|text| text.contains(&chosen)), "{page}");
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
async fn file_of_addresses_is_invited(pool: PgPool) {
    let (server, cookie, slug) = organization(pool).await;
    let invited = async |name: &str, content: &[u8], addresses: &[u8]| {
        let body = form(&[
            ("role", None, b"member"),
            ("addresses", None, addresses),
            ("file", Some(name), content),
        ]);
        invite(&server, &cookie, &slug, body).await
    };
    // A table that was saved in a spreadsheet.
    let utf16: Vec<u8> = "\u{feff}email\trole\r\neve@x.co\tcoach\r\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let many = (1..=500)
        .map(|n| format!("m{n}@x.co\n"))
        .collect::<Vec<_>>()
        .concat();
    for (name, content, addresses, expected) in [
        (
            "list.txt",
            b"ada@x.co, ben@x.co\nada@x.co".as_slice(),
            b"".as_slice(),
            "2 invited, 1 not invited.",
        ),
        ("list.csv", &utf16, b"", "1 invited."),
        (
            "list.csv",
            b"email;role\nzo\xeb@x.co;member\ncy@x.co;admin",
            b"",
            "2 invited.",
        ),
        ("empty.csv", b"", b"", "Enter at least one address."),
        (
            "list.csv",
            b"dan@x.co",
            b"eve@x.co",
            "Paste addresses or choose a file, not both.",
        ),
        (
            "many.txt",
            format!("{many}one@x.co").as_bytes(),
            b"",
            "Send at most 500 addresses at once.",
        ),
        ("large.txt", &vec![b'a'; 600_000], b"", "This list is too large."),
        ("huge.txt", &vec![b'a'; 3_000_000], b"", "This list is too large."),
        (
            "table.xlsx",
            b"PK\x03\x04\x00\x00\x08\x00",
            b"",
            "This is not a text file.",
        ),
    ] {
        let page = invited(name, content, addresses).await;
        assert!(page.contains(expected), "{name}: no {expected} in {page}");
    }
    let sql =
        "select count(*) from tenant_invitations where email in ('ada@x.co', 'ben@x.co') and role = 'member'
       or email = 'eve@x.co' and role = 'coach' or email = 'cy@x.co' and role = 'admin' or email = 'zoë@x.co' and role = 'member'";
    assert_eq!(server.count(sql).await, 5);
    assert_eq!(server.count("select count(*) from tenant_invitations").await, 5);
    server.execute("update memberships set role = 'member'").await;
    let page = invited("list.txt", b"fay@x.co", b"").await;
    assert!(!page.contains("invited."), "{page}");
    assert_eq!(server.count("select count(*) from tenant_invitations").await, 5);
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
    let url = path.split('#').next().expect("a path");
    let page = server.get_page(&format!("{cookie}; {flash}"), url).await;
    (path, page.text)
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
