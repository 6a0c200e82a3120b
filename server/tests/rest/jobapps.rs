//! Applications: added, moved, closed, deleted.

use crate::client::{Api, redacted};
use serde_json::{Value, json};
use sqlx::PgPool;

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn an_application_is_added_moved_and_closed(pool: PgPool) {
    let api = Api::new(pool);
    let token = api.person("ada").await;
    let added = api
        .add(
            &token,
            json!({
                "job_title": "  Pricing Analyst ", "company": "Hearth Homes", "application_date": "2026-03-01", "source": "Indeed",
                "location": "Berlin", "url": "https://example.org/jobs/1", "tags": ["remote", "remote", "dream"],
                "salary": {"min": 50000, "currency": "EUR", "period": "year"}
            }),
        )
        .await;
    insta::assert_json_snapshot!(redacted(&added), @r#"
    {
      "application_status": {
        "id": "[uuid]",
        "kind": "applied",
        "position": 1,
        "value": "Applied"
      },
      "apply_date": "2026-03-01",
      "company": "Hearth Homes",
      "company_logo": null,
      "created_at": "2026-03-15T12:00:00Z",
      "id": "[uuid]",
      "is_rejected": false,
      "job_title": "Pricing Analyst",
      "location": "Berlin",
      "outcome": null,
      "salary": {
        "currency": "EUR",
        "max": null,
        "min": 50000,
        "period": "year"
      },
      "source": "Indeed",
      "tags": [
        "remote",
        "dream"
      ],
      "updated_at": "2026-03-15T12:00:00Z",
      "url": "https://example.org/jobs/1",
      "version": 1
    }
    "#);
    let id = &added["id"];
    let interview = api.stage(&token, "interview").await;
    let wish = json!({"jobapp_id": id, "status_id": interview, "occurred_at": "2026-03-10T11:00:00+02:00", "version": 1});
    let moved = api.post(&token, "/jobapps/update_jobapp", wish).await.with(200);
    assert_eq!(
        (
            &moved["data"]["version"],
            &moved["data"]["application_status"]["id"]
        ),
        (&json!(2), &interview)
    );
    let closed = api
        .post(
            &token,
            "/jobapps/update_jobapp",
            json!({"jobapp_id": id, "rejected": true}),
        )
        .await
        .with(200);
    assert_eq!(
        (&closed["data"]["outcome"], &closed["data"]["is_rejected"]),
        (&json!("rejected"), &json!(true))
    );
    let history = api
        .get(
            &token,
            &format!(
                "/jobapps/get_status_history?jobapp_id={}",
                id.as_str().expect("id")
            ),
        )
        .await
        .with(200);
    insta::assert_json_snapshot!(redacted(&history), @r#"
    {
      "data": [
        {
          "actor": {
            "id": "[uuid]",
            "kind": "user",
            "name": "ada"
          },
          "cause": "api",
          "from_status": null,
          "id": "[uuid]",
          "mail_id": null,
          "occurred_at": "2026-03-01T00:00:00Z",
          "outcome": null,
          "recorded_at": "2026-03-15T12:00:00Z",
          "to_status": {
            "id": "[uuid]",
            "kind": "applied",
            "position": 1,
            "value": "Applied"
          }
        },
        {
          "actor": {
            "id": "[uuid]",
            "kind": "user",
            "name": "ada"
          },
          "cause": "api",
          "from_status": {
            "id": "[uuid]",
            "kind": "applied",
            "position": 1,
            "value": "Applied"
          },
          "id": "[uuid]",
          "mail_id": null,
          "occurred_at": "2026-03-10T09:00:00Z",
          "outcome": null,
          "recorded_at": "2026-03-15T12:00:00Z",
          "to_status": {
            "id": "[uuid]",
            "kind": "interview",
            "position": 3,
            "value": "Onsite Interview"
          }
        },
        {
          "actor": {
            "id": "[uuid]",
            "kind": "user",
            "name": "ada"
          },
          "cause": "api",
          "from_status": {
            "id": "[uuid]",
            "kind": "interview",
            "position": 3,
            "value": "Onsite Interview"
          },
          "id": "[uuid]",
          "mail_id": null,
          "occurred_at": "2026-03-15T12:00:00Z",
          "outcome": "rejected",
          "recorded_at": "2026-03-15T12:00:00Z",
          "to_status": {
            "id": "[uuid]",
            "kind": "interview",
            "position": 3,
            "value": "Onsite Interview"
          }
        }
      ]
    }
    "#);
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn saying_what_is_so_already_changes_nothing(pool: PgPool) {
    let api = Api::new(pool);
    let token = api.person("ada").await;
    let added = api.add(&token, json!({"job_title": "a", "company": "b"})).await;
    for wish in [
        json!({"status_id": added["application_status"]["id"]}),
        json!({"outcome": null}),
        json!({"rejected": false}),
    ] {
        let mut wish = wish;
        wish["jobapp_id"] = added["id"].clone();
        let same = api.post(&token, "/jobapps/update_jobapp", wish).await.with(200);
        assert_eq!(same["data"], added);
    }
    let path = format!(
        "/jobapps/get_status_history?jobapp_id={}",
        added["id"].as_str().expect("id")
    );
    assert_eq!(
        api.get(&token, &path).await.with(200)["data"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn a_stale_version_is_told_what_holds_now(pool: PgPool) {
    let api = Api::new(pool);
    let token = api.person("ada").await;
    let added = api.add(&token, json!({"job_title": "a", "company": "b"})).await;
    let reject = json!({"jobapp_id": added["id"], "rejected": true, "version": 1});
    api.post(&token, "/jobapps/update_jobapp", reject.clone())
        .await
        .with(200);
    let stale = api.post(&token, "/jobapps/update_jobapp", reject).await;
    assert_eq!(
        (
            &stale.body["current"]["version"],
            &stale.body["current"]["outcome"]
        ),
        (&json!(2), &json!("rejected"))
    );
    assert_eq!(stale.problem(409), "version_conflict");
}

/// Fifty movers with the same version: one wins, the ledger has one entry more.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn of_many_with_the_same_version_one_wins(pool: PgPool) {
    let api = std::sync::Arc::new(Api::new(pool));
    let token = api.person("ada").await;
    let added = api.add(&token, json!({"job_title": "a", "company": "b"})).await;
    let offer = api.stage(&token, "offer").await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let (api, token) = (api.clone(), token.clone());
        let wish = json!({"jobapp_id": added["id"], "status_id": offer, "version": 1});
        tasks.spawn(async move {
            api.post(&token, "/jobapps/update_jobapp", wish)
                .await
                .status
                .as_u16()
        });
    }
    let mut statuses = tasks.join_all().await;
    statuses.sort_unstable();
    assert_eq!((statuses[0], statuses[1], statuses[49]), (200, 409, 409));
    let entries: i64 = sqlx::query_scalar("select count(*) from application_event")
        .fetch_one(&api.bench.owner)
        .await
        .expect("count");
    assert_eq!(entries, 2);
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn wishes_that_cannot_be(pool: PgPool) {
    let api = Api::new(pool);
    let token = api.person("ada").await;
    let added = api.add(&token, json!({"job_title": "a", "company": "b"})).await;
    let id = &added["id"];
    for (wish, field) in [
        (json!({"jobapp_id": id}), "status_id"),
        (
            json!({"jobapp_id": id, "rejected": true, "outcome": "ghosted"}),
            "rejected",
        ),
        (
            json!({"jobapp_id": id, "rejected": true, "occurred_at": "2026-03-15T12:06:00Z"}),
            "occurred_at",
        ),
        (json!({"jobapp_id": "x", "rejected": true}), "jobapp_id"),
        (json!({"jobapp_id": id, "outcome": "lost"}), "outcome"),
        (
            json!({"jobapp_id": id, "rejected": true, "owner_id": id}),
            "owner_id",
        ),
        (json!({"rejected": true}), "jobapp_id"),
    ] {
        assert_eq!(
            api.post(&token, "/jobapps/update_jobapp", wish).await.fields(),
            [field]
        );
    }
    let unknown = json!({"jobapp_id": "00000000-0000-0000-0000-000000000001", "rejected": true});
    assert_eq!(
        api.post(&token, "/jobapps/update_jobapp", unknown)
            .await
            .problem(404),
        "not_found"
    );
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn a_deleted_application_is_nowhere(pool: PgPool) {
    let api = Api::new(pool);
    let (token, other) = (api.person("ada").await, api.person("ben").await);
    let added = api.add(&token, json!({"job_title": "a", "company": "b"})).await;
    let id = added["id"].as_str().expect("id");
    let note = json!({"jobapp_id": id, "description": "x"});
    let note = api.post(&token, "/jobapps/add_jobapp_note", note).await.with(201)["data"]["id"].clone();
    let detail = api
        .get(&token, &format!("/jobapps/get_jobapp_detail?jobapp_id={id}"))
        .await
        .with(200);
    assert_eq!(detail["data"]["jobapp"], added);
    for (part, rows) in [("history", 1), ("notes", 1), ("mails", 0)] {
        assert_eq!(
            detail["data"][part].as_array().map(Vec::len),
            Some(rows),
            "{part}"
        );
    }
    let delete = json!({"jobapp_id": id});
    assert_eq!(
        api.post(&other, "/jobapps/delete_jobapp", delete.clone())
            .await
            .problem(404),
        "not_found"
    );
    assert_eq!(
        api.post(&token, "/jobapps/delete_jobapp", delete.clone())
            .await
            .status,
        204
    );
    assert_eq!(
        api.post(&token, "/jobapps/delete_jobapp", delete)
            .await
            .problem(404),
        "not_found"
    );
    for path in ["get_jobapp_detail", "get_status_history", "get_jobapp_notes"] {
        assert_eq!(
            api.get(&token, &format!("/jobapps/{path}?jobapp_id={id}"))
                .await
                .problem(404),
            "not_found"
        );
    }
    let change = json!({"jobapp_note_id": note, "description": "y"});
    assert_eq!(
        api.post(&token, "/jobapps/update_jobapp_note", change)
            .await
            .problem(404),
        "not_found"
    );
    assert_eq!(
        api.get(&token, "/jobapps/get_jobapps").await.with(200)["data"],
        json!([])
    );
    assert_eq!(
        api.get(&token, "/metrics/get_total_application_count")
            .await
            .with(200)["data"]["count"],
        0
    );
}

/// HT-12: values that are right each by itself and not together, and days that no calendar has.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn ht_12_values_fit_together(pool: PgPool) {
    let api = Api::new(pool);
    let ada = api.person("ada").await;
    let made = api
        .add(&ada, json!({"job_title": "Baker", "company": "Moss"}))
        .await;
    let with = |more: Value| {
        let mut body = json!({"job_title": "Baker", "company": "Moss"});
        body.as_object_mut()
            .expect("object")
            .extend(more.as_object().expect("object").clone());
        body
    };
    let salary =
        |min: i64, max: i64| json!({"salary": {"min": min, "max": max, "currency": "EUR", "period": "year"}});
    for (more, field) in [
        (salary(2, 1), "salary.min"),
        (salary(-1, 1), "salary.min"),
        (json!({"application_date": "2027-02-29"}), "application_date"),
        (json!({"application_date": "2026-04-31"}), "application_date"),
        (json!({"application_date": "0000-01-01"}), "application_date"),
        (json!({"application_date": "9999-12-31"}), "application_date"),
        (json!({"application_date": "10000-01-01"}), "application_date"),
        (
            json!({"application_date": "2026-03-01", "apply_date": "2026-03-01"}),
            "apply_date",
        ),
    ] {
        let answer = api.post(&ada, "/jobapps/add_jobapp", with(more.clone())).await;
        assert_eq!(answer.fields(), [field], "{more}");
    }
    for (more, field) in [
        (json!({"rejected": true, "outcome": "accepted"}), "rejected"),
        (
            json!({"occurred_at": "2026-03-15T13:00:00Z", "outcome": "ghosted"}),
            "occurred_at",
        ),
        (
            json!({"occurred_at": "2026-02-29T12:00:00Z", "outcome": "ghosted"}),
            "occurred_at",
        ),
        (
            json!({"occurred_at": "9999-12-31T23:59:59Z", "outcome": "ghosted"}),
            "occurred_at",
        ),
    ] {
        let mut body = json!({"jobapp_id": made["id"]});
        body.as_object_mut()
            .expect("object")
            .extend(more.as_object().expect("object").clone());
        let answer = api.post(&ada, "/jobapps/update_jobapp", body).await;
        let mut named = answer.fields();
        named.dedup();
        assert_eq!(named, [field], "{more}");
    }
    // The controls: a leap day that there was, and the widest range that fits.
    for more in [
        json!({"application_date": "2024-02-29"}),
        salary(1, 1),
        salary(0, 1_000_000_000_000),
    ] {
        api.post(&ada, "/jobapps/add_jobapp", with(more)).await.with(201);
    }
}
