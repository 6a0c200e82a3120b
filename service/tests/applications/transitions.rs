//! The stages and outcomes of changes of the state of an application.

use crate::{
    changes::{close, read},
    fixture::Fixture,
};
use domain::{
    changes::{Change, ListChangesInput},
    jobapps::{Outcome, UpdateApplicationInput},
};
use service::jobapps;
use sqlx::PgPool;

/// The transition of the last change, as stages and outcomes in words.
async fn last_transition(fixture: &Fixture) -> Option<[String; 4]> {
    let page = read(fixture, ListChangesInput::default()).await;
    let transition = page.data.last()?.transition.clone()?;
    let outcome = |outcome: Option<Outcome>| outcome.map_or("none", Outcome::as_str).to_owned();
    Some([
        transition.from_status.value,
        outcome(transition.from_outcome),
        transition.to_status.value,
        outcome(transition.to_outcome),
    ])
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn transition_belongs_to_its_change_despite_later_changes(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let (services, ada) = (&fixture.services, &fixture.ada);
    let id = fixture.add("Fernway", "Baker").await.id;
    assert_eq!(last_transition(&fixture).await, None, "it has no state before");
    let stages = jobapps::list_stages(services, ada).await.expect("stages");
    let first = fixture.list().await[0].application_status.clone();
    let mut others = stages.iter().filter(|stage| stage.id != first.id);
    let (second, third) = others.next().zip(others.next()).expect("other stages");
    fixture
        .update(UpdateApplicationInput::to_stage(id, second.id))
        .await;
    let moved = [first.value.as_str(), "none", &second.value, "none"].map(ToOwned::to_owned);
    assert_eq!(last_transition(&fixture).await, Some(moved.clone()));
    let both = UpdateApplicationInput {
        status_id: Some(third.id),
        ..close(id, Some(Outcome::Rejected))
    };
    fixture.update(both).await;
    let closed = [second.value.as_str(), "none", &third.value, "rejected"].map(ToOwned::to_owned);
    assert_eq!(last_transition(&fixture).await, Some(closed.clone()));
    fixture
        .execute("update stages set name = name || ' (renamed)'")
        .await;
    fixture.update(close(id, None)).await;
    let page = read(&fixture, ListChangesInput::default()).await;
    let types: Vec<&str> = page.data.iter().map(|c| c.change_type.as_str()).collect();
    assert_eq!(
        types,
        [
            "jobapp.created",
            "jobapp.moved",
            "jobapp.closed",
            "jobapp.reopened"
        ],
        "an application that moves and gets an outcome at once is closed"
    );
    let names = |change: &Change| {
        let transition = change.transition.clone().expect("a transition");
        (transition.from_status.value, transition.to_status.value)
    };
    let [_, first_move, closing, reopening] = &page.data[..] else {
        panic!("{types:?}")
    };
    assert_eq!(names(first_move), (moved[0].clone(), moved[2].clone()));
    assert_eq!(names(closing), (closed[0].clone(), closed[2].clone()));
    let renamed = format!("{} (renamed)", third.value);
    assert_eq!(names(reopening), (renamed.clone(), renamed));
    // A change of the release before this member.
    fixture.execute("update changes set transition = null").await;
    assert_eq!(last_transition(&fixture).await, None);
}
