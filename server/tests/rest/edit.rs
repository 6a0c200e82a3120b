//! `edit_jobapp`: what an application says, changed by the person.

use crate::client::{Api, redacted};
use serde_json::{Value, json};
use sqlx::PgPool;

async fn added(api: &Api, token: &str) -> Value {
    let new = json!({
        "job_title": "Clerk", "company": "Fernway", "application_date": "2026-03-01", "source": "Indeed",
        "location": "Berlin", "url": "https://example.org/jobs/1", "tags": ["remote"],
        "salary": {"min": 50000, "currency": "EUR", "period": "year"}
    });
    api.add(token, new).await
}

async fn edit(api: &Api, token: &str, application: &Value, mut fields: Value) -> crate::client::Answer {
    fields["jobapp_id"] = application["id"].clone();
    fields["version"] = application["version"].clone();
    api.post(token, "/jobapps/edit_jobapp", fields).await
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn every_field_can_be_changed_and_what_can_be_empty_cleared(pool: PgPool) {
    let api = Api::new(pool);
    let token = api.person("ada").await;
    let first = added(&api, &token).await;
    api.bench.clock.advance(chrono::TimeDelta::minutes(10));
    let all = json!({
        "job_title": " Senior Clerk ", "company": "Fernway & Sons", "apply_date": "2026-02-27", "source": "Referral",
        "location": "Rome", "url": "https://example.org/jobs/2", "tags": ["dream", "dream", "on-site"],
        "salary": {"min": 20, "max": 30, "currency": "GBP", "period": "hour"}
    });
    let second = edit(&api, &token, &first, all).await.with(200)["data"].clone();
    insta::assert_json_snapshot!(redacted(&second), @r#"
    {
      "application_status": {
        "id": "[uuid]",
        "kind": "applied",
        "position": 1,
        "value": "Applied"
      },
      "apply_date": "2026-02-27",
      "company": "Fernway & Sons",
      "company_logo": null,
      "created_at": "2026-03-15T12:00:00Z",
      "id": "[uuid]",
      "is_rejected": false,
      "job_title": "Senior Clerk",
      "location": "Rome",
      "outcome": null,
      "salary": {
        "currency": "GBP",
        "max": 30,
        "min": 20,
        "period": "hour"
      },
      "source": "Referral",
      "tags": [
        "dream",
        "on-site"
      ],
      "updated_at": "2026-03-15T12:10:00Z",
      "url": "https://example.org/jobs/2",
      "version": 2
    }
    "#);
    let none = json!({"source": null, "location": null, "url": null, "salary": null, "tags": null});
    let third = edit(&api, &token, &second, none).await.with(200)["data"].clone();
    let cleared = json!(["Manual", null, null, null, []]);
    assert_eq!(
        json!([
            third["source"],
            third["location"],
            third["url"],
            third["salary"],
            third["tags"]
        ]),
        cleared
    );
    assert_eq!(
        (&third["job_title"], &third["version"]),
        (&json!("Senior Clerk"), &json!(3))
    );
    // It is so in the database as well, found by its new name, and its ledger is as it was.
    let found = api.get(&token, "/jobapps/get_jobapps?q=sons").await.with(200);
    assert_eq!(found["data"], json!([third]));
    let id = first["id"].as_str().expect("id");
    let history = api
        .get(&token, &format!("/jobapps/get_status_history?jobapp_id={id}"))
        .await
        .with(200);
    assert_eq!(history["data"].as_array().map(Vec::len), Some(1));
}

/// HT-5: what is said again changes nothing; with an old version nothing is changed either, and the answer says how it stands.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn an_old_version_is_refused_and_the_same_again_is_none(pool: PgPool) {
    let api = Api::new(pool);
    let token = api.person("ada").await;
    let first = added(&api, &token).await;
    let same = edit(&api, &token, &first, json!({"company": "Fernway"}))
        .await
        .with(200);
    assert_eq!(same["data"], first);
    let second = edit(&api, &token, &first, json!({"company": "Moss"}))
        .await
        .with(200)["data"]
        .clone();
    let stale = edit(&api, &token, &first, json!({"company": "Birch"})).await;
    assert_eq!(stale.body["current"], second);
    assert_eq!(stale.problem(409), "version_conflict");

    let mut tasks = tokio::task::JoinSet::new();
    let api = std::sync::Arc::new(api);
    for n in 0..30 {
        let (api, token, second) = (api.clone(), token.clone(), second.clone());
        tasks.spawn(async move {
            let fields = json!({"company": format!("Company {n}")});
            edit(&api, &token, &second, fields).await.status.as_u16()
        });
    }
    let mut statuses = tasks.join_all().await;
    statuses.sort_unstable();
    assert_eq!((statuses[0], statuses[1], statuses[29]), (200, 409, 409));
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn edits_that_cannot_be(pool: PgPool) {
    let api = Api::new(pool);
    let token = api.person("ada").await;
    let first = added(&api, &token).await;
    for (fields, wrong) in [
        (json!({}), vec!["job_title"]),
        (
            json!({"job_title": null, "company": ""}),
            vec!["job_title", "company"],
        ),
        (json!({"application_date": null}), vec!["application_date"]),
        (
            json!({"application_date": "2026-01-01", "apply_date": "2026-01-01"}),
            vec!["apply_date"],
        ),
        (json!({"apply_date": "0001-01-01"}), vec!["apply_date"]),
        (json!({"url": "javascript:alert(1)"}), vec!["url"]),
        (json!({"location": "a\u{0}b"}), vec!["location"]),
        (json!({"tags": vec!["a"; 21]}), vec!["tags"]),
        (
            json!({"salary": {"currency": "EUR", "period": "day"}}),
            vec!["salary.min"],
        ),
        (json!({"salary": 5}), vec!["salary"]),
        (json!({"status_id": first["id"]}), vec!["status_id"]),
        (json!({"owner_id": first["id"]}), vec!["owner_id"]),
        (json!({"outcome": "rejected"}), vec!["outcome"]),
    ] {
        assert_eq!(
            edit(&api, &token, &first, fields.clone()).await.fields(),
            wrong,
            "{fields}"
        );
    }
    let without = json!({"jobapp_id": first["id"], "company": "Moss"});
    let without = api.post(&token, "/jobapps/edit_jobapp", without).await;
    assert_eq!(without.fields(), ["version"]);
    // Another's, none, and a deleted one: all the same.
    let other = api.person("ben").await;
    let mut nobodys = first.clone();
    nobodys["id"] = json!("00000000-0000-0000-0000-000000000001");
    let company = json!({"company": "Moss"});
    for (who, which) in [(&other, &first), (&token, &nobodys)] {
        assert_eq!(
            edit(&api, who, which, company.clone()).await.problem(404),
            "not_found"
        );
    }
    let delete = json!({"jobapp_id": first["id"]});
    assert_eq!(
        api.post(&token, "/jobapps/delete_jobapp", delete).await.status,
        204
    );
    assert_eq!(
        edit(&api, &token, &first, company).await.problem(404),
        "not_found"
    );
}

/// The fields that were sent are the person's from then on, also those that were cleared or said again.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn edited_fields_are_remembered(pool: PgPool) {
    let api = Api::new(pool);
    let token = api.person("ada").await;
    let first = added(&api, &token).await;
    sqlx::query("update job_application set edited = '{source}'")
        .execute(&api.bench.owner)
        .await
        .expect("as a mail would have made it");
    let fields = json!({"company": "Fernway", "location": null, "source": "Referral"});
    edit(&api, &token, &first, fields).await.with(200);
    let edited: Vec<String> = sqlx::query_scalar("select unnest(edited) from job_application")
        .fetch_all(&api.bench.owner)
        .await
        .expect("edited");
    assert_eq!(edited, ["company", "location", "source"]);
}
