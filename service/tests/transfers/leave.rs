//! Leaving an organization with everything.

use crate::fixture::{World, code, input};
use domain::{
    ErrorCode,
    tenants::{LeaveTenantInput, TakeAlong},
};
use futures_util::{FutureExt as _, future::join_all};
use serde_json::json;
use service::{contacts, jobapps, tasks, wiring};
use sqlx::PgPool;
use std::{pin::pin, task::Poll};

const MOVE: LeaveTenantInput = LeaveTenantInput {
    take_along: Some(TakeAlong::Move),
};

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn leaving_with_everything_moves_it_to_the_personal_workspace(pool: PgPool) {
    let world = World::new(pool).await;
    let (there, home) = (&world.organization, &world.personal);
    let id = world.add(there, "Baker").await;
    world.fill(there, id, "mark").await;
    world.import(there).await;
    contacts::add(
        &world.services,
        there,
        None,
        input(json!({ "name": "Of no application" })),
    )
    .await
    .expect("contact");
    tasks::add(
        &world.services,
        there,
        None,
        input(json!({ "kind": "task", "title": "Of no application" })),
    )
    .await
    .expect("task");
    let before = world.contents(there).await;
    let numbers = world.metrics(there).await;
    let moved = wiring::leave_tenant(&world.services, there, MOVE)
        .await
        .expect("left");
    assert_eq!(moved.copied, 2);
    assert!(!world.is_member().await);
    assert_eq!(world.contents(home).await, before);
    assert_eq!(world.metrics(home).await, numbers);
    assert_eq!(world.file_texts(home).await, ["mark"]);
    world.check_usage().await;
    let rest = format!(
        "select count(*) from job_applications where tenant_id = '{}'",
        there.tenant.id
    );
    assert_eq!(world.count(&rest).await, 0);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn leaving_without_taking_along_deletes_everything(pool: PgPool) {
    let world = World::new(pool).await;
    world.add(&world.organization, "Baker").await;
    let left = wiring::leave_tenant(&world.services, &world.organization, LeaveTenantInput::default()).await;
    assert_eq!(left.expect("left").copied, 0);
    assert!(world.list(&world.personal).await.is_empty());
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn member_without_room_in_the_personal_workspace_is_still_a_member(pool: PgPool) {
    let world = World::with(pool, |services| services.storage_limits.max_applications = 2).await;
    let (there, home) = (&world.organization, &world.personal);
    world.add(there, "Baker").await;
    world.add(there, "Miller").await;
    let existing = world.add(home, "Clerk").await;
    let left = wiring::leave_tenant(&world.services, there, MOVE).await;
    assert_eq!(code(left), Some(ErrorCode::Conflict));
    assert!(world.is_member().await);
    assert_eq!(world.list(home).await[0].id, existing);
    assert_eq!(
        (world.list(home).await.len(), world.list(there).await.len()),
        (1, 2)
    );
}

/// The request is dropped after each possible number of steps; repeating it completes.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn interrupted_move_loses_and_doubles_nothing(pool: PgPool) {
    let world = World::new(pool).await;
    let (there, home) = (&world.organization, &world.personal);
    for n in 0..45 {
        let id = world.add(there, &format!("Baker {n}")).await;
        if n % 15 == 0 {
            world.fill(there, id, &format!("mark {n}")).await;
        }
    }
    let before = world.contents(there).await;
    let mut interruptions = 0;
    for polls in 1.. {
        let mut leaving = pin!(wiring::leave_tenant(&world.services, there, MOVE));
        let mut left = polls * 4;
        let done = futures_util::future::poll_fn(|context| {
            if left == 0 {
                return Poll::Ready(None);
            }
            left -= 1;
            leaving.poll_unpin(context).map(Some)
        })
        .await;
        match done {
            Some(done) => {
                done.expect("left");
                break;
            }
            None => interruptions += 1,
        }
        if !world.is_member().await {
            break;
        }
        assert_eq!(world.contents(there).await, before);
    }
    assert!(interruptions > 2, "control: {interruptions} interruptions");
    assert_eq!(world.contents(home).await, before);
    assert_eq!(world.file_texts(home).await.len(), 3);
    world.check_usage().await;
}

/// Rows that are added while the member leaves are rejected, or moved.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn application_that_is_added_meanwhile_is_not_lost(pool: PgPool) {
    let world = World::new(pool).await;
    let (there, home) = (&world.organization, &world.personal);
    for n in 0..25 {
        world.add(there, &format!("Baker {n}")).await;
    }
    let services = &world.services;
    let adding = join_all((0..4).map(|n| async move {
        let new = input(json!({ "job_title": format!("Late {n}"), "company": "Moss" }));
        jobapps::add(services, there, None, new).await.is_ok()
    }));
    let (left, added) = tokio::join!(wiring::leave_tenant(&world.services, there, MOVE), adding);
    let added = added.into_iter().filter(|added| *added).count();
    left.expect("left");
    let moved = world.list(home).await;
    let late = moved
        .iter()
        .filter(|a| a.company.as_deref() == Some("Moss"))
        .count();
    assert_eq!((moved.len(), late), (25 + added, added));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn application_that_changed_since_it_was_copied_is_moved_again(pool: PgPool) {
    let world = World::new(pool).await;
    let (there, home) = (&world.organization, &world.personal);
    let changed = world.add(there, "Baker").await;
    world.add(there, "Miller").await;
    world.copy(there, home).await.expect("copied");
    world.app.clock.advance(chrono::TimeDelta::hours(1));
    world.fill(there, changed, "news").await;
    let moved = wiring::leave_tenant(&world.services, there, MOVE)
        .await
        .expect("left");
    assert_eq!((moved.copied, moved.already_there), (1, 1));
    assert_eq!(world.list(home).await.len(), 3);
    assert_eq!(world.file_texts(home).await, ["news"]);
}
