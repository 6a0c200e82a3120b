use crate::support::TestServer;
use serde_json::json;
use sqlx::PgPool;

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn deleted_application_is_not_found_by_any_operation(pool: PgPool) {
    let server = TestServer::new(pool);
    let (ada, ben) = (server.register("ada").await, server.register("ben").await);
    let application = ada
        .add_application(json!({"job_title": "a", "company": "b"}))
        .await;
    let id = application["id"].as_str().expect("id");
    let note = json!({"jobapp_id": id, "description": "x"});
    let note = ada
        .post("/jobapps/add_jobapp_note", note)
        .await
        .expect_status(201);
    let detail = ada
        .get(&format!("/jobapps/get_jobapp_detail?jobapp_id={id}"))
        .await
        .expect_status(200);
    assert_eq!(detail["data"]["jobapp"], application);
    for (list, rows) in [("history", 1), ("notes", 1), ("mails", 0)] {
        assert_eq!(
            detail["data"][list].as_array().map(Vec::len),
            Some(rows),
            "{list}"
        );
    }
    let delete = "/jobapps/delete_jobapp";
    let body = json!({"jobapp_id": id});
    assert_eq!(
        ben.post(delete, body.clone()).await.expect_problem(404),
        "not_found"
    );
    assert_eq!(ada.post(delete, body.clone()).await.status, 204);
    assert_eq!(ada.post(delete, body).await.expect_problem(404), "not_found");
    for operation in ["get_jobapp_detail", "get_status_history", "get_jobapp_notes"] {
        let response = ada.get(&format!("/jobapps/{operation}?jobapp_id={id}")).await;
        assert_eq!(response.expect_problem(404), "not_found", "{operation}");
    }
    let update = json!({"jobapp_note_id": note["data"]["id"], "description": "y"});
    let response = ada.post("/jobapps/update_jobapp_note", update).await;
    assert_eq!(response.expect_problem(404), "not_found");
    let list = ada.get("/jobapps/get_jobapps").await.expect_status(200);
    assert_eq!(list["data"], json!([]));
    let total = ada
        .get("/metrics/get_total_application_count")
        .await
        .expect_status(200);
    assert_eq!(total["data"]["count"], 0);
}
