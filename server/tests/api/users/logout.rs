use crate::support::TestServer;
use sqlx::PgPool;

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn logout_revokes_the_token_immediately(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let logout = ada.post_raw("/users/logout", "application/json", "").await;
    assert_eq!(logout.status, 204);
    let after = ada.get("/jobapps/get_statuses").await;
    assert_eq!(after.header("www-authenticate"), "Bearer");
    assert_eq!(after.expect_problem(401), "unauthorized");
}
