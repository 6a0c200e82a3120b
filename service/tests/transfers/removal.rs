//! Removing a member, whose applications are moved.

use crate::fixture::{World, code, input};
use domain::{ErrorCode, tenants::MemberRef};
use futures_util::future::join_all;
use serde_json::json;
use service::{Error, background::run_until_idle, contacts, jobapps, mail, tasks, wiring};
use sqlx::PgPool;
use std::collections::HashSet;

/// Several writers of the member that continue until they are rejected.
const WRITERS: usize = 3;

async fn remove(world: &World) -> Result<(), Error> {
    let user_id = world.organization.user.id;
    wiring::remove_member(&world.services, &world.owner, MemberRef { user_id }).await
}

/// The subjects and texts of the emails of this kind, from the outbox.
async fn emails(world: &World, kind: &str) -> Vec<String> {
    run_until_idle(&world.services).await.expect("jobs run");
    let Ok(files) = std::fs::read_dir(world.services.data_dir.join("outbox")) else {
        return Vec::new();
    };
    let files = files.map(|file| file.expect("a file").path());
    let of_kind = files.filter(|path| path.to_string_lossy().contains(kind));
    of_kind
        .map(|path| std::fs::read_to_string(path).expect("text"))
        .collect()
}

async fn rows_left(world: &World) -> i64 {
    let tenant = world.organization.tenant.id;
    let sql = format!("select count(*) from job_applications where tenant_id = '{tenant}'");
    world.count(&sql).await
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn removed_member_has_everything_in_the_personal_workspace_and_an_email(pool: PgPool) {
    let world = World::new(pool).await;
    let (there, home) = (&world.organization, &world.personal);
    let id = world.add(there, "Baker").await;
    world.fill(there, id, "mark").await;
    world.import(there).await;
    let services = &world.services;
    let contact = input(json!({ "name": "Of no application" }));
    contacts::add(services, there, None, contact)
        .await
        .expect("contact");
    let task = input(json!({ "kind": "task", "title": "Of no application" }));
    tasks::add(services, there, None, task).await.expect("task");
    let before = world.contents(there).await;
    let numbers = world.metrics(there).await;
    remove(&world).await.expect("removed");
    assert!(!world.is_member().await);
    assert_eq!(world.contents(home).await, before);
    assert_eq!(world.metrics(home).await, numbers);
    assert_eq!(world.file_texts(home).await, ["mark"]);
    world.check_usage().await;
    assert_eq!(rows_left(&world).await, 0);
    let emails = emails(&world, "member_removed").await;
    assert_eq!(emails.len(), 1, "only the removed person gets one");
    for part in [
        "To: ada@example.org",
        "Subject: You were removed from Career Center on JobHax",
        "Your 2 applications from there are now in your personal workspace",
        &format!("/w/{}/board", home.tenant.slug),
    ] {
        assert!(emails[0].contains(part), "no {part} in {}", emails[0]);
    }
    assert!(!emails[0].contains("boss"), "it does not say by whom");
    assert_eq!(code(remove(&world).await), Some(ErrorCode::NotFound));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn member_without_applications_gets_an_email_without_that_sentence(pool: PgPool) {
    let world = World::new(pool).await;
    remove(&world).await.expect("removed");
    let emails = emails(&world, "member_removed").await;
    assert!(
        emails[0].contains("removed from Career Center") && !emails[0].contains("from there"),
        "{}",
        emails[0]
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn member_with_unconfirmed_address_is_moved_without_an_email(pool: PgPool) {
    let world = World::new(pool).await;
    world.add(&world.organization, "Baker").await;
    let sql = "update users set email_verified_at = null where email_normalized = 'ada@example.org'";
    sqlx::query(sql).execute(&world.app.owner).await.expect("changed");
    remove(&world).await.expect("removed");
    assert_eq!(world.list(&world.personal).await.len(), 1);
    assert!(emails(&world, "member_removed").await.is_empty());
}

/// They have not asked for it. Until there is room again, they add nothing.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn limits_of_the_personal_workspace_do_not_apply_to_the_data_of_a_removed_member(pool: PgPool) {
    let world = World::with(pool, |services| {
        services.storage_limits.max_applications = 2;
        services.storage_limits.max_tasks = 1;
    })
    .await;
    let (there, home) = (&world.organization, &world.personal);
    for title in ["Baker", "Miller"] {
        let id = world.add(there, title).await;
        world.add_file(there, id, title).await.expect("file");
    }
    world.add(home, "Clerk").await;
    let task = json!({ "kind": "task", "title": "Call" });
    for caller in [home, there] {
        tasks::add(&world.services, caller, None, input(task.clone()))
            .await
            .expect("task");
    }
    let sql =
        "update tenants set quotas = '{\"applications\": 1, \"file_bytes\": 1}' where kind = 'personal'";
    sqlx::query(sql).execute(&world.app.owner).await.expect("changed");
    remove(&world).await.expect("removed");
    assert_eq!(world.list(home).await.len(), 3);
    assert_eq!(world.file_texts(home).await, ["Baker", "Miller"]);
    assert_eq!(world.count("select count(*) from tasks").await, 2);
    world.check_usage().await;
    let new = input(json!({ "job_title": "Cook", "company": "Moss" }));
    let added = jobapps::add(&world.services, home, None, new).await;
    assert!(code(added).is_some(), "the limits apply to what they add");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn application_that_came_from_the_personal_workspace_is_there_once(pool: PgPool) {
    let world = World::new(pool).await;
    let (there, home) = (&world.organization, &world.personal);
    let own = world.add(home, "Baker").await;
    world.fill(home, own, "mark").await;
    world.copy(home, there).await.expect("copied");
    world.add(there, "Miller").await;
    remove(&world).await.expect("removed");
    let mut titles: Vec<String> = Vec::new();
    for application in world.list(home).await {
        titles.extend(application.job_title);
    }
    titles.sort();
    assert_eq!(titles, ["Baker", "Miller"]);
    assert_eq!(world.file_texts(home).await, ["mark"]);
    let email = emails(&world, "member_removed").await.remove(0);
    assert!(email.contains("Your 2 applications"), "{email}");
}

/// Rows that were added before the membership ends are moved; afterwards nothing is added.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn member_who_keeps_writing_is_removed_and_loses_nothing(pool: PgPool) {
    let world = World::new(pool).await;
    let (there, home) = (&world.organization, &world.personal);
    for n in 0..25 {
        world.add(there, &format!("Baker {n}")).await;
    }
    let services = &world.services;
    let writing = join_all((0..WRITERS).map(|writer| async move {
        let mut added = Vec::new();
        loop {
            let title = format!("Late {writer} {}", added.len());
            let new = input(json!({ "job_title": title, "company": "Moss" }));
            if jobapps::add(services, there, None, new).await.is_err() {
                return added;
            }
            added.push(title);
        }
    }));
    let (removed, added) = tokio::join!(remove(&world), writing);
    removed.expect("removed");
    assert!(!world.is_member().await);
    let added: HashSet<String> = added.into_iter().flatten().collect();
    assert!(added.len() > WRITERS, "control: {added:?}");
    let moved: Vec<String> = world
        .list(home)
        .await
        .into_iter()
        .filter_map(|application| application.job_title)
        .filter(|title| title.starts_with("Late"))
        .collect();
    assert_eq!(moved.iter().cloned().collect::<HashSet<_>>(), added);
    assert_eq!(moved.len(), added.len(), "nothing is there twice");
    assert_eq!(rows_left(&world).await, 0);
    world.check_usage().await;
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn import_that_runs_meanwhile_ends_and_loses_nothing_that_it_has_stored(pool: PgPool) {
    let world = World::new(pool).await;
    let (there, home) = (&world.organization, &world.personal);
    for n in 0..10 {
        world.add(there, &format!("Baker {n}")).await;
    }
    let mut upload = mail::begin_import(&world.services, there, None)
        .await
        .expect("begun");
    for n in 0..40 {
        upload.start_file("message.eml").await.expect("a file");
        let message = format!(
            "From: Moss {n} <no-reply@us.greenhouse-mail.io>\nTo: ada@inbox.example\nSubject: Thank you for applying to Moss {n}\n\
             Message-ID: <{n}@mail.example>\nDate: 1 Jan 2026 10:00:00 +0000\n\n\
             Thank you for applying for the Baker position at Moss {n}.\nWe have received your application.\n"
        );
        upload.write(message.as_bytes()).await.expect("written");
    }
    upload.finish().await.expect("enqueued");
    let (removed, ran) = tokio::join!(remove(&world), run_until_idle(&world.services));
    removed.expect("removed");
    ran.expect("jobs run");
    assert!(!world.is_member().await);
    assert_eq!(rows_left(&world).await, 0);
    assert_eq!(world.count("select count(*) from mail_imports").await, 0);
    let titles: Vec<String> = world
        .list(home)
        .await
        .into_iter()
        .map(|application| format!("{:?} {:?}", application.job_title, application.company))
        .collect();
    let unique: HashSet<&String> = titles.iter().collect();
    assert_eq!(unique.len(), titles.len(), "nothing is there twice: {titles:?}");
    assert_eq!(
        titles.iter().filter(|title| title.contains("Fernway")).count(),
        10
    );
    let next = run_until_idle(&world.services).await;
    next.expect("no job is left that fails");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn removing_oneself_is_leaving_with_everything(pool: PgPool) {
    let world = World::with(pool, |services| services.storage_limits.max_applications = 1).await;
    let sql = "update memberships set role = 'admin' where role = 'member'";
    sqlx::query(sql).execute(&world.app.owner).await.expect("changed");
    let mut admin = world.organization.clone();
    admin.tenant.role = domain::tenants::Role::Admin;
    world.add(&admin, "Baker").await;
    let user_id = admin.user.id;
    let clerk = world.add(&world.personal, "Clerk").await;
    let removed = wiring::remove_member(&world.services, &admin, MemberRef { user_id }).await;
    assert_eq!(code(removed), Some(ErrorCode::Conflict), "the limits apply");
    assert!(world.is_member().await);
    world.delete(&world.personal, clerk).await;
    let sql = "delete from job_applications where deleted_at is not null; delete from usage_counts";
    sqlx::raw_sql(sql)
        .execute(&world.app.owner)
        .await
        .expect("purged");
    wiring::remove_member(&world.services, &admin, MemberRef { user_id })
        .await
        .expect("left");
    assert_eq!(world.list(&world.personal).await.len(), 1);
    assert!(emails(&world, "member_removed").await.is_empty());
}
