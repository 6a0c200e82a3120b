//! The tenant context ends with its transaction: one connection, used by several users and then without a context.

use service::testing::TestApp;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, PgPool};

const SETTINGS: &str = "select concat_ws('|', current_user, nullif(current_setting('app.tenant_id', true), ''), \
                        nullif(current_setting('app.user_id', true), ''), nullif(current_setting('app.role', true), ''), \
                        nullif(current_setting('app.visible_owners', true), ''), \
                        nullif(current_setting('app.commentable_owners', true), ''))";
const COUNT_STAGES: &str = "select count(*)::text from stages";

async fn text(conn: &mut PgConnection, sql: &str) -> Result<String, sqlx::Error> {
    sqlx::query_scalar(AssertSqlSafe(sql.to_owned()))
        .fetch_one(conn)
        .await
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn tenant_context_ends_with_the_transaction(pool: PgPool) {
    let app = TestApp::new(pool).expect("app");
    let login = app
        .owner
        .connect_options()
        .as_ref()
        .clone()
        .username("jobhax_login");
    let mut conn = PgConnection::connect_with(&login).await.expect("login");
    for (name, end) in [("ada", "commit"), ("ben", "rollback"), ("cleo", "commit")] {
        let caller = app.register_user(name).await.expect("registered");
        let begin = format!(
            "begin; select set_tenant_context('{}', '{}')",
            caller.tenant.id, caller.user.id
        );
        conn.execute(AssertSqlSafe(begin)).await.expect("begun");
        assert!(
            text(&mut conn, SETTINGS)
                .await
                .expect("settings")
                .starts_with("jobhax_app|")
        );
        assert_eq!(text(&mut conn, COUNT_STAGES).await.expect("own stages"), "5");
        conn.execute(end).await.expect(end);

        assert_eq!(
            text(&mut conn, SETTINGS).await.expect("settings"),
            "jobhax_login",
            "after {name}"
        );
        let without_context = text(&mut conn, COUNT_STAGES)
            .await
            .map_err(|e| e.as_database_error().and_then(|d| d.code().map(String::from)));
        assert_eq!(
            without_context,
            Err(Some("42501".into())),
            "tenant tables are inaccessible without a tenant context"
        );
    }
}
