//! The changes feed.

use crate::fixture::Fixture;
use domain::{
    ErrorCode, JobApplicationId,
    changes::{ChangesPage, ChangesStart, ListChangesInput},
    jobapps::{
        AddNoteInput, ApplicationRef, MergeApplicationsInput, NoteRef, Outcome, UndoMergeInput,
        UpdateApplicationInput,
    },
};
use service::{Error, auth::run_invalidation_listener, changes, jobapps, wiring};
use sqlx::{Connection as _, Executor as _, PgConnection, PgPool};
use std::{collections::HashSet, time::Duration};
use tokio::task::JoinHandle;
use uuid::Uuid;

async fn still_valid() -> Result<(), Error> {
    Ok(())
}

pub async fn read(fixture: &Fixture, input: ListChangesInput) -> ChangesPage {
    changes::list_changes(&fixture.services, &fixture.ada, input, None, still_valid)
        .await
        .expect("changes")
}

pub fn after(cursor: impl Into<Option<String>>) -> ListChangesInput {
    ListChangesInput {
        cursor: cursor.into(),
        ..ListChangesInput::default()
    }
}

/// The types of the changes after a cursor, and the next cursor.
async fn types_after(fixture: &Fixture, cursor: &mut Option<String>) -> Vec<&'static str> {
    let page = read(fixture, after(cursor.clone())).await;
    *cursor = Some(page.pagination.next_cursor);
    page.data.iter().map(|c| c.change_type.as_str()).collect()
}

