//! A client that only reads the changes feed, beside random writers.

use crate::{
    changes::{after, close, read},
    fixture::Fixture,
};
use domain::{
    changes::{Change, ListChangesInput},
    jobapps::{
        AddApplicationInput, AddNoteInput, ApplicationRef, EditApplicationInput, Outcome, UpdateNoteInput,
    },
    tasks::{AddTaskInput, ListTasksInput, TaskRef},
};
use service::{Services, context::Caller, jobapps, tasks};
use sqlx::PgPool;
use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
    time::Duration,
};
use uuid::Uuid;

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

    /// The content of lists, without objects of applications that are not listed.
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
        // Changes that were committed before all writers had ended are read in one more round.
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
