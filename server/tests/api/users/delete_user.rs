//! `export_data` and `delete_user`.

use crate::support::TestServer;
use serde_json::json;
use service::testing::PASSWORD;
use sqlx::PgPool;

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn export_has_all_data_and_deletion_leaves_none(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    ada.add_application(json!({"job_title": "Engineer", "company": "Fernway"}))
        .await;
    let export = ada
        .post("/users/export_data", json!({"password": PASSWORD}))
        .await;
    assert_eq!(
        export.header("content-disposition"),
        "attachment; filename=\"jobhax-2026-03-15.json\""
    );
    assert_eq!(export.header("cache-control"), "no-store");
    let document = export.expect_status(200);
    assert_eq!(document["workspaces"][0]["applications"][0]["company"], "Fernway");

    let delete = async |body| ada.post("/users/delete_user", body).await;
    let wrong = delete(json!({"password": "wrong wrong wrong"})).await;
    assert_eq!(wrong.invalid_fields(), ["password"]);
    let without = ada.post_raw("/users/delete_user", "application/json", "").await;
    assert_eq!(without.expect_problem(403), "reauthentication_required");
    assert_eq!(delete(json!({"password": PASSWORD})).await.status, 204);
    assert_eq!(
        ada.get("/users/get_profile").await.expect_problem(401),
        "unauthorized"
    );
    let rows = "select (select count(*) from users) + (select count(*) from tenants) + (select count(*) from job_applications)";
    assert_eq!(server.count(rows).await, 0);
}
