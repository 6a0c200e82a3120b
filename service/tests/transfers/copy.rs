//! Copying.

use crate::fixture::{World, code, input};
use domain::{
    ErrorCode, JobApplicationId,
    jobapps::ApplicationRef,
    transfers::{CopiedApplications, CopyApplicationsInput, Selection},
};
use serde_json::json;
use service::{context::Caller, jobapps, transfers};
use sqlx::PgPool;
use uuid::Uuid;

const fn result(copied: u32, already_there: u32) -> CopiedApplications {
    CopiedApplications {
        copied,
        already_there,
    }
}

/// Applications of all kinds: changed by hand and by email, closed, merged, with everything.
async fn fill(world: &World, caller: &Caller) {
    world.import(caller).await;
    let screening = world.stage(caller, 2).await;
    for title in ["Baker", "Miller", "Clerk"] {
        let id = world.add(caller, title).await;
        world.fill(caller, id, title).await;
        world.app.clock.advance(chrono::TimeDelta::days(1));
        world.move_to(caller, id, json!({ "status_id": screening })).await;
        world.app.clock.advance(chrono::TimeDelta::days(2));
    }
    let applications = world.list(caller).await;
    let named = |title: &str| {
        applications
            .iter()
            .find(|a| a.job_title.as_deref() == Some(title))
            .expect("one")
            .id
    };
    world
        .move_to(caller, named("Clerk"), json!({ "outcome": "withdrawn" }))
        .await;
    let merge = input(json!({ "jobapp_id": named("Baker"), "other_id": named("Miller") }));
    jobapps::merge(&world.services, caller, merge)
        .await
        .expect("merged");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn copy_has_everything_of_the_original(pool: PgPool) {
    let world = World::new(pool).await;
    let (from, to) = (&world.personal, &world.organization);
    fill(&world, from).await;
    world.app.clock.advance(chrono::TimeDelta::days(1));
    assert_eq!(world.copy(from, to).await.expect("copied"), result(3, 0));
    let (original, copy) = (world.contents(from).await, world.contents(to).await);
    for ((table, original), (_, copy)) in original.iter().zip(&copy) {
        assert!(!original.is_empty(), "control: {table} has rows");
        assert_eq!(original, copy, "{table}");
    }
    assert_eq!(world.metrics(from).await, world.metrics(to).await);
    assert_eq!(world.file_texts(to).await, ["Baker", "Clerk", "Miller"]);
    world.check_usage().await;
    // The merge can be undone in the copy alone.
    let merge: Uuid = sqlx::query_scalar("select id from application_merges where tenant_id = $1")
        .bind(to.tenant.id.0)
        .fetch_one(&world.app.owner)
        .await
        .expect("a merge");
    let undo = input(json!({ "merge_id": merge }));
    jobapps::undo_merge(&world.services, to, undo)
        .await
        .expect("undone");
    assert_eq!((world.list(to).await.len(), world.list(from).await.len()), (4, 3));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn application_that_was_copied_is_there_once(pool: PgPool) {
    let world = World::new(pool).await;
    let (from, to) = (&world.personal, &world.organization);
    let first = world.add(from, "Baker").await;
    world.add(from, "Miller").await;
    assert_eq!(world.copy(from, to).await.expect("copied"), result(2, 0));
    world.app.clock.advance(chrono::TimeDelta::hours(1));
    world
        .move_to(from, first, json!({ "outcome": "withdrawn" }))
        .await;
    world.add(from, "Clerk").await;
    assert_eq!(world.copy(from, to).await.expect("copied"), result(1, 2));
    // Back again: nothing has changed there.
    assert_eq!(world.copy(to, from).await.expect("copied"), result(0, 3));
    // A copy in the trash stays there.
    let copies = world.list(to).await;
    world.delete(to, copies[0].id).await;
    assert_eq!(world.copy(from, to).await.expect("copied"), result(0, 3));
    assert_eq!(world.list(to).await.len(), 2);
    // One that changed in the organization comes back as another application.
    world.app.clock.advance(chrono::TimeDelta::hours(1));
    let note = input(json!({ "jobapp_id": copies[1].id, "description": "news" }));
    jobapps::add_note(&world.services, to, None, note)
        .await
        .expect("note");
    assert_eq!(world.copy(to, from).await.expect("copied"), result(1, 1));
    assert_eq!(world.list(from).await.len(), 4);
    world.check_usage().await;
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn two_copies_at_once_copy_everything_once(pool: PgPool) {
    let world = World::new(pool).await;
    let (from, to) = (&world.personal, &world.organization);
    for n in 0..45 {
        let id = world.add(from, &format!("Baker {n}")).await;
        if n % 9 == 0 {
            world.fill(from, id, &format!("mark {n}")).await;
        }
    }
    let (a, b) = tokio::join!(world.copy(from, to), world.copy(from, to));
    let (a, b) = (a.expect("copied"), b.expect("copied"));
    assert_eq!(
        (a.copied + b.copied, a.copied + a.already_there),
        (45, 45),
        "{a:?} {b:?}"
    );
    assert_eq!(world.contents(from).await, world.contents(to).await);
    assert_eq!(world.file_texts(to).await.len(), 5);
    world.check_usage().await;
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn copy_beyond_a_quota_copies_nothing(pool: PgPool) {
    let world = World::with(pool, |services| {
        services.quotas.applications = 24;
        services.quotas.file_bytes = 100;
    })
    .await;
    let (from, to) = (&world.personal, &world.organization);
    for n in 0..24 {
        world.add(from, &format!("Baker {n}")).await;
    }
    let existing = world.add(to, "Clerk").await;
    let before = world.contents(to).await;
    assert_eq!(code(world.copy(from, to).await), Some(ErrorCode::QuotaExceeded));
    assert_eq!(world.contents(to).await, before);
    // Of files, too.
    let text = "x".repeat(60);
    let first = world.list(from).await[0].id;
    world.add_file(from, first, &text).await.expect("a file");
    world.add_file(to, existing, &text).await.expect("a file");
    let before = world.contents(to).await;
    let only = |ids: Vec<JobApplicationId>| CopyApplicationsInput {
        target_tenant_id: to.tenant.id,
        jobapp_ids: Some(ids),
    };
    let copied = transfers::copy_applications(&world.services, from, only(vec![first])).await;
    assert_eq!(code(copied), Some(ErrorCode::QuotaExceeded));
    assert_eq!(world.contents(to).await, before);
    let other = world.list(from).await[1].id;
    let copied = transfers::copy_applications(&world.services, from, only(vec![other, other])).await;
    assert_eq!(copied.expect("room for one"), result(1, 0));
    world.check_usage().await;
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn rows_of_others_are_not_copied(pool: PgPool) {
    let world = World::new(pool).await;
    let (ada, ada_there) = (&world.personal, &world.organization);
    world.add(ada_there, "Baker").await;
    // Ben is a coach of the organization with access to Ada's applications.
    let ben = world.app.register_user("ben").await.expect("registered");
    for (sql, id) in [
        (
            "insert into memberships (tenant_id, user_id, role, display_name, joined_at) values ($1, $2, 'coach', '', now())",
            ben.user.id.0,
        ),
        (
            "insert into access_grants (tenant_id, id, owner_id, viewer_id, created_at) \
             select $1, gen_random_uuid(), user_id, $2, now() from memberships where tenant_id = $1 and role = 'member'",
            ben.user.id.0,
        ),
    ] {
        sqlx::query(sql)
            .bind(ada_there.tenant.id.0)
            .bind(id)
            .execute(&world.app.owner)
            .await
            .expect(sql);
    }
    let ben_there = Caller {
        tenant: domain::tenants::Tenant {
            role: domain::tenants::Role::Coach,
            ..ada_there.tenant.clone()
        },
        ..ben.clone()
    };
    let id = world.list(ada_there).await[0].id;
    let copy = |ids: Option<Vec<JobApplicationId>>, to: &Caller| CopyApplicationsInput {
        target_tenant_id: to.tenant.id,
        jobapp_ids: ids,
    };
    let s = &world.services;
    assert_eq!(
        transfers::copy_applications(s, &ben_there, copy(None, &ben))
            .await
            .expect("none"),
        result(0, 0)
    );
    let one = copy(Some(vec![id]), &ben);
    assert_eq!(
        code(transfers::copy_applications(s, &ben_there, one).await),
        Some(ErrorCode::NotFound)
    );
    // Nor is anything copied into a workspace of others, or by a role without applications.
    assert_eq!(
        code(transfers::copy_applications(s, &ben, copy(None, ada)).await),
        Some(ErrorCode::NotFound)
    );
    assert_eq!(
        code(transfers::copy_applications(s, &ben, copy(None, &ben_there)).await),
        Some(ErrorCode::Forbidden)
    );
    assert_eq!(
        code(transfers::copy_applications(s, &ben, copy(None, &ben)).await),
        Some(ErrorCode::Invalid)
    );
    assert!(world.list(&ben).await.is_empty());
    // One of the ids is not Ada's: nothing is copied.
    let mixed = copy(Some(vec![id, JobApplicationId(Uuid::from_u128(1))]), ada);
    assert_eq!(
        code(transfers::copy_applications(s, ada_there, mixed).await),
        Some(ErrorCode::NotFound)
    );
    assert!(world.list(ada).await.is_empty());
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn open_applications_are_copied_from_the_personal_workspace(pool: PgPool) {
    let world = World::new(pool).await;
    let (from, to) = (&world.personal, &world.organization);
    let closed = world.add(from, "Baker").await;
    let trashed = world.add(from, "Miller").await;
    world.add(from, "Clerk").await;
    world
        .move_to(from, closed, json!({ "outcome": "rejected" }))
        .await;
    world.delete(from, trashed).await;
    let counts = transfers::count_personal(&world.services, to)
        .await
        .expect("counted");
    assert_eq!(counts, Some((2, 1)));
    assert_eq!(
        transfers::count_personal(&world.services, from)
            .await
            .expect("counted"),
        None
    );
    let copied = transfers::copy_from_personal(&world.services, to, Selection::Open).await;
    assert_eq!(copied.expect("copied"), result(1, 0));
    let counts = transfers::count_personal(&world.services, to).await;
    assert_eq!(counts.expect("counted"), Some((1, 0)));
    assert_eq!(world.list(to).await[0].job_title.as_deref(), Some("Clerk"));
    // The stage of the target, whatever its id.
    let detail = ApplicationRef {
        jobapp_id: world.list(to).await[0].id,
    };
    jobapps::get_detail(&world.services, to, detail)
        .await
        .expect("detail");
}
