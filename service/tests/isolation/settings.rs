//! RLS-4: who one is holds for one transaction. The same connection, used by one person after another and then by
//! somebody who forgets to enter.

use service::testing::Bench;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, PgPool};

const SETTINGS: &str = "select concat_ws('|', current_user, nullif(current_setting('app.tenant_id', true), ''), \
                        nullif(current_setting('app.user_id', true), ''), nullif(current_setting('app.role', true), ''), \
                        nullif(current_setting('app.visible_owners', true), ''))";
const SEEN: &str = "select count(*)::text from stage";

async fn text(conn: &mut PgConnection, sql: &str) -> Result<String, sqlx::Error> {
    sqlx::query_scalar(AssertSqlSafe(sql.to_owned()))
        .fetch_one(conn)
        .await
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn nothing_of_a_transaction_outlives_it(pool: PgPool) {
    let bench = Bench::new(pool).expect("bench");
    let login = bench
        .owner
        .connect_options()
        .as_ref()
        .clone()
        .username("jobhax_login");
    let mut conn = PgConnection::connect_with(&login).await.expect("login");
    for (name, end) in [("ada", "commit"), ("ben", "rollback"), ("cleo", "commit")] {
        let caller = bench.person(name).await.expect("registered");
        let enter = format!(
            "begin; select enter('{}', '{}')",
            caller.tenant.id, caller.user.id
        );
        conn.execute(AssertSqlSafe(enter)).await.expect("entered");
        assert!(
            text(&mut conn, SETTINGS)
                .await
                .expect("settings")
                .starts_with("jobhax_app|")
        );
        assert_eq!(text(&mut conn, SEEN).await.expect("own stages"), "5");
        conn.execute(end).await.expect(end);

        assert_eq!(
            text(&mut conn, SETTINGS).await.expect("settings"),
            "jobhax_login",
            "after {name}"
        );
        let forgot = text(&mut conn, SEEN)
            .await
            .map_err(|e| e.as_database_error().and_then(|d| d.code().map(String::from)));
        assert_eq!(
            forgot,
            Err(Some("42501".into())),
            "who does not enter may not even look"
        );
    }
}