pub fn close(id: JobApplicationId, outcome: Option<Outcome>) -> UpdateApplicationInput {
    UpdateApplicationInput {
        jobapp_id: id,
        status_id: None,
        rejected: None,
        outcome: Some(outcome),
        occurred_at: None,
        version: None,
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn change_has_the_type_of_the_event(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let (services, ada) = (&fixture.services, &fixture.ada);
    let mut cursor = None;
    assert_eq!(types_after(&fixture, &mut cursor).await, [""; 0]);
    let application = fixture.add("Fernway", "Baker").await;
    let id = application.id;
    let reference = ApplicationRef { jobapp_id: id };
    assert_eq!(types_after(&fixture, &mut cursor).await, ["jobapp.created"]);
    let stages = jobapps::list_stages(services, ada).await.expect("stages");
    let moved = UpdateApplicationInput::to_stage(id, stages[3].id);
    fixture.update(moved.clone()).await;
    assert_eq!(types_after(&fixture, &mut cursor).await, ["jobapp.moved"]);
    fixture.update(moved).await;
    assert_eq!(
        types_after(&fixture, &mut cursor).await,
        [""; 0],
        "nothing changed"
    );
    fixture.update(close(id, Some(Outcome::Rejected))).await;
    assert_eq!(types_after(&fixture, &mut cursor).await, ["jobapp.closed"]);
    fixture.update(close(id, None)).await;
    assert_eq!(types_after(&fixture, &mut cursor).await, ["jobapp.reopened"]);
    let note = AddNoteInput {
        jobapp_id: id,
        description: "Called".into(),
    };
    let note = jobapps::add_note(services, ada, None, note).await.expect("added");
    assert_eq!(types_after(&fixture, &mut cursor).await, ["note.created"]);
    jobapps::delete(services, ada, reference).await.expect("deleted");
    assert_eq!(
        types_after(&fixture, &mut cursor).await,
        ["jobapp.deleted", "note.deleted"],
        "what belongs to it is no longer listed"
    );
    jobapps::restore(services, ada, reference)
        .await
        .expect("restored");
    assert_eq!(
        types_after(&fixture, &mut cursor).await,
        ["jobapp.restored", "note.updated"],
        "what belongs to it is listed again"
    );
    let other = fixture.add("Fernway", "Baker").await.id;
    types_after(&fixture, &mut cursor).await;
    let input = MergeApplicationsInput {
        jobapp_id: other,
        other_id: id,
    };
    let merge = jobapps::merge(services, ada, input).await.expect("merged");
    assert_eq!(
        types_after(&fixture, &mut cursor).await,
        ["note.updated", "jobapp.merged", "jobapp.updated"]
    );
    let undo = UndoMergeInput {
        merge_id: merge.merge_id,
    };
    jobapps::undo_merge(services, ada, undo).await.expect("undone");
    assert_eq!(
        types_after(&fixture, &mut cursor).await,
        ["jobapp.split", "note.updated", "jobapp.updated"]
    );
    let reference = NoteRef {
        jobapp_note_id: note.id,
    };
    jobapps::delete_note(services, ada, reference)
        .await
        .expect("deleted");
    assert_eq!(types_after(&fixture, &mut cursor).await, ["note.deleted"]);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn only_own_and_shared_changes_are_listed(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let ben = fixture.app.register_user("ben").await.expect("registered");
    fixture.add("Fernway", "Baker").await;
    let of_ben = changes::list_changes(
        &fixture.services,
        &ben,
        ListChangesInput::default(),
        None,
        still_valid,
    )
    .await
    .expect("changes");
    assert_eq!(of_ben.data, []);
    let cursor = read(&fixture, ListChangesInput::default())
        .await
        .pagination
        .next_cursor;
    let foreign =
        changes::list_changes(&fixture.services, &ben, after(cursor.clone()), None, still_valid).await;
    assert!(foreign.is_err(), "a cursor is valid for its user only");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn page_with_types_skips_the_others(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    for n in 0..5 {
        fixture.add("Fernway", &format!("Baker {n}")).await;
    }
    let of_notes = ListChangesInput {
        types: Some("note.*".into()),
        ..ListChangesInput::default()
    };
    let page = read(&fixture, of_notes.clone()).await;
    assert_eq!(page.data, []);
    let input = ListChangesInput {
        cursor: Some(page.pagination.next_cursor),
        limit: Some(0),
        ..ListChangesInput::default()
    };
    let other_types = changes::list_changes(&fixture.services, &fixture.ada, input, None, still_valid).await;
    let Err(Error::Api(error)) = other_types else {
        panic!("a cursor is valid for its types only")
    };
    let fields: Vec<&str> = error.errors.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(fields, ["limit", "cursor"]);
    assert!(error.errors[1].detail.contains("same types"), "{error:?}");
    let limited = ListChangesInput {
        limit: Some(2),
        types: Some("jobapp.*".into()),
        ..ListChangesInput::default()
    };
    let first = read(&fixture, limited.clone()).await;
    let second = ListChangesInput {
        cursor: Some(first.pagination.next_cursor),
        ..limited
    };
    let second = read(&fixture, second).await;
    let ids: HashSet<Uuid> = first
        .data
        .iter()
        .chain(&second.data)
        .map(|c| c.object_id)
        .collect();
    assert_eq!(ids.len(), 4);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn change_of_a_longer_transaction_follows_earlier_commits(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let id = fixture.add("Fernway", "Baker").await.id;
    let page = read(&fixture, ListChangesInput::default()).await;
    let mut cursor = Some(page.pagination.next_cursor);
    // A transaction waits in the middle, for a lock that the test holds.
    let options = fixture.app.owner.connect_options();
    let mut lock = PgConnection::connect_with(&options).await.expect("connected");
    lock.execute("begin").await.expect("begun");
    sqlx::query("select 1 from job_applications where id = $1 for update")
        .bind(id.0)
        .execute(&mut lock)
        .await
        .expect("locked");
    let (services, ada) = (fixture.services.clone(), fixture.ada.clone());
    let closing = tokio::spawn(async move {
        jobapps::move_stage(&services, &ada, close(id, Some(Outcome::Withdrawn))).await
    });
    fixture.add("Fernway", "Baker of bread").await;
    assert_eq!(types_after(&fixture, &mut cursor).await, ["jobapp.created"]);
    lock.execute("rollback").await.expect("unlocked");
    closing.await.expect("joined").expect("closed");
    assert_eq!(types_after(&fixture, &mut cursor).await, ["jobapp.closed"]);
}

/// Returns when the request waits. It may have ended already, because the connection of the listener counts as a change.
async fn wait_for_subscription<T>(fixture: &Fixture, request: &JoinHandle<T>) {
    while fixture.services.db.notifier().subscriptions() == 0 && !request.is_finished() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn waiting_request_returns_with_the_change(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let start = ListChangesInput {
        start: Some(ChangesStart::Now),
        ..ListChangesInput::default()
    };
    let cursor = read(&fixture, start).await.pagination.next_cursor;
    let input = ListChangesInput {
        wait: Some(30),
        ..after(cursor.clone())
    };
    let services = fixture.services.clone();
    let background = tokio::spawn(async move {
        tokio::join!(
            run_invalidation_listener(&services),
            jobapps::announce_changes(&services)
        );
    });
    let (services, ada) = (fixture.services.clone(), fixture.ada.clone());
    let waiting =
        tokio::spawn(async move { changes::list_changes(&services, &ada, input, None, still_valid).await });
    wait_for_subscription(&fixture, &waiting).await;
    fixture.add("Fernway", "Baker").await;
    let page = tokio::time::timeout(Duration::from_secs(20), waiting)
        .await
        .expect("in time")
        .expect("joined")
        .expect("changes");
    assert_eq!(page.data.len(), 1);
    background.abort();
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn waiting_request_of_a_revoked_caller_reads_nothing(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let input = ListChangesInput {
        start: Some(ChangesStart::Now),
        wait: Some(30),
        ..ListChangesInput::default()
    };
    let services = fixture.services.clone();
    let background = tokio::spawn(async move {
        tokio::join!(
            run_invalidation_listener(&services),
            jobapps::announce_changes(&services)
        );
    });
    let (services, ada) = (fixture.services.clone(), fixture.ada.clone());
    let revoked = || async { Err(Error::api(ErrorCode::Unauthorized, "Revoked.")) };
    let waiting =
        tokio::spawn(async move { changes::list_changes(&services, &ada, input, None, revoked).await });
    wait_for_subscription(&fixture, &waiting).await;
    fixture.add("Fernway", "Baker").await;
    let result = tokio::time::timeout(Duration::from_secs(20), waiting).await;
    let result = result.expect("in time").expect("joined");
    assert!(matches!(result, Err(Error::Api(error)) if error.code == ErrorCode::Unauthorized));
    background.abort();
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn cursor_before_deleted_changes_is_expired(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    fixture.add("Fernway", "Baker").await;
    let old = read(
        &fixture,
        ListChangesInput {
            limit: Some(1),
            ..ListChangesInput::default()
        },
    )
    .await
    .pagination
    .next_cursor;
    fixture.add("Fernway", "Cook").await;
    fixture
        .execute("update changes set committed_at = now() - interval '31 days'")
        .await;
    fixture.add("Fernway", "Waiter").await;
    wiring::delete_expired(&fixture.services).await.expect("deleted");
    let expired = changes::list_changes(&fixture.services, &fixture.ada, after(old), None, still_valid).await;
    let Err(Error::Api(error)) = expired else {
        panic!("{expired:?}")
    };
    assert_eq!(error.code, ErrorCode::CursorExpired);
    let kept = read(&fixture, ListChangesInput::default()).await;
    assert_eq!(kept.data.len(), 1, "without a cursor, what is kept");
    assert_eq!(
        types_after(&fixture, &mut Some(kept.pagination.next_cursor.clone())).await,
        [""; 0]
    );
}
