//! The changes feed.

use crate::fixture::Fixture;
use domain::{
    ErrorCode, JobApplicationId,
    changes::{Change, ChangesPage, ChangesStart, ListChangesInput},
    jobapps::{
        AddApplicationInput, AddNoteInput, ApplicationRef, EditApplicationInput, MergeApplicationsInput,
        NoteRef, Outcome, UndoMergeInput, UpdateApplicationInput, UpdateNoteInput,
    },
    tasks::{AddTaskInput, ListTasksInput, TaskRef},
};
use service::{
    Error, Services, auth::run_invalidation_listener, changes, context::Caller, jobapps, tasks, wiring,
};
use sqlx::{Connection as _, Executor as _, PgConnection, PgPool};
use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
    time::Duration,
};
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

fn after(cursor: impl Into<Option<String>>) -> ListChangesInput {
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
async fn change_has_the_type_of_what_happened(pool: PgPool) {
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
async fn change_of_a_longer_transaction_comes_after_those_committed_before_it(pool: PgPool) {
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

/// A client that knows nothing but the feed.
#[derive(Default)]
struct Replica {
    applications: BTreeMap<Uuid, serde_json::Value>,
    notes: BTreeMap<Uuid, serde_json::Value>,
    tasks: BTreeMap<Uuid, serde_json::Value>,
    seen: Vec<Uuid>,
}

impl Replica {
    fn apply(&mut self, change: Change) {
        self.seen.push(change.id);
        let name = change.change_type.as_str();
        let objects = match name.split_once('.').map(|(kind, _)| kind) {
            Some("jobapp") => &mut self.applications,
            Some("note") => &mut self.notes,
            Some("task") => &mut self.tasks,
            _ => return,
        };
        match change.data {
            Some(data) => objects.insert(change.object_id, json(&data)),
            None => objects.remove(&change.object_id),
        };
    }

    /// What lists show: nothing of applications that are not listed.
    fn visible(&self, objects: &BTreeMap<Uuid, serde_json::Value>) -> Vec<serde_json::Value> {
        let is_visible = |object: &&serde_json::Value| {
            let application = object["jobapp_id"].as_str().and_then(|id| id.parse().ok());
            application.is_none_or(|id: Uuid| self.applications.contains_key(&id))
        };
        objects.values().filter(is_visible).cloned().collect()
    }
}

fn json(object: &impl serde::Serialize) -> serde_json::Value {
    let mut json = serde_json::to_value(object).expect("json");
    if let Some(object) = json.as_object_mut() {
        // Computed when it is read.
        object.remove("quiet_days");
        object.remove("on_hold");
    }
    json
}

fn by_id<T: serde::Serialize>(objects: Vec<T>) -> Vec<serde_json::Value> {
    let mut objects: Vec<_> = objects.iter().map(json).collect();
    objects.sort_by_key(|o| o["id"].as_str().map(str::to_owned));
    objects
}

/// Random writes, some of which are abandoned in the middle.
async fn write_randomly(services: Arc<Services>, ada: Caller, mut seed: u64) {
    let mut next = move |n: usize| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).expect("small") % n
    };
    for _ in 0..40 {
        let (kind, abandon, pick) = (next(10), next(6) == 0, next(1_000));
        let write = write(&services, &ada, kind, pick);
        if abandon {
            let _ = tokio::time::timeout(
                Duration::from_millis(u64::try_from(next(8)).expect("small")),
                write,
            )
            .await;
        } else {
            write.await;
        }
    }
}

fn application_input(pick: usize) -> AddApplicationInput {
    AddApplicationInput {
        company: "Fernway".into(),
        job_title: format!("Baker {pick}"),
        ..AddApplicationInput::default()
    }
}

async fn write(services: &Services, ada: &Caller, kind: usize, pick: usize) {
    let list = jobapps::list(services, ada, domain::jobapps::ListApplicationsInput::default())
        .await
        .expect("listed")
        .data;
    let Some(application) = list.get(pick % list.len().max(1)) else {
        let _ = jobapps::add(services, ada, None, application_input(pick)).await;
        return;
    };
    let (id, reference) = (
        application.id,
        ApplicationRef {
            jobapp_id: application.id,
        },
    );
    // A conflict with another writer is as good as a write.
    match kind {
        0 | 1 => drop(jobapps::add(services, ada, None, application_input(pick)).await),
        2 => drop(jobapps::move_stage(services, ada, close(id, Some(Outcome::Rejected))).await),
        3 => drop(jobapps::move_stage(services, ada, close(id, None)).await),
        4 => {
            let input = serde_json::json!({
                "jobapp_id": id, "version": application.version, "location": format!("Town {pick}"),
            });
            let input: EditApplicationInput = serde_json::from_value(input).expect("an input");
            drop(jobapps::edit(services, ada, input).await);
        }
        5 => {
            let input = AddNoteInput {
                jobapp_id: id,
                description: format!("Note {pick}"),
            };
            drop(jobapps::add_note(services, ada, None, input).await);
        }
        6 => {
            let notes = jobapps::list_notes(services, ada, reference)
                .await
                .unwrap_or_default();
            if let Some(note) = notes.first() {
                let input = UpdateNoteInput {
                    jobapp_note_id: note.id,
                    description: format!("Changed {pick}"),
                };
                drop(jobapps::update_note(services, ada, input).await);
            }
        }
        7 => {
            let input = serde_json::json!({ "jobapp_id": id, "title": format!("Task {pick}") });
            let input: AddTaskInput = serde_json::from_value(input).expect("an input");
            drop(tasks::add(services, ada, None, input).await);
        }
        8 => {
            drop(jobapps::delete(services, ada, reference).await);
            if pick.is_multiple_of(2) {
                drop(jobapps::restore(services, ada, reference).await);
            }
        }
        _ => {
            let all = tasks::list(services, ada, ListTasksInput::default())
                .await
                .unwrap_or_default();
            if let Some(task) = all.first() {
                drop(tasks::delete(services, ada, TaskRef { task_id: task.id }).await);
            }
        }
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn client_that_replays_the_feed_has_the_state_of_the_lists(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let writers: Vec<_> = (1..=4)
        .map(|seed| {
            tokio::spawn(write_randomly(
                fixture.services.clone(),
                fixture.ada.clone(),
                seed,
            ))
        })
        .collect();
    let mut live = Replica::default();
    let mut cursor = None;
    let mut is_last_round = false;
    loop {
        let page = read(
            &fixture,
            ListChangesInput {
                limit: Some(7),
                ..after(cursor.clone())
            },
        )
        .await;
        cursor = Some(page.pagination.next_cursor);
        let is_end = page.data.is_empty();
        page.data.into_iter().for_each(|change| live.apply(change));
        if is_end && is_last_round {
            break;
        }
        // What was committed before all had ended is read in one more round.
        is_last_round = writers.iter().all(tokio::task::JoinHandle::is_finished);
        tokio::task::yield_now().await;
    }
    for writer in writers {
        writer.await.expect("no panic");
    }
    // Writes that were abandoned may still have been in the middle of their commit.
    let mut late = read(&fixture, after(cursor.clone())).await;
    late.data.drain(..).for_each(|change| live.apply(change));
    assert!(live.seen.len() > 60, "only {} changes", live.seen.len());
    let distinct: HashSet<&Uuid> = live.seen.iter().collect();
    assert_eq!(distinct.len(), live.seen.len(), "a change was read twice");
    let mut again = Vec::new();
    let mut cursor = None;
    loop {
        let page = read(
            &fixture,
            ListChangesInput {
                limit: Some(100),
                ..after(cursor.clone())
            },
        )
        .await;
        cursor = Some(page.pagination.next_cursor);
        if page.data.is_empty() {
            break;
        }
        again.extend(page.data.iter().map(|change| change.id));
    }
    assert_eq!(live.seen, again, "all of them, in the same order");
    let (services, ada) = (&fixture.services, &fixture.ada);
    let listed = fixture.list().await;
    assert_eq!(live.visible(&live.applications), by_id(listed.clone()));
    let mut notes = Vec::new();
    for application in listed {
        let reference = ApplicationRef {
            jobapp_id: application.id,
        };
        notes.extend(
            jobapps::list_notes(services, ada, reference)
                .await
                .expect("notes"),
        );
    }
    assert_eq!(live.visible(&live.notes), by_id(notes));
    let all = tasks::list(services, ada, ListTasksInput::default())
        .await
        .expect("tasks");
    assert_eq!(live.visible(&live.tasks), by_id(all));
}
