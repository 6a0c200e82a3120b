use crate::support::TestServer;
use chrono::TimeDelta;
use serde_json::json;
use sqlx::PgPool;

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn silence_thresholds_have_defaults_and_are_changed_one_by_one(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let path = "/jobapps/get_silence_thresholds";
    let defaults = json!({"applied": 30, "screening": 21, "interview": 14, "offer": 14});
    assert_eq!(ada.get(path).await.expect_status(200)["data"], defaults);
    let update = "/jobapps/update_silence_thresholds";
    let changed = ada
        .post(update, json!({"applied": 45, "offer": 0}))
        .await
        .expect_status(200);
    let expected = json!({"applied": 45, "screening": 21, "interview": 14, "offer": 0});
    assert_eq!(changed["data"], expected);
    assert_eq!(ada.get(path).await.expect_status(200)["data"], expected);
    for body in [
        json!({}),
        json!({"applied": -1}),
        json!({"offer": 366}),
        json!({"to_apply": 3}),
    ] {
        assert_eq!(ada.post(update, body).await.expect_problem(422), "invalid");
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn quiet_filter_finds_applications_that_nothing_happens_to(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let quiet = ada
        .add_application(json!({"job_title": "Baker", "company": "Moss"}))
        .await;
    server.advance_clock(TimeDelta::days(24));
    let ada = server.login("ada").await;
    let recent = ada
        .add_application(json!({"job_title": "Clerk", "company": "Fernway"}))
        .await;
    for (value, expected, days) in [("true", &quiet, json!(24)), ("false", &recent, json!(null))] {
        let list = ada
            .get(&format!("/jobapps/get_jobapps?quiet={value}"))
            .await
            .expect_status(200);
        let rows = list["data"].as_array().expect("rows");
        assert_eq!(rows.len(), 1);
        assert_eq!((&rows[0]["id"], &rows[0]["quiet_days"]), (&expected["id"], &days));
        assert_eq!(rows[0]["on_hold"], false);
    }
}
