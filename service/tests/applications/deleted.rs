//! The list of deleted applications.

use crate::fixture::Fixture;
use domain::{
    JobApplicationId,
    jobapps::{ApplicationRef, MergeApplicationsInput},
};
use service::jobapps;
use sqlx::PgPool;

async fn delete(fixture: &Fixture, id: JobApplicationId) {
    jobapps::delete(&fixture.services, &fixture.ada, ApplicationRef { jobapp_id: id })
        .await
        .expect("deleted");
}

/// The companies on all pages, and the total that the first one says.
async fn companies(fixture: &Fixture) -> (Vec<String>, i64) {
    let (mut companies, mut total, mut cursor) = (Vec::new(), None, None);
    loop {
        let page = jobapps::list_deleted(&fixture.services, &fixture.ada, cursor.as_deref())
            .await
            .expect("listed");
        total = total.or(Some(page.total));
        companies.extend(page.applications.into_iter().filter_map(|a| a.company));
        cursor = page.next_cursor;
        if cursor.is_none() {
            return (companies, total.unwrap_or_default());
        }
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn deleted_applications_are_listed_until_they_are_restored_or_too_old(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let (moss, fern, part) = (
        fixture.add("Moss", "Baker").await.id,
        fixture.add("Fern", "Cook").await.id,
        fixture.add("Part", "Cook").await.id,
    );
    fixture.add("Kept", "Cook").await;
    delete(&fixture, moss).await;
    fixture.advance_days(1);
    let merge = MergeApplicationsInput {
        jobapp_id: fern,
        other_id: part,
    };
    jobapps::merge(&fixture.services, &fixture.ada, merge)
        .await
        .expect("merged");
    delete(&fixture, fern).await;
    assert_eq!(companies(&fixture).await, (vec!["Fern".into(), "Moss".into()], 2));
    let ben = fixture.app.register_user("ben").await.expect("registered");
    let theirs = jobapps::list_deleted(&fixture.services, &ben, None).await;
    assert_eq!(theirs.expect("listed").total, 0);

    let input = ApplicationRef { jobapp_id: fern };
    jobapps::restore(&fixture.services, &fixture.ada, input)
        .await
        .expect("restored");
    assert_eq!(companies(&fixture).await, (vec!["Moss".into()], 1));
    fixture.advance_days(28);
    let page = jobapps::list_deleted(&fixture.services, &fixture.ada, None).await;
    let deleted = page.expect("listed").applications.remove(0);
    assert_eq!(
        deleted.purged_at,
        fixture.services.clock.now() + chrono::TimeDelta::days(1)
    );
    fixture.advance_days(1);
    assert_eq!(companies(&fixture).await, (Vec::new(), 0));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn every_deleted_application_is_on_one_page(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let mut expected = Vec::new();
    for n in 0..53 {
        let company = format!("C{n}");
        delete(&fixture, fixture.add(&company, "Cook").await.id).await;
        expected.push(company);
    }
    let (mut found, total) = companies(&fixture).await;
    assert_eq!(total, 53);
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
    let first = jobapps::list_deleted(&fixture.services, &fixture.ada, None).await;
    let cursor = first.expect("listed").next_cursor.expect("a cursor");
    let ben = fixture.app.register_user("ben").await.expect("registered");
    let theirs = jobapps::list_deleted(&fixture.services, &ben, Some(&cursor)).await;
    theirs.expect_err("a cursor of another user");
}
