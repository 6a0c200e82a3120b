use crate::support::{TestServer, redact};
use serde_json::{Value, json};
use sqlx::PgPool;

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn events_record_adding_moving_and_rejecting(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let added = ada
        .add_application(json!({
            "job_title": "  Pricing Analyst ", "company": "Hearth Homes", "application_date": "2026-03-01", "source": "Indeed",
                "location": "Berlin", "url": "https://example.org/jobs/1", "tags": ["remote", "remote", "dream"],
                "salary": {"min": 50000, "currency": "EUR", "period": "year"}
            }),
        )
        .await;
    insta::assert_json_snapshot!(redact(&added), @r#"
    {
      "application_status": {
        "color": null,
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
      "on_hold": false,
      "outcome": null,
      "quiet_days": null,
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
    let interview = ada.stage_id("interview").await;
    let update = async |body| {
        let response = ada.post("/jobapps/update_jobapp", body).await;
        response.expect_status(200)["data"].clone()
    };
    let moved = update(json!({
        "jobapp_id": id, "status_id": interview, "occurred_at": "2026-03-10T11:00:00+02:00", "version": 1,
    }))
    .await;
    assert_eq!(
        (&moved["version"], &moved["application_status"]["id"]),
        (&json!(2), &interview)
    );
    let rejected = update(json!({"jobapp_id": id, "rejected": true})).await;
    assert_eq!(
        (&rejected["outcome"], &rejected["is_rejected"]),
        (&json!("rejected"), &json!(true))
    );
    let id = id.as_str().expect("id");
    let history = ada
        .get(&format!("/jobapps/get_status_history?jobapp_id={id}"))
        .await
        .expect_status(200);
    insta::assert_json_snapshot!(redact(&history), @r#"
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
          "silence_days": null,
          "to_status": {
            "color": null,
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
            "color": null,
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
          "silence_days": null,
          "to_status": {
            "color": null,
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
            "color": null,
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
          "silence_days": null,
          "to_status": {
            "color": null,
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

/// Values that are valid alone but not together, and dates that do not exist.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn contradictory_or_impossible_values_are_rejected(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let add = async |extra: &Value| {
        let mut body = json!({"job_title": "Baker", "company": "Moss"});
        body.as_object_mut()
            .expect("object")
            .extend(extra.as_object().expect("object").clone());
        ada.post("/jobapps/add_jobapp", body).await
    };
    let salary =
        |min: i64, max: i64| json!({"salary": {"min": min, "max": max, "currency": "EUR", "period": "year"}});
    for (extra, field) in [
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
        assert_eq!(add(&extra).await.invalid_fields(), [field], "{extra}");
    }
    // Control: an existing leap day and the widest salary ranges are valid.
    for extra in [
        json!({"application_date": "2024-02-29"}),
        salary(1, 1),
        salary(0, 1_000_000_000_000),
    ] {
        add(&extra).await.expect_status(201);
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn application_is_added_to_the_first_stage_of_a_kind(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let add = async |stage: Value| {
        let mut body = json!({"job_title": "Clerk", "company": "Moss"});
        body.as_object_mut()
            .expect("object")
            .extend(stage.as_object().expect("object").clone());
        ada.post("/jobapps/add_jobapp", body).await
    };
    let added = add(json!({"stage_kind": "to_apply"})).await.expect_status(201);
    assert_eq!(added["data"]["application_status"]["value"], "To Apply");
    let offer = ada.stage_id("offer").await;
    let both = add(json!({"stage_kind": "to_apply", "status_id": offer})).await;
    assert_eq!(both.invalid_fields(), ["stage_kind"]);
    server
        .execute("update stages set deleted_at = now() where kind = 'to_apply'")
        .await;
    let none = add(json!({"stage_kind": "to_apply"})).await;
    assert_eq!(none.invalid_fields(), ["stage_kind"]);
}
