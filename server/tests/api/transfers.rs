//! `/api/transfers`, and taking applications along when leaving an organization.

use crate::support::{TestClient, TestServer, fixtures};
use serde_json::json;
use service::testing::PASSWORD;
use sqlx::PgPool;

/// A client of the same user in another workspace.
async fn in_tenant(server: &TestServer, name: &str, tenant: &str) -> TestClient {
    let slug: String = sqlx::query_scalar("select slug from tenants where id = $1::text::uuid")
        .bind(tenant)
        .fetch_one(&server.owner)
        .await
        .expect("slug");
    let body = json!({ "email": format!("{name}@example.org"), "password": PASSWORD, "tenant": slug });
    let tokens = server
        .anonymous()
        .post("/users/login", body)
        .await
        .expect_status(200);
    server.client(tokens["data"]["access_token"].as_str().expect("token"))
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn applications_are_copied_and_move_back_when_leaving(pool: PgPool) {
    let server = TestServer::with_mock_providers(pool).await;
    let ada = fixtures::user(&server, "ada").await;
    let target = &ada.ids["target_tenant_id"];
    let there = in_tenant(&server, "ada", target).await;
    let copy = async |body: serde_json::Value| ada.client.post("/transfers/copy_jobapps", body).await;
    let one = json!({ "target_tenant_id": target, "jobapp_ids": [ada.ids["jobapp_id"]] });
    let result = copy(one.clone()).await.expect_status(200);
    assert_eq!(result["data"], json!({ "copied": 1, "already_there": 0 }));
    assert_eq!(copy(one).await.expect_status(200)["data"]["already_there"], 1);
    let all = copy(json!({ "target_tenant_id": target }))
        .await
        .expect_status(200);
    assert_eq!(all["data"]["already_there"], 1);
    let home = ada.client.get("/jobapps/get_jobapps").await.expect_status(200);
    let copies = there.get("/jobapps/get_jobapps").await.expect_status(200);
    assert_eq!(
        home["data"].as_array().expect("a list").len(),
        copies["data"].as_array().expect("a list").len()
    );
    let own = json!({ "target_tenant_id": target });
    assert_eq!(
        there
            .post("/transfers/copy_jobapps", own)
            .await
            .expect_problem(422),
        "invalid"
    );
    let leave = json!({ "take_along": "move" });
    assert_eq!(
        there
            .post("/tenants/leave_tenant", leave.clone())
            .await
            .expect_problem(409),
        "last_owner"
    );
    // With another owner, leaving succeeds. Applications that were copied before and have not changed are not copied again.
    server
        .execute(&format!(
            "insert into memberships (tenant_id, user_id, role, display_name, joined_at)
             select '{target}', user_id, 'owner', 'x', now() from memberships where role = 'coach' limit 1"
        ))
        .await;
    let new = json!({ "job_title": "Only there", "company": "Moss" });
    there.add_application(new).await;
    assert_eq!(there.post("/tenants/leave_tenant", leave).await.status, 204);
    let after = ada.client.get("/jobapps/get_jobapps").await.expect_status(200);
    assert_eq!(
        after["data"].as_array().expect("a list").len(),
        home["data"].as_array().expect("a list").len() + 1
    );
    assert_eq!(there.get("/jobapps/get_jobapps").await.status, 401);
}
