//! Asking for access, what both users see of the request, and what remains after the access has ended.

use super::coaching::World;
use crate::support::TestServer;
use sqlx::PgPool;
use uuid::Uuid;

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn ended_access_is_reported_only_to_those_who_had_it(pool: PgPool) {
    let world = World::new(pool).await;
    let page = format!("clients/{}/board", world.member_id);
    let report = "no longer shares with you";
    let (status, text) = world.page(&world.coach, &page).await;
    assert_eq!((status, text.contains(report)), (404, false), "no grant yet");
    // A grant that has expired without being used.
    world.grant("read").await;
    world
        .server
        .execute("update access_grants set expires_at = now() - interval '1 day', created_at = now() - interval '2 days'")
        .await;
    let (status, text) = world.page(&world.coach, &page).await;
    assert_eq!((status, text.contains(report)), (404, true), "{text}");
    let unknown = format!("clients/{}/board", Uuid::from_u128(7));
    let (status, text) = world.page(&world.coach, &unknown).await;
    assert_eq!((status, text.contains(report)), (404, false), "{text}");
    // A former member has no name here.
    world
        .server
        .execute("delete from memberships where display_name = 'Mia Member'")
        .await;
    let (status, text) = world.page(&world.coach, &page).await;
    assert_eq!((status, text.contains("Mia")), (404, false), "{text}");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn grant_to_a_former_coach_is_shown_as_without_effect(pool: PgPool) {
    let world = World::new(pool).await;
    world.grant("comment").await;
    let (_, sharing) = world.page(&world.member, "settings/sharing").await;
    assert!(
        sharing.contains("Can read, comment and assign tasks, until you revoke it"),
        "{sharing}"
    );
    world
        .server
        .execute(&format!(
            "update memberships set role = 'member' where user_id = '{}'",
            world.coach_id
        ))
        .await;
    let (_, sharing) = world.page(&world.member, "settings/sharing").await;
    assert!(sharing.contains("No access while coach is a member"), "{sharing}");
    assert!(!sharing.contains("until you revoke it<"), "{sharing}");
}

/// Adds 60 members, `Client 10` to `Client 69`, and returns their ids.
async fn add_members(world: &World) -> Vec<Uuid> {
    let slug = &world.slug;
    let sql = format!(
        "insert into users (id, email, email_normalized, created_at)
           select gen_random_uuid(), 'c' || n || '@example.org', 'c' || n || '@example.org', now() from generate_series(10, 69) n;
         insert into memberships (tenant_id, user_id, role, display_name, joined_at)
           select t.id, u.id, 'member', 'Client ' || substr(u.email, 2, 2), now()
           from tenants t, users u where t.slug = '{slug}' and u.email ~ '^c[0-9]'"
    );
    world.server.execute(&sql).await;
    sqlx::query_scalar(
        "select user_id from memberships where display_name like 'Client %' order by display_name",
    )
    .fetch_all(&world.server.owner)
    .await
    .expect("members")
}

/// The page that the form redirects to.
async fn submitted(world: &World, function: &str, form: &str) -> String {
    let path = format!("/_fn/{function}");
    let sent = world.server.submit_form(&world.coach, &path, form).await;
    let flash = sent
        .header("set-cookie")
        .split(';')
        .next()
        .expect("a cookie")
        .to_owned();
    let cookie = format!("{}; {flash}", world.coach);
    let page = sent.location().split('#').next().expect("a path").to_owned();
    world.server.get_page(&cookie, &page).await.text
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn several_members_are_asked_at_once_and_each_problem_is_reported(pool: PgPool) {
    let world = World::new(pool).await;
    let members = add_members(&world).await;
    let choices = |html: &str| html.matches("name=\"user_ids[]\"").count();
    let (_, page) = world.page(&world.coach, "clients").await;
    assert_eq!(choices(&page), 50, "a bounded list, open without clients");
    assert!(page.contains("<details open class=\"today-add\""), "{page}");
    let (_, found) = world.page(&world.coach, "clients?ask=CLIENT+1").await;
    assert_eq!(choices(&found), 10);
    let form = |ids: &[Uuid]| {
        let ids = ids
            .iter()
            .map(|id| format!("&user_ids[]={id}"))
            .collect::<Vec<_>>()
            .concat();
        format!("slug={}&scope=read&message=Hello{ids}", world.slug)
    };
    let ask = "coaching/request_access";
    let page = submitted(&world, ask, &form(&members[..2])).await;
    assert!(page.contains("2 members asked."), "{page}");
    let page = submitted(&world, ask, &form(&members[1..4])).await;
    assert!(page.contains("2 members asked, 1 not asked."), "{page}");
    assert!(page.contains("<b>Client 11"), "who was asked before: {page}");
    let page = submitted(&world, ask, &form(&members[..51])).await;
    assert!(page.contains("Choose 1 to 50 members."), "{page}");
    let page = submitted(&world, ask, &form(&[])).await;
    assert!(page.contains("Choose 1 to 50 members."), "{page}");
    assert_eq!(
        world.server.count("select count(*) from access_requests").await,
        4
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn rate_limit_is_reported_for_those_who_were_not_asked(pool: PgPool) {
    let world = World::on(TestServer::with_limits(pool, "access_request=3/d")).await;
    let members = add_members(&world).await;
    let ask = async |members: &[Uuid]| {
        let ids = members
            .iter()
            .map(|id| format!("&user_ids[]={id}"))
            .collect::<Vec<_>>()
            .concat();
        let form = format!("slug={}&scope=read{ids}", world.slug);
        submitted(&world, "coaching/request_access", &form).await
    };
    let page = ask(&members[..5]).await;
    assert!(page.contains("3 members asked, 2 not asked."), "{page}");
    assert!(page.contains("<b>Client 13, Client 14"), "{page}");
    assert_eq!(
        world.server.count("select count(*) from access_requests").await,
        3
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn pages_of_a_client_without_applications_name_the_client(pool: PgPool) {
    let world = World::new(pool).await;
    world.grant("comment").await;
    let client = format!("clients/{}", world.member_id);
    let application = &world.client_pages()[1];
    let (_, text) = world.page(&world.coach, application).await;
    assert!(text.contains("Mia Member has none yet."), "no tasks: {text}");
    assert!(
        text.contains("value=\"task\" selected") && !text.contains("value=\"follow_up\" selected"),
        "an assigned task is anything at first: {text}"
    );
    let (_, metrics) = world.page(&world.coach, &format!("{client}/metrics")).await;
    assert!(
        metrics.contains("Mia Member applied once.") && !metrics.contains("You applied"),
        "{metrics}"
    );
    world
        .server
        .execute("update job_applications set deleted_at = now()")
        .await;
    for (page, expected) in [
        ("metrics", "Mia Member has no applications yet"),
        ("applications", "Mia Member has no applications yet."),
        ("board", "Mia Member has no applications yet."),
        ("tasks", "Mia Member has no tasks yet."),
    ] {
        let (status, text) = world.page(&world.coach, &format!("{client}/{page}")).await;
        assert_eq!(status, 200, "{page}");
        assert!(text.contains(expected), "{page}: {text}");
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn comment_that_the_access_no_longer_allows_is_shown_with_the_reason(pool: PgPool) {
    let world = World::new(pool).await;
    let form = format!(
        "slug={}&jobapp_id={}&owner_id={}&text=Ask+for+more",
        world.slug, world.application, world.member_id
    );
    world.grant("read").await;
    let page = submitted(&world, "coaching/add_comment", &form).await;
    assert!(page.contains("Ask for more"), "{page}");
    assert!(
        page.contains("You may read these applications, but not comment on them."),
        "{page}"
    );
    world.revoke().await;
    let page = submitted(&world, "coaching/add_comment", &form).await;
    assert!(page.contains("no longer shares with you"), "{page}");
    assert!(page.contains("Ask for more"), "{page}");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn settings_of_a_coach_have_no_mailboxes_and_nothing_to_share(pool: PgPool) {
    let world = World::new(pool).await;
    let (_, inbox) = world.page(&world.member, "inbox").await;
    assert!(inbox.contains("view=done"), "{inbox}");
    let form = format!(
        "slug={}&change=role&user_id={}&role=coach",
        world.slug, world.member_id
    );
    let changed = world.call(&world.coach, "settings/change_members", &form).await;
    assert!(changed.status.is_success(), "{}", changed.text);
    let (_, inbox) = world.page(&world.member, "inbox").await;
    assert!(inbox.contains("You have no applications here"), "{inbox}");
    assert!(!inbox.contains("view=done"), "no tabs: {inbox}");
    let (_, mailboxes) = world.page(&world.member, "settings/mailboxes").await;
    assert!(
        mailboxes.contains("There is no mailbox to connect here."),
        "{mailboxes}"
    );
    let (_, sharing) = world.page(&world.member, "settings/sharing").await;
    assert!(sharing.contains("You have nothing to share here."), "{sharing}");
    assert!(!sharing.contains("Give access"), "{sharing}");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn group_chooses_its_members_to_ask_without_those_who_were_asked(pool: PgPool) {
    let world = World::new(pool).await;
    let group = Uuid::from_u128(7);
    world
        .server
        .execute(&format!(
            "insert into groups (tenant_id, id, name, name_key, created_at)
               select id, '{group}', 'Spring', 'spring', now() from tenants where slug = '{slug}';
             insert into group_members (tenant_id, group_id, user_id)
               select id, '{group}', '{member}' from tenants where slug = '{slug}'",
            slug = world.slug,
            member = world.member_id,
        ))
        .await;
    let choice = format!("value=\"{}\" checked", world.member_id);
    let (_, all) = world.page(&world.coach, "clients").await;
    assert!(all.contains("Spring") && !all.contains(&choice), "{all}");
    let path = format!("clients?ask_group={group}");
    let (_, chosen) = world.page(&world.coach, &path).await;
    assert!(chosen.contains(&choice), "{chosen}");
    let other = format!("clients?ask_group={}", Uuid::from_u128(8));
    let (_, none) = world.page(&world.coach, &other).await;
    assert!(
        none.contains("Everyone in this group has already been asked"),
        "{none}"
    );
    let form = format!("slug={}&user_ids[]={}&scope=read", world.slug, world.member_id);
    let asked = world.call(&world.coach, "coaching/request_access", &form).await;
    assert!(asked.status.is_success(), "{}", asked.text);
    let (_, none) = world.page(&world.coach, &path).await;
    assert!(
        none.contains("Everyone in this group has already been asked"),
        "{none}"
    );
}
