//! `restore_jobapp`: what was deleted can be brought back for thirty days, and counts nowhere until then.

use crate::client::Api;
use chrono::TimeDelta;
use serde_json::{Value, json};
use sqlx::PgPool;

const METRICS: [&str; 6] = [
    "get_total_application_count",
    "get_application_count_by_month",
    "get_application_count_by_month_with_total",
    "get_count_by_statuses",
    "get_word_count",
    "get_count_by_jobtitle_and_statuses",
];

/// Everything that lists or counts applications.
async fn picture(api: &Api, token: &str) -> Vec<Value> {
    let mut answers = Vec::new();
    for path in METRICS.map(|m| format!("/metrics/{m}")) {
        answers.push(api.get(token, &path).await.with(200));
    }
    for sort in ["apply_date", "updated_at", "company"] {
        let list = api.get(token, &format!("/jobapps/get_jobapps?sort={sort}")).await;
        let ids = list.with(200)["data"]
            .as_array()
            .expect("rows")
            .iter()
            .map(|r| r["id"].clone())
            .collect();
        answers.push(ids);
    }
    answers
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn deleted_counts_nowhere_and_comes_back_whole(pool: PgPool) {
    let api = Api::new(pool);
    let token = api.person("ada").await;
    let nothing = picture(&api, &token).await;
    let new = json!({"job_title": "Clerk", "company": "Fernway", "application_date": "2026-03-01"});
    let added = api.add(&token, new).await;
    let id = added["id"].as_str().expect("id").to_owned();
    let this = json!({"jobapp_id": id});
    let offer = json!({"jobapp_id": id, "status_id": api.stage(&token, "offer").await});
    api.post(&token, "/jobapps/update_jobapp", offer).await.with(200);
    let note = json!({"jobapp_id": id, "description": "x"});
    api.post(&token, "/jobapps/add_jobapp_note", note).await.with(201);
    let detail = format!("/jobapps/get_jobapp_detail?jobapp_id={id}");
    let before = api.get(&token, &detail).await.with(200)["data"].clone();
    let something = picture(&api, &token).await;
    for (n, (with, without)) in something.iter().zip(&nothing).enumerate() {
        assert_ne!(with, without, "the control: answer {n} depends on applications");
    }

    assert_eq!(
        api.post(&token, "/jobapps/delete_jobapp", this.clone())
            .await
            .status,
        204
    );
    assert_eq!(picture(&api, &token).await, nothing);
    api.bench
        .clock
        .advance(TimeDelta::days(30) - TimeDelta::seconds(1));
    // The month has changed meanwhile: the picture is compared with one of the same day.
    let token = login(&api).await;
    let restored = api
        .post(&token, "/jobapps/restore_jobapp", this.clone())
        .await
        .with(200)["data"]
        .clone();
    let after = api.get(&token, &detail).await.with(200)["data"].clone();
    assert_eq!(restored, after["jobapp"]);
    assert_eq!(
        (&after["history"], &after["notes"]),
        (&before["history"], &before["notes"])
    );
    assert_eq!(
        (&restored["version"], &restored["updated_at"]),
        (&json!(4), &json!("2026-04-14T11:59:59Z"))
    );
    // Once more is none.
    let again = api.post(&token, "/jobapps/restore_jobapp", this).await.with(200);
    assert_eq!(again["data"], restored);
}

async fn login(api: &Api) -> String {
    let input = json!({"email": "ada@example.org", "password": service::testing::PASSWORD});
    let answer = api.post("", "/users/login", input).await.with(200);
    answer["data"]["access_token"].as_str().expect("token").to_owned()
}

/// HT-13, and the end: after thirty days it is 404, whether or not the sweep has come by; then nothing is left of it.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn after_thirty_days_it_is_gone_for_good(pool: PgPool) {
    let api = Api::new(pool);
    let token = api.person("ada").await;
    let mut ids = Vec::new();
    for company in ["Fernway", "Moss"] {
        let added = api
            .add(&token, json!({"job_title": "Clerk", "company": company}))
            .await;
        let note = json!({"jobapp_id": added["id"], "description": "x"});
        api.post(&token, "/jobapps/add_jobapp_note", note).await.with(201);
        ids.push(json!({"jobapp_id": added["id"]}));
    }
    let other = api.person("ben").await;
    let theirs = api.post(&other, "/jobapps/restore_jobapp", ids[0].clone()).await;
    assert_eq!(theirs.problem(404), "not_found");
    let unknown = json!({"jobapp_id": "00000000-0000-0000-0000-000000000001"});
    assert_eq!(
        api.post(&token, "/jobapps/restore_jobapp", unknown)
            .await
            .problem(404),
        "not_found"
    );

    api.post(&token, "/jobapps/delete_jobapp", ids[0].clone()).await;
    api.bench.clock.advance(TimeDelta::hours(1));
    let token = login(&api).await;
    api.post(&token, "/jobapps/delete_jobapp", ids[1].clone()).await;
    let left = async || -> Vec<i64> {
        sqlx::query_scalar(
            "select count(*) from job_application union all select count(*) from application_event \
             union all select count(*) from note",
        )
        .fetch_all(&api.bench.owner)
        .await
        .expect("counts")
    };
    api.bench
        .clock
        .advance(TimeDelta::days(30) - TimeDelta::minutes(30));
    let token = login(&api).await;
    let first = api.post(&token, "/jobapps/restore_jobapp", ids[0].clone()).await;
    assert_eq!(first.problem(404), "not_found");
    assert_eq!(left().await, [2, 2, 2]);
    service::jobapps::purge(&api.bench.services)
        .await
        .expect("purged");
    assert_eq!(left().await, [1, 1, 1]);
    api.post(&token, "/jobapps/restore_jobapp", ids[1].clone())
        .await
        .with(200);
    api.bench.clock.advance(TimeDelta::days(365));
    service::jobapps::purge(&api.bench.services)
        .await
        .expect("purged");
    assert_eq!(left().await, [1, 1, 1], "what is not deleted stays");
}
